"""One address for every route, in a small world: an edition, a neighbour, people, a document."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from maillage.imports.models import PendingImport
from maillage.ledger.actions import AccountValue, change_mapping, extend_chart
from maillage.ledger.models import BookFile, BookImport, MappingChange
from maillage.ledger.queries.mapping import RuleValue, state_of
from maillage.people.actors import INSTALLATION, Role
from maillage.reports.models import Dossier
from maillage.schemes.actions import draft_next_edition
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from maillage.schemes.views.imports import PLACEMENTS
from tests.architecture.budget_places import budget_body, budget_kwargs, build_budgets
from tests.architecture.finance_places import FinancePlaces, furnish
from tests.builders import keep_books, load, person, small_document, waiting_file

ACTORS = (
    "anonymous",
    "stranger",
    "reader",
    "nord",
    "finances",
    "administrator",
    "installation",
    "foreign",
)
"""Columns of the table: nobody, an account without mandate, a reader, the editor of the chamber,
of the function, the administrator of the network, of the installation, of ANOTHER network."""


def routes() -> set[tuple[str, str]]:
    """Every (name, route) the application answers."""

    def walk(patterns: list[Any], before: str, space: str) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                found |= walk(pattern.url_patterns, route, inner)
            elif isinstance(pattern, URLPattern):
                found.add((space + (pattern.name or ""), route))
        return found

    return walk(get_resolver().url_patterns, "", "")


def milestones(*years: str) -> dict[str, Any]:
    """The rows of a form for a milestone on the first day of each year."""
    rows: dict[str, Any] = {"jalons-TOTAL_FORMS": len(years), "jalons-INITIAL_FORMS": 0}
    for rank, year in enumerate(years):
        row = {"code": year, "label": year, "date": f"{year}-01-01", "nature": "status"}
        rows |= {f"jalons-{rank}-{field}": value for field, value in row.items()}
    return rows


PAIR = {"entity": "nord", "partner": "sud", "family": 451}
LEDGER_EXPORTS = (
    *(
        "ledger:trial_balance_export",
        "ledger:income_statement_export",
        "ledger:balance_sheet_export",
    ),
    *("ledger:entry_lines_export", "ledger:intercompany_export", "ledger:books_export"),
)


@dataclass
class World:
    """What the addresses point to. `edition` is the one whose state the table tells."""

    edition: Edition
    other: Edition
    people: SimpleNamespace
    pending: PendingImport
    dossier: Dossier
    deposit: BookImport
    mapped: MappingChange
    extension: int
    finance: FinancePlaces
    budgets: SimpleNamespace

    @property
    def mapping(self) -> str:
        return state_of(self.edition.scheme.network)

    def address(self, name: str, **kwargs: Any) -> str:
        return reverse(name, kwargs={**self._kwargs(name), **kwargs})

    def _kwargs(self, name: str) -> dict[str, Any]:
        budgets = budget_kwargs(name, self.edition.scheme.network.code, self.budgets)
        if budgets is not None:
            return budgets
        edition, target = {"pk": self.edition.pk}, {"pk": self.people.stranger.user.pk}
        network = {"network": self.edition.scheme.network.code}
        cell = {**edition, "process": "achats", "milestone": "2022"}
        book = {**network, "entity": "nord", "year": 2025}
        special: dict[str, dict[str, Any]] = {
            "ledger:book": book,
            "ledger:book_findings": {**book, "extension": "csv"},
            "ledger:book_restore": book,
            "ledger:book_withdraw": book,
            "ledger:book_import": {**network, "pk": self.deposit.pk},
            "ledger:book_import_cancel": {**network, "pk": self.deposit.pk},
            **{name: {**network, "extension": "csv"} for name in LEDGER_EXPORTS},
            "ledger:intercompany_pair": {**network, **PAIR},
            "ledger:intercompany_pair_export": {**network, **PAIR, "extension": "csv"},
            "ledger:chart_export": {**network, "extension": "csv"},
            "ledger:mapping_export": {**network, "extension": "csv"},
            "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
            "schemes:text": {**edition, "code": "preambule"},
            "schemes:cell": cell,
            "schemes:grid_cell": {**cell, "process": "tresorerie"},
            "schemes:compare_with": {**edition, "other": self.other.pk},
            "schemes:import_review": {**edition, "pending": self.pending.pk},
            "schemes:import_apply": {**edition, "pending": self.pending.pk},
            "portal:account": target,
            "portal:mandate_grant": target,
            "portal:erase": target,
            "portal:mandate_end": {"pk": self.people.reader.user.mandates.first().pk},
            "portal:admin_network": network,
            "schemes:scheme_new": network,
            "schemes:first_edition": {**network, "code": "srom-essai"},
            "portal:noun_new": {**network, "kind": "chambres"},
            "portal:noun": {**network, "kind": "chambres", "code": "nord"},
            "portal:network": network,
            "portal:mine": network,
            "schemes:current": network,
            "portal:network_journal": network,
            "portal:entity": {**network, "code": "nord"},
            "portal:function": {**network, "code": "finances"},
            "portal:process": {**network, "code": "achats"},
            "api:compare": {"edition": self.edition.pk, "other": self.other.pk},
        }
        if name in special:
            return special[name]
        if name in self.finance.kwargs:
            return self.finance.kwargs[name]
        if name.startswith("reports:dossier"):
            return {"pk": self.dossier.pk}
        parts = next(route for found, route in routes() if found == name)
        if "/finances/" in parts and parts.count("<") == 1:
            return network
        if "<edition>" in parts:
            return {"edition": self.edition.pk}
        return edition if "<int:pk>" in parts else {}

    def chamber(self, code: str) -> int:
        return self.edition.scheme.network.entities.get(code=code).pk

    def variants(self, name: str) -> list[str]:
        """Every address of a name: with and without the chamber where both exist."""
        first = [self.address(name)]
        if name in ("schemes:cell", "schemes:grid_cell"):
            first.append(self.address(name, entity="nord"))
        return first

    def body(self, name: str) -> dict[str, Any]:
        """A sound request for a route that writes: keyword arguments of `Client.post`."""
        if (budgets := budget_body(name)) is not None:
            return budgets
        cell = {"process": "tresorerie", "milestone": "2022", "entity": ""}
        edits = {"edits": [{**cell, "changes": {"mode": "C"}, "expected": 0}]}
        if name in ("schemes:grid_cells", "api:place"):
            return {"data": json.dumps(edits), "content_type": "application/json"}
        if name == "schemes:grid_paste":
            return {"data": "A\tC\nH\tM", "content_type": "text/plain"}
        forms: dict[str, dict[str, Any]] = {
            "schemes:text": {"title": "Titre", "body": "Texte"},
            "schemes:frame": {"edition_title": "Titre", **milestones("2022", "2024", "2027")},
            "schemes:scheme_new": {
                **{"title": "Schéma", "code": "srom-suivant", "edition_title": "Première"},
                **{"start_year": 2028, "end_year": 2032},
                **milestones("2028"),
            },
            "schemes:first_edition": {"edition_title": "Première", **milestones("2028")},
            "portal:network_new": {"code": "neuf", "name": "Réseau neuf"},
            "schemes:adopt": {"body": "Assemblée générale", "on": "2026-01-02", "act": "2026-1"},
            "schemes:draft_next": {"title": "Suivante"},
            "reports:booklet": {"kind": "booklet_docx"},
            "ledger:mapping_preview": {"geste": "prefixe", "prefixe": "60", "cible": "60"},
            "ledger:mapping_apply": {
                "proposal": json.dumps(
                    {**{"label": "Essai", "given": [], "removed": []}, "state": self.mapping}
                ),
            },
            "ledger:common_chart": {
                **{"number": "6069", "name": "Autres", "side": "debit", "family": ""},
                "valid_from": "2026-01-01",
            },
            "ledger:chart_reduce": {"compte": f"{self.extension}:6068"},
            "ledger:intercompany_name": {"numero": "C-1", "chambre": self.chamber("sud")},
            "ledger:mapping_undo": {"changement": self.mapped.pk},
            "ledger:book_restore": {"fichier": BookFile.objects.get(book__entity__code="nord").pk},
            "ledger:book_import": {"entity-0": self.chamber("region"), "closing-0": "2025-12-31"},
            "schemes:grid_cell": {"mode": "C", "version": 0},
            "portal:account_new": {"email": "neuf@essai.test", "full_name": "Neuf"},
            "portal:account": {"full_name": "Autre nom", "is_active": "on"},
            "portal:mandate_grant": {"role": "administrator"},
            "portal:erase": {"confirme": "oui"},
            "portal:noun_new": {
                **{"code": "est", "name": "Est", "short_name": "Est", "kind": "territorial"},
                "position": 9,
            },
            "portal:noun": {
                **{"name": "Nord", "short_name": "N", "kind": "territorial", "position": 1},
            },
        }
        return {"data": forms.get(name) or self.finance.bodies.get(name, {})}


def build(people: Any, state: str) -> World:
    """The world around a draft or an adopted edition; nothing is adopted beside a draft."""
    first = load(small_document(), adopted=state == "adopted")
    if state == "adopted":
        edition = load(small_document(number=2, title="Seconde édition"), adopted=True)
    else:
        edition = draft_next_edition(first, actor=INSTALLATION)
    neighbour = load(small_document("voisin"))
    someone = people(edition)
    someone.foreign = person(
        "voisin@essai.test", {"role": Role.ADMINISTRATOR, "network": neighbour.scheme.network}
    )
    document = document_of(edition)
    pending = waiting_file(PLACEMENTS, edition, someone.finances.actor, document.placements)
    dossier = Dossier(
        edition=edition,
        kind="booklet_docx",
        state="done",
        requested_by=someone.reader.actor.identity,
    )
    dossier.file.save("essai/livret.docx", ContentFile(b"document"), save=True)
    network = edition.scheme.network
    keep_books(network, "nord", "sud")
    deposit = BookImport.objects.create(
        network=network,
        requested_by=someone.finances.actor.identity,
        files=[
            {"name": "compta.txt", "size": 1200, "entity": None, "closing": "", "state": "waiting",
             "message": "", "findings": []},
        ],
    )  # fmt: skip
    rule = RuleValue("", "60", False, "60")
    mapped = change_mapping(network, [rule], actor=INSTALLATION, label="Essai")
    assert mapped is not None
    account = AccountValue("6068", "Autres fournitures", "debit")
    since = dt.date(2026, 1, 1)
    chart = extend_chart(network, account, actor=INSTALLATION, valid_from=since)
    finance = furnish(network, someone.finances.actor.identity)
    budgets = build_budgets(network, someone)
    return World(
        edition, first, someone, pending, dossier, deposit, mapped, chart.pk, finance, budgets
    )
