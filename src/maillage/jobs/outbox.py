"""Mail waits in the database and leaves from a worker: no page waits for the server that takes it.

What could not leave is tried again, less and less often, then set aside with its reason. What left
is kept no longer: it may hold the link of a password. What waited in a backup that is put back may
have left since from the installation it is the copy of: it is set aside before anything leaves.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.utils import timezone

from maillage.jobs.models import Mail

logger = logging.getLogger(__name__)

AFTER = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""How long a mail waits that was refused once, twice…; refused once more, it is set aside."""
AT_ONCE = 50
"""Mails sent in one connection."""
SHOWN = 20
MARK = "courriels-a-retenir"
"""A file of the home, there from its restoration until what waited then is set aside."""
HELD = "L’installation a été restaurée\u00a0: ce courriel est peut-être déjà parti."
WORDS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to", "attachments")


class Outbox(BaseEmailBackend):
    """Django's door for mail: whatever room writes one, it waits here. One to nobody is kept as
    long and leaves for no one. Its files are texts."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            told: dict[str, Any] = {word: getattr(message, word) for word in WORDS}
            Mail.objects.create(subject=message.subject[:200], words=told)
        return len(email_messages)


def deliver() -> int:
    """Send what is due, in one connection. How many left."""
    hold_restored()
    now = timezone.now()
    due = Mail.objects.filter(next_at__lte=now).order_by("next_at", "pk")[:AT_ONCE]
    mails = [mail for mail in due if _taken(mail, now)]
    if not mails:
        return 0
    connection = get_connection(settings.EMAIL_DELIVERY)
    left = 0
    try:
        if any(mail.words["to"] for mail in mails):
            connection.open()
    except (OSError, SMTPException) as error:
        _refused(mails, error)
        return 0
    for mail in mails:
        try:
            if mail.words["to"]:
                connection.send_messages([_message(mail)])
                left += 1
            mail.delete()
        except (OSError, SMTPException) as error:
            _refused([mail], error)
    connection.close()
    return left


def waiting() -> list[Mail]:
    """What was refused at least once, latest first, for who administers the installation."""
    return list(Mail.objects.exclude(failure="").order_by("-asked_at", "pk")[:SHOWN])


def set_aside() -> QuerySet[Mail]:
    """What no longer leaves by itself, latest first."""
    return Mail.objects.filter(next_at=None).exclude(failure="").order_by("-asked_at", "pk")


def mark_restored() -> None:
    """Have what waits set aside once this home is served, be its database brought further first."""
    (Path(settings.HOME) / MARK).touch()


def hold_restored() -> int:
    """Set aside what waits in a home that was restored, the first time it is asked. How many."""
    mark = Path(settings.HOME) / MARK
    if not mark.exists():
        return 0
    held = Mail.objects.filter(next_at__isnull=False).update(next_at=None, failure=HELD)
    mark.unlink(missing_ok=True)
    return held


def forget(before: dt.datetime) -> int:
    """Forget what was set aside and asked before a moment. How many."""
    return Mail.objects.filter(next_at=None, asked_at__lt=before).delete()[0]


def _taken(mail: Mail, now: dt.datetime) -> bool:
    """Take a mail for this worker alone; killed, it leaves it to be tried again at its time."""
    again = now + AFTER[mail.attempts] if mail.attempts < len(AFTER) else None
    mine = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts)
    if not mine.update(attempts=mail.attempts + 1, next_at=again):
        return False
    mail.attempts, mail.next_at = mail.attempts + 1, again
    return True


def _message(mail: Mail) -> EmailMessage:
    host = parseaddr(mail.words["from_email"])[1].rpartition("@")[2] or "localhost"
    return EmailMessage(**mail.words, headers={"Message-ID": f"<{mail.pk}@{host}>"})


def _refused(mails: list[Mail], error: Exception) -> None:
    why = f"{type(error).__name__}\u00a0: {error}"
    logger.warning("%s mail(s) did not leave: %s", len(mails), why)
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(failure=why[:500])
