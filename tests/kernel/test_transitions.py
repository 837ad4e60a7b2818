"""A table of states and verbs: what it allows, where it leads, how it refuses."""

from __future__ import annotations

import pytest

from maillage.kernel.transitions import Transitions
from maillage.kernel.verdicts import ALLOWED, Denied

DOOR = Transitions(
    {("closed", "open"): "open", ("ajar", "open"): "open", ("open", "close"): "closed"},
    {"closed": "fermée", "ajar": "entrouverte", "open": "ouverte"},
)


@pytest.mark.parametrize(
    ("state", "verb", "reached"),
    [("closed", "open", "open"), ("ajar", "open", "open"), ("open", "close", "closed")],
)
def test_a_verb_that_applies_leads_to_its_state(state: str, verb: str, reached: str) -> None:
    assert DOOR.can(state, verb, "ouvrir la porte") is ALLOWED
    assert DOOR.after(state, verb) == reached


@pytest.mark.parametrize(
    ("state", "verb", "expected"),
    [("open", "open", "« fermée » ou « entrouverte »"), ("ajar", "close", "« ouverte »")],
)
def test_a_verb_that_does_not_is_refused_with_the_states_it_awaits(
    state: str, verb: str, expected: str
) -> None:
    reason = (
        f"Impossible de toucher la porte : état actuel « {DOOR.labels[state]} », "
        f"état attendu {expected}."
    )
    assert DOOR.can(state, verb, "toucher la porte") == Denied(reason, 409)
    with pytest.raises(KeyError):
        DOOR.after(state, verb)
