"""What an edition's JSON file may hold: one table, read by the validator and by the schema.

Knows every field, its type and its bounds. The validator says more than the schema can:
duplicates, codes that name nothing, the key of a SIREN. Refuses to know seals and databases.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from maillage.kernel import unprintable
from maillage.network.rules import siren_fault
from maillage.schemes.engine import field_kinds
from maillage.schemes.engine.document import (
    EntityKind,
    IntegrationOption,
    MilestoneNature,
    SectionKind,
)
from maillage.schemes.engine.field_kinds import Choice, Codes, Flag, Kind, Text, Whole
from maillage.sheets.findings import Finding, Unreadable

FORMAT_NAME = "maillage.edition"
FORMAT_VERSION = 1
DECLARED_LISTS = ("entities", "functions", "processes", "milestones", "sections")
STATUSES = ("draft", "proposed", "adopted", "superseded")
SEALED = ("adopted", "superseded")
FINDINGS_LIMIT = 200
"""Findings beyond which a file is no longer read: nobody corrects more at once."""

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


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the file, made from the tables above."""
    lists = {
        name: {"type": "array", "items": _object(fields, REQUIRED.get(name, fields))}
        for name, fields in RECORDS.items()
    }
    content = _object({**SCALARS, **lists}, [*SCALARS, *RECORDS])
    adoption, seal = _object(ADOPTION, ADOPTION), _object(SEAL, SEAL)
    sealed = {"properties": {"status": {"enum": list(SEALED)}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:maillage:edition:{FORMAT_VERSION}",
        "title": "Édition d'un schéma régional d'organisation des missions",
        **_object(
            {
                "format": {"const": FORMAT_NAME},
                "version": {"const": FORMAT_VERSION},
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


def refuse_other_formats(raw: Any) -> None:
    """Raise Unreadable where the file is of another format, or of a version to come."""
    if type(raw) is not dict:
        raise Unreadable([Finding("fichier", "ce n’est pas un objet JSON", "une édition exportée")])
    if raw.get("format") != FORMAT_NAME:
        value = _shown(raw["format"]) if "format" in raw else ""
        raise Unreadable([Finding("format", "nom de format inconnu", FORMAT_NAME, value)])
    version = raw.get("version")
    if type(version) is int and version > FORMAT_VERSION:
        what = (
            f"cette version du fichier, {version}, est plus récente que celle que ce logiciel "
            f"lit, {FORMAT_VERSION}\u00a0: mettre Maillage à jour"
        )
        raise Unreadable([Finding("version", what)])
    if type(version) is not int or version != FORMAT_VERSION:
        what = "version du format absente ou inconnue"
        raise Unreadable([Finding("version", what, str(FORMAT_VERSION), _shown(version))])


def validate(raw: dict[str, Any]) -> list[Finding]:
    """Everything wrong in a file's structure and codes; [] where it can be read."""
    findings: list[Finding] = []
    try:
        _check_envelope(raw, findings)
        content = raw.get("content")
        if type(content) is dict:
            _check_content(content, findings)
            if not findings:
                _check_codes(content, findings)
                find_control_characters(content, "content", findings)
        elif "content" in raw:
            findings.append(Finding("content", "type inattendu", "un objet", _shown(content)))
        if not findings:
            find_control_characters(raw["adoption"], "adoption", findings)
    except _EnoughError:
        findings.append(Finding("fichier", f"lecture arrêtée après {FINDINGS_LIMIT} erreurs"))
    return findings


class _EnoughError(Exception):
    """So many findings that reading on would help nobody."""


def _add(findings: list[Finding], finding: Finding) -> None:
    if len(findings) >= FINDINGS_LIMIT:
        raise _EnoughError
    findings.append(finding)


def _shown(value: Any) -> str:
    """A value as a finding shows it: short."""
    kinds = {dict: "un objet", list: "une liste", type(None): "null"}
    text = kinds.get(type(value)) or str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _check_fields(
    record: Any,
    fields: Mapping[str, Kind],
    required: Iterable[str],
    where: str,
    findings: list[Finding],
) -> None:
    if type(record) is not dict:
        _add(findings, Finding(where, "type inattendu", "un objet", _shown(record)))
        return
    for name in required:
        if name not in record:
            expected = fields[name].expected
            _add(findings, Finding(f"{where}.{name}", "champ manquant", expected))
    for name, value in record.items():
        kind = fields.get(name)
        if kind is None:
            what = "champ inconnu"
            _add(findings, Finding(f"{where}.{name[:80]}", what, ", ".join(fields)))
        elif fault := kind.fault(value):
            _add(findings, Finding(f"{where}.{name}", fault, kind.expected, _shown(value)))


def _check_envelope(raw: dict[str, Any], findings: list[Finding]) -> None:
    for name in ENVELOPE:
        if name not in raw:
            _add(findings, Finding(name, "champ manquant", "un champ de l’enveloppe"))
    for name in raw:
        if name not in ENVELOPE:
            _add(findings, Finding(name[:80], "champ inconnu", ", ".join(ENVELOPE)))
    status = raw.get("status")
    if "status" in raw and (type(status) is not str or status not in STATUSES):
        expected = Choice(STATUSES).expected
        _add(findings, Finding("status", "état inconnu", expected, _shown(status)))
        return
    for name, fields, what in (("adoption", ADOPTION, "adoption"), ("seal", SEAL, "sceau")):
        value = raw.get(name)
        if value is not None:
            _check_fields(value, fields, fields, name, findings)
        if status in SEALED and value is None and name in raw:
            _add(findings, Finding(name, f"édition adoptée sans {what}", f"un objet {name}"))
        if status in ("draft", "proposed") and value is not None:
            _add(findings, Finding(name, f"édition non adoptée avec {what}", "null"))
    adoption = raw.get("adoption")
    if type(adoption) is dict and type(adoption.get("on")) is str:
        _check_date(adoption["on"], "adoption.on", findings)


def _check_date(value: str, where: str, findings: list[Finding]) -> None:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        expected = "une date AAAA-MM-JJ"
        _add(findings, Finding(where, "cette date n’existe pas", expected, _shown(value)))


def _check_content(content: dict[str, Any], findings: list[Finding]) -> None:
    scalars = {name: value for name, value in content.items() if name not in RECORDS}
    _check_fields(scalars, SCALARS, SCALARS, "content", findings)
    for name, fields in RECORDS.items():
        where = f"content.{name}"
        if name not in content:
            _add(findings, Finding(where, "champ manquant", "une liste"))
        elif type(content[name]) is not list:
            _add(findings, Finding(where, "type inattendu", "une liste", _shown(content[name])))
        else:
            required = REQUIRED.get(name, tuple(fields))
            for rank, record in enumerate(content[name]):
                _check_fields(record, fields, required, f"{where}[{rank}]", findings)


def _check_codes(content: dict[str, Any], findings: list[Finding]) -> None:
    """Duplicates, codes that name nothing, years, dates and keys, once every type is right."""
    known = {name: {r["code"] for r in content[name]} for name in DECLARED_LISTS}
    if content["end_year"] < content["start_year"]:
        what, expected = "la fin précède le début", "une année égale ou postérieure à start_year"
        _add(findings, Finding("content.end_year", what, expected, str(content["end_year"])))
    for name in DECLARED_LISTS:
        _check_unique((r["code"] for r in content[name]), f"content.{name}", "code", findings)
    milestones = content["milestones"]
    _check_unique((m["date"] for m in milestones), "content.milestones", "date", findings)
    for rank, record in enumerate(milestones):
        _check_date(record["date"], f"content.milestones[{rank}].date", findings)
    for rank, record in enumerate(content["entities"]):
        if siren_fault(record["siren"]):
            where, what = f"content.entities[{rank}].siren", "la clé de contrôle est fausse"
            _add(findings, Finding(where, what, "un SIREN valide, ou rien", record["siren"]))
    links = {
        "processes": {"function": "functions"},
        "sections": {"function": "functions"},
        "placements": {
            "process": "processes",
            "milestone": "milestones",
            "entity": "entities",
            "lead": "entities",
        },
    }
    for name, targets in links.items():
        for rank, record in enumerate(content[name]):
            for link, target in targets.items():
                value = record.get(link, "")
                if value and value not in known[target]:
                    _unknown(findings, f"content.{name}[{rank}].{link}", target, value)
    _check_cells(content["placements"], known["entities"], findings)


def _unknown(findings: list[Finding], where: str, target: str, value: str) -> None:
    what, expected = "ce code ne désigne rien", f"un code de content.{target}"
    _add(findings, Finding(where, what, expected, value))


def _check_unique(values: Iterable[Any], where: str, field: str, findings: list[Finding]) -> None:
    seen: dict[Any, int] = {}
    for rank, value in enumerate(values):
        first = seen.setdefault(value, rank)
        if first != rank:
            what = f"déjà donné par {where}[{first}]"
            _add(findings, Finding(f"{where}[{rank}].{field}", what, "une valeur unique", value))


def _check_cells(
    placements: list[dict[str, Any]], entities: set[str], findings: list[Finding]
) -> None:
    seen: dict[tuple[str, str, str], int] = {}
    for rank, record in enumerate(placements):
        key = (record["process"], record["milestone"], record.get("entity", ""))
        first = seen.setdefault(key, rank)
        where = f"content.placements[{rank}]"
        if first != rank:
            what = f"même cellule que content.placements[{first}]"
            _add(
                findings, Finding(where, what, "une cellule par clé", " / ".join(filter(None, key)))
            )
        for place, value in enumerate(record.get("served", ())):
            if value not in entities:
                _unknown(findings, f"{where}.served[{place}]", "entities", value)


def find_control_characters(value: Any, where: str, findings: list[Finding]) -> None:
    """Add a finding for every text that could not be sealed: control character, or not NFC."""
    if type(value) is dict:
        for key, item in value.items():
            find_control_characters(item, f"{where}.{key}", findings)
    elif type(value) is list:
        for rank, item in enumerate(value):
            find_control_characters(item, f"{where}[{rank}]", findings)
    elif type(value) is str:
        if found := unprintable.IN_A_TEXT.search(value):
            what = f"caractère de contrôle U+{ord(found[0]):04X} au rang {found.start() + 1}"
            _add(findings, Finding(where, what, "un texte sans caractère de contrôle"))
        elif not unicodedata.is_normalized("NFC", value):
            what = "texte qui n’est pas en forme Unicode NFC"
            _add(findings, Finding(where, what, "un texte en NFC", _shown(value)))
