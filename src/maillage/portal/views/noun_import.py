"""The nouns of a network from a file: what is read, what would change, in words; and the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.network import noun_files, rules
from maillage.network.actions import save_nouns
from maillage.network.models import Network
from maillage.network.noun_table import (
    TITLES,
    NounRow,
    Values,
    columns_of,
    given,
    moving,
    version,
)
from maillage.network.queries import held_nouns
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN
from maillage.sheets.marks import is_lost
from maillage.sheets.writing import XLSX, to_workbook
from maillage.ui.downloads import attachment


def administered(request: Request, network: str) -> Network:
    """The network, for who administers it; a 404 for anyone else."""
    found = get_object_or_404(Network, code=network)
    if not request.actor.administers(found.pk):
        raise Http404
    return found


def _whose(network: Network) -> str:
    return f"{network.chain} {network.subject}"


def _read(network: Network, data: bytes, name: str, _actor: Actor) -> Sequence[NounRow]:
    return noun_files.read(data, name, held_nouns(network), _whose(network))


def _changes(network: Network, rows: Sequence[NounRow], actor: Actor) -> list[Change]:
    held = held_nouns(network)
    found = []
    for row in moving(rows):
        before = held[row.kind].get(row.code)
        after, clashes = given(row, held)
        if before is None or _differs(after, before):
            found.append(Change(after, before, clashes=clashes, lost=is_lost(row.mark)))
    return found


def _differs(row: NounRow, before: Values) -> bool:
    return any(before[name] != value for name, value in row.values.items())


def _theirs(change: Change, names: Collection[str]) -> NounRow | None:
    """The row with what is kept under these names; None where nothing else changes."""
    kept = {name: change.before[name] for name in names}
    row = replace(change.row, values={**change.row.values, **kept})
    return row if _differs(row, change.before) else None


def _shown(network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    functions = {f.code: f.name for f in network.functions.all()}
    functions |= {c.row.code: c.row.values["name"] for c in changes if c.row.kind == "function"}
    columns = {k: [c for c in columns_of(k, functions) if c.name != "code"] for k in TITLES}
    for change in changes:
        row, before = change.row, change.before or {}
        fields = (
            (c.name, c.title, c.written(before.get(c.name)), c.written(row.values[c.name]))
            for c in columns[row.kind]
            if c.name in row.values
            and before.get(c.name, c.value("") if not c.filled else None) != row.values[c.name]
            and (change.before or row.values[c.name])
        )
        yield Shown.of((TITLES[row.kind], row.code), fields, change)


def _kinds(change: Change) -> list[tuple[str, str]]:
    return [(change.row.kind, TITLES[change.row.kind])]


def _apply(network: Network, rows: Sequence[NounRow], *, actor: Actor, seen: int) -> int:
    saved = save_nouns(network, actor=actor, rows=rows, source="fichier", seen=seen)
    return saved.created + saved.changed


def _page(request: Request, network: Network, *last: str) -> dict[str, Any]:
    here = {"label": network.name, "url": reverse("portal:admin_network", args=[network.code])}
    return {"network": network, "crumbs": [ADMIN, here, *({"label": one} for one in last)]}


NOUNS = ImportFlow(
    name="network.nouns",
    addresses=("portal:noun_import", "portal:noun_import_review", "portal:noun_import_apply"),
    find=administered,
    guard=rules.can_manage,
    version=lambda network: version(held_nouns(network)),
    read=_read,
    restore=noun_files.restored,
    changes=_changes,
    columns=("Feuille", "Code"),
    shown=_shown,
    kinds=_kinds,
    seen=lambda row: row.mark,
    theirs=_theirs,
    apply=_apply,
    home=lambda network: reverse("portal:admin_network", args=[network.code]),
    page=_page,
    hint="portal/noun_import_hint.html",
    title="Importer chambres, fonctions et macro-processus",
    thing="le réseau",
    would="ligne changerait,lignes changeraient",
    done="ligne enregistrée,lignes enregistrées",
    new="nouvelle ligne",
)


@require_safe
def noun_workbook(request: Request, network: str) -> HttpResponse:
    """Every noun of the network as a workbook; the template, where it has none."""
    found = administered(request, network)
    book = to_workbook(noun_files.tables(held_nouns(found), _whose(found)), timezone.localdate())
    return attachment(book, XLSX, f"reseau-{found.code}.xlsx")


_BASE = "administration/reseaux/<slug:network>/"
routes = [
    path(
        "administration/reseaux/<slug:network>/classeur.xlsx", noun_workbook, name="noun_workbook"
    ),
    *pages_of(NOUNS, f"{_BASE}importer/"),
]
