"""Two editions cell by cell: what was documented, what moved, what the frame gained or lost.

What a change is stands in `engine.change`; here is which cells of two editions are to be compared.
Also what a spreadsheet would change. Refuses to know who may apply it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maillage.kernel.money import NBSP
from maillage.schemes.engine import change
from maillage.schemes.engine.change import CellChange, Key
from maillage.schemes.engine.document import (
    MODE_LABELS,
    NAMED_BY_LABELS,
    PROCESS_KIND_LABELS,
    UNSPECIFIED,
    EditionDocument,
    MilestoneDoc,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
    StatementDoc,
    same_name,
)

KINDS: dict[str, str] = change.KINDS | {
    "added": "Cellule d’un élément ajouté",
    "removed": "Cellule d’un élément retiré",
}
"""What a comparison counts and filters by: a cell that changes in several ways is of several."""

FEW = 6
"""Up to how many rows a sentence names; it counts more."""

_AXES: tuple[tuple[str, str, str, str], ...] = (
    ("entities", "Entité", "name", "e"),
    ("functions", "Fonction", "name", "e"),
    ("processes", "Macro-processus", "name", ""),
    ("milestones", "Jalon", "label", ""),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """From one document to another. `counts` are cells by kind; `by_function` maps a function's
    code to the same. A cell of several kinds is counted in each: they do not add up.

    `structure` holds sentences on what the frame gained, lost, renamed or told otherwise.
    """

    changes: tuple[CellChange, ...]
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
    counts, by_function = _counted(before, after, changes)
    return Comparison(
        tuple(changes),
        {kind: counts[kind] for kind in KINDS if counts[kind]},
        by_function,
        tuple(_structure(before, after)),
    )


def compare_milestones(document: EditionDocument, before: str, after: str) -> Comparison:
    """Every cell whose substance differs between two milestones of one edition: the network's, and
    those of the entities that have a value of their own at one of the two. What is said of why and
    on what source is each milestone's own."""
    cells = {cell.key: cell for cell in document.placements}
    held = {p.entity for p in document.placements if p.milestone in (before, after)}
    entities = ["", *(e.code for e in document.entities if e.code in held)]
    pairs = []
    for process in document.processes:
        for entity in entities:
            former, latter = (process.code, before, entity), (process.code, after, entity)
            if not entity or former in cells or latter in cells:
                pairs.append((latter, _substance(cells, former), _substance(cells, latter)))
    changes = change.describe_all(pairs)
    for found in changes:
        if found.told[1] in change.OF_WHOLE:
            found.places = found.places[:1]  # told field by field, counted once
    counts, by_function = _counted(document, document, changes)
    told = {kind: counts[kind] for kind in KINDS if counts[kind]}
    return Comparison(tuple(changes), told, by_function, ())


def _substance(cells: Mapping[Key, PlacementDoc], key: Key) -> PlacementDoc:
    """What holds in a cell, the network's value where an entity has none, without its reasons."""
    found = cells.get(key) or cells.get((key[0], key[1], "")) or PlacementDoc(key[0], key[1])
    return PlacementDoc(*key, **{name: getattr(found, name) for name in change.SUBSTANCE})


def _counted(
    before: EditionDocument, after: EditionDocument, changes: Sequence[CellChange]
) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """Cells by kind, in all and by function; those that change alike are counted together."""
    functions = {p.code: p.function for document in (before, after) for p in document.processes}
    alike = Counter([(functions.get(c.key[0], ""), c.told, c.frame) for c in changes])
    counts: Counter[str] = Counter()
    by_function: dict[str, Counter[str]] = {}
    for (function, what, frame), number in alike.items():
        kinds = change.kinds_told(*what)
        told = dict.fromkeys((*kinds, frame) if frame else kinds, number)
        counts.update(told)
        by_function.setdefault(function, Counter()).update(told)
    return counts, by_function


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


