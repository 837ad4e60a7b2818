"""Who plans investments. Pure: what an operation must hold is in `engine.investments`."""

from __future__ import annotations

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.people.actors import Actor


def can_plan(network: int, finance: str, entity: int, actor: Actor) -> Verdict:
    """Whether the operations of this entity may be written. `finance`: id of that function."""
    if actor.edits_entity_value(network, finance, entity):
        return ALLOWED
    return Denied(
        "Les opérations d’une chambre s’écrivent avec un mandat de rédacteur de cette chambre, "
        "de la fonction finances, ou d’administrateur."
    )


def can_plan_something(network: int, finance: str, actor: Actor) -> Verdict:
    """Whether some operation of the network may be written, whichever chamber's."""
    own = any(p.network == network and p.entity is not None for p in actor.perimeters)
    if own or actor.edits_network_value(network, finance):
        return ALLOWED
    return Denied(
        "Écrire au plan d’investissement demande un mandat de rédacteur d’une chambre, de la "
        "fonction finances, ou d’administrateur."
    )


def removal_fault(status: str) -> str:
    """Why an operation may not be removed, "" where it may: only an idea leaves no trace."""
    if status == "idea":
        return ""
    return (
        "Seule une idée se retire\u00a0; une opération programmée ou votée se marque "
        "«\u00a0abandonnée\u00a0», et reste lisible."
    )
