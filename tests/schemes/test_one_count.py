"""How much of an edition is filled is said by one count, wherever it is said: actions are in none,
and "sans objet" is an answer."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse

from maillage.people.actors import Role
from maillage.reports.engine.composition import booklet_of
from maillage.schemes.engine.coverage import coverage
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of, file_of
from maillage.schemes.views.reading_page import Reading
from tests.builders import load, person
from tests.schemes.test_second_format import YEAR, whole

FILLED, ALL = 5, 16


@pytest.fixture
def edition(db: None) -> Edition:
    """Four macro-processes at four dates, two cells "sans objet", an action filled at one date;
    what a chamber alone says of one cell."""
    document = whole()
    alone = PlacementDoc("formation", "2024", "nord", mode="C")
    return load(dataclasses.replace(document, placements=(*document.placements, alone)))


def told(page: str) -> tuple[int, int]:
    """What a page says: "5 cellules renseignées sur 16"."""
    found = re.search(r"(\d+)\s+cellules? renseignées?\s+sur\s+(\d+)", page.replace("&nbsp;", " "))
    assert found, page
    return int(found[1]), int(found[2])


def cells(page: str) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in re.findall(r"(\d+) / (\d+)<", page)]


def test_every_page_says_what_the_coverage_says(edition: Edition) -> None:
    document = document_of(edition)
    counted = coverage(document)
    assert counted.total.ratio == (FILLED, ALL)
    by_function = [line.total.ratio for line in counted.by_function]

    client = person("compte@essai.test", {"role": Role.ADMINISTRATOR}).client

    def page(name: str, *more: Any) -> str:
        return str(client.get(reverse(name, args=[*more])).content.decode())

    assert told(page("schemes:cartography", edition.pk)) == (FILLED, ALL)
    assert told(page("portal:network", "essai")) == (FILLED, ALL)
    assert cells(page("schemes:documents", edition.pk)) == by_function
    assert cells(page("schemes:coverage", edition.pk))[-1] == (FILLED, ALL)
    sent = client.get(f"/api/editions/{edition.pk}/checks").json()["coverage"]
    assert (sent["answered"], sent["all"], sent["unknown"]) == (FILLED, ALL, ALL - FILLED)
    acts = {one.what: one.count for one in client.get("/reseaux/essai/ma-page/").context["acts"]}
    assert acts["cellules à renseigner, tous jalons"] == ALL - FILLED


def test_the_cells_left_to_a_chamber_are_those_for_which_no_value_holds(
    edition: Edition,
) -> None:
    network = edition.scheme.network
    chamber = network.entities.get(code="nord")
    mandate = {"role": Role.ENTITY_EDITOR, "network": network, "entity": chamber}
    nord = person("nord@essai.test", mandate).client
    acts = {one.what: one.count for one in nord.get("/reseaux/essai/ma-page/").context["acts"]}
    assert acts["cellules à renseigner, tous jalons, Nord"] == ALL - FILLED - 1, "no action"


def test_the_reading_of_a_function_counts_its_macro_processes(edition: Edition) -> None:
    lines = {line.code: line.total for line in coverage(document_of(edition)).by_function}
    for code, tally in lines.items():
        request: Any = RequestFactory().get("/", {"fonction": code})
        reading = Reading(request, edition, None, 1)  # type: ignore[arg-type]
        assert reading.counted.ratio == tally.ratio


def test_the_booklet_counts_as_the_pages(edition: Edition) -> None:
    *_, last = booklet_of(file_of(edition), YEAR.date).coverage
    assert last.total.replace("\u00a0", " ") == f"{FILLED} / {ALL}"
