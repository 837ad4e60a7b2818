"""Documents made for the tests: typeset, scanned, hostile."""

from __future__ import annotations

import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import docx
import pypdf
import typst

CHAPTER = (
    "La comptabilité fournisseurs est mutualisée par la chambre du Nord dès 2024.",
    "La trésorerie reste en autonomie dans chaque chambre en 2022.",
    "La paie est intégrée à la région au plus tard en 2027.",
)


@cache
def typeset(source: str) -> bytes:
    """A PDF out of Typst markup."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "essai.typ"
        path.write_text(source, "utf-8")
        return bytes(typst.compile(path))


def chapter(pages: int = 3) -> bytes:
    """Pages of a printed scheme: a cover, then the same sentences on each."""
    texts = "\n\n".join(CHAPTER)
    inside = "\n#pagebreak()\n".join(f"= Chapitre {n}\n\n{texts}" for n in range(1, pages))
    head = '#set page("a5")\n#set text(lang: "fr", size: 11pt)\n'
    return typeset(f"{head}= Schéma imprimé\n#pagebreak()\n{inside}")


def scanned() -> bytes:
    """A page that is only a picture."""
    return typeset('#set page("a5")\n#rect(width: 100%, height: 80%, fill: luma(200))')


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(chapter()))
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def blank(pages: int) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(400, 600)
    return _written(writer)


def _written(writer: pypdf.PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def word(*pages: list[str]) -> bytes:
    book = docx.Document()
    for rank, page in enumerate(pages):
        if rank:
            book.add_page_break()
        for text in page:
            book.add_paragraph(text)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def glyphs(content: str, to_unicode: str = "") -> bytes:
    """A page of 400 by 200 points whose content is written as given, in Helvetica named F."""
    mapped = f"beginbfchar {to_unicode} endbfchar" if to_unicode else ""
    streams = (
        content.encode("cp1252"),
        f"1 begincodespacerange <00> <FF> endcodespacerange 1 {mapped}".encode(),
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 5 0 R"
        b"/Resources<</Font<</F 4 0 R>>>>>>",
        font + (b"/ToUnicode 6 0 R>>" if to_unicode else b">>"),
        *(b"<</Length %d>>stream\n%s\nendstream" % (len(one), one) for one in streams),
    ]
    body = b"%PDF-1.4\n"
    for number, part in enumerate(parts, 1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    return _written(pypdf.PdfWriter(clone_from=io.BytesIO(
        body + b"trailer<</Root 1 0 R/Size 7>>\nstartxref\n0\n%%EOF"
    )))  # fmt: skip
