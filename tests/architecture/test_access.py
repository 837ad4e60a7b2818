"""Every address, every actor, both states of an edition: which status answers.

An address that is not in the table fails. Columns are `places.ACTORS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import resolve

from tests.architecture import finance_places
from tests.architecture.budget_places import BUDGET_TABLE
from tests.architecture.places import ACTORS, World, build, routes
from tests.builders import actors_of

pytestmark = pytest.mark.sqlite("pages and commands alone: no query of its own")

#            nobody stranger reader chamber function admin install. foreign
ALL = "         200    200    200    200     200    200    200    200"
MOVED = "       302    302    302    302     302    302    302    302"
NO_SUCH = "     404    404    404    404     404    404    404    404"
NOT_SO = "      405    405    405    405     405    405    405    405"
SETTLED = "     409    409    409    409     409    409    409    409"
INSIDE = "      404    404    200    200     200    200    200    404"
SIGNED = "      302    200    200    200     200    200    200    200"
GUEST = "       200    302    302    302     302    302    302    302"
CHIEFS = "      404    404    404    404     404    200    200    404"
CHIEFS_DO = "   404    404    404    404     404    302    302    404"
ANY_CHIEF = "   404    404    404    404     404    200    200    200"
ANY_BAD = "     404    404    404    404     404    422    422    422"
OWNER = "       404    404    404    404     404    404    200    404"
OWNER_DOES = "  404    404    404    404     404    404    302    404"
DRAFT_ADMIN = " 404    404    403    403     403    302    302    404"
DRAFT_EARLY = " 404    404    409    409     409    409    409    404"
FIRST_DONE = "  404    404    403    403     403    409    409    404"
NEXT = "        403    403    403    403     403    302    302    403"
CELL_NET = "    404    404    403    403     302    302    302    404"
CELL_JSON = "   404    404    403    403     200    200    200    404"
AUTH_JSON = "   401    404    403    403     200    200    200    404"
AUTH_DONE = "   401    409    409    409     409    409    409    409"
TABLE_BAD = "   404    404    403    422     422    422    422    404"
ONE_ONLY = "    404    404    404    404     200    404    404    404"
ONE_DOES = "    404    404    404    404     302    404    404    404"
OWN_BOOK = "    404    404    403    302     302    302    302    404"
KEEP_BAD = "    404    404    403    403     422    422    422    404"
KNOWN_IN = "    404    404    302    302     302    302    302    404"
KNOWN_DO = "    403    302    302    302     302    302    302    302"
JOB_DRAFT = "   404    404    200    200     200    200    200    404"
JOB_PUBLIC = "  404    200    200    200     200    200    200    200"
DROP_DRAFT = "  404    404    302    403     403    403    403    404"
DROP_PUBLIC = " 404    403    302    403     403    403    403    403"
KNOWN = "       404    200    200    200     200    200    200    200"
HOME = "        200    200    302    302     302    302    200    302"

OURS = (INSIDE, INSIDE, NOT_SO, NOT_SO)
"""A page of the network's finances: for whoever holds a mandate in it, whatever is adopted."""
READ = (INSIDE, ALL, NOT_SO, NOT_SO)
"""A page of the edition: for the network while a draft, for all once adopted; never written to."""
PLAIN = (ALL, ALL, NOT_SO, NOT_SO)

