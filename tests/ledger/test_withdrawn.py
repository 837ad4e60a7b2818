"""A book withdrawn: nothing is lost, nothing counts it, it may be put back."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.ledger import book_folders
from maillage.ledger.actions import restore_file, withdraw_book
from maillage.ledger.models import Book, BookFile, BookImport
from maillage.ledger.queries.beside import twins_of
from maillage.ledger.queries.books import current_files, matrix
from maillage.schemes.models import Edition
from tests.builders import keep_books
from tests.journeys.test_from_nothing import text_of
from tests.ledger.deposits import HERE, known_chambers, upload

PAGE = f"{HERE}nord/2025/"


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    world = known_chambers(draft, people)
    (world.file,) = keep_books(world.network, "nord")
    return world


def withdraw(world: SimpleNamespace) -> None:
    given = {"vu": world.file.pk}
    assert world.nord.client.post(f"{PAGE}retirer/", given).status_code == 302


def test_a_book_given_again_since_is_not_withdrawn_unseen(world: SimpleNamespace) -> None:
    page = world.nord.client.get(PAGE).text
    assert f'name="vu" value="{world.file.pk}"' in page
    for given in ({}, {"vu": world.file.pk + 1}):
        assert world.nord.client.post(f"{PAGE}retirer/", given).status_code == 409
    assert current_files(world.network) == [world.file]


def test_a_book_withdrawn_keeps_its_files_and_counts_no_more(world: SimpleNamespace) -> None:
    assert "Retirer ce livre" in text_of(world.nord.client.get(PAGE))
    withdraw(world)
    withdraw(world)
    assert Event.objects.filter(verb="ledger.book.withdrawn").count() == 1
    assert current_files(world.network) == []
    assert BookFile.objects.count() == 1
    page = text_of(world.nord.client.get(PAGE))
    assert "Livre retiré le" in page
    assert "Remettre en vigueur" in page
    assert "Voir les écritures" not in page
    read = text_of(world.reader.client.get(f"{PAGE}?fichier={world.file.pk}"))
    assert "Fichier retiré le" in read
    assert "Remettre" not in read, "a reader only reads"


def test_the_matrix_says_it_and_leads_to_it(world: SimpleNamespace) -> None:
    withdraw(world)
    answer = world.reader.client.get(HERE)
    link = answer.content.decode().partition(f'<a href="{PAGE}">')[2].partition("</a>")[0]
    assert "retiré" in link and 'class="tag is-closed"' in link
    found = matrix(world.network)
    assert found.years == (2025,)
    (total,) = found.totals
    assert (total.books, total.missing, total.withdrawn, total.lines) == (0, 2, 1, 0)


def test_its_lines_leave_the_accounts(world: SimpleNamespace) -> None:
    keep_books(world.network, "sud")
    here = HERE.replace("livres/", "ecritures/?exercice=2025")
    both = world.reader.client.get(here).context["result"]
    withdraw(world)
    left = world.reader.client.get(here).context["result"]
    assert both.count - left.count == world.file.lines
    assert both.debit - left.debit == world.file.debit
    balance = text_of(world.reader.client.get(HERE.replace("livres/", "balance/?exercice=2025")))
    assert "Nord" in balance.split("livres manquent", 1)[1][:80]


def test_the_journal_says_which_book(world: SimpleNamespace) -> None:
    withdraw(world)
    page = text_of(world.administrator.client.get("/reseaux/essai/journal/"))
    assert "Livre comptable retiré" in page
    assert "Nord, exercice 2025" in page


EMPTY = [
    ("livres/nord/2025/constats.csv", 404),
    ("correspondances/", 200),
    ("balance/", 200),
    ("bilan/", 200),
    ("resultat/", 200),
    ("ecritures/", 200),
    ("reciproques/", 200),
]


@pytest.mark.parametrize(("address", "status"), EMPTY)
def test_every_page_copes_without_it(world: SimpleNamespace, address: str, status: int) -> None:
    withdraw(world)
    here = HERE.replace("livres/", "")
    answer = world.reader.client.get(here + address)
    assert answer.status_code == status


def test_it_is_put_back_or_given_again(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    withdraw(world)
    world.nord.client.post(f"{PAGE}retablir/", {"fichier": world.file.pk, "vu": 0})
    book = Book.objects.get()
    assert book.withdrawn_at is None
    assert current_files(world.network) == [world.file]
    withdraw(world)
    row = deposit("nord", upload(1))
    assert row.state == "done"
    assert BookFile.objects.get(replaced_at=None).book == book
    book.refresh_from_db()
    assert book.withdrawn_at is None


def test_a_withdrawn_book_takes_another_closing(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    name = world.file.name.replace("1231", "0630")
    refused = deposit("nord", upload(1, name))
    assert refused.state == "assigning"
    withdraw(world)
    row = deposit("finances", upload(1, name))
    assert row.state == "done", row.files
    assert str(Book.objects.get().closing) == "2025-06-30"


def test_its_content_may_then_be_another_s_and_is_told_twice_once_put_back(
    world: SimpleNamespace, deposit: Callable[..., BookImport], assign: Callable[..., Any]
) -> None:
    withdraw(world)
    row = deposit("finances", upload(1, "compta.txt"))
    sud = world.network.entities.get(code="sud")
    assign("finances", row, **{"entity-0": sud.pk, "closing-0": "2025-12-31"})
    assert [f.book.entity_id for f in current_files(world.network)] == [sud.pk]
    assert [twins_of(file) for file in current_files(world.network)] == [[]]
    restore_file(world.network, world.file, actor=world.nord.actor)
    assert [len(twins_of(file)) for file in current_files(world.network)] == [1, 1]


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("reader", False), ("stranger", False), ("nord", True), ("administrator", True)],
)
def test_who_may_withdraw(world: SimpleNamespace, who: str, allowed: bool) -> None:
    actor = getattr(world, who).actor
    if allowed:
        withdraw_book(world.file.book.network, world.file.book, actor=actor)
    else:
        with pytest.raises(Refusal, match="Le livre d’une chambre"):
            withdraw_book(world.file.book.network, world.file.book, actor=actor)
    assert (current_files(world.network) == []) is allowed


def test_the_own_names_of_analytical_columns_are_shown(world: SimpleNamespace) -> None:
    keep_books(world.network, "sud", axes=("numerique", "export"))
    file = BookFile.objects.get(book__entity__code="sud")
    here = f"{HERE}sud/2025/"
    assert "axe_" not in text_of(world.reader.client.get(here))
    BookFile.objects.filter(pk=file.pk).update(columns=["CodeAction"])
    assert "CodeAction" in text_of(world.reader.client.get(here))


def test_a_book_says_what_it_lacks_beside_its_former_exercise(world: SimpleNamespace) -> None:
    """Its own content a year before: nothing opens as it closed, and the year is not whole."""
    assert 'id="voisins"' not in world.reader.client.get(PAGE).content.decode()
    former, _ = Book.objects.get_or_create(
        network=world.network, entity=world.file.book.entity, year=2024, closing="2024-12-31"
    )
    folder = book_folders.folder(world.file)
    world.file.last = dt.date(2025, 10, 31)
    world.file.save(update_fields=["last"])
    other = BookFile.objects.create(
        book=former, sha256=world.file.sha256, name="x.txt", size=1, lines=1, debit=1, credit=1
    )
    shutil.copytree(folder, book_folders.folder(other))
    page = text_of(world.reader.client.get(PAGE))
    assert "s’arrête en octobre 2025" in page and "deux mois" not in page
    assert "Clos l’exercice précédent" in page and "512" in page
