"""Every page of the whole house, inspected in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.architecture.world import World
from tests.browsing import OpenPage, Stage, Told
from tests.inspection import SEEN, inspect
from tests.portal.places import TABLE

pytestmark = pytest.mark.slow


def more(world: World) -> Iterator[str]:
    yield "/recherche/?q=tr"
    yield "/recherche/?q=rien-de-tel"
    yield "/nulle-part/"
    if world.edition.status == "draft":
        yield world.address("portal:network_journal") + "?verifier=1"


@pytest.mark.parametrize("seen", SEEN, ids=" ".join)
def test_every_page_is_accessible_and_quiet(
    stage: Stage, open_page: OpenPage, record_property: Told, seen: tuple[str, str]
) -> None:
    faults = inspect(stage, open_page, seen, TABLE, record_property, more)
    assert not faults, f"\n{faults}"
