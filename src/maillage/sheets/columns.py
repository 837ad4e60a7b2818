"""A table's columns, declared once for what is written and what is read back.

Knows how a column is titled, what its cells hold and within which bounds, and takes a cell to a
value. Refuses to know whole rows and files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from maillage.kernel.absence import NOT_TOLD
from maillage.kernel.money import NBSP, exact, typed_number
from maillage.sheets import cells
from maillage.sheets.cells import UnfitError
from maillage.sheets.words import Names, folded

Kind = Literal[
    "text", "prose", "number", "decimal", "amount", "figure", "date", "year",
    "boolean", "choice", "code", "codes",
]  # fmt: skip
"""`text` stands on one line, `prose` on several. `number`: whole; `decimal`: any other; `amount`:
integer cents; `figure`: an amount that, when missing, says so: never an empty cell nor a zero;
`year`: without a separator; `boolean`: oui or non; `choice`: one of a few values by
its label or itself; `code`, `codes`: references. In a column of numbers a text that is written
stays a text: it says why there is none."""
EMPTY: dict[Kind, Any] = {"text": "", "prose": "", "choice": "", "code": "", "codes": ()}
"""What an empty cell is read as; None for the other kinds."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column. What follows `width` is for reading alone.

    `name`: of its values in the rows read; without one the column helps whoever reads the sheet,
    and is ignored. `needed`: a file must have the column; `filled`: each of its cells must say
    something. `longest`: characters. `least`, `most`: bounds, cents for an amount. `among`: values
    by label (or name) of a choice, a code or codes. `hints`: other words for those of `among`,
    told as what was meant. `take`: the value of a cell, in place of its kind's; raises UnfitError.
    `unknown`, `missing`, `expected`: how faults are said.
    """

    title: str
    kind: Kind = "text"
    width: int = 16
    name: str = field(default="", kw_only=True)
    aliases: tuple[str, ...] = field(default=(), kw_only=True)
    needed: bool = field(default=True, kw_only=True)
    filled: bool = field(default=False, kw_only=True)
    longest: int = field(default=0, kw_only=True)
    least: Any = field(default=None, kw_only=True)
    most: Any = field(default=None, kw_only=True)
    among: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    hints: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    take: Callable[[Any], Any] | None = field(default=None, kw_only=True)
    unknown: str = field(default="valeur inconnue", kw_only=True)
    missing: str = field(default="valeur manquante", kw_only=True)
    expected: str = field(default="une valeur", kw_only=True)

    def value(self, cell: Any) -> Any:
        """The value of a cell as it is read. Raises UnfitError."""
        if isinstance(cell, str) and cell[:1] in ("#", "E") and cells.is_error(cell):
            raise UnfitError("erreur du tableur", "une valeur, ou rien")
        if self.take is not None:
            return self.take(cell)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            if self.filled:
                raise UnfitError(self.missing, self.suggestion)
            return EMPTY.get(self.kind)
        return _READ[self.kind](self, cell)

    def bounded(self, value: Any) -> Any:
        if self.least is not None and value < self.least:
            negative = self.least == 0
            noun = "montant" if self.kind == "amount" else "nombre"
            raise UnfitError(
                f"{noun} négatif" if negative else "valeur trop petite",
                f"un {noun} positif" if negative else f"{self.written(self.least)} au moins",
            )
        if self.most is not None and value > self.most:
            raise UnfitError("valeur trop grande", f"{self.written(self.most)} au plus")
        return value

    def written(self, value: Any) -> str:
        """The value as a text, as `value` reads it again; "" for None."""
        if value is None:
            return NOT_TOLD if self.kind == "figure" else ""
        if isinstance(value, tuple | list):
            return ", ".join(value)
        if isinstance(value, str):
            return self.among.get(value, value) if self.kind == "choice" else value
        return _WRITTEN.get(self.kind, str)(value)

    def suggestion(self, value: str = "") -> str:
        """What was expected, with the nearest of what is known."""
        if not self.among:
            return self.expected
        close = self._names.nearest(value) if value else ""
        if close:
            meant = self.hints.get(close) or self._by_name[close]
            return f"{self.expected}{NBSP}; le plus proche{NBSP}: «{NBSP}{meant}{NBSP}»"
        known = list(self.among.values() if self.kind == "choice" else self.among)
        return f"{self.expected} parmi {', '.join(known[:12])}{'…' * (len(known) > 12)}"

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """What each name of a known value stands for in a cell."""
        if self.kind == "choice":
            return {label: label for label in self.among.values()}
        names = {name: code for code, name in self.among.items() if name}
        return names | {code: code for code in self.among}

    @cached_property
    def _names(self) -> Names:
        return Names([*self.hints, *self._by_name])

    @cached_property
    def _choices(self) -> dict[str, str]:
        return cells.choices(self.among)

    def choice(self, cell: Any) -> str:
        text = cells.words_of(cell)
        value = self._choices.get(folded(text[:200]))
        if value is None:
            raise UnfitError(self.unknown, lambda: self.suggestion(text))
        return value

    def code(self, cell: Any) -> str:
        return self._known(cells.words_of(cell).strip())

    def codes(self, cell: Any) -> tuple[str, ...]:
        found = cells.codes(cell)
        faults = []
        for code in found:
            try:
                self._known(code)
            except UnfitError as fault:
                faults.append(fault)
        for code in sorted(code for code, times in Counter(found).items() if times > 1)[:10]:
            noun = self.unknown.replace("inconnu", "répété")
            faults.append(UnfitError(noun, "chaque code une seule fois", code))
        if faults:
            first, *others = faults
            raise UnfitError(first.what, first.expected, first.value, tuple(others))
        return found

    def _known(self, code: str) -> str:
        if code not in self.among:
            raise UnfitError(self.unknown, lambda: self.suggestion(code), code)
        return code


_READ: dict[Kind, Callable[[Column, Any], Any]] = {
    "text": lambda column, cell: cells.line(cell, column.longest),
    "prose": lambda column, cell: cells.prose(cell, column.longest),
    "number": lambda column, cell: column.bounded(cells.whole(cell)),
    "decimal": lambda column, cell: column.bounded(cells.decimal(cell)),
    "amount": lambda column, cell: column.bounded(cells.amount(cell)),
    "figure": lambda column, cell: column.bounded(cells.amount(cell)),
    "date": lambda column, cell: column.bounded(cells.date(cell)),
    "year": lambda column, cell: column.bounded(cells.year(cell)),
    "boolean": lambda _, cell: cells.boolean(cell),
    "choice": Column.choice,
    "code": Column.code,
    "codes": Column.codes,
}
_WRITTEN: dict[Kind, Callable[[Any], str]] = {
    "boolean": lambda value: "oui" if value else "non",
    **dict.fromkeys(("amount", "figure"), lambda cents: exact(cents, "", "-")),
    "decimal": lambda value: typed_number(Decimal(str(value))),
    "date": lambda day: f"{day:%d/%m/%Y}",
}


def by_title(columns: Iterable[Column]) -> dict[str, Column]:
    """The columns by what their titles, and the other titles they answer to, fold to."""
    return {folded(title): column for column in columns
            for title in (*column.aliases, column.title)}  # fmt: skip
