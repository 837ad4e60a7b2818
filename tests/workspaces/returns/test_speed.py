"""Filling costs little more than the one reading of the books it rests upon."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from django.conf import settings

from maillage.ledger.actions import change_mapping, record_file
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.queries.consolidated import _adjusted, _consolidated, years_of
from maillage.network.models import Entity, Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.returns.engine.definition import Column, Definition, Line
from maillage.workspaces.returns.engine.facts import Period
from maillage.workspaces.returns.engine.filling import Filled
from maillage.workspaces.returns.engine.tables import return_table
from maillage.workspaces.returns.queries.gathering import gather
from tests.builders import CHAMBERS
from tests.generated_books import BookEntity, generate_books

pytestmark = pytest.mark.sqlite("the time of an engine: the database answers a few rows")

LINES = 12_000
ROWS = 200
MOST = 2
"""Times the bare reading, everything included: measured 1.3 on two cores."""


@pytest.fixture
def six(network: Network, tmp_path: Path) -> Network:
    """Six chambers, a generated book each."""
    others = [BookEntity(f"x{n}", f"X{n}", f"99999999{n}") for n in range(3)]
    for place, one in enumerate(others, 10):
        Entity.objects.create(
            network=network, code=one.code, name=one.name, short_name=one.name,
            kind=Entity.Kind.TERRITORIAL, position=place,
        )  # fmt: skip
    truth = generate_books(tmp_path, seed=5, lines=LINES, entities=(*CHAMBERS, *others))
    for one, path in zip((*CHAMBERS, *others), truth.files, strict=True):
        store = Path(settings.LEDGER_ROOT) / network.code / one.code / "2025"
        entity = network.entities.get(code=one.code)
        read = read_ledger(path, store=store, closing=dt.date(2025, 12, 31))
        record_file(network, entity, dt.date(2025, 12, 31), read, actor=INSTALLATION)
    rules = [RuleValue("", root, False, root) for root in sorted(set(truth.accounts.values()))]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    return network


def _seconds(act: Callable[[], object]) -> float:
    """The median of five, in processor time, nothing of the books being kept in memory."""
    found = []
    for _ in range(5):
        _adjusted.cache_clear()
        _consolidated.cache_clear()
        begun = time.process_time()
        act()
        found.append(time.process_time() - begun)
    return median(found)


def wide() -> Definition:
    """Rows of accounts, a formula in four; six chambers, the sum, the whole, halves of the year."""
    rows = [
        Line(f"L{n}", "L", "accounts", f"{6 + n % 2}{n % 9}, !{6 + n % 2}{n % 9}1")
        if n % 4
        else Line(f"L{n}", "L", "formula", f"L{n + 1} + L{n + 2} / (1 + L{n + 3})")
        for n in range(ROWS)
    ]
    columns = (
        Column("N", "N"), Column("S", "S", "sum"), Column("C", "C", "consolidated"),
        Column("Y", "Y", "sum", "books", 0, "year"), Column("B", "B", "sum", "initial"),
        Column("E", "E", "sum", "executed"), Column("R", "R", "sum", "revised"),
    )  # fmt: skip
    return Definition(tuple(replace(row, decimals=2) for row in rows), columns)


@pytest.mark.django_db
def test_two_hundred_rows_by_twelve_columns_of_six_chambers(six: Network) -> None:
    definition, period = wide(), Period(2025)

    def filled() -> int:
        found = Filled(definition, gather(six, definition, period), period)
        assert len(found.columns) == 12
        return len(list(return_table(found, found.columns, "Essai").rows))

    filled()
    bare = _seconds(lambda: years_of(six, [2025]))
    whole = _seconds(filled)
    assert filled() == ROWS

    assert whole <= MOST * bare, f"{whole:.3f} s for {bare:.3f} s: {whole / bare:.2f} times"
