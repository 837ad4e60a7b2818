"""What is done to a PDF in a process of its own: counted, read, drawn.

A hostile file may crash, stall or swell whoever opens it; this is that process, bounded before the
first byte is read. Run as a script: `pdf_child.py count|read|draw PATH …`, its answer on its
standard output, JSON or a PNG. Exit codes are `EXITS`. Knows no Django and nothing of the house.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

EXITS = {3: "encrypted", 4: "broken", 5: "no_page"}
MEMORY, FILE = 2_000_000_000, 50_000_000
SECONDS = {"count": 4, "read": 5, "draw": 15}
"""Bytes of address space, bytes written, seconds of processor: beyond, the system ends it."""
MOST_PIXELS = 6_000_000
MOST_LINES, MOST_CHARACTERS = 4_000, 200_000


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
        return [[0, 0, 0, 0, line.strip()] for line in whole.splitlines() if line.strip()]
    found: list[list[Any]] = []
    told = 0
    for rank in range(min(text.count_rects(), MOST_LINES)):
        left, low, right, high = text.get_rect(rank)
        said = " ".join(text.get_text_bounded(left, low, right, high).split())
        told += len(said)
        if not said or told > MOST_CHARACTERS:
            continue
        line = [left - start, top - high, right - left, high - low, said]
        if found and _continues(found[-1], line):
            _join(found[-1], line)
        else:
            found.append(line)
    return [[*(round(one, 1) for one in line[:4]), line[4]] for line in found]


def _continues(former: list[Any], line: list[Any]) -> bool:
    """Whether a run of text goes on from another on the same line."""
    middle = line[1] + line[3] / 2
    gap = line[0] - (former[0] + former[2])
    tall = max(former[3], line[3])
    return bool(former[1] <= middle <= former[1] + former[3] and -tall < gap < 1.5 * tall)


def _join(former: list[Any], line: list[Any]) -> None:
    gap = line[0] - (former[0] + former[2])
    glue = " " if gap > 0.15 * max(former[3], line[3]) else ""
    right = max(former[0] + former[2], line[0] + line[2])
    low = max(former[1] + former[3], line[1] + line[3])
    former[1] = min(former[1], line[1])
    former[2], former[3] = right - former[0], low - former[1]
    former[4] += glue + line[4]


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