# name: (GET draft, GET adopted, POST draft, POST adopted)
TABLE: dict[str, tuple[str, str, str, str]] = {
    "account_login": (GUEST, GUEST, GUEST, GUEST),
    "account_logout": (SIGNED, SIGNED, MOVED, MOVED),
    "account_reauthenticate": (SIGNED, SIGNED, SIGNED, SIGNED),
    "account_change_password": (SIGNED, SIGNED, SIGNED, SIGNED),
    "account_set_password": (MOVED, MOVED, MOVED, MOVED),
    "account_reset_password": (ALL, ALL, ALL, ALL),
    "account_reset_password_done": (ALL, ALL, NOT_SO, NOT_SO),
    "account_reset_password_from_key": (ALL, ALL, ALL, ALL),
    "account_reset_password_from_key_done": (ALL, ALL, NOT_SO, NOT_SO),
    "account_signup": (GUEST, GUEST, GUEST, GUEST),
    "account_inactive": (ALL, ALL, NOT_SO, NOT_SO),
    "people:account": (SIGNED, SIGNED, NOT_SO, NOT_SO),
    "people:export": (SIGNED, SIGNED, NOT_SO, NOT_SO),
    "schemes:current": (KNOWN_IN, MOVED, NOT_SO, NOT_SO),
    "schemes:edition": READ,
    "schemes:coverage": READ,
    "schemes:texts": READ,
    "schemes:text": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:frame": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:scheme_new": (INSIDE, INSIDE, DRAFT_ADMIN, DRAFT_ADMIN),
    "schemes:first_edition": (INSIDE, INSIDE, FIRST_DONE, FIRST_DONE),
    "schemes:propose": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:withdraw": (INSIDE, ALL, DRAFT_EARLY, SETTLED),
    "schemes:adopt": (INSIDE, ALL, DRAFT_EARLY, SETTLED),
    "schemes:draft_next": (INSIDE, ALL, DRAFT_ADMIN, NEXT),
    "schemes:delete_edition": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:cartography": READ,
    "schemes:cell": READ,
    "schemes:cartography_svg": READ,
    "schemes:cartography_png": READ,
    "schemes:cartography_pdf": READ,
    "schemes:compare": READ,
    "schemes:compare_with": READ,
    "schemes:grid": READ,
    "schemes:grid_cells": (NOT_SO, NOT_SO, CELL_JSON, SETTLED),
    "schemes:grid_paste": (NOT_SO, NOT_SO, INSIDE, ALL),
    "schemes:grid_cell": (INSIDE, ALL, CELL_NET, SETTLED),
    "schemes:export_xlsx": READ,
    "schemes:export_csv": READ,
    "schemes:export_json": READ,
    "schemes:export_template": READ,
    "schemes:import_table": (INSIDE, ALL, TABLE_BAD, SETTLED),
    "schemes:import_review": (ONE_ONLY, ONE_ONLY, NOT_SO, NOT_SO),
    "schemes:import_apply": (NOT_SO, NOT_SO, ONE_DOES, ONE_DOES),
    "schemes:import_file": (ANY_CHIEF, ANY_CHIEF, ANY_BAD, ANY_BAD),
    "ledger:books": (INSIDE, INSIDE, TABLE_BAD, TABLE_BAD),
    "ledger:books_export": OURS,
    "ledger:book": OURS,
    "ledger:book_findings": OURS,
    "ledger:book_withdraw": (NOT_SO, NOT_SO, OWN_BOOK, OWN_BOOK),
    "ledger:book_restore": (NOT_SO, NOT_SO, OWN_BOOK, OWN_BOOK),
    "ledger:book_import": (INSIDE, INSIDE, CELL_NET, CELL_NET),
    "ledger:book_import_cancel": (NOT_SO, NOT_SO, CELL_NET, CELL_NET),
    "ledger:trial_balance": OURS,
    "ledger:trial_balance_export": OURS,
    "ledger:income_statement": OURS,
    "ledger:income_statement_export": OURS,
    "ledger:balance_sheet": OURS,
    "ledger:balance_sheet_export": OURS,
    "ledger:entry_lines": OURS,
    "ledger:entry_lines_export": OURS,
    "ledger:intercompany": OURS,
    "ledger:intercompany_export": OURS,
    "ledger:intercompany_pair": OURS,
    "ledger:intercompany_pair_export": OURS,
    "ledger:intercompany_name": (NOT_SO, NOT_SO, CELL_NET, CELL_NET),
    "ledger:mapping": OURS,
    "ledger:common_chart": (INSIDE, INSIDE, CELL_NET, CELL_NET),
    "ledger:chart_reduce": (NOT_SO, NOT_SO, CELL_NET, CELL_NET),
    "ledger:chart_export": OURS,
    "ledger:mapping_preview": (NOT_SO, NOT_SO, CELL_JSON, CELL_JSON),
    "ledger:mapping_apply": (NOT_SO, NOT_SO, CELL_NET, CELL_NET),
    "ledger:mapping_undo": (NOT_SO, NOT_SO, CELL_NET, CELL_NET),
    "ledger:mapping_import": (INSIDE, INSIDE, KEEP_BAD, KEEP_BAD),
    "ledger:mapping_export": OURS,
    "reports:booklet": (INSIDE, ALL, KNOWN_IN, KNOWN_DO),
    "reports:dossier": (JOB_DRAFT, JOB_PUBLIC, NOT_SO, NOT_SO),
    "reports:dossier_cancel": (NOT_SO, NOT_SO, DROP_DRAFT, DROP_PUBLIC),
    "reports:dossier_file": (JOB_DRAFT, JOB_PUBLIC, NOT_SO, NOT_SO),
    "portal:home": (HOME, HOME, NOT_SO, NOT_SO),
    "portal:search": PLAIN,
    "portal:news": PLAIN,
    "portal:help": PLAIN,
    "portal:accessibility": PLAIN,
    "portal:gallery": (SIGNED, SIGNED, NOT_SO, NOT_SO),
    "portal:journal": (KNOWN, KNOWN, NOT_SO, NOT_SO),
    "portal:administration": (ANY_CHIEF, ANY_CHIEF, NOT_SO, NOT_SO),
    "portal:account_new": (OWNER, OWNER, OWNER_DOES, OWNER_DOES),
    "portal:account": (OWNER, OWNER, OWNER_DOES, OWNER_DOES),
    "portal:mandate_grant": (NOT_SO, NOT_SO, OWNER_DOES, OWNER_DOES),
    "portal:mandate_end": (NOT_SO, NOT_SO, OWNER_DOES, OWNER_DOES),
    "portal:erase": (OWNER, OWNER, OWNER_DOES, OWNER_DOES),
    "portal:network_new": (OWNER, OWNER, OWNER_DOES, OWNER_DOES),
    "portal:admin_network": (CHIEFS, CHIEFS, NOT_SO, NOT_SO),
    "portal:noun_new": (CHIEFS, CHIEFS, CHIEFS_DO, CHIEFS_DO),
    "portal:noun": (CHIEFS, CHIEFS, CHIEFS_DO, CHIEFS_DO),
    "portal:network": READ,
    "portal:mine": OURS,
    "portal:network_journal": (INSIDE, INSIDE, NOT_SO, NOT_SO),
    "portal:entity": READ,
    "portal:function": READ,
    "portal:process": READ,
    "api:openapi-json": (ALL, ALL, ALL, ALL),
    "api:api-root": (NO_SUCH, NO_SUCH, NO_SUCH, NO_SUCH),
    "api:networks": PLAIN,
    "api:editions": PLAIN,
    "api:edition_sheet": READ,
    "api:edition_file": READ,
    "api:edition_checks": READ,
    "api:compare": READ,
    "api:placements": (INSIDE, ALL, AUTH_JSON, AUTH_DONE),
    "api:place": (INSIDE, ALL, AUTH_JSON, AUTH_DONE),
    **finance_places.TABLE,
    **BUDGET_TABLE,
}


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


