"""An edition as canonical JSON: the bytes that are sealed, and the file anyone can verify.

Knows how a document becomes bytes and back, in the format it was written in, and what a seal is
of. Refuses to know databases and people; what a file may hold is in `file_schema`.

Canonical: UTF-8, keys sorted, no space, no ASCII escaping, integers only, text in Unicode NFC
without control characters other than newline and tab. `jq -cjS .content` gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from maillage.kernel import unprintable
from maillage.kernel.money import size
from maillage.schemes.engine import file_faults, file_schema, partial_dates
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    EditionDocument,
    EditionFile,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
    SectionDoc,
    SectionKind,
    StatementDoc,
)
from maillage.schemes.engine.mode_details import Details
from maillage.sheets.findings import Finding, Unreadable

FORMAT_NAME = file_schema.FORMAT_NAME
FORMAT_VERSION = file_schema.FORMAT_VERSION
LIMIT = 32_000_000
"""Bytes beyond which a file is not read: forty times the largest national edition."""

_SUSPECT = re.compile(rb"\\[ubfr]|\x7f|\xc2[\x80-\x9f]")


def schema(version: int = FORMAT_VERSION) -> dict[str, Any]:
    """The published JSON Schema (2020-12) of the file."""
    return file_schema.schema(version)


def dumps_content(document: EditionDocument) -> bytes:
    """The canonical bytes of a document: what a seal is of.

    Text is brought to NFC and line ends to "\\n"; the order of placements does not matter.
    Raises Unreadable where a text holds a control character.
    """
    content = _content(document)
    data = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    if _SUSPECT.search(data) or not unicodedata.is_normalized("NFC", data.decode()):
        content = _clean(content)
        findings: list[Finding] = []
        file_faults.find_control_characters(content, "content", findings)
        if findings:
            raise Unreadable(findings)
        data = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return data


def _content(document: EditionDocument) -> dict[str, Any]:
    """In the document's own format: what the first does not know of is left out of it."""
    version = document.format
    records = file_schema.RECORDS_OF[version]
    content = {name: getattr(document, name) for name in file_schema.SCALARS_OF[version]}
    for name in file_schema.LISTS_OF[version]:
        content[name] = [_record(item, records[name]) for item in getattr(document, name)]
    if version > 1:
        for record, milestone in zip(content["milestones"], document.milestones, strict=True):
            record["date"] = partial_dates.written(milestone.date, milestone.precision)
    content["placements"] = _placement_records(document.placements, version)
    return content


def _record(item: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names}


def _placement_records(placements: Iterable[PlacementDoc], version: int) -> list[dict[str, Any]]:
    """Sorted by key, empty fields left out: a national edition has tens of thousands."""
    records = []
    for cell in sorted(placements, key=lambda c: (c.process, c.milestone, c.entity)):
        record: dict[str, Any] = {
            "process": cell.process,
            "milestone": cell.milestone,
            "mode": cell.mode,
        }
        if cell.entity:
            record["entity"] = cell.entity
        if cell.complementary:
            record["complementary"] = "".join(sorted(set(cell.complementary)))
        if cell.lead:
            record["lead"] = cell.lead
        if cell.served:
            record["served"] = sorted(set(cell.served))
        if cell.integration:
            record["integration"] = cell.integration
        if cell.rationale:
            record["rationale"] = cell.rationale
        if cell.source_document:
            record["source_document"] = cell.source_document
        if cell.source_page:
            record["source_page"] = cell.source_page
        if cell.source_basis:
            record["source_basis"] = cell.source_basis
        if version > 1:
            _add_to(record, cell)
        records.append(record)
    return records


def _add_to(record: dict[str, Any], cell: PlacementDoc) -> None:
    """What format 2 adds to a cell."""
    if cell.provenance:
        record["provenance"] = cell.provenance
    if cell.source_quote:
        record["source_quote"] = cell.source_quote
    if cell.details:
        record["details"] = cell.details.record()


def _clean(value: Any) -> Any:
    """Bring every text to NFC and to Unix line ends."""
    if type(value) is dict:
        return {key: _clean(item) for key, item in value.items()}
    if type(value) is list:
        return [_clean(item) for item in value]
    if type(value) is str:
        text = unprintable.unix(value)
        return unicodedata.normalize("NFC", text)
    return value