def _structure(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """French sentences on entities, functions, processes and milestones. A name typed otherwise is
    the same name."""
    for axis, noun, naming, ending in _AXES:
        former = {item.code: item for item in getattr(before, axis)}
        latter = {item.code: item for item in getattr(after, axis)}
        for code, item in latter.items():
            name = getattr(item, naming)
            if code not in former:
                yield f"{_noun(item, noun)} ajouté{_ending(item, ending)}{NBSP}: {_quoted(name)}."
            elif not same_name(old := getattr(former[code], naming), name):
                yield (
                    f"{_noun(item, noun)} renommé{_ending(item, ending)}{NBSP}: "
                    f"{_quoted(old)} devient {_quoted(name)}."
                )
        for code, item in former.items():
            if code not in latter:
                name = getattr(item, naming)
                yield f"{_noun(item, noun)} retiré{_ending(item, ending)}{NBSP}: {_quoted(name)}."
    yield from _processes(before, after)
    yield from _parents(before, after)
    yield from _namings(before, after)
    former_milestones = {m.code: m for m in before.milestones}
    for milestone in after.milestones:
        known = former_milestones.get(milestone.code)
        if known is not None:
            yield from _milestone(known, milestone)
    yield from _statements(before, after)


def _noun(item: Any, noun: str) -> str:
    """What a thing is called: a row may be a mission or an action."""
    return PROCESS_KIND_LABELS[item.kind] if isinstance(item, ProcessDoc) else noun


def _ending(item: Any, ending: str) -> str:
    if isinstance(item, ProcessDoc):
        return "" if item.kind == ProcessKind.MACRO_PROCESS else "e"
    return ending


def _processes(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """Rows that are of another function, or of another kind."""
    functions = {f.code: f.name for d in (before, after) for f in d.functions}
    former = {p.code: p for p in before.processes}
    for process in after.processes:
        known = former.get(process.code, process)
        if known.function != process.function:
            yield (
                f"{_noun(process, '')} {_quoted(process.name)}{NBSP}: passe de la fonction "
                f"{_quoted(functions.get(known.function, known.function))} à la fonction "
                f"{_quoted(functions.get(process.function, process.function))}."
            )
        if known.kind != process.kind:
            labels = (PROCESS_KIND_LABELS[each.kind].lower() for each in (known, process))
            yield f"{_quoted(process.name)}{NBSP}: {' devient '.join(labels)}."


def _parents(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """Actions that stand under another macro-process, or that now stand under one."""
    names = {p.code: p.name for d in (before, after) for p in d.processes}
    former = {p.code: p for p in before.processes}
    for process in after.processes:
        known = former.get(process.code, process)
        if known.parent != process.parent and process.parent:
            was = (
                f"passe de {_quoted(names.get(known.parent, known.parent))} à"
                if known.parent
                else "sous"
            )
            yield (
                f"Action {_quoted(process.name)}{NBSP}: {was} "
                f"{_quoted(names.get(process.parent, process.parent))}."
            )


def _namings(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """Whose words names are in, where it is no longer told the same: those alike are told together,
    since a scheme read again tells it of every row."""
    former = {p.code: p for p in before.processes}
    for field, subject in (("named_by", "nom"), ("group_named_by", "nom du périmètre")):
        alike: dict[tuple[str, str], list[str]] = {}
        for process in after.processes:
            known = former.get(process.code, process)
            pair = (getattr(known, field), getattr(process, field))
            if pair[0] != pair[1]:
                alike.setdefault(pair, []).append(process.name)
        for pair, names in alike.items():
            one, other = (NAMED_BY_LABELS.get(value, UNSPECIFIED).lower() for value in pair)
            several = f"{len(names)} lignes" if len(names) > FEW else ", ".join(map(_quoted, names))
            yield (
                f"Origine du {subject}{NBSP}: {_quoted(one)} devient {_quoted(other)}, "
                f"pour {several}."
            )


_SAID = {
    "text": "le texte",
    "modes": "les modes",
    "horizon": "l’horizon",
    "source_page": "la page",
    "source_quote": "la citation",
}
"""What a statement says besides its function, and how a change of it is told."""


def _statements(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """What the source states without placing a cell: added, removed, told otherwise."""
    functions = {f.code: f.name for d in (before, after) for f in d.functions}
    former = {said.code: said for said in before.statements}
    latter = {said.code: said for said in after.statements}
    for code in {**latter, **former}:
        said = latter.get(code) or former[code]
        text = _quoted(said.text.rstrip("."))
        where = f"({functions.get(said.function, said.function)}){NBSP}: {text}"
        if code not in former:
            yield f"Énoncé ajouté {where}."
        elif code not in latter:
            yield f"Énoncé retiré {where}."
        elif told := list(_retold(former[code], said, functions)):
            yield f"Énoncé modifié {where}{NBSP}: {', '.join(told)}."


def _retold(
    before: StatementDoc, after: StatementDoc, functions: Mapping[str, str]
) -> Iterable[str]:
    if before.function != after.function:
        one, other = (functions.get(code, code) for code in (before.function, after.function))
        yield f"la fonction, {_quoted(one)}, devient {_quoted(other)}"
    for field, what in _SAID.items():
        one, other = getattr(before, field), getattr(after, field)
        if not same_name(one, other):
            if field == "modes":
                one, other = (", ".join(MODE_LABELS[m].lower() for m in v) for v in (one, other))
            yield f"{what}, {_value(one)}, devient {_value(other)}"


def _value(text: str) -> str:
    return _quoted(text) if text else UNSPECIFIED.lower()


def _quoted(name: str) -> str:
    return f"«{NBSP}{name}{NBSP}»"


def _milestone(before: MilestoneDoc, after: MilestoneDoc) -> Iterable[str]:
    if before.when != after.when:
        yield f"Jalon {_quoted(after.label)}{NBSP}: la date, {before.when}, devient {after.when}."
    if before.nature != after.nature:
        yield f"Jalon {_quoted(after.label)}{NBSP}: la nature a changé."


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
    latter = {cell.key: cell for cell in placements}
    return tuple(change.describe_all((key, former.get(key), cell) for key, cell in latter.items()))
