"""The returns of a network: what is defined, what is filled, and defining one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.models import last_event
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.findings import Unreadable
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import number_seen
from maillage.ui.outline import outline
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.definitions import define_return, describe_return
from maillage.workspaces.returns.engine.definition import Definition
from maillage.workspaces.returns.engine.files import MAX_BYTES, Described, read_file
from maillage.workspaces.returns.engine.starts import NORME_4_9, STARTS
from maillage.workspaces.returns.models import Restitution, ReturnDefinition
from maillage.workspaces.returns.queries.reading import restitutions_visible_to
from maillage.workspaces.returns.views.page import (
    HOME,
    chambers_named,
    definition_asked,
    definition_outline,
    url,
)


@require_safe
def home(request: Request, network: str) -> HttpResponse:
    """Every definition, its versions and the returns filled from it."""
    found = kept_network(request, network)
    context = outline(request, found, HOME) | {
        "definitions": _listed(request, found),
        "verdict": rules.can_define(found, actor=request.actor),
        "norm": NORME_4_9,
    }
    return render(request, "returns/home.html", context)


def _listed(request: Request, network: Network) -> list[dict[str, Any]]:
    rows = network.return_definitions.prefetch_related("versions")
    returned: dict[int, list[Restitution]] = {}
    visible = restitutions_visible_to(request.actor).filter(definition__network=network)
    for one in visible.defer("facts", "sealed", "version__content"):
        returned.setdefault(one.definition_id, []).append(one)
    listed = []
    for definition in rows:
        versions = sorted(definition.versions.all(), key=lambda v: -v.number)
        listed.append(
            {
                "definition": definition,
                "draft": next((v for v in versions if v.is_draft), None),
                "published": next((v for v in versions if not v.is_draft), None),
                "returned": returned.get(definition.pk, [])[:6],
            }
        )
    return listed


class DescribeForm(forms.Form):
    title = forms.CharField(label="Intitulé", max_length=160)
    receiver = forms.CharField(
        label="Destinataire", max_length=160, required=False,
        help_text="Qui reçoit cet état\u00a0: la tête de réseau, l’autorité de tutelle…",
    )  # fmt: skip
    about = forms.CharField(
        label="À savoir", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Texte de référence, consignes du destinataire, échéance.",
    )  # fmt: skip


class DefineForm(DescribeForm):
    code = forms.CharField(
        label="Code", max_length=40,
        help_text="Minuscules, chiffres et tirets\u00a0: il nomme l’état dans les adresses.",
    )  # fmt: skip
    file = forms.FileField(
        label="Fichier de définition", required=False,
        help_text="Facultatif\u00a0: une définition exportée ailleurs, en XLSX ou en JSON.",
    )  # fmt: skip
    field_order = ("title", "code", "receiver", "about", "file")


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: Request, network: str) -> HttpResponse:
    """Name a return, empty or from a file."""
    found = kept_network(request, network)
    here = reverse(HOME, args=[found.code])
    start = STARTS.get(request.GET.get("depart", ""), Described())
    form = DefineForm(request.POST or None, request.FILES or None, initial=_initial(start))
    content, faults = _content(form, found) if request.method == "POST" else (None, "")
    if faults:
        form.add_error("file", faults)

    def run(code: str, title: str, receiver: str, about: str, **_: Any) -> Done:
        made = define_return(
            found, actor=request.actor, code=code, title=title, receiver=receiver, about=about,
            content=content,
        )  # fmt: skip
        return f"«\u00a0{made.title}\u00a0» est défini.", url("definition", made)

    act = Act(
        "Définir un état à rendre", "Définir cet état", here,
        lead="Un intitulé et un destinataire d’abord\u00a0; ses lignes et ses colonnes ensuite.",
        verdict=rules.can_define(found, actor=request.actor),
        outline=outline(request, found, HOME, "Définir"),
    )  # fmt: skip
    return act_page(
        request, act, run, form, template="returns/define.html",
        where=lambda refusal: "code" if refusal.denied.status == 409 else None,
    )  # fmt: skip


def _initial(said: Described) -> dict[str, str]:
    return {name: getattr(said, name) for name in ("code", "title", "receiver", "about")}


def _content(form: forms.Form, network: Network) -> tuple[Definition | None, str]:
    """What a file given holds, and why it cannot be read."""
    given = form.files.get("file")
    if given is None:
        return None, ""
    try:
        data = given.read(MAX_BYTES + 1)
        content, _said = read_file(data, given.name or "fichier", chambers_named(network))
    except Unreadable as refused:
        return None, " ".join(str(finding) for finding in refused.findings[:5])
    return content, ""


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: Request, network: str, code: str) -> HttpResponse:
    """What a return is called, who receives it, what is to be known."""
    definition = definition_asked(request, network, code)
    here = url("definition", definition)

    def run(title: str, receiver: str, about: str) -> Done:
        describe_return(
            definition, actor=request.actor, title=title, receiver=receiver, about=about,
            seen=number_seen(request.POST, "lu"),
        )  # fmt: skip
        return "Description enregistrée.", here

    initial = {
        "title": definition.title,
        "receiver": definition.receiver,
        "about": definition.about,
    }
    act = Act(
        "Décrire cet état", "Enregistrer", here,
        verdict=rules.can_describe(definition, actor=request.actor),
        outline=definition_outline(request, definition, "Décrire"),
        hidden={"lu": last_event(definition)},
    )  # fmt: skip
    return act_page(request, act, run, DescribeForm(request.POST or None, initial=initial))


def described(definition: ReturnDefinition) -> Described:
    return Described(definition.code, definition.title, definition.receiver, definition.about)


routes = [
    path("etats/", home, name="home"),
    path("etats/definir/", define, name="define"),
    path("etats/<slug:code>/decrire/", describe, name="describe"),
]
