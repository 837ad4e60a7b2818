"""The palette is legible in both themes: contrasts are computed from the tokens themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import maillage

SOURCE = Path(maillage.__file__).parent
TOKENS = "\n".join(
    (SOURCE / sheet).read_text(encoding="utf-8")
    for sheet in ("ui/static/ui/tokens.css", "schemes/static/schemes/modes.css")
)


def _luminance(colour: str) -> float:
    value = colour.lstrip("#")
    parts = [int(value[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _token(name: str, theme: int = 0) -> str:
    declared = re.search(rf"--{name}:\s*([^;]+);", TOKENS)
    assert declared, name
    colours = re.findall(r"#[0-9a-f]{6}", declared[1])
    return str(colours[theme if len(colours) > 1 else 0])


@pytest.mark.parametrize(
    ("mode", "fill"),
    [
        ("a", "#d3ecff"),
        ("c", "#ede79d"),
        ("h", "#80c3b1"),
        ("m", "#d59a59"),
        ("i", "#bca1e2"),
    ],
)
def test_modes_keep_the_measured_palette_and_seven_to_one(mode: str, fill: str) -> None:
    assert _token(f"mode-{mode}") == fill
    assert _token("mode-ink") == "#161b26"
    assert _contrast(fill, "#161b26") >= 7


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ground", ["paper", "surface", "wash"])
@pytest.mark.parametrize("text", ["ink", "ink-2", "accent", "bad"])
def test_text_is_legible_on_every_ground(theme: int, ground: str, text: str) -> None:
    assert _contrast(_token(text, theme), _token(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
def test_field_borders_and_primary_button(theme: int) -> None:
    assert _contrast(_token("line-strong", theme), _token("surface", theme)) >= 3
    assert _contrast(_token("accent-ink", theme), _token("accent", theme)) >= 4.5
    assert _contrast(_token("accent", theme), _token("accent-wash", theme)) >= 4.5
