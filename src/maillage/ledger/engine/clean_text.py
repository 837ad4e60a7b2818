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

from maillage.ledger.engine.detection import Form, Unreadable, table_of
from maillage.ledger.engine.duck import Progress
from maillage.ledger.engine.findings import KEPT, Finding, Findings

CHUNK = 4 << 20
BOM = codecs.BOM_UTF8
LONGEST = 16_000
"""Bytes of a line; what comes after is left out."""
SCANT = 1_000_000
"""Lines too short to hold their separators, of which a file may have so many."""
SPARE = 8
"""Bytes kept beyond: a line is still too long once its last character is whole."""
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""All of them but the tabulation and the line ends."""
_CONTROLS = re.compile(CONTROLS.pattern.decode())
_BLANKED = bytes(0x20 if CONTROLS.match(bytes([byte])) else byte for byte in range(256))
_WINDOWS = re.compile(rb"[\x80-\x9f]")
HIDDEN = re.compile("[\x85\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
"""Letters that take no room, or end a line where the file does not."""
_LEADS = tuple({hidden.encode()[0] for hidden in "\x85\xad\u061c\u200b\ufeff"})
_ENDS = "\x85\u2028\u2029"
_SHOWN_AS = {ord(hidden): " " for hidden in _ENDS}
NAMES = {
    "\0": "octet nul", "\x0b": "tabulation verticale", "\x0c": "saut de page",
    "\x1b": "échappement", "\x85": "saut de ligne NEL", "\xad": "trait d’union conditionnel",
    "\u200b": "espace de largeur nulle", "\u200c": "antiliant sans chasse",
    "\u200d": "liant sans chasse", "\u2028": "séparateur de ligne",
    "\u2029": "séparateur de paragraphe", "\u2060": "gluon de mots",
    "\ufeff": "marque d’ordre des octets",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ByteSurvey:
    """What one pass over the bytes tells. `form`: with what samples did not show; `plain`: the
    reader may take them as they are."""

    sha256: str
    form: Form
    plain: bool


def survey_bytes(path: Path, form: Form, progress: Progress) -> ByteSurvey:
    """Hash, and look for what the reader does not take.

    Raises Unreadable where lines are too short by millions: each costs as much as a full one.
    """
    sha, size, done, last = hashlib.sha256(), path.stat().st_size, 0, b""
    lines = 0
    latin = form.family == "iso-8859-15"
    decoder = codecs.getincrementaldecoder("utf-8")() if form.encoding == "utf-8" else None
    marks = [c.encode("latin-1") for c in table_of(form.family)[0]]
    marks += [b"\xad"] if decoder is None else []
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
                plain = plain and not _hides(chunk if done else chunk.removeprefix(BOM), last)
            length = len(chunk) - int(feeds[-1]) - 1 if len(feeds) else length + len(chunk)
            plain = plain and length <= LONGEST
            done, last = done + len(chunk), chunk
            lines += len(feeds) + chunk.count(b"\r") - chunk.count(b"\r\n")
            if lines - done // form.heading.width > SCANT:
                raise Unreadable(Finding("file.lines"))
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


def _hides(chunk: bytes, last: bytes) -> bool:
    """Whether UTF-8 holds a letter that does not show; one may begin at the end of `last`."""
    text = last[-2:] + chunk
    codes = np.frombuffer(text, np.uint8)
    lead = np.zeros(len(codes), bool)
    for byte in _LEADS:
        lead |= codes == byte
    places = np.flatnonzero(lead)
    if not len(places):
        return False
    follows = codes[np.minimum(places + 1, len(codes) - 1)]
    # NEL, soft hyphen; U+2000 to U+207F; the mark of order; the Arabic mark
    doubt = (follows == 0x80) | (follows == 0x81) | (follows == 0xBB) | (follows == 0x98)
    doubt |= (codes[places] == 0xC2) & ((follows == 0x85) | (follows == 0xAD))
    return any(
        HIDDEN.match(text[place : place + 3].decode(errors="ignore")[:1])
        for place in places[doubt].tolist()
    )


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
    oddities = _Oddities(form)
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
    """What is odd, by code: how many lines, and the first of them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.found: dict[str, list[Finding]] = {}
        self.counts: dict[str, int] = {}

    def add(self, code: str, lines: list[int], detail: str = "") -> None:
        """Note lines of one oddity."""
        self.keep([Finding(code, line, detail=detail) for line in lines])

    def letters(self, code: str, pattern: re.Pattern[str], block: bytes, first: int) -> None:
        """Note each line of a block in UTF-8 that holds such a letter: its field, and which."""
        text, found, line, at = block.decode("utf-8", "replace"), [], first, 0
        while match := pattern.search(text, at):
            line += text.count("\n", at, match.start())
            begins = text.rfind("\n", 0, match.start()) + 1
            place = text.count(self.form.separator, begins, match.start())
            found.append(Finding(code, line, self.column(place), named(match[0])))
            at = text.find("\n", match.start())
            if at < 0:
                break
        self.keep(found)

    def column(self, place: int) -> str:
        """The name of a field, "" beyond those of the heading."""
        heading = self.form.heading
        names = {p: name for name, p in heading.places.items()} | heading.extras
        return names.get(place, "")

    def keep(self, found: list[Finding]) -> None:
        if not found:
            return
        code = found[0].code
        held = self.found.setdefault(code, [])
        self.counts[code] = self.counts.get(code, 0) + len(found)
        held += found[: KEPT - len(held)]

    def tell(self, findings: Findings) -> None:
        for code, found in self.found.items():
            findings.add_all(found, self.counts[code])


def named(letter: str) -> str:
    """A letter that does not show, by its number and its name."""
    name = NAMES.get(letter)
    if name is None:
        name = "marque de direction" if HIDDEN.match(letter) else "caractère de contrôle"
    return f"U+{ord(letter):04X}, {name}"


def _block(block: bytes, first: int, form: Form, oddities: _Oddities) -> bytes:
    """Whole lines in UTF-8; `first`: number of the first."""
    if form.encoding == "utf-8":
        block = _as_utf8(block, first, oddities)
    else:
        if form.family == "cp1252" and "file.encoding" not in oddities.counts:
            lines = _lines_with(_WINDOWS, block, first)[:1]
            oddities.add("file.encoding", lines, "lu comme du Windows-1252")
        block = block.decode(form.family or "iso-8859-15", "replace").encode()
    if CONTROLS.search(block):
        oddities.letters("cell.control", _CONTROLS, block, first)
        block = block.translate(_BLANKED)
    mark = BOM if first == 1 and block.startswith(BOM) else b""
    if _hides(block[len(mark) :], b""):
        bare = block[len(mark) :]
        oddities.letters("cell.invisible", HIDDEN, bare, first)
        text = bare.decode("utf-8", "replace").translate(_SHOWN_AS)
        block = mark + HIDDEN.sub("", text).encode()
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
    lines, wrong = block.split(b"\n"), []
    for place, line in enumerate(lines):
        try:
            line.decode()
        except UnicodeDecodeError:
            lines[place] = line.decode("cp1252", "replace").encode()
            wrong.append(first + place)
    oddities.add("file.encoding", wrong, "UTF-8 invalide, ligne lue comme du Windows-1252")
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
