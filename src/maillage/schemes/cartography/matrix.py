"""From cells to rows: which values hold, which changed, which rows the filters keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from maillage.schemes.cartography.rendering import Column, Row, State
from maillage.schemes.cartography.selection import Selection
from maillage.schemes.cartography.stored_cells import Alike, Cell
from maillage.schemes.engine import document as doc
from maillage.schemes.engine.document import NOT_APPLICABLE, UNKNOWN
from maillage.schemes.models import Edition
from maillage.schemes.queries import Axes, Axis

SILENT = (UNKNOWN, NOT_APPLICABLE)
NOTHING: Cell = (UNKNOWN, "", None)
Cells = Mapping[tuple[int, int], Cell]
Former = tuple[int, Mapping[int, Alike]]
"""A milestone and the chambers' own values there, by process."""


_state = lru_cache(maxsize=4096)(State)
"""One object per state: a page has thousands of cells, and a few dozen states."""


def changed(before: str, after: str) -> bool:
    """Whether two documented modes differ."""
    return before != after and before not in SILENT and after not in SILENT


@dataclass(frozen=True, slots=True)
class Counts:
    """What the network's values come to: the known ones, all, and changes at each milestone."""

    known: int
    all: int
    changes: dict[str, int]


def counts_of(axes: Axes, cells: Cells) -> Counts:
    """Count the network's values; the first milestone changes nothing."""
    modes = [[cells.get((p.id, m.pk), NOTHING)[0] for p in axes.processes] for m in axes.milestones]
    silent = sum(column.count(mode) for column in modes for mode in SILENT)
    every = len(axes.processes) * len(axes.milestones)
    changes = {
        m.code: sum(a != b and changed(a, b) for a, b in zip(before, after, strict=True))
        for m, before, after in zip(axes.milestones[1:], modes, modes[1:], strict=False)
    }
    return Counts(every - silent, every, changes)


def _headings(axes: Axes) -> dict[str, str]:
    return {f.code: f.name for f in axes.functions}


def _kept(axes: Axes, selection: Selection) -> Iterator[Axis]:
    wanted = selection.functions
    return (p for p in axes.processes if not wanted or p.function in wanted)


def by_milestone(
    axes: Axes, network: Cells, own: Cells, selection: Selection
) -> tuple[list[Column], list[Row]]:
    """Processes x milestones: the network's values, or those that hold for one chamber."""
    tail = f"{selection.entity}/" if selection.entity else ""
    columns = [Column(m.label, m.get_nature_display(), f"{m.code}/{tail}") for m in axes.milestones]
    names, headings = {e.id: e.short_name for e in axes.entities}, _headings(axes)
    rows = []
    for process in _kept(axes, selection):
        states, before = [], UNKNOWN
        for m in axes.milestones:
            key = (process.id, m.pk)
            regional = network.get(key, NOTHING)
            value = own.get(key, regional)
            mode, complementary, lead = value
            name = names.get(lead, "") if lead else ""
            moved = changed(before, mode)
            states.append(_state(mode, complementary, moved, value != regional, name))
            before = mode
        if _passes(states, selection):
            heading = headings[process.function]
            rows.append(Row(process.code, process.name, heading, process.group, states))
    return columns, rows


def by_chamber(
    axes: Axes,
    milestone: Axis | object,
    network: Cells,
    own: Mapping[int, Alike],
    selection: Selection,
    former: Former | None = None,
) -> tuple[list[Column], list[Row]]:
    """Processes x chambers at one milestone, the network's value first.

    Cells are marked as changed since `former` where it is given.
    """
    pk, code, label = milestone.pk, milestone.code, milestone.label  # type: ignore[union-attr]
    chambers: Sequence[Axis] = [
        e for e in axes.chambers if not selection.entity or e.code == selection.entity
    ]
    columns = [Column("Réseau", f"Valeur du réseau, {label}", f"{code}/")]
    columns += [Column(e.short_name, e.name, f"{code}/{e.code}/") for e in chambers]
    ids, headings, rows = [str(e.id) for e in chambers], _headings(axes), []
    for process in _kept(axes, selection):
        regional = network.get((process.id, pk), NOTHING)
        common = _state(regional[0], regional[1])
        held = dict.fromkeys(ids, common)
        for value, entities in own.get(process.id, ()):
            if value != regional:
                held.update(dict.fromkeys(entities, _state(value[0], value[1], False, True)))
        cells = [common, *map(held.__getitem__, ids)]
        if former:
            modes = _modes_at(former, network, process.id, ids)
            pairs = zip(modes, cells, strict=True)
            cells = [s._replace(changed=changed(before, s.mode)) for before, s in pairs]
        if _passes(cells, selection):
            rows.append(
                Row(process.code, process.name, headings[process.function], process.group, cells)
            )
    return columns, rows


def _modes_at(former: Former, network: Cells, process: int, ids: list[str]) -> list[str]:
    """The modes of a process at another milestone: the network's, then those of the chambers."""
    milestone, own = former
    regional = network.get((process, milestone), NOTHING)[0]
    modes = dict.fromkeys(ids, regional)
    for (mode, _complementary, _lead), entities in own.get(process, ()):
        modes.update(dict.fromkeys(entities, mode))
    return [regional, *map(modes.__getitem__, ids)]


def _passes(states: Sequence[State], selection: Selection) -> bool:
    if selection.modes and not any(
        s.mode in selection.modes or set(s.complementary) & set(selection.modes) for s in states
    ):
        return False
    if selection.only == "changements":
        return any(s.changed for s in states)
    if selection.only == "differences":
        return any(s.different for s in states)
    if selection.only == "lacunes":
        return any(s.mode == UNKNOWN for s in states)
    return True


def light_document(
    edition: Edition, axes: Axes, network: Cells, own: Cells, entity: str
) -> doc.EditionDocument:
    """What the pictures need, from the cells at hand: modes, without texts or sources."""
    scheme = edition.scheme
    milestones = {m.pk: m.code for m in axes.milestones}
    processes = {p.id: p.code for p in axes.processes}
    cells = [(key, value, "") for key, value in network.items()]
    cells += [(key, value, entity) for key, value in own.items()]
    return doc.EditionDocument(
        scheme.network.code,
        scheme.network.name,
        scheme.network.fictional,
        scheme.code,
        scheme.title,
        scheme.start_year,
        scheme.end_year,
        edition.number,
        edition.title,
        tuple(
            doc.EntityDoc(e.code, e.name, e.short_name, doc.EntityKind(e.kind))
            for e in axes.entities
        ),
        tuple(doc.FunctionDoc(f.code, f.name) for f in axes.functions),
        tuple(doc.ProcessDoc(p.code, p.function, p.name) for p in axes.processes),
        tuple(
            doc.MilestoneDoc(m.code, m.label, m.date, doc.MilestoneNature(m.nature))
            for m in axes.milestones
        ),
        tuple(
            doc.PlacementDoc(processes[p], milestones[m], owner, mode, complementary)
            for (p, m), (mode, complementary, _lead), owner in cells
            if p in processes and m in milestones
        ),
    )
