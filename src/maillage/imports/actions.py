"""Put a file that was read aside until who sent it decides; forget it.

The only writer of files in waiting. None of it is journaled: a file in waiting is seen by its
sender alone, changes nothing and does not last; what is applied of it is an act with its event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import orjson

from maillage.imports.flow import ImportFlow
from maillage.imports.models import PendingImport
from maillage.kernel.verdicts import require
from maillage.people.actors import Actor


def keep_file(
    flow: ImportFlow, target: Any, filename: str, rows: Sequence[Any], *, actor: Actor, seen: int
) -> PendingImport:
    """Keep what was read of a file, on the version `seen` of the thing.

    Raises Refusal where the thing is not the actor's to change.
    """
    require(flow.guard(target, actor=actor))
    return PendingImport.objects.create(
        flow=flow.name,
        chain=target.chain,
        subject=target.subject,
        actor=actor.identity,
        filename=filename[:200],
        rows=orjson.dumps(rows, option=orjson.OPT_NON_STR_KEYS),
        seen=seen,
    )


def drop_file(pending: PendingImport) -> None:
    """Forget a file: it was applied, or given up."""
    pending.delete()


def forget_old_files(before: dt.datetime) -> int:
    """Forget the files sent before a moment that nobody decided upon. How many."""
    return PendingImport.objects.filter(created_at__lt=before).delete()[0]
