"""Whole numbers, amounts in cents, exact decimals, dates and years, with their bounds. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from maillage.kernel import money
from maillage.registers.kinds.base import NOBODY, Column, Kind, Known, Value, unfit
from maillage.sheets import cells


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number, between bounds."""

    least: int = -cells.MOST
    most: int = cells.MOST
    bounds: ClassVar[tuple[int, int]] = (-cells.MOST, cells.MOST)
    """The widest ones, which go without saying."""
    column: ClassVar[Column] = "number"
    operators: ClassVar[tuple[str, ...]] = ("", "min", "max", "vide")
    schema: ClassVar[Any] = int
    is_number: ClassVar[bool] = True
    expected: ClassVar[str] = cells.WHOLE

    def read(self, cell: Any, known: Known) -> Value:
        return self.bounded(cells.whole(cell, self.expected))

    def bounded(self, number: int) -> int:
        if self.least <= number <= self.most:
            return number
        raise unfit(between(self.shown, self.least, self.most, self.bounds))

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return "" if value is None else money.number(int(str(value)))

    def unplain(self, given: Any, known: Known = NOBODY) -> Value:
        if given is None:
            return None
        if type(given) is not int:
            raise unfit(self.expected)
        return self.bounded(given)


def between(shown: Any, least: Any, most: Any, widest: tuple[Any, Any]) -> str:
    """The sentence of two bounds, or of the one that is given."""
    if least == widest[0]:
        return f"{shown(most)} au plus"
    if most == widest[1]:
        return f"{shown(least)} au moins"
    return f"de {shown(least)} à {shown(most)}"


@dataclass(frozen=True, slots=True)
class Year(Whole):
    least: int = cells.YEARS[0]
    most: int = cells.YEARS[1]
    column: ClassVar[Column] = "year"
    expected: ClassVar[str] = cells.YEAR

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return self.typed(value)


@dataclass(frozen=True, slots=True)
class Amount(Whole):
    """Integer cents, typed and read in euros."""

    least: int = -money.LARGEST
    most: int = money.LARGEST
    bounds: ClassVar[tuple[int, int]] = (-money.LARGEST, money.LARGEST)
    column: ClassVar[Column] = "amount"
    expected: ClassVar[str] = money.EXPECTED

    def read(self, cell: Any, known: Known) -> Value:
        return self.bounded(cells.amount(cell))

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

    def read(self, cell: Any, known: Known) -> Value:
        number = cells.decimal(cell)
        if number != round(number, self.places):
            raise unfit(f"un nombre, {self.places} décimales au plus")
        if not self.least <= number <= self.most:
            widest = (Decimal(-(10**12)), Decimal(10**12))
            raise unfit(between(self.shown, self.least, self.most, widest))
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

    def read(self, cell: Any, known: Known) -> Value:
        return cells.date(cell)

    def typed(self, value: Value) -> str:
        return value.isoformat() if isinstance(value, dt.date) else ""

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else ""

    def plain(self, value: Value) -> Any:
        return self.typed(value) or None

    def unplain(self, given: Any, known: Known = NOBODY) -> Value:
        return self.take(given) if isinstance(given, dt.date) else Kind.unplain(self, given)
