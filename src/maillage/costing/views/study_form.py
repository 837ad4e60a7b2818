"""The forms of a cost study: the team, then what it does for each chamber."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from maillage.costing.actions.costs import (
    StudyDraft,
    Worked,
)
from maillage.costing.engine.costing import (
    DEFAULT_PRACTICAL,
    MINUTES_PER_FTE,
)
from maillage.costing.models import CostStudy
from maillage.costing.queries.costs import (
    finance_processes,
    volumes_of,
)
from maillage.costing.views.volumes import year_said
from maillage.kernel.money import parse_count, quantity
from maillage.kernel.period import LAST_YEAR
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.requests import Request
from maillage.ui.fields import (
    AmountField,
    NumberField,
)


class StudyForm(forms.Form):
    """A team: what it costs, the time it has, where the figures come from."""

    process = forms.ChoiceField(label="Macro-processus")
    provider = forms.ChoiceField(label="Chambre dont l’équipe fait le travail")
    year = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    cost = AmountField(
        label="Coût de l’équipe sur l’année (€)",
        help_text="Salaires chargés, outils, locaux\u00a0: ce que l’équipe coûte, entière.",
    )
    fte = NumberField(label="ETP de l’équipe")
    minutes_per_fte = forms.IntegerField(
        label="Minutes par ETP et par an",
        min_value=1,
        max_value=525_600,
        help_text="Hypothèse proposée\u00a0: 1\u00a0607 heures.",
    )
    practical = NumberField(
        label="Capacité pratique (%)",
        help_text="Part du temps vraiment disponible. Hypothèse proposée\u00a0: 80\u00a0%.",
    )
    source = forms.CharField(label="D’où viennent les chiffres", max_length=200, required=False)

    def __init__(self, network: Network, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.processes = {p.code: p for p in finance_processes(network)}
        self.chambers = {e.code: e for e in chambers_of(network)}
        process: Any = self.fields["process"]
        process.choices = [(code, p.name) for code, p in self.processes.items()]
        provider: Any = self.fields["provider"]
        provider.choices = [(code, e.name) for code, e in self.chambers.items()]

    def draft(self, rows: Any) -> StudyDraft:
        data = self.cleaned_data
        return StudyDraft(
            self.processes[data["process"]],
            self.chambers[data["provider"]],
            data["year"],
            data["cost"],
            data["fte"] or Decimal(0),
            [row.worked(self.chambers) for row in rows.forms if row.says_something],
            data["minutes_per_fte"],
            round((data["practical"] or Decimal(0)) * 100),
            data["source"].strip(),
        )


class WorkForm(forms.Form):
    """Units done for a chamber; a row without volume nor minutes is left aside."""

    entity = forms.ChoiceField(label="Chambre servie", required=False)
    activity = forms.CharField(label="Activité", max_length=120, required=False)
    volume = NumberField(label="Volume", required=False)
    minutes = NumberField(label="Minutes par unité", required=False)

    def __init__(
        self, *given: Any, chambers: list[Entity], entered: Mapping[str, Decimal], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.volumes = entered
        entity: Any = self.fields["entity"]
        entity.choices = [("", "À choisir"), *((e.code, e.name) for e in chambers)]

    @property
    def entered(self) -> str:
        """The volume the grid holds for the chamber of the row, "" where there is none."""
        return quantity(self.volumes.get(self["entity"].value() or ""))

    @property
    def says_something(self) -> bool:
        data = self.cleaned_data
        return data.get("volume") is not None or data.get("minutes") is not None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("volume") is None and data.get("minutes") is None:
            return data
        for name in ("entity", "volume", "minutes"):
            if name not in self.errors and data.get(name) in ("", None):
                self.add_error(name, "À indiquer.")
        return data

    def worked(self, chambers: dict[str, Entity]) -> Worked:
        data = self.cleaned_data
        activity = data["activity"].strip()
        return Worked(chambers[data["entity"]], activity, data["volume"], data["minutes"])


WorkForms = forms.formset_factory(WorkForm, extra=3, max_num=200, absolute_max=220)


Volumes = dict[str, Decimal]
"""Volumes entered in the grid, by entity code."""


def volumes_entered(network: Network, process: str, year: str) -> Volumes:
    """What the grid holds for a macro-process and a year; nothing where they are not said."""
    number = parse_count(year, LAST_YEAR)
    found = next((p for p in finance_processes(network) if p.code == process), None)
    if found is None or number is None:
        return {}
    cells = volumes_of(network, [number])
    rows = {e.code: cells.get((found.pk, e.pk, number)) for e in chambers_of(network)}
    return {code: row.volume for code, row in rows.items() if row and row.volume is not None}


def lines_of(
    request: Request, chambers: list[Entity], study: CostStudy | None, entered: Volumes
) -> Any:
    options: dict[str, Any] = {
        "prefix": "lignes",
        "form_kwargs": {"chambers": chambers, "entered": entered},
    }
    if request.method == "POST":
        return WorkForms(request.POST, **options)
    initial = [{"entity": e.code, "volume": entered.get(e.code)} for e in chambers]
    if study is not None:
        initial = [
            {"entity": line.entity.code, "activity": line.activity, "volume": line.volume,
             "minutes": line.minutes}
            for line in study.lines.select_related("entity")
        ]  # fmt: skip
    return WorkForms(initial=initial, **options)


def initial_of(study: CostStudy | None, process: str, year: str) -> dict[str, Any]:
    if study is None:
        hypotheses = {"minutes_per_fte": MINUTES_PER_FTE, "practical": DEFAULT_PRACTICAL}
        values = {"year": year, "process": process, **hypotheses}
        return values | {"practical": Decimal(DEFAULT_PRACTICAL) / 100}
    fields = ("year", "cost", "fte", "minutes_per_fte", "source")
    values = {name: getattr(study, name) for name in fields}
    named = {"process": study.process.code, "provider": study.provider.code}
    return values | named | {"practical": Decimal(study.practical) / 100}


def subject_of(request: Request, study: CostStudy | None) -> tuple[str, str]:
    """Code of the macro-process and year: those of the study, else those sent or asked."""
    if study is not None:
        return study.process.code, str(study.year)
    if request.method == "POST":
        return request.POST.get("process", ""), request.POST.get("year", "")
    year = year_said(request, [timezone.localdate().year - 1])
    return request.GET.get("processus", ""), str(year)
