"""A new room is seen everywhere by its one line: the bar, the search, what awaits, the journal."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from maillage.kernel.index import rebuild
from maillage.kernel.models import append
from maillage.kernel.rooms import HOUSE, Awaiting, Purpose, Table
from maillage.people.actors import Role
from maillage.portal.awaiting import awaiting
from maillage.portal.rooms import ROOMS
from maillage.schemes.models import Edition, Placement, Section
from tests.builders import load, person, small_document
from tests.portal.example.room import ROOM

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """The house with one room more."""
    table = Table()
    table.fill([*ROOMS, ROOM])
    for name in vars(table):
        monkeypatch.setattr(HOUSE, name, getattr(table, name))
    settings.ROOT_URLCONF = "tests.portal.example.house"


def bar_of(page: str) -> list[str]:
    found = re.search(r'<div id="bar".*?<ul class="bar-elsewhere">', page, re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]+)</a>", found[0]) if found else []


def test_the_house_is_filled_at_start_with_the_rooms_of_the_portal() -> None:
    assert HOUSE.all() == ROOMS


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.code)
def test_what_a_room_names_is_there(room: Any) -> None:
    for page in room.pages:
        assert reverse(page.address, kwargs={"network": "essai"})
    for module in filter(None, (room.urls, room.api)):
        assert import_module(module)
    assert (DOCS / room.documentation).is_file()


def test_a_new_room_stands_in_the_bar_of_every_page(
    example: None, draft: Edition, people: Callable[..., Any]
) -> None:
    client = people(draft).reader.client
    pages = ("/reseaux/essai/", "/reseaux/essai/ma-page/", f"/editions/{draft.pk}/")
    for address in (*pages, "/reseaux/essai/finances/livres/"):
        page = client.get(address).content.decode()
        expected = ["Réseau essai", "Ma page", "Schéma", "Gérer", "Simuler", "Journal"]
        assert bar_of(page) == expected, address


def test_the_pages_of_a_room_are_its_tabs_and_its_crumbs(
    example: None, draft: Edition, people: Callable[..., Any]
) -> None:
    answer = people(draft).reader.client.get("/reseaux/essai/essais/liste/")
    outline = answer.context
    assert [(t["label"], t["current"]) for t in outline["tabs"]] == [
        ("Accueil", False),
        ("Liste des essais", True),
    ]
    assert [crumb["label"] for crumb in outline["crumbs"]] == [
        "Réseau essai",
        "Essais",
        "Liste des essais",
        "Un",
    ]
    assert "url" not in outline["crumbs"][-1]
    assert [g["label"] for g in outline["network_bar"] if g["current"]] == [Purpose.SIMULATE.value]


def test_a_new_room_is_found_awaited_told_offered_and_answers(
    example: None, draft: Edition, people: Callable[..., Any]
) -> None:
    client = people(draft).reader.client
    network = draft.scheme.network
    assert "Essai numéro sept" in client.get("/recherche/?q=numero").content.decode()
    mine = client.get("/reseaux/essai/ma-page/").content.decode()
    assert "Essai à lancer" in mine and "<b>7</b> essais en cours" in mine
    assert "<b>7</b> essais en cours" in client.get("/reseaux/essai/").content.decode()
    palette = {"headers": {"HX-Request": "true"}}
    for question in ("", "lancer"):
        answer = client.get(f"/recherche/?palette&ici=essai&q={question}", **palette)
        assert "Lancer un essai" in answer.content.decode()
    append(network.chain, "", "essais.essai.lance", "essais.essai:7", {"mode": ["A", "M"]})
    journal = client.get("/reseaux/essai/journal/").content.decode()
    assert "A devient M" in journal
    assert '<a href="/reseaux/essai/essais/">Essai 7</a>' in journal
    assert "/essais/" in client.get(f"/editions/{draft.pk}/fiche/").content.decode()
    assert client.get("/api/essais").json() == {"essais": ["sept"]}


BARS = [
    ("anonymous", ["Réseau essai", "Schéma"]),
    ("stranger", ["Réseau essai", "Schéma"]),
    ("reader", ["Réseau essai", "Ma page", "Schéma", "Gérer", "Journal"]),
    ("administrator", ["Réseau essai", "Ma page", "Schéma", "Gérer", "Journal"]),
]


@pytest.mark.parametrize(("who", "expected"), BARS)
def test_the_bar_shows_what_one_may_enter(
    adopted: Edition, people: Callable[..., Any], who: str, expected: list[str]
) -> None:
    client = getattr(people(adopted), who).client
    for address in ("/reseaux/essai/", f"/editions/{adopted.pk}/"):
        assert bar_of(client.get(address).content.decode()) == expected


def test_every_link_of_the_bar_opens(adopted: Edition, people: Callable[..., Any]) -> None:
    someone = people(adopted)
    for client in (someone.reader.client, someone.anonymous.client):
        for group in client.get("/reseaux/essai/").context["network_bar"]:
            for entry in group["entries"]:
                assert client.get(entry["url"], follow=True).status_code == 200, entry


def test_the_schema_of_a_network_is_the_edition_in_force_else_the_one_being_written(
    people: Callable[..., Any], draft: Edition
) -> None:
    client = people(draft).reader.client
    assert client.get("/reseaux/essai/schema/")["Location"] == f"/editions/{draft.pk}/"
    adopted = load(small_document("autre"), adopted=True)
    assert client.get("/reseaux/autre/schema/")["Location"] == f"/editions/{adopted.pk}/"


WRITTEN = ["tresorerie", "TRÉSORERIE", "Tre\u0301sorerie", "  trésor  "]


@pytest.mark.parametrize("query", WRITTEN)
def test_a_search_folds_accents_and_case(
    adopted: Edition, people: Callable[..., Any], query: str
) -> None:
    page = people(adopted).reader.client.get("/recherche/", {"q": query}).content.decode()
    assert 'href="/reseaux/essai/processus/tresorerie/"' in page


def test_a_search_finds_only_what_one_may_see(draft: Edition, people: Callable[..., Any]) -> None:
    Section.objects.filter(edition=draft).update(body="Le mot mirobolant.")
    rebuild()
    someone = people(draft)
    found = someone.reader.client.get("/recherche/?q=mirobolant").content.decode()
    assert "Préambule" in found
    for query in ("mirobolant", "tresorerie", "budgets", "nord"):
        for who in (someone.stranger, someone.anonymous):
            answer = who.client.get("/recherche/", {"q": query})
            assert answer.context["groups"] == [], query


def test_pages_are_found_by_their_names(adopted: Edition, people: Callable[..., Any]) -> None:
    someone = people(adopted)
    page = someone.reader.client.get("/recherche/?q=budgets comparaison").content.decode()
    assert "Finances › Budgets › Comparaison" in page
    assert someone.anonymous.client.get("/recherche/?q=comparaison").context["groups"] == []


def test_a_part_of_the_search_answers_alone(adopted: Edition, client: Any) -> None:
    answer = client.get("/recherche/?q=nord", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Chambre du Nord" in answer.content.decode()


def _unknown(found: list[Awaiting]) -> int:
    return next(one.count or 0 for one in found if one.what == "cellules à renseigner, tous jalons")


def test_what_awaits_is_told_again_once_something_happened(
    draft: Edition, django_assert_num_queries: Any
) -> None:
    network = draft.scheme.network
    actor = person("une@essai.test", {"role": Role.ADMINISTRATOR, "network": network}).actor
    before = awaiting(actor, [network])[network.pk]
    assert _unknown(before)
    with django_assert_num_queries(1):
        assert awaiting(actor, [network])[network.pk] == before
    Placement.objects.filter(edition=draft).delete()
    append(network.chain, "", "schemes.placement.placed", draft.subject, {})
    after = awaiting(actor, [network])[network.pk]
    assert _unknown(after) == _unknown(before) + 4


def test_a_reader_is_told_dates_not_acts(draft: Edition, people: Callable[..., Any]) -> None:
    someone = people(draft)
    answer = someone.reader.client.get("/reseaux/essai/ma-page/")
    assert answer.context["acts"] == []
    assert len(answer.context["dates"]) == 6
    assert someone.stranger.client.get("/reseaux/essai/ma-page/").status_code == 404
    chief = someone.administrator.client.get("/reseaux/essai/ma-page/")
    assert "cellules à renseigner, tous jalons" in [one.what for one in chief.context["acts"]]


@pytest.mark.parametrize("noun", ["user", "people.user"])
def test_a_person_is_named_to_those_of_a_same_network(
    draft: Edition, people: Callable[..., Any], noun: str
) -> None:
    someone = people(draft)
    reader = someone.reader.user
    subject = f"{noun}:{reader.pk}"
    other = person("autre@essai.test", None)
    for who in (someone.nord, someone.installation):
        assert HOUSE.resolve([subject], who.actor)[subject].title == str(reader)
    for who in (someone.stranger, someone.anonymous):
        assert not HOUSE.resolve([subject], who.actor)[subject].visible
    unmet = f"{noun}:{other.user.pk}"
    assert not HOUSE.resolve([unmet], someone.nord.actor)[unmet].visible
    assert not HOUSE.resolve([f"{noun}:x"], someone.nord.actor)[f"{noun}:x"].visible


def test_every_work_is_declared_by_its_room_once() -> None:
    names = [work.name for work in HOUSE.recurring()]
    assert {"jobs.retention", "backups.daily", "reports.published"} <= set(names)
    assert len(names) == len(set(names))


def test_a_search_shows_exact_titles_first(adopted: Edition, people: Any) -> None:
    network = adopted.scheme.network
    function = network.functions.get(code="finances")
    for code, name in (("aa", "Avances sur paiement"), ("bb", "Paie"), ("cc", "Suivi de la paie")):
        network.processes.create(function=function, code=code, name=name)
    rebuild()
    page = people(adopted).administrator.client.get("/recherche/?q=PAIE").content.decode()
    places = [
        page.index(f">{name}<") for name in ("Paie", "Suivi de la paie", "Avances sur paiement")
    ]
    assert places == sorted(places)
