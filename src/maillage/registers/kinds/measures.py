"""Whole numbers, amounts in cents, exact decimals, dates and years, with their bounds. Pure."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from maillage.kernel import money
from maillage.registers.kinds.base import MOST, NOBODY, Column, Kind, Known, UnfitError, Value


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number, between bounds."""

    least: int = -MOST
    most: int = MOST
    column: ClassVar[Column] = "number"
    operators: ClassVar[tuple[str, ...]] = ("", "min", "max", "vide")
    schema: ClassVar[Any] = int
    is_number: ClassVar[bool] = True
    expected: ClassVar[str] = "un nombre entier"

    def take(self, cell: Any, known: Known = NOBODY) -> Value:
        if type(cell) in (int, float) and math.isfinite(cell) and cell == int(cell):
            return self.bounded(int(cell))
        return Kind.take(self, cell, known)

    def read(self, text: str, known: Known) -> Value:
        number = money.parse_number(text)
        if number is None or number != int(number):
            raise UnfitError(self.expected)
        return self.bounded(int(number))

    def bounded(self, number: int) -> int:
        if not self.least <= number <= self.most:
            raise UnfitError(between(self.shown, self.least, self.most, -MOST, MOST))
        return number

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return "" if value is None else money.number(int(str(value)))

    def unplain(self, given: Any, known: Known = NOBODY) -> Value:
        if given is None:
            return None
        if type(given) is not int:
            raise UnfitError(self.expected)
        return self.bounded(given)


def between(shown: Any, least: Any, most: Any, lowest: Any, highest: Any) -> str:
    """The sentence of two bounds, or of the one that is given."""
    if least == lowest:
        return f"{shown(most)} au plus"
    if most == highest:
        return f"{shown(least)} au moins"
    return f"de {shown(least)} à {shown(most)}"


@dataclass(frozen=True, slots=True)
class Year(Whole):
    least: int = 1900
    most: int = 2200
    column: ClassVar[Column] = "year"
    expected: ClassVar[str] = "une année en quatre chiffres"

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return self.typed(value)


@dataclass(frozen=True, slots=True)
class Amount(Whole):
    """Integer cents, typed and read in euros."""

    least: int = -money.LARGEST
    most: int = money.LARGEST
    column: ClassVar[Column] = "amount"
    expected: ClassVar[str] = money.EXPECTED

    def take(self, cell: Any, known: Known = NOBODY) -> Value:
        if type(cell) in (int, float):
            cents = money.cents_of(cell) if math.isfinite(cell) else None
            if cents is None:
                raise UnfitError(self.expected)
            return self.bounded(cents)
        return Kind.take(self, cell, known)

    def read(self, text: str, known: Known) -> Value:
        cents = money.parse_amount(text)
        if cents is None:
            raise UnfitError(self.expected)
        return self.bounded(cents)

    def bounded(self, number: int) -> int:
        if not self.least <= number <= self.most:
            lowest, highest = -money.LARGEST, money.LARGEST
            raise UnfitError(between(self.shown, self.least, self.most, lowest, highest))
        return number

    def typed(self, value: Value) -> str:
        return "" if value is None else money.exact(int(str(value)), "", "-")

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return "" if value is None else money.exact_euros(int(str(value)))


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number with decimals, exact."""

    places: int = 2
    least: Decimal = Decimal(-(10**12))
    most: Decimal = Decimal(10**12)
    column: ClassVar[Column] = "decimal"
    operators: ClassVar[tuple[str, ...]] = ("", "min", "max", "vide")
    is_number: ClassVar[bool] = True

    def take(self, cell: Any, known: Known = NOBODY) -> Value:
        if type(cell) is float:
            cell = f"{cell:.6f}" if math.isfinite(cell) and abs(cell) < 1e13 else "?"
        return Kind.take(self, cell, known)

    def read(self, text: str, known: Known) -> Value:
        number = money.parse_number(text)
        if number is None or number != round(number, self.places):
            raise UnfitError(f"un nombre, {self.places} décimales au plus")
        if not self.least <= number <= self.most:
            lowest, highest = Decimal(-(10**12)), Decimal(10**12)
            raise UnfitError(between(self.shown, self.least, self.most, lowest, highest))
        return number.quantize(Decimal(1).scaleb(-self.places))

    def typed(self, value: Value) -> str:
        return money.typed_number(value) if isinstance(value, Decimal) else ""

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return money.quantity(value) if isinstance(value, Decimal) else ""

    def plain(self, value: Value) -> Any:
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Date(Kind):
    column: ClassVar[Column] = "date"
    operators: ClassVar[tuple[str, ...]] = ("", "min", "max", "vide")
    schema: ClassVar[Any] = dt.date
    is_number: ClassVar[bool] = True
    expected: ClassVar[str] = "une date, comme 31/12/2026"

    def take(self, cell: Any, known: Known = NOBODY) -> Value:
        if isinstance(cell, dt.datetime):
            return self.bounded(cell.date())
        if isinstance(cell, dt.date):
            return self.bounded(cell)
        return Kind.take(self, cell, known)

    def read(self, text: str, known: Known) -> Value:
        for shape, order in _DATES:
            if found := shape.fullmatch(text):
                year, month, day = (int(found[place]) for place in order)
                try:
                    return self.bounded(dt.date(year, month, day))
                except ValueError:
                    break
        raise UnfitError(self.expected)

    def bounded(self, day: dt.date) -> dt.date:
        if not 1900 <= day.year <= 2200:
            raise UnfitError("une date entre 1900 et 2200")
        return day

    def typed(self, value: Value) -> str:
        return value.isoformat() if isinstance(value, dt.date) else ""

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else ""

    def plain(self, value: Value) -> Any:
        return self.typed(value) or None

    def unplain(self, given: Any, known: Known = NOBODY) -> Value:
        return self.take(given, known) if isinstance(given, dt.date) else Kind.unplain(self, given)


_DATES = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII), (3, 2, 1)),
)
