"""The cells of an edition's YAML, and what each of its values must be.

Knows the codes declared so far, so that every one used is one declared.
"""

from __future__ import annotations

import re
from typing import Any

from maillage.schemes.engine import mode_details
from maillage.schemes.engine.checks import takes_option
from maillage.schemes.engine.document import (
    NOT_APPLICABLE,
    UNKNOWN,
    IntegrationOption,
    OperatingMode,
    PlacementDoc,
    Provenance,
)
from maillage.schemes.engine.mode_details import Details
from maillage.sheets.yaml_reader import Fields, Reader

MODES = tuple(mode.value for mode in OperatingMode)
CELL_VALUES = (*MODES, UNKNOWN, NOT_APPLICABLE)


def typography(text: str) -> str:
    """Set the non-breaking spaces that French asks for (« », before : ; ? !, after "p.")."""
    text = re.sub(r" (?=[:;?!»](?:\s|$|[.,)]))", "\u00a0", text)
    text = re.sub(r"« (?=\S)", "«\u00a0", text)
    return re.sub(r"\bp\. (?=\d)", "p.\u00a0", text)


class Cells:
    """What reads a cell: the file's main source, and the codes it has declared, by noun."""

    def __init__(self, reader: Reader, version: int) -> None:
        self.reader, self.version = reader, version
        self.source = ""
        self.codes: dict[str, set[str]] = {}

    def _placement(self, fields: Fields, process: str, milestone: str, entity: str) -> PlacementDoc:
        mode = fields.choice("mode", CELL_VALUES)
        served = fields.texts("served")
        for code in served:
            self._check_entity(fields, "served", code)
        lead = fields.text("lead")
        self._check_entity(fields, "lead", lead)
        complementary = self._complementary(fields, mode)
        return PlacementDoc(
            process=process,
            milestone=milestone,
            entity=entity,
            mode=mode,
            complementary=complementary,
            lead=lead,
            served=tuple(served),
            integration=self._integration(fields, mode, complementary),
            rationale=self._text(fields, "rationale"),
            source_document=self._text(fields, "source") or self.source,
            source_page=self._text(fields, "page"),
            source_basis=self._text(fields, "basis"),
            provenance=self._provenance(fields, mode),
            source_quote=self._text(fields, "quote"),
            details=self._details(fields, mode, complementary),
        )

    @staticmethod
    def _provenance(fields: Fields, mode: str) -> str:
        if not fields.has("provenance"):
            return ""
        if mode == UNKNOWN:
            fields.fault("provenance", "une cellule non renseignée n’a pas de provenance", "rien")
        return fields.choice("provenance", tuple(Provenance))

    def _details(self, fields: Fields, mode: str, complementary: str) -> Details:
        if not fields.has("details"):
            return mode_details.UNSAID
        given = fields.mapping("details", mode_details.taken(mode, complementary))
        found: dict[str, Any] = {}
        for name in given.found:
            member = mode_details.MEMBERS[name]
            found[name] = tuple(given.texts(name)) if member.many else self._text(given, name)
        if fault := mode_details.fault(found):
            fields.fault("details", fault.rstrip("."))
            return mode_details.UNSAID
        return Details.of(found)

    def _complementary(self, fields: Fields, mode: str) -> str:
        letters = fields.text("complementary")
        if not letters:
            return ""
        right = "".join(sorted(set(letters) & set(MODES) - {mode}))
        if mode not in MODES:
            fields.fault("complementary", "modes complémentaires sans mode dominant", "rien")
        elif letters != right:
            fields.fault(
                "complementary", "modes complémentaires mal écrits", f"« {right} »", letters
            )
        return letters

    def _integration(self, fields: Fields, mode: str, complementary: str) -> str:
        if not fields.has("integration"):
            return ""
        if not takes_option(mode, complementary):
            fields.fault("integration", "option d’intégration hors du mode I", "rien")
        return fields.choice("integration", tuple(IntegrationOption))

    def _check_entity(self, fields: Fields, key: str, code: str) -> None:
        if code and code not in self.codes.get("entité", ()):
            fields.fault(key, "entité inconnue", self._known("entité"), code)

    def _known(self, noun: str) -> str:
        return f"l’un de : {', '.join(sorted(self.codes.get(noun, ())))}"

    @staticmethod
    def _text(fields: Fields, key: str, required: bool = False) -> str:
        return typography(fields.text(key, required=required))
