"""Where each sheet of an ODS stands in its content: one pass tells, then a sheet is read alone.

A file of many sheets is gone through twice at most, however many of them are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from maillage.sheets.scanning import KEPT, BrokenSheetError

_NAMES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
}
_HOLDING = ("table:table", "table:dde-link")
"""What a table inside is no sheet of."""
_LOOKED_AT = {
    f"{uri} {local}": f"{short}:{local}"
    for uri, short in _NAMES.items()
    for local in ("table", "dde-link", "spreadsheet", "style", "table-properties")
}
MOST_SPACES = 200
"""Prefixes declared outside of sheets."""


@lru_cache(maxsize=4096)
def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"{_NAMES.get(space, '')}:{local}"


class Handler:
    """Goes through the elements, their names short ("table:table-row")."""

    def __init__(self) -> None:
        self.open: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        short = _short(name)
        self.open.append(short)
        self.opened(short, {_short(key): value for key, value in attributes.items()})

    def end(self, _: str) -> None:
        self.closed(self.open.pop())

    def opened(self, name: str, attributes: dict[str, str]) -> None: ...

    def closed(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


@dataclass(slots=True)
class Outline:
    """The names of the sheets; of those, the ones hidden, which a style of the file says before;
    the bytes each stands in, the prefixes it may use."""

    xml: bytes
    names: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    places: dict[str, slice] = field(default_factory=dict)
    spaces: dict[str, str] = field(default_factory=dict)

    def parse(self, name: str, handler: Handler, most: int = 0) -> None:
        """Go through one sheet, or its first `most` bytes. Raises expat.ExpatError."""
        place = self.places[name]
        end = min(place.stop, place.start + most) if most else place.stop
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        declared = (f" xmlns{':' * bool(p)}{p}={quoteattr(uri)}" for p, uri in self.spaces.items())
        parser.Parse(f"<sheet{''.join(declared)}>".encode(), False)
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.text
        parser.Parse(memoryview(self.xml)[place.start : end], False)


class _Pass:
    """The pass over the whole content: only sheets and the styles that hide them are looked at."""

    def __init__(self, outline: Outline, parser: expat.XMLParserType) -> None:
        self.outline, self.parser = outline, parser
        self.depth = self.begun = 0
        self.sheet = self.style = ""
        self.in_body = False
        self.unseen: set[str] = set()

    def prefix(self, prefix: str | None, uri: str | None) -> None:
        spaces = self.outline.spaces
        if self.depth:
            return
        if len(spaces) >= MOST_SPACES or spaces.setdefault(prefix or "", uri or "") != (uri or ""):
            raise BrokenSheetError

    def start(self, name: str, attributes: dict[str, str]) -> None:
        short = _LOOKED_AT.get(name)
        if short is None:
            return
        if short in _HOLDING:
            self.depth += 1
            if self.depth == 1:
                self._opened(short, {_short(key): value for key, value in attributes.items()})
        elif short == "office:spreadsheet":
            self.in_body = True
        elif short == "style:style":
            self.style = attributes.get(f"{name.partition(' ')[0]} name", "")
        elif short == "style:table-properties" and len(self.unseen) < KEPT:
            told = {_short(key): value for key, value in attributes.items()}
            if told.get("table:display") == "false":
                self.unseen.add(self.style)

    def _opened(self, short: str, attributes: dict[str, str]) -> None:
        self.sheet, self.begun = attributes.get("table:name", ""), -1
        if short != "table:table" or not self.in_body:
            return
        self.begun = self.parser.CurrentByteIndex
        self.outline.names.append(self.sheet)
        if attributes.get("table:style-name") in self.unseen:
            self.outline.hidden.add(self.sheet)

    def end(self, name: str) -> None:
        if _LOOKED_AT.get(name) not in _HOLDING:
            return
        self.depth -= 1
        if not self.depth and self.begun >= 0:
            place = slice(self.begun, self.parser.CurrentByteIndex)
            self.outline.places.setdefault(self.sheet, place)


def outlined(xml: bytes) -> Outline:
    """Raises expat.ExpatError, or BrokenSheetError where prefixes are not those of a file."""
    outline = Outline(xml)
    parser = expat.ParserCreate("utf-8", " ")
    one = _Pass(outline, parser)
    parser.StartNamespaceDeclHandler = one.prefix
    parser.StartElementHandler = one.start
    parser.EndElementHandler = one.end
    parser.Parse(xml, True)
    return outline
