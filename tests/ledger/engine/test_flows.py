"""Self-financing, working capital, treasury, financing table: the rule of each, by value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.ledger.engine.chart import load_chart, shipped_texts
from maillage.ledger.engine.flows import (
    Position,
    Row,
    computed,
    lacking,
    load_flows,
    misplaced,
    of_role,
    shipped_text,
)

FLOWS = load_flows(shipped_text())
CHART = load_chart(*shipped_texts())
NUMBERS = [account.number for account in CHART if len(account.number) > 1]
FORMER, NEW = dt.date(2024, 1, 1), dt.date(2026, 1, 1)


def test_the_shipped_file_has_no_fault() -> None:
    assert FLOWS.findings == ()


@pytest.mark.parametrize("day", [FORMER, NEW], ids=["2024", "2026"])
@pytest.mark.parametrize("code", ["caf-ebe", "equilibre"])
def test_each_account_of_the_chart_is_in_one_line_and_one_only(code: str, day: dt.date) -> None:
    table = FLOWS.table(code)
    covered = [n for n in NUMBERS if n[0] in table.partition]
    assert len(covered) > 300
    assert misplaced(FLOWS, table, covered, day) == ()


def rows(code: str, position: Position) -> dict[str, int | None]:
    return {row.line.code: row.cents for row in computed(FLOWS, FLOWS.table(code), position)}


OPENING = {
    "103": -900, "106": -180, "131": -100, "139": 20, "164": -300, "1648": -2, "213": 1200,
    "2813": -400, "411": 150, "491": -10, "401": -90, "404": -20, "431": -40, "486": 22, "512": 650,
}  # fmt: skip
CLOSING = {
    "103": -900, "106": -180, "131": -140, "139": 30, "1511": -30, "164": -350, "1648": -1,
    "213": 1100, "218": 200, "2813": -480, "411": 200, "491": -20, "401": -80, "404": -40,
    "431": -50, "486": 5, "512": 1093, "606": 317, "641": 700, "649": -20, "6582": 3, "657": 60,
    "661": 13, "6811": 120, "6815": 30, "68174": 15, "706": -600, "747": -10, "757": -80,
    "7593": -900, "78174": -5,
}  # fmt: skip


def golden(day: dt.date = NEW, closing: Mapping[str, int] = CLOSING) -> Position:
    """A chamber that sold for 80 a building of 100 worth 60, borrowed 100 and paid 50 back."""
    debits, credits_ = {}, {}
    for account in {*OPENING, *closing}:
        change = closing.get(account, 0) - OPENING.get(account, 0)
        debits[account], credits_[account] = max(change, 0), max(-change, 0)
    debits["164"], credits_["164"] = 50, 100
    debits["213"], credits_["213"] = 0, 100
    debits["2813"], credits_["2813"] = 40, 120
    return Position(day, closing, debits, credits_, {"213": 100})


def test_a_chamber_by_hand() -> None:
    position = golden()
    caf = rows("caf", position)
    assert (caf["resultat"], caf["caf"]) == (357, 487)
    assert (caf["dotations"], caf["vnc"]) == (165, 60)
    assert (caf["reprises"], caf["cessions"], caf["quotes"]) == (5, 80, 10)
    other = rows("caf-ebe", position)
    assert (other["ebe"], other["caf-ebe"], other["resultat-ebe"]) == (-397, 487, 357)
    assert (other["hors-charges"], other["hors-produits"]) == (225, 95)
    end = rows("equilibre", position)
    assert (end["frng"], end["bfr"], end["tn"], end["ecart"]) == (1127, 34, 1093, 0)
    start = rows("equilibre", Position(NEW, OPENING))
    assert (start["frng"], start["bfr"], start["tn"], start["ecart"]) == (670, 20, 650, 0)
    table = rows("financement", position)
    assert (table["f-caf"], table["f-cessions"], table["f-recues"]) == (487, 80, 40)
    assert (table["f-emprunts"], table["acquisitions"], table["f-rembourses"]) == (100, 200, 50)
    assert (table["ressources"], table["emplois"]) == (707, 250)
    assert (table["flux"], table["f-frng"], table["inexplique"]) == (457, 457, 0)
    assert (table["f-bfr"], table["f-tn"], table["f-ecart"]) == (14, 443, 0)


def test_before_2025_the_same_chamber_says_it_on_other_accounts() -> None:
    moved = {"657": "675", "757": "775", "747": "777"}
    former = {moved.get(account, account): cents for account, cents in CLOSING.items()}
    position = golden(FORMER, former)
    assert rows("caf", position)["caf"] == rows("caf-ebe", position)["caf-ebe"] == 487
    assert rows("financement", position)["flux"] == 457
    # The accounts of one period read with the sets of the other are plain charges and products.
    assert rows("caf", golden(NEW, former))["caf"] == 517
    assert rows("caf-ebe", golden(NEW, former))["caf-ebe"] == 517


BOOKED = st.lists(
    st.tuples(st.integers(0, len(NUMBERS) - 1), st.integers(-(10**9), 10**9)), max_size=12
).map(lambda rows: {NUMBERS[place]: cents for place, cents in rows})
"""A dozen accounts at most: drawn at once, without trying again for one drawn twice."""


@given(BOOKED, st.sampled_from([FORMER, NEW]))
def test_both_ways_to_self_financing_agree_whatever_is_booked(
    booked: dict[str, int], day: dt.date
) -> None:
    position = Position(day, booked, booked, {})
    both = rows("caf", position), rows("caf-ebe", position)
    assert both[0]["caf"] == both[1]["caf-ebe"] == rows("financement", position)["f-caf"]
    assert both[0]["resultat"] == both[1]["resultat-ebe"]


@given(BOOKED, st.sampled_from([FORMER, NEW]))
def test_what_balances_leaves_no_residue_and_what_does_not_leaves_it_whole(
    booked: dict[str, int], day: dt.date
) -> None:
    kept = {a: cents for a, cents in booked.items() if a[0] in "1234567"}
    residue = rows("equilibre", Position(day, kept))["ecart"]
    assert residue == -sum(kept.values())


def test_an_account_left_aside_is_named() -> None:
    table = FLOWS.table("equilibre")
    found = misplaced(FLOWS, table, ["512", "98", "19"], NEW)
    assert [(f.code, f.value) for f in found] == [("flows.unused", "19")]


@pytest.mark.parametrize(
    ("moves", "row", "cents"),
    [
        pytest.param({"21": (30, 0), "23": (0, 30)}, "acquisitions", 0, id="put into service"),
        pytest.param({"274": (0, 12)}, "f-27", 12, id="a loan granted paid back is a resource"),
        pytest.param({"131": (50, 0), "139": (0, 50)}, "ressources", 0, id="a grant cleared"),
        pytest.param({"110": (0, 9), "120": (9, 0)}, "f-apports", 0, id="a result allocated"),
        pytest.param({"1688": (5, 0)}, "f-rembourses", 0, id="accrued interest is no loan"),
        pytest.param({"481": (7, 0)}, "f-frais", 7, id="issue costs are a use"),
    ],
)
def test_a_movement_of_the_financing_table(
    moves: dict[str, tuple[int, int]], row: str, cents: int
) -> None:
    debits = {account: debit for account, (debit, _) in moves.items()}
    credits_ = {account: credit for account, (_, credit) in moves.items()}
    closing = {account: debit - credit for account, (debit, credit) in moves.items()}
    found = rows("financement", Position(NEW, closing, debits, credits_))
    assert found[row] == cents and found["inexplique"] == 0


def test_without_opening_entries_no_variation_is_known() -> None:
    found = rows("financement", Position(NEW, CLOSING))
    assert found["f-caf"] == 487 and found["acquisitions"] is None and found["flux"] is None


def test_a_budget_has_flows_and_no_balance_sheet() -> None:
    budget = {"606": 300, "706": -500, "2183": 120, "164": 0, "131": -40}
    debits = {"606": 300, "2183": 120, "164": 20}
    position = Position(NEW, budget, debits, {"706": 500, "164": 100, "131": 40}, is_budget=True)
    found = rows("financement", position)
    assert found["flux"] == 200 + 40 + 100 - 120 - 20
    assert found["f-frng"] is None and found["inexplique"] is None
    assert set(rows("equilibre", position).values()) == {None}


@pytest.mark.parametrize(
    ("held", "day", "missing"),
    [
        (["6811", "781", "657", "7471", "757"], NEW, ()),
        (["6811", "781", "675", "777", "775"], NEW, ("657", "747", "757")),
        (["6811", "781", "675", "777", "775"], FORMER, ()),
        ([], NEW, ("68", "78", "657", "747", "757")),
    ],
)
def test_what_a_budget_must_carry(held: list[str], day: dt.date, missing: tuple[str, ...]) -> None:
    assert lacking(FLOWS, held, day) == missing


PARAMETER = """
      - {code: placements, label: P, sense: debit, accounts: "50"}
      - {code: tn, label: T, sum: "placements disponibilites", role: tn, valid_to: 2026-12-31}
      - {code: tn, label: T, sum: "disponibilites", role: tn, valid_from: 2027-01-01}
      - {code: bfr, label: B, sum: "autres", role: bfr, valid_to: 2026-12-31}
      - {code: bfr, label: B, sum: "autres placements", role: bfr, valid_from: 2027-01-01}
