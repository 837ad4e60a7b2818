"""How much of an edition is filled is said by one count, wherever it is said: actions are in none,
and "sans objet" is an answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import re
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import RequestFactory
from django.urls import reverse

from maillage.people.actors import INSTALLATION, Role
from maillage.reports.engine.composition import booklet_of
from maillage.schemes.actions.observations import record_observation
from maillage.schemes.engine.coverage import coverage
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.engine.observed import ObservedDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of, file_of
from maillage.schemes.room import counted
from maillage.schemes.views.reading_page import Reading
from tests.builders import load, person
from tests.schemes.test_second_format import YEAR, whole

FILLED, ALL = 5, 16
STARTS = re.compile(r"(?:[ACHMI] )?(\d+) (?:constat|cellule|écart|en |sans objet|non renseigné)")
SAID = re.compile(
    r"(\d+) (?:macro-processus|cellules?(?! renseign)|constats?(?! en date))"
    r"(?:, et (\d+) (?:actions?|d’actions|d’une action), non comptée?s?)?"
)
"""What a page says of its rows: how many, of what, and how many are of actions."""


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


@pytest.fixture
def busy(db: None) -> Edition:
    """Each macro-process and its action differ from a milestone to the next, are known in every
    way, are observed otherwise than aimed at, and are left unknown somewhere."""
    small, (first, second, *_) = whole(), whole().processes
    actions = [
        dataclasses.replace(small.processes[-1], code=f"action-{n}", name=f"Geste {n}", parent=code)
        for n, code in enumerate((first.code, first.code, second.code))
    ]
    known = ("stated", "inferred", "carried", "")
    rows = [first.code, second.code, *(action.code for action in actions)]
    cells = [
        PlacementDoc(code, year, mode=mode, lead=lead, provenance=known[(n + m) % 4])
        for n, code in enumerate(rows)
        for m, (year, mode, lead) in enumerate((("2022", "A", "nord"), ("2024", "M", "region")))
    ]
    cells += [PlacementDoc(code, "2024", "sud", mode="I", lead="nord") for code in rows]
    processes = (*small.processes[:-1], *actions)
    edition = load(dataclasses.replace(small, processes=processes, placements=tuple(cells)))
    day = dt.date(2025, 3, 1)
    for code in rows:
        for entity in ("", "sud"):
            record_observation(
                edition.scheme.network, actor=INSTALLATION,
                row=ObservedDoc(code, entity, day, "H", observer="Direction"),
            )  # fmt: skip
    return edition


def spaced(text: str) -> str:
    return " ".join(html.unescape(text).replace("\u202f", " ").replace("\u00a0", " ").split())


def counted_links(page: str) -> list[tuple[str, str, int]]:
    """Every link of a page whose words end with a number, or that heads one: its words, its
    address, the number."""
    found = []
    for address, words in re.findall(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL):
        text = spaced(re.sub(r"<[^>]+>", " ", words))
        if number := re.search(r"(?:^|[^\d+])(\d+)$", text) or STARTS.match(text):
            found.append((text, html.unescape(address), int(number[1])))
    return found


ACTION = re.compile(r'<th scope="row"[^>]*>(?:\s|<[^>]+>)*Action')
"""A row of an action."""


WALKED = [
    ("/editions/{pk}/", 5),
    ("/editions/{pk}/?lecture=chambres&jalon=2024&fonction=finances", 5),
    ("/editions/{pk}/?lecture=chambres&jalon=2024&valeur=ecart", 9),
    ("/editions/{pk}/?lecture=jalons&valeur=ecart", 6),
    ("/editions/{pk}/source/", 4),
    ("/reseaux/essai/constats/?jalon=2024", 3),
    ("/reseaux/essai/chambres/sud/?de=2022&a=2024", 1),
    ("/reseaux/essai/chambres/nord/?de=2022&a=2024", 2),
    ("/reseaux/essai/", 7),
    ("/reseaux/essai/ma-page/", 1),
]


@pytest.mark.parametrize(("address", "least"), WALKED)
def test_every_count_opens_as_many_rows_or_says_how_many_are_of_actions(
    busy: Edition, address: str, least: int
) -> None:
    client = person("marche@essai.test", {"role": Role.ADMINISTRATOR}).client
    here = address.format(pk=busy.pk)
    page = client.get(here).content.decode()
    links = [
        (words, urljoin(here, url), count)
        for words, url, count in counted_links(page.partition("<main")[2])
        if "?" in url and count < 1000
    ]
    assert len(links) >= least, links
    for words, url, count in links:
        there = client.get(url.partition("#")[0]).content.decode().partition("<main")[2]
        if "/chambres/" in here:
            assert listed_of(there) == count, words
            continue
        said = SAID.findall(spaced(re.sub(r"<[^>]+>", " ", there)))
        fitting = [more for number, more in said if int(number) == count]
        assert fitting, (words, url, said)
        assert any(fitting) or not ACTION.search(there), (words, url, said, "nothing says so")


def listed_of(page: str) -> int:
    """The macro-processes named by what changes and by what is no more said, actions aside."""
    sections = [page.partition(f'id="{place}"')[2].partition("</section>")[0]
                for place in ("changements", "suite")]  # fmt: skip
    named = re.findall(r'<a href="[^"]*/cellule/[^"]*">(.*?)</a>', "".join(sections))
    return sum(not name.startswith("Action") for name in set(named))


@pytest.mark.parametrize(
    ("what", "one"),
    [
        ("points à compléter", "point à compléter"),
        ("règles enfreintes", "règle enfreinte"),
        ("cellules à renseigner, tous jalons", "cellule à renseigner, tous jalons"),
    ],
)
def test_what_awaits_is_said_of_one_as_of_many(what: str, one: str) -> None:
    assert (counted(what, 1), counted(what, 2)) == (one, what)
