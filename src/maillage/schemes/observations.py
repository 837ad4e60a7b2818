"""What may be read of observations, as plain values: those that hold as of a day, those of a cell.

They are the network's own: who holds no mandate in it reads none. Refuses to compare them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from maillage.kernel.models import Event
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.schemes.engine.observed import Cell, ObservedDoc, latest
from maillage.schemes.models import Observation

SUBJECT = "schemes.observation"


@dataclass(frozen=True, slots=True)
class ObservationsOf:
    """All those of a network, as the journal and the files in waiting name them."""

    network: Network

    def __str__(self) -> str:
        return str(self.network)

    @property
    def chain(self) -> str:
        return self.network.chain

    @property
    def subject(self) -> str:
        return f"{SUBJECT}s:{self.network.code}"


def observations_visible_to(actor: Actor) -> QuerySet[Observation]:
    """With what their words read joined."""
    joined = ("network", "process__function", "entity", "lead")
    found = Observation.objects.select_related(*joined)
    return found if actor.reaches_all else found.filter(network__in=actor.networks)


def observations_version(network: Network) -> int:
    """Moves whenever an observation of the network does."""
    written = Event.objects.filter(chain=network.chain, subject__startswith=SUBJECT)
    return written.aggregate(last=Max("sequence"))["last"] or 0


def doc_of(observation: Observation) -> ObservedDoc:
    """As engines read it; its rows joined."""
    return ObservedDoc(
        observation.process.code,
        observation.entity.code if observation.entity else "",
        observation.observed_on,
        observation.mode,
        observation.lead.code if observation.lead else "",
        tuple(observation.served),
        observation.observer,
        observation.evidence,
        observation.comment,
    )


def observations_as_of(network: Network, day: dt.date) -> dict[Cell, ObservedDoc]:
    """Of each cell of a network, by the codes of its macro-process and entity ("" for the whole),
    what was last observed on that day or before: those withdrawn left out. One query."""
    rows = Observation.objects.filter(network=network, withdrawn="", observed_on__lte=day)
    return latest(map(doc_of, rows.select_related("process", "entity", "lead")), day)


def observations_of_cell(
    actor: Actor, network: Network, process: str, entity: str
) -> list[Observation]:
    """Those of a cell, the last day first, withdrawn ones too; of a chamber, also the network's.
    One query; none for who holds no mandate."""
    if not actor.sees(network.pk):
        return []
    whose = Q(entity=None) | Q(entity__code=entity) if entity else Q(entity=None)
    found = observations_visible_to(actor).filter(whose, network=network, process__code=process)
    return list(found)
