"""An address known again answers as when it was looked for."""

from __future__ import annotations

import pytest
from django.urls import Resolver404, get_resolver, resolve

from maillage.config.addresses import MOST, KnownAgain

PAGE = "/reseaux/essai/finances/bilan/"


@pytest.fixture
def known() -> KnownAgain:
    (found,) = [one for one in get_resolver().url_patterns if isinstance(one, KnownAgain)]
    return found


def test_it_is_the_same_view_asked_the_same(known: KnownAgain) -> None:
    first, again = resolve(PAGE), resolve(PAGE)
    assert first is not again and first.kwargs is not again.kwargs
    looked_for = known._found(PAGE[1:])
    for match in (first, again):
        assert (match.func, match.kwargs) == (looked_for.func, {"network": "essai"})
        assert (match.view_name, match.route) == (looked_for.view_name, looked_for.route)
    first.kwargs["network"] = "autre"
    assert resolve(PAGE).kwargs == {"network": "essai"}


def test_no_more_are_known_than_so_many_and_none_that_nobody_answers(known: KnownAgain) -> None:
    for number in range(MOST + 10):
        resolve(f"/editions/{number}/")
    assert known.known.cache_info().currsize == MOST
    before = known.known.cache_info().currsize
    for number in range(10):
        with pytest.raises(Resolver404):
            resolve(f"/rien/{number}")
    assert known.known.cache_info().currsize == before
