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
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.parsers import expat

from maillage.ledger.engine.clean_text import LONGEST
from maillage.ledger.engine.detection import MOST_COLUMNS, Unreadable
from maillage.ledger.engine.fec import (
    COLUMNS,
    CREDIT_WORDS,
    DEBIT_WORDS,
    PAYMENT,
    SIGNED,
    UNREAD,
    official,
)
from maillage.ledger.engine.file_checks import renamed
from maillage.ledger.engine.findings import Finding, Findings

CHUNK = 1 << 20
MOST = LONGEST // 4
"""Characters of a value: the rest is left out."""
DEEPEST = 50
"""Elements one within another, where the official structure nests five."""
MOST_IDLE = 100_000
"""Elements in a row without a line."""
LONGEST_TAG = 8 * CHUNK
"""Bytes of one tag or comment, which are kept until its end comes."""
HELD = frozenset((*COLUMNS, "Montant", "Sens", *PAYMENT))
LEVELS = {"journal": 0, "ecriture": 1, "ligne": 2}
ROOT = "comptabilite"
ITS_OWN = frozenset(("CompteAuxNum", "CompteAuxLib"))
"""Names of the official document that are not those of the text."""
AMOUNTS = frozenset(("Debit", "Credit", "Montant", "Montantdevise"))
_BREAKS = re.compile(r"[\t\r\n]+")
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:T\d\d:\d\d:\d\d(?:\.\d+)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?"
)
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?P<power>[eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"[+-]?\d*,\d*")
MOST_POWER = 20


class _Reader:
    """Holds the values of the journal, the entry and the line being read.

    `take` is given those of each line, and the line of the document it begins at.
    """

    def __init__(self, take: Callable[[dict[str, str], int], None]) -> None:
        self.take = take
        self.levels: list[dict[str, str]] = [{}, {}, {}]
        self.level = -1
        self.text: list[str] | None = None
        self.size = self.depth = self.idle = 0
        self.long = False
        self.closing = ""
        self.root = ""
        self.encoding = ""
        self.renamed: dict[str, str] = {}
        self.started = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.forbidden
        self.parser.EntityDeclHandler = self.forbidden
        self.parser.XmlDeclHandler = self.declared

    def forbidden(self, *_: object) -> None:
        self.refuse("déclaration de type ou d’entité")

    def refuse(self, why: str) -> None:
        raise Unreadable(Finding("file.xml", self.parser.CurrentLineNumber, detail=why))

    def declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "").upper()

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.root = self.root or name
        self.depth += 1
        self.idle += 1
        if self.depth > DEEPEST:
            self.refuse(f"plus de {DEEPEST} éléments imbriqués")
        if self.idle > MOST_IDLE:
            self.refuse(f"plus de {MOST_IDLE} éléments sans une ligne d’écriture")
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
        self.depth -= 1
        if name == "ligne":
            self.idle = 0
            self.take({**self.levels[0], **self.levels[1], **self.levels[2]}, self.started)
        if name in LEVELS:
            self.level = LEVELS[name] - 1
        elif self.text is not None and self.level >= 0:
            self.hold(name, "".join(self.text).strip())
        elif self.text is not None and name == "DateCloture":
            self.closing = _as_text_form("DateCloture", "".join(self.text).strip())
        self.text = None

    def hold(self, name: str, value: str) -> None:
        """Keep a value of the element being read; what is not official too, as another column."""
        known = official(name)
        if known and known != name and name not in ITS_OWN:
            self.renamed[name] = known
        self.levels[self.level][known or name] = value

    def read(self, path: Path) -> None:
        """Raises Unreadable where the document is not well formed or declares entities."""
        fed = 0
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    self.parser.Parse(chunk, False)
                    fed += len(chunk)
                    if fed - self.parser.CurrentByteIndex > LONGEST_TAG:
                        self.refuse("balise démesurée")
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
    known = COLUMNS if "Debit" in names or "Credit" in names else SIGNED
    known += tuple(name for name in PAYMENT if name in names)
    return (*known, *(name for name in names if name not in HELD))


def _sides(held: dict[str, str]) -> bool:
    """Give a line that has an amount and a direction the two sides its document has.

    False where the direction is none: neither side can then be read.
    """
    amount = held.get("Montant", "")
    if not amount or any(held.get(side, "").strip("0.,") for side in ("Debit", "Credit")):
        return True
    way = held.get("Sens", "").upper()
    side = "Debit" if way in DEBIT_WORDS else "Credit" if way in CREDIT_WORDS else ""
    held[side or "Debit"] = amount if side else UNREAD
    return bool(side)


def _as_text_form(name: str, value: str) -> str:
    """A value as the text form writes it: no break, dates and decimals its own way."""
    value = _BREAKS.sub(" ", value)
    if name.startswith("Date") or name.endswith("Date"):
        found = _DATE.fullmatch(value)
        return found["year"] + found["month"] + found["day"] if found else value
    if name in AMOUNTS and (number := _FLOAT.fullmatch(value)):
        if number["power"] and abs(int(number["power"][1:])) > MOST_POWER:
            return value
        return f"{Decimal(value):f}".replace(".", ",")
    return value


def _odd_code(name: str, value: str) -> str:
    """The code of what is to be said of a value that the text form no longer shows, "" else."""
    if name in AMOUNTS:
        number = _FLOAT.fullmatch(value)
        if number and number["power"]:
            return "amount.exponent"
        return "amount.comma" if _COMMA.fullmatch(value) else ""
    date = _DATE.fullmatch(value) if "Date" in name else None
    return "date.zone" if date and date["zone"] else ""


@dataclass(frozen=True, slots=True)
class XmlText:
    """What a document comes to: the line of the document each line of the text is from, the
    closing date it gives, the encoding it declares."""

    lines: array.array[int]
    closing: str
    encoding: str


def to_text(path: Path, target: Path, findings: Findings) -> XmlText:
    """Write `target` in tabulated UTF-8.

    Finds, by the lines of the text, what its form no longer shows: directions that its two sides
    cannot say, values that are cut, time zones, exponents, commas.
    Raises Unreadable where the document is not well formed, declares entities, is no FEC, or holds
    no line.
    """
    columns = _columns(path)
    lines = array.array("l")
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write("\t".join(columns) + "\n")

        def take(held: dict[str, str], line: int) -> None:
            place = len(lines) + 2
            for name, value in held.items():
                if value and (code := _odd_code(name, value)):
                    findings.add(Finding(code, place, name, value))
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
        code = "file.empty" if reader.root == ROOT else "file.document"
        raise Unreadable(Finding(code, value=reader.root if code == "file.document" else "",
                                 detail="aucune ligne d’écriture"))  # fmt: skip
    if reader.renamed:
        findings.add(Finding("header.case", detail=renamed(tuple(reader.renamed.items()))))
    return XmlText(lines, reader.closing, reader.encoding)
