"""Chambers, months and exercises side by side: every amount is that of the lines it leads to."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from itertools import zip_longest
from shutil import rmtree
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.kernel.money import MINUS, NARROW, exact
from maillage.ledger.actions import change_mapping
from maillage.ledger.book_folders import folder
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import BookFile
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import keep_books
from tests.ledger.test_consolidated import HERE, map_all

pytestmark = [
    pytest.mark.sqlite("pages and commands alone: no query of its own"),
    pytest.mark.usefixtures("common_books"),
]

AMOUNT = re.compile(r'<td class="num"><a href="([^"]+)">([^<]+)</a></td>')

SUMS = re.compile(r"<dt>(?:débit|crédit), en euros</dt><dd>([^<]+)</dd>")


def cents(text: str) -> int:
    """What an amount of a page says, in cents."""
    return int(re.sub(rf"[{NARROW},]", "", text).replace(MINUS, "-"))


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    network = draft.scheme.network
    keep_books(network, "nord", "sud")
    keep_books(network, "nord", year=2023)
    keep_books(network, "nord", year=2024)
    map_all(network)
    return SimpleNamespace(network=network, client=people(draft).reader.client)


def page_of(world: SimpleNamespace, address: str) -> str:
    """A page as it is read, its amounts to the cent."""
    if address.startswith(("balance/?", "bilan/?", "resultat/?")):
        address = f"{address}&centimes=oui"
    answer = world.client.get(f"{HERE}{address}")
    assert answer.status_code == 200
    # Lines of a template end where they may: spaces are one, those that do not break stay.
    return re.sub(r"[ \n]+", " ", unescape(answer.content.decode()))


def heads(page: str) -> list[str]:
    found = re.findall(r'<th scope="col" class="num">([^<]+)</th>', page)
    return [bare(head) for head in found]


def rows_of(world: SimpleNamespace, address: str) -> list[dict[str, Any]]:
    """The rows of an export, by the heads of its columns without what these say is not told."""
    data = world.client.get(f"{HERE}{address}").content.decode("utf-8-sig")
    kept = "".join(line for line in io.StringIO(data) if not line.startswith("#"))
    heads, *rows = filter(None, csv.reader(io.StringIO(kept), delimiter=";"))
    named = [bare(head) for head in heads]
    return [dict(zip_longest(named, row)) for row in rows]


def bare(head: str) -> str:
    """`Consolidé` of `Consolidé (dont Sud à fin août, sans Région)`."""
    return re.sub(r" \((dont|sans|à) .*\)$", "", head)


def _moved(rows: list[dict[str, Any]], head: str) -> dict[tuple[Any, ...], str]:
    """The amounts of a column that are not nothing, by line and account."""
    found = {(row.get("Ligne"), row["Compte"], row["Intitulé"]): row[head] for row in rows}
    return {key: amount for key, amount in found.items() if amount not in ("", "0,00")}


HEADS = {
    "balance/?exercice=2025": ["Nord", "Sud", "Somme", "Éliminations",
                 "Consolidé", "2024"],
    "balance/?exercice=2025&chambre=nord": ["Débit", "Crédit", "Solde", "2024", "Variation"],
    "balance/?exercice=2025&colonnes=exercices": ["2025", "2024", "2023"],
    "resultat/?exercice=2024&colonnes=exercices": ["2024", "2023"],
    "resultat/?exercice=2023": ["Nord", "Éliminations", "Consolidé"],
}  # fmt: skip


@pytest.mark.parametrize("address", HEADS)
def test_what_is_asked_stands_side_by_side(world: SimpleNamespace, address: str) -> None:
    assert heads(page_of(world, address)) == HEADS[address]


@pytest.mark.parametrize(
    ("page", "first", "february"),
    [
        ("balance/?exercice=2025&colonnes=mois", "Janv.", "2025-02&chambre=nord"),
        ("balance/?exercice=2025&colonnes=mois&cumul=oui", "Fin janv.", "2025-02&cumul=oui"),
        ("bilan/?exercice=2025&colonnes=mois", "Fin janv.", "2025-02&cumul=oui"),
        ("resultat/?exercice=2025&colonnes=mois&mois=2025-03", "Janv.", "2025-02"),
    ],
)
def test_months_stand_side_by_side(
    world: SimpleNamespace, page: str, first: str, february: str
) -> None:
    shown = heads(page_of(world, f"{page}&chambre=nord"))
    assert (shown[0], shown[-1], len(shown)) == (first, "Exercice 2025", 13)
    name, _, rest = page.partition("/?")
    export = rows_of(world, f"{name}/export.csv?{rest}&chambre=nord&detail=oui")
    plain = rows_of(
        world, f"{name}/export.csv?exercice=2025&chambre=nord&detail=oui&mois={february}"
    )
    told = "Solde" if name == "balance" else "Nord"
    beside, alone = (_moved(rows, head) for rows, head in ((export, shown[1]), (plain, told)))
    assert beside == alone and len(alone) > 10


@pytest.mark.parametrize(
    "address",
    [
        "balance/?exercice=2025&chambre=nord&niveau=2",
        "balance/?exercice=2025&chambre=nord&colonnes=mois&niveau=2",
        "balance/?exercice=2025&chambre=nord&colonnes=mois&niveau=2&cumul=oui",
        "balance/?exercice=2025&chambre=nord&colonnes=exercices&niveau=2",
        "bilan/?exercice=2025&chambre=nord&colonnes=mois&detail=oui",
        "resultat/?exercice=2025&chambre=nord&colonnes=exercices&detail=oui",
    ],
)
def test_every_amount_leads_to_its_lines(world: SimpleNamespace, address: str) -> None:
    found = [link for link in AMOUNT.findall(page_of(world, address)) if "/ecritures/" in link[0]]
    assert len(found) > 20
    for url, amount in found[:: len(found) // 12]:
        lines = unescape(world.client.get(url).content.decode())
        debit, credit = map(cents, SUMS.findall(lines))
        assert abs(cents(amount)) in (abs(debit - credit), debit, credit), (url, amount)


def test_years_of_other_chambers_are_told_and_not_compared(world: SimpleNamespace) -> None:
    page = page_of(world, "bilan/?exercice=2025")
    assert "2024 ne compte pas les mêmes chambres que 2025" in page
    assert "Sans Sud." in page
    assert "ne compte pas les mêmes" not in page_of(world, "bilan/?exercice=2025&chambre=nord")
    assert heads(page_of(world, "balance/?exercice=2025&chambre=sud"))[-1] == "Solde"
    export = world.client.get(f"{HERE}resultat/export.csv?exercice=2025").content.decode()
    assert "# 2024 ne compte pas les mêmes chambres que 2025" in export and "Sans Sud." in export
    assert "livre manque pour l’exercice 2025\xa0: Région" in export, "as the page says"


def test_a_constant_perimeter_compares_the_chambers_of_both_years(world: SimpleNamespace) -> None:
    page = page_of(world, "resultat/?exercice=2025&perimetre=constant")
    assert heads(page)[-1] == "Variation"
    assert "Sud" not in heads(page), "it has no book of the year before"
    assert "À périmètre constant, sans Sud." in page
    assert "ne compte pas les mêmes" not in page
    export = f"{HERE}resultat/export.csv?exercice=2025&perimetre=constant"
    assert "# À périmètre constant" in world.client.get(export).content.decode()
    alone = f"{HERE}resultat/export.csv?exercice=2025&chambre=nord"
    both = [world.client.get(url).content.decode().splitlines()[-1] for url in (export, alone)]
    assert both[0].split(";")[-3] == both[1].split(";")[3], "one chamber is left: its own result"


def test_a_balance_sheet_of_a_month_counts_from_the_opening(world: SimpleNamespace) -> None:
    asked = "exercice=2025&chambre=nord&mois=2025-06"
    total = next(
        row["Nord"]
        for row in rows_of(world, f"bilan/export.csv?{asked}")
        if row["Intitulé"] == "Total de l’actif"
    )
    month = rows_of(world, "bilan/export.csv?exercice=2025&chambre=nord&colonnes=mois")
    assert total in [row["Fin juin"] for row in month if row["Intitulé"] == "Total de l’actif"]
    assert "Du début de l’exercice à juin 2025" in page_of(world, f"bilan/?{asked}")


def test_books_the_check_would_refuse_are_told(world: SimpleNamespace) -> None:
    BookFile.objects.filter(book__year=2025, book__entity__code="sud").update(worst="error")
    assert "1 livre serait refusé" in page_of(world, "balance/?exercice=2025").replace("\xa0", " ")
    assert "serait refusé" not in page_of(world, "balance/?exercice=2025&chambre=nord")


def test_amounts_are_read_as_they_are_written() -> None:
    assert [cents(exact(n)) for n in (0, -5, 123456789)] == [0, -5, 123456789]


def test_an_exercise_over_two_years_is_read_by_its_own_months(world: SimpleNamespace) -> None:
    """The book of 2024 holds the months of 2025: as those before the year of a closing."""
    asked = "exercice=2024&chambre=nord&mois=2025-09"
    month = rows_of(world, f"balance/export.csv?{asked}")
    assert len(month) > 10
    whole = rows_of(world, "balance/export.csv?exercice=2024&chambre=nord&colonnes=mois&cumul=oui")
    since = rows_of(world, f"balance/export.csv?{asked}&cumul=oui")
    assert _moved(since, "Solde") == _moved(whole, "Fin sept. 2025")
    link = next(u for u, _ in AMOUNT.findall(page_of(world, f"balance/?{asked}")))
    assert "mois=2025-09" in link


HUGE = "9" * 5_000


@pytest.mark.parametrize(
    "address",
    [
        f"balance/?exercice={HUGE}",
        f"ecritures/?page={HUGE}",
        "ecritures/?page=²",
        f"correspondances/?exercice={HUGE}",
        f"bilan/?compte={HUGE}",
        f"plan/?version={HUGE}",
    ],
)
def test_numbers_nobody_means_are_as_if_not_asked(world: SimpleNamespace, address: str) -> None:
    assert world.client.get(f"{HERE}{address}").status_code == 200


def test_a_book_the_disk_has_lost_brings_no_page_down(world: SimpleNamespace) -> None:
    file = BookFile.objects.get(book__year=2025, book__entity__code="sud")
    rmtree(folder(file))
    assert "Perdu par le disque" in page_of(world, "livres/")
    assert "n’a plus ce qui a été lu" in page_of(world, "livres/sud/2025/")
    assert world.client.get(f"{HERE}livres/sud/2025/constats.csv").status_code == 404
    for page in ("", "tableaux/", "bilan/", "ecritures/", "correspondances/", "reciproques/"):
        page_of(world, page)
    assert "livres manquent" in page_of(world, "bilan/?exercice=2025").replace("\xa0", " ")


@pytest.mark.parametrize("page", ["balance/", "resultat/", "bilan/", "ecritures/", "reciproques/"])
def test_a_chamber_without_a_book_is_not_taken_for_all(world: SimpleNamespace, page: str) -> None:
    shown = page_of(world, f"{page}?exercice=2024&chambre=sud")
    assert 'value="sud" selected' in shown
    assert not [amount for _, amount in AMOUNT.findall(shown) if cents(amount)]
    if page in ("balance/", "resultat/", "bilan/"):
        assert "1\u00a0livre manque pour l’exercice 2024\u00a0: Sud." in shown


def test_an_amount_of_an_account_leaves_its_subdivisions_out(world: SimpleNamespace) -> None:
    rule = RuleValue("", "6064", False, "606")
    change_mapping(world.network, [rule], actor=INSTALLATION, label="Compte père")
    page = page_of(world, "balance/?exercice=2025&chambre=nord")
    url, amount = next(found for found in AMOUNT.findall(page) if "compte=606&" in found[0] + "&")
    lines = unescape(world.client.get(url).content.decode())
    debit, _credit = map(cents, SUMS.findall(lines))
    assert "Sans les subdivisions du compte" in lines
    assert debit == cents(amount)
    whole = unescape(world.client.get(url.replace("&exact=oui", "")).content.decode())
    assert cents(SUMS.findall(whole)[0]) > debit


def test_filters_of_lines_are_kept_by_their_form(world: SimpleNamespace) -> None:
    page = page_of(world, "ecritures/?exercice=2025&partenaire=sud&compte=451")
    assert '<input type="hidden" name="partenaire" value="sud">' in page
    assert "Chambre en face : Sud" in page
    last = page_of(world, "ecritures/?exercice=2025&page=9999")
    assert "Aucune ligne ne répond" not in last
