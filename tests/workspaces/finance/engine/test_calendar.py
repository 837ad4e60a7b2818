"""The statutory calendar: each deadline of the texts, what is late, and the file for a diary."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.deadlines import State
from maillage.kernel.period import months_later
from maillage.sheets.findings import Unreadable
from maillage.workspaces.finance.engine.calendar import Act, Chamber, Due, dues
from maillage.workspaces.finance.engine.calendar_file import read_calendar, shipped_calendar

DEADLINES = shipped_calendar().deadlines
D = dt.date


def _of(chamber: Chamber, today: dt.date) -> dict[str, Due]:
    return {due.key: due for due in dues(DEADLINES, chamber, today)}


def _chamber(*acts: Act, kind: str = "territorial", **changes: object) -> Chamber:
    return Chamber("nord", kind, 2027, (Act(""), *acts), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "act", "kind", "day"),
    [
        ("initial-vote", Act("initial"), "territorial", D(2026, 11, 30)),
        ("initial-draft", Act("initial", assembly=D(2026, 11, 28)), "territorial", D(2026, 11, 13)),
        ("initial-tax", Act("initial", assembly=D(2026, 11, 28)), "regional", D(2026, 11, 13)),
        ("initial-sending", Act("initial", vote=D(2026, 11, 28)), "territorial", D(2026, 12, 13)),
        ("initial-answer", Act("initial", sending=D(2026, 12, 5)), "territorial", D(2027, 2, 5)),
        ("initial-again", Act("initial", vote=D(2026, 11, 2), sending=D(2026, 11, 9),
                              refusal=D(2026, 12, 31)), "territorial", D(2027, 2, 28)),
        ("revised-vote", Act("revised", name="x"), "territorial", D(2027, 12, 31)),
        ("executed-vote", Act("executed"), "territorial", D(2028, 5, 31)),
        ("executed-publication", Act("executed", answer=D(2028, 7, 31)), "regional",
         D(2028, 8, 31)),
        ("com-report", Act("initial"), "regional", D(2028, 5, 15)),
        ("com-opinion", Act("initial"), "regional", D(2028, 6, 15)),
    ],
)  # fmt: skip
def test_each_deadline_falls_on_the_day_the_text_says(
    key: str, act: Act, kind: str, day: dt.date
) -> None:
    assert _of(_chamber(act, kind=kind), D(2026, 1, 1))[key].day == day


def test_what_does_not_concern_a_chamber_is_not_asked_of_it() -> None:
    assert "com-report" not in _of(_chamber(Act("initial")), D(2026, 1, 1))
    assert "initial-draft" not in _of(_chamber(Act("initial"), kind="regional"), D(2026, 1, 1))
    assert not [k for k in _of(_chamber(Act("initial")), D(2026, 1, 1)) if k.startswith("revised")]


@pytest.mark.parametrize(
    ("today", "vote", "state", "days", "words"),
    [
        (D(2026, 11, 25), None, State.AHEAD, 5, "dans 5\u00a0jours"),
        (D(2026, 11, 29), None, State.AHEAD, 1, "dans 1\u00a0jour"),
        (D(2026, 11, 30), None, State.AHEAD, 0, "aujourd’hui"),
        (D(2026, 12, 3), None, State.LATE, 3, "en retard de 3\u00a0jours"),
        (D(2026, 12, 3), D(2026, 11, 20), State.DONE, 0, "fait"),
        (D(2026, 12, 9), D(2026, 12, 2), State.DONE, 2, "2\u00a0jours après l’échéance"),
    ],
)
def test_the_state_of_a_vote(
    today: dt.date, vote: dt.date | None, state: State, days: int, words: str
) -> None:
    act = Act("initial", name="Budget primitif", vote=vote)
    due = _of(_chamber(act), today)["initial-vote"]
    assert (due.state, due.standing.days, due.words) == (state, days, words)


def test_a_chamber_that_recorded_nothing_is_unknown_rather_than_late() -> None:
    due = _of(_chamber(Act("initial")), D(2027, 6, 1))["initial-vote"]
    assert (due.state, due.words) == (State.SILENT, "non renseigné")


def test_what_a_sitting_overtook_is_not_late_for_ever() -> None:
    sat = Act("initial", name="x", vote=D(2026, 11, 20))
    assert _of(_chamber(sat), D(2027, 3, 1))["initial-draft"].state is State.SILENT
    planned = Act("initial", name="x", assembly=D(2026, 12, 10))
    assert _of(_chamber(planned), D(2026, 11, 30))["initial-draft"].state is State.LATE


def test_a_deadline_said_to_be_met_is_done() -> None:
    act = Act("initial", name="x", assembly=D(2026, 11, 28))
    due = _of(_chamber(act, done={"initial-draft": D(2026, 11, 14)}), D(2026, 12, 1))
    assert (due["initial-draft"].state, due["initial-draft"].standing.days) == (State.DONE, 1)


def test_a_refused_budget_awaits_a_vote_and_no_answer() -> None:
    refused = Act("initial", name="x", vote=D(2026, 11, 2), sending=D(2026, 11, 9),
                  refusal=D(2026, 12, 1))  # fmt: skip
    found = _of(_chamber(refused), D(2027, 2, 3))
    assert "initial-answer" not in found
    assert (found["initial-again"].state, found["initial-again"].standing.days) == (State.LATE, 2)


def test_each_revised_budget_has_its_own_deadlines() -> None:
    first = Act("revised", 1, "n° 1", vote=D(2027, 6, 1), sending=D(2027, 6, 10))
    second = Act("revised", 2, "n° 2")
    found = _of(_chamber(first, second), D(2027, 7, 1))
    assert found["revised-vote"].state is State.DONE
    assert found["revised-vote:2"].state is State.AHEAD
    assert found["revised-sending:2"].state is State.WAITING


def test_what_is_late_comes_first_and_the_latest_on_top() -> None:
    acts = Act("initial", name="x", assembly=D(2026, 11, 20)), Act("executed")
    states = [due.state for due in dues(DEADLINES, _chamber(*acts), D(2026, 12, 5))]
    assert states[:2] == [State.LATE, State.LATE]
    assert State.LATE not in states[2:]
    days = [due.standing.days for due in dues(DEADLINES, _chamber(*acts), D(2026, 12, 5))[:2]]
    assert days == sorted(days, reverse=True)


@given(st.dates(D(2000, 1, 1), D(2090, 1, 1)), st.integers(0, 30))
def test_months_later_is_never_a_day_too_many(day: dt.date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day


def test_a_deadline_holds_from_its_day_on() -> None:
    text = """
