"""Self-financing, working capital and the financing table, as the page and its files say them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.costing.engine.budgets import totals
from maillage.costing.queries.realised import realised_amounts
from maillage.kernel.money import exact
from maillage.ledger.actions import change_mapping, record_adjustments, withdraw_book
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.flows import shipped_flows
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.financing_tables import consolidated_financing
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.consolidated import year_of
from maillage.ledger.queries.realised import realised
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import recorded
from tests.journeys.test_from_nothing import text_of
from tests.ledger.engine.fec_text import HEAD, written
from tests.ledger.test_columns import bare

pytestmark = pytest.mark.usefixtures("common_books")

PAGE = "/reseaux/essai/finances/financement/"
OPENING = [
    *(("103000", -900), ("106800", -180), ("131000", -100), ("139000", 20), ("164000", -300)),
    *(("164800", -2), ("213000", 1200), ("281300", -400), ("411000", 150), ("491000", -10)),
    *(("401000", -90), ("404000", -20), ("431000", -40), ("486000", 22), ("512000", 650)),
]
ENTRIES = [
    # A building of 100, depreciated by 40, is sold for 80: the price, then what leaves.
    [("512000", 80), ("757000", -80)],
    [("281300", 40), ("657000", 60), ("213000", -100)],
    [("218000", 200), ("404000", -20), ("512000", -180)],
    [("681100", 120), ("281300", -120)],
    [("681500", 30), ("151100", -30)],
    [("681740", 15), ("491000", -10), ("781740", -5)],
    [("139000", 10), ("747000", -10)],
    [("512000", 140), ("131000", -40), ("164000", -100)],
    [("164000", 50), ("661000", 13), ("164800", 1), ("512000", -64)],
    [("606000", 317), ("641000", 700), ("649000", -20), ("658200", 3), ("401000", 10),
     ("431000", -10), ("486000", -17), ("512000", -983)],
    [("411000", 50), ("706000", -600), ("759300", -900), ("512000", 1450)],
]  # fmt: skip
"""The chamber computed by hand in `engine/test_flows.py`, in euros, as entries."""


def lines(opened: bool) -> list[list[str]]:
    rows: list[list[str]] = [list(HEAD)]
    entries: Iterable[Any] = [OPENING, *ENTRIES] if opened else ENTRIES
    for number, entry in enumerate(entries, start=1):
        journal = ("AN", "À nouveaux") if entry is OPENING else ("OD", "Opérations diverses")
        day = "20250101" if entry is OPENING else "20250630"
        for account, euros in entry:
            amounts = [f"{max(euros, 0)},00", f"{max(-euros, 0)},00"]
            head = (*journal, str(number), day, account, "x", "", "", "P", day, "l")
            rows.append([*head, *amounts, "", "", day, "", ""])
    return rows


def keep(network: Any, code: str, tmp_path: Path, rows: list[list[str]]) -> None:
    place = tmp_path / code
    place.mkdir()
    path = written(place, rows, name=f"00001{len(code)}000FEC20251231.txt")
    entity = network.entities.get(code=code)
    store = Path(settings.LEDGER_ROOT) / network.code / code / "2025"
    read = read_ledger(path, store=store, name=path.name)
    recorded(network, entity, dt.date(2025, 12, 31), read)


@pytest.fixture
def world(
    draft: Edition, people: Callable[..., SimpleNamespace], tmp_path: Path
) -> SimpleNamespace:
    network = draft.scheme.network
    keep(network, "nord", tmp_path, lines(True))
    locals_ = {account for entry in [OPENING, *ENTRIES] for account, _ in entry}
    named = {"106800": "1068", "681740": "68174", "781740": "78174", "151100": "151"}
    rules = [
        RuleValue("", local, True, named.get(local, local.rstrip("0")), "") for local in locals_
    ]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    return SimpleNamespace(network=network, tmp_path=tmp_path, **vars(people(draft)))


def told(world: SimpleNamespace, query: str = "exercice=2025") -> dict[str, dict[str, str]]:
    """By line, its amounts by column, of the file."""
    answer = world.reader.client.get(f"{PAGE}export.csv?{query}")
    text = answer.content.decode("utf-8-sig")
    rows = [line for line in text.splitlines() if not line.startswith(('"#', "#"))]
    found = ({bare(head): cell for head, cell in row.items()}
             for row in csv.DictReader(rows, delimiter=";"))  # fmt: skip
    return {row["Ligne"]: row for row in found if not row["Compte"]}


EXPECTED = {
    "resultat": 357, "caf": 487, "ebe": -397, "caf-ebe": 487, "frng": 1127, "bfr": 34, "tn": 1093,
    "ecart": 0, "f-cessions": 80, "f-sorties": 100, "f-brut": 100, "acquisitions": 200,
    "f-emprunts": 100, "f-rembourses": 50, "flux": 457, "f-frng": 457, "inexplique": 0,
    "f-bfr": 14, "f-tn": 443, "f-ecart": 0,
}  # fmt: skip


def test_a_book_says_what_was_computed_by_hand(world: SimpleNamespace) -> None:
    found = told(world)
    assert {code: found[code]["Nord"] for code in EXPECTED} == {
        code: f"{euros},00" for code, euros in EXPECTED.items()
    }
    assert found["vnc"]["Calcul"] == "Solde débiteur des comptes 657, 6671"


def test_the_page_and_the_three_files_say_the_same(world: SimpleNamespace) -> None:
    asked = f"{PAGE}?exercice=2025&detail=oui"
    page = text_of(world.reader.client.get(f"{asked}&centimes=oui"))
    whole = text_of(world.reader.client.get(asked))
    assert "1\u202f127 " in whole and "1\u202f127,00" not in whole
    data = json.loads(world.reader.client.get(f"{PAGE}export.json?exercice=2025").content)
    titles = [bare(column["title"]) for column in data["columns"]]
    by_line = {
        row["values"][1]: dict(zip(titles, row["values"], strict=True))
        for row in data["rows"]
        if not row["values"][2]
    }
    assert {code: by_line[code]["Nord"] for code in EXPECTED} == {
        code: euros * 100 for code, euros in EXPECTED.items()
    }
    assert "Les deux calculs de la CAF donnent le même montant" in page
    assert "1\u202f127,00" in page and "Solde débiteur des comptes 657, 6671." in page
    assert "compte=6811&amp;exact=oui" in world.reader.client.get(
        f"{PAGE}?exercice=2025&detail=oui"
    ).content.decode()  # fmt: skip
    assert world.reader.client.get(f"{PAGE}export.xlsx?exercice=2025").status_code == 200
    assert world.stranger.client.get(PAGE).status_code == 404


def test_a_book_without_opening_says_no_variation_and_why(world: SimpleNamespace) -> None:
    keep(world.network, "sud", world.tmp_path, lines(False))
    found = told(world)
    assert found["caf"]["Sud"] == "487,00"
    why = "aucun à-nouveau dans le livre, donc aucune variation"
    assert found["f-frng"]["Sud"] == f"non renseigné ({why})"
    assert found["flux"]["Somme"] == f"non renseigné ({why} (Sud))"
    page = text_of(world.reader.client.get(f"{PAGE}?exercice=2025"))
    assert "Sud\u00a0: aucun à-nouveau dans le livre" in page


def test_a_residue_names_the_accounts_sent_nowhere(world: SimpleNamespace) -> None:
    gone = ("", "411000", True)
    change_mapping(world.network, [], removed=[gone], actor=INSTALLATION, label="Retrait")
    page = text_of(world.reader.client.get(f"{PAGE}?exercice=2025"))
    assert "Comptes sans correspondance : Nord 411000." in page
    assert told(world)["ecart"]["Nord"] == "200,00"


def test_up_to_a_month_and_a_chamber_without_a_book(world: SimpleNamespace) -> None:
    opening = told(world, "exercice=2025&mois=2025-01")
    assert (opening["frng"]["Nord"], opening["f-frng"]["Nord"]) == ("670,00", "0,00")
    absent = told(world, "exercice=2025&chambre=sud")
    assert absent["caf"]["Sud"] == "non renseigné (aucun livre importé pour cet exercice)"


@pytest.mark.parametrize(
    ("accounts", "day"),
    [
        (["657", "706"], dt.date(2025, 1, 1)),
        (["675", "706"], dt.date(2023, 7, 1)),
    ],
    ids=["sent to the common chart", "kept in the chart of the network"],
)
def test_a_former_exercise_is_read_by_the_numbers_it_bears(
    accounts: list[str], day: dt.date
) -> None:
    assert shipped_flows().read_on(dt.date(2023, 7, 1), accounts) == day


def test_as_many_queries_whatever_the_number_of_chambers(world: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert world.reader.client.get(f"{PAGE}?exercice=2025").status_code == 200
        return len(found)

    queries()
    one = queries()
    keep(world.network, "sud", world.tmp_path, lines(True)[:-2])
    queries()
    assert queries() == one


def test_a_disposal_lowers_no_use_and_is_no_resource(world: SimpleNamespace) -> None:
    """The building sold leaves at 100; 200 was bought, 80 received: a product, seen elsewhere."""
    rows = {row.account: row for row in realised(world.network, 2025)}
    assert (rows["213"].credit, rows["213"].gone) == (100_00, 100_00)
    amounts = realised_amounts(world.network, 2025)["nord"]
    by_account = {account: cents for (_e, account, _x, _m), cents in amounts.items()}
    assert "213" not in by_account
    assert (by_account["218"], by_account["757"]) == (200_00, 80_00)
    added = totals(amounts)
    assert (added.uses, added.resources) == ((200 + 50) * 100, (100 + 40) * 100)


def test_the_workbook_of_the_consolidation_says_what_the_page_says(world: SimpleNamespace) -> None:
    keep(world.network, "sud", world.tmp_path, lines(True)[:-2])
    year = year_of(world.network, 2025)
    chambers = [(entity.code, entity.short_name) for entity in year.entities]
    table = consolidated_financing(year, chambers, common_chart(world.network), [])
    heads = [bare(column.title) for column in table.columns]
    sheet = {row[1]: dict(zip(heads, row, strict=True)) for row in table.rows if not row[2]}
    page = told(world)
    for code in ("caf", "ebe", "caf-ebe", "frng", "bfr", "tn", "ecart"):
        for head in ("Nord", "Sud", "Éliminations", "Consolidé"):
            assert exact(sheet[code][head], "", "-") == page[code][head], (code, head)
    assert sheet["caf"]["Consolidé"] == sheet["caf"]["Nord"] + sheet["caf"]["Sud"]


# -- the whole of two exercises, computed by hand ------------------------------------------------

Booked = list[tuple[str, list[tuple[str, int, str]]]]
"""Journal, then account, euros (debit less credit) and the other chamber's code or ""."""
LENT: dict[tuple[str, int], Booked] = {
    ("nord", 2024): [
        ("AN", [("512", 500, ""), ("103", -500, "")]),
        ("OD", [("274", 100, "SUD"), ("512", -100, "")]),
    ],
    ("sud", 2024): [
        ("AN", [("512", 50, ""), ("103", -50, "")]),
        ("OD", [("512", 100, ""), ("1687", -100, "NORD")]),
    ],
    ("nord", 2025): [
        ("AN", [("512", 400, ""), ("274", 100, "SUD"), ("103", -500, "")]),
        ("OD", [("512", 30, ""), ("274", -30, "SUD")]),
        ("OD", [("274", 20, "SUD"), ("512", -20, "")]),
        ("OD", [("411", 40, "SUD"), ("706", -40, "")]),
    ],
    ("sud", 2025): [
        ("AN", [("512", 150, ""), ("1687", -100, "NORD"), ("103", -50, "")]),
        ("OD", [("1687", 30, "NORD"), ("512", -30, "")]),
        ("OD", [("512", 20, ""), ("1687", -20, "NORD")]),
        ("OD", [("611", 35, ""), ("401", -35, "NORD")]),
    ],
}
"""Nord lends 100 to Sud, then 20 more; Sud pays 30 back, and says 35 of what Nord sells it 40."""


