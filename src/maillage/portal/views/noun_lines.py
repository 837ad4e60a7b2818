"""The lines of a table of nouns, as they are stored, sent and pasted; what a page shows of them.

Knows how a row is sent and shown. What holds is said by `network.noun_table`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from maillage.network.noun_table import (
    ENTITY,
    FUNCTION,
    PROCESS,
    Fault,
    Held,
    NounRow,
    columns_of,
    stamp,
    typed,
)
from maillage.sheets.cells import UnfitError
from maillage.sheets.columns import Column
from maillage.sheets.words import folded

HEADINGS = {
    ENTITY: "Chambres et opérateurs",
    FUNCTION: "Fonctions",
    PROCESS: "Macro-processus",
}
LEFT_OUT = ("description", "named_by", "group_named_by")
"""Columns told in the form of one noun and in files, not in the table."""
NO_RANK = "le rang est un nombre, comme 3 ou 2,5"
BLANK = 4
MOST_PASTED = 1_000


@dataclass(slots=True)
class Cell:
    """A field of the table: its column, its text, why it does not hold."""

    column: Column
    text: str
    fault: str = ""

    @property
    def is_checked(self) -> bool:
        return folded(self.text) in ("oui", "o", "vrai", "x", "1", "on")

    @property
    def is_unknown(self) -> bool:
        """Whether what was typed is no value of its column: it is shown as it is, to be mended."""
        if self.column.kind not in ("choice", "boolean") or not self.text.strip():
            return False
        try:
            self.column.value(self.text)
        except UnfitError:
            return True
        return False


@dataclass(slots=True)
class Line:
    """A row of the table as it is sent: its rank, its code, what was read of it, its fields."""

    number: int
    code: str
    seen: str
    texts: Mapping[str, str]
    cells: list[Cell] = field(default_factory=list)
    fault: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)
    """Why fields do not hold, by column."""
    rank: str = ""
    """What was typed as its rank, where that is no number."""

    @property
    def is_new(self) -> bool:
        return not self.seen

    @property
    def is_blank(self) -> bool:
        told = [text for name, text in self.texts.items() if name not in ("kind", "region_only")]
        return self.is_new and not any(text.strip() for text in told)


def _shown(kind: str, functions: Mapping[str, str]) -> list[Column]:
    """The columns of the table: the name first, the code last."""
    columns = [c for c in columns_of(kind, functions) if c.name not in LEFT_OUT]
    return [*columns[1:], columns[0]]


class Table:
    """The table of one kind: its columns, and its lines as they are stored, sent and pasted."""

    def __init__(self, kind: str, held: Held) -> None:
        self.kind, self.held = kind, held
        self.functions = {code: said["name"] for code, said in held[FUNCTION].items()}
        self.columns = _shown(kind, self.functions)
        self.general: list[str] = []

    def stored(self) -> list[Line]:
        return [
            Line(number, code, stamp(said), self._texts(said))
            for number, (code, said) in enumerate(self.held[self.kind].items(), 1)
        ]

    def _texts(self, said: Mapping[str, Any]) -> dict[str, str]:
        return {
            c.name: (said[c.name] or "") if c.kind == "choice" else c.written(said[c.name])
            for c in self.columns
            if c.name != "code"
        }

    def sent(self, post: QueryDict) -> list[Line]:
        """The lines of a form, in the order of their ranks."""
        lines = []
        for at in post.getlist("ligne")[: 2 * MOST_PASTED]:
            texts = {c.name: post.get(f"{c.name}-{at}", "") for c in self.columns}
            code = texts.pop("code").strip()
            rank = post.get(f"rang-{at}", "").strip()
            read = re.fullmatch(r"\d{1,6}([.,]\d{1,4})?", rank)
            place = float(rank.replace(",", ".")) if read else 1e9
            line = Line(0, code, post.get(f"lu-{at}", "")[:16], texts, rank="" if read else rank)
            lines.append((place, line))
        ordered = [line for _, line in sorted(lines, key=lambda one: one[0])]
        kept = [line for line in ordered if not (line.is_blank and not line.code)]
        for number, line in enumerate(kept, 1):
            line.number = number
        return kept

    def pasted(self, text: str, after: int) -> list[Line]:
        """Lines copied from a spreadsheet: by their titles where the first row has some."""
        rows = [r for r in csv.reader(io.StringIO(text.strip("\r\n")), "excel-tab") if any(r)]
        names = [c.name for c in self.columns]
        titles = {folded(c.title): c.name for c in self.columns}
        if rows and folded(rows[0][0]) in titles:
            names = [titles.get(folded(cell), "") for cell in rows.pop(0)]
        lines = []
        for number, row in enumerate(rows[:MOST_PASTED], after + 1):
            texts = dict.fromkeys((c.name for c in self.columns), "")
            given = zip(names, row, strict=False)
            texts |= {name: self._known(name, cell.strip()) for name, cell in given if name}
            lines.append(Line(number, texts.pop("code"), "", texts))
        return lines

    def _known(self, name: str, text: str) -> str:
        """The value of a label, where the column is a choice."""
        column = next(c for c in self.columns if c.name == name)
        wanted = folded(text)
        found = (v for v, label in column.among.items() if wanted in (folded(label), folded(v)))
        return next(found, text)

    def rows(self, lines: Iterable[Line]) -> tuple[list[NounRow], list[Fault]]:
        sent = [
            {**line.texts, "code": line.code, "number": str(line.number), "seen": line.seen}
            for line in lines
        ]
        rows, faults = typed(self.kind, sent, self.functions)
        faults += [Fault(line.number, "", NO_RANK) for line in lines if line.rank]
        return [self._touched(row) for row in rows], faults

    def _touched(self, row: NounRow) -> NounRow:
        """The row; without values where one left it as it was read: others may have changed it."""
        now = self.held[self.kind].get(row.code)
        if not row.seen or now is None or stamp({**now, **row.values}) != row.seen:
            return row
        return replace(row, values={}, seen=None)

    def mark(self, lines: Sequence[Line], faults: Iterable[Fault]) -> None:
        """Tell each fault at its place; a line that moved may be sent again, as it is now."""
        for line in lines:
            own = [fault for fault in faults if fault.number == line.number]
            for fault in own:
                if fault.column:
                    line.faults.setdefault(fault.column, []).append(fault.reason)
            line.fault = "\u00a0; ".join(f.reason for f in own if not f.column)
            if any(f.moved for f in own) and line.seen and line.code in self.held[self.kind]:
                line.seen = stamp(self.held[self.kind][line.code])
        self.general = [f.reason for f in faults if not f.number]

    def context(self, lines: list[Line]) -> dict[str, Any]:
        first = len(lines) + 1
        lines = lines + [Line(first + n, "", "", {}) for n in range(BLANK)]
        for line in lines:
            texts = {**line.texts, "code": line.code}
            line.cells = [
                Cell(c, texts.get(c.name, ""), "\u00a0; ".join(line.faults.get(c.name, ())))
                for c in self.columns
            ]
        faulty = [line for line in lines if line.fault or any(c.fault for c in line.cells)]
        return {
            "heading": HEADINGS[self.kind],
            "columns": self.columns,
            "lines": lines,
            "first_new": next((line.number for line in lines if line.is_new), 0),
            "order": ",".join(self.held[self.kind]),
            "faulty": faulty,
            "general": self.general,
            "groups": sorted({s["group"] for s in self.held[PROCESS].values() if s["group"]}),
            "perimeters": self._perimeters() if self.kind == PROCESS else [],
            "empty": not self.held[self.kind],
            "needs_function": self.kind == PROCESS and not self.functions,
        }

    def _perimeters(self) -> list[dict[str, Any]]:
        """The perimeters of each function, and how many rows stand in each."""
        counts = Counter(
            (said["function"], said["group"])
            for said in self.held[PROCESS].values()
            if said["group"]
        )
        return [
            {"code": code, "function": self.functions[code], "group": group, "count": count}
            for (code, group), count in sorted(counts.items())
        ]
