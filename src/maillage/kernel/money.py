"""Numbers and amounts of money as French people write, read and type them.

An amount is a whole number of cents. It is read exact (accounts), rounded (dense tables), in a
sentence, or typed. Knows figures, and shares that add up to what was shared; refuses to know what
they count, and to guess: a text that could mean two amounts is no amount.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import pairwise

NBSP = "\u00a0"
NARROW = "\u202f"
"""Between thousands."""
MINUS = "\u2212"
LARGEST = 10**12
"""Cents: ten billion euros, beyond which a typing error is more likely than an amount."""
EXPECTED = f"un montant en euros, au plus deux décimales (exemple{NBSP}: 1{NBSP}234,56)"

_COUNTED = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_AMOUNT = re.compile(r"([+-]?)(\d{1,30})(?:[.,](\d{1,2}))?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})*(?:[.,]\d{1,2})?")


# -- numbers -------------------------------------------------------------------------------------


def number(
    value: Decimal | Fraction | int, decimals: int | None = None, *, signed: bool = False
) -> str:
    """`−1 234,56`: thousands apart, a true minus; decimals as given unless asked.

    Rounded once from the exact value, halves to even. `signed` puts a plus before what is more
    than nothing. A fraction needs `decimals`.
    """
    if isinstance(value, Fraction):
        places = decimals or 0
        value = Decimal(round(value * 10**places)).scaleb(-places)
    size = abs(Decimal(value))
    text = f"{size:,f}" if decimals is None else f"{size:,.{decimals}f}"
    something = text.strip("0.,") != ""
    sign = MINUS if value < 0 else "+" if signed else ""
    return (sign if something else "") + text.replace(",", NARROW).replace(".", ",")


def quantity(value: Decimal | None, decimals: int = 6) -> str:
    """The number as it is read, without useless zeros; "" for none."""
    return "" if value is None else number(round(value, decimals).normalize())


def percent(value: Decimal | Fraction | int, decimals: int | None = None, **how: bool) -> str:
    """`3,5 %`, written as `number` writes it."""
    return f"{number(value, decimals, **how)}{NBSP}%"


def exact_rate(hundredths: int) -> str:
    """Hundredths of a percent to the last one: `12,30 %`."""
    return percent(Decimal(hundredths) / 100, 2)


def rate(hundredths: int) -> str:
    """Hundredths of a percent without useless zeros: `12,3 %`."""
    return f"{quantity(Decimal(hundredths) / 100)}{NBSP}%"


def typed_number(value: Decimal | None) -> str:
    """The number as it is typed back: no useless zeros, a decimal comma, "" for none."""
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")


def parse_number(text: str) -> Decimal | None:
    """`1 234,5` as a number; None for what is none, or is written with an exponent."""
    plain = "".join(text.split()).replace(MINUS, "-").replace(",", ".")
    return Decimal(plain) if _COUNTED.fullmatch(plain) else None


def parse_count(text: str | None, most: int = 2**31 - 1) -> int | None:
    """The whole number a text writes in digits alone, from 0 to `most`; None for anything else."""
    if not (text and text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    found = int(text)
    return found if found <= most else None


def size(count: int) -> str:
    """Bytes: `1,2 Mo`, `5 Mo`."""
    for unit, weight in (("Go", 10**9), ("Mo", 10**6), ("ko", 10**3)):
        if count >= weight:
            return f"{number(Fraction(count, weight), 1).removesuffix(',0')}{NBSP}{unit}"
    return f"{count}{NBSP}octet{'s' if count > 1 else ''}"


# -- amounts -------------------------------------------------------------------------------------


def exact(cents: int, group: str = NARROW, minus: str = MINUS) -> str:
    """`−1 234,50`, to the cent: as accounts are read."""
    whole, rest = divmod(abs(cents), 100)
    return f"{minus if cents < 0 else ''}{whole:,}".replace(",", group) + f",{rest:02d}"


def exact_euros(cents: int) -> str:
    """The same with its unit."""
    return f"{exact(cents)}{NBSP}€"


def rounded(cents: int, *, signed: bool = False) -> str:
    """`−1 234`, to the euro, halves away from zero: as dense tables are read."""
    return number(divided(cents, 100), signed=signed)


def euros(cents: int) -> str:
    """`−1 234,50 €` in a sentence: decimals where there are some; nothing is `0 €`."""
    return f"{MINUS if cents < 0 else ''}{typed_amount(abs(cents)) or 0}{NBSP}€"


def typed_amount(cents: int, group: str = NARROW) -> str:
    """`-1 234,56` as it is typed; whole euros carry no decimals; "" for nothing."""
    if not cents:
        return ""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", group) + (f",{rest:02d}" if rest else "")
    return f"-{text}" if cents < 0 else text


def parse_amount(text: str) -> int | None:
    """Cents of `1 234,56`, `1234.5`, `-12 €` or `(12,50)`; 0 for nothing; None otherwise.

    Spaces are accepted between groups of three digits only.
    """
    plain = _SPACES.sub(" ", text.replace(MINUS, "-").replace("€", "")).strip()
    if plain in ("", "-"):
        return 0
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1].strip()}"
    if " " in plain:
        if not _GROUPED.fullmatch(plain):
            return None
        plain = plain.replace(" ", "")
    found = _AMOUNT.fullmatch(plain)
    if found is None or not plain.isascii():
        return None
    sign, whole, decimals = found.groups()
    cents = int(whole) * 100 + int((decimals or "0").ljust(2, "0"))
    if cents > LARGEST:
        return None
    return -cents if sign == "-" else cents


def cents_of(value: float | Decimal) -> int | None:
    """Cents of a number read in a spreadsheet; None where it has more than two decimals."""
    if type(value) is float and abs(value) * 100 <= LARGEST and value.is_integer():
        return int(value) * 100
    exactly = Decimal(str(value)) * 100
    whole = exactly.to_integral_value(rounding=ROUND_HALF_EVEN)
    # A spreadsheet's own sums carry noise far below the cent (0.1 + 0.2); an entry does not.
    if abs(exactly - whole) > Decimal("0.0001") or abs(whole) > LARGEST:
        return None
    return int(whole)


# -- shares that add up --------------------------------------------------------------------------


def spread(total: int, parts: int = 12) -> tuple[int, ...]:
    """Equal shares of a total of cents, whose sum is the total exactly."""
    steps = [divided(total * rank, parts) for rank in range(parts + 1)]
    return tuple(after - before for before, after in pairwise(steps))


def scaled(shares: Sequence[int], numerator: int, denominator: int) -> tuple[int, ...]:
    """Each share times a fraction, so that their sum is the rounded fraction of the sum."""
    done, before, result = 0, 0, []
    for share in shares:
        done += share
        after = divided(done * numerator, denominator)
        result.append(after - before)
        before = after
    return tuple(result)


def divided(numerator: int, denominator: int) -> int:
    """The nearest integer of a fraction, halves away from zero, without a float."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    top, bottom = abs(numerator), abs(denominator)
    return sign * ((2 * top + bottom) // (2 * bottom))
