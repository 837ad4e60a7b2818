"""Count volumes and people, say what a unit is, write and remove cost studies."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maillage.costing.engine import costing
from maillage.costing.engine.benchmarks import units
from maillage.costing.models import CostLine, CostStudy, ProcessVolume, ServiceUnit
from maillage.costing.queries.costs import volumes_version
from maillage.costing.rules import costs as rules
from maillage.kernel.actions import Held, Outcome, action
from maillage.kernel.verdicts import (
    refuse,
    refuse_fault,
    refuse_unread,
)
from maillage.network.models import Entity, MacroProcess, Network
from maillage.network.rules import name_fault, unseen_fault
from maillage.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Count:
    """One cell of the grid: None is «\u00a0non renseigné\u00a0». `seen`: the version read."""

    process: MacroProcess
    entity: Entity
    year: int
    volume: Decimal | None
    fte: Decimal | None
    seen: int = 0


@action("finance.volume.counted", "Volumes et ETP saisis", guard=rules.can_count)
def count_volumes(
    network: Network,
    counts: Sequence[Count],
    *,
    actor: Actor,
    source: str = "",
    seen: int | None = None,
) -> Outcome[int]:
    """Write cells of the grid, all or none; returns how many changed.

    Refuses (422) a negative or absurd number, (409) a cell written by someone else since read, or
    a grid that is no longer as `seen`.
    """
    refuse_unread("la grille des volumes", seen, lambda: volumes_version(network))
    refuse_fault(unseen_fault("Source", source))
    told: dict[str, Any] = {}
    for count in counts:
        changed = _count(count, source)
        if changed:
            told[f"{count.process.code}|{count.entity.code}|{count.year}"] = changed
    return Outcome(len(told), {"counts": told}, network, unchanged=not told)


def _count(count: Count, source: str) -> list[Any]:
    """Write one cell; what it held and holds, nothing where it is as it was."""
    fault = rules.year_fault(count.year) or rules.count_fault(count.volume, count.fte)
    if fault:
        where = f"{count.process.name}, {count.entity.short_name}, {count.year}"
        refuse(f"{where}\u00a0: {fault}")
    cell = {"process": count.process, "entity": count.entity, "year": count.year}
    row = ProcessVolume.objects.filter(**cell).first()
    before = (row.volume, row.fte) if row else (None, None)
    if before == (count.volume, count.fte):
        return []
    if (row.version if row else 0) != count.seen:
        reason = (
            f"{count.process.name}, {count.entity.short_name}, {count.year}\u00a0: une autre "
            "personne a changé cette cellule depuis que vous l’avez lue. Relire, puis saisir."
        )
        refuse(reason, 409)
    row = row or ProcessVolume(**cell)
    row.volume, row.fte, row.source = count.volume, count.fte, source
    row.version = time.time_ns() // 1000
    row.save()
    return [[_plain(value) for value in before], [_plain(count.volume), _plain(count.fte)]]


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


@action("finance.unit.named", "Unité d’œuvre nommée", guard=rules.can_study)
def name_unit(
    network: Network, process: MacroProcess, *, label: str, benchmark: str = "", actor: Actor
) -> Outcome[ServiceUnit]:
    """Say what is counted for a macro-process, and which published benchmark counts the same.

    Refuses (422) an empty name or an unknown benchmark.
    """
    fault = name_fault("Unité d’œuvre", label, 80)
    if benchmark and benchmark not in units():
        fault = fault or "Repère inconnu."
    if process.network_id != network.pk:
        fault = "Ce macro-processus n’est pas du réseau."
    refuse_fault(fault)
    row = ServiceUnit.objects.filter(process=process).first() or ServiceUnit(process=process)
    if (row.label, row.benchmark) == (label.strip(), benchmark):
        return Outcome(row, unchanged=True)
    before = [row.label, row.benchmark]
    row.label, row.benchmark = label.strip(), benchmark
    row.save()
    diff = {"process": process.code, "unit": [before, [row.label, row.benchmark]]}
    return Outcome(row, diff, network)


@dataclass(frozen=True, slots=True)
class Worked:
    """Units done for a chamber, minutes each."""

    entity: Entity
    activity: str
    volume: Decimal
    minutes: Decimal


@dataclass(frozen=True, slots=True)
class StudyDraft:
    """A cost study as it is given; amounts in cents, `practical` in hundredths of a percent."""

    process: MacroProcess
    provider: Entity
    year: int
    cost: int
    fte: Decimal
    lines: Sequence[Worked]
    minutes_per_fte: int = costing.MINUTES_PER_FTE
    practical: int = costing.DEFAULT_PRACTICAL
    source: str = ""


def _study_of(draft: StudyDraft) -> CostStudy | None:
    cell = {"process": draft.process, "provider": draft.provider, "year": draft.year}
    return CostStudy.objects.filter(**cell).first()


def _held_study(_: Network, *, draft: StudyDraft, **__: object) -> Held:
    row = _study_of(draft)
    moved = "Cette étude existe déjà, ou a changé depuis que vous l’avez lue\u00a0: relire."
    return Held(row.version if row else 0, moved)


@action("finance.study.saved", "Étude de coût enregistrée", guard=rules.can_study, seen=_held_study)
def save_study(
    network: Network, draft: StudyDraft, *, actor: Actor, seen: int | None = None
) -> Outcome[CostStudy]:
    """Write the study of a macro-process, a provider and a year; its lines take the former's place.

    Refuses (422) a cost or a capacity that gives no rate, a line counted twice or negative;
    (409) a study written by someone else since version `seen` (0: none was there).
    """
    refuse_fault(_study_fault(network, draft))
    row = _study_of(draft) or CostStudy(
        network=network, process=draft.process, provider=draft.provider, year=draft.year
    )
    row.cost, row.fte, row.practical = draft.cost, draft.fte, draft.practical
    row.minutes_per_fte, row.source = draft.minutes_per_fte, draft.source
    row.version = time.time_ns() // 1000
    row.save()
    row.lines.all().delete()
    CostLine.objects.bulk_create(
        CostLine(
            study=row,
            entity=line.entity,
            activity=line.activity,
            volume=line.volume,
            minutes=line.minutes,
        )
        for line in draft.lines
    )
    diff = {"process": draft.process.code, "provider": draft.provider.code, "year": draft.year}
    diff |= {"cost": draft.cost, "practical": draft.practical, "lines": len(draft.lines)}
    return Outcome(row, diff, row)


def _study_fault(network: Network, draft: StudyDraft) -> str:
    entities = [draft.provider, *(line.entity for line in draft.lines)]
    if {draft.process.network_id, *(e.network_id for e in entities)} != {network.pk}:
        return "Ce macro-processus ou cette chambre n’est pas du réseau."
    theoretical = round(draft.fte * draft.minutes_per_fte)
    fault = (
        rules.year_fault(draft.year)
        or rules.count_fault(None, draft.fte)
        or unseen_fault("Provenance", draft.source)
        or costing.capacity_fault(draft.cost, theoretical, draft.practical)
    )
    met: set[tuple[int, str]] = set()
    for line in draft.lines:
        if (line.entity.pk, line.activity) in met:
            fault = fault or (
                f"{line.entity.short_name}\u00a0: deux lignes pour la même activité\u00a0; les "
                "réunir, ou nommer l’activité."
            )
        met.add((line.entity.pk, line.activity))
        if wrong := rules.work_fault(line.volume, line.minutes):
            fault = fault or f"{line.entity.short_name}\u00a0: {wrong}"
    return fault


@action("finance.study.removed", "Étude de coût supprimée", guard=rules.can_remove_study)
def remove_study(row: CostStudy, *, actor: Actor) -> Outcome[None]:
    """Take a study away, with its lines; volumes counted in the grid stay."""
    diff = {"process": row.process.code, "provider": row.provider.code, "year": row.year}
    network = row.network
    row.delete()
    return Outcome(None, diff | {"cost": row.cost}, network)
