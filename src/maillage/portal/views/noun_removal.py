"""Taking nouns out of a network: what would leave, or what keeps them, then the act.

Knows how it is asked and shown. What rests on a noun is said by `network.actions.removals`.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.money import parse_count
from maillage.network.actions import removal_of, remove_group, remove_nouns
from maillage.network.actions.removals import Removal, rows_of_group
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN
from maillage.portal.views.noun_import import administered
from maillage.portal.views.noun_lines import HEADINGS
from maillage.portal.views.noun_tables import SLUGS
from maillage.ui.acts import Act, Done, act_form_page, act_page
from maillage.ui.templatetags.ui import pluriel

TOLD = 30
"""Names told one by one, at most."""
KINDS = {
    "entity": "chambre ou opérateur,chambres ou opérateurs",
    "function": "fonction,fonctions",
    "process": "macro-processus,macro-processus",
}


@require_http_methods(["GET", "HEAD", "POST"])
def noun_removal(request: Request, network: str, kind: str) -> HttpResponse:
    """The nouns whose codes are asked for (`code`, as many as there are): what their removal
    entails, then the removal."""
    found = administered(request, network)
    if kind not in SLUGS:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    codes = list(dict.fromkeys(code for one in given.getlist("code") for code in one.split(",")))
    codes = [code for code in codes if code]
    table = reverse("portal:noun_table", args=[network, kind])
    removal = removal_of(found, SLUGS[kind], codes, request.actor)
    if not removal.rows[SLUGS[kind]]:
        messages.warning(request, "Cocher d’abord les lignes à retirer.")
        return redirect(table)
    act = _act(found, kind, removal, codes)

    def run() -> Done:
        losing = parse_count(request.POST.get("pertes", "")) or 0
        count = remove_nouns(
            found, actor=request.actor, kind=SLUGS[kind], codes=codes, losing=losing
        )
        return f"{pluriel(count, 'nom retiré,noms retirés')} du réseau.", table

    template, context = "portal/noun_removal.html", {"resting": removal.resting[:TOLD]}
    if request.method == "POST" and "confirme" in request.POST:
        return act_page(request, act, run, template=template, context=lambda: context)
    return act_form_page(request, act, template=template, context=context)


def _act(network: Network, kind: str, removal: Removal, codes: list[str]) -> Act:
    asked = [row for row in removal.rows[SLUGS[kind]] if row.code in codes]
    what = f"«\u00a0{asked[0]}\u00a0»" if len(asked) == 1 else pluriel(len(asked), "nom,noms")
    leaving = [row for rows in removal.rows.values() for row in rows]
    told = [f"{row}\u00a0({row.code})" for row in leaving[:TOLD]]
    if len(leaving) > TOLD:
        told.append(f"et {len(leaving) - TOLD} autres")
    counted = ", ".join(
        pluriel(len(rows), KINDS[one]) for one, rows in removal.rows.items() if rows
    )
    return Act(
        f"Retirer {what}",
        "Retirer du réseau",
        reverse("portal:noun_table", args=[network.code, kind]),
        f"Quitteraient le réseau\u00a0: {counted}. Rien d’autre ne les nomme\u00a0; leurs codes "
        "redeviennent libres, le journal garde ce qu’ils disaient.",
        told,
        verdict=removal.verdict,
        loses=True,
        outline=_outline(network, kind, "Retirer"),
        hidden={"code": ",".join(codes), "pertes": removal.losing},
    )


def _outline(network: Network, kind: str, label: str) -> dict[str, Any]:
    table = reverse("portal:noun_table", args=[network.code, kind])
    home = {"label": network.name, "url": reverse("portal:admin_network", args=[network.code])}
    return {
        "crumbs": [ADMIN, home, {"label": HEADINGS[SLUGS[kind]], "url": table}, {"label": label}]
    }


@require_http_methods(["GET", "HEAD", "POST"])
def group_removal(request: Request, network: str) -> HttpResponse:
    """A perimeter of a function (`fonction`, `perimetre`): the rows that would lose it, then the
    act."""
    found = administered(request, network)
    function, group = request.GET.get("fonction", "")[:60], request.GET.get("perimetre", "")[:120]
    rows = rows_of_group(found, function, group)
    table = reverse("portal:noun_table", args=[network, "processus"])
    if not rows:
        messages.warning(request, "Aucune ligne n’est dans ce périmètre, ou plus.")
        return redirect(table)

    def run() -> Done:
        losing = parse_count(request.POST.get("pertes", "")) or 0
        saved = remove_group(
            found, actor=request.actor, function=function, group=group, losing=losing
        )
        lines = pluriel(saved.changed, "ligne reste,lignes restent")
        return f"Périmètre retiré\u00a0; {lines}, sans périmètre.", table

    count = pluriel(len(rows), "ligne resterait,lignes resteraient")
    act = Act(
        f"Retirer le périmètre «\u00a0{group}\u00a0»",
        "Retirer le périmètre",
        table,
        f"{count} dans sa fonction, sans périmètre\u00a0; leurs cellules ne changent pas.",
        [f"{row}\u00a0({row.code})" for row in rows[:TOLD]],
        outline=_outline(found, "processus", "Retirer un périmètre"),
        hidden={"pertes": len(rows)},
    )
    return act_page(request, act, run)


_BASE = "administration/reseaux/<slug:network>/"
routes = [
    path(f"{_BASE}retrait/<slug:kind>/", noun_removal, name="noun_removal"),
    path(f"{_BASE}perimetres/retrait/", group_removal, name="group_removal"),
]
