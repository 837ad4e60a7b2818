"""What people put around the table of a workbook once they dress it: a title above its own titles,
merged labels and formulas where nobody reads, copies, hidden rows and columns.

What cannot change what is read is passed over, or said; the rest refuses the file. Knows where the
titles stand and which columns are read. Refuses to know what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from maillage.kernel.money import NBSP
from maillage.sheets.findings import LIMIT, Findings
from maillage.sheets.remarks import ranges, remark
from maillage.sheets.scanning import Hidden
from maillage.sheets.words import folded
from maillage.sheets.workbook_parts import Sheet

MOST_ABOVE = 10
"""Rows among which the titles are looked for."""
TALLEST = 50
"""Rows of a merged area that may be rows of somebody else's."""


def title_row(rows: Sequence[Sequence[Any]], known: Collection[str]) -> int:
    """Which row, from 0, holds the titles: the first, unless one of the next names more of the
    `known` columns, by their folded titles, and two at least."""
    named = [
        sum(isinstance(cell, str) and folded(cell[:200].strip()) in known for cell in row)
        for row in rows[:MOST_ABOVE]
    ]
    best = max(range(len(named)), key=named.__getitem__, default=0)
    return best if named and named[best] > 1 else 0


def tell_above(at: int, number: int) -> None:
    """Say which row the titles were read in, where rows stand above."""
    if at:
        remark(f"Titres de colonnes lus à la ligne {number}{NBSP}: ce qui précède n’est pas lu.")


def in_the_way(
    hidden: Iterable[Hidden], titles: int, is_read: Callable[[int], bool]
) -> list[Hidden]:
    """Of what hides, what bears upon what is read: not what stands above the row of the titles,
    by its number, nor what keeps within columns, by number, that are not read."""
    return [
        one
        for one in hidden
        if not (one.rows and one.rows.stop <= titles)
        and (not one.columns or any(map(is_read, one.columns)))
    ]


def tell_hiding(
    hidden: Iterable[Hidden], titles: Sequence[Any], apart: Collection[int], findings: Findings
) -> None:
    """What hides, but in rows set `apart`; first in its row, it explains the rest."""
    others, findings.listed = findings.listed, []
    for one in hidden:
        if not 0 < len(one.rows) <= TALLEST or not all(number in apart for number in one.rows):
            one.tell(findings, titles)
    findings.listed += others[: LIMIT - len(findings.listed)]


def tell_copies(sheet: Sheet, at: int) -> None:
    """Another sheet with the same titles, in row `at`, may be the one that was filled: where both
    do not say the same, nobody can tell which counts."""
    if not sheet.rows or len(_titles(sheet.rows, at)) < 2:
        return
    for name, head in sheet.heads.items():
        if _titles([head], 0) != _titles(sheet.rows, 0):
            continue
        copied = sheet.copy(name)
        if at and _titles(copied, at) != _titles(sheet.rows, at):
            continue
        if _filled(copied) == _filled(sheet.rows):
            remark(f"La feuille «{NBSP}{name}{NBSP}» est la copie de «{NBSP}{sheet.name}{NBSP}»"
                   f"{NBSP}: une seule est lue.")  # fmt: skip
        else:
            is_hidden = ", masquée dans le classeur," if name in sheet.hidden_sheets else ""
            sheet.findings.add(
                f"la feuille «{NBSP}{name}{NBSP}»{is_hidden} porte les mêmes titres et d’autres "
                "valeurs",
                "une seule des deux",
            )


def _titles(rows: Sequence[Sequence[Any]], at: int) -> set[str]:
    row = rows[at] if at < len(rows) else ()
    return {folded(str(title)[:200]) for title in row if str(title).strip()}


def _filled(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows that say something, without the empty cells at their end."""
    found = []
    for row in rows:
        width = len(row)
        while width and row[width - 1] in ("", None):
            width -= 1
        if width:
            found.append(tuple(row[:width]))
    return found


def tell_hidden(sheet: Sheet, wanted: str, at: int, shown: Callable[[int], str]) -> None:
    """What the spreadsheet hides is read as the rest is, and said. `wanted`: the name of the sheet;
    `at`: the row of its titles, from 0; `shown(number)`: the title of a column that is read."""
    place = f"Feuille «{NBSP}{sheet.name}{NBSP}»"
    if sheet.name != wanted:
        remark(f"{place}, lue faute d’une feuille nommée «{NBSP}{wanted}{NBSP}».")
    if sheet.is_hidden:
        remark(f"{place}, masquée dans le classeur{NBSP}: lue comme si elle ne l’était pas.")
    rows = [n for n in sheet.hidden_rows if at < n <= len(sheet.rows) and any(sheet.rows[n - 1])]
    if rows:
        what = "ligne masquée" if len(rows) == 1 else f"{len(rows)} lignes masquées"
        remark(f"{place}, {what} ({ranges(rows)}){NBSP}: lue{'s' * (len(rows) > 1)} comme "
               "les autres.")  # fmt: skip
    for number in sheet.hidden_columns:
        if title := shown(number):
            remark(f"{place}, colonne {title} masquée{NBSP}: lue comme les autres.")
