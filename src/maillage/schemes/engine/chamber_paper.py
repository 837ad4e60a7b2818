"""The sheet of a chamber on paper: one A4, a tagged PDF/UA-1, whatever the milestones compared.

Knows the sizes to be tried. Refuses to word anything, to read a request or a clock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

from maillage.kernel.period import french_date
from maillage.papers.typesetting import compile_pdf
from maillage.schemes.engine.cartography_paper import MODES, Subject
from maillage.schemes.engine.chamber_layout import tried
from maillage.schemes.engine.chamber_page import ChamberPage

_TEMPLATES = Path(__file__).parent / "templates"
CHAMBER = _TEMPLATES / "chamber.typ"
"""What layouts that print a chamber's sheet are set after, next to `MODES`."""


def chamber_pdf(page: ChamberPage, subject: Subject, today: dt.date) -> bytes:
    """The sheet in the largest letters that let it stand on one page; over several where even the
    smallest do not."""
    data = {
        "page": asdict(page),
        "laid": [asdict(laid) for laid in tried(page)],
        "network": subject.network,
        "running": subject.running,
        "fictional": subject.fictional,
        "is_draft": subject.is_draft,
        "made_on": french_date(today),
    }
    return compile_pdf(_TEMPLATES / "chamber_sheet.typ", data, today, after=(MODES, CHAMBER))
