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
    filtered_placements,
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
    ("query", "keys", "words"),
    [
        ("fonction=rh", {("paie", "2027", ""), ("formation", "2022", "")}, ("Personnel",)),
        (
            "lecture=chambres&jalon=2022",
            {("achats", "2022", ""), ("formation", "2022", "")},
            ("Jalon : 2022",),
        ),
        (
            "lecture=chambres",
            {("achats", "2024", ""), ("achats", "2024", "sud")},
            ("Jalon : 2024",),
        ),
        (
            "lecture=chambres&mode=H&fonction=finances",
            {("achats", "2024", "")},
            ("Jalon : 2024", "Finances", "Mode : Harmonisation"),
        ),
        ("jalon=2022", {p.key for p in DOCUMENT.placements}, ()),
        ("lecture=trajectoire&jalon=2022", {p.key for p in DOCUMENT.placements}, ()),
        ("mode=I", {("paie", "2027", "")}, ("Mode\u00a0: Intégration",)),
        (
            "perimetre=Administration",
            {("paie", "2027", "")},
            ("Périmètre\u00a0: Administration",),
        ),
        ("seulement=differences", {("achats", "2024", "sud")}, (ONLY["differences"],)),
    ],
)
def test_an_export_holds_what_is_shown(
    query: str, keys: set[tuple[str, str, str]], words: tuple[str, ...]
) -> None:
    placements, said = filtered_placements(DOCUMENT, QueryDict(query))
    assert {p.key for p in placements} == keys
    assert tuple(w.replace("\u00a0", " ") for w in said) == tuple(
        w.replace("\u00a0", " ") for w in words
    )


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
