"""Self-financing, working capital, treasury and the financing table, read from dated data.

Source: `referentials/financing-flows.yaml`, whose head gives the notation. Values in, values out:
what was booked (or budgeted) by common account gives rows, each with the accounts it is made of
and its formula in words. Amounts are integer cents. Refuses to know books, budgets and Django.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from maillage.kernel.period import Period
from maillage.ledger.engine.chart import AccountsFinding, read_period, reported
from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMAT = "maillage-flows/1"
SHIPPED = "financing-flows.yaml"
BASES = ("balance", "change", "debits", "credits", "disposed")
ROLES = (
    *("caf", "ebe", "frng", "bfr", "tn", "residue"),
    *("resources", "uses", "acquisitions", "change"),
)
EXIT, REQUIRED = "exit", "required"
_SET = ("code", "accounts", "valid_from", "valid_to")
_TABLE = ("code", "title", "partition", "books", "lines")
_LINE = (
    *("code", "label", "sense", "accounts", "of", "sum", "role", "books"),
    *("valid_from", "valid_to"),
)
_GONE = "valeur brute sortie (crédits des écritures de cession ou de sortie) des comptes"
_NUMBER = re.compile(r"[1-9][0-9]*E?")
_SAID = {
    ("balance", 1): "solde débiteur des comptes",
    ("balance", -1): "solde créditeur des comptes",
    ("change", 1): "variation de l’exercice (débits moins crédits, hors à-nouveaux) des comptes",
    ("change", -1): "variation de l’exercice (crédits moins débits, hors à-nouveaux) des comptes",
    ("debits", 1): "débits de l’exercice, hors à-nouveaux, des comptes",
    ("credits", -1): "crédits de l’exercice, hors à-nouveaux, des comptes",
    ("disposed", 1): _GONE,
    ("disposed", -1): _GONE,
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Beginnings of numbers, taken or left out: the longest one that fits decides."""

    taken: tuple[str, ...]
    left: tuple[str, ...] = ()

    def __contains__(self, account: object) -> bool:
        number = str(account)
        for length in range(len(number), 0, -1):
            if number[:length] in self.left:
                return False
            if number[:length] in self.taken:
                return True
        return False

    def __str__(self) -> str:
        left = [p for p in self.left if any(p.startswith(taken) for taken in self.taken)]
        return ", ".join(self.taken) + (f", sauf {', '.join(left)}" if left else "")


@dataclass(frozen=True, slots=True)
class Line:
    """A detail (`accounts`, read in a `sign`, over a basis) or a sum (`plus`: sign and code).

    `books`: what a budget cannot say, having no balance sheet.
    """

    code: str
    label: str
    sign: int
    basis: str
    accounts: str
    plus: tuple[tuple[int, str], ...]
    role: str
    books: bool
    period: Period

    @property
    def is_sum(self) -> bool:
        return bool(self.plus)


@dataclass(frozen=True, slots=True)
class FlowTable:
    """`partition`: classes whose every account is in one of its details and in one only."""

    code: str
    title: str
    partition: str
    lines: tuple[Line, ...]

    def on(self, day: dt.date) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.period.holds(day))


@dataclass(frozen=True, slots=True)
class FlowFile:
    """Every table, the sets of accounts they cite, and the faults of the file."""

    tables: tuple[FlowTable, ...]
    sets: tuple[tuple[str, str, Period], ...] = ()
    findings: tuple[AccountsFinding, ...] = ()
    _resolved: dict[tuple[str, dt.date], Accounts] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def table(self, code: str) -> FlowTable:
        """Raises KeyError where there is none."""
        return {table.code: table for table in self.tables}[code]

    def accounts(self, written: str, day: dt.date) -> Accounts:
        """What an expression takes in an exercise that opens on that day."""
        key = (written, day)
        if key not in self._resolved:
            taken, left = self._expanded(written, day)
            self._resolved[key] = Accounts(tuple(taken), tuple(left))
        return self._resolved[key]

    def named(self, code: str, day: dt.date) -> Accounts:
        """A set by its name."""
        return self.accounts(f"@{code}", day)

    def _expanded(self, written: str, day: dt.date) -> tuple[list[str], list[str]]:
        taken: list[str] = []
        left: list[str] = []
        for word in written.split():
            out, name = word.startswith("-"), word.removeprefix("-")
            if name.startswith("@"):
                inside, outside = self._expanded(self._set(name[1:], day), day)
            else:
                inside, outside = [name], []
            taken += outside if out else inside
            left += inside if out else outside
        return taken, left

    def _set(self, code: str, day: dt.date) -> str:
        found = (text for name, text, held in self.sets if name == code and held.holds(day))
        return next(found, "")

    def formula(self, line: Line, day: dt.date) -> str:
        """What a row is, in words: its accounts, or the rows it adds up."""
        if line.is_sum:
            names = {other.code: other.label for table in self.tables for other in table.on(day)}
            signs = {1: "+ ", -1: "\u2212 "}
            words = " ".join(signs[sign] + names.get(code, code) for sign, code in line.plus)
            return words.removeprefix("+ ")
        said = _SAID.get((line.basis, line.sign), "comptes")
        return f"{said[0].upper()}{said[1:]} {self.accounts(line.accounts, day)}"


