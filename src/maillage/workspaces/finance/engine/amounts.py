"""Amounts of money as integer cents: read as people write them, written back, shared exactly.

Knows French numbers and shares that add up to what was shared. Refuses to guess: a text that could
mean two amounts is no amount.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

LARGEST = 10**12
"""Cents: ten billion euros, beyond which a typing error is more likely than an amount."""
EXPECTED = "un montant en euros, au plus deux décimales (exemple\u00a0: 1\u00a0234,56)"

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_NUMBER = re.compile(r"([+-]?)(\d+)(?:[.,](\d{1,2}))?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})*(?:[.,]\d{1,2})?")


def parse_amount(text: str) -> int | None:
    """Cents of `1 234,56`, `1234.5`, `-12 €` or `(12,50)`; 0 for nothing; None otherwise.

    Units: euros in, cents out. Spaces are accepted between groups of three digits only.
    """
    plain = _SPACES.sub(" ", text.replace("\u2212", "-").replace("€", "")).strip()
    if plain in ("", "-"):
        return 0
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1].strip()}"
    if " " in plain:
        if not _GROUPED.fullmatch(plain):
            return None
        plain = plain.replace(" ", "")
    found = _NUMBER.fullmatch(plain)
    if found is None or not plain.isascii():
        return None
    sign, euros, decimals = found.groups()
    cents = int(euros) * 100 + int((decimals or "0").ljust(2, "0"))
    if cents > LARGEST:
        return None
    return -cents if sign == "-" else cents


def cents_of(value: float | Decimal) -> int | None:
    """Cents of a number read in a spreadsheet; None where it has more than two decimals."""
    exact = Decimal(str(value)) * 100
    whole = exact.to_integral_value(rounding=ROUND_HALF_EVEN)
    # A spreadsheet's own sums carry noise far below the cent (0.1 + 0.2); an entry does not.
    if abs(exact - whole) > Decimal("0.0001") or abs(whole) > LARGEST:
        return None
    return int(whole)


def written(cents: int, group: str = "\u202f") -> str:
    """`1 234,56` as it is typed; a whole number of euros carries no decimals; "" for nothing."""
    if not cents:
        return ""
    euros, rest = divmod(abs(cents), 100)
    text = f"{euros:,}".replace(",", group) + (f",{rest:02d}" if rest else "")
    return f"-{text}" if cents < 0 else text


def euros(cents: int) -> str:
    """`−1 234,50 €` as it is read, unit included; nothing is `0 €`."""
    sign = "\u2212" if cents < 0 else ""
    return f"{sign}{written(abs(cents)) or 0}\u00a0€"


def spread(total: int, parts: int = 12) -> tuple[int, ...]:
    """Equal shares of a total of cents, whose sum is the total exactly."""
    steps = [rounded(total * rank, parts) for rank in range(parts + 1)]
    return tuple(after - before for before, after in pairwise(steps))


def scaled(shares: Sequence[int], numerator: int, denominator: int) -> tuple[int, ...]:
    """Each share times a fraction, so that their sum is the rounded fraction of the sum."""
    done, before, result = 0, 0, []
    for share in shares:
        done += share
        after = rounded(done * numerator, denominator)
        result.append(after - before)
        before = after
    return tuple(result)


def rounded(numerator: int, denominator: int) -> int:
    """The nearest integer of a fraction, halves away from zero, without a float."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    top, bottom = abs(numerator), abs(denominator)
    return sign * ((2 * top + bottom) // (2 * bottom))
