"""A cost study: write one per team and year, read what it gives each chamber, take it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.actions.costs import (
    remove_study,
    save_study,
)
from maillage.costing.engine.benchmarks import INVOICE, benchmark
from maillage.costing.engine.costing import (
    NO_GAIN,
)
from maillage.costing.models import CostStudy
from maillage.costing.queries.costs import (
    costing_of,
    entered_beside,
    is_invoices,
    studies_visible_to,
    unit_of,
    volumes_of,
    work_rows,
)
from maillage.costing.rules.costs import can_remove_study, can_study
from maillage.costing.views.study_form import (
    StudyForm,
    initial_of,
    lines_of,
    subject_of,
    volumes_entered,
)
from maillage.kernel.money import rate
from maillage.kernel.verdicts import require
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import exported
from maillage.ui.fields import number_seen
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on


def _study_page(
    request: Request, network: Network, study: CostStudy | None, title: str
) -> HttpResponse:
    """The form of a study, new or not; what is refused is put in it."""
    verdict = can_study(network, actor=request.actor)
    if request.method == "POST":
        require(verdict)
    process, year = subject_of(request, study)
    entered = volumes_entered(network, process, year)
    form = StudyForm(network, request.POST or None, initial=initial_of(study, process, year))
    rows = lines_of(request, chambers_of(network), study, entered)
    if study is not None:
        for name in ("process", "provider", "year"):
            form.fields[name].disabled = True
    seen = request.POST.get("seen", "") or (study.version if study else 0)
    valid = request.method == "POST" and all([form.is_valid(), rows.is_valid()])
    if valid and (saved := _saved(request, network, study, form, rows)) is not None:
        return redirect("costing:cost_study", network=network.code, pk=saved.pk)
    context = outline(request, network, "costing:costs", title) | {
        "form": form, "rows": rows, "verdict": verdict, "title": title, "seen": seen,
        "cancel_url": reverse("costing:costs", args=[network.code]),
        "study": study, "process": process, "year": year, "entered": entered,
    }  # fmt: skip
    failed = request.method == "POST"
    return render(request, "costing/study_form.html", context, status=422 if failed else 200)


def _saved(
    request: Request, network: Network, study: CostStudy | None, form: StudyForm, rows: Any
) -> CostStudy | None:
    with refusals_on(form):
        version = number_seen(request.POST, "seen") if study else 0
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
        "lines": work_rows(row, found, beside),
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
        for one in work_rows(row, found, {})
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
        holds=lambda: row.version,
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
