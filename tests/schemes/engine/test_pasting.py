"""Pasting a block of modes: what is understood, what is refused and where it is."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.schemes.engine.pasting import (
    MAX_CELLS,
    Pasted,
    cell_of,
    parse_paste,
)
from maillage.sheets.findings import Unreadable

KEEP = Pasted()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", Pasted("A")),
        (" m ", Pasted("M")),
        ("\u00a0H\u00a0", Pasted("H")),
        ("Autonomie", Pasted("A")),
        ("COOPÉRATION", Pasted("C")),
        ("cooperation", Pasted("C")),
        ("intégration", Pasted("I")),
        ("inte\u0301gration", Pasted("I")),
        ("M+C", Pasted("M", "C")),
        ("m c", Pasted("M", "C")),
        ("M + H + C", Pasted("M", "CH")),
        ("Mutualisation\u00a0+ coopération", Pasted("M", "C")),
        ("?", Pasted("?")),
        ("non renseigné", Pasted("?")),
        ("Non\u00a0renseigné", Pasted("?")),
        ("-", Pasted("-")),
        ("\u2013", Pasted("-")),
        ("sans objet", Pasted("-")),
        ("", KEEP),
        ("  ", KEEP),
        ("X", None),
        ("MX", None),
        ("M+M", None),
        ("M+?", None),
        ("?+M", None),
        ("+", None),
        ("2021", None),
        ("A" * 5000, None),
    ],
)
def test_one_cell(text: str, expected: Pasted | None) -> None:
    assert cell_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("A", ((Pasted("A"),),)),
        ("A\n", ((Pasted("A"),),)),
        ("A\r\n", ((Pasted("A"),),)),
        ("\r\n", ((KEEP,),)),
        ("A\tC\r\nH\tM\r\n", ((Pasted("A"), Pasted("C")), (Pasted("H"), Pasted("M")))),
        ("A\tC\nH", ((Pasted("A"), Pasted("C")), (Pasted("H"), KEEP))),
        ("A\t\n\tM\n", ((Pasted("A"), KEEP), (KEEP, Pasted("M")))),
        ("A\t", ((Pasted("A"), KEEP),)),
        ("A\n\nC\n", ((Pasted("A"),), (KEEP,), (Pasted("C"),))),
        ('"M\n+C"\tA\n', ((Pasted("M", "C"), Pasted("A")),)),
        ('"M\t+C"\n', ((Pasted("M", "C"),),)),
        ("\ufeffA\rC", ((Pasted("A"),), (Pasted("C"),))),
    ],
)
def test_blocks(text: str, expected: tuple[tuple[Pasted, ...], ...]) -> None:
    assert parse_paste(text) == expected


def test_every_unreadable_cell_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        parse_paste('A\tzut\r\n"dit ""non"""\tM\r\n')
    assert [(f.where, f.value) for f in caught.value.findings] == [
        ("bloc collé, ligne 1, colonne 2", "zut"),
        ("bloc collé, ligne 2, colonne 1", 'dit "non"'),
    ]
    assert "sans objet" in caught.value.findings[0].expected


def test_a_paste_too_large_is_refused() -> None:
    with pytest.raises(Unreadable):
        parse_paste("A\t" * (MAX_CELLS + 1))
    with pytest.raises(Unreadable):
        parse_paste("x" * 3_000_000)
    many = "zut\n" * 500
    with pytest.raises(Unreadable) as caught:
        parse_paste(many)
    assert len(caught.value.findings) == 201
    assert caught.value.findings[-1].what == "et 300 autres"


@st.composite
def blocks(draw: st.DrawFn) -> tuple[tuple[Pasted, ...], ...]:
    def cell() -> Pasted:
        mode = draw(st.sampled_from(["", "?", "-", *"ACHMI"]))
        others = "ACHIM".replace(mode, "") if mode in tuple("ACHMI") else ""
        chosen = draw(st.sets(st.sampled_from(others))) if others else set()
        return Pasted(mode, "".join(sorted(chosen)))

    width = draw(st.integers(1, 5))
    return tuple(tuple(cell() for _ in range(width)) for _ in range(draw(st.integers(1, 6))))


@given(blocks())
def test_copied_then_pasted_gives_the_same(block: tuple[tuple[Pasted, ...], ...]) -> None:
    rows = (["+".join((cell.mode, *cell.complementary)) for cell in row] for row in block)
    text = "".join("\t".join(row) + "\r\n" for row in rows)
    assert parse_paste(text) == block
    assert parse_paste(text.replace("\r\n", "\n")) == block


@given(st.text(st.sampled_from('ACM?-+ "\t\n\r\u00a0é'), max_size=60))
def test_any_text_gives_a_rectangle_or_is_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert len({len(row) for row in parse_paste(text)}) <= 1
