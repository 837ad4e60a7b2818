"""Who may have begun again, or leave, what was set aside. Pure."""

from __future__ import annotations

from typing import Protocol

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.people.actors import Actor

ASIDE = "maillage.jobs.work.SetAside"
"""Told as its error by what was set aside."""


class TaskLike(Protocol):
    status: str
    exception_class_path: str


def can_restart(task: TaskLike, *, actor: Actor, **_: object) -> Verdict:
    """It killed its worker, or found no disk: for who can see to that."""
    if not actor.administers(None):
        return Denied("Seul un administrateur de l’installation peut relancer un travail.")
    if task.status != "FAILED" or task.exception_class_path != ASIDE:
        return Denied("Ce travail n’est plus mis de côté\u00a0: il a été relancé.", status=409)
    return ALLOWED


def can_settle_mails(_: object, *, actor: Actor, **__: object) -> Verdict:
    """Have them leave, or drop them: they may be anybody’s, and hold the link of a password."""
    if not actor.administers(None):
        return Denied("Seul un administrateur de l’installation peut renvoyer un courriel.")
    return ALLOWED
