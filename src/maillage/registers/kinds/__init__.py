"""The kinds of a field: how a value is read from a cell, typed back, shown, and kept as JSON.

Pure. Knows values by their type and the bounds a declaration gives; knows no row and no reader.
"""

from maillage.registers.kinds.base import NOBODY, Kind, Known, UnfitError, Value, needed, unfit
from maillage.registers.kinds.codes import (
    Boolean,
    Choice,
    Choices,
    Person,
    Reference,
    References,
    codes_of,
)
from maillage.registers.kinds.measures import Amount, Date, Number, Whole, Year
from maillage.registers.kinds.texts import Email, LongText, Text, Url

__all__ = [
    "NOBODY",
    "Kind",
    "Known",
    "UnfitError",
    "Value",
    "needed",
    "unfit",
    "Email",
    "LongText",
    "Text",
    "Url",
    "Amount",
    "Date",
    "Number",
    "Whole",
    "Year",
    "Boolean",
    "Choice",
    "Choices",
    "Person",
    "Reference",
    "References",
    "codes_of",
]
