"""A register as a file: XLSX, CSV and JSON out as the list shows it, and in again by its columns.

Knows titles, cells and lines. A column that is not in a file leaves its field as it is; a row
that is not in it stays. Writes nothing: what is read is proposed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import orjson

from maillage.kernel.collecting import uncollected
from maillage.kernel.plain_json import plain
from maillage.papers.icalendar import DayEvent, write
from maillage.registers.changes import Proposal, planned
from maillage.registers.declaration import Field, capital
from maillage.registers.kinds import UnfitError
from maillage.registers.list_question import Question
from maillage.registers.queries import Reading, Record
from maillage.sheets import column_reader, marks
from maillage.sheets.column_reader import Layout, Outside
from maillage.sheets.findings import Findings
from maillage.sheets.marks import Seen, is_left
from maillage.sheets.workbook_parts import rows_text, unreadable
from maillage.sheets.writing import CSV, XLSX, Column, Table, marked, to_csv, to_xlsx

MOST_ROWS = 20_000
JSON = "application/json"
ICS = "text/calendar; charset=utf-8"
CODE = "Code"
Rows = list[tuple[str, dict[str, Any], str, Any, str]]
"""What is kept of a file: codes, JSON values by field, where each row stands, in words, what the
file saw of it (`Seen`, None where it does not say), why it is apart, of a row that was not read."""


class Line(NamedTuple):
    """A row of a file: where it stands, its code, its values; `seen`, `apart` as in `Rows`."""

    number: int
    code: str
    values: dict[str, Any]
    seen: Seen | None = None
    apart: str = ""


def mark(reading: Reading, record: Record, fields: Sequence[Field]) -> str:
    """What a file sees of a row, by the values with which it is read back."""
    values = {f.name: record.values[f.name] for f in fields}
    return marks.mark_of({"code": record.code, **values}, f"{reading.chain} {reading.subject}")


def shown_fields(reading: Reading, question: Question) -> list[Field]:
    """The columns chosen, in their order; those listed where none were."""
    by_name = {f.name: f for f in reading.fields}
    chosen = [by_name[name] for name in question.columns if name in by_name]
    return chosen or [f for f in reading.fields if f.listed]


def table_of(
    reading: Reading, question: Question, words: Sequence[str], fields: Sequence[Field]
) -> Table:
    """The rows asked, all pages of them, as a file that says what it saw of each."""
    rows = reading.sorted(reading.asked(question), question)
    records = reading.records(rows, fields)
    seen = (mark(reading, record, fields) for record in records)
    return marked(table(reading, records, fields, words), seen)


def table(
    reading: Reading, records: Sequence[Record], fields: Sequence[Field], words: Sequence[str] = ()
) -> Table:
    """Rows as the list shows them and as a file holds them: what `read` reads again."""
    made = [(f.name, f.kind.cell, reading.directory(f.name).written) for f in fields]
    lines = [
        [record.code, *(cell(record.values[name], written) for name, cell, written in made)]
        for record in records
    ]
    columns = [Column(CODE, width=12), *map(_column, fields)]
    return Table(capital(reading.register.many), columns, lines, words)


def _column(asked: Field, **more: Any) -> Column:
    wide = asked.kind.column == "text" and asked.kind.is_folded
    return Column(asked.title, asked.kind.column, 40 if wide else 16, **more)


def template_of(reading: Reading) -> Table:
    """Every column one may fill, and no row."""
    columns = [Column(CODE, width=12)]
    columns += [_column(f) for f in reading.typed]
    return Table(capital(reading.register.many), columns, [], bare=True)


def exported(
    reading: Reading, question: Question, words: Sequence[str], shape: str, now: dt.datetime
) -> tuple[bytes, str]:
    """The file of a list in a shape ("xlsx", "csv", "json", "ics"), and its media type."""
    if shape == "ics":
        return diary(reading, question, now), ICS
    fields = shown_fields(reading, question)
    if shape == "json":
        return as_json(reading, question, words, fields), JSON
    table = table_of(reading, question, words, fields)
    return (to_csv(table), CSV) if shape == "csv" else (to_xlsx(table, now.date()), XLSX)


def as_json(
    reading: Reading, question: Question, words: Sequence[str], fields: Sequence[Field]
) -> bytes:
    rows = reading.sorted(reading.asked(question), question)
    found = [
        {
            "code": record.code,
            **{f.name: f.kind.plain(record.values[f.name]) for f in fields},
            marks.NAME: mark(reading, record, fields),
        }
        for record in reading.records(rows, fields)
    ]
    head = {"register": reading.register.noun, "network": reading.network.code, "filters": words}
    return orjson.dumps({**head, "rows": found}, option=orjson.OPT_INDENT_2)


def diary(reading: Reading, question: Question, now: dt.datetime) -> bytes:
    """The dates of the rows asked, as whole days of a calendar."""
    register = reading.register
    dates = [f for f in reading.fields if f.name in register.dates]
    titles = [f for f in reading.fields if f.name == register.title]
    rows = reading.sorted(reading.asked(question), question)
    events = [
        DayEvent(
            f"{record.public_id}-{asked.name}",
            day,
            f"{asked.label}\u00a0: {next((record.values[t.name] for t in titles), record.code)}",
        )
        for record in reading.records(rows, [*dates, *titles])
        for asked in dates
        if (day := record.values[asked.name])
    ]
    return write(capital(register.many), events, now)


@uncollected
def read(reading: Reading, data: bytes, filename: str) -> Rows:
    """The rows of a file, checked with those there. Raises Unreadable with each finding."""
    outside = outside_of(reading)
    findings, lines = _read(reading, data, filename, outside)
    proposals = [Proposal(line.code, line.values) for line in lines]
    first: dict[str, int] = {}
    for line in lines:
        if line.code and line.code in first:
            what = f"ce code est déjà à la ligne {first[line.code]}"
            findings.add(what, row=line.number, column=CODE, value=line.code)
        first.setdefault(line.code, line.number)
    reasons: dict[int, str] = {}
    there: set[str] = set()
    if not findings.count:
        titles = {f.name: f.title for f in reading.fields} | {"code": CODE}
        for line, change in zip(lines, planned(reading, proposals), strict=True):
            if change.record is not None:
                there.add(line.code)
            if change.faults and not is_left(line.seen):
                reasons[line.number] = line.apart or outside({"code": line.code})
            for fault in () if is_left(line.seen) or reasons.get(line.number) else change.faults:
                findings.add(fault.message, row=line.number, column=titles.get(fault.field, ""))
    findings.raise_any()
    plain = {f.name: f.kind.plain for f in reading.fields}
    return [
        _kept(plain, line, findings.place, reasons.get(line.number, ""), line.code in there)
        for line in lines
    ]


def _kept(
    plain: Mapping[str, Callable[[Any], Any]], line: Line, place: str, why: str, is_there: bool
) -> Any:
    apart = line.apart or why
    # Of a row that says what it saw and is still there, what was left is nobody's word.
    touched = line.seen.touched if line.seen and is_there else line.values
    told = {} if apart else {n: plain[n](line.values[n]) for n in line.values if n in touched}
    where = f"{place}, ligne {line.number}" if place else f"ligne {line.number}"
    return line.code, told, where, line.seen, apart


def outside_of(reading: Reading) -> Callable[[Mapping[str, Any]], str]:
    """Why the row of a code is not the reader's to write, "" where it is, or is new."""
    rows: dict[str, Any] = {}

    def outside(values: Mapping[str, Any]) -> str:
        if not rows:
            rows.update({row.code: row for row in reading.rows().select_related("network")})
            rows.setdefault("", None)
        row = rows.get(values.get("code") or "")
        if row is None:
            return ""
        verdict = reading.register.may_write(row, actor=reading.actor)
        return getattr(verdict, "reason", "")

    return outside


