"""A kept frame says what its own reader's request says, and nothing of another's."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from maillage.people.actors import Role
from maillage.schemes.engine.generate import generate
from tests.builders import load, person

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
    shown = [client.get(address).content.decode().count('class="note') for _ in range(2)]
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
