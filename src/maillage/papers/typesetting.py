"""Typst, with the one font of our documents and nothing else of the machine.

Knows how to compile a template that a room owns. Refuses the system's fonts: the same data
gives the same document on every installation.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import typst

from maillage.papers.glyphs import fonts, substituted

_PICTURE = Path(__file__).parent / "templates" / "picture.typ"
_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


@lru_cache(maxsize=8)
def _source(template: Path, *parts: Path) -> bytes:
    return b"\n".join(part.read_bytes() for part in (*parts, template))


def compile_pdf(
    template: Path, data: dict[str, Any], made_on: dt.date, *, after: tuple[Path, ...] = ()
) -> bytes:
    """A tagged PDF/UA-1; dated by `made_on`, so that the same data has the same bytes.

    `after`: parts a room shares between its layouts, set before the template.
    """
    midnight = dt.datetime.combine(made_on, dt.time(), dt.UTC)
    compiled = _compiler(template, data, after).compile(
        format="pdf", pdf_standards=["ua-1"], timestamp=midnight
    )
    return cast(bytes, compiled)


def png(svg: str, scale: float = 2.0) -> bytes:
    """A picture of an SVG on white, `scale` pixels to one SVG pixel."""
    compiled = _picture(svg).compile(format="png", ppi=72 * scale)
    return cast(bytes, compiled[0] if isinstance(compiled, list) else compiled)


def _picture(svg: str) -> typst.Compiler:
    size = _SIZE.search(svg)
    if size is None:
        raise ValueError("the SVG states no width and height")
    data = {"svg": svg, "width": float(size[1]), "height": float(size[2])}
    return _compiler(_PICTURE, data)


def _compiler(template: Path, data: dict[str, Any], after: tuple[Path, ...] = ()) -> typst.Compiler:
    return typst.Compiler(
        _source(template, *after),
        root=str(template.parent),
        font_paths=fonts(),
        sys_inputs={"data": substituted(json.dumps(data, ensure_ascii=False))},
    )
