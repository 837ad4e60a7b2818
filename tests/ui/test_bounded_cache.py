"""The memory of kept pages has an end, whatever is asked."""

from __future__ import annotations

import secrets

import pytest

from maillage.ui.bounded_cache import BoundedCache

MOST = 100_000


@pytest.fixture
def cache() -> BoundedCache:
    return BoundedCache(secrets.token_hex(), {"OPTIONS": {"MAX_ENTRIES": 500, "MAX_BYTES": MOST}})


def test_it_never_holds_more_and_forgets_what_was_asked_longest_ago(cache: BoundedCache) -> None:
    for number in range(2_000):
        cache.set(str(number), secrets.token_bytes(number % 3_000))
        assert cache.get("0") is not None  # asked for each time: it stays
        assert cache.size <= MOST
    assert cache.get("1999") is not None and cache.get("1") is None


def test_what_would_take_a_tenth_of_it_is_not_kept(cache: BoundedCache) -> None:
    cache.set("page", b"x" * 100)
    cache.set("page", b"x" * MOST)
    assert cache.get("page") is None and cache.size == 0
