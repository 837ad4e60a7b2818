"""One's own account: what is kept about oneself, and a copy of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.people.actions import choose_zone
from maillage.people.models import User
from maillage.people.queries import personal_data
from maillage.people.requests import Request
from maillage.ui import clock


class ZoneForm(forms.Form):
    time_zone = forms.ChoiceField(
        label="Fuseau horaire",
        required=False,
        help_text="Les heures vous sont dites dans ce fuseau\u00a0; les dates restent celles de "
        "l’installation.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = clock.choices(  # type: ignore[attr-defined]
            timezone.now()
        )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: Request) -> HttpResponse:
    """What is kept of oneself, one's mandates, and in which zone hours are told."""
    crumbs = [{"label": "Accueil", "url": "/"}, {"label": "Mon compte"}]
    given = request.POST if request.method == "POST" else None
    form = ZoneForm(given, initial={"time_zone": request.user.time_zone})
    if given is not None and form.is_valid():
        own = User.objects.filter(pk=request.user.pk)
        zone = choose_zone(own, actor=request.actor, **form.cleaned_data).time_zone
        messages.success(request, f"Les heures sont dites en {clock.said(zone)}.")
        return redirect("people:account")
    mandates = request.user.mandates.select_related("network", "entity", "function")
    context = {"crumbs": crumbs, "mandates": mandates, "form": form}
    status = 422 if form.errors else 200
    return render(request, "people/account.html", context, status=status)


@require_safe
@login_required
def export(request: Request) -> HttpResponse:
    response = JsonResponse(
        personal_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response
