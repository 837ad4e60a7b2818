"""The statutory calendar of budgets: what is due, by when, what was done and what is late.

The deadlines are dated data (`referentials/budget-calendar.yaml`, read by `calendar_file`). Knows
what one chamber recorded for one year; refuses to know people and the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from maillage.kernel.deadlines import Delay, FixedDay, Standing, State, standing
from maillage.kernel.period import ALWAYS, Period, french_date


@dataclass(frozen=True, slots=True)
class Deadline:
    """One rule of the calendar. `budget` is a kind or "" where it goes with no budget."""

    code: str
    label: str
    budget: str
    concerns: tuple[str, ...]
    when: FixedDay | Delay
    done_by: str
    source: str
    certainty: str = "read"
    tacit: bool = False
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Act:
    """What a chamber recorded of one budget (or of the year, `kind` "")."""

    kind: str
    number: int = 1
    name: str = ""
    assembly: dt.date | None = None
    vote: dt.date | None = None
    sending: dt.date | None = None
    answer: dt.date | None = None
    refusal: dt.date | None = None
    revote: dt.date | None = None

    def on(self, event: str) -> dt.date | None:
        """When an event of this budget took place; an assembly that is only planned counts."""
        if event == "assembly":
            return self.vote or self.assembly
        found: dt.date | None = getattr(self, event)
        return found


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of one chamber: its day (None: not known yet), its state, how late."""

    entity: str
    year: int
    key: str
    deadline: Deadline
    budget: str
    day: dt.date | None
    standing: Standing
    done_on: dt.date | None = None
    planned: dt.date | None = None
    """When the sitting that would meet it is planned."""

    @property
    def is_overrun(self) -> bool:
        """Met after its day, or planned to be."""
        if self.state is State.DONE:
            return self.standing.days > 0
        return bool(self.day and self.planned and self.planned > self.day)

    @property
    def look(self) -> str:
        """How it is drawn: a state, or `overrun`."""
        late = self.is_overrun and self.state is not State.LATE
        return "overrun" if late else self.state.value

    @property
    def state(self) -> State:
        return self.standing.state

    @property
    def words(self) -> str:
        """In words, what it waits for where its day is not known; « fait le … » is the page's."""
        if self.state is State.WAITING:
            return _WAITING[_event(self.deadline)]
        if self.state is State.AHEAD and self.is_overrun and self.planned:
            return f"séance prévue le {french_date(self.planned)}, après l’échéance"
        return self.standing.words

    @property
    def is_manual(self) -> bool:
        return self.deadline.done_by == "manual"


_WAITING = {
    "assembly": "date de séance à saisir",
    "vote": "court à partir du vote",
    "sending": "court à partir de l’envoi",
    "answer": "court à partir de l’approbation",
    "refusal": "sans objet",
    "": "date à connaître",
}


def _event(deadline: Deadline) -> str:
    return deadline.when.event if isinstance(deadline.when, Delay) else ""


def day_of(deadline: Deadline, act: Act, year: int) -> dt.date | None:
    """The last day for a deadline, None where the event it runs from is not known."""
    when = deadline.when
    if isinstance(when, FixedDay):
        return when.last_day(year)
    return when.last_day(act.on(when.event))


def overrun(
    deadlines: Iterable[Deadline], chamber: str, budget: str, year: int, on: dt.date
) -> tuple[Deadline, dt.date] | None:
    """The deadline of a vote that a sitting comes after, with its day; None where it is in time.

    `chamber`: the kind of chamber; `budget`: the kind of budget voted.
    """
    for deadline in deadlines:
        if deadline.budget != budget or deadline.done_by != "vote":
            continue
        day = day_of(deadline, Act(budget), year)
        if day and chamber in deadline.concerns and deadline.period.holds(day) and on > day:
            return deadline, day
    return None


@dataclass(frozen=True, slots=True)
class Chamber:
    """A chamber's year as the calendar sees it. `done` maps a deadline's key to a day."""

    code: str
    kind: str
    year: int
    acts: Sequence[Act] = ()
    done: Mapping[str, dt.date] = field(default_factory=dict)

    @property
    def is_silent(self) -> bool:
        """Nothing at all was recorded: what is past is unknown rather than late."""
        return not self.done and not any(act.assembly or act.vote or act.name for act in self.acts)


def dues(deadlines: Iterable[Deadline], chamber: Chamber, today: dt.date) -> list[Due]:
    """Every deadline of a chamber's year, what is late first, then by day."""
    found = []
    for deadline in deadlines:
        if chamber.kind not in deadline.concerns:
            continue
        for act in chamber.acts:
            if act.kind != deadline.budget:
                continue
            due = _due(deadline, act, chamber, today)
            if due is not None:
                found.append(due)
    return sorted(found, key=order)


def _due(deadline: Deadline, act: Act, chamber: Chamber, today: dt.date) -> Due | None:
    key = deadline.code if act.number == 1 else f"{deadline.code}:{act.number}"
    day = day_of(deadline, act, chamber.year)
    if not deadline.period.holds(day or dt.date(chamber.year, 1, 1)):
        return None
    moot = act.refusal is not None and act.answer is None
    if (day is None and deadline.done_by == "revote") or (deadline.done_by == "answer" and moot):
        return None
    done = chamber.done.get(key)
    if deadline.done_by != "manual":
        done = act.on(deadline.done_by) or done
    # What had to be sent before a sitting that took place: not noted, rather than late for ever.
    past = isinstance(deadline.when, Delay) and deadline.when.days < 0 and act.vote is not None
    found = standing(day, done, today, silent=chamber.is_silent or past)
    planned = act.assembly if deadline.done_by == "vote" and done is None else None
    return Due(chamber.code, chamber.year, key, deadline, act.name, day, found, done, planned)


def coming(found: Iterable[Due]) -> list[Due]:
    """What is due next, whatever its exercise, the nearest first."""
    ahead = [due for due in found if due.state is State.AHEAD]
    return sorted(ahead, key=lambda due: (due.day or dt.date.max, due.year, due.entity, due.key))


def order(due: Due) -> tuple[int, dt.date, str, str]:
    """What is late first (the latest of all on top), then what comes, then the rest."""
    return due.standing.rank, due.day or dt.date.max, due.entity, due.key
