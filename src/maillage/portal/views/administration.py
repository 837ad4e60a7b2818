"""Administration: what there is to administer. What one does not administer is a 404."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST, require_safe
from django_tasks_db.models import DBTaskResult

from maillage.backups.keeping import last_backup
from maillage.jobs import outbox
from maillage.jobs.actions import restart_work
from maillage.jobs.queries import set_aside
from maillage.jobs.recurring import timetable
from maillage.jobs.retention import kept
from maillage.jobs.work import ATTEMPTS
from maillage.kernel.rooms import HOUSE
from maillage.network.models import Network
from maillage.people.models import User
from maillage.people.requests import Request
from maillage.ui.acts import Act

ADMIN = {"label": "Administration", "url": reverse_lazy("portal:administration")}


@require_safe
def index(request: Request) -> HttpResponse:
    actor = request.actor
    if not actor.administers_something:
        raise Http404
    users = User.objects.none()
    if actor.administers(None):
        users = User.objects.filter(erased_at=None).prefetch_related(
            "mandates__network", "mandates__entity", "mandates__function"
        )
    context = {
        "networks": [n for n in Network.objects.all() if actor.administers(n.pk)],
        "users": users,
        "installation": actor.administers(None),
        "aside": set_aside() if actor.administers(None) else [],
        "mails": outbox.waiting() if actor.administers(None) else [],
        "mails_aside": outbox.set_aside().count() if actor.administers(None) else 0,
        "attempts": ATTEMPTS,
        "recurring": timetable(HOUSE.recurring()) if actor.administers(None) else [],
        "backup": last_backup() if actor.administers(None) else None,
        "schedule": settings.BACKUP_FOLDER,
        "most_backups": settings.BACKUP_KEEP,
        "anchored_to": settings.ANCHOR_TO,
        "kept": kept(HOUSE.keeps()) if actor.administers(None) else [],
        "crumbs": [{"label": "Administration"}],
    }
    return render(request, "portal/administration.html", context)


@require_POST
def restart(request: Request, pk: object) -> HttpResponse:
    installation_or_404(request)
    restart_work(get_object_or_404(DBTaskResult, pk=pk), actor=request.actor)
    return redirect("portal:administration")


def installation_or_404(request: Request) -> None:
    if not request.actor.administers(None):
        raise Http404


def made(title: str, **more: Any) -> Act:
    """The page of a form of the administration."""
    outline = {"crumbs": [ADMIN, {"label": title}]}
    page = {"cancel_url": ADMIN["url"], "outline": outline, **more}
    return Act(title, "Enregistrer", **page)
