"""When the database is held by another writing: how that is known, what is then left undone.

Reading never waits for a writing; a writing waits for another as long as the settings say, then is
refused whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

HURRY = 50
"""Milliseconds one waits to write what may be left for another time."""
_REFUSED = "55P03"
"""PostgreSQL's `lock_not_available`."""


def is_held(error: BaseException) -> bool:
    """Whether a writing was refused because another held what it was to write."""
    if not isinstance(error, OperationalError):
        return False
    return "is locked" in str(error) or getattr(error.__cause__, "sqlstate", "") == _REFUSED


def left_where_held(write: Callable[[], object]) -> None:
    """Write, whole, what a reader need not wait for: it is left where another writing holds the
    database."""
    try:
        with _hurried(), transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = {HURRY}")
            write()
    except OperationalError as error:
        if not is_held(error):
            raise


@contextmanager
def _hurried() -> Iterator[None]:
    """On SQLite, where it is the connection that waits."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {HURRY}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
