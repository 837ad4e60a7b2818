"""What the product says, whoever says it, in the words of the controller: cents by row and column.

A page (the data its template is given), a file of a page (CSV, XLSX, JSON), the workbook and the
JSON of the command are all read here into the same `Told`. Knows titles of columns and labels of
families; computes nothing but units.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl

from tests.ledger.controller.by_hand import (
    ADJUSTED,
    ELIMINATED,
    OWED,
    RESULT,
    SUM,
    UNTOLD,
    WHOLE,
    WHOLLY,
    Row,
)
from tests.ledger.test_columns import bare

COLUMNS = {
    "Somme": SUM, "Éliminations": ELIMINATED, "Retraitements": ADJUSTED, "Consolidé": WHOLE,
}  # fmt: skip
NATURES = {
    "Charges et produits": RESULT, "Produits et charges": RESULT, "Créances et dettes": OWED,
    "Soldes réciproques": WHOLLY,
}  # fmt: skip
UNMAPPED = "sans correspondance"

Told = dict[str, Row]


@dataclass(frozen=True)
class Grid:
    """Titles and rows of a table, amounts in cents, None where a cell says nothing.

    Titles are kept without what they say is not told of a whole.
    """

    titles: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "titles", [bare(title) for title in self.titles])

    def dicts(self) -> Iterable[dict[str, Any]]:
        return (dict(zip(self.titles, row, strict=True)) for row in self.rows)


# -- from a file to a grid -------------------------------------------------------------------------


def from_json(data: bytes) -> Grid:
    return from_values(json.loads(data))


def from_values(held: Mapping[str, Any]) -> Grid:
    """A table as JSON says it, alone or among those of the whole."""
    titles = [column["title"] for column in held["columns"]]
    return Grid(titles, [row["values"] for row in held["rows"]])


def from_csv(data: bytes) -> Grid:
    text = data.decode("utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith(("#", '"#', "'#"))]
    titles, *rows = csv.reader(lines, delimiter=";")
    kept = amounts(titles)
    return Grid(titles, [[_cents(cell) if place in kept else cell for place, cell in enumerate(row)]
                         for row in rows])  # fmt: skip


def from_xlsx(data: bytes, sheet: str = "") -> Grid:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    found = book[sheet] if sheet else book.worksheets[0]
    titles, *rows = ([*row] for row in found.iter_rows(values_only=True))
    width, kept = len(titles), amounts(titles)
    return Grid(
        titles,
        [
            [round(cell * 100) if place in kept and isinstance(cell, int | float) else cell
             for place, cell in enumerate([*row, *[None] * (width - len(row))])]
            for row in rows
        ],
    )  # fmt: skip


def from_page(shown: Any) -> Grid:
    """A table of `ui/table.html`, cell by cell as it is drawn."""
    titles = [_text(head).removesuffix(" (€)") for head in shown.heads]
    rows = [[_text(cell) for cell in row] for row in (*shown.rows, *shown.sums)]
    kept = amounts(titles)
    return Grid(titles, [[_cents(cell) if place in kept else cell for place, cell in enumerate(row)]
                         for row in rows])  # fmt: skip


def _text(cell: str) -> str:
    words = html.unescape(re.sub(r"<[^>]*>", "", cell))
    return "" if words == "–" else words


WORDS = {
    *("Tableau", "Ligne", "Compte", "Intitulé", "Calcul", "Chambre", "Chambre en face", "Famille"),
    *("Nature", "État"),
}


def amounts(titles: Sequence[str]) -> set[int]:
    """Places of the columns of amounts: all but those of words."""
    return {place for place, title in enumerate(titles) if title not in WORDS}


def _cents(text: str) -> int | str | None:
    """`-1234,50` in cents; a cell in words stays."""
    plain = text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace("−", "-")
    euros, comma, rest = plain.partition(",")
    if not plain:
        return None
    if not (euros.lstrip("-").isdecimal() and (not comma or rest.isdecimal())):
        return text
    sign = -1 if euros.startswith("-") else 1
    return sign * (abs(int(euros)) * 100 + int((rest + "00")[:2]))


# -- from a grid to what it says -------------------------------------------------------------------


def balance(grid: Grid, names: Mapping[str, str]) -> Told:
    """By common account. The last row, which adds the others up, is checked here."""
    found: Told = {}
    for row in grid.dicts():
        cells = _cells(row, names)
        if row["Compte"] == "Total":
            assert cells == _summed(found), "le total n'est pas la somme de la balance"
            continue
        account = "" if row["Compte"] == UNMAPPED else str(row["Compte"])
        assert account not in found, f"compte {account} deux fois"
        found[account] = cells
    return {account: cells for account, cells in found.items() if cells}


def _summed(found: Told) -> Row:
    """What is not told of a row is not told of their sum."""
    total: Row = {}
    for cells in found.values():
        for column, cents in cells.items():
            former = total.get(column, 0)
            is_told = isinstance(cents, int) and isinstance(former, int)
            total[column] = former + cents if is_told else UNTOLD
    return {column: cents for column, cents in total.items() if cents}


def untold(grid: Grid, names: Mapping[str, str]) -> set[frozenset[str]]:
    """Which columns say that nobody told them, row by row: one set where all rows say the same."""
    rows = ([cell for t, cell in row.items() if t not in WORDS] for row in grid.dicts())
    kept = [any(cell not in (None, "") for cell in cells) for cells in rows]
    return {
        frozenset(c for c, cell in _cells(row, names).items() if cell == UNTOLD)
        for row, has_amounts in zip(grid.dicts(), kept, strict=True)
        if has_amounts
    }


def without_untold(told: Told) -> Told:
    """Amounts alone, rows that have one alone."""
    found = {key: {c: v for c, v in row.items() if v != UNTOLD} for key, row in told.items()}
    return {key: row for key, row in found.items() if row}


def statement(grid: Grid, names: Mapping[str, str]) -> Told:
    """By line, and line and account where it has accounts."""
    found = {}
    for row in grid.dicts():
        key = f"{row['Ligne']} {row['Compte']}" if row["Compte"] else row["Ligne"]
        assert key not in found, f"ligne {key} deux fois"
        found[key] = _cells(row, names)
    return {key: cells for key, cells in found.items() if cells}


def financing(grid: Grid, names: Mapping[str, str]) -> dict[str, Told]:
    """By title of table, then by line."""
    found: dict[str, Told] = {}
    for row in grid.dicts():
        if not row["Compte"]:
            found.setdefault(row["Tableau"], {})[row["Ligne"]] = _cells(row, names)
    return found


def control(grid: Grid, names: Mapping[str, str], families: Mapping[str, str]) -> Told:
    """By pair, family and nature: what one says, what the other answers; and the gaps stated."""
    codes = _codes(names)
    found: Told = {}
    for row in grid.dicts():
        if not row["Chambre en face"]:
            found[row["Chambre"]] = {"gap": row["Écart"]}
            continue
        one, other = codes[row["Chambre"]], codes[row["Chambre en face"]]
        family, nature = families[row["Famille"].replace("’", "'")], NATURES[row["Nature"]]
        says, answers, gap = (row[title] or 0 for title in ("Dit", "Répond", "Écart"))
        assert gap == says + answers, row
        if says or answers:
            found[f"{one} {other} {family} {nature}"] = {"says": says, "answers": answers}
    return found


def _codes(names: Mapping[str, str]) -> dict[str, str]:
    return {name: code for code, name in names.items()}


def _cells(row: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    """Cells of amounts that say something, by the controller's columns."""
    known = _codes(names) | COLUMNS
    cells = {known[title]: cell for title, cell in row.items() if title in known and cell}
    return {c: UNTOLD if str(cell).startswith(UNTOLD) else cell for c, cell in cells.items()}


Reader = Callable[[Grid, Mapping[str, str]], Told]


def differing(told: Told, expected: Told) -> list[str]:
    """Each cell that differs, in words: row, column, what is said, what it should be."""
    found = []
    for key in sorted(told.keys() | expected.keys()):
        one, other = told.get(key, {}), expected.get(key, {})
        found += [
            f"{key or UNMAPPED}, {column} : {one.get(column)} au lieu de {other.get(column)}"
            for column in sorted(one.keys() | other.keys())
            if one.get(column, 0) != other.get(column, 0)
        ]
    return found
