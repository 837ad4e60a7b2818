"""The ends of other installations’ journals, read from this one’s."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from maillage.backups.rules import Heads
from maillage.kernel.models import Event

CHAIN = "installation"
VERB = "backups.anchor.kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a journal ended, and when this was written down."""

    at: dt.datetime
    heads: Heads


def last_kept(subject: str) -> Kept | None:
    """What was kept last of an installation, None where nothing ever was."""
    events = Event.objects.filter(chain=CHAIN, subject=subject, verb=VERB).order_by("-sequence")
    found = events.values_list("at", "diff").first()
    if found is None:
        return None
    at, diff = found
    return Kept(at, {chain: (int(n), str(digest)) for chain, (n, digest) in diff["heads"].items()})
