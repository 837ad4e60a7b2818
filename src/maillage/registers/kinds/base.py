"""What every kind of value answers. Pure: an empty value is None, whatever its kind.

Cells are read by `sheets.cells`; a kind adds its bounds, and what else it may hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from maillage.sheets.cells import UnfitError

Value = str | int | Decimal | dt.date | tuple[str, ...] | None
"""Booleans are integers' kin; references and choices are codes."""
Column = Literal["text", "amount", "number", "decimal", "year", "date"]
Known = Mapping[str, str]
"""What a reader may type for a reference, folded, and the code it means."""
NOBODY: Known = {}
SEPARATOR = ";"


def unfit(expected: str) -> UnfitError:
    """A value that is not one of the kind's: what was expected, in French."""
    return UnfitError("valeur qui ne convient pas", expected)


def needed(error: UnfitError) -> str:
    """What was expected instead, as the end of a sentence: "il faut une date"."""
    expected = error.expected if isinstance(error.expected, str) else error.expected()
    return f"il faut {expected}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What every kind answers. `operators`: the suffixes its filters take in an address."""

    column: ClassVar[Column] = "text"
    operators: ClassVar[tuple[str, ...]] = ("", "vide")
    schema: ClassVar[Any] = str
    """The type of the value as JSON."""
    is_number: ClassVar[bool] = False
    is_folded: ClassVar[bool] = False
    """Whether its text is searched."""

    def take(self, cell: Any, known: Known = NOBODY) -> Value:
        """The value of a cell, or of what was typed. Raises UnfitError."""
        if isinstance(cell, str):
            cell = cell.strip()
        return None if cell is None or cell == "" else self.read(cell, known)

    def read(self, cell: Any, known: Known) -> Value:
        """The value of a cell that is not empty. Raises UnfitError."""
        raise NotImplementedError

    def typed(self, value: Value) -> str:
        """As it is typed back in a form; `take` reads it again."""
        return "" if value is None else str(value)

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        """As a person reads it; "" for none."""
        return self.typed(value)

    def cell(self, value: Value, labels: Mapping[str, str] = NOBODY) -> Any:
        """As a spreadsheet holds it; `take` reads it again."""
        return value

    def plain(self, value: Value) -> Any:
        """As JSON holds it; `unplain` reads it again."""
        return value

    def unplain(self, given: Any, known: Known = NOBODY) -> Value:
        """The value of a JSON value. Raises UnfitError."""
        if given is None or isinstance(given, str):
            return self.take(given, known)
        raise unfit("un texte")


__all__ = ["NOBODY", "SEPARATOR", "Kind", "Known", "UnfitError", "Value", "needed", "unfit"]
