"""How macro-processes move from mode to mode between the milestones of an edition.

Knows effective values, the moves between consecutive milestones, and how to draw them.
Refuses to know any order between modes: values are listed A, C, H, M, I and never
scored (seed, preamble p. 3: the modes are not a hierarchy).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maillage.kernel.money import NBSP
from maillage.schemes.engine import picture
from maillage.schemes.engine.change import UNFOLLOWED, is_stated
from maillage.schemes.engine.change_words import known_over
from maillage.schemes.engine.document import (
    MODE_LABELS,
    UNKNOWN,
    EditionDocument,
    MilestoneDoc,
    PlacementDoc,
    by_date,
)

__all__ = [
    "Flow",
    "Step",
    "Trajectory",
    "effective_modes",
    "flows",
    "svg",
]

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """The macro-processes that go from one value to another, in document order; `known`: of each,
    how its two ends are known where its source does not state both."""

    before: str
    after: str
    processes: tuple[str, ...]
    known: tuple[str, ...]

    def called(self, names: Mapping[str, str]) -> list[str]:
        """Its macro-processes by their names, with how they are known: « (déduit) »."""
        both = zip(self.processes, self.known, strict=True)
        return [f"{names[code]} ({known})" if known else names[code] for code, known in both]

    @property
    def count(self) -> int:
        return len(self.processes)

    @property
    def is_change(self) -> bool:
        """Whether both milestones answer, and not alike: « sans objet » is an answer."""
        return self.before != self.after and UNKNOWN not in (self.before, self.after)

    @property
    def is_silent(self) -> bool:
        """Whether the later milestone only says nothing of it."""
        return self.after == UNKNOWN != self.before


@dataclass(frozen=True, slots=True)
class Step:
    """From one milestone to the next one."""

    before: str
    after: str
    flows: tuple[Flow, ...]

    @property
    def changes(self) -> int:
        return sum(flow.count for flow in self.flows if flow.is_change)

    @property
    def silent(self) -> int:
        """Those of which the later milestone says nothing: no move."""
        return sum(flow.count for flow in self.flows if flow.is_silent)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Columns are milestones by date; `counts[i]` gives the processes per value in column i."""

    title: str
    milestones: tuple[MilestoneDoc, ...]
    counts: tuple[tuple[tuple[str, int], ...], ...]
    steps: tuple[Step, ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts[0]) if self.counts else 0


def effective_modes(
    placements: Iterable[PlacementDoc], entity: str = ""
) -> dict[tuple[str, str], str]:
    """(process, milestone) -> mode; the entity's own value wins over the network's."""
    network: dict[tuple[str, str], str] = {}
    own: dict[tuple[str, str], str] = {}
    for placement in placements:
        cell = (placement.process, placement.milestone)
        if not placement.entity:
            network[cell] = placement.mode
        elif placement.entity == entity:
            own[cell] = placement.mode
    return network | own


def flows(document: EditionDocument, function: str | None = None, entity: str = "") -> Trajectory:
    """Moves between consecutive milestones, for one function or all, as seen by one entity."""
    milestones = by_date(document.milestones)
    processes = [
        p.code for p in document.processes if function in (None, p.function) and not p.is_action
    ]
    modes = effective_modes(document.placements, entity)
    columns = [
        {process: modes.get((process, milestone.code), UNKNOWN) for process in processes}
        for milestone in milestones
    ]
    held, steps = _known(document.placements, entity), []
    for index in range(len(milestones) - 1):
        moves: dict[tuple[str, str], list[str]] = defaultdict(list)
        for process in processes:
            moves[columns[index][process], columns[index + 1][process]].append(process)
        before, after = milestones[index].code, milestones[index + 1].code
        known = {c: known_over(held.get((c, before)), held.get((c, after))) for c in processes}
        ordered = (
            Flow(*pair, tuple(codes := moves[pair]), tuple(known[code] for code in codes))
            for pair in sorted(moves, key=_rank)
        )
        steps.append(Step(before, after, tuple(ordered)))
    counts = tuple(_counts(column.values()) for column in columns)
    return Trajectory(_title(document, function, entity), milestones, counts, tuple(steps))


def _known(placements: Iterable[PlacementDoc], entity: str) -> dict[tuple[str, str], str | None]:
    """(process, milestone) -> provenance of the mode that holds, None where none is stated."""
    owners = ("", entity) if entity else ("",)
    return {
        (cell.process, cell.milestone): cell.provenance if is_stated(cell.mode) else None
        for owner in owners
        for cell in placements
        if cell.entity == owner
    }


