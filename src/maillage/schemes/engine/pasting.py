"""A block of modes copied from a spreadsheet, and the same block written back.

"" leaves a cell as it is; "M+C" is a dominant mode and its complements; words and letters are
read in any case. Pure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from maillage.schemes.engine.document import (
    MODE_LABELS,
    NOT_APPLICABLE,
    UNKNOWN,
    Finding,
)

WORDS = {label.casefold(): mode for mode, label in MODE_LABELS.items()} | {
    mode.casefold(): mode for mode in MODE_LABELS
}
MOST_CELLS = 5000


@dataclass(frozen=True, slots=True)
class Pasted:
    """What one pasted cell says."""

    mode: str
    complementary: str = ""


def parse_paste(
    text: str,
) -> tuple[tuple[tuple[Pasted | None, ...], ...], tuple[Finding, ...]]:
    """Rows of cells (None: leave as it is), and what could not be read, by row and column."""
    clean = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\r\n", "\n")
    rows = list(csv.reader(io.StringIO(clean.rstrip("\n"), newline=""), delimiter="\t"))
    if sum(map(len, rows)) > MOST_CELLS:
        found = Finding("collage", "bloc trop grand", f"{MOST_CELLS} cellules au plus")
        return (), (found,)
    findings: list[Finding] = []
    block = []
    for line, row in enumerate(rows, 1):
        cells: list[Pasted | None] = []
        for rank, value in enumerate(row, 1):
            cell = _cell(value.strip())
            if isinstance(cell, str):
                where = f"collage, ligne {line}, colonne {rank}"
                findings.append(Finding(where, "mode inconnu", cell, value.strip()[:40]))
                cell = None
            cells.append(cell)
        block.append(tuple(cells))
    return tuple(block), tuple(findings)


def _cell(value: str) -> Pasted | str | None:
    """A cell, None to leave as it is, or what was expected instead."""
    if not value:
        return None
    expected = "A, C, H, M, I, « ? », « - », ou un mode et ses compléments (M+C)"
    whole = WORDS.get(value.casefold())
    if whole:
        return Pasted(whole)
    parts = [WORDS.get(part.casefold(), "") for part in re.split(r"\s*[+ ]\s*", value) if part]
    if not parts or "" in parts or len(set(parts)) < len(parts):
        return expected
    if {UNKNOWN, NOT_APPLICABLE} & set(parts):
        return expected
    return Pasted(parts[0], "".join(sorted(parts[1:])))


def format_block(block: Sequence[Sequence[Pasted | None]]) -> str:
    """The block as text to paste elsewhere: `parse_paste` reads it back."""
    lines = ("\t".join("+".join((c.mode, *c.complementary)) if c else "" for c in row) for row in block)
    return "\r\n".join(lines) + "\r\n"
