"""Where a thing stands, told by a sign and a word: the same eight everywhere.

Knows how each is drawn. Refuses to know what is told: each room says where its things stand.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.kernel.period import french_date
from maillage.ui.icons import drawn


class Standing(StrEnum):
    """In the order of a life."""

    DRAFT = "draft"
    COMING = "coming"
    UNDER_WAY = "under-way"
    TO_DECIDE = "to-decide"
    DONE = "done"
    LATE = "late"
    FAILED = "failed"
    CLOSED = "closed"


SIGNS = {
    Standing.DRAFT: "pencil-line",
    Standing.COMING: "calendar-clock",
    Standing.UNDER_WAY: "circle-dot",
    Standing.TO_DECIDE: "scale",
    Standing.DONE: "check",
    Standing.LATE: "alarm-clock",
    Standing.FAILED: "circle-x",
    Standing.CLOSED: "archive",
}


def status(standing: str, word: str, on: dt.date | None = None) -> SafeString:
    """The chip of what stands so, in the room's own word; `on`, the day it came to stand so.
    ValueError for a standing there is not."""
    stands = Standing(standing)
    said = f"{word} le {french_date(on)}" if on else word
    chip = '<span class="tag is-{}">{}{}</span>'
    return format_html(chip, stands, drawn(SIGNS[stands], 14), said)
