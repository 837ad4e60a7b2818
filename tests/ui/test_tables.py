"""A table on a page and its exports say the same, cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import LazySettings

from maillage.kernel.absence import Absent
from maillage.sheets.writing import Column, Heading, Measure, Sum, Table, to_csv, to_xlsx
from maillage.ui.tables import Link, LinkedAbsent, LinkedCents, LinkedMeasure, read, shown
from tests.architecture.world import build

N, MINUS = "\u202f", "\u2212"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "Nord", "Nord"),
        ("text", "", ""),
        ("amount", None, ""),
        ("amount", 0, "0,00"),
        ("amount", 123_456_789, f"1{N}234{N}567,89"),
        ("amount", -5, f"{MINUS}0,05"),
        ("amount", "non ouvert", "non ouvert"),
        ("number", 22500, f"22{N}500"),
        ("decimal", Decimal("12.50"), "12,5"),
        ("decimal", -0.125, f"{MINUS}0,12"),
        ("year", 2026, "2026"),
        ("date", dt.date(2026, 2, 3), "03/02/2026"),
    ],
)
def test_each_kind_is_read_as_french_people_write_it(kind: str, value: Any, expected: str) -> None:
    assert read(kind, value) == expected


def test_the_sums_that_end_a_table_are_its_foot_and_others_stay() -> None:
    columns = (Column("Chambre"), Column("Solde", "amount"))
    rows = [("Nord", 1), Sum(("Sous-total", 1)), ("Sud", 2), Sum(("Total", 3))]
    drawn = shown(Table("Soldes", columns, rows))
    assert [row[0] for row in drawn.rows] == [
        f'<th scope="row">{name}</th>' for name in ("Nord", "Sous-total", "Sud")
    ]
    assert [row.is_sum for row in drawn.rows] == [False, True, False]
    assert drawn.sums == [['<th scope="row">Total</th>', '<td class="num">0,03</td>']]
    assert drawn.heads == [
        '<th scope="col">Chambre</th>',
        '<th scope="col" class="num">Solde (€)</th>',
    ]


def test_each_cell_of_a_card_says_its_title_numbers_too() -> None:
    columns = (Column("Relevé"), Column("Objet"), Column("Montant", "amount"))
    cells = shown(Table("T", columns, [("R1", "Paie", 100)]), as_cards=True).rows[0]
    assert cells[1:] == [
        '<td data-th="Objet">Paie</td>',
        '<td class="num" data-th="Montant">1,00</td>',
    ]
    plain = shown(Table("T", columns, [("R1", "Paie", 100)])).rows[0]
    assert plain[1:] == ["<td>Paie</td>", '<td class="num">1,00</td>']


def test_numbers_of_one_column_have_as_many_decimals() -> None:
    columns = (Column("Chambre"), Column("Jours", "decimal"), Column("Postes", "decimal"))
    rows = [("Nord", 115, 3), ("Sud", 110.6, 4), ("Est", Absent("rien"), None),
            ("Ouest", Measure(7, 0), 2), Sum(("Total", Decimal("1225.60"), 9))]  # fmt: skip
    drawn = shown(Table("T", columns, rows))
    told = [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in (*drawn.rows, *drawn.sums)]
    assert [row[1] for row in told if "renseigné" not in row[1]] == [
        "115,0", "110,6", "7", f"1{N}225,6",
    ]  # fmt: skip
    assert [row[2] for row in told] == ["3", "4", "–", "2", "9"]


def test_a_text_is_escaped_and_a_link_leads_on_the_page_alone() -> None:
    table = Table("T", (Column("Nom"),), [(Link("<b>", "/a/?b=1&c=2"),)])
    assert shown(table).rows == [['<th scope="row"><a href="/a/?b=1&amp;c=2">&lt;b&gt;</a></th>']]
    assert isinstance(table.rows[0][0], str) and table.rows[0][0] == "<b>"  # type: ignore[index]


def test_what_is_not_told_says_so_with_its_reason_and_is_no_dash() -> None:
    columns = (Column("Chambre"), Column("Charges", "figure"))
    rows = [("Nord", None), ("Sud", Absent("livre <arrêté>")), Sum(("Total", None))]
    drawn = shown(Table("T", columns, rows))
    bare = '<td class="num"><span class="muted">non renseigné</span></td>'
    assert [row[1] for row in (*drawn.rows, *drawn.sums)] == [
        bare,
        '<td class="num"><span class="muted" title="livre &lt;arrêté&gt;">non renseigné'
        '<span class="vh"> (livre &lt;arrêté&gt;)</span></span></td>',
        bare,
    ]


def test_an_amount_that_leads_somewhere_is_an_amount_in_a_file() -> None:
    columns = (Column("Chambre"), Column("Solde", "figure"))
    table = Table("T", columns, [("Nord", LinkedCents(-5, "/a/?b=1")), ("Sud", LinkedCents(7, ""))])
    assert [row[1] for row in shown(table).rows] == [
        f'<td class="num"><a href="/a/?b=1">{MINUS}0,05</a></td>',
        '<td class="num">0,07</td>',
    ]
    assert to_csv(table).decode("utf-8-sig").endswith("Nord;-0,05\r\nSud;0,07\r\n")


PAGES = {
    "costing:recharge": "costing:recharge_export",
    "ledger:intercompany": "ledger:intercompany_export",
    "ledger:intercompany_pair": "ledger:intercompany_pair_export",
}
"""Each page drawn from the value of an export, and that export."""


def _plain(text: str) -> str:
    """A cell as it is read; a number without the zeros that keep its column aligned on a page."""
    bare = re.sub(r"[\s\u00a0\u202f]+", " ", html.unescape(re.sub(r"<[^>]+>", "", text))).strip()
    bare = re.sub(r"(?<=\d) (?=\d{3})", "", bare.replace(MINUS, "-"))
    if re.fullmatch(r"-?\d+,\d+", bare):
        bare = bare.rstrip("0").rstrip(",")
    return "" if bare == "–" else bare.removesuffix(" (€)").removeprefix("'")


def _tables(page: str) -> list[list[list[str]]]:
    bodies = re.findall(r"<table.*?</table>", page, re.S)
    rows = [re.findall(r"<tr\b.*?</tr>", body, re.S) for body in bodies]
    return [
        [[_plain(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.S)] for row in table]
        for table in rows
    ]


def test_a_page_shows_the_rows_of_its_export(
    people: Callable[..., Any], db: None, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = build(people, "draft")
    client = world.people.installation.client
    for page, export in PAGES.items():
        (here, *_), (file, *_) = world.variants(page), world.variants(export)
        answer = client.get(here)
        assert answer.status_code == 200, page
        text = client.get(file.replace(".xlsx", ".csv")).content.decode("utf-8-sig")
        lines = [row for row in csv.reader(io.StringIO(text), delimiter=";") if row[0][:1] != "#"]
        wanted = [[_plain(html.escape(cell)) for cell in row] for row in lines]
        found = _tables(answer.content.decode())
        if len(wanted) > 1:
            assert wanted in found, page


def test_a_measure_says_its_own_decimals_and_a_heading_no_figure() -> None:
    """A column of numbers whose rows have each its own unit; on the page as in a workbook."""
    rows = [
        Heading(("Moyens", "")),
        ("Effectif", LinkedMeasure(Measure(Decimal("1234.50"), 1), "/effectif/")),
        ("Taux", Measure(Decimal("12.3"), 2)),
        ("Absent", LinkedAbsent(Absent("à saisir"), "/absent/")),
    ]
    table = Table("Essai", [Column("Ligne"), Column("N", "decimal")], rows)
    drawn = shown(table)
    assert [row.is_heading for row in drawn.rows] == [True, False, False, False]  # type: ignore[attr-defined]
    assert drawn.rows[0][1] == '<td class="num"></td>'
    assert drawn.rows[1][1] == '<td class="num"><a href="/effectif/">1\u202f234,5</a></td>'
    assert drawn.rows[2][1] == '<td class="num">12,30</td>'
    assert '<a href="/absent/"><span class="muted" title="à saisir">' in drawn.rows[3][1]
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, dt.date(2026, 11, 25)))).worksheets[0]
    cells = [(row[1].value, row[1].number_format) for row in sheet.iter_rows(min_row=3, max_row=4)]
    assert cells == [(1234.5, "#,##0.0"), (12.3, "#,##0.00")]
    assert sheet["B5"].value == "non renseigné (à saisir)"
