"""What is kept of other installations’ journals: in this one’s, which nobody there rewrites."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from maillage.backups.queries import last_kept
from maillage.backups.rules import Heads, cut_fault
from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse
from maillage.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another installation, by the name it has here, as the journal of this one names it."""

    name: str
    chain: str = "installation"

    @property
    def subject(self) -> str:
        return f"backups.neighbour:{self.name}"


@action("backups.anchor.kept", "Fin du journal d’une autre installation gardée")
def keep_anchor(target: None, *, actor: Actor, name: str, heads: Heads) -> Outcome[bool]:
    """Keep where the journal of another installation ends, once a day at most; whether it was kept.

    Refuses (409) a journal shorter than the one kept last, or another.
    """
    neighbour = Neighbour(name)
    kept = last_kept(neighbour.subject)
    if kept is not None and (fault := cut_fault(kept.heads, heads)):
        refuse(f"Ce journal n’est pas la suite de celui qui est gardé ici\u00a0: {fault}.", 409)
    today = timezone.localdate()
    if kept is not None and timezone.localdate(kept.at) == today:
        return Outcome(False, unchanged=True)
    told = {chain: list(head) for chain, head in heads.items()}
    return Outcome(True, {"heads": told}, neighbour)
