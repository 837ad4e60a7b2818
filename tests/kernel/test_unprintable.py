"""One place says which characters nobody sees."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from maillage.kernel import unprintable


@pytest.mark.parametrize(
    ("text", "on_a_line", "in_a_text"),
    [
        ("Paie", False, False),
        ("", False, False),
        ("a\u00a0b\u202fé", False, False),
        ("a\tb", True, False),
        ("a\nb", True, False),
        ("a\rb", True, True),
        ("a\x00b", True, True),
        ("a\x0cb", True, True),
        ("a\x7fb", True, True),
        ("a\x85b", True, True),
    ],
)
def test_what_is_unseen(text: str, on_a_line: bool, in_a_text: bool) -> None:
    assert bool(unprintable.ON_A_LINE.search(text)) is on_a_line
    assert bool(unprintable.IN_A_TEXT.search(text)) is in_a_text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Trésorerie", ""),
        ("Trésorerie \u2013 paie\u00a0: « œuvre » ’ •", ""),
        ("\u200b", "un caractère invisible ou sans dessin est à retirer au début (U+200B)"),
        ("Tréso\u202erie", "est à retirer après «\u00a0Tréso\u00a0» (U+202E)"),
        ("Paie\u2066", "(U+2066)"),
        ("\uf0b7 Paie", "au début (U+F0B7)"),
        ("Pa\u3164ie", "(U+3164)"),
        ("a\x07b", "un caractère de contrôle, invisible, est à retirer après «\u00a0a\u00a0»"),
        ("Pa\xadie", "(U+00AD)"),
    ],
)
def test_what_nobody_sees_is_named_with_its_place(text: str, said: str) -> None:
    assert said in unprintable.fault(text)
    assert bool(unprintable.fault(text)) is bool(said)


def test_what_is_typed_is_composed_and_prose_loses_what_came_with_it() -> None:
    @dataclass(frozen=True)
    class Line:
        label: str
        number: str = ""

    apart, whole = "tre\u0301so", "tréso"
    given = {"rows": [Line(apart, apart)], "name": apart, "number": apart, "day": 3}
    assert unprintable.tidied(given, ("number",)) == {
        "rows": [Line(whole, apart)],
        "name": whole,
        "number": apart,
        "day": 3,
    }
    assert unprintable.tidied("Pa\xadie") == "Pa\xadie"
    assert unprintable.tidied("Pa\xadie\né") == "Paie\né"
    assert unprintable.fault_within(unprintable.tidied({"rows": [Line("a\u202eb")]}))
    assert not unprintable.fault_within({"number": "a\u202eb"}, ("number",))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_become_line_feeds(ends: str) -> None:
    assert unprintable.unix(f"a{ends}{ends}b") == "a\n\nb"
