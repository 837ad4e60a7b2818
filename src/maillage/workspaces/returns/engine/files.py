"""A definition as a workbook of three sheets, as JSON, and as the texts a grid sends.

The three are read by the same columns: what a chamber exports, another takes in. Knows how a
definition is written down; what holds in it is told by `definition`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from maillage.kernel.plain_json import plain
from maillage.sheets.cells import UnfitError
from maillage.sheets.cells import line as on_a_line
from maillage.sheets.column_reader import Layout, Row, read
from maillage.sheets.columns import Column as Head
from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.workbook_parts import is_workbook
from maillage.sheets.writing import Table, to_workbook
from maillage.workspaces.returns.engine.definition import (
    ACCOUNTS,
    KINDS,
    LATER,
    MOST_DECIMALS,
    MOST_ROWS,
    SCOPES,
    SENSES,
    SOURCES,
    UNITS,
    UNTIL,
    YEARS,
    Column,
    Control,
    Definition,
    Fault,
    Line,
)

FORMAT = "maillage-return/1"
MAX_BYTES = 2_000_000
EXPECTED = "une définition exportée par Maillage, en XLSX ou en JSON"
OF_COLUMNS = {"percent": UNITS["percent"], "number": UNITS["number"]}
_YEARS = {str(year): label for year, label in YEARS.items()}


def _code(cell: Any) -> str:
    return on_a_line(cell, 80).upper()


ROWS = (
    Head("Code", width=14, name="code", take=_code),
    Head("Libellé", width=46, name="label", longest=200),
    Head("Nature", "choice", 22, name="kind", among=KINDS, expected="une nature"),
    Head("Contenu", width=40, name="content", longest=500, needed=False),
    Head("Unité", "choice", 10, name="unit", among=UNITS, needed=False, expected="une unité"),
    Head("Sens", "choice", 34, name="sense", among=SENSES, needed=False, expected="un sens"),
    Head("Décimales", "number", 11, name="decimals", least=0, most=MOST_DECIMALS, needed=False),
)
COLUMNS = (
    Head("Code", width=14, name="code", take=_code),
    Head("Libellé", width=34, name="label", longest=200),
    Head("Périmètre", "choice", 24, name="scope", expected="une chambre du réseau, ou"),
    Head("Source", "choice", 20, name="source", among=SOURCES, expected="une source"),
    Head("Année", "choice", 10, name="year", among=_YEARS, expected="une année"),
    Head("Étendue", "choice", 18, name="until", among=UNTIL, needed=False, expected="une étendue"),
    Head("Formule", width=34, name="content", longest=500, needed=False),
    Head("Unité", "choice", 10, name="unit", among=OF_COLUMNS, needed=False, expected="une unité"),
    Head("Décimales", "number", 11, name="decimals", least=0, most=MOST_DECIMALS, needed=False),
)
CONTROLS = (
    Head("Code", width=14, name="code", take=_code),
    Head("Libellé", width=46, name="label", longest=200),
    Head("Règle", width=40, name="rule", longest=500),
    Head("Bloquant", "boolean", 12, name="blocking", needed=False),
)
PARTS = {"rows": ROWS, "columns": COLUMNS, "controls": CONTROLS}
SHEETS = {"rows": "Lignes", "columns": "Colonnes", "controls": "Contrôles"}
_MADE: dict[str, type[Any]] = {"rows": Line, "columns": Column, "controls": Control}

Chambers = Mapping[str, str]
"""Short names by code."""


def heads_of(part: str, chambers: Chambers) -> tuple[Head, ...]:
    """The columns of a part; the perimeters are those of the network."""
    known = SCOPES | dict(chambers)
    return tuple(
        replace(head, among=known) if head.name == "scope" else head for head in PARTS[part]
    )


def table_of(definition: Definition, part: str, chambers: Chambers) -> Table:
    """A part as rows of texts and numbers, for a file that comes back."""
    heads = heads_of(part, chambers)
    rows = [[None if head.name in _usual(one) else _cell(head, getattr(one, head.name))
             for head in heads] for one in getattr(definition, part)]  # fmt: skip
    return Table(SHEETS[part], heads, rows, bare=True)


def _usual(one: Any) -> set[str]:
    """What a row says nothing of, being neither accounts nor a figure, and reads as usual."""
    if isinstance(one, Column):
        return {name for name in LATER if not getattr(one, name)}
    if not isinstance(one, Line) or one.kind == ACCOUNTS:
        return set()
    names = {"sense"} if one.is_figure else {"sense", "unit", "decimals"}
    usual = Line(one.code, one.label)
    return {name for name in names if getattr(one, name) == getattr(usual, name)}


def _cell(head: Head, value: Any) -> Any:
    return str(value) if head.name == "year" else value


def grid_rows(definition: Definition, part: str, chambers: Chambers) -> list[list[str]]:
    """What a grid holds: every cell as it is written."""
    table = table_of(definition, part, chambers)
    return [
        [head.written(cell) for head, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]


def to_xlsx(definition: Definition, chambers: Chambers, today: Any) -> bytes:
    return to_workbook([table_of(definition, part, chambers) for part in PARTS], today)


@dataclass(frozen=True, slots=True)
class Described:
    """What is said of a return beside its rows."""

    code: str = ""
    title: str = ""
    receiver: str = ""
    about: str = ""


def to_json(definition: Definition, said: Described) -> bytes:
    named = {field.name: getattr(said, field.name) for field in fields(said)}
    held = {"format": FORMAT, **named, "seal": definition.seal, **definition.as_json()}
    return json.dumps(held, ensure_ascii=False, indent=1).encode()


# -- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """What grids hold: the definition as far as it is read, and the cells that are not."""

    definition: Definition
    faults: tuple[Fault, ...] = ()

    def told(self, others: Iterable[Fault]) -> list[Fault]:
        """Every fault, in order: those found in the definition too, but of rows read in part,
        whose other cells may be wrong for that reason alone."""
        unread = {(fault.part, fault.rank) for fault in self.faults}
        own = [one for one in others if (one.part, one.rank) not in unread]
        return sorted([*self.faults, *own], key=lambda f: ([*PARTS].index(f.part), f.rank))


def read_texts(texts: Mapping[str, str], chambers: Chambers) -> Written:
    """What the grids of a page send, each a text of tab-separated rows under their titles."""
    parts: dict[str, Any] = {}
    faults: list[Fault] = []
    for part in SHEETS:
        heads = heads_of(part, chambers)
        text = without_blanks(texts.get(part, "")) or "\t".join(head.title for head in heads)
        parts[part], found = _gridded(text, part, heads)
        faults += found
    return Written(Definition(**parts), tuple(faults))


def without_blanks(text: str) -> str:
    """Rows that hold nothing are left out: the others are numbered as a grid shows them."""
    return "\n".join(line for line in text.splitlines() if line.strip())


def _gridded(text: str, part: str, heads: Sequence[Head]) -> tuple[tuple[Any, ...], list[Fault]]:
    """The rows of a grid; what does not read in them."""
    layout = Layout(SHEETS[part], heads, MOST_ROWS, MAX_BYTES)
    try:
        reading = read(text.encode(), f"{part}.csv", layout)
    except Unreadable as refused:
        return (), [Fault(part, 0, "", str(one).rstrip("."), "") for one in refused.findings]
    codes = {row.number: str(row.get("code") or "") for row in reading.rows}
    names = {head.title: head.name for head in heads}
    faults = []
    for one in reading.findings.listed:
        said = f" «\u00a0{one.value}\u00a0»" if one.value else ""
        wanted = f"\u00a0; attendu\u00a0: {one.expected}" if one.expected else ""
        where = f"{one.column}{said}, " if one.column else ""
        rank, name = (max(0, one.row - 1), names.get(one.column, "code"))
        faults.append(Fault(part, rank, codes.get(one.row, ""), f"{where}{one.what}{wanted}", name))
    return _made(reading.rows, part, heads), faults


def read_file(data: bytes, filename: str, chambers: Chambers) -> tuple[Definition, Described]:
    """A definition exported as XLSX or JSON. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable([Finding(filename, "le fichier est trop lourd", EXPECTED)])
    if is_workbook(data, filename):
        parts = {part: _part(data, filename, part, heads_of(part, chambers)) for part in SHEETS}
        return Definition(**parts), Described()
    return _from_json(data, filename)


