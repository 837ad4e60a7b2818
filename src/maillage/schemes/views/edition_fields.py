"""The fields of a scheme, of an edition and of a milestone, as they are typed."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.schemes.engine import partial_dates
from maillage.schemes.models import Milestone

CODE_HELP = "Minuscules sans accent, chiffres et tirets\u00a0; il paraît dans les fichiers."


class SchemeForm(forms.Form):
    title = forms.CharField(
        label="Titre du schéma",
        max_length=200,
        help_text="Par exemple «\u00a0Schéma d’organisation des missions 2027-2031\u00a0».",
    )
    code = forms.CharField(
        label="Code",
        max_length=80,
        help_text=f"{CODE_HELP} Il ne change plus\u00a0; par exemple «\u00a0srom-2027-2031\u00a0».",
    )
    start_year = forms.IntegerField(label="Première année")
    end_year = forms.IntegerField(label="Dernière année")
    edition_title = forms.CharField(
        label="Titre de la première édition",
        max_length=200,
        help_text="Elle porte le numéro 1 et reste un brouillon jusqu’à sa proposition.",
    )


class EditionForm(forms.Form):
    edition_title = forms.CharField(label="Titre de l’édition", max_length=200)


class MilestoneForm(forms.Form):
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(label="Code", max_length=40)
    label = forms.CharField(label="Libellé", max_length=80)
    date = forms.CharField(
        label="Date",
        max_length=10,
        help_text="Une année (2027), un mois (06/2027) ou un jour (30/06/2027).",
    )
    nature = forms.ChoiceField(
        label="Nature", choices=[("", "À choisir"), *Milestone.Nature.choices]
    )

    def clean(self) -> dict[str, Any]:
        """The date as precise as it is typed."""
        values = self.cleaned_data
        if text := values.get("date"):
            known = partial_dates.typed(text)
            if known is None:
                self.add_error("date", "Date attendue, par exemple 31/12/2027, 12/2027 ou 2027.")
            else:
                values["date"], values["precision"] = known[0], known[1].value
        return values
