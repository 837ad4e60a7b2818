"""Reading the pages of a document: each is kept once, what was read stays read."""

from __future__ import annotations

from collections import Counter
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
MOST_FAILED = 16
"""Processes that may come to nothing before pages are no longer sought one by one; twice as many,
and the rest is kept unread. One that was ended for its length counts as `OF_A_SLOW_ONE`."""
OF_A_SLOW_ONE = 6
STAGE = "Lecture des pages"


@long_work(Document)
def read_document(document: Document, follow: Follower) -> None:
    """Read every page that was not read yet, a few at a time."""
    follow.note(STAGE, 0, document.pages)
    read_pages(document, lambda done: follow(STAGE, done, document.pages))


def read_pages(document: Document, told: Callable[[int], object] = lambda done: None) -> None:
    """Read and keep the pages, then say how many are legible; what is not readable is told."""
    path, kept, failed = store.path_of(document.sha256), document.texts.count(), Counter[str]()
    per_batch = pdf.PER_BATCH if document.kind == Kind.PDF else document.pages
    while kept < document.pages:
        last = min(kept + per_batch, document.pages)
        for page in _read(document, kept + 1, last, failed):
            _keep(document, page)
        kept = last
        told(kept)
    legible = document.texts.exclude(lines=[]).count()
    document.end(legible=legible)
    document.refresh_from_db()
    assert path.exists()


def _read(document: Document, first: int, last: int, failed: Counter[str]) -> list[PageText]:
    """The pages of one batch; those that cannot be read are kept without a line. `failed` counts
    the processes that came to nothing: a file that stalls each of them is not tried for ever."""
    path = store.path_of(document.sha256)
    if document.kind != Kind.PDF:
        whole = pages_of(Kind(document.kind), path.read_bytes(), document.filename)
        return whole[first - 1 : last]
    lost = [PageText(number, 0, 0, ()) for number in range(first, last + 1)]
    if failed.total() >= 2 * MOST_FAILED:
        return lost
    try:
        return list(pdf.read(path, document.filename, first, last))
    except Unreadable as error:
        slow = error.findings[0].what == pdf.REASONS["slow"][0]
        failed["read"] += OF_A_SLOW_ONE if slow else 1
        if first == last or failed.total() >= MOST_FAILED:
            return lost
        middle = (first + last) // 2
        return [*_read(document, first, middle, failed), *_read(document, middle + 1, last, failed)]


def _keep(document: Document, page: PageText) -> None:
    lines = [[one.left, one.top, one.width, one.height, one.text] for one in page.lines]
    size = {"width": page.width, "height": page.height}
    DocumentPage.objects.update_or_create(
        document=document, number=page.number, defaults={**size, "lines": lines}
    )
