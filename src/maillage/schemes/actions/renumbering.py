"""Number the pages of a document that cells cite: which citations agree with the new numbers, which
follow, which nobody but a person tells.

A citation whose quote is read on the page it would then name agrees: its number was the printed
one, and stays. One whose quote is read on the page it named until then follows that page: a draft
is given the new number; what is proposed or sealed never changes, and is read by the numbering it
cites. Where no quote tells, whoever numbers chooses for all. A draft cites today's numbering only.

Chapters and statements name a page and no document: it is that of the document which all the cells
of their edition cite. Where they cite several, nobody can tell, and their pages stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.db.models import F

from maillage.exchange import rules as document_rules
from maillage.exchange.actions import number_pages
from maillage.exchange.engine.pages import (
    IN_FILE,
    lines_of,
    pages_cited,
    passages_holding,
    renumbered,
)
from maillage.exchange.models import Document
from maillage.kernel.actions import Outcome, action, stamp_of
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict, refuse
from maillage.people.actors import Actor
from maillage.schemes.actions.cell_edits import LIMITS, CellEdit
from maillage.schemes.actions.placements import place_cells
from maillage.schemes.actions.sections import revise_section
from maillage.schemes.actions.statements import revise_statement
from maillage.schemes.models import Edition, Placement, Section, Statement

Row = Placement | Section | Statement


class Tells(StrEnum):
    """What a citation's quote tells of a new numbering."""

    AGREES = "agrees"
    FOLLOWS = "follows"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation of a document, of a cell or a text, and what becomes of it: `moved`, its words
    once it follows its page, "" where they say more than pages and are left to a person."""

    row: Placement | Section | Statement
    tells: Tells
    moved: str

    @property
    def edition(self) -> Edition:
        return self.row.edition


@dataclass(frozen=True)
class Renumbering:
    """What numbering a document otherwise does to what cites it."""

    document: Document
    first_page: int
    citations: tuple[Citation, ...]

    def of(self, tells: Tells) -> list[Citation]:
        return [one for one in self.citations if one.tells is tells]

    @cached_property
    def proposed(self) -> list[Edition]:
        found = {one.edition.pk: one.edition for one in self.citations}
        return [edition for edition in found.values() if edition.status == Edition.Status.PROPOSED]

    @property
    def stamp(self) -> str:
        """Changes with the numbering, with any citation and with what becomes of it."""
        told = [
            (type(one.row).__name__, one.row.pk, one.row.source_page,
             getattr(one.row, "version", 0), one.tells, one.moved)
            for one in self.citations
        ]  # fmt: skip
        return stamp_of([self.document.first_page, self.first_page, *sorted(told)])

    def moving(self, *, follow: bool) -> list[Citation]:
        """The citations of drafts that are given another number."""
        which = (Tells.FOLLOWS, Tells.OPEN) if follow else (Tells.FOLLOWS,)
        moving = (one for one in self.citations if one.edition.is_draft and one.tells in which)
        return [one for one in moving if one.moved and one.moved != one.row.source_page]

    def left(self, *, follow: bool) -> list[Citation]:
        """The citations of drafts that should follow, and say more than pages."""
        which = (Tells.FOLLOWS, Tells.OPEN) if follow else (Tells.FOLLOWS,)
        return [
            one for one in self.citations
            if one.edition.is_draft and one.tells in which and not one.moved
        ]  # fmt: skip

    def numbered_for(self, *, follow: bool) -> dict[str, int]:
        """By subject of a sealed edition, the page printed 1 as it goes on citing it: its quotes
        tell together, those that agree first."""
        held = dict(self.document.numbered_for)
        sealed = {one.edition.subject: one.edition for one in self.citations if one.edition.seal}
        for subject, edition in sealed.items():
            told = {one.tells for one in self.citations if one.edition.pk == edition.pk}
            if Tells.AGREES in told:
                stays = False
            else:
                stays = Tells.FOLLOWS in told or follow
            held[subject] = self.document.first_for(subject) if stays else self.first_page
        return held


def renumbering_of(document: Document, first_page: int) -> Renumbering:
    """What numbering so would do. Six queries at most."""
    cells = list(
        Placement.objects.filter(
            edition__scheme__network=document.network_id, source_document=document.title
        )
        .exclude(source_page="")
        .exclude(source_page__contains=IN_FILE)
        .select_related("edition__scheme__network", "process", "milestone", "entity")
        .order_by(
            "edition__number",
            "process__position",
            "milestone__date",
            F("entity__position").asc(nulls_first=True),
        )
    )
    rows: list[Row] = [*cells, *_texts_citing(document)]
    texts = {page.number: lines_of(page.lines) for page in document.texts.all()} if rows else {}

    def holds(row: Row, quote: str, first: int) -> bool:
        places = pages_cited(row.source_page, document.pages, first)
        return any(passages_holding(texts.get(n, ()), quote) for n in places)

    citations = []
    for row in rows:
        before = document.first_for(row.edition.subject)
        tells, quote = Tells.OPEN, "" if isinstance(row, Section) else row.source_quote
        if quote and holds(row, quote, first_page):
            tells = Tells.AGREES
        elif quote and holds(row, quote, before):
            tells = Tells.FOLLOWS
        citations.append(Citation(row, tells, _moved(row, before, first_page)))
    return Renumbering(document, first_page, tuple(citations))


def _texts_citing(document: Document) -> list[Section | Statement]:
    """The chapters and statements whose pages are those of a document, edition by edition."""
    cited: dict[int, set[str]] = {}
    own = Placement.objects.filter(edition__scheme__network=document.network_id)
    for edition, title in own.values_list("edition", "source_document").distinct():
        cited.setdefault(edition, set()).update({title} - {""})
    alone = [edition for edition, titles in cited.items() if titles == {document.title}]
    found: list[Section | Statement] = []
    for model in (Section, Statement):
        rows = model.objects.filter(edition__in=alone).exclude(source_page="")
        rows = rows.exclude(source_page__contains=IN_FILE)
        found += rows.select_related("edition__scheme__network").order_by("edition__number", "pk")
    return found


def _moved(row: Row, before: int, after: int) -> str:
    moved = renumbered(row.source_page, before, after) or ""
    return moved if len(moved) <= LIMITS["source_page"] else ""


def can_number(document: Document, *, actor: Actor, first_page: int, **_: object) -> Verdict:
    """Whoever reads for a scheme numbers what nothing cites; else an administrator does, for the
    cells of every function may change."""
    verdict = document_rules.can_read_for(document, actor=actor)
    if not verdict or actor.administers(document.network_id):
        return verdict
    if first_page == document.first_page or not renumbering_of(document, first_page).citations:
        return ALLOWED
    return Denied(
        "Des cellules ou des textes citent ce document par ses pages\u00a0: seul un administrateur "
        "du réseau change leurs numéros."
    )


def numbering_verdict(planned: Renumbering) -> Verdict:
    """Why nothing may be numbered yet, before it is asked."""
    if not planned.proposed:
        return ALLOWED
    return Denied(
        f"«\u00a0{planned.proposed[0]}\u00a0» est proposée et cite ce document\u00a0: la remettre "
        "en brouillon, ou attendre son adoption.",
        409,
    )


@action("schemes.citations.numbered", "Citations accordées aux pages", guard=can_number)
def number_cited_pages(
    document: Document,
    *,
    actor: Actor,
    first_page: int,
    follow: bool = True,
    agreed: str | None = None,
) -> Outcome[Renumbering]:
    """Number the pages of a document; the citations of drafts that follow are given their new
    numbers, sealed ones keep theirs and the numbering they cite.

    `follow`: whether those whose quote tells nothing follow their page, or keep their number.
    Refuses (409) where a proposed edition cites it, or what it would do is not what was `agreed`
    to; (422) a number that does not hold.
    """
    planned = renumbering_of(document, first_page)
    verdict = numbering_verdict(planned)
    if isinstance(verdict, Denied):
        refuse(verdict.reason, 409)
    if agreed is not None and agreed != planned.stamp:
        refuse(
            "Les citations ont changé depuis votre lecture\u00a0: relire, puis recommencer.", 409
        )
    before = document.first_page
    kept = planned.numbered_for(follow=follow)
    number_pages(document, actor=actor, first_page=first_page, numbered_for=kept)
    document.refresh_from_db()
    moving = planned.moving(follow=follow)
    _move(moving, actor)
    if before == first_page or not planned.citations:
        return Outcome(planned, unchanged=True)
    told = {
        "numbered": [before, first_page],
        "moved": len(moving),
        "left": len(planned.left(follow=follow)),
        "kept": sorted(set(document.numbered_for)),
    }
    return Outcome(planned, told)


def _move(moving: Sequence[Citation], actor: Actor) -> None:
    """Give citations their new words; a source stated under another mode stays so."""
    by_edition: dict[int, list[tuple[Placement, str]]] = {}
    for one in moving:
        if isinstance(one.row, Placement):
            by_edition.setdefault(one.edition.pk, []).append((one.row, one.moved))
        else:
            _move_text(one.row, one.moved, actor)
    for some in by_edition.values():
        edits = [
            CellEdit(
                row.process.code,
                row.milestone.code,
                row.entity.code if row.entity else "",
                {"source_page": moved},
                row.version,
            )
            for row, moved in some
        ]
        edition = some[0][0].edition
        place_cells(edition, edits, actor=actor)
        stale: dict[str, list[Placement]] = {}
        for row, _ in some:
            if row.source_mode:
                stale.setdefault(row.source_mode, []).append(row)
        for mode, rows in stale.items():
            _again(edition, rows, mode)


def _move_text(row: Section | Statement, page: str, actor: Actor) -> None:
    """Give a chapter or a statement its new page; the rest of it stays."""
    if isinstance(row, Section):
        revise_section(
            row.edition, actor=actor, code=row.code, title=row.title, body=row.body,
            source_page=page,
        )  # fmt: skip
        return
    revise_statement(
        row.edition, actor=actor, code=row.code, text=row.text, modes=row.modes,
        horizon=row.horizon, source_page=page, source_quote=row.source_quote,
    )  # fmt: skip


def _again(edition: Edition, rows: Iterable[Placement], mode: str) -> None:
    keys = {(row.process_id, row.milestone_id, row.entity_id) for row in rows}
    written = Placement.objects.filter(edition=edition, process__in={key[0] for key in keys})
    found = [row.pk for row in written if (row.process_id, row.milestone_id, row.entity_id) in keys]
    Placement.objects.filter(pk__in=found).update(source_mode=mode)


def cite_as_numbered(
    edition: Edition, rows: Iterable[Placement], texts: Iterable[Section | Statement]
) -> None:
    """Give cells and texts copied from an edition, not yet written, the numbers of today: what it
    was sealed with may be of a former numbering."""
    about, rows = edition.subject, list(rows)
    documents = Document.objects.filter(network=edition.scheme.network_id)
    shifted: Mapping[str, Document] = {
        one.title: one for one in documents if about in one.numbered_for
    }
    cited = {row.source_document for row in rows} - {""}
    alone = cited.pop() if len(cited) == 1 else ""
    copies: list[tuple[Row, str]] = [(row, row.source_document) for row in rows]
    for row, title in [*copies, *((text, alone) for text in texts)]:
        if title in shifted:
            document = shifted[title]
            row.source_page = (
                _moved(row, document.first_for(about), document.first_page) or row.source_page
            )
