"""Texts: of a line, of several, an address of the web or of the post. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import ClassVar

from maillage.kernel import unprintable
from maillage.registers.kinds.base import Kind, Known, UnfitError, Value


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A text on one line."""

    longest: int = 200
    operators: ClassVar[tuple[str, ...]] = ("", "vide")
    is_folded: ClassVar[bool] = True
    lines: ClassVar[bool] = False

    def read(self, text: str, known: Known) -> Value:
        text = unicodedata.normalize("NFC", unprintable.unix(text))
        if len(text) > self.longest:
            raise UnfitError(f"{self.longest} caractères au plus, {len(text)} reçus")
        hidden = unprintable.IN_A_TEXT if self.lines else unprintable.ON_A_LINE
        if hidden.search(text):
            raise UnfitError("un texte sans caractère de contrôle, invisible")
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

    def read(self, text: str, known: Known) -> Value:
        if not self._shape.fullmatch(text):
            raise UnfitError("une adresse électronique, comme nom@exemple.fr")
        return Text.read(self, text, known)


@dataclass(frozen=True, slots=True)
class Url(Text):
    longest: int = 500
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"https?://[^\s/<>\"]+\.[^\s<>\"]+")

    def read(self, text: str, known: Known) -> Value:
        if not self._shape.fullmatch(text):
            raise UnfitError("une adresse complète, qui commence par https://")
        return Text.read(self, text, known)
