"""Cents as the finance pages write them: whole euros in dense tables, signs on gaps, dates."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.costing.engine.budgets import Variance
from maillage.kernel.absence import Absent
from maillage.kernel.money import exact, percent, rounded
from maillage.ui.tables import not_told

register = template.Library()


@register.filter
def en_euros(cents: int | None, to_the_cent: bool = False) -> str:
    """Cents as whole euros, `1 234`; nothing where there is no figure; 0 says 0."""
    if not isinstance(cents, int):
        return ""
    return exact(cents) if to_the_cent else rounded(cents)


@register.filter
def chiffre(cents: int | None, reason: str = "") -> str:
    """The same where there ought to be a figure: `non renseigné`, its reason at hand."""
    return rounded(cents) if isinstance(cents, int) else not_told(Absent(reason))


@register.filter
def en_ecart(cents: int | None, to_the_cent: bool = False) -> str:
    """A gap in whole euros with its sign: `+1 234`."""
    if not isinstance(cents, int):
        return ""
    if to_the_cent:
        return ("+" if cents > 0 else "") + exact(cents)
    return rounded(cents, signed=True)


@register.filter
def en_pourcent(value: Decimal | None) -> str:
    """A percent with its sign and one decimal: `+3,5 %`."""
    return "" if value is None else percent(value, signed=True)


@register.filter
def moins(cents: int | None, less: int | None) -> int | None:
    """A difference of cents, None where one of them is not known."""
    return None if cents is None or less is None else cents - less


@register.filter
def ecart(gap: Variance) -> str:
    """The gap in euros, or why there is none."""
    return _nothing(gap) if gap.cents is None else en_ecart(gap.cents)


@register.filter
def taux(gap: Variance) -> str:
    """The gap in percent, or why there is none."""
    return _nothing(gap) if gap.percent is None else en_pourcent(gap.percent)


def _nothing(gap: Variance) -> SafeString:
    said = '<span class="muted" title="{0}">–<span class="vh"> {0}</span></span>'
    return format_html(said, gap.reason)
