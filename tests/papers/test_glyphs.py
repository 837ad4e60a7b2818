"""What is accepted can be printed; what was accepted once is printed with a square."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path

import pytest

from maillage.papers import glyphs, typesetting


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Trésorerie, paie – « œuvre » ’ 12\u202f€ − 3", ""),
        ("Ω ≥ 3 → \u2611", ""),
        ("Paie 😀 et 中 😀", "😀中"),
        ("\uf0b7 liste", "\uf0b7"),
    ],
)
def test_what_has_no_drawing_is_named_once(text: str, missing: str) -> None:
    assert glyphs.undrawn(text) == missing
    assert glyphs.substituted(text) == "".join("□" if c in missing else c for c in text)


def test_what_is_taken_for_certain_is_drawn() -> None:
    sure = [chr(n) for n in range(0x20, 0x2213) if glyphs._SURE.fullmatch(chr(n))]
    written = [c for c in sure if not unicodedata.category(c).startswith("C")]
    assert len(written) > 300
    assert [c for c in written if not glyphs.is_drawn(c)] == []
    assert glyphs.is_drawn(glyphs.SUBSTITUTE)


def test_a_paper_never_fails_for_a_character(tmp_path: Path) -> None:
    template = tmp_path / "a.typ"
    template.write_text(
        '#set document(title: "x")\n#set text(lang: "fr", font: "Source Sans Pro")\n'
        "#json(bytes(sys.inputs.data)).said"
    )
    pdf = typesetting.compile_pdf(template, {"said": "Paie 😀"}, dt.date(2026, 1, 1))
    assert pdf.startswith(b"%PDF")