"""


@pytest.mark.parametrize(("year", "bfr", "tn"), [(2026, 7, 15), (2027, 17, 5)])
def test_short_term_investments_may_leave_treasury_on_a_day(year: int, bfr: int, tn: int) -> None:
    text = (
        "format: maillage-flows/1\nsource: s\ntables:\n  - code: t\n    title: T\n    lines:\n"
        "      - {code: autres, label: A, sense: debit, accounts: '4'}\n"
        "      - {code: disponibilites, label: D, sense: debit, accounts: '5 -50 -59'}"
    )
    flows = load_flows(text + PARAMETER)
    assert flows.findings == ()
    position = Position(dt.date(year, 1, 1), {"50": 10, "512": 5, "41": 7})
    found: tuple[Row, ...] = computed(flows, flows.table("t"), position)
    assert (of_role(found, "bfr"), of_role(found, "tn")) == (bfr, tn)


def test_what_chambers_do_not_say_alike_stands_on_its_own_line() -> None:
    position = Position(NEW, {"706": -100, "7E": 40, "4E": -25, "512": 85}, {}, {})
    assert rows("caf", position)["caf"] == rows("caf-ebe", position)["caf-ebe"] == 60
    assert rows("caf-ebe", position)["ecarts-resultat"] == -40
    found = rows("equilibre", position)
    assert (found["ecarts-bilan"], found["bfr"], found["ecart"]) == (-25, -25, 0)


def test_each_row_says_its_accounts_and_sums() -> None:
    lines = {line.code: line for table in FLOWS.tables for line in table.on(NEW)}
    said = {code: FLOWS.formula(line, NEW) for code, line in lines.items()}
    assert said["vnc"] == "Solde débiteur des comptes 657, 6671"
    assert said["activite"] == "Solde créditeur des comptes 70, 71, 72, 73, 74, sauf 747"
    assert said["ebe"].endswith("− Achats, services, impôts et personnel")
    assert all(said.values())


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{code: a, label: A, sense: debit, accounts: '6x'}", "compte illisible"),
        ("{code: a, label: A, sense: debit, accounts: '@nope'}", "ensemble inconnu"),
        ("{code: a, label: A, sum: 'b'}", "ligne inconnue"),
        ("{code: a, label: A, accounts: '6'}", "sense"),
    ],
)
def test_a_faulty_file_says_what_and_where(line: str, what: str) -> None:
    head = "format: maillage-flows/1\nsource: s\ntables:\n - code: t\n   title: T\n   lines:\n"
    text = f"{head}    - {line}\n"
    found = load_flows(text).findings
    assert found and what in str(found[0]) and "ligne" in found[0].where
