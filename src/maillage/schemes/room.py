"""What the room of schemes hands to the house: its page, its words, what it lets find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.cache import caches
from django.urls import reverse

from maillage.kernel.rooms import Awaiting, Found, Page, Purpose, Room, anyone, rows
from maillage.kernel.words import Words
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.schemes.engine import checks
from maillage.schemes.engine.coverage import coverage
from maillage.schemes.models import Edition, Section
from maillage.schemes.queries import (
    document_of,
    editions_of,
    editions_visible_to,
    version_of,
)

TOLD = 12
"""Cells of an event told one by one, at most."""


def details(diff: Mapping[str, Any]) -> Iterator[str]:
    """What an event of schemes changed, in words."""
    cells = diff.get("cells", {})
    for key, (before, after) in list(cells.items())[:TOLD]:
        process, milestone, entity = key.split("|")
        place = f"{process}, {milestone}" + (f", {entity}" if entity else "")
        yield f"{place} : {(before or {}).get('mode', '∅')} → {(after or {}).get('mode', '∅')}"
    if len(cells) > TOLD:
        yield f"et {len(cells) - TOLD} autres cellules"
    if "cells_count" in diff:
        yield f"{diff['cells_count']} cellules"
    if "seal" in diff:
        yield f"sceau {diff['seal'][:16]}…"
    if diff.get("act"):
        yield f"acte {diff['act']}, {diff['body']}"


def awaits(actor: Actor, network: Network) -> Iterable[Awaiting]:
    """What is to be done in the edition being written, for whoever writes some of it."""
    if not actor.edits_something(network.pk):
        return []
    draft = editions_of(network, actor).draft
    if draft is None:
        return []
    unknown, broken, incomplete = _counts(draft)
    gaps = f"{reverse('schemes:cartography', args=[draft.pk])}?seulement=lacunes"
    sheet = reverse("schemes:edition", args=[draft.pk])
    found = [
        Awaiting("cellules à renseigner", gaps, str(draft), count=unknown),
        Awaiting("règles enfreintes", sheet, str(draft), count=broken),
        Awaiting("points à compléter", sheet, str(draft), count=incomplete),
    ]
    return [one for one in found if one.count]


def _counts(draft: Edition) -> tuple[int, int, int]:
    """Unknown cells, rules broken, cells to complete; kept as long as nothing of it changes."""
    key = f"alerts:{draft.pk}:{version_of(draft)}"
    counts: tuple[int, int, int] | None = caches["pages"].get(key)
    if counts is None:
        document = document_of(draft)
        found = checks.check(document)
        counts = (
            coverage(document).total.unknown,
            sum(v.severity == "error" for v in found),
            sum(len(v.cells) for v in found if v.severity == "warning"),
        )
        caches["pages"].set(key, counts)
    return counts


def search(actor: Actor, words: Words) -> Iterator[Found]:
    """Editions and texts one may see."""
    editions = {e.pk: e for e in editions_visible_to(actor)}
    for edition in editions.values():
        if words.fit(edition.title, edition.scheme.title):
            url = reverse("schemes:edition", args=[edition.pk])
            yield Found("Éditions", str(edition), url, edition.scheme.network.name)
    texts = Section.objects.filter(edition__in=list(editions)).order_by("edition", "position")
    for pk, title, body in texts.values_list("edition", "title", "body").iterator():
        if words.fit(title, body):
            url = reverse("schemes:texts", args=[pk])
            yield Found("Textes", title, url, str(editions[pk]))


ROOM = Room(
    code="schemes",
    label="Schéma",
    purpose=Purpose.SCHEME,
    may_enter=anyone,
    pages=(Page("schemes:current", "Schéma"),),
    urls="maillage.schemes.urls",
    api="maillage.schemes.api",
    documentation="guide/explorer.md",
    nouns={
        "schemes.edition": rows(
            editions_visible_to, url=lambda row: reverse("schemes:edition", args=[row.pk])
        )
    },
    details={"schemes.": details},
    awaits=awaits,
    search=search,
)
