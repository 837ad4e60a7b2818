"""What an address shows of an edition: one answer for the page, its pictures and its files.

Knows which rows, columns and cells; knows nothing of how they are drawn or written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from maillage.schemes.cartography import matrix, stored_cells
from maillage.schemes.cartography.observed_cells import Beside, beside_of
from maillage.schemes.cartography.rendering import Column, Row, is_narrow
from maillage.schemes.cartography.selection import Query, Selection, milestone_shown, parse
from maillage.schemes.engine.document import EditionDocument, PlacementDoc
from maillage.schemes.models import Edition, Milestone
from maillage.schemes.observations import observations_as_of
from maillage.schemes.queries import Axes


@dataclass(frozen=True, slots=True)
class View:
    """The answer. `milestone` is the only one shown, None where all are.

    `axes` are those of the perimeter asked for; `network` and `own` the cells read of them, the
    chambers' own only where one is chosen. The trajectory has rows too: those it counts.
    """

    axes: Axes
    chosen: Selection
    network: matrix.Cells
    own: matrix.Cells
    milestone: Milestone | None
    columns: Sequence[Column]
    rows: Sequence[Row]
    beside: Beside | None = None

    @property
    def counted(self) -> Axes:
        """The axes with only the macro-processes of the rows."""
        kept = {row.code for row in self.rows}
        return replace(self.axes, processes=tuple(p for p in self.axes.processes if p.code in kept))

    @property
    def filters(self) -> tuple[str, ...]:
        """The milestone and the filters in force, in words."""
        functions = {f.code: f.name for f in self.axes.functions}
        entities = {e.code: e.short_name for e in self.axes.entities}
        words = [f"Jalon\u00a0: {self.milestone.label}"] if self.milestone else []
        words += [self.beside.title] if self.beside else []
        return (*words, *(chip.label for chip in self.chosen.filters(functions, entities)))


def question(axes: Axes, query: Query, observed: bool = False) -> tuple[Axes, Selection]:
    """What the address asks, and the axes with the rows of the perimeter asked for."""
    groups = {p.group for p in axes.processes}
    chosen = parse(query, axes.functions, axes.entities, axes.milestones, groups)
    chosen = chosen.as_read(observed)
    if chosen.perimeter:
        kept = tuple(p for p in axes.processes if p.group == chosen.perimeter)
        axes = replace(axes, processes=kept)
    return axes, chosen


def view_of(edition: Edition, whole: Axes, query: Query, day: dt.date | None = None) -> View:
    """Read what the address asks of this edition, whose axes are `whole`. `day`: that as of which
    observations are read, None where who asks may see none: nothing is then read of them."""
    axes, chosen = question(whole, query, day is not None)
    network = stored_cells.network_cells(edition)
    if not (chosen.beside and axes.milestones):
        day = None
    if chosen.reading == "chambres" and axes.milestones:
        milestone = milestone_shown(axes.milestones, chosen.milestone)
        few = not is_narrow(1 + (1 if chosen.entity else len(axes.chambers)))
        moves = few or chosen.of_changes  # a whole country's are marked where they are asked for
        before = _before(axes, milestone) if moves else None
        former = None
        if before or day is not None:
            held, earlier = stored_cells.whole_at(milestone.pk, before)
            former = (before, earlier) if before else None
        else:
            held = stored_cells.own_at(milestone.pk)
        beside = None
        if day is not None:
            owned = stored_cells.owned_at(milestone.pk, held)
            beside = _beside(edition, whole, network, owned, chosen, milestone, day)
        columns, rows = matrix.by_chamber(axes, milestone, network, held, chosen, former, beside)
        return View(axes, chosen, network, {}, milestone, columns, rows, beside)
    entity = next((e.id for e in axes.entities if e.code == chosen.entity), 0)
    beside = None
    if day is None:
        own = stored_cells.own_of(edition, entity) if entity else {}
    else:
        last = axes.milestones[-1]
        owned = stored_cells.own_beside(edition, entity, last.pk)
        own = {(p, m): value for (p, m, owner), value in owned.items() if owner == entity}
        beside = _beside(edition, whole, network, owned, chosen, last, day)
    columns, rows = matrix.by_milestone(axes, network, own, chosen, beside)
    return View(axes, chosen, network, own, None, columns, rows, beside)


def _beside(
    edition: Edition,
    axes: Axes,
    network: matrix.Cells,
    owned: stored_cells.Owned,
    chosen: Selection,
    counted: Milestone,
    day: dt.date,
) -> Beside:
    """What is observed beside what is shown; gaps are counted at one milestone."""
    codes = {e.id: e.code for e in axes.entities}
    others = [((p, m), value, codes[e]) for (p, m, e), value in owned.items() if e in codes]
    document = matrix.light_document(edition, axes, network, {}, "", others)
    held = observations_as_of(edition.scheme.network, day)
    shown = [counted] if chosen.reading == "chambres" else axes.milestones
    return beside_of(chosen.beside, day, document, held, [m.code for m in shown], counted.code)


def _before(axes: Axes, milestone: Milestone) -> int | None:
    """The milestone before, None for the first."""
    at = axes.milestones.index(milestone)
    return axes.milestones[at - 1].pk if at else None


def cells_of(document: EditionDocument, view: View) -> tuple[PlacementDoc, ...]:
    """The cells a file holds of these rows, in their order.

    Every cell of the network, undocumented ones too, and the values its chambers have of their
    own: those of the chambers shown, at the milestones shown. Without a column per chamber and
    without a chosen one, those of every entity: the file of a whole edition is whole.
    """
    codes = [view.milestone.code] if view.milestone else [m.code for m in document.milestones]
    known = {p.key: p for p in document.placements}
    own: dict[tuple[str, str], list[PlacementDoc]] = {}
    for p in document.placements:
        if p.entity and _speaks(view, p.entity):
            own.setdefault((p.process, p.milestone), []).append(p)

    def cells() -> Iterator[PlacementDoc]:
        for row in view.rows:
            for code in codes:
                yield known.get((row.code, code, "")) or PlacementDoc(row.code, code)
                yield from own.get((row.code, code), ())

    return tuple(cells())


def _speaks(view: View, entity: str) -> bool:
    """Whether a file holds this entity's own values."""
    if view.chosen.entity:
        return entity == view.chosen.entity
    return view.milestone is None or entity in {e.code for e in view.axes.chambers}
