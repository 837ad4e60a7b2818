"""Someone who writes to a served installation, someone who reads it meanwhile; what they saw."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle

from tests.bench.load import Cell, Session, draft_cells, write
from tests.installation import Installation, answers, until

FILL = """
from maillage.schemes.models import Edition
from tests.builders import PASSWORD, actors_of, keep_books, load, small_document
edition = load(small_document())
actors_of(edition)
keep_books(edition.scheme.network, "nord")
print(PASSWORD)
"""
ADMINISTRATOR = "administrator-essai@essai.test"
EVERY = 0.05
"""Seconds between two writings, and between two readings."""
NUMBERS = count(1)
"""No text is written twice, whichever probe writes it."""

TEXTS = """
import json, re
from maillage.kernel.models import Event
found = set()
for diff in Event.objects.filter(chain="network:essai").values_list("diff", flat=True).iterator():
    found.update(re.findall(r"sonde \\d+", json.dumps(diff, ensure_ascii=False)))
print(json.dumps(sorted(found)))
"""


@dataclass
class Seen:
    """What a probe saw. `down`: seconds without one good answer to who reads; `reads` and `writes`:
    those asked; `failed`: of both, those that failed or found nobody."""

    acknowledged: list[str] = field(default_factory=list)
    reads: int = 0
    writes: int = 0
    failed: int = 0
    down: float = 0.0
    longest: float = 0.0
    """Seconds of the longest reading that was answered."""


class Watched:
    """An installation, the reader and the writer of it while a probe lasts."""

    def __init__(self, house: Installation, password: str) -> None:
        self.house, self.password = house, password

    def signed_in(self, port: int) -> tuple[Session, str, dict[Cell, int]]:
        session = Session(f"http://127.0.0.1:{port}")
        session.sign_in(ADMINISTRATOR, self.password)
        return (session, *draft_cells(session))

    @contextmanager
    def meanwhile(self, port: int) -> Iterator[Seen]:
        """Write and read until the probe ends, and a moment after it."""
        until(lambda: answers(port, "/sante/pret/") == 200)
        seen, over = Seen(), threading.Event()
        session, address, versions = self.signed_in(port)
        path = address.removesuffix("saisie/cellules/")
        reader = Session(session.base)
        reader.jar = session.jar
        reader.opener = session.opener
        works = (
            threading.Thread(target=_read, args=(reader, path, seen, over)),
            threading.Thread(target=_write, args=(session, address, versions, seen, over)),
        )
        for work in works:
            work.start()
        try:
            time.sleep(1)
            yield seen
            time.sleep(1)
        finally:
            over.set()
            for work in works:
                work.join()

    def lost(self, seen: Seen, house: Installation | None = None) -> int:
        """How many acknowledged writings the journal does not hold."""
        held = set(json.loads((house or self.house).ask(TEXTS)))
        return len(set(seen.acknowledged) - held)


def _read(session: Session, path: str, seen: Seen, over: threading.Event) -> None:
    good = time.monotonic()
    while not over.is_set():
        began = time.monotonic()
        seen.reads += 1
        try:
            session.get(path)
        except OSError:
            seen.failed += 1
        else:
            now = time.monotonic()
            seen.longest = max(seen.longest, now - began)
            if seen.failed and began - good > 1:
                seen.down += began - good
            good = now
        time.sleep(EVERY)
    if time.monotonic() - good > 1:
        seen.down += time.monotonic() - good


def _write(
    session: Session, address: str, versions: dict[Cell, int], seen: Seen, over: threading.Event
) -> None:
    for cell in cycle(versions):
        if over.is_set():
            return
        text = f"sonde {next(NUMBERS)}"
        seen.writes += 1
        try:
            if write(session, address, cell, versions, text):
                seen.acknowledged.append(text)
        except (OSError, ValueError) as error:
            seen.failed += 1
            if isinstance(error, urllib.error.HTTPError):
                error.close()
        time.sleep(EVERY)