@DRAFT
def test_every_route_is_reached_by_the_table(world: World) -> None:
    reached = {
        (resolve(url).view_name, resolve(url).route)
        for name in TABLE
        for url in world.variants(name)
    }
    # Two methods of one address of the API have two names; the first answers to `resolve`.
    assert {route for _name, route in reached} == {route for _name, route in routes()}


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
                answer = client.post(url, **world.body("api:place" if "api:" in name else name))
            if answer.streaming:
                b"".join(answer.streaming_content)
            found.append(answer.status_code)
            transaction.set_rollback(True)
        client.cookies = deepcopy(signed_in)
    return found


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_gets_what(world: World, name: str) -> None:
    faults, rows = [], TABLE[name][world.edition.status == "adopted" :: 2]
    for method, row in zip(("GET", "POST"), rows, strict=True):
        for actor, wanted in zip(ACTORS, row.split(), strict=True):
            for found in _asked(world, name, method, actor):
                if str(found) != wanted and (name, method, actor) not in CHAMBER:
                    faults.append(f"{method} {actor}: {found}, expected {wanted}")
    assert faults == []


@DRAFT
@pytest.mark.parametrize("name", sorted(n for n in TABLE if not n.startswith("api:")))
def test_head_answers_as_get(world: World, name: str) -> None:
    for actor in ("anonymous", "administrator"):
        assert _asked(world, name, "HEAD", actor) == _asked(world, name, "GET", actor)


CHAMBER = {("schemes:grid_cell", "POST", "nord")}
"""Where the two addresses of one name answer differently; told by the test below."""


@DRAFT
def test_the_editor_of_a_chamber_sets_its_value_and_not_the_network_s(world: World) -> None:
    assert _asked(world, "schemes:grid_cell", "POST", "nord") == [403, 302]
