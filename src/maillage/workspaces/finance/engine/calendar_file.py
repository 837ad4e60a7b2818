"""The calendar's rules read from `referentials/budget-calendar.yaml`, every fault with its line.

Knows the format maillage-budget-calendar/1. Refuses to know any chamber or date of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from maillage.kernel.deadlines import Delay, FixedDay
from maillage.ledger.engine.chart import read_period
from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import Fields, Reader
from maillage.workspaces.finance.engine.calendar import Deadline
from maillage.workspaces.finance.engine.fallback import FallbackRule

FORMAT = "maillage-budget-calendar/1"
KINDS = ("", "initial", "revised", "executed")
CONCERNS = ("regional", "territorial")
EVENTS = ("assembly", "vote", "sending", "answer", "refusal")
DONE_BY = ("vote", "sending", "answer", "revote", "manual")
CERTAINTIES = ("read", "practice", "to-verify")
_ROW = (
    *("code", "label", "budget", "concerns", "on", "before", "after", "done_by", "tacit"),
    *("source", "certainty", "valid_from", "valid_to"),
)
_FALLBACK = (
    *("reduction", "investment_share", "until_month", "until_day", "source"),
    *("valid_from", "valid_to"),
)


@dataclass(frozen=True, slots=True)
class BudgetCalendar:
    title: str
    deadlines: tuple[Deadline, ...]
    fallbacks: tuple[FallbackRule, ...]


@lru_cache(maxsize=1)
def shipped_calendar() -> BudgetCalendar:
    """The calendar that comes with the application."""
    path = files("maillage") / "referentials" / "budget-calendar.yaml"
    return read_calendar(path.read_text("utf-8"), "budget-calendar.yaml")


def read_calendar(text: str, where: str) -> BudgetCalendar:
    """Raises Unreadable with every finding where the text is not a sound calendar."""
    reader = Reader.parse(text, where)
    head = reader.mapping(reader.root, ("format", "title", "deadlines", "fallback"))
    head.choice("format", (FORMAT,))
    deadlines = [_deadline(reader.mapping(node, _ROW)) for node in head.items("deadlines")]
    rules = [_fallback(reader.mapping(node, _FALLBACK)) for node in head.items("fallback")]
    codes = [deadline.code for deadline in deadlines]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        head.fault("deadlines", "échéance en double", "un code par échéance", code)
    title = head.text("title", required=True)
    if reader.findings:
        raise Unreadable(reader.findings)
    return BudgetCalendar(title, tuple(deadlines), tuple(rules))


def _deadline(fields: Fields) -> Deadline:
    concerns = tuple(fields.texts("concerns"))
    for kind in concerns:
        if kind not in CONCERNS:
            fields.fault("concerns", "nature inconnue", ", ".join(CONCERNS), kind)
    return Deadline(
        code=fields.text("code", required=True),
        label=fields.text("label", required=True),
        budget=fields.choice("budget", KINDS, default=""),
        concerns=concerns,
        when=_when(fields),
        done_by=fields.choice("done_by", DONE_BY),
        source=fields.text("source", required=True),
        certainty=fields.choice("certainty", CERTAINTIES),
        tacit=fields.text("tacit") == "true",
        period=read_period(fields),
    )


def _when(fields: Fields) -> FixedDay | Delay:
    given = [name for name in ("on", "before", "after") if fields.has(name)]
    if len(given) != 1:
        fields.fault("on", "une seule date est attendue", "on, before ou after")
        return FixedDay(1, 1, 0)
    if given == ["on"]:
        day = fields.mapping("on", ("month", "day", "year"))
        return FixedDay(day.integer("month"), day.integer("day"), _signed(day, "year"))
    delay = fields.mapping(given[0], ("event", "days", "months"))
    sign = -1 if given == ["before"] else 1
    days = delay.integer("days") if delay.has("days") else 0
    months = delay.integer("months") if delay.has("months") else 0
    return Delay(delay.choice("event", EVENTS), sign * days, sign * months)


def _signed(fields: Fields, key: str) -> int:
    written = fields.text(key, required=True)
    try:
        return int(written)
    except ValueError:
        fields.fault(key, "nombre illisible", "-1, 0 ou 1", written)
        return 0


def _fallback(fields: Fields) -> FallbackRule:
    return FallbackRule(
        reduction=fields.integer("reduction"),
        investment_share=fields.integer("investment_share"),
        until_month=fields.integer("until_month"),
        until_day=fields.integer("until_day"),
        source=fields.text("source", required=True),
        period=read_period(fields),
    )
