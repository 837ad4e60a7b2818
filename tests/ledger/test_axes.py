"""The accounts read by analytical axis are what the files themselves say, to the cent."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.costing.models.budgets import BudgetAxis
from maillage.ledger.book_folders import books_of
from maillage.ledger.demo import AXES as DEMO_AXES
from maillage.ledger.engine.accounts import Span, trial
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.consolidated import year_of
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.schemes.models import Edition
from maillage.workspaces.finance.demo import AXES as BUDGET_AXES
from tests.builders import AXES, CHAMBERS, books_of_chambers, keep_books
from tests.generated_books import FORMATS
from tests.journeys.test_from_nothing import text_of
from tests.ledger.test_consolidated import HERE, map_all, own_of

pytestmark = pytest.mark.usefixtures("common_books")


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """The chamber of the North keeps axes, that of the South does not."""
    network = draft.scheme.network
    keep_books(network, "nord", axes=AXES)
    keep_books(network, "sud")
    map_all(network)
    return SimpleNamespace(network=network, **vars(people(draft)))


def _written(network: Any) -> dict[str, dict[str, int]]:
    """Axis -> common account -> net cents, from the text of the file of the North."""
    place = [chamber.code for chamber in CHAMBERS].index("nord")
    form, mapping = FORMATS[place], mapping_of(rules_of(network))
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    text = books_of_chambers(AXES).files[place].read_bytes().decode(form.encoding)
    for row in csv.DictReader(text.splitlines(), delimiter=form.separator):
        debit, credit = (Decimal(row[n].replace(",", ".") or 0) for n in ("Debit", "Credit"))
        target = mapping.resolve("nord", row["CompteNum"])
        assert target
        found[row["CodeAction"]][target.account] += int(100 * (debit - credit))
    return found


def test_the_balance_of_an_axis_is_what_the_file_says(world: SimpleNamespace) -> None:
    year, chart = year_of(world.network, 2025), common_chart(world.network)
    assert year.axes == tuple(sorted(AXES))
    written = _written(world.network)
    assert written["numerique"] and written["numerique"] != written["export"]
    for axis in AXES:
        rows = trial([year], Span(axis=axis), chart)
        assert own_of(rows) == {("nord", account): net for account, net in written[axis].items()}


def test_a_figure_of_an_axis_leads_to_its_lines(world: SimpleNamespace) -> None:
    books = books_of(current_files(world.network))
    mapping = mapping_of(rules_of(world.network))
    for account, net in _written(world.network)["numerique"].items():
        for text in ("", "e"):
            page = entry_lines(books, mapping, Filter(account=account, axis="numerique", text=text))
            assert page.count
            assert {line.entity for line in page.lines} <= {"nord"}
            if not text:
                assert page.debit - page.credit == net and page.count


def test_pages_offer_the_axes_and_keep_the_one_chosen(world: SimpleNamespace) -> None:
    client = world.reader.client
    page = text_of(client.get(f"{HERE}balance/?axe=numerique"))
    assert "axe numerique" in page and "Axe analytique" in page
    raw = client.get(f"{HERE}balance/?axe=numerique&niveau=1").content.decode()
    assert "axe=numerique&amp;compte=6" in raw
    result = text_of(client.get(f"{HERE}resultat/?axe=export"))
    assert "Un axe seul n’a pas à s’équilibrer" in result and "à revoir" not in result
    lines = text_of(client.get(f"{HERE}ecritures/?axe=export&compte=6"))
    assert "Axe export" in lines
    assert client.get(f"{HERE}ecritures/?axe=export").context["result"].count < (
        client.get(f"{HERE}ecritures/").context["result"].count
    )
    csv_file = client.get(f"{HERE}balance/export.csv?axe=numerique").content.decode("utf-8-sig")
    assert "Axe analytique numerique" in csv_file
    unknown = client.get(f"{HERE}balance/?axe=rien")
    assert unknown.context["question"].span.axis == ""


def test_no_axis_is_offered_where_no_book_has_one(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    keep_books(draft.scheme.network, "nord")
    reader = people(draft).reader.client
    assert "Axe analytique" not in text_of(reader.get(f"{HERE}balance/"))


def test_the_books_of_the_demonstration_bear_the_axes_of_its_budgets() -> None:
    assert tuple(code for code, _, _ in BUDGET_AXES) == DEMO_AXES


def test_an_axis_is_called_by_its_name_where_the_plan_has_one(world: SimpleNamespace) -> None:
    known = {"code": "numerique", "name": "Transition des commerces", "kind": "action"}
    BudgetAxis.objects.create(network=world.network, **known)
    answer = world.finances.client.get(f"{HERE}resultat/?axe=numerique")
    page, said = answer.content.decode(), text_of(answer)
    assert '<option value="numerique" selected>Transition des commerces</option>' in page
    assert '<option value="export">export</option>' in page, "nothing names it"
    assert "axe Transition des commerces" in said and "axe numerique" not in said
    lines = text_of(world.finances.client.get(f"{HERE}ecritures/?axe=numerique"))
    assert "Axe Transition des commerces" in lines
