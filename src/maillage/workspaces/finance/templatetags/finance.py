"""Cents as the finance pages write them: whole euros in dense tables, signs on gaps, dates."""

from __future__ import annotations

from decimal import Decimal

from django import template

from maillage.workspaces.finance.engine.amounts import rounded
from maillage.workspaces.finance.queries.accounts import account_name

register = template.Library()

NARROW = "\u202f"
MINUS = "\u2212"


@register.filter
def en_euros(cents: int | None) -> str:
    """Cents as whole euros, `1 234`; nothing where there is no figure; 0 says 0."""
    if cents is None or not isinstance(cents, int):
        return ""
    euros = rounded(cents, 100)
    text = f"{abs(euros):,}".replace(",", NARROW)
    return f"{MINUS}{text}" if euros < 0 else text


@register.filter
def en_ecart(cents: int | None) -> str:
    """A gap in whole euros with its sign: `+1 234`."""
    text = en_euros(cents)
    return f"+{text}" if text and text[0] not in (MINUS, "0") else text


@register.filter
def en_pourcent(value: Decimal | None) -> str:
    """A percent with its sign and one decimal: `+3,5 %`."""
    if value is None:
        return ""
    sign = MINUS if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(value)}".replace(".", ",") + "\u00a0%"


@register.filter
def intitule(account: str) -> str:
    """The name of an account in the common chart."""
    return account_name(account)


@register.filter
def moins(cents: int | None, less: int | None) -> int | None:
    """A difference of cents, None where one of them is not known."""
    return None if cents is None or less is None else cents - less
