"""What backups hand to the house: one made each day, where the settings say where; the
ends of the journal sent to those whom they name."""

from __future__ import annotations

import datetime as dt

from maillage.backups import actions as _actions  # noqa: F401 (declared to the journal)
from maillage.backups.anchors import send_anchor
from maillage.backups.keeping import scheduled
from maillage.jobs.recurring import Recurring
from maillage.kernel.rooms import Purpose, Room

ROOM = Room(
    code="backups",
    label="Sauvegardes",
    purpose=Purpose.NETWORK,
    documentation="guide/installer-exploiter.md",
    recurring=(
        Recurring(
            "backups.daily",
            "Sauvegarder l’installation, si les réglages disent où",
            dt.timedelta(days=1),
            scheduled,
        ),
        Recurring(
            "backups.anchor",
            "Envoyer l’ancre du journal, si les réglages disent à qui",
            dt.timedelta(days=1),
            send_anchor,
        ),
    ),
)