def _part(data: bytes, filename: str, part: str, heads: Sequence[Head]) -> tuple[Any, ...]:
    reading = read(data, filename, Layout(SHEETS[part], heads, MOST_ROWS, MAX_BYTES))
    reading.raise_any()
    return _made(reading, part, heads)


def _made(rows: Iterable[Row], part: str, heads: Sequence[Head]) -> tuple[Any, ...]:
    """What rows say; a cell that is empty or wrong is the usual one."""
    made, found = _MADE[part], []
    for row in rows:
        values = {
            head.name: row.get(head.name) for head in heads if row.get(head.name) not in (None, "")
        }
        if not values:
            continue
        if "year" in values:
            values["year"] = int(values["year"])
        defaults = {"code": "", "label": "", **({"rule": ""} if part == "controls" else {})}
        found.append(made(**{**defaults, **values}))
    return tuple(found)


def _from_json(data: bytes, filename: str) -> tuple[Definition, Described]:
    try:
        held = plain(data)
        if not isinstance(held, dict) or held.get("format") != FORMAT:
            raise ValueError("format")
        if faults := [f for part in _MADE for f in _unfit(filename, part, held[part])]:
            raise Unreadable(faults)
        parts = {part: tuple(_one(part, one) for one in held[part]) for part in _MADE}
        said = Described(**{f.name: str(held.get(f.name, "")) for f in fields(Described)})
    except (ValueError, TypeError, KeyError, UnfitError) as error:
        what = "le fichier n’est pas une définition d’état"
        raise Unreadable([Finding(filename, what, EXPECTED)]) from error
    return Definition(**parts), said


