"""What is recorded for a draft is not public before the edition that names it is adopted."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from maillage.network.actions import save_entity, save_function, save_process
from maillage.network.models import Function, Network
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import adopt_edition, draft_next_edition, propose_edition
from maillage.schemes.models import Edition
from tests.builders import actors_of, load, small_document

PAGES = ("chambres/secrete", "fonctions/secrete", "processus/secret")
READS = ("", "?tous", "recherche/?q=Tâche", "reseaux/{network}/")


@pytest.fixture
def edition(db: None) -> Edition:
    """A published edition, and nouns recorded since for the next one."""
    edition = load(small_document("essai"), adopted=True)
    network = edition.network
    entity = {"name": "Chambre occulte", "short_name": "Occulte", "kind": "territorial"}
    save_entity(network, actor=INSTALLATION, code="secrete", **entity)
    save_function(network, actor=INSTALLATION, code="secrete", name="Mission occulte")
    function = Function.objects.get(network=network, code="secrete")
    save_process(
        network, actor=INSTALLATION, code="secret", name="Tâche occulte", function=function
    )
    return edition


def reads(client: Client, network: Network) -> list[bool]:
    """Whether each page names what is not published."""
    pages = (client.get("/" + page.format(network=network.code)) for page in READS)
    return ["occulte" in page.content.decode() for page in pages]


def opened(client: Client, network: Network) -> list[int]:
    sheets = [f"/reseaux/{network.code}/{page}/" for page in PAGES]
    chosen = [f"/?{kind}={network.code}/secrete" for kind in ("chambre", "fonction")]
    return [client.get(address).status_code for address in (*sheets, *chosen)]


def test_what_no_published_edition_names_is_unknown_outside_the_network(
    edition: Edition, client: Client
) -> None:
    assert reads(client, edition.network) == [False] * 4
    assert opened(client, edition.network) == [404] * 5
    assert client.get(f"/reseaux/{edition.network.code}/chambres/nord/").status_code == 200


def test_whoever_holds_a_mandate_in_the_network_knows_it(edition: Edition) -> None:
    who = actors_of(edition)
    assert opened(who.nord.client, edition.network) == [200, 200, 200, 302, 302]
    assert reads(who.nord.client, edition.network)[1:] == [True] * 3


def test_a_mandate_elsewhere_tells_no_more_than_what_is_published(edition: Edition) -> None:
    other = actors_of(load(small_document("ailleurs")))
    assert opened(other.nord.client, edition.network) == [404] * 5


def test_it_is_public_once_the_edition_that_names_it_is_adopted(
    edition: Edition, client: Client
) -> None:
    draft = draft_next_edition(edition, actor=INSTALLATION, title="Suivante")
    assert opened(client, edition.network) == [404] * 5
    propose_edition(draft, actor=INSTALLATION)
    adoption = {"body": "Assemblée", "on": dt.date(2026, 6, 1), "act": "2026-3"}
    adopt_edition(draft, actor=INSTALLATION, **adoption)
    assert opened(client, edition.network) == [200, 200, 200, 302, 302]
    assert reads(client, edition.network) == [True] * 4
