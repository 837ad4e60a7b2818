"""DuckDB: one bounded connection, whose long queries tell how far they are and can be stopped; and
short questions asked of the files of the store, all of one database of the process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

# DuckDB is imported where it is asked something: no page nor command waits for it otherwise.

Progress = Callable[[str, int, int], None]
"""Told a stage in French, what is done and the total; what it raises stops the work."""

MEMORY_MB = 1000
POLL = 0.1


def silent(_stage: str, _done: int, _total: int) -> None:
    """A progress nobody follows."""


def asking() -> Any:
    """A DuckDB connection to ask files by, for whoever closes it: what it makes is its own.

    Opening a database takes longer than most questions: all are of one, which keeps nothing.
    """
    return _shared(os.getpid()).cursor()


@cache
def _shared(_pid: int) -> Any:
    """The database of a process: one that another left when it parted is never touched again."""
    import duckdb

    return duckdb.connect(":memory:", config={"enable_external_file_cache": "false"})


class Duck:
    """`run` executes; a query beyond memory spills to `spill`, which must exist."""

    def __init__(
        self,
        spill: Path,
        *,
        memory_mb: int = MEMORY_MB,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        import duckdb

        self.connection = duckdb.connect(":memory:")
        self.progress = progress
        self.connection.execute(f"SET memory_limit = '{int(memory_mb)}MB'")
        self.connection.execute(f"SET threads = {int(threads or os.cpu_count() or 1)}")
        self.connection.execute(f"SET temp_directory = {quoted(str(spill))}")
        self.connection.execute("SET TimeZone = 'UTC'")

    def __enter__(self) -> Duck:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def run(self, sql: str, stage: str = "") -> list[tuple[Any, ...]]:
        """The rows of a query.

        Raises OSError where the disk refuses, duckdb.Error else, and what the progress raises.
        """
        import duckdb

        try:
            if self.progress is None or not stage:
                return self.connection.execute(sql).fetchall()
            return self._followed(sql, stage, self.progress)
        except duckdb.IOException as error:
            raise OSError(str(error)) from error

    def _followed(self, sql: str, stage: str, progress: Progress) -> list[tuple[Any, ...]]:
        outcome: dict[str, Any] = {}

        def work() -> None:
            try:
                outcome["rows"] = self.connection.execute(sql).fetchall()
            except BaseException as error:  # handed to the thread that asked
                outcome["error"] = error

        progress(stage, 0, 100)
        thread = threading.Thread(target=work)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(POLL)
                done = self.connection.query_progress() if thread.is_alive() else 100
                progress(stage, max(0, int(done)), 100)
        except BaseException:
            self.connection.interrupt()
            thread.join()
            raise
        if "error" in outcome:
            raise outcome["error"]
        rows: list[tuple[Any, ...]] = outcome["rows"]
        return rows


def one_file(path: Path) -> str:
    """A path as a reader of files takes it for that file alone: what would match others is not."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