format: maillage-budget-calendar/1
title: Essai
deadlines:
  - {code: a, label: A, budget: initial, concerns: [territorial],
     on: {month: 11, day: 30, year: -1}, done_by: vote, source: S,
     certainty: read, valid_from: 2030-01-01}
"""
    deadlines = read_calendar(text, "essai").deadlines
    assert not dues(deadlines, _chamber(Act("initial")), D(2026, 1, 1))


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("{code: a, label: A, concerns: [x], on: {month: 1, day: 1, year: 0}, done_by: vote, "
         "source: S, certainty: read}", "nature inconnue"),
        ("{code: a, label: A, concerns: [regional], done_by: vote, source: S, certainty: read}",
         "une seule date"),
        ("{code: a, label: A, concerns: [regional], on: {month: 1, day: 1, year: 0}, "
         "done_by: magie, source: S, certainty: read}", "valeur inconnue"),
    ],
)  # fmt: skip
def test_a_faulty_calendar_is_refused_with_its_line(row: str, word: str) -> None:
    text = f"format: maillage-budget-calendar/1\ntitle: T\ndeadlines:\n  - {row}\n"
    with pytest.raises(Unreadable) as refused:
        read_calendar(text, "essai.yaml")
    assert word in str(refused.value.findings[0])
    assert "ligne 4" in refused.value.findings[0].where


def test_every_shipped_deadline_cites_its_source() -> None:
    assert {d.code for d in DEADLINES} >= {"initial-vote", "executed-vote", "com-report"}
    assert all(d.source and d.label for d in DEADLINES)
