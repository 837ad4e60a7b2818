"""When the database is held by another writing, or does not answer: how that is known, what is
then left undone.

Reading never waits for a writing; a writing waits for another as long as the settings say, then is
refused whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection, transaction

from maillage.kernel.causes import causes

HURRY = 50
"""Milliseconds one waits to write what may be left for another time."""
_REFUSED = ("55P03", "40P01", "40001")
"""PostgreSQL's `lock_not_available`, `deadlock_detected`, `serialization_failure`."""
_AWAY = ("08", "57P", "53300")
"""How PostgreSQL's states begin of a line that broke, of a server that stops, starts or is full."""


def is_held(error: BaseException) -> bool:
    """Whether a writing was refused because another held what it was to write."""
    if not isinstance(error, OperationalError):
        return False
    return "is locked" in str(error) or getattr(error.__cause__, "sqlstate", "") in _REFUSED


def is_away(error: BaseException | None) -> bool:
    """Whether an error comes of a database that does not answer, or went while it was asked."""
    return any(map(_tells_away, causes(error)))


def _tells_away(error: BaseException) -> bool:
    if not isinstance(error, OperationalError):
        return isinstance(error, InterfaceError)
    # Without one, the line itself failed: nothing came from the server.
    state = getattr(error.__cause__, "sqlstate", "")
    return state is None or state.startswith(_AWAY)


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
