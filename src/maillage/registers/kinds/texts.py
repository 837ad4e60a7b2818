"""Texts: of a line, of several, an address of the web or of the post. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from maillage.registers.kinds.base import Kind, Known, Value, unfit
from maillage.sheets import cells


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A text on one line."""

    longest: int = 200
    operators: ClassVar[tuple[str, ...]] = ("", "vide")
    is_folded: ClassVar[bool] = True
    lines: ClassVar[bool] = False

    def read(self, cell: Any, known: Known) -> Value:
        text = (cells.prose if self.lines else cells.line)(cell)
        if len(text) > self.longest:
            raise unfit(f"{self.longest} caractères au plus, {len(text)} reçus")
        return text


@dataclass(frozen=True, slots=True)
class LongText(Text):
    """A text of several lines."""

    longest: int = 10_000
    lines: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Email(Text):
    longest: int = 254
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]{2,}")

    def read(self, cell: Any, known: Known) -> Value:
        if not self._shape.fullmatch(cells.words_of(cell)):
            raise unfit("une adresse électronique, comme nom@exemple.fr")
        return Text.read(self, cell, known)


@dataclass(frozen=True, slots=True)
class Url(Text):
    longest: int = 500
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"https?://[^\s/<>\"]+\.[^\s<>\"]+")

    def read(self, cell: Any, known: Known) -> Value:
        if not self._shape.fullmatch(cells.words_of(cell)):
            raise unfit("une adresse complète, qui commence par https://")
        return Text.read(self, cell, known)
