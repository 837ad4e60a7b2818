"""What a file is, by what it holds and never by its name; the pages of a Word file, of a text.

Sizes are checked before anything is inflated; what cannot be read is told in French, as findings.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from xml.parsers import expat

from maillage.exchange.engine.pages import Line, PageText
from maillage.kernel import unprintable
from maillage.sheets.findings import Finding, Unreadable, shown
from maillage.sheets.workbook_parts import opened

EXPECTED = "un PDF, un document Word (.docx) ou un texte en UTF-8"
WORD_BODY = "word/document.xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST_PAGES = 2_000
PAGE_CHARACTERS = 3_000
"""Where a text says no page, one is made of about so many characters."""
LINE_CHARACTERS = 2_000
MOST_LINES = 1_000_000
MOST_TAGS = 4_000_000
"""Of a Word file: a page has one to three thousand."""
OTHERS = (
    (b"MZ", "le fichier est un programme"),
    (b"\x7fELF", "le fichier est un programme"),
    (b"\xd0\xcf\x11\xe0", "le fichier est un ancien document Office ou un document protégé"),
    (b"{\\rtf", "le fichier est un texte enrichi (RTF)"),
    (b"\x89PNG", "le fichier est une image"),
    (b"\xff\xd8\xff", "le fichier est une image"),
    (b"GIF8", "le fichier est une image"),
    (b"II*\0", "le fichier est une image"),
    (b"MM\0*", "le fichier est une image"),
    (b"\x1f\x8b", "le fichier est une archive"),
    (b"7z\xbc\xaf", "le fichier est une archive"),
    (b"Rar!", "le fichier est une archive"),
)


class Kind(StrEnum):
    PDF = "pdf"
    WORD = "word"
    TEXT = "text"


def unreadable(filename: str, what: str, expected: str = EXPECTED, value: str = "") -> Unreadable:
    return Unreadable([Finding(shown(filename) or "fichier", what, expected, value)])


def kind_of(data: bytes, filename: str) -> Kind:
    """What the bytes are. Raises Unreadable, saying what they are instead."""
    if not data:
        raise unreadable(filename, "le fichier est vide")
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    for head, what in OTHERS:
        if data.startswith(head):
            raise unreadable(filename, what)
    if data.startswith(b"PK"):
        with opened(data, filename, "le document", EXPECTED) as archive:
            if WORD_BODY in archive.namelist():
                return Kind.WORD
        raise unreadable(filename, "l’archive n’est pas un document Word")
    _decoded(data, filename)
    return Kind.TEXT


def pages_of(kind: Kind, data: bytes, filename: str) -> list[PageText]:
    """The pages of a Word file or of a text. Raises Unreadable."""
    if kind is Kind.WORD:
        paragraphs = _word_paragraphs(data, filename)
    else:
        if data.count(b"\n") + data.count(b"\r") > MOST_LINES:
            most = f"{MOST_PAGES} pages au plus"
            raise unreadable(filename, "le document est trop long", most)
        paragraphs = _text_paragraphs(_decoded(data, filename))
    pages: list[PageText] = []
    for lines in _paged(paragraphs):
        if len(pages) == MOST_PAGES:
            raise unreadable(filename, "le document est trop long", f"{MOST_PAGES} pages au plus")
        told = tuple(Line(0, 0, 0, 0, text) for text in lines)
        pages.append(PageText(len(pages) + 1, 0, 0, told))
    return pages or [PageText(1, 0, 0, ())]


def _decoded(data: bytes, filename: str) -> str:
    if b"\0" in data[:100_000]:
        raise unreadable(filename, "le fichier n’est ni un document connu ni un texte")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        what = "le texte n’est pas en UTF-8"
        raise unreadable(filename, what, "le même texte, enregistré en UTF-8") from None


def _text_paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of a text; "\\f" where a page ends."""
    for rank, page in enumerate(unprintable.unix(text).split("\f")):
        if rank:
            yield "\f"
        for block in re.split(r"\n\s*\n", page):
            yield from filter(None, (" ".join(line.split()) for line in block.split("\n")))


def _paged(paragraphs: Iterator[str]) -> Iterator[list[str]]:
    """Paragraphs page by page: where the text says so, else by length."""
    page: list[str] = []
    told = 0
    for paragraph in paragraphs:
        ends = paragraph == "\f"
        if page and (ends or told + len(paragraph) > 2 * PAGE_CHARACTERS):
            yield page
            page, told = [], 0
        if not ends:
            page += [
                paragraph[at : at + LINE_CHARACTERS]
                for at in range(0, len(paragraph), LINE_CHARACTERS)
            ]
            told += len(paragraph)
    if page:
        yield page


def _word_paragraphs(data: bytes, filename: str) -> Iterator[str]:
    """The paragraphs of a Word file, "\\f" where it says that a page begins."""
    with opened(data, filename, "le document", EXPECTED) as archive:
        try:
            body = archive.read(WORD_BODY)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            raise _broken(filename) from error
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise unreadable(filename, "le XML du document n’est pas admis")
    if body.count(b"<") > MOST_TAGS:
        raise unreadable(filename, "le document est trop chargé", "le même, en plusieurs fichiers")
    reader = _WordReader()
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise _broken(filename) from error
    return iter(reader.paragraphs)


def _broken(filename: str) -> Unreadable:
    what = "le document est tronqué ou abîmé"
    return unreadable(filename, what, "un document qui s’ouvre dans Word")


class _WordReader:
    """Gathers paragraphs; text that is deleted or an instruction is not text."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.said: io.StringIO | None = None
        self.within = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        short = name.removeprefix(f"{_W} ")
        if short == "p":
            self.said = io.StringIO()
        elif short == "t":
            self.within = True
        elif short in ("tab", "cr") and self.said:
            self.said.write(" ")
        elif short == "lastRenderedPageBreak":
            self._break()
        elif short == "br":
            if attributes.get(f"{_W} type") == "page":
                self._break()
            elif self.said:
                self.said.write(" ")

    def _break(self) -> None:
        """What was said before a page's end stays on it."""
        self._close()
        if self.paragraphs and self.paragraphs[-1] != "\f":
            self.paragraphs.append("\f")
        self.said = io.StringIO()

    def _close(self) -> None:
        text = " ".join(self.said.getvalue().split()) if self.said else ""
        if text:
            self.paragraphs.append(text)
        self.said = None

    def end(self, name: str) -> None:
        short = name.removeprefix(f"{_W} ")
        if short == "t":
            self.within = False
        elif short == "p":
            self._close()

    def text(self, data: str) -> None:
        if self.within and self.said:
            self.said.write(data)
