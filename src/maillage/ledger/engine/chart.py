"""The common chart of accounts: numbers, names, natural sides, and when each of them holds.

Source: PCG (règlement ANC n° 2014-03) carried over in `referentials/chart-pcg-2026.yaml`, and the
network's own accounts in `referentials/network-chart-extensions.yaml`, which are proposals.
Knows YAML text and dates. Refuses to know local charts (`mapping` does), amounts and Django.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

from maillage.kernel.period import ALWAYS, Period
from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMAT = "maillage-chart/1"
SHIPPED = ("chart-pcg-2026.yaml", "network-chart-extensions.yaml")
SIDES = ("debit", "credit", "either", "none")
_HEAD = ("format", "chart", "title", "source", "proposal", "valid_from", "valid_to", "accounts")
_ROW = ("number", "side", "name", "family", "note", "valid_from", "valid_to")

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class AccountsFinding:
    """Something wrong in a referential, a mapping or the books, as a value.

    `code` is stable and for programs ("chart.duplicate"); the rest is French and for a person:
    `where` (file and line, account, chamber and period), `what`, `expected`, `value`.
    """

    code: str
    severity: Severity
    where: str
    what: str
    expected: str = ""
    value: str = ""

    def __str__(self) -> str:
        text = f"{self.where} : {self.what}"
        text += f" (« {self.value} »)" if self.value else ""
        return text + (f" ; attendu : {self.expected}" if self.expected else "")


@dataclass(frozen=True, slots=True)
class Version:
    """One file of accounts. `proposal`: no regulation imposes it, the network may change it."""

    code: str
    title: str
    source: str
    period: Period
    proposal: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """`side`: usual side of the balance (debit, credit, either; none outside classes 1-7).

    `family`: what it reconciles between chambers (liaison, courant, refacturation, taxe) or "".
    """

    number: str
    name: str
    side: str
    period: Period
    version: str
    proposal: bool = False
    family: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Accounts in order of number, then of period, and what was found wrong while reading.

    Where a number has several periods, the questions below answer for the latest unless the chart
    was first restricted by `at(day)`.
    """

    accounts: tuple[Account, ...]
    versions: tuple[Version, ...] = ()
    findings: tuple[AccountsFinding, ...] = ()
    _latest: dict[str, Account] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_latest", {a.number: a for a in self.accounts})

    def __iter__(self) -> Iterator[Account]:
        """One account per number, in order of number."""
        return iter(self._latest.values())

    def __len__(self) -> int:
        return len(self._latest)

    def at(self, day: dt.date) -> Chart:
        """The accounts and versions that hold on that day; findings are kept."""
        return Chart(
            tuple(a for a in self.accounts if a.period.holds(day)),
            tuple(v for v in self.versions if v.period.holds(day)),
            self.findings,
        )

    def is_valid(self, number: str) -> bool:
        """Whether this very number is in the chart (not merely below one of its accounts)."""
        return number in self._latest

    def account(self, number: str) -> Account | None:
        return self._latest.get(number)

    def nearest(self, number: str) -> Account | None:
        """The account of that number, else the one whose number is its longest prefix."""
        return self._latest.get(number) or self.parent(number)

    def parent(self, number: str) -> Account | None:
        """The account whose number is the longest proper prefix of this one; None for a class."""
        for length in range(len(number) - 1, 0, -1):
            if found := self._latest.get(number[:length]):
                return found
        return None

    def children(self, number: str) -> tuple[Account, ...]:
        """The accounts whose parent is `number`; the classes for ""."""
        return tuple(
            account
            for account in self
            if account.number.startswith(number)
            and getattr(self.parent(account.number), "number", "") == number
        )

    def name_of(self, number: str) -> str:
        """Its name, else its nearest parent's; "" where even the class is unknown."""
        found = self.nearest(number)
        return found.name if found else ""


def shipped_texts() -> tuple[str, ...]:
    """The chart files that come with the application, the regulation first."""
    folder = files("maillage") / "referentials"
    return tuple((folder / name).read_text("utf-8") for name in SHIPPED)


