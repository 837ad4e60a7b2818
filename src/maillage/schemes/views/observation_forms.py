"""The forms of an observation: what is in place, and why it is corrected or taken back."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.network.models import Network
from maillage.schemes import rules
from maillage.schemes.engine import observed
from maillage.schemes.engine.document import MODE_LABELS
from maillage.ui.fields import DayField


class ObservationForm(forms.Form):
    """One observation of a cell."""

    on = DayField(label="Constaté le")
    mode = forms.ChoiceField(
        label="Mode en place",
        choices=[(m, MODE_LABELS[m]) for m in rules.OBSERVED_MODES],
        widget=forms.RadioSelect,
    )
    lead = forms.ChoiceField(label="Assuré par, si c’est une autre", required=False)
    served = forms.MultipleChoiceField(
        label="Pour qui, si ce sont d’autres", required=False, widget=forms.CheckboxSelectMultiple
    )
    observer = forms.CharField(
        label="Constaté par", max_length=observed.MOST_OBSERVER, help_text="Une fonction d’abord."
    )
    evidence = forms.CharField(
        label="Preuve", required=False, max_length=observed.MOST_EVIDENCE,
        widget=forms.Textarea({"rows": 2}), help_text="Ce sur quoi repose le constat.",
    )  # fmt: skip
    comment = forms.CharField(
        label="Commentaire", required=False, max_length=observed.MOST_EVIDENCE,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, network: Network, reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entities = list(network.entities.filter(archived=False).values_list("code", "short_name"))
        self.fields["lead"].choices = [("", "Comme visé, ou non regardé"), *entities]  # type: ignore[attr-defined]
        self.fields["served"].choices = entities  # type: ignore[attr-defined]
        if reason:
            self.fields["reason"] = _reason()


class ReasonForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _reason()


def _reason() -> forms.CharField:
    return forms.CharField(label="Motif", max_length=rules.MOST_REASON)
