"""The editions that come with the application, as YAML that a person can write and review.

Knows the shape of a `maillage-edition/2` file, and of the first, which has neither provenance nor
what else the second adds; and the French typography its text is given on reading (non-breaking
spaces, so that the file itself stays typable). Refuses to know the database, and to seal: an
adopted edition is handed over with an empty seal, which the importing action computes. Every fault
of a file is found in one pass, with its line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from maillage.network.rules import code_fault, departement_fault, siren_fault
from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    EditionDocument,
    EditionFile,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    NamedBy,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
    SectionDoc,
    SectionKind,
    StatementDoc,
)
from maillage.schemes.engine.partial_dates import Precision
from maillage.schemes.engine.referential_cells import MODES, Cells, typography
from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.yaml_reader import Fields, Reader

FORMATS = {"maillage-edition/1": 1, "maillage-edition/2": 2}
STATUSES = ("draft", "proposed", "adopted", "superseded")
YES_NO = ("true", "false")
T = TypeVar("T")

_TOP = ("format", "network", "scheme", "edition", "adoption", "source", "milestones", "entities")
_CELL = ("mode", "complementary", "lead", "served", "integration", "rationale", "source", "page")
_ADDED = ("provenance", "quote", "details")
"""What format 2 adds to a cell."""


def available() -> list[str]:
    """Names of the editions that come with the application, sorted."""
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in _folder().iterdir()
        if entry.name.endswith(".yaml")
        and re.search(r"^format: maillage-edition/[12]$", entry.read_text("utf-8"), re.MULTILINE)
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


def series(name: str) -> tuple[EditionFile, ...]:
    """The shipped editions of the scheme that `name` is one of, the oldest first: each takes the
    place of the one before. Raises Unreadable where the name is unknown."""
    asked = _scheme(read(name))
    found = (read(each) for each in available())
    return tuple(
        sorted((f for f in found if _scheme(f) == asked), key=lambda file: file.document.number)
    )


def _scheme(file: EditionFile) -> tuple[str, str]:
    return (file.document.network_code, file.document.scheme_code)


def load(text: str, where: str) -> EditionFile:
    """Read an edition from YAML. `where` names the file in findings; raises Unreadable."""
    reader = Reader.parse(text, where)
    fields = reader.mapping(reader.root, (*_TOP, "functions", "sections", "statements"))
    version = FORMATS[fields.choice("format", tuple(FORMATS))]
    if reader.findings:
        raise Unreadable(reader.findings)
    file = _Edition(reader, version).file(fields)
    if reader.findings:
        raise Unreadable(reader.findings)
    return file


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


class _Edition(Cells):
    """One reading of a whole file."""

    def __init__(self, reader: Reader, version: int) -> None:
        super().__init__(reader, version)
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
        statements = self._list(top, "statements", self._statement)
        if top.has("statements") and self.version == 1:
            top.fault("statements", "les énoncés viennent avec le format 2", "maillage-edition/2")
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
            statements=tuple(statements),
            format=self.version,
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
        names = ("body", "on", "act", "taken_over", *(("note",) if self.version > 1 else ()))
        fields = top.mapping("adoption", names)
        taken_over = fields.choice("taken_over", YES_NO, "false") == "true"
        return Adoption(
            body=self._text(fields, "body", required=self.version == 1 or not taken_over),
            on=_date(fields, "on") if fields.has("on") else None,
            act=self._text(fields, "act"),
            taken_over=taken_over,
            note=self._text(fields, "note"),
        )

    def _milestone(self, node: object) -> MilestoneDoc:
        fields = self.reader.mapping(node, ("code", "label", "date", "nature"))
        date, precision = _milestone_date(fields, self.version)
        return MilestoneDoc(
            code=self._code(fields, "jalon"),
            label=self._text(fields, "label", required=True),
            date=date,
            nature=MilestoneNature(fields.choice("nature", tuple(MilestoneNature))),
            precision=precision,
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

    def _process(self, node: object, function: str, parent: str = "") -> None:
        """A row, and the actions under it."""
        names = ["code", "name", "group", "description", "page", "region_only", "placements"]
        if self.version > 1:
            names += ["named_by", "group_named_by", *(() if parent else ("kind", "actions"))]
        fields = self.reader.mapping(node, names)
        kinds = (ProcessKind.MACRO_PROCESS, ProcessKind.MISSION)
        kind = ProcessKind.ACTION if parent else fields.choice("kind", kinds, kinds[0])
        process = ProcessDoc(
            code=self._code(fields, "macro-processus"),
            function=function,
            name=self._text(fields, "name", required=True),
            group=self._text(fields, "group"),
            description=self._text(fields, "description"),
            region_only=fields.choice("region_only", YES_NO, "false") == "true",
            source_page=self._text(fields, "page"),
            kind=ProcessKind(kind),
            parent=parent,
            named_by=fields.choice("named_by", tuple(NamedBy), ""),
            group_named_by=fields.choice("group_named_by", tuple(NamedBy), ""),
        )
        self.processes.append(process)
        self._cells(fields, process)
        for child in fields.items("actions"):
            self._process(child, function, process.code)

    def _cells(self, fields: Fields, process: ProcessDoc) -> None:
        for milestone, cell in fields.pairs("placements"):
            known = milestone.value in self.codes.get("jalon", ())
            if not known:
                self.reader.fault(
                    milestone.node, "jalon inconnu", self._known("jalon"), milestone.value
                )
            self._cell(cell, process.code, milestone.value, "")

    def _cell(self, node: object, process: str, milestone: str, entity: str) -> None:
        extra = ("basis",) if entity else ("basis", "entities")
        added = _ADDED if self.version > 1 else ()
        fields = self.reader.mapping(node, (*_CELL, *added, *extra))
        if fields.has("mode") or not fields.has("entities"):
            self.placements.append(self._placement(fields, process, milestone, entity))
        for code, cell in fields.pairs("entities"):
            if code.value not in self.codes.get("entité", ()):
                self.reader.fault(code.node, "entité inconnue", self._known("entité"), code.value)
            self._cell(cell, process, milestone, code.value)

    def _statement(self, node: object) -> StatementDoc:
        names = ("code", "function", "text", "modes", "horizon", "page", "quote")
        fields = self.reader.mapping(node, names)
        function = fields.text("function", required=True)
        if function and function not in self.codes.get("fonction", ()):
            fields.fault("function", "fonction inconnue", self._known("fonction"), function)
        modes = fields.text("modes")
        right = "".join(sorted(set(modes) & set(MODES)))
        if modes != right:
            fields.fault("modes", "modes mal écrits", f"« {right} »", modes)
        return StatementDoc(
            code=self._code(fields, "énoncé"),
            function=function,
            text=unwrap(fields.text("text", required=True)),
            modes=modes,
            horizon=self._text(fields, "horizon"),
            source_page=self._text(fields, "page"),
            source_quote=self._text(fields, "quote"),
        )

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

    @staticmethod
    def _list(top: Fields, key: str, read_one: Callable[[object], T]) -> list[T]:
        return [read_one(node) for node in top.items(key)]


def _milestone_date(fields: Fields, version: int) -> tuple[dt.date, Precision]:
    """Format 2 writes it as precisely as it is known: 2017, 2017-06 or 2017-06-30."""
    if version == 1:
        return _date(fields, "date"), Precision.DAY
    written = fields.text("date", required=True)
    known = partial_dates.read(written)
    if known is None:
        if written:
            fields.fault("date", "date illisible", partial_dates.EXPECTED, written)
        return dt.date.min, Precision.DAY
    return known


def _date(fields: Fields, key: str) -> dt.date:
    written = fields.text(key, required=True)
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        if written:
            fields.fault(key, "date illisible", "une date AAAA-MM-JJ", written)
        return dt.date.min