def _rank(pair: tuple[str, str]) -> tuple[int, int]:
    return picture.VALUES.index(pair[0]), picture.VALUES.index(pair[1])


def _counts(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = defaultdict(int)
    for value in values:
        found[value] += 1
    return tuple((value, found[value]) for value in picture.VALUES if value in found)


def _title(document: EditionDocument, function: str | None, entity: str) -> str:
    subject = next((f.name for f in document.functions if f.code == function), "")
    viewer = next((e.name for e in document.entities if e.code == entity), "")
    name = f"Trajectoire : {subject or 'toutes les fonctions'}"
    return f"{name} ({viewer})" if viewer else name


def describe(trajectory: Trajectory) -> str:
    """The picture in words: what a reader who does not see it needs."""
    sentences = []
    for milestone, counts in zip(trajectory.milestones, trajectory.counts, strict=True):
        listed = ", ".join(f"{MODE_LABELS[value].lower()} {count}" for value, count in counts)
        sentences.append(f"{milestone.label} : {listed or 'aucun macro-processus'}.")
    for step, before, after in zip(
        trajectory.steps, trajectory.milestones, trajectory.milestones[1:], strict=False
    ):
        moves = ", ".join(
            f"{flow.count} de {MODE_LABELS[flow.before].lower()} "
            f"vers {MODE_LABELS[flow.after].lower()}"
            for flow in step.flows
            if flow.after not in (flow.before, UNKNOWN)
        )
        silent = f"{NBSP}; {UNFOLLOWED}{NBSP}: {step.silent}" if step.silent else ""
        told = f"{moves or 'aucun mouvement'}{silent}"
        sentences.append(f"De {before.label} à {after.label} : {told}.")
    return f"{picture.NOT_RANKED}. " + " ".join(sentences)


@dataclass(frozen=True, slots=True)
class _Node:
    x: float
    y: float
    height: float


_BAR = 64.0
_GAP = 20.0
_TOP = 70.0
_SIDE = 2.0
_NAMES = 124.0
"""Room on the right for what the last column's letters stand for."""
_TOLD = 13.0
"""A flow thick enough to say how many it moves, where it arrives."""


def svg(trajectory: Trajectory, *, width: float = 760, height: float = 440) -> str:
    """The alluvial picture: columns are milestones, bands are macro-processes, named where they
    end; only what no longer stands there is left to the legend.

    `height` is that of the bands; the title and the legend add to it.
    """
    seed = repr(trajectory) + f"{width}x{height}"
    prefix = "t" + hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:8]
    nodes = _nodes(trajectory, width, height)
    values = {value for column in trajectory.counts for value, _ in column}
    values -= {value for value, _ in (trajectory.counts[-1] if trajectory.counts else ())}
    legend, bottom = picture.legend(prefix, tuple(values), 0, _TOP + height + 14, width)
    size = 17
    body = [
        picture.label(
            0,
            20,
            picture.fit(trajectory.title, width, size),
            size=size,
            weight=600,
            kind="title",
        ),
        *_ribbons(trajectory, nodes, prefix),
        *_columns(trajectory, nodes, prefix),
        legend,
    ]
    return picture.document(
        prefix, (width, bottom), trajectory.title, describe(trajectory), "".join(body)
    )


def _nodes(trajectory: Trajectory, width: float, height: float) -> dict[tuple[int, str], _Node]:
    columns = len(trajectory.milestones)
    stride = (width - 2 * _SIDE - _BAR - _NAMES) / max(1, columns - 1)
    shown = max((len(column) for column in trajectory.counts), default=0)
    scale = max(height - shown * _GAP, 20) / max(1, trajectory.total)
    nodes = {}
    for index, column in enumerate(trajectory.counts):
        y = _TOP
        for value, count in column:
            y += _GAP
            nodes[index, value] = _Node(_SIDE + index * stride, y, count * scale)
            y += count * scale
    return nodes


