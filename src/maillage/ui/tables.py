"""A table on the screen, drawn from the value its exports are written from: they cannot differ.

Knows how each kind of cell is read on a page, and where it leads. Refuses to know what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.kernel.absence import NOT_TOLD, Absent
from maillage.kernel.money import exact, number, quantity, rounded
from maillage.sheets.writing import Column, Heading, Measure, Sum, Table

ABSENT = "–"
AMOUNTS = ("amount", "figure")
COUNTED = ("number", "decimal")
NUMBERS = (*AMOUNTS, *COUNTED)


class Link(str):
    """A text that leads somewhere on the page; in a file it is the text alone."""

    url: str

    def __new__(cls, text: str, url: str) -> Self:
        made = super().__new__(cls, text)
        made.url = url
        return made


class Drawn(str):
    """A text that has its own drawing on the page; in a file it is the text alone."""

    drawing: SafeString

    def __new__(cls, text: str, drawing: SafeString) -> Self:
        made = super().__new__(cls, text)
        made.drawing = drawing
        return made


class Cells(list[SafeString]):
    """A row as it is drawn; `is_sum`: it adds others up; `is_heading`: it heads those below."""

    is_sum = False
    is_heading = False


class LinkedCents(int):
    """An amount that leads somewhere on the page; in a file it is the amount alone."""

    url: str

    def __new__(cls, cents: int, url: str) -> Self:
        made = super().__new__(cls, cents)
        made.url = url
        return made


class LinkedMeasure(Measure):
    """A number that leads somewhere on the page; in a file it is the number alone."""

    url: str

    def __new__(cls, value: Measure, url: str) -> Self:
        made = super().__new__(cls, value, value.decimals)
        made.url = url
        return made


class LinkedAbsent(Absent):
    """What is not told, and where the page says why."""

    url: str

    def __new__(cls, absent: Absent, url: str) -> Self:
        made = super().__new__(cls, absent.reason)
        made.url = url
        return made


LINKED = (Link, LinkedCents, LinkedMeasure, LinkedAbsent)


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as it is drawn, cell by cell: its heads, its rows, the sums that end it."""

    title: str
    heads: Sequence[SafeString]
    rows: Sequence[Sequence[SafeString]]
    sums: Sequence[Sequence[SafeString]]


def shown(table: Table, *, as_cards: bool | None = None, cents: bool = True) -> Shown:
    """The sums that end the table stand in its foot; any other row in its place. Numbers of one
    column have as many decimals, those of the one that has most; a measure keeps its own.
    `as_cards`: what a table that asks for it (`is-cards`) says, whatever its columns. `cents`:
    whether amounts are told to the cent, else in whole euros."""
    rows = list(table.rows)
    places = [
        max((_decimals(row[at]) for row in rows), default=0) if column.kind in COUNTED
        else 2 if cents else 0
        for at, column in enumerate(table.columns)
    ]  # fmt: skip
    last = len(rows)
    as_cards = is_of_words(table.columns) if as_cards is None else as_cards
    while last and isinstance(rows[last - 1], Sum):
        last -= 1
    drawn = [_row(table.columns, row, as_cards, places) for row in rows]
    heads = [head(column) for column in table.columns]
    return Shown(table.title, heads, drawn[:last], drawn[last:])


CARD = 4
"""The most columns of words that read as a card on a telephone."""


def is_of_words(columns: Sequence[Column]) -> bool:
    """Whether words rule: its rows are then cards on a telephone, each cell under its title."""
    return len(columns) <= CARD and not any(column.kind in NUMBERS for column in columns)


def head(column: Column, within: str = "", **attributes: str) -> SafeString:
    """The title, with the unit of its amounts where it does not say it; `within` stands instead,
    such as the link that sorts by it."""
    css = {"class": "num"} if column.kind in NUMBERS else {}
    return format_html(
        '<th scope="col"{}>{}</th>', flatatt(css | attributes), within or title_of(column)
    )


def title_of(column: Column) -> str:
    is_untold = column.kind in AMOUNTS and "€" not in column.title
    return f"{column.title} (€)" if is_untold else column.title


def _decimals(value: Any) -> int:
    """How many a number is read with; none for what is no plain number."""
    if value is None or isinstance(value, str | Measure | dt.date):
        return 0
    exponent = round(Decimal(str(value)), 2).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _row(
    columns: Sequence[Column], row: Sequence[Any], as_cards: bool, places: Sequence[int]
) -> Cells:
    """The first cell names the row. A dash says that there is nothing; a sum says nothing then."""
    absent = "" if isinstance(row, Sum | Heading) else ABSENT
    cells = zip(columns, row, places, strict=True)
    drawn = Cells(
        _cell(column, value, decimals, not place, absent, as_cards)
        for place, (column, value, decimals) in enumerate(cells)
    )
    drawn.is_sum = isinstance(row, Sum)
    drawn.is_heading = isinstance(row, Heading)
    return drawn


def _cell(
    column: Column, value: Any, decimals: int, is_first: bool, absent: str, as_cards: bool
) -> SafeString:
    kind = column.kind
    if kind == "figure" and value is None:
        value = Absent()
    said = read(kind, value, decimals) or absent
    text: str = not_told(value) if isinstance(value, Absent) else said
    if isinstance(value, Drawn):
        text = value.drawing
    if isinstance(value, LINKED) and value.url:
        text = format_html('<a href="{}">{}</a>', value.url, text)
    if is_first:
        return format_html('<th scope="row">{}</th>', text)
    css = {"class": "num"} if kind in NUMBERS else {}
    css |= {"data-th": column.title} if as_cards else {}
    return format_html("<td{}>{}</td>", flatatt(css), text)


def not_told(absent: Absent) -> SafeString:
    """« non renseigné » as every page draws it, its reason at hand."""
    if not absent.reason:
        return format_html('<span class="muted">{}</span>', NOT_TOLD)
    said = '<span class="muted" title="{0}">{1}<span class="vh"> ({0})</span></span>'
    return format_html(said, absent.reason, NOT_TOLD)


def read(kind: str, value: Any, decimals: int | None = None) -> str:
    """A value as it is read on a page; "" for what there is not. `decimals`: how many a number has,
    as many as it needs where it is not said; an amount has two, or none."""
    if value is None:
        return ""
    if isinstance(value, str) or kind in ("text", "year"):
        return str(value)
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Measure):
        return number(value, value.decimals)
    if kind in AMOUNTS:
        return rounded(value) if decimals == 0 else exact(value)
    told = round(Decimal(str(value)), 2)
    return quantity(told) if decimals is None else number(told, decimals)
