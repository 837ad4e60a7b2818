"""What is done to a PDF in a process of its own: counted, read, drawn.

A hostile file may crash, stall or swell whoever opens it; this is that process, bounded before the
first byte is read. Run as a script: `pdf_child.py count|read|draw PATH …`, its answer on its
standard output, JSON or a PNG. Exit codes are `EXITS`. Knows no Django and nothing of the house.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

EXITS = {3: "encrypted", 4: "broken", 5: "no_page"}
MEMORY, FILE = 2_000_000_000, 50_000_000
SECONDS = {"count": 4, "read": 5, "draw": 15}
"""Bytes of address space, bytes written, seconds of processor: beyond, the system ends it."""
MOST_PIXELS = 6_000_000
MOST_LINES, MOST_CHARACTERS = 4_000, 200_000
CUTS = re.compile("[\x02\u00ad\ufffe]")
"""What PDFium gives of the hyphen of a word cut at a line's end."""
SLIM, GAP = 0.05, 0.12
"""Of the height of a glyph: from here on, a space told before it is one; a gap between runs is."""


def _bounded(seconds: int) -> None:
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _opened(path: str) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        if len(document) < 1:
            sys.exit(5)
    except pypdfium2.PdfiumError as error:
        sys.exit(3 if "password" in str(error).lower() or "security" in str(error).lower() else 4)
    return document


def _lines(page: Any) -> list[list[Any]]:
    """The lines of a page, in the order they are read: left, top, width, height, text."""
    start, bottom, end, top = page.get_cropbox()
    width, height = page.get_size()
    text = page.get_textpage()
    if abs(width - (end - start)) > 1 or abs(height - (top - bottom)) > 1 or page.get_rotation():
        whole = text.get_text_bounded()[:MOST_CHARACTERS]  # turned: boxes are not its picture's
        lines = (_seen(line) for line in CUTS.sub("\u00ad\n", whole).splitlines())
        return [[0, 0, 0, 0, line] for line in lines if line]
    found: list[list[Any]] = []
    for said, least, *box in _glyphs(text):
        if found and _continues(found[-1], box):
            _join(found[-1], said, box, least)
        else:
            found.append([*box, said])
    told = ([left, low, right, high, _seen(said)] for left, low, right, high, said in found)
    return [
        [round(x, 1) for x in (left - start, top - high, right - left, high - low)] + [said]
        for left, low, right, high, said in told
        if said
    ][:MOST_LINES]


def _seen(line: str) -> str:
    """A line as a reader sees it: no control character, its last word cut by a hyphen."""
    line = CUTS.sub("\u00ad", line).strip()
    line = line[:-1] + "-" if line.endswith("\u00ad") else line
    kept = (one if one.isprintable() else " " * one.isspace() for one in line.replace("\u00ad", ""))
    return " ".join("".join(kept).split())


def _glyphs(text: Any) -> Iterator[list[Any]]:
    """Each glyph of a page once, though drawn twice to be bold: its letters (a ligature has
    several), the gap from which a space stands before it, left, low, right, high.

    A space counts where it is seen: one written or told by PDFium, or a gap between two runs.
    """
    drawn: dict[tuple[str, int], list[float]] = {}
    before = None
    for said, spaced, run, place in _written(text):
        tall, wide = place[3] - place[1], place[2] - place[0]
        band = round(place[1] / max(tall, 1) * 4)
        near = (x for k in (-1, 0, 1) for x in drawn.get((said, band + k), ()))
        if any(abs(x - place[0]) < wide / 2 for x in near):
            before = None  # what follows a glyph left out is told by its gap
            continue
        drawn.setdefault((said, band), []).append(place[0])
        least = SLIM if spaced else inf if run == before else GAP
        before = run
        yield [said, least * tall, *place]


def _written(text: Any) -> Iterator[tuple[str, bool, int | None, list[float]]]:
    """Each glyph as the file writes it: its letters, whether a space comes before, its run, its
    place. The letters of a ligature are told one by one, all of one place and one run.
    """
    from ctypes import byref, c_void_p, cast

    from pypdfium2 import raw

    box = raw.FS_RECTF()
    said, spaced, run, place = "", False, None, [0.0] * 4
    blank = False
    for rank in range(min(text.count_chars(), MOST_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(text, rank)
        letter = chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else ""
        if not letter or letter.isspace():
            blank = blank or bool(letter)
            continue
        raw.FPDFText_GetLooseCharBox(text, rank, byref(box))
        its = cast(raw.FPDFText_GetTextObject(text, rank), c_void_p).value
        at = [box.left, box.bottom, box.right, box.top]
        if said and not blank and (its, at) == (run, place):
            said += letter
            continue
        if said:
            yield said, spaced, run, place
        said, spaced, run, place, blank = letter, blank, its, at, False
    if said:
        yield said, spaced, run, place


def _continues(line: list[Any], box: list[float]) -> bool:
    """Whether a glyph goes on from a line: on it, and neither far behind nor far ahead."""
    middle, tall = (box[1] + box[3]) / 2, max(line[3] - line[1], box[3] - box[1])
    return bool(line[1] <= middle <= line[3] and -tall < box[0] - line[2] < 1.5 * tall)


def _join(line: list[Any], said: str, box: list[float], least: float) -> None:
    glue = " " if box[0] - line[2] > least else ""
    line[:4] = line[0], min(line[1], box[1]), max(line[2], box[2]), max(line[3], box[3])
    line[4] += glue + said


def _read(document: Any, first: int, last: int) -> None:
    for number in range(first, min(last, len(document)) + 1):
        page = document[number - 1]
        width, height = page.get_size()
        told = {"number": number, "width": round(width), "height": round(height)}
        sys.stdout.write(json.dumps({**told, "lines": _lines(page)}) + "\n")
        page.close()


def _draw(document: Any, number: int, width: int) -> None:
    page = document[number - 1]
    wide, high = page.get_size()
    scale = min(width / wide, (MOST_PIXELS / (wide * high)) ** 0.5)
    pixels = page.render(scale=scale, rev_byteorder=True, no_smoothpath=False).to_numpy()[:, :, :3]
    sys.stdout.buffer.write(_png(pixels))


def _png(pixels: Any) -> bytes:
    import numpy as np

    high, wide, _ = pixels.shape
    rows = np.zeros((high, 1 + wide * 3), dtype=np.uint8)
    rows[:, 1:] = pixels.reshape(high, wide * 3)
    rows[1:, 1:] -= rows[:-1, 1:].copy()  # each row by what differs from the one above
    rows[1:, 0] = 2

    def part(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    packed = zlib.compress(rows.tobytes(), 6)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", packed) + part(b"IEND", b"")


def main() -> None:
    asked, path, *numbers = sys.argv[1:]
    _bounded(SECONDS[asked])
    if not Path(path).is_file():
        sys.exit(4)
    document = _opened(path)
    if asked == "count":
        sys.stdout.write(json.dumps({"pages": len(document)}))
    elif asked == "read":
        _read(document, *map(int, numbers))
    elif asked == "draw":
        _draw(document, *map(int, numbers))


if __name__ == "__main__":
    main()
