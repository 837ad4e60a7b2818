"""Two editions cell by cell: what was documented, what moved, what the frame gained or lost.

Says that a mode changed, never that it rose or fell: modes are not ordered. Also what a
spreadsheet would change. Refuses to know who may apply it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from maillage.schemes.engine.document import (
    FIELDS,
    UNKNOWN,
    CellChange,
    EditionDocument,
    MilestoneDoc,
    PlacementDoc,
)

Key = tuple[str, str, str]
KIND_LABELS: dict[str, str] = {
    "documented": "Cellule renseignée",
    "undocumented": "Cellule qui n’est plus renseignée",
    "mode_changed": "Mode dominant changé",
    "complement_changed": "Modes complémentaires changés",
    "lead_or_served_changed": "Entité qui assure ou bénéficiaires changés",
    "option_changed": "Option d’intégration changée",
    "text_or_source_changed": "Texte ou source changé",
    "added": "Cellule d’un élément ajouté",
    "removed": "Cellule d’un élément retiré",
}
"""Kinds of change, in the order in which a cell that changed in several ways is named."""

_KIND_OF_FIELD = {
    "mode": "mode_changed",
    "complementary": "complement_changed",
    "lead": "lead_or_served_changed",
    "served": "lead_or_served_changed",
    "integration": "option_changed",
}
_AXES: tuple[tuple[str, str, str, str], ...] = (
    ("entities", "Entité", "name", "e"),
    ("functions", "Fonction", "name", "e"),
    ("processes", "Macro-processus", "name", ""),
    ("milestones", "Jalon", "label", ""),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs. `fields` names everything that does, `kind` the first of it."""

    key: Key
    kind: str
    before: PlacementDoc | None
    after: PlacementDoc | None
    fields: tuple[str, ...]

    @property
    def label(self) -> str:
        return KIND_LABELS[self.kind]


@dataclass(frozen=True, slots=True)
class Comparison:
    """From one document to another. `by_function` maps a function's code to its counts by kind.

    `structure` holds sentences on what the frame gained, lost or renamed.
    """

    changes: tuple[Change, ...]
    counts: Mapping[str, int]
    by_function: Mapping[str, Mapping[str, int]]
    structure: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changes or self.structure)


def compare(before: EditionDocument, after: EditionDocument) -> Comparison:
    """Every cell that differs, in the order of the processes and milestones. Linear time."""
    former = {cell.key: cell for cell in before.placements}
    latter = {cell.key: cell for cell in after.placements}
    axes_before, axes_after = _axes(before), _axes(after)
    changes = []
    for key in {**former, **latter}:
        old, new = former.get(key), latter.get(key)
        if old == new:
            continue
        fields = _fields(old, new)
        if not _exists(key, axes_before):
            kind = "added"
        elif not _exists(key, axes_after):
            kind = "removed"
        elif fields:
            kind = _kind(old, new, fields)
        else:
            continue
        changes.append(Change(key, kind, old, new, fields))
    changes.sort(key=_order(before, after))
    counts = Counter(change.kind for change in changes)
    functions = {p.code: p.function for document in (before, after) for p in document.processes}
    by_function: dict[str, Counter[str]] = {}
    for change in changes:
        function = functions.get(change.key[0], "")
        by_function.setdefault(function, Counter())[change.kind] += 1
    return Comparison(
        tuple(changes),
        {kind: counts[kind] for kind in KIND_LABELS if counts[kind]},
        {function: dict(found) for function, found in by_function.items()},
        tuple(_structure(before, after)),
    )


Axes = tuple[frozenset[str], frozenset[str], frozenset[str]]


def _axes(document: EditionDocument) -> Axes:
    return (
        frozenset(p.code for p in document.processes),
        frozenset(m.code for m in document.milestones),
        frozenset({"", *(e.code for e in document.entities)}),
    )


def _exists(key: Key, axes: Axes) -> bool:
    return key[0] in axes[0] and key[1] in axes[1] and key[2] in axes[2]


