"""Spreadsheets of placements, out and in: the same columns both ways.

Knows XLSX, ODS and CSV files and the document they must fit. Refuses to know who is asking, and to
take in a file that has a single fault: every finding is listed, nothing is half read.
"""

from maillage.schemes.engine.placement_files.columns import SHEET, TITLES
from maillage.schemes.engine.placement_files.reader import (
    MAX_BYTES,
    ConfirmedCell,
    PlacedRow,
    merged,
    read_rows,
    read_table,
)
from maillage.schemes.engine.placement_files.writer import template, write_csv, write_workbook

__all__ = [
    "MAX_BYTES",
    "ConfirmedCell",
    "PlacedRow",
    "SHEET",
    "TITLES",
    "merged",
    "read_rows",
    "read_table",
    "template",
    "write_csv",
    "write_workbook",
]
