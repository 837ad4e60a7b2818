"""A landing as tables: the page and its files are drawn from the same value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from maillage.costing.engine.budgets import CLASSES, number_of, variance
from maillage.kernel.absence import Absent, told
from maillage.kernel.money import euros, rounded
from maillage.kernel.period import french_date
from maillage.network.models import Network
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.tables import Link
from maillage.workspaces.finance.engine.landing import (
    METHOD_LABELS,
    Added,
    Line,
    together,
)
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.queries.landing import ChamberLanding

FIGURES = (
    *(Column("Budget", "figure", 16), Column("Réalisé", "figure", 16)),
    *(Column("Engagé", "amount", 16), Column("Atterrissage", "figure", 16)),
    *(Column("Écart", "figure", 16), Column("En %", "decimal", 10)),
)
COLUMNS = (
    Column("Compte", width=34),
    Column("Axe", width=22),
    *FIGURES,
    Column("Méthode", width=24),
    Column("Calcul", width=46),
)


def about(landing: ChamberLanding) -> list[str]:
    """What a file says above its rows: whose, when, and what is not told."""
    return [
        f"Chambre\u00a0: {landing.entity.name}",
        f"Exercice {landing.until.year}, {landing.until.words}",
        f"Budget\u00a0: {landing.budget or 'non renseigné (aucun n’est voté)'}",
        "Engagé\u00a0: commandé et non facturé, hors factures à recevoir déjà au 408",
        "Écart\u00a0: atterrissage moins budget",
        *remarks(landing),
    ]


def remarks(landing: ChamberLanding) -> list[str]:
    """What is not told and what to look at, one sentence each."""
    found = []
    if landing.budget is None:
        found.append(f"Aucun budget {landing.until.year} n’est voté.")
    if landing.no_book:
        found.append(f"Réalisé non renseigné\u00a0: {landing.no_book}.")
    if landing.no_former:
        found.append(f"Exercice {landing.until.year - 1} non renseigné\u00a0: {landing.no_former}.")
    if landing.closes:
        ended = landing.closes < landing.until.day
        told = "tout en est compté" if ended else "ses mois sont comptés depuis son ouverture"
        found.append(f"Son livre se clôt le {french_date(landing.closes)}\u00a0: {told}.")
    count, moved = landing.lost
    if count:
        accounts = "comptes du livre n’ont" if count > 1 else "compte du livre n’a"
        found.append(
            f"{count} {accounts} pas de correspondance dans le plan commun\u00a0: "
            f"{euros(moved)} de mouvements manquent au réalisé."
        )
    if landing.lacking:
        count = landing.lacking
        lines = "lignes n’ont pas" if count > 1 else "ligne n’a pas"
        found.append(f"{count} {lines} de prévision\u00a0: leurs totaux non plus.")
    if landing.merged:
        found.append(
            "Le livre ne porte pas d’axe analytique\u00a0: les lignes sont réunies par compte."
        )
    return found


def nothing_told(landing: ChamberLanding) -> str:
    """Why a landing has no line: what its budget does not say, then what its book does not."""
    of_budget = "le budget n’a aucune ligne" if landing.budget else "aucun budget voté"
    moves_none = "le livre ne mouvemente aucun compte en correspondance"
    of_book = landing.no_book or f"{moves_none}, {landing.until.words}"
    return f"{of_budget.capitalize()}\u00a0; {of_book}."


def landing_table(landing: ChamberLanding) -> Table:
    """One row per line, then what each class adds up to and the result."""
    rows: list[Sequence[Any]] = [_row(landing, line) for line in landing.lines]
    for digit in landing.classes:
        rows.append(_sum(f"Total des {CLASSES[digit].lower()}", landing.added(digit)))
    if {"6", "7"} & set(landing.classes):
        rows.append(_sum("Résultat (produits moins charges)", landing.result))
    title = f"Atterrissage {landing.until.year}, {landing.entity.short_name}"
    return Table(title, COLUMNS, rows, about(landing), labels=2)


def line_name(line: Line) -> str:
    return f"{number_of(line.account)} {account_name(line.account)}"


def _row(landing: ChamberLanding, line: Line) -> list[Any]:
    known, found = line.known, line.forecast
    lacks = "aucun budget voté" if known.budget is None else found.reason
    return [
        line_name(line),
        landing.names.get(line.axis, line.axis),
        told(known.budget, "aucun budget voté"),
        told(known.realised, landing.no_book),
        known.committed,
        told(found.cents, found.reason),
        told(line.gap, lacks),
        _percent(known.budget, found.cents),
        METHOD_LABELS[line.method],
        explained(line),
    ]


def explained(line: Line) -> str:
    """« 80 × 12 ÷ 10 = 96 », or why there is none."""
    found = line.forecast
    if found.cents is None:
        return found.reason[:1].upper() + found.reason[1:]
    return f"{found.how} = {rounded(found.cents)}"


def _percent(budget: int | None, landed: int | None) -> Decimal | None:
    return variance(budget, landed).percent


def _figures(added: Added) -> list[Any]:
    lacking = (
        f"{added.lacking} sans prévision" if added.lacking else "un total partiel n’en est pas un"
    )
    return [
        told(added.budget, "un budget manque"),
        told(added.realised, "un livre manque"),
        added.committed,
        told(added.forecast, lacking),
        told(added.gap, lacking),
        _percent(added.budget, added.forecast),
    ]


def _sum(label: str, added: Added) -> Sum:
    return Sum((label, "", *_figures(added), "", ""))


# -- the network ----------------------------------------------------------------------------------

NETWORK = (Column("Ensemble", width=16), Column("Chambre", width=30), *FIGURES)


def network_table(network: Network, landings: Sequence[ChamberLanding]) -> Table:
    """Class by class, a row per chamber and what they add up to; None where one is not told."""
    until = landings[0].until
    rows: list[Sequence[Any]] = []
    held = {digit for landing in landings for digit in landing.classes}
    for digit in (d for d in CLASSES if d in held):
        parts = [landing.added(digit) for landing in landings]
        rows += _chambers(network, CLASSES[digit], landings, parts)
        if digit == "7":
            results = [landing.result for landing in landings]
            rows += _chambers(network, "Résultat", landings, results)
    title = f"Atterrissage {until.year}, {network.name}"
    filters = [
        f"Exercice {until.year}, {until.words}",
        "Somme des chambres, sans élimination entre elles",
    ]
    filters += [f"{x.entity.short_name}\u00a0: {said}" for x in landings for said in remarks(x)]
    return Table(title, NETWORK, rows, filters, labels=2)


def _chambers(
    network: Network, label: str, landings: Sequence[ChamberLanding], parts: Sequence[Added]
) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    for landing, part in zip(landings, parts, strict=True):
        place = [network.code, landing.entity.code, landing.until.year]
        url = f"{reverse('finance:landing_chamber', args=place)}?arrete={landing.until.month}"
        name = Link(landing.entity.short_name, url)
        if landing.lines:
            rows.append([label, name, *_figures(part)])
        else:
            nothing = Absent("ni budget voté, ni livre")
            rows.append([label, name, nothing, nothing, None, nothing, nothing, None])
    known = [part for part, x in zip(parts, landings, strict=True) if x.lines]
    whole = together(known)
    if len(known) < len(landings):
        whole = Added(None, None, whole.committed, None, whole.lacking)
    rows.append(Sum((label, "Réseau", *_figures(whole))))
    return rows
