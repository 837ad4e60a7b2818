"""A refusal brought back to the form it answers."""

from __future__ import annotations

import pytest
from django import forms

from maillage.kernel.verdicts import Denied, Refusal, refuse
from maillage.ui.refusals import refusals_on


class Named(forms.Form):
    name = forms.CharField()


@pytest.fixture
def form() -> forms.Form:
    made = Named({"name": "x"})
    assert made.is_valid()
    return made


@pytest.mark.parametrize("status", [409, 422])
@pytest.mark.parametrize("field", [None, "name"])
def test_a_refusal_stands_beside_what_was_typed(
    form: forms.Form, status: int, field: str | None
) -> None:
    with refusals_on(form, field):
        refuse("Nom déjà pris.", status)
    assert form.errors == {field or "__all__": ["Nom déjà pris."]}


def test_a_mandate_that_lacks_is_no_fault_of_the_form(form: forms.Form) -> None:
    with pytest.raises(Refusal), refusals_on(form):
        raise Refusal(Denied("Pas à vous."))
    assert not form.errors


def test_another_error_goes_through_and_nothing_wrong_leaves_the_form_clean(
    form: forms.Form,
) -> None:
    with pytest.raises(ZeroDivisionError), refusals_on(form):
        raise ZeroDivisionError
    with refusals_on(form):
        pass
    assert not form.errors
