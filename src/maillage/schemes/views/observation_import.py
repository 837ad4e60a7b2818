"""Observations from a spreadsheet: its model, what is read, what would be recorded, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.imports.flow import Change, ImportFlow, Shown, why_not, with_places
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
    ObservedRow,
    read_observations,
)
from maillage.schemes.models import Observation
from maillage.schemes.observations import ObservationsOf, doc_of, observations_version
from maillage.schemes.views.observations import HERE
from maillage.sheets.column_reader import Outside
from maillage.sheets.writing import XLSX, Table, to_xlsx
from maillage.ui.downloads import attachment
from maillage.ui.outline import outline

FIELDS = {"mode": "Mode", "lead": "Assuré par", "served": "Bénéficiaires",
          "observer": "Constaté par", "evidence": "Preuve", "comment": "Commentaire"}  # fmt: skip


def _find(request: Request, network: str) -> ObservationsOf:
    return ObservationsOf(kept_network(request, network))


def _guard(target: ObservationsOf, /, *, actor: Actor) -> Any:
    return rules.can_observe_something(target.network, actor=actor)


def _named(network: Network) -> tuple[dict[str, str], dict[str, str]]:
    processes = dict(network.processes.values_list("code", "name"))
    return processes, dict(network.entities.values_list("code", "name"))


def _read(target: ObservationsOf, data: bytes, name: str, actor: Actor) -> Sequence[ObservedRow]:
    """Those that do not hold are faults of the file, at their place, with all the others."""
    network, (processes, entities) = target.network, _named(target.network)
    outside, fault = _outside(network, actor), _faults(network)
    return read_observations(data, name, processes, entities, outside, fault)


def _faults(network: Network) -> Callable[[Mapping[str, Any]], str]:
    """Why what a row says does not hold, or ""; the actions refuse the same."""
    today, entities = timezone.localdate(), {e.code: e for e in network.entities.all()}
    kept = Observation.objects.filter(network=network, withdrawn="")
    known = {
        (d.process, d.entity, d.on): d
        for d in map(doc_of, kept.select_related("process", "entity", "lead"))
    }

    def fault(values: Mapping[str, Any]) -> str:
        process, entity, on = values["process"], values["entity"], values["on"]
        if on and (late := rules.late_fault(on, today)):
            return late
        if entity:
            verdict = rules.observed_of(entities[entity].name, entities[entity].is_chamber)
            if not verdict:
                return str(getattr(verdict, "reason", ""))
        held = known.get((process, entity, on))
        said = {**values, "served": tuple(sorted(values["served"] or ()))}
        return TAKEN if held and held != ObservedDoc(**said) else ""

    return fault


def _outside(network: Network, actor: Actor) -> Outside:
    return rules.not_theirs(
        dict(network.processes.values_list("code", "function__code")),
        dict(network.entities.values_list("code", "pk")),
        lambda function, entity: rules.can_observe(
            network, actor=actor, function=function, entity=entity
        ),
    )


def _restored(rows: Sequence[Any]) -> list[ObservedRow]:
    """A file that waited since before places were read says nothing of them."""
    return [_row(row) for row in rows]


def _row(row: Any) -> ObservedRow:
    if isinstance(row, Mapping) and "said" in row:
        said = row["said"]
        return ObservedRow(**{**row, "said": said and _doc(said)})
    [(said, place)] = with_places([row])
    return ObservedRow(said["process"], said["entity"], place, _doc(said))


def _doc(said: Mapping[str, Any]) -> ObservedDoc:
    values = {"on": dt.date.fromisoformat(said["on"]), "served": tuple(said["served"])}
    return ObservedDoc(**{**said, **values})


def _changes(target: ObservationsOf, rows: Sequence[ObservedRow], actor: Actor) -> list[Change]:
    """Those that are new; one of a cell and a day that has another is to be corrected by hand."""
    network = target.network
    told = [(row.said, row.place) for row in rows if row.said]
    kept = Observation.objects.filter(
        network=network, withdrawn="", observed_on__in={said.on for said, _ in told}
    )
    known = {
        (d.cell, d.on): d for d in map(doc_of, kept.select_related("process", "entity", "lead"))
    }
    new = [(said, place) for said, place in told if known.get((said.cell, said.on)) != said]
    refused = refused_observations(network, [said for said, _ in new], actor=actor)
    changes = [
        Change(said, place=place, **why_not(refused.get((said.process, said.entity, said.on))))
        for said, place in new
    ]
    apart = (row for row in rows if row.said is None)
    return changes + [Change(row, refused=row.apart, place=row.place) for row in apart]


def _shown(target: ObservationsOf, changes: Sequence[Change]) -> Iterator[Shown]:
    processes, entities = _named(target.network)
    names = Names(entities)
    for change in changes:
        row: ObservedDoc | ObservedRow = change.row
        where = (processes.get(row.process, row.process),
                 entities.get(row.entity, row.entity) or NETWORK)  # fmt: skip
        if isinstance(row, ObservedRow):
            yield Shown.unread((*where, "–"))
            continue
        told = ((label, getattr(row, name), name) for name, label in FIELDS.items())
        yield Shown((*where, f"{row.on:%d/%m/%Y}"), tuple((label, "", names.word(name, value))
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
