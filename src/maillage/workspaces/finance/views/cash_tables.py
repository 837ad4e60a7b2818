"""A cash plan as tables: the page and its files are drawn from the same value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from maillage.kernel.absence import Absent, sum_told, told
from maillage.kernel.money import percent, rate, rounded
from maillage.kernel.period import MONTHS, SHORT_MONTHS
from maillage.network.models import Network
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.tables import Link
from maillage.workspaces.finance.engine.cash import (
    DEFAULTS,
    DUE_IN,
    INCOMING,
    WHOLE,
    Plan,
    Profile,
    Row,
    together,
)
from maillage.workspaces.finance.queries.cash import ChamberCash

MONTH_COLUMNS = tuple(Column(name.capitalize(), "figure", 13) for name in SHORT_MONTHS)
COLUMNS = (Column("Flux", width=40), *MONTH_COLUMNS, Column("Année", "figure", 14))
RECEIVED = {name for name, _ in INCOMING} | {DUE_IN}


def remarks(cash: ChamberCash) -> list[str]:
    """What is not told, what stands instead of what, which parameters are defaults."""
    found = [f"Non renseigné\u00a0: {reason}." for reason in cash.plan.reasons]
    found += [f"Les échéances saisies remplacent {what} du budget." for what in cash.plan.replaced]
    if not cash.profiles:
        found.append(
            "Délais de paiement par défaut\u00a0: clients, fournisseurs et investissements à un "
            "mois, cotisations le mois suivant, le reste dans le mois\u00a0; sans TVA."
        )
    elif not any(profile.vat for profile in cash.profiles):
        found.append("Aucun taux de TVA n’est saisi\u00a0: les montants sont payés tels quels.")
    return found


def about(cash: ChamberCash) -> list[str]:
    """Whose plan, and where each of its parts comes from."""
    plan = cash.plan
    opened = "non renseignée" if plan.opening is None else cash.opened_by
    told_of = [
        f"Chambre\u00a0: {cash.entity.name}",
        f"Budget\u00a0: {cash.budget or 'aucun n’est voté'}",
        f"Trésorerie au 1er janvier\u00a0: {opened}",
        f"Mois de l’exercice précédent\u00a0: {cash.former_by or 'non renseignés'}",
        f"Mois observés dans le livre\u00a0: {_closed(plan)}",
    ]
    return [*told_of, lowest_told(plan), *remarks(cash)]


def _closed(plan: Plan) -> str:
    return f"jusqu’à fin {MONTHS[plan.closed - 1]}" if plan.closed else "aucun"


def lowest_told(plan: Plan) -> str:
    if plan.lowest is None:
        return "Point le plus bas\u00a0: non renseigné"
    cents, month = plan.lowest
    return f"Point le plus bas\u00a0: {rounded(cents)}\u00a0€, fin {MONTHS[month - 1]}"


def cash_table(cash: ChamberCash, proof: str = "") -> Table:
    """What comes in, what goes out, what is left: planned, then observed, then expected.

    `proof`: what a closed year is checked against, in words.
    """
    plan = cash.plan
    rows: list[Sequence[Any]] = []
    incoming = [name for name in plan.lines if name in RECEIVED]
    outgoing = [name for name in plan.lines if name not in RECEIVED]
    flows, levels = _every(plan.unplanned), _every(plan.reasons)
    opened = [reason for reason in plan.reasons if reason not in plan.unplanned]
    seen = [_joined([why, *opened]) for why in cash.unseen]
    rows += [_row(name, plan.lines[name], flows) for name in incoming]
    rows.append(Sum(_row("Encaissements prévus", plan.received, flows)))
    rows += [_row(name, plan.lines[name], flows) for name in outgoing]
    rows.append(Sum(_row("Décaissements prévus", plan.paid, flows)))
    if plan.closed:
        rows.append(_row("Encaissements observés", plan.seen_in, cash.unseen))
        rows.append(_row("Décaissements observés", plan.seen_out, cash.unseen))
        rows.append(_level("Trésorerie observée", plan.observed, seen))
    rows.append(Sum(_level("Trésorerie prévue au budget", plan.planned, levels)))
    if plan.closed:
        gaps = [_joined([why, *plan.reasons]) for why in cash.unseen]
        rows.append(Sum(_level("Écart (observée moins prévue)", plan.gaps, gaps)))
    rows.append(Sum(_level("Trésorerie attendue", plan.expected, levels)))
    title = f"Plan de trésorerie {cash.year}, {cash.entity.short_name}"
    return Table(title, COLUMNS, rows, [*about(cash), *filter(None, [proof])])


def _joined(reasons: Iterable[str]) -> str:
    return "\u00a0; ".join(filter(None, reasons))


def _every(reasons: Iterable[str]) -> list[str]:
    """The same why for each month."""
    return [_joined(reasons)] * 12


def _row(label: str, months: Row, why: Sequence[str]) -> list[Any]:
    """Flows: the year is their sum, told only when each month is."""
    lacking = [reason for cents, reason in zip(months, why, strict=True) if cents is None]
    return [label, *map(told, months, why), told(sum_told(months), (lacking or [""])[-1])]


def _level(label: str, months: Row, why: Sequence[str]) -> list[Any]:
    """A treasury: that of the year is that of its end."""
    return [label, *map(told, months, why), told(months[11], why[11])]


# -- the network ----------------------------------------------------------------------------------

NETWORK = (
    *(Column("Chambre", width=30), Column("Observé jusqu’à", width=36)),
    *(Column("Point le plus bas", width=30), *MONTH_COLUMNS),
)


def network_table(network: Network, plans: Sequence[ChamberCash], year: int) -> Table:
    """The treasury expected at the end of each month, a row per chamber, and all of them."""
    rows: list[Sequence[Any]] = []
    for cash in plans:
        url = reverse("finance:cash_chamber", args=[network.code, cash.entity.code, year])
        months = map(told, cash.plan.expected, _every(cash.plan.reasons))
        name, lowest = Link(cash.entity.short_name, url), _lowest(cash.plan.expected)
        rows.append([name, _seen_until(cash.plan.closed), lowest, *months])
    whole = together([cash.plan.expected for cash in plans])
    missing = (told(x, "une chambre manque") for x in whole)
    rows.append(Sum(("Réseau", _whole_seen(plans), _lowest(whole), *missing)))
    filters = [
        "Trésorerie attendue à la fin de chaque mois, en euros",
        "Le réseau est la somme des chambres\u00a0: ce qu’elles se paient s’y annule",
    ]
    filters += [f"{x.entity.short_name}\u00a0: {said}" for x in plans for said in remarks(x)]
    return Table(f"Trésorerie {year}, {network.name}", NETWORK, rows, filters)


def _seen_until(closed: int) -> str:
    return (
        f"fin {MONTHS[closed - 1]}, prévu ensuite"
        if 0 < closed < 12
        else (f"fin {MONTHS[11]}" if closed else "rien, tout est prévu")
    )


def _whole_seen(plans: Sequence[ChamberCash]) -> str:
    """Up to where all of it is observed, and whose forecast stands in it beyond."""
    closed = [cash.plan.closed for cash in plans]
    first, last = min(closed, default=0), max(closed, default=0)
    if first == last:
        return _seen_until(first)
    names = ", ".join(cash.entity.short_name for cash in plans if cash.plan.closed < last)
    since = f"fin {MONTHS[first - 1]}" if first else "rien"
    return f"{since}\u00a0; ensuite, observé et prévu s’ajoutent (prévu\u00a0: {names})"


def _lowest(months: Row) -> str:
    if None in months:
        return Absent()
    cents = min(x for x in months if x is not None)
    return f"{rounded(cents)}\u00a0€, fin {MONTHS[months.index(cents)]}"


# -- parameters -----------------------------------------------------------------------------------

PROFILES = (
    Column("Comptes", width=14),
    Column("TVA", width=10),
    Column("Délais", width=50),
    Column("Origine", width=16),
)


def profiles_table(given: Sequence[Profile]) -> Table:
    """Every profile in force: those entered, the defaults that none stands instead of."""
    roots = {profile.root for profile in given}
    held = [*given, *(profile for profile in DEFAULTS if profile.root not in roots)]
    rows = [
        [profile.root, rate(profile.vat), _delays(profile),
         "saisi" if profile.given else "par défaut"]
        for profile in sorted(held, key=lambda profile: profile.root)
    ]  # fmt: skip
    return Table("Profils de paiement", PROFILES, rows)


def _delays(profile: Profile) -> str:
    shares = [
        (rate(share) if share < WHOLE else percent(100), _delay(k))
        for k, share in enumerate(profile.weights)
        if share
    ]
    return ", ".join(f"{share} {when}" for share, when in shares)


def _delay(months: int) -> str:
    return f"à {months} mois" if months else "dans le mois"
