"""JSON from outside: what it says, or a ValueError, whatever it is."""

from __future__ import annotations

import pytest

from maillage.kernel.plain_json import plain


def test_what_it_says_is_read() -> None:
    assert plain('{"a": [1, null, "é"]}') == plain('{"a":[1,null,"é"]}'.encode())
    assert plain("[" * 200 + "]" * 200)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, "[" * 900 + "]" * 900, '{"a":' * 5_000, '"\\ud800"', "\ud800", "NaN"],
)
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"line|nesting|UTF-8"):
        plain(text)
