"""Observations from a spreadsheet: its model, what is read, what would be recorded, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.imports.flow import Change, ImportFlow, Shown, with_places
from maillage.imports.views import routes as pages_of
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions.observations import TAKEN, record_observations, refused_observations
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.observed import (
    FILE_COLUMNS,
    NETWORK,
    SHEET,
    ObservedDoc,
    read_observations,
)
from maillage.schemes.models import Observation
from maillage.schemes.observations import ObservationsOf, doc_of, observations_version
from maillage.schemes.views.observations import HERE
from maillage.sheets.writing import XLSX, Table, to_xlsx
from maillage.ui.downloads import attachment
from maillage.ui.outline import outline

FIELDS = {"mode": "Mode", "lead": "Assuré par", "served": "Bénéficiaires",
          "observer": "Constaté par", "evidence": "Preuve", "comment": "Commentaire"}  # fmt: skip

Placed = tuple[ObservedDoc, str]
"""What a row says, and where it stands."""


def _find(request: Request, network: str) -> ObservationsOf:
    return ObservationsOf(kept_network(request, network))


def _guard(target: ObservationsOf, /, *, actor: Actor) -> Any:
    return rules.can_observe_something(target.network, actor=actor)


def _named(network: Network) -> tuple[dict[str, str], dict[str, str]]:
    processes = dict(network.processes.values_list("code", "name"))
    return processes, dict(network.entities.values_list("code", "name"))


def _read(target: ObservationsOf, data: bytes, name: str, _actor: Actor) -> Sequence[Placed]:
    return read_observations(data, name, *_named(target.network))


def _restored(rows: Sequence[Any]) -> list[Placed]:
    """A file that waited since before places were read says nothing of them."""
    return [
        (
            ObservedDoc(
                **{**row, "on": dt.date.fromisoformat(row["on"]), "served": tuple(row["served"])}
            ),
            place,
        )
        for row, place in with_places(rows)
    ]


def _changes(target: ObservationsOf, rows: Sequence[Placed], actor: Actor) -> list[Change]:
    """Those that are new; one of a cell and a day that has another is to be corrected by hand."""
    network = target.network
    kept = Observation.objects.filter(
        network=network, withdrawn="", observed_on__in={r.on for r, _ in rows}
    )
    known = {
        (d.cell, d.on): d for d in map(doc_of, kept.select_related("process", "entity", "lead"))
    }
    new = [pair for pair in rows if known.get((pair[0].cell, pair[0].on)) != pair[0]]
    refused = refused_observations(network, [row for row, _ in new], actor=actor)
    return [
        Change(row, None, TAKEN if (row.cell, row.on) in known
               else refused.get((row.process, row.entity, row.on), ""), place)
        for row, place in new
    ]  # fmt: skip


def _shown(target: ObservationsOf, changes: Sequence[Change]) -> Iterator[Shown]:
    processes, entities = _named(target.network)
    names = Names(entities)
    for change in changes:
        row: ObservedDoc = change.row
        where = (processes.get(row.process, row.process),
                 entities.get(row.entity, row.entity) or NETWORK, f"{row.on:%d/%m/%Y}")  # fmt: skip
        told = ((label, getattr(row, name), name) for name, label in FIELDS.items())
        yield Shown(where, tuple((label, "", names.word(name, value))
                                 for label, value, name in told if value))  # fmt: skip


def _apply(
    target: ObservationsOf, rows: Sequence[ObservedDoc], /, *, actor: Actor, seen: int
) -> int:
    return (
        len(record_observations(target.network, actor=actor, rows=rows, seen=seen)) if rows else 0
    )


def _page(request: Request, target: ObservationsOf, *last: str) -> dict[str, Any]:
    return outline(request, target.network, HERE, *last)


@require_safe
def template(request: Request, network: str) -> HttpResponse:
    """A row for each cell one may tell of at the level one edits it, to be filled."""
    found = kept_network(request, network)
    chambers = [e for e in found.entities.filter(archived=False) if e.is_chamber]
    rows = []
    for process in found.processes.select_related("function").order_by(
        "function__position", "function_id", "position", "name"
    ):
        for entity in (None, *chambers):
            verdict = rules.can_observe(
                found, actor=request.actor, function=process.function.code,
                entity=entity.pk if entity else None,
            )  # fmt: skip
            if verdict:
                head = (process.code, process.title, entity.code if entity else "")
                rows.append((*head, *("" for _ in FILE_COLUMNS[3:])))
    table = Table(SHEET, FILE_COLUMNS, rows, bare=True)
    return attachment(to_xlsx(table, timezone.localdate()), XLSX, f"constats-{found.code}.xlsx")


OBSERVATIONS = ImportFlow(
    name="observations",
    addresses=(
        "schemes:observation_import", "schemes:observation_review", "schemes:observation_apply",
    ),
    find=_find,
    guard=_guard,
    version=lambda target: observations_version(target.network),
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Macro-processus", "Périmètre", "Constaté le"),
    shown=_shown,
    apply=_apply,
    home=lambda target: reverse(HERE, args=[target.network.code]),
    page=_page,
    hint="schemes/observation_hint.html",
    title="Importer des constats",
    thing="l’ensemble des constats",
    would="constat serait enregistré,constats seraient enregistrés",
    done="constat enregistré,constats enregistrés",
    new="nouveau constat",
)  # fmt: skip

routes = [
    path("reseaux/<slug:network>/constats/modele.xlsx", template, name="observation_template"),
    *pages_of(OBSERVATIONS, "reseaux/<slug:network>/constats/import/"),
]
