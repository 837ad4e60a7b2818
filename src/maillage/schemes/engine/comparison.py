"""Two editions cell by cell: what was documented, what moved, what the frame gained or lost.

What a change is stands in `engine.change`; here is which cells of two editions are to be compared.
Also what a spreadsheet would change. Refuses to know who may apply it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from maillage.schemes.engine import change
from maillage.schemes.engine.change import CellChange, Key
from maillage.schemes.engine.counting import of_cells
from maillage.schemes.engine.document import EditionDocument, PlacementDoc, by_key
from maillage.schemes.engine.frame_changes import frame_changes

KINDS: dict[str, str] = change.KINDS | {
    "added": "Cellule d’un élément ajouté",
    "removed": "Cellule d’un élément retiré",
}
"""What a comparison counts and filters by: a cell that changes in several ways is of several."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """From one document to another. `counts` are cells by kind; `by_function` maps a function's
    code to the same. A cell of several kinds is counted in each: they do not add up. Cells of
    actions, whose codes are `actions`, are among the changes and never counted with the others:
    `of_actions` are theirs, by kind.

    `structure` holds sentences on what the frame gained, lost, renamed or told otherwise.
    """

    changes: tuple[CellChange, ...]
    counts: Mapping[str, int]
    by_function: Mapping[str, Mapping[str, int]]
    structure: tuple[str, ...]
    actions: frozenset[str]
    of_actions: Mapping[str, int]

    def __bool__(self) -> bool:
        return bool(self.changes or self.structure)

    @property
    def moving(self) -> tuple[CellChange, ...]:
        """Those that change: not the cells of which a later milestone only says no more."""
        return tuple(c for c in self.changes if kinds_of(c) != (change.SAID_NO_MORE,))

    def split(self, changes: Iterable[CellChange]) -> tuple[int, int]:
        """How many cells these are, then how many of actions."""
        keys = [found.key[0] for found in changes]
        actions = sum(code in self.actions for code in keys)
        return len(keys) - actions, actions

    def counted(self, changes: Iterable[CellChange]) -> str:
        """The same in words."""
        return of_cells(*self.split(changes))


def compare(before: EditionDocument, after: EditionDocument) -> Comparison:
    """Every cell that differs, in the order of the processes and milestones. Linear time."""
    former = {cell.key: cell for cell in before.placements}
    latter = {cell.key: cell for cell in after.placements}
    axes_before, axes_after = _axes(before), _axes(after)
    changes = change.describe_all(
        (key, former.get(key), latter.get(key)) for key in {**former, **latter}
    )
    if axes_before != axes_after:
        for found in changes:
            if not _exists(found.key, axes_before):
                found.frame = "added"
            elif not _exists(found.key, axes_after):
                found.frame = "removed"
    changes.sort(key=_order(before, after))
    alike = Counter([(c.key[0], c.told, c.frame) for c in changes])
    told = [
        (code, (*change.kinds_told(*what), *([frame] if frame else ())), number)
        for (code, what, frame), number in alike.items()
    ]
    return _comparison(changes, told, before, after, tuple(frame_changes(before, after)))


def compare_milestones(document: EditionDocument, before: str, after: str) -> Comparison:
    """Every cell whose substance differs between two milestones of one edition: the network's, and
    those of the entities that have a value of their own at one of the two. What is said of why and
    on what source is each milestone's own."""
    cells = {cell.key: cell for cell in document.placements}
    held = {p.entity for p in document.placements if p.milestone in (before, after)}
    entities = ["", *(e.code for e in document.entities if e.code in held)]
    pairs, held_as = [], {}
    for process in document.processes:
        for entity in entities:
            former, latter = (process.code, before, entity), (process.code, after, entity)
            if not entity or former in cells or latter in cells:
                one, other = _held(cells, former), _held(cells, latter)
                known = other.provenance
                held_as[latter] = one.provenance, known
                pairs.append(
                    (latter, _substance(former, one, known), _substance(latter, other, known))
                )
    changes = change.describe_all(pairs)
    for found in changes:
        found.is_of_time, found.held_as = True, held_as[found.key]
    told = [(found.key[0], found.kinds, 1) for found in changes]
    return _comparison(changes, told, document, document, ())


