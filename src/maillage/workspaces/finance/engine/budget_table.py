"""A budget as a spreadsheet, out and in: one row per account and axis, one column per month.

Knows the axes a row may name. An empty cell says nothing of its month; a 0 says zero. Refuses to
guess, and takes nothing from a file that has a single fault: every finding is listed with its
sheet, row, column, value and what was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from maillage.costing.engine.budgets import account_fault, row_order
from maillage.kernel.money import spread, typed_amount
from maillage.kernel.period import MONTHS
from maillage.sheets.cells import UnfitError, line
from maillage.sheets.column_reader import Layout, Reading, Row, read
from maillage.sheets.columns import Column
from maillage.sheets.marks import Seen, mark_of
from maillage.sheets.writing import Table, marked, to_csv

SHEET = "Budget"
MAX_BYTES = 5_000_000
MOST_LINES = 700
"""Lines of a budget: what its page shows and its form sends at once (fourteen fields each)."""
MONTH_TITLES = tuple(month.capitalize() for month in MONTHS)
TOTAL = "Total"


def _account(cell: Any) -> str:
    account = line(cell).upper()
    if account and (fault := account_fault(account)):
        raise UnfitError("ce n’est pas un compte de budget", fault.rstrip("."))
    return account


COLUMNS = (
    Column("Compte", width=12, name="account", take=_account),
    Column("Intitulé", width=38),
    Column("Axe (code)", "code", 18, name="axis", unknown="axe inconnu",
           expected="un code du plan analytique, ou rien"),
    Column("Axe", width=26),
    *(Column(title, "amount", 13, name=title) for title in MONTH_TITLES),
    Column(TOTAL, "amount", 13, name=TOTAL, needed=False),
)  # fmt: skip
TITLES = tuple(column.title for column in COLUMNS)
MOST_NOTE = 300
"""Characters of a hypothesis."""
NOTE = Column("Hypothèse", width=60, name="note", needed=False, longest=MOST_NOTE)
"""Why a line is what it is. An empty cell leaves it as it is, and so does a file without it."""
Notes = Mapping[tuple[str, str], str]
"""The hypothesis of each line that has one, by account and axis."""
Lines = dict[tuple[str, str], list[int]]
Given = dict[tuple[str, str], list[int | None]]
"""What a file says of each line, month by month: None where its cell is empty."""
Marks = dict[tuple[str, str], Seen | None]
"""What a file saw of each line, None where it does not say."""
Changes = list[tuple[str, str, list[int] | None, list[int]]]
"""Account, axis, twelve cents before (None: a new line) and after."""


EMPTY = (
    "Import\u00a0: une cellule vide laisse le montant tel qu’il est\u00a0; taper 0 le met à zéro."
)


def table_of(
    lines: Lines,
    name_of: Callable[[str], str],
    axes: Mapping[str, str],
    about: Sequence[str],
    *,
    empty: bool = False,
    notes: Notes | None = None,
) -> Table:
    """A budget as the file that is read back, in the order it is read; `empty`: without amounts.

    `name_of`: the name of an account; `axes`: names by code.
    """
    said = notes or {}
    rows = [
        [
            *(account, name_of(account), axis, axes.get(axis, "")),
            *([None] * 13 if empty else (*months, sum(months))),
            said.get((account, axis), ""),
        ]
        for (account, axis), months in sorted(lines.items(), key=lambda i: row_order(i[0][0]))
    ]
    return Table(SHEET, (*COLUMNS, NOTE), rows, (*about, EMPTY))


def seen_table(table: Table, whose: str) -> Table:
    """The same, each row with what the file saw of it; `whose`: the budget, in words."""
    names = {place: column.name for place, column in enumerate(table.columns) if column.name}
    rows = list(table.rows)
    seen = (mark_of({n: row[at] for at, n in names.items()}, whose) for row in rows)
    return marked(replace(table, rows=rows), list(seen))


def write_csv(rows: Iterable[Sequence[Any]], columns: Sequence[Column] = COLUMNS) -> bytes:
    """Rows of texts and cents in the order of the columns, as a French spreadsheet opens them."""
    return to_csv(Table(SHEET, columns, rows, bare=True))


def read_lines(
    data: bytes, filename: str, axes: Collection[str], whose: str = ""
) -> tuple[Given, Notes, Marks]:
    """Twelve cents or nothing by (account, axis code), the hypotheses, and what the file saw of
    each line, from an XLSX, an ODS or a CSV. What the file left as it saw it says nothing.
    Raises Unreadable on any fault."""
    columns = [replace(c, among=dict.fromkeys(axes, "")) if c.name == "axis" else c
               for c in (*COLUMNS, NOTE)]  # fmt: skip
    layout = Layout(SHEET, columns, MOST_LINES, MAX_BYTES, keys=("account", "axis"), about=whose)
    reading = read(data, filename, layout)
    found: Given = {}
    seen: Marks = {}
    notes: dict[tuple[str, str], str] = {}
    lines: dict[tuple[str, str], int] = {}
    for row in reading:
        key = row["account"], row["axis"]
        months = _months(row, reading)
        if not any(key) and all(cents is None for cents in months):
            continue
        if not row["account"]:
            reading.fault(row, "ce n’est pas un compte de budget", account_fault("").rstrip("."),
                          "account")  # fmt: skip
        elif key in found:
            what = f"compte et axe déjà donnés à la ligne {lines[key]}"
            reading.fault(row, what, "une ligne par compte et axe", "account")
        elif row.sound:
            found[key], lines[key], seen[key] = _touched(months, row), row.number, row.seen
            if (note := row.get(NOTE.name, "")) and (row.seen is None or _has(row, NOTE.name)):
                notes[key] = note
    reading.raise_any()
    return found, notes, seen


def _has(row: Row, name: str) -> bool:
    return row.seen is not None and name in row.seen.touched


def _touched(months: list[int | None], row: Row) -> list[int | None]:
    """The months the file changes: one it leaves as it saw it says nothing of it."""
    if row.seen is None or row.seen.is_lost:
        return months
    pairs = zip(MONTH_TITLES, months, strict=True)
    return [cents if _has(row, title) else None for title, cents in pairs]


def _months(row: Row, reading: Reading) -> list[int | None]:
    """What each month says. A total alone is spread; one that is not their sum is a fault, but
    where the file left it as it was given it: whoever changed a month says nothing of it."""
    months = [row[title] for title in MONTH_TITLES]
    is_given = row.seen is not None and not row.seen.is_lost and TOTAL not in row.seen.touched
    total = None if is_given else row.get(TOTAL)
    said = [cents for cents in months if cents is not None]
    if total is None or (len(said) < len(months) and said):
        return months
    if not said:
        return list(spread(total))
    if sum(said) != total:
        reading.fault(
            row, "le total n’est pas la somme des mois", f"{typed_amount(sum(said)) or 0}, ou rien",
            TOTAL, typed_amount(total) or "0",
        )  # fmt: skip
    return months


def changes_of(held: Lines, given: Given) -> Changes:
    """Lines a file would change, in the order they are read.

    What the file leaves empty stays as it is; a new line without any amount is none.
    """
    changes: Changes = []
    for (account, axis), months in sorted(given.items(), key=lambda i: row_order(i[0][0])):
        before = held.get((account, axis))
        if before is None and all(cents is None for cents in months):
            continue
        after = [
            kept if cents is None else cents
            for kept, cents in zip(before or [0] * 12, months, strict=True)
        ]
        if after != before:
            changes.append((account, axis, before, after))
    return changes
