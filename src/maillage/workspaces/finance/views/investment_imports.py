"""Bring an investment plan in: read, show what would change, write it all or none of it."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.kernel.money import euros
from maillage.kernel.verdicts import Refusal, require
from maillage.ledger.queries.books import finance_function
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.sheets.findings import Finding, Unreadable
from maillage.ui.templatetags.ui import pluriel
from maillage.workspaces.finance.actions.investments import changes_of, import_investments
from maillage.workspaces.finance.actions.pending import drop_file, has_moved, keep_plan_file
from maillage.workspaces.finance.engine.investments import SOURCES, STATUSES, Operation
from maillage.workspaces.finance.engine.plan_table import MAX_BYTES, read_plan
from maillage.workspaces.finance.models import InvestmentPendingImport
from maillage.workspaces.finance.queries.investments import known_of, plan_version
from maillage.workspaces.finance.rules.investments import can_plan_something
from maillage.workspaces.finance.views.room import frame, kept_network

SHOWN = 200


class PlanFileForm(forms.Form):
    file = forms.FileField(label="Fichier", max_length=200)


@require_http_methods(["GET", "HEAD", "POST"])
def investment_import(request: Request, network: str) -> HttpResponse:
    """Read a spreadsheet; nothing is written to the plan."""
    found = kept_network(request, network)
    actor = request.actor
    verdict = can_plan_something(found.pk, finance_function(found.pk), actor)
    form = PlanFileForm(request.POST or None, request.FILES or None)
    findings: Sequence[Finding] = ()
    if request.method == "POST":
        require(verdict)
        if form.is_valid():
            try:
                pending = _pending_of(found, form, actor)
            except Unreadable as refused:
                findings = refused.findings
            else:
                return redirect("finance:investment_review", network=network, pending=pending.pk)
    context = frame(found, "finance:investments", "Importer") | {
        "form": form, "findings": findings, "verdict": verdict,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "finance/investment_import.html", context, status=status)


def _pending_of(network: Network, form: forms.Form, actor: Actor) -> InvestmentPendingImport:
    """Put a sound file aside. Raises Unreadable with everything wrong in it."""
    upload = form.cleaned_data["file"]
    # One byte more than admitted is enough to know that it is too long.
    data = upload.read(MAX_BYTES + 1)
    read_plan(data, upload.name, known_of(network))
    return keep_plan_file(network, upload.name, data, actor=actor)


def _mine(request: Request, network: str, pending: int) -> InvestmentPendingImport:
    """One's own import in waiting; another's is a 404."""
    found = kept_network(request, network)
    actor = request.actor
    if not actor.is_known:
        raise Http404
    rows = found.pending_investments.filter(actor=actor.identity)
    mine: InvestmentPendingImport = get_object_or_404(rows, pk=pending)
    return mine


@require_safe
def investment_review(request: Request, network: str, pending: int) -> HttpResponse:
    """The dry run: each operation that would change, before and after."""
    waiting = _mine(request, network, pending)
    operations = read_plan(bytes(waiting.data), waiting.filename, known_of(waiting.network))
    found = changes_of(waiting.network, operations)
    context = frame(waiting.network, "finance:investments", "Importer", "Changements prévus") | {
        "pending": waiting,
        "read": len(operations),
        "total": len(found),
        "changes": [(after, before is None, _differences(before, after)) for before, after in found]
        [:SHOWN],
        "more": len(found) > SHOWN,
        "moved": waiting.seen_version != plan_version(waiting.network),
    }  # fmt: skip
    return render(request, "finance/investment_review.html", context)


def _differences(before: Operation | None, after: Operation) -> list[tuple[str, str, str]]:
    """What changes: label, before, after, in words."""
    old = _words(before) if before else {}
    new = _words(after)
    return [
        (label, old.get(label, ""), new.get(label, ""))
        for label in dict.fromkeys([*old, *new])
        if old.get(label, "") != new.get(label, "")
    ]


def _words(operation: Operation) -> dict[str, str]:
    texts = {
        "Opération": operation.title,
        "État": STATUSES[operation.status],
        "Fonction": operation.function,
        "Macro-processus": operation.process,
    }
    years = {str(year): euros(cents) for year, cents in sorted(operation.years.items())}
    return texts | years | {SOURCES[s]: euros(c) for s, c in operation.funding.items()}


@require_POST
def investment_apply(request: Request, network: str, pending: int) -> HttpResponse:
    """Write every change of the dry run, or none where the plan moved since."""
    found = _mine(request, network, pending)
    if request.POST.get("geste") == "abandonner":
        drop_file(found)
        messages.info(request, "Import abandonné\u00a0; rien n’a été changé.")
        return redirect("finance:investments", network=network)
    if has_moved(found, plan_version(found.network)):
        messages.warning(request, "Le plan a changé depuis la lecture\u00a0: vérifier à nouveau.")
        return redirect("finance:investment_review", network=network, pending=pending)
    operations = read_plan(bytes(found.data), found.filename, known_of(found.network))
    try:
        count = import_investments(found.network, operations, actor=request.actor)
    except Refusal as refusal:
        messages.error(request, refusal.denied.reason)
        return redirect("finance:investment_review", network=network, pending=pending)
    drop_file(found)
    written = pluriel(count, "opération écrite,opérations écrites")
    messages.success(request, f"Import appliqué\u00a0: {written}.")
    return redirect("finance:investments", network=network)


_HERE = "investissements/importer/"
routes = [
    path(_HERE, investment_import, name="investment_import"),
    path(f"{_HERE}<int:pending>/", investment_review, name="investment_review"),
    path(f"{_HERE}<int:pending>/appliquer/", investment_apply, name="investment_apply"),
]
