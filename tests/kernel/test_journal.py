"""A chain holds, or its first broken link is named and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.journal import GENESIS, Link, first_break

AT = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)


def chain_of(length: int) -> list[Link]:
    links: list[Link] = []
    for sequence in range(1, length + 1):
        previous = links[-1].hash if links else GENESIS
        link = Link("c", sequence, AT, "user:1", "a.b.c", "s:1", {"n": sequence}, previous)
        links.append(replace(link, hash=link.digest()))
    return links


@given(st.integers(0, 12))
def test_a_chain_written_in_order_holds(length: int) -> None:
    assert first_break(chain_of(length)) == (length, None)


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"actor": "user:2"}, "contenu"),
    ({"verb": "a.b.d"}, "contenu"),
    ({"subject": "s:2"}, "contenu"),
    ({"diff": {"n": 99}}, "contenu"),
    ({"at": AT + dt.timedelta(microseconds=1)}, "contenu"),
    ({"hash": "f" * 64}, "contenu"),
    ({"previous_hash": "f" * 64}, "empreinte précédente"),
    ({"sequence": 9}, "absent"),
]


@pytest.mark.parametrize(("change", "reason"), CHANGES)
@given(at=st.integers(0, 5))
def test_whatever_is_changed_is_found_where_it_is(
    change: dict[str, Any], reason: str, at: int
) -> None:
    links = chain_of(6)
    links[at] = replace(links[at], **change)
    held, fault = first_break(links)
    assert held == at
    assert fault is not None
    assert reason in fault.reason


@given(at=st.integers(0, 4))
def test_a_row_taken_away_is_found(at: int) -> None:
    links = chain_of(6)
    del links[at]
    held, fault = first_break(links)
    assert held == at
    assert fault is not None
    assert f"événement {at + 1} absent" in fault.reason


@given(at=st.integers(0, 4))
def test_a_row_rewritten_with_its_own_hash_breaks_the_next(at: int) -> None:
    links = chain_of(6)
    forged = replace(links[at], diff={"n": "faux"})
    links[at] = replace(forged, hash=forged.digest())
    held, fault = first_break(links)
    assert held == at + 1
    assert fault is not None
    assert fault.sequence == at + 2


@given(st.timezones())
def test_the_hash_does_not_depend_on_the_reader_s_time_zone(zone: dt.tzinfo) -> None:
    link = chain_of(1)[0]
    assert replace(link, at=link.at.astimezone(zone)).digest() == link.hash
