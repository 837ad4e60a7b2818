"""How a date is written in French. Pure: pages, printed documents and spreadsheets agree on it."""

from __future__ import annotations

import datetime as dt

NBSP = "\u00a0"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin",
                "juil.", "août", "sept.", "oct.", "nov.", "déc.")  # fmt: skip


def french_date(day: dt.date) -> str:
    """`23 novembre 2026`, its spaces unbreakable; the first of a month is `1er`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"
