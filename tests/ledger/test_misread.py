"""A value of an address that nobody understands is said, with what is shown; no file is written."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from types import SimpleNamespace

import pytest

from maillage.schemes.models import Edition
from tests.workspaces.finance.small_books import keep_book

pytestmark = [
    pytest.mark.sqlite("pages alone: no query of its own"),
    pytest.mark.usefixtures("common_books"),
]

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
    instead = {"cumul=peut-etre": "exercice entier"} if page == "reciproques" else {}
    for asked, shown in (ASKED | instead).items():
        answer = client.get(f"{HERE}{page}/?{asked}")
        assert said(asked, shown) in unescape(answer.content.decode()).replace("\xa0", " ")
    month = "" if page == "reciproques" else "mois=2025-12&"
    sound = client.get(f"{HERE}{page}/?exercice=2025&{month}chambre=nord&colonnes=&axe=")
    assert "n’est pas compris" not in unescape(sound.content.decode())


@pytest.mark.parametrize("page", ["balance", "resultat", "bilan", "financement", "ecritures"])
def test_no_file_is_written_of_something_else(client: SimpleNamespace, page: str) -> None:
    assert client.get(f"{HERE}{page}/export.csv?exercice=2025&mois=2025-12").status_code == 200
    for asked in ASKED:
        answer = client.get(f"{HERE}{page}/export.csv?{asked}")
        assert answer.status_code == 404, asked
        name = asked.partition("=")[0]
        assert f"«\u00a0{name}=" in answer.text and "Aucun fichier n’est fait" in answer.text, asked
        assert "Cette page n’existe pas" not in answer.text


PAIR = "reciproques/nord/sud/taxe/"
WHOLE = {
    **{"mois=2025-12": "exercice entier", "cumul=oui": "exercice entier"},
    **{"colonnes=mois": "les chambres côte à côte", "compte=60": "tous les comptes"},
    "niveau=2": "tous les comptes",
}
UNAPPLIED = {
    "reciproques/": WHOLE,
    PAIR: WHOLE | {"chambre=nord": "toutes les chambres"},
    "reciproques/partenaires/": WHOLE | {"chambre=nord": "toutes les chambres"},
    "resultat/": {"compte=60": "tous les comptes", "niveau=2": "tous les comptes"},
    "bilan/": {"compte=60": "tous les comptes", "niveau=2": "tous les comptes"},
    "financement/": {
        **{"colonnes=mois": "les chambres côte à côte", "colonnes=exercices": "les chambres"},
        **{"compte=60": "tous les comptes", "niveau=2": "tous les comptes"},
    },
    "ecritures/": {
        **{"colonnes=mois": "les chambres côte à côte", "niveau=2": "tous les comptes"},
    },
}
"""What is understood elsewhere, and what a page does not narrow its figures to."""


@pytest.mark.parametrize("page", UNAPPLIED)
def test_a_filter_that_a_page_does_not_apply_is_said_and_no_file_claims_it(
    draft: Edition, client: SimpleNamespace, page: str
) -> None:
    keep_book(draft.scheme.network, "sud", 2025, {("606", 12): 1_00})
    for asked, shown in UNAPPLIED[page].items():
        text = unescape(client.get(f"{HERE}{page}?exercice=2025&{asked}").content.decode())
        told = said(asked, shown).removesuffix(".")
        assert told in text.replace("\xa0", " "), asked
        if page != "reciproques/partenaires/":
            for extension in ("csv", "json", "xlsx"):
                file = f"{HERE}{page}export.{extension}?exercice=2025"
                assert client.get(file).status_code == 200, file
                assert client.get(f"{file}&{asked}").status_code == 404, (file, asked)


def test_the_whole_workbook_is_of_a_whole_exercise(client: SimpleNamespace) -> None:
    for asked in (*WHOLE, "chambre=nord", "perimetre=constant"):
        for extension in ("xlsx", "json"):
            file = f"{HERE}comptes.{extension}?exercice=2025"
            assert client.get(f"{file}&{asked}").status_code == 404, asked
            assert client.get(file).status_code == 200


@pytest.mark.parametrize(
    ("address", "asked", "shown"),
    [
        ("ecritures/?exercice=2025", "partenaire=lui", "toutes les chambres en face"),
        ("ecritures/?exercice=2025", "avec=70;74", "toutes les écritures"),
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
