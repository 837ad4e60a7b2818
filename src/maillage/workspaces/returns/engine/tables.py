"""A return as tables: what its page, its files and the command show of it, from one description.

Knows rows, columns and how a value is said. Refuses to know where a cell leads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from maillage.kernel.absence import Absent
from maillage.sheets.writing import Column, Heading, Measure, Table
from maillage.workspaces.returns.engine.definition import BETWEEN, HEADING, UNITS, Line
from maillage.workspaces.returns.engine.facts import FilledColumn
from maillage.workspaces.returns.engine.filling import Controlled, Filled, decimals_of

Cell = Callable[[Line, FilledColumn, Any], Any]
"""What a page makes of a value: where it leads."""
HOLDS, FAILS, BLOCKS = "tenu", "non tenu", "non tenu, bloquant"


def plain(line: Line, column: FilledColumn, value: Any) -> Any:
    return value


def return_table(
    filled: Filled,
    columns: Sequence[FilledColumn],
    title: str,
    filters: Sequence[str] = (),
    cell: Cell = plain,
) -> Table:
    """Every row, the columns given; a value in the unit of its row, to its decimals."""
    heads = [Column("Ligne", width=48), Column("Code", width=12), Column("Unité", width=10)]
    heads += [Column(headed(column), "decimal", 18) for column in columns]
    rows: list[Sequence[Any]] = []
    for line in filled.definition.rows:
        if line.kind == HEADING:
            rows.append(Heading((line.label, line.code, "", *("" for _ in columns))))
            continue
        unit = "" if line.unit == "number" else UNITS[line.unit]
        values = [cell(line, column, told(filled, line, column)) for column in columns]
        rows.append((line.label, line.code, unit, *values))
    return Table(title, heads, rows, filters, labels=2)


def told(filled: Filled, line: Line, column: FilledColumn) -> Measure | Absent:
    value = filled.shown(line, column.code)
    return value if isinstance(value, Absent) else Measure(value, decimals_of(line, column))


def headed(column: FilledColumn) -> str:
    """The label of a column, with its unit where it has its own."""
    return f"{column.label} ({UNITS[column.unit]})" if column.unit == "percent" else column.label


def control_table(
    controlled: Sequence[Controlled],
    columns: Sequence[FilledColumn],
    reasons: Mapping[str, str],
    title: str,
) -> Table:
    """What each rule says of each column, and the reason given where it does not hold."""
    heads = [Column("Contrôle", width=40), Column("Règle", width=28)]
    asked = [column for column in columns if column.source != BETWEEN]
    heads += [Column(column.label, width=20) for column in asked]
    heads += [Column("Motif", width=40)]
    rows = []
    for one in controlled:
        answers = [_answer(one, column) for column in asked]
        rows.append((one.control.label, one.control.rule, *answers,
                     reasons.get(one.control.code, "")))  # fmt: skip
    return Table(title, heads, rows)


def control_lines(
    controlled: Sequence[Controlled], columns: Sequence[FilledColumn], reasons: Mapping[str, str]
) -> list[str]:
    """The same, a line for each rule, for a file that has one table."""
    found = []
    for one in controlled:
        failed = [c.label for c in columns if c.code in one.failed]
        unknown = [c.label for c in columns if c.code in one.unknown]
        said = [f"non tenu en {', '.join(failed)}"] if failed else []
        said += [f"inconnu en {', '.join(unknown)}"] if unknown else []
        said = said or [HOLDS]
        if reason := reasons.get(one.control.code):
            said.append(f"motif\u00a0: {reason}")
        rule = f"{one.control.label} ({one.control.rule})"
        found.append(f"Contrôle {rule}\u00a0: {' ; '.join(said)}")
    return found


def _answer(one: Controlled, column: FilledColumn) -> str | Absent:
    answer = one.answers[column.code]
    if isinstance(answer, Absent):
        return answer
    return HOLDS if answer else BLOCKS if one.control.blocking else FAILS
