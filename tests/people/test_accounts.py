"""Accounts: signing in under a limit, closing, erasing, taking one's data away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from maillage.kernel.models import Event, verify
from maillage.kernel.verdicts import Refusal
from maillage.people.actions import erase_account, open_account, revise_account
from maillage.people.actors import INSTALLATION, Role
from maillage.people.models import User
from maillage.portal.events import describe
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.models import Edition
from tests.builders import PASSWORD, person

EMAIL = "quelquun@essai.test"


def sign_in(password: str, email: str = EMAIL, client: Client | None = None) -> Any:
    return (client or Client()).post("/connexion/", {"login": email, "password": password})


def test_signing_in_with_the_right_password(db: None) -> None:
    person(EMAIL, None)
    answer = sign_in(PASSWORD)
    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.parametrize("email", [EMAIL, "inconnu@essai.test"])
def test_a_wrong_password_says_the_same_as_an_unknown_address(db: None, email: str) -> None:
    person(EMAIL, None)
    answer = sign_in("pas-le-bon-mot", email)
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    assert "incorrect" in answer.content.decode()


@pytest.mark.parametrize(
    ("usable", "address", "title"),
    [
        (True, "/compte/mot-de-passe/", "Changer"),
        (False, "/compte/mot-de-passe/definir/", "Définir"),
    ],
)
def test_one_page_changes_a_password_or_sets_the_first(
    db: None, usable: bool, address: str, title: str
) -> None:
    someone = person(EMAIL, None)
    if not usable:
        someone.user.set_unusable_password()
        someone.user.save()
        someone.client.force_login(someone.user)
    answer = someone.client.get("/compte/mot-de-passe/", follow=True)
    assert answer.request["PATH_INFO"] == address
    assert f"{title} mon mot de passe</h1>" in answer.content.decode()


def test_too_many_failures_are_refused_even_with_the_right_password(db: None) -> None:
    person(EMAIL, None)
    for _ in range(5):
        assert sign_in("pas-le-bon-mot").status_code == 200
    answer = sign_in(PASSWORD)
    assert "sessionid" not in answer.cookies
    assert answer.status_code in (200, 429)


def test_the_limit_on_one_account_leaves_the_others_alone(db: None) -> None:
    person(EMAIL, None)
    person("autre@essai.test", None)
    for _ in range(5):
        sign_in("pas-le-bon-mot")
    assert sign_in(PASSWORD, "autre@essai.test").status_code == 302


def test_nobody_registers_alone(db: None) -> None:
    answer = Client().post(
        "/inscription/", {"email": EMAIL, "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code in (200, 302)
    assert not User.objects.exists()


def test_an_account_opened_without_password_gets_one_by_mail(db: None) -> None:
    open_account(None, actor=INSTALLATION, email=EMAIL, full_name="Quelqu'un")
    Client().post("/mot-de-passe-oublie/", {"email": EMAIL})
    assert [m.to for m in mail.outbox] == [[EMAIL]]
    assert "/mot-de-passe-oublie/" in mail.outbox[0].body


def test_a_closed_account_no_longer_opens_anything(db: None) -> None:
    someone = person(EMAIL, None)
    assert someone.client.get("/compte/").status_code == 200
    revise_account(someone.user, actor=INSTALLATION, full_name="Q", position="", is_active=False)
    assert someone.client.get("/compte/").status_code == 302
    sign_in(PASSWORD, client=(again := Client()))
    assert again.get("/compte/").status_code == 302


REFUSED = [
    ("pas une adresse", 422, "n’est pas une adresse"),
    (EMAIL.upper(), 409, "existe déjà"),
]


@pytest.mark.parametrize(("email", "status", "reason"), REFUSED)
def test_an_address_is_one_and_taken_once(db: None, email: str, status: int, reason: str) -> None:
    person(EMAIL, None)
    with pytest.raises(Refusal, match=reason) as refused:
        open_account(None, actor=INSTALLATION, email=email, full_name="X")
    assert refused.value.denied.status == status


@pytest.fixture
def author(draft: Edition) -> Any:
    """Someone who wrote a cell, then is erased or takes their data away."""
    network = draft.scheme.network
    someone = person("auteur-nomme@essai.test", {"role": Role.ADMINISTRATOR, "network": network})
    place_cells(draft, [CellEdit("achats", "2027", "", {"mode": "C"})], actor=someone.actor)
    return someone


def test_erasing_a_person_leaves_the_journal_whole_and_nameless(
    draft: Edition, author: Any
) -> None:
    chain = draft.chain
    before = verify(chain)
    erase_account(author.user, actor=INSTALLATION)
    user = User.objects.get(pk=author.user.pk)
    assert (user.full_name, user.position, user.is_active) == ("", "", False)
    assert "auteur-nomme" not in user.email
    assert not user.has_usable_password()
    assert verify(chain) == before
    assert verify("installation")[1] is None
    line = describe(Event.objects.filter(actor=user.identity), INSTALLATION)[0]
    assert line.author == "Personne effacée"


def test_no_personal_data_enters_the_journal(draft: Edition, author: Any) -> None:
    revise_account(
        author.user, actor=INSTALLATION, full_name="Nom Changé", position="Poste", is_active=True
    )
    erase_account(author.user, actor=INSTALLATION)
    kept = json.dumps(list(Event.objects.values("actor", "verb", "subject", "diff")))
    for word in ("auteur-nomme", "Nom Changé", "Poste", "@"):
        assert word not in kept


def test_an_erased_person_is_signed_out_everywhere(draft: Edition, author: Any) -> None:
    assert author.client.get("/compte/").status_code == 200
    erase_account(author.user, actor=INSTALLATION)
    assert not Session.objects.exists()
    assert author.client.get("/compte/").status_code == 302
    assert not author.user.mandates.filter(ends_on=None).exists()


def test_one_takes_away_everything_kept_about_oneself(draft: Edition, author: Any) -> None:
    answer = author.client.get("/compte/export.json")
    assert "attachment" in answer["Content-Disposition"]
    data = answer.json()
    assert data["adresse"] == "auteur-nomme@essai.test"
    assert [m["jusqu’à"] for m in data["mandats"]] == [None]
    assert [a["acte"] for a in data["actes"]] == ["schemes.placement.placed"]


def test_only_oneself_takes_it_away(draft: Edition, author: Any) -> None:
    answer = Client().get("/compte/export.json")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/connexion/")


def test_a_mail_says_the_installation_and_strangers_get_none(
    db: None, client: Client, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.INSTALLATION_NAME = "Réseau d’essai"
    person("oubli@essai.test", None)
    known = client.post("/mot-de-passe-oublie/", {"email": "oubli@essai.test"})
    unknown = client.post("/mot-de-passe-oublie/", {"email": "inconnu@essai.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    mail, nobody = mailoutbox
    assert (mail.to, nobody.to) == (["oubli@essai.test"], [])
    assert mail.subject == "Réseau d’essai\u00a0: Choisir un mot de passe"
    assert mail.body.startswith("Bonjour,\n\nUn nouveau mot de passe")
    assert mail.body.rstrip().endswith("Réseau d’essai")
    assert "Maillage" not in mail.body
    assert "/mot-de-passe-oublie/" in mail.body


def test_signing_in_names_each_field_once_and_offers_one_way_to_a_new_password(db: None) -> None:
    page = Client().get("/connexion/").content.decode()
    assert "Adresse électronique" in page
    assert "placeholder" not in page.split("<main")[1]
    assert page.count("Mot de passe oublié") == 1
