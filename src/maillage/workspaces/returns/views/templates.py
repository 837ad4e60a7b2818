"""The workbook a receiver wants: deposited, its named cells mapped, given back as it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.models import last_event
from maillage.kernel.verdicts import Refusal, require
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.sheets.findings import Unreadable
from maillage.sheets.writing import XLSX
from maillage.ui.downloads import attachment
from maillage.ui.fields import number_seen
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.templates import (
    MAX_BYTES,
    deposit_template,
    map_template,
)
from maillage.workspaces.returns.engine.mapping import without_name
from maillage.workspaces.returns.models import (
    ReceiverTemplate,
    Restitution,
    ReturnDefinition,
)
from maillage.workspaces.returns.queries.reading import cells_of_definition, template_of
from maillage.workspaces.returns.views.page import definition_asked, definition_outline, url

SHOWN = 60
"""Cells without a name told one by one."""


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: Request, network: str, code: str) -> HttpResponse:
    """The template in force and its names; a new one takes its place, or its names are mapped."""
    definition = definition_asked(request, network, code)
    faults: list[str] = []
    if request.method == "POST":
        require(rules.can_describe(definition, actor=request.actor))
        faults, status = _done(request, definition)
        if not faults:
            return redirect(url("template", definition))
    else:
        status = 200
    held = template_of(definition)
    rows, columns = cells_of_definition(definition)
    pairs = {name: (pair[0], pair[1]) for name, pair in (held.mapping if held else {}).items()}
    lacking = without_name(rows, columns, pairs)
    context = definition_outline(request, definition, "Modèle du destinataire") | {
        "template": held,
        "names": _names(request, held),
        "lacking": [f"{row}_{column}" for row, column in lacking[:SHOWN]],
        "lacking_more": max(0, len(lacking) - SHOWN),
        "mapped": len(pairs),
        "by": names_of({held.deposited_by}).get(held.deposited_by, "") if held else "",
        "faults": faults,
        "absent": request.POST.get("absent", held.absent if held else ""),
        "moved": status == 409,
        "seen": last_event(definition)
        if status == 409
        else request.POST.get("lu") or last_event(definition),
        "sent": definition.restitutions.filter(state=Restitution.State.SENT).count(),
        "verdict": rules.can_describe(definition, actor=request.actor),
        "megabytes": MAX_BYTES // 1_000_000,
    }
    return render(request, "returns/template.html", context, status=status)


def _done(request: Request, definition: ReturnDefinition) -> tuple[list[str], int]:
    """Deposit or map; why not, and the status that says it."""
    given = request.FILES.get("fichier")
    try:
        if given is not None:
            data = given.read(MAX_BYTES + 1)
            made = deposit_template(
                definition, actor=request.actor, name=given.name or "modele.xlsx", data=data,
                replaces=bool(request.POST.get("remplacer")),
            )  # fmt: skip
            told = f"Modèle déposé\u00a0: {len(made.names)} noms lus."
            if not (given.name or "").lower().endswith(".xlsx"):
                told += f" C’est un classeur .xlsx, gardé comme «\u00a0{made.name}\u00a0»."
            messages.success(request, told)
            return [], 302
        held = template_of(definition)
        if held is None:
            return ["Choisir d’abord le classeur du destinataire."], 422
        mapping, faults = _mapping(request.POST, held)
        if faults:
            return faults, 422
        map_template(
            held, actor=request.actor, mapping=mapping,
            absent=request.POST.get("absent", "").strip(),
            seen=number_seen(request.POST, "lu"),
        )  # fmt: skip
        messages.success(request, "Correspondances enregistrées.")
    except Unreadable as refused:
        return [str(finding) for finding in refused.findings], 422
    except Refusal as refused:
        return [refused.denied.reason], refused.denied.status
    return [], 302


def _mapping(
    sent: Mapping[str, Any], held: ReceiverTemplate
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Of each name, the codes typed: a row then a column, nothing for a name left aside."""
    found, faults = {}, []
    for name, cell in held.names.items():
        words = str(sent.get(f"n|{name}", "")).upper().split()
        if cell["fault"] or not words:
            continue
        if len(words) == 2:
            found[name] = (words[0], words[1])
        else:
            faults.append(f"{name}\u00a0: le code d’une ligne puis celui d’une colonne.")
    return found, faults


def _names(request: Request, held: ReceiverTemplate | None) -> list[dict[str, Any]]:
    if held is None:
        return []
    found = []
    for name, cell in held.names.items():
        said = " ".join(held.mapping.get(name, ()))
        found.append({**cell, "field": f"n|{name}", "said": request.POST.get(f"n|{name}", said)})
    return found


@require_safe
def original(request: Request, network: str, code: str) -> HttpResponse:
    """The template as it came."""
    definition = definition_asked(request, network, code)
    held = definition.templates.filter(replaced_at=None).first()
    if held is None:
        raise Http404
    return attachment(bytes(held.data), XLSX, held.name)


routes = [
    path("etats/<slug:code>/modele/", template, name="template"),
    path("etats/<slug:code>/modele/original.xlsx", original, name="template_original"),
]
