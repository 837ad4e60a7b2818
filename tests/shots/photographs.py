"""Photographs of forty pages, both widths, light and dark, whole: `make shots`, to look at.

They are written under `build/shots`, beside a page that shows them all; one that is wider than its
window is told, as is one that is refused.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shots.camera import VIEWS, contact_sheet, photograph
from tests.shots.conftest import Opened
from tests.shots.pages import SHOTS, Shot

SHOWN = Path(__file__).parents[2] / "build" / "shots"


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_every_page_is_photographed(opened: Opened, shot: Shot) -> None:
    SHOWN.mkdir(parents=True, exist_ok=True)
    for view in VIEWS:
        page = opened(shot, view)
        wide = page.evaluate("document.documentElement.scrollWidth")
        (SHOWN / f"{shot.name}-{view}.png").write_bytes(photograph(page))
        contact_sheet(SHOWN)
        assert wide <= view.width, f"{shot.name} goes {wide - view.width} px beyond its window"
