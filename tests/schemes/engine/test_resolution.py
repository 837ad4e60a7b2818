"""Overrides: the entity's own value wins; what is inherited never differs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.schemes.engine.change import SUBSTANCE
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
from maillage.schemes.engine.milestone_changes import between_milestones
from maillage.schemes.engine.resolution import differences, resolve

ENTITIES = ("region", "nord", "sud")
values = st.builds(
    PlacementDoc,
    st.just("p"),
    st.just("2020"),
    st.sampled_from(ENTITIES),
    st.sampled_from("ACHMI?-"),
    st.sampled_from(["", "C", "CH"]),
    st.sampled_from(["", *ENTITIES]),
    st.lists(st.sampled_from(ENTITIES), unique=True).map(tuple),
)


def edition(placements: list[PlacementDoc]) -> EditionDocument:
    return EditionDocument(
        network_code="n",
        network_name="N",
        fictional=True,
        scheme_code="s",
        scheme_title="S",
        start_year=2020,
        end_year=2022,
        number=1,
        title="T",
        entities=(
            EntityDoc("region", "Région", "Région", EntityKind.REGIONAL),
            EntityDoc("nord", "Nord", "Nord", EntityKind.TERRITORIAL),
            EntityDoc("sud", "Sud", "Sud", EntityKind.TERRITORIAL),
            EntityDoc("tete", "Tête", "Tête", EntityKind.NATIONAL),
        ),
        functions=(FunctionDoc("f", "F"),),
        processes=(ProcessDoc("p", "f", "P"), ProcessDoc("q", "f", "Q")),
        milestones=(MilestoneDoc("2020", "2020", dt.date(2020, 1, 1), MilestoneNature.STATUS),),
        placements=tuple(placements),
    )


@pytest.mark.parametrize(
    ("network", "own", "expected"),
    [
        (None, None, None),
        ("M", None, "M"),
        (None, "A", "A"),
        ("M", "A", "A"),
        ("M", "?", "?"),
        ("M", "-", "-"),
    ],
)
def test_own_value_wins(network: str | None, own: str | None, expected: str | None) -> None:
    resolved = resolve(
        PlacementDoc("p", "2020", mode=network) if network else None,
        PlacementDoc("p", "2020", "nord", own) if own else None,
    )
    assert (resolved.mode if resolved else None) == expected


@given(st.none() | values, values)
def test_own_wins_whatever_it_is(network: PlacementDoc | None, own: PlacementDoc) -> None:
    assert resolve(network, own) is own
    assert resolve(network, None) is network


@given(st.none() | values, st.none() | values)
def test_differences_are_symmetric_and_irreflexive(
    one: PlacementDoc | None, other: PlacementDoc | None
) -> None:
    there, back = differences(one, other), differences(other, one)
    assert [(c.field, c.before, c.after) for c in there] == [
        (c.field, c.after, c.before) for c in back
    ]
    assert differences(one, one) == ()
    assert {c.field for c in there} <= set(SUBSTANCE)


def cell(entity: str, mode: str, lead: str = "", served: tuple[str, ...] = ()) -> PlacementDoc:
    return PlacementDoc("p", "2020", entity, mode, lead=lead, served=served)


POOLED = cell("", "M", "region", ("nord", "sud"))


def test_what_changes_follows_the_own_value() -> None:
    later = MilestoneDoc("2022", "2022", dt.date(2022, 1, 1), MilestoneNature.PROJECTION)
    cells = [cell("", "A"), replace(cell("", "M"), milestone="2022")]
    document = edition([*cells, cell("nord", "C"), cell("sud", "-")])
    document = replace(document, milestones=(*document.milestones, later))
    assert told(document, "region") == [("p", "2020", "2022", True, [("mode", "A", "M")])]
    assert told(document, "nord") == [("p", "2020", "2022", True, [("mode", "C", "M")])]
    assert told(document, "sud") == [("p", "2020", "2022", True, [("not_applicable", "-", "M")])]
    assert told(document, "tete") == []


def told(document: EditionDocument, entity: str) -> list[Any]:
    return [
        (c.process, c.before, c.after, c.is_move, [(f.kind, f.before, f.after) for f in c.fields])
        for c in between_milestones(document, entity)
    ]


def test_who_does_it_changes_as_how_it_is_done() -> None:
    later = MilestoneDoc("2022", "2022", dt.date(2022, 1, 1), MilestoneNature.PROJECTION)
    after = cell("", "M", "tete", ("nord",))
    document = edition([POOLED, replace(after, milestone="2022", rationale="Autre page")])
    document = replace(document, milestones=(*document.milestones, later))
    fields = [("lead", "region", "tete"), ("beneficiaries", ("nord", "sud"), ("nord",))]
    assert told(document, "nord") == [("p", "2020", "2022", True, fields)]
