"""Documents read beside cells: seen by whoever may, a passage given to a cell, a page opened."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.exchange import store
from maillage.exchange.actions import remove_document, take_document
from maillage.exchange.jobs import read_document
from maillage.exchange.models import Document
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, number_cited_pages, place_cells
from maillage.schemes.models import Edition, Placement
from tests.exchange import files

TITLE = "Schéma imprimé 2022"


@pytest.fixture(autouse=True)
def _root(settings: Any, tmp_path: Path) -> None:
    settings.EXCHANGE_ROOT = tmp_path


def add(edition: Edition, data: bytes | None = None, title: str = TITLE) -> Document:
    data = files.chapter() if data is None else data
    network = edition.scheme.network
    return take_document(network, data, "livret.pdf", actor=INSTALLATION, title=title)


def cite(edition: Edition, page: str = "p. 2", **more: Any) -> None:
    changes = {"mode": "M", "source_document": TITLE, "source_page": page, **more}
    place_cells(edition, [CellEdit("tresorerie", "2024", "", changes)], actor=INSTALLATION)


def upload(client: Client, edition: Edition, data: bytes, name: str, title: str = "") -> Any:
    given = {"file": SimpleUploadedFile(name, data), "title": title}
    return client.post(f"/editions/{edition.pk}/documents/", given)


def test_what_cells_rest_on_stays(draft: Edition, people: Any) -> None:
    document = add(draft)
    cite(draft)
    with pytest.raises(Refusal, match="Des cellules d’une édition reposent sur ce document"):
        remove_document(document, actor=INSTALLATION)
    client = people(draft).administrator.client
    there = f"/sources/{document.pk}/retirer/"
    assert "reposent sur ce document" in client.get(there).content.decode()
    assert client.post(there).status_code == 409
    Placement.objects.filter(source_document=TITLE).update(source_document="")
    assert client.post(there).status_code == 302 and not Document.objects.exists()


def test_a_long_document_is_work_that_one_follows(
    draft: Edition, people: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = people(draft).administrator.client
    answer = upload(client, draft, files.blank(100), "long.pdf")
    document = Document.objects.get()
    assert answer["Location"] == f"/sources/{document.pk}/" and document.state == "waiting"
    page = client.get(answer["Location"]).content.decode()
    assert "100 pages" in page.replace("\u00a0", " ")
    read_document.func(str(document.pk))
    document.refresh_from_db()
    assert (document.state, document.legible, document.texts.count()) == ("done", 0, 100)
    assert client.get(answer["Location"]).status_code == 302
    shown = client.get(f"/sources/{document.pk}/pages/50/").content.decode()
    assert "Pas de texte à sélectionner" in shown


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"MZ" + b"\0" * 100, "programme"),
        (files.encrypted(), "mot de passe"),
        (files.chapter()[:700], "tronqué"),
        (files.zipped(**{"word/document.xml": b" " * 130_000_000}), "120\u00a0Mo au plus"),
    ],
    ids=["exe", "encrypted", "truncated", "bomb"],
)
def test_a_hostile_file_is_told_and_leaves_nothing(
    draft: Edition, people: Any, tmp_path: Path, data: bytes, said: str
) -> None:
    answer = upload(people(draft).administrator.client, draft, data, "livret.pdf")
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Document.objects.exists() and not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_file_too_large_is_told_in_french(draft: Edition, people: Any, settings: Any) -> None:
    settings.EXCHANGE_LIMIT = 1_500
    answer = upload(people(draft).administrator.client, draft, files.chapter(), "livret.pdf")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "fichier trop lourd" in page and "1,5\u00a0ko au plus" in page


def test_a_word_file_and_a_text_are_read_too(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    upload(client, draft, files.word(["La paie est intégrée."]), "livret.docx")
    upload(client, draft, b"Un texte", "note.txt", "Note")
    assert set(Document.objects.values_list("title", "kind", "pages")) == {
        ("livret", "word", 1), ("Note", "text", 1),
    }  # fmt: skip
    word = Document.objects.get(kind="word")
    page = client.get(f"/sources/{word.pk}/pages/1/").content.decode()
    assert "La paie est intégrée." in page and '<svg class="doc-sheet"' not in page
    assert client.get(f"/sources/{word.pk}/pages/1/image/").status_code == 404


def test_it_is_seen_as_its_network_is(draft: Edition, people: Any) -> None:
    who = people(draft)
    document = add(draft)
    places = [f"/sources/{document.pk}/{end}" for end in ("", "pages/1/", "pages/1/image/",
                                                             "fichier/", "retirer/")]  # fmt: skip
    for place in places:
        assert who.stranger.client.get(place).status_code == 404
        assert Client().get(place).status_code == 404
    assert who.reader.client.get(places[1]).status_code == 200
    assert who.reader.client.post(places[4]).status_code == 403


def test_the_public_reads_what_a_published_edition_cites(adopted: Edition) -> None:
    document = add(adopted, title="Schéma d'essai")
    other = add(adopted, files.scanned(), title="Brouillon")
    assert Client().get(f"/sources/{document.pk}/pages/1/").status_code == 200
    assert Client().get(f"/sources/{document.pk}/pages/1/image/").status_code == 200
    assert Client().get(f"/sources/{other.pk}/pages/1/").status_code == 404


def test_a_file_is_only_ever_taken_away(draft: Edition, people: Any) -> None:
    client = people(draft).reader.client
    document = add(draft)
    answer = client.get(f"/sources/{document.pk}/fichier/")
    assert b"".join(answer.streaming_content) == files.chapter()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    picture = client.get(f"/sources/{document.pk}/pages/2/image/")
    assert picture["Content-Type"] == "image/png" and "private" in picture["Cache-Control"]
    assert store.picture(document.sha256, 2) == picture.content
    assert client.get(f"/sources/{document.pk}/pages/4/image/").status_code == 404


def read_page(
    client: Client, edition: Edition, document: Document, number: int, **asked: str
) -> str:
    there = f"/editions/{edition.pk}/documents/{document.pk}/pages/{number}/"
    return str(client.get(there, asked).content.decode())


def test_a_passage_fills_a_cell_and_leads_to_the_next(draft: Edition, people: Any) -> None:
    client = people(draft).finances.client
    document = add(draft)
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/2/"
    page = read_page(client, draft, document, 2, cellule="tresorerie|2022")
    assert "Trésorerie, 2022" in page and "data-passages" in page
    given = {"mode": "A", "quote": "La trésorerie reste\n en autonomie", "version": "0", "lead": ""}
    answer = client.post(f"{there}?fonction=finances&cellule=tresorerie%7C2022", given)
    assert answer.status_code == 302 and "cellule=tresorerie%7C2024" in answer["Location"]
    cell = Placement.objects.get(process__code="tresorerie", milestone__code="2022")
    assert (cell.mode, cell.source_document, cell.source_page) == ("A", TITLE, "p.\u00a02")
    assert (cell.source_quote, cell.provenance) == ("La trésorerie reste en autonomie", "stated")
    page = read_page(client, draft, document, 2)
    assert 'class="doc-mark"' in page and "Trésorerie, 2022</title>" in page
    assert "1 page lue" in page.replace("\u00a0", " ")
    again = read_page(client, draft, document, 2, cellule="tresorerie|2024",
                      passage="tresorerie|2022")  # fmt: skip
    assert "en autonomie</textarea>" in again and "Passage de la cellule précédente" in again


def test_ticked_lines_make_a_passage_without_scripts(draft: Edition, people: Any) -> None:
    client = people(draft).finances.client
    document = add(draft, files.word(["La trésorerie reste", "en autonomie.", "Autre."]))
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/1/?cellule=tresorerie|2022"
    client.post(there, {"mode": "A", "version": "0", "ligne": ["0", "1"]})
    cell = Placement.objects.get(process__code="tresorerie", milestone__code="2022")
    assert cell.source_quote == "La trésorerie reste en autonomie."


def test_a_passage_never_writes_over_another_s_value(draft: Edition, people: Any) -> None:
    client = people(draft).finances.client
    document = add(draft)
    cite(draft)
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/2/?cellule=tresorerie|2024"
    answer = client.post(there, {"mode": "A", "quote": "mon passage", "version": "0"})
    assert answer.status_code == 409 and "mon passage" in answer.content.decode()
    assert Placement.objects.get(process__code="tresorerie", milestone__code="2024").mode == "M"
    assert client.post(there, {"mode": "", "version": "0"}).status_code == 422


def sent_of(answer: Any) -> dict[str, str]:
    """What the form of the cell would send, radios of a conflict left out."""
    form = answer.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_a_conflict_shows_what_is_recorded_and_whose_and_is_settled(
    draft: Edition, people: Any, side: str
) -> None:
    who, document = people(draft), add(draft)
    cite(draft, mode="C", rationale="")
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/2/?cellule=tresorerie|2024"
    given = sent_of(who.finances.client.get(there))
    theirs = {"mode": "H", "rationale": "Décidé ailleurs"}
    edit = CellEdit("tresorerie", "2024", "", theirs)
    place_cells(draft, [edit], actor=who.administrator.actor)
    given |= {"mode": "A", "quote": "mon passage"}
    answer = who.finances.client.post(there, given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"Enregistré par {who.administrator.user}" in page
    assert {"Harmonisation", "Autonomie"} <= set(re.findall("Harmonisation|Autonomie", page))
    assert 'name="choix-mode"' in page and 'name="choix-source_quote"' in page
    assert 'name="choix-rationale"' not in page, "what was not typed is as it is recorded"
    again = sent_of(answer)
    assert (again["quote"], again["rationale"]) == ("mon passage", "Décidé ailleurs")
    chosen = dict.fromkeys(re.findall(r'name="(choix-\w+)" value="mine"', page), side)
    chosen["choix-source_quote"] = "mine"
    settled = again | chosen
    answer = who.finances.client.post(there, settled)
    if side == "mine":  # The mode changes: what becomes of what was said is asked, choices held.
        assert answer.status_code == 422 and answer.context["asks"]
        hidden = re.findall(
            r'type="hidden" name="(choix-\w+)" value="(\w+)"', answer.content.decode()
        )
        assert dict(hidden) == chosen
        asked = re.findall(r'name="(suite-\w+)"', answer.content.decode())
        answer = who.finances.client.post(there, settled | dict.fromkeys(asked, "garder"))
    assert answer.status_code == 302
    cell = Placement.objects.get(process__code="tresorerie", milestone__code="2024")
    assert (cell.mode, cell.source_quote) == ("A" if side == "mine" else "H", "mon passage")
    assert cell.rationale == "Décidé ailleurs"


def test_who_may_not_write_reads_beside_nothing(draft: Edition, people: Any) -> None:
    who, document = people(draft), add(draft)
    page = read_page(who.reader.client, draft, document, 1)
    assert 'id="passage"' not in page and "Aucun de vos mandats" in page
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/1/?cellule=paie|2022"
    refused = who.finances.client.post(f"{there}&fonction=rh", {"mode": "A", "version": "0"})
    assert refused.status_code == 403


def test_every_cell_opens_the_page_it_rests_on(draft: Edition, people: Any) -> None:
    client = people(draft).reader.client
    document = add(draft)
    cite(draft, source_quote="La trésorerie reste en autonomie")
    link = f"/sources/{document.pk}/pages/2/"
    for place in ("cellule/tresorerie/2024/", "source/"):
        assert link in client.get(f"/editions/{draft.pk}/{place}").content.decode(), place
    page = client.get(link).content.decode()
    assert "Trésorerie, 2024" in page and "ne se retrouve pas" not in page
    cite(draft, source_quote="jamais écrit")
    assert "ne se retrouve pas" in client.get(link).content.decode()


def test_a_page_is_read_to_its_end(draft: Edition, people: Any) -> None:
    client = people(draft).finances.client
    document = add(draft)
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/1/"
    assert "/pages/2/" in client.post(there, {"geste": "lue"})["Location"]
    second = there.replace("/pages/1/", "/pages/2/")
    client.post(second, {"geste": "numeroter", "imprime": "1"})
    listed = client.get(f"/editions/{draft.pk}/documents/").content.decode()
    assert "1 / 3" in re.sub(r"\s+", " ", listed)
    assert "p.\u00a01" in read_page(client, draft, document, 2)


def test_pages_ask_as_many_queries_whatever_rests_on_them(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    document = add(draft)
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/2/"
    places = (there, f"/sources/{document.pk}/pages/2/", f"/editions/{draft.pk}/documents/")

    def counted() -> list[int]:
        counts = []
        for place in places:
            client.get(place)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(place).status_code == 200
            counts.append(len(asked))
        return counts

    cite(draft)
    alone = counted()
    cells = [CellEdit(p, m, "", {"mode": "M", "source_document": TITLE, "source_page": "p. 2"})
             for p in ("achats", "paie") for m in ("2022", "2024")]  # fmt: skip
    place_cells(draft, cells, actor=INSTALLATION)
    assert counted() == alone and max(alone) <= 18


PARTS = ("Assuré par", "Justification", "Fondement", "Modes complémentaires")


def test_another_mode_asks_what_becomes_of_what_was_said(draft: Edition, people: Any) -> None:
    """As in the form of a cell: nothing of the former mode stays, or goes, without a word."""
    client, document = people(draft).finances.client, add(draft)
    said = {"mode": "M", "complementary": "C", "lead": "nord", "rationale": "Plateau de 2021",
            "source_document": "Note", "source_basis": "Ordonnance", "integration": "",
            "details": {"sites": "Lille", "partners": "La Région"}}  # fmt: skip
    place_cells(draft, [CellEdit("tresorerie", "2024", "", said, None)], actor=INSTALLATION)
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/2/"
    there += "?fonction=finances&cellule=tresorerie%7C2024"

    def held() -> Placement:
        return Placement.objects.get(
            process__code="tresorerie", milestone__code="2024", entity=None
        )

    kept = {"quote": "en autonomie", "lead": "nord", "rationale": "Plateau de 2021",
            "source_basis": "Ordonnance", "version": str(held().version)}  # fmt: skip
    # The same mode asks nothing.
    assert client.post(there, kept | {"mode": "M"}).status_code == 302
    assert (held().source_document, held().source_basis) == (TITLE, "Ordonnance")
    kept["version"] = str(held().version)
    asked = client.post(there, kept | {"mode": "H"})
    page = asked.content.decode()
    assert asked.status_code == 422 and held().mode == "M"
    assert "Rien n’est encore enregistré" in page
    for text in (*PARTS, "Ordonnance", "La Région", "en autonomie"):
        assert text in page, text
    names = ("lead", "rationale", "source_basis", "complementary", "details")
    half = {f"suite-{name}": "garder" for name in names[1:]}
    assert client.post(there, kept | {"mode": "H"} | half).status_code == 422
    answers = half | {"suite-lead": "effacer", "suite-source_basis": "effacer"}
    assert client.post(there, kept | {"mode": "H"} | answers).status_code == 302
    cell = held()
    assert (cell.mode, cell.lead, cell.source_basis) == ("H", None, "")
    assert (cell.rationale, cell.complementary) == ("Plateau de 2021", "C")
    assert cell.details == {"partners": "La Région"}


def test_what_is_replaced_or_cannot_stay_is_told(draft: Edition, people: Any) -> None:
    client, document = people(draft).finances.client, add(draft)
    said = {"mode": "M", "rationale": "Avant", "details": {"sites": "Lille"}}
    place_cells(draft, [CellEdit("tresorerie", "2024", "", said, None)], actor=INSTALLATION)
    there = f"/editions/{draft.pk}/documents/{document.pk}/pages/2/"
    there += "?fonction=finances&cellule=tresorerie%7C2024"
    cell = Placement.objects.get(process__code="tresorerie", milestone__code="2024", entity=None)
    given = {"mode": "A", "rationale": "Après", "version": str(cell.version)}
    page = client.post(there, given).content.decode()
    assert "ne vaut pas pour ce mode" in page and "suite-rationale" not in page
    assert client.post(there, given | {"suite-details": "effacer"}).status_code == 302
    cell.refresh_from_db()
    assert (cell.mode, cell.rationale, cell.details) == ("A", "Après", {})


def test_an_extract_is_cited_as_it_is_printed(draft: Edition, people: Any) -> None:
    client, document = people(draft).finances.client, add(draft)
    base = f"/editions/{draft.pk}/documents/{document.pk}/pages"
    for typed in ("", "0", "xi", "123456", "-3"):
        refused = client.post(f"{base}/1/", {"geste": "numeroter", "imprime": typed})
        page = refused.content.decode()
        assert refused.status_code == 422 and f'value="{typed}"' in page, typed
        assert 'id="imprime-faute"' in page and "en chiffres" in page
    far = client.post(f"{base}/1/", {"geste": "numeroter", "imprime": "99999"})
    assert far.status_code == 422 and 'value="99999"' in far.content.decode()
    assert client.post(f"{base}/1/", {"geste": "numeroter", "imprime": "11"}).status_code == 302
    document.refresh_from_db()
    assert document.first_page == -9
    page = read_page(client, draft, document, 2)
    assert "citée «\u00a0p.\u00a012\u00a0»" in page.replace("&nbsp;", "\u00a0")
    assert re.search(r'name="imprime"[^>]*value="12"', page)
    given = {"mode": "A", "quote": "en autonomie", "version": "0"}
    client.post(f"{base}/2/?fonction=finances&cellule=tresorerie%7C2022", given)
    cell = Placement.objects.get(process__code="tresorerie", milestone__code="2022")
    assert cell.source_page == "p.\u00a012"
    shown = client.get(f"/editions/{draft.pk}/cellule/tresorerie/2022/").content.decode()
    assert f"/sources/{document.pk}/pages/2/" in shown
    # A page before the one printed 1 has no printed number.
    asked = client.post(f"{base}/3/", {"geste": "numeroter", "imprime": "2"})
    assert asked["Location"] == f"/sources/{document.pk}/numeros/?premiere=2"
    number_cited_pages(document, actor=INSTALLATION, first_page=2)
    assert re.search(r'name="imprime"[^>]*value=""', read_page(client, draft, document, 1))
