"""One act on a page of its own: what it entails, what it asks, then the act or why it is refused.

Knows how the page is shown and how a refusal comes back to it. Refuses to know what is done: the
caller gives a function that calls an action, and the guard's verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from maillage.kernel.actions import agreed, stamp_of
from maillage.kernel.verdicts import ALLOWED, Refusal, Verdict, refuse, require
from maillage.ui.fields import UNTOLD
from maillage.ui.refusals import wants_json

SHOWN = "montre"
"""The field in which the page of an act gives back what it showed."""
MOVED = (
    "Des éléments de cette page ont changé depuis cet aperçu\u00a0: rien n’a été enregistré. "
    "Relire, puis recommencer."
)
_CONTENT = re.compile(r'<div class="content">(.*)</main>', re.DOTALL)
_FORM = re.compile(r"<form.*?</form>", re.DOTALL)

Done = tuple[str, str]
"""What to tell once it is done, and the address where to go on."""


@dataclass(frozen=True, slots=True)
class Act:
    """The words of an act: its title, its button, where one goes who gives up.

    `consequence` says what it entails, `details` what is counted; `grave` is what cannot be taken
    back, `loses` what destroys. `verdict` is the guard's, before anything is typed. `hidden` goes
    along with the form, unseen.
    """

    title: str
    label: str
    cancel_url: str
    consequence: str = ""
    details: Sequence[str] = ()
    lead: str = ""
    verdict: Verdict = ALLOWED
    grave: bool = False
    loses: bool = False
    outline: Mapping[str, Any] = field(default_factory=dict)
    """Context of where one is: crumbs, the bar of a network."""
    another: str = ""
    """The label of a second button, sent as `geste=encore`: do it, then ask for another."""
    hidden: Mapping[str, Any] = field(default_factory=dict)
    figures: bool = False
    """What it shows is what is agreed to: a sending that does not say which is refused."""
    holds: Callable[[], Any] = tuple
    """What it writes without showing all of it: may not move either; read under its lock."""


def act_page(
    request: HttpRequest,
    act: Act,
    run: Callable[..., Done],
    form: forms.Form | None = None,
    *,
    where: Callable[[Refusal], str | None] = lambda refusal: None,
    template: str = "ui/act.html",
    context: Callable[[], Mapping[str, Any]] = dict,
) -> HttpResponse:
    """Show the act; once sent, do it with what was typed and go on where `run` says.

    What moved since it was shown refuses it (409): its words, its figures, what its form began
    with. `context` is asked again then, under the lock of the act. A refusal comes back to the
    page with its own status, beside what was typed; `where` names the field it is about. A program
    that asks for JSON gets the refusal as such.
    """
    refusal: Refusal | None = None
    if request.method == "POST" and (form is None or form.is_valid()):
        shown = request.POST.get(SHOWN, "")
        try:
            with agreed(lambda: _refuse_moved(shown, act, form, template, context())):
                told, url = run(**(form.cleaned_data if form else {}))
        except Refusal as refused:
            if wants_json(request):
                raise
            refusal = refused
        else:
            messages.success(request, told)
            return redirect(url)
    if refusal and form:
        form.add_error(where(refusal), refusal.denied.reason)
    status = refusal.denied.status if refusal else 422 if form and form.errors else 200
    more = dict(context())
    more |= {"refusal": refusal, "shown": _stamp(act, form, template, more)}
    return act_form_page(request, act, form, status=status, template=template, context=more)


def _refuse_moved(
    shown: str, act: Act, form: forms.Form | None, template: str, context: Mapping[str, Any]
) -> None:
    require(act.verdict)
    if not shown and act.figures:
        refuse(UNTOLD, 409)
    if shown and shown != _stamp(act, form, template, context):
        refuse(MOVED, 409)


def _stamp(act: Act, form: forms.BaseForm | None, template: str, context: Mapping[str, Any]) -> str:
    """What stands for all that the page of an act shows, but for what is typed in it."""
    page = {"act": act, "form": None, "refusal": None, **act.outline, **context}
    content = _CONTENT.search(render_to_string(template, page))
    shown = _FORM.sub("", content[1]) if content else ""
    began = sorted((name, str(value)) for name, value in form.initial.items()) if form else []
    return stamp_of((act.title, act.lead, " ".join(shown.split()), began, act.holds()))


def act_form_page(
    request: HttpRequest,
    act: Act,
    form: forms.BaseForm | None = None,
    *,
    status: int = 200,
    template: str = "ui/act.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of an act whose sending is answered elsewhere."""
    page = {"act": act, "form": form, "refusal": None, **act.outline, **(context or {})}
    return render(request, template, page, status=status)
