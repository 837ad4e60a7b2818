"""The editions that come with the application, as YAML that a person can write and review.

Knows the shape of a `maillage-edition/1` file and the French typography its text is given on
reading (non-breaking spaces, so that the file itself stays typable). Refuses to know the
database, and to seal: an adopted edition is handed over with an empty seal, which the importing
action computes. Every fault of a file is found in one pass, with its line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from maillage.network.rules import code_fault, departement_fault, siren_fault
from maillage.schemes.engine.checks import takes_option
from maillage.schemes.engine.document import (
    NOT_APPLICABLE,
    UNKNOWN,
    Adoption,
    EditionDocument,
    EditionFile,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    IntegrationOption,
    MilestoneDoc,
    MilestoneNature,
    OperatingMode,
    PlacementDoc,
    ProcessDoc,
    SectionDoc,
    SectionKind,
)
from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMAT = "maillage-edition/1"
STATUSES = ("draft", "proposed", "adopted", "superseded")
MODES = tuple(mode.value for mode in OperatingMode)
CELL_VALUES = (*MODES, UNKNOWN, NOT_APPLICABLE)
YES_NO = ("true", "false")
T = TypeVar("T")

_TOP = ("format", "network", "scheme", "edition", "adoption", "source", "milestones", "entities")
_CELL = ("mode", "complementary", "lead", "served", "integration", "rationale", "source", "page")


def available() -> list[str]:
    """Names of the editions that come with the application, sorted."""
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in _folder().iterdir()
        if entry.name.endswith(".yaml")
        and re.search(rf"^format: {FORMAT}$", entry.read_text("utf-8"), re.MULTILINE)
    )


def read(name: str) -> EditionFile:
    """Load one of the `available()` editions. Raises Unreadable where the name is unknown."""
    known = available()
    if name.removesuffix(".yaml") not in known:
        raise Unreadable(
            [Finding("référentiels", "édition inconnue", f"l’une de : {', '.join(known)}", name)]
        )
    file = f"{name.removesuffix('.yaml')}.yaml"
    return load((_folder() / file).read_text("utf-8"), file)


def load(text: str, where: str) -> EditionFile:
    """Read an edition from YAML. `where` names the file in findings; raises Unreadable."""
    reader = Reader.parse(text, where)
    fields = reader.mapping(reader.root, (*_TOP, "functions", "sections"))
    fields.choice("format", (FORMAT,))
    if reader.findings:
        raise Unreadable(reader.findings)
    file = _Edition(reader).file(fields)
    if reader.findings:
        raise Unreadable(reader.findings)
    return file


def typography(text: str) -> str:
    """Set the non-breaking spaces that French asks for (« », before : ; ? !, after "p.")."""
    text = re.sub(r" (?=[:;?!»](?:\s|$|[.,)]))", "\u00a0", text)
    text = re.sub(r"« (?=\S)", "«\u00a0", text)
    return re.sub(r"\bp\. (?=\d)", "p.\u00a0", text)


def unwrap(text: str) -> str:
    """Undo the line wrapping of a text: one line per paragraph or list item ("- ")."""
    paragraphs = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in block.splitlines():
            if line.startswith("- ") or not lines:
                lines.append(line.strip())
            else:
                lines[-1] += f" {line.strip()}"
        paragraphs.append("\n".join(lines))
    return typography("\n\n".join(paragraphs))


def _folder() -> Traversable:
    return files("maillage") / "referentials"


class _Edition:
    """One reading: what has been declared so far, so that every code used is one declared."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.source = ""
        self.codes: dict[str, set[str]] = {}
        self.processes: list[ProcessDoc] = []
        self.placements: list[PlacementDoc] = []

    def file(self, top: Fields) -> EditionFile:
        self.source = self._text(top, "source")
        network = top.mapping("network", ("code", "name", "fictional"))
        scheme = top.mapping("scheme", ("code", "title", "start", "end"))
        edition = top.mapping("edition", ("number", "title", "status"))
        milestones = self._list(top, "milestones", self._milestone)
        entities = self._list(top, "entities", self._entity)
        functions = self._list(top, "functions", self._function)
        sections = self._list(top, "sections", self._section)
        status = edition.choice("status", STATUSES)
        document = EditionDocument(
            network_code=self._code(network, ""),
            network_name=self._text(network, "name", required=True),
            fictional=network.choice("fictional", YES_NO, "false") == "true",
            scheme_code=self._code(scheme, ""),
            scheme_title=self._text(scheme, "title", required=True),
            start_year=scheme.integer("start"),
            end_year=scheme.integer("end"),
            number=edition.integer("number"),
            title=self._text(edition, "title", required=True),
            entities=tuple(entities),
            functions=tuple(functions),
            processes=tuple(self.processes),
            milestones=tuple(milestones),
            placements=tuple(self.placements),
            sections=tuple(sections),
        )
        if document.end_year < document.start_year:
            scheme.fault("end", "la dernière année précède la première", str(document.start_year))
        return EditionFile(document, status, self._adoption(top, status))

    def _adoption(self, top: Fields, status: str) -> Adoption | None:
        sealed = status in ("adopted", "superseded")
        if not top.has("adoption"):
            if sealed:
                top.fault("adoption", "une édition adoptée cite son adoption", "adoption")
            return None
        if not sealed:
            top.fault("adoption", "seule une édition adoptée cite une adoption", "status: adopted")
        fields = top.mapping("adoption", ("body", "on", "act", "taken_over"))
        return Adoption(
            body=self._text(fields, "body", required=True),
            on=_date(fields, "on") if fields.has("on") else None,
            act=self._text(fields, "act"),
            taken_over=fields.choice("taken_over", YES_NO, "false") == "true",
        )

    def _milestone(self, node: object) -> MilestoneDoc:
        fields = self.reader.mapping(node, ("code", "label", "date", "nature"))
        return MilestoneDoc(
            code=self._code(fields, "jalon"),
            label=self._text(fields, "label", required=True),
            date=_date(fields, "date"),
            nature=MilestoneNature(fields.choice("nature", tuple(MilestoneNature))),
        )

    def _entity(self, node: object) -> EntityDoc:
        names = ("code", "name", "short", "kind", "departement", "siren")
        fields = self.reader.mapping(node, names)
        departement, siren = fields.text("departement"), fields.text("siren")
        for key, fault in (
            ("departement", departement_fault(departement)),
            ("siren", siren_fault(siren)),
        ):
            if fault:
                fields.fault(key, fault.rstrip("."))
        return EntityDoc(
            code=self._code(fields, "entité"),
            name=self._text(fields, "name", required=True),
            short_name=self._text(fields, "short") or self._text(fields, "name"),
            kind=EntityKind(fields.choice("kind", tuple(EntityKind))),
            departement=departement,
            siren=siren,
        )

    def _function(self, node: object) -> FunctionDoc:
        fields = self.reader.mapping(node, ("code", "name", "description", "processes"))
        function = FunctionDoc(
            code=self._code(fields, "fonction"),
            name=self._text(fields, "name", required=True),
            description=self._text(fields, "description"),
        )
        for child in fields.items("processes"):
            self._process(child, function.code)
        return function

    def _process(self, node: object, function: str) -> None:
        names = ("code", "name", "group", "description", "page", "region_only", "placements")
        fields = self.reader.mapping(node, names)
        process = ProcessDoc(
            code=self._code(fields, "macro-processus"),
            function=function,
            name=self._text(fields, "name", required=True),
            group=self._text(fields, "group"),
            description=self._text(fields, "description"),
            region_only=fields.choice("region_only", YES_NO, "false") == "true",
            source_page=self._text(fields, "page"),
        )
        self.processes.append(process)
        for milestone, cell in fields.pairs("placements"):
            known = milestone.value in self.codes.get("jalon", ())
            if not known:
                self.reader.fault(
                    milestone.node, "jalon inconnu", self._known("jalon"), milestone.value
                )
            self._cell(cell, process.code, milestone.value, "")

    def _cell(self, node: object, process: str, milestone: str, entity: str) -> None:
        extra = ("basis",) if entity else ("basis", "entities")
        fields = self.reader.mapping(node, (*_CELL, *extra))
        if fields.has("mode") or not fields.has("entities"):
            self.placements.append(self._placement(fields, process, milestone, entity))
        for code, cell in fields.pairs("entities"):
            if code.value not in self.codes.get("entité", ()):
                self.reader.fault(code.node, "entité inconnue", self._known("entité"), code.value)
            self._cell(cell, process, milestone, code.value)

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
        )

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

    def _section(self, node: object) -> SectionDoc:
        names = ("code", "kind", "title", "function", "page", "body")
        fields = self.reader.mapping(node, names)
        kind = SectionKind(fields.choice("kind", tuple(SectionKind)))
        function = fields.text("function")
        if (kind is SectionKind.FUNCTION) != bool(function):
            fields.fault("function", "la fonction va avec kind: function, et avec lui seul")
        elif function and function not in self.codes.get("fonction", ()):
            fields.fault("function", "fonction inconnue", self._known("fonction"), function)
        return SectionDoc(
            code=self._code(fields, "texte"),
            kind=kind,
            title=self._text(fields, "title", required=True),
            body=unwrap(fields.text("body", required=True)),
            function=function,
            source_page=self._text(fields, "page"),
        )

    def _check_entity(self, fields: Fields, key: str, code: str) -> None:
        if code and code not in self.codes.get("entité", ()):
            fields.fault(key, "entité inconnue", self._known("entité"), code)

    def _code(self, fields: Fields, noun: str) -> str:
        """The code of what is read, well formed, and new among its kind (`noun`, "" if alone)."""
        code = fields.text("code", required=True)
        fault = code_fault(code) if code else ""
        if fault:
            fields.fault("code", fault.rstrip("."))
        if noun and code:
            seen = self.codes.setdefault(noun, set())
            if code in seen:
                fields.fault("code", f"{noun} en double", "un code unique", code)
            seen.add(code)
        return code

    def _known(self, noun: str) -> str:
        return f"l’un de : {', '.join(sorted(self.codes.get(noun, ())))}"

    @staticmethod
    def _text(fields: Fields, key: str, required: bool = False) -> str:
        return typography(fields.text(key, required=required))

    @staticmethod
    def _list(top: Fields, key: str, read_one: Callable[[object], T]) -> list[T]:
        return [read_one(node) for node in top.items(key)]


def _date(fields: Fields, key: str) -> dt.date:
    written = fields.text(key, required=True)
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        if written:
            fields.fault(key, "date illisible", "une date AAAA-MM-JJ", written)
        return dt.date.min
