"""A chamber that closes on 30 June: each of its months is read at its date, on every page."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from maillage.kernel.period import CutOff
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.cash import date_cash
from maillage.workspaces.finance.actions.landing import Foreseen, foresee
from maillage.workspaces.finance.engine.landing import Method
from maillage.workspaces.finance.queries.cash import ChamberCash, cash_of
from maillage.workspaces.finance.queries.landing import ChamberLanding, landings_of
from tests.workspaces.finance.budget_world import budget, entity, page_text, vote
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.usefixtures("november", "common_books")
HERE = "/reseaux/essai/finances/"
SPENT = {("606", month): month * 1_00 for month in range(1, 13)}
"""As many euros as the number of the month: from July 2025 (7) to June 2026 (6), 78 in all."""


def _fill(network: Network) -> None:
    lines = {("606", ""): 120_00}
    vote(budget(network, "nord", 2026, lines=lines), dt.date(2025, 6, 20))
    keep_book(network, "nord", 2026, SPENT, closes=6)
    keep_book(network, "sud", 2026, {("606", 1): 5_00, ("606", 12): 1_00})


def _cash(network: Network) -> ChamberCash:
    return cash_of(network, 2026, [entity(network, "nord")])[0]


def _landing(network: Network, month: int) -> ChamberLanding:
    return landings_of(network, CutOff(2026, month), [entity(network, "nord")])[0]


def test_its_treasury_is_observed_up_to_its_closing_and_at_its_dates(network: Network) -> None:
    _fill(network)
    date_cash(entity(network, "nord"), actor=INSTALLATION, year=2026, opening=1_000_00, dues=())
    cash = _cash(network)
    assert cash.plan.expected[:6] == [999_00, 997_00, 994_00, 990_00, 985_00, 979_00]
    assert cash.unseen[:6] == ("",) * 6
    assert {"se clôt à fin juin" in why for why in cash.unseen[6:]} == {True}


def test_the_former_closing_of_a_chamber_that_closes_in_june_opens_no_january(
    network: Network,
) -> None:
    vote(budget(network, "nord", 2026, lines={("606", ""): 120_00}), dt.date(2025, 6, 20))
    keep_book(network, "nord", 2025, SPENT, closes=6)
    assert _cash(network).opened_by == ""


@pytest.mark.parametrize(
    ("month", "months", "realised", "to_date"),
    [(1, 7, 7 + 8 + 9 + 10 + 11 + 12 + 1, 70), (6, 12, 78, 120), (10, 12, 78, 120)],
)
def test_its_landing_counts_from_its_opening_and_no_further_than_its_closing(
    network: Network, month: int, months: int, realised: int, to_date: int
) -> None:
    _fill(network)
    wanted = Foreseen(Method.PRORATA, {})
    foresee(entity(network, "nord"), actor=INSTALLATION, year=2026, wanted=wanted)
    (line,) = _landing(network, month).lines
    known = line.known
    assert (known.months, known.realised, known.to_date) == (
        months, realised * 1_00, to_date * 1_00,
    )  # fmt: skip
    assert line.forecast.cents == round(realised * 1_00 * 12 / months)
    assert line.months is not None
    (parts,) = line.months.values()
    assert sum(parts) == line.forecast.cents
    assert list(parts[:1]) == [1_00] and list(parts[6:]) == [m * 1_00 for m in range(7, 13)]


def test_its_closing_is_said(network: Network, who: SimpleNamespace) -> None:
    _fill(network)
    client = who.reader.client
    landing = page_text(client, f"{HERE}atterrissage/nord/2026/?arrete=10")
    assert "Son livre se clôt le 30 juin 2026 : tout en est compté." in landing
    board = f"{HERE}tableaux/?annee=2026&arrete=3"
    said = "Les livres ne closent pas le même jour : 30/06/2026 (Nord) ; 31/12/2026 (Sud)."
    assert said in page_text(client, board)
    exported = client.get(board.replace("tableaux/", "tableaux/tableau.csv")).content.decode()
    assert said in exported.replace("\u00a0", " ")
