"""Say which chamber an auxiliary account of the books stands for."""

from __future__ import annotations

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse_fault
from maillage.ledger.engine.partners import fold
from maillage.ledger.models import PartnerNumber
from maillage.ledger.rules import can_keep_finances, written_fault
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.actors import Actor


@action("ledger.partner.named", "Compte auxiliaire rattaché à une chambre", guard=can_keep_finances)
def name_partner(
    network: Network,
    holder: int | None,
    number: str,
    entity: int,
    *,
    actor: Actor,
    kind: str = PartnerNumber.Kind.NUMBER,
) -> Outcome[None]:
    """The auxiliary account `number` of the book of chamber `holder` (None: of every book) stands
    for the chamber of id `entity`, 0 for none of them; or a local account, words of a label.

    Refuses (422) an empty or too long number, an unknown kind, words too short to tell, an entity
    or a holder that is not a chamber of the network, a chamber as its own partner.
    """
    chambers = {chamber.pk: chamber for chamber in chambers_of(network)}
    fault = written_fault(kind, number)
    if not fault and entity and entity not in chambers:
        fault = "La chambre est à choisir parmi celles du réseau."
    if not fault and holder is not None and holder not in chambers:
        fault = "Le livre est à choisir parmi ceux des chambres du réseau."
    if not fault and entity and holder == entity:
        fault = "Une chambre n’est pas son propre partenaire."
    refuse_fault(fault)
    held = PartnerNumber.objects.filter(network=network, holder_id=holder, kind=kind)
    former = [row for row in held if fold(row.number) == fold(number)]
    if [row.entity_id for row in former] == ([entity] if entity else []):
        return Outcome(None, unchanged=True)
    held.filter(pk__in=[row.pk for row in former]).delete()
    if entity:
        held.create(
            network=network, holder_id=holder, kind=kind, number=number.strip(" "), entity_id=entity
        )
    diff = {
        "kind": kind,
        "book": chambers[holder].code if holder is not None else "",
        "number": number.strip(" "),
        "chamber": chambers[entity].code if entity else "",
    }
    return Outcome(None, diff, network)
