"""What the room of books hands to the house: its pages, its words, what it fills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from maillage.jobs.models import OVER
from maillage.jobs.recurring import Recurring
from maillage.kernel.retention import Keeps
from maillage.kernel.rooms import (
    ACTS,
    Awaiting,
    Figure,
    Findable,
    Found,
    Held,
    Indexed,
    Page,
    Purpose,
    Room,
    rows,
)
from maillage.ledger.book_folders import PARTS_KEPT, deposited, folder
from maillage.ledger.jobs import forget_deposits, forget_imports, note_digests
from maillage.ledger.models import Adjustment, Book, BookFile, BookImport
from maillage.ledger.queries.adjustments import adjustments_visible_to
from maillage.ledger.queries.books import (
    books_visible_to,
    current_files,
    imports_visible_to,
    last_told,
)
from maillage.ledger.queries.deposits import unread_of, waiting_deposits
from maillage.ledger.rules import can_deposit
from maillage.network.models import Entity, Network
from maillage.network.queries import in_chain
from maillage.people.actors import Actor

TAB = "Livres et comptes"
NO_BOOK = "le résultat et les tableaux de bord se liront des livres, une fois déposés"


def _book_url(book: Book) -> str:
    return reverse("ledger:book", args=[book.network.code, book.entity.code, book.year])


def _import_url(deposit: BookImport) -> str:
    return reverse("ledger:book_import", args=[deposit.network.code, deposit.pk])


def _adjustment_url(row: Adjustment) -> str:
    page = reverse("ledger:adjustments", args=[row.network.code])
    return f"{page}?exercice={row.year}#n{row.number}"


def awaits(actor: Actor, network: Network) -> Iterator[Awaiting]:
    """Deposits of one's own whose files are still to be given to their chambers."""
    mine = imports_visible_to(actor).filter(network=network, requested_by=actor.identity)
    for deposit in mine.filter(state=BookImport.State.ASSIGNING).order_by("pk"):
        since = timezone.localdate(deposit.requested_at)
        url = _import_url(deposit)
        what = "Livres à affecter à leur chambre"
        yield Awaiting(what, url, str(deposit), since=since, verb="Affecter")


def figures(actor: Actor, network: Network, chamber: Entity | None) -> Iterator[Figure]:
    """The result of the last exercise told; where no book was given, that there is none, and where
    one gives them."""
    if chamber is not None or not actor.sees(network.pk):
        return
    year = last_told(current_files(network))
    if year is None:
        url = reverse("ledger:books", args=[network.code])
        yield Figure("0", "livre comptable", url, NO_BOOK)
        return
    url = f"{reverse('ledger:income_statement', args=[network.code])}?exercice={year}&detail=oui"
    yield Figure(str(year), "compte de résultat", url, "consolidé, compte par compte")


def acts(actor: Actor, networks: Sequence[Network]) -> Iterator[Found]:
    """What is begun from a page of the books, by whoever may write some of them."""
    for network in networks:
        if can_deposit(network, actor=actor):
            url = reverse("ledger:books", args=[network.code])
            words = "importer charger FEC comptabilité"
            yield Found(ACTS, "Déposer des livres comptables", url, network.name, words)


def _books(chain: str) -> Iterator[Findable]:
    """For the members of the network, the last exercises first."""
    books = Book.objects.select_related("network", "entity")
    for book in in_chain(books.order_by("entity__position"), chain):
        yield Findable(
            str(book.pk),
            book.network.chain,
            str(book),
            _book_url(book),
            book.network.name,
            (book.entity.name, "livre comptes"),
            book.network.chain,
            -book.year,
        )


def _imports(*states: str) -> QuerySet[BookImport]:
    return BookImport.objects.filter(state__in=states)


def holds() -> Iterator[Held]:
    """What was read of each file of each book, in force or before, and what awaits its reading."""
    files = BookFile.objects.select_related("book__network", "book__entity").order_by("pk")
    for file in files:
        for part in PARTS_KEPT:
            what = f"livre {file.book} ({file.book.network.name})"
            yield Held(what, folder(file) / part, file.digests.get(part, ""))
    for deposit in waiting_deposits():
        for rank, told in unread_of(deposit):
            what, digest = f"dépôt «\u00a0{told['name']}\u00a0»", told.get("sha256", "")
            yield Held(what, deposited(deposit, rank), digest)


def demo(network: Network) -> Any:
    from maillage.ledger.demo import fill

    return fill(network)


ROOM = Room(
    code="ledger",
    label="Finances",
    purpose=Purpose.MANAGE,
    pages=(
        Page("ledger:books", "Livres", TAB),
        Page("ledger:mapping", "Correspondances", TAB, year="exercice"),
        Page("ledger:common_chart", "Plan commun", TAB),
        Page("ledger:trial_balance", "Balance", TAB, year="exercice"),
        Page("ledger:income_statement", "Compte de résultat", TAB, year="exercice"),
        Page("ledger:balance_sheet", "Bilan", TAB, year="exercice"),
        Page("ledger:financing", "Financement", TAB, year="exercice"),
        Page("ledger:entry_lines", "Écritures", TAB, year="exercice"),
        Page("ledger:intercompany", "Réciproques", TAB, year="exercice"),
        Page("ledger:adjustments", "Retraitements", TAB, year="exercice"),
    ),
    urls="maillage.ledger.urls",
    documentation="guide/livres-comptables.md",
    nouns={
        "ledger.adjustment": rows(adjustments_visible_to, url=_adjustment_url),
        "ledger.book": rows(books_visible_to, url=_book_url),
        "ledger.import": rows(imports_visible_to, url=_import_url),
    },
    awaits=awaits,
    figures=figures,
    acts=acts,
    indexes=(
        Indexed(
            "ledger.book",
            "Livres comptables",
            _books,
            ("ledger.book.", "ledger.import.", "network.entity.", "network.network."),
        ),
    ),
    holds=holds,
    demo=demo,
    recurring=(
        Recurring(
            "ledger.digests",
            "Noter l’empreinte des livres lus par une version qui n’en notait pas",
            dt.timedelta(days=1),
            note_digests,
        ),
    ),
    keeps=(
        Keeps("ledger.books", BookFile.objects.all),
        Keeps("ledger.deposits", lambda: _imports("assigning"), forget_deposits),
        Keeps("ledger.imports", lambda: _imports(*OVER), forget_imports),
    ),
)
