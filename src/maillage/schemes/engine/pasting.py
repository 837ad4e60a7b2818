"""A block of modes pasted from a spreadsheet into the grid, and copied back to one.

Knows the text a spreadsheet puts on the clipboard and the words people write for a mode. Refuses
to change anything: it gives the cells to set, or says which pasted cell cannot be understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from maillage.kernel import unprintable
from maillage.schemes.engine.placement_files.columns import MODES, letters_of, mode_of
from maillage.sheets.cells import is_error
from maillage.sheets.findings import Finding, Findings, Unreadable

MAX_CHARACTERS = 2_000_000
MAX_CELLS = 100_000
PASTED = "bloc collé"
EXPECTED = (
    "A, C, H, M, I, un mode suivi de ses modes complémentaires («\u00a0M+C\u00a0»), "
    "«\u00a0?\u00a0» (non renseigné), «\u00a0-\u00a0» (sans objet) ou rien (cellule inchangée)"
)
_SEPARATOR = re.compile(r"[\t\n]")
_JOINTS = re.compile(r"[\s+,;/&]+")


@dataclass(frozen=True, slots=True)
class Pasted:
    """One pasted cell. `mode` is "" where the cell must stay as it is."""

    mode: str = ""
    complementary: str = ""


def parse_paste(text: str) -> tuple[tuple[Pasted, ...], ...]:
    """Rows of pasted cells, all of the same width. Raises Unreadable with every unreadable cell."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable([Finding(PASTED, "texte trop long", f"{MAX_CELLS} cellules au plus")])
    rows = _split(text)
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > MAX_CELLS:
        raise Unreadable([Finding(PASTED, "trop de cellules", f"{MAX_CELLS} au plus")])
    findings = Findings(PASTED)
    block = []
    for number, row in enumerate(rows, 1):
        cells = []
        for place, value in enumerate(row, 1):
            cell = cell_of(value)
            if cell is None:
                what = "erreur du tableur" if is_error(value) else "mode inconnu"
                findings.add(what, EXPECTED, row=number, column=str(place), value=value.strip())
            cells.append(cell or Pasted())
        block.append((*cells, *(Pasted() for _ in range(width - len(cells)))))
    findings.raise_any()
    return tuple(block)


def cell_of(text: str) -> Pasted | None:
    """What one cell says, or None. The first mode is dominant, the others complementary."""
    if len(text) > 200:
        return None
    text = text.strip()
    if not text:
        return Pasted()
    mode = mode_of(text)
    if mode is not None:
        return Pasted(mode)
    first, *others = [word for word in _JOINTS.split(text) if word] or [text]
    mode = mode_of(first)
    letters = letters_of(" ".join(others))
    if mode is None or mode not in MODES or not letters or mode in letters:
        return None
    return Pasted(mode, letters)


def _split(text: str) -> list[list[str]]:
    """Rows and cells of tab-separated text, quoted where a cell holds a tab or a line break.

    A quote counts only at the start of a cell, as spreadsheets write it; the last line break
    ends the last row and does not start another.
    """
    text = unprintable.unix(text.removeprefix("\ufeff").rstrip("\0"))
    if not text:
        return []
    text = text.removesuffix("\n")
    rows: list[list[str]] = [[]]
    place = 0
    while True:
        value, place = _field(text, place)
        rows[-1].append(value)
        if place >= len(text):
            return rows
        if text[place] == "\n":
            rows.append([])
        place += 1
        if place == len(text):
            rows[-1].append("")
            return rows


def _field(text: str, start: int) -> tuple[str, int]:
    """The cell that starts here, and where its separator is."""
    if text[start : start + 1] == '"':
        place = start + 1
        while (place := text.find('"', place)) >= 0:
            if text[place + 1 : place + 2] == '"':
                place += 2
            elif text[place + 1 : place + 2] in ("", "\t", "\n"):
                return text[start + 1 : place].replace('""', '"'), place + 1
            else:
                break
    found = _SEPARATOR.search(text, start)
    end = found.start() if found else len(text)
    return text[start:end], end
