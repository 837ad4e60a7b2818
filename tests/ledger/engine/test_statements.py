"""The statements of books worked by hand, and the line each account goes to."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.chart import load_chart, shipped_texts
from maillage.ledger.engine.statements import (
    CONSOLIDATED,
    Accounts,
    Statement,
    coverage,
    cumulate,
    last_day,
    load_layouts,
    present,
    shipped_text,
)

CHART = load_chart(*shipped_texts())
LAYOUTS = load_layouts(shipped_text())
LEAVES = [account.number for account in CHART if not CHART.children(account.number)]
DAY = dt.date(2026, 12, 31)
Books = dict[tuple[str, str, str], tuple[int, int]]

WORKED = {
    "103": (0, 50_000),
    "1068": (0, 10_000),
    "139": (1_000, 0),
    "131": (0, 4_000),
    "164": (0, 20_000),
    "205": (3_000, 0),
    "2805": (0, 1_000),
    "2131": (60_000, 0),
    "28131": (0, 15_000),
    "37": (2_000, 0),
    "397": (0, 500),
    "401": (1_000, 9_000),
    "4091": (700, 0),
    "411": (30_000, 12_000),
    "491": (0, 300),
    "421": (0, 2_200),
    "44566": (2_400, 2_000),
    "44571": (3_000, 5_000),
    "4511": (1_500, 0),
    "4512": (0, 900),
    "512": (25_000, 8_000),
    "519": (0, 600),
    "486": (400, 0),
    "487": (0, 250),
    "603": (0, 100),
    "6061": (9_000, 0),
    "6226": (3_000, 0),
    "6411": (21_000, 0),
    "6451": (8_000, 0),
    "661": (450, 0),
    "6811": (2_000, 0),
    "678": (150, 0),
    "706": (0, 20_000),
    "759": (0, 12_000),
    "768": (0, 50),
    "7815": (0, 400),
    "778": (0, 300),
}


def worked(entity: str = "A", period: str = "2026") -> Books:
    """Books that balance thanks to the bank account."""
    books = {(entity, period, account): amounts for account, amounts in WORKED.items()}
    gap = sum(debit - credit for debit, credit in WORKED.values())
    books[(entity, period, "110")] = (0, gap) if gap > 0 else (-gap, 0)
    return books


def shown(books: Books) -> tuple[Accounts, Statement, Statement]:
    accounts = present(books, CHART, LAYOUTS)
    assert accounts.income is not None and accounts.balance is not None
    return accounts, accounts.income, accounts.balance


def test_the_shipped_layouts_have_no_fault() -> None:
    assert not LAYOUTS.findings
    assert [layout.kind for layout in LAYOUTS.layouts] == ["income", "balance"]


@pytest.mark.parametrize("layout", LAYOUTS.layouts, ids=lambda layout: layout.code)
def test_every_account_of_the_chart_has_one_place_whatever_its_balance(layout) -> None:
    assert coverage(layout, LEAVES, DAY) == ()


def test_groups_too_wide_to_have_a_place_are_said() -> None:
    found = coverage(LAYOUTS.layouts[1], ["28", "51"], DAY)
    assert {(f.code, f.value) for f in found} == {("statements.unused", "28")}


@pytest.mark.parametrize(
    ("account", "debit", "credit"),
    [
        ("401", "ac-autres", "de-fournisseurs"),
        ("404", "ac-autres", "de-immobilisations"),
        ("4091", "ac-avances", "de-fournisseurs"),
        ("4098", "ac-autres", "de-fournisseurs"),
        ("411", "ac-clients", "de-autres"),
        ("4191", "ac-clients", "de-avances"),
        ("421", "ac-autres", "de-sociales"),
        ("437", "ac-autres", "de-sociales"),
        ("44551", "ac-autres", "de-sociales"),
        ("4512", "ac-reseau", "de-reseau"),
        ("1811", "ac-reseau", "de-reseau"),
        ("455", "ac-autres", "de-autres"),
        ("4562", "ac-appele", "de-autres"),
        ("467", "ac-autres", "de-autres"),
        ("512", "ac-disponibilites", "de-banques"),
        ("519", "ac-disponibilites", "de-banques"),
        ("53", "ac-disponibilites", "de-banques"),
        ("58", "ac-disponibilites", "de-banques"),
        ("109", "capital-non-appele", "capital-non-appele"),
        ("119", "fp-report", "fp-report"),
        ("129", "fp-instance", "fp-instance"),
        ("169", "a-primes", "a-primes"),
        ("1671", "autres-fonds", "autres-fonds"),
        ("229", "autres-fonds", "autres-fonds"),
        ("2805", "ai-incorporelles", "ai-incorporelles"),
        ("2931", "ai-corporelles", "ai-corporelles"),
        ("2932", "ai-incorporelles", "ai-incorporelles"),
        ("269", "de-immobilisations", "de-immobilisations"),
        ("397", "ac-stocks", "ac-stocks"),
        ("491", "ac-clients", "ac-clients"),
        ("496", "ac-autres", "ac-autres"),
        ("590", "ac-placements", "ac-placements"),
        ("509", "de-autres", "de-autres"),
        ("476", "a-conversion", "a-conversion"),
        ("477", "p-conversion", "p-conversion"),
        ("60611300", "fp-resultat", "fp-resultat"),
    ],
)
def test_the_side_of_the_balance_sheet(account: str, debit: str, credit: str) -> None:
    layout = LAYOUTS.layouts[1]
    for net, code in ((1, debit), (-1, credit)):
        assert [line.code for line, _ in layout.places(account, net, DAY)] == [code]


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ("707", "pe-marchandises"),
        ("7097", "pe-marchandises"),
        ("7096", "pe-production"),
        ("7084", "pe-production"),
        ("7593", "pe-taxe"),
        ("756", "pe-autres"),
        ("7815", "pe-reprises"),
        ("7865", "pf-reprises"),
        ("7872", "px-reprises"),
        ("6037", "ce-variation-marchandises"),
        ("6031", "ce-variation-matieres"),
        ("6021", "ce-matieres"),
        ("606", "ce-externes"),
        ("6218", "ce-externes"),
        ("6451", "ce-sociales"),
        ("649", "ce-salaires"),
        ("6811", "ce-amortissements"),
        ("6817", "ce-depreciations"),
        ("6815", "ce-provisions"),
        ("659", "ce-taxe"),
        ("6866", "cf-dotations"),
        ("6872", "cx-dotations"),
        ("691", "participation"),
        ("699", "impots"),
    ],
)
def test_the_line_of_the_income_statement(account: str, code: str) -> None:
    places = LAYOUTS.layouts[0].places(account, 1, DAY)
    assert [line.code for line, _ in places] == [code]


def test_worked_income_statement() -> None:
    _, income, _ = shown(worked())
    wanted = {
        "pe-total": 32_400,
        "ce-variation-matieres": -100,
        "ce-externes": 12_000,
        "ce-total": 42_900,
        "re": -10_500,
        "rf": -400,
        "rc": -10_900,
        "rx": 150,
        "resultat": -10_750,
    }
    assert {code: income.amount(code, "A", period="2026").net for code in wanted} == wanted


def test_worked_balance_sheet() -> None:
    accounts, _, balance = shown(worked())
    assert accounts.findings == ()
    corporeal = balance.amount("ai-corporelles", "A", period="2026")
    assert (corporeal.gross, corporeal.deducted, corporeal.net) == (60_000, 15_000, 45_000)
    wanted = {
        "ai-total": 47_000,
        "ac-stocks": 1_500,
        "ac-avances": 700,
        "ac-clients": 17_700,
        "ac-reseau": 1_500,
        "ac-autres": 400,
        "ac-disponibilites": 17_000,
        "ac-avance": 400,
        "fp-subventions": 3_000,
        "fp-resultat": -10_750,
        "de-banques": 600,
        "de-fournisseurs": 8_000,
        "de-sociales": 4_200,
        "de-reseau": 900,
        "actif": 86_200,
        "passif": 86_200,
    }
    assert {code: balance.amount(code, "A", period="2026").net for code in wanted} == wanted


def test_a_line_says_which_accounts_it_is_made_of() -> None:
    _, income, balance = shown(worked())
    shares = balance.drill("ai-total", "A", period="2026")
    assert [(share.account, share.amount.net) for share in shares] == [
        ("205", 3_000),
        ("2131", 60_000),
        ("2805", -1_000),
        ("28131", -15_000),
    ]
    made = income.drill("rf", period="2026")
    assert [(share.account, share.amount.net) for share in made] == [("661", -450), ("768", 50)]


def test_chambers_are_not_set_off_against_each_other() -> None:
    books = {
        ("A", "2026", "512"): (100, 0),
        ("A", "2026", "103"): (0, 100),
        ("B", "2026", "512"): (0, 60),
        ("B", "2026", "103"): (60, 0),
    }
    _, _, balance = shown(books)
    assert balance.amount("ac-disponibilites", period="2026").net == 100
    assert balance.amount("de-banques", period="2026").net == 60


def test_years_side_by_side_and_lines_of_their_time() -> None:
    books = {**worked(period="2024"), **worked(period="2026")}
    books |= {("A", "2024", "791"): (0, 10), ("A", "2024", "512"): (25_010, 8_000)}
    accounts, income, _ = shown(books)
    assert accounts.findings == ()
    assert income.periods == ("2024", "2026")
    assert income.amount("pe-transferts", period="2024").net == 10
    assert income.amount("pe-transferts", period="2026").net == 0
    assert "pe-transferts" not in [line.line.code for line in shown(worked())[1].lines]


def test_the_trial_balance_names_accounts_and_adds_chambers() -> None:
    books = {**worked("A"), **worked("B")}
    trial = present(books, CHART, LAYOUTS).trial
    line = next(line for line in trial.lines if line.account == "4091")
    assert line.name == CHART.name_of("4091")
    assert line.amounts["B", "2026"].debit == 700
    assert line.amounts[CONSOLIDATED, "2026"].net == 1_400
    total = trial.totals[CONSOLIDATED, "2026"]
    assert total.debit == total.credit == 2 * trial.totals["A", "2026"].debit


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2026", dt.date(2026, 12, 31)),
        ("2024-02", dt.date(2024, 2, 29)),
        ("2026-13", None),
        ("26", None),
        ("2026-1", None),
        ("٢٠٢٦", None),
    ],
)
def test_last_day(period: str, day: dt.date | None) -> None:
    assert last_day(period) == day


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0,00"), (-5, "−0,05"), (123_456_789, "1\u202f234\u202f567,89")]
)
def test_euros(cents: int, text: str) -> None:
    assert exact_euros(cents) == f"{text}\u00a0€"


def test_months_add_up_since_the_beginning_of_their_year() -> None:
    books = {
        ("A", "2025-12", "512"): (9, 0),
        ("A", "2026-01", "512"): (5, 1),
        ("A", "2026-03", "512"): (2, 0),
        ("A", "2026-02", "706"): (0, 7),
        ("A", "2026", "706"): (0, 70),
    }
    assert cumulate(books) == {
        ("A", "2025-12", "512"): (9, 0),
        ("A", "2026-01", "512"): (5, 1),
        ("A", "2026-02", "512"): (5, 1),
        ("A", "2026-03", "512"): (7, 1),
        ("A", "2026-02", "706"): (0, 7),
        ("A", "2026-03", "706"): (0, 7),
        ("A", "2026", "706"): (0, 70),
    }
