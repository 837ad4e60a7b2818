"""The journal in words: what each event says to a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.kernel.models import Event
from maillage.ledger.models import Book
from maillage.people.queries import names_of
from maillage.schemes.models import Edition
from maillage.workspaces.finance.engine.amounts import written
from maillage.workspaces.finance.models import Budget

VERBS = {
    "schemes.scheme.created": "Schéma créé avec son premier brouillon",
    "schemes.edition.opened": "Première édition ouverte",
    "schemes.placement.placed": "Cellules modifiées",
    "schemes.edition.imported": "Édition importée",
    "schemes.edition.drafted": "Édition suivante préparée",
    "schemes.edition.proposed": "Édition proposée",
    "schemes.edition.withdrawn": "Édition remise en brouillon",
    "schemes.edition.adopted": "Édition adoptée et scellée",
    "schemes.edition.deleted": "Brouillon supprimé",
    "schemes.edition.revised": "Titre ou jalons modifiés",
    "schemes.section.revised": "Texte modifié",
    "network.network.created": "Réseau créé",
    "network.entity.saved": "Chambre ou opérateur enregistré",
    "network.function.saved": "Fonction enregistrée",
    "network.process.saved": "Macro-processus enregistré",
    "people.account.opened": "Compte ouvert",
    "people.account.revised": "Compte modifié",
    "people.account.erased": "Compte effacé",
    "people.mandate.granted": "Mandat donné",
    "people.mandate.ended": "Mandat terminé",
    "ledger.import.deposited": "Livres comptables déposés",
    "ledger.import.assigned": "Livres affectés à leur chambre",
    "ledger.import.cancelled": "Lecture de livres abandonnée",
    "ledger.book.imported": "Livre comptable importé",
    "ledger.book.restored": "Ancien livre comptable remis en vigueur",
    "ledger.book.withdrawn": "Livre comptable retiré",
    "ledger.mapping.changed": "Correspondances changées",
    "ledger.partner.named": "Compte auxiliaire rattaché à une chambre",
    "ledger.chart.extended": "Compte ajouté au plan du réseau",
    "ledger.chart.reduced": "Compte retiré du plan du réseau",
    "ledger.mapping.undone": "Changement de correspondances défait",
    "finance.axis.saved": "Axe du plan analytique enregistré",
    "finance.budget.opened": "Budget ouvert",
    "finance.budget.revised": "Budget rectifié préparé",
    "finance.line.entered": "Montants de budget saisis",
    "finance.personnel.saved": "Emplois d'un budget enregistrés",
    "finance.personnel.carried": "Emplois d'un budget reportés aux comptes 641 et 645",
    "finance.budget.voted": "Budget voté",
    "finance.budget.sent": "Budget envoyé à l'autorité",
    "finance.budget.approved": "Budget approuvé",
    "finance.budget.refused": "Budget refusé par l'autorité",
    "finance.budget.deleted": "Budget en préparation supprimé",
    "finance.assembly.planned": "Dates de séance de l'assemblée enregistrées",
    "finance.deadline.met": "Échéance notée comme faite",
    "finance.deadline.reopened": "Échéance rouverte",
    "finance.investment.saved": "Opération d'investissement enregistrée",
    "finance.investment.removed": "Idée retirée du plan d'investissement",
    "finance.investment.imported": "Plan d'investissement importé",
    "finance.key.defined": "Clé de répartition définie",
    "finance.key.revised": "Clé de répartition modifiée",
    "finance.key.closed": "Fin de validité d'une clé enregistrée",
    "finance.recharge.issued": "Relevé de refacturation établi",
    "finance.recharge.reversed": "Relevé de refacturation contre-passé",
    "finance.volume.counted": "Volumes et ETP saisis",
    "finance.unit.named": "Unité d'œuvre nommée",
    "finance.study.saved": "Étude de coût enregistrée",
    "finance.study.removed": "Étude de coût supprimée",
    "reports.dossier.requested": "Document demandé",
    "reports.dossier.cancelled": "Document abandonné",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a row of the journal's page."""

    sequence: int
    at: dt.datetime
    author: str
    what: str
    about: str
    detail: tuple[str, ...]
    hash: str


def describe(events: Iterable[Event]) -> list[Line]:
    """Events in words, in as many queries whatever their number."""
    rows = list(events)
    names = names_of({event.actor for event in rows})
    ids = {int(e.subject.split(":")[1]) for e in rows if e.subject.startswith("schemes.edition:")}
    abouts = (
        {e.subject: str(e) for e in Edition.objects.filter(pk__in=ids)}
        | _budgets(rows)
        | _books(rows)
    )
    return [
        Line(
            event.sequence,
            event.at,
            names.get(event.actor, "Personne inconnue"),
            VERBS.get(event.verb, event.verb),
            abouts.get(event.subject, ""),
            tuple(_detail(event)),
            event.hash,
        )
        for event in rows
    ]


def _budgets(events: Iterable[Event]) -> dict[str, str]:
    """The budgets some events are about, by subject; no query where there is none."""
    ids = {int(e.subject.split(":")[1]) for e in events if e.subject.startswith("finance.budget:")}
    if not ids:
        return {}
    found = Budget.objects.filter(pk__in=ids).select_related("entity")
    return {budget.subject: f"{budget}, {budget.entity.short_name}" for budget in found}


def _books(events: Iterable[Event]) -> dict[str, str]:
    """The books some events are about, by subject; no query where there is none."""
    ids = {int(e.subject.split(":")[1]) for e in events if e.subject.startswith("ledger.book:")}
    if not ids:
        return {}
    return {b.subject: str(b) for b in Book.objects.filter(pk__in=ids).select_related("entity")}


def _euros(months: list[int] | None) -> str:
    """A budget line's year, "∅" where there is no line."""
    return "∅" if months is None else f"{written(sum(months)) or 0} €"


def _detail(event: Event) -> Iterable[str]:
    diff = event.diff
    for key, (before, after) in list(diff.get("cells", {}).items())[:12]:
        process, milestone, entity = key.split("|")
        place = f"{process}, {milestone}" + (f", {entity}" if entity else "")
        yield f"{place} : {(before or {}).get('mode', '∅')} → {(after or {}).get('mode', '∅')}"
    for key, (before, after) in list(diff.get("amounts", {}).items())[:12]:
        account, _, axis = key.partition("|")
        place = f"{account}, {axis}" if axis else account
        yield f"{place} : {_euros(before)} → {_euros(after)}"
    hidden = len(diff.get("amounts", {})) - 12
    if hidden > 0:
        yield f"et {hidden} autres lignes"
    hidden = len(diff.get("cells", {})) - 12
    if hidden > 0:
        yield f"et {hidden} autres cellules"
    if "cells_count" in diff:
        yield f"{diff['cells_count']} cellules"
    if "amounts_count" in diff:
        yield f"{diff['amounts_count']} lignes"
    if "seal" in diff:
        yield f"sceau {diff['seal'][:16]}…"
    if diff.get("act"):
        yield f"acte {diff['act']}, {diff['body']}"
