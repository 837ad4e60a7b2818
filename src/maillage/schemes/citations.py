"""Documents and the cells that rest on them: a cell cites a document of its network by its title.

What is sealed is the title and the page; the hash beside them is the document's. Knows no page of
the interface but the one a citation leads to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from maillage.exchange import queries
from maillage.exchange.engine.pages import Line, Span, pages_cited, passages_holding
from maillage.exchange.models import Document
from maillage.network.models import Entity, Function, MacroProcess
from maillage.people.actors import Actor
from maillage.schemes.engine.document import EditionDocument, PlacementDoc
from maillage.schemes.models import Edition, Observation, Placement
from maillage.schemes.queries import PARTS, sealed_names


def documents_visible_to(actor: Actor) -> QuerySet[Document]:
    """Documents of one’s networks; for others, those that a published edition cites."""
    cited = Placement.objects.filter(
        edition__status__in=Edition.SEALED,
        edition__scheme__network=OuterRef("network"),
        source_document=OuterRef("title"),
    )
    return queries.documents_visible_to(actor, Document.objects.filter(Exists(cited)))


NOUNS: dict[str, Any] = {
    "network.entity": Entity,
    "network.function": Function,
    "network.process": MacroProcess,
}


def resting_upon(subject: str) -> list[str]:
    """What cites, by its title or code, what a subject is: the editions of which some cell cites a
    document; those that name a noun of their network, and observations; those sealed under the
    name of a network."""
    noun, _, key = subject.partition(":")
    if noun == "network.network":
        sealed = Edition.objects.filter(scheme__network=int(key), status__in=Edition.SEALED)
        return [edition.subject for edition in sealed]
    if noun in NOUNS:
        named = NOUNS[noun]._base_manager.filter(pk=key).first()
        return list(_naming(named)) if named else []
    found = Document.objects.filter(pk=key).first() if noun == Document.noun else None
    if found is None:
        return []
    resting = Placement.objects.filter(
        edition__scheme__network=found.network_id, source_document=found.title
    )
    editions = Edition.objects.filter(pk__in=resting.values("edition"))
    return [edition.subject for edition in editions]


def _naming(noun: Entity | Function | MacroProcess) -> Iterator[str]:
    """What holds the code of a noun: sealed editions, and lists of beneficiaries."""
    sealed = Edition.objects.filter(scheme__network=noun.network, status__in=Edition.SEALED)
    for edition in sealed:
        names = getattr(sealed_names(edition.seal), PARTS[type(noun)])
        if noun.code in {one.code for one in names}:
            yield edition.subject
    if not isinstance(noun, Entity):
        return
    drafts = Edition.objects.filter(scheme__network=noun.network).exclude(status__in=Edition.SEALED)
    cells = Placement.objects.filter(edition__in=drafts).exclude(served=[])
    serving = {key for key, served in cells.values_list("edition", "served") if noun.code in served}
    yield from (edition.subject for edition in drafts if edition.pk in serving)
    for observed in Observation.objects.filter(network=noun.network).exclude(served=[]):
        if noun.code in observed.served:
            yield observed.subject


class Citing(Protocol):
    """A cell as any page has it."""

    @property
    def source_document(self) -> str: ...
    @property
    def source_page(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Cited:
    """The documents of a network one may see, by title: where a citation of an edition leads."""

    edition: int
    by_title: dict[str, Document]
    about: str = ""
    """The journal subject of the edition: its citations may be of a former numbering."""

    def page_of(self, cell: Citing) -> str:
        """The address of the page a cell rests on, "" where its source is no such document."""
        document = self.by_title.get(cell.source_document)
        if document is None:
            return ""
        first = document.first_for(self.about)
        numbers = pages_cited(cell.source_page, document.pages, first) or [1]
        here = reverse("schemes:document_page", args=[document.pk, numbers[0]])
        return f"{here}?edition={self.edition}"


def cited_by(edition: Edition, actor: Actor) -> Cited:
    """What an edition may cite. One query."""
    own = documents_visible_to(actor).filter(network=edition.scheme.network_id)
    return Cited(edition.pk, {document.title: document for document in own}, edition.subject)


@dataclass(frozen=True, slots=True)
class Resting:
    """A cell that rests on a page: itself, what it is called, the passages it quotes."""

    cell: PlacementDoc
    name: str
    spans: tuple[Span, ...]


def resting_on(
    content: EditionDocument, document: Document, first: int
) -> dict[int, list[PlacementDoc]]:
    """The cells of an edition that cite a document, by page of its file; `first`: the page printed
    1 as this edition cites it (`Document.first_for`)."""
    found: dict[int, list[PlacementDoc]] = defaultdict(list)
    for cell in content.placements:
        if cell.source_document == document.title:
            for number in pages_cited(cell.source_page, document.pages, first):
                found[number].append(cell)
    return found


def passages_used(
    cells: Iterable[PlacementDoc], lines: tuple[Line, ...], content: EditionDocument
) -> list[Resting]:
    """What each cell takes of a page, in words and by passage."""
    names = {p.code: p.title for p in content.processes}
    labels = {m.code: m.label for m in content.milestones}
    short = {e.code: e.short_name for e in content.entities}
    return [
        Resting(
            cell,
            ", ".join(filter(None, (
                names.get(cell.process, cell.process),
                labels.get(cell.milestone, cell.milestone),
                short.get(cell.entity, cell.entity),
            ))),
            tuple(passages_holding(lines, cell.source_quote)),
        )
        for cell in cells
    ]  # fmt: skip
