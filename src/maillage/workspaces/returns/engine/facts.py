"""What a return was filled from, kept with it: balances by account, volumes, where they come from.

A return always tells again the figures it told, whatever becomes of the books: everything it shows
is computed from these values. Amounts are integer cents. Refuses to know how they were read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from maillage.kernel.period import CutOff
from maillage.workspaces.returns.engine.definition import (
    BETWEEN,
    EACH,
    Column,
    Definition,
    code_of,
)

Sides = Mapping[str, tuple[int, int]]
"""Debit and credit of each account."""
Key = tuple[str, int, int, str]
"""Source, year, month, chamber ("" for the whole once eliminated)."""


@dataclass(frozen=True, slots=True)
class Block:
    """What one chamber, or the whole, says of a period.

    `why`: why it says nothing. `origin`: the fingerprint of a book, the subject of a budget;
    `said`: its name. `balances`: what accounts stand at, opening entries counted; None where the
    source tells movements alone. `moved`: opening entries left out; None where it cannot tell.
    `local`: balances by the numbers of the chamber’s own chart. `settled`: of the whole, what the
    chambers whose balance is a debit add up to, and the others: none is set off against another;
    None where it was not kept, or of one chamber.
    """

    why: str = ""
    origin: str = ""
    said: str = ""
    balances: Sides | None = None
    moved: Sides | None = None
    local: Sides | None = None
    settled: Sides | None = None


@dataclass(frozen=True)
class Facts:
    """Everything a filling reads. `chambers`: code and short name, in their order. `volumes`:
    (volume, FTE) by macro-process, year and chamber. `remarks`: what is to be known of it."""

    chambers: Sequence[tuple[str, str]] = ()
    blocks: Mapping[Key, Block] = field(default_factory=dict)
    volumes: Mapping[tuple[str, int, str], tuple[Decimal | None, Decimal | None]] = field(
        default_factory=dict
    )
    remarks: Sequence[tuple[str, str]] = ()
    """Chamber, what is said of it."""

    def as_json(self) -> dict[str, Any]:
        return {
            "chambers": [list(one) for one in self.chambers],
            "blocks": [
                {"key": list(key), "why": b.why, "origin": b.origin, "said": b.said,
                 "balances": _out(b.balances), "moved": _out(b.moved), "local": _out(b.local),
                 "settled": _out(b.settled)}
                for key, b in self.blocks.items()
            ],
            "volumes": [
                [*key, *(None if value is None else str(value) for value in pair)]
                for key, pair in self.volumes.items()
            ],
            "remarks": [list(one) for one in self.remarks],
        }  # fmt: skip

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Facts:
        blocks = {
            (b["key"][0], b["key"][1], b["key"][2], b["key"][3]): Block(
                b["why"], b["origin"], b["said"], _in(b["balances"]), _in(b["moved"]),
                _in(b["local"]), _in(b.get("settled")),
            )
            for b in held.get("blocks", ())
        }  # fmt: skip
        volumes = {
            (process, year, entity): (_decimal(volume), _decimal(fte))
            for process, year, entity, volume, fte in held.get("volumes", ())
        }
        chambers = [(code, name) for code, name in held.get("chambers", ())]
        remarks = [(code, text) for code, text in held.get("remarks", ())]
        return cls(chambers, blocks, volumes, remarks)


def _out(sides: Sides | None) -> dict[str, list[int]] | None:
    return None if sides is None else {account: list(pair) for account, pair in sides.items()}


def _in(held: Mapping[str, Sequence[int]] | None) -> Sides | None:
    return None if held is None else {account: (d, c) for account, (d, c) in held.items()}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True, slots=True)
class Period:
    """The year a return is about, and the month it is read up to."""

    year: int
    month: int = 12

    @property
    def words(self) -> str:
        whole = CutOff(self.year, self.month)
        return f"exercice {self.year}" if whole.is_whole else f"{self.year}, {whole.words}"


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A column of a definition for one year: `chambers` it adds up, "" alone for the whole once
    eliminated. `own`: the code its definition gives it; `uses`: of each code its formula names, the
    column it is here; `unit`, "" where it is in that of its rows, and its `decimals`."""

    code: str
    label: str
    source: str
    year: int
    month: int
    chambers: tuple[str, ...]
    own: str = ""
    uses: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    decimals: int = 0

    @property
    def is_whole(self) -> bool:
        return self.chambers == ("",)

    @property
    def chamber(self) -> str:
        """The only chamber it is of, "" for the network’s."""
        return self.chambers[0] if len(self.chambers) == 1 else ""

    @property
    def day(self) -> dt.date:
        return CutOff(self.year, self.month).day


def columns_of(
    definition: Definition, chambers: Sequence[tuple[str, str]], period: Period
) -> list[FilledColumn]:
    """The columns for a year, one by chamber where the definition says each."""
    found = []
    for column in definition.columns:
        if column.scope != EACH:
            made = _column(column, column.code, column.label, chambers, period)
            found.append(_using(made, definition, made.chamber))
            continue
        for code, name in chambers:
            own = code_of(column.code, code)
            label = f"{name}, {column.label}" if len(definition.columns) > 1 else name
            made = _column(column, own, label, [(code, name)], period)
            found.append(_using(made, definition, code))
    return found


def _using(made: FilledColumn, definition: Definition, chamber: str) -> FilledColumn:
    """A formula between columns, with the columns it names."""
    if made.source != BETWEEN:
        return made
    each = {column.code for column in definition.columns if column.scope == EACH}
    codes = definition.column_formulas[made.own].codes
    uses = {code: code_of(code, chamber) if code in each else code for code in sorted(codes)}
    return replace(made, uses=uses)


def _column(
    column: Column, code: str, label: str, chambers: Sequence[tuple[str, str]], period: Period
) -> FilledColumn:
    codes = tuple(one for one, _ in chambers)
    held = {"consolidated": ("",), "sum": codes, EACH: codes}.get(column.scope, (column.scope,))
    month = 12 if column.until == "year" else period.month
    return FilledColumn(
        code, label, column.source, period.year + column.year, month, held, column.code,
        unit=column.unit, decimals=column.decimals,
    )  # fmt: skip
