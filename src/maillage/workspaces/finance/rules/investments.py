"""Who plans investments. Pure: what an operation must hold is in `engine.investments`."""

from __future__ import annotations

from typing import Protocol

from maillage.kernel.verdicts import Denied, Verdict
from maillage.ledger.rules import kept_by_chamber, kept_by_some_chamber
from maillage.network.rules import EntityLike, NetworkLike
from maillage.people.actors import Actor

NOT_PLANNED = Denied(
    "Les opérations d’une chambre s’écrivent avec un mandat de rédacteur de cette chambre, "
    "de la fonction finances, ou d’administrateur."
)
NOTHING_PLANNED = Denied(
    "Écrire au plan d’investissement demande un mandat de rédacteur d’une chambre, de la "
    "fonction finances, ou d’administrateur."
)


class InvestmentLike(Protocol):
    network_id: int
    entity_id: int
    status: str


def can_plan(entity: EntityLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether operations of this chamber may be written."""
    return kept_by_chamber(entity.network_id, entity.pk, actor, NOT_PLANNED)


def can_revise(row: InvestmentLike, *, actor: Actor, **_: object) -> Verdict:
    return kept_by_chamber(row.network_id, row.entity_id, actor, NOT_PLANNED)


def can_plan_something(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether some operation of the network may be written, whichever chamber's."""
    return kept_by_some_chamber(network.pk, actor, NOTHING_PLANNED)


def can_remove(row: InvestmentLike, *, actor: Actor, **_: object) -> Verdict:
    """Only an idea leaves no trace in the plan."""
    verdict = can_revise(row, actor=actor)
    if not verdict or row.status == "idea":
        return verdict
    return Denied(
        "Seule une idée se retire\u00a0; une opération programmée ou votée se marque "
        "«\u00a0abandonnée\u00a0», et reste lisible.",
        status=409,
    )
