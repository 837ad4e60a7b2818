"""A value of an address that nobody understands is said, with what is shown; no file is written."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from types import SimpleNamespace

import pytest

from maillage.schemes.models import Edition
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.sqlite("pages alone: no query of its own")

HERE = "/reseaux/essai/finances/"
PAGES = ("balance", "resultat", "bilan", "financement", "ecritures", "reciproques")
ASKED = {
    "exercice=1987": "exercice 2025",
    "exercice=demain": "exercice 2025",
    "mois=11": "exercice entier",
    "mois=2025-13": "exercice entier",
    "chambre=nulle-part": "toutes les chambres",
    "colonnes=pays": "les chambres côte à côte",
    "perimetre=autre": "toutes les chambres",
    "axe=A9": "tous les axes",
    "compte=6x": "tous les comptes",
    "niveau=9": "tous les comptes",
    "cumul=peut-etre": "mois seul",
}


@pytest.fixture
def client(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    keep_book(draft.scheme.network, "nord", 2025, {("606", 1): 100_00, ("606", 12): 1_00})
    return people(draft).reader.client


def said(asked: str, shown: str) -> str:
    return f"« {asked} » n’est pas compris. Montré à la place : {shown}."


@pytest.mark.parametrize("page", PAGES)
def test_each_page_of_the_accounts_says_what_it_does_not_understand(
    client: SimpleNamespace, page: str
) -> None:
    for asked, shown in ASKED.items():
        answer = client.get(f"{HERE}{page}/?{asked}")
        assert said(asked, shown) in unescape(answer.content.decode()).replace("\xa0", " ")
    sound = client.get(f"{HERE}{page}/?exercice=2025&mois=2025-12&chambre=nord&colonnes=&axe=")
    assert "n’est pas compris" not in unescape(sound.content.decode())


@pytest.mark.parametrize("page", ["balance", "resultat", "bilan", "financement", "ecritures"])
def test_no_file_is_written_of_something_else(client: SimpleNamespace, page: str) -> None:
    assert client.get(f"{HERE}{page}/export.csv?exercice=2025&mois=2025-12").status_code == 200
    for asked in ASKED:
        assert client.get(f"{HERE}{page}/export.csv?{asked}").status_code == 404, asked


@pytest.mark.parametrize(
    ("address", "asked", "shown"),
    [
        ("ecritures/?exercice=2025", "partenaire=lui", "toutes les chambres en face"),
        ("ecritures/?exercice=2025", "famille=x", "toutes les familles"),
        ("ecritures/?exercice=2025", "sans=x", "tous les comptes"),
        ("reciproques/?exercice=2025", "seulement=x", "ce qui tient sur une page"),
        ("livres/nord/2025/?", "gravite=x", "toutes les gravités"),
        ("livres/nord/2025/?", "code=x", "tous les constats"),
        ("livres/nord/2025/?", "fichier=x", "le fichier en place"),
        ("correspondances/?exercice=2025", "chambre=x", "toutes les chambres"),
        ("correspondances/?", "exercice=1987", "exercice 2025"),
        ("plan/?", "classe=x", "toutes les classes"),
    ],
)
def test_so_do_the_others(client: SimpleNamespace, address: str, asked: str, shown: str) -> None:
    answer = client.get(f"{HERE}{address}&{asked}")
    assert answer.status_code == 200
    assert said(asked, shown) in unescape(answer.content.decode()).replace("\xa0", " ")


def test_a_month_of_another_exercise_is_that_of_this_one(client: SimpleNamespace) -> None:
    page = unescape(client.get(f"{HERE}resultat/?exercice=2025&mois=2031-12").content.decode())
    assert "Mois de décembre 2025" in page and "n’est pas compris" not in page