def book(world: SimpleNamespace, code: str, year: int, entries: Booked, last: int = 12) -> None:
    rows = [list(HEAD)]
    for number, (journal, entry) in enumerate(entries, start=1):
        day = f"{year}0101" if journal == "AN" else f"{year}{last}15"
        for account, euros, third in entry:
            amounts = [f"{max(euros, 0)},00", f"{max(-euros, 0)},00"]
            who = [third, f"Chambre {third}".strip() if third else ""]
            rows.append([journal, "x", str(number), day, account, "x", *who, "P", day, "l",
                         *amounts, "", "", day, "", ""])  # fmt: skip
    place = world.tmp_path / f"{code}{year}"
    place.mkdir(exist_ok=True)
    path = written(place, rows, name=f"00001{len(code)}000FEC{year}1231.txt")
    entity = world.network.entities.get(code=code)
    store = Path(settings.LEDGER_ROOT) / world.network.code / code / str(year)
    read = read_ledger(path, store=store, name=path.name)
    recorded(world.network, entity, dt.date(year, 12, 31), read)


@pytest.fixture
def two_years(
    draft: Edition, people: Callable[..., SimpleNamespace], tmp_path: Path
) -> SimpleNamespace:
    held = SimpleNamespace(network=draft.scheme.network, tmp_path=tmp_path, **vars(people(draft)))
    for (code, year), entries in LENT.items():
        book(held, code, year, entries)
    roots = {account for entries in LENT.values() for _, entry in entries for account, *_ in entry}
    rules = [RuleValue("", root, True, root, "") for root in roots]
    change_mapping(held.network, rules, actor=INSTALLATION, label="Essai")
    provision = Entry(2024, dt.date(2024, 12, 31), "Provision interne",
                      (AdjustmentLine("nord", "6815", "", 10_00, 0),
                       AdjustmentLine("nord", "151", "", 0, 10_00)))  # fmt: skip
    record_adjustments(held.network, [provision], actor=INSTALLATION)
    return held


