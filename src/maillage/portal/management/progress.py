"""A progress bar on the error stream, silent where nobody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from maillage.ledger.engine.duck import Progress as Follow
from maillage.ledger.engine.duck import silent


@contextmanager
def bar(stream: Any, name: str) -> Iterator[Follow]:
    """What to tell of a stage, what is done and the total; the bar goes away at the end."""
    if not getattr(stream, "isatty", bool)():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(file=getattr(stream, "_out", stream), stderr=True)
    columns = (TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.description}"),
               TimeElapsedColumn())  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as shown:
        task = shown.add_task("", name=name, total=None)

        def follow(stage: str, done: int, total: int) -> None:
            shown.update(task, description=stage, completed=done, total=total)

        yield follow