def restored(reading: Reading, rows: Iterable[Sequence[Any]]) -> list[Proposal]:
    """Proposals out of what was kept of a file; what can no longer be read is left out."""
    takers = {f.name: _restorer(reading, f) for f in reading.fields}
    proposals = []
    for code, held, *_ in rows:
        values = {
            n: value
            for n, given in held.items()
            if n in takers and (value := takers[n](given)) is not GONE
        }
        proposals.append(Proposal(code, values))
    return proposals


GONE = object()
"""A value that was read and no longer is one, such as the code of a row since deleted."""


def _restorer(reading: Reading, asked: Field) -> Callable[[Any], Any]:
    """Reads JSON values of a field; each distinct one once, for a column repeats itself."""
    known = reading.directory(asked.name).known
    met: dict[Any, Any] = {}

    def take(given: Any) -> Any:
        key = (given.__class__, tuple(given) if isinstance(given, list) else given)
        if key not in met:
            try:
                met[key] = asked.kind.unplain(given, known)
            except UnfitError:
                met[key] = GONE
        return met[key]

    return take


def _read(
    reading: Reading, data: bytes, filename: str, outside: Outside
) -> tuple[Findings, list[Line]]:
    """The lines of a file, and the faults of its cells; the codes stand where they are known."""
    if data[:1] in (b"{", b"["):
        return _json_lines(reading, data, filename)
    columns = [
        _column(f, name=f.name, aliases=(f.name, f.label), needed=False,
                take=partial(f.kind.take, known=reading.directory(f.name).known))
        for f in reading.fields
    ]  # fmt: skip
    code = Column(CODE, name="code", aliases=("code",), needed=False, take=_code)
    layout = Layout(
        capital(reading.register.many)[:31], [code, *columns], MOST_ROWS,
        keys=("code",), about=f"{reading.chain} {reading.subject}", outside=outside,
    )  # fmt: skip
    found = column_reader.read(data, filename, layout)
    if not found.columns:
        found.findings.add("aucun titre connu", "les titres du modèle à télécharger", row=1)
    return found.findings, [
        Line(row.number, row.values.pop("code", None) or "", row.values, row.seen, row.apart)
        for row in found.rows
    ]


