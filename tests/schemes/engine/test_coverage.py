"""Coverage adds up, whichever way it is cut."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from maillage.schemes.engine.coverage import Tally, coverage, total
from maillage.schemes.engine.document import EditionDocument, PlacementDoc
from maillage.schemes.engine.generate import generate
from tests.depth import examples

FULL = generate(7, entities=4, processes=7)[0]
tallies = st.builds(Tally, *[st.integers(0, 100)] * 4)


@st.composite
def thinned(draw: st.DrawFn) -> EditionDocument:
    """An edition some of whose cells are missing, unknown or not applicable."""
    cells: list[PlacementDoc] = []
    for cell in FULL.placements:
        fate = draw(st.sampled_from(["keep", "drop", "?", "-"]))
        if fate == "keep":
            cells.append(cell)
        elif fate != "drop":
            cells.append(replace(cell, mode=fate, complementary="", integration=""))
    return replace(FULL, placements=tuple(cells))


def test_a_full_edition_is_all_known() -> None:
    counted = coverage(FULL)
    assert counted.milestones == ("2022", "2024", "2027")
    assert counted.total == Tally(known=21)
    assert counted.total.ratio == (21, 21)
    assert [tally.known for tally in counted.by_milestone] == [7, 7, 7]


def test_an_empty_edition_is_all_unknown() -> None:
    counted = coverage(replace(FULL, placements=()))
    assert counted.total == Tally(unknown=21)
    assert total(counted.overrides) == Tally()


def test_unknown_and_not_applicable_are_told_apart() -> None:
    process = FULL.processes[0].code
    cells = (
        PlacementDoc(process, "2022", mode="-"),
        PlacementDoc(process, "2024", mode="?"),
        PlacementDoc(process, "2024", FULL.entities[0].code, "C"),
    )
    line = coverage(replace(FULL, placements=cells)).by_process[0]
    assert line.by_milestone == (
        Tally(not_applicable=1),
        Tally(unknown=1, partial=1),
        Tally(unknown=1),
    )


def test_an_unknown_value_of_a_chamber_says_nothing_of_the_network() -> None:
    process, chamber = FULL.processes[0].code, FULL.entities[0].code
    cells = (PlacementDoc(process, "2024", chamber, "?"), PlacementDoc(process, "2027", chamber))
    counted = coverage(replace(FULL, placements=cells))
    assert counted.total == Tally(unknown=21)
    assert total(counted.overrides) == Tally(unknown=2)


def test_what_is_missing_is_named() -> None:
    absent, emptied = FULL.placements[0], FULL.placements[4]
    cells = [c for c in FULL.placements if c.key != absent.key]
    cells[cells.index(emptied)] = PlacementDoc(*emptied.key)
    missing = coverage(replace(FULL, placements=tuple(cells))).missing
    assert not absent.entity and not emptied.entity
    assert missing == ((absent.process, absent.milestone), (emptied.process, emptied.milestone))
    assert coverage(FULL).missing == ()


@examples(40)
@given(thinned())
def test_every_cut_has_the_same_sum(document: EditionDocument) -> None:
    counted = coverage(document)
    cells = len(document.processes) * len(document.milestones)
    assert counted.total.all == cells
    assert total(line.total for line in counted.by_function) == counted.total
    assert total(line.total for line in counted.by_process) == counted.total
    network = [p for p in document.placements if not p.entity]
    assert counted.total.known == sum(p.mode in "ACHMI" for p in network)
    assert counted.total.not_applicable == sum(p.mode == "-" for p in network)
    assert total(counted.overrides).all == len(document.placements) - len(network)
    assert len(counted.missing) == len(set(counted.missing)) == counted.total.unknown
    named = {(p.process, p.milestone) for p in document.placements if p.entity and p.mode != "?"}
    assert counted.total.partial == len(named & set(counted.missing))


@given(tallies, tallies)
def test_tallies_add(one: Tally, other: Tally) -> None:
    assert (one + other).all == one.all + other.all
    assert one + other == other + one
