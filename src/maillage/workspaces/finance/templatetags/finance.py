"""Cents as the finance pages write them: whole euros in dense tables, signs on gaps, dates."""

from __future__ import annotations

from decimal import Decimal

from django import template

from maillage.kernel.money import percent, rounded

register = template.Library()


@register.filter
def en_euros(cents: int | None) -> str:
    """Cents as whole euros, `1 234`; nothing where there is no figure; 0 says 0."""
    return rounded(cents) if isinstance(cents, int) else ""


@register.filter
def en_ecart(cents: int | None) -> str:
    """A gap in whole euros with its sign: `+1 234`."""
    return rounded(cents, signed=True) if isinstance(cents, int) else ""


@register.filter
def en_pourcent(value: Decimal | None) -> str:
    """A percent with its sign and one decimal: `+3,5 %`."""
    return "" if value is None else percent(value, signed=True)


@register.filter
def moins(cents: int | None, less: int | None) -> int | None:
    """A difference of cents, None where one of them is not known."""
    return None if cents is None or less is None else cents - less
