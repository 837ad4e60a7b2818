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
