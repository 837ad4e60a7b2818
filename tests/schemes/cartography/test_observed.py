"""The cartography beside what is observed: who sees it, what it shows, counts, files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any

import openpyxl
import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.people.actors import INSTALLATION
from maillage.schemes.actions.observations import record_observations
from maillage.schemes.engine import comparison, placement_files
from maillage.schemes.engine.observed import ObservedDoc, sign_of
from maillage.schemes.engine.picture import PARTED_WORDS
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of

DAY = dt.date(2026, 3, 2)
WHO = "Directrice du Sud"
WORDS = ("Constat", "constat", "valeur=", "ecarts", WHO, "is-gap", "carto-seen")


def saw(process: str, entity: str, mode: str, lead: str = "", **more: Any) -> ObservedDoc:
    return ObservedDoc(process, entity, DAY, mode, lead, observer=WHO, **more)


ROWS = [
    saw("achats", "", "M", "region"),  # of the same mode, by another
    saw("achats", "sud", "C"),
    saw("achats", "nord", "M", "nord"),
    saw("tresorerie", "nord", "H"),  # aimed at nothing
    saw("paie", "nord", "-"),
    saw("formation", "sud", "A"),
]


@pytest.fixture
def stage(adopted: Edition, people: Callable[..., Any]) -> SimpleNamespace:
    record_observations(adopted.network, actor=INSTALLATION, rows=ROWS)
    return people(adopted)


def bare(text: str) -> str:
    """What a cell shows, without what it only says or who runs it."""
    return (bare(text),)


def cells(page: str) -> dict[str, list[tuple[str, str, str]]]:
    """By macro-process, the classes, visible text and title of its cells."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page)
    found = {}
    for name, row in rows:
        cells = re.findall(r'<td class="(.*?)"(?: title="(.*?)")?><a[^>]*>(.*?)</a>', row)
        found[unescape(name)] = [
            (
                classes,
                re.sub(
                    r"<[^>]+>", "", re.sub(r'<span class="(vh|carto-lead)">.*?</span>', "", text)
                ),
                unescape(title).replace("\u00a0", " "),
            )
            for classes, title, text in cells
        ]
    return found


SIGNS = [
    ("gap", "M", "A", "≠A"),
    ("gap", "M", "M", "≠"),
    ("gap", "M", "-", "≠–"),
    ("kept", "M", "M", "="),
    ("untold", "?", "A", ""),
    ("", "M", "", ""),
]


@pytest.mark.parametrize(("state", "aimed", "observed", "sign"), SIGNS)
def test_the_sign_of_a_cell(state: str, aimed: str, observed: str, sign: str) -> None:
    assert sign_of(state, aimed, observed) == sign


def test_gaps_are_signed_and_told(stage: SimpleNamespace, adopted: Edition) -> None:
    url = f"/editions/{adopted.pk}/?lecture=chambres&jalon=2024&valeur=ecart"
    page = stage.reader.client.get(url).content.decode()
    found = cells(page)
    assert [text for _, text, _ in found["Comptabilité fournisseurs"]] == [
        "MCH≠", "MCH≠", "MCH=", "A≠C",
    ]  # fmt: skip
    gaps = [("is-gap" in classes) for classes, *_ in found["Comptabilité fournisseurs"]]
    assert gaps == [True, True, False, True]
    assert found["Comptabilité fournisseurs"][1][2].endswith("pour tout le réseau")
    title = found["Comptabilité fournisseurs"][3][2]
    for said in ("écart", "visé : Autonomie", "constaté : Coopération", "le 2 mars 2026", WHO):
        assert said in title
    assert "assuré par" in found["Comptabilité fournisseurs"][0][2].lower()
    assert "cible non renseignée" in found["Trésorerie"][2][2]
    assert "conforme au constat" in page and "visé M, constaté A" in page


def test_what_is_in_place_is_shown_and_what_is_not_known_said(
    stage: SimpleNamespace, adopted: Edition
) -> None:
    client, here = stage.reader.client, f"/editions/{adopted.pk}/"
    found = cells(
        client.get(f"{here}?lecture=chambres&jalon=2024&valeur=constate").content.decode()
    )
    assert [text for _, text, _ in found["Comptabilité fournisseurs"]] == ["M", "M", "M", "C"]
    assert "constaté pour tout le réseau" in found["Comptabilité fournisseurs"][1][2]
    assert [title for *_, title in found["Paie"][:2]] == ["pas de constat"] * 2
    one = cells(client.get(f"{here}?valeur=constate&entite=sud").content.decode())
    assert {name: [text for _, text, _ in row] for name, row in one.items()} == {
        "Comptabilité fournisseurs": ["C"], "Trésorerie": [""], "Paie": [""], "Formation": ["A"],
    }  # fmt: skip


