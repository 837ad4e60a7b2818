"""What a change of mode asks in the grid, as one types, is what the server asks: on every pair."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from maillage.schemes.engine.document import MODE_LABELS
from maillage.schemes.engine.mode_change import asked
from maillage.schemes.engine.mode_details import MEMBERS, Details
from tests.browsing import OpenPage, Stage, drafted
from tests.schemes.engine.test_mode_change import HELD

CHANGES: list[dict[str, Any]] = [
    {},
    {"lead": "sud"},
    {"lead": ""},
    {"integration": "national"},
    {"rationale": "Autre chose"},
    {"source_page": "p. 9"},
    {"source_basis": "Autre fondement"},
    {"source_document": "", "source_page": ""},
    {"served": ["nord"]},
    {"complementary": ""},
    {"complementary": "HI"},
    {"details": {"sites": "Angers"}},
    {"served": ["sud", "nord"]},
    {"lead": "sud", "source_quote": "à Laval"},
]
HELDS = [
    HELD,
    HELD | {"complementary": "", "integration": ""},
    HELD | {"details": {}, "lead": ""},
    {"mode": "M", "source_basis": "Ordonnance", "provenance": "stated"},
    {"mode": "M"},
]


HERE = """
  const from = (name) => [...document.scripts].map((one) => one.src)
    .find((one) => one.includes("schemes/grid")).replace(/grid[^/]*$/, name);
"""
ASKED = f"""async (cases) => {{ {HERE}
  const {{ asked }} = await import(from("grid_carried.js"));
  return cases.map(([before, changes]) => asked(before, {{ ...before, ...changes }})
    .map(({{ name, fields, stays }}) => [name, [...fields].sort(), stays]));
}}"""
DETAILS = f"""async () => {{ {HERE}
  return (await import(from("grid_state.js"))).DETAILS;
}}"""


def _fitted(state: dict[str, Any]) -> dict[str, Any]:
    """A state as one is recorded: what its modes do not take is not in it."""
    mode, others = state["mode"], state.get("complementary", "").replace(state["mode"], "")
    others = others if mode in "ACHMI" else ""
    fitted = state | {"complementary": others}
    if "I" not in mode + others:
        fitted["integration"] = ""
    if mode == "-":
        fitted |= {"lead": "", "served": []}
    if mode == "?":
        fitted["provenance"] = ""
    fitted["details"] = Details.of(state.get("details")).under(mode, others).record()
    return {name: value for name, value in fitted.items() if value}


@pytest.fixture
def page(stage: Stage, open_page: OpenPage) -> Any:
    world: SimpleNamespace = stage(drafted)
    grid = reverse("schemes:grid", args=[world.edition.pk])
    return open_page(grid, world.people.administrator.client)


def test_the_grid_asks_what_the_server_asks_on_every_pair_of_modes(page: Any) -> None:
    cases = [
        (_fitted(held | {"mode": former}), {"mode": now, **changes})
        for held, changes, (former, now) in product(
            HELDS, CHANGES, product(MODE_LABELS, MODE_LABELS)
        )
    ]
    told = page.evaluate(ASKED, cases)
    wanted = [
        [[part.name, sorted(part.fields), part.can_stay] for part in asked(before, changes)]
        for before, changes in cases
    ]
    assert len(cases) == 3430
    differing = [
        (before, changes, mine, theirs)
        for (before, changes), mine, theirs in zip(cases, wanted, told, strict=True)
        if [part for part in mine if part[2]] != [part for part in theirs if part[2]]
        # What cannot stay is told, not asked; what the gesture writes itself needs no telling.
        or [p for p in mine if p[0] not in changes] != [p for p in theirs if p[0] not in changes]
    ]
    assert differing[:3] == []


def test_what_a_mode_is_made_of_is_one_table(page: Any) -> None:
    told = page.evaluate(DETAILS)
    assert told == {name: member.modes for name, member in MEMBERS.items()}
