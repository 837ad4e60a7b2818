"""What a search finds in the justifications of cells: why, on what source, in which words.

Looked for in the draft of each network its reader belongs to, else in its edition in force: never
in another's. Texts are folded here, alike on both databases, and kept folded by each process until
they are written again.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from threading import Lock
from typing import NamedTuple

from django.db.models import Count, Max, Q
from django.urls import reverse

from maillage.kernel.rooms import Found
from maillage.kernel.words import SAME, Words, begins, tokens
from maillage.people.actors import Actor
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.models import Edition, Placement

KIND = "Justifications"
SHORTEST = 3
"""Letters of the longest word asked: fewer are in nearly every text."""
AROUND = 60
"""Characters told before and after the first word found, at most."""
TOLD = 60
"""Cells told with their words; the others too, where their title answers: they come first."""
_TEXTS = {
    "rationale": "Justification",
    "source_basis": "Fondement",
    "source_quote": "Citation",
    "source_document": "Document",
}


def is_asked(actor: Actor, words: Words) -> bool:
    """Whether this actor has cells to look in, and a word is long enough."""
    return (
        bool(actor.networks or actor.reaches_all)
        and max(map(len, words.naming), default=0) >= SHORTEST
    )


def search(actor: Actor, words: Words, seen: Sequence[Edition]) -> Iterator[Found]:
    """Cells whose justification holds every word asked, in the order of their chapter; `seen`: the
    editions this actor sees. Two queries, and two where something was written since it was last
    looked in."""
    editions = _read_by(actor, seen)
    asked = [[f" {one}" for one in (word, SAME.get(word)) if one] for word in words.naming]
    asked = [[one, *(f"{same} " for same in others)] for one, *others in asked]
    found = [
        pk
        for book in _books(editions)
        for pk, line in book.lines.items()
        if all(any(one in line for one in either) for either in asked)
    ]
    for rank, row in enumerate(_rows(found)):
        yield _found(editions[row.edition], row, words, is_told=rank < TOLD)


def _read_by(actor: Actor, seen: Sequence[Edition]) -> dict[int, Edition]:
    """By number: of each network the actor belongs to, the draft, else the edition in force."""
    held: dict[int, Edition] = {}
    mine = [e for e in seen if actor.sees(e.scheme.network_id)]
    in_force = [e for e in mine if e.status == Edition.Status.ADOPTED]
    for edition in [*(e for e in mine if not e.is_sealed), *in_force]:
        held.setdefault(edition.scheme.network_id, edition)
    return {edition.pk: edition for edition in held.values()}


@dataclass(frozen=True, slots=True)
class _Book:
    """The texts of an edition by cell, folded, as they were at a stamp: cells, last version."""

    stamp: tuple[int, int]
    lines: Mapping[int, str]


_KEPT: OrderedDict[int, _Book] = OrderedDict()
_KEEPING = Lock()
MOST = 40
"""Editions whose folded texts this process keeps: some megabytes for the largest."""


def _books(editions: Iterable[int]) -> list[_Book]:
    """Those of editions, brought in step: what was written since is folded, and that alone."""
    held = Placement.objects.filter(edition__in=list(editions)).order_by()
    stamps = held.values_list("edition").annotate(Count("pk"), Max("version"))
    now = {edition: (count, last) for edition, count, last in stamps}
    kept = ((pk, _KEPT.get(pk)) for pk in now)
    books = {pk: book for pk, book in kept if book and book.stamp == now[pk]}
    behind = [pk for pk in now if pk not in books]
    if behind:
        books |= _folded(behind, now)
        with _KEEPING:
            for pk in behind:
                _KEPT.pop(pk, None)
                _KEPT[pk] = books[pk]
            while len(_KEPT) > max(MOST, len(now)):
                _KEPT.popitem(last=False)
    return list(books.values())


def _folded(behind: Sequence[int], now: Mapping[int, tuple[int, int]]) -> dict[int, _Book]:
    known = {pk: _KEPT.get(pk, _NOTHING) for pk in behind}
    fresh = [Q(edition=pk, version__gt=book.stamp[1]) for pk, book in known.items()]
    changed: dict[int, str] = {}
    rows = Placement.objects.filter(reduce(or_, fresh)).order_by()
    for pk, *texts, details in rows.values_list("pk", *_TEXTS, "details"):
        said = [*texts, *(text for _, text in Details.of(details).words())]
        changed[pk] = f" {' '.join(word for text in said for word in tokens(text))} "
    lines: dict[int, dict[int, str]] = {pk: {} for pk in behind}
    there = Placement.objects.filter(edition__in=behind).order_by("pk")
    for pk, edition in there.values_list("pk", "edition"):
        line = changed.get(pk) or known[edition].lines.get(pk, "")
        if line.strip():
            lines[edition][pk] = line
    return {pk: _Book(now[pk], lines[pk]) for pk in behind}


_NOTHING = _Book((0, -1), {})


class _Row(NamedTuple):
    edition: int
    process: tuple[str, str]
    milestone: tuple[str, str]
    chamber: tuple[str, str]
    texts: dict[str, str]


def _rows(cells: Sequence[int]) -> Iterator[_Row]:
    columns = ("edition", "process__code", "process__name", "milestone__code", "milestone__label",
               "entity__code", "entity__short_name", *_TEXTS, "details")  # fmt: skip
    places = ("process__function__position", "process__position", "process", "milestone__date")
    held = Placement.objects.filter(pk__in=cells)
    order = ("-edition", *places, "entity__position", "pk")
    for row in held.order_by(*order).values_list(*columns):
        said = dict(zip(_TEXTS.values(), row[7:-1], strict=True))
        said |= dict(Details.of(row[-1]).words())
        chamber = (row[5] or "", row[6] or "")
        yield _Row(row[0], (row[1], row[2]), (row[3], row[4]), chamber, said)


def _found(edition: Edition, row: _Row, words: Words, *, is_told: bool) -> Found:
    codes = [edition.pk, row.process[0], row.milestone[0], *filter(None, row.chamber[:1])]
    place = row.chamber[1] or edition.scheme.network.name
    title, about = f"{row.process[1]}, {place}, {row.milestone[1]}", ""
    if is_told or words.fit(title):
        held = ((*said, _place(said[1], words)) for said in row.texts.items())
        label, text = next((label, text) for label, text, at in held if at is not None)
        about = f"{label}\u00a0: {_around(text, words)}, {edition}"
    return Found(KIND, title, reverse("schemes:cell", args=codes), about)


def _place(text: str, words: Words) -> int | None:
    """Where the first word asked begins in a text."""
    for found in re.finditer(r"[^\W_]+", text):
        said = tokens(found[0])
        if any(begins(asked, one) for asked in words.naming for one in said):
            return found.start()
    return None


def _around(text: str, words: Words) -> str:
    """The words of a text around the first of those asked."""
    plain = " ".join(text.split())
    at = _place(plain, words) or 0
    start = plain.rfind(" ", 0, max(at - AROUND, 0)) + 1 if at > AROUND else 0
    end = at + 2 * AROUND
    if end < len(plain):
        space = plain.rfind(" ", at, end)
        end = space if space > at else end
    cut = "…" if start else "", "…" if end < len(plain) else ""
    return f"«\u00a0{cut[0]}{plain[start:end]}{cut[1]}\u00a0»"
