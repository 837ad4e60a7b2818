"""Formulas between columns: gap, ratio, percentage; what is missing or divided by zero is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.kernel.absence import Absent
from maillage.workspaces.returns.engine.definition import Column, Control, Definition, Line
from maillage.workspaces.returns.engine.facts import Block, Facts, Period
from maillage.workspaces.returns.engine.filling import Filled
from maillage.workspaces.returns.engine.tables import control_table, return_table

ROWS = (
    Line("CH", "Charges", "accounts", "6", "keuro", "debit", 1),
    Line("PR", "Produits", "accounts", "7", "euro", "credit", 2),
    Line("ETP", "Effectif", "typed", "", "fte", "debit", 1),
    Line("C", "Charges par ETP", "formula", "CH / ETP", "euro", "debit", 2),
)
COLUMNS = (
    Column("N", "Réalisé"),
    Column("BP", "Budget", "each", "initial"),
    Column("S", "Réseau", "sum"),
    Column("E", "Écart", "each", "columns", content="N - BP"),
    Column("P", "Écart", "each", "columns", content="(N - BP) / BP * 100", unit="percent",
           decimals=1),
    Column("NB", "Écart de Nord", "nord", "columns", content="N - BP"),
    Column("R", "Part de Nord", "sum", "columns", content="NB / S", unit="number", decimals=3),
)  # fmt: skip
DEFINITION = Definition(ROWS, COLUMNS, (Control("K", "Équilibre", "PR > CH"),))


def _filled() -> Filled:
    """Nord did 12 345,67 of a budget of 10 000; Sud has 5 000 done and nothing voted."""

    def block(debit: int, credit: int, **more: bool) -> Block:
        sides = {"606": (debit, 0), "706": (0, credit)}
        return Block("", "x", "x", **{"moved" if more else "balances": sides})

    blocks = {
        ("books", 2025, 12, "nord"): block(12_345_67, 20_000_00),
        ("books", 2025, 12, "sud"): block(5_000_00, 0),
        ("initial", 2025, 12, "nord"): block(10_000_00, 0, budget=True),
        ("initial", 2025, 12, "sud"): Block("aucun budget primitif voté pour 2025"),
    }  # fmt: skip
    facts = Facts([("nord", "Nord"), ("sud", "Sud")], blocks)
    typed = {("ETP", "N_NORD"): Decimal(2), ("ETP", "BP_NORD"): Decimal(4)}
    return Filled(DEFINITION, facts, Period(2025), typed)


TOLD = [
    ("CH", "E_NORD", "2.3"),
    ("CH", "P_NORD", "23.5"),
    ("PR", "E_NORD", "20000.00"),
    ("ETP", "E_NORD", "-2.0"),
    # Of a row that is a formula, the gap of its values: 6 172,835 less 2 500.
    ("C", "E_NORD", "3672.84"),
    ("CH", "NB", "2.3"),
    ("CH", "R", "0.135"),
]


@pytest.mark.parametrize(("row", "column", "value"), TOLD)
def test_a_column_is_made_of_others_row_by_row(row: str, column: str, value: str) -> None:
    found = _filled()
    assert found.shown(DEFINITION.lines[row], column) == Decimal(value)


ABSENT = [
    ("CH", "E_SUD", "Sud, Budget\u00a0: aucun budget primitif voté pour 2025"),
    ("PR", "P_NORD", "division par zéro\u00a0: BP vaut 0"),
    ("ETP", "E_SUD", "Sud, Réalisé\u00a0: à saisir"),
    # Of a formula between such columns, the reason is told once.
    ("ETP", "R", "Réseau\u00a0: Sud\u00a0: à saisir"),
]


@pytest.mark.parametrize(("row", "column", "why"), ABSENT)
def test_what_is_missing_is_never_zero(row: str, column: str, why: str) -> None:
    value = _filled().value(row, column)
    assert isinstance(value, Absent)
    assert value.reason == why


def test_its_unit_is_told_in_its_head_and_controls_do_not_ask_it() -> None:
    found = _filled()
    table = return_table(found, found.columns, "État")
    heads = [column.title for column in table.columns]
    assert "Nord, Écart (%)" in heads and "Nord, Écart" in heads
    (controlled,) = found.controlled()
    assert list(controlled.answers) == ["N_NORD", "N_SUD", "BP_NORD", "BP_SUD", "S"]
    asked = control_table([controlled], found.columns, {}, "Contrôles")
    assert len(asked.columns) == 2 + 5 + 1
    cells = [cell for row in asked.rows for cell in row]
    assert "tenu" in cells and "non tenu" in cells, "said by words, not by a sign alone"


def test_nothing_of_a_formula_is_typed() -> None:
    found = _filled()
    typed = [
        column.code for column in found.columns if found.is_typed(DEFINITION.lines["ETP"], column)
    ]
    assert typed == ["N_NORD", "N_SUD", "BP_NORD", "BP_SUD"]


def test_the_seal_of_a_definition_without_formulas_between_columns_is_what_it_was() -> None:
    plain = Definition(ROWS[:1], COLUMNS[:1])
    assert plain.as_json()["columns"] == [
        {"code": "N", "label": "Réalisé", "scope": "each", "source": "books", "year": 0,
         "until": "cut-off"}
    ]  # fmt: skip
    assert Definition.of(DEFINITION.as_json()) == DEFINITION
