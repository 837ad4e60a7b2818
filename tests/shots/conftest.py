"""Pages of the demonstration, opened as one account sees them through one view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import OpenPage, Stage
from tests.shots.camera import WIDTHS, View
from tests.shots.pages import Shot
from tests.shots.world import demonstration, morning, signed_in


class Opened(Protocol):
    def __call__(self, shot: Shot, view: View, scale: float = 1) -> Page: ...


AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def opened(stage: Stage, open_page: OpenPage) -> Iterator[Opened]:
    """`opened(shot, view, scale)`: a page of the demonstration, an hour after it was loaded."""
    places = stage(demonstration).places

    def make(shot: Shot, view: View, scale: float = 1) -> Page:
        size = {"width": view.width, "height": WIDTHS[view.width]}
        client = signed_in(shot.account)
        address = shot.address.format(**places)
        page = open_page(
            address, client, viewport=size, color_scheme=view.theme, device_scale_factor=scale
        )
        page.reload()  # letters that come late are left out of a first page: font-display optional
        return page

    with morning(AN_HOUR):
        yield make


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A page that shows nothing, to compare photographs in."""
    page = browser.new_page()
    yield page
    page.close()