@dataclass(frozen=True, slots=True)
class Position:
    """What one chamber has on its common accounts over one exercise, in cents.

    `closing`: debit less credit at the end; `debits`, `credits`: of the exercise without opening
    entries, None where these are not known; `disposed`: gross value that left, by account.
    `day`: the first of the exercise. `is_budget`: no balance sheet stands behind it.
    """

    day: dt.date
    closing: Mapping[str, int]
    debits: Mapping[str, int] | None = None
    credits: Mapping[str, int] | None = None
    disposed: Mapping[str, int] = field(default_factory=dict)
    is_budget: bool = False

    def amounts(self, basis: str) -> Mapping[str, int] | None:
        """Debit less credit by account on that basis; None where it is not known."""
        if basis == "balance":
            return self.closing
        if self.debits is None or self.credits is None:
            return None
        if basis == "debits":
            return self.debits
        if basis == "credits":
            return {account: -cents for account, cents in self.credits.items()}
        if basis == "disposed":
            return self.disposed
        moved = dict(self.debits)
        for account, cents in self.credits.items():
            moved[account] = moved.get(account, 0) - cents
        return moved


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table for a position: its cents (None: not known), and its parts by account."""

    line: Line
    cents: int | None
    parts: Mapping[str, int] = field(default_factory=dict)


def computed(flows: FlowFile, table: FlowTable, position: Position) -> tuple[Row, ...]:
    """The rows of a table that hold for the exercise. A sum that lacks a part is not known."""
    rows: dict[str, Row] = {}
    for line in table.on(position.day):
        if line.is_sum:
            rows[line.code] = _sum(line, rows)
        else:
            rows[line.code] = _detail(flows, line, position)
    return tuple(rows.values())


def _detail(flows: FlowFile, line: Line, position: Position) -> Row:
    amounts = position.amounts(line.basis)
    if amounts is None or (line.books and position.is_budget):
        return Row(line, None)
    wanted = flows.accounts(line.accounts, position.day)
    # What left is a credit counted as it is: the sign of its line says nothing more.
    sign = 1 if line.basis == "disposed" else line.sign
    parts = {a: sign * cents for a, cents in sorted(amounts.items()) if cents and a in wanted}
    return Row(line, sum(parts.values()), parts)


def _sum(line: Line, rows: Mapping[str, Row]) -> Row:
    found = [(sign, rows[code].cents) for sign, code in line.plus if code in rows]
    if any(cents is None for _, cents in found):
        return Row(line, None)
    return Row(line, sum(sign * (cents or 0) for sign, cents in found))


def of_role(rows: Iterable[Row], role: str) -> int | None:
    """The cents of the row that has that role; None where none has, or it is not known."""
    return next((row.cents for row in rows if row.line.role == role), None)


def misplaced(
    flows: FlowFile, table: FlowTable, accounts: Iterable[str], day: dt.date
) -> tuple[AccountsFinding, ...]:
    """Accounts of the table's partition that no detail takes, or several do.

    Codes: flows.unused, flows.twice, errors. With the accounts of books: what makes a residue;
    with those of a chart: whether the data are total and disjoint.
    """
    found = []
    for account in accounts:
        if account[:1] not in table.partition:
            continue
        lines = [
            line.label
            for line in table.on(day)
            if not line.is_sum and account in flows.accounts(line.accounts, day)
        ]
        if len(lines) != 1:
            what = "aucune ligne ne le prend" if not lines else "pris par " + ", ".join(lines)
            code = "flows.twice" if lines else "flows.unused"
            where = f"{table.title}, compte {account}"
            found.append(
                AccountsFinding(code, "error", where, what, "une ligne et une seule", account)
            )
    return tuple(found)


def lacking(flows: FlowFile, accounts: Iterable[str], day: dt.date) -> tuple[str, ...]:
    """Accounts a budget must carry, be it for zero, for its self-financing to be known."""
    held = list(accounts)
    wanted = flows.named(REQUIRED, day).taken
    return tuple(root for root in wanted if not any(a.startswith(root) for a in held))


def shipped_text() -> str:
    return (files("maillage") / "referentials" / SHIPPED).read_text("utf-8")


def load_flows(text: str) -> FlowFile:
    """Read a file of the format maillage-flows/1. Never raises: faults are findings."""
    try:
        reader = Reader.parse(text, "flux de financement")
    except Unreadable as refused:
        return FlowFile((), findings=tuple(reported(refused.findings)))
    head = reader.mapping(reader.root, ("format", "source", "sets", "tables"))
    head.choice("format", (FORMAT,))
    head.text("source", required=True)
    sets = tuple(_read_set(reader.mapping(node, _SET)) for node in head.items("sets"))
    names = {name for name, _, _ in sets}
    tables = tuple(_read_table(reader, node, names) for node in head.items("tables"))
    return FlowFile(tables, sets, tuple(reported(reader.findings)))


def _read_set(row: Fields) -> tuple[str, str, Period]:
    return row.text("code", required=True), row.text("accounts", required=True), read_period(row)


def _read_table(reader: Reader, node: object, sets: set[str]) -> FlowTable:
    fields = reader.mapping(node, _TABLE)
    books = fields.choice("books", ("true", "false"), default="false") == "true"
    lines: list[Line] = []
    for line_node in fields.items("lines"):
        row = reader.mapping(line_node, _LINE)
        line = _read_line(row, books)
        _check(row, line, lines, sets)
        lines.append(line)
    code, title = fields.text("code", required=True), fields.text("title", required=True)
    return FlowTable(code, title, fields.text("partition"), tuple(lines))


def _read_line(row: Fields, books: bool) -> Line:
    plus = tuple(
        (-1, word[1:]) if word.startswith("-") else (1, word) for word in row.text("sum").split()
    )
    sense = row.choice("sense", ("debit", "credit"), default="" if plus else None)
    return Line(
        row.text("code", required=True),
        row.text("label", required=True),
        -1 if sense == "credit" else 1,
        row.choice("of", BASES, default="balance"),
        row.text("accounts", required=not plus),
        plus,
        row.choice("role", ROLES, default=""),
        books or row.choice("books", ("true", "false"), default="false") == "true",
        read_period(row),
    )


def _check(row: Fields, line: Line, former: list[Line], sets: set[str]) -> None:
    """Sums go to lines above; a set that is cited exists; a code is given once at a time."""
    same = [other for other in former if other.code == line.code]
    if any(other.period.meets(line.period) for other in same):
        row.fault("code", "ligne déjà donnée", "un code par ligne et par date", line.code)
    for _, code in line.plus:
        if all(other.code != code for other in former):
            row.fault("sum", "ligne inconnue", "le code d'une ligne au-dessus", code)
    for word in _words(line.accounts):
        if word.startswith("@") and word[1:] not in sets:
            row.fault("accounts", "ensemble inconnu", "un ensemble de « sets »", word)
        elif not word.startswith("@") and not _NUMBER.fullmatch(word):
            row.fault("accounts", "compte illisible", "un début de numéro", word)


def _words(written: str) -> Iterator[str]:
    return (word.removeprefix("-") for word in written.split())


# -- tables side by side ---------------------------------------------------------------------------

Terms = tuple[tuple[int, Position], ...]
"""What a column adds up: positions with their sign."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a table side by side: its formula in words, cents by column (None: not known), and
    the same by account."""

    line: Line
    formula: str
    cents: tuple[int | None, ...]
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def side_by_side(
    flows: FlowFile, table: FlowTable, columns: Iterable[Terms], day: dt.date
) -> tuple[SheetRow, ...]:
    """The rows that hold on `day`, for each column. What lacks a part of a column is not known."""
    found = [
        [(sign, {row.line.code: row for row in computed(flows, table, at)}) for sign, at in terms]
        for terms in columns
    ]
    return tuple(
        SheetRow(
            line,
            flows.formula(line, day),
            tuple(_added(line.code, column) for column in found),
            _parts(line.code, found),
        )
        for line in table.on(day)
    )


Column = list[tuple[int, dict[str, Row]]]


def _added(code: str, column: Column) -> int | None:
    total = 0
    for sign, rows in column:
        cents = rows[code].cents if code in rows else None
        if cents is None:
            return None
        total += sign * cents
    return total if column else None


def _parts(code: str, columns: list[Column]) -> dict[str, tuple[int, ...]]:
    parts: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        for sign, rows in column:
            for account, cents in (rows[code].parts if code in rows else {}).items():
                parts.setdefault(account, [0] * len(columns))[place] += sign * cents
    return {account: tuple(cents) for account, cents in sorted(parts.items())}


def disagreements(one: Iterable[SheetRow], other: Iterable[SheetRow]) -> tuple[int | None, ...]:
    """By column, self-financing of one table less that of the other; zeros prove the equality."""
    first, second = (
        next(row.cents for row in rows if row.line.role == "caf") for rows in (one, other)
    )
    return tuple(
        None if a is None or b is None else a - b for a, b in zip(first, second, strict=True)
    )
