"""The strict reading of an edition's JSON: every field known, typed, bounded and resolved.

One table says the shape; the published schema is built from the same table. Findings are
gathered, never raised one by one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from maillage.schemes.engine.document import (
    ENTITY_KIND_LABELS,
    INTEGRATION_LABELS,
    MILESTONE_NATURE_LABELS,
    MODE_LABELS,
    Finding,
    SectionKind,
)

CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MOST = 200
"""Findings gathered before giving up: more would not be read."""

Shape = Mapping[str, tuple[str, Any, bool]]
"""Field -> (kind, bound, required). Kinds: code, text, integer, boolean, date, enum, letters,
codes, seal. The bound is a length, a pair of integers, or the values allowed."""

NETWORK: Shape = {
    "code": ("code", 60, True),
    "name": ("text", 200, True),
    "fictional": ("boolean", None, True),
}
SCHEME: Shape = {
    "code": ("code", 80, True),
    "title": ("text", 200, True),
    "start_year": ("integer", (1900, 2200), True),
    "end_year": ("integer", (1900, 2200), True),
}
LISTS: Mapping[str, Shape] = {
    "entities": {
        "code": ("code", 60, True),
        "name": ("text", 200, True),
        "short_name": ("text", 60, True),
        "kind": ("enum", tuple(ENTITY_KIND_LABELS), True),
        "departement": ("text", 3, True),
        "siren": ("text", 9, True),
    },
    "functions": {
        "code": ("code", 60, True),
        "name": ("text", 200, True),
        "description": ("text", 20_000, True),
    },
    "processes": {
        "code": ("code", 80, True),
        "function": ("code", 60, True),
        "name": ("text", 200, True),
        "group": ("text", 120, True),
        "description": ("text", 20_000, True),
        "region_only": ("boolean", None, True),
        "source_page": ("text", 40, True),
    },
    "milestones": {
        "code": ("code", 40, True),
        "label": ("text", 80, True),
        "date": ("date", None, True),
        "nature": ("enum", tuple(MILESTONE_NATURE_LABELS), True),
    },
    "placements": {
        "process": ("code", 80, True),
        "milestone": ("code", 40, True),
        "mode": ("enum", tuple(MODE_LABELS), True),
        "entity": ("code", 60, False),
        "complementary": ("letters", 4, False),
        "lead": ("code", 60, False),
        "served": ("codes", 60, False),
        "integration": ("enum", tuple(INTEGRATION_LABELS), False),
        "rationale": ("text", 4000, False),
        "source_document": ("text", 200, False),
        "source_page": ("text", 40, False),
        "source_basis": ("text", 4000, False),
    },
    "sections": {
        "code": ("code", 80, True),
        "kind": ("enum", tuple(kind.value for kind in SectionKind), True),
        "title": ("text", 200, True),
        "body": ("text", 20_000, True),
        "function": ("text", 60, True),
        "source_page": ("text", 40, True),
    },
}
CONTENT = ("network", "scheme", "number", "title", *LISTS)
ADOPTION: Shape = {
    "body": ("text", 200, True),
    "on": ("date?", None, True),
    "act": ("text", 80, True),
    "taken_over": ("boolean", None, True),
}
SEAL: Shape = {"algorithm": ("enum", ("sha256",), True), "value": ("seal", None, True)}
ENVELOPE = ("format", "version", "status", "adoption", "seal", "content")


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_code(value: Any, limit: int) -> bool:
    return isinstance(value, str) and len(value) <= limit and bool(re.match(CODE, value))


CHECKS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "code": (_is_code, "un code : minuscules, chiffres, tirets, {} caractères au plus"),
    "text": (
        lambda v, n: isinstance(v, str) and len(v) <= n and not CONTROL.search(v),
        "un texte de {} caractères au plus, sans caractère de commande",
    ),
    "integer": (
        lambda v, b: type(v) is int and b[0] <= v <= b[1],
        "un entier entre {0[0]} et {0[1]}",
    ),
    "boolean": (lambda v, _: isinstance(v, bool), "true ou false"),
    "date": (lambda v, _: _is_date(v), "une date AAAA-MM-JJ"),
    "date?": (lambda v, _: v is None or _is_date(v), "une date AAAA-MM-JJ, ou null"),
    "enum": (lambda v, b: isinstance(v, str) and v in b, "l'une des valeurs {}"),
    "letters": (
        lambda v, n: isinstance(v, str)
        and 0 < len(v) <= n
        and set(v) <= set("ACHMI")
        and list(v) == sorted(set(v)),
        "des lettres de A C H I M, triées, chacune une fois",
    ),
    "codes": (
        lambda v, n: isinstance(v, list)
        and 0 < len(v) <= 500
        and all(_is_code(c, n) for c in v)
        and v == sorted(set(v)),
        "une liste triée de codes différents",
    ),
    "seal": (
        lambda v, _: isinstance(v, str) and bool(re.fullmatch(r"[0-9a-f]{64}", v)),
        "64 chiffres hexadécimaux",
    ),
}


class Reader:
    """Gathers what is wrong in an envelope and its content."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def _say(self, where: str, what: str, expected: str = "", value: Any = "") -> None:
        if len(self.findings) < MOST:
            shown = value if isinstance(value, str) else repr(value)
            self.findings.append(Finding(where, what, expected, shown[:80]))

    def envelope(self, envelope: Mapping[str, Any], statuses: tuple[str, ...]) -> None:
        self._names(envelope, ENVELOPE, ENVELOPE, "")
        if envelope.get("status") not in statuses:
            values = ", ".join(statuses)
            self._say("status", "état inconnu", f"l'une des valeurs {values}", str(envelope.get("status")))
        for name, shape in (("adoption", ADOPTION), ("seal", SEAL)):
            if envelope.get(name) is not None:
                self._object(envelope[name], shape, name)

    def content(self, content: Any) -> None:
        if not isinstance(content, dict):
            self._say("content", "contenu absent ou mal formé", "un objet JSON")
            return
        self._names(content, CONTENT, CONTENT, "content.")
        self._object(content.get("network"), NETWORK, "content.network")
        self._object(content.get("scheme"), SCHEME, "content.scheme")
        self._value(content.get("number"), "integer", (1, 999), "content.number")
        self._value(content.get("title"), "text", 200, "content.title")
        for name, shape in LISTS.items():
            rows = content.get(name)
            if not isinstance(rows, list):
                self._say(f"content.{name}", "liste absente ou mal formée", "une liste")
                return
            for rank, row in enumerate(rows):
                self._object(row, shape, f"content.{name}[{rank}]")
        if not self.findings:
            self._references(content)

    def _names(
        self, given: Mapping[str, Any], known: Any, required: Any, prefix: str
    ) -> None:
        for name in given:
            if name not in known:
                self._say(f"{prefix}{name}", "champ inconnu de cette version", ", ".join(known))
        for name in required:
            if name not in given:
                self._say(f"{prefix}{name}", "champ absent")

    def _object(self, value: Any, shape: Shape, where: str) -> None:
        if not isinstance(value, dict):
            self._say(where, "mal formé", "un objet JSON", value)
            return
        if len(self.findings) >= MOST:
            return
        required = [name for name, (_, _, needed) in shape.items() if needed]
        self._names(value, shape, required, f"{where}.")
        for name, (kind, bound, _) in shape.items():
            if name in value:
                self._value(value[name], kind, bound, f"{where}.{name}")

    def _value(self, value: Any, kind: str, bound: Any, where: str) -> None:
        check, expected = CHECKS[kind]
        if not check(value, bound):
            shown = ", ".join(bound) if kind == "enum" else bound
            self._say(where, "valeur inattendue", expected.format(shown), value)

    def _references(self, content: Mapping[str, Any]) -> None:
        """Codes named must exist, once; a cell must be given once."""
        codes = {name: self._unique(content, name) for name in LISTS if name != "placements"}
        for rank, process in enumerate(content["processes"]):
            self._known(process["function"], codes["functions"], f"content.processes[{rank}].function")
        for rank, section in enumerate(content["sections"]):
            if section["function"]:
                self._known(
                    section["function"], codes["functions"], f"content.sections[{rank}].function"
                )
        seen: dict[tuple[str, str, str], int] = {}
        for rank, cell in enumerate(content["placements"]):
            where = f"content.placements[{rank}]"
            self._known(cell["process"], codes["processes"], f"{where}.process")
            self._known(cell["milestone"], codes["milestones"], f"{where}.milestone")
            for name in ("entity", "lead"):
                if name in cell:
                    self._known(cell[name], codes["entities"], f"{where}.{name}")
            for code in cell.get("served", ()):
                self._known(code, codes["entities"], f"{where}.served")
            key = (cell["process"], cell["milestone"], cell.get("entity", ""))
            if key in seen:
                self._say(where, f"cellule déjà donnée en content.placements[{seen[key]}]")
            seen[key] = rank

    def _unique(self, content: Mapping[str, Any], name: str) -> set[str]:
        codes: set[str] = set()
        for rank, row in enumerate(content[name]):
            if row["code"] in codes:
                self._say(f"content.{name}[{rank}].code", "code en double", "", row["code"])
            codes.add(row["code"])
        return codes

    def _known(self, code: str, known: set[str], where: str) -> None:
        if code not in known:
            self._say(where, "code inconnu dans ce fichier", "", code)
