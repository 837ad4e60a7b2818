"""A return filled from books and budgets: every figure, and why there is none where none is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.costing.engine.between import Share
from maillage.costing.models import ProcessVolume
from maillage.kernel.absence import Absent
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.shares import declare_shares
from maillage.workspaces.returns.engine.definition import Column, Definition, Line
from maillage.workspaces.returns.engine.expressions import Value
from maillage.workspaces.returns.engine.facts import Block, Facts, Period
from maillage.workspaces.returns.engine.filling import Filled, Part
from maillage.workspaces.returns.queries.gathering import gather
from tests.workspaces.finance.budget_world import budget, vote
from tests.workspaces.finance.small_books import keep_book
from tests.workspaces.returns.world import DEFINITION, books

pytestmark = [pytest.mark.usefixtures("november", "common_books"), pytest.mark.django_db]


def fill(
    network: Network, definition: Definition = DEFINITION, year: int = 2025, month: int = 12
) -> Filled:
    period = Period(year, month)
    facts = gather(network, definition, period)
    # What is kept of it is JSON, and tells the same.
    assert Facts.of(facts.as_json()).as_json() == facts.as_json()
    return Filled(definition, Facts.of(facts.as_json()), period)


def one(network: Network, line: Line, column: Column, **more: int) -> Value:
    found = fill(network, Definition((line,), (column,)), **more)
    return found.value(line.code, found.columns[0].code)


def why(value: Value) -> str:
    assert isinstance(value, Absent), value
    return value.reason


def test_a_year_is_filled_chamber_by_chamber_and_in_sum(network: Network) -> None:
    books(network)
    books(network, "nord", "sud", year=2024)
    vote(budget(network, "nord", 2025), dt.date(2024, 11, 20))
    found = fill(network)
    codes = [c.code for c in found.columns]
    assert codes == ["N_REGION", "N_NORD", "N_SUD", "S", "N1", "BP_REGION", "BP_NORD", "BP_SUD"]
    assert found.value("CH", "N_NORD") == Decimal("120.00")
    assert found.value("PE", "N_NORD") == Decimal("24000.00")
    assert found.shown(DEFINITION.lines["PE"], "N_NORD") == Decimal("24.0")
    assert found.value("R", "N_NORD") == Decimal("5880.00")
    assert found.value("R", "S") == Decimal("17640.00")
    assert why(found.value("R", "N1")).startswith("PR\u00a0: Région\u00a0: aucun livre")
    assert found.value("CH", "BP_NORD") == 1200
    assert why(found.value("CH", "BP_SUD")) == "aucun budget primitif voté pour 2025"
    assert why(found.value("ETP", "N_NORD")) == "à saisir"
    assert why(found.value("C", "N_NORD")) == "ETP\u00a0: à saisir"


def test_up_to_a_month_books_and_budgets_stop_there(network: Network) -> None:
    books(network, "nord")
    keep_book(network, "sud", 2025, {("606", 3): 10_00})
    vote(budget(network, "nord", 2025), dt.date(2024, 11, 20))
    found = fill(network, month=6)
    assert found.value("CH", "N_NORD") == Decimal("60.00")
    assert found.value("CH", "BP_NORD") == Decimal("600.00")
    assert why(found.value("CH", "N_SUD")) == "livre arrêté au 31\u00a0mars\u00a02025"
    said = why(found.value("CH", "S"))
    assert "Région\u00a0: aucun livre" in said
    assert "Sud\u00a0: livre arrêté" in said


SENSES = [
    ("debit", "-250.00"), ("credit", "250.00"), ("debits", "100.00"), ("credits", "350.00"),
]  # fmt: skip


@pytest.mark.parametrize(("sense", "value"), SENSES)
def test_a_sense_is_taken_account_by_account(network: Network, sense: str, value: str) -> None:
    keep_book(network, "nord", 2025, {("606", 12): 100_00, ("706", 1): -350_00})
    line = Line("A", "A", "accounts", "6-7", "euro", sense)
    assert one(network, line, Column("N", "N", "nord")) == Decimal(value)


def test_a_balance_counts_what_it_opens_with_and_a_movement_does_not(network: Network) -> None:
    """The bank of a small book has no opening entry: both say the same, a budget has no balance."""
    keep_book(network, "nord", 2025, {("706", 1): -350_00, ("606", 12): 100_00})
    vote(budget(network, "nord", 2025), dt.date(2024, 11, 20))
    moved = Line("A", "A", "accounts", "5", "euro", "movement")
    stands = Line("A", "A", "accounts", "5")
    for line in (moved, stands):
        assert one(network, line, Column("N", "N", "nord")) == Decimal("250.00")
    assert one(network, stands, Column("N", "N", "nord"), month=11) == Decimal("350.00")
    plan = Column("N", "N", "nord", "initial")
    assert why(one(network, stands, plan)).startswith("un budget n’a pas de bilan")
    assert one(network, moved, plan) == 0


def test_the_whole_is_what_is_left_once_chambers_are_out(network: Network) -> None:
    books(network)
    whole = Column("C", "C", "consolidated")
    line = Line("A", "A", "accounts", "6", "euro", "debit")
    assert one(network, line, whole) == Decimal("72360.00")
    bank = Line("A", "A", "accounts", "5", "euro", "movement")
    assert why(one(network, bank, whole)) == (
        "les comptes consolidés ne distinguent pas les à-nouveaux"
    )


@pytest.mark.parametrize(("sense", "value"), [("debits", 1_000), ("credits", 400), ("debit", 600)])
def test_the_whole_sets_off_no_chamber_against_another(
    network: Network, sense: str, value: int
) -> None:
    """What one has in the bank, another owes its own."""
    keep_book(network, "nord", 2025, {("706", 12): -1_000_00})
    keep_book(network, "sud", 2025, {("606", 12): 400_00})
    keep_book(network, "region", 2025, {("606", 12): 10_00, ("706", 12): -10_00})
    line = Line("A", "A", "accounts", "512", "euro", sense)
    found = fill(network, Definition((line,), (Column("C", "C", "consolidated"),)))
    assert found.value("A", "C") == value
    parts, moved = found.taken_out(line, found.columns[0])
    assert sum(part.cents for part in (*parts, *moved)) == value * 100


def test_budgets_are_net_of_what_chambers_have_with_each_other(network: Network) -> None:
    """By the families of their books: tax goes out whole, purchases for the share a budget says."""
    net, summed = (Column("B", "B", scope, "initial") for scope in ("consolidated", "sum"))
    rows = tuple(
        Line(code, code, "accounts", accounts, "euro", sense)
        for code, accounts, sense in (
            ("TAX", "659", "debit"), ("BUYS", "611", "debit"), ("CH", "6", "debit"),
            ("PR", "7, !7E", "credit"), ("GAP", "7E", "credit"), ("ALL", "7", "credit"),
        )
    )  # fmt: skip
    rows += (Line("R", "R", "formula", "ALL - CH"),)
    nord = {("659", ""): 120_00, ("611", ""): 60_00, ("706", ""): 600_00}
    sud = {("7593", ""): 96_00, ("641", ""): 240_00}
    voted = vote(budget(network, "nord", 2026, lines=nord), dt.date(2025, 11, 20))
    declare_shares(voted, actor=INSTALLATION, shares=[Share("611", "sud", 45_00)])
    vote(budget(network, "sud", 2026, lines=sud), dt.date(2025, 11, 20))
    definition = Definition(rows, (net,))
    assert "Région\u00a0: aucun budget primitif voté pour 2026" in why(
        fill(network, definition, 2026).value("CH", "B")
    ), "a chamber without its budget is never zero"
    other = {("606", ""): 12_00}
    vote(budget(network, "region", 2026, lines=other), dt.date(2025, 11, 20))
    found = fill(network, definition, 2026)
    told = {line.code: found.value(line.code, "B") for line in rows}
    # 120 of tax and 45 of purchases go out of the charges, 96 of products: 69 answer nothing.
    assert told == {
        "TAX": 0, "BUYS": 15, "CH": 267, "PR": 600, "GAP": -69, "ALL": 531, "R": 264,
    }  # fmt: skip
    total = fill(network, Definition(rows, (summed,)), 2026).value("R", "B")
    assert told["R"] == total, "the result of the whole is the sum of the results"
    half = fill(network, definition, 2026, 6)
    assert half.value("CH", "B") == Decimal("133.50")


def test_a_local_account_is_read_in_the_book_of_its_chamber(network: Network) -> None:
    keep_book(network, "nord", 2025, {("6061", 2): 40_00, ("6063", 7): 5_00, ("6064", 12): 3_00})
    line = Line("A", "A", "accounts", "local: 606, !6063")
    assert one(network, line, Column("N", "N", "nord")) == Decimal("43.00")
    assert one(network, line, Column("N", "N", "nord"), month=6) == Decimal("40.00")


def test_volumes_and_fte_are_whole_years_or_not_told(network: Network) -> None:
    process = network.processes.get(code="achats")
    for code, fte in (("nord", "2.5"), ("sud", "1")):
        ProcessVolume.objects.create(
            process=process, entity=network.entities.get(code=code), year=2025, fte=Decimal(fte)
        )
    line = Line("A", "A", "fte", "achats", "fte")
    assert one(network, line, Column("N", "N", "nord")) == Decimal("2.5")
    assert (
        why(one(network, line, Column("N", "N", "sum"))) == "Région\u00a0: rien de compté en 2025"
    )
    assert why(one(network, line, Column("N", "N", "nord"), month=6)).startswith("volumes et ETP")
    volume = Line("A", "A", "volume", "achats", "number")
    assert why(one(network, volume, Column("N", "N", "nord"))) == "rien de compté en 2025"


def test_a_revised_budget_is_the_initial_one_where_there_is_none(network: Network) -> None:
    vote(budget(network, "nord", 2025), dt.date(2024, 11, 20))
    found = fill(network, Definition(DEFINITION.rows, (Column("N", "N", "nord", "revised"),)))
    assert found.value("PR", "N") == Decimal("4999.92")
    assert found.blocks(found.columns[0])[0][1].said == "Budget primitif 2025, faute de rectifié"


def test_a_cell_is_the_sum_of_its_parts(network: Network) -> None:
    books(network)
    found = fill(network)
    column = found.by_code["S"]
    parts = found.parts(DEFINITION.lines["PE"], column)
    assert [(p.chamber, p.account, p.cents) for p in parts] == [
        (code, "641", 24_000_00) for code in ("region", "nord", "sud")
    ]
    assert sum(p.cents for p in parts) == found.value("PE", "S") * 100  # type: ignore[operator]


def test_what_chambers_type_adds_up_in_the_network(network: Network) -> None:
    rate = Line("TX", "Taux", "typed", "", "percent")
    content = Definition((*DEFINITION.rows, rate), DEFINITION.columns)
    facts = gather(network, content, Period(2025))
    typed = {("ETP", "N_REGION"): Decimal(3), ("ETP", "N_SUD"): Decimal("1.5")}
    some = Filled(content, facts, Period(2025), typed)
    assert why(some.value("ETP", "S")) == "Nord\u00a0: à saisir"
    whole = Filled(content, facts, Period(2025), typed | {("ETP", "N_NORD"): Decimal(2)})
    assert whole.value("ETP", "S") == Decimal("6.5")
    cells = {
        (line.code, column.code)
        for line in content.rows
        for column in whole.columns
        if whole.is_typed(line, column)
    }
    assert ("ETP", "S") not in cells
    assert {("ETP", "N1"), ("ETP", "N_NORD"), ("TX", "S")} <= cells


def test_queries_depend_on_years_alone(network: Network) -> None:
    books(network)
    with CaptureQueriesContext(
        connection,
    ) as few:
        gather(network, DEFINITION, Period(2025))
    wide = Definition(
        tuple(Line(f"L{n}", "L", "accounts", "6") for n in range(200)),
        (*DEFINITION.columns, *(Column(f"X{n}", "X", "each") for n in range(8))),
    )
    with CaptureQueriesContext(connection) as many:
        gather(network, wide, Period(2025))
    assert len(few) == len(many)
    assert len(few) <= 14


def test_the_accounts_of_the_whole_are_those_of_the_chambers_then_what_is_eliminated() -> None:
    """Nord sells 40 to Sud, which says 35: nothing of it is left but a gap of 5."""
    said = {"nord": {"706": (0, 40_00)}, "sud": {"611": (35_00, 0)}, "": {"7E": (0, 5_00)}}
    blocks = {
        ("books", 2025, 12, code): Block("", "x", "livre", sides) for code, sides in said.items()
    }
    facts = Facts([("nord", "Nord"), ("sud", "Sud")], blocks)
    sales = Line("A", "A", "accounts", "7, !7E", "euro", "credit")
    held = Filled(Definition((sales,), (Column("C", "C", "consolidated"),)), facts, Period(2025))
    assert held.value("A", "C") == 0
    assert held.taken_out(sales, held.columns[0]) == (
        [Part("nord", "706", 0, 40_00, 40_00)], [Part("", "706", 0, -40_00, -40_00)],
    )  # fmt: skip
