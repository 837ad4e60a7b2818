"""Two editions side by side, cell by cell; and what a list of cells would change in one.

Linear in the number of cells. A change has one kind, the most telling that applies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maillage.schemes.engine.document import (
    UNKNOWN,
    CellChange,
    EditionDocument,
    PlacementDoc,
)

Key = tuple[str, str, str]
CONTENT = ("mode", "complementary", "lead", "served", "integration", "rationale")
SOURCE = ("source_document", "source_page", "source_basis")

KIND_LABELS: dict[str, str] = {
    "documented": "Renseignée",
    "undocumented": "N'est plus renseignée",
    "mode_changed": "Mode changé",
    "complement_changed": "Modes complémentaires changés",
    "lead_or_served_changed": "Pilote ou bénéficiaires changés",
    "option_changed": "Option d'intégration changée",
    "text_or_source_changed": "Justification ou source changée",
    "added": "Cellule nouvelle (cadre élargi)",
    "removed": "Cellule disparue (cadre réduit)",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs. `before` or `after` is None where there is no placement."""

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
    """What differs: cells, their counts by kind and by function, and the frame in sentences."""

    changes: tuple[Change, ...]
    structure: tuple[str, ...]
    counts: Mapping[str, int]
    by_function: Mapping[str, int]


def differing(before: PlacementDoc | None, after: PlacementDoc | None) -> tuple[str, ...]:
    """Names of the fields in which two values of a cell differ; no placement reads as unknown."""
    blank = PlacementDoc("", "")
    one, other = before or blank, after or blank
    return tuple(n for n in (*CONTENT, *SOURCE) if _value(one, n) != _value(other, n))


def _value(p: PlacementDoc, name: str) -> Any:
    return tuple(sorted(p.served)) if name == "served" else getattr(p, name)


def compare(before: EditionDocument, after: EditionDocument) -> Comparison:
    """From `before` to `after`. Comparing an edition with itself finds nothing."""
    frames = _frame(before), _frame(after)
    former = {p.key: p for p in before.placements}
    latter = {p.key: p for p in after.placements}
    changes = []
    for key in sorted(former.keys() | latter.keys()):
        one, other = former.get(key), latter.get(key)
        fields = differing(one, other)
        override_gone = bool(key[2]) and (one is None) != (other is None)
        if fields or override_gone:
            changes.append(Change(key, _kind(key, one, other, fields, frames), one, other, fields))
    function_of = {p.code: p.function for d in (before, after) for p in d.processes}
    return Comparison(
        tuple(changes),
        tuple(_structure(before, after)),
        Counter(change.kind for change in changes),
        Counter(function_of[change.key[0]] for change in changes),
    )


Frame = tuple[frozenset[str], frozenset[str], frozenset[str]]


def _frame(document: EditionDocument) -> Frame:
    return (
        frozenset(p.code for p in document.processes),
        frozenset(m.code for m in document.milestones),
        frozenset({"", *(e.code for e in document.entities)}),
    )


def _kind(
    key: Key,
    before: PlacementDoc | None,
    after: PlacementDoc | None,
    fields: Sequence[str],
    frames: tuple[Frame, Frame],
) -> str:
    held = [all(code in codes for code, codes in zip(key, f, strict=True)) for f in frames]
    if held != [True, True]:
        return "removed" if held[0] else "added"
    was = before.mode if before else UNKNOWN
    now = after.mode if after else UNKNOWN
    if was == UNKNOWN and now != UNKNOWN:
        return "documented"
    if was != UNKNOWN and now == UNKNOWN:
        return "undocumented"
    for kind, names in (
        ("mode_changed", {"mode"}),
        ("complement_changed", {"complementary"}),
        ("lead_or_served_changed", {"lead", "served"}),
        ("option_changed", {"integration"}),
    ):
        if names & set(fields):
            return kind
    return "text_or_source_changed"


def _structure(before: EditionDocument, after: EditionDocument) -> Iterator[str]:
    if before.title != after.title:
        yield f"Titre : « {before.title} » devient « {after.title} »."
    parts: tuple[tuple[str, str, str], ...] = (
        ("entities", "name", "Entité"),
        ("functions", "name", "Fonction"),
        ("processes", "name", "Macro-processus"),
        ("milestones", "label", "Jalon"),
        ("sections", "title", "Texte"),
    )
    for attribute, field, noun in parts:
        former = {row.code: row for row in getattr(before, attribute)}
        latter = {row.code: row for row in getattr(after, attribute)}
        for code, row in former.items():
            name = getattr(row, field)
            if code not in latter:
                yield f"{noun} « {name} » : n'y est plus."
            elif getattr(latter[code], field) != name:
                yield f"{noun} « {name} » : devient « {getattr(latter[code], field)} »."
            elif latter[code] != row:
                yield f"{noun} « {name} » : modifié."
        for code, row in latter.items():
            if code not in former:
                yield f"{noun} « {getattr(row, field)} » : nouveau."


def diff_placements(
    document: EditionDocument, placements: Iterable[PlacementDoc]
) -> tuple[CellChange, ...]:
    """What setting these cells would change; cells not listed are kept."""
    current = {p.key: p for p in document.placements}
    changes = []
    for p in placements:
        before = current.get(p.key)
        fields = differing(before, p)
        if fields or (before is None and p.entity):
            changes.append(CellChange(p.key, before, p, fields))
    return tuple(changes)


def apply(document: EditionDocument, placements: Iterable[PlacementDoc]) -> EditionDocument:
    """The document with these cells set."""
    cells = {p.key: p for p in document.placements} | {p.key: p for p in placements}
    return replace(document, placements=tuple(sorted(cells.values(), key=lambda p: p.key)))
