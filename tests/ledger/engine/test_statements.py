"""The statements: worked books by hand, invariants for any balanced books, faults as findings."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.ledger.engine.chart import load_chart, shipped_texts
from maillage.ledger.engine.statements import (
    CONSOLIDATED,
    Accounts,
    Figure,
    Statement,
    coverage,
    cumulate,
    euros,
    figures,
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
    ("books", "codes", "said"),
    [
        (
            {("A", "2026", "512"): (1_234_56, 0)},
            ["books.unbalanced", "statements.balance"],
            "débits 1\u202f234,56\u00a0€, crédits 0,00\u00a0€",
        ),
        (
            {("A", "2026", "24"): (10, 0), ("A", "2026", "103"): (0, 10)},
            ["statements.unused", "statements.balance"],
            "aucune ligne ne le prend",
        ),
        (
            {("A", "2026", "78"): (0, 10), ("A", "2026", "512"): (10, 0)},
            ["statements.unused", "statements.result"],
            "résultat du bilan",
        ),
        ({("A", "2026", "79"): (10, 10)}, ["statements.unused"], "aucune ligne"),
        ({("A", "T1", "512"): (0, 0)}, ["books.period"], "période illisible"),
        ({("", "2026", "512"): (0, 0)}, ["books.entity"], "sans chambre"),
        ({("A", "2026", "51B"): (0, 0)}, ["books.account"], "illisible"),
        ({("A", "2026", "801"): (5, 5)}, ["books.class"], "hors des classes"),
        (
            {("A", "2010", "512"): (0, 0)},
            ["statements.layout", "statements.layout"],
            "aucune présentation",
        ),
        (
            {("A", "2010", "512"): (0, 0), ("A", "2026", "512"): (0, 0)},
            ["statements.layout", "statements.layout"],
            "ne vaut pas à cette date",
        ),
    ],
)
def test_faults_are_findings(books: Books, codes: list[str], said: str) -> None:
    findings = present(books, CHART, LAYOUTS).findings
    assert sorted(finding.code for finding in findings) == sorted(codes)
    assert any(said in str(finding) for finding in findings)


def test_zero_balances_without_a_line_are_only_a_warning() -> None:
    (finding,) = present({("A", "2026", "79"): (10, 10)}, CHART, LAYOUTS).findings
    assert finding.severity == "warning"


def test_no_books_is_no_statement_and_no_fault() -> None:
    assert present({}, CHART, LAYOUTS) == Accounts(
        present({}, CHART, LAYOUTS).trial, None, None, ()
    )


LAYOUT = """
format: maillage-statements/1
source: ce test
layouts:
  - code: r
    kind: income
    title: Résultat
    valid_from: 2020-01-01
    lines:
