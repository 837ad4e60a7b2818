"""One place says which characters nobody sees."""

from __future__ import annotations

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


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_become_line_feeds(ends: str) -> None:
    assert unprintable.unix(f"a{ends}{ends}b") == "a\n\nb"
