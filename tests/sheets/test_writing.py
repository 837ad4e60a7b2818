"""What a spreadsheet is given: texts that stay texts, choices offered where a file comes back."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from maillage.kernel.absence import Absent
from maillage.sheets.formulas import guarded, unguarded
from maillage.sheets.writing import Column, Sum, Table, to_csv, to_xlsx

DAY = dt.date(2026, 2, 28)
STATES = {"open": "Ouvert", "closed": "Fermé"}
KINDS: list[tuple[Column, Any, Any, str]] = [
    (Column("Texte"), "=1+1", "=1+1", "'=1+1"),
    (Column("Prose", "prose"), "a\nb", "a\nb", '"a\nb"'),
    (Column("Nombre", "number"), 1200, 1200, "1200"),
    (Column("Taux", "decimal"), Decimal("-3.50"), -3.5, "-3,5"),
    (Column("Montant", "amount"), -123450, -1234.5, "-1234,50"),
    (Column("Jour", "date"), DAY, dt.datetime(2026, 2, 28), "28/02/2026"),
    (Column("Année", "year"), 2026, 2026, "2026"),
    (Column("Actif", "boolean"), False, "non", "non"),
    (Column("État", "choice", among=STATES), "closed", "Fermé", "Fermé"),
    (Column("Site", "code", among={"nord": "Nord"}), "nord", "nord", "nord"),
    (Column("Sites", "codes"), ("nord", "sud"), "nord, sud", "nord, sud"),
    (Column("Rien", "amount"), None, None, ""),
    (Column("Pas de montant", "amount"), "-", "-", "'-"),
    (Column("Chiffre", "figure"), 0, 0, "0,00"),
    (Column("Chiffre absent", "figure"), None, "non renseigné", "non renseigné"),
    (
        Column("Pourquoi", "figure"),
        Absent("aucun livre"),
        "non renseigné (aucun livre)",
        "non renseigné (aucun livre)",
    ),
]


@pytest.mark.parametrize(
    ("column", "value", "cell", "text"), KINDS, ids=[kind[0].title for kind in KINDS]
)
def test_a_value_is_written_by_its_kind(column: Column, value: Any, cell: Any, text: str) -> None:
    table = Table("Essai", [Column("Code"), column], [["a", value], Sum(["b", value])], bare=True)
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, DAY)))["Essai"]
    assert [sheet["B2"].value, sheet["B3"].value] == [cell, cell]
    assert sheet["B2"].data_type != "f"
    assert to_csv(table).decode("utf-8-sig").endswith(f"a;{text}\r\nb;{text}\r\n")


def test_choices_are_offered_where_the_file_comes_back() -> None:
    long = {f"v{rank}": f"Valeur {rank}" for rank in range(100)}
    columns = [
        Column("État", "choice", among=STATES),
        Column("Actif", "boolean"),
        Column("Long", "choice", among=long),
    ]
    for bare in (True, False):
        data = to_xlsx(Table("Essai", columns, [], bare=bare), DAY)
        sheet = openpyxl.load_workbook(io.BytesIO(data))["Essai"]
        lists = {v.formula1 for v in sheet.data_validations.dataValidation}
        assert lists == ({'"Ouvert,Fermé"', '"oui,non"'} if bare else set())


@pytest.mark.parametrize("value", ["", "'", "''", "'=x", "''=x", "=x", "'x", "'-", "-", "\t", "x"])
def test_neutralising_is_reversible(value: str) -> None:
    assert unguarded(guarded(value)) == value
    assert guarded(value)[:1] not in tuple("=+-@\t") or value == ""
