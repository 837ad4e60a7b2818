"""What a network adds to the common chart, and takes back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.ledger import rules
from maillage.ledger.models import ChartVersion, MappingRule
from maillage.ledger.queries.chart import common_chart, shipped_chart
from maillage.network.models import Network
from maillage.network.rules import name_fault, unseen_fault
from maillage.people.actors import Actor


@dataclass(frozen=True, slots=True)
class AccountValue:
    """An account as it is added. `side`: debit, credit or either; `family` "" for none."""

    number: str
    name: str
    side: str
    family: str = ""
    note: str = ""


def account_fault(network: Network, account: AccountValue) -> str:
    """Say what is wrong with an account to add, "" where nothing is."""
    fault = rules.number_fault(account.number) or name_fault("Intitulé", account.name)
    if fault:
        return fault
    if account.side not in rules.SIDES:
        return "Sens : débit, crédit ou l’un ou l’autre."
    if fault := rules.family_fault(account.family):
        return fault
    if len(account.note) > 200:
        return "Note : 200 caractères au plus."
    if common_chart(network).parent(account.number) is None:
        return f"Compte {account.number} : aucun compte du plan ne le contient."
    return unseen_fault("Note", account.note)


@action("ledger.chart.extended", "Compte ajouté au plan du réseau", guard=rules.can_keep_finances)
def extend_chart(
    network: Network, account: AccountValue, *, actor: Actor, valid_from: dt.date
) -> Outcome[ChartVersion]:
    """Add an account to what the network's chart holds from that day on, or change it there.

    Refuses (422) an account that does not hold.
    """
    refuse_fault(account_fault(network, account))
    version, _created = ChartVersion.objects.get_or_create(
        network=network,
        valid_from=valid_from,
        defaults={"title": f"Comptes du réseau depuis le {valid_from:%d/%m/%Y}"},
    )
    row = {name: getattr(account, name) for name in account.__slots__}
    if row in version.extensions:
        return Outcome(version, unchanged=True)
    others = [r for r in version.extensions if r["number"] != account.number]
    version.extensions = sorted([*others, row], key=lambda r: r["number"])
    version.save(update_fields=["extensions"])
    return Outcome(version, {"account": row, "valid_from": valid_from.isoformat()}, network)


@action("ledger.chart.reduced", "Compte retiré du plan du réseau", guard=rules.can_keep_finances)
def reduce_chart(
    network: Network, version_id: int, number: str, *, actor: Actor
) -> Outcome[ChartVersion]:
    """Take back an account the network added.

    Refuses (409) one that rules of correspondence still name and that does not ship.
    """
    version = ChartVersion.objects.filter(network=network, pk=version_id).first()
    kept = [r for r in version.extensions if r["number"] != number] if version else []
    if version is None or len(kept) == len(version.extensions):
        refuse("Ce compte n’est plus parmi ceux du réseau.", 409)
    used = MappingRule.objects.filter(network=network, target=number).exists()
    if used and not shipped_chart().is_valid(number):
        why = f"Des règles de correspondance nomment le compte {number} : les changer d’abord."
        refuse(why, 409)
    version.extensions = kept
    if kept:
        version.save(update_fields=["extensions"])
    else:
        version.delete()
    return Outcome(version, {"account": number}, network)
