"""Setting cells: the event and its diff, what stays consistent, undo, and two writers at once."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.models import Edition, Placement
from maillage.schemes.views.cell_states import state_of_row
from tests.depth import examples
from tests.installation import installation

KEY = ("tresorerie", "2024", "")


def put(edition: Edition, changes: Any, expected: int | None = None, key: Any = KEY) -> int:
    edits = [CellEdit(*key, changes, expected)]
    return place_cells(edition, edits, actor=INSTALLATION).versions[key]


def row(edition: Edition, key: tuple[str, str, str] = KEY) -> Placement | None:
    process, milestone, entity = key
    return Placement.objects.filter(
        edition=edition,
        process__code=process,
        milestone__code=milestone,
        entity__code=entity or None,
    ).first()


def test_the_event_carries_before_and_after(draft: Edition) -> None:
    put(draft, {"mode": "M", "lead": "nord", "served": ["sud", "nord"]})
    put(draft, {"mode": "A"})
    put(draft, None)
    one, two, three = Event.objects.filter(verb="schemes.placement.placed").order_by("sequence")
    cell = "tresorerie|2024|"
    held = {"mode": "M", "lead": "nord", "served": ["nord", "sud"]}
    assert one.diff == {"cells": {cell: [None, held]}}
    assert two.diff["cells"][cell][1]["mode"] == "A"
    assert three.diff["cells"][cell][1] is None
    assert {one.subject, two.subject, three.subject} == {draft.subject}


def test_the_journal_keeps_codes_of_what_an_edit_does_not_name(draft: Edition) -> None:
    put(draft, {"mode": "M", "lead": "nord"})
    put(draft, {"source_page": "p. 4"})
    put(draft, {"lead": "sud"})
    put(draft, None)
    _, *events = Event.objects.filter(verb="schemes.placement.placed").order_by("sequence")
    leads = [
        [state["lead"] for state in event.diff["cells"]["tresorerie|2024|"] if state]
        for event in events
    ]
    assert leads == [["nord", "nord"], ["nord", "sud"], ["sud"]]


def test_what_changes_nothing_writes_nothing(draft: Edition) -> None:
    version = put(draft, {"mode": "H"})
    events = Event.objects.count()
    assert put(draft, {"mode": "H"}, version) == version
    assert put(draft, None, key=("paie", "2022", "")) == 0
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"mode": "?"}, {"complementary": "", "integration": ""}),
        ({"mode": "-"}, {"complementary": "", "lead_id": None, "served": [], "integration": ""}),
        ({"mode": "C"}, {"complementary": "", "integration": ""}),
        ({"mode": "A", "complementary": "I"}, {"complementary": "I", "integration": "regional"}),
        ({"complementary": "HHC"}, {"complementary": "CH", "integration": "regional"}),
    ],
)
def test_fields_a_mode_does_not_allow_are_dropped(
    draft: Edition, changes: dict[str, Any], kept: dict[str, Any]
) -> None:
    full = {
        "mode": "I",
        "complementary": "C",
        "lead": "region",
        "served": ["nord"],
        "integration": "regional",
        "rationale": "gardée",
    }
    put(draft, full)
    put(draft, changes)
    found = row(draft)
    assert found is not None and found.rationale == "gardée"
    assert {name: getattr(found, name) for name in kept} == kept


def test_a_conflict_in_a_block_leaves_the_block_unwritten(draft: Edition) -> None:
    stale = put(draft, {"mode": "H"})
    put(draft, {"mode": "C"})
    edits = [
        CellEdit(*KEY, {"mode": "A"}, stale),
        CellEdit("paie", "2022", "", {"mode": "A"}, 0),
    ]
    with pytest.raises(Refusal) as refused:
        place_cells(draft, edits, actor=INSTALLATION)
    assert refused.value.denied.status == 409
    assert [c["process"] for c in refused.value.details["conflicts"]] == ["tresorerie"]
    assert row(draft, ("paie", "2022", "")) is None


modes = st.sampled_from("ACHMI?-")
states = st.none() | st.fixed_dictionaries(
    {
        "mode": modes,
        "complementary": st.sets(st.sampled_from("ACHMI"), max_size=3).map("".join),
        "lead": st.sampled_from(["", "nord", "region"]),
        "served": st.lists(st.sampled_from(["nord", "sud"]), max_size=2, unique=True),
        "integration": st.sampled_from(["", "regional"]),
        "rationale": st.sampled_from(["", "raison"]),
    }
)


def everything(placement: Placement | None) -> dict[str, Any] | None:
    """A placement as an edit that would set it again, every field named."""
    if placement is None:
        return None
    empty = {
        "complementary": "",
        "lead": "",
        "served": [],
        "integration": "",
        "rationale": "",
    }
    return empty | state_of_row(placement)


@examples(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(states, min_size=1, max_size=5))
def test_taking_back_each_edit_gives_the_cell_it_was(draft: Edition, steps: list[Any]) -> None:
    place_cells(draft, [CellEdit(*KEY, None)], actor=INSTALLATION)
    version, trail = 0, []
    for changes in steps:
        trail.append(everything(row(draft)))
        new = put(draft, changes, version)
        now = row(draft)
        assert new == (now.version if now else 0)
        assert new >= version or new == 0
        version = new
    for before in reversed(trail):
        version = put(draft, before, version)
        assert everything(row(draft)) == before


WRITER = """
import sys
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import Actor
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.models import Edition
mode, expected = {mode!r}, {expected}
edition = Edition.objects.select_related("scheme__network").get()
actor = Actor("user:" + str(ord(mode)), omnipotent=True)
print("ready", flush=True)
sys.stdin.readline()
try:
    edit = CellEdit("tresorerie", "2024", "", {{"mode": mode}}, expected)
    placed = place_cells(edition, [edit], actor=actor)
    print("won", next(iter(placed.versions.values())))
except Refusal as refusal:
    print("lost", refusal.denied.status, refusal.details["conflicts"][0]["mode"])
"""

PREPARE = """
from tests.builders import load, small_document
load(small_document())
"""

COUNT = """
from maillage.kernel.models import Event
from maillage.schemes.models import Placement
rows = Placement.objects.filter(process__code="tresorerie")
print("".join(r.mode for r in rows), Event.objects.filter(verb="schemes.placement.placed").count())
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "pairs", [("AC",), pytest.param(("AC", "HM", "IA"), marks=pytest.mark.deep)]
)
def test_two_processes_on_one_cell_one_wins_and_the_other_is_told(
    tmp_path: Path, pairs: tuple[str, ...]
) -> None:
    with installation(tmp_path) as house:
        house.ask(PREPARE)
        expected, written = 0, 0
        for pair in pairs:
            writers = [house.start(WRITER.format(mode=m, expected=expected)) for m in pair]
            for writer in writers:
                assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
            for writer in writers:
                assert writer.stdin is not None
                writer.stdin.write("go\n")
                writer.stdin.flush()
            answers = dict(zip(pair, (_end(w) for w in writers), strict=True))
            winners = [mode for mode, said in answers.items() if said.startswith("won")]
            assert len(winners) == 1, answers
            (loser,) = set(pair) - set(winners)
            assert answers[loser] == f"lost 409 {winners[0]}"
            expected, written = int(answers[winners[0]].split()[1]), written + 1
            assert house.ask(COUNT) == f"{winners[0]} {written}"


def _end(process: subprocess.Popen[str]) -> str:
    out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    return out.strip()
