"""The year before beside an entry: laid on its lines, what finds none kept, what is not told."""

from __future__ import annotations

from maillage.workspaces.finance.engine.budget_columns import USUAL, beside, chosen_of, sum_of

LINES = {("606", ""), ("6061", "formation"), ("706", "")}
BEFORE = {
    ("nord", "6063", "", 1): 5_00, ("nord", "6061", "formation", 2): 7_00,
    ("nord", "641", "", 3): 9_00, ("nord", "706", "", 3): 30_00,
}  # fmt: skip


def test_amounts_are_laid_on_lines_and_what_finds_none_is_kept() -> None:
    column = beside("2025", LINES, BEFORE, "")
    assert [column.of(line) for line in (("606", ""), ("6061", "formation"), ("706", ""))] == [
        5_00, 7_00, 30_00,
    ]  # fmt: skip
    assert (column.left("6"), column.left("7")) == (9_00, None)
    assert (column.total("6"), column.total("7")) == (21_00, 30_00)
    assert sum_of([column], "7", "6") == [9_00]


def test_a_budget_that_is_not_there_says_nothing() -> None:
    column = beside("2025", LINES, None, "aucun budget voté")
    assert (column.of(("606", "")), column.total("6"), column.left("6")) == (None, None, None)
    assert sum_of([column], "7", "6") == [None]


def test_columns_are_those_of_the_address_in_their_order() -> None:
    assert chosen_of([]) == USUAL
    assert chosen_of(["aucune"]) == ()
    assert chosen_of(["realise", "primitif", "x"]) == ("primitif", "realise")
