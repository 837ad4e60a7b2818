"""The frame of a draft, its title and milestones: set with its scheme, then corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count

from maillage.kernel.actions import Held, Outcome, action, stamp_of
from maillage.kernel.verdicts import refuse
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.engine import edition_faults, partial_dates
from maillage.schemes.engine.partial_dates import Precision
from maillage.schemes.models import Edition, Milestone, Placement

Given = Mapping[str, Any]
"""A milestone as asked for: code, label, date, its precision ("day" where it is not said), nature;
`was`, the code it had, where it had one."""
FRAME = ("code", "label", "date", "precision", "nature")


def cleaned(milestones: Iterable[Given]) -> list[dict[str, Any]]:
    return [_cleaned(given) for given in milestones]


def _cleaned(given: Given) -> dict[str, Any]:
    precision = given.get("precision") or Precision.DAY.value
    date = partial_dates.placed(given["date"], precision)
    return {**given, "label": given["label"].strip(), "date": date, "precision": precision}


def refuse_faults(faults: Sequence[edition_faults.Fault]) -> None:
    """Raise Refusal (422, details "faults": where and what) where something does not hold."""
    if faults:
        details = [{"row": f.row, "field": f.field, "message": f.message} for f in faults]
        refuse(faults[0].sentence, faults=details)


def journaled(milestone: Given) -> list[str]:
    """A milestone as the journal keeps it."""
    date = partial_dates.written(milestone["date"], milestone["precision"])
    return [milestone["label"], date, milestone["nature"]]


def milestones_of(edition: Edition) -> list[dict[str, Any]]:
    rows = [dict(row) for row in edition.milestones.order_by("date", "pk").values(*FRAME)]
    return sorted(rows, key=_in_time)


def _in_time(milestone: Given) -> tuple[dt.date, bool]:
    """The order of `by_date`."""
    return milestone["date"], milestone["nature"] == "projection"


def held_frame(edition: Edition, **_: object) -> Held:
    """A title and milestones: each cell placed is an event of the edition too."""
    return Held(
        stamp_of([edition.title, *milestones_of(edition)]),
        "Une autre personne a modifié le titre ou les jalons depuis que vous les avez lus.",
    )


@action(
    "schemes.edition.revised",
    "Titre ou jalons modifiés",
    guard=rules.can_administer,
    seen=held_frame,
)
def revise_milestones(
    edition: Edition,
    *,
    actor: Actor,
    title: str,
    milestones: Sequence[Given],
    seen: str | None = None,
    losing: int = 0,
) -> Outcome[Edition]:
    """Set a draft's title and milestones; a milestone that is not listed goes, with its cells.

    Refuses (409) a frame that is no longer the one `seen`, (422) what does not hold
    (details "faults"), (409) losing another number of cells than the `losing` agreed to (details
    "lost": cells by code). The same frame again changes nothing.
    """
    before = milestones_of(edition)
    title, milestones = title.strip(), cleaned(milestones)
    refuse_faults(edition_faults.edition_faults(title, milestones, (m["code"] for m in before)))
    lost = _write(edition, milestones, losing)
    after = [{key: m[key] for key in FRAME} for m in milestones]
    after.sort(key=_in_time)
    if title == edition.title and after == before:
        return Outcome(edition, unchanged=True)
    diff = {
        "title": [edition.title, title],
        "milestones": [{m["code"]: journaled(m) for m in side} for side in (before, after)],
        "lost": lost,
    }
    edition.title = title
    edition.save(update_fields=["title"])
    return Outcome(edition, diff)


def _write(edition: Edition, milestones: Sequence[Given], losing: int) -> dict[str, int]:
    """Remove what is not listed, then set the rest; the cells lost, by code of milestone."""
    rows = {m.code: m for m in edition.milestones.all()}
    kept = [rows.pop(given.get("was") or given["code"], None) for given in milestones]
    lost = _refuse_losses(list(rows.values()), losing)
    gone = [m.pk for m in rows.values()]
    Placement.objects.filter(milestone__in=gone).delete()
    Milestone.objects.filter(pk__in=gone).delete()
    # Two milestones may take each other's code or date: each first leaves its own.
    for rank, row in enumerate(kept):
        if row is not None:
            aside = dt.date.max - dt.timedelta(days=rank)
            Milestone.objects.filter(pk=row.pk).update(code=f"~{rank}", date=aside)
    for given, found in zip(milestones, kept, strict=True):
        row = found or Milestone(edition=edition)
        row.code, row.label = given["code"], given["label"]
        row.date, row.precision = given["date"], given["precision"]
        row.nature = given["nature"]
        row.save()
    return lost


def _refuse_losses(gone: Sequence[Milestone], losing: int) -> dict[str, int]:
    counts = (
        Placement.objects.filter(milestone__in=gone)
        .values("milestone")
        .annotate(cells=Count("pk"))
        .values_list("milestone", "cells")
    )
    by_id = dict(counts)
    lost = {m.code: by_id[m.pk] for m in gone if m.pk in by_id}
    total = sum(lost.values())
    if total != losing:
        cells = "une cellule" if total == 1 else f"{total} cellules"
        agreed = f"\u00a0; la perte de {losing} avait été admise" if losing else ""
        reason = f"Retirer ces jalons supprimerait {cells}{agreed}. Rien n’a été changé."
        refuse(reason, 409, lost=lost)
    return lost
