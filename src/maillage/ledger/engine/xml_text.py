"""A FEC in XML, turned into the text form: one line per `ligne`, in bounded memory.

The official structure nests lines in entries, entries in journals. The document is read twice:
for the names its lines hold (what is not official becomes an extra column), then for their values.
Declarations of entities and document types are refused: a few bytes of them may unfold into
gigabytes.
"""

from __future__ import annotations

import array
import re
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from maillage.ledger.engine.clean_text import LONGEST
from maillage.ledger.engine.detection import MOST_COLUMNS, Unreadable
from maillage.ledger.engine.fec import COLUMNS, CREDIT_WORDS, DEBIT_WORDS, SIGNED
from maillage.ledger.engine.findings import Finding, Findings

CHUNK = 1 << 20
MOST = LONGEST // 4
"""Characters of a value: the rest is left out."""
ALIASES = {"CompteAuxNum": "CompAuxNum", "CompteAuxLib": "CompAuxLib"}
HELD = frozenset((*COLUMNS, "Montant", "Sens"))
LEVELS = {"journal": 0, "ecriture": 1, "ligne": 2}
_BREAKS = re.compile(r"[\t\r\n]+")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_POINT = re.compile(r"[+-]?\d+\.\d+")


class _Reader:
    """Holds the values of the journal, the entry and the line being read.

    `take` is given those of each line, and the line of the document it begins at.
    """

    def __init__(self, take: Callable[[dict[str, str], int], None]) -> None:
        self.take = take
        self.levels: list[dict[str, str]] = [{}, {}, {}]
        self.level = -1
        self.text: list[str] | None = None
        self.size = 0
        self.long = False
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
        raise Unreadable(Finding("file.xml", line, detail="déclaration de type ou d’entité"))

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in LEVELS:
            self.level = LEVELS[name]
            self.levels[self.level] = {}
            self.started = self.parser.CurrentLineNumber
        self.text, self.size = [], 0

    def characters(self, text: str) -> None:
        """Gathered up to what a line may hold; `long`: some was left out."""
        if self.text is not None:
            self.text.append(text[: max(0, MOST - self.size)])
            self.size += len(text)
            self.long |= self.size > MOST

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        name = ALIASES.get(name, name)
        if name == "ligne":
            self.take({**self.levels[0], **self.levels[1], **self.levels[2]}, self.started)
        if name in LEVELS:
            self.level = LEVELS[name] - 1
        elif self.text is not None and self.level >= 0:
            if name in HELD or self.level == LEVELS["ligne"]:
                self.levels[self.level][name] = "".join(self.text).strip()
        elif self.text is not None and name == "DateCloture":
            self.closing = "".join(self.text).strip().replace("-", "")
        self.text = None

    def read(self, path: Path) -> None:
        """Raises Unreadable where the document is not well formed or declares entities."""
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    self.parser.Parse(chunk, False)
            self.parser.Parse(b"", True)
        except (LookupError, ValueError):  # UnicodeError is one
            raise Unreadable(Finding("file.xml", 1, detail="encodage non admis")) from None
        except expat.ExpatError as error:
            detail = f"colonne {error.offset + 1}"
            raise Unreadable(Finding("file.xml", error.lineno, detail=detail)) from None


def _columns(path: Path) -> tuple[str, ...]:
    """The columns of the text: on two sides where a line has one of them, with a direction else."""
    names: dict[str, None] = {}

    def note(held: dict[str, str], line: int) -> None:
        names.update(dict.fromkeys(held))
        if len(names) > MOST_COLUMNS:
            raise Unreadable(Finding("file.header", line, value=f"plus de {MOST_COLUMNS} champs"))

    _Reader(note).read(path)
    official = COLUMNS if "Debit" in names or "Credit" in names else SIGNED
    return (*official, *(name for name in names if name not in HELD))


def _sides(held: dict[str, str]) -> bool:
    """Give a line that has an amount and a direction the two sides its document has.

    False where the direction is none.
    """
    amount = held.get("Montant", "")
    if not amount or any(held.get(side, "").strip("0.,") for side in ("Debit", "Credit")):
        return True
    way = held.get("Sens", "").upper()
    side = "Debit" if way in DEBIT_WORDS else "Credit" if way in CREDIT_WORDS else ""
    held[side or "Debit"] = amount if side else ""
    return bool(side)


def _as_text_form(name: str, value: str) -> str:
    """A value as the text form writes it: no break, dates and decimals its own way."""
    value = _BREAKS.sub(" ", value)
    if "Date" in name and (date := _ISO.fullmatch(value)):
        return "".join(date.groups())
    if name in ("Debit", "Credit", "Montant", "Montantdevise") and _POINT.fullmatch(value):
        return value.replace(".", ",")
    return value


def to_text(path: Path, target: Path, findings: Findings) -> tuple[array.array[int], str]:
    """Write `target` in tabulated UTF-8. Gives the XML line of each line, and the closing date.

    Finds, by the lines of the text, the directions that its two sides cannot say and the values
    that are cut.
    Raises Unreadable where the document is not well formed, declares entities, or holds no line.
    """
    columns = _columns(path)
    lines = array.array("l")
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write("\t".join(columns) + "\n")

        def take(held: dict[str, str], line: int) -> None:
            place = len(lines) + 2
            if "Debit" in columns and not _sides(held):
                findings.add(Finding("amount.direction", place, "Sens", held.get("Sens", "")))
            if reader.long:
                findings.add(Finding("row.long", place))
                reader.long = False
            out.write("\t".join(_as_text_form(name, held.get(name, "")) for name in columns) + "\n")
            lines.append(line)

        reader = _Reader(take)
        reader.read(path)
    if not lines:
        raise Unreadable(Finding("file.empty", detail="aucune ligne d’écriture"))
    return lines, reader.closing
