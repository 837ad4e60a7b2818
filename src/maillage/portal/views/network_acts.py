"""A network created by mistake: its name corrected, or the network taken out.

Knows how it is asked and shown. What rests on a network is said by `network.actions.networks`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.money import parse_count
from maillage.network.actions import (
    name_stamp,
    name_verdict,
    network_removal_of,
    remove_network,
    rename_network,
)
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN, installation_or_404
from maillage.portal.views.noun_import import administered
from maillage.ui.acts import Act, Done, act_form_page, act_page


class NameForm(forms.Form):
    name = forms.CharField(label="Nom", max_length=200)
    fictional = forms.BooleanField(
        label="Réseau fictif",
        required=False,
        help_text="Chaque page le dit\u00a0: chambres, cellules et textes sont inventés.",
    )


def _outline(network: Network, label: str) -> dict[str, Any]:
    home = {"label": network.name, "url": reverse("portal:admin_network", args=[network.code])}
    return {"crumbs": [ADMIN, home, {"label": label}]}


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: Request, network: str) -> HttpResponse:
    """The name of a network, as long as nothing sealed bears it."""
    found = administered(request, network)
    home = reverse("portal:admin_network", args=[network])
    seen = request.POST.get("seen", "") if request.method == "POST" else name_stamp(found)
    act = Act(
        f"Renommer «\u00a0{found.name}\u00a0»",
        "Renommer",
        home,
        lead=f"Son code, «\u00a0{found.code}\u00a0», ne change pas\u00a0: pour un autre code, "
        "retirer ce réseau et en créer un autre.",
        verdict=name_verdict(found, request.actor),
        outline=_outline(found, "Renommer"),
        hidden={"seen": seen},
    )

    def run(**given: Any) -> Done:
        renamed = rename_network(found, actor=request.actor, seen=seen, **given)
        return f"Le réseau s’appelle «\u00a0{renamed.name}\u00a0».", home

    initial = {"name": found.name, "fictional": found.fictional}
    form = NameForm(request.POST or None, initial=initial)
    return act_page(request, act, run, form, where=lambda refusal: "name")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, network: str) -> HttpResponse:
    """What taking a network out would entail, or what keeps it; then the act."""
    installation_or_404(request)
    found = administered(request, network)
    removal = network_removal_of(found)
    act = Act(
        f"Retirer le réseau «\u00a0{found.name}\u00a0»",
        "Retirer le réseau",
        reverse("portal:admin_network", args=[network]),
        "Le réseau disparaît, sans retour"
        + (", avec ce qui suit." if removal.told else "\u00a0; rien n’est à lui.")
        + " Son code redevient libre\u00a0; le journal garde ce qui s’y est fait.",
        list(removal.told),
        verdict=removal.verdict,
        loses=True,
        outline=_outline(found, "Retirer"),
        hidden={"pertes": removal.leaving},
    )

    def run() -> Done:
        leaving = parse_count(request.POST.get("pertes", ""))
        remove_network(found, actor=request.actor, leaving=-1 if leaving is None else leaving)
        return f"Le réseau «\u00a0{found.name}\u00a0» est retiré.", str(ADMIN["url"])

    template, context = "portal/noun_removal.html", {"resting": removal.resting}
    if request.method == "POST" and "confirme" in request.POST:
        return act_page(request, act, run, template=template, context=lambda: context)
    return act_form_page(request, act, template=template, context=context)


_BASE = "administration/reseaux/<slug:network>/"
routes = [
    path(f"{_BASE}nom/", name, name="network_name"),
    path(f"{_BASE}retirer/", remove, name="network_remove"),
]