MOVED = {
    "f-caf": (40, -35, 5, 0, 0, 5), "f-27": (30, 0, 30, -30, 0, 0),
    "f-prets": (20, 0, 20, -20, 0, 0), "f-emprunts": (0, 20, 20, -20, 0, 0),
    "f-rembourses": (0, 30, 30, -30, 0, 0), "ressources": (70, -15, 55, -50, 0, 5),
    "emplois": (20, 30, 50, -50, 0, 0), "flux": (50, -45, 5, 0, 0, 5),
    "f-frng": (50, -45, 5, 0, 0, 5), "inexplique": (0, 0, 0, 0, 0, 0),
    "f-bfr": (40, -35, 5, 0, 0, 5), "f-tn": (10, -10, 0, 0, 0, 0),
    "f-ecart": (0, 0, 0, 0, 0, 0),
}  # fmt: skip
ONE = ("Nord", "Sud", "Somme", "Éliminations", "Retraitements", "Consolidé")


def test_the_table_is_of_one_network_since_what_the_former_exercise_closed_with(
    two_years: SimpleNamespace,
) -> None:
    found = told(two_years)
    assert {code: tuple(found[code][head] for head in ONE) for code in MOVED} == {
        code: tuple(f"{euros},00" for euros in row) for code, row in MOVED.items()
    }
    page = text_of(two_years.reader.client.get(f"{PAGE}?exercice=2025")).replace("\xa0", " ")
    assert "du fonds de roulement consolidé, 5,00 €, est l’écart entre les bilans" in page
    assert "celle du besoin et de la trésorerie, dans chaque colonne." in page


