"""A date as precise as it is known: a day, a month or a year.

A scheme says "2017" and no day; to sort it among others it stands at the last day it may be.
Knows how such a date is written (AAAA, AAAA-MM, AAAA-MM-JJ) and said. Knows no edition.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum

from maillage.kernel.money import NBSP
from maillage.kernel.period import MONTHS, french_date, last_of_month

PATTERN = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
EXPECTED = "une date\u00a0: AAAA, AAAA-MM ou AAAA-MM-JJ"


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


PRECISION_LABELS: dict[str, str] = {"day": "Au jour", "month": "Au mois", "year": "À l’année"}
_LENGTHS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}


def read(text: str) -> tuple[dt.date, Precision] | None:
    """The last day that a written date may be, and how precise it is; None where it is no date."""
    if not re.fullmatch(PATTERN, text):
        return None
    precision = _LENGTHS[len(text)]
    try:
        return placed(
            dt.date.fromisoformat(text + "-01-01"[: 10 - len(text)]), precision
        ), precision
    except ValueError:
        return None


_TYPED = re.compile(r"(?:(?:([0-9]{1,2})/)?([0-9]{1,2})/)?([0-9]{4})")


def typed(text: str) -> tuple[dt.date, Precision] | None:
    """The same of what a person types: "2017", "06/2017", "30/06/2017", or as it is written."""
    given = _TYPED.fullmatch(text.strip())
    if given is None:
        return read(text.strip())
    day, month, year = given.groups()
    return read("-".join([year, *(part.zfill(2) for part in (month, day) if part)]))


def placed(day: dt.date, precision: str) -> dt.date:
    """Where a date stands among others: the last day of its month or year."""
    if precision == Precision.YEAR:
        return dt.date(day.year, 12, 31)
    return last_of_month(day.year, day.month) if precision == Precision.MONTH else day


def written(day: dt.date, precision: str) -> str:
    """As precise as it is known: "2017", "2017-06", "2017-06-30"."""
    length = next(n for n, known in _LENGTHS.items() if known == precision)
    return day.isoformat()[:length]


def in_words(day: dt.date, precision: str) -> str:
    """ "2017", "juin 2017" or "30 juin 2017"."""
    if precision == Precision.YEAR:
        return str(day.year)
    if precision == Precision.MONTH:
        return f"{MONTHS[day.month - 1]}{NBSP}{day.year}"
    return french_date(day)


def said(text: str) -> str:
    """A written date in words; as it is where it is none."""
    known = read(text)
    return in_words(*known) if known else text
