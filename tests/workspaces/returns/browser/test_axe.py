"""Every page of returns, inspected in a real Chromium."""

from __future__ import annotations

import pytest

from tests.browsing import OpenPage, Stage, Told
from tests.inspection import SEEN, inspect
from tests.workspaces.returns.places import TABLE

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seen", SEEN, ids=" ".join)
def test_every_page_is_accessible_and_quiet(
    stage: Stage, open_page: OpenPage, record_property: Told, seen: tuple[str, str]
) -> None:
    faults = inspect(stage, open_page, seen, TABLE, record_property)
    assert not faults, f"\n{faults}"
