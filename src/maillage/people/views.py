"""One's own account: what is kept about oneself, and a copy of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.people.queries import personal_data
from maillage.people.requests import Request


@require_safe
@login_required
def account(request: Request) -> HttpResponse:
    crumbs = [{"label": "Accueil", "url": "/"}, {"label": "Mon compte"}]
    mandates = request.user.mandates.select_related("network", "entity", "function")
    return render(request, "people/account.html", {"crumbs": crumbs, "mandates": mandates})


@require_safe
@login_required
def export(request: Request) -> HttpResponse:
    response = JsonResponse(
        personal_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response
