"""An address read and written back: one question, one address."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from maillage.schemes.cartography.selection import (
    ONLY,
    READINGS,
    Selection,
    milestone_shown,
    parse,
    query_of,
)
from tests.builders import small_document

DOCUMENT = small_document()
GROUPS = {p.group for p in DOCUMENT.processes}


def read(query: str) -> Selection:
    return parse(
        QueryDict(query), DOCUMENT.functions, DOCUMENT.entities, DOCUMENT.milestones, GROUPS
    )


SELECTIONS = st.builds(
    Selection,
    reading=st.sampled_from(list(READINGS)),
    milestone=st.sampled_from(["", "2022", "2024"]),
    functions=st.sets(st.sampled_from(["finances", "rh"])).map(lambda s: tuple(sorted(s))),
    entity=st.sampled_from(["", "nord"]),
    modes=st.sets(st.sampled_from("ACHMI?-")).map(lambda s: tuple(sorted(s))),
    only=st.sampled_from(["", *ONLY]),
    perimeter=st.sampled_from(["", "Administration"]),
)


@given(SELECTIONS)
def test_a_question_comes_back_from_its_address(selection: Selection) -> None:
    assert read(selection.query) == selection


@given(SELECTIONS)
def test_each_chip_takes_one_filter_away(selection: Selection) -> None:
    functions = {f.code: f.name for f in DOCUMENT.functions}
    entities = {e.code: e.name for e in DOCUMENT.entities}
    chips = list(selection.filters(functions, entities))
    for chip in chips:
        assert len(list(read(chip.remove).filters(functions, entities))) == len(chips) - 1


@pytest.mark.parametrize(
    "query",
    [
        "lecture=autre",
        "jalon=1999",
        "fonction=x&entite=y",
        "mode=Z",
        "seulement=tout",
        "perimetre=z",
    ],
)
def test_what_does_not_exist_is_left_out(query: str) -> None:
    assert read(query) == Selection()


def test_what_is_no_question_does_not_key_a_cache() -> None:
    assert query_of(QueryDict("utm=1&jalon=2022&x=2")) == "jalon=2022"
    assert query_of(QueryDict("mode=M&mode=A&mode=A")) == query_of(QueryDict("mode=A&mode=M"))


@pytest.mark.parametrize(
    ("codes", "asked", "shown"),
    [
        (("2027", "2022", "2024"), "", "2024"),
        (("2027", "2022", "2024"), "2022", "2022"),
        (("2027", "2022", "2024"), "1999", "2024"),
        (("2027",), "", "2027"),
    ],
)
def test_one_milestone_is_shown_whatever_is_asked(
    codes: tuple[str, ...], asked: str, shown: str
) -> None:
    by_code = {m.code: m for m in DOCUMENT.milestones}
    assert milestone_shown([by_code[code] for code in codes], asked).code == shown
