"""Rules of correspondence from any spreadsheet: their own titles tell the separator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.mapping_files import read_rules, rules_table
from maillage.sheets.findings import Unreadable
from maillage.sheets.writing import Table, to_csv, to_xlsx
from tests.sheets.ods_files import ods

RULES = [
    RuleValue("nord", "6061", True, "606100", "=énergie, eau"),
    RuleValue("", "62", False, "620"),
]


def sound(_: Any) -> list[tuple[int, str, str]]:
    return []


def as_ods(table: Table) -> bytes:
    rows = [[c.written(v) for c, v in zip(table.columns, row, strict=True)] for row in table.rows]
    return ods([[column.title for column in table.columns], *rows], table.title)


@pytest.mark.parametrize(
    "write",
    [to_csv, lambda t: to_xlsx(t, dt.date(2026, 1, 1)), as_ods],
    ids=["csv", "xlsx", "ods"],
)  # fmt: skip
def test_rules_read_back_as_they_are_written(write: Callable[[Table], bytes]) -> None:
    assert read_rules(write(rules_table(RULES)), "regles", sound) == RULES


def test_a_comma_file_is_understood_by_the_titles_of_rules() -> None:
    data = b"Compte local,Compte commun,Exact\n6061,606100,oui\n"
    assert read_rules(data, "regles.csv", sound) == [RuleValue("", "6061", True, "606100")]


def test_faults_of_cells_and_of_rules_are_told_together() -> None:
    faults = [(0, "target", "hors du plan"), (1, "entity", "x")]
    data = b"Compte local;Compte commun;Exact\n6061;1;peut-etre\n62;2;\n"
    with pytest.raises(Unreadable) as refused:
        read_rules(data, "regles.csv", lambda _: faults)
    assert [(f.where, f.what) for f in refused.value.findings] == [
        ("ligne 2, colonne Exact", "valeur inconnue"),
        ("ligne 2, colonne Compte commun", "hors du plan"),
        ("ligne 3", "x"),
    ]
    with pytest.raises(Unreadable, match="aucune règle"):
        read_rules(b"Compte local;Compte commun\n", "regles.csv", sound)
