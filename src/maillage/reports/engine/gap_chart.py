"""What was budgeted and what was realised, as pairs of bars in an SVG that stands alone.

Knows a frame, colours and how amounts are told; refuses to know what they are of. A value nobody
told has no bar: it says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from maillage.kernel.absence import NOT_TOLD
from maillage.kernel.money import NBSP, rounded

WIDTH, LABELS, AFTER = 720, 232, 104
ROW, BAR, HEAD = 44, 14, 34
INK, SOFT, DONE, PLANNED, LINE = "#161b26", "#525c6e", "#1f4e79", "#ffffff", "#c3c9d4"
MOST_LETTERS = 36


@dataclass(frozen=True, slots=True)
class Pair:
    """Cents budgeted and realised under one label; None where nobody told."""

    label: str
    planned: int | None
    done: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    svg: str
    alt: str


def chart_of(title: str, pairs: Sequence[Pair]) -> Chart:
    """One pair of bars a row, from a common zero; the words say every amount again."""
    known = [c for pair in pairs for c in (pair.planned, pair.done) if c is not None]
    low, high = min(0, *known) if known else 0, max(0, *known) if known else 0
    scale = (WIDTH - LABELS - AFTER) / ((high - low) or 1)
    zero = LABELS - low * scale
    height = HEAD + ROW * len(pairs)
    drawn = [_legend(), *(_pair(pair, HEAD + ROW * n, zero, scale) for n, pair in enumerate(pairs))]
    axis = f'<line x1="{zero:.1f}" y1="{HEAD - 4}" x2="{zero:.1f}" y2="{height}" stroke="{LINE}"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="Source Sans Pro" font-size="13">'
        f"{axis}{''.join(drawn)}</svg>"
    )
    return Chart(title, svg, f"{title}. " + " ".join(_said(pair) for pair in pairs))


def _legend() -> str:
    told = []
    for x, fill, words in ((LABELS, PLANNED, "Budget en vigueur"), (LABELS + 150, DONE, "Réalisé")):
        told.append(_bar(x, 6, 24, fill) + _text(x + 31, 17, words, SOFT))
    return "".join(told)


def _pair(pair: Pair, top: float, zero: float, scale: float) -> str:
    label = pair.label if len(pair.label) <= MOST_LETTERS else f"{pair.label[: MOST_LETTERS - 1]}…"
    told = [_text(LABELS - 12, top + ROW / 2 + 2, label, INK, "end")]
    for rank, (cents, fill) in enumerate(((pair.planned, PLANNED), (pair.done, DONE))):
        y = top + 4 + rank * (BAR + 4)
        size = abs(cents or 0) * scale
        left = zero - size if (cents or 0) < 0 else zero
        if cents:
            told.append(_bar(left, y, size, fill))
        words = NOT_TOLD if cents is None else f"{rounded(cents)}{NBSP}€"
        told.append(_text(left + size + 7, y + BAR - 2.5, words, INK if fill == DONE else SOFT))
    return "".join(told)


def _bar(x: float, y: float, width: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{BAR}" '
        f'fill="{fill}" stroke="{DONE}"/>'
    )


def _text(x: float, y: float, words: str, fill: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _said(pair: Pair) -> str:
    planned, done = (
        NOT_TOLD if cents is None else f"{rounded(cents)} euros"
        for cents in (pair.planned, pair.done)
    )
    return f"{pair.label} : budget {planned}, réalisé {done}."
