"""Over a closed year, what came in less what went out is the variation of working capital less
that of the need for it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.network.models import Network
from maillage.workspaces.finance.queries.cash import cash_of
from maillage.workspaces.finance.queries.cash_proof import CashProof, cash_proof
from tests.builders import books_of_chambers, keep_books
from tests.ledger.test_consolidated import map_all
from tests.workspaces.finance.budget_world import entity, page_text
from tests.workspaces.finance.small_books import keep_book

pytestmark = [
    pytest.mark.sqlite("the engine of the ledger and pages: no query of its own"),
    pytest.mark.usefixtures("common_books"),
]
HERE = "/reseaux/essai/finances/tresorerie/"


def proof_of(network: Network, code: str, year: int = 2025) -> CashProof | None:
    (cash,) = cash_of(network, year, [entity(network, code)])
    return cash_proof(network, cash)


@pytest.mark.parametrize("code", ["nord", "sud", "region"])
def test_the_treasury_of_a_closed_year_is_that_of_the_financing_table(
    network: Network, code: str
) -> None:
    keep_books(network, code)
    map_all(network)
    found = proof_of(network, code)
    assert found is not None
    truth = books_of_chambers()
    moved = sum(
        debit - credit
        for (who, _month, local), (debit, credit) in truth.balances.items()
        if who == code and truth.accounts[local][0] == "5"
    )
    opening = cash_of(network, 2025, [entity(network, code)])[0].plan.opening
    assert opening is not None
    assert (found.gap, found.flows) == (0, moved - opening)
    assert found.capital and found.need, "each side moves"


def test_a_year_that_is_not_closed_or_not_opened_proves_nothing(network: Network) -> None:
    keep_book(network, "nord", 2025, {("706", month): -10_00 for month in range(1, 13)})
    assert proof_of(network, "nord") is None, "no opening entry"
    keep_book(network, "sud", 2025, {("706", month): -10_00 for month in range(1, 9)})
    assert proof_of(network, "sud") is None, "it stops in August"


def test_the_page_and_the_file_say_it(network: Network, who: SimpleNamespace) -> None:
    keep_books(network, "nord")
    map_all(network)
    page = page_text(who.reader.client, f"{HERE}nord/2025/")
    assert "Contrôle : flux observés de l’année" in page and "l’égalité tient" in page
    file = who.reader.client.get(f"{HERE}nord/2025/export.csv").content.decode()
    assert "l’égalité tient" in file


def test_accounts_without_a_rule_make_a_gap_that_is_told() -> None:
    found = CashProof(100_00, 80_00, 30_00)
    assert found.gap == 50_00
    assert "Contrôle à revoir" in found.words and "écart 50,00" in found.words


def test_the_proof_asks_as_much_whatever_the_number_of_chambers(
    network: Network, who: SimpleNamespace
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert "l’égalité tient" in page_text(who.reader.client, f"{HERE}nord/2025/")
        return len(seen)

    keep_books(network, "nord")
    map_all(network)
    alone = (count(), count())[1]
    keep_books(network, "sud", "region")
    assert (count(), count())[1] == alone
