"""The ends of the journal sent outside each day, to people whom no one here can make forget."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.mail import EmailMessage

from maillage.backups.proofs import anchored

FILE = "ancre.json"
TEXT = """\
La fin de chaque chaîne du journal de « {name} », le {day}, est dans le fichier joint.

La garder suffit. Elle montrera, si on le demande un jour, que ce journal n’a été ni coupé ni récrit
depuis :

    maillage journal-verify --anchor {file}
"""


def send_anchor() -> int:
    """Mail the ends of the journal to those that the settings name. How many people.

    What refuses the mail is raised: the work is tried again, and its failure told.
    """
    if not settings.ANCHOR_TO:
        return 0
    told = anchored()
    day = told["at"][:10]
    name = settings.INSTALLATION_NAME
    message = EmailMessage(
        f"{name}\u00a0: ancre du journal, {day}",
        TEXT.format(name=name, day=day, file=FILE),
        to=settings.ANCHOR_TO,
    )
    data = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    message.attach(FILE, data, "application/json")
    message.send()
    return len(settings.ANCHOR_TO)
