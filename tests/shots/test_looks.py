"""A dozen pages held to the look they were given, told by comparing photographs.

`make looks` writes the references anew, under `references/`: to be looked at before they are
committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.shots.camera import MOST, VIEWS, WIDTHS, View, part_that_differs, photograph
from tests.shots.conftest import Opened
from tests.shots.pages import SHOTS, Shot

pytestmark = pytest.mark.deep
REFERENCES = Path(__file__).parent / "references"
DIFFERENT = Path(__file__).parents[2] / "build" / "looks"
ACCEPTED = os.environ.get("LOOKS") == "accept"
HALF = 0.5
"""References weigh a quarter of what is shown, and tell as much."""
HELD = [shot for shot in SHOTS if shot.held]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("shot", HELD, ids=lambda shot: shot.name)
def test_a_page_looks_as_it_was_accepted(
    opened: Opened, blank: Page, shot: Shot, width: int
) -> None:
    view = View(width, "light")
    present = photograph(opened(shot, view, HALF), whole=False)
    place = REFERENCES / f"{shot.name}-{view}.png"
    if ACCEPTED:
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(present)
    part = part_that_differs(place.read_bytes(), present, blank=blank)
    if part > MOST:
        DIFFERENT.mkdir(parents=True, exist_ok=True)
        (DIFFERENT / place.name).write_bytes(present)
    assert part <= MOST, f"{part:.1%} of {shot.name} differs: compare {DIFFERENT / place.name}"


def test_a_comparison_sees_what_moves_what_is_written_and_a_colour(
    opened: Opened, blank: Page
) -> None:
    page = opened(HELD[0], VIEWS[0], HALF)
    former = photograph(page, whole=False)
    assert part_that_differs(former, photograph(page, whole=False), blank=blank) == 0
    for found, name, value in (
        ("h1", "marginBlockStart", "1.5rem"),
        ("h1", "visibility", "hidden"),
        ("main button", "background", "#b00"),
    ):
        page.reload()
        changed = f"found => {{ found.style.{name} = '{value}'; }}"
        page.locator(found).first.evaluate(changed)
        assert part_that_differs(former, photograph(page, whole=False), blank=blank) > 0, name
