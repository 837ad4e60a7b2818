"""The three pages of any import: send a file, review what it would change, apply it whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.imports.actions import drop_file, keep_file
from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.models import PendingImport
from maillage.imports.queries import pending_visible_to
from maillage.kernel.collecting import uncollected
from maillage.kernel.money import size
from maillage.kernel.verdicts import Refusal, changed, require
from maillage.people.requests import Request
from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.marks import is_left
from maillage.sheets.remarks import gathered
from maillage.ui.fields import number_seen
from maillage.ui.templatetags.ui import pluriel

SHOWN = 300
"""Changes a review shows in words; all of them are applied."""


class UploadForm(forms.Form):
    file = forms.FileField(label="Fichier", max_length=200)


def received(form: forms.Form, limit: int = 0) -> tuple[bytes, str]:
    """The bytes and name sent. Raises Unreadable where there are more than `limit` bytes."""
    upload, limit = form.cleaned_data["file"], limit or settings.UPLOAD_LIMIT
    if upload.size > limit:
        most = f"{size(limit)} au plus"
        raise Unreadable([Finding(upload.name, "fichier trop lourd", most, size(upload.size))])
    return upload.read(), upload.name


def routes(flow: ImportFlow, prefix: str) -> list[URLPattern]:
    """The pages of an import, under `prefix`."""
    upload, review, apply = (name.rpartition(":")[2] for name in flow.addresses)
    pages = require_http_methods(["GET", "HEAD", "POST"])(partial(_upload, flow))
    return [
        path(prefix, pages, name=upload),
        path(f"{prefix}<int:pending>/", require_safe(partial(_review, flow)), name=review),
        path(f"{prefix}<int:pending>/appliquer/", require_POST(partial(_apply, flow)), name=apply),
    ]


@uncollected
def _upload(flow: ImportFlow, request: Request, **where: Any) -> HttpResponse:
    """Read a file and keep what it says; nothing is written to the thing."""
    target = flow.find(request, *where.values())
    verdict = flow.guard(target, actor=request.actor)
    form = UploadForm(request.POST or None, request.FILES or None)
    findings: Sequence[Finding] = ()
    if request.method == "POST":
        require(verdict)
        if form.is_valid():
            try:
                data, name = received(form, flow.limit)
                seen = flow.version(target)
                with gathered() as remarks:
                    rows = flow.read(target, data, name, request.actor)
            except Unreadable as unreadable:
                findings = unreadable.findings
            else:
                for remark in remarks:
                    messages.warning(request, remark)
                kept = keep_file(flow, target, name, rows, actor=request.actor, seen=seen)
                there: HttpResponse = redirect(flow.addresses[1], **where, pending=kept.pk)
                return there
    context = flow.page(request, target, flow.title) | {
        "flow": flow,
        "target": target,
        "form": form,
        "findings": findings,
        "verdict": verdict,
        "home": flow.home(target),
        "most": size(flow.limit or settings.UPLOAD_LIMIT),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "imports/upload.html", context, status=status)


def _waiting(
    flow: ImportFlow, request: Request, pending: int, where: dict[str, Any]
) -> tuple[Any, PendingImport, Sequence[Any]]:
    """The thing, one's own file in waiting (else a 404), its rows."""
    target = flow.find(request, *where.values())
    found = get_object_or_404(pending_visible_to(flow, target, request.actor), pk=pending)
    return target, found, flow.restore(orjson.loads(bytes(found.rows)))


