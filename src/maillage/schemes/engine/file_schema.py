"""What an edition's JSON file may hold: one table, read by the validator and by the schema.

Knows every field, its type and its bounds. Refuses to know seals and databases; what a file breaks
is found in `file_faults`.

Format 1 is what format 2 adds to; each is `RECORDS_OF[version]`, and a file is held to its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from maillage.schemes.engine import field_kinds, mode_details, partial_dates
from maillage.schemes.engine.document import (
    FORMAT,
    MOST_QUOTE,
    EntityKind,
    IntegrationOption,
    MilestoneNature,
    NamedBy,
    ProcessKind,
    Provenance,
    SectionKind,
)
from maillage.schemes.engine.field_kinds import (
    Choice,
    Choices,
    Codes,
    Flag,
    Kind,
    Record,
    Text,
    Whole,
)

FORMAT_NAME = "maillage.edition"
FORMAT_VERSION = FORMAT
VERSIONS = (1, FORMAT)
DECLARED_LISTS = ("entities", "functions", "processes", "milestones", "sections")
STATUSES = ("draft", "proposed", "adopted", "superseded")
SEALED = ("adopted", "superseded")

LETTERS = "".join(f"{letter}?" for letter in "ACHIM")
ENTITY, FUNCTION, MILESTONE = (field_kinds.code(maximum=most) for most in (60, 60, 40))
"""Codes as long as the columns that keep them, as is every text below."""
RECORDS: dict[str, dict[str, Kind]] = {
    "entities": {
        "code": ENTITY,
        "name": field_kinds.title(),
        "short_name": field_kinds.title(0, 60),
        "kind": field_kinds.enum(EntityKind),
        "departement": Text(0, 3, "([0-9AB]{2,3})?", "un numéro de département, ou rien"),
        "siren": Text(0, 9, "([0-9]{9})?", "neuf chiffres, ou rien"),
    },
    "functions": {"code": FUNCTION, "name": field_kinds.title(), "description": Text()},
    "processes": {
        "code": field_kinds.code(),
        "function": FUNCTION,
        "name": field_kinds.title(),
        "group": field_kinds.title(0, 120),
        "description": Text(),
        "region_only": Flag(),
        "source_page": field_kinds.title(0, 40),
    },
    "milestones": {
        "code": MILESTONE,
        "label": field_kinds.title(1, 80),
        "date": field_kinds.date(),
        "nature": field_kinds.enum(MilestoneNature),
    },
    "sections": {
        "code": field_kinds.code(),
        "kind": field_kinds.enum(SectionKind),
        "title": field_kinds.title(),
        "body": Text(0, 1_000_000),
        "function": field_kinds.code(0, 60),
        "source_page": field_kinds.title(0, 40),
    },
    "placements": {
        "process": field_kinds.code(),
        "milestone": MILESTONE,
        "entity": ENTITY,
        "mode": Choice(("A", "C", "H", "M", "I", "?", "-")),
        "complementary": Text(1, 4, LETTERS, "des lettres A, C, H, I, M, dans cet ordre"),
        "lead": ENTITY,
        "served": Codes(ENTITY),
        "integration": field_kinds.enum(IntegrationOption),
        "rationale": field_kinds.title(1, 4000),
        "source_document": field_kinds.title(),
        "source_page": field_kinds.title(1, 40),
        "source_basis": field_kinds.title(1, 4000),
    },
}
"""Those of format 1, which nothing may change."""
REQUIRED = {"placements": ("process", "milestone", "mode")}
SCALARS: dict[str, Kind] = {
    "network_code": field_kinds.code(maximum=60),
    "network_name": field_kinds.title(),
    "fictional": Flag(),
    "scheme_code": field_kinds.code(),
    "scheme_title": field_kinds.title(),
    "start_year": Whole(1, 9999),
    "end_year": Whole(1, 9999),
    "number": Whole(1, 32767),
    "title": field_kinds.title(),
}
ADOPTION: dict[str, Kind] = {
    "body": field_kinds.title(),
    "on": field_kinds.date(nullable=True),
    "act": field_kinds.title(0, 80),
    "taken_over": Flag(),
}
SEAL: dict[str, Kind] = {
    "algorithm": Choice(("sha256",)),
    "value": Text(64, 64, "[0-9a-f]{64}", "64 chiffres hexadécimaux minuscules"),
}


def _member(member: mode_details.Member) -> Kind:
    if member.many:
        return Choices(tuple(member.choices or ()))
    if member.choices:
        return Choice(tuple(member.choices))
    if member.dated:
        return Text(4, 10, partial_dates.PATTERN, partial_dates.EXPECTED)
    return field_kinds.title(1, member.longest)


_SAID_BY = Choice(("", *NamedBy))
_ADDED: dict[str, dict[str, Kind]] = {
    "processes": {
        "kind": field_kinds.enum(ProcessKind),
        "parent": field_kinds.code(0),
        "named_by": _SAID_BY,
        "group_named_by": _SAID_BY,
    },
    "milestones": {"date": Text(4, 10, partial_dates.PATTERN, partial_dates.EXPECTED)},
    "placements": {
        "provenance": field_kinds.enum(Provenance),
        "source_quote": field_kinds.title(1, MOST_QUOTE),
        "details": Record({n: _member(m) for n, m in mode_details.MEMBERS.items()}),
    },
    "statements": {
        "code": field_kinds.code(),
        "function": FUNCTION,
        "text": field_kinds.title(1, 4000),
        "modes": Text(0, 5, LETTERS, "des lettres A, C, H, I, M, dans cet ordre, ou rien"),
        "horizon": field_kinds.title(0, 80),
        "source_page": field_kinds.title(0, 40),
        "source_quote": field_kinds.title(0, MOST_QUOTE),
    },
}
"""What format 2 adds, or says otherwise. Its milestones write their date as precisely as known."""
RECORDS_OF: dict[int, dict[str, dict[str, Kind]]] = {
    1: RECORDS,
    2: {name: RECORDS.get(name, {}) | _ADDED.get(name, {}) for name in (*RECORDS, "statements")},
}
LISTS_OF = {1: DECLARED_LISTS, 2: (*DECLARED_LISTS, "statements")}
"""Lists whose declared order is content."""
SCALARS_OF: dict[int, dict[str, Kind]] = {1: SCALARS, 2: SCALARS | {"format": Whole(2, 2)}}
ADOPTION_OF: dict[int, dict[str, Kind]] = {
    1: ADOPTION,
    2: ADOPTION | {"body": field_kinds.title(0), "note": field_kinds.title(0, 1000)},
}
ENVELOPE = ("format", "version", "status", "adoption", "seal", "content")


def _object(fields: Mapping[str, Any], required: Iterable[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: kind if isinstance(kind, dict) else kind.schema() for name, kind in fields.items()
        },
        "required": list(required),
        "additionalProperties": False,
    }


def schema(version: int = FORMAT_VERSION) -> dict[str, Any]:
    """JSON Schema 2020-12 of a file of this version, made from the tables above."""
    records, scalars, adopted = RECORDS_OF[version], SCALARS_OF[version], ADOPTION_OF[version]
    lists = {
        name: {"type": "array", "items": _object(fields, REQUIRED.get(name, fields))}
        for name, fields in records.items()
    }
    content = _object({**scalars, **lists}, [*scalars, *records])
    adoption, seal = _object(adopted, adopted), _object(SEAL, SEAL)
    if version > 1:  # only an edition taken over may not say who adopted it
        named = {"properties": {"body": {"minLength": 1}}}
        adoption["anyOf"] = [named, {"properties": {"taken_over": {"const": True}}}]
    sealed = {"properties": {"status": {"enum": list(SEALED)}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:maillage:edition:{version}",
        "title": "Édition d'un schéma régional d'organisation des missions",
        **_object(
            {
                "format": {"const": FORMAT_NAME},
                "version": {"const": version},
                "status": {"enum": list(STATUSES)},
                "adoption": {"anyOf": [adoption, {"type": "null"}]},
                "seal": {"anyOf": [seal, {"type": "null"}]},
                "content": content,
            },
            ENVELOPE,
        ),
        "if": sealed,
        "then": {"properties": {"adoption": {"type": "object"}, "seal": {"type": "object"}}},
        "else": {"properties": {"adoption": {"type": "null"}, "seal": {"type": "null"}}},
    }
