"""The pages: the same number of queries whatever the size, and what each actor sees."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable
from types import SimpleNamespace

import pypdf
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.people.actors import INSTALLATION, Role
from maillage.schemes.actions import CellEdit, draft_next_edition, place_cells
from maillage.schemes.engine import generate
from maillage.schemes.models import Edition
from tests.builders import load, person
from tests.pdf_text import pages_of

READINGS = ("jalons", "chambres", "trajectoire")
MOST_QUERIES = 12


def _queries(client: Client, url: str) -> int:
    client.get(url)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("adopted", [False, True])
@pytest.mark.parametrize("query", [*READINGS, "jalons&entite=", "chambres&seulement=differences"])
def test_queries_do_not_grow_with_the_network(db: None, query: str, adopted: bool) -> None:
    counts = []
    for name, entities, processes in (("petit", 3, 6), ("grand", 14, 30)):
        (document,) = generate.generate(3, entities=entities, processes=processes)
        document = dataclasses.replace(document, network_code=name)
        edition = load(document, adopted=adopted)
        mandate = {"role": Role.READER, "network": edition.scheme.network}
        client = person(f"{name}@essai.test", mandate).client
        address = query + document.entities[1].code if query.endswith("=") else query
        counts.append(_queries(client, f"/editions/{edition.pk}/?lecture={address}"))
    assert counts[0] == counts[1]
    assert counts[1] <= MOST_QUERIES


@pytest.mark.parametrize("reading", READINGS)
def test_an_adopted_edition_is_public_and_a_draft_is_not(
    adopted: Edition, people: Callable[..., SimpleNamespace], reading: str
) -> None:
    following = draft_next_edition(adopted, actor=INSTALLATION)
    who = people(adopted)
    for actor, draft_status in (("anonymous", 404), ("stranger", 404), ("reader", 200)):
        client = getattr(who, actor).client
        query = f"?lecture={reading}"
        assert client.get(f"/editions/{adopted.pk}/{query}").status_code == 200
        assert client.get(f"/editions/{following.pk}/{query}").status_code == draft_status


def test_a_kept_page_is_not_shown_once_a_cell_changed(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    client = people(draft).reader.client
    url = f"/editions/{draft.pk}/?fonction=rh"
    before = client.get(url).content
    place_cells(draft, [CellEdit("formation", "2024", "", {"mode": "H"}, None)], actor=INSTALLATION)
    after = client.get(url).content
    assert before.count(b'<span class="mode m-H is-changed">') == 0
    assert after.count(b'<span class="mode m-H is-changed">') == 1, "it was sans objet"


def test_what_one_may_write_is_not_kept_for_others(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    who = people(draft)
    assert b">Saisir<" in who.administrator.client.get(f"/editions/{draft.pk}/").content
    assert b">Saisir<" not in who.reader.client.get(f"/editions/{draft.pk}/").content


def test_filters_keep_their_rows_and_show_as_chips(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    client = people(draft).reader.client
    html = client.get(f"/editions/{draft.pk}/?perimetre=Administration").content.decode()
    assert '<th scope="row">Paie</th>' in html
    assert '<th scope="row">Formation</th>' not in html
    assert "retirer ce filtre" in html
    html = client.get(f"/editions/{draft.pk}/?lecture=chambres&mode=C&entite=nord").content.decode()
    assert '<th scope="row">Comptabilité fournisseurs</th>' in html
    assert '<th scope="row">Paie</th>' not in html
    assert html.count("retirer ce filtre") == 2
    assert (
        "Aucune ligne" in client.get(f"/editions/{draft.pk}/?mode=H&fonction=rh").content.decode()
    )


def test_a_chamber_shows_its_own_value_outlined(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    client = people(draft).reader.client
    html = client.get(f"/editions/{draft.pk}/?lecture=chambres&jalon=2024").content.decode()
    assert html.count('<td class="m-A is-different">') == 1
    moved = re.findall(r'<td class="m-M is-changed[^"]*">.*?</td>', html)
    assert len(moved) == 3, "marked as changed though nothing is filtered"
    assert all('<span class="carto-lead">Nord</span>' in one for one in moved), "and led"
    first = client.get(f"/editions/{draft.pk}/?lecture=chambres&jalon=2022").content.decode()
    assert "is-changed" not in first.partition("<tbody>")[2]


def test_the_page_of_a_cell(adopted: Edition, people: Callable[..., SimpleNamespace]) -> None:
    following = draft_next_edition(adopted, actor=INSTALLATION)
    place_cells(
        following, [CellEdit("achats", "2024", "sud", {"mode": "C"}, None)], actor=INSTALLATION
    )
    client = people(adopted).administrator.client
    url = f"/editions/{following.pk}/cellule/achats/2024/sud/"
    html = client.get(url).content.decode()
    for expected in ("Coopération", "Diffère de celle du réseau", "Autonomie", "Modifications"):
        assert expected in html
    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Coopération" in fragment
    assert client.get(f"/editions/{following.pk}/cellule/absent/2024/").status_code == 404
    assert Client().get(url).status_code == 404


def test_the_public_page_of_a_cell_hides_the_journal(adopted: Edition) -> None:
    html = Client().get(f"/editions/{adopted.pk}/cellule/achats/2024/").content.decode()
    assert "Mutualisation" in html
    assert "Chambre du Nord" in html
    assert "Modifications" not in html


@pytest.mark.parametrize("reading", READINGS)
def test_pictures_carry_the_filters(adopted: Edition, reading: str) -> None:
    query = f"?lecture={reading}&fonction=finances"
    svg = Client().get(f"/editions/{adopted.pk}/cartographie.svg{query}")
    assert svg["Content-Type"] == "image/svg+xml"
    assert "Finances" in svg.content.decode()
    png = Client().get(f"/editions/{adopted.pk}/cartographie.png{query}").content
    assert png.startswith(b"\x89PNG")
    for paper, wide in (("", 842), ("&papier=a3", 1191), ("&papier=b5", 842)):
        pdf = Client().get(f"/editions/{adopted.pk}/cartographie.pdf{query}{paper}")
        assert pdf["Content-Type"] == "application/pdf"
        page = pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0]
        assert round(float(page.mediabox.width)) == wide
        assert "Filtres Finances" in pages_of(pdf.content)[0]
