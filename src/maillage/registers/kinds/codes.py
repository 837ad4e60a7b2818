"""Values out of a few: yes or no, choices, rows of other nouns, people, one or several. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from maillage.kernel.money import NBSP
from maillage.registers.kinds.base import (
    NOBODY,
    SEPARATOR,
    Kind,
    Known,
    Value,
    unfit,
)
from maillage.sheets import cells
from maillage.sheets.words import folded


@dataclass(frozen=True, slots=True)
class Boolean(Kind):
    """Yes, no, or not said."""

    schema: ClassVar[Any] = bool

    def read(self, cell: Any, known: Known) -> Value:
        return cells.boolean(cell)

    def typed(self, value: Value) -> str:
        return "" if value is None else ("non", "oui")[bool(value)]

    def cell(self, value: Value, labels: Mapping[str, str] = NOBODY) -> Any:
        return self.typed(value)

    def unplain(self, given: Any, known: Known = NOBODY) -> Value:
        if given is None or isinstance(given, bool):
            return given
        raise unfit("vrai ou faux")


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few values; a cell holds its wording, JSON its code."""

    options: tuple[tuple[str, str], ...] = ()
    operators: ClassVar[tuple[str, ...]] = ("", "sauf", "vide")
    labels: dict[str, str] = field(init=False, compare=False, repr=False)
    codes: dict[str, str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", dict(self.options))
        object.__setattr__(self, "codes", cells.choices(self.labels))

    def read(self, cell: Any, known: Known) -> Value:
        code = self.codes.get(folded(cells.words_of(cell)))
        if code is None:
            among = ", ".join(f"«{NBSP}{v}{NBSP}»" for v in self.labels.values())
            raise unfit(f"l’une des valeurs {among}")
        return code

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return "" if value is None else self.labels.get(str(value), str(value))

    def cell(self, value: Value, labels: Mapping[str, str] = NOBODY) -> Any:
        return self.shown(value)


@dataclass(frozen=True, slots=True)
class Several(Kind):
    """What the kinds of several codes share: they stand in one cell, semicolons between."""

    schema: ClassVar[Any] = list[str]
    operators: ClassVar[tuple[str, ...]] = ("", "sauf", "vide")

    def take(self, cell: Any, known: Known = NOBODY) -> Value:
        parts = cell if isinstance(cell, list | tuple) else cells.words_of(cell).split(SEPARATOR)
        texts = [text for part in parts if (text := cells.words_of(part).strip())]
        codes = dict.fromkeys(self.code(text, known) for text in texts)
        return tuple(sorted(codes)) or None

    def code(self, text: str, known: Known) -> str:
        raise NotImplementedError

    def typed(self, value: Value) -> str:
        return f"{SEPARATOR} ".join(codes_of(value))

    def plain(self, value: Value) -> Any:
        return list(codes_of(value))

    def unplain(self, given: Any, known: Known = NOBODY) -> Value:
        if given is None or (isinstance(given, list) and all(isinstance(v, str) for v in given)):
            return self.take(given or [], known)
        raise unfit("une liste de codes")


def codes_of(value: Value) -> Sequence[str]:
    """The codes of a value of one or several."""
    return value if isinstance(value, tuple) else () if value is None else (str(value),)


@dataclass(frozen=True, slots=True)
class Choices(Several):
    """Several of a few values."""

    options: tuple[tuple[str, str], ...] = ()
    one: Choice = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "one", Choice(self.options))

    def code(self, text: str, known: Known) -> str:
        return str(self.one.read(text, known))

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return ", ".join(self.one.shown(code) for code in codes_of(value))

    def cell(self, value: Value, labels: Mapping[str, str] = NOBODY) -> Any:
        return f"{SEPARATOR} ".join(self.one.shown(code) for code in codes_of(value))


@dataclass(frozen=True, slots=True)
class Reference(Kind):
    """A row of another noun, by its code. Of its columns `named`, the first filled is shown."""

    named: tuple[str, ...] = ("name",)
    key: str = "code"
    operators: ClassVar[tuple[str, ...]] = ("", "sauf", "vide")

    def read(self, cell: Any, known: Known) -> Value:
        return _known(cells.words_of(cell), known)

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return "" if value is None else labels.get(str(value), str(value))

    def cell(self, value: Value, labels: Mapping[str, str] = NOBODY) -> Any:
        return self.shown(value, labels)


@dataclass(frozen=True, slots=True)
class Person(Reference):
    """Someone of the installation: an opaque identity ("user:12"), an address where it is typed."""

    named: tuple[str, ...] = ("position", "full_name", "email")
    key: str = "email"

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return "" if value is None else labels.get(str(value), "compte fermé")


@dataclass(frozen=True, slots=True)
class References(Several):
    """Rows of another noun, by their codes."""

    named: tuple[str, ...] = ("name",)
    key: str = "code"

    def code(self, text: str, known: Known) -> str:
        return _known(text, known)

    def shown(self, value: Value, labels: Mapping[str, str] = NOBODY) -> str:
        return ", ".join(labels.get(code, code) for code in codes_of(value))

    def cell(self, value: Value, labels: Mapping[str, str] = NOBODY) -> Any:
        return f"{SEPARATOR} ".join(labels.get(code, code) for code in codes_of(value))


def _known(text: str, known: Known) -> str:
    code = known.get(folded(text))
    if code is None:
        raise unfit("le code d’une fiche qui existe et que vous voyez")
    return code
