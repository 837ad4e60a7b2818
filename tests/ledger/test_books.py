"""Depositing files: whose they are, who may, what is refused, what a kill or a fault leaves."""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.ledger import book_folders, jobs
from maillage.ledger.actions import cancel_import
from maillage.ledger.engine import ledger_reader
from maillage.ledger.models import Book, BookFile, BookImport
from maillage.network.models import Network
from maillage.schemes.models import Edition
from tests.builders import books_of_chambers, keep_books
from tests.journeys.test_from_nothing import text_of
from tests.ledger.deposits import HERE, known_chambers, send, shortened, upload


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return known_chambers(draft, people)


def test_files_named_after_known_sirens_are_read_at_once(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    row = deposit("finances", upload(0), upload(1), upload(2))
    assert row.state == "done", row.files
    truth = books_of_chambers()
    files = BookFile.objects.filter(replaced_at=None)
    assert sum(file.lines for file in files) == truth.lines
    for file in files:
        code = file.book.entity.code
        debit = sum(cents for (who, _, _), (cents, _) in truth.balances.items() if who == code)
        assert (file.debit, file.credit) == (debit, debit)
        assert (book_folders.folder(file) / "lines.parquet").exists()
    assert not book_folders.deposit_folder("essai", row.pk).exists()
    verbs = list(Event.objects.filter(verb__startswith="ledger").values_list("verb", flat=True))
    assert sorted(verbs) == [
        *["ledger.book.imported"] * 3, "ledger.import.assigned", "ledger.import.deposited",
    ]  # fmt: skip
    page = text_of(world.reader.client.get(HERE))
    assert "Total 3\u00a0livres" in page


def test_a_file_of_an_unknown_name_waits_for_a_choice(
    world: SimpleNamespace, deposit: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    row = deposit("finances", upload(0, "compta finale.txt"))
    assert row.state == "assigning"
    here = f"{HERE}depots/{row.pk}/"
    page = text_of(world.finances.client.get(here))
    assert "le nom ne dit ni chambre ni exercice" in page
    assert "supposée" in page
    nothing = world.finances.client.post(here, {"entity-0": "", "closing-0": "2025-12-31"})
    assert nothing.status_code == 422
    assert "La chambre est à choisir" in text_of(nothing)
    region = world.network.entities.get(code="region")
    with django_capture_on_commit_callbacks(execute=True):
        world.finances.client.post(here, {"entity-0": region.pk, "closing-0": "2025-12-31"})
    file = BookFile.objects.get()
    assert file.book.entity == region
    assert file.counts == {"file.name": 1}
    assert file.state.label == "Bloquant"


def test_a_corrected_file_replaces_after_an_agreement_and_the_former_stays(
    world: SimpleNamespace, deposit: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    deposit("nord", upload(1))
    former = BookFile.objects.get()
    row = deposit("nord", upload(1, data=shortened(1)))
    here = f"{HERE}depots/{row.pk}/"
    asked = text_of(world.nord.client.get(here))
    assert "Des livres déjà en place seraient remplacés" in asked
    assert f"à la place de {former.name}" in asked
    nord = former.book.entity
    form = {"entity-0": nord.pk, "closing-0": "2025-12-31"}
    again = world.nord.client.post(here, form)
    assert again.status_code == 200, "what would be replaced is told, nothing is done"
    with django_capture_on_commit_callbacks(execute=True):
        world.nord.client.post(here, {**form, "remplace": former.pk})
    former.refresh_from_db()
    assert former.replaced_at is not None
    current = BookFile.objects.get(replaced_at=None)
    assert current.lines < former.lines
    assert {c.name for c in book_folders.shelf(current.book).iterdir()} == {
        former.sha256,
        current.sha256,
    }
    page = text_of(world.nord.client.get(f"{HERE}nord/2025/"))
    assert "Fichiers remplacés" in page
    assert "Ce qui change avec le fichier précédent" in page
    assert f"\u2212{former.lines - current.lines}" in page
    old = text_of(world.nord.client.get(f"{HERE}nord/2025/?fichier={former.pk}"))
    assert "Fichier remplacé le" in old
    assert "Remettre ce fichier en vigueur" in old
    url = f"{HERE}nord/2025/retablir/"
    assert world.reader.client.post(url, {"fichier": former.pk}).status_code == 403
    assert world.nord.client.post(url, {"fichier": "x"}).status_code == 404
    given = {"fichier": former.pk, "vu": current.pk}
    assert f'name="vu" value="{current.pk}"' in world.nord.client.get(f"{HERE}nord/2025/").text
    assert world.nord.client.post(url, given | {"vu": former.pk}).status_code == 409
    assert world.nord.client.post(url, {"fichier": former.pk}).status_code == 409
    assert BookFile.objects.get(replaced_at=None) == current
    world.nord.client.post(url, given)
    assert BookFile.objects.get(replaced_at=None) == former
    world.nord.client.post(url, given)
    assert Event.objects.filter(verb="ledger.book.restored").count() == 1


def test_another_closing_of_the_same_year_is_refused_before_it_is_read(
    world: SimpleNamespace, deposit: Callable[..., Any]
) -> None:
    deposit("nord", upload(1))
    former = BookFile.objects.get()
    row = deposit("nord", upload(1, data=shortened(1)))
    form = {"entity-0": former.book.entity_id, "closing-0": "2025-06-30", "remplace": former.pk}
    told = world.nord.client.post(f"{HERE}depots/{row.pk}/", form)
    assert told.status_code == 422
    assert "livre clos le 31\u00a0décembre\u00a02025, et celui-ci l’est le" in text_of(told)
    row.refresh_from_db()
    assert row.state == "assigning"
    assert BookFile.objects.get().replaced_at is None


def test_the_same_file_again_changes_nothing(
    world: SimpleNamespace, deposit: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    deposit("nord", upload(1))
    file = BookFile.objects.get()
    row = deposit("nord", upload(1))
    form = {"entity-0": file.book.entity_id, "closing-0": "2025-12-31", "remplace": file.pk}
    with django_capture_on_commit_callbacks(execute=True):
        world.nord.client.post(f"{HERE}depots/{row.pk}/", form)
    row.refresh_from_db()
    assert [f["state"] for f in row.files] == ["same"]
    assert BookFile.objects.get().replaced_at is None


WHO = [
    ("anonymous", 404),
    ("stranger", 404),
    ("reader", 403),
    ("nord", 302),
    ("finances", 302),
    ("administrator", 302),
]


@pytest.mark.parametrize(("who", "status"), WHO)
def test_who_may_deposit(
    world: SimpleNamespace, django_capture_on_commit_callbacks: Any, who: str, status: int
) -> None:
    answer = send(world, who, upload(1), callbacks=django_capture_on_commit_callbacks)
    assert answer.status_code == status
    assert Book.objects.exists() == (status == 302)
    if status != 302:
        assert not (book_folders.root() / "essai").exists()


def test_a_chamber_s_editor_keeps_its_own_book_only(
    world: SimpleNamespace, deposit: Callable[..., Any]
) -> None:
    row = deposit("nord", upload(2))
    assert row.state == "assigning", "the book of another chamber is not taken"
    sud = world.network.entities.get(code="sud")
    form = {"entity-0": sud.pk, "closing-0": "2025-12-31"}
    assert world.nord.client.post(f"{HERE}depots/{row.pk}/", form).status_code == 403
    assert not Book.objects.exists()


def test_two_files_for_one_book_are_refused(
    world: SimpleNamespace, deposit: Callable[..., Any]
) -> None:
    row = deposit("finances", upload(1), upload(1))
    assert row.state == "assigning"
    nord = world.network.entities.get(code="nord").pk
    form = {f"{name}-{n}": v for n in (0, 1) for name, v in
            (("entity", nord), ("closing", "2025-12-31"))}  # fmt: skip
    answer = world.finances.client.post(f"{HERE}depots/{row.pk}/", form)
    assert answer.status_code == 422
    assert "Un autre fichier de ce dépôt" in text_of(answer)


def test_nothing_received_is_told(world: SimpleNamespace) -> None:
    answer = world.finances.client.post(HERE, {})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Aucun fichier n’a été reçu" in page
    assert "État des livres" in page
    assert not BookImport.objects.exists()
    assert not list(book_folders.root().glob("essai/depots/*"))


def test_a_deposit_given_up_while_read_stops(
    world: SimpleNamespace, deposit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ledger_reader.read_ledger

    def given_up(*args: Any, **options: Any) -> Any:
        cancel_import(BookImport.objects.get(), actor=world.finances.actor)
        return read(*args, **options)

    monkeypatch.setattr(ledger_reader, "read_ledger", given_up)
    row = deposit("finances", upload(0), upload(1))
    assert row.state == "cancelled"
    assert [f["state"] for f in row.files] == ["cancelled", "cancelled"]
    assert not BookFile.objects.exists()
    assert not book_folders.deposit_folder("essai", row.pk).exists()


def test_a_disk_that_refuses_is_told_and_the_others_go_on(
    world: SimpleNamespace, deposit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ledger_reader.read_ledger

    def full(path: Path, **options: Any) -> Any:
        if path.name == "0":
            raise OSError(errno.EIO, "Input/output error")
        return read(path, **options)

    monkeypatch.setattr(ledger_reader, "read_ledger", full)
    row = deposit("finances", upload(0), upload(1))
    assert [f["state"] for f in row.files] == ["failed", "done"]
    assert BookFile.objects.count() == 1


def test_what_a_killed_worker_left_is_taken_up_again(
    world: SimpleNamespace, deposit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    read, calls = ledger_reader.read_ledger, []

    def killed(path: Path, **options: Any) -> Any:
        calls.append(path.name)
        if len(calls) == 2:
            raise Killed
        return read(path, **options)

    monkeypatch.setattr(ledger_reader, "read_ledger", killed)
    deposit("finances", upload(0), upload(1))  # the backend of the tests survives the kill
    row = BookImport.objects.get()
    assert row.state == "running"
    assert BookFile.objects.count() == 1
    jobs.import_books.func(str(row.pk))
    row.refresh_from_db()
    assert row.state == "done"
    assert calls == ["0", "1", "1"], "what was taken in is not read again"


def test_only_who_deposited_or_keeps_finances_gives_up(
    world: SimpleNamespace, deposit: Callable[..., Any]
) -> None:
    row = deposit("finances", upload(0, "x.txt"))
    with pytest.raises(Refusal, match="Seule la personne"):
        cancel_import(row, actor=world.nord.actor)
    url = f"{HERE}depots/{row.pk}/annuler/"
    assert world.reader.client.post(url).status_code == 403
    assert world.administrator.client.post(url).status_code == 302


def test_a_large_body_passes_here_and_nowhere_else(
    world: SimpleNamespace, settings: LazySettings, django_capture_on_commit_callbacks: Any
) -> None:
    settings.UPLOAD_LIMIT = 1000
    answer = send(world, "nord", upload(1), callbacks=django_capture_on_commit_callbacks)
    assert answer.status_code == 302
    settings.LARGE_UPLOADS = {r"/reseaux/[^/]+/finances/livres/": 1000}
    big = upload(1, data=bytes(200_000))
    refused = send(world, "nord", big, callbacks=django_capture_on_commit_callbacks)
    assert refused.status_code == 413


def test_a_body_is_read_for_nobody_who_may_not_deposit(world: SimpleNamespace) -> None:
    class Trap:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    options = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": "900"}
    for who, status in (("anonymous", 404), ("reader", 403)):
        client = getattr(world, who).client
        answer = client.generic("POST", HERE, b"", **options, **{"wsgi.input": Trap()})
        assert answer.status_code == status


def test_deposits_ask_for_their_token(world: SimpleNamespace) -> None:
    client = world.finances.client
    client.handler.enforce_csrf_checks = True
    assert client.post(HERE, {"files": [upload(0)]}).status_code == 403
    assert not BookImport.objects.exists()


def test_findings_are_filtered_and_exported(world: SimpleNamespace) -> None:
    keep_books(world.network, "nord")
    client = world.reader.client
    here = f"{HERE}nord/2025/"
    for query in ("", "?gravite=warning", "?code=file.name", "?gravite=rien&code=rien"):
        assert client.get(here + query).status_code == 200
    csv = client.get(here + "constats.csv").content.decode("utf-8-sig")
    assert csv.startswith("# Constats Nord 2025")
    assert client.get(here + "constats.xlsx").content[:2] == b"PK"
    assert client.get(here + "constats.pdf").status_code == 404


def test_the_matrix_asks_as_much_whatever_the_number_of_books(world: SimpleNamespace) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert world.reader.client.get(HERE).status_code == 200
        return len(captured)

    keep_books(world.network, "nord")
    few = count()
    for year in (2022, 2023, 2024):
        keep_books(world.network, "nord", "sud", "region", year=year)
    assert count() == few
    assert few <= 14


def test_a_neighbour_sees_nothing(world: SimpleNamespace) -> None:
    keep_books(world.network, "nord")
    Network.objects.create(code="autre", name="Autre")
    assert world.stranger.client.get(f"{HERE}nord/2025/").status_code == 404
    assert world.reader.client.get("/reseaux/autre/finances/livres/").status_code == 404


def test_a_deposit_left_unassigned_is_forgotten_after_a_day(
    world: SimpleNamespace, deposit: Callable[..., Any]
) -> None:
    old = deposit("finances", upload(0, "vieux.txt"))
    new = deposit("finances", upload(0, "neuf.txt"))
    day_ago = BookImport.objects.get(pk=old.pk).requested_at - dt.timedelta(days=1)
    BookImport.objects.filter(pk=old.pk).update(requested_at=day_ago - dt.timedelta(days=1))
    assert jobs.forget_deposits(day_ago) == 1
    assert not book_folders.deposit_folder("essai", old.pk).exists()
    assert book_folders.deposit_folder("essai", new.pk).exists()
    assert BookImport.objects.get() == new
