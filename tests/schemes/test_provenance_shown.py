"""What the source does not state says so wherever a cell's mode is shown: the same sign, the same
word, explained by the same legend."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from django.test import Client

from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.engine.document import FIELDS
from maillage.schemes.engine.mode_change import doubted
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.placement_files import PlacedRow, merged
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from maillage.schemes.templatetags.schemes import cell_mode
from tests.builders import load, small_document

SIGNS = {"inferred": "déduit", "carried": "reporté"}


@pytest.fixture
def edition(db: None) -> Edition:
    """One macro-process, deduced at a milestone, carried forward at the next."""
    document = small_document()
    known = {"2024": "inferred", "2027": "carried"}
    cell = next(p for p in document.placements if p.key == ("achats", "2024", ""))
    rows = [dataclasses.replace(cell, milestone=at, provenance=how) for at, how in known.items()]
    return load(dataclasses.replace(document, placements=tuple(rows)), adopted=True)


PAGES = {
    "cartography": ("/editions/{pk}/", True),
    "function": ("/reseaux/essai/fonctions/finances/", True),
    "process": ("/reseaux/essai/processus/achats/", True),
    "source": ("/editions/{pk}/source/", True),
    "cell": ("/editions/{pk}/cellule/achats/2027/", False),
    "chamber": ("/reseaux/essai/chambres/nord/?de=2022&a=2024", False),
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_that_shows_a_mode_says_how_it_is_known(edition: Edition, page: str) -> None:
    address, explained = PAGES[page]
    shown = Client().get(address.format(pk=edition.pk)).content.decode()
    signs = ["inferred"] if page == "chamber" else SIGNS
    for sign in signs:
        word = SIGNS[sign]
        assert re.search(rf'class="[^"]*\bis-{sign}\b', shown), sign
        assert word in shown.lower(), word
    assert not explained or all(
        text in shown for text in ("déduit de ce que dit la source", "reporté d’un jalon antérieur")
    )


CHANGES = {
    "/reseaux/essai/chambres/nord/?de=2024&a=2027": ["inchangé, reporté"],
    "/reseaux/essai/chambres/nord/?de=2022&a=2024": ["Mutualisation, déduit ; "],
    "/editions/{pk}/comparer/jalons/2022/2024/": ["Mutualisation, déduit"],
    "/editions/{pk}/comparer/jalons/2024/2022/?nature=silent": ["Mutualisation, déduit"],
}


@pytest.mark.parametrize("address", CHANGES)
def test_what_changes_or_does_not_says_how_it_is_known(edition: Edition, address: str) -> None:
    page = Client().get(address.format(pk=edition.pk)).content.decode()
    assert [told for told in CHANGES[address] if told not in page] == []


@pytest.mark.parametrize(
    ("asked", "word"), [("fournisseurs 2024", "déduit"), ("fournisseurs 2027", "reporté")]
)
def test_a_cell_found_says_how_it_is_known(edition: Edition, asked: str, word: str) -> None:
    page = Client().get("/recherche/", {"q": asked}).content.decode()
    assert re.search(rf"(Autonomie|Coopération|Harmonisation|Mutualisation)[^<]*, {word}", page)


def test_a_mode_stated_or_of_which_nobody_said_has_no_sign(edition: Edition) -> None:
    assert "is-" not in cell_mode(edition.placements.model(mode="M", provenance="stated"))
    assert "is-" not in cell_mode(None)


SAYS = {
    "mode": "M", "complementary": "C", "lead": "nord", "served": ("nord",), "provenance": "stated",
    "source_document": "Schéma", "source_page": "p. 6", "details": {"sites": "Laval"},
}  # fmt: skip
MORE: list[dict[str, Any]] = [
    {"lead": "sud"}, {"lead": ""}, {"served": ("nord", "sud")}, {"served": ()},
    {"complementary": "CI"}, {"complementary": ""}, {"complementary": "CM"},
    {"integration": "regional"}, {"complementary": "I", "integration": "regional"},
    {"details": {"sites": "Angers"}}, {"details": {}}, {"rationale": "Autre"},
    {"lead": "sud", "source_page": "p. 7"}, {"lead": "sud", "source_quote": "à Laval"}, {},
]  # fmt: skip


@pytest.mark.parametrize("changes", MORE, ids=str)
def test_an_act_and_a_file_say_alike_that_a_cell_says_more_than_its_source(
    draft: Edition, changes: dict[str, Any]
) -> None:
    """The grid says the same: see the browser's tests of a change of mode."""
    key = ("achats", "2024", "")
    place_cells(draft, [CellEdit(*key, SAYS)], actor=INSTALLATION)
    held = next(c for c in document_of(draft).placements if c.key == key)
    assert held.provenance == "stated"
    values = changes | ({"details": Details.of(changes["details"])} if "details" in changes else {})
    file = PlacedRow(dataclasses.replace(held, **values))
    read, _ = merged(file, held)
    place_cells(draft, [CellEdit(*key, changes)], actor=INSTALLATION)
    now = next(c for c in document_of(draft).placements if c.key == key)
    assert now.provenance == read.provenance
    before, after = ({n: getattr(one, n) for n in FIELDS} for one in (held, file.cell))
    assert (now.provenance == "") is doubted(before, after)


def test_a_provenance_is_said_of_the_mode_alone(edition: Edition, client: Client) -> None:
    """Beside complementary modes, that it is none of theirs; alone, nothing more."""
    shown = client.get(f"/editions/{edition.pk}/cellule/achats/2024/").content.decode()
    assert "<dt>Provenance</dt><dd>déduit de ce que dit la source\u00a0; se dit du mode" in shown
    alone = load(small_document(number=2), adopted=True)
    shown = client.get(f"/editions/{alone.pk}/cellule/paie/2027/").content.decode()
    assert "<dt>Provenance</dt><dd>non précisée</dd>" in shown
