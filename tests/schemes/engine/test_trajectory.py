"""Flows conserve what they move, and pictures are safe, accessible XML."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.schemes.engine import trajectory
from maillage.schemes.engine.cartography_grid import grid_of
from maillage.schemes.engine.cartography_picture import matrix_svg
from maillage.schemes.engine.document import (
    EditionDocument,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
)
from tests.depth import examples

VALUES = "ACHIM?-"
MILESTONES = ("m13", "m17", "m21")
SVG = "{http://www.w3.org/2000/svg}"


KNOWN = [
    ("A", "inferred", "M", "inferred", "F 0 (déduit)"),
    ("A", "inferred", "M", "stated", "F 0 (déduit, puis énoncé)"),
    ("A", "stated", "M", "carried", "F 0 (énoncé, puis reporté)"),
    ("A", "", "M", "inferred", "F 0 (non précisé, puis déduit)"),
    ("?", "", "M", "inferred", "F 0 (déduit)"),
    ("A", "inferred", "?", "", "F 0 (déduit)"),
    ("A", "stated", "M", "stated", "F 0"),
    ("A", "", "M", "", "F 0"),
]


@pytest.mark.parametrize(("one", "how", "other", "then", "told"), KNOWN)
@pytest.mark.parametrize("entity", ["", "e1"])
def test_a_flow_says_how_its_ends_are_known(
    one: str, how: str, other: str, then: str, told: str, entity: str
) -> None:
    """By the value that holds: an entity's own before the network's."""
    document = document_of({}, processes=1, name="F")
    held = [
        PlacementDoc("p0", "m13", entity, one, provenance=how),
        PlacementDoc("p0", "m17", entity, other, provenance=then),
    ]
    common = [PlacementDoc("p0", at, "", "I", provenance="carried") for at in ("m13", "m17")]
    seen = replace(document, placements=(*held, *(common if entity else ())))
    (flow,) = trajectory.flows(seen, entity=entity).steps[0].flows
    assert flow.called({"p0": "F 0"}) == [told]


def document_of(
    values: dict[tuple[str, str, str], str], processes: int = 4, name: str = "Finances"
) -> EditionDocument:
    return EditionDocument(
        network_code="n",
        network_name=name,
        fictional=True,
        scheme_code="s",
        scheme_title=name,
        start_year=2017,
        end_year=2021,
        number=1,
        title=name,
        entities=(
            EntityDoc("e0", name, name, EntityKind.REGIONAL),
            EntityDoc("e1", "Chambre", "Chambre", EntityKind.TERRITORIAL),
        ),
        functions=(FunctionDoc("f0", name), FunctionDoc("f1", "Autre")),
        processes=tuple(ProcessDoc(f"p{n}", f"f{n % 2}", f"{name} {n}") for n in range(processes)),
        milestones=tuple(
            MilestoneDoc(code, f"{name} {code}", dt.date(year, 1, 1), MilestoneNature.STATUS)
            for code, year in zip(MILESTONES, (2013, 2017, 2021), strict=True)
        ),
        placements=tuple(
            PlacementDoc(process, milestone, entity, mode)
            for (process, milestone, entity), mode in values.items()
        ),
    )


cells = st.dictionaries(
    st.tuples(
        st.sampled_from([f"p{n}" for n in range(4)]),
        st.sampled_from(MILESTONES),
        st.sampled_from(["", "e0", "e1"]),
    ),
    st.sampled_from(VALUES),
)


@examples(150)
@given(cells, st.sampled_from([None, "f0", "f1"]), st.sampled_from(["", "e0", "e1"]))
def test_flows_conserve_the_processes(
    values: dict[tuple[str, str, str], str], function: str | None, entity: str
) -> None:
    document = document_of(values)
    found = trajectory.flows(document, function, entity)
    codes = sorted(p.code for p in document.processes if function in (None, p.function))
    assert found.total == len(codes)
    for index, step in enumerate(found.steps):
        moved = sorted(code for flow in step.flows for code in flow.processes)
        assert moved == codes
        for side, column in (
            ("before", found.counts[index]),
            ("after", found.counts[index + 1]),
        ):
            for value, count in column:
                same = [flow.count for flow in step.flows if getattr(flow, side) == value]
                assert sum(same) == count
    ET.fromstring(trajectory.svg(found))


@pytest.mark.parametrize(
    ("network", "own", "expected"),
    [
        ("A", None, "A"),
        ("A", "M", "M"),
        (None, "M", "M"),
        (None, None, "?"),
        ("A", "?", "?"),
    ],
)
def test_the_entity_wins_over_the_network(
    network: str | None, own: str | None, expected: str
) -> None:
    values = {("p0", "m13", key): mode for key, mode in (("", network), ("e1", own)) if mode}
    found = trajectory.flows(document_of(values, processes=1), entity="e1")
    assert found.counts[0] == ((expected, 1),)


def test_values_are_listed_in_one_order_then_unknown_then_not_applicable() -> None:
    values = {(f"p{n}", "m13", ""): mode for n, mode in enumerate("-?MIHCA")}
    found = trajectory.flows(document_of(values, processes=7))
    assert [value for value, _ in found.counts[0]] == list("ACHMI?-")


def test_milestones_go_by_date_and_unknown_is_no_change() -> None:
    values = {("p0", "m13", ""): "A", ("p0", "m17", ""): "I"}
    found = trajectory.flows(document_of(values, processes=2))
    assert [step.changes for step in found.steps] == [1, 0]
    move = next(flow for flow in found.steps[0].flows if flow.is_change)
    assert (move.before, move.after, move.processes) == ("A", "I", ("p0",))


HOSTILE = "\"><script>alert('x')</script>&\x00\x0b <é"


@pytest.mark.parametrize("milestone", [None, "m17"])
def test_pictures_escape_names_and_carry_no_style(milestone: str | None) -> None:
    document = document_of({("p0", "m13", ""): "A", ("p0", "m17", "e0"): "I"}, name=HOSTILE)
    for picture in (
        trajectory.svg(trajectory.flows(document, "f0", "e0")),
        matrix_svg(grid_of(document, milestone), HOSTILE, filters_text=HOSTILE),
    ):
        root = ET.fromstring(picture)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title") is not None
        assert root.find(f"{SVG}desc") is not None
        assert "non hiérarchique" in "".join(root.itertext())
        assert not any(each.tag in (f"{SVG}script", f"{SVG}style") for each in root.iter())
        assert not any(
            key == "style" or key.startswith("on") for each in root.iter() for key in each.attrib
        )
        ids = [each.get("id") for each in root.iter() if each.get("id")]
        assert len(ids) == len(set(ids))
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= set(ids)


def test_the_matrix_shows_network_values_or_effective_values() -> None:
    document = document_of({("p0", "m17", ""): "A", ("p0", "m17", "e1"): "M"}, processes=1)
    by_milestone = matrix_svg(grid_of(document), "", filters_text="Mode : A")
    by_chamber = matrix_svg(grid_of(document, "m17"), "")
    assert "<title>Mutualisation</title>" not in by_milestone
    assert "Filtres : Mode : A" in by_milestone
    assert "<title>Mutualisation</title>" in by_chamber
    assert "<title>Autonomie</title>" in by_chamber


def test_two_pictures_in_one_page_share_no_id() -> None:
    document = document_of({("p0", "m13", ""): "A"})
    first, second = (
        set(re.findall(r' id="([^"]+)"', trajectory.svg(trajectory.flows(document, function))))
        for function in ("f0", "f1")
    )
    assert not first & second


def test_no_process_and_no_milestone_still_make_a_picture() -> None:
    empty = document_of({}, processes=0)
    ET.fromstring(trajectory.svg(trajectory.flows(empty)))
    ET.fromstring(matrix_svg(grid_of(empty), ""))


def test_flows_are_named_where_they_end_and_only_the_rest_is_in_the_legend() -> None:
    values = {(f"p{n}", "m13", ""): "A" for n in range(6)}
    values |= {(f"p{n}", "m17", ""): "M" for n in range(5)} | {("p5", "m17", ""): "A"}
    document = document_of(values, processes=6)
    document = replace(document, milestones=document.milestones[:2])
    root = ET.fromstring(trajectory.svg(trajectory.flows(document)))
    said = {kind: [e.text for e in root.iter(f"{SVG}text") if e.get("class") == kind]
            for kind in ("named", "told", "legend-title")}  # fmt: skip
    assert said["named"] == ["Autonomie", "Mutualisation"]
    assert said["told"] == ["A · 5"], "what moves, where it arrives; not what stays"
    assert said["legend-title"] == ["Ordre A, C, H, M, I non hiérarchique"], "nothing is left to it"
    values[("p5", "m17", "")] = "M"
    document = replace(document_of(values, processes=6), milestones=document.milestones)
    drawn = trajectory.svg(trajectory.flows(document))
    assert drawn.count(">Autonomie<") == 1 and "non hiérarchique :" in drawn, "it stands no more"


def test_what_a_later_milestone_leaves_unsaid_is_no_move_in_words() -> None:
    values = {("p0", "m13", ""): "A", ("p1", "m13", ""): "C", ("p1", "m17", ""): "I"}
    said = trajectory.describe(trajectory.flows(document_of(values, processes=2)))
    assert "1 de coopération vers intégration\u00a0; suite non dite\u00a0: 1." in said
    assert "vers non renseigné" not in said
