"""The cartography as plain values: its columns, its lines, what each cell says, and every name in
full. Read by the picture and by the pages of paper, so that both say the same.

Knows which value holds in a cell. Refuses to know how it is drawn, pages and permissions: which
rows and chambers are shown, and what is marked on them, are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from maillage.schemes.engine import picture
from maillage.schemes.engine.document import (
    UNKNOWN,
    EditionDocument,
    EntityKind,
    PlacementDoc,
    by_date,
)


class Marks(NamedTuple):
    """What a cell is marked with: the kinds of what moved since the milestone before, and whether
    a chamber's own value differs from its network's."""

    kinds: tuple[str, ...] = ()
    different: bool = False
    seen: str = ""
    """Beside what is observed, a key of `observed.STATES`; `observed`: the mode in place."""
    observed: str = ""
    told: str = ""
    """What is observed, in words."""


NOTHING = Marks()
Marked = Mapping[tuple[str, int], Marks]
"""By process and column."""
NO_MARK: Marked = {}


class Named(NamedTuple):
    """Something by its short name and its whole one, which may be the same."""

    short: str
    name: str


class Cell(NamedTuple):
    """`lead`: the short name of who runs it, "" where nobody is told."""

    mode: str
    complementary: str
    lead: str
    marks: Marks
    provenance: str = ""


class Line(NamedTuple):
    """A macro-process under its headings, its cells in column order."""

    function: str
    group: str
    name: str
    cells: tuple[Cell, ...]
    is_action: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """`leads`: those its cells name, by short name, in the order in which they come."""

    title: str
    columns: tuple[Named, ...]
    lines: tuple[Line, ...]
    leads: tuple[Named, ...]

    @property
    def modes(self) -> frozenset[str]:
        """The values that stand somewhere."""
        found = (cell for line in self.lines for cell in line.cells)
        return frozenset(value for cell in found for value in (cell.mode, *cell.complementary))

    @property
    def known_otherwise(self) -> tuple[str, ...]:
        """The provenances that have a sign and stand somewhere."""
        found = {cell.provenance for line in self.lines for cell in line.cells}
        return tuple(one for one in picture.KNOWN_SIGNS if one in found)

    @property
    def is_moved(self) -> bool:
        return any(cell.marks.kinds for line in self.lines for cell in line.cells)

    @property
    def is_differing(self) -> bool:
        return any(cell.marks.different for line in self.lines for cell in line.cells)

    @property
    def is_gaping(self) -> bool:
        """Whether what is observed parts from some cell."""
        return any(cell.marks.seen == "gap" for line in self.lines for cell in line.cells)

    @property
    def is_parting(self) -> bool:
        """Whether some cell stands beside what is observed of it."""
        return any(cell.marks.seen for line in self.lines for cell in line.cells)


def in_place_of(
    document: EditionDocument, milestone: str, cells: Sequence[PlacementDoc], *, alone: bool
) -> EditionDocument:
    """The document with what is observed for cells, in place of those of a milestone. `alone`: in
    one column of its own, since what is observed is of no milestone."""
    at = next(m for m in document.milestones if m.code == milestone)
    kept = replace(at, label="Constaté") if alone else at
    return replace(document, placements=tuple(cells), milestones=(kept,))


def grid_of(
    document: EditionDocument,
    milestone: str | None = None,
    *,
    processes: tuple[str, ...] | None = None,
    entity: str = "",
    marks: Marked = NO_MARK,
) -> Grid:
    """Without `milestone`, columns are the milestones, as the network or `entity` has them; with
    one, they are the network, then each chamber (or `entity` alone), by the value that holds there.

    `processes`: the codes of the lines, all of them where it is None.
    """
    title, columns = _columns(document, milestone, entity)
    cells = {placement.key: placement for placement in document.placements}
    functions = {function.code: function.name for function in document.functions}
    short = {e.code: e.short_name or e.name for e in document.entities}
    lines = []
    for process in document.processes:
        if processes is not None and process.code not in processes:
            continue
        held = (_holding(cells, process.code, *where) for _, where in columns)
        shown = tuple(
            _cell(placement, short, marks.get((process.code, place), NOTHING))
            for place, placement in enumerate(held)
        )
        function = functions.get(process.function, process.function)
        lines.append(Line(function, process.group, process.title, shown, process.is_action))
    met = dict.fromkeys(cell.lead for line in lines for cell in line.cells if cell.lead)
    names = {e.short_name or e.name: e.name for e in document.entities}
    leads = tuple(Named(one, names.get(one, one)) for one in met)
    return Grid(title, tuple(named for named, _ in columns), tuple(lines), leads)


Where = tuple[str, str]
"""The codes of a milestone and of an entity, "" for the network."""


def _columns(
    document: EditionDocument, milestone: str | None, entity: str
) -> tuple[str, list[tuple[Named, Where]]]:
    whose = next((e.name for e in document.entities if e.code == entity), "")
    if milestone is None:
        ordered = by_date(document.milestones)
        title = f"Cartographie par jalon{f', {whose}' if whose else ''}"
        return title, [(Named(m.label, m.label), (m.code, entity)) for m in ordered]
    label = next((m.label for m in document.milestones if m.code == milestone), milestone)
    return f"Cartographie par chambre, {label}", list(_chambers(document, milestone, entity))


def _chambers(
    document: EditionDocument, milestone: str, entity: str
) -> Iterator[tuple[Named, Where]]:
    yield Named("Réseau", "Réseau"), (milestone, "")
    for one in document.entities:
        is_chamber = one.kind in (EntityKind.REGIONAL, EntityKind.TERRITORIAL)
        if is_chamber and entity in ("", one.code):
            yield Named(one.short_name or one.name, one.name), (milestone, one.code)


def _holding(
    cells: Mapping[tuple[str, str, str], PlacementDoc], process: str, milestone: str, entity: str
) -> PlacementDoc | None:
    """An entity's own value, else its network's."""
    return cells.get((process, milestone, entity)) or cells.get((process, milestone, ""))


def _cell(placement: PlacementDoc | None, short: Mapping[str, str], marks: Marks) -> Cell:
    if placement is None:
        return Cell(UNKNOWN, "", "", marks)
    lead = short.get(placement.lead, placement.lead)
    return Cell(placement.mode, placement.complementary, lead, marks, placement.provenance)
