"""What the limits on signing in remember, in the cache that every process shares: addresses, for a
while. The cache itself forgets what ended only once it is full."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection


def _table() -> str:
    """Its table, "" where the settings keep the cache elsewhere than in the database."""
    name = settings.CACHES["default"].get("LOCATION", "")
    return str(connection.ops.quote_name(name)) if name else ""


def attempts() -> str:
    """A query that selects them: the table is that of a cache, no model knows it."""
    return f"SELECT 1 FROM {table}" if (table := _table()) else "SELECT 1 WHERE 1 = 0"


def forget_attempts(before: dt.datetime) -> int:
    """Forget what has no effect since before a moment. How many."""
    if not (table := _table()):
        return 0
    ended = connection.ops.adapt_datetimefield_value(before)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [ended])
        return int(cursor.rowcount)
