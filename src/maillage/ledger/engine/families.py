"""Families of what chambers do with each other: which common accounts answer each other.

Shipped as dated data (`referentials/intercompany-families.yaml`); the column "Entre chambres" of
the common chart wins over it, account by account, and adds the families a network wants. Knows the
common chart; refuses to know books and partners.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from maillage.kernel.period import ALWAYS, Period
from maillage.ledger.engine.chart import (
    AccountsFinding,
    Chart,
    load_chart,
    read_period,
    reported,
    shipped_texts,
)
from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMAT = "maillage-families/1"
SHIPPED = "intercompany-families.yaml"
NONE = "aucune"
"""What the chart says of an account that belongs to no family, whatever contains it."""

Use = Literal["eliminated", "adjusted", "kept"]
Side = Literal["debit", "credit", "either"]


@dataclass(frozen=True, slots=True)
class Family:
    """Accounts that answer each other. A family of the network's own has no account but its
    chart's."""

    code: str
    label: str
    accounts: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    adjusted: tuple[str, ...] = ()
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class FamilyFile:
    families: tuple[Family, ...] = ()
    kept: tuple[str, ...] = ()
    findings: tuple[AccountsFinding, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What the accounts that begin with a number are between chambers.

    `own`: nothing but chambers is booked there; `side`: of its balance, either where it serves both
    ways.
    """

    prefix: str
    family: str
    use: Use = "eliminated"
    side: Side = "either"
    own: bool = False

    @property
    def is_result(self) -> bool:
        return self.prefix[:1] in ("6", "7")


@dataclass(frozen=True, slots=True)
class Families:
    """The families that hold on a day, and every number they say something of."""

    families: tuple[Family, ...] = ()
    places: tuple[Place, ...] = ()
    _by_prefix: dict[str, Place] = field(init=False, repr=False, compare=False)
    _by_code: dict[str, Family] = field(init=False, repr=False, compare=False)
    _found: dict[str, Place | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_prefix", {place.prefix: place for place in self.places})
        object.__setattr__(self, "_by_code", {family.code: family for family in self.families})
        object.__setattr__(self, "_found", {})

    def __iter__(self) -> Iterator[Family]:
        return iter(self.families)

    def family(self, code: str) -> Family | None:
        return self._by_code.get(code)

    def label(self, code: str) -> str:
        found = self._by_code.get(code)
        return found.label if found else code

    def place(self, account: str) -> Place | None:
        """What a common account is between chambers, by the longest number; None for nothing."""
        if account not in self._found:
            lengths = range(len(account), 0, -1)
            held = (self._by_prefix.get(account[:length]) for length in lengths)
            self._found[account] = next((place for place in held if place), None)
        return self._found[account]

    def of(self, account: str) -> Family | None:
        """The family that eliminates a common account, None where nothing does."""
        place = self.place(account)
        return self._by_code.get(place.family) if place and place.use == "eliminated" else None

    def accounts(self, code: str, *, result: bool) -> tuple[str, ...]:
        """The numbers a family eliminates, of one nature; some may contain others."""
        return tuple(
            place.prefix
            for place in self.places
            if place.family == code and place.use == "eliminated" and place.is_result == result
        )


# -- the shipped file -----------------------------------------------------------------------------

_HEAD = ("format", "source", "kept", "families")
_ROW = ("code", "label", "accounts", "own", "both", "adjusted", "valid_from", "valid_to")


def shipped_text() -> str:
    return (files("maillage") / "referentials" / SHIPPED).read_text("utf-8")


def load_families(text: str) -> FamilyFile:
    """Read a file of the format maillage-families/1. Never raises: faults are findings."""
    try:
        reader = Reader.parse(text, "familles")
    except Unreadable as refused:
        return FamilyFile(findings=tuple(reported(refused.findings)))
    head = reader.mapping(reader.root, _HEAD)
    head.choice("format", (FORMAT,))
    head.text("source", required=True)
    families: list[Family] = []
    for node in head.items("families"):
        row = reader.mapping(node, _ROW)
        family = Family(
            row.text("code", required=True),
            row.text("label", required=True),
            _numbers(row, "accounts"),
            _numbers(row, "own"),
            _numbers(row, "both"),
            _numbers(row, "adjusted"),
            read_period(row),
        )
        _check(row, family, families)
        families.append(family)
    return FamilyFile(tuple(families), _numbers(head, "kept"), tuple(reported(reader.findings)))


def _numbers(row: Fields, name: str) -> tuple[str, ...]:
    found = tuple(row.text(name).split())
    for number in found:
        if not (number.isascii() and number.isdecimal() and number[0] in "1234567"):
            row.fault(name, "compte illisible", "un début de numéro, classe 1 à 7", number)
    return found


def _check(row: Fields, family: Family, former: list[Family]) -> None:
    """A number belongs to one family at a time; `own` and `both` are said of its accounts."""
    for other in former:
        if not family.period.meets(other.period):
            continue
        if other.code == family.code:
            row.fault("code", "famille déjà donnée", "un code par famille et par date", other.code)
        for number in (*family.accounts, *family.adjusted):
            if number in (*other.accounts, *other.adjusted):
                row.fault("accounts", f"compte déjà pris par {other.code}", "", number)
    for name in ("own", "both"):
        for number in getattr(family, name):
            if not number.startswith(family.accounts):
                row.fault(name, "compte hors de la famille", "l’un de ses comptes", number)


# -- with a chart ---------------------------------------------------------------------------------


def families_of(chart: Chart, day: dt.date, file: FamilyFile | None = None) -> Families:
    """The families of a network on a day: the chart's column first, then the shipped file.

    `chart`: as it holds on that day. Of two numbers the longest wins; of the same number, the
    chart. A family only the chart names is called as the chart does.
    """
    file = shipped_families() if file is None else file
    held = tuple(family for family in file.families if family.period.holds(day))
    named = {account.number: account.family for account in chart if account.family}
    new = sorted(set(named.values()) - {family.code for family in held} - {NONE})
    families = (*held, *(Family(code, code[:1].upper() + code[1:]) for code in new))
    said = _said(held, file.kept)
    for number, code in named.items():
        if number not in said or said[number].family != code:
            use: Use = "kept" if code == NONE else "eliminated"
            said[number] = Place(number, code, use, own=code != NONE)
    return Families(families, tuple(sorted(_spread(chart, said, held))))


def _said(families: tuple[Family, ...], kept: tuple[str, ...]) -> dict[str, Place]:
    found = {number: Place(number, NONE, "kept") for number in kept}
    for family in families:
        for number in family.accounts:
            own = bool(family.own) and number.startswith(family.own)
            found[number] = Place(number, family.code, own=own)
        for number in family.adjusted:
            found[number] = Place(number, family.code, "adjusted")
    return found


def _spread(chart: Chart, said: dict[str, Place], families: tuple[Family, ...]) -> Iterator[Place]:
    """Every account of the chart that a number contains, with the side of its balance."""
    bare = Families((), tuple(said.values()))
    both = tuple(number for family in families for number in family.both)
    for number in {*(account.number for account in chart), *said}:
        place = bare.place(number)
        if place is not None:
            side: Side = "either" if both and number.startswith(both) else _side(chart, number)
            yield replace(place, prefix=number, side=side)


def _side(chart: Chart, number: str) -> Side:
    if number[0] in "67":
        return "credit" if number[0] == "7" else "debit"
    near = chart.nearest(number)
    if near is None or near.side not in ("debit", "credit"):
        return "either"
    return "debit" if near.side == "debit" else "credit"


@cache
def shipped_families() -> FamilyFile:
    return load_families(shipped_text())


@cache
def default_families() -> Families:
    """Those of the chart that ships, as they hold today for whoever says nothing else."""
    return families_of(load_chart(*shipped_texts()), dt.date(2026, 12, 31))
