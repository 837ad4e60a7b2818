"""An empty network or draft says what comes next, with the way there for those who may."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from maillage.network.models import Network
from maillage.people.actors import Role
from maillage.schemes.models import Edition
from tests.builders import load, person, small_document

NO_PROCESS = {"functions": (), "processes": (), "placements": ()}
NO_MILESTONE = {"milestones": (), "placements": ()}
NO_CELL = {"placements": ()}


def _two(edition: Edition) -> tuple[SimpleNamespace, SimpleNamespace]:
    network = edition.scheme.network
    administrator = person("chef@essai.test", {"role": Role.ADMINISTRATOR, "network": network})
    return administrator, person("lecteur@essai.test", {"role": Role.READER, "network": network})


@pytest.mark.parametrize("reading", ["jalons", "chambres", "trajectoire"])
def test_the_cartography_of_a_network_without_process(db: None, reading: str) -> None:
    edition = load(small_document(**NO_PROCESS))
    administrator, reader = _two(edition)
    address = f"/editions/{edition.pk}/?lecture={reading}"
    pages = [who.client.get(address).content.decode() for who in (administrator, reader)] * 2
    link = 'class="button" href="/administration/reseaux/essai/"'
    for page, linked in zip(pages, (True, False) * 2, strict=True):
        assert "Ce réseau n’a pas encore de macro-processus" in page
        assert "ces filtres" not in page
        assert (link in page) is linked


def test_the_cartography_of_an_adopted_edition_without_process(db: None) -> None:
    edition = load(small_document(**NO_PROCESS), adopted=True)
    page = person("chef@essai.test", {"role": Role.ADMINISTRATOR}).client.get(
        f"/editions/{edition.pk}/"
    )
    assert "adoptée sans macro-processus" in page.content.decode()


@pytest.mark.parametrize(
    ("lack", "title", "way"),
    [
        (
            NO_PROCESS,
            "Le réseau n’a pas encore de macro-processus",
            "/administration/reseaux/essai/",
        ),
        (NO_MILESTONE, "L’édition n’a pas encore de jalon", "/editions/{pk}/cadre/"),
        (NO_CELL, "Aucune cellule n’est encore renseignée", "/editions/{pk}/saisie/"),
    ],
)
def test_an_empty_draft_says_what_comes_next(
    db: None, lack: dict[str, tuple[()]], title: str, way: str
) -> None:
    edition = load(small_document(**lack))
    administrator, reader = _two(edition)
    link = f'<a class="button" href="{way.format(pk=edition.pk)}">'
    for who, links in ((administrator, True), (reader, False)):
        page = who.client.get(f"/editions/{edition.pk}/fiche/").content.decode()
        section = page.split('<section class="empty">', 1)[1].split("</section>", 1)[0]
        assert title in section
        assert (link in section) is links


def test_a_draft_once_begun_says_no_more(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    page = people(draft).administrator.client.get(f"/editions/{draft.pk}/fiche/").content.decode()
    assert 'class="empty"' not in page


def test_a_network_without_edition_leads_to_what_comes_next_those_who_may(db: None) -> None:
    network = Network.objects.create(code="vierge", name="Vierge")
    keeper = person("chef@vierge.test", {"role": Role.ADMINISTRATOR, "network": network})
    reader = person("lecteur@vierge.test", {"role": Role.READER, "network": network})
    for address, title, way in (
        ("schema/", "Aucune édition", "/reseaux/vierge/schemas/nouveau/"),
        ("finances/", "Aucune chambre", "/administration/reseaux/vierge/"),
        ("finances/livres/", "Aucune chambre", "/administration/reseaux/vierge/"),
        ("finances/budgets/", "Aucune chambre", "/administration/reseaux/vierge/"),
        ("finances/calendrier/", "Aucune chambre", "/administration/reseaux/vierge/"),
    ):
        pages = [who.client.get(f"/reseaux/vierge/{address}") for who in (keeper, reader)]
        assert all(title in page.content.decode() for page in pages), address
        link = f'class="button" href="{way}"'
        assert [link in page.content.decode() for page in pages] == [True, False], address
