"""The decision that adopted an edition, and whose word its body is.

Knows what may be missing of an edition that was in force before the application knew it. Refuses to
know the content it adopts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

BODY_UNSAID = "instance non énoncée par la source"
BODY_OURS = "mention de la reprise, non énoncée par la source"


@dataclass(frozen=True, slots=True)
class Adoption:
    """The decision that adopted an edition. Lives beside the content, outside the seal.

    `taken_over` marks an edition that was in force before the application knew it: its
    body, date and act number may then be missing, and are shown as not stated by the source.
    `note` says what is known of it otherwise, such as what the law provides.
    """

    body: str
    on: dt.date | None = None
    act: str = ""
    taken_over: bool = False
    note: str = ""

    @property
    def body_told(self) -> str:
        """The body in words. Where neither date nor act is known, no source states an adoption:
        the body is a word of whoever took the edition over, which the first format demanded."""
        if not self.body:
            return BODY_UNSAID
        ours = self.taken_over and self.on is None and not self.act
        return f"{self.body} ({BODY_OURS})" if ours else self.body
