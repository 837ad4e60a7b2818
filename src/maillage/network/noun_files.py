"""The nouns of a network as files: one workbook of three sheets out, a workbook or a CSV in.

Knows sheets, titles and cells. What is read is proposed, never written; a noun the file does not
name stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from maillage.network.noun_table import (
    FUNCTION,
    PROCESS,
    TITLES,
    Held,
    NounRow,
    columns_of,
    completed,
    faults_of,
    given,
    moving,
    settled,
)
from maillage.sheets import column_reader
from maillage.sheets.column_reader import Layout, Reading, Row
from maillage.sheets.findings import Finding, Findings, Unreadable
from maillage.sheets.marks import Seen, mark_of
from maillage.sheets.words import folded
from maillage.sheets.writing import Table, marked

MOST_ROWS = 1_000


def tables(held: Held, whose: str) -> list[Table]:
    """Every noun, a sheet per kind: what `read` reads again, with what it saw of each; the
    template, where there is none. `whose`: of which network, in the words `read` is told."""
    functions = {code: said["name"] for code, said in held[FUNCTION].items()}
    made = []
    for kind, title in TITLES.items():
        columns = columns_of(kind, functions)
        rows = [
            [code, *(c.written(said[c.name]) for c in columns[1:])]
            for code, said in held[kind].items()
        ]
        table = Table(title, columns, rows, bare=True)
        seen = [mark_of({"code": c, **v}, f"{whose} {kind}") for c, v in held[kind].items()]
        made.append(marked(table, seen) if rows else table)
    return made


def read(data: bytes, filename: str, held: Held, whose: str) -> list[NounRow]:
    """The rows of a file, each with its code. Raises Unreadable with each finding."""
    findings = Findings("")
    functions = {code: said["name"] for code, said in held[FUNCTION].items()}
    rows: list[NounRow] = []
    places: dict[str, Reading] = {}
    for kind in _kinds(data, filename):
        layout = Layout(
            TITLES[kind],
            columns_of(kind, functions),
            MOST_ROWS,
            keys=("code",),
            about=f"{whose} {kind}",
        )
        found = places[kind] = column_reader.read(data, filename, layout)
        named = [_row(kind, row) for row in found.rows]
        if kind == FUNCTION:
            named = completed(named, held)
            functions |= {row.code: row.values["name"] for row in named if row.values.get("name")}
        rows += named
    if any(row.mark for row in rows):  # of a workbook that has marks, a whole sheet may lose its
        rows = [replace(row, mark=row.mark or Seen.lost(row.values)) for row in rows]
    rows = completed(rows, held)
    _tell(rows, held, places)
    for one in places.values():
        findings.count += one.findings.count
        findings.listed += one.findings.listed
    findings.raise_any()
    return [replace(row, number=0) for row in rows]


def restored(rows: Sequence[Mapping[str, Any]]) -> list[NounRow]:
    """The rows out of the JSON that was kept of them."""
    return [NounRow(**{**row, "mark": Seen.kept(row.get("mark"))}) for row in rows]


def _row(kind: str, row: Row) -> NounRow:
    """The row, without the cells that could not be read: they hold None, and are told already."""
    unread = () if row.sound else tuple(n for n, value in row.values.items() if value is None)
    told = {n: value for n, value in row.values.items() if n != "code" and n not in unread}
    code = row.get("code") or ""
    return NounRow(kind, code, settled(kind, told), row.number, unread=unread, mark=row.seen)


def _tell(rows: Sequence[NounRow], held: Held, places: Mapping[str, Reading]) -> None:
    """What does not hold between rows, told at their place; what a file left as it saw it is
    nobody's word."""
    asked = [given(row, held)[0] for row in moving(rows)]
    for kind, reading in places.items():
        own = [row for row in asked if row.kind == kind]
        titles = {c.name: c.title for c in columns_of(kind, {})}
        for fault in faults_of(own, held):
            title = titles.get(fault.column, "")
            reading.findings.add(fault.reason.rstrip("."), row=fault.number, column=title)


def _kinds(data: bytes, filename: str) -> list[str]:
    """The kinds a file holds: by the sheets of a workbook, by the titles of a CSV."""
    names = column_reader.sheet_names(data, filename)
    if names is None:
        head = folded(data[:2_000].decode("utf-8-sig", "replace").partition("\n")[0])
        if "fonction" in head:
            return [PROCESS]
        return [next(iter(TITLES)) if "nature" in head else FUNCTION]
    found = [kind for kind, title in TITLES.items() if title in names]
    if not found:
        expected = ", ".join(f"«\u00a0{title}\u00a0»" for title in TITLES.values())
        what = "aucune feuille connue"
        raise Unreadable([Finding(filename, what, f"une feuille ou plus parmi {expected}")])
    return found
