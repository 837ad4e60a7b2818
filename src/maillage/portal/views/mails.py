"""Mails set aside: have them leave again, or drop them, one or all; for who administers the
installation, a 404 for anyone else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.jobs import outbox
from maillage.jobs.actions import drop_mails, resend_mails
from maillage.jobs.models import Mail
from maillage.jobs.rules import can_settle_mails
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN, installation_or_404
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.templatetags.ui import pluriel

NAMED = 20
"""Mails named one by one before an act on all of them."""


@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: Request, pk: UUID | None = None) -> HttpResponse:
    return _page(
        request,
        _aside(request, pk),
        ("Renvoyer", "courriel renvoyé,courriels renvoyés"),
        "Ils partent dans un instant. Un destinataire peut recevoir deux fois le même.",
        resend_mails,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: Request, pk: UUID | None = None) -> HttpResponse:
    return _page(
        request,
        _aside(request, pk),
        ("Abandonner", "courriel abandonné,courriels abandonnés"),
        "Ils sont effacés sans partir, et sans retour possible.",
        drop_mails,
        loses=True,
    )


def _aside(request: Request, pk: UUID | None) -> list[Mail]:
    """The one asked for, or all of them."""
    installation_or_404(request)
    mails = outbox.set_aside()
    found = list(mails if pk is None else mails.filter(pk=pk))
    if not found:
        raise Http404
    return found


def _page(
    request: Request,
    mails: list[Mail],
    words: tuple[str, str],
    consequence: str,
    settle: Callable[..., int],
    *,
    loses: bool = False,
) -> HttpResponse:
    keys = [mail.pk for mail in mails]
    label, done = words
    count = len(mails)
    title = f"{label} {mails[0].subject}" if count == 1 else f"{label} {count} courriels"

    def run() -> Done:
        told = pluriel(settle(None, keys, actor=request.actor), done)
        return f"{told}.", str(ADMIN["url"])

    act = Act(
        title,
        label,
        str(ADMIN["url"]),
        consequence,
        verdict=can_settle_mails(None, actor=request.actor),
        loses=loses,
        figures=True,
        holds=lambda: sorted(map(str, keys)),
        outline={"crumbs": [ADMIN, {"label": title}]},
    )
    named = {"mails": mails[:NAMED], "others": max(0, count - NAMED)}
    return act_page(request, act, run, template="portal/mails_act.html", context=lambda: named)


_BASE = "administration/courriels/"
routes = [
    path(f"{_BASE}renvoyer/", resend, name="mails_resend"),
    path(f"{_BASE}abandonner/", drop, name="mails_drop"),
    path(f"{_BASE}<uuid:pk>/renvoyer/", resend, name="mail_resend"),
    path(f"{_BASE}<uuid:pk>/abandonner/", drop, name="mail_drop"),
]
