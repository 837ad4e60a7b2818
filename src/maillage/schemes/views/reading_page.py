"""A page beside the cells of one function: which cells, which is chosen, where each leads.

Knows addresses and what cells hold. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from maillage.exchange.engine.pages import said_page
from maillage.exchange.models import Document
from maillage.people.requests import Request
from maillage.schemes.cartography.rendering import KNOWN_OTHERWISE
from maillage.schemes.citations import resting_on
from maillage.schemes.engine.coverage import Tally, tally_of
from maillage.schemes.engine.document import UNKNOWN, EditionDocument, PlacementDoc
from maillage.schemes.models import Edition, Placement
from maillage.schemes.queries import document_of

Key = tuple[str, str, str]


def address_of(edition: Edition, document: Document, number: int, **asked: str) -> str:
    here = reverse("schemes:reading", args=[edition.pk, document.pk, number])
    given = {name: value for name, value in asked.items() if value}
    return f"{here}?{urlencode(given)}" if given else here


@dataclass(frozen=True)
class Reading:
    """A page beside the cells of one function, for the network or for one chamber."""

    request: Request
    edition: Edition
    document: Document
    number: int

    @cached_property
    def content(self) -> EditionDocument:
        return document_of(self.edition)

    @cached_property
    def cells(self) -> Mapping[Key, PlacementDoc]:
        return {p.key: p for p in self.content.placements}

    @cached_property
    def entity(self) -> str:
        asked = self.request.GET.get("entite", "")
        chambers = (e.code for e in self.content.entities if e.kind in ("regional", "territorial"))
        return asked if asked in set(chambers) else ""

    @cached_property
    def function(self) -> str:
        codes = [f.code for f in self.content.functions]
        asked = self.request.GET.get("fonction", "")
        return asked if asked in codes else (codes[0] if codes else "")

    @cached_property
    def keys(self) -> list[Key]:
        """Every cell shown, row by row."""
        return [
            (p.code, m.code, self.entity)
            for p in self.content.processes
            if p.function == self.function
            for m in self.content.milestones
        ]

    @cached_property
    def counted(self) -> Tally:
        """How many of these cells are answered: actions are filled, and never counted."""
        actions = {p.code for p in self.content.processes if p.is_action}
        counted = (key for key in self.keys if key[0] not in actions)
        return tally_of(self.cells.get(key, PlacementDoc(*key)).mode for key in counted)

    @cached_property
    def chosen(self) -> Key | None:
        """The cell asked for, else the first that is not known."""
        process, _, milestone = self.request.GET.get("cellule", "").partition("|")
        if (process, milestone, self.entity) in self.keys:
            return process, milestone, self.entity
        return next((key for key in self.keys if self.is_open(key)), None)

    def is_open(self, key: Key) -> bool:
        return self.cells.get(key, PlacementDoc(*key)).mode == UNKNOWN

    def after(self, key: Key) -> Key:
        """The next cell that is not known, going round; the cell itself where all are."""
        at = self.keys.index(key)
        turned = [*self.keys[at + 1 :], *self.keys[:at]]
        return next((one for one in turned if self.is_open(one)), key)

    def address(
        self, key: Key | None = None, number: int | None = None, passage_of: Key | None = None
    ) -> str:
        asked = {
            "fonction": self.function,
            "entite": self.entity,
            "cellule": "|".join(key[:2]) if key else "",
            "passage": "|".join(passage_of[:2]) if passage_of else "",
        }
        return address_of(self.edition, self.document, number or self.number, **asked)

    @cached_property
    def resting(self) -> Mapping[int, list[PlacementDoc]]:
        """The cells that rest on the document, by page of its file."""
        first = self.document.first_for(self.edition.subject)
        return resting_on(self.content, self.document, first)

    @cached_property
    def carried(self) -> str:
        """The passage of the cell just filled, where the same may serve for the next."""
        process, _, milestone = self.request.GET.get("passage", "").partition("|")
        cell = self.cells.get((process, milestone, self.entity))
        return cell.source_quote if cell and cell.source_document == self.document.title else ""

    def row(self, key: Key) -> Placement | None:
        found = Placement.objects.filter(
            edition=self.edition, process__code=key[0], milestone__code=key[1]
        )
        own = found.filter(entity__code=key[2]) if key[2] else found.filter(entity=None)
        return own.select_related("lead").first()

    def rows(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The cells as a table: a process, its cells at each milestone."""
        pages = {
            cell.key: number for number, cells in sorted(self.resting.items()) for cell in cells
        }
        for process in self.content.processes:
            if process.function != self.function:
                continue
            line = []
            for milestone in self.content.milestones:
                key = (process.code, milestone.code, self.entity)
                cell = self.cells.get(key) or PlacementDoc(*key)
                page = pages.get(key)
                line.append({
                    "mode": cell.mode,
                    "known": KNOWN_OTHERWISE.get(cell.provenance, ""),
                    "provenance": cell.provenance,
                    "said": f"{process.title}, {milestone.label}",
                    "page": said_page(page, self.document.first_page) if page else "",
                    "url": self.address(key),
                    "here": key == self.chosen,
                })  # fmt: skip
            yield process.title, line
