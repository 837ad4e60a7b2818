"""A budget as a spreadsheet, out and in: one row per account and axis, one column per month.

Knows the axes a row may name. An empty cell says nothing of its month; a 0 says zero. Refuses to
guess, and takes nothing from a file that has a single fault: every finding is listed with its
sheet, row, column, value and what was expected.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from maillage.costing.engine.budgets import account_fault, row_order
from maillage.kernel.money import EXPECTED, cents_of, parse_amount, spread, typed_amount
from maillage.kernel.period import MONTHS
from maillage.sheets.archive import is_workbook, unreadable
from maillage.sheets.findings import Findings, shown
from maillage.sheets.formulas import guarded
from maillage.sheets.sources import csv_rows, workbook_rows
from maillage.sheets.words import folded, nearest

SHEET = "Budget"
MAX_BYTES = 5_000_000
MOST_LINES = 700
"""Lines of a budget: what its page shows and its form sends at once (fourteen fields each)."""
ACCOUNT, NAME, AXIS, AXIS_NAME = "Compte", "Intitulé", "Axe (code)", "Axe"
MONTH_TITLES = tuple(month.capitalize() for month in MONTHS)
TOTAL = "Total"
TITLES = (ACCOUNT, NAME, AXIS, AXIS_NAME, *MONTH_TITLES, TOTAL)
READ = (ACCOUNT, AXIS, *MONTH_TITLES)
_BY_TITLE = {folded(title): title for title in TITLES}
Lines = dict[tuple[str, str], list[int]]
Given = dict[tuple[str, str], list[int | None]]
"""What a file says of each line, month by month: None where its cell is empty."""
Changes = list[tuple[str, str, list[int] | None, list[int]]]
"""Account, axis, twelve cents before (None: a new line) and after."""


def write_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows of texts and cents in the order of TITLES, as a French spreadsheet opens them."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(TITLES)
    for row in rows:
        writer.writerow([guarded(v) if isinstance(v, str) else _plain(v) for v in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _plain(cents: int | None) -> str:
    return "" if cents is None else typed_amount(cents, "") or "0"


def read_budget(data: bytes, filename: str, axes: Collection[str]) -> Given:
    """Twelve cents or nothing by (account, axis code), from an XLSX or a CSV.

    Raises Unreadable on any fault.
    """
    name = shown(filename) or "fichier"
    if len(data) > MAX_BYTES:
        raise unreadable(
            name, "le fichier est trop lourd", f"{MAX_BYTES // 1_000_000}\u00a0Mo au plus"
        )
    if not data:
        raise unreadable(name, "le fichier est vide")
    if is_workbook(data, name):
        findings, rows = workbook_rows(data, name, SHEET, 100_000, len(TITLES))
    else:
        findings, rows = csv_rows(data, name, _BY_TITLE, 100_000)
    lines = _Reading(findings, axes).lines(rows)
    findings.raise_any()
    return lines


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


class _Reading:
    """One reading: the axes known, the rows met so far, what is wrong."""

    def __init__(self, findings: Findings, axes: Collection[str]) -> None:
        self.findings, self.axes = findings, axes
        self.met: dict[tuple[str, str], int] = {}

    def lines(self, rows: Sequence[Sequence[Any]]) -> Given:
        if not any(any(row) for row in rows):
            self.findings.add("la feuille est vide", "les titres de colonnes en première ligne")
            return {}
        if len(rows) > MOST_LINES + 1:
            self.findings.add(f"plus de {MOST_LINES} lignes", f"{MOST_LINES} lignes au plus")
            return {}
        places = self._header(rows[0])
        if places is None:
            return {}
        found: Given = {}
        for number, row in enumerate(rows[1:], 2):
            values = {t: (row[p] if p < len(row) else "") for t, p in places.items()}
            if any(values.get(title) not in ("", None) for title in (*READ, TOTAL)):
                self._line(values, number, found)
        return found

    def _header(self, row: Iterable[Any]) -> dict[str, int] | None:
        """Where each column stands; None where one is missing, unknown or repeated."""
        places: dict[str, int] = {}
        faults = self.findings.count
        for place, value in enumerate(row):
            text = str(value).strip()
            title = _BY_TITLE.get(folded(text))
            if not text:
                continue
            if title is None:
                hint = nearest(text, TITLES) or "une colonne du modèle"
                self.findings.add("colonne inconnue", hint, row=1, column=shown(text))
            elif title in places:
                self.findings.add("colonne en double", "une seule", row=1, column=title)
            else:
                places[title] = place
        for title in READ:
            if title not in places:
                self.findings.add("colonne absente", f"«\u00a0{title}\u00a0»", row=1, column=title)
        return None if self.findings.count > faults else places

    def _line(self, values: Mapping[str, Any], number: int, found: Given) -> None:
        faults = self.findings.count
        account = self._text(values[ACCOUNT], ACCOUNT, number).upper()
        axis = self._text(values[AXIS], AXIS, number)
        if fault := account_fault(account):
            self.findings.add(
                "ce n'est pas un compte de budget", fault.rstrip("."),
                row=number, column=ACCOUNT, value=account,
            )  # fmt: skip
        if axis and axis not in self.axes:
            hint = nearest(axis, self.axes) or "un code du plan analytique, ou rien"
            self.findings.add("axe inconnu", hint, row=number, column=AXIS, value=axis)
        months = self._months(values, number)
        if self.findings.count > faults:
            return
        first = self.met.setdefault((account, axis), number)
        if first != number:
            what = f"compte et axe déjà donnés à la ligne {first}"
            self.findings.add(what, "une ligne par compte et axe", row=number, column=ACCOUNT)
            return
        found[account, axis] = months

    def _months(self, values: Mapping[str, Any], number: int) -> list[int | None]:
        """What each month says. A total alone is spread; one that is not their sum is a fault."""
        months = [self._cents(values[title], title, number) for title in MONTH_TITLES]
        total = self._cents(values.get(TOTAL), TOTAL, number)
        said = [cents for cents in months if cents is not None]
        if total is None or (len(said) < len(months) and said):
            return months
        if not said:
            return list(spread(total))
        if sum(said) != total:
            self.findings.add(
                "le total n'est pas la somme des mois", f"{typed_amount(sum(said)) or 0}, ou rien",
                row=number, column=TOTAL, value=str(values[TOTAL]),
            )  # fmt: skip
        return months

    def _text(self, value: Any, title: str, number: int) -> str:
        if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
            self.findings.add(
                "la cellule contient une date ou un vrai ou faux", "un texte",
                row=number, column=title, value=str(value),
            )  # fmt: skip
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()

    def _cents(self, value: Any, title: str, number: int) -> int | None:
        cents: int | None
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
            cents = None
        elif isinstance(value, int | float | Decimal):
            cents = cents_of(value)
        else:
            cents = parse_amount(str(value))
        if cents is None:
            self.findings.add(
                "ce n'est pas un montant", EXPECTED, row=number, column=title, value=str(value)
            )
            return 0
        return cents
