"""Pages of the portal ask the database the same number of questions whatever the size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.network.models import Entity, Function, MacroProcess
from maillage.people.actors import INSTALLATION, Role
from maillage.schemes.actions import (
    CellEdit,
    adopt_edition,
    draft_next_edition,
    place_cells,
    propose_edition,
)
from maillage.schemes.engine import generate
from maillage.schemes.models import Edition, Section
from tests.builders import load, person, small_document

MOST = 15
MORE = {"/administration/": 26}
"""One count a line of the table of delays."""
PAGES = [
    "/",
    "/recherche/?q=tr",
    "/journal/",
    "/journal/?installation=1",
    "/administration/",
    "/administration/comptes/{user}/",
    "/administration/reseaux/{network}/",
    "/reseaux/{network}/",
    "/reseaux/{network}/journal/",
    "/reseaux/{network}/chambres/{entity}/",
    "/reseaux/{network}/fonctions/{function}/",
    "/reseaux/{network}/processus/{process}/",
    "/editions/{edition}/",
    "/editions/{edition}/?lecture=chambres",
    "/editions/{edition}/?lecture=trajectoire",
    "/editions/{edition}/fiche/",
    "/editions/{edition}/source/",
    "/editions/{edition}/textes/",
    "/editions/{edition}/comparer/",
    "/editions/{edition}/comparer/{former}/",
    "/editions/{edition}/saisie/",
    "/editions/{edition}/livret/",
    "/compte/",
]


def _adopt(edition: Edition) -> Edition:
    import datetime as dt

    propose_edition(edition, actor=INSTALLATION)
    return adopt_edition(
        edition, actor=INSTALLATION, body="Assemblée", on=dt.date(2026, 1, 2), act="2026-1"
    )


def _grow(people: Callable[..., Any]) -> None:
    """More of everything: networks, chambers, editions, events, accounts, mandates."""
    for document in generate.generate(3, entities=24, processes=30, networks=3, overrides=0.3):
        load(document, adopted=True)
    last = Edition.objects.get(scheme__network__code="essai", status="draft")
    for _ in range(2):
        last = draft_next_edition(_adopt(last), actor=INSTALLATION)
        for mode in "ACHMI-":
            edit = CellEdit("formation", "2027", "", {"mode": mode})
            place_cells(last, [edit], actor=INSTALLATION)
    network = last.scheme.network
    finances = Function.objects.get(network=network, code="finances")
    Entity.objects.bulk_create(
        Entity(network=network, code=f"c{n}", name=f"C {n}", short_name=f"C{n}", kind="territorial")
        for n in range(20)
    )
    MacroProcess.objects.bulk_create(
        MacroProcess(network=network, function=finances, code=f"p{n}", name=f"Processus {n}")
        for n in range(20)
    )
    Section.objects.bulk_create(
        Section(edition=last, code=f"s{n}", kind="function", function=finances, title=f"Texte {n}")
        for n in range(10)
    )
    for n in range(8):
        entity = Entity.objects.get(network=network, code=f"c{n}")
        mandate = {"role": Role.ENTITY_EDITOR, "network": network, "entity": entity}
        person(f"plus-{n}@essai.test", mandate)


def _counts(client: Any) -> dict[str, int]:
    edition = Edition.objects.filter(scheme__network__code="essai").order_by("-number").first()
    former = Edition.objects.filter(scheme=edition.scheme).order_by("number").first()
    parts = {
        "edition": edition.pk,
        "former": former.pk,
        "network": "essai",
        "entity": "nord",
        "function": "finances",
        "process": "achats",
        "user": client.session["_auth_user_id"],
    }
    found = {}
    for page in PAGES:
        address = page.format(**parts)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, address
        found[page] = len(queries)
    return found


def test_a_page_asks_as_much_of_a_large_network_as_of_a_small_one(
    people: Callable[..., Any], db: None
) -> None:
    first = load(small_document(), adopted=True)
    draft_next_edition(first, actor=INSTALLATION)
    client = people(first).installation.client
    small = _counts(client)
    _grow(people)
    large = _counts(client)
    assert {page: (small[page], large[page]) for page in PAGES if large[page] > small[page]} == {}
    assert {page: n for page, n in large.items() if n > MORE.get(page, MOST)} == {}


@pytest.mark.parametrize("page", ["/", "/reseaux/essai/", "/editions/{edition}/"])
def test_a_visitor_asks_little(adopted: Edition, client: Any, page: str) -> None:
    address = page.format(edition=adopted.pk)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= MOST