def _order(
    before: EditionDocument, after: EditionDocument
) -> Callable[[Change], tuple[tuple[int, str], ...]]:
    """Sort key: document order of process, milestone and entity, the later edition's first."""
    ranks = [
        {code: rank for rank, code in enumerate(dict.fromkeys(codes))}
        for codes in (
            [p.code for d in (after, before) for p in d.processes],
            [m.code for d in (after, before) for m in d.milestones],
            ["", *(e.code for d in (after, before) for e in d.entities)],
        )
    ]

    def position(change: Change) -> tuple[tuple[int, str], ...]:
        return tuple(
            (rank.get(code, len(rank)), code) for rank, code in zip(ranks, change.key, strict=True)
        )

    return position


def _fields(before: PlacementDoc | None, after: PlacementDoc | None) -> tuple[str, ...]:
    """What differs. A missing placement reads as an unknown, empty one."""
    return _differing(_values(before or _BLANK), _values(after or _BLANK))


def _differing(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[str, ...]:
    """Names of FIELDS whose values differ. The order of served entities and of letters says
    nothing."""
    if one == other:
        return ()
    return tuple(
        name
        for name, a, b in zip(FIELDS, one, other, strict=True)
        if a != b and not (name in ("served", "complementary") and set(a) == set(b))
    )


_BLANK = PlacementDoc("", "")
_values: Callable[[PlacementDoc], tuple[Any, ...]] = attrgetter(*FIELDS)


def _kind(before: PlacementDoc | None, after: PlacementDoc | None, fields: tuple[str, ...]) -> str:
    was_known = before is not None and before.mode != UNKNOWN
    is_known = after is not None and after.mode != UNKNOWN
    if is_known and not was_known:
        return "documented"
    if was_known and not is_known:
        return "undocumented"
    return next(
        (_KIND_OF_FIELD[f] for f in fields if f in _KIND_OF_FIELD), "text_or_source_changed"
    )


def _structure(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """French sentences on entities, functions, processes and milestones."""
    for axis, noun, naming, ending in _AXES:
        former = {item.code: item for item in getattr(before, axis)}
        latter = {item.code: item for item in getattr(after, axis)}
        for code, item in latter.items():
            name = getattr(item, naming)
            if code not in former:
                yield f"{noun} ajouté{ending} : « {name} »."
            elif getattr(former[code], naming) != name:
                old = getattr(former[code], naming)
                yield f"{noun} renommé{ending} : « {old} » devient « {name} »."
        for code, item in former.items():
            if code not in latter:
                yield f"{noun} retiré{ending} : « {getattr(item, naming)} »."
    functions = {f.code: f.name for d in (before, after) for f in d.functions}
    former_functions = {p.code: p.function for p in before.processes}
    for process in after.processes:
        old = former_functions.get(process.code, process.function)
        if old != process.function:
            yield (
                f"Macro-processus « {process.name} » : passe de la fonction "
                f"« {functions.get(old, old)} » à la fonction "
                f"« {functions.get(process.function, process.function)} »."
            )
    former_milestones = {m.code: m for m in before.milestones}
    for milestone in after.milestones:
        known = former_milestones.get(milestone.code)
        if known is not None:
            yield from _milestone(known, milestone)


def _milestone(before: MilestoneDoc, after: MilestoneDoc) -> Iterable[str]:
    if before.date != after.date:
        yield f"Jalon « {after.label} » : la date a changé."
    if before.nature != after.nature:
        yield f"Jalon « {after.label} » : la nature a changé."


def apply(document: EditionDocument, placements: Iterable[PlacementDoc]) -> EditionDocument:
    """The document once these cells are set; the cells they do not name are kept."""
    cells = {cell.key: cell for cell in document.placements}
    cells.update((cell.key, cell) for cell in placements)
    return replace(document, placements=tuple(cells[key] for key in sorted(cells)))


def diff_placements(
    document: EditionDocument, placements: Iterable[PlacementDoc]
) -> tuple[CellChange, ...]:
    """What `apply` would change, in the order given; the last of a repeated cell counts."""
    former = {cell.key: cell for cell in document.placements}
    found = []
    # A spreadsheet fills most of its rows alike: each content is compared once with the blank.
    filled: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for key, cell in {cell.key: cell for cell in placements}.items():
        before, values = former.get(key), _values(cell)
        if before is None:
            fields = filled.get(values)
            if fields is None:
                fields = filled[values] = _differing(_values(_BLANK), values)
        else:
            fields = _differing(_values(before), values)
        if before is None or fields:
            found.append(CellChange(key, before, cell, fields))
    return tuple(found)
