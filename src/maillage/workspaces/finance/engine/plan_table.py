"""The investment plan as a spreadsheet, out and in: the same columns both ways.

One row per operation, one column per year, one per source of funding. Knows the chambers,
functions and macro-processes a row may name. Refuses to guess, and takes nothing from a file that
has a single fault: every finding is listed with its row and column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maillage.sheets import marks
from maillage.sheets.cells import UnfitError, line
from maillage.sheets.column_reader import Layout, Outside, Reading, Row, read
from maillage.sheets.columns import Column
from maillage.sheets.marks import mark_of
from maillage.sheets.writing import Table, marked
from maillage.workspaces.finance.engine.investments import (
    SOURCES,
    STATUSES,
    Operation,
    done_fault,
    operation_fault,
)

SHEET = "Plan d’investissement"
MAX_BYTES = 5_000_000
MOST_ROWS = 5_000
FIXED: dict[str, str] = {
    "entity": "Chambre (code)",
    "code": "Code",
    "title": "Opération",
    "function": "Fonction (code)",
    "process": "Macro-processus (code)",
    "status": "État",
}
_YEAR = re.compile(r"20\d\d|2100")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may name: codes of chambers, of functions, of processes with their function.

    `year`: the one that runs.
    """

    entities: Collection[str]
    functions: Collection[str]
    processes: Mapping[str, str]
    year: int


def titles(years: Iterable[int]) -> list[str]:
    return [*FIXED.values(), *(str(year) for year in years), *SOURCES.values()]


def row_of(operation: Operation, years: Sequence[int]) -> list[Any]:
    """The values of one row, amounts in cents and None where there is none."""
    named = [operation.entity, operation.code, operation.title, operation.function]
    named += [operation.process, STATUSES[operation.status]]
    amounts = [operation.years.get(year) for year in years]
    return [*named, *amounts, *(operation.funding.get(source) for source in SOURCES)]


def table_of(operations: Sequence[Operation], today: int, about: Sequence[str]) -> Table:
    """Operations as the file that is read back; their years in a row, `today`'s where none has."""
    met = {year for o in operations for year in o.years} or {today}
    years = range(min(met), max(met) + 1)
    columns = [
        Column(title, "text", 30 if name == "title" else 16) for name, title in FIXED.items()
    ]
    columns += [Column(title, "amount", 16) for title in titles(years)[len(FIXED) :]]
    return Table(SHEET, columns, [row_of(o, years) for o in operations], about)


def told_of(operation: Operation) -> dict[str, Any]:
    """An operation by the names and values with which its row is read back."""
    values: dict[str, Any] = {name: getattr(operation, name) for name in FIXED}
    values |= {str(year): cents for year, cents in operation.years.items()}
    return {**values, **operation.funding}


def seen_table(table: Table, operations: Sequence[Operation], whose: str) -> Table:
    """The same, each row with what the file saw of it; `whose`: of which plan."""
    return marked(table, [mark_of(told_of(one), whose) for one in operations])


def _emptied(seen: marks.Seen) -> dict[str, None]:
    """What the file changes and no longer says; one whose mark is lost empties nothing."""
    return {} if seen.is_lost else dict.fromkeys(seen.touched)


def merged(row: Operation, held: Operation | None) -> tuple[Operation, tuple[str, ...]]:
    """What a row makes of the operation held, and the names of what changed on both sides since
    its file was exported."""
    if row.seen is None or held is None:
        return row, ()
    found = marks.merged(row.seen, {**_emptied(row.seen), **told_of(row)},
                         told_of(held))  # fmt: skip
    return with_values(row, found.values), found.clashes


def with_values(operation: Operation, values: Mapping[str, Any]) -> Operation:
    """The operation that says these values, by the names of `told_of`."""
    return replace(
        operation,
        **{name: values[name] for name in FIXED},
        years={int(n): v for n, v in values.items() if _YEAR.fullmatch(n) and v},
        funding={source: values[source] for source in SOURCES if values.get(source)},
    )


