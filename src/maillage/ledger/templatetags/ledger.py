"""Amounts kept in cents, as a reader of accounts expects them."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from maillage.kernel import money
from maillage.kernel.absence import Absent
from maillage.kernel.money import exact, rounded
from maillage.kernel.rooms import HOUSE, Link
from maillage.ledger.engine.chart import Chart
from maillage.ledger.models import BookFile
from maillage.network.models import Network
from maillage.ui.statuses import Standing, status
from maillage.ui.tables import not_told

register = template.Library()


class Figure(Protocol):
    """An amount and where it comes from."""

    @property
    def cents(self) -> int | None: ...

    @property
    def url(self) -> str: ...

    @property
    def absent(self) -> Absent | None: ...


STANDINGS = {
    BookFile.State.IMPORTED: Standing.DONE,
    BookFile.State.WARNED: Standing.TO_DECIDE,
    BookFile.State.BLOCKING: Standing.FAILED,
}


@register.simple_tag(takes_context=True)
def administered(context: Any, network: Network) -> list[Link]:
    """Where a network is administered, for those who may."""
    actor = context["request"].actor
    may = actor.administers(network.pk)
    return HOUSE.offered("network.network", network.code, actor) if may else []


@register.filter
def book_state(state: BookFile.State) -> SafeString:
    """Where a book stands: its chip."""
    return status(STANDINGS[state], str(state.label))


@register.simple_tag
def exports(name: str, query: str, *args: object, **more: object) -> SafeString:
    """The same table as a workbook and as CSV; `query` and `more`: the filters of its address."""
    return _links(("xlsx", "csv"), name, query, args, more)


@register.simple_tag
def exports_and_json(name: str, query: str, *args: object, **more: object) -> SafeString:
    """The same, and as JSON for a program."""
    return _links(("xlsx", "csv", "json"), name, query, args, more)


def _links(
    kinds: tuple[str, ...],
    name: str,
    query: str,
    args: tuple[object, ...],
    more: dict[str, object],
) -> SafeString:
    asked = "&".join(filter(None, [query, urlencode(more)]))
    asked = f"?{asked}" if asked else ""
    return format_html_join(
        " ",
        '<a class="button{}" href="{}">{}</a>',
        (
            (
                "" if kind == kinds[0] else " is-quiet",
                f"{reverse(name, args=[*args, kind])}{asked}",
                "Exporter en XLSX" if kind == kinds[0] else kind.upper(),
            )
            for kind in kinds
        ),
    )


@register.filter
def montant(cents: int | None) -> str:
    """An amount of a column in euros; a dash where there is none."""
    return exact(cents) if cents else "–"


@register.filter
def somme(cents: int) -> str:
    """A total, in euros: zero is told."""
    return exact(cents)


@register.filter
def octets(size: int) -> str:
    """`1,2 Mo`."""
    return money.size(size)


@register.filter
def account_name(chart: Chart, number: str) -> str:
    return chart.name_of(number)


@register.simple_tag(takes_context=True)
def figure(context: template.Context, found: Figure) -> SafeString:
    """The cell of an amount; what comes from entries leads to them. In whole euros, to the cent
    where the page is asked so (`exact`, `ui/cents.py`)."""
    if found.absent:
        return format_html('<td class="num">{}</td>', not_told(found.absent))
    if not found.cents:
        return mark_safe('<td class="num">–</td>')
    text = exact(found.cents) if context["exact"] else rounded(found.cents)
    return _cell(text, found.url)


@register.simple_tag(takes_context=True)
def known(context: template.Context, cents: int | None, url: str = "") -> SafeString:
    """The cell of an amount that may not be known: zero is told, and so is what is missing. In
    whole euros, to the cent where the page is asked so, as `figure`."""
    if cents is None:
        return mark_safe('<td class="num"><span class="muted">non renseigné</span></td>')
    return _cell(exact(cents) if context["exact"] else rounded(cents), url)


@register.simple_tag(takes_context=True)
def part(context: template.Context, cents: int | None, url: str = "") -> SafeString:
    """The cell of what an account brings to a line: a dash where it brings nothing."""
    return mark_safe('<td class="num">–</td>') if cents == 0 else known(context, cents, url)


def _cell(text: str, url: str) -> SafeString:
    if not url:
        return mark_safe(f'<td class="num">{text}</td>')
    return format_html('<td class="num"><a href="{}">{}</a></td>', url, text)
