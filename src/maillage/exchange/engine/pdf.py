"""A PDF asked of a process of its own: how many pages, what they say, how one looks.

Whatever the file does, it does it there: a crash, a stall or a swelling comes back as a reason in
French. At most `AT_ONCE` such processes live at a time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from maillage.exchange.engine import pdf_child
from maillage.exchange.engine.pages import PageText, lines_of
from maillage.sheets.findings import Finding, Unreadable

AT_ONCE = 2
SECONDS = 40
"""Of the clock, before the process is ended."""
PER_BATCH = 40
"""Pages read by one process: what one of them does to it is lost for few."""
MOST_PAGES = 2_000
WIDTH = 1_240
"""Pixels of the picture of a page."""
REASONS = {
    "encrypted": ("le PDF est protégé par un mot de passe", "le même PDF, sans mot de passe"),
    "broken": ("le PDF est tronqué ou abîmé", "un PDF qui s’ouvre dans un lecteur"),
    "no_page": ("le PDF n’a aucune page", "un PDF d’une page au moins"),
    "slow": ("le PDF demande trop de temps ou de mémoire", "un PDF plus simple"),
}
_places = threading.BoundedSemaphore(AT_ONCE)


class BusyError(Exception):
    """Too many documents are being read at the moment."""


def page_count(path: Path, filename: str) -> int:
    """How many pages. Raises Unreadable where there is none to read."""
    pages = int(json.loads(_asked("count", path, filename))["pages"])
    if pages > MOST_PAGES:
        raise _unreadable(filename, "le PDF est trop long", f"{MOST_PAGES} pages au plus", pages)
    return pages


def read(path: Path, filename: str, first: int, last: int) -> Iterator[PageText]:
    """What some pages say. Raises Unreadable where the process did not come to an end."""
    for line in _asked("read", path, filename, first, last).splitlines():
        told = json.loads(line)
        lines = lines_of(told["lines"])
        yield PageText(told["number"], told["width"], told["height"], lines)


def draw(path: Path, filename: str, number: int) -> bytes:
    """The picture of a page, a PNG. Raises Unreadable, or BusyError."""
    return _asked("draw", path, filename, number, WIDTH)


def _asked(what: str, path: Path, filename: str, *numbers: int) -> bytes:
    command = [sys.executable, pdf_child.__file__, what, str(path), *map(str, numbers)]
    if not _places.acquire(timeout=SECONDS):
        raise BusyError
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _unreadable(filename, *REASONS["slow"]) from None
    finally:
        _places.release()
    if done.returncode:
        killed = done.returncode < 0 or b"MemoryError" in done.stderr[-500:]
        reason = "slow" if killed else pdf_child.EXITS.get(done.returncode, "broken")
        raise _unreadable(filename, *REASONS[reason])
    return done.stdout


def _unreadable(filename: str, what: str, expected: str, value: object = "") -> Unreadable:
    return Unreadable([Finding(filename or "fichier", what, expected, str(value))])
