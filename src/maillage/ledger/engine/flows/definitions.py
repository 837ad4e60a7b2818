"""Tables of flows, read from data: their lines, the accounts these take, what they add up.

Source: `referentials/financing-flows.yaml`, whose head gives the notation. Knows no amount.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from maillage.kernel.period import Period
from maillage.ledger.engine.chart import AccountsFinding, read_period, reported
from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMAT = "maillage-flows/1"
SHIPPED = "financing-flows.yaml"
BASES = ("balance", "change", "moved", "debits", "credits", "disposed", "handed")
ROLES = (
    *("caf", "ebe", "frng", "bfr", "tn", "residue"),
    *("resources", "uses", "acquisitions", "change"),
)
ACCRUED, EXIT, REQUIRED = "accrued", "exit", "required"
WRITTEN_DOWN = "28"
"""What is written down of assets: it goes with them where a chamber hands them over."""
RENUMBERED = dt.date(2025, 1, 1)
"""Exercises opened from that day have the numbers of the common chart."""
RENAMED = ("carrying", "prices", "shares")
_SET = ("code", "accounts", "valid_from", "valid_to")
_TABLE = ("code", "title", "partition", "books", "lines")
_LINE = (
    *("code", "label", "sense", "accounts", "of", "sum", "role", "books"),
    *("valid_from", "valid_to"),
)
_GONE = "valeur brute sortie (crédits des écritures de cession ou de sortie) des comptes"
_LESS = "hors à-nouveaux et transmissions"
_NUMBER = re.compile(r"[1-9][0-9]*E?")
_SAID = {
    ("balance", 1): "solde débiteur des comptes",
    ("balance", -1): "solde créditeur des comptes",
    ("change", 1): "variation de l’exercice (débits moins crédits, hors à-nouveaux) des comptes",
    ("change", -1): "variation de l’exercice (crédits moins débits, hors à-nouveaux) des comptes",
    ("moved", 1): f"variation de l’exercice (débits moins crédits, {_LESS}) des comptes",
    ("moved", -1): f"variation de l’exercice (crédits moins débits, {_LESS}) des comptes",
    ("debits", 1): f"débits de l’exercice, {_LESS}, des comptes",
    ("credits", -1): f"crédits de l’exercice, {_LESS}, des comptes",
    ("disposed", 1): _GONE,
    ("disposed", -1): _GONE,
    ("handed", -1): "crédits moins débits des écritures de transmission, des comptes",
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Beginnings of numbers, taken or left out: the longest one that fits decides."""

    taken: tuple[str, ...]
    left: tuple[str, ...] = ()
    _told: dict[object, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was asked once: a page asks of each account in each of its columns."""

    @classmethod
    def named(cls, told: str) -> Accounts:
        """Accounts as an address has them: `60,61,-603` is 60 and 61, but 603."""
        numbers = told.split(",")
        left = tuple(n[1:] for n in numbers if n.startswith("-"))
        return cls(tuple(n for n in numbers if not n.startswith("-")), left)

    def __contains__(self, account: object) -> bool:
        told = self._told.get(account)
        if told is None:
            told = self._told[account] = self._takes(str(account))
        return told

    def _takes(self, number: str) -> bool:
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

    def read_on(self, day: dt.date, accounts: Iterable[str]) -> dt.date:
        """The day whose sets read the common accounts of an exercise that opens on `day`.

        The common chart states the numbers of today whatever the exercise, and rules send former
        accounts there: only where a network keeps former ones in its own chart are they so read.
        """
        now = {root for name in RENAMED for root in self.named(name, RENUMBERED).taken}
        then = {root for name in RENAMED for root in self.named(name, day).taken}
        former = Accounts(tuple(then - now))
        return day if any(account in former for account in accounts) else max(day, RENUMBERED)

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


def shipped_text() -> str:
    return (files("maillage") / "referentials" / SHIPPED).read_text("utf-8")


@cache
def shipped_flows() -> FlowFile:
    return load_flows(shipped_text())


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
            row.fault("sum", "ligne inconnue", "le code d’une ligne au-dessus", code)
    for word in _words(line.accounts):
        if word.startswith("@") and word[1:] not in sets:
            row.fault("accounts", "ensemble inconnu", "un ensemble de « sets »", word)
        elif not word.startswith("@") and not _NUMBER.fullmatch(word):
            row.fault("accounts", "compte illisible", "un début de numéro", word)


def _words(written: str) -> Iterator[str]:
    return (word.removeprefix("-") for word in written.split())
