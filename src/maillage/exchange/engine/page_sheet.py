"""A page as it is shown: its picture, the passages marked on it, its text over it to be selected.

Markup of attributes alone, fit for a strict content policy. Pure: every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from maillage.exchange.engine.pages import Line, Mark

MARGIN = 1.5
"""Points a mark goes beyond its line."""


def sheet(
    number: int,
    size: tuple[int, int],
    lines: Sequence[Line],
    picture: str,
    marks: Sequence[Mark],
) -> str:
    """An SVG of the page; `picture`: the address of its image; `marks`: the passages that
    something rests on."""
    width, height = size
    marked = "".join(_mark(lines[mark.span.rank], mark) for mark in marks)
    told = "".join(_text(line) for line in lines if line.is_placed)
    return (
        f'<svg class="doc-sheet" viewBox="0 0 {width} {height}" data-passages="{number}" '
        f'role="group" aria-label="Page {number}">'
        f'<image href="{escape(picture)}" width="{width}" height="{height}"/>'
        f'<g class="doc-marks">{marked}</g><g class="doc-text">{told}</g></svg>'
    )


def _mark(line: Line, mark: Mark) -> str:
    """Over its part of the line, near enough: a line says where it stands, not its letters."""
    if not line.is_placed:
        return ""
    letter = line.width / len(line.text)
    left = line.left + letter * mark.span.start
    width = letter * (mark.span.end - mark.span.start)
    return (
        f'<rect class="doc-mark" x="{left - MARGIN:.1f}" y="{line.top - MARGIN:.1f}" '
        f'width="{width + 2 * MARGIN:.1f}" height="{line.height + 2 * MARGIN:.1f}">'
        f"<title>{escape(mark.said)}</title></rect>"
    )


def _text(line: Line) -> str:
    base = line.top + 0.78 * line.height
    return (
        f'<text x="{line.left:.1f}" y="{base:.1f}" textLength="{line.width:.1f}" '
        f'lengthAdjust="spacingAndGlyphs" font-size="{line.height:.1f}">{escape(line.text)}</text>'
    )
