"""What this installation does regularly: the work of the ground, then that of every room."""

from __future__ import annotations

import datetime as dt

from maillage.imports.actions import forget_old_files
from maillage.jobs.recurring import Recurring
from maillage.kernel.rooms import HOUSE
from maillage.people.sessions import SessionStore

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
GROUND: tuple[Recurring, ...] = (
    Recurring(
        "imports.retention",
        "Oublier les fichiers en attente depuis un jour",
        HOUR,
        forget_old_files,
    ),
    Recurring("people.sessions", "Effacer les sessions expirées", DAY, SessionStore.clear_expired),
)


def works() -> list[Recurring]:
    return [*GROUND, *(work for room in HOUSE.all() for work in room.recurring)]
