"""The published JSON Schema of an edition's file, built from the table the reader obeys."""

from __future__ import annotations

from typing import Any

from maillage.schemes.engine.canonical_reading import (
    ADOPTION,
    CODE,
    CONTENT,
    ENVELOPE,
    LISTS,
    NETWORK,
    SCHEME,
    SEAL,
    Shape,
)

DATE = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _value(kind: str, bound: Any) -> dict[str, Any]:
    code = {"type": "string", "pattern": CODE, "maxLength": bound}
    kinds: dict[str, Any] = {
        "code": code,
        "text": {"type": "string", "maxLength": bound},
        "boolean": {"type": "boolean"},
        "date": DATE,
        "date?": {"anyOf": [DATE, {"type": "null"}]},
        "letters": {"type": "string", "pattern": "^A?C?H?I?M?$", "minLength": 1, "maxLength": 4},
        "codes": {"type": "array", "items": code, "minItems": 1, "uniqueItems": True},
        "seal": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    if kind == "integer":
        return {"type": "integer", "minimum": bound[0], "maximum": bound[1]}
    if kind == "enum":
        return {"type": "string", "enum": list(bound)}
    found: dict[str, Any] = kinds[kind]
    return found


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _shape(shape: Shape) -> dict[str, Any]:
    return _object(
        {name: _value(kind, bound) for name, (kind, bound, _) in shape.items()},
        [name for name, (_, _, needed) in shape.items() if needed],
    )


def build(name: str, version: int, statuses: tuple[str, ...]) -> dict[str, Any]:
    lists = {key: {"type": "array", "items": _shape(shape)} for key, shape in LISTS.items()}
    content = _object(
        {
            "network": _shape(NETWORK),
            "scheme": _shape(SCHEME),
            "number": _value("integer", (1, 999)),
            "title": _value("text", 200),
            **lists,
        },
        list(CONTENT),
    )
    null = {"type": "null"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Édition d'un schéma régional d'organisation des missions",
        **_object(
            {
                "format": {"const": name},
                "version": {"const": version},
                "status": {"enum": list(statuses)},
                "adoption": {"anyOf": [_shape(ADOPTION), null]},
                "seal": {"anyOf": [_shape(SEAL), null]},
                "content": content,
            },
            list(ENVELOPE),
        ),
    }
