"""A page that is not there, for whoever is signed out: a way in, and nothing about what exists."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.test import Client

from maillage.schemes.models import Edition
from tests.builders import PASSWORD
from tests.journeys.test_from_nothing import text_of

BOOKS = "/reseaux/essai/finances/livres/"


@pytest.mark.parametrize(
    ("asked", "link"),
    [
        (BOOKS, f"/connexion/?next={quote(BOOKS, safe='')}"),
        (BOOKS + "?a=1&b=2", f"/connexion/?next={quote(BOOKS + '?a=1&b=2', safe='')}"),
        ("/rien/", "/connexion/?next=%2Frien%2F"),
        ("//ailleurs.test/", "/connexion/"),
    ],
)
def test_someone_signed_out_is_shown_the_way_in(draft: Edition, asked: str, link: str) -> None:
    path, _, query = asked.partition("?")
    answer = Client().get("/", PATH_INFO=path, QUERY_STRING=query)
    assert answer.status_code == 404
    assert f'href="{link}">Se connecter</a>' in answer.content.decode()


def test_what_exists_and_what_does_not_are_told_alike(draft: Edition) -> None:
    def page(network: str) -> str:
        answer = Client().get(f"/reseaux/{network}/finances/livres/")
        return answer.content.decode().replace(network, "…")

    assert page("essai") == page("autre")


def test_someone_signed_in_is_not_sent_to_sign_in(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    answer = people(draft).stranger.client.get(BOOKS)
    assert answer.status_code == 404
    assert "Se connecter" not in text_of(answer)


@pytest.mark.parametrize(
    ("back", "reached"),
    [(BOOKS, BOOKS), ("https://ailleurs.test/", "/"), ("//ailleurs.test/", "/")],
)
def test_signing_in_comes_back_to_the_page_and_nowhere_else(
    draft: Edition, people: Callable[..., SimpleNamespace], back: str, reached: str
) -> None:
    user = people(draft).reader.user
    answer = Client().post("/connexion/", {"login": user.email, "password": PASSWORD, "next": back})
    assert (answer.status_code, answer["Location"]) == (302, reached)
