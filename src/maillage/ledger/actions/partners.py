"""Say which chamber an auxiliary account of the books stands for."""

from __future__ import annotations

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse_fault
from maillage.ledger.models import PartnerNumber
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.network.rules import name_fault
from maillage.people.actors import Actor


@action("ledger.partner.named", "Compte auxiliaire rattaché à une chambre", guard=can_keep_finances)
def name_partner(network: Network, number: str, entity: int, *, actor: Actor) -> Outcome[None]:
    """The auxiliary account `number` stands for the chamber of id `entity`, 0 for none of them.

    Refuses (422) an empty or too long number, an entity that is not a chamber of the network.
    """
    chambers = {chamber.pk: chamber for chamber in chambers_of(network)}
    fault = name_fault("Compte auxiliaire", number, 60)
    if not fault and entity and entity not in chambers:
        fault = "La chambre est à choisir parmi celles du réseau."
    refuse_fault(fault)
    former = PartnerNumber.objects.filter(network=network, number=number).first()
    before = former.entity_id if former else 0
    if before == entity:
        return Outcome(None, unchanged=True)
    if former is not None:
        former.delete()
    if entity:
        PartnerNumber.objects.create(network=network, number=number, entity_id=entity)
    after = chambers[entity].code if entity else ""
    return Outcome(None, {"number": number, "chamber": after}, network)