def _held(cells: Mapping[Key, PlacementDoc], key: Key) -> PlacementDoc:
    """What holds in a cell, the network's value where an entity has none."""
    return cells.get(key) or cells.get((key[0], key[1], "")) or PlacementDoc(key[0], key[1])


def _substance(key: Key, held: PlacementDoc, provenance: str) -> PlacementDoc:
    """It without its reasons. `provenance`: that of the later milestone on both sides, which says
    what its silence means and is no difference."""
    values = {name: getattr(held, name) for name in change.SUBSTANCE}
    return PlacementDoc(*key, **values, provenance=provenance)


def _comparison(
    changes: Sequence[CellChange],
    told: Iterable[tuple[str, tuple[str, ...], int]],
    before: EditionDocument,
    after: EditionDocument,
    structure: tuple[str, ...],
) -> Comparison:
    """The changes and their counts. `told`: the codes of macro-processes, kinds, and how many cells
    are of both."""
    known = {p.code: p for document in (before, after) for p in document.processes}
    by_function: dict[str, Counter[str]] = {}
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for code, kinds, number in told:
        many = dict.fromkeys(kinds, number)
        process = known.get(code)
        is_action = process is not None and process.is_action
        counts[is_action].update(many)
        if not is_action:
            function = process.function if process else ""
            by_function.setdefault(function, Counter()).update(many)
    ordered, of_actions = ({kind: c[kind] for kind in KINDS if c[kind]} for c in counts)
    actions = frozenset(code for code, process in known.items() if process.is_action)
    return Comparison(tuple(changes), ordered, by_function, structure, actions, of_actions)


def kinds_of(found: CellChange) -> tuple[str, ...]:
    """Those of its fields, and what became of the element it is a cell of."""
    return (*found.kinds, found.frame) if found.frame else found.kinds


Axes = tuple[frozenset[str], frozenset[str], frozenset[str]]


def _axes(document: EditionDocument) -> Axes:
    return (
        frozenset(p.code for p in document.processes),
        frozenset(m.code for m in document.milestones),
        frozenset({"", *(e.code for e in document.entities)}),
    )


def _exists(key: Key, axes: Axes) -> bool:
    return key[0] in axes[0] and key[1] in axes[1] and key[2] in axes[2]


def _order(before: EditionDocument, after: EditionDocument) -> Callable[[CellChange], int]:
    """Sort key: document order of process, milestone and entity, the later edition's first."""
    ranks = [
        {code: rank for rank, code in enumerate(dict.fromkeys(codes))}
        for codes in (
            [p.code for d in (after, before) for p in d.processes],
            [m.code for d in (after, before) for m in d.milestones],
            ["", *(e.code for d in (after, before) for e in d.entities)],
        )
    ]

    processes, milestones, entities = ranks
    last = max(map(len, ranks)) + 1

    def position(found: CellChange) -> int:
        process, milestone, entity = found.key
        place = processes.get(process, last) * last + milestones.get(milestone, last)
        return place * last + entities.get(entity, last)

    return position


def apply(document: EditionDocument, placements: Iterable[PlacementDoc]) -> EditionDocument:
    """The document once these cells are set; the cells they do not name are kept."""
    cells = {cell.key: cell for cell in document.placements}
    cells.update((cell.key, cell) for cell in placements)
    return replace(document, placements=tuple(cells[key] for key in sorted(cells)))


def diff_placements(
    document: EditionDocument, placements: Iterable[PlacementDoc]
) -> tuple[CellChange, ...]:
    """What `apply` would change, in the order given; the last of a repeated cell counts."""
    former, latter = by_key(document.placements), by_key(tuple(placements))
    return tuple(change.describe_all((key, former.get(key), cell) for key, cell in latter.items()))
