"""A file of volumes and people: its model, its review, its application."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.actions.costs import Count, count_volumes
from maillage.costing.engine.volume_table import (
    MAX_BYTES,
    Counted,
    read_volumes,
    seen_table,
    table_of,
)
from maillage.costing.models import ProcessVolume
from maillage.costing.queries.costs import (
    Cell,
    finance_processes,
    pair_of,
    unit_of,
    volumes_of,
    volumes_version,
    years_counted,
)
from maillage.costing.rules.costs import NOT_COUNTED, can_count_of
from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.kernel.money import quantity
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.network.models import Network
from maillage.network.queries import chambers_of, every_chamber
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.marks import Seen, is_lost
from maillage.sheets.writing import XLSX, to_xlsx
from maillage.ui.downloads import attachment
from maillage.ui.outline import outline

SOURCE = "tableur importé"


def rows_of(network: Network, years: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Every cell of the grid as a row of the file."""
    cells, chambers = volumes_of(network, years), every_chamber(network)
    for process in finance_processes(network):
        for entity in chambers:
            for year in years:
                row = cells.get((process.pk, entity.pk, year))
                if entity.archived and row is None:
                    continue
                names = (process.code, process.name, entity.code, entity.name, year)
                yield (*names, unit_of(process), *pair_of(row), row.source if row else "")


@require_safe
def template(request: Request, network: str) -> HttpResponse:
    """The grid of the last years as a workbook to fill in."""
    found = kept_network(request, network)
    years = years_counted(found, timezone.localdate())[-1:]
    table = seen_table(table_of(rows_of(found, years), bare=True), whose(found))
    data = to_xlsx(table, timezone.localdate())
    return attachment(data, XLSX, "modele-de-volumes.xlsx")


def whose(network: Network) -> str:
    """The grid a file of volumes is about."""
    return f"{network.chain} volumes"


def _can(network: Network, /, *, actor: Actor) -> Verdict:
    some = any(can_count_of(entity, actor=actor) for entity in chambers_of(network))
    return ALLOWED if some else NOT_COUNTED


def _read(network: Network, data: bytes, name: str, actor: Actor) -> list[Counted]:
    processes = {one.code: one.name for one in finance_processes(network)}
    entities = {one.code: one for one in chambers_of(network)}
    chambers = {code: one.name for code, one in entities.items()}

    def outside(values: Mapping[str, Any]) -> str:
        entity = entities.get(values["entity"])
        return getattr(can_count_of(entity, actor=actor), "reason", "") if entity else ""

    return read_volumes(data, name, processes, chambers, whose(network), outside)


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[Counted]:
    return [Counted(**{**row, "seen": Seen.kept(row.get("seen"))}) for row in rows]


def _held(network: Network, rows: Sequence[Counted]) -> dict[Cell, ProcessVolume]:
    return volumes_of(network, sorted({row.year for row in rows}))


def _changes(network: Network, rows: Sequence[Counted], actor: Actor) -> list[Change]:
    processes = {one.code: one.pk for one in finance_processes(network)}
    chambers = {one.code: one for one in chambers_of(network)}
    held, found = _held(network, rows), []
    for row in rows:
        entity = chambers[row.entity]
        cell = held.get((processes.get(row.process, 0), entity.pk, row.year))
        if row.apart or row.process not in processes:
            found.append(Change(row, _was(row, cell), row.apart, row.place))
            continue
        before = pair_of(cell)
        after = [kept if new is None else new
                 for kept, new in zip(before, row.numbers, strict=True)]  # fmt: skip
        if tuple(after) == before:
            continue
        verdict = can_count_of(entity, actor=actor)
        why = verdict.reason if isinstance(verdict, Denied) else ""
        whole = replace(row, volume=_text(after[0]), fte=_text(after[1]))
        told = {n: kept for n, kept, new in zip(NUMBERS, before, row.numbers, strict=True)
                if new is not None and new != kept}  # fmt: skip
        clashes = row.seen.moved(told) if row.seen and cell else ()
        lost = is_lost(row.seen)
        found.append(Change(whole, _was(row, cell), why, row.place, clashes, lost=lost))
    return found


def _was(row: Counted, cell: ProcessVolume | None) -> Counted | None:
    volume, fte = pair_of(cell)
    return replace(row, volume=_text(volume), fte=_text(fte)) if cell else None


NUMBERS = {"volume": "Volume", "fte": "ETP"}


def _theirs(change: Change, names: Collection[str]) -> Counted | None:
    """The cell with what is kept of these numbers; None where the other is the same too."""
    before = change.before or replace(change.row, volume=None, fte=None)
    kept: Counted = replace(change.row, **{name: getattr(before, name) for name in names})
    return None if kept.numbers == before.numbers else kept


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _shown(_network: Network, changes: Sequence[Change]) -> Iterator[Shown]:
    for change in changes:
        names = (change.row.process, change.row.entity, str(change.row.year or "–"))
        old = change.before.numbers if change.before else (None, None)
        if change.row.apart:
            told = zip(NUMBERS.values(), old, strict=True)
            kept = (f"{said} {quantity(a)}" for said, a in told if a is not None)
            yield Shown.unread(names, ", ".join(kept))
            continue
        pairs = zip(NUMBERS.items(), old, change.row.numbers, strict=True)
        lines = [(n, said, quantity(a), quantity(b)) for (n, said), a, b in pairs if a != b]
        yield Shown.of(names, lines, change)


def _apply(network: Network, rows: Sequence[Counted], /, *, actor: Actor, seen: int) -> int:
    processes = {one.code: one for one in finance_processes(network)}
    chambers = {one.code: one for one in chambers_of(network)}
    held = _held(network, rows)
    counts = []
    for row in rows:
        process, entity = processes[row.process], chambers[row.entity]
        cell = held.get((process.pk, entity.pk, row.year))
        version = cell.version if cell else 0
        counts.append(Count(process, entity, row.year, *row.numbers, version))
    done: int = count_volumes(network, counts, actor=actor, source=SOURCE, seen=seen)
    return done


VOLUMES = ImportFlow(
    name="volumes",
    addresses=("costing:volumes_import", "costing:volumes_review", "costing:volumes_apply"),
    find=kept_network,
    guard=_can,
    version=volumes_version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Macro-processus", "Chambre", "Année"),
    shown=_shown,
    seen=lambda row: row.seen,
    theirs=_theirs,
    apply=_apply,
    home=lambda network: reverse("costing:volumes", args=[network.code]),
    page=lambda request, network, *last: outline(request, network, "costing:volumes", *last),
    frame="costing/frame.html",
    hint="costing/volumes_import_hint.html",
    limit=MAX_BYTES,
    title="Importer des volumes",
    thing="la grille des volumes",
    read_words="cellule lue,cellules lues",
    would="cellule changerait,cellules changeraient",
    done="cellule écrite,cellules écrites",
    new="nouvelle",
)

routes = [
    path("couts/volumes/modele.xlsx", template, name="volumes_template"),
    *pages_of(VOLUMES, "couts/volumes/importer/"),
]
