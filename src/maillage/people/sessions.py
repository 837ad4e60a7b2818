"""Sessions kept in the database, found by a prepared query: every page asks for one."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from maillage.kernel.prepared import Prepared

_alive: Prepared[Session] = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now)
)


class SessionStore(db.SessionStore):
    """As Django's, but for how a session is found."""

    def _get_session_from_db(self) -> Session | None:
        found = _alive(self.session_key, timezone.now()) if self.session_key else []
        if not found:
            self._session_key = None
            return None
        return found[0]


def forget_sessions(before: dt.datetime) -> int:
    """Forget the sessions that expired before a moment. How many."""
    return Session.objects.filter(expire_date__lt=before).delete()[0]
