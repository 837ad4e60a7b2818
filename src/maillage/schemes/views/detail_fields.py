"""What a mode is made of, as the fields of a form: one per member, under its modes.

Knows how the members are typed and read again. What may be said of which mode stands in
`engine.mode_details`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.mode_details import MEMBERS, PART, Details, Member, differing, taking

PREFIX = "detail_"


class PartialDateField(forms.CharField):
    """A day, a month or a year, typed as French people do; kept as it is written in a file."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        known = partial_dates.typed(text)
        if known is None:
            raise forms.ValidationError("Date attendue, par exemple 2027, 06/2027 ou 30/06/2027.")
        return partial_dates.written(*known)


def fields() -> dict[str, forms.Field]:
    """Every member's field, by its name in the form."""
    return {PREFIX + name: _field(member) for name, member in MEMBERS.items()}


def _field(member: Member) -> forms.Field:
    if member.many:
        return forms.MultipleChoiceField(
            label=member.label,
            required=False,
            choices=list((member.choices or {}).items()),
            widget=forms.CheckboxSelectMultiple,
        )
    if member.choices:
        choices = [("", "Non renseigné"), *member.choices.items()]
        return forms.ChoiceField(label=member.label, required=False, choices=choices)
    if member.dated:
        return PartialDateField(
            label=member.label,
            required=False,
            max_length=10,
            help_text="2027, 06/2027 ou 30/06/2027.",
        )
    widget = forms.Textarea({"rows": 2}) if member.longest > 200 else forms.TextInput()
    return forms.CharField(
        label=member.label, required=False, max_length=member.longest, widget=widget
    )


GROUPS = (("C", "Coopération"), ("H", "Harmonisation"), ("M", "Mutualisation"), ("CHM", ""))


def groups(form: forms.Form) -> list[tuple[str, str, list[forms.BoundField]]]:
    """The fields as a form shows them, by the modes they are of."""
    return [
        (modes, label, [form[PREFIX + name] for name, m in MEMBERS.items() if m.modes == modes])
        for modes, label in GROUPS
    ]


def gathered(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form, the members' put together as `details`, those of its modes alone."""
    rest = {name: value for name, value in values.items() if not name.startswith(PREFIX)}
    given = {name: values.get(PREFIX + name) for name in MEMBERS}
    complementary = "".join(sorted(rest.get("complementary") or ()))
    kept = Details.of(given).under(rest.get("mode") or "", complementary)
    return {**rest, "complementary": complementary, "details": kept.record()}


def initial(details: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields are filled with; a date as it is typed."""
    return {
        PREFIX + name: "/".join(reversed(value.split("-"))) if MEMBERS[name].dated else value
        for name, value in details.items()
    }


def chosen(seen: Any, given: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, but for the parts of a conflict where what is recorded was chosen."""
    one, other = Details.of(seen), Details.of(given)
    parts = differing(one, other)
    mine = [name for name in parts if answers.get(f"choix-{PART}{name}") != "theirs"]
    return taking(one, other, mine).record()


def upon(seen: Any, mine: Mapping[str, Any], theirs: Any) -> dict[str, Any]:
    """What is recorded by now, `theirs`, with the parts that `mine` changes of what was seen."""
    one, other = Details.of(seen), Details.of(mine)
    return taking(Details.of(theirs), other, differing(one, other)).record()
