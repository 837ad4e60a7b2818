"""From cells to rows: which values hold, which changed, which rows the filters keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from maillage.schemes import stored_rows
from maillage.schemes.cartography.observed_cells import Beside
from maillage.schemes.cartography.rendering import Column, Row, State, is_narrow
from maillage.schemes.cartography.selection import OF_OBSERVED, UNTOLD, Selection
from maillage.schemes.cartography.stored_cells import Alike, Cell
from maillage.schemes.engine import document as doc
from maillage.schemes.engine.change import kinds_moved
from maillage.schemes.engine.coverage import tally_of
from maillage.schemes.engine.document import UNKNOWN
from maillage.schemes.models import Edition
from maillage.schemes.queries import Axes, Axis

NOTHING: Cell = (UNKNOWN, "", None, [], "", "")
Cells = Mapping[tuple[int, int], Cell]
Former = tuple[int, Mapping[int, Alike]]
"""A milestone and the chambers' own values there, by process."""


_state = lru_cache(maxsize=4096)(State)
"""One object per state: a page has thousands of cells, and a few dozen states."""


def kinds_between(before: Cell, after: Cell) -> tuple[str, ...]:
    """The kinds of what moves from a milestone to the next: both say a mode."""
    return kinds_moved(before[:-1], after[:-1], after[-1]) if before != after else ()


@dataclass(frozen=True, slots=True)
class Counts:
    """What the network's values come to, actions aside: those that say something, all, and, at
    each milestone, the macro-processes that changed since the one before ("") and those of each
    kind; then the known ones by how they are known."""

    known: int
    all: int
    changes: dict[str, Counter[str]]
    provenances: Counter[str]


def counts_of(axes: Axes, cells: Cells, selection: Selection) -> Counts:
    """Count the network's values, of the functions asked for; the first milestone changes
    nothing."""
    counted = [p for p in _kept(axes, selection) if not p.parent]
    values = [[cells.get((p.id, m.pk), NOTHING) for p in counted] for m in axes.milestones]
    tally = tally_of(cell[0] for column in values for cell in column)
    known = Counter(c[-1] for column in values for c in column if c[0] != UNKNOWN)
    changes = {}
    for m, before, after in zip(axes.milestones[1:], values, values[1:], strict=False):
        found = [kinds_between(*pair) for pair in zip(before, after, strict=True)]
        counts = Counter(kind for kinds in found for kind in kinds)
        changes[m.code] = Counter({"": sum(map(bool, found)), **counts})
    return Counts(tally.answered, tally.all, changes, known)


def _headings(axes: Axes) -> dict[str, str]:
    return {f.code: f.name for f in axes.functions}


def _kept(axes: Axes, selection: Selection) -> Iterator[Axis]:
    wanted = selection.functions
    return (p for p in axes.processes if not wanted or p.function in wanted)


def by_milestone(
    axes: Axes, network: Cells, own: Cells, selection: Selection, beside: Beside | None = None
) -> tuple[list[Column], list[Row]]:
    """Processes x milestones: the network's values, or those that hold for one chamber. What is
    observed is of no milestone, and stands in one column."""
    tail = f"{selection.entity}/" if selection.entity else ""
    columns = [Column(m.label, m.get_nature_display(), f"{m.code}/{tail}") for m in axes.milestones]
    if beside and beside.shows == "constate":
        columns = [Column("Constaté", beside.title, f"{beside.counted}/{tail}")]
    names, headings = {e.id: e.short_name for e in axes.entities}, _headings(axes)
    rows = []
    for process in _kept(axes, selection):
        states: list[State] = []
        before = NOTHING
        for m in axes.milestones:
            key = (process.id, m.pk)
            regional = network.get(key, NOTHING)
            value = own.get(key, regional)
            mode, complementary, lead, *_, known = value
            name = names.get(lead, "") if lead else ""
            kinds = kinds_between(before, value)
            differs = value[:-1] != regional[:-1]
            states.append(_state(mode, complementary, kinds, differs, name, known))
            before = value
        shown = states
        if beside:
            keys = [(process.code, m.code, selection.entity) for m in axes.milestones]
            shown = states = list(map(beside.marked, states, keys))
            if beside.shows == "constate":
                shown = [beside.observed((process.code, beside.counted, selection.entity))]
        if _passes(shown, selection, states):
            heading = headings[process.function]
            rows.append(_row(process, heading, shown))
    return columns, rows


def by_chamber(
    axes: Axes,
    milestone: Axis | object,
    network: Cells,
    own: Mapping[int, Alike],
    selection: Selection,
    former: Former | None = None,
    beside: Beside | None = None,
) -> tuple[list[Column], list[Row]]:
    """Processes x chambers at one milestone, the network's value first.

    Cells are marked as changed since `former` where it is given, and name who does it where they
    are wide enough.
    """
    pk, code, label = milestone.pk, milestone.code, milestone.label  # type: ignore[union-attr]
    chambers: Sequence[Axis] = [
        e for e in axes.chambers if not selection.entity or e.code == selection.entity
    ]
    columns = [Column("Réseau", f"Valeur du réseau, {label}", f"{code}/")]
    columns += [Column(e.short_name, e.name, f"{code}/{e.code}/") for e in chambers]
    ids, headings, rows = [str(e.id) for e in chambers], _headings(axes), []
    names = {} if is_narrow(len(columns)) else {e.id: e.short_name for e in axes.entities}
    for process in _kept(axes, selection):
        regional = network.get((process.id, pk), NOTHING)
        alike = own.get(process.id, ())
        cells = _held(regional, alike, ids, names)
        if former:
            befores = _values_at(former, network, process.id, ids)
            cells = _moved(cells, befores, _values(regional, alike, ids))
        shown, cells = _beside(cells, beside, process.code, code, chambers)
        judged = cells[1:] if selection.only == OF_OBSERVED and selection.entity else cells
        own_alone = selection.dominant and selection.entity
        if _passes(shown[1:] if own_alone else shown, selection, judged):
            rows.append(_row(process, headings[process.function], shown))
    return columns, rows


