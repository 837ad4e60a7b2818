"""The pages of an import and of what recurs: accessible, within a screen wide or narrow."""

from __future__ import annotations

import pytest

from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.views.placement_import import PLACEMENTS
from tests.browsing import OpenPage, Stage, drafted
from tests.builders import waiting_file
from tests.inspection import Inspection

pytestmark = pytest.mark.slow


def test_the_review_of_a_file_and_what_recurs_are_accessible_and_fit(
    stage: Stage, open_page: OpenPage
) -> None:
    world = stage(drafted)
    draft, who = world.edition, world.people
    cells = [
        PlacementDoc("tresorerie", "2027", "nord", "C", lead="sud", rationale="Une raison " * 40),
        PlacementDoc("tresorerie", "2027", "sud", "H"),
    ]
    file = waiting_file(PLACEMENTS, draft, who.nord.actor, cells)
    inspection = Inspection(open_page("/", who.nord.client))
    for address in ("importer/", f"importer/{file.pk}/"):
        inspection.visit(f"/editions/{draft.pk}/{address}")
    assert inspection.faults == []
    inspection = Inspection(open_page("/", who.installation.client))
    inspection.visit("/administration/")
    assert inspection.faults == []
