"""Amounts kept in cents, as a reader of accounts expects them."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.money import written

register = template.Library()


class Figure(Protocol):
    """An amount and where it comes from."""

    @property
    def cents(self) -> int | None: ...

    @property
    def url(self) -> str: ...


@register.simple_tag
def exports(name: str, query: str, *args: object, **more: object) -> SafeString:
    """The same table as a workbook and as CSV; `query` and `more`: the filters of its address."""
    asked = "&".join(filter(None, [query, urlencode(more)]))
    asked = f"?{asked}" if asked else ""
    sheet, text = (f"{reverse(name, args=[*args, kind])}{asked}" for kind in ("xlsx", "csv"))
    return format_html(
        '<a class="button" href="{}">Exporter en XLSX</a> '
        '<a class="button is-quiet" href="{}">CSV</a>',
        sheet,
        text,
    )


@register.filter
def montant(cents: int | None) -> str:
    """An amount of a column in euros; a dash where there is none."""
    return written(cents) if cents else "–"


@register.filter
def somme(cents: int) -> str:
    """A total, in euros: zero is told."""
    return written(cents)


@register.filter
def octets(size: int) -> str:
    """`1,2 Mo`."""
    for unit, weight in (("Go", 10**9), ("Mo", 10**6), ("ko", 10**3)):
        if size >= weight:
            return f"{size / weight:.1f}\u00a0{unit}".replace(".", ",")
    return f"{size}\u00a0octet{'s' if size > 1 else ''}"


@register.filter
def account_name(chart: Chart, number: str) -> str:
    return chart.name_of(number)


@register.simple_tag
def figure(found: Figure) -> SafeString:
    """The cell of an amount; what comes from entries leads to them."""
    if not found.cents:
        return mark_safe('<td class="num">–</td>')
    if not found.url:
        return mark_safe(f'<td class="num">{written(found.cents)}</td>')
    return format_html('<td class="num"><a href="{}">{}</a></td>', found.url, written(found.cents))
