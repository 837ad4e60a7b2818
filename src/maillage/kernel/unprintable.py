"""The characters nobody sees: what no name, text or sealed file may hold. Pure.

A sealed file is only held to its control characters: what was sealed once is read for ever. What
people type is held to more: no character without a drawing, none that turns the others round.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

LINE = 200
"""Characters: a text longer than that, or of several lines, is prose."""

ON_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""For a name or a title: every control character, tabs and line ends among them."""
IN_A_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""For a text of several lines, whose ends are line feeds: it keeps those and tabs."""


def unix(text: str) -> str:
    """The text with its line ends as line feeds, however they were typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


HARMLESS = re.compile("[\xad\u200b-\u200d\u2060\ufeff]")
"""What a page or a PDF leaves in a text copied from it; French means nothing by it."""
UNDRAWN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""Without width, without ink, in the private plan of one font (a bullet of Word), or turning round
the direction of what follows: two texts that look alike would differ."""


_HYPHENS = re.compile("[\u2010-\u2012\u2212]")


def with_hyphens(text: str) -> str:
    """A text on one line with the hyphen of keyboards for those of Word and the minus sign, which
    nobody tells apart. Dashes, which are wider, stay."""
    return text if text.isascii() else _HYPHENS.sub("-", text)


def fault(text: str, *, lines: bool = True) -> str:
    """Which unseen character a typed text holds, and where, in French; "" where it holds none.

    `lines`: whether tabs and line ends may stand in it.
    """
    text = unix(text)
    found = (IN_A_TEXT if lines else ON_A_LINE).search(text)
    if not found and not text.isascii():
        found = UNDRAWN.search(text)
    if not found:
        return ""
    kind = "de contrôle, invisible," if found[0] < "\xa0" else "invisible ou sans dessin"
    before = _drawn(text[: found.start()])[-20:]
    place = f"après «\u00a0{before}\u00a0»" if before else "au début"
    return f"un caractère {kind} est à retirer {place} (U+{ord(found[0]):04X})"


def _drawn(text: str) -> str:
    return UNDRAWN.sub("", ON_A_LINE.sub(" ", text)).lstrip()


def tidied(value: Any, as_written: Collection[str] = ()) -> Any:
    """What was typed, its texts composed (NFC) and its prose without `HARMLESS`: a text, or the
    sequences, mappings and dataclasses that hold texts. Anything else is given back as it is, and
    so is what is held under a name of `as_written`."""
    if isinstance(value, str):
        return value if value.isascii() else _tidied(value)
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(tidied(item, as_written) for item in value)
    if type(value) is dict:
        return {k: v if k in as_written else tidied(v, as_written) for k, v in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        moved = {}
        for name, held in _fields(value, as_written):
            if (tidy := tidied(held, as_written)) != held:
                moved[name] = tidy
        return dataclasses.replace(value, **moved) if moved else value
    return value


def _tidied(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    is_prose = len(composed) > LINE or "\n" in composed
    return HARMLESS.sub("", composed) if is_prose else composed


def fault_within(value: Any, as_written: Collection[str] = ()) -> str:
    """The first fault of the texts that `tidied` goes through, "" where they hold none."""
    if isinstance(value, str):
        return fault(value)
    held: Iterator[Any] = iter(())
    if isinstance(value, list | tuple):
        held = iter(value)
    elif isinstance(value, Mapping):
        held = (item for name, item in value.items() if name not in as_written)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        held = (item for _, item in _fields(value, as_written))
    return next(filter(None, (fault_within(item, as_written) for item in held)), "")


def _fields(value: Any, as_written: Collection[str]) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(value):
        if field.init and field.name not in as_written:
            yield field.name, getattr(value, field.name)
