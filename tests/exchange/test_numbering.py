"""A document numbered otherwise: which citations follow their page, which keep their number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maillage.exchange.actions import take_document
from maillage.exchange.engine.pages import renumbered
from maillage.exchange.models import Document
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import (
    CellEdit,
    add_statement,
    draft_next_edition,
    number_cited_pages,
    place_cells,
    renumbering_of,
)
from maillage.schemes.actions.renumbering import Tells
from maillage.schemes.citations import cited_by, resting_on
from maillage.schemes.models import Edition, Placement, Section, Statement
from maillage.schemes.queries import document_of
from tests.builders import load, small_document

TITLE = "Schéma imprimé"
PAGES = "Page une, des généralités\fLa trésorerie est mutualisée\fLa paie reste en autonomie\f" + (
    "Les achats sont harmonisés"
)


@pytest.fixture(autouse=True)
def _root(settings: Any, tmp_path: Path) -> None:
    settings.EXCHANGE_ROOT = tmp_path


def add(edition: Edition) -> Document:
    network = edition.scheme.network
    data = PAGES.encode()
    return take_document(network, data, "livret.txt", actor=INSTALLATION, title=TITLE)


def cite(edition: Edition, process: str, page: str, quote: str = "", **more: Any) -> None:
    changes = {
        **{"mode": "A", "source_document": TITLE, "source_page": page, "source_quote": quote},
        **more,
    }
    place_cells(edition, [CellEdit(process, "2024", "", changes)], actor=INSTALLATION)


def cell(process: str, edition: Edition) -> Placement:
    return Placement.objects.get(
        edition=edition, process__code=process, milestone__code="2024", entity=None
    )


@pytest.mark.parametrize(
    ("said", "before", "after", "told"),
    [
        ("p. 12", 1, 9, "p. 4"),
        ("p. 12 et 14", 1, 3, "p. 10 et 12"),
        ("pp. 12-14, 20", 3, 1, "pp. 14-16, 22"),
        ("p.\u00a03", 1, 5, "p.\u00a03 du fichier"),
        ("p. 3", 2, 9, "p. 4 du fichier"),
        ("p. 4 du fichier", 1, 9, "p. 4 du fichier"),
        ("annexe", 1, 9, "annexe"),
        ("p. 12, note 3", 1, 9, None),
        ("p. 12 (déduite)", 1, 9, None),
    ],
)
def test_a_citation_is_told_by_another_numbering(
    said: str, before: int, after: int, told: str | None
) -> None:
    assert renumbered(said, before, after) == told


def test_what_a_quote_tells_decides_and_the_rest_is_asked(draft: Edition) -> None:
    document = add(draft)
    cite(draft, "tresorerie", "p. 2", "trésorerie est mutualisée")
    cite(draft, "paie", "p. 2", "reste en autonomie")
    cite(draft, "achats", "p. 2")
    planned = renumbering_of(document, 2)
    told = {one.row.process.code: (one.tells, one.moved) for one in planned.citations}
    assert told == {
        "tresorerie": (Tells.FOLLOWS, "p. 1"),
        "paie": (Tells.AGREES, "p. 1"),
        "achats": (Tells.OPEN, "p. 1"),
    }
    number_cited_pages(
        document, actor=INSTALLATION, first_page=2, follow=False, agreed=planned.stamp
    )
    assert [cell(code, draft).source_page for code in ("tresorerie", "paie", "achats")] == [
        "p. 1", "p. 2", "p. 2",
    ]  # fmt: skip
    verbs = list(Event.objects.order_by("-sequence").values_list("verb", flat=True)[:3])
    assert verbs == [
        "schemes.citations.numbered", "schemes.placement.placed", "exchange.document.numbered",
    ]  # fmt: skip
    document.refresh_from_db()
    here = resting_on(document_of(draft), document, document.first_for(draft.subject))
    assert {n: [c.process for c in cells] for n, cells in here.items()} == {
        2: ["tresorerie"],
        3: ["achats", "paie"],
    }


def test_the_citations_nothing_tells_of_follow_when_asked_to(draft: Edition) -> None:
    document = add(draft)
    cite(draft, "achats", "p. 2")
    cite(draft, "paie", "p. 2, note 1")
    found = number_cited_pages(document, actor=INSTALLATION, first_page=2)
    assert cell("achats", draft).source_page == "p. 1"
    assert cell("paie", draft).source_page == "p. 2, note 1"
    assert [one.row.process.code for one in found.left(follow=True)] == ["paie"]
    assert Event.objects.get(verb="schemes.citations.numbered").diff["left"] == 1


def test_a_source_of_another_mode_is_not_confirmed_by_a_number(draft: Edition) -> None:
    document = add(draft)
    cite(draft, "achats", "p. 2")
    Placement.objects.filter(pk=cell("achats", draft).pk).update(source_mode="M")
    number_cited_pages(document, actor=INSTALLATION, first_page=2)
    moved = cell("achats", draft)
    assert (moved.source_page, moved.source_mode) == ("p. 1", "M")


@pytest.fixture
def sealed(db: None) -> Edition:
    """An adopted edition that cites the document by its first numbering, with quotes."""
    source = {
        "source_document": TITLE,
        "source_page": "p. 2",
        "source_quote": "trésorerie est mutualisée",
    }
    cells = [
        replace(cell, **source) if cell.key == ("achats", "2024", "") else cell
        for cell in small_document().placements
    ]
    return load(small_document(placements=tuple(cells)), adopted=True)


def test_what_is_sealed_never_changes_and_opens_the_same_pages(sealed: Edition) -> None:
    document, content = add(sealed), bytes(sealed.sealed.content)
    cited = next(c for c in document_of(sealed).placements if c.source_document == TITLE)
    before = cited_by(sealed, INSTALLATION).page_of(cited)
    assert "/pages/2/" in before
    number_cited_pages(document, actor=INSTALLATION, first_page=2)
    document.refresh_from_db()
    assert document.numbered_for == {sealed.subject: 1}
    sealed.refresh_from_db()
    assert bytes(sealed.sealed.content) == content
    assert cited_by(sealed, INSTALLATION).page_of(cited) == before
    number_cited_pages(document, actor=INSTALLATION, first_page=3)
    document.refresh_from_db()
    assert document.numbered_for == {sealed.subject: 1}
    number_cited_pages(document, actor=INSTALLATION, first_page=1)
    document.refresh_from_db()
    assert document.numbered_for == {}


def test_the_next_draft_cites_the_numbers_of_today(sealed: Edition) -> None:
    document = add(sealed)
    number_cited_pages(document, actor=INSTALLATION, first_page=2)
    draft = draft_next_edition(sealed, actor=INSTALLATION)
    own = Placement.objects.filter(edition=draft, source_document=TITLE)
    assert set(own.values_list("source_page", flat=True)) == {"p. 1"}
    document.refresh_from_db()
    assert set(resting_on(document_of(draft), document, document.first_for(draft.subject))) == {2}


def test_the_texts_of_the_next_draft_name_the_pages_of_today(db: None) -> None:
    small = small_document()
    cells = [
        replace(cell, source_document=TITLE if cell.source_document else "", source_page="p. 2")
        for cell in small.placements
    ]
    texts = tuple(replace(one, source_page="p. 3") for one in small.sections)
    sealed = load(small_document(placements=tuple(cells), sections=texts), adopted=True)
    document = add(sealed)
    number_cited_pages(document, actor=INSTALLATION, first_page=2)
    assert Section.objects.get(edition=sealed).source_page == "p. 3"
    draft = draft_next_edition(sealed, actor=INSTALLATION)
    assert Section.objects.get(edition=draft).source_page == "p. 2"


def write(edition: Edition, page: str) -> None:
    """A chapter on that page, a statement whose quote is read on the second page of the file."""
    Section.objects.filter(edition=edition, code="preambule").update(source_page=page)
    add_statement(
        edition, actor=INSTALLATION, function="finances", text="Mutualiser la trésorerie",
        source_page="p. 2", source_quote="trésorerie est mutualisée",
    )  # fmt: skip


def pages(edition: Edition) -> tuple[str, str]:
    return (
        Section.objects.get(edition=edition, code="preambule").source_page,
        Statement.objects.get(edition=edition).source_page,
    )


@pytest.mark.parametrize(("follow", "chapter"), [(True, "p. 2"), (False, "p. 3")])
def test_the_pages_of_texts_follow_those_of_the_document_that_all_cells_cite(
    draft: Edition, follow: bool, chapter: str
) -> None:
    document = add(draft)
    Placement.objects.filter(edition=draft).exclude(source_document="").update(
        source_document=TITLE, source_page=""
    )
    cite(draft, "achats", "p. 2")
    write(draft, "p. 3")
    planned = renumbering_of(document, 2)
    told = {type(one.row).__name__: (one.tells, one.moved) for one in planned.citations}
    assert told == {
        "Placement": (Tells.OPEN, "p. 1"),
        "Section": (Tells.OPEN, "p. 2"),
        "Statement": (Tells.FOLLOWS, "p. 1"),
    }
    number_cited_pages(
        document, actor=INSTALLATION, first_page=2, follow=follow, agreed=planned.stamp
    )
    assert pages(draft) == (chapter, "p. 1")
    assert renumbering_of(document, 2).stamp != planned.stamp


def test_the_pages_of_texts_stay_where_cells_cite_several_documents(draft: Edition) -> None:
    document = add(draft)
    cite(draft, "achats", "p. 2")
    write(draft, "p. 3")
    number_cited_pages(document, actor=INSTALLATION, first_page=2)
    assert pages(draft) == ("p. 3", "p. 2")


def test_the_page_of_the_act_names_the_texts(draft: Edition, people: Any) -> None:
    document = add(draft)
    Placement.objects.filter(edition=draft).exclude(source_document="").update(
        source_document=TITLE
    )
    write(draft, "p. 3")
    client = people(draft).administrator.client
    page = client.get(f"/sources/{document.pk}/numeros/?premiere=2").content.decode()
    assert "Texte, Préambule" in page and "Énoncé, Mutualiser la trésorerie" in page


def test_a_proposed_edition_waits(draft: Edition) -> None:
    document = add(draft)
    cite(draft, "achats", "p. 2", lead="region")
    Edition.objects.filter(pk=draft.pk).update(status="proposed")
    with pytest.raises(Refusal, match="est proposée et cite ce document"):
        number_cited_pages(document, actor=INSTALLATION, first_page=2)


def test_what_moved_since_it_was_shown_is_refused(draft: Edition) -> None:
    document = add(draft)
    cite(draft, "achats", "p. 2")
    stamp = renumbering_of(document, 2).stamp
    cite(draft, "achats", "p. 3")
    with pytest.raises(Refusal, match="ont changé depuis votre lecture"):
        number_cited_pages(document, actor=INSTALLATION, first_page=2, agreed=stamp)


def test_the_page_tells_before_the_act(draft: Edition, people: Any) -> None:
    someone, document = people(draft), add(draft)
    cite(draft, "tresorerie", "p. 2", "trésorerie est mutualisée")
    cite(draft, "achats", "p. 2")
    client = someone.administrator.client
    here = f"/editions/{draft.pk}/documents/{document.pk}/pages/2/"
    answer = client.post(here, {"geste": "numeroter", "imprime": "1"})
    there = f"/sources/{document.pk}/numeros/?premiere=2"
    assert answer["Location"] == there
    page = client.get(there).content.decode()
    for words in ("suit sa page", "rien ne le dit", "Comptabilité fournisseurs", "suivre"):
        assert words in page, words
    stamp = renumbering_of(document, 2).stamp
    assert f'value="{stamp}"' in page
    editor = someone.finances.client.post(there, {"vu": stamp, "follow": "garder"})
    assert editor.status_code == 403
    assert "seul un administrateur du réseau" in editor.content.decode()
    done = client.post(there, {"vu": stamp, "follow": "garder", "confirme": "oui"})
    assert done.status_code == 302
    assert cell("tresorerie", draft).source_page == "p. 1"
    assert cell("achats", draft).source_page == "p. 2"
    assert client.get(f"/sources/{document.pk}/numeros/?premiere=99").status_code == 200
