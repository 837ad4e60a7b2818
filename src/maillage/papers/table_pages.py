"""Any table on numbered pages: a tagged PDF/UA-1, A4 or A3 on its side, its heads on every page.

Knows how a `Table` of `sheets.writing` is set on paper: nothing of it is cut. Refuses to know what
it says, and to read a clock.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.kernel.period import french_date
from maillage.papers.typesetting import compile_pdf
from maillage.papers.wording import french
from maillage.sheets.writing import Heading, Sum, Table

PDF = "application/pdf"
SIZES = ("a4", "a3")
MOST_ROWS = 5000
"""Beyond, a workbook serves better; the pages would be a hundred and more."""
_NUMBERS = ("amount", "figure", "number", "decimal")
_TEMPLATE = Path(__file__).parent / "templates" / "table.typ"


def table_pdf(table: Table, made_on: dt.date, *, about: str = "", size: str = "a4") -> bytes:
    """The table under its title and its filters; `about` stands at the head of each page.

    Raises ValueError for more than MOST_ROWS rows.
    """
    rows = list(table.rows)
    if len(rows) > MOST_ROWS:
        raise ValueError(f"{len(rows)} rows are too many for paper")
    data = {
        "title": french(table.title),
        "about": french(about),
        "filters": list(map(french, table.filters)),
        "size": size if size in SIZES else "a4",
        "heads": [french(column.title) for column in table.columns],
        "widths": [column.width for column in table.columns],
        "numbers": [column.kind in _NUMBERS for column in table.columns],
        "rows": [
            {
                "strong": isinstance(row, Sum | Heading),
                "cells": [
                    french(column.written(value))
                    for column, value in zip(table.columns, row, strict=True)
                ],
            }
            for row in rows
        ],
        "made_on": french_date(made_on),
    }
    return compile_pdf(_TEMPLATE, data, made_on)