def test_an_adjustment_undone_against_reserves_is_a_contribution_that_nothing_explains(
    two_years: SimpleNamespace,
) -> None:
    again = Entry(2025, dt.date(2025, 12, 31), "Annulation",
                  (AdjustmentLine("nord", "151", "", 10_00, 0),
                   AdjustmentLine("nord", "106", "", 0, 10_00)))  # fmt: skip
    record_adjustments(two_years.network, [again], actor=INSTALLATION)
    found = told(two_years)
    assert (found["f-apports"]["Retraitements"], found["inexplique"]["Consolidé"]) == (
        "10,00", "-10,00",
    )  # fmt: skip
    page = text_of(two_years.reader.client.get(f"{PAGE}?exercice=2025")).replace("\xa0", " ")
    assert "Tableau de financement, écart : Retraitements, Consolidé." in page


@pytest.mark.parametrize(
    ("withdrawn", "why"),
    [
        (("nord", "sud"), "aucun livre de 2024, donc aucune ouverture des éliminations"),
        (("sud",), "2024 n’additionne pas les mêmes chambres (Sud)"),
        ((), "le livre de Sud s’arrête à fin octobre 2024"),
    ],
)
def test_without_the_closing_of_the_former_exercise_the_whole_is_not_told(
    two_years: SimpleNamespace, withdrawn: tuple[str, ...], why: str
) -> None:
    for held in two_years.network.books.filter(year=2024, entity__code__in=withdrawn):
        withdraw_book(two_years.network, held, actor=INSTALLATION)
    if not withdrawn:
        book(two_years, "sud", 2024, LENT["sud", 2024], last=10)
    found = told(two_years)
    assert found["f-caf"]["Somme"] == "5,00"
    for head in ("Éliminations", "Retraitements", "Consolidé"):
        assert found["flux"][head] == f"non renseigné ({why})"


