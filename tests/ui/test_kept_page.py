"""A kept frame says what its own reader's request says, and nothing of another's."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from maillage.network.models import Network
from maillage.people.actors import INSTALLATION, Role
from maillage.schemes.actions import milestones_of, revise_milestones
from maillage.schemes.engine.generate import generate
from tests.builders import load, person, small_document

pytestmark = pytest.mark.django_db


def test_each_reader_has_a_frame_of_their_own():
    (document,) = generate(3, entities=3, processes=4)
    edition = load(document, adopted=True)
    address = f"/editions/{edition.pk}/"
    boss = person("une@essai.test", {"role": Role.ADMINISTRATOR}).client
    reader = person("autre@essai.test", {"role": Role.READER}).client
    nobody = Client()
    for _ in range(2):
        pages = [c.get(address).content.decode() for c in (boss, reader, nobody)]
        link = 'href="/administration/"'
        assert link in pages[0] and link not in pages[1] + pages[2]
        assert ">une<" in pages[0] and ">une<" not in pages[1] + pages[2]
        assert "Se connecter" in pages[2] and "Se connecter" not in pages[0] + pages[1]


def test_the_token_is_the_requests_and_is_accepted():
    (document,) = generate(3, entities=3, processes=4)
    edition = load(document)
    who = person("une@essai.test", {"role": Role.ADMINISTRATOR})
    client = Client(enforce_csrf_checks=True)
    client.force_login(who.user)
    tokens = []
    for _ in range(2):
        page = client.get(f"/editions/{edition.pk}/").content.decode()
        tokens += re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[:1]
        assert "jeton-de-la-requete" not in page
    assert len(tokens) == 2
    answer = client.post("/deconnexion/", {"csrfmiddlewaretoken": tokens[1]})
    assert answer.status_code == 302


def test_a_message_is_shown_once_though_the_frame_is_kept():
    (document,) = generate(3, entities=3, processes=4)
    edition = load(document)
    client = person("une@essai.test", {"role": Role.ADMINISTRATOR}).client
    address = f"/editions/{edition.pk}/"
    quiet = client.get(address).content.decode()
    assert 'class="note' not in quiet
    answer = client.post(f"/editions/{edition.pk}/proposer/", follow=False)
    assert answer.status_code == 302
    shown = [client.get(address).content.decode().count('class="saved"') for _ in range(2)]
    assert shown == [1, 0]


def test_a_new_theme_is_followed_at_once():
    (document,) = generate(3, entities=3, processes=4)
    edition = load(document, adopted=True)
    client = Client()
    for theme in ("", "dark", "light", "dark"):
        if theme:
            client.cookies["theme"] = theme
        page = client.get(f"/editions/{edition.pk}/").content.decode()
        assert (f'data-theme="{theme}"' in page) is bool(theme)


def test_frames_of_two_editions_do_not_mix():
    first = load(small_document(), adopted=True)
    second = load(small_document(number=2, title="Seconde édition"))
    neighbour = load(small_document("voisin", title="Édition voisine"))
    client = person("une@essai.test", {"role": Role.ADMINISTRATOR}).client
    titles = {e.pk: e.title for e in (first, second, neighbour)}
    for _ in range(2):
        for pk, title in titles.items():
            page = client.get(f"/editions/{pk}/").content.decode()
            others = set(titles.values()) - {title}
            assert title in page and not any(other in page for other in others)
            assert f'href="/editions/{pk}/saisie/"' in page or pk == first.pk
            network = "voisin" if pk == neighbour.pk else "essai"
            assert f"Réseau {network}" in page
            assert f"Réseau {({'voisin', 'essai'} - {network}).pop()}" not in page


def test_a_new_name_of_the_network_is_followed_at_once():
    editions = [load(small_document()), load(small_document("voisin"))]
    client = person("une@essai.test", {"role": Role.ADMINISTRATOR}).client
    for edition in editions:
        client.get(f"/editions/{edition.pk}/")
    Network.objects.filter(code="essai").update(name="Réseau renommé")
    pages = [client.get(f"/editions/{edition.pk}/").content.decode() for edition in editions]
    assert "Réseau renommé" in pages[0] and "Réseau essai" not in pages[0]
    assert "Réseau voisin" in pages[1] and "Réseau renommé" not in pages[1]


def test_a_new_title_of_the_edition_is_followed_at_once():
    edition = load(small_document())
    client = person("une@essai.test", {"role": Role.ADMINISTRATOR}).client
    assert "Première édition" in client.get(f"/editions/{edition.pk}/").content.decode()
    revise_milestones(
        edition, actor=INSTALLATION, title="Titre corrigé", milestones=milestones_of(edition)
    )
    page = client.get(f"/editions/{edition.pk}/").content.decode()
    assert "Titre corrigé" in page and "Première édition" not in page
