"""Fields of the room's forms: amounts in euros kept in cents, numbers as French people write them.

Knows how what is typed is read; what holds is said by the actions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from maillage.kernel.money import EXPECTED, parse_amount, parse_number, typed_amount, typed_number

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
"""How a day is typed; each field takes its own copy."""
VERSION_MOST = 2**63 - 1
"""The greatest version a row may have, and the greatest identifier."""


class AmountField(forms.CharField):
    """Euros typed, cents given; nothing typed is 0."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return typed_amount(value, "\u00a0") if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        cents = parse_amount(super().clean(value) or "")
        if cents is None:
            raise forms.ValidationError(f"Attendu\u00a0: {EXPECTED}.")
        return cents


class NumberField(forms.CharField):
    """A number with a decimal comma; nothing typed is None."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

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
