"""What a builder wrote once is written again as it was: the same statements, without their making.

`remembered(step, build)` gives what `build()` returns. The first time the rows it writes are kept;
where the next test begins from the very same state, they are written as they stand, in a twentieth
of the time. Anything else (another database, no transaction to undo, a state that differs) builds.
Knows SQLite and what undoes a test; not what is built.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

T = TypeVar("T")
Written = tuple[str, Any, bool]
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@dataclass
class Memory:
    """What was written, by the steps that led to it, and where the present test stands."""

    steps: dict[tuple[Hashable, ...], tuple[list[Written], Any]] = field(default_factory=dict)
    empty: Any = None
    path: tuple[Hashable, ...] | None = None
    changes: int = -1

    def forget_where(self) -> None:
        """A test begins: what the former one wrote is undone."""
        self.path, self.changes = None, -1

    def here(self) -> tuple[Hashable, ...] | None:
        """The steps that made the present state, None where something else wrote."""
        if self.path is not None and self.changes == _changes():
            return self.path
        return () if _counters() == self.empty else None

    def stand(self, path: tuple[Hashable, ...]) -> None:
        self.path, self.changes = path, _changes()


MEMORY = Memory()


def remembered(step: Hashable, build: Callable[[], T]) -> T:
    """What `build()` makes: `step` tells all that it depends on, but for the state it finds."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return build()
    before = MEMORY.here()
    if before is None:
        return build()
    path = (*before, step, timezone.localdate())
    if path not in MEMORY.steps:
        written: list[Written] = []
        with connection.execute_wrapper(_keeper(written)):
            value = build()
        MEMORY.steps[path] = written, deepcopy(value)
        MEMORY.stand(path)
        return value
    written, kept = MEMORY.steps[path]
    with connection.cursor() as cursor:
        for sql, parameters, many in written:
            (cursor.executemany if many else cursor.execute)(sql, parameters)
            if not many and "RETURNING" in sql:
                cursor.fetchall()
    MEMORY.stand(path)
    found: T = deepcopy(kept)
    return found


def _keeper(written: list[Written]) -> Callable[..., Any]:
    def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if many:
            parameters = list(parameters)
        if sql.lstrip().upper().startswith(WRITES):
            written.append((sql, parameters, many))
        return execute(sql, parameters, many, context)

    return keep


def _changes() -> int:
    found: int = connection.connection.total_changes
    return found


def _counters() -> tuple[Any, ...]:
    """The last number given in each table: those of an empty house are those of its migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        return tuple(cursor.fetchall())


def begin() -> None:
    """The database is empty: what tests begin from."""
    if connection.vendor == "sqlite":
        MEMORY.empty = _counters()