def load_chart(*yaml_texts: str) -> Chart:
    """Read one chart from several files of the format maillage-chart/1.

    Never raises on content: unreadable files, bad rows, a number twice over the same days and
    accounts without a parent are `findings`; the faulty rows alone are left out.
    """
    accounts: list[Account] = []
    versions: list[Version] = []
    findings: list[AccountsFinding] = []
    for rank, text in enumerate(yaml_texts, start=1):
        try:
            reader = Reader.parse(text, f"plan {rank}")
        except Unreadable as refused:
            findings += reported(refused.findings)
            continue
        version, rows = _read_file(reader)
        findings += reported(reader.findings)
        versions.append(version)
        accounts += rows
    accounts, repeated = _without_repeats(accounts)
    accounts.sort(key=lambda account: (account.number, account.period.first))
    chart = Chart(tuple(accounts), tuple(versions))
    found = (*findings, *repeated, *_orphans(chart))
    return Chart(chart.accounts, chart.versions, found)


def reported(faults: Iterable[object]) -> list[AccountsFinding]:
    """Faults of the YAML reader as findings of the ledger, all of them errors."""
    return [
        AccountsFinding(
            "referential.unreadable",
            "error",
            getattr(fault, "where", ""),
            getattr(fault, "what", ""),
            getattr(fault, "expected", ""),
            getattr(fault, "value", ""),
        )
        for fault in faults
    ]


def read_period(fields: Fields, default: Period = ALWAYS) -> Period:
    """`valid_from` and `valid_to` of a mapping (ISO dates); an absent or empty one: the default."""
    first = _read_day(fields, "valid_from") or default.first
    last = _read_day(fields, "valid_to") or default.last
    if last is not None and last < first:
        fields.fault("valid_to", "date avant valid_from", f"{first} ou après", str(last))
        return Period(first, default.last)
    return Period(first, last)


def _read_day(fields: Fields, key: str) -> dt.date | None:
    written = fields.text(key)
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        fields.fault(key, "date illisible", "une date AAAA-MM-JJ", written)
        return None


def _read_file(reader: Reader) -> tuple[Version, list[Account]]:
    head = reader.mapping(reader.root, _HEAD)
    head.choice("format", (FORMAT,))
    version = Version(
        head.text("chart", required=True),
        head.text("title", required=True),
        head.text("source", required=True),
        read_period(head),
        head.choice("proposal", ("true", "false"), default="false") == "true",
    )
    rows = (_read_account(reader.mapping(node, _ROW), version) for node in head.items("accounts"))
    return version, [row for row in rows if row is not None]


def _read_account(fields: Fields, version: Version) -> Account | None:
    number = fields.text("number", required=True)
    name = fields.text("name", required=True)
    if not (number.isascii() and number.isdecimal() and number[0] in "123456789"):
        if number:
            fields.fault(
                "number", "numéro de compte illisible", "des chiffres, classe 1 à 9", number
            )
        return None
    # Classes 8 and 9 are kept outside the statements: nobody needs their side.
    side = fields.choice("side", SIDES, default="none" if number[0] in "89" else None)
    if side == "none" and number[0] not in "89":
        fields.fault("side", "sens absent", "debit, credit ou either", number)
    if not name:
        return None
    period = read_period(fields, version.period)
    return Account(
        number,
        name,
        side,
        period,
        version.code,
        version.proposal,
        fields.text("family"),
        fields.text("note"),
    )


def _without_repeats(accounts: list[Account]) -> tuple[list[Account], list[AccountsFinding]]:
    """The first of each number and period; the others are errors, since nobody can choose."""
    kept: dict[str, list[Account]] = {}
    findings = []
    for account in accounts:
        same = kept.setdefault(account.number, [])
        other = next((a for a in same if a.period.meets(account.period)), None)
        if other is None:
            same.append(account)
            continue
        findings.append(
            AccountsFinding(
                "chart.duplicate",
                "error",
                f"compte {account.number} ({account.version})",
                f"déjà déclaré dans {other.version} pour les mêmes dates : « {other.name} »",
                "un seul intitulé par numéro et par date",
                account.name,
            )
        )
    return [account for same in kept.values() for account in same], findings


def _orphans(chart: Chart) -> Iterator[AccountsFinding]:
    for account in chart:
        if len(account.number) > 1 and chart.parent(account.number) is None:
            yield AccountsFinding(
                "chart.orphan",
                "error",
                f"compte {account.number} ({account.version})",
                "aucun compte ne le contient, pas même sa classe",
                f"un compte {account.number[0]} dans le plan",
                account.name,
            )
