"""Where each thing is drawn: from zero, on one scale, and nowhere where nothing is told."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.costing.engine.spans import bridge, bullets, scale_of, strip
from maillage.ledger.engine.statements import RESULT_GAP
from maillage.workspaces.finance.engine.dashboard import Movement
from maillage.workspaces.finance.engine.lines import BOTTOM, HEIGHT, SIDE, TOP, WIDTH, lines
from maillage.workspaces.finance.engine.result_bridge import by_nature, moves, nature_of


@pytest.mark.parametrize(
    ("values", "zero", "ends"),
    [
        ([50, 100], 0, (0, 100)),
        ([-100, -50], 100, (0, 100)),
        ([-25, None, 75], 25, (0, 100)),
        ([0], 0, (0, 100)),
    ],
)
def test_zero_is_always_in_the_scale(
    values: list[int | None], zero: float, ends: tuple[float, float]
) -> None:
    scale = scale_of(values)
    assert scale is not None
    assert (scale.zero, (scale.at(scale.low), scale.at(scale.high))) == (zero, ends)


def test_a_bullet_is_a_bar_of_what_is_done_and_a_mark_of_what_was_meant() -> None:
    rows = bullets([("Nord", 150, 200), ("Sud", 0, 100), ("Est", None, 50), ("Ouest", 60, None)])
    drawn = [(row.name, row.start, row.width, row.mark) for row in rows]
    assert drawn == [
        ("Nord", 0, 75, 100),
        ("Sud", 0, 0, 50),
        ("Est", 0, None, 25),
        ("Ouest", 0, 30, None),
    ]


def test_nothing_told_is_not_drawn() -> None:
    (row,) = bullets([("Nord", None, None)])
    assert (row.width, row.mark) == (None, None)
    assert strip([("Nord", None)]).dots == () and strip([("Nord", None)]).missing == ("Nord",)
    assert lines([None] * 12, [None] * 12) is None


def test_a_bridge_goes_from_one_level_to_the_next() -> None:
    steps = bridge(("2024", 100), [("Ventes", 60), ("Personnel", -240)], ("2025", -80))
    drawn = [(s.name, s.start, s.width, s.level, s.is_level) for s in steps]
    # From -80 to 160: zero is a third of the way.
    assert drawn == [
        ("2024", 33.33, 41.67, 75, True),
        ("Ventes", 75, 25, 100, False),
        ("Personnel", 0, 100, 0, False),
        ("2025", 0, 33.33, 0, True),
    ]
    assert {step.zero for step in steps} == {33.33}


def test_a_bridge_that_does_not_add_up_is_none() -> None:
    with pytest.raises(ValueError, match="lead"):
        bridge(("2024", 100), [("Ventes", 60)], ("2025", 150))


@pytest.mark.parametrize(
    ("values", "middle", "ends"),
    [
        ([("a", 10), ("b", 30), ("c", 40)], 30, ("a", "c")),
        ([("a", 10), ("b", 30)], 20, ("a", "b")),
        ([("a", 10), ("b", None), ("c", 40)], 25, ("a", "c")),
        ([("a", 10), ("b", None)], None, ("a", None)),
        ([("a", Fraction(-1, 2)), ("b", 0)], Fraction(-1, 4), ("a", "b")),
    ],
)
def test_a_strip_has_a_dot_for_each_value_and_a_mark_at_their_median(
    values: list[tuple[str, int | Fraction | None]],
    middle: int | Fraction | None,
    ends: tuple[str, str | None],
) -> None:
    found = strip(values)
    assert [dot.name for dot in found.dots] == [name for name, value in values if value is not None]
    assert found.missing == tuple(name for name, value in values if value is None)
    assert found.middle == middle
    low, high = found.lowest, found.highest
    assert (low and low.name, high and high.name) == ends
    assert all(0 <= dot.at <= 100 for dot in found.dots)


def test_what_values_are_compared_with_is_a_band_on_their_scale() -> None:
    found = strip([("a", 50), ("b", 100)], (100, 200))
    assert found.band == (50, 50) and [dot.at for dot in found.dots] == [25, 50]
    assert strip([("a", 50)]).band is None
    assert strip([("a", None)], (100, 200)).dots == (), "nothing is compared of nothing"


def test_a_name_is_written_inside_the_strip() -> None:
    found = strip([("a", 1), ("b", 100)])
    assert [dot.anchor for dot in found.dots] == ["start", "end"]


def test_a_month_that_is_not_told_breaks_the_line() -> None:
    drawn = lines([0, 50, None, 100, None, 100, 100], [None] * 12)
    assert drawn is not None
    assert len(drawn.now.parts) == 2 and [p.month for p in drawn.now.alone] == [4]
    first, last = drawn.now.points[0], drawn.now.points[-1]
    assert (first.x, first.y) == (SIDE, HEIGHT - BOTTOM) and drawn.zero == HEIGHT - BOTTOM
    assert (last.month, last.y) == (7, TOP)
    assert drawn.former.points == ()


def test_both_years_are_on_one_scale_of_twelve_months() -> None:
    drawn = lines([-50], [100] * 12)
    assert drawn is not None and (drawn.low, drawn.high) == (-50, 100), "the ends are labelled"
    assert drawn is not None
    assert drawn.former.points[-1].x == WIDTH - SIDE
    assert drawn.now.points[0].y == HEIGHT - BOTTOM and drawn.former.points[0].y == TOP
    assert TOP < drawn.zero < HEIGHT - BOTTOM


@pytest.mark.parametrize(
    ("account", "nature"),
    [
        ("706000", "Ventes"), ("7084", "Ventes"), ("741", "Concours"), ("731", "Concours"),
        ("758", "Gestion courante"), ("761", "Autres produits"), ("7", "Autres produits"),
        ("601", "Achats"), ("628", "Achats"),
        ("641", "Personnel"), ("631", "Autres charges"), ("681", "Autres charges"),
        (RESULT_GAP, "Écarts"),
    ],
)  # fmt: skip
def test_an_account_of_the_result_is_of_one_nature(account: str, nature: str) -> None:
    assert nature_of(account).startswith(nature)


@pytest.mark.parametrize("account", ["411", "512", "4E", "164", "213"])
def test_other_accounts_are_of_none(account: str) -> None:
    assert nature_of(account) == ""


ROWS = st.lists(
    st.builds(
        Movement,
        st.from_regex(r"[1-7][0-9]{2,5}", fullmatch=True),
        st.integers(0, 10**9),
        st.integers(0, 10**9),
    ),
    max_size=20,
)


@given(ROWS, ROWS)
def test_moves_add_up_to_what_the_result_moved_by(
    now: list[Movement], before: list[Movement]
) -> None:
    def result(rows: list[Movement]) -> int:
        return sum(row.credit - row.debit for row in rows if row.account[0] in "67")

    assert sum(by_nature(now).values()) == result(now)
    assert sum(cents for _name, cents in moves(now, before)) == result(now) - result(before)
    assert all(cents for _name, cents in moves(now, before))