def test_an_opening_that_is_not_the_former_closing_is_said_with_its_amount(
    two_years: SimpleNamespace,
) -> None:
    book(two_years, "sud", 2024, [*LENT["sud", 2024], ("OD", [("512", 7, ""), ("103", -7, "")])])
    page = text_of(two_years.reader.client.get(f"{PAGE}?exercice=2025")).replace("\xa0", " ")
    assert (
        "Variation du fonds de roulement consolidé : 5,00 € au tableau, −2,00 € entre les bilans "
        "de 2024 et de 2025, écart 7,00 €."
    ) in page


@pytest.fixture
def half(world: SimpleNamespace) -> SimpleNamespace:
    """Nord stands on the common chart; no rule sends an account of Sud there."""
    keep(world.network, "sud", world.tmp_path, lines(True)[:-2])
    rules = world.network.mapping_rules.all()
    held = [RuleValue("nord", r.prefix, r.exact, r.target, "") for r in rules]
    gone = [("", r.prefix, r.exact) for r in rules]
    change_mapping(world.network, held, removed=gone, actor=INSTALLATION, label="Nord seul")
    return world


STATEMENTS = ("resultat", "bilan", "financement")


@pytest.mark.parametrize("page", STATEMENTS)
def test_a_chamber_with_no_account_in_the_common_chart_says_nothing_there(
    half: SimpleNamespace, page: str
) -> None:
    url = f"/reseaux/essai/finances/{page}/export.json?exercice=2025"
    data = json.loads(half.reader.client.get(url).content)
    titles = [bare(column["title"]) for column in data["columns"]]
    why = "non renseigné (aucun compte de Sud en correspondance)"
    for head in ("Sud", "Éliminations", "Consolidé"):
        found = {row["values"][titles.index(head)] for row in data["rows"]} - {None, ""}
        assert found == {why}, head
    assert any(isinstance(row["values"][titles.index("Nord")], int) for row in data["rows"])
    page = text_of(half.reader.client.get(f"/reseaux/essai/finances/{page}/?exercice=2025"))
    assert "aucun compte de Sud en correspondance" in page


@pytest.mark.parametrize("page", STATEMENTS)
@pytest.mark.parametrize("asked", ["", "&chambre=sud"])
def test_where_no_account_is_sent_nothing_is_told_and_no_equality_claimed(
    half: SimpleNamespace, page: str, asked: str
) -> None:
    if not asked:
        rules = half.network.mapping_rules.all()
        gone = [(r.entity.code if r.entity else "", r.prefix, r.exact) for r in rules]
        change_mapping(half.network, [], removed=gone, actor=INSTALLATION, label="Retrait")
    here = f"/reseaux/essai/finances/{page}/"
    shown = text_of(half.reader.client.get(f"{here}?exercice=2025{asked}"))
    assert "Aucun compte en correspondance" in shown
    told = half.reader.client.get(f"{here}export.csv?exercice=2025{asked}").content.decode()
    for words in (shown, told):
        assert "0,00\u202f" not in words and ";0,00" not in words
        assert "même montant" not in words and "est celle du bilan" not in words


def test_the_trial_balance_still_shows_what_is_booked_on_no_common_account(
    half: SimpleNamespace,
) -> None:
    answer = half.reader.client.get("/reseaux/essai/finances/balance/export.csv?exercice=2025")
    assert "non renseigné" not in answer.content.decode()


def test_the_workbook_withholds_the_chamber_without_common_accounts(half: SimpleNamespace) -> None:
    year = year_of(half.network, 2025)
    chambers = [(entity.code, entity.short_name) for entity in year.entities]
    table = consolidated_financing(year, chambers, common_chart(half.network), [])
    heads = [bare(column.title) for column in table.columns]
    caf = dict(zip(heads, next(row for row in table.rows if row[1] == "caf"), strict=True))
    why = "non renseigné (aucun compte de Sud en correspondance)"
    assert (caf["Sud"], caf["Consolidé"]) == (why, why) and isinstance(caf["Nord"], int)
