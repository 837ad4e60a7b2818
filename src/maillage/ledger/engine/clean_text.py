"""What the bytes of a text FEC are, and the same text as the reader wants it.

The reader wants lines that end alike, in UTF-8 or plain latin-1, without control characters. Most
files are so, and are read as they came; another is written again so, its oddities located.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from maillage.ledger.engine.detection import Form, table_of
from maillage.ledger.engine.duck import Progress
from maillage.ledger.engine.findings import Finding, Findings

CHUNK = 4 << 20
LONGEST = 16_000
"""Bytes of a line; what comes after is left out."""
SPARE = 8
"""Bytes kept beyond: a line is still too long once its last character is whole."""
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""All of them but the tabulation and the line ends."""
_BLANKED = bytes(0x20 if CONTROLS.match(bytes([byte])) else byte for byte in range(256))
_WINDOWS = re.compile(rb"[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class ByteSurvey:
    """What one pass over the bytes tells. `form`: with what samples did not show; `plain`: the
    reader may take them as they are."""

    sha256: str
    form: Form
    plain: bool


def survey_bytes(path: Path, form: Form, progress: Progress) -> ByteSurvey:
    """Hash, count lines, and look for what the reader does not take."""
    sha, size, done, last = hashlib.sha256(), path.stat().st_size, 0, b""
    latin = form.family == "iso-8859-15"
    decoder = codecs.getincrementaldecoder("utf-8")() if form.encoding == "utf-8" else None
    marks = [c.encode("latin-1") for c in table_of(form.family)[0]]
    plain = form.family != "cp1252" and form.newline in ("\n", "\r\n")
    length = 0  # of the line that the chunk cuts
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
            codes = np.frombuffer(chunk, np.uint8)
            feeds = np.flatnonzero(codes == ord("\n"))
            if latin and ((codes >= 0x80) & (codes < 0xA0)).any():
                form, latin, plain = replace(form, family="cp1252"), False, False
            if plain:
                plain = _is_clean(chunk, last, form.newline, marks) and _short(feeds, length)
            if plain and decoder is not None:
                plain = _decodes(decoder, chunk, final=done + len(chunk) == size)
            length = len(chunk) - int(feeds[-1]) - 1 if len(feeds) else length + len(chunk)
            plain = plain and length <= LONGEST
            done, last = done + len(chunk), chunk
            progress("Lecture du fichier", done, size)
    return ByteSurvey(sha.hexdigest(), form, plain)


def _is_clean(chunk: bytes, last: bytes, newline: str, marks: list[bytes]) -> bool:
    feeds, returns = chunk.count(b"\n"), chunk.count(b"\r")
    if newline == "\n":
        alike = not returns
    else:
        pairs = chunk.count(b"\r\n") + (last.endswith(b"\r") and chunk.startswith(b"\n"))
        alike = pairs == feeds and returns == chunk.count(b"\r\n") + chunk.endswith(b"\r")
    low = np.count_nonzero(np.frombuffer(chunk, np.uint8) < ord(" "))
    text = low == feeds + returns + chunk.count(b"\t")
    return alike and text and not any(mark in chunk for mark in marks)


def _short(feeds: np.ndarray, held: int) -> bool:
    """Whether every line that ends here is short; `held`: bytes of the first read before."""
    if not len(feeds):
        return True
    return int(feeds[0]) + held <= LONGEST and bool((np.diff(feeds) <= LONGEST).all())


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def rewritten(form: Form, target: Path, findings: Findings) -> Form:
    """The same text in UTF-8, its lines ended alike, in `target`; what was odd is found.

    `family` still says which table the file given follows.
    """
    oddities = _Oddities()
    with target.open("wb") as out:
        first = 1
        for block in _blocks(form.path):
            out.write(_block(block, first, form, oddities))
            first += block.count(b"\n")
    oddities.tell(findings)
    return replace(form, path=target, encoding="utf-8", newline="\n")


def _blocks(path: Path) -> Iterator[bytes]:
    """The bytes by whole lines, each ended with a line feed; of a line too long, its beginning.

    Holds a chunk and a line at most, whatever the file.
    """
    held, returned, skipping = b"", False, False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if returned:
                chunk = b"\r" + chunk
            returned = chunk.endswith(b"\r")  # perhaps half of a pair
            text = chunk[: len(chunk) - returned].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            if skipping:
                text = text[text.find(b"\n") :] if b"\n" in text else b""
                skipping = not text
            text = held + text
            end = text.rfind(b"\n") + 1
            held = text[end:]
            if len(held) > LONGEST + SPARE:
                held, skipping = _begun(held), True
            if end:
                yield text[:end]
    if held or returned:
        yield held + b"\n"


def _begun(line: bytes) -> bytes:
    """What is kept of a line too long: still too long, and whole characters."""
    kept = line[: LONGEST + SPARE]
    while kept and kept[-1] & 0xC0 == 0x80:
        kept = kept[:-1]
    return kept[:-1] if kept[-1] >= 0xC0 else kept


class _Oddities:
    """Lines of each oddity, the first of them."""

    def __init__(self) -> None:
        self.lines: dict[str, list[int]] = {"file.encoding": [], "row.long": [], "cell.control": []}
        self.counts = dict.fromkeys(self.lines, 0)
        self.detail = ""

    def add(self, code: str, lines: list[int]) -> None:
        self.counts[code] += len(lines)
        self.lines[code] += lines[: 1000 - len(self.lines[code])]

    def tell(self, findings: Findings) -> None:
        for code, lines in self.lines.items():
            detail = self.detail if code == "file.encoding" else ""
            found = [Finding(code, line, detail=detail) for line in lines]
            findings.add_all(found, self.counts[code])


def _block(block: bytes, first: int, form: Form, oddities: _Oddities) -> bytes:
    """Whole lines in UTF-8; `first`: number of the first."""
    if CONTROLS.search(block):
        oddities.add("cell.control", _lines_with(CONTROLS, block, first))
        block = block.translate(_BLANKED)
    if form.encoding == "utf-8":
        block = _as_utf8(block, first, oddities)
    else:
        if form.family == "cp1252" and not oddities.counts["file.encoding"]:
            oddities.detail = "lu comme du Windows-1252"
            oddities.add("file.encoding", _lines_with(_WINDOWS, block, first)[:1])
        block = block.decode(form.family or "iso-8859-15", "replace").encode()
    if len(block) > LONGEST:
        block = _cut(block, first, oddities)
    return block


def _as_utf8(block: bytes, first: int, oddities: _Oddities) -> bytes:
    """Lines that are not UTF-8, in a file that is, are taken for Windows-1252."""
    try:
        block.decode()
    except UnicodeDecodeError:
        pass
    else:
        return block
    oddities.detail = "UTF-8 invalide, ligne lue comme du Windows-1252"
    lines, wrong = block.split(b"\n"), []
    for place, line in enumerate(lines):
        try:
            line.decode()
        except UnicodeDecodeError:
            lines[place] = line.decode("cp1252", "replace").encode()
            wrong.append(first + place)
    oddities.add("file.encoding", wrong)
    return b"\n".join(lines)


def _cut(block: bytes, first: int, oddities: _Oddities) -> bytes:
    lines, long = block.split(b"\n"), []
    for place, line in enumerate(lines):
        if len(line) > LONGEST:
            lines[place] = line[:LONGEST].decode(errors="ignore").encode()
            long.append(first + place)
    oddities.add("row.long", long)
    return b"\n".join(lines) if long else block


def _lines_with(pattern: re.Pattern[bytes], block: bytes, first: int) -> list[int]:
    """Numbers of the lines that hold such a byte."""
    found, line, at = [], first, 0
    while match := pattern.search(block, at):
        line += block.count(b"\n", at, match.start())
        found.append(line)
        at = block.find(b"\n", match.start())
        if at < 0:
            break
    return found
