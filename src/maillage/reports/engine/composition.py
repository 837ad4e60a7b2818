"""From an edition to the content of its booklet.

Knows what is said of each cell, and where chambers differ. Refuses to fill in what the edition
does not document: it reads « non renseigné ».
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from maillage.kernel.money import NBSP
from maillage.kernel.period import french_date
from maillage.papers.wording import Fact, blocks, french, page_of
from maillage.reports.engine.content import (
    Booklet,
    Cell,
    Change,
    Chapter,
    CoverageRow,
    Difference,
    Mode,
    Note,
    Passage,
    Picture,
    Row,
    Source,
    Step,
)
from maillage.schemes.engine import picture, trajectory
from maillage.schemes.engine.chamber_page import chamber_pages
from maillage.schemes.engine.change import KINDS, SAID_NO_MORE, UNSAID
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.coverage import Tally, coverage
from maillage.schemes.engine.document import (
    ENTITY_KIND_LABELS,
    INTEGRATION_LABELS,
    MILESTONE_NATURE_LABELS,
    MODE_DEFINITIONS,
    MODE_LABELS,
    PROVENANCE_LABELS,
    UNKNOWN,
    EditionDocument,
    EditionFile,
    FunctionDoc,
    MilestoneDoc,
    PlacementDoc,
    Provenance,
    SectionDoc,
    SectionKind,
    by_date,
)
from maillage.schemes.engine.milestone_changes import between_milestones
from maillage.schemes.engine.partial_dates import Precision

NOT_STATED: dict[str, str] = {
    Provenance.INFERRED: "Déduit de ce que dit la source",
    Provenance.CARRIED: "Reporté d’un jalon antérieur",
}
"""What a note says of a cell that the source does not state."""
UNSAID_BY_SOURCE = "non renseigné par la source"
STATUS_LABELS = {
    "draft": "Brouillon",
    "proposed": "Proposée à l’adoption",
    "adopted": "Adoptée",
    "superseded": "Remplacée par une édition plus récente",
}
NAMED_CHAMBERS = 12
"""Beyond this many chambers with the same value, their number is written, not their names."""


def booklet_of(edition: EditionFile, today: dt.date, *, filters: str = "") -> Booklet:
    """The booklet of an edition, as printed on `today`."""
    document = edition.document
    milestones = by_date(document.milestones)
    return Booklet(
        network=french(document.network_name),
        scheme=french(document.scheme_title),
        years=f"{document.start_year} – {document.end_year}",
        title_says_years=all(
            str(year) in document.scheme_title for year in (document.start_year, document.end_year)
        ),
        number=document.number,
        title=french(document.title),
        status=STATUS_LABELS.get(edition.status, edition.status),
        is_draft=edition.status == "draft",
        fictional=document.fictional,
        generated_on=french_date(today),
        generated_at=today,
        filters=french(filters),
        seal=edition.seal,
        adoption=tuple(_adoption(edition)),
        facts=tuple(_facts(document)),
        preamble=_passages(document, SectionKind.PREAMBLE),
        entities=tuple(
            Fact(french(entity.name), ENTITY_KIND_LABELS[entity.kind])
            for entity in document.entities
        ),
        modes=tuple(_modes()),
        options=tuple(INTEGRATION_LABELS.values()),
        milestones=tuple(french(milestone.label) for milestone in milestones),
        milestone_facts=tuple(_milestone_fact(milestone) for milestone in milestones),
        chapters=tuple(_chapter(document, function) for function in document.functions),
        trajectory=_picture(document, None),
        chambers=tuple(chamber_pages(document)),
        governance=_passages(document, SectionKind.GOVERNANCE),
        coverage=tuple(_coverage(document)),
        sources=tuple(_sources(document)),
    )


def _milestone_fact(milestone: MilestoneDoc) -> Fact:
    told = f"{MILESTONE_NATURE_LABELS[milestone.nature]} {_at(milestone)}"
    return Fact(french(milestone.label), told)


def _at(milestone: MilestoneDoc) -> str:
    """ "au 31 décembre 2017", "en juin 2017", "en 2017"."""
    return f"{'au' if milestone.precision == Precision.DAY else 'en'} {milestone.when}"


def _adoption(edition: EditionFile) -> Iterator[Fact]:
    adoption = edition.adoption
    if adoption is None:
        yield Fact("Adoption", "cette édition n’est pas adoptée")
        return
    missing = UNSAID_BY_SOURCE if adoption.taken_over else UNSAID
    yield Fact("Instance", french(adoption.body_told))
    if adoption.note:
        yield Fact("Note", french(adoption.note))
    yield Fact("Date", french_date(adoption.on) if adoption.on else missing)
    yield Fact("Acte", french(adoption.act) or missing)
    if adoption.taken_over:
        yield Fact("Reprise", "édition en vigueur avant sa saisie dans l’application")


def _facts(document: EditionDocument) -> Iterator[Fact]:
    yield Fact("Période", f"{document.start_year} – {document.end_year}")
    yield Fact("Fonctions", str(len(document.functions)))
    counted = [process for process in document.processes if not process.is_action]
    yield Fact("Macro-processus", str(len(counted)))
    if actions := len(document.processes) - len(counted):
        yield Fact("Actions", str(actions))
    yield Fact("Chambres et opérateurs", str(len(document.entities)))
    yield Fact("Jalons", ", ".join(m.label for m in by_date(document.milestones)))


def _modes() -> Iterator[Mode]:
    definitions = MODE_DEFINITIONS | {
        UNKNOWN: "Il n’a pas été possible d’établir ce que la source en dit.",
        "-": "La question ne se pose pas pour cette chambre ou à cette date.",
    }
    for value in picture.VALUES:
        yield Mode(value, picture.SIGNS[value], MODE_LABELS[value], french(definitions[value]))


def _passage(section: SectionDoc) -> Passage:
    return Passage(french(section.title), blocks(section.body), page_of(section.source_page))


def _passages(
    document: EditionDocument, kind: SectionKind, function: str = ""
) -> tuple[Passage, ...]:
    return tuple(
        _passage(section)
        for section in document.sections
        if section.body.strip()
        and section.kind == kind
        and (kind != SectionKind.FUNCTION or section.function == function)
    )


def _chapter(document: EditionDocument, function: FunctionDoc) -> Chapter:
    rows, notes = _table(document, function)
    return Chapter(
        title=french(function.name),
        description=french(function.description),
        passages=tuple(
            replace(passage, title="") if passage.title == french(function.name) else passage
            for passage in (
                *_passages(document, SectionKind.FUNCTION, function.code),
                *_statements(document, function),
            )
        ),
        rows=rows,
        notes=notes,
        differences=tuple(_differences(document, function)),
        trajectory=_picture(document, function.code),
    )


def _statements(document: EditionDocument, function: FunctionDoc) -> Iterator[Passage]:
    """What the source states of the function without placing a cell, as a passage of its own."""
    lines = []
    for said in document.statements:
        if said.function == function.code:
            modes = ", ".join(MODE_LABELS[letter].lower() for letter in said.modes)
            known = ", ".join(filter(None, (modes, said.horizon, said.source_page)))
            text = said.text.replace("\n", " ")
            lines.append(f"- {text} ({known})" if known else f"- {text}")
    if lines:
        title = "Énoncé par la source, sans placer de cellule"
        body = "\n".join(lines)
        yield _passage(SectionDoc("", SectionKind.FUNCTION, title, body, function.code))


def _table(
    document: EditionDocument, function: FunctionDoc
) -> tuple[tuple[Row, ...], tuple[Note, ...]]:
    index = {placement.key: placement for placement in document.placements}
    names = _entity_names(document)
    rows: list[Row] = []
    notes: list[Note] = []
    group = ""
    for process in (each for each in document.processes if each.function == function.code):
        cells = []
        for milestone in by_date(document.milestones):
            placement = index.get((process.code, milestone.code, ""))
            text = _note(placement, names) if placement else ""
            if text:
                where = french(f"{process.name}, {milestone.label}")
                notes.append(Note(len(notes) + 1, where, text))
            cells.append(_cell(placement, len(notes) if text else 0))
        new_group = french(process.group) if process.group != group else ""
        group = process.group
        rows.append(
            Row(
                f"–{NBSP}{french(process.name)}" if process.is_action else french(process.name),
                french(process.description),
                new_group,
                process.region_only,
                tuple(cells),
            )
        )
    return tuple(rows), tuple(notes)


def _cell(placement: PlacementDoc | None, note: int) -> Cell:
    value = placement.mode if placement else UNKNOWN
    others = placement.complementary if placement else ""
    page = page_of(placement.source_page) if placement else ""
    return Cell(value, picture.SIGNS[value], MODE_LABELS[value], others, note, page)


def _note(placement: PlacementDoc, names: dict[str, str]) -> str:
    parts = []
    if placement.lead:
        parts.append(f"assuré par {names.get(placement.lead, placement.lead)}")
    if placement.served:
        served = [names.get(code, code) for code in placement.served]
        parts.append(f"pour {', '.join(served)}")
    if placement.integration:
        option = INTEGRATION_LABELS.get(placement.integration, placement.integration)
        parts.append(f"intégration : {option.lower()}")
    if placement.complementary:
        modes = [MODE_LABELS.get(letter, letter).lower() for letter in placement.complementary]
        parts.append(f"aussi en {', '.join(modes)}")
    sentences = [" ; ".join(parts), placement.rationale.strip().rstrip(".")]
    sentences += [str(placement.details).replace("\n", " ")] if placement.details else []
    if placement.provenance in NOT_STATED:
        sentences.append(NOT_STATED[placement.provenance])
    return french(" ".join(f"{text[:1].upper()}{text[1:]}." for text in sentences if text))


def _entity_names(document: EditionDocument) -> dict[str, str]:
    return {entity.code: entity.short_name or entity.name for entity in document.entities}


def _differences(document: EditionDocument, function: FunctionDoc) -> Iterator[Difference]:
    names = _entity_names(document)
    network = trajectory.effective_modes(document.placements)
    own: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for placement in document.placements:
        cell = (placement.process, placement.milestone)
        if placement.entity and placement.mode != network.get(cell, UNKNOWN):
            own[cell][placement.mode].append(names.get(placement.entity, placement.entity))
    for process in (each for each in document.processes if each.function == function.code):
        for milestone in by_date(document.milestones):
            found = own.get((process.code, milestone.code))
            if not found:
                continue
            yield Difference(
                process=french(process.name),
                milestone=french(milestone.label),
                network=network.get((process.code, milestone.code), UNKNOWN),
                chambers=tuple(
                    Fact(value, _chambers(found[value])) for value in picture.VALUES if found[value]
                ),
            )


def _chambers(names: list[str]) -> str:
    return french(_named(names, "chambres"))


def _named(names: list[str], what: str = "macro-processus") -> str:
    """Their names; their number alone where they are too many."""
    return ", ".join(names) if len(names) <= NAMED_CHAMBERS else f"{len(names)}{NBSP}{what}"


def _picture(document: EditionDocument, function: str | None) -> Picture:
    path = trajectory.flows(document, function)
    names = {process.code: process.name for process in document.processes}
    labels = {milestone.code: milestone.label for milestone in path.milestones}
    steps = tuple(
        Step(
            french(f"{labels[step.before]} → {labels[step.after]}"),
            tuple(
                Change(
                    flow.before,
                    flow.after,
                    str(flow.count) if function is None else french(_named(flow.called(names))),
                )
                for flow in step.flows
                if flow.is_change
            ),
            tuple(map(french, _others(document, function, step.after))),
        )
        for step in path.steps
    )
    height = 210 if path.total < 6 else 300 if path.total < 25 else 400
    drawing = trajectory.svg(path, width=700, height=height)
    return Picture(drawing, french(trajectory.describe(path)), steps)


def _others(document: EditionDocument, function: str | None, milestone: str) -> Iterator[str]:
    """What changes up to a milestone besides modes: line by line in a function's chapter, counted
    by kind for the whole, actions aside."""
    names, known = Names.of(document), {p.code: p for p in document.processes}
    found = [c for c in between_milestones(document) if c.after == milestone]
    if function is None:
        counted = (c for c in found if not known[c.process].is_action)
        counts = Counter(kind for c in counted for kind in c.kinds if kind != "mode")
        for kind in (kind for kind in KINDS if counts[kind]):
            yield f"{KINDS[kind]} : {_counted(counts[kind])}"
        return
    ours = [c for c in found if known[c.process].function == function]
    for change in ours:
        told = [str(it) for it in names.tell(change.fields, change.known) if it.kind != "mode"]
        if told and change.kinds != (SAID_NO_MORE,):
            yield f"{known[change.process].name}. {' ; '.join(told)}"
    if unsaid := [known[c.process].name for c in ours if c.kinds == (SAID_NO_MORE,)]:
        yield f"{KINDS[SAID_NO_MORE]} : {_named(unsaid)}"


def _counted(count: int) -> str:
    return f"{count}{NBSP}macro-processus"


def _coverage(document: EditionDocument) -> Iterator[CoverageRow]:
    found = coverage(document)
    for line in found.by_function:
        yield _coverage_row(french(line.name), line.by_milestone, line.total)
    yield _coverage_row("Ensemble", found.by_milestone, found.total)


def _coverage_row(name: str, tallies: Iterable[Tally], whole: Tally) -> CoverageRow:
    cells = tuple(f"{tally.answered} / {tally.all}" for tally in tallies)
    return CoverageRow(name, cells, f"{whole.answered} / {whole.all}")


def _basis(placement: PlacementDoc) -> str:
    """How the cell is known, the words it rests on, and its ground."""
    known = PROVENANCE_LABELS.get(placement.provenance, "")
    quote = f"« {placement.source_quote} »" if placement.source_quote else ""
    return ". ".join(filter(None, (known, quote, placement.source_basis)))


def _sources(document: EditionDocument) -> Iterator[Source]:
    """One line per macro-process, milestone and source; chambers of one source share it."""
    names = _entity_names(document) | {"": "Réseau"}
    shared: dict[tuple[str, str, str, str], list[PlacementDoc]] = defaultdict(list)
    for placement in document.placements:
        basis = _basis(placement)
        if placement.source_page or basis:
            source = (placement.source_page, basis)
            shared[(placement.process, placement.milestone, *source)].append(placement)
    milestones = [(each.code, french(each.label)) for each in by_date(document.milestones)]
    by_cell: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for process_code, milestone_code, page, basis in sorted(shared):
        by_cell[process_code, milestone_code].append((page, basis))
    for process in document.processes:
        for code, label in milestones:
            for page, basis in by_cell.get((process.code, code), ()):
                group = shared[process.code, code, page, basis]
                signs = {picture.SIGNS[each.mode] for each in group}
                yield Source(
                    french(process.name),
                    label,
                    _chambers([names.get(each.entity, each.entity) for each in group]),
                    " ".join(sign for sign in picture.SIGNS.values() if sign in signs),
                    page_of(page) or UNSAID,
                    french(basis) or UNSAID,
                )
