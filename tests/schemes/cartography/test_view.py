"""The page, its pictures and its files hold the same rows, whatever the filters."""

from __future__ import annotations

import csv
import io
import itertools
import re
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client

from maillage.people.actors import Role
from maillage.schemes.cartography.selection import ONLY, READINGS
from maillage.schemes.cartography.view import cells_of, view_of
from maillage.schemes.engine import comparison, placement_files
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import axes_of, document_of
from tests.builders import load, person, small_document

pytestmark = pytest.mark.sqlite("pages and commands alone: no query of its own")

ENTITY = "Entité (code\u00a0; vide = réseau)"
MODES = {"m-u": "non renseigné", "m-n": "sans objet"}
FILTERS = [
    "&".join(filter(None, parts))
    for parts in itertools.product(
        ("", "fonction=finances", "fonction=rh"),
        ("", "mode=M", "mode=A&mode=I", "mode=%3F"),
        ("", "entite=sud", "entite=nord"),
        ("", "perimetre=Administration"),
        ("", *(f"seulement={only}" for only in ONLY)),
    )
]


@pytest.fixture
def edition(db: None) -> Edition:
    """A few changes, differences and gaps in each of the readings."""
    document = small_document()
    more = (
        PlacementDoc("achats", "2022", "sud", mode="H"),
        PlacementDoc("tresorerie", "2022", mode="C"),
        PlacementDoc("tresorerie", "2024", mode="C"),
        PlacementDoc("tresorerie", "2024", "nord", mode="I", lead="region", integration="regional"),
        PlacementDoc("tresorerie", "2027", mode="C"),
    )
    placements = tuple(sorted((*document.placements, *more), key=lambda p: p.key))
    return load(small_document(placements=placements), adopted=True)


def _page(html: str) -> dict[str, list[str]]:
    """The modes of each row of the table, by the name of its macro-process."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html)
    classes = {
        unescape(name): re.findall(r'class="(?:mode )?(m-\w)', cells) for name, cells in rows
    }
    return {name: [MODES.get(c, c[-1]) for c in found] for name, found in classes.items()}


def _table(rows: list[dict[str, Any]], columns: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The same from the lines of a file: a chamber without a line of its own has the network's."""
    values = {(r["Macro-processus"], r["Jalon"], r[ENTITY] or ""): r["Mode"] for r in rows}
    return {
        name: [values.get((name, m, e)) or values[name, m, ""] for m, e in columns]
        for name in dict.fromkeys(r["Macro-processus"] for r in rows)
    }


