"""The values of a table's columns as they are read, and what is wrong in its cells, told by row.

Knows columns, cells and the numbers of rows. Refuses to know what the rows are about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from typing import Any

from maillage.sheets.cells import UnfitError
from maillage.sheets.columns import Column
from maillage.sheets.findings import LIMIT, Findings

MOST_WRONG = 50_000
"""Wrong cells beyond which the others are not read: nobody mends so many one by one."""
_KNOWN_AGAIN = {str, float, dt.date, dt.datetime}
"""No two of which are ever equal, as True is 1 and would pass for it."""
UNREAD = UnfitError("valeur non lue, après trop de fautes", "les premières corrigées")


class _Values(dict[Any, Any]):
    """The values of a column's cells: each is read once, most stand in many rows."""

    def __init__(self, column: Column, wrong: int) -> None:
        super().__init__()
        self.column = column
        self.wrong = wrong

    def __missing__(self, cell: Any) -> Any:
        value = self[cell] = self.of(cell)
        return value

    def of(self, cell: Any) -> Any:
        """The value, or the UnfitError that says why there is none."""
        if self.wrong >= MOST_WRONG:
            return UNREAD
        try:
            return self.column.value(cell)
        except UnfitError as fault:
            self.wrong += 1
            return fault.with_traceback(None)  # kept by thousands, without the frames it crossed


class CellFaults:
    """The faults of the cells, gathered by column and told by row."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        self.columns: list[tuple[Column, list[Any], Sequence[Any]]] = []
        self.met: list[tuple[int, int, Column, UnfitError, Any]] = []
        self.more = self.wrong = 0

    def values(self, column: Column, cells: Sequence[Any]) -> list[Any]:
        """The value of each cell, the UnfitError where it is wrong."""
        known = _Values(column, self.wrong)
        if _KNOWN_AGAIN.issuperset(map(type, cells)):
            values = list(map(known.__getitem__, cells))
        else:
            values = [known[c] if type(c) in _KNOWN_AGAIN else known.of(c) for c in cells]
        if known.wrong > self.wrong or self.wrong >= MOST_WRONG:
            self.wrong = known.wrong
            self.columns.append((column, values, cells))
        return values

    @property
    def met_at(self) -> set[int]:
        """Where the rows stand in which some cell is wrong."""
        return {
            at
            for _, values, _ in self.columns
            for at, value in enumerate(values)
            if isinstance(value, UnfitError)
        }

    def judged(self, apart: Container[int]) -> set[int]:
        """Note the faults of the rows that are not set apart; which these are."""
        wrong: set[int] = set()
        for column, values, cells in self.columns:
            kept = 0
            for at, value in enumerate(values):
                if not isinstance(value, UnfitError) or at in apart:
                    continue
                wrong.add(at)
                for fault in (value, *value.others):
                    if kept < LIMIT:
                        self.met.append((self.numbers[at], len(self.met), column, fault, cells[at]))
                        kept += 1
                    else:
                        self.more += 1
        return wrong

    def first_of(self, apart: Container[int]) -> dict[int, tuple[str, str, str]]:
        """Of each row set apart, the first fault met: what it is, its column, the value read."""
        found: dict[int, tuple[str, str, str]] = {}
        for column, values, cells in self.columns:
            for at, value in enumerate(values):
                if isinstance(value, UnfitError) and at in apart and at not in found:
                    found[at] = (value.what, column.title, value.value or str(cells[at]))
        return found

    def tell(self, findings: Findings) -> None:
        self.met.sort(key=lambda met: met[:1])
        for number, _, column, fault, cell in self.met:
            findings.add(fault.what, fault.expected, row=number, column=column.title,
                         value=fault.value or str(cell))  # fmt: skip
        findings.count += self.more