def _held(
    regional: Cell,
    alike: Iterable[tuple[Cell, list[str]]],
    ids: list[str],
    names: Mapping[int, str],
) -> list[State]:
    """The state of the network's value, then of those that hold for the chambers."""
    common = _state(regional[0], regional[1], (), False, names.get(regional[2], ""), regional[-1])
    held = dict.fromkeys(ids, common)
    for value, entities in alike:
        differs, lead = value[:-1] != regional[: len(value) - 1], names.get(value[2], "")
        state = _state(value[0], value[1], (), differs, lead, value[-1])
        if state is not common:
            held.update(dict.fromkeys(entities, state))
    return [common, *map(held.__getitem__, ids)]


def _moved(cells: list[State], befores: list[Cell], afters: list[Cell]) -> list[State]:
    """The cells with the kinds of what moved."""
    moved = map(kinds_between, befores, afters)
    return [s._replace(kinds=kinds) for s, kinds in zip(cells, moved, strict=True)]


def _beside(
    cells: list[State],
    beside: Beside | None,
    process: str,
    milestone: str,
    chambers: Sequence[Axis],
) -> tuple[list[State], list[State]]:
    """What a row shows, and what it aims at marked with what is observed."""
    if beside is None:
        return cells, cells
    keys = [(process, milestone, code) for code in ("", *(e.code for e in chambers))]
    marked = list(map(beside.marked, cells, keys))
    if beside.shows != "constate":
        return marked, marked
    whole = beside.observed(keys[0])
    found = [whole, *(beside.observed(key, whole) for key in keys[1:])]
    return [state._replace(lead="") for state in found], marked


def _row(process: Axis, function: str, cells: Sequence[State]) -> Row:
    return Row(process.code, process.name, function, process.group, cells, bool(process.parent))


def _values_at(former: Former, network: Cells, process: int, ids: list[str]) -> list[Cell]:
    """The values of a process at another milestone."""
    milestone, own = former
    return _values(network.get((process, milestone), NOTHING), own.get(process, ()), ids)


def _values(regional: Cell, own: Iterable[tuple[Cell, list[str]]], ids: list[str]) -> list[Cell]:
    """The network's value, then those that hold for the chambers."""
    values = dict.fromkeys(ids, regional)
    for value, entities in own:
        values.update(dict.fromkeys(entities, value))
    return [regional, *map(values.__getitem__, ids)]


def _passes(states: Sequence[State], selection: Selection, aimed: Sequence[State]) -> bool:
    """Modes and what is missing are read of what a row shows; the rest, of what it aims at."""
    modes = set(selection.modes)
    if modes and not any(
        s.mode in modes or (not selection.dominant and modes.intersection(s.complementary))
        for s in states
    ):
        return False
    if (known := selection.provenance) and not any(
        s.mode != UNKNOWN and (s.provenance or UNTOLD) == known for s in aimed
    ):
        return False
    wanted = set(selection.kinds)
    if wanted and not any(wanted.intersection(s.kinds) for s in aimed):
        return False
    if selection.only == "changements":
        return any(s.kinds for s in aimed)
    if selection.only == "differences":
        return any(s.different for s in aimed)
    if selection.only == OF_OBSERVED:
        return any(s.seen == "gap" for s in aimed)
    if selection.only == "lacunes":
        return any(s.mode == UNKNOWN for s in states)
    return True


Owned = tuple[tuple[int, int], Cell, str]
"""The ids of a process and a milestone, a value, the code of the entity whose own it is."""


def light_document(
    edition: Edition,
    axes: Axes,
    network: Cells,
    own: Cells,
    entity: str,
    others: Iterable[Owned] = (),
) -> doc.EditionDocument:
    """What the pictures and observations need, from the cells at hand: without texts or sources.
    `others`: own values of other entities."""
    scheme = edition.scheme
    cells = [(key, value, "") for key, value in network.items()]
    cells += [(key, value, entity) for key, value in own.items()]
    cells += others
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
        tuple(
            doc.ProcessDoc(
                p.code, p.function, p.name, kind=doc.ProcessKind(p.kind), parent=p.parent
            )
            for p in axes.processes
        ),
        tuple(map(stored_rows.milestone, axes.milestones)),
        tuple(_placements(axes, cells)),
    )


def _placements(axes: Axes, cells: Iterable[Owned]) -> Iterator[doc.PlacementDoc]:
    milestones = {m.pk: m.code for m in axes.milestones}
    processes = {p.id: p.code for p in axes.processes}
    leads = {e.id: e.code for e in axes.entities}
    for (process, milestone), value, owner in cells:
        if process in processes and milestone in milestones:
            yield doc.PlacementDoc(
                processes[process],
                milestones[milestone],
                owner,
                value[0],
                value[1],
                leads.get(value[2], ""),
                tuple(value[3]),
                provenance=value[-1],
            )
