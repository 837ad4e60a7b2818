"""Verdicts: what is allowed or denied, and how a denial travels."""

from __future__ import annotations

import pytest

from maillage.kernel.verdicts import ALLOWED, Denied, Refusal, refuse, refuse_fault, require


def test_a_verdict_is_true_where_the_act_is_allowed() -> None:
    assert ALLOWED
    assert not Denied("Non.")


def test_requiring_raises_the_denial_itself() -> None:
    require(ALLOWED)
    with pytest.raises(Refusal) as refused:
        require(Denied("Non.", 409))
    assert refused.value.denied == Denied("Non.", 409)
    assert (str(refused.value), refused.value.details) == ("Non.", {})


def test_a_refusal_says_why_with_its_status_and_details_and_hides_its_cause() -> None:
    with pytest.raises(Refusal) as refused:
        try:
            int("x")
        except ValueError:
            refuse("Illisible.", conflicts=[1])
    assert refused.value.denied == Denied("Illisible.", 422)
    assert refused.value.details == {"conflicts": [1]}
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("status", [409, 422])
def test_a_fault_refuses_and_none_does_not(status: int) -> None:
    refuse_fault("", status)
    with pytest.raises(Refusal) as refused:
        refuse_fault("Trop long.", status)
    assert refused.value.denied == Denied("Trop long.", status)
