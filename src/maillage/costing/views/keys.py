"""Allocation keys: which ones hold, what they share by, how a version is opened and closed."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.actions.keys import (
    close_key,
    define_key,
    revise_key,
)
from maillage.costing.engine.allocation import basis, unit_of
from maillage.costing.models import AllocationKey
from maillage.costing.queries.key_shares import by_chamber, parts_of, state_of
from maillage.costing.queries.keys import keys_visible_to
from maillage.costing.rules.keys import can_keep_keys, can_revise_key
from maillage.costing.views.key_form import CloseForm, KeyForm, chambers_shared, initial_of
from maillage.kernel.models import last_event
from maillage.kernel.money import exact_rate, quantity
from maillage.kernel.verdicts import require
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.downloads import exported
from maillage.ui.fields import number_seen, sent_number
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on


def _keys_of(network: Network) -> list[AllocationKey]:
    return list(network.allocation_keys.prefetch_related("shares__entity"))


@require_safe
def keys(request: Request, network: str) -> HttpResponse:
    """Every key, the version in force first, with its shares."""
    found = kept_network(request, network)
    today = timezone.localdate()
    rows = _keys_of(found)
    states = [(key, state_of(key, today)) for key in rows]
    current = [(key, state) for key, state in states if state != "Close"]
    drawn = [key for key, _state in current]
    context = outline(request, found, "costing:keys") | {
        "current": current,
        "chambers": by_chamber(found, [parts_of(key, drawn) for key in drawn]),
        "former": [key for key, state in states if state == "Close"],
        "verdict": can_keep_keys(found, actor=request.actor),
    }
    return render(request, "costing/keys.html", context)


@require_safe
def keys_export(request: Request, network: str, extension: str) -> HttpResponse:
    """Every version of every key, a row per chamber."""
    found = kept_network(request, network)
    columns = [Column("Code"), Column("Clé", width=32), Column("Inducteur", width=26)]
    columns += [Column("Valable du", "date"), Column("Valable jusqu’au", "date")]
    columns += [Column("Chambre", width=28)]
    columns += [Column("Quantité", "decimal"), Column("Part (%)", "decimal")]
    rows = [
        (
            key.code,
            key.name,
            key.get_driver_display(),
            key.valid_from,
            key.valid_to,
            share.entity.name,
            share.quantity,
            Decimal(share.share) / 100,
        )
        for key in _keys_of(found)
        for share in key.shares.all()
    ]
    return exported(Table("Clés de répartition", columns, rows), extension)


@require_http_methods(["GET", "HEAD", "POST"])
def key_new(request: Request, network: str) -> HttpResponse:
    """A new key, or a new version of the one in `copie`."""
    found = kept_network(request, network)
    verdict = can_keep_keys(found, actor=request.actor)
    if request.method == "POST":
        require(verdict)
    copied = _asked(request, found)
    form = KeyForm(
        chambers_shared(found, copied),
        request.POST or None,
        initial=initial_of(copied, copied=True),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            key = define_key(found, form.draft(), actor=request.actor)
            messages.success(request, "Clé enregistrée.")
            return redirect("costing:key", network=network, pk=key.pk)
    title = f"Nouvelle version de «\u00a0{copied.name}\u00a0»" if copied else "Définir une clé"
    context = outline(request, found, "costing:keys", title) | {
        "form": form,
        "verdict": verdict,
        "title": title,
    }
    return render(request, "costing/key_form.html", context, status=422 if form.errors else 200)


def _asked(request: Request, network: Network) -> AllocationKey | None:
    asked = sent_number(request.GET.get("copie"))
    return network.allocation_keys.filter(pk=asked).first() if asked else None


def _key(request: Request, network: str, pk: int) -> AllocationKey:
    rows = keys_visible_to(request.actor).filter(network__code=network)
    found: AllocationKey = get_object_or_404(rows, pk=pk)
    return found


@require_safe
def key(request: Request, network: str, pk: int) -> HttpResponse:
    """One version: its shares, the statements issued by it, what may be done."""
    row = _key(request, network, pk)
    actor = request.actor
    verdict = can_keep_keys(row.network, actor=actor)
    prefetch_related_objects([row], "shares__entity")
    known = [share.quantity for share in row.shares.all() if share.quantity is not None]
    context = outline(request, row.network, "costing:keys", row.name) | {
        "key": row,
        "state": state_of(row, timezone.localdate()),
        "parts": parts_of(row),
        "quantity": quantity(sum(known, Decimal(0))) if known else "",
        "unit": unit_of(row.driver),
        "basis": basis(row.driver, row.fixed),
        "fixed": exact_rate(row.fixed),
        "versions": row.network.allocation_keys.filter(code=row.code).exclude(pk=row.pk),
        "statements": row.recharges.select_related("provider"),
        "verdict": verdict,
        "revisable": can_revise_key(row, actor=actor),
        "form": CloseForm(initial={"last_day": row.valid_to}),
    }
    return render(request, "costing/key.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def key_revise(request: Request, network: str, pk: int) -> HttpResponse:
    row = _key(request, network, pk)
    verdict = can_revise_key(row, actor=request.actor)
    if request.method == "POST":
        require(verdict)
    form = KeyForm(chambers_shared(row.network, row), request.POST or None, initial=initial_of(row))
    form.fields["code"].disabled = True
    seen = request.POST.get("seen", "")[:20] or last_event(row)
    settled = not verdict and bool(can_keep_keys(row.network, actor=request.actor))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            read = number_seen(request.POST, "seen") if last_event(row) else None
            revise_key(row, form.draft(), actor=request.actor, seen=read)
            messages.success(request, "Clé enregistrée.")
            return redirect("costing:key", network=network, pk=pk)
    title = f"Modifier «\u00a0{row.name}\u00a0»"
    context = outline(request, row.network, "costing:keys", title) | {
        "form": form, "verdict": verdict, "title": title, "settled": row if settled else None,
        "seen": seen,
    }  # fmt: skip
    return render(request, "costing/key_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def key_close(request: Request, network: str, pk: int) -> HttpResponse:
    """Say the last day of a version; the form is on the page of the key."""
    row = _key(request, network, pk)
    if request.method != "POST":
        return redirect("costing:key", network=network, pk=pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        require(can_keep_keys(row.network, actor=request.actor))
        messages.error(request, "Le dernier jour de validité est à indiquer.")
        return redirect("costing:key", network=network, pk=pk)
    close_key(row, form.cleaned_data["last_day"], actor=request.actor)
    messages.success(request, "Fin de validité enregistrée.")
    return redirect("costing:key", network=network, pk=pk)


routes = [
    path("cles/", keys, name="keys"),
    path("cles/cles.<str:extension>", keys_export, name="keys_export"),
    path("cles/nouvelle/", key_new, name="key_new"),
    path("cles/<int:pk>/", key, name="key"),
    path("cles/<int:pk>/modifier/", key_revise, name="key_revise"),
    path("cles/<int:pk>/clore/", key_close, name="key_close"),
]
