"""What an edition's JSON file breaks: shapes, bounds, codes that name nothing, duplicates.

Says more than the schema can. Every finding has its place; what a file may hold is `file_schema`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from maillage.kernel import unprintable
from maillage.network.rules import siren_fault
from maillage.schemes.engine import mode_details, partial_dates
from maillage.schemes.engine.document import ProcessKind
from maillage.schemes.engine.field_kinds import Choice, Kind
from maillage.schemes.engine.file_schema import (
    ADOPTION_OF,
    ENVELOPE,
    FORMAT_NAME,
    FORMAT_VERSION,
    LISTS_OF,
    RECORDS_OF,
    REQUIRED,
    SCALARS_OF,
    SEAL,
    SEALED,
    STATUSES,
    VERSIONS,
)
from maillage.sheets.findings import Finding, Unreadable

FINDINGS_LIMIT = 200
"""Findings beyond which a file is no longer read: nobody corrects more at once."""


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
    if type(version) is not int or version not in VERSIONS:
        what = "version du format absente ou inconnue"
        expected = " ou ".join(map(str, VERSIONS))
        raise Unreadable([Finding("version", what, expected, _shown(version))])


def validate(raw: dict[str, Any]) -> list[Finding]:
    """Everything wrong in a file's structure and codes, held to its own version (which
    `refuse_other_formats` has seen); [] where it can be read."""
    findings: list[Finding] = []
    try:
        _check_envelope(raw, findings)
        content = raw.get("content")
        if type(content) is dict:
            version = raw["version"]
            _check_content(content, findings, version)
            if not findings:
                _check_codes(content, findings, version)
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
    adopted = ADOPTION_OF[raw["version"]]
    for name, fields, what in (("adoption", adopted, "adoption"), ("seal", SEAL, "sceau")):
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
    if type(adoption) is dict and adoption.get("body") == "" and not adoption.get("taken_over"):
        what = "instance non énoncée, ce que seule une édition reprise peut dire"
        _add(findings, Finding("adoption.body", what, "l’instance qui a adopté l’édition"))


def _check_date(value: str, where: str, findings: list[Finding]) -> None:
    if partial_dates.read(value) is None:
        expected = "une date AAAA-MM-JJ"
        _add(findings, Finding(where, "cette date n’existe pas", expected, _shown(value)))


def _check_content(content: dict[str, Any], findings: list[Finding], version: int) -> None:
    records, known = RECORDS_OF[version], SCALARS_OF[version]
    scalars = {name: value for name, value in content.items() if name not in records}
    _check_fields(scalars, known, known, "content", findings)
    for name, fields in records.items():
        where = f"content.{name}"
        if name not in content:
            _add(findings, Finding(where, "champ manquant", "une liste"))
        elif type(content[name]) is not list:
            _add(findings, Finding(where, "type inattendu", "une liste", _shown(content[name])))
        else:
            required = REQUIRED.get(name, tuple(fields))
            for rank, record in enumerate(content[name]):
                _check_fields(record, fields, required, f"{where}[{rank}]", findings)


def _check_codes(content: dict[str, Any], findings: list[Finding], version: int) -> None:
    """Duplicates, codes that name nothing, years, dates and keys, once every type is right."""
    declared = LISTS_OF[version]
    known = {name: {r["code"] for r in content[name]} for name in declared}
    if content["end_year"] < content["start_year"]:
        what, expected = "la fin précède le début", "une année égale ou postérieure à start_year"
        _add(findings, Finding("content.end_year", what, expected, str(content["end_year"])))
    for name in declared:
        _check_unique((r["code"] for r in content[name]), f"content.{name}", "code", findings)
    _check_milestones(content["milestones"], findings, version)
    for rank, record in enumerate(content["entities"]):
        if siren_fault(record["siren"]):
            where, what = f"content.entities[{rank}].siren", "la clé de contrôle est fausse"
            _add(findings, Finding(where, what, "un SIREN valide, ou rien", record["siren"]))
    for name, targets in _LINKS.items():
        for rank, record in enumerate(content.get(name, ())):
            for link, target in targets.items():
                value = record.get(link, "")
                if value and value not in known[target]:
                    _unknown(findings, f"content.{name}[{rank}].{link}", target, value)
    if version > 1:
        _check_actions(content["processes"], findings)
    _check_cells(content["placements"], known["entities"], findings)


_LINKS = {
    "processes": {"function": "functions", "parent": "processes"},
    "sections": {"function": "functions"},
    "statements": {"function": "functions"},
    "placements": {
        "process": "processes",
        "milestone": "milestones",
        "entity": "entities",
        "lead": "entities",
    },
}


def _check_milestones(
    milestones: list[dict[str, Any]], findings: list[Finding], version: int
) -> None:
    """Each date exists, once; in format 2, once per nature: what is aimed at and what is observed
    at one date are two milestones."""
    for rank, record in enumerate(milestones):
        _check_date(record["date"], f"content.milestones[{rank}].date", findings)
    seen: dict[Any, int] = {}
    for rank, record in enumerate(milestones):
        key = record["date"] if version == 1 else (record["date"], record["nature"])
        if (first := seen.setdefault(key, rank)) != rank:
            what = f"déjà donné par content.milestones[{first}]"
            where = f"content.milestones[{rank}].date"
            _add(findings, Finding(where, what, "une valeur unique", record["date"]))


def _check_actions(processes: list[dict[str, Any]], findings: list[Finding]) -> None:
    """An action stands under a macro-process of its function; nothing else has a parent."""
    by_code = {record["code"]: record for record in processes}
    for rank, record in enumerate(processes):
        where, action = f"content.processes[{rank}].parent", record["kind"] == ProcessKind.ACTION
        parent = by_code.get(record["parent"])
        if action is not bool(record["parent"]):
            what = "une action, et elle seule, a un macro-processus"
            expected = "le code d’un macro-processus" if action else "rien"
            _add(findings, Finding(where, what, expected, record["parent"]))
        elif parent and (
            parent["kind"] == ProcessKind.ACTION or parent["function"] != record["function"]
        ):
            what = "une action se range sous un macro-processus de sa fonction"
            _add(findings, Finding(where, what, "un autre code", record["parent"]))


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
        if record.get("provenance") and record["mode"] == "?":
            what = "une cellule non renseignée n’a pas de provenance"
            _add(findings, Finding(f"{where}.provenance", what, "rien", record["provenance"]))
        if details := record.get("details"):
            _check_details(details, record, f"{where}.details", findings)


def _check_details(
    details: dict[str, Any], record: dict[str, Any], where: str, findings: list[Finding]
) -> None:
    if fault := mode_details.fault(details):
        _add(findings, Finding(where, fault))
    taken = mode_details.taken(record["mode"], record.get("complementary", ""))
    for name in details:
        if name not in taken:
            what = "ce champ ne va pas avec les modes de la cellule"
            _add(findings, Finding(f"{where}.{name}", what, ", ".join(taken) or "rien"))


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
