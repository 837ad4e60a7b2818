"""What every kind of value answers. Pure: an empty value is None, whatever its kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

Value = str | int | Decimal | dt.date | tuple[str, ...] | None
"""Booleans are integers' kin; references and choices are codes."""
Column = Literal["text", "amount", "number", "decimal", "year", "date"]
Known = Mapping[str, str]
"""What a reader may type for a reference, folded, and the code it means."""
NOBODY: Known = {}
MOST = 2**63 - 1
SEPARATOR = ";"


class UnfitError(Exception):
    """A cell does not hold such a value; the message says what was expected (French)."""


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
        text = words_of(cell)
        return self.read(text, known) if text else None

    def read(self, text: str, known: Known) -> Value:
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
        raise UnfitError("un texte")


def words_of(cell: Any) -> str:
    """The text of a cell: a whole number without its decimals, no space around."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y}"
    return str(cell).strip()
