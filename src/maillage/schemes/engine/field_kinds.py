"""The kinds of value a field of a JSON file may hold, each with its schema and its refusal.

Knows types and bounds, and how to say them in French. Refuses to know which field is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

CODE = r"[A-Za-z0-9_-]+"
DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"


@dataclass(frozen=True, slots=True)
class Text:
    """A text. `pattern` is for the whole of it; `expected` says it in French."""

    minimum: int = 0
    maximum: int = 20_000
    pattern: str = ""
    expected: str = "un texte"
    nullable: bool = False

    def schema(self) -> dict[str, Any]:
        kind: Any = ["string", "null"] if self.nullable else "string"
        rules: dict[str, Any] = {"type": kind, "maxLength": self.maximum}
        if self.minimum:
            rules["minLength"] = self.minimum
        if self.pattern:
            rules["pattern"] = f"^(?:{self.pattern})$"
        return rules

    def fault(self, value: Any) -> str:
        if value is None and self.nullable:
            return ""
        if type(value) is not str:
            return "type inattendu"
        if len(value) < self.minimum:
            return "texte vide"
        if len(value) > self.maximum:
            return f"texte de {len(value)} caractères, trop long"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return "valeur mal formée"
        return ""


@dataclass(frozen=True, slots=True)
class Choice:
    values: tuple[str, ...]

    @property
    def expected(self) -> str:
        return "une valeur parmi " + ", ".join(self.values)

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.values)}

    def fault(self, value: Any) -> str:
        return "" if type(value) is str and value in self.values else "valeur inconnue"


@dataclass(frozen=True, slots=True)
class Whole:
    minimum: int
    maximum: int

    @property
    def expected(self) -> str:
        return f"un nombre entier de {self.minimum} à {self.maximum}"

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}

    def fault(self, value: Any) -> str:
        if type(value) is not int:
            return "type inattendu"
        return "" if self.minimum <= value <= self.maximum else "nombre hors des bornes"


@dataclass(frozen=True, slots=True)
class Flag:
    expected = "true ou false"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def fault(self, value: Any) -> str:
        return "" if type(value) is bool else "type inattendu"


@dataclass(frozen=True, slots=True)
class Codes:
    """A list of codes, each as `item` allows."""

    item: Text
    expected = "une liste de codes, non vide et sans répétition"

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(), "minItems": 1, "uniqueItems": True}

    def fault(self, value: Any) -> str:
        if type(value) is not list or not value:
            return "type inattendu"
        if any(self.item.fault(item) for item in value):
            return "code mal formé dans la liste"
        return "" if len(set(value)) == len(value) else "code répété"


@dataclass(frozen=True, slots=True)
class Choices:
    """One or more of some values, sorted."""

    values: tuple[str, ...]

    @property
    def expected(self) -> str:
        return "une liste triée de valeurs parmi " + ", ".join(self.values)

    def schema(self) -> dict[str, Any]:
        item = {"enum": list(self.values)}
        return {"type": "array", "items": item, "minItems": 1, "uniqueItems": True}

    def fault(self, value: Any) -> str:
        if type(value) is not list or not value:
            return "type inattendu"
        if any(type(item) is not str or item not in self.values for item in value):
            return "valeur inconnue dans la liste"
        return "" if len(set(value)) == len(value) else "valeur répétée"


@dataclass(frozen=True, slots=True)
class Record:
    """An object of which no field is required, nor empty; it says at least one."""

    fields: Mapping[str, Kind]
    expected = "un objet non vide, aux champs connus"

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: kind.schema() for name, kind in self.fields.items()},
            "additionalProperties": False,
            "minProperties": 1,
        }

    def fault(self, value: Any) -> str:
        if type(value) is not dict or not value:
            return "type inattendu"
        for name, item in value.items():
            kind = self.fields.get(name)
            if kind is None:
                return f"champ inconnu\u00a0: {name[:80]}"
            if reason := kind.fault(item):
                return f"{name}\u00a0: {reason}"
        return ""


Kind = Text | Choice | Whole | Flag | Codes | Choices | Record


def code(minimum: int = 1, maximum: int = 80) -> Text:
    pattern = CODE if minimum else rf"({CODE})?"
    return Text(minimum, maximum, pattern, "un code\u00a0: lettres sans accent, chiffres, tirets")


def date(nullable: bool = False) -> Text:
    return Text(10, 10, DATE, "une date AAAA-MM-JJ", nullable)


def title(minimum: int = 1, maximum: int = 200) -> Text:
    text = "un texte non vide" if minimum else "un texte"
    return Text(minimum, maximum, "", f"{text} de {maximum} caractères au plus")


def enum(kinds: Iterable[str]) -> Choice:
    return Choice(tuple(str(kind) for kind in kinds))