def _workbook(data: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["Placements"]
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


@pytest.mark.parametrize("reading", ["jalons", "chambres", "chambres&jalon=2022"])
def test_files_and_pictures_hold_the_rows_of_the_page(edition: Edition, reading: str) -> None:
    client, seen = Client(), set()
    names = {p.name for p in small_document().processes}
    for filters in FILTERS:
        query = f"?lecture={reading}&{filters}"
        page = _page(client.get(f"/editions/{edition.pk}/{query}").content.decode())
        seen.add(tuple(page))
        entity = QueryDict(filters).get("entite", "")
        if reading == "jalons":
            columns = [(m, entity) for m in ("2022", "2024", "2027")]
        else:
            at = "2022" if reading.endswith("2022") else "2024"
            columns = [(at, e) for e in ("", *([entity] if entity else ("region", "nord", "sud")))]
        text = client.get(f"/editions/{edition.pk}/export.csv{query}").content.decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert list(_table(lines, columns).items()) == list(page.items()), query
        if filters in FILTERS[::7]:
            xlsx = client.get(f"/editions/{edition.pk}/export.xlsx{query}").content
            assert _table(_workbook(xlsx), columns) == page, query
        svg = unescape(
            client.get(f"/editions/{edition.pk}/cartographie.svg{query}").content.decode()
        )
        assert {name for name in names if f">{name}<" in svg} == set(page), query
    assert len(seen) > 4, "filters that filter nothing would prove nothing"


def test_the_trajectory_counts_the_rows_that_pass(edition: Edition) -> None:
    client = Client()
    for filters in FILTERS:
        query = f"?lecture=trajectoire&{filters}"
        html = client.get(f"/editions/{edition.pk}/{query}").content.decode()
        listed = re.findall(r'<td class="small">(.*?)</td>', html)
        rows = set(itertools.chain.from_iterable(cell.split(", ") for cell in listed))
        table = client.get(f"/editions/{edition.pk}/?{filters}").content.decode()
        assert rows == set(_page(table)), query
        text = client.get(f"/editions/{edition.pk}/export.csv{query}").content.decode("utf-8-sig")
        lines = csv.DictReader(io.StringIO(text), delimiter=";")
        assert {line["Macro-processus"] for line in lines} == rows
        svg = client.get(f"/editions/{edition.pk}/cartographie.svg{query}").content.decode()
        assert not rows or svg in html


@pytest.mark.parametrize("reading", READINGS)
def test_gaps_are_exported(edition: Edition, reading: str) -> None:
    query = f"?lecture={reading}&seulement=lacunes"
    rows = _workbook(Client().get(f"/editions/{edition.pk}/export.xlsx{query}").content)
    assert any(r["Mode"] == "non renseigné" for r in rows)


def test_changes_show_by_chamber(edition: Edition) -> None:
    url = f"/editions/{edition.pk}/?lecture=chambres&seulement=changements&jalon="
    html = Client().get(url + "2024").content.decode()
    # The network went from A to M; the South, of its own, from H to A; the North's treasury, to I.
    assert _page(html) == {
        "Comptabilité fournisseurs": ["M", "M", "M", "A"],
        "Trésorerie": ["C", "C", "I", "C"],
    }
    assert len(re.findall(r'<td class="[^"]*is-changed', html)) == 5
    assert "Aucune ligne" in Client().get(url + "2022").content.decode()


def test_differences_say_where_they_are_read(edition: Edition) -> None:
    html = Client().get(f"/editions/{edition.pk}/?seulement=differences").content.decode()
    assert "se lisent par chambre" in html


def test_the_file_of_a_whole_edition_comes_back_as_it_left(db: None) -> None:
    edition = load(small_document())
    document = document_of(edition)
    view = view_of(edition, axes_of(edition), QueryDict(""))
    cells = cells_of(document, view)
    assert {p.key for p in document.placements} < {p.key for p in cells}
    assert view.filters == ()
    back = placement_files.read_table(
        placement_files.write_csv(document, cells), "export.csv", document
    )
    assert comparison.diff_placements(document, back) == ()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lecture=trajectoire&jalon=2022", ()),
        ("lecture=chambres", ("Jalon : 2024",)),
        ("lecture=chambres&jalon=2022&entite=sud", ("Jalon : 2022", "Sud")),
        (
            "lecture=chambres&mode=H&fonction=finances",
            ("Jalon : 2024", "Finances", "Mode : Harmonisation"),
        ),
        ("perimetre=Administration", ("Périmètre : Administration",)),
        ("seulement=lacunes", (ONLY["lacunes"],)),
    ],
)
def test_filters_in_words(edition: Edition, query: str, words: tuple[str, ...]) -> None:
    said = view_of(edition, axes_of(edition), QueryDict(query)).filters
    assert tuple(word.replace("\u00a0", " ") for word in said) == words


def test_an_edition_without_milestones_has_every_page_and_file(db: None) -> None:
    edition = load(small_document(milestones=(), placements=()))
    client = person("tout@essai.test", {"role": Role.ADMINISTRATOR}).client
    for reading in READINGS:
        for page in ("", "export.xlsx", "export.csv", "cartographie.svg"):
            url = f"/editions/{edition.pk}/{page}?lecture={reading}"
            assert client.get(url).status_code == 200, url
