"""The investment plan: read by chamber or by state, write an operation, take the plan out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.money import euros
from maillage.kernel.verdicts import require
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.asked import choice, understood
from maillage.ui.downloads import exported
from maillage.ui.fields import number_seen
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on
from maillage.workspaces.finance.actions.investments import (
    remove_investment,
    save_investment,
)
from maillage.workspaces.finance.engine import bars, plan_table
from maillage.workspaces.finance.engine.investments import (
    SOURCES,
    STATUSES,
    Operation,
    gather,
)
from maillage.workspaces.finance.models import Investment
from maillage.workspaces.finance.queries.investments import (
    entities_planned_by,
    investments_visible_to,
    operation_of,
    plan_of,
)
from maillage.workspaces.finance.rules.investments import can_plan_something, can_remove, can_revise
from maillage.workspaces.finance.views.investment_form import (
    OperationForm,
    initial_of,
    years_to_type,
)

CUTS = {"chambre": "entity", "etat": "status"}


class Chosen:
    """What is asked of the plan: a chamber, a state, how rows are cut."""

    def __init__(self, request: Request, network: Network) -> None:
        self.entities = {e.code: e.short_name or e.name for e in chambers_of(network)}
        self.entity = choice(request, "chambre", self.entities, "toutes les chambres")
        self.status = choice(request, "etat", STATUSES, "tous les états")
        self.cut = choice(request, "par", CUTS, "par chambre", "chambre")

    def keeps(self, operation: Operation) -> bool:
        return self.entity in ("", operation.entity) and self.status in ("", operation.status)

    @property
    def filters(self) -> list[str]:
        """What is kept, in words, for an export."""
        found = [f"Chambre\u00a0: {self.entities[self.entity]}"] if self.entity else []
        return found + ([f"État\u00a0: {STATUSES[self.status]}"] if self.status else [])


@require_safe
def investments(request: Request, network: str) -> HttpResponse:
    """Totals by year with their picture, who pays, and every operation."""
    found = kept_network(request, network)
    chosen = Chosen(request, found)
    held = [(row, o) for row, o in plan_of(found) if chosen.keeps(o)]
    names = chosen.entities if chosen.cut == "chambre" else STATUSES
    plan = gather([o for _row, o in held], list(names), CUTS[chosen.cut])
    rows = [(names[name], amounts, sum(amounts)) for name, amounts in plan.rows]
    years, actor = [str(year) for year in plan.years], request.actor
    context = outline(request, found, "finance:investments") | {
        "chosen": chosen,
        "statuses": STATUSES,
        "plan": plan,
        "rows": rows,
        "whole": bars.bars("Ensemble", years, plan.totals),
        "panels": bars.panels(years, [(n, a) for n, a, _t in rows]) if len(rows) > 1 else [],
        "funding": [(SOURCES[source], cents) for source, cents in plan.funding.items()],
        "operations": held,
        "verdict": can_plan_something(found, actor=actor),
        "query": understood(request),
    }
    return render(request, "finance/investments.html", context)


@require_safe
def investments_export(request: Request, network: str, extension: str) -> HttpResponse:
    """The operations as filtered; the columns are those of the import."""
    found = kept_network(request, network)
    chosen = Chosen(request, found)
    held = [o for _row, o in plan_of(found) if chosen.keeps(o)]
    table = plan_table.table_of(held, timezone.localdate().year, chosen.filters)
    if extension != "json":
        table = plan_table.seen_table(table, held, found.chain)
    return exported(table, extension)


@require_http_methods(["GET", "HEAD", "POST"])
def investment_new(request: Request, network: str) -> HttpResponse:
    found = kept_network(request, network)
    actor = request.actor
    verdict = can_plan_something(found, actor=actor)
    if request.method == "POST":
        require(verdict)
    mine = {pk for pk, _name in entities_planned_by(found, actor)}
    entities = [(e.code, e.name) for e in chambers_of(found) if e.pk in mine]
    years = years_to_type(None, timezone.localdate().year)
    form = OperationForm(found, entities, years, request.POST or None, initial=initial_of(None))
    if request.method == "POST" and form.is_valid() and _saved(request, found, form, new=True):
        return redirect("finance:investments", network=network)
    context = outline(request, found, "finance:investments", "Ajouter une opération") | {
        "form": form, "verdict": verdict, "row": None, "title": "Ajouter une opération",
        "seen": 0, "removable": None,
    }  # fmt: skip
    return render(request, "finance/investment.html", context, status=422 if form.errors else 200)


def _saved(request: Request, network: Network, form: OperationForm, *, new: bool = False) -> bool:
    """Whether the operation is written; what is refused is put in the form."""
    with refusals_on(form):
        seen = 0 if new else number_seen(request.POST, "seen")
        save_investment(network, form.operation(), actor=request.actor, seen=seen)
    if form.errors:
        return False
    messages.success(request, "Opération enregistrée.")
    operation = form.operation()
    if operation.status == "done" and operation.to_fund:
        left = f"il reste {euros(operation.to_fund)} à financer"
        messages.warning(request, f"L’opération est réalisée et {left}.")
    return True


def _investment(request: Request, network: str, entity: str, code: str) -> Investment:
    rows = investments_visible_to(request.actor).filter(network__code=network)
    found: Investment = get_object_or_404(rows, entity__code=entity, code=code)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def investment(request: Request, network: str, entity: str, code: str) -> HttpResponse:
    """One operation: its figures, and its form for whoever may write it."""
    row = _investment(request, network, entity, code)
    actor, operation = request.actor, operation_of(row)
    verdict = can_revise(row, actor=actor)
    if request.method == "POST":
        require(verdict)
    years = years_to_type(operation, timezone.localdate().year)
    one = [(row.entity.code, row.entity.name)]
    form = OperationForm(
        row.network, one, years, request.POST or None, initial=initial_of(operation)
    )
    for name in ("entity", "code"):
        form.fields[name].disabled = True
    seen = request.POST.get("seen", "")
    if request.method == "POST" and form.is_valid() and _saved(request, row.network, form):
        return redirect("finance:investment", network=network, entity=entity, code=code)
    context = outline(request, row.network, "finance:investments", row.title) | {
        "form": form,
        "verdict": verdict,
        "row": row,
        "title": row.title,
        "seen": seen or row.version,
        "operation": operation,
        "unpaid": operation.status == "done" and operation.to_fund > 0,
        "years": sorted(operation.years.items()),
        "funding": [(SOURCES[s], operation.funding[s]) for s in SOURCES if s in operation.funding],
        "removable": can_remove(row, actor=actor) if verdict else None,
    }
    return render(request, "finance/investment.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def investment_remove(request: Request, network: str, entity: str, code: str) -> HttpResponse:
    """Ask before an idea is taken out of the plan."""
    row = _investment(request, network, entity, code)
    require(can_remove(row, actor=request.actor))

    def run() -> Done:
        remove_investment(row, actor=request.actor)
        return "Idée retirée du plan.", reverse("finance:investments", args=[network])

    act = Act(
        "Retirer une idée du plan",
        "Retirer",
        reverse("finance:investment", args=[network, entity, code]),
        f"«\u00a0{row.title}\u00a0» sort du plan\u00a0; le journal en garde trace.",
        loses=True,
        holds=lambda: row.version,
    )
    context = outline(request, row.network, "finance:investments", row.title, "Retirer")
    return act_page(request, act, run, context=lambda: context)


_ONE = "investissements/<slug:entity>/<slug:code>/"
routes = [
    path("investissements/", investments, name="investments"),
    path("investissements/plan.<str:extension>", investments_export, name="investments_export"),
    path("investissements/nouvelle/", investment_new, name="investment_new"),
    path(_ONE, investment, name="investment"),
    path(f"{_ONE}retirer/", investment_remove, name="investment_remove"),
]
