"""Numbers as French people write them: a decimal comma, thousands apart, no useless zeros.

Knows texts and numbers. Refuses to know what they count, or the most that may be counted.
"""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")


def decimal_of(text: str) -> Decimal | None:
    """`1 234,5` as a number; None for what is none, or is written with an exponent."""
    plain = "".join(text.split()).replace("\u2212", "-").replace(",", ".")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def decimal_text(value: Decimal | None) -> str:
    """The number as it is typed back: no useless zeros, a decimal comma, "" for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def decimal_shown(value: Decimal | None) -> str:
    """The number as it is read: thousands apart, no useless zeros."""
    whole, comma, rest = decimal_text(value).partition(",")
    return (f"{int(whole):,}".replace(",", "\u202f") if whole else "") + comma + rest


def number_in(text: str, most: int) -> int | None:
    """The whole number a text writes in digits alone, from 0 to `most`; None for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None
