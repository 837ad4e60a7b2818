"""What leads a cartography to what is observed: the choice of what cells show, gaps counted.

Offered to who may see observations alone; the trajectory, which counts what is aimed at, has none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from maillage.people.requests import Request
from maillage.schemes.cartography.observed_cells import Beside
from maillage.schemes.cartography.selection import BESIDE, OF_OBSERVED, Selection
from maillage.schemes.cartography.view import View
from maillage.schemes.engine.observed import STATES, by_name
from maillage.schemes.engine.resolution import CHAMBERS
from maillage.schemes.models import Edition


@dataclass(frozen=True, slots=True)
class Option:
    """A link of the filter bar: what it shows, where it leads, whether it holds now."""

    label: str
    query: str
    on: bool
    note: str = ""


def day_for(request: Request, edition: Edition) -> dt.date | None:
    """The day as of which observations are read; None for who may see none."""
    seen = request.actor.sees(edition.scheme.network_id)
    return timezone.localdate() if seen else None


def choices(view: View) -> tuple[Option, ...]:
    """What cells may show."""
    chosen = view.chosen
    if chosen.reading == "trajectoire":
        return ()
    only = "" if chosen.only == OF_OBSERVED else chosen.only
    return tuple(
        Option(label, chosen.with_(beside=code, only=chosen.only if code else only),
               chosen.beside == code)
        for code, label in BESIDE.items()
    )  # fmt: skip


def drawn(edition: Edition, view: View) -> str:
    """Observations and gaps counted, each count leading to its cells."""
    beside = view.beside
    assert beside is not None
    counts = beside.counts()
    of_functions, of_entities = by_name(counts, beside.document)
    label = next(m.label for m in view.axes.milestones if m.code == beside.counted)
    context = {
        "day": beside.day,
        "shows": beside.shows,
        "milestone": label,
        "states": [(told, counts["state"][state]) for state, told in STATES.items()],
        "total": counts["state"].total(),
        "by": [("Par fonction", _functions(edition, beside, of_functions)),
               ("Par chambre", _entities(edition, beside, of_entities))],
        "listing": _listing(edition, beside),
    }  # fmt: skip
    return str(render_to_string("schemes/cartography_observed.html", context))


Counted = list[tuple[str, int, str]]
"""A name, its gaps, the address of exactly these."""


def _functions(edition: Edition, beside: Beside, gaps: list[tuple[str, str, int]]) -> Counted:
    """Read in the list, where an observation of the network is one line for all its chambers."""
    return [(name, n, _listing(edition, beside, fonction=code)) for code, name, n in gaps]


def _entities(edition: Edition, beside: Beside, gaps: list[tuple[str, str, int]]) -> Counted:
    """Chambers, which have a column; the network and other entities are read in the list."""
    chambers = {e.code for e in beside.document.entities if e.kind in CHAMBERS}
    return [
        (name, n, f"?{_asked(beside, entity=code).query}" if code in chambers
         else _listing(edition, beside, entite=code or "reseau"))
        for code, name, n in gaps
    ]  # fmt: skip


def _asked(beside: Beside, entity: str) -> Selection:
    return Selection("chambres", beside.counted, (), entity, only=OF_OBSERVED, beside="ecart")


def _listing(edition: Edition, beside: Beside, **more: str) -> str:
    here = reverse("schemes:observations", args=[edition.scheme.network.code])
    only = {"seulement": "ecart"} if more else {}
    asked = {"edition": edition.pk, "jalon": beside.counted, "au": beside.day, **only, **more}
    return f"{here}?{urlencode(asked)}"