_AMONG: dict[str, Mapping[Any, str]] = {
    "kind": KINDS, "unit": UNITS, "sense": SENSES, "source": SOURCES, "year": YEARS, "until": UNTIL,
}  # fmt: skip


def _unfit(filename: str, part: str, held: Any) -> list[Finding]:
    """The values of a part that its fields do not have, each with its place and what it may be."""
    faults: list[Finding] = []
    for rank, one in enumerate(held, 1):
        if not isinstance(one, dict):
            raise ValueError(part)
        for head in PARTS[part]:
            name = head.name
            if name in one and not _fits(part, name, one[name]):
                where = f"{filename}, {SHEETS[part].lower()}, {rank}, «\u00a0{name}\u00a0»"
                value = json.dumps(one[name], ensure_ascii=False)[:60]
                faults.append(Finding(where, "valeur non admise", _expected(part, name), value))
    return faults


def _among(part: str, name: str) -> Mapping[Any, str] | None:
    of_column = {"": "celle de la ligne"} | OF_COLUMNS
    return of_column if (part, name) == ("columns", "unit") else _AMONG.get(name)


def _fits(part: str, name: str, value: Any) -> bool:
    wanted = {"year": int, "decimals": int, "blocking": bool}.get(name, str)
    among = _among(part, name)
    if type(value) is not wanted or (among is not None and value not in among):
        return False
    return name != "decimals" or value in range(MOST_DECIMALS + 1)


def _expected(part: str, name: str) -> str:
    if among := _among(part, name):
        told = ", ".join(f"{code} ({label})" for code, label in among.items())
        return f"l’un de {told}"
    if name == "decimals":
        return f"un entier de 0 à {MOST_DECIMALS}"
    return "true ou false" if name == "blocking" else "un texte"


def _one(part: str, held: Mapping[str, Any]) -> Any:
    """Raises ValueError or TypeError for what a definition never holds."""
    one = _MADE[part](**held)
    for field in fields(one):
        value: Any = getattr(one, field.name)
        if not _fits(part, field.name, value):
            raise ValueError(field.name)
        if isinstance(value, str):
            on_a_line(value, 500)
    return one
