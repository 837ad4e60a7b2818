"""Pages ask the database as many questions for a small edition as for a large one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.network.models import Network
from maillage.people.actors import Role
from maillage.schemes.engine.generate import generate
from maillage.schemes.models import Edition, Placement
from tests.builders import load, person

MOST = 12
MOST_FOR_ONE_CELL = 8
SIZES = {"petit": (3, 6), "grand": (25, 40)}
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")

PAGES = {
    "by milestone": "",
    "by milestone, one chamber": "?entite={entity}",
    "by milestone, filtered": "?fonction={function}&seulement=changements",
    "by chamber": "?lecture=chambres",
    "by chamber, one milestone": "?lecture=chambres&jalon={milestone}",
    "by chamber, changes": "?lecture=chambres&jalon={milestone}&seulement=changements",
    "by chamber, changes of lead": "?lecture=chambres&jalon={milestone}&nature=lead",
    "trajectory": "?lecture=trajectoire",
    "trajectory, one chamber": "?lecture=trajectoire&entite={entity}",
    "network cell": "cellule/{process}/{milestone}/",
    "chamber cell": "cellule/{process}/{milestone}/{entity}/",
    "grid": "saisie/",
    "grid of one chamber": "saisie/?entite={entity}",
    "grid of one milestone": "saisie/?jalon={milestone}",
}


def _edition(size: str, *, adopted: bool) -> Edition:
    document = generate(3, *SIZES[size], overrides="all")[0]
    return load(replace(document, network_code=size, network_name=size), adopted=adopted)


def _codes(edition: Edition) -> dict[str, str]:
    network: Network = edition.scheme.network
    process = network.processes.select_related("function").order_by("pk")[0]
    return {
        "entity": network.entities.filter(kind="territorial").order_by("pk")[0].code,
        "function": process.function.code,
        "milestone": edition.milestones.order_by("date")[1].code,
        "process": process.code,
    }


def _administrator() -> Client:
    client: Client = person("tout@essai.test", {"role": Role.ADMINISTRATOR}).client
    return client


def _count(client: Client, address: str) -> int:
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("adopted", [False, True], ids=["draft", "adopted"])
def test_the_count_does_not_grow_with_the_edition(db: None, adopted: bool) -> None:
    clients = {"signed in": _administrator(), **({"anonymous": Client()} if adopted else {})}
    editions = [_edition(size, adopted=adopted) for size in SIZES]
    for who, client in clients.items():
        for name, tail in PAGES.items():
            counts = [
                _count(client, f"/editions/{edition.pk}/" + tail.format(**_codes(edition)))
                for edition in editions
            ]
            assert counts[0] == counts[1], (who, name, counts)
            assert counts[0] <= MOST, (who, name, counts)


def test_a_page_kept_asks_less(db: None) -> None:
    client, edition = _administrator(), _edition("petit", adopted=False)
    address = f"/editions/{edition.pk}/?lecture=chambres"
    fresh = _count(client, address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) < fresh
    assert len(captured) <= 5


def _save(client: Client, edition: Edition, mode: str, entity: str) -> int:
    codes = _codes(edition)
    held = Placement.objects.filter(
        edition=edition,
        process__code=codes["process"],
        milestone__code=codes["milestone"],
        entity__code=entity or None,
    ).first()
    edit = {
        "expected": held.version if held else 0,
        "process": codes["process"],
        "milestone": codes["milestone"],
        "entity": entity,
        "changes": {"mode": mode, "complementary": "", "integration": ""},
    }
    address = f"/editions/{edition.pk}/saisie/cellules/"
    with CaptureQueriesContext(connection) as captured:
        response = client.post(address, {"edits": [edit]}, "application/json")
    assert response.status_code == 200, response.content
    assert response.json()["changed"] == 1
    return sum(not q["sql"].startswith(TRANSACTION) for q in captured.captured_queries)


@pytest.mark.parametrize("own", [False, True], ids=["network value", "chamber value"])
def test_one_cell_takes_few_queries_at_any_size(db: None, own: bool) -> None:
    client = _administrator()
    counts = []
    for size in SIZES:
        edition = _edition(size, adopted=False)
        entity = _codes(edition)["entity"] if own else ""
        _save(client, edition, "?", entity)  # no draw holds it: a change, whatever was drawn
        counts.append(_save(client, edition, "H", entity))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_FOR_ONE_CELL
