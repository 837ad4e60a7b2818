"""Accounts whose books stop before the end of the exercise: ten months beside ten, never twelve."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from maillage.schemes.models import Edition
from tests.ledger.test_columns import AMOUNT, HERE, heads, page_of, rows_of
from tests.workspaces.finance.small_books import keep_book

pytestmark = [
    pytest.mark.sqlite("pages and files alone: no query of its own"),
    pytest.mark.usefixtures("common_books"),
]

CHARGE = "606"
NOW, BEFORE = 100_00, 110_00
"""A month's charges, in cents."""


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return SimpleNamespace(network=draft.scheme.network, client=people(draft).reader.client)


def keep(world: SimpleNamespace, code: str, year: int, last: int) -> None:
    cents = NOW if year == 2026 else BEFORE
    moves = {(CHARGE, month): cents for month in range(1, last + 1)}
    keep_book(world.network, code, year, moves)


def charge(world: SimpleNamespace, query: str, page: str = "resultat") -> dict[str, str]:
    """The row of the account of charges, as a file has it."""
    rows = rows_of(world, f"{page}/export.csv?{query}")
    return next(row for row in rows if row["Compte"] == CHARGE)


def test_the_year_before_stops_where_the_books_stop(world: SimpleNamespace) -> None:
    for code in ("nord", "sud"):
        keep(world, code, 2026, 10)
        keep(world, code, 2025, 12)
    asked = "exercice=2026&detail=oui"
    row = charge(world, asked)
    found = row["Nord"], row["Consolidé"], row["2025 à fin oct."], row["Variation"]
    assert found == ("1000,00", "2000,00", "2200,00", "-200,00")
    month = charge(world, "exercice=2026&mois=2026-10&cumul=oui")
    assert (month["2025"], month["Variation"]) == (row["2025 à fin oct."], row["Variation"])
    trial = charge(world, asked, "balance")
    assert (trial["2025 à fin oct."], trial["Variation"]) == ("2200,00", "-200,00")
    for page in ("resultat", "bilan", "balance"):
        shown = page_of(world, f"{page}/?exercice=2026")
        assert heads(shown)[-2:] == ["2025 à fin oct.", "Variation"]
        assert "Comparé à la même période de 2025." in shown
    found = [url for url, _ in AMOUNT.findall(page_of(world, "balance/?exercice=2026"))]
    former = [url for url in found if "exercice=2025" in url]
    assert former and all("mois=2025-10&cumul=oui" in url for url in former)


def test_financing_stops_there_too(world: SimpleNamespace) -> None:
    keep(world, "nord", 2026, 10)
    keep(world, "nord", 2025, 12)
    rows = rows_of(world, "financement/export.csv?exercice=2026")
    result = next(row for row in rows if row["Ligne"] == "resultat")
    assert (result["Nord"], result["2025 à fin oct."]) == ("-1000,00", "-1100,00")
    beside = f"{HERE}financement/export.csv?exercice=2026&colonnes=exercices"
    assert world.client.get(beside).status_code == 404, "no column of it is an exercise"


def test_a_complete_year_is_compared_whole(world: SimpleNamespace) -> None:
    for year in (2026, 2025):
        keep(world, "nord", year, 12)
    row = charge(world, "exercice=2026")
    assert (row["2025"], row["Variation"]) == ("1320,00", "-120,00")
    assert "même période" not in page_of(world, "resultat/?exercice=2026")


@pytest.mark.parametrize(
    ("stops", "query", "why"),
    [
        # Books of the year that stop at different months, and one that goes to its closing.
        ((10, 9, 12, 12), "", "Sud (livre 2026 arrêté au 30 septembre 2026"),
        ((12, 9, 12, 12), "", "Sud (livre 2026 arrêté au 30 septembre 2026"),
        # A month that one of them does not reach, alone or counted from the first.
        ((10, 9, 12, 12), "&mois=2026-10", "Sud (livre 2026 arrêté au 30 septembre 2026"),
        ((10, 9, 12, 12), "&mois=2026-10&cumul=oui", "Sud (livre 2026 arrêté"),
        # The year before is the one that lacks months.
        ((10, 10, 12, 8), "", "Sud (livre 2025 arrêté au 31 août 2025"),
        ((12, 12, 12, 8), "", "Sud (livre 2025 arrêté au 31 août 2025"),
        ((12, 12, 12, 8), "&mois=2026-09", "Sud (livre 2025 arrêté au 31 août 2025"),
    ],
)
def test_what_does_not_cover_the_same_period_is_not_told_to_vary(
    world: SimpleNamespace, stops: tuple[int, int, int, int], query: str, why: str
) -> None:
    books = [("nord", 2026), ("sud", 2026), ("nord", 2025), ("sud", 2025)]
    for (code, year), last in zip(books, stops, strict=True):
        keep(world, code, year, last)
    shown = page_of(world, f"resultat/?exercice=2026{query}")
    assert "Variation" not in heads(shown)
    told = shown.replace("\xa0", " ")
    assert "aucune variation n’est montrée." in told and why in told
    data = world.client.get(f"/reseaux/essai/finances/resultat/export.csv?exercice=2026{query}")
    assert why in data.content.decode().replace("\xa0", " ")
    assert "Variation" not in charge(world, f"exercice=2026{query}")


def test_a_month_all_books_cover_is_compared(world: SimpleNamespace) -> None:
    for (code, year), last in {("nord", 2026): 10, ("sud", 2026): 9, ("nord", 2025): 9}.items():
        keep(world, code, year, last)
    keep(world, "sud", 2025, 12)
    row = charge(world, "exercice=2026&mois=2026-09&cumul=oui")
    assert (row["Consolidé"], row["2025"], row["Variation"]) == ("1800,00", "1980,00", "-180,00")
