"""Planning assemblies, saying what was met; and the calendar that follows from budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from maillage.kernel.deadlines import State
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import (
    meet_deadline,
    plan_assemblies,
    refuse_budget,
    reopen_deadline,
    revise_budget,
    send_budget,
)
from maillage.workspaces.finance.models import AssemblyDate, CalendarEntry
from maillage.workspaces.finance.queries.calendar import dues_of
from tests.builders import NORD_KEEPERS
from tests.workspaces.finance.budget_world import budget, entity, voted

D = dt.date
TODAY = D(2026, 11, 25)


@pytest.fixture(autouse=True)
def _november() -> Any:
    with time_machine.travel(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC), tick=False):
        yield


@pytest.mark.parametrize("actor", ["anonymous", "stranger", "reader", *sorted(NORD_KEEPERS)])
def test_who_keeps_the_calendar_of_a_chamber(
    network: Network, who: SimpleNamespace, actor: str
) -> None:
    north, acting = entity(network, "nord"), getattr(who, actor).actor
    acts: list[Callable[[], Any]] = [
        lambda: plan_assemblies(north, actor=acting, year=2027, sittings={"initial": TODAY}),
        lambda: meet_deadline(north, actor=acting, year=2027, key="initial-draft", on=TODAY),
        lambda: reopen_deadline(north, actor=acting, year=2027, key="initial-draft"),
    ]
    for act in acts:
        if actor in NORD_KEEPERS:
            act()
            continue
        with pytest.raises(Refusal, match="mandat de rédacteur de cette chambre"):
            act()
    verbs = set(Event.objects.filter(actor=acting.identity).values_list("verb", flat=True))
    told = {"finance.assembly.planned", "finance.deadline.met", "finance.deadline.reopened"}
    assert verbs >= told if actor in NORD_KEEPERS else not verbs & told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sittings": {"autre": TODAY}}, "Nature de budget"),
        ({"year": 1900}, "une année de 2016 à 2031"),
        ({"year": 2040}, "une année de 2016 à 2031"),
        ({"sittings": {"initial": TODAY, "executed": D(2030, 1, 1)}}, "trop loin"),
        ({"sittings": {"initial": None, "revised": D(2024, 12, 31)}}, "trop loin"),
    ],
)
def test_what_planning_refuses(network: Network, given: dict[str, Any], words: str) -> None:
    north, sound = entity(network, "nord"), {"year": 2027, "sittings": {"initial": TODAY}}
    plan_assemblies(north, actor=INSTALLATION, **sound)
    events = Event.objects.count()
    with pytest.raises(Refusal, match=words):
        plan_assemblies(north, actor=INSTALLATION, **(sound | given))
    assert [(row.kind, row.on) for row in AssemblyDate.objects.all()] == [("initial", TODAY)]
    assert Event.objects.count() == events


def test_planning_again_moves_and_no_date_takes_back(network: Network) -> None:
    north = entity(network, "nord")
    given: dict[str, Any] = {"actor": INSTALLATION, "year": 2027}
    both = {"initial": D(2026, 11, 27), "executed": D(2028, 5, 12), "revised": None}
    assert plan_assemblies(north, sittings=both, **given) == 2
    events = Event.objects.filter(verb="finance.assembly.planned")
    assert events.get().diff == {
        "entity": "nord",
        "year": 2027,
        "sittings": {"initial": [None, "2026-11-27"], "executed": [None, "2028-05-12"]},
    }
    moved = both | {"initial": D(2026, 11, 29)}
    assert plan_assemblies(north, sittings=moved, **given) == 1
    assert AssemblyDate.objects.get(kind="initial").on == D(2026, 11, 29)
    assert events.count() == 2
    assert plan_assemblies(north, sittings=moved, **given) == 0
    assert events.count() == 2
    assert plan_assemblies(north, sittings=dict.fromkeys(both), **given) == 2
    assert not AssemblyDate.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"key": "initial-vote"}, "se clôt par le budget lui-même"),
        ({"key": "n'importe"}, "se clôt par le budget"),
        ({"on": None}, "est à indiquer"),
        ({"on": D(2026, 11, 26)}, "est à venir"),
        ({"note": "x" * 201}, "200 caractères"),
        ({"note": "a\x00"}, "une ligne"),
        ({"key": "initial-draft:x"}, "se clôt par le budget"),
        ({"key": "initial-draft:٢"}, "se clôt par le budget"),
    ],
)
def test_what_meeting_a_deadline_refuses(
    network: Network, given: dict[str, Any], words: str
) -> None:
    sound = {"year": 2027, "key": "initial-draft", "on": TODAY}
    with pytest.raises(Refusal, match=words):
        meet_deadline(entity(network, "nord"), actor=INSTALLATION, **(sound | given))
    assert not CalendarEntry.objects.exists()


def test_what_nobody_said_is_not_reopened(network: Network) -> None:
    with pytest.raises(Refusal, match="pas notée comme faite") as refused:
        reopen_deadline(entity(network, "nord"), actor=INSTALLATION, year=2027, key="com-report")
    assert refused.value.denied.status == 409


def _state(network: Network, year: int, code: str, key: str) -> State | None:
    found = dues_of(network, [year], TODAY)
    return next((d.state for d in found if (d.entity, d.key) == (code, key)), None)


def test_the_calendar_follows_the_acts(network: Network) -> None:
    assert _state(network, 2026, "nord", "initial-vote") is State.SILENT
    draft = budget(network, year=2026)
    assert _state(network, 2026, "nord", "initial-vote") is State.LATE
    assert _state(network, 2026, "sud", "initial-vote") is State.SILENT
    draft.delete()
    held = voted(network, year=2026)
    assert _state(network, 2026, "nord", "initial-vote") is State.DONE
    assert _state(network, 2026, "nord", "initial-sending") is State.LATE
    send_budget(held, actor=INSTALLATION, on=D(2025, 12, 1))
    assert _state(network, 2026, "nord", "initial-answer") is State.LATE
    revise_budget(held, actor=INSTALLATION)
    assert _state(network, 2026, "nord", "revised-vote") is State.AHEAD
    refuse_budget(held, actor=INSTALLATION, on=D(2025, 12, 20))
    assert _state(network, 2026, "nord", "initial-again") is State.LATE
    assert _state(network, 2026, "nord", "initial-answer") is None
    voted(network, year=2026, on=D(2026, 2, 1))
    assert _state(network, 2026, "nord", "initial-again") is State.DONE


def test_a_planned_sitting_dates_what_goes_before_it(network: Network) -> None:
    sittings = {"initial": D(2026, 11, 30)}
    plan_assemblies(entity(network, "nord"), actor=INSTALLATION, year=2027, sittings=sittings)
    assert _state(network, 2027, "nord", "initial-draft") is State.LATE
    due = next(d for d in dues_of(network, [2027], TODAY) if d.key == "initial-draft")
    assert due.day == D(2026, 11, 15)


def test_the_count_of_questions_does_not_grow(
    network: Network, django_assert_max_num_queries: Any
) -> None:
    voted(network, "nord", 2026)
    voted(network, "sud", 2026)
    with django_assert_max_num_queries(4):
        dues_of(network, [2025, 2026, 2027], TODAY)
