"""An XML that nests, lengthens or repeats without an end is refused in the time of a few lines."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from maillage.ledger.engine.detection import Unreadable
from maillage.ledger.engine.xml_text import DEEPEST, MOST_IDLE, _Reader

HEAD = b'<?xml version="1.0" encoding="UTF-8"?><comptabilite>'
MANY = 12_000_000


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<a>" * (MANY // 3), "éléments imbriqués"),
        (b"<a/>" * (MANY // 4), "sans une ligne"),
        (b'<a b="' + b"x" * MANY, "balise démesurée"),
        (b"<!--" + b"x" * MANY, "balise démesurée"),
        (b"<" + b"x" * MANY, "balise démesurée"),
    ],
)
def test_it_is_refused_before_it_is_held(tmp_path: Path, body: bytes, why: str) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(HEAD + body)
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(Unreadable) as told:
        _Reader(lambda *_: None).read(path)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert why in told.value.finding.detail
    assert held < 40_000_000 and time.process_time() - began < 5


def test_as_many_elements_as_lines_hold_are_read(tmp_path: Path) -> None:
    path, lines = tmp_path / "a.xml", []
    nested = b"<a>" * (DEEPEST - 1) + b"</a>" * (DEEPEST - 1)
    line = b"<ligne><CompteNum>606</CompteNum></ligne>"
    path.write_bytes(HEAD + nested + line * MOST_IDLE + b"</comptabilite>")
    _Reader(lambda held, _line: lines.append(held)).read(path)
    assert len(lines) == MOST_IDLE and lines[-1] == {"CompteNum": "606"}
