"""Add a document to a network, say how it is read, remove it: the only writers of documents.

The reading of its pages is work (`jobs.py`) that comes of its bytes, and writes no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from maillage.exchange import rules, store
from maillage.exchange.engine import pdf
from maillage.exchange.engine.contents import Kind, kind_of, pages_of
from maillage.exchange.jobs import AT_ONCE, read_document, read_pages
from maillage.exchange.models import Document, PageRead
from maillage.jobs.work import queue
from maillage.kernel.actions import Outcome, action
from maillage.kernel.rooms import HOUSE
from maillage.kernel.verdicts import refuse, refuse_fault, require
from maillage.network.models import Network
from maillage.people.actors import Actor


def take_document(
    network: Network, data: bytes, filename: str, *, actor: Actor, title: str = ""
) -> Document:
    """Check a file by what it holds, store it, add it, and have its pages read: at once where they
    are few, else as work one follows.

    Raises Unreadable where it is no document that can be read; Refusal as `add_document` does.
    """
    require(rules.can_add(network, actor=actor))
    kind = kind_of(data, filename)
    fresh = not store.path_of(store.hash_of(data)).exists()
    digest = store.keep(data)
    try:
        if kind is Kind.PDF:
            pages = pdf.page_count(store.path_of(digest), filename)
        else:
            pages = len(pages_of(kind, data, filename))
        document = add_document(
            network,
            actor=actor,
            title=title.strip() or filename.rpartition(".")[0] or filename,
            filename=filename[-200:],
            sha256=digest,
            kind=kind.value,
            size=len(data),
            pages=pages,
        )
    except Exception:
        if fresh:
            store.forget(digest)
        raise
    if pages <= AT_ONCE:
        read_pages(document)
    return document


@action("exchange.document.added", "Document ajouté", guard=rules.can_add, as_written=("filename",))
def add_document(
    network: Network,
    *,
    actor: Actor,
    title: str,
    filename: str,
    sha256: str,
    kind: str,
    size: int,
    pages: int,
) -> Outcome[Document]:
    """Record a stored file as a document of the network, under its title.

    Refuses (422) a title that does not hold, (409) a title or a content the network has already.
    """
    refuse_fault(rules.title_fault(title))
    held = Document.objects.filter(network=network)
    if same := held.filter(sha256=sha256).first():
        reason = f"Ce fichier est déjà là, sous le titre «\u00a0{same.title}\u00a0»."
        refuse(reason, 409, field="file", document=str(same.pk))
    document = Document(
        network=network,
        title=title,
        filename=filename,
        sha256=sha256,
        kind=kind,
        size=size,
        pages=pages,
        requested_by=actor.identity,
    )
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        refuse(f"Un document de ce réseau s’appelle déjà «\u00a0{title}\u00a0».", 409)
    if pages > AT_ONCE:
        queue(read_document, document)
    told = {"title": title, "sha256": sha256, "kind": kind, "size": size, "pages": pages}
    return Outcome(document, told, document)


@action("exchange.document.numbered", "Pages numérotées", guard=rules.can_read_for)
def number_pages(
    document: Document,
    *,
    actor: Actor,
    first_page: int,
    numbered_for: Mapping[str, int] | None = None,
) -> Outcome[Document]:
    """Say which page of the file is the one printed 1, 0 or less where it comes before the file.
    `numbered_for`: by subject, the page printed 1 of what goes on citing another; None leaves it.

    Refuses (422) one after its last, and numbers of more than five digits."""
    refuse_fault(rules.numbering_fault(first_page, document.pages))
    before, document.first_page = document.first_page, first_page
    if before == first_page:
        return Outcome(document, unchanged=True)
    told: dict[str, Any] = {"first_page": [before, first_page]}
    if numbered_for is not None:
        held = {key: first for key, first in numbered_for.items() if first != first_page}
        if held != document.numbered_for:
            told["numbered_for"] = [document.numbered_for, held]
        document.numbered_for = held
    document.save(update_fields=["first_page", "numbered_for"])
    return Outcome(document, told)


@action("exchange.page.read", "Page lue", guard=rules.can_read_for)
def mark_page(
    document: Document, *, actor: Actor, about: str, number: int, is_read: bool = True
) -> Outcome[None]:
    """Say that a page was read to its end for something, or that it was not. Refuses (422) a page
    it has not."""
    refuse_fault(rules.page_fault(number, document.pages))
    held = PageRead.objects.filter(document=document, about=about, number=number)
    if held.exists() == is_read:
        return Outcome(None, unchanged=True)
    if is_read:
        PageRead.objects.create(document=document, about=about, number=number)
    else:
        held.delete()
    return Outcome(None, {"page": number, "about": about, "read": [not is_read, is_read]})


@action("exchange.document.removed", "Document retiré", guard=rules.can_remove)
def remove_document(document: Document, *, actor: Actor) -> Outcome[None]:
    """Take a document out of its network; its bytes go with the last network that has them.

    Refuses (409) where something rests on it.
    """
    refuse_fault(rules.removal_fault(len(HOUSE.dependents(document.subject))), 409)
    title, digest = document.title, document.sha256
    network, subject = document.network, _Gone(document.chain, document.subject)
    document.delete()
    if not Document.objects.filter(sha256=digest).exists():
        transaction.on_commit(lambda: store.forget(digest))
    told = {"title": title, "sha256": digest, "network": network.code}
    return Outcome(None, told, subject)


class _Gone:
    """What an event is about that is there no longer."""

    def __init__(self, chain: str, subject: str) -> None:
        self.chain, self.subject = chain, subject
