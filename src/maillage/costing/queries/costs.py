"""Volumes, people and cost studies as they are read; what has no row is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Max, QuerySet

from maillage.costing.engine.benchmarks import INVOICE
from maillage.costing.engine.costing import (
    Costing,
    Work,
    capacity_of,
    cost_service,
    per_fte,
)
from maillage.costing.models import CostStudy, ProcessVolume
from maillage.costing.queries.budgets import years_of
from maillage.kernel.models import Event
from maillage.kernel.money import quantity
from maillage.ledger.rules import FINANCE_FUNCTION
from maillage.network.models import Entity, MacroProcess, Network
from maillage.people.actors import Actor
from maillage.people.queries import names_told, networks_held_by
from maillage.schemes.models import Milestone

Cell = tuple[int, int, int]
"""Process id, entity id, year."""


def studies_visible_to(actor: Actor) -> QuerySet[CostStudy]:
    rows = CostStudy.objects.select_related("network", "process__service_unit", "provider")
    return rows.filter(network__in=networks_held_by(actor))


def finance_processes(network: Network) -> list[MacroProcess]:
    """The macro-processes of the finance function, as the scheme orders them, with their unit."""
    rows = MacroProcess.objects.filter(network=network, function__code=FINANCE_FUNCTION)
    return list(rows.select_related("service_unit").order_by("position", "name"))


def volumes_of(network: Network, years: Iterable[int] | None = None) -> dict[Cell, ProcessVolume]:
    """Every count of the network, in one query."""
    rows = ProcessVolume.objects.filter(process__network=network)
    if years is not None:
        rows = rows.filter(year__in=list(years))
    return {(row.process_id, row.entity_id, row.year): row for row in rows}


def counted_by(network: Network, year: int, reader: Actor) -> dict[Cell, str]:
    """Who last counted each cell of a year, told to `reader`."""
    about = Event.objects.filter(chain=network.chain, verb="finance.volume.counted")
    last: dict[str, str] = {}
    for diff, actor in about.order_by("sequence").values_list("diff", "actor"):
        last |= dict.fromkeys(diff.get("counts", ()), actor)
    names = names_told(set(last.values()), reader)
    processes = dict(network.processes.values_list("code", "pk"))
    entities = dict(network.entities.values_list("code", "pk"))
    found = {tuple(key.split("|")): who for key, who in last.items()}
    return {
        (processes[process], entities[entity], year): names.get(who, "une autre personne")
        for (process, entity, counted), who in found.items()
        if counted == str(year) and process in processes and entity in entities
    }


def volumes_version(network: Network) -> int:
    """A number that changes whenever a cell is written."""
    found = ProcessVolume.objects.filter(process__network=network).aggregate(
        last=Max("version"), count=models.Count("pk")
    )
    return int(found["last"] or 0) + int(found["count"])


def years_counted(network: Network, today: dt.date) -> list[int]:
    """Years to count: those of the scheme's milestones, those already counted, the last one."""
    milestones = Milestone.objects.filter(edition__scheme__network=network)
    dates = milestones.values_list("date__year", flat=True).distinct()
    counted = ProcessVolume.objects.filter(process__network=network)
    held = counted.values_list("year", flat=True).distinct()
    return sorted({*(y for y in dates if y <= today.year), *held, today.year - 1})


def years_offered(network: Network, today: dt.date) -> list[int]:
    """The years every page of figures offers, in order: those with a budget, a book or a count,
    this one and its neighbours."""
    counted = ProcessVolume.objects.filter(process__network=network)
    held = counted.values_list("year", flat=True).distinct()
    return sorted({*years_of(network, today), *network.books.values_list("year", flat=True), *held})


def costing_of(study: CostStudy) -> Costing[str]:
    """What a study says, its works named by the id of their line."""
    works = [Work(str(line.pk), line.volume, line.minutes) for line in study.lines.all()]
    return cost_service(study.cost, capacity_of(study.theoretical, study.practical), works)


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a study gives one chamber: its cost in cents and the units it counts."""

    cost: int
    volume: Decimal

    @property
    def each(self) -> int | None:
        return round(self.cost / self.volume) if self.volume else None


def unit_costs(studies: Iterable[CostStudy]) -> dict[int, UnitCost]:
    """Cost and units by entity id over some studies; their lines and entities are prefetched."""
    found: dict[int, UnitCost] = {}
    for study in studies:
        costs = {line.work.name: line.cost for line in costing_of(study).lines}
        for line in study.lines.all():
            former = found.get(line.entity_id, UnitCost(0, Decimal(0)))
            cost = former.cost + costs[str(line.pk)]
            found[line.entity_id] = UnitCost(cost, former.volume + line.volume)
    return found


def entered_beside(study: CostStudy, cells: Mapping[Cell, ProcessVolume]) -> dict[int, Decimal]:
    """By entity id, the volume entered in the grid where it is not the one the study counts."""
    studied: dict[int, Decimal] = {}
    for line in study.lines.all():
        studied[line.entity_id] = studied.get(line.entity_id, Decimal(0)) + line.volume
    found = {}
    for entity, volume in studied.items():
        cell = cells.get((study.process_id, entity, study.year))
        if cell and cell.volume is not None and cell.volume != volume:
            found[entity] = cell.volume
    return found


def whole(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, None as soon as one is not known: never a partial sum."""
    kept = list(values)
    known = [value for value in kept if value is not None]
    return sum(known, Decimal(0)) if kept and len(known) == len(kept) else None


def unit_of(process: MacroProcess) -> str:
    unit = getattr(process, "service_unit", None)
    return unit.label if unit else ""


def is_invoices(process: MacroProcess) -> bool:
    unit = getattr(process, "service_unit", None)
    return unit is not None and unit.benchmark == INVOICE


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One macro-process one year: a pair per chamber, then the network where all are known."""

    process: MacroProcess
    unit: str
    pairs: list[tuple[Decimal | None, Decimal | None]]
    volume: Decimal | None
    fte: Decimal | None
    each: Decimal | None


def pair_of(row: ProcessVolume | None) -> tuple[Decimal | None, Decimal | None]:
    return (row.volume, row.fte) if row else (None, None)


def counted_in(chambers: Iterable[Entity], year: int, cells: Iterable[Cell]) -> list[Entity]:
    """The chambers a year is counted for: those archived have volumes in it."""
    held = {entity for _process, entity, counted in cells if counted == year}
    return [one for one in chambers if not one.archived or one.pk in held]


def row_of(
    process: MacroProcess, chambers: list[Entity], year: int, cells: dict[Cell, ProcessVolume]
) -> ProcessRow:
    pairs = [pair_of(cells.get((process.pk, entity.pk, year))) for entity in chambers]
    volume, fte = whole(v for v, _f in pairs), whole(f for _v, f in pairs)
    return ProcessRow(process, unit_of(process), pairs, volume, fte, per_fte(volume, fte))


def work_rows(
    study: CostStudy, found: Costing[str], beside: Mapping[int, Decimal]
) -> list[dict[str, Any]]:
    """Each line of a study in words, beside the volume entered in the grid where it differs."""
    costs = {line.work.name: line for line in found.lines}
    return [
        {
            "line": line,
            "volume": quantity(line.volume),
            "entered": quantity(beside.get(line.entity_id)),
            "minutes": quantity(line.minutes),
            "hours": round(costs[str(line.pk)].time / 60),
            "cost": costs[str(line.pk)].cost,
            "each": costs[str(line.pk)].unit_cost,
        }
        for line in study.lines.all()
    ]