ASKED = ("valeur=ecart", "valeur=constate", "seulement=ecarts", "lecture=chambres&valeur=ecart")


@pytest.mark.parametrize("asked", ASKED)
def test_the_public_sees_none_whoever_asked_before(
    stage: SimpleNamespace, adopted: Edition, asked: str
) -> None:
    here = f"/editions/{adopted.pk}/"
    plain = asked.replace("valeur=ecart", "").replace("valeur=constate", "")
    plain = plain.replace("seulement=ecarts", "")
    for who in (stage.reader.client, stage.nord.client):
        page = who.get(f"{here}?{asked}").content.decode()
        assert WHO in page and "Ce que montrent les cellules" in page
    for who in (Client(), stage.stranger.client):
        page = who.get(f"{here}?{asked}").content.decode()
        assert not [word for word in WORDS if word in page]
        assert cells(page) == cells(who.get(f"{here}?{plain}").content.decode())
        for file in ("export.csv", "cartographie.svg"):
            sent = who.get(f"{here}{file}?{asked}").content
            assert sent == who.get(f"{here}{file}?{plain}").content and WHO.encode() not in sent
    again = stage.reader.client.get(f"{here}?{asked}").content.decode()
    assert WHO in again


def test_the_trajectory_offers_none(stage: SimpleNamespace, adopted: Edition) -> None:
    here = f"/editions/{adopted.pk}/?lecture=trajectoire"
    page = stage.reader.client.get(f"{here}&valeur=ecart&seulement=ecarts").content.decode()
    assert "Ce que montrent les cellules" not in page and WHO not in page
    assert "scheme-picture" in page


@pytest.mark.parametrize("milestone", ["2022", "2024", "2027"])
def test_counts_are_those_of_the_list_and_lead_to_their_cells(
    stage: SimpleNamespace, adopted: Edition, milestone: str
) -> None:
    client = stage.reader.client
    here = f"/editions/{adopted.pk}/"
    page = client.get(f"{here}?lecture=chambres&jalon={milestone}&valeur=ecart").content.decode()
    listing = re.findall(r'href="(/reseaux/essai/constats/\?edition[^"]*)"', page)[0]
    listed = client.get(unescape(listing))
    counts = {state: count for state, count, *_ in listed.context["counts"]}
    for state, count in counts.items():
        assert f"<span>{state}\u00a0{count}</span>" in page.replace("&nbsp;", "\u00a0")
    signed = sum("is-gap" in classes for row in cells(page).values() for classes, *_ in row)
    by_entity = dict(listed.context["by"])["Par chambre"]
    assert signed == sum(count for _, count, _ in by_entity)
    links = dict.fromkeys(re.findall(r'<a href="([^"]+)">([^<&]+)(?:&nbsp;|\u00a0)(\d+)</a>', page))
    parting = [one for one in links if "seulement=ecart" in one[0]]
    assert sum(int(count) for *_, count in parting) == signed + counts["écart"]
    expected = [(label, count) for _, by in listed.context["by"] for label, count, _ in by]
    assert sorted((label, int(count)) for _, label, count in parting) == sorted(expected)
    for url, _label, count in parting:
        answer = client.get(here + unescape(url) if url.startswith("?") else unescape(url))
        if not url.startswith("?"):
            assert len(answer.context["table"].rows) == int(count)
            continue
        rows = cells(answer.content.decode())
        assert sum("is-gap" in row[-1][0] for row in rows.values()) == int(count)


def test_a_chamber_without_an_observation_of_its_own_has_the_networks_on_every_surface(
    stage: SimpleNamespace, adopted: Edition
) -> None:
    """Its sheet, its cell, its rows that part, its count and the list it leads to say one thing."""
    client, here = stage.reader.client, f"/editions/{adopted.pk}/"
    query = "?lecture=chambres&jalon=2024&valeur=ecart&seulement=ecarts&entite=region"
    found = cells(client.get(here + query).content.decode())
    assert found["Comptabilité fournisseurs"][-1][1] == "MCH≠"
    listed = client.get(
        f"/reseaux/essai/constats/?edition={adopted.pk}&jalon=2024&entite=region&seulement=ecart"
    )
    counts = {label: count for label, count, _ in dict(listed.context["by"])["Par chambre"]}
    assert len(listed.context["table"].rows) == counts["Région"] == len(found) == 1
    sheet = client.get(f"/reseaux/essai/chambres/region/?edition={adopted.pk}&a=2024")
    assert WHO in sheet.content.decode()


