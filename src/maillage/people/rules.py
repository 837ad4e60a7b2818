"""Who may open accounts and give mandates. Pure."""

from __future__ import annotations

from typing import Protocol

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.people.actors import Actor


class UserLike(Protocol):
    @property
    def identity(self) -> str: ...


def can_manage_accounts(_: object, *, actor: Actor, **__: object) -> Verdict:
    """Accounts belong to the installation: its administrators open, close and erase them."""
    if actor.administers(None):
        return ALLOWED
    return Denied("Seul un administrateur de l’installation peut gérer les comptes.")


def can_keep_own(user: UserLike, *, actor: Actor, **__: object) -> Verdict:
    """How hours are told is one's own to choose."""
    if user.identity == actor.identity:
        return ALLOWED
    return Denied("Chacun règle son propre compte.")


def can_close(user: UserLike, *, actor: Actor, **__: object) -> Verdict:
    verdict = can_manage_accounts(user, actor=actor)
    if verdict and user.identity == actor.identity:
        return Denied("Un administrateur ne ferme pas son propre compte.", status=409)
    return verdict
