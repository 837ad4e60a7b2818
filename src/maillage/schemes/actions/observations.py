"""What is really in place, observed: recorded, corrected, withdrawn. Never touches an edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.kernel.actions import Outcome, action, changes, itself
from maillage.kernel.models import Written
from maillage.kernel.verdicts import Denied, Verdict, refuse, refuse_fault, refuse_unread, require
from maillage.network.models import Entity, MacroProcess, Network
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.engine.observed import MOST_EVIDENCE, MOST_OBSERVER, ObservedDoc
from maillage.schemes.models import Observation
from maillage.schemes.observations import ObservationsOf, observations_version

MOST = 5000
TAKEN = "Cette cellule a déjà un constat de ce jour\u00a0: le corriger, en disant pourquoi."


@dataclass(frozen=True, slots=True)
class Codes:
    """What the codes of observations are in a network. Two queries."""

    processes: Mapping[str, MacroProcess]
    entities: Mapping[str, Entity]

    @classmethod
    def of(cls, network: Network) -> Codes:
        processes = MacroProcess.objects.filter(network=network).select_related("function")
        return cls({p.code: p for p in processes}, {e.code: e for e in network.entities.all()})

    def verdict(self, network: Network, row: ObservedDoc, actor: Actor) -> Verdict:
        """Whether the cell is this actor's. Refuses (422) a code that is none;
        denies (422) what is told of an entity that has no cell."""
        process = self.processes.get(row.process)
        unknown = {row.entity, row.lead, *row.served} - {"", *self.entities}
        if process is None or unknown:
            refuse(f"Code inconnu\u00a0: {', '.join(sorted(unknown)) or row.process}.")
        entity = self.entities[row.entity] if row.entity else None
        verdict = rules.can_observe(
            network, actor=actor, function=process.function.code,
            entity=entity.pk if entity else None,
        )  # fmt: skip
        if entity and verdict:
            return rules.observed_of(entity.name, entity.is_chamber)
        return verdict


def _fault(row: ObservedDoc) -> str:
    """Why what is said of a cell does not hold, or ""."""
    fault = rules.observation_fault(row.on, timezone.localdate(), row.mode, row.observer)
    texts = max(len(row.evidence), len(row.comment))
    if not fault and (len(row.observer) > MOST_OBSERVER or texts > MOST_EVIDENCE):
        return (
            f"Qui constate tient en {MOST_OBSERVER} caractères, la preuve et le commentaire en "
            f"{MOST_EVIDENCE}."
        )
    return fault


def _put(kept: Observation, row: ObservedDoc, codes: Codes) -> None:
    kept.observed_on, kept.mode = row.on, row.mode
    kept.lead = codes.entities[row.lead] if row.lead else None
    kept.served = sorted(set(row.served))
    kept.observer, kept.evidence = row.observer.strip(), row.evidence.strip()
    kept.comment = row.comment.strip()


def _state(kept: Observation) -> dict[str, Any]:
    return {
        "on": kept.observed_on,
        "mode": kept.mode,
        "lead": kept.lead.code if kept.lead else "",
        "served": kept.served,
        "observer": kept.observer,
        "evidence": kept.evidence,
        "comment": kept.comment,
    }


def _told(kept: Observation, diff: Mapping[str, Any]) -> dict[str, Any]:
    entity = kept.entity.code if kept.entity else ""
    return {"process": kept.process.code, "entity": entity, **diff}


@action("schemes.observation.recorded", "Constat enregistré", guard=rules.can_observe_something)
def record_observation(network: Network, *, actor: Actor, row: ObservedDoc) -> Outcome[Observation]:
    """Record what was observed of one cell. Refuses as `record_observations` does."""
    (made,) = _made(network, [row], actor)
    return Outcome(made, _told(made, _first(made)), made)


@action("schemes.observations.recorded", "Constats enregistrés", guard=rules.can_observe_something)
def record_observations(
    network: Network, *, actor: Actor, rows: Sequence[ObservedDoc], seen: int | None = None
) -> Outcome[list[Observation]]:
    """Record what was observed, all or none. Refuses (403) a cell that is not the actor's, (409) a
    cell that has one of that day or observations that moved since `seen`, (422) what does not
    hold."""
    refuse_unread("l’ensemble des constats", seen, lambda: observations_version(network))
    if not 0 < len(rows) <= MOST:
        refuse(f"De 1 à {MOST} constats à la fois.")
    kept = _made(network, rows, actor)
    each: list[Written] = [
        ("schemes.observation.recorded", made.subject, _told(made, _first(made))) for made in kept
    ]
    return Outcome(kept, {"count": len(kept)}, ObservationsOf(network), each=each)


def _made(network: Network, rows: Sequence[ObservedDoc], actor: Actor) -> list[Observation]:
    codes, kept = Codes.of(network), []
    for row in rows:
        require(codes.verdict(network, row, actor))
        refuse_fault(_fault(row))
        made = Observation(network=network, process=codes.processes[row.process])
        made.entity = codes.entities[row.entity] if row.entity else None
        _put(made, row, codes)
        kept.append(made)
    _saved(lambda: Observation.objects.bulk_create(kept))
    return kept


def _first(made: Observation) -> dict[str, Any]:
    return changes({}, {name: value for name, value in _state(made).items() if value})


def _saved(write: Any) -> None:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        refuse(TAKEN, 409)


def can_change(observation: Observation, *, actor: Actor, **_: Any) -> Verdict:
    """Who may tell of the cell may correct and take back what is told of it."""
    function = observation.process.function.code
    return rules.can_observe(
        observation.network, actor=actor, function=function, entity=observation.entity_id
    )


def _refuse_withdrawn(observation: Observation) -> None:
    if observation.withdrawn:
        refuse("Ce constat est retiré\u00a0: en enregistrer un autre.", 409)


@action("schemes.observation.corrected", "Constat corrigé", guard=can_change, seen=itself)
def correct_observation(
    observation: Observation,
    *,
    actor: Actor,
    row: ObservedDoc,
    reason: str,
    seen: int | None = None,
) -> Outcome[Observation]:
    """Change what an observation says, its cell aside, for a reason the journal keeps. Refuses
    (409) one withdrawn, moved since `seen`, or another of that day, (422) what does not hold."""
    _refuse_withdrawn(observation)
    refuse_fault(rules.reason_fault(reason))
    refuse_fault(_fault(row))
    codes = Codes.of(observation.network)
    require(codes.verdict(observation.network, row, actor))
    before = _state(observation)
    _put(observation, row, codes)
    diff = changes(before, _state(observation))
    if not diff:
        return Outcome(observation, unchanged=True)
    _saved(observation.save)
    return Outcome(observation, _told(observation, diff | {"reason": reason.strip()}))


@action("schemes.observation.withdrawn", "Constat retiré", guard=can_change, seen=itself)
def withdraw_observation(
    observation: Observation, *, actor: Actor, reason: str, seen: int | None = None
) -> Outcome[Observation]:
    """Take an observation back, for a reason; it stays in the history of its cell. Refuses (409)
    one already withdrawn or moved since `seen`, (422) without a reason."""
    _refuse_withdrawn(observation)
    refuse_fault(rules.reason_fault(reason))
    observation.withdrawn = reason.strip()
    observation.save(update_fields=["withdrawn"])
    return Outcome(observation, _told(observation, {"reason": reason.strip()}))


def refused_observations(
    network: Network, rows: Iterable[ObservedDoc], *, actor: Actor
) -> dict[tuple[str, str, dt.date], Denied]:
    """Those which recording would refuse, each with why: 403 one of a cell that is not the
    actor's, 409 one of a cell that has one of that day, 422 one that does not hold."""
    rows = list(rows)
    codes, found = Codes.of(network), {}
    days = {row.on for row in rows}
    taken = set(
        Observation.objects.filter(network=network, withdrawn="", observed_on__in=days)
        .values_list("process__code", "entity__code", "observed_on")
    )  # fmt: skip
    for row in rows:
        verdict = codes.verdict(network, row, actor)
        if isinstance(verdict, Denied):
            found[row.process, row.entity, row.on] = verdict
        elif fault := _fault(row):
            found[row.process, row.entity, row.on] = Denied(fault, status=422)
        elif (row.process, row.entity or None, row.on) in taken:
            found[row.process, row.entity, row.on] = Denied(TAKEN, status=409)
    return found
