"""Fields of forms: amounts in euros kept in cents, numbers as French people write them, days.

Knows how what is typed is read; what holds is said by the actions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from maillage.kernel.money import (
    EXPECTED,
    parse_amount,
    parse_count,
    parse_number,
    typed_amount,
    typed_number,
)

VERSION_MOST = 2**63 - 1
"""The greatest version a row may have, and the greatest identifier."""


def sent_number(text: str | None) -> int | None:
    """The version or event a page gives back in digits; None where it gives none."""
    return parse_count(text, VERSION_MOST)


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Typed(forms.CharField):
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"})


class AmountField(_Typed):
    """Euros typed, cents given; nothing typed is 0."""

    def prepare_value(self, value: Any) -> Any:
        return typed_amount(value, "\u00a0") if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        cents = parse_amount(super().clean(value) or "")
        if cents is None:
            raise forms.ValidationError(f"Attendu\u00a0: {EXPECTED}.")
        return cents


class NumberField(_Typed):
    """A number with a decimal comma; nothing typed is None."""

    def prepare_value(self, value: Any) -> Any:
        return typed_number(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value) or ""
        if not text.strip():
            return None
        found = parse_number(text)
        if found is None:
            raise forms.ValidationError("Un nombre est attendu, par exemple 1\u00a0234,5.")
        return found
