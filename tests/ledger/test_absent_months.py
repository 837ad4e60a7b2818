"""A month that a book does not reach is « non renseigné », and why: never nothing, never zero."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from maillage.ledger.engine.scope import Partly
from maillage.schemes.models import Edition
from tests.ledger.test_columns import HERE, bare, page_of, rows_of
from tests.workspaces.finance.small_books import keep_book

pytestmark = [
    pytest.mark.sqlite("pages and files alone: no query of its own"),
    pytest.mark.usefixtures("common_books"),
]

CHARGE = "606"
WHY = "non renseigné (le livre de Sud s’arrête à fin août 2026)"
LACKING = {"Sud": WHY, "Somme": WHY, "Éliminations": WHY, "Consolidé": WHY}


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """Nord goes to its closing, Sud stops in August; neither moves anything in March."""
    network = draft.scheme.network
    for code, last in (("nord", 12), ("sud", 8)):
        months = (month for month in range(1, last + 1) if month != 3)
        keep_book(network, code, 2026, {(CHARGE, month): 100_00 for month in months})
    return SimpleNamespace(network=network, client=people(draft).reader.client)


def lines(world: SimpleNamespace, page: str, query: str) -> dict[str, dict[str, str]]:
    """The rows of a file, by account, or line where they have none."""
    rows = rows_of(world, f"{page}/export.csv?exercice=2026&{query}")
    return {row["Compte"] or row.get("Ligne", ""): row for row in rows}


@pytest.mark.parametrize(
    ("page", "query", "row", "nord"),
    [
        ("balance", "mois=2026-10", CHARGE, "100,00"),
        ("balance", "mois=2026-10", "Total", "0,00"),
        ("balance", "mois=2026-10&cumul=oui", CHARGE, "900,00"),
        ("resultat", "mois=2026-10", CHARGE, "100,00"),
        ("resultat", "mois=2026-10&cumul=oui", CHARGE, "900,00"),
        ("resultat", "mois=2026-10", "resultat", "-100,00"),
        ("resultat", "mois=2026-10", "vente-marchandises", "0,00"),
        ("bilan", "mois=2026-10", "resultat-exercice", "-900,00"),
        ("financement", "mois=2026-10", "caf", "-900,00"),
        ("financement", "mois=2026-10", "tn", "-900,00"),
    ],
)
def test_a_column_that_its_book_does_not_reach_says_so_on_every_row(
    world: SimpleNamespace, page: str, query: str, row: str, nord: str
) -> None:
    found = lines(world, page, query)
    if row not in found:  # the layouts name their lines
        row = next(code for code, r in found.items() if r["Nord"] == nord)
    told = {head: c for head, c in found[row].items() if c and (head in LACKING or head == "Nord")}
    assert told.pop("Nord") == nord
    assert len(told) > 2
    assert told == dict.fromkeys(told, WHY)
    for cells in found.values():
        held = [cells[head] for head in told if cells[head]]
        assert set(held) <= {WHY}, cells


@pytest.mark.parametrize("page", ["balance", "resultat", "bilan", "financement"])
def test_the_page_says_it_too_and_offers_the_others_together(
    world: SimpleNamespace, page: str
) -> None:
    shown = page_of(world, f"{page}/?exercice=2026&mois=2026-10&cumul=oui").replace("\xa0", " ")
    assert "non renseigné : le livre de Sud s’arrête à fin août 2026." in shown
    assert "Sans elle, ni somme ni consolidé." in shown
    body = shown[shown.index("<tbody>") : shown.index("</table>")]
    rows = re.findall(r"<tr(?! class=.is-head).*?</tr>", body, re.S)
    assert rows
    for row in rows:
        cells = re.findall(r'<td class="num">(.*?)</td>', row)
        assert "non renseigné" not in cells[0] and "non renseigné" in cells[1], row
        assert "non renseigné" in cells[-1], row
    offered = re.search(r'href="(\?[^"]+perimetre=arrete)"', shown)
    assert offered
    without = page_of(world, f"{page}/{offered[1]}").replace("\xa0", " ")
    assert "Chambres dont le livre va jusqu’au mois, sans Sud." in without
    assert "non renseigné" not in without[without.index("<tbody>") : without.index("</table>")]
    aside = lines(world, page, "mois=2026-10&cumul=oui&perimetre=arrete")
    assert {row["Consolidé"] for row in aside.values()} >= {
        "-900,00" if page != "balance" else "900,00"
    }
    # A book without an opening entry tells no variation, nor does the whole it is in.
    unopened = "aucun à-nouveau dans le livre, donc aucune variation (Nord)"
    for row in aside.values():
        known = ("", row["Nord"])
        if row.get("Tableau") == "Tableau de financement":
            known = ("", f"non renseigné ({unopened})", row["Nord"])
        assert row["Consolidé"] in known, row


def test_side_by_side_months_say_which_are_not_told(world: SimpleNamespace) -> None:
    row = lines(world, "resultat", "colonnes=mois&chambre=sud")[CHARGE]
    assert (row["Févr."], row["Août"], row["Exercice 2026"]) == ("100,00", "100,00", "700,00")
    whole = lines(world, "balance", "colonnes=mois")[CHARGE]
    assert (whole["Août"], whole["Sept."], whole["Déc."]) == ("200,00", WHY, WHY)
    assert whole["Exercice 2026"] == "1800,00", "what books hold, where they stop told beside"
    since = lines(world, "bilan", "colonnes=mois")
    assert all(row["Fin sept."] in (WHY, "") for row in since.values())


def test_a_month_covered_where_nothing_moved_is_nothing(world: SimpleNamespace) -> None:
    keep_book(world.network, "region", 2026, {("706", month): -5_00 for month in (3, 12)})
    found = lines(world, "resultat", "mois=2026-03")["resultat"]
    assert (found["Nord"], found["Sud"], found["Consolidé"]) == ("0,00", "0,00", "5,00")
    silent = lines(world, "resultat", "mois=2026-02")["resultat"]
    assert (silent["Nord"], silent["Région"], silent["Consolidé"]) == ("-100,00", "0,00", "-200,00")


def test_nothing_moved_at_all_is_not_a_month_nobody_reaches(world: SimpleNamespace) -> None:
    page = page_of(world, "resultat/?exercice=2026&mois=2026-03")
    assert "les livres n’ont aucune écriture" in page and "non renseigné" not in page
    keep_book(world.network, "nord", 2026, {(CHARGE, 2): 100_00})
    page = page_of(world, "resultat/?exercice=2026&mois=2026-10").replace("\xa0", " ")
    assert "Mois de octobre" not in page and "Aucune présentation" not in page
    assert "le livre de Nord s’arrête à fin février 2026" in page


def test_a_month_no_book_reaches_and_a_chamber_without_a_book(world: SimpleNamespace) -> None:
    alone = lines(world, "balance", "mois=2026-11&chambre=sud")
    assert alone["Total"] == alone["Total"] | dict.fromkeys(("Débit", "Crédit", "Solde"), WHY)
    shown = page_of(world, "balance/?exercice=2026&mois=2026-11&chambre=sud")
    assert "Mois de novembre 2026" in shown and "0,00" not in shown[shown.index("<tbody>") :]
    why = "non renseigné (aucun livre importé pour cet exercice)"
    missing = rows_of(world, "resultat/export.csv?exercice=2026&chambre=region")
    assert {row["Région"] for row in missing} <= {why, ""} and missing
    page = page_of(world, "resultat/?exercice=2026&chambre=region")
    assert "0,00" not in page[page.index("<h1") :]


def test_the_year_before_is_not_told_where_its_book_stops_earlier(world: SimpleNamespace) -> None:
    moves = {(CHARGE, month): 110_00 for month in (1, 2)}
    for code in ("nord", "sud"):
        keep_book(world.network, code, 2025, moves)
    row = lines(world, "resultat", "mois=2026-05&cumul=oui")[CHARGE]
    assert row["Consolidé"] == "800,00"
    assert row["2025"] == (
        "non renseigné (le livre de Nord s’arrête à fin février 2025\xa0; le livre de Sud s’arrête "
        "à fin février 2025)"
    )


def test_a_workbook_and_json_say_it_in_place_of_the_amount(world: SimpleNamespace) -> None:
    data = world.client.get(f"{HERE}financement/export.json?exercice=2026&mois=2026-10").content
    table = json.loads(data)
    heads = [bare(column["title"]) for column in table["columns"]]
    caf = next(r["values"] for r in table["rows"] if r["values"][1] == "caf" and r["sum"])
    told = dict(zip(heads, caf, strict=True))
    assert (told["Nord"], told["Sud"], told["Consolidé"]) == (-900_00, WHY, WHY)


def test_a_program_is_told_from_which_month_a_book_says_nothing(world: SimpleNamespace) -> None:
    told = json.loads(world.client.get(f"{HERE}comptes.json?exercice=2026").content)
    assert [(row["entity"], row["from"]) for row in told["untold"]] == [("sud", "2026-09")]


PART = "dont Sud à fin août, sans Région"
EXPECTED = {
    "balance": ("Somme", "Consolidé"),
    "resultat": ("Consolidé",),
    "bilan": ("Consolidé",),
    "financement": ("Consolidé",),
}


@pytest.mark.parametrize("page", EXPECTED)
def test_a_whole_exercise_says_in_sight_what_of_it_nobody_tells(
    world: SimpleNamespace, page: str
) -> None:
    shown = page_of(world, f"{page}/?exercice=2026").replace("\xa0", " ")
    lead = re.search(r'<p class="lead">(.*?)</p>', shown, re.S)
    assert lead and f"toutes les chambres, {PART}." in lead[1]
    if page in ("resultat", "bilan"):
        assert f"Consolidé ({PART})</dd>" in shown, "beside the headline"
    data = world.client.get(f"{HERE}{page}/export.csv?exercice=2026").content.decode("utf-8-sig")
    written = json.loads(world.client.get(f"{HERE}{page}/export.json?exercice=2026").content)
    workbook = load_workbook(
        io.BytesIO(world.client.get(f"{HERE}{page}/export.xlsx?exercice=2026").content)
    )
    cells = {str(c).removesuffix(" (€)") for s in workbook for r in s.iter_rows(values_only=True)
             for c in r}  # fmt: skip
    titles = {column["title"] for column in written["columns"]}
    for head in EXPECTED[page]:
        told = f"{head} ({PART})"
        assert f">{told}</th>" in shown
        assert told in data and told in titles and told in cells
        assert head not in titles, "no whole stands without it"
    assert f"Toutes les chambres, {PART}" in data


@pytest.mark.parametrize(
    ("query", "head"),
    [
        ("colonnes=mois", f"Exercice 2026 ({PART})"),
        ("colonnes=exercices", f"2026 ({PART})"),
        ("colonnes=mois&chambre=sud", "Exercice 2026 (à fin août)"),
        ("colonnes=exercices&chambre=sud", "2026 (à fin août)"),
        ("colonnes=mois&chambre=nord", "Exercice 2026"),
        ("mois=2026-08", "Consolidé (sans Région)"),
        ("mois=2026-10&perimetre=arrete", "Consolidé (sans Région et Sud)"),
    ],
)
def test_so_do_exercises_and_chambers_alone(world: SimpleNamespace, query: str, head: str) -> None:
    assert f">{head}</th>" in page_of(world, f"resultat/?exercice=2026&{query}")
    file = world.client.get(f"{HERE}resultat/export.json?exercice=2026&{query}").content
    assert head in {column["title"] for column in json.loads(file)["columns"]}


def test_a_chamber_alone_says_where_its_book_stops(world: SimpleNamespace) -> None:
    assert "Sud, à fin août." in re.sub(
        "Chambre Sud|CCI Sud", "Sud", page_of(world, "resultat/?exercice=2026&chambre=sud")
    )
    assert "à fin août" not in page_of(world, "resultat/?exercice=2026&chambre=nord")


def test_the_whole_workbook_and_its_json_say_it(world: SimpleNamespace) -> None:
    told = json.loads(world.client.get(f"{HERE}comptes.json?exercice=2026").content)
    assert told["partly"] == PART
    named = [t for t in told["tables"] if any("Consolidé" in c["title"] for c in t["columns"])]
    assert len(named) == 4
    for table in named:
        assert f"Consolidé ({PART})" in {column["title"] for column in table["columns"]}


def test_a_whole_that_every_book_tells_says_nothing_more(world: SimpleNamespace) -> None:
    for code in ("nord", "sud", "region"):
        keep_book(world.network, code, 2026, {(CHARGE, month): 1_00 for month in range(1, 13)})
    shown = page_of(world, "balance/?exercice=2026")
    assert ">Consolidé</th>" in shown and ">Somme</th>" in shown


@pytest.mark.parametrize(
    ("stops", "missing", "words"),
    [
        ({}, [], ""),
        ({}, ["Brest"], "sans Brest"),
        ({"a": "à fin août"}, [], "dont Allier à fin août"),
        ({"a": "à fin août", "b": "à fin mai"}, [], "dont Allier à fin août, Bourgogne à fin mai"),
        ({"a": "à fin août", "b": "à fin août"}, [], "dont Allier et Bourgogne à fin août"),
        (dict.fromkeys("abcde", "à fin août"), ["Brest"], "à fin août, sans Brest"),
        (dict.fromkeys("abcd", "à fin août"), list("stuv"),
         "dont 4 chambres à fin août, sans 4 chambres"),
    ],
)  # fmt: skip
def test_words_of_what_is_not_told(stops: Any, missing: list[str], words: str) -> None:
    names = {"a": "Allier", "b": "Bourgogne", "c": "Cher", "d": "Drôme", "e": "Eure"}
    assert Partly(names, stops, missing).words == words
