"""A budget's spreadsheet: read back as written, every fault with its place."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter

from maillage.sheets.findings import Unreadable
from maillage.sheets.writing import Column, Table, to_xlsx
from maillage.workspaces.finance.engine.budget_table import (
    MONTH_TITLES,
    SHEET,
    TITLES,
    read_lines,
    write_csv,
)
from tests.sheets.ods_files import ods

AXES = {"numerique", "formation"}
MONTHS = [100_00, 250, -30, *[0] * 9]


def _book(rows: Sequence[Sequence[Any]], titles: Sequence[str] = TITLES) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    sheet.write_row(0, 0, titles)
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def _row(account: Any, axis: str = "", january: Any = 1, **_: Any) -> list[Any]:
    return [account, "", axis, "", january, *[""] * 11, ""]


@pytest.mark.parametrize(
    "write", [lambda t: to_xlsx(t, dt.date(2026, 1, 1)), lambda t: write_csv(t.rows)]
)
def test_what_the_export_writes_the_import_reads(write: Any) -> None:
    lines = {("6061", ""): MONTHS, ("641", "numerique"): [5] * 12}
    columns = [Column(t, "amount" if t in (*MONTH_TITLES, "Total") else "text") for t in TITLES]
    rows = [[a, "Nom", x, "", *months, sum(months)] for (a, x), months in lines.items()]
    table = Table(SHEET, columns, rows, ["Chambre : Nord"])
    assert read_lines(write(table), "budget", AXES)[:2] == (lines, {})


@pytest.mark.parametrize(
    ("rows", "where", "what"),
    [
        ([_row("6061", january="abc")], "ligne 2, colonne Janvier", "montant"),
        ([_row("6061", january=12.345)], "ligne 2, colonne Janvier", "montant"),
        ([["6061", "", "", "", *[1] * 12, 13]], "ligne 2, colonne Total", "la somme des mois"),
        ([_row("6061"), _row("401")], "ligne 3, colonne Compte", "compte de budget"),
        ([_row("6061", "numerque")], "ligne 2, colonne Axe (code)", "axe inconnu"),
        ([_row("6061"), _row(6061)], "ligne 3, colonne Compte", "déjà donnés à la ligne 2"),
        ([_row("6061", january=True)], "ligne 2, colonne Janvier", "montant"),
    ],
)
def test_a_fault_is_located(rows: list[list[Any]], where: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_lines(_book(rows), "budget.xlsx", AXES)
    finding = refused.value.findings[0]
    assert finding.where == f"feuille {SHEET}, {where}"
    assert what in finding.what
    assert finding.expected


TOTALS: dict[str, tuple[list[Any], Any, list[int | None]]] = {
    "alone": ([""] * 12, 12_000, [100_000] * 12),
    "alone, not a multiple of twelve": ([""] * 12, "0,10", [1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1]),
    "of some months": ([1, *[""] * 11], 500, [100, *[None] * 11]),
    "of all months": ([1] * 12, 12, [100] * 12),
}


@pytest.mark.parametrize("what", TOTALS)
def test_a_total_says_what_months_do_not(what: str) -> None:
    months, total, expected = TOTALS[what]
    given, *_ = read_lines(_book([["6061", "", "", "", *months, total]]), "b.xlsx", AXES)
    read = given["6061", ""]
    assert sum(c or 0 for c in read) == sum(c or 0 for c in expected)
    if "multiple" not in what:
        assert read == expected


def test_every_fault_is_listed_at_once() -> None:
    rows = [_row("401", "x", "y"), _row("6061", january="z")]
    with pytest.raises(Unreadable) as refused:
        read_lines(_book(rows), "budget.xlsx", AXES)
    assert len(refused.value.findings) == 4


def test_columns_missing_or_unknown_are_told() -> None:
    with pytest.raises(Unreadable) as refused:
        read_lines(_book([], [*TITLES[:-3], "Novembr"]), "budget.xlsx", AXES)
    told = {(f.where.rsplit("colonne ", 1)[-1], f.what) for f in refused.value.findings}
    assert ("Novembr", "colonne inconnue") in told
    assert ("Novembre", "colonne absente") in told
    assert ("Décembre", "colonne absente") in told


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rien", b"%PDF-1.7", b"\xff\xfe", b"a;b\n\xe9"])
def test_what_is_no_table_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_lines(data, "budget.xlsx", AXES)


def test_a_formula_is_refused_with_its_cell() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    sheet.write_row(0, 0, TITLES)
    sheet.write_row(1, 0, _row("6061"))
    sheet.write_formula(1, 5, "=1+1", None, 2)
    book.close()
    with pytest.raises(Unreadable) as refused:
        read_lines(target.getvalue(), "budget.xlsx", AXES)
    assert "formule" in refused.value.findings[0].what
    assert "colonne Février" in refused.value.findings[0].where


def test_a_wide_budget_is_told_its_own_number_of_columns() -> None:
    rows = [["6061", *[""] * 16_000, "x"]] + [["6061"]] * 300
    with pytest.raises(Unreadable) as refused:
        read_lines(_book(rows), "budget.xlsx", AXES)
    assert [f.expected for f in refused.value.findings] == [
        "19 colonnes\u00a0; supprimer les autres"
    ]


def test_an_ods_is_read_as_an_xlsx() -> None:
    rows = [_row("6061", "numerique", 12.5), _row("641", january="(3)")]
    assert read_lines(ods([TITLES, *rows], SHEET), "b.ods", AXES) == read_lines(
        _book(rows), "b.xlsx", AXES
    )
