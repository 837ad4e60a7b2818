"""A FEC in XML, turned into the text form: one line per `ligne`, in bounded memory.

The official structure nests lines in entries, entries in journals. Declarations of entities and
document types are refused: a few bytes of them may unfold into gigabytes.
"""

from __future__ import annotations

import array
import re
from pathlib import Path
from typing import Any
from xml.parsers import expat

from maillage.ledger.engine.detection import Refused
from maillage.ledger.engine.fec import COLUMNS, SIGNED
from maillage.ledger.engine.findings import Finding

CHUNK = 1 << 20
ALIASES = {"CompteAuxNum": "CompAuxNum", "CompteAuxLib": "CompAuxLib"}
HELD = frozenset((*COLUMNS, "Montant", "Sens"))
LEVELS = {"journal": 0, "ecriture": 1, "ligne": 2}
_BREAKS = re.compile(r"[\t\r\n]+")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_POINT = re.compile(r"[+-]?\d+\.\d+")


class _Reader:
    """Holds the values of the journal, the entry and the line being read."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.lines = array.array("l")
        self.names: tuple[str, ...] = ()
        self.levels: list[dict[str, str]] = [{}, {}, {}]
        self.level = -1
        self.text: list[str] | None = None
        self.closing = ""
        self.started = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.forbidden
        self.parser.EntityDeclHandler = self.forbidden

    def forbidden(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise Refused(Finding("file.xml", line, detail="déclaration de type ou d’entité"))

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name in LEVELS:
            self.level = LEVELS[name]
            self.levels[self.level] = {}
            self.started = self.parser.CurrentLineNumber
        self.text = []

    def characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, name: str) -> None:
        if name == "ligne":
            self.write()
        name = ALIASES.get(name, name)
        if name in LEVELS:
            self.level = LEVELS[name] - 1
        elif self.text is not None and name in HELD and self.level >= 0:
            self.levels[self.level][name] = "".join(self.text).strip()
        elif self.text is not None and name == "DateCloture":
            self.closing = "".join(self.text).strip().replace("-", "")
        self.text = None

    def write(self) -> None:
        """One line of text out of the three levels."""
        held = {**self.levels[0], **self.levels[1], **self.levels[2]}
        if not self.names:
            self.names = SIGNED if "Montant" in held else COLUMNS
            self.out.write("\t".join(self.names) + "\n")
        self.out.write("\t".join(_plain(name, held.get(name, "")) for name in self.names) + "\n")
        self.lines.append(self.started)


def _plain(name: str, value: str) -> str:
    """A value as the text form writes it: no break, dates and decimals its own way."""
    value = _BREAKS.sub(" ", value)
    if "Date" in name and (date := _ISO.fullmatch(value)):
        return "".join(date.groups())
    if name in ("Debit", "Credit", "Montant", "Montantdevise") and _POINT.fullmatch(value):
        return value.replace(".", ",")
    return value


def to_text(path: Path, target: Path) -> tuple[array.array[int], str]:
    """Write `target` in tabulated UTF-8. Gives the XML line of each line, and the closing date.

    Raises Refused where the document is not well formed, declares entities, or holds no line.
    """
    with target.open("w", encoding="utf-8", newline="") as out, path.open("rb") as file:
        reader = _Reader(out)
        try:
            while chunk := file.read(CHUNK):
                reader.parser.Parse(chunk, False)
            reader.parser.Parse(b"", True)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, "")
            detail = f"erreur d’analyse {reason}"
            raise Refused(Finding("file.xml", error.lineno, detail=detail)) from None
    if not reader.lines:
        raise Refused(Finding("file.empty", detail="aucune ligne d’écriture"))
    return reader.lines, reader.closing
