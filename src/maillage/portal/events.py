"""The journal in words: what each event says to a person, as the rooms tell it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.kernel.actions import title_of
from maillage.kernel.models import Event
from maillage.kernel.rooms import HIDDEN, HOUSE
from maillage.people.actors import Actor
from maillage.people.queries import names_of


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a row of the journal's page; `url` leads to what it is about."""

    sequence: int
    at: dt.datetime
    author: str
    what: str
    about: str
    url: str
    detail: tuple[str, ...]
    hash: str


def describe(events: Iterable[Event], actor: Actor) -> list[Line]:
    """Events in words for `actor`, in as many queries whatever their number."""
    rows = list(events)
    names = names_of({event.actor for event in rows})
    abouts = HOUSE.resolve((event.subject for event in rows), actor)
    lines = []
    for event, detail in zip(rows, HOUSE.details(rows, actor), strict=True):
        about = abouts.get(event.subject, HIDDEN)
        lines.append(
            Line(
                event.sequence,
                event.at,
                names.get(event.actor, "Personne inconnue"),
                title_of(event.verb),
                about.title,
                about.url,
                detail,
                event.hash,
            )
        )
    return lines
