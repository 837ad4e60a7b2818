"""The one font of our documents and what it can draw: what is accepted can be printed.

Asks the typesetter itself, once a character, and loads it only then. Refuses the system's fonts,
and to know what a document says.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

_SURE = re.compile("[\\x00-\\x7f\\xa0-\\u017f\\u2010-\\u2027\\u202f\\u20ac\\u2212]*")
"""Drawn for certain, and nearly all that is written; the rest is asked."""
SUBSTITUTE = "\u25a1"
"""An empty square, where a document holds a character that has no drawing."""
_PROBE = b"""#set document(title: "x")
#set text(lang: "fr", font: "Source Sans Pro")
#sys.inputs.data"""


def undrawn(text: str) -> str:
    """The characters of a text that our documents cannot draw, each once, in order."""
    if _SURE.fullmatch(text):
        return ""
    return "".join(one for one in dict.fromkeys(_SURE.sub("", text)) if not is_drawn(one))


def substituted(text: str) -> str:
    """The text with a square in place of each character without a drawing."""
    missing = undrawn(text)
    return text.translate(dict.fromkeys(map(ord, missing), SUBSTITUTE)) if missing else text


@lru_cache(maxsize=4096)
def is_drawn(character: str) -> bool:
    """Whether a PDF/UA of ours may hold the character: the standard wants a drawing for each."""
    import typst

    compiler = typst.Compiler(_PROBE, font_paths=fonts(), sys_inputs={"data": character})
    try:
        compiler.compile(format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:
        return False
    return True


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    import font_source_sans_pro
    import typst

    folder = Path(font_source_sans_pro.__file__).parent / "files"
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(folder)],
    )
