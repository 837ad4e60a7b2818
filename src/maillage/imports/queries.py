"""Files in waiting, seen by who sent them alone."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from maillage.imports.flow import ImportFlow
from maillage.imports.models import PendingImport
from maillage.people.actors import Actor


def pending_visible_to(flow: ImportFlow, target: Any, actor: Actor) -> QuerySet[PendingImport]:
    """One's own files of this kind for this thing; nobody else's exist."""
    if not actor.is_known:
        return PendingImport.objects.none()
    return PendingImport.objects.filter(
        flow=flow.name, chain=target.chain, subject=target.subject, actor=actor.identity
    )
