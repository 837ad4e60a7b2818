"""Every page of the schemes, inspected in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.architecture.world import World
from tests.browsing import OpenPage, Stage
from tests.inspection import SEEN, inspect
from tests.schemes.places import TABLE

pytestmark = pytest.mark.slow
READINGS = [
    "?lecture=jalons",
    "?lecture=chambres&jalon=2024",
    "?lecture=trajectoire",
    "?lecture=jalons&fonction=finances&mode=M",
]


def more(world: World) -> Iterator[str]:
    here = world.address("schemes:cartography")
    yield from (here + reading for reading in READINGS)
    if world.edition.status == "draft":
        yield world.address("schemes:compare") + f"?avec={world.other.pk}"
        yield world.address("schemes:compare_milestones")
        yield world.address("schemes:grid") + "?jalon=2024"


@pytest.mark.parametrize("seen", SEEN, ids=" ".join)
def test_every_page_is_accessible_and_quiet(
    stage: Stage, open_page: OpenPage, seen: tuple[str, str]
) -> None:
    faults = inspect(stage, open_page, seen, TABLE, more)
    assert not faults, f"\n{faults}"
