"""A text made to be much longer once read than it is written: refused in a sentence, at once."""

from __future__ import annotations

import time

import pytest

from maillage.sheets.findings import Unreadable
from maillage.sheets.yaml_reader import MOST, Reader

LAUGHS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
"""A hundred billion texts in a few lines."""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LAUGHS, "citées à un autre endroit"),
        ("soi: &a [*a]\n", "citées à un autre endroit"),
        ("[a]: &a {b: *a, c: *a}\n", "citées à un autre endroit"),
        ("[" * MOST, "imbriqués"),
        ("{a: " * 500_000, "imbriqués"),
        ("- " * 1_000_000, "imbriqués"),
        ("a: " * 1_000_000, "lisible"),
        ('"' + "a" * (MOST - 1), "lisible"),
        ("a" * (MOST + 1), "trop long"),
        ("---\n" * 500_000, "lisible"),
    ],
)  # fmt: skip
def test_it_is_refused_within_seconds(text: str, why: str) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable, match=why):
        Reader.parse(text, "essai.yaml")
    assert time.process_time() - began < 5


def test_what_is_cited_is_read_where_it_is() -> None:
    reader = Reader.parse("un: &a [a, a]\ndeux: *a\n", "essai.yaml")
    assert reader.mapping(reader.root, ("un", "deux")).texts("deux") == ["a", "a"]
