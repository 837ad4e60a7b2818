"""How a file is written, told by its content: kind, encoding, separator, line ends, heading.

Reads the beginning of the file, and a few samples further on; never its whole.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maillage.ledger.engine.fec import SEPARATORS, Heading, Layout, read_heading
from maillage.ledger.engine.findings import Finding

HEAD = 65_536
SAMPLES = 16
SIGNATURES = (
    (b"PK\x03\x04", "une archive ZIP ou un classeur"),
    (b"PK\x05\x06", "une archive ZIP vide"),
    (b"\x1f\x8b", "une archive GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "une archive 7z"),
    (b"Rar!", "une archive RAR"),
    (b"BZh", "une archive BZIP2"),
    (b"\xfd7zXZ", "une archive XZ"),
    (b"%PDF", "un document PDF"),
    (b"\xd0\xcf\x11\xe0", "un classeur ou document bureautique"),
    (b"\xff\xfe", "un texte UTF-16"),
    (b"\xfe\xff", "un texte UTF-16"),
    (b"PAR1", "un fichier Parquet"),
)
BINARY = 100
"""A file is binary where more than one byte in so many is zero."""
MOST_COLUMNS = 500
LEAST_KNOWN = 8
"""Official names a first line must hold to be taken for a heading."""


class Unreadable(Exception):
    """The file cannot be read at all; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Form:
    """How a text FEC is written.

    `encoding` is "utf-8" or "latin-1"; `family` says which 8-bit table the bytes above 127 follow:
    "iso-8859-15", "cp1252" or "". `newline` is "\\n", "\\r\\n", "\\r" or "" where they are mixed.
    `many`: places of extra columns of too many values to be analytical axes. `month_first`: columns
    of days that write the month first; `disputed`: those where some do and some do not. `pointed`:
    its amounts agree that a point comes before decimals, never between thousands.
    """

    path: Path
    size: int
    encoding: str
    family: str
    bom: bool
    separator: str
    newline: str
    heading: Heading
    many: frozenset[int] = frozenset()
    month_first: frozenset[str] = frozenset()
    disputed: frozenset[str] = frozenset()
    pointed: bool = False

    @property
    def layout(self) -> Layout:
        return self.heading.layout


def is_xml(path: Path) -> bool:
    """Whether the file opens as XML does."""
    with path.open("rb") as file:
        head = file.read(512)
    for wide in ("utf-16-le", "utf-16-be"):
        mark = codecs.BOM_UTF16_LE if wide.endswith("le") else codecs.BOM_UTF16_BE
        if head.startswith((mark, "<".encode(wide))):
            return head.removeprefix(mark).decode(wide, "ignore").lstrip()[:1] == "<"
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<"


def detect(path: Path) -> Form:
    """Tell how a text file is written. Raises Unreadable where it is no FEC text at all."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        if not head.removeprefix(codecs.BOM_UTF8).strip():
            raise Unreadable(Finding("file.empty"))
        for signature, what in SIGNATURES:
            if head.startswith(signature):
                raise Unreadable(Finding("file.archive", value=what))
        if head.count(b"\0") * BINARY > len(head):
            raise Unreadable(Finding("file.archive", value="un fichier binaire"))
        encoding, family = _encoding(head, file, size)
    bom = head.startswith(codecs.BOM_UTF8)
    text = head.removeprefix(codecs.BOM_UTF8)
    newline = _newline(text)
    lines = text.split(newline.encode() if newline else b"\n", 2)[:2]
    first, second = (line.decode(encoding, "replace").strip("\r\n") for line in (*lines, b"")[:2])
    return Form(path, size, encoding, family, bom, *_heading(first, second, newline))


def _heading(first: str, second: str, newline: str) -> tuple[str, str, Heading]:
    """The separator and the names of a first line; names that are empty, and no cell of the second
    line, are none. Raises Unreadable."""
    separator = max(SEPARATORS, key=first.count)
    if not first.count(separator):
        other = max(";,", key=first.count)
        if first.count(other) >= LEAST_KNOWN:
            raise Unreadable(Finding("file.separator", 1, value=other))
        raise Unreadable(Finding("file.header", 1, value=first[:80]))
    cells = first.split(separator)
    while not cells[-1].strip() and len(cells) > second.count(separator) + 1:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(Finding("file.header", 1, value=f"{len(cells)} champs"))
    heading = read_heading(cells)
    if len(heading.places) < LEAST_KNOWN:
        raise Unreadable(Finding("file.header", 1, value=first[:80]))
    needed = {"EcritureDate", "CompteNum", *heading.names[11:13]}
    lost = sorted(needed & set(heading.missing))
    if lost:
        raise Unreadable(Finding("file.header", 1, value=", ".join(lost), detail="champs absents"))
    return separator, newline, heading


def _newline(text: bytes) -> str:
    """The line end of a sample, "" where several are used."""
    pairs = text.count(b"\r\n")
    returns, feeds = text.count(b"\r") - pairs, text.count(b"\n") - pairs
    if text.endswith(b"\r"):
        returns -= 1  # perhaps half of a pair that the sample cuts
    used = [end for end, times in (("\r\n", pairs), ("\n", feeds), ("\r", returns)) if times > 0]
    return used[0] if len(used) == 1 else "" if used else "\n"


def _encoding(head: bytes, file: io.BufferedReader, size: int) -> tuple[str, str]:
    """The encoding of a file from its head and samples spread over it."""
    samples = [head]
    for rank in range(1, SAMPLES):
        place = size * rank // SAMPLES
        if place > HEAD:
            file.seek(place)
            samples.append(file.read(4096))
    if head.startswith(codecs.BOM_UTF8) or _is_utf8(samples):
        return "utf-8", ""
    return "latin-1", family_of(b"".join(samples))


def _is_utf8(samples: Sequence[bytes]) -> bool:
    """Whether bytes cut anywhere are UTF-8, but for fewer faults than sound characters."""
    sound = wrong = 0
    for place, sample in enumerate(samples):
        start = next((i for i in range(min(4, len(sample))) if sample[i] & 0xC0 != 0x80), 0)
        text = codecs.getincrementaldecoder("utf-8")("replace").decode(
            sample[start * (place > 0) :]
        )
        faults = text.count("\ufffd")
        wrong += faults
        sound += len(text) - len(text.encode("ascii", "ignore")) - faults
    return wrong == 0 or sound > wrong


def family_of(sample: bytes) -> str:
    """Which 8-bit table: bytes 128 to 159 are letters in Windows-1252, control codes elsewhere."""
    return "cp1252" if any(0x80 <= byte <= 0x9F for byte in set(sample)) else "iso-8859-15"


def table_of(family: str) -> tuple[str, str]:
    """Characters as latin-1 gives them, and as the family has them, in the same order."""
    if not family:
        return "", ""
    pairs = [
        (chr(byte), bytes([byte]).decode(family, "replace"))
        for byte in range(0x80, 0x100)
        if bytes([byte]).decode(family, "replace") not in (chr(byte), "\ufffd")
    ]
    return "".join(p[0] for p in pairs), "".join(p[1] for p in pairs)