@uncollected
def _review(flow: ImportFlow, request: Request, pending: int, **where: Any) -> HttpResponse:
    """The dry run: each field that would change, before and after; what is not one's to write."""
    target, found, rows = _waiting(flow, request, pending, where)
    version = flow.version(target)  # first: what moves while the changes are read is not seen
    changes = list(enumerate(flow.changes(target, rows, request.actor)))
    faulty = [pair for pair in changes if pair[1].fault and not pair[1].refused]
    allowed = [pair for pair in changes if not (pair[1].refused or pair[1].fault)]
    refused = [pair for pair in changes if pair[1].refused]
    kinds = Counter(kind for _, change in allowed for kind in flow.kinds(change))
    asked = next((kind for kind in kinds if kind[0] == request.GET.get("nature")), None)
    listed = [pair for pair in allowed if asked is None or asked in flow.kinds(pair[1])]
    # What is to be chosen comes first: it is never among those that are not shown.
    listed.sort(key=lambda pair: not pair[1].clashes)
    context = flow.page(request, target, "Changements prévus") | {
        "flow": flow,
        "pending": found,
        "read": len(rows),
        "total": len(allowed),
        "kinds": [(*kind, count, kind == asked) for kind, count in kinds.items()],
        "asked": asked,
        "listed": len(listed),
        "changes": _told(flow, target, listed[:SHOWN]),
        "clashing": sum(bool(c.clashes) and not c.lost for _, c in allowed),
        "lost": sum(bool(c.clashes) and c.lost for _, c in allowed),
        "faulty_total": len(faulty),
        "faulty": _told(flow, target, faulty[:SHOWN]),
        "refused_total": len(refused),
        "refused": _told(flow, target, refused[:SHOWN]),
        "shown": SHOWN,
        "version": version,
        "moved": changed(flow.thing) if found.seen != version else "",
        "apply_url": reverse(flow.addresses[2], kwargs={**where, "pending": found.pk}),
        **_marks(flow, rows),
        "of": flow.of(target, rows, request.actor),
        **flow.about(target, [change for _, change in allowed]),
    }
    return render(request, "imports/review.html", context)


def _told(
    flow: ImportFlow, target: Any, pairs: Sequence[tuple[int, Change]]
) -> list[tuple[int, Change, Shown]]:
    """Changes with their words, each by its place among all of them."""
    shown = flow.shown(target, [change for _, change in pairs])
    return [(at, change, words) for (at, change), words in zip(pairs, shown, strict=True)]


def _marks(flow: ImportFlow, rows: Sequence[Any]) -> dict[str, Any]:
    """How many rows the file leaves as it was given them; whether it says nothing of that."""
    if flow.seen is None:
        return {}
    seen = [flow.seen(row) for row in rows]
    left = sum(map(is_left, seen))
    return {"left": left, "unmarked": bool(seen) and not any(seen)}


def _chosen(flow: ImportFlow, request: Request, changes: Sequence[Change]) -> list[Any]:
    """The rows to write: in a clash what is kept stays, but where the file was chosen."""
    rows = []
    for at, change in enumerate(changes):
        if change.refused:
            continue
        kept = [n for n in change.clashes if request.POST.get(f"choix-{at}-{n}") != "fichier"]
        row = flow.theirs(change, kept) if kept else change.row
        rows += [] if row is None else [row]
    return rows


def _apply(flow: ImportFlow, request: Request, pending: int, **where: Any) -> HttpResponse:
    """Write every change that is one's to write, or none where the thing has moved since its
    review, or where one does not say which one read: it is to be reviewed again, and the file
    waits."""
    target, found, read = _waiting(flow, request, pending, where)
    review = reverse(flow.addresses[1], kwargs={**where, "pending": found.pk})
    if request.POST.get("geste") == "abandonner":
        drop_file(found)
        messages.info(request, "Import abandonné\u00a0; rien n’a été changé.")
        return redirect(flow.home(target))
    changes = flow.changes(target, read, request.actor)
    if any(change.fault and not change.refused for change in changes):
        messages.error(request, "Rien n’est écrit\u00a0: des lignes du fichier sont à corriger.")
        return redirect(review)
    rows = _chosen(flow, request, changes)
    try:
        seen = number_seen(request.POST, "vu")
        count = flow.apply(target, rows, actor=request.actor, seen=seen)
    except Refusal as refusal:
        level = messages.WARNING if refusal.denied.status == 409 else messages.ERROR
        messages.add_message(request, level, refusal.denied.reason)
        return redirect(review)
    drop_file(found)
    messages.success(request, f"Import appliqué\u00a0: {pluriel(count, flow.done)}.")
    return redirect(flow.home(target))
