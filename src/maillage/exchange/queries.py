"""Documents of the networks one may see, their pages, and the picture of one."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from maillage.exchange import store
from maillage.exchange.engine import pdf
from maillage.exchange.models import Document
from maillage.people.actors import Actor


def documents_visible_to(actor: Actor, published: QuerySet[Document]) -> QuerySet[Document]:
    """Documents of the networks one belongs to; for others, those `published`: on which something
    public rests, as the room above says."""
    held = Document.objects.select_related("network")
    if actor.reaches_all:
        return held
    return held.filter(Q(network__in=actor.networks) | Q(pk__in=published.values("pk")))


def picture_of(document: Document, number: int) -> bytes:
    """The picture of a page of a PDF, kept for the next time. Raises Unreadable, BusyError."""
    data = store.picture(document.sha256, number)
    if data is None:
        data = pdf.draw(store.path_of(document.sha256), document.filename, number)
        store.keep_picture(document.sha256, number, data)
    return data
