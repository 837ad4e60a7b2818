"""Reading the pages of a document: each is kept once, what was read stays read."""

from __future__ import annotations

from collections.abc import Callable

from maillage.exchange import store
from maillage.exchange.engine import pdf
from maillage.exchange.engine.contents import Kind, pages_of
from maillage.exchange.engine.pages import PageText
from maillage.exchange.models import Document, DocumentPage
from maillage.jobs.following import Follower
from maillage.jobs.work import long_work
from maillage.sheets.findings import Unreadable

AT_ONCE = 40
"""Up to so many pages a document is read while one waits."""
STAGE = "Lecture des pages"


@long_work(Document)
def read_document(document: Document, follow: Follower) -> None:
    """Read every page that was not read yet, a few at a time."""
    follow.note(STAGE, 0, document.pages)
    read_pages(document, lambda done: follow(STAGE, done, document.pages))


def read_pages(document: Document, told: Callable[[int], object] = lambda done: None) -> None:
    """Read and keep the pages, then say how many are legible; what is not readable is told."""
    path, kept = store.path_of(document.sha256), document.texts.count()
    while kept < document.pages:
        last = min(kept + pdf.PER_BATCH, document.pages)
        for page in _read(document, kept + 1, last):
            _keep(document, page)
        kept = last
        told(kept)
    legible = document.texts.exclude(lines=[]).count()
    document.end(legible=legible)
    document.refresh_from_db()
    assert path.exists()


def _read(document: Document, first: int, last: int) -> list[PageText]:
    """The pages of one batch; those that cannot be read are kept without a line."""
    path = store.path_of(document.sha256)
    if document.kind != Kind.PDF:
        whole = pages_of(Kind(document.kind), path.read_bytes(), document.filename)
        return whole[first - 1 : last]
    try:
        return list(pdf.read(path, document.filename, first, last))
    except Unreadable:
        if first == last:
            return [PageText(first, 0, 0, ())]
        middle = (first + last) // 2
        return [*_read(document, first, middle), *_read(document, middle + 1, last)]


def _keep(document: Document, page: PageText) -> None:
    lines = [[one.left, one.top, one.width, one.height, one.text] for one in page.lines]
    size = {"width": page.width, "height": page.height}
    DocumentPage.objects.update_or_create(
        document=document, number=page.number, defaults={**size, "lines": lines}
    )
