"""Fields of forms: amounts in euros kept in cents, numbers as French people write them, days.

Knows how what is typed is read; what holds is said by the actions.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from maillage.kernel.verdicts import refuse

VERSION_MOST = 2**63 - 1
"""The greatest version a row may have, and the greatest identifier."""


def sent_number(text: str | None) -> int | None:
    """The version or event a page gives back in digits; None where it gives none."""
    return parse_count(text, VERSION_MOST)


UNTOLD = (
    "Cet envoi ne dit pas ce que la page montrait\u00a0: la recharger, relire, puis recommencer."
)


def seen_sent(form: Mapping[str, Any], name: str) -> str:
    """What a form says it showed of the thing it changes. Raises Refusal (409) where it does not
    say: nobody can then tell what was read, and what others wrote since would be lost."""
    told = str(form.get(name) or "")
    if not told:
        refuse(UNTOLD, 409)
    return told


def number_seen(form: Mapping[str, Any], name: str) -> int:
    """The same, where it is a version or an event."""
    number = sent_number(seen_sent(form, name))
    if number is None:
        refuse(UNTOLD, 409)
    return number


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
