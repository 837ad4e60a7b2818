"""The characters nobody sees: what no name, text or sealed file may hold. Pure."""

from __future__ import annotations

import re

ON_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""For a name or a title: every control character, tabs and line ends among them."""
IN_A_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""For a text of several lines, whose ends are line feeds: it keeps those and tabs."""


def unix(text: str) -> str:
    """The text with its line ends as line feeds, however they were typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