def digest(content: bytes) -> str:
    """SHA-256 of canonical bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def seal(document: EditionDocument) -> str:
    """The seal of a document."""
    return digest(dumps_content(document))


def loads_content(data: bytes) -> EditionDocument:
    """The document of canonical bytes that this module wrote: trusted, nothing is checked."""
    return _document(orjson.loads(data))


def _document(content: dict[str, Any]) -> EditionDocument:
    def read(name: str, make: Callable[..., Any], **convert: Callable[[Any], Any]) -> Any:
        return tuple(
            make(
                **record
                | {key: change(record[key]) for key, change in convert.items() if key in record}
            )
            for record in content.get(name, ())
        )

    return EditionDocument(
        network_code=content["network_code"],
        network_name=content["network_name"],
        fictional=content["fictional"],
        scheme_code=content["scheme_code"],
        scheme_title=content["scheme_title"],
        start_year=content["start_year"],
        end_year=content["end_year"],
        number=content["number"],
        title=content["title"],
        entities=read("entities", EntityDoc, kind=EntityKind),
        functions=read("functions", FunctionDoc),
        processes=read("processes", ProcessDoc, kind=ProcessKind),
        milestones=tuple(map(_milestone, content["milestones"])),
        placements=_placements(content["placements"]),
        sections=read("sections", SectionDoc, kind=SectionKind),
        statements=read("statements", StatementDoc),
        format=content.get("format", 1),
    )


def _milestone(record: dict[str, Any]) -> MilestoneDoc:
    known = partial_dates.read(record["date"])
    assert known is not None
    date, precision = known
    nature = MilestoneNature(record["nature"])
    return MilestoneDoc(record["code"], record["label"], date, nature, precision)


def _placements(records: list[dict[str, Any]]) -> tuple[PlacementDoc, ...]:
    cells = []
    for record in records:
        served, details = record.get("served"), record.get("details")
        if served is not None or details is not None:
            held = {"served": tuple(served or ()), "details": Details.of(details)}
            cells.append(PlacementDoc(**(record | held)))
        else:
            cells.append(PlacementDoc(**record))
    return tuple(cells)


def dumps_file(file: EditionFile) -> bytes:
    """The file: an envelope around the very bytes that are sealed, and a final newline."""
    adoption = None
    if file.adoption is not None:
        on = file.adoption.on
        adoption = {
            "body": file.adoption.body,
            "on": on.isoformat() if on else None,
            "act": file.adoption.act,
            "taken_over": file.adoption.taken_over,
        }
        if file.document.format > 1:
            adoption["note"] = file.adoption.note
    envelope = orjson.dumps(
        {
            "format": FORMAT_NAME,
            "version": file.document.format,
            "status": file.status,
            "adoption": _clean(adoption),
            "seal": {"algorithm": "sha256", "value": file.seal} if file.seal else None,
        }
    )
    return envelope[:-1] + b',"content":' + dumps_content(file.document) + b"}\n"


def loads_file(data: bytes, limit: int = LIMIT) -> EditionFile:
    """Read a file from anywhere. Raises Unreadable with every finding; nothing is half read."""
    raw = _parse(data, limit)
    findings = file_faults.validate(raw) or _repeated(data, raw)
    if not findings:
        findings = _seal_findings(raw)
    if findings:
        raise Unreadable(findings)
    return _file(raw)


def _file(raw: dict[str, Any]) -> EditionFile:
    adoption = None
    if (given := raw["adoption"]) is not None:
        on = dt.date.fromisoformat(given["on"]) if given["on"] else None
        note = given.get("note", "")
        adoption = Adoption(given["body"], on, given["act"], given["taken_over"], note)
    seal_value = raw["seal"]["value"] if raw["seal"] else ""
    return EditionFile(_document(raw["content"]), raw["status"], adoption, seal_value)


def _parse(data: bytes, limit: int) -> dict[str, Any]:
    """Bytes to a JSON object whose format and version this software reads."""

    def unreadable(what: str, expected: str, value: str = "", where: str = "fichier") -> Unreadable:
        return Unreadable([Finding(where, what, expected, value)])

    if len(data) > limit:
        raise unreadable("fichier trop lourd", f"{size(limit)} au plus", size(len(data)))
    if not data.strip():
        raise unreadable("fichier vide", "le fichier JSON d’une édition")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise unreadable(
            f"l’octet {error.start + 1} n’est pas de l’UTF-8", "un texte en UTF-8"
        ) from None
    if text.startswith("\ufeff"):
        raise unreadable("marque d’ordre des octets (BOM) en tête", "un fichier UTF-8 sans BOM")
    try:
        raw = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"ligne {error.lineno}, colonne {error.colno}"
        if "depth" in error.msg or "ecursion" in error.msg:
            raise unreadable(
                "imbrication trop profonde", "six niveaux au plus", where=where
            ) from None
        what = "ce n’est pas du JSON"
        if error.pos >= len(text.rstrip()):
            what = "le fichier s’arrête avant la fin du JSON\u00a0: il est sans doute tronqué"
        raise unreadable(what, "un fichier JSON complet", where=where) from None
    file_faults.refuse_other_formats(raw)
    return raw  # type: ignore[no-any-return]


def _repeated(data: bytes, raw: Any) -> list[Finding]:
    """A field given twice: readers disagree on which counts, so a seal would not bind what is read.

    Only for a file whose shape holds: a repeated field still hides any depth behind it.
    """
    if orjson.dumps(raw) == data.rstrip():
        return []  # a file as exported: a repeated field would not have come back
    names: set[str] = set()

    def keep(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            names.update(name for name, count in counts.items() if count > 1)

    try:
        json.loads(data, object_pairs_hook=keep)
    except RecursionError:
        return [Finding("fichier", "imbrication trop profonde", "six niveaux au plus")]
    return [
        Finding(
            "fichier",
            "un champ est écrit deux fois dans le même objet",
            "chaque champ une seule fois",
            name[:80],
        )
        for name in sorted(names)[: file_faults.FINDINGS_LIMIT]
    ]


def _seal_findings(raw: dict[str, Any]) -> list[Finding]:
    """A seal that is not the content's, or content that is not canonical under a seal."""
    if raw["seal"] is None:
        return []
    expected, found = raw["seal"]["value"], _raw_digest(raw["content"])
    if expected != found:
        return [
            Finding(
                "seal.value",
                f"le sceau ne correspond pas au contenu, dont l’empreinte est {found}\u00a0: "
                "le contenu ou le sceau a été modifié",
                "l’empreinte SHA-256 du contenu",
                expected,
            )
        ]
    if seal(_document(raw["content"])) != expected:
        return [
            Finding(
                "content",
                "le contenu scellé n’est pas sous sa forme canonique",
                "des placements triés et des listes sans répétition",
            )
        ]
    return []


