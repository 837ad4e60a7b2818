"""A text compressed in pieces is the text, for whatever reads gzip."""

from __future__ import annotations

import gzip

from hypothesis import given
from hypothesis import strategies as st

from maillage.ui.spliced import gzipped, piece


@given(st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=80)), max_size=6))
def test_pieces_and_what_stands_between_read_back_whole(parts: list[tuple[bytes, bytes]]) -> None:
    written = gzipped([one for held, own in parts for one in (piece(held), own)])
    assert gzip.decompress(written) == b"".join(held + own for held, own in parts)


def test_a_large_piece_is_plain_again() -> None:
    content = bytes(range(256)) * 2_000
    held = piece(content)
    assert held.plain == content
    assert gzip.decompress(gzipped([held, b"jeton", held])) == content + b"jeton" + content
    assert len(held.deflated) < len(content) / 20


def test_its_length_does_not_tell_what_is_within() -> None:
    held = piece(b"page" * 100)
    assert len({len(gzipped([held, b"jeton"])) for _ in range(60)}) > 10
