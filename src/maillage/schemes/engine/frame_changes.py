"""What the frame of an edition gained, lost, renamed or told otherwise, against another, in words.

Knows entities, functions, rows, milestones, statements and chapters. Refuses to know cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from maillage.kernel.money import NBSP
from maillage.schemes.engine.document import (
    ENTITY_KIND_LABELS,
    MODE_LABELS,
    NAMED_BY_LABELS,
    PROCESS_KIND_LABELS,
    UNSPECIFIED,
    EditionDocument,
    MilestoneDoc,
    ProcessDoc,
    ProcessKind,
    SectionDoc,
    SectionKind,
    StatementDoc,
    same_name,
)

T = TypeVar("T", StatementDoc, SectionDoc)

FEW = 6
"""Up to how many rows a sentence names; it counts more."""

_AXES: tuple[tuple[str, str, str, str], ...] = (
    ("entities", "Entité", "name", "e"),
    ("functions", "Fonction", "name", "e"),
    ("processes", "Macro-processus", "name", ""),
    ("milestones", "Jalon", "label", ""),
)


def frame_changes(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """French sentences on entities, functions, processes, milestones, statements and chapters. A
    name typed otherwise is the same name."""
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
    yield from _entities(before, after)
    yield from _processes(before, after)
    yield from _parents(before, after)
    yield from _namings(before, after)
    former_milestones = {m.code: m for m in before.milestones}
    for milestone in after.milestones:
        known = former_milestones.get(milestone.code)
        if known is not None:
            yield from _milestone(known, milestone)
    yield from _statements(before, after)
    yield from _chapters(before, after)


def _noun(item: Any, noun: str) -> str:
    """What a thing is called: a row may be a mission or an action."""
    return PROCESS_KIND_LABELS[item.kind] if isinstance(item, ProcessDoc) else noun


def _ending(item: Any, ending: str) -> str:
    if isinstance(item, ProcessDoc):
        return "" if item.kind == ProcessKind.MACRO_PROCESS else "e"
    return ending


_OF_ENTITY = {"short_name": "le nom court", "departement": "le département", "siren": "le SIREN"}


def _entities(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """Chambers and operators that are told otherwise than by their name."""
    former = {entity.code: entity for entity in before.entities}
    for entity in after.entities:
        known = former.get(entity.code, entity)
        told = []
        if known.kind != entity.kind:
            kinds = (ENTITY_KIND_LABELS[one.kind] for one in (known, entity))
            told.append("la nature, {}, devient {}".format(*map(_quoted, kinds)))
        for field, what in _OF_ENTITY.items():
            one, other = getattr(known, field), getattr(entity, field)
            if not same_name(one, other):
                told.append(f"{what}, {_value(one)}, devient {_value(other)}")
        if told:
            yield f"Entité {_quoted(entity.name)}{NBSP}: {', '.join(told)}."


def _processes(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """Rows that are of another function, kind or perimeter, or which the law now reserves."""
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
        if known.region_only != process.region_only:
            now = "est désormais" if process.region_only else "n’est plus"
            yield f"{_quoted(process.name)}{NBSP}: {now} réservé à la chambre régionale."
        if not same_name(known.group, process.group):
            one, other = map(_value, (known.group, process.group))
            yield f"{_quoted(process.name)}{NBSP}: le périmètre, {one}, devient {other}."


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

    def where(said: StatementDoc) -> str:
        text = _quoted(said.text.rstrip("."))
        return f"({functions.get(said.function, said.function)}){NBSP}: {text}"

    def retold(was: StatementDoc, now: StatementDoc) -> Iterable[str]:
        return _retold(was, now, functions)

    yield from _passages("Énoncé", (before.statements, after.statements), where, retold)


def _passages(
    noun: str,
    both: tuple[Sequence[T], Sequence[T]],
    where: Callable[[T], str],
    retold: Callable[[T, T], Iterable[str]],
    size: Callable[[T], str] = lambda row: "",
) -> Iterable[str]:
    """Passages known by their code: added, removed, told otherwise; those that stand first."""
    former, latter = ({row.code: row for row in rows} for rows in both)
    for code in {**latter, **former}:
        row = latter.get(code) or former[code]
        if code not in former:
            yield f"{noun} ajouté {where(row)}{size(row)}."
        elif code not in latter:
            yield f"{noun} retiré {where(row)}{size(row)}."
        elif told := list(retold(former[code], row)):
            yield f"{noun} modifié {where(row)}{NBSP}: {', '.join(told)}."


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


def _chapters(before: EditionDocument, after: EditionDocument) -> Iterable[str]:
    """Texts added, removed, titled or worded otherwise, put in another part or order."""
    functions = {f.code: f.name for d in (before, after) for f in d.functions}

    def where(chapter: SectionDoc) -> str:
        return f"({_part(chapter, functions)}){NBSP}: {_quoted(chapter.title)}"

    def retold(was: SectionDoc, now: SectionDoc) -> Iterable[str]:
        return _reworded(was, now, functions)

    def size(chapter: SectionDoc) -> str:
        return f", {_words(len(chapter.body.split()))}"

    both = before.sections, after.sections
    yield from _passages("Chapitre", both, where, retold, size)
    for rows, noun in ((both, "chapitres"), ((before.statements, after.statements), "énoncés")):
        codes = [{row.code for row in one} for one in rows]
        if _order(rows[0], codes[1]) != _order(rows[1], codes[0]):
            yield f"Des {noun} ont changé d’ordre."


def _part(chapter: SectionDoc, functions: Mapping[str, str]) -> str:
    return functions.get(chapter.function, chapter.function) or _PARTS[chapter.kind]


_PARTS = {
    SectionKind.PREAMBLE: "préambule",
    SectionKind.FUNCTION: "fonction",
    SectionKind.GOVERNANCE: "gouvernance",
}


def _reworded(before: SectionDoc, after: SectionDoc, functions: Mapping[str, str]) -> Iterable[str]:
    one, other = (_part(chapter, functions) for chapter in (before, after))
    if one != other:
        yield f"la partie, {_quoted(one)}, devient {_quoted(other)}"
    for field, what in (("title", "le titre"), ("source_page", "la page")):
        said = getattr(before, field), getattr(after, field)
        if not same_name(*said):
            yield f"{what}, {_value(said[0])}, devient {_value(said[1])}"
    if not same_name(before.body, after.body):
        was, now = (Counter(chapter.body.split()) for chapter in (before, after))
        added, gone = (now - was).total(), (was - now).total()
        moved = [f"{_words(n)} {what}" for n, what in ((added, "de plus"), (gone, "de moins")) if n]
        yield f"le texte, {' et '.join(moved) or 'les mêmes mots autrement disposés'}"


def _words(count: int) -> str:
    return f"{count}{NBSP}mot" + ("s" if count > 1 else "") if count else "sans texte"


def _order(rows: Iterable[Any], common: Container[str]) -> dict[tuple[str, str], list[str]]:
    """Codes that both editions have, in each part: a function moved is no chapter moved."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.code in common:
            found.setdefault((getattr(row, "kind", ""), row.function), []).append(row.code)
    return found