def read_plan(
    data: bytes,
    filename: str,
    known: Known,
    whose: str = "",
    outside: Outside = lambda _: "",
) -> list[Operation]:
    """Operations of an XLSX, ODS or CSV file, in its order. Raises Unreadable with all faults, but
    of rows that are `outside`: these are set apart."""
    layout = Layout(
        SHEET, _columns(known), MOST_ROWS, MAX_BYTES, _year,
        keys=("entity", "code"), about=whose, outside=outside,
    )  # fmt: skip
    reading = read(data, filename, layout)
    if reading.columns and not any(_YEAR.fullmatch(name) for name in reading.columns):
        reading.findings.add("aucune année", "une colonne par année, par exemple 2026", row=1)
        reading.raise_any()
    met: dict[tuple[str, str], int] = {}
    operations = [_operation(row, reading, known, met) for row in reading]
    reading.raise_any()
    apart = [
        Operation(r["entity"], r["code"] or "", r["title"] or "", place=reading.place(r),
                  apart=r.apart)
        for r in reading.apart
    ]  # fmt: skip
    return [one for one in operations if one.place not in {row.place for row in apart}] + apart


def _columns(known: Known) -> list[Column]:
    codes: dict[str, Any] = {"unknown": "code inconnu", "missing": "code absent",
                             "expected": "un code du réseau"}  # fmt: skip
    own: dict[str, dict[str, Any]] = {
        "entity": {"kind": "code", "filled": True, "among": dict.fromkeys(known.entities, "")},
        "code": {"take": _code},
        "title": {"take": _title},
        "function": {"kind": "code", "among": dict.fromkeys(known.functions, "")},
        "process": {"kind": "code", "among": dict.fromkeys(known.processes, "")},
        "status": {"kind": "choice", "among": STATUSES},
    }
    fixed = [Column(title, **codes | own[name] | {"name": name}) for name, title in FIXED.items()]
    fixed[-1] = replace(fixed[-1], unknown="état inconnu", expected="un état")
    return fixed + [
        Column(label, "amount", name=source, needed=False, least=0)
        for source, label in SOURCES.items()
    ]


def _year(title: str) -> Column | None:
    return Column(title, "amount", name=title, least=0) if _YEAR.fullmatch(title) else None


def _code(cell: Any) -> str:
    code = line(cell)
    if not _CODE.fullmatch(code) or len(code) > 40:
        raise UnfitError("code mal formé", "minuscules, chiffres et tirets, 40 au plus")
    return code


def _title(cell: Any) -> str:
    title = " ".join(line(cell).split())
    if not title or len(title) > 200:
        raise UnfitError("intitulé absent ou trop long", "de 1 à 200 caractères")
    return title


def _operation(
    row: Row, reading: Reading, known: Known, met: dict[tuple[str, str], int]
) -> Operation:
    """The operation of a row, and what does not hold in it among the findings."""
    operation = Operation(
        row["entity"],
        row["code"],
        row["title"],
        row["status"] or "idea",
        row["function"],
        row["process"],
        {int(name): row[name] for name in row.values if _YEAR.fullmatch(name) and row[name]},
        {source: row[source] for source in SOURCES if row.get(source)},
        reading.place(row),
        row.seen,
    )
    owner = known.processes.get(operation.process, "")
    if owner and operation.function and owner != operation.function:
        reading.fault(row, "ce macro-processus est d’une autre fonction", owner, "function")
    first = met.setdefault((operation.entity, operation.code), row.number)
    if first != row.number:
        reading.fault(row, f"opération déjà à la ligne {first}", "une ligne par opération", "code",
                      operation.code)  # fmt: skip
    fault = operation_fault(operation) or done_fault(operation, known.year)
    if fault and row.sound:
        reading.fault(row, fault.rstrip("."), value=operation.title)
    return operation
