"""A cost study: write one per team and year, read what it gives each chamber, take it out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.actions.costs import (
    StudyDraft,
    Worked,
    remove_study,
    save_study,
)
from maillage.costing.engine.benchmarks import INVOICE, benchmark
from maillage.costing.engine.costing import (
    DEFAULT_PRACTICAL,
    MINUTES_PER_FTE,
    NO_GAIN,
    Costing,
)
from maillage.costing.models import CostStudy
from maillage.costing.queries.costs import (
    costing_of,
    entered_beside,
    finance_processes,
    studies_visible_to,
    volumes_of,
)
from maillage.costing.rules.costs import LAST_YEAR, can_remove_study, can_study
from maillage.costing.views.volumes import is_invoices, unit_of, year_said
from maillage.kernel.money import parse_count, quantity, rate
from maillage.kernel.verdicts import require
from maillage.ledger.views.network_page import kept_network
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import exported
from maillage.ui.fields import (
    VERSION_MOST,
    AmountField,
    NumberField,
)
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on


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


class LineForm(forms.Form):
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


Lines = forms.formset_factory(LineForm, extra=3, max_num=200, absolute_max=220)


Volumes = dict[str, Decimal]
"""Volumes entered in the grid, by entity code."""


def _entered(network: Network, process: str, year: str) -> Volumes:
    """What the grid holds for a macro-process and a year; nothing where they are not said."""
    number = parse_count(year, LAST_YEAR)
    found = next((p for p in finance_processes(network) if p.code == process), None)
    if found is None or number is None:
        return {}
    cells = volumes_of(network, [number])
    rows = {e.code: cells.get((found.pk, e.pk, number)) for e in chambers_of(network)}
    return {code: row.volume for code, row in rows.items() if row and row.volume is not None}


def _lines(
    request: Request, chambers: list[Entity], study: CostStudy | None, entered: Volumes
) -> Any:
    options: dict[str, Any] = {
        "prefix": "lignes",
        "form_kwargs": {"chambers": chambers, "entered": entered},
    }
    if request.method == "POST":
        return Lines(request.POST, **options)
    initial = [{"entity": e.code, "volume": entered.get(e.code)} for e in chambers]
    if study is not None:
        initial = [
            {"entity": line.entity.code, "activity": line.activity, "volume": line.volume,
             "minutes": line.minutes}
            for line in study.lines.select_related("entity")
        ]  # fmt: skip
    return Lines(initial=initial, **options)


def _initial(study: CostStudy | None, process: str, year: str) -> dict[str, Any]:
    if study is None:
        hypotheses = {"minutes_per_fte": MINUTES_PER_FTE, "practical": DEFAULT_PRACTICAL}
        values = {"year": year, "process": process, **hypotheses}
        return values | {"practical": Decimal(DEFAULT_PRACTICAL) / 100}
    fields = ("year", "cost", "fte", "minutes_per_fte", "source")
    values = {name: getattr(study, name) for name in fields}
    named = {"process": study.process.code, "provider": study.provider.code}
    return values | named | {"practical": Decimal(study.practical) / 100}


def _subject(request: Request, study: CostStudy | None) -> tuple[str, str]:
    """Code of the macro-process and year: those of the study, else those sent or asked."""
    if study is not None:
        return study.process.code, str(study.year)
    if request.method == "POST":
        return request.POST.get("process", ""), request.POST.get("year", "")
    year = year_said(request, [timezone.localdate().year - 1])
    return request.GET.get("processus", ""), str(year)


def _study_page(
    request: Request, network: Network, study: CostStudy | None, title: str
) -> HttpResponse:
    """The form of a study, new or not; what is refused is put in it."""
    verdict = can_study(network, actor=request.actor)
    if request.method == "POST":
        require(verdict)
    process, year = _subject(request, study)
    entered = _entered(network, process, year)
    form = StudyForm(network, request.POST or None, initial=_initial(study, process, year))
    rows = _lines(request, chambers_of(network), study, entered)
    if study is not None:
        for name in ("process", "provider", "year"):
            form.fields[name].disabled = True
    seen = request.POST.get("seen", "") or (study.version if study else 0)
    valid = request.method == "POST" and all([form.is_valid(), rows.is_valid()])
    if valid and (saved := _saved(request, network, form, rows, str(seen))) is not None:
        return redirect("costing:cost_study", network=network.code, pk=saved.pk)
    context = outline(request, network, "costing:costs", title) | {
        "form": form, "rows": rows, "verdict": verdict, "title": title, "seen": seen,
        "cancel_url": reverse("costing:costs", args=[network.code]),
        "study": study, "process": process, "year": year, "entered": entered,
    }  # fmt: skip
    failed = request.method == "POST"
    return render(request, "costing/study_form.html", context, status=422 if failed else 200)


def _saved(
    request: Request, network: Network, form: StudyForm, rows: Any, seen: str
) -> CostStudy | None:
    version = parse_count(seen, VERSION_MOST) or 0
    with refusals_on(form):
        saved = save_study(network, form.draft(rows), actor=request.actor, seen=version)
        messages.success(request, "Étude enregistrée.")
        return saved
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def cost_study_new(request: Request, network: str) -> HttpResponse:
    return _study_page(request, kept_network(request, network), None, "Étudier un coût")


def _study(request: Request, network: str, pk: int) -> CostStudy:
    rows = studies_visible_to(request.actor).filter(network__code=network)
    found: CostStudy = get_object_or_404(rows.prefetch_related("lines__entity"), pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def cost_study_revise(request: Request, network: str, pk: int) -> HttpResponse:
    row = _study(request, network, pk)
    return _study_page(request, row.network, row, f"Modifier\u00a0: {row.process.name} {row.year}")


@require_safe
def cost_study(request: Request, network: str, pk: int) -> HttpResponse:
    """One study: the rate, what each chamber uses, what is left over."""
    row = _study(request, network, pk)
    found = costing_of(row)
    invoice = is_invoices(row.process)
    beside = entered_beside(row, volumes_of(row.network, [row.year]))
    context = outline(request, row.network, "costing:costs", f"{row.process.name} {row.year}") | {
        "study": row,
        "unit": unit_of(row.process),
        "costing": found,
        "lines": _shown(row, found, beside),
        "differs": bool(beside),
        "practical": Decimal(row.practical) / 100,
        "hours": round(found.capacity / 60),
        "used_hours": round(found.used / 60),
        "unused_hours": round(found.unused / 60),
        "hourly": round(found.rate * 60),
        "use": Decimal(found.use) / 100,
        "bar": min(Decimal(found.use) / 100, Decimal(100)),
        "quartiles": benchmark(INVOICE, "unit-cost") if invoice else None,
        "removable": can_remove_study(row, actor=request.actor),
        "no_gain": NO_GAIN,
    }
    return render(request, "costing/study.html", context)


def _shown(
    study: CostStudy, found: Costing[str], beside: Mapping[int, Decimal]
) -> list[dict[str, Any]]:
    costs = {line.work.name: line for line in found.lines}
    return [
        {
            "line": line,
            "volume": quantity(line.volume),
            "entered": quantity(beside.get(line.entity_id)),
            "minutes": quantity(line.minutes),
            "hours": round(costs[str(line.pk)].time / 60),
            "cost": costs[str(line.pk)].cost,
            "each": costs[str(line.pk)].unit_cost,
        }
        for line in study.lines.all()
    ]


@require_safe
def cost_study_export(request: Request, network: str, pk: int, extension: str) -> HttpResponse:
    row = _study(request, network, pk)
    found = costing_of(row)
    columns = [Column("Chambre", width=30), Column("Activité", width=30)]
    columns += [Column("Volume", "decimal"), Column("Minutes par unité", "decimal", 18)]
    columns += [Column("Heures", "number")]
    columns += [Column("Coût", "amount"), Column("Coût par unité", "amount")]
    rows: list[tuple[Any, ...]] = [
        (
            one["line"].entity.name, one["line"].activity,
            one["line"].volume, one["line"].minutes, one["hours"], one["cost"], one["each"],
        )
        for one in _shown(row, found, {})
    ]  # fmt: skip
    spare = round(found.unused / 60)
    rows.append(("Capacité inutilisée", "", None, None, spare, found.unused_cost, None))
    about = [
        f"{row.process.name}, équipe de {row.provider.name}, {row.year}.",
        f"Capacité pratique\u00a0: {rate(row.practical)} (hypothèse)",
        NO_GAIN,
    ]
    return exported(Table(f"Coût {row.process.name} {row.year}", columns, rows, about), extension)


@require_http_methods(["GET", "HEAD", "POST"])
def cost_study_remove(request: Request, network: str, pk: int) -> HttpResponse:
    row = _study(request, network, pk)
    require(can_remove_study(row, actor=request.actor))

    def run() -> Done:
        remove_study(row, actor=request.actor)
        return "Étude supprimée.", reverse("costing:costs", args=[network])

    act = Act(
        "Supprimer une étude de coût",
        "Supprimer",
        reverse("costing:cost_study", args=[network, pk]),
        "L’étude et ses lignes disparaissent\u00a0; les volumes saisis restent.",
        loses=True,
    )
    context = outline(request, row.network, "costing:costs", row.process.name, "Supprimer")
    return act_page(request, act, run, context=lambda: context)


_ONE = "couts/etudes/<int:pk>/"
routes = [
    path("couts/etudes/nouvelle/", cost_study_new, name="cost_study_new"),
    path(_ONE, cost_study, name="cost_study"),
    path(f"{_ONE}etude.<str:extension>", cost_study_export, name="cost_study_export"),
    path(f"{_ONE}modifier/", cost_study_revise, name="cost_study_revise"),
    path(f"{_ONE}supprimer/", cost_study_remove, name="cost_study_remove"),
]
