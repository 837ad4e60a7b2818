"""Who runs what, at a glance: functions by chambers, modes counted, each count a link to its rows.

Knows which reading of the cartography shows exactly what is counted. Refuses to total modes over a
network: the chambers' own values are what is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from maillage.schemes.engine.document import (
    NOT_APPLICABLE,
    EditionDocument,
    EntityDoc,
    FunctionDoc,
    MilestoneDoc,
)
from maillage.schemes.engine.modes_held import Held, altogether, held_in, milestone_on
from maillage.schemes.engine.resolution import CHAMBERS
from maillage.schemes.models import Edition


@dataclass(frozen=True, slots=True)
class Counted:
    """The modes of some macro-processes of a chamber: (mode, how many, where exactly these are);
    `without_object`, `unknown` and `differences` likewise, "" where there is none."""

    modes: tuple[tuple[str, int, str], ...]
    without_object: int
    without_object_url: str
    unknown: int
    unknown_url: str
    differences: int
    differences_url: str
    url: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """At one milestone. `rows`: a function and what each chamber holds of it; `whole`: by chamber,
    what it holds of all of them, in the order of `chambers`."""

    milestone: MilestoneDoc
    chambers: tuple[EntityDoc, ...]
    rows: tuple[tuple[FunctionDoc, tuple[Counted, ...]], ...]
    whole: tuple[Counted, ...]

    def of(self, chamber: str) -> Counted | None:
        codes = [one.code for one in self.chambers]
        return self.whole[codes.index(chamber)] if chamber in codes else None


def who_runs_what(edition: Edition, document: EditionDocument) -> Matrix | None:
    """Today's; None where the edition has no milestone, chamber or macro-process."""
    at = milestone_on(document.milestones, timezone.localdate())
    chambers = tuple(e for e in document.entities if e.kind in CHAMBERS)
    if at is None or not chambers or not any(not p.is_action for p in document.processes):
        return None
    held = held_in(document, at.code)
    used = {p.function for p in document.processes}
    here = reverse("schemes:cartography", args=[edition.pk])
    rows = tuple(
        (f, tuple(_counted(held[f.code, e.code], here, at, e, f.code) for e in chambers))
        for f in document.functions
        if f.code in used
    )
    whole = tuple(_counted(altogether(held, e.code), here, at, e) for e in chambers)
    return Matrix(at, chambers, rows, whole)


def _counted(
    held: Held, here: str, at: MilestoneDoc, chamber: EntityDoc, function: str = ""
) -> Counted:
    asked = {"lecture": "chambres", "jalon": at.code}
    asked |= {"fonction": function} if function else {}
    asked |= {"entite": chamber.code}

    def url(**more: str) -> str:
        return f"{here}?{urlencode(asked | more)}"

    def of_mode(mode: str) -> str:
        return url(mode=mode, principal="1")

    return Counted(
        tuple((mode, count, of_mode(mode)) for mode, count in held.known),
        held.modes[NOT_APPLICABLE],
        of_mode(NOT_APPLICABLE) if held.modes[NOT_APPLICABLE] else "",
        held.unknown,
        of_mode("?") if held.unknown else "",
        held.differences,
        url(seulement="differences") if held.differences else "",
        url(),
    )
