"""What the room of documents hands to the house: its events in words, its regular work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from maillage.exchange import store
from maillage.exchange.models import KINDS, Document
from maillage.jobs.recurring import Recurring
from maillage.kernel.money import size
from maillage.kernel.retention import Keeps
from maillage.kernel.rooms import Held, Purpose, Room


def details(diff: Mapping[str, Any], _actor: Any) -> Iterator[str]:
    """What was done to a document, in words."""
    if "title" in diff:
        yield f"«\u00a0{diff['title']}\u00a0»"
    if "size" in diff:
        yield f"{KINDS[diff['kind']]}, {size(diff['size'])}, {diff['pages']} pages"
    if "sha256" in diff:
        yield f"empreinte {diff['sha256'][:12]}…"
    if "first_page" in diff:
        before, after = diff["first_page"]
        yield f"numéros imprimés\u00a0: {_numbered(before)} → {_numbered(after)}"
    if "page" in diff:
        yield f"page {diff['page']}, {'lue' if diff['read'][1] else 'à relire'}"


def _numbered(first: int) -> str:
    """How pages are numbered, by the first that has a printed number."""
    page, printed = (first, 1) if first >= 1 else (1, 2 - first)
    return f"page {page} du fichier imprimée {printed}"


def holds() -> Iterator[Held]:
    for document in Document.objects.select_related("network").order_by("pk").iterator(500):
        digest = document.sha256
        yield Held(f"document «\u00a0{document}\u00a0»", store.path_of(digest), digest)


ROOM = Room(
    code="exchange",
    label="Documents",
    purpose=Purpose.SCHEME,
    documentation="guide/saisir.md",
    details={"exchange.": details},
    holds=holds,
    keeps=(Keeps("exchange.documents", Document.objects.all),),
    recurring=(
        Recurring(
            "exchange.pictures",
            "Oublier les images de pages les moins regardées",
            dt.timedelta(days=1),
            store.trim_pictures,
        ),
    ),
)