"""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["code: a, label: A, part: income, accounts: 7x"], "compte illisible"),
        (["code: a, label: A, part: asset, accounts: 7"], "valeur inconnue"),
        (["code: a, label: A, accounts: 7"], "part"),
        (["code: a, label: A", "code: a, label: B"], "ligne déjà donnée"),
        (["code: a, label: A, sum: b"], "ligne inconnue"),
        (["code: a, label: A, sum: a"], "ligne inconnue"),
        (["code: h, label: H", "code: a, label: A, sum: h"], "ligne inconnue"),
        (["code: a, label: A, part: income, accounts: 7, sum: a"], "l'un des deux"),
        (
            [
                "code: a, label: A, part: income, accounts: 7D",
                "code: b, label: B, part: income, accounts: 7",
            ],
            "déjà pris par a",
        ),
        (["code: a, label: A, part: income, accounts: 7 7"], "déjà pris par a"),
        (["code: a, label: A"], "rôle result"),
        (["code: a, label: A, role: total_assets"], "valeur inconnue"),
    ],
)
def test_faults_of_a_layout(lines: list[str], said: str) -> None:
    text = LAYOUT + "\n".join(f"      - {{{line}}}" for line in lines)
    assert any(said in str(finding) for finding in load_layouts(text).findings)


def test_unreadable_layouts_are_findings() -> None:
    assert [f.code for f in load_layouts("a: [").findings] == ["referential.unreadable"]


def test_an_account_claimed_twice_is_said_and_counted_once() -> None:
    lines = [
        "code: a, label: A, part: income, accounts: 7",
        "code: b, label: B, part: income, accounts: 7",
        "code: t, label: T, sum: a b, role: result",
    ]
    file = load_layouts(LAYOUT + "\n".join(f"      - {{{line}}}" for line in lines))
    books = {("A", "2026", "706"): (0, 10)}
    found = present(books, CHART, file)
    assert found.income is not None
    assert "statements.twice" in [finding.code for finding in found.findings]
    assert found.income.amount("t", period="2026").net == 10
    assert [f.code for f in coverage(file.layouts[0], ["706"], DAY)] == ["statements.twice"] * 2


def by_name(books: Books, **options: object) -> dict[str, Figure]:
    given_ = {"entity": "A", "period": "2026", **options}
    return {figure.name: figure for figure in figures(books, **given_)}  # type: ignore[arg-type]


def test_figures_of_the_worked_books() -> None:
    found = by_name(worked())
    assert {name: figure.value for name, figure in found.items()} == {
        "Résultat": -10_750,
        "Trésorerie": 16_400,
        # 8 000 x 365 / (12 000 + 2 400)
        "Délai fournisseurs": Decimal("202.8"),
        # 18 000 x 365 / (20 000 + 5 000)
        "Délai clients": Decimal("262.8"),
        # 29 000 / 32 400
        "Part des charges de personnel": Decimal("89.5"),
    }
    assert found["Trésorerie"].accounts == ("512", "519")
    assert "603" not in found["Délai fournisseurs"].accounts
    assert all(figure.rule_in_french.endswith(".") for figure in found.values())
    assert by_name(worked(), days=90)["Délai fournisseurs"].value == Decimal("50.0")


def test_figures_of_all_chambers_add_their_books() -> None:
    both = {**worked("A"), **worked("B")}
    found = by_name(both, entity=CONSOLIDATED)
    assert found["Résultat"].value == -21_500
    assert found["Délai clients"].value == by_name(both)["Délai clients"].value


@pytest.mark.parametrize(
    ("books", "name", "reason"),
    [
        ({}, "Résultat", "aucune balance pour cette période"),
        ({}, "Trésorerie", "aucune balance pour cette période"),
        ({("A", "2025", "512"): (1, 0)}, "Trésorerie", "aucune balance pour cette période"),
        (
            {("A", "2026", "401"): (0, 1)},
            "Délai fournisseurs",
            "les achats TTC sont nuls ou absents",
        ),
        ({("A", "2026", "606"): (0, 5)}, "Délai fournisseurs", "les achats TTC sont négatifs"),
        ({("A", "2026", "706"): (5, 5)}, "Délai clients", "les ventes TTC sont nuls ou absents"),
        (
            {("A", "2026", "64"): (5, 0)},
            "Part des charges de personnel",
            "les produits d'exploitation sont nuls ou absents",
        ),
    ],
)
def test_a_figure_that_cannot_be_said_says_why(books: Books, name: str, reason: str) -> None:
    figure = by_name(books)[name]
    assert (figure.value, figure.reason) == (None, reason)


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
    ("cents", "text"), [(0, "0,00"), (-5, "-0,05"), (123_456_789, "1\u202f234\u202f567,89")]
)
def test_euros(cents: int, text: str) -> None:
    assert euros(cents) == f"{text}\u00a0€"


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


@st.composite
def balanced(draw: st.DrawFn) -> Books:
    """Entries between any two accounts of the chart, in any chamber, year and amount."""
    books: Books = {}
    entries = st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["2025", "2026"]),
        st.sampled_from(LEAVES),
        st.sampled_from(LEAVES),
        st.integers(0, 10**13),
    )
    for entity, period, one, other, cents in draw(st.lists(entries, max_size=25)):
        for account, debit, credit in ((one, cents, 0), (other, 0, cents)):
            former = books.get((entity, period, account), (0, 0))
            books[entity, period, account] = (former[0] + debit, former[1] + credit)
    return books


@settings(deadline=None)
@given(balanced())
def test_balanced_books_give_statements_that_hold(books: Books) -> None:
    accounts = present(books, CHART, LAYOUTS)
    assert accounts.findings == ()
    if not books:
        return
    assert accounts.income is not None and accounts.balance is not None
    for entity in (*accounts.trial.entities, CONSOLIDATED):
        for period in accounts.trial.periods:
            cell = (entity, period)
            assets = accounts.balance.role("total_assets", cell)
            assert assets == accounts.balance.role("total_liabilities", cell)
            result = accounts.income.role("result", cell)
            assert result == accounts.balance.role("result", cell)
            assert result == -sum(
                debit - credit
                for (owner, when, account), (debit, credit) in books.items()
                if account[0] in "67" and when == period and entity in (owner, CONSOLIDATED)
            )


@settings(deadline=None)
@given(balanced())
def test_chambers_add_up_to_the_whole_and_accounts_to_their_line(books: Books) -> None:
    accounts = present(books, CHART, LAYOUTS)
    for statement in (accounts.income, accounts.balance):
        if statement is None:
            continue
        for line in statement.lines:
            for period in statement.periods if line.amounts else ():
                whole = statement.amount(line.line.code, period=period)
                parts = [
                    statement.amount(line.line.code, e, period=period) for e in statement.entities
                ]
                assert whole.gross == sum(part.gross for part in parts)
                assert whole.deducted == sum(part.deducted for part in parts)
                shares = statement.drill(line.line.code, period=period)
                assert whole.net == sum(share.amount.net for share in shares)


@settings(deadline=None)
@given(balanced())
def test_every_account_is_used_once(books: Books) -> None:
    accounts = present(books, CHART, LAYOUTS)
    for statement, classes in ((accounts.income, "67"), (accounts.balance, "1234567")):
        used = sorted(
            (share.entity, share.period, share.account)
            for line in (statement.lines if statement else ())
            for share in line.shares
        )
        assert used == sorted(
            key
            for key, (debit, credit) in books.items()
            if key[2][0] in classes and debit != credit
        )


@settings(deadline=None)
@given(balanced(), st.integers(1, 10**9))
def test_a_missing_cent_is_found_where_it_is(books: Books, missing: int) -> None:
    former = books.get(("B", "2026", "512"), (0, 0))
    books["B", "2026", "512"] = (former[0] + missing, former[1])
    wrong = [f for f in present(books, CHART, LAYOUTS).findings if f.code == "statements.balance"]
    places = [finding.where for finding in wrong]
    several = len({entity for entity, _, _ in books}) > 1
    assert places == ["B, 2026", *(["toutes les chambres, 2026"] if several else [])]
    assert all(finding.value == f"écart {euros(missing)}" for finding in wrong)
