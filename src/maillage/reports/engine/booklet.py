"""The booklet of an edition, as a PDF and as a Word file.

Knows the two layouts of one content (`booklet_of`). Refuses to read anything but an
EditionFile: no database, no request, no clock.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from maillage.papers.typesetting import compile_pdf
from maillage.reports.engine.composition import booklet_of
from maillage.reports.engine.content import Booklet
from maillage.reports.engine.word import docx
from maillage.schemes.engine.cartography_paper import MODES
from maillage.schemes.engine.chamber_layout import laid
from maillage.schemes.engine.chamber_paper import CHAMBER

__all__ = ["Booklet", "booklet_of", "docx", "pdf"]

_TEMPLATE = Path(__file__).parent / "templates" / "booklet.typ"


def pdf(booklet: Booklet) -> bytes:
    """A4, tagged, PDF/UA-1, in French."""
    data = asdict(booklet)
    data["generated_at"] = booklet.generated_at.isoformat()
    pages = zip(data["chambers"], booklet.chambers, strict=True)
    data["chambers"] = [told | asdict(laid(page)) for told, page in pages]
    return compile_pdf(_TEMPLATE, data, booklet.generated_at, after=(MODES, CHAMBER))
