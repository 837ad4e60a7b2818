"""What is printed is typeset as French is, and a picture says its size."""

from __future__ import annotations

import pytest

from maillage.papers.typesetting import png
from maillage.papers.wording import blocks, french


def test_png_of_a_sizeless_svg_is_refused() -> None:
    with pytest.raises(ValueError, match="width"):
        png("<svg/>")


def test_body_makes_paragraphs_and_lists() -> None:
    found = blocks("Un\ndeux.\n\nAvant :\n- a\n  suite\n- b\n\nFin")
    assert [(block.kind, block.items) for block in found] == [
        ("paragraph", ("Un deux.",)),
        ("paragraph", ("Avant\u00a0:",)),
        ("list", ("a suite", "b")),
        ("paragraph", ("Fin",)),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Quoi ?", "Quoi\u00a0?"),
        ("« l'avis »", "«\u00a0l’avis\u00a0»"),
        ("sans rien", "sans rien"),
    ],
)
def test_french_spaces(given: str, expected: str) -> None:
    assert french(given) == expected
