"""A whole spreadsheet set at once: every cell lands, and the event stays of a bearable size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.kernel.models import Event
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import import_edition, import_placements
from maillage.schemes.actions.bulk_insert import BLOCK
from maillage.schemes.actions.placements import JOURNAL_LIMIT
from maillage.schemes.engine.document import EditionFile, PlacementDoc
from maillage.schemes.engine.generate import generate
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of

DOCUMENT = generate(7, 6, 60, overrides="all")[0]
CELLS = tuple(
    replace(cell, served=tuple(sorted(cell.served)))
    for cell in sorted(DOCUMENT.placements, key=lambda cell: cell.key)
)


@pytest.fixture
def empty(db: None) -> Edition:
    file = EditionFile(replace(DOCUMENT, placements=()))
    return import_edition(None, file, actor=INSTALLATION)


def imported(edition: Edition, cells: tuple[PlacementDoc, ...]) -> Event:
    assert import_placements(edition, cells, actor=INSTALLATION).changed == len(cells)
    assert document_of(edition).placements == cells
    return Event.objects.filter(verb="schemes.placement.placed").latest("sequence")


@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1, JOURNAL_LIMIT])
def test_the_event_details_each_cell_up_to_a_limit(empty: Edition, count: int) -> None:
    told = imported(empty, CELLS[:count]).diff["cells"]
    assert set(told) == {"|".join(cell.key) for cell in CELLS[:count]}
    for cell in CELLS[:count]:
        before, after = told["|".join(cell.key)]
        assert before is None and after["mode"] == cell.mode
        assert after.get("lead", "") == cell.lead


def test_beyond_the_limit_the_event_tells_their_number(empty: Edition) -> None:
    count = JOURNAL_LIMIT + 1
    assert imported(empty, CELLS[:count]).diff == {"cells_count": count}


def test_the_same_spreadsheet_again_changes_nothing(empty: Edition) -> None:
    imported(empty, CELLS)
    events = Event.objects.count()
    assert import_placements(empty, CELLS, actor=INSTALLATION).changed == 0
    assert Event.objects.count() == events
