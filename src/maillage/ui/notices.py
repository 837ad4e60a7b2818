"""What a reader must know before trusting figures: one line with counts, which opens.

Knows how such points are told together. Refuses to know what they are about.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One point: `short`, its count in a few words ("2 livres absents"); `text`, a whole sentence;
    where it is mended, `url` and the words that lead there."""

    short: str
    text: str
    url: str = ""
    action: str = ""
