"""A chamber hands over all it has to another, which goes on: neither of it is bought, sold, lent or
paid back; on the page, in the workbook, the JSON, by the command and in the assembly's budget."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from maillage.costing.engine.budgets import totals
from maillage.costing.queries.realised import realised_amounts
from maillage.schemes.models import Edition
from tests.journeys.test_from_nothing import text_of
from tests.ledger.test_two_years import (
    HERE,
    Books,
    Entries,
    by_command,
    cell_of,
    laid_out,
    table_of,
)

pytestmark = pytest.mark.usefixtures("common_books")

FORMER: dict[str, Entries] = {
    "region": [("OD", "20241210", [("512", "", 5000), ("1068", "", -5000)])],
    "nord": [("OD", "20241210", [("512", "", 1400), ("2183", "", 300), ("103", "", -1700)])],
    "sud": [
        ("OD", "20241210", [("512", "", 1000), ("2183", "", 600), ("28183", "", -200),
                            ("164", "", -300), ("131", "", -90), ("139", "", 30),
                            ("411", "CLI", 10), ("103", "", -800), ("706", "", -250)]),
    ],
}  # fmt: skip
SUD: Entries = [
    ("AN", "20250101", [("512", "", 1000), ("2183", "", 600), ("28183", "", -200),
                        ("164", "", -300), ("131", "", -90), ("139", "", 30),
                        ("411", "CLI", 10), ("103", "", -800), ("12", "", -250)]),
    ("AC", "20250210", [("2183", "", 40), ("404", "DELL", -40)]),
    ("OD", "20250310", [("681", "", 50), ("28183", "", -50)]),
    ("OD", "20250311", [("28183", "", 20), ("2183", "", -20)]),
    ("VE", "20250412", [("512", "", 5), ("706", "", -5)]),
    # All it has goes, its loan in an entry of its own.
    ("OD", "20250630", [("512", "", -1005), ("2183", "", -620), ("28183", "", 230),
                        ("404", "DELL", 40), ("131", "", 90), ("139", "", -30),
                        ("411", "CLI", -10), ("103", "", 800), ("12", "", 250),
                        ("106", "", 255)]),
    ("OD", "20250630", [("164", "", 300), ("106", "", -300)]),
]  # fmt: skip
LOAN = ("OD", "20250701", [("106", "", 300), ("164", "", -300)])
TAKEN = ("OD", "20250701", [("512", "", 1005), ("2183", "", 620), ("28183", "", -230),
                            ("404", "DELL", -40), ("131", "", -90), ("139", "", 30),
                            ("411", "CLI", 10), ("106", "", -1305)])  # fmt: skip
AT_VALUE = ("OD", "20250701", [("512", "", 1005), ("2183", "", 390), ("404", "", -40),
                               ("131", "", -60), ("411", "", 10), ("106", "", -1305)])  # fmt: skip
OF_NORD: Entries = [
    ("AN", "20250101", [("512", "", 1400), ("2183", "", 300), ("103", "", -1700)]),
    ("AC", "20250710", [("2154", "", 500), ("404", "DELL", -500)]),
    ("BQ", "20251210", [("512", "", 70), ("164", "", -70)]),
]
REGION: Entries = [
    ("AN", "20250101", [("512", "", 5000), ("1068", "", -5000)]),
    ("BQ", "20251210", [("627", "", 1), ("512", "", -1)]),
]


def books(*taken: tuple[str, str, list[tuple[str, str, int]]]) -> Books:
    return {2024: FORMER, 2025: {"region": REGION, "nord": [*OF_NORD, *taken], "sud": SUD}}


@pytest.fixture
def make(
    draft: Edition,
    people: Callable[..., SimpleNamespace],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Books], SimpleNamespace]:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    return lambda held: laid_out(draft, people, tmp_path, held)


ONE = ("Sud", "Nord", "Somme", "Éliminations", "Consolidé")
MOVED = {
    "f-caf": (5, 0, 4, 0, 4), "f-recues": (0, 0, 0, 0, 0), "f-soldees": (0, 0, 0, 0, 0),
    "f-apports": (-1005, 1005, 0, 0, 0), "f-emprunts": (0, 70, 70, 0, 70),
    "f-transmis": (30, -30, 0, 0, 0), "f-brut": (20, 500, 520, 0, 520),
    "f-sorties": (20, 0, 20, 0, 20), "acquisitions": (40, 500, 540, 0, 540),
    "f-rembourses": (0, 0, 0, 0, 0), "flux": (-1010, 545, -466, 0, -466),
    "f-frng": (-1010, 545, -466, 0, -466), "inexplique": (0, 0, 0, 0, 0),
}  # fmt: skip


def test_what_a_chamber_hands_over_is_neither_bought_nor_sold(
    make: Callable[[Books], SimpleNamespace],
) -> None:
    world = make(books(TAKEN, LOAN))
    client = world.reader.client
    web = json.loads(client.get(f"{HERE}comptes.json?exercice=2025").content)
    page = json.loads(client.get(f"{HERE}financement/export.json?exercice=2025").content)
    told = by_command(world)
    for table in (table_of(web, "Financement"), page, table_of(told, "Financement")):
        found = {code: tuple(cell_of(table, code, head) for head in ONE) for code in MOVED}
        assert found == {code: tuple(n * 100 for n in row) for code, row in MOVED.items()}
        said = " ".join(table["filters"]).replace("\xa0", " ")
        assert "net d’amortissements : Nord −30,00 €, Sud 30,00 €. Pour l’ensemble," in said
    shown = text_of(client.get(f"{HERE}financement/?exercice=2025")).replace("\xa0", " ")
    assert "Pour l’ensemble, ce n’est ni acquis ni cédé" in shown
    assert "écart :" not in shown
    amounts = realised_amounts(world.network, 2025)
    added = {code: totals(held) for code, held in amounts.items()}
    assert (added["nord"].uses, added["nord"].resources) == (500_00, 70_00)
    assert (added["sud"].uses, added["sud"].resources) == (40_00, 0)


def test_what_nobody_takes_over_alike_is_told_with_its_amounts(
    make: Callable[[Books], SimpleNamespace],
) -> None:
    """Taken at what is left of it: nothing of the entry says that it was another's."""
    world = make(books(AT_VALUE, LOAN))
    said = "Ce qui est remis et ce qui est repris diffèrent : subventions −60,00 €, "
    said += "emprunts −300,00 €, biens 390,00 €."
    shown = text_of(world.reader.client.get(f"{HERE}financement/?exercice=2025"))
    assert said in shown.replace("\xa0", " ")
    for told in (
        json.loads(world.reader.client.get(f"{HERE}comptes.json?exercice=2025").content),
        by_command(world),
    ):
        table = table_of(told, "Financement")
        assert said in " ".join(table["filters"]).replace("\xa0", " ")
        assert cell_of(table, "f-transmis", "Consolidé") == 30_00
        assert cell_of(table, "inexplique", "Consolidé") == 0
