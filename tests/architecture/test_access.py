"""Every address, every actor, both states of an edition: which status answers.

The tables stand in each room's `places.py`; an address that is in none fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import resolve

from tests.architecture.answers import ACTORS, machine_words
from tests.architecture.world import World, build, furnished_by, routes, table
from tests.builders import actors_of, shown_by

TABLE = table()
pytestmark = pytest.mark.sqlite("pages and commands alone: no query of its own")


@pytest.fixture(scope="module", params=["draft", "adopted"])
def shared(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """A world for all the tests of a state: each request is undone, so none sees another's."""
    place = tmp_path_factory.mktemp(request.param)
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=place, LEDGER_ROOT=place), whole:
        yield build(actors_of, request.param), place
        transaction.set_rollback(True)


@pytest.fixture
def world(
    shared: tuple[World, Path], db: None, _ledger_root: None, settings: LazySettings
) -> World:
    found, settings.MEDIA_ROOT = shared
    settings.LEDGER_ROOT = settings.MEDIA_ROOT
    return found


DRAFT = pytest.mark.parametrize("shared", ["draft"], indirect=True)


def test_every_address_stands_in_the_table_and_nothing_else() -> None:
    assert {name for name, _route in routes()} == set(TABLE)


def test_the_pages_of_each_room_are_inspected_beside_its_tests() -> None:
    assert [f for f in furnished_by() if not (f.parent / "browser" / "test_axe.py").exists()] == []


@DRAFT
def test_every_route_is_reached_by_the_table(world: World) -> None:
    reached = {
        (resolve(url).view_name, resolve(url).route)
        for name in TABLE
        for url in world.variants(name)
    }
    # Two methods of one address of the API have two names; the first answers to `resolve`.
    assert {route for _name, route in reached} == {route for _name, route in routes()}
    # Of pages, none hides another's address.
    assert reached == reached | {pair for pair in routes() if not pair[0].startswith("api:")}


def test_machine_words_are_seen_where_they_are_shown() -> None:
    lead = "<p>ObservationsOf(network=&lt;Network: Essai&gt;)</p><i>&lt;X object at 0x7f&gt;</i>"
    chip = '<a href="?regle=source_missing">cooperation_purpose_missing 34</a>'
    assert len(machine_words(lead)) == 3 and len(machine_words(chip)) == 1
    assert machine_words('<a href="?regle=source_missing">Sans source 34</a>') == []


PICTURES = ("schemes:document_picture",)
"""Drawn once, at an address nobody guesses, shown by pages that are kept nowhere themselves."""


def _is_kept_as_it_may(told: str, name: str, actor: str) -> bool:
    """Nothing answered to an account stays in a browser; of the rest, nothing unasked again."""
    if "private" not in told:
        return False
    return "no-store" in told or (
        "no-cache" in told if actor == "anonymous" else name in PICTURES and "immutable" in told
    )


def _told(world: World, name: str, url: str) -> dict[str, Any]:
    """A sound request: with what the page of its form shows, where it has one at its address.
    Each request is undone: it shows all actors the same, and is asked once."""
    body = world.body(name)
    if "data" not in body or body.get("content_type"):
        return body
    if url not in world.shown:
        world.shown[url] = _shown(world, url, body["data"])
    return body | {"data": world.shown[url] | body["data"]}


def _shown(world: World, url: str, data: dict[str, Any]) -> dict[str, str]:
    for asked in ({}, data):
        page = world.people.installation.client.get(url, asked)
        is_page = page.status_code == 200 and page["Content-Type"].startswith("text/html")
        if is_page and (shown := shown_by(page.text, data)):
            return shown
    return {}


def _asked(world: World, name: str, method: str, actor: str) -> list[int]:
    """The status each address of `name` answers; what it wrote is undone."""
    found = []
    client: Client = getattr(world.people, actor).client
    signed_in = deepcopy(client.cookies)
    for url in world.variants(name):
        with transaction.atomic():
            if method != "POST":
                answer = client.generic(method, url)
            else:
                answer = client.post(url, **_told(world, name, url))
            assert _is_kept_as_it_may(answer["Cache-Control"], name, actor), (url, answer.headers)
            if answer.streaming:
                b"".join(answer.streaming_content)
            elif answer["Content-Type"].startswith("text/html"):
                assert machine_words(answer.content.decode()) == [], url
            found.append(answer.status_code)
            transaction.set_rollback(True)
        client.cookies = deepcopy(signed_in)
    return found


def asked_of_each() -> Iterator[Any]:
    """Every address of both states; in depth, once adopted, those that adoption does not change."""
    for state in ("draft", "adopted"):
        for name in sorted(TABLE):
            same = TABLE[name][::2] == TABLE[name][1::2]
            deep = [pytest.mark.deep] if same and state == "adopted" else []
            yield pytest.param(state, (state, name), marks=deep, id=f"{state}-{name}")


@pytest.mark.parametrize(("shared", "asked"), asked_of_each(), indirect=["shared"], scope="module")
def test_who_gets_what(world: World, asked: tuple[str, str]) -> None:
    """Both in one, for tests that ask the same are put together: each state would be left often."""
    _state, name = asked
    faults, rows = [], TABLE[name][world.edition.status == "adopted" :: 2]
    for method, row in zip(("GET", "POST"), rows, strict=True):
        for actor, wanted in zip(ACTORS, row.split(), strict=True):
            for found in _asked(world, name, method, actor):
                if str(found) != wanted and (name, method, actor) not in CHAMBER:
                    faults.append(f"{method} {actor}: {found}, expected {wanted}")
    assert faults == []


NUMBERED = sorted({route for _name, route in routes() if "<int:" in route})


@DRAFT
@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_greater_than_any_row_s_is_that_of_nothing(world: World, number: int) -> None:
    """In an address, or asked beside it: never an error, whoever asks."""
    held = {resolve(url).route: url for name in TABLE for url in world.variants(name)}
    client, faults = world.people.installation.client, []
    for route in NUMBERED:
        for url in (
            re.sub(r"(?<=/)\d+(?=[/.])", str(number), held[route]),
            f"{held[route]}{'&' if '?' in held[route] else '?'}"
            f"avec={number}&de={number}&page={number}&annee={number}&exercice={number}",
        ):
            with transaction.atomic():
                answer = client.get(url)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                faults.append((url, answer.status_code))
    assert faults == []


def asked_by_head() -> Iterator[Any]:
    """Every page: one in ten at every change."""
    for rank, name in enumerate(sorted(n for n in TABLE if not n.startswith("api:"))):
        yield pytest.param(name, marks=[pytest.mark.deep] if rank % 10 else [])


@DRAFT
@pytest.mark.parametrize("name", asked_by_head())
def test_head_answers_as_get(world: World, name: str) -> None:
    """As the row of the table does, which `test_who_gets_what` holds GET to."""
    wanted = dict(zip(ACTORS, TABLE[name][0].split(), strict=True))
    for actor in ("anonymous", "administrator"):
        assert {str(found) for found in _asked(world, name, "HEAD", actor)} == {wanted[actor]}


CHAMBER = {("schemes:grid_cell", "POST", "nord")}
"""Where the two addresses of one name answer differently; told by the test below."""


@DRAFT
def test_the_editor_of_a_chamber_sets_its_value_and_not_the_network_s(world: World) -> None:
    assert _asked(world, "schemes:grid_cell", "POST", "nord") == [403, 302]
