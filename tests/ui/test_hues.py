"""The hues of the five modes say a mode and nothing else: no series, no state, no picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import maillage

SOURCE = Path(maillage.__file__).parent
SHEETS = {path.name: path.read_text("utf-8") for path in SOURCE.glob("**/static/*/*.css")}
MODES = dict(re.findall(r"--mode-([achmi]): (#[0-9a-f]{6});", SHEETS["modes.css"]))
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
NEAR, GREY = 0.055, 0.03
"""Distances in Oklab: two colours one takes for the same; a colour one takes for a grey."""


def _oklab(colour: str) -> tuple[float, float, float]:
    digits = colour.lstrip("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    red, green, blue = (
        (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
        for c in (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    )
    long = (0.41222 * red + 0.53633 * green + 0.05145 * blue) ** (1 / 3)
    middle = (0.21190 * red + 0.68070 * green + 0.10740 * blue) ** (1 / 3)
    short = (0.08830 * red + 0.28172 * green + 0.62998 * blue) ** (1 / 3)
    return (
        0.21045 * long + 0.79362 * middle - 0.00407 * short,
        1.97800 * long - 2.42859 * middle + 0.45059 * short,
        0.02590 * long + 0.78277 * middle - 0.80868 * short,
    )


def taken_for(colour: str) -> str:
    """The mode a colour is taken for, "" for none."""
    light, green_red, blue_yellow = _oklab(colour)
    if (green_red**2 + blue_yellow**2) ** 0.5 < GREY:
        return ""
    for mode, fill in MODES.items():
        apart = zip(_oklab(fill), (light, green_red, blue_yellow), strict=True)
        if sum((a - b) ** 2 for a, b in apart) ** 0.5 < NEAR:
            return mode
    return ""


def test_each_mode_is_taken_for_itself_alone() -> None:
    assert sorted(MODES) == list("achim")
    assert {mode: taken_for(fill) for mode, fill in MODES.items()} == {m: m for m in MODES}
    assert taken_for("#d99f5e") == "m" and not taken_for("#3f5f9e") and not taken_for("#6f8fc9")


@pytest.mark.parametrize("name", sorted(SHEETS.keys() - {"modes.css"}))
def test_no_sheet_but_that_of_the_modes_has_their_hues(name: str) -> None:
    found = {colour: taken_for(colour) for colour in COLOUR.findall(SHEETS[name])}
    assert {colour for colour, mode in found.items() if mode} == set()
    assert "--hue" not in SHEETS[name]


@pytest.mark.parametrize("name", sorted(SHEETS.keys() - {"modes.css"}))
def test_what_is_drawn_takes_its_colour_from_the_tokens(name: str) -> None:
    drawn = re.findall(r"\b(?:fill|stroke): ([^;}]+)", SHEETS[name])
    kept = re.compile(r"(var\(--[a-z0-9-]+\)|none|currentColor|transparent)( !important)?")
    assert [value for value in drawn if not kept.fullmatch(value.strip())] == []


def test_no_page_tells_a_series_by_a_letter_or_a_hue() -> None:
    pages = {path.name: path.read_text("utf-8") for path in SOURCE.glob("**/templates/**/*.html")}
    assert [
        n for n, text in pages.items() if re.search(r'class="[^"]*\b(hue-|letter\b)', text)
    ] == []
