"""Which named cell holds which cell of a return."""

from __future__ import annotations

from maillage.sheets.named_cells import NamedCell
from maillage.workspaces.returns.engine.mapping import matched, without_name


def _names(*names: str) -> list[NamedCell]:
    return [NamedCell(name, "F", "A1") for name in names]


def test_a_name_finds_its_cell_whatever_its_case() -> None:
    found = matched(_names("ch_n_nord", "PR_N_NORD", "AUTRE"), ["CH", "PR"], ["N_NORD"], {})
    assert found == {"ch_n_nord": ("CH", "N_NORD"), "PR_N_NORD": ("PR", "N_NORD")}
    assert without_name(["CH", "PR", "X"], ["N_NORD"], found) == [("X", "N_NORD")]


def test_a_name_that_would_say_two_cells_says_none() -> None:
    assert matched(_names("A_B_C"), ["A", "A_B"], ["B_C", "C"], {}) == {}


def test_what_was_said_stays_where_it_still_holds() -> None:
    kept = {"X": ("CH", "N"), "Y": ("GONE", "N")}
    assert matched(_names("X", "Y", "CH_N"), ["CH"], ["N"], kept) == {
        "X": ("CH", "N"),
        "CH_N": ("CH", "N"),
    }


def test_a_cell_with_a_formula_is_mapped_to_nothing() -> None:
    assert matched([NamedCell("CH_N", "F", "A1", "formule")], ["CH"], ["N"], {}) == {}