def test_the_rows_that_part_are_kept(stage: SimpleNamespace, adopted: Edition) -> None:
    client, here = stage.reader.client, f"/editions/{adopted.pk}/?lecture=chambres"
    page = client.get(f"{here}&jalon=2024&seulement=ecarts").content.decode()
    assert list(cells(page)) == ["Comptabilité fournisseurs"]
    page = client.get(f"{here}&jalon=2024&seulement=ecarts&entite=nord").content.decode()
    assert "Aucune ligne" in page, "the network parts there, not the North"


def test_files_tell_it_and_are_read_back(stage: SimpleNamespace, adopted: Edition) -> None:
    client, here = stage.reader.client, f"/editions/{adopted.pk}/"
    query = "?lecture=chambres&jalon=2024&valeur=ecart"
    data = client.get(f"{here}export.csv{query}").content
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    told = {(r["Processus (code)"], r["Entité"]): r["Constat"] for r in rows}
    assert "constaté" in told["achats", "Sud"] and WHO in told["achats", "Sud"]
    assert "Nord" in told["achats", "Réseau"], "of a chamber without a line, with the network"
    assert sum(text.count(WHO) for text in told.values()) == len(ROWS)
    document = document_of(adopted)
    back = placement_files.read_table(data, "export.csv", document)
    assert comparison.diff_placements(document, back) == ()
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{here}export.xlsx{query}").content))
    head, *lines = book["Placements"].iter_rows(values_only=True)
    assert [line[head.index("Constat")] for line in lines] == [r["Constat"] for r in rows]
    plain = client.get(f"{here}export.csv").content.decode("utf-8-sig")
    assert "Constat" not in plain


def test_pictures_and_pages_draw_it(stage: SimpleNamespace, adopted: Edition) -> None:
    client, here = stage.reader.client, f"/editions/{adopted.pk}/"
    query = "?lecture=chambres&jalon=2024&valeur="
    svg = client.get(f"{here}cartographie.svg{query}ecart").content.decode()
    assert svg.count("sign-gap") == 4 and ">≠C<" in svg and WHO in svg, "legend included"
    assert PARTED_WORDS in svg
    svg = client.get(f"{here}cartographie.svg{query}constate").content.decode()
    assert "sign-gap" not in svg and "pas de constat" in svg
    assert PARTED_WORDS not in svg, "a sign is told where it is drawn"
    assert ">Constaté<" in client.get(f"{here}cartographie.svg?valeur=constate").content.decode()
    for value in ("ecart", "constate"):
        data = client.get(f"{here}cartographie.pdf{query}{value}").content
        pages = pypdf.PdfReader(io.BytesIO(data)).pages
        said = " ".join(" ".join(page.extract_text() for page in pages).split())
        assert (PARTED_WORDS in said) == (value == "ecart"), said[:400]


@pytest.mark.parametrize("reading", ["jalons", "chambres&jalon=2024", "jalons&entite=sud"])
def test_as_many_questions_whatever_is_observed_and_never_an_old_page(
    stage: SimpleNamespace, adopted: Edition, reading: str
) -> None:
    client = stage.reader.client
    url = f"/editions/{adopted.pk}/?lecture={reading}&valeur=ecart"
    client.get(url)
    counts = []
    for number in range(3):
        row = saw("achats", "sud", "CHI"[number])
        row = ObservedDoc(row.process, row.entity, DAY + dt.timedelta(1 + number), row.mode,
                          observer=f"Témoin {number}")  # fmt: skip
        record_observations(adopted.network, actor=INSTALLATION, rows=[row])
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url).content.decode()
        if "entite" in reading or "chambres" in reading:
            assert f"Témoin {number}" in page
        with CaptureQueriesContext(connection) as kept:
            assert client.get(url).content.decode().count(WHO) == page.count(WHO)
        counts.append((len(asked), len(kept)))
    assert len(set(counts)) == 1 and max(counts[0]) <= 12, counts
