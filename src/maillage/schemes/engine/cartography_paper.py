"""The cartography on numbered pages: a tagged PDF/UA-1, A4 or A3, where nothing is cut.

Knows how a `Grid` is shared out between pages: columns that do not fit side by side follow on
pages of their own, under the names of the macro-processes again. Refuses to know which rows are
shown, and to read a clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from maillage.kernel.period import french_date
from maillage.papers.typesetting import compile_pdf
from maillage.papers.wording import Fact, french
from maillage.schemes.engine import picture
from maillage.schemes.engine.cartography_grid import Cell, Grid, Named
from maillage.schemes.engine.document import MODE_LABELS
from maillage.schemes.engine.observed import sign_of

PAPERS = {"a4": "A4", "a3": "A3"}
"""The sizes a reader chooses from; pages lie on their side."""
_TEMPLATES = Path(__file__).parent / "templates"
MODES = _TEMPLATES / "modes.typ"
"""What layouts that draw modes are set after."""
_COLUMNS = {"a4": 8, "a3": 13}
"""Columns that stand side by side."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the pages are about; `facts` stand under the title, `running` at the head of each
    page."""

    network: str
    running: str
    facts: tuple[Fact, ...]
    fictional: bool
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Flows:
    """A picture of flows between milestones, described, and its table: each step's title, and for
    each flow the values before and after and the names of the macro-processes."""

    svg: str
    alt: str
    steps: tuple[tuple[str, tuple[tuple[str, str, tuple[str, ...]], ...]], ...]


def cartography_pdf(grid: Grid, subject: Subject, paper: str, today: dt.date) -> bytes:
    """The table of modes, each cell with who runs it; `paper` is a key of PAPERS."""
    held = {
        "blocks": list(_blocks(grid, _COLUMNS[paper])),
        "leads": [_named(one) for one in _names(grid)],
        "moved": grid.is_moved,
        "differing": grid.is_differing,
        "parted": grid.is_gaping,
        "known": [
            *([picture.KNOWN_SIGNS[k], picture.KNOWN_WORDS[k]] for k in grid.known_otherwise),
            *(picture.SEEN_WORDS if grid.is_parting else ()),
        ],
        "flows": [],
    }
    return _pdf(french(grid.title), held, subject, paper, today)


def trajectory_pdf(
    title: str, flows: Sequence[Flows], subject: Subject, paper: str, today: dt.date
) -> bytes:
    """The flows between milestones, each picture with its table."""
    told = [
        {
            "svg": one.svg,
            "alt": french(one.alt),
            "steps": [{"title": french(step), "rows": list(map(_flow, rows))}
                      for step, rows in one.steps],
        }
        for one in flows
    ]  # fmt: skip
    held = {
        "blocks": [],
        "leads": [],
        "moved": False,
        "differing": False,
        "parted": False,
        "known": [],
        "flows": told,
    }
    return _pdf(french(title), held, subject, paper, today)


def _pdf(title: str, held: dict[str, Any], subject: Subject, paper: str, today: dt.date) -> bytes:
    data = {
        **held,
        "title": title,
        "subject": asdict(subject),
        "paper": paper,
        "modes": [{"value": value, "sign": picture.SIGNS[value], "label": MODE_LABELS[value]}
                  for value in picture.VALUES],
        "not_ranked": picture.NOT_RANKED,
        "signs_told": [text for _, text in picture.SIGN_WORDS],
        "different_told": picture.DIFFERENT_WORDS,
        "parted_told": picture.PARTED_WORDS,
        "made_on": french_date(today),
    }  # fmt: skip
    return compile_pdf(_TEMPLATES / "cartography.typ", data, today, after=(MODES,))


def _blocks(grid: Grid, most: int) -> Sequence[dict[str, Any]]:
    """The columns that stand side by side, as evenly shared as they can be."""
    count = -(-len(grid.columns) // most) or 1
    wide = -(-len(grid.columns) // count) or 1
    found = []
    for start in range(0, max(len(grid.columns), 1), wide):
        held = slice(start, start + wide)
        last = min(start + wide, len(grid.columns))
        told = f"Colonnes {start + 1} à {last} sur {len(grid.columns)}" if count > 1 else ""
        found.append(
            {
                "title": told,
                "columns": [_named(column) for column in grid.columns[held]],
                "sections": list(_sections(grid, held)),
            }
        )
    return found


def _sections(grid: Grid, held: slice) -> Sequence[dict[str, Any]]:
    """The lines under the heading they share."""
    return [
        {
            "title": french(" · ".join(filter(None, heading))),
            "lines": [
                {"name": french(line.name), "cells": [_cell(cell) for cell in line.cells[held]]}
                for line in lines
            ],
        }
        for heading, lines in groupby(grid.lines, key=lambda line: (line.function, line.group))
    ]


def _cell(cell: Cell) -> dict[str, Any]:
    changed, moved = picture.signs_told(cell.marks.kinds)
    return {
        "value": cell.mode,
        "sign": picture.KNOWN_SIGNS.get(cell.provenance, "") + picture.SIGNS[cell.mode],
        "label": MODE_LABELS[cell.mode].lower(),
        "others": cell.complementary,
        "lead": french(cell.lead),
        "changed": changed,
        "moved": moved,
        "different": cell.marks.different,
        "seen": sign_of(cell.marks.seen, cell.mode, cell.marks.observed),
        "gap": cell.marks.seen == "gap",
    }


def _names(grid: Grid) -> Sequence[Named]:
    """Those whose short name is not the whole one, each once."""
    found = dict.fromkeys((*grid.columns, *grid.leads))
    return [one for one in found if one.short != one.name]


def _named(one: Named) -> dict[str, str]:
    return {"short": french(one.short), "name": french(one.name)}


def _flow(row: tuple[str, str, tuple[str, ...]]) -> dict[str, Any]:
    before, after, names = row
    return {
        "before": before,
        "after": after,
        "count": len(names),
        "names": french(", ".join(names)),
    }