def _code(cell: Any) -> str:
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell or "").strip()


def _json_lines(reading: Reading, data: bytes, filename: str) -> tuple[Findings, list[Line]]:
    """Objects by field name, alone or under `rows`."""
    try:
        found = plain(data)
    except ValueError:
        raise unreadable(filename, "ce JSON ne se lit pas", "un JSON en UTF-8") from None
    rows = found.get("rows") if isinstance(found, Mapping) else found
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise unreadable(
            filename, "les fiches manquent", "une liste d’objets, ou un objet «\u00a0rows\u00a0»"
        )
    if len(rows) > MOST_ROWS:
        raise unreadable(filename, "le fichier est trop long", f"{rows_text(MOST_ROWS)} au plus")
    findings, lines = Findings("fiches"), []
    by_name = {f.name: f for f in reading.fields}
    for number, row in enumerate(rows, 1):
        values = {}
        for name, given in row.items():
            if name in ("code", marks.NAME):
                continue
            if name not in by_name:
                findings.add("champ inconnu", ", ".join(by_name), row=number, value=str(name))
                continue
            try:
                known = reading.directory(name).known
                values[name] = by_name[name].kind.unplain(given, known)
            except UnfitError as fault:
                findings.add(fault.what, fault.expected, row=number, column=name,
                             value=str(given))  # fmt: skip
        code, seen = _code(row.get("code")), str(row.get(marks.NAME) or "")
        about = f"{reading.chain} {reading.subject}"
        lines.append(Line(
            number, code, values, Seen.of(seen, {"code": code, **values}, ("code",), about)
        ))  # fmt: skip
    return findings, lines
