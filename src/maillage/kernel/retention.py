"""How long what an installation keeps is kept: one table, `referentials/retention.yaml`, whose
delays a setting may change. Knows names, days and words; knows no row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

MOST = 36_500
"""Days of the longest delay."""


@dataclass(frozen=True, slots=True)
class Delay:
    """How long one kind of thing is kept: `days` after `since`, for ever where None, or as `told`
    where time alone does not decide."""

    name: str
    what: str
    why: str
    days: int | None = None
    since: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Keeps:
    """What a room keeps under a name of the table: its rows, and how what is older leaves.

    `rows()`: a queryset, or the text of a query that selects them; they are only counted.
    `sweep(before)` forgets what ended before that moment and says how many; None: it never leaves.
    """

    name: str
    rows: Callable[[], Any]
    sweep: Callable[[dt.datetime], int] | None = None


@cache
def delays(asked: str = "") -> tuple[Delay, ...]:
    """The table, changed as the setting RETENTION asks ("imports.files=7, jobs.tasks=90").

    ValueError, in French: a name that has no delay, or days that are none.
    """
    text = files("maillage.referentials").joinpath("retention.yaml").read_text("utf-8")
    table = {row["name"]: Delay(**row) for row in yaml.safe_load(text)["kept"]}
    for one in filter(None, map(str.strip, asked.split(","))):
        name, _, days = map(str.strip, one.partition("="))
        if name not in table or table[name].days is None:
            timed = ", ".join(line.name for line in table.values() if line.days is not None)
            raise ValueError(f"RETENTION\u00a0: «\u00a0{name}\u00a0» n’a pas de délai\u00a0; ceux "
                             f"qui en ont un\u00a0: {timed}")  # fmt: skip
        if not (days.isdecimal() and days.isascii() and 1 <= int(days) <= MOST):
            raise ValueError(f"RETENTION\u00a0: {name} attend un nombre de jours, de 1 à {MOST}")
        table[name] = replace(table[name], days=int(days))
    return tuple(table.values())
