"""In which time zone hours are told: the reader's where one was chosen, else the installation's.

Days stay days: what is due, adopted or counted is by the installation's calendar whoever reads it.
Knows no account: who answers a request says whose zone it is, asked only where an hour is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

NAMES = {
    "Europe/Paris": "Paris",
    "America/Guadeloupe": "Guadeloupe",
    "America/Martinique": "Martinique",
    "America/Cayenne": "Guyane",
    "America/Miquelon": "Saint-Pierre-et-Miquelon",
    "Indian/Reunion": "La Réunion",
    "Indian/Mayotte": "Mayotte",
    "Pacific/Noumea": "Nouvelle-Calédonie",
    "Pacific/Tahiti": "Tahiti",
    "Pacific/Marquesas": "Îles Marquises",
    "Pacific/Wallis": "Wallis-et-Futuna",
    "Europe/London": "Londres",
    "America/New_York": "New York",
    "America/Montreal": "Montréal",
    "Asia/Dubai": "Dubaï",
    "Asia/Shanghai": "Shanghai",
    "UTC": "temps universel",
}
"""Those one chooses from, as they are named: the French chambers' first, in the order of a list."""

_chosen: ContextVar[Callable[[], str] | None] = ContextVar("zone of the reader", default=None)


@contextmanager
def read_in(zone: Callable[[], str]) -> Iterator[None]:
    """Tell hours in a zone from here on; "" is the installation's. Asked when an hour is told."""
    token = _chosen.set(zone)
    try:
        yield
    finally:
        _chosen.reset(token)


def zone_name() -> str:
    """The zone hours are told in, as the tz database names it."""
    chosen = _chosen.get()
    return (chosen() if chosen else "") or settings.TIME_ZONE


def told_in(value: dt.datetime) -> dt.datetime:
    """An hour in the zone it is told in."""
    return timezone.localtime(value, _zone(zone_name())) if timezone.is_aware(value) else value


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def said(name: str) -> str:
    """« heure de Paris »; that of the installation for ""."""
    name = name or settings.TIME_ZONE
    place = NAMES.get(name) or name.rpartition("/")[2].replace("_", " ")
    return place if name == "UTC" else f"heure de {place}"


def choices(at: dt.datetime) -> list[tuple[str, str]]:
    """The zones one chooses from, each with what it is from universal time at this moment; the
    installation's own first, by which one chooses nothing."""
    own = f"celui de l’installation ({said('')})"
    return [
        ("", own),
        *((name, f"{place} (UTC{_offset(name, at)})") for name, place in NAMES.items()),
    ]


def _offset(name: str, at: dt.datetime) -> str:
    shift = at.astimezone(_zone(name)).utcoffset() or dt.timedelta()
    minutes = int(shift.total_seconds()) // 60
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'−' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"
