"""A value of an address that a page of budgets does not understand is said; no file is written."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from types import SimpleNamespace

import pytest

from maillage.schemes.models import Edition

pytestmark = [
    pytest.mark.sqlite("pages alone: no query of its own"),
    pytest.mark.usefixtures("november"),
]

HERE = "/reseaux/essai/finances/"
READ = {
    "annee=1515": "",
    "chambre=x": "toutes les chambres",
    "par=x": "par compte",
    "mesure=x": "les charges",
    "chiffres=9": "comptes à 2 chiffres",
    "brouillons=x": "sans les brouillons",
    "perimetre=x": "toutes les chambres",
}


@pytest.fixture
def client(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return people(draft).reader.client


def page(client: SimpleNamespace, address: str) -> str:
    answer = client.get(f"{HERE}{address}")
    assert answer.status_code == 200, address
    return unescape(answer.content.decode()).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("budgets/comparaison/", "arrêté au 31 octobre"),
        # A budget alone is read over its whole year.
        ("budgets/consolidation/", "arrêté au 31 décembre"),
    ],
)
def test_reading_budgets_says_what_it_does_not_understand(
    client: SimpleNamespace, at: str, until: str
) -> None:
    for asked, shown in (READ | {"arrete=13": until}).items():
        assert f"« {asked} » n’est pas compris. Montré à la place : {shown}" in page(
            client, f"{at}?{asked}"
        )
        assert client.get(f"{HERE}{at}export.csv?{asked}").status_code == 404, asked
    assert "n’est pas compris" not in page(client, f"{at}?annee=2026&par=compte&arrete=10")


@pytest.mark.parametrize(
    ("at", "asked", "shown"),
    [
        ("tableaux/", "annee=x", "2026"),
        ("tableaux/", "arrete=0", "arrêté au"),
        ("calendrier/", "annee=x", "2026"),
        ("tresorerie/", "annee=x", "2026"),
        ("atterrissage/", "arrete=x", "arrêté au"),
        ("investissements/", "etat=x", "tous les états"),
        ("investissements/", "par=x", "par chambre"),
        ("investissements/rapprochement/", "chambre=x", "toutes les chambres"),
    ],
)
def test_so_do_the_others(client: SimpleNamespace, at: str, asked: str, shown: str) -> None:
    told = f"« {asked} » n’est pas compris. Montré à la place : "
    found = page(client, f"{at}?{asked}")
    assert told in found
    if not shown.isdigit():
        assert told + shown in found


def test_the_files_a_page_offers_are_of_what_it_shows(client: SimpleNamespace) -> None:
    shown = page(client, "budgets/comparaison/?annee=2026&par=x&chiffres=3")
    assert 'export.csv?annee=2026&chiffres=3"' in shown
