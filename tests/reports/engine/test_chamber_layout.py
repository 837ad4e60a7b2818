"""A chamber’s sheet is read in order, and a heading counts its whole table, whatever its length."""

from __future__ import annotations

from itertools import pairwise

import pytest

from maillage.reports.engine.chamber_layout import laid
from maillage.reports.engine.content import ChamberCell, ChamberPage, ChamberTable


def page(rows: int) -> ChamberPage:
    def table(name: str) -> ChamberTable:
        lines = tuple(
            tuple(ChamberCell("", f"{name} {row} {column}") for column in range(3))
            for row in range(rows)
        )
        return ChamberTable(name, str(rows), ("Un", "Deux", "Trois"), lines)

    tables = (table("Assure"), table("Reçoit"), table("Décide"))
    return ChamberPage("Nord", "Chambre", ("2020", "2024"), "Rien.", (), tables, ())


@pytest.mark.parametrize("rows", [1, 3, 10, 20, 21, 22, 60, 400])
def test_a_table_is_whole_across_or_cut_once_from_a_column_to_the_next(rows: int) -> None:
    found, given = laid(page(rows)), page(rows).tables
    assert found.roles == given
    shown = [table for column in found.columns for table in column]
    if rows >= 60:
        assert not shown, "over several pages, two columns would be read out of order"
        return
    assert [row for table in shown for row in table.rows] == [r for t in given for r in t.rows]
    for before, after in pairwise(shown):
        if after.title.endswith("(suite)"):
            assert (after.title, after.count) == (f"{before.title} (suite)", "")
    assert [t.count for t in shown if t.count] == [str(rows)] * 3