def _raw_digest(content: Any) -> str:
    return digest(orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


HOLDS = (
    "le sceau tient\u00a0: contenu inchangé\u00a0; l’instance, la date et le numéro d’acte "
    "ne sont pas scellés"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a seal's verification found. `expected` is the seal written in the file, "" if none;
    `is_read`: whether the file is one of an edition at all."""

    ok: bool
    expected: str
    found: str
    status: str
    title: str
    reason: str
    is_read: bool = True


def verify(data: bytes, limit: int = LIMIT) -> Verdict:
    """Recompute a file's seal, without a database. Never raises on what the file holds."""
    try:
        raw = _parse(data, limit)
    except Unreadable as refused:
        return Verdict(False, "", "", "", "", str(refused), is_read=False)
    findings = file_faults.validate(raw) or _repeated(data, raw)
    content, status = raw.get("content"), str(raw.get("status", ""))
    title = str(content.get("title", "")) if isinstance(content, dict) else ""
    given = raw.get("seal")
    expected = str(given.get("value", "")) if isinstance(given, dict) else ""
    if findings:
        return Verdict(False, expected, "", status, title, str(Unreadable(findings)))
    found = _raw_digest(content)
    if not expected:
        reason = "Cette édition n’est pas scellée\u00a0: seule une édition adoptée porte un sceau."
        return Verdict(False, "", found, status, title, reason)
    if faults := _seal_findings(raw):
        return Verdict(False, expected, found, status, title, str(Unreadable(faults)))
    return Verdict(True, expected, found, status, title, HOLDS)
