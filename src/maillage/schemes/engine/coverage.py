"""How much of an edition is stated: known, not applicable and unknown cells, counted exactly.

A cell is a macro-process at a milestone, at the level of the whole network; the chambers' own
values are counted apart, since nothing obliges a chamber to have any, and actions not at all: they
are what a macro-process is made of. "Sans objet" is an answer. Gives integers only: a
ratio is a numerator and a denominator, and rounding is the page's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maillage.schemes.engine.document import NOT_APPLICABLE, UNKNOWN, EditionDocument, by_date


@dataclass(frozen=True, slots=True)
class Tally:
    """Cells by what is known of them; the first three never overlap.

    `partial` counts, among the unknown cells, those that some entity states for itself.
    """

    known: int = 0
    not_applicable: int = 0
    unknown: int = 0
    partial: int = 0

    @property
    def all(self) -> int:
        return self.known + self.not_applicable + self.unknown

    @property
    def answered(self) -> int:
        """Cells that say something, "sans objet" too: completeness."""
        return self.known + self.not_applicable

    @property
    def ratio(self) -> tuple[int, int]:
        """Answered cells, out of all; (0, 0) where there is no cell."""
        return (self.answered, self.all)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.known + other.known,
            self.not_applicable + other.not_applicable,
            self.unknown + other.unknown,
            self.partial + other.partial,
        )


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """The tallies of one function or one process: by milestone, in order, and together."""

    code: str
    name: str
    by_milestone: tuple[Tally, ...]

    @property
    def total(self) -> Tally:
        return total(self.by_milestone)


@dataclass(frozen=True, slots=True)
class Coverage:
    """`milestones` are codes in the order of every `by_milestone`.

    `overrides` counts the chambers' own values, by milestone, whatever their function.
    `missing` lists the unknown cells, as (process, milestone), process by process.
    """

    milestones: tuple[str, ...]
    by_function: tuple[CoverageLine, ...]
    by_process: tuple[CoverageLine, ...]
    by_milestone: tuple[Tally, ...]
    overrides: tuple[Tally, ...]
    missing: tuple[tuple[str, str], ...]

    @property
    def total(self) -> Tally:
        return total(self.by_milestone)


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def tally_of(modes: Iterable[str]) -> Tally:
    """Count the cells of these modes: what a page has at hand, where a document would be made for
    the count alone. Whoever gives them leaves actions out."""
    return total(map(_tally, modes))


def coverage(document: EditionDocument) -> Coverage:
    """Count the cells of an edition, milestones by date, functions and processes in its order."""
    milestones = tuple(m.code for m in by_date(document.milestones))
    by_process = _process_lines(document, milestones)
    return Coverage(
        milestones,
        _function_lines(document, by_process, len(milestones)),
        by_process,
        _columns(by_process, len(milestones)),
        _overrides(document, milestones),
        tuple(
            (line.code, code)
            for line in by_process
            for code, tally in zip(milestones, line.by_milestone, strict=True)
            if tally.unknown
        ),
    )


def _process_lines(
    document: EditionDocument, milestones: Sequence[str]
) -> tuple[CoverageLine, ...]:
    modes = {(p.process, p.milestone): p.mode for p in document.placements if not p.entity}
    stated = {
        (p.process, p.milestone) for p in document.placements if p.entity and p.mode != UNKNOWN
    }

    def tally(key: tuple[str, str]) -> Tally:
        return _tally(modes.get(key, UNKNOWN), key in stated)

    return tuple(
        CoverageLine(
            process.code, process.name, tuple(tally((process.code, m)) for m in milestones)
        )
        for process in document.processes
        if not process.is_action
    )


def _function_lines(
    document: EditionDocument, by_process: Sequence[CoverageLine], width: int
) -> tuple[CoverageLine, ...]:
    """The lines of each function's processes, added up."""
    lines: dict[str, list[CoverageLine]] = {function.code: [] for function in document.functions}
    functions = {process.code: process.function for process in document.processes}
    for line in by_process:
        lines[functions[line.code]].append(line)
    return tuple(
        CoverageLine(function.code, function.name, _columns(lines[function.code], width))
        for function in document.functions
    )


def _overrides(document: EditionDocument, milestones: Sequence[str]) -> tuple[Tally, ...]:
    """The chambers' own values, by milestone."""
    overrides = dict.fromkeys(milestones, Tally())
    actions = {process.code for process in document.processes if process.is_action}
    for cell in document.placements:
        if cell.entity and cell.process not in actions:
            overrides[cell.milestone] += _tally(cell.mode)
    return tuple(overrides.values())


def _columns(lines: Iterable[CoverageLine], width: int) -> tuple[Tally, ...]:
    rows = [line.by_milestone for line in lines]
    return tuple(total(row[column] for row in rows) for column in range(width))


def _tally(mode: str, stated_by_some: bool = False) -> Tally:
    if mode == UNKNOWN:
        return _PARTIAL if stated_by_some else _UNKNOWN
    return _NOT_APPLICABLE if mode == NOT_APPLICABLE else _KNOWN


_KNOWN, _NOT_APPLICABLE, _UNKNOWN = Tally(known=1), Tally(not_applicable=1), Tally(unknown=1)
_PARTIAL = Tally(unknown=1, partial=1)