def _columns(trajectory: Trajectory, nodes: dict[tuple[int, str], _Node], prefix: str) -> list[str]:
    parts = []
    for index, (milestone, column) in enumerate(
        zip(trajectory.milestones, trajectory.counts, strict=True)
    ):
        for value, count in column:
            parts.append(_bar(nodes[index, value], value, count, prefix))
        last = len(trajectory.milestones) - 1
        for value, _ in column if index == last else ():
            node = nodes[index, value]
            x, y = node.x + _BAR + 8, node.y + node.height / 2 + 4.5
            parts.append(picture.label(x, y, MODE_LABELS[value], weight=600, kind="named"))
        anchor = "start" if index == 0 else "end" if index == last else "middle"
        first = nodes[index, column[0][0]] if column else _Node(_SIDE, 0, 0)
        x = first.x + {"start": 0, "middle": _BAR / 2, "end": _BAR}[anchor]
        text = picture.fit(milestone.label, 220, 14)
        parts.append(picture.label(x, 56, text, size=14, anchor=anchor, weight=600, kind="col"))
    return parts


def _bar(node: _Node, value: str, count: int, prefix: str) -> str:
    middle = node.x + _BAR / 2
    text = f"{picture.SIGNS[value]} · {count}"
    box = picture.swatch(prefix, value, (node.x, node.y, _BAR, node.height))
    if node.height < 20:  # too thin to hold its letter: the letter stands just above
        return box + picture.label(middle, node.y - 4, text, anchor="middle", weight=600)
    plate = (
        f'<rect x="{picture.number(middle - 22)}" '
        f'y="{picture.number(node.y + node.height / 2 - 9)}" width="44" height="18" rx="3" '
        f'fill="{picture.FILLS[value]}" class="plate"/>'
    )
    baseline = node.y + node.height / 2 + 4.5
    return (
        box
        + plate
        + picture.label(middle, baseline, text, anchor="middle", weight=600, fill=picture.INK)
    )


def _ribbons(trajectory: Trajectory, nodes: dict[tuple[int, str], _Node], prefix: str) -> list[str]:
    names = {milestone.code: milestone.label for milestone in trajectory.milestones}
    parts, told = [], []
    for index, step in enumerate(trajectory.steps):
        left: dict[str, float] = defaultdict(float)
        right: dict[str, float] = defaultdict(float)
        column = dict(trajectory.counts[index])
        for flow in step.flows:
            start, end = nodes[index, flow.before], nodes[index + 1, flow.after]
            thick = start.height * flow.count / column[flow.before]
            path = _path(start, end, left[flow.before], right[flow.after], thick)
            left[flow.before] += thick
            right[flow.after] += thick
            still = not flow.is_change
            after = UNFOLLOWED if flow.is_silent else MODE_LABELS[flow.after]
            tip = (
                f"{names[step.before]} → {names[step.after]} : "
                f"{MODE_LABELS[flow.before]} → {after}, {flow.count}"
            )
            kind = "flow flow-still" if still else "flow flow-move"
            parts.append(
                f'<path d="{path}" fill="{picture.FILLS[flow.before]}" '
                f'fill-opacity="{"0.3" if still else "0.85"}" stroke="{picture.INK}" '
                f'stroke-opacity="{"0.12" if still else "0.45"}" stroke-width="0.7" '
                f'class="{kind} mode-{picture.SLUGS[flow.before]}">'
                f"<title>{picture.escape(tip)}</title></path>"
            )
            parts.append(
                f'<path d="{path}" fill="url(#{prefix}-{picture.SLUGS[flow.before]})" '
                f'fill-opacity="{"0.3" if still else "0.8"}" class="pattern"/>'
            )
            if not still and thick >= _TOLD:
                y = end.y + right[flow.after] - thick / 2 + 4
                text = f"{picture.SIGNS[flow.before]} · {flow.count}"
                told.append(picture.label(end.x - 6, y, text, size=11, anchor="end", weight=600,
                                          fill=picture.INK, kind="told"))  # fmt: skip
    return parts + told


def _path(start: _Node, end: _Node, out: float, into: float, thick: float) -> str:
    n = picture.number
    x1, x2 = start.x + _BAR, end.x
    bend = (x2 - x1) * 0.45
    y1, y2 = start.y + out, end.y + into
    return (
        f"M{n(x1)} {n(y1)}C{n(x1 + bend)} {n(y1)} {n(x2 - bend)} {n(y2)} {n(x2)} {n(y2)}"
        f"V{n(y2 + thick)}C{n(x2 - bend)} {n(y2 + thick)} {n(x1 + bend)} {n(y1 + thick)} "
        f"{n(x1)} {n(y1 + thick)}Z"
    )
