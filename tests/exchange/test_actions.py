"""Documents of a network: kept by their hash, read page by page, removed while nothing rests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.exchange import store
from maillage.exchange.actions import mark_page, number_pages, remove_document, take_document
from maillage.exchange.jobs import read_document
from maillage.exchange.models import Document, DocumentPage
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from maillage.sheets.findings import Unreadable
from tests.builders import load, small_document
from tests.exchange import files

TITLE = "Schéma imprimé 2022"


@pytest.fixture(autouse=True)
def _root(settings: Any, tmp_path: Path) -> None:
    settings.EXCHANGE_ROOT = tmp_path


def add(edition: Edition, data: bytes | None = None, title: str = TITLE) -> Document:
    data = files.chapter() if data is None else data
    network = edition.scheme.network
    return take_document(network, data, "livret.pdf", actor=INSTALLATION, title=title)


def test_a_document_is_kept_by_its_hash_and_read(draft: Edition) -> None:
    document = add(draft)
    assert (document.pages, document.legible, document.state) == (3, 3, "done")
    assert store.hash_of(store.read(document.sha256)) == document.sha256
    assert document.texts.get(number=1).lines[0][4] == "Schéma imprimé"
    event = Event.objects.get(verb="exchange.document.added")
    assert event.subject == document.subject and event.chain == draft.chain
    assert event.diff["sha256"] == document.sha256 and "text" not in event.diff


def test_a_file_sent_twice_is_told_under_its_field_with_where_it_is(
    draft: Edition, people: Any
) -> None:
    document = add(draft)
    client = people(draft).administrator.client
    again = SimpleUploadedFile("b.pdf", store.read(document.sha256))
    sent = {"title": "Autre titre", "file": again}
    answer = client.post(f"/editions/{draft.pk}/documents/", sent)
    assert answer.status_code == 409
    errors = answer.context["form"].errors
    assert list(errors) == ["file"]
    page = answer.content.decode()
    assert f'<a href="/sources/{document.pk}/">Le lire</a>' in page
    assert 'value="Autre titre"' in page


def test_the_same_file_or_title_is_there_once(draft: Edition) -> None:
    document = add(draft)
    with pytest.raises(Refusal, match="déjà là, sous le titre"):
        add(draft, title="Autre titre")
    with pytest.raises(Refusal, match="s’appelle déjà"):
        add(draft, files.scanned())
    assert Document.objects.count() == 1 and store.path_of(document.sha256).exists()
    assert not store.path_of(store.hash_of(files.scanned())).exists()  # what is refused is not kept


def test_two_networks_keep_one_copy_until_the_last_lets_go(
    draft: Edition, django_capture_on_commit_callbacks: Any
) -> None:
    other = load(small_document("ailleurs"))
    first, second = add(draft), add(other)
    path = store.path_of(first.sha256)
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(first, actor=INSTALLATION)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(second, actor=INSTALLATION)
    assert not path.exists() and not DocumentPage.objects.exists()
    assert Event.objects.filter(verb="exchange.document.removed").count() == 2


def test_pictures_are_kept_up_to_a_size(draft: Edition) -> None:
    document = add(draft)
    for number in (1, 2, 3):
        store.keep_picture(document.sha256, number, b"x" * 1000)
    assert store.trim_pictures(2_500) == 1
    assert store.trim_pictures(2_500) == 0


def test_pages_are_numbered_as_they_are_printed(draft: Edition) -> None:
    document = add(draft)
    number_pages(document, actor=INSTALLATION, first_page=2)
    with pytest.raises(Refusal, match="de 1 à 3"):
        number_pages(document, actor=INSTALLATION, first_page=4)
    with pytest.raises(Refusal, match="cinq chiffres"):
        number_pages(document, actor=INSTALLATION, first_page=-99_996)
    mark_page(document, actor=INSTALLATION, about=draft.subject, number=1)
    mark_page(document, actor=INSTALLATION, about=draft.subject, number=1)
    assert document.readings.count() == 1
    mark_page(document, actor=INSTALLATION, about=draft.subject, number=1, is_read=False)
    assert not document.readings.exists()
    verbs = Event.objects.filter(verb__startswith="exchange.").values_list("verb", flat=True)
    assert list(verbs.order_by("sequence"))[1:] == [
        "exchange.document.numbered", "exchange.page.read", "exchange.page.read",
    ]  # fmt: skip


def test_a_long_document_is_work_that_one_follows(draft: Edition) -> None:
    document = add(draft, files.blank(100))
    assert (document.state, document.pages, document.legible) == ("waiting", 100, None)
    read_document.func(str(document.pk))
    document.refresh_from_db()
    assert (document.state, document.legible, document.texts.count()) == ("done", 0, 100)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"MZ" + b"\0" * 100, "programme"),
        (files.encrypted(), "mot de passe"),
        (files.chapter()[:700], "tronqué"),
    ],
    ids=["exe", "encrypted", "truncated"],
)
def test_a_hostile_file_leaves_nothing(
    draft: Edition, tmp_path: Path, data: bytes, said: str
) -> None:
    with pytest.raises(Unreadable, match=said):
        add(draft, data)
    assert not Document.objects.exists() and not [p for p in tmp_path.rglob("*") if p.is_file()]


@pytest.mark.parametrize("title", ["\u200b", "x" * 201], ids=["unseen", "long"])
def test_a_title_is_one(draft: Edition, title: str) -> None:
    with pytest.raises(Refusal, match="Titre du document"):
        add(draft, title=title)


def test_it_takes_someone_who_writes(draft: Edition, people: Any) -> None:
    who, network = people(draft), draft.scheme.network
    with pytest.raises(Refusal, match="s’ajoute avec un mandat"):
        take_document(network, files.scanned(), "a.pdf", actor=who.reader.actor)
    own = take_document(network, files.scanned(), "a.pdf", actor=who.finances.actor)
    with pytest.raises(Refusal, match="le retirent"):
        remove_document(own, actor=who.nord.actor)
    with pytest.raises(Refusal, match="mandat de rédacteur"):
        mark_page(own, actor=who.reader.actor, about=draft.subject, number=1)
    remove_document(own, actor=who.finances.actor)
    assert not Document.objects.exists()
