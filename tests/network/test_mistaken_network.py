"""A network created by mistake: renamed or taken out, and what keeps it as it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event, IndexEntry, verify
from maillage.kernel.verdicts import Refusal
from maillage.network.actions import (
    create_network,
    name_stamp,
    network_removal_of,
    remove_network,
    rename_network,
    save_entity,
    save_function,
    save_process,
)
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION, Role
from maillage.people.models import Mandate
from maillage.schemes.models import Edition, Scheme
from tests.builders import person

CALL: dict[str, Any] = {"actor": INSTALLATION}


@pytest.fixture
def mistaken(db: None) -> Network:
    """A network with a chamber, a function, a macro-process and its action, a mandate in it."""
    made = create_network(None, **CALL, code="bretagn", name="CCI de Bretagn")
    save_entity(made, **CALL, code="brest", name="Brest", short_name="Brest", kind="territorial")
    function = save_function(made, **CALL, code="finances", name="Finances")
    row = {"function": function, "code": "paie", "name": "Paie"}
    parent = save_process(made, **CALL, **row)
    row |= {"code": "bulletins", "name": "Bulletins", "kind": "action", "parent": parent}
    save_process(made, **CALL, **row)
    person("chef@bretagn.test", {"role": Role.ADMINISTRATOR, "network": made})
    return made


def test_an_empty_network_leaves_with_what_was_told(mistaken: Network, draft: Edition) -> None:
    Scheme.objects.create(network=mistaken, code="x", title="X", start_year=2024, end_year=2027)
    found = network_removal_of(mistaken)
    assert set(found.told) == {
        *(
            "1\u00a0entité",
            "1\u00a0fonction",
            "2\u00a0macro-processus",
            "1\u00a0mandat",
            "1\u00a0schéma sans édition",
        ),
    }
    assert found.verdict and found.leaving == 6
    assert IndexEntry.objects.filter(chain="network:bretagn").exists()
    with pytest.raises(Refusal, match="Ce qui partirait a changé") as refused:
        remove_network(mistaken, **CALL, leaving=5)
    assert refused.value.denied.status == 409
    assert remove_network(mistaken, **CALL, leaving=6) == 6
    assert not Network.objects.filter(code="bretagn").exists()
    assert not IndexEntry.objects.filter(chain="network:bretagn").exists()
    assert draft.network.entities.exists() and Mandate.objects.filter(network=None).count() == 0
    event = Event.objects.get(verb="network.network.removed")
    assert (event.chain, event.diff["code"]) == ("installation", "bretagn")
    assert verify("network:bretagn")[1] is None and verify("installation")[1] is None
    again = create_network(None, **CALL, code="bretagn", name="CCI de Bretagne")
    assert not again.entities.exists() and verify("network:bretagn")[1] is None


@pytest.mark.parametrize("client_of", ["chef", "reader"])
def test_the_pages_are_for_who_administers(
    mistaken: Network, draft: Edition, people: Any, client_of: str
) -> None:
    who = people(draft)
    chef = Mandate.objects.get(network=mistaken).user
    client = who.reader.client
    if client_of == "chef":
        client.force_login(chef)
    base = "/administration/reseaux/bretagn/"
    wanted = {"nom/": 200 if client_of == "chef" else 404, "retirer/": 404}
    assert {page: client.get(base + page).status_code for page in wanted} == wanted


def test_a_network_that_holds_something_is_kept_and_says_what(draft: Edition, people: Any) -> None:
    network, client = draft.network, people(draft).installation.client
    found = network_removal_of(network)
    assert not found.verdict
    assert {"1\u00a0édition", "1\u00a0schéma sans édition"} & set(found.resting) == {
        "1\u00a0édition"
    }
    with pytest.raises(Refusal) as refused:
        remove_network(network, **CALL, leaving=found.leaving)
    assert refused.value.denied.status == 409
    assert "1\u00a0édition" in refused.value.details["violations"]
    page = client.get("/administration/reseaux/essai/retirer/").content.decode()
    assert "il ne se retire que vide" in page and "<li>1\u00a0édition</li>" in page
    assert "is-danger" not in page
    assert Network.objects.filter(code="essai").exists()


def test_the_removal_is_confirmed_on_its_page(
    mistaken: Network, draft: Edition, people: Any
) -> None:
    client = people(draft).installation.client
    address = "/administration/reseaux/bretagn/retirer/"
    page = client.get(address).content.decode()
    for told in ("1\u00a0entité", "2\u00a0macro-processus", "1\u00a0mandat", "sans retour"):
        assert told in page
    assert client.post(address, {"confirme": "oui", "pertes": "4"}).status_code == 409
    assert Network.objects.filter(code="bretagn").exists()
    done = client.post(address, {"confirme": "oui", "pertes": "5"}, follow=True)
    assert "est retiré" in done.content.decode()
    assert client.get("/reseaux/bretagn/").status_code == 404
    journal = client.get("/journal/?installation").content.decode()
    assert "Réseau retiré" in journal and "bretagn" in journal


def test_a_network_takes_another_name(mistaken: Network, draft: Edition, people: Any) -> None:
    client = people(draft).installation.client
    address, seen = "/administration/reseaux/bretagn/nom/", name_stamp(mistaken)
    sent = {"name": "CCI de Bretagne", "fictional": "on", "seen": seen}
    assert client.post(address, sent).status_code == 302
    mistaken.refresh_from_db()
    assert (mistaken.name, mistaken.fictional) == ("CCI de Bretagne", True)
    assert IndexEntry.objects.filter(about="CCI de Bretagne").exists()
    assert not IndexEntry.objects.filter(about="CCI de Bretagn").exists()
    stale = client.post(address, {**sent, "name": "Autre"})
    assert stale.status_code == 409 and "a changé depuis la lecture" in stale.content.decode()
    assert 'value="Autre"' in stale.content.decode()
    event = Event.objects.get(verb="network.network.renamed")
    assert event.diff["name"] == ["CCI de Bretagn", "CCI de Bretagne"]


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [("  ", 422, "un texte est attendu"), ("x" * 201, 422, "200 caractères au plus")],
)
def test_a_name_that_is_none_is_refused(
    mistaken: Network, name: str, status: int, reason: str
) -> None:
    with pytest.raises(Refusal, match=reason) as refused:
        rename_network(mistaken, **CALL, name=name, fictional=False)
    assert refused.value.denied.status == status


def test_what_is_sealed_keeps_the_name(adopted: Edition, people: Any) -> None:
    network, client = adopted.network, people(adopted).administrator.client
    with pytest.raises(Refusal, match="Une édition scellée porte ce nom") as refused:
        rename_network(network, **CALL, name="Autre", fictional=True)
    assert refused.value.denied.status == 409
    page = client.get("/administration/reseaux/essai/nom/").content.decode()
    assert "Une édition scellée porte ce nom" in page and 'name="name"' not in page


def test_the_removal_asks_as_many_queries_whatever_leaves(mistaken: Network) -> None:
    asked = []
    for code in ("brest", "quimper", "vannes"):
        save_entity(mistaken, **CALL, code=code, name=code, short_name=code, kind="territorial")
        with CaptureQueriesContext(connection) as queries:
            network_removal_of(mistaken)
        asked.append(len(queries))
    assert len(set(asked)) == 1 and asked[0] <= 90
