"""A session that ended loses nothing: what was typed is kept, and goes through once signed in."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from maillage.schemes.models import Edition
from tests.builders import PASSWORD

OURS = {"HTTP_ORIGIN": "http://testserver"}


def fields_of(page: str) -> dict[str, str]:
    """What the page would send again."""
    form = page[page.index("est gardé sur cette page") :]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in pairs}


def test_what_was_typed_goes_through_after_signing_in_again(draft: Edition, people: Any) -> None:
    user = people(draft).administrator.user
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    address = f"/editions/{draft.pk}/textes/preambule/"
    page = client.get(address).content.decode()
    typed = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page))
    typed |= {"title": "Préambule", "body": "Deux\r\nlignes « tapées » & gardées"}
    Session.objects.all().delete()
    lost = client.post(address, typed, **OURS)
    told = lost.content.decode()
    assert lost.status_code == 404
    assert "Se connecter dans un autre onglet" in told
    again = fields_of(told)
    assert again["body"] == typed["body"]

    form = client.get("/connexion/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token
    given = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    assert client.post("/connexion/", given, **OURS).status_code == 302
    older = client.post(address, again, **OURS)
    if older.status_code == 403:
        again = fields_of(older.content.decode())
        assert again["body"] == typed["body"]
        older = client.post(address, again, **OURS)
    assert older.status_code == 302
    assert draft.sections.get(code="preambule").body == typed["body"]


@pytest.mark.parametrize(
    ("origin", "name"), [("http://ailleurs.test", "title"), ("", "title"), (None, "password")]
)
def test_nothing_of_another_site_nor_a_password_is_offered_again(
    draft: Edition, origin: str | None, name: str
) -> None:
    headers = OURS if origin is None else {"HTTP_ORIGIN": origin} if origin else {}
    address = f"/editions/{draft.pk}/textes/preambule/"
    told = Client().post(address, {name: "secret"}, **headers)
    assert told.status_code == 404
    assert "secret" not in told.content.decode()


def test_a_program_is_told_that_its_session_may_have_ended(draft: Edition) -> None:
    address = f"/editions/{draft.pk}/grille/cellules/"
    json = {"content_type": "application/json", "HTTP_ACCEPT": "application/json"}
    told = Client().post(address, "{}", **json)
    assert told.status_code == 404
    assert "se connecter dans un autre onglet" in told.json()["detail"]


def test_a_page_made_for_another_account_records_nothing(draft: Edition, people: Any) -> None:
    who = people(draft)
    address = f"/editions/{draft.pk}/saisie/cellules/"
    edit = {"process": "tresorerie", "milestone": "2022", "changes": {"mode": "H"}}
    sent = {"content_type": "application/json", "HTTP_ACCEPT": "application/json"}
    for meant, status in ((who.nord, 403), (who.administrator, 200)):
        headers = {"HTTP_X_ACCOUNT": meant.actor.identity}
        told = who.administrator.client.post(address, {"edits": [edit]}, **sent, **headers)
        assert told.status_code == status
        assert draft.placements.filter(process__code="tresorerie").exists() is (status == 200)
        if status == 403:
            assert "Un autre compte est connecté" in told.json()["detail"]


def test_a_form_made_for_another_account_records_nothing(draft: Edition, people: Any) -> None:
    who = people(draft)
    address = f"/editions/{draft.pk}/textes/preambule/"
    typed = {"title": "Préambule", "body": "Deux phrases gardées", "seen": ""}
    page = who.administrator.client.get(address).content.decode()
    typed |= dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page))
    for meant, status in ((who.nord, 403), (who.administrator, 302)):
        sent = typed | {"compte-de-la-page": meant.actor.identity}
        told = who.administrator.client.post(address, sent, **OURS)
        assert told.status_code == status
        if status == 403:
            assert "Un autre compte est connecté" in told.content.decode()
            assert fields_of(told.content.decode())["body"] == typed["body"]
    assert draft.sections.get(code="preambule").body == typed["body"]


def test_a_refused_act_keeps_what_was_typed(draft: Edition, people: Any) -> None:
    client = people(draft).nord.client
    told = client.post(f"/editions/{draft.pk}/textes/preambule/deplacer/", {"sens": "haut"}, **OURS)
    assert told.status_code == 403
    assert fields_of(told.content.decode())["sens"] == "haut"
