"""A network created by mistake: given another name, or taken out with the little it has.

What it holds is read in the database, whichever room it is of; what bears its name under a seal is
asked of the rooms above. Codes never change: another code is another network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel import index
from maillage.kernel.actions import Held, Outcome, action, stamp_of
from maillage.kernel.rooms import HOUSE
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict, refuse, refuse_fault
from maillage.network import rules
from maillage.network.models import MacroProcess, Network
from maillage.network.queries import MODELS, within
from maillage.network.rules import Administrating
from maillage.ui.templatetags.ui import pluriel

REMOVED = "network.network.removed"


def name_stamp(network: Network) -> str:
    """What to give back as `seen` to say which name of a network was read."""
    return stamp_of((network.name, network.fictional))


def name_verdict(network: Network, actor: Any) -> Verdict:
    """Whether a network may take another name: nothing under a seal bears the one it has."""
    sealed = HOUSE.dependents(network.subject)
    if not sealed:
        return ALLOWED
    titles = [one.title for one in HOUSE.resolve(sealed, actor).values() if one.visible]
    named = ", ".join(f"«\u00a0{title}\u00a0»" for title in titles[:3])
    return Denied(
        "Une édition scellée porte ce nom, qui ne change plus"
        + (f"\u00a0: {named}." if named else "."),
        409,
    )


def _held(network: Network, **_: Any) -> Held:
    moved = "Le nom du réseau a changé depuis la lecture\u00a0: relire, puis recommencer."
    return Held(name_stamp(network), moved)


@action("network.network.renamed", "Réseau renommé", guard=rules.can_manage, seen=_held)
def rename_network(
    network: Network, *, actor: Administrating, name: str, fictional: bool, seen: str | None = None
) -> Outcome[Network]:
    """Give a network another name, or say whether it is fictional; its code stays.

    Refuses (422) a malformed name, (409) where an edition is sealed under the one it has, or where
    it is no longer as `seen`.
    """
    name = name.strip()
    refuse_fault(rules.name_fault("Nom du réseau", name))
    verdict = name_verdict(network, actor)
    if isinstance(verdict, Denied):
        refuse(verdict.reason, verdict.status)
    before = {"name": network.name, "fictional": network.fictional}
    after = {"name": name, "fictional": fictional}
    if before == after:
        return Outcome(network, unchanged=True)
    network.name, network.fictional = name, fictional
    network.save(update_fields=["name", "fictional"])
    diff = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    return Outcome(network, diff)


@dataclass(frozen=True, slots=True)
class NetworkRemoval:
    """What taking a network out would entail: what leaves with it, and what keeps it, each counted
    in words; `leaving`, how many rows leave."""

    told: tuple[str, ...]
    leaving: int
    resting: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        return Denied(rules.NOT_EMPTY, 409) if self.resting else ALLOWED


def network_removal_of(network: Network) -> NetworkRemoval:
    """As many queries as models that name a network or what leaves with it."""
    held = within(network)
    return NetworkRemoval(
        tuple(pluriel(len(keys), held.said[model]) for model, keys in held.leaving.items() if keys),
        sum(map(len, held.leaving.values())),
        tuple(pluriel(count, said) for said, count in held.resting.items()),
    )


@dataclass(frozen=True, slots=True)
class _Installation:
    """Where the removal is told: the journal of the network, kept, is no longer on any page."""

    subject: str
    chain: str = "installation"


@action(REMOVED, "Réseau retiré", guard=rules.can_create_network)
def remove_network(network: Network, *, actor: Administrating, leaving: int) -> Outcome[int]:
    """Take out a network in which nothing was recorded yet, with its names, its mandates and its
    schemes without an edition: how many rows went.

    Refuses (409) where something else is of it (details "violations": each in words), or where
    another number of rows than the `leaving` agreed to would leave.
    """
    found = network_removal_of(network)
    if isinstance(found.verdict, Denied):
        refuse(found.verdict.reason, 409, violations=list(found.resting))
    if found.leaving != leaving:
        told = ", ".join(found.told) or "rien"
        refuse(f"Ce qui partirait a changé\u00a0: {told}. Rien n’a été retiré.", 409)
    held = within(network)
    for model in _in_order(list(held.leaving)):
        own = model._base_manager.filter(pk__in=held.leaving[model])
        if model is MacroProcess:
            own.exclude(parent=None).delete()
        own.delete()
    subject = _Installation(network.subject)
    chain, diff = network.chain, {"code": network.code, "name": network.name}
    Network.objects.filter(pk=network.pk).delete()
    index.follow(chain, [REMOVED])
    return Outcome(found.leaving, {**diff, "leaving": list(found.told)}, subject)


def _in_order(models: Sequence[Any]) -> list[Any]:
    """What names the nouns of a network leaves before them, a macro-process before its function."""
    nouns = list(MODELS.values())
    return [m for m in models if m not in nouns] + [m for m in reversed(nouns) if m in models]
