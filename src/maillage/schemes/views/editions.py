"""An edition's page and its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.kernel.rooms import HOUSE
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.engine import checks
from maillage.schemes.engine.coverage import coverage as coverage_of
from maillage.schemes.engine.document import UNKNOWN, EditionDocument
from maillage.schemes.models import Edition
from maillage.schemes.queries import (
    cells_held_by,
    document_of,
    edition_visible_to,
    editions_of,
    editions_visible_to,
    networks_visible_to,
    outdated_sources,
)
from maillage.ui.outline import Crumb, outline

Held = Callable[[checks.Key], bool] | None
NO_PROCESS = {
    "title": "Le réseau n’a pas encore de macro-processus",
    "text": "Ajouter ses fonctions, leurs macro-processus et ses chambres.",
    "label": "Administrer le réseau",
}
NO_MILESTONE = {
    "title": "L’édition n’a pas encore de jalon",
    "text": "Les cellules se remplissent aux dates des jalons.",
    "label": "Titre et jalons",
}
NO_CELL = {
    "title": "Aucune cellule n’est encore renseignée",
    "text": "La grille se remplit au clavier ou en y collant un tableau. Le modèle de saisie "
    "(XLSX) se remplit hors de Maillage, puis s’importe.",
    "label": "Saisir dans la grille",
}


CURRENT = "schemes:current"
"""The page of schemes every other stands below."""


def outline_of(request: Request, edition: Edition, *last: Crumb) -> dict[str, Any]:
    """Where one is: network, schemes, edition, page."""
    here = (str(edition), reverse("schemes:edition", args=[edition.pk]))
    return outline(request, edition.scheme.network, CURRENT, here, *last)


@require_safe
def current(request: Request, network: str) -> HttpResponse:
    """A network's cartography: of the edition in force, else of the one being written."""
    found: Network = get_object_or_404(networks_visible_to(request.actor), code=network)
    editions = editions_of(found, request.actor)
    edition = editions.in_force or editions.draft or next(iter(editions.all), None)
    if edition is not None:
        return redirect("schemes:cartography", pk=edition.pk)
    verdict = rules.can_create_scheme(found, actor=request.actor)
    page = {**outline(request, found, CURRENT), "verdict": verdict}
    return render(request, "schemes/none.html", page)


def visible_edition(request: Request, pk: int) -> Edition:
    """The edition, or 404 where this actor may not know of it."""
    edition = edition_visible_to(request.actor, pk)
    if edition is None:
        raise Http404
    return edition


@require_safe
def sheet(request: Request, pk: int) -> HttpResponse:
    """What the edition is, what may be done with it, what it breaks or lacks."""
    edition = visible_edition(request, pk)
    document = document_of(edition)
    actor = request.actor
    held = cells_held_by(actor, edition, document)
    mine = "miennes" in request.GET and bool(held)
    context = {
        "edition": edition,
        **outline_of(request, edition),
        "mine": mine,
        **_rules(request, edition, document, held if mine else None),
        "partly": held is not None and bool(rules.can_write(edition, actor=actor)),
        "coverage": coverage_of(document),
        "milestones": edition.milestones.all(),
        "others": editions_visible_to(actor)
        .filter(scheme=edition.scheme)
        .exclude(pk=pk)
        .order_by("-number"),
        "can": {
            "write": rules.can_write(edition, actor=actor),
            "administer": rules.can_administer(edition, actor=actor),
            "propose": rules.can_propose(edition, actor=actor),
            "withdraw": rules.can_withdraw(edition, actor=actor),
            "adopt": rules.can_adopt(edition, actor=actor),
            "draft_next": rules.can_draft_next(edition, actor=actor),
            "delete": rules.can_delete(edition, actor=actor),
        },
        "administers": actor.administers(edition.scheme.network_id),
        "first_step": _first_step(edition, document, actor),
    }
    return render(request, "schemes/edition.html", context)


def _rules(
    request: Request, edition: Edition, document: EditionDocument, held: Held
) -> dict[str, Any]:
    """What the edition breaks or lacks; of one rule only where it is asked for, with its cells."""
    found = checks.check(document, held, outdated_sources(edition), to_propose=edition.is_draft)
    asked = request.GET.get("regle", "")

    def is_asked(v: checks.Violation) -> bool:
        return v.code == asked or (asked == checks.POINTS and v.severity == checks.WARNING)

    counts: Counter[str] = Counter()
    for violation in found:
        if violation.severity == checks.WARNING:
            counts[violation.code] += len(violation.cells) or 1
    return {
        "asked": asked,
        "points": checks.points_of(found),
        "filters": [(code, checks.SHORTLY[code], count) for code, count in counts.items()],
        "errors": [v for v in found if v.severity == "error"],
        "violations": [
            (v, _cells(edition, document, v) if is_asked(v) else [])
            for v in found
            if not asked or is_asked(v)
        ],
    }


LISTED = 5000
"""Cells of a rule listed at most."""


def _cells(
    edition: Edition, document: EditionDocument, violation: checks.Violation
) -> list[tuple[str, str]]:
    """The cells of a violation: what each is called, and where it is set or read."""
    names = {p.code: p.title for p in document.processes}
    labels = {m.code: m.label for m in document.milestones}
    short = {e.code: e.short_name for e in document.entities}
    place = "schemes:grid_cell" if edition.is_draft else "schemes:cell"
    return [
        (
            f"{names.get(p, p)}, {labels.get(m, m)}, {short.get(e, e) if e else 'réseau'}",
            reverse(place, args=[edition.pk, *filter(None, (p, m, e))]),
        )
        for p, m, e in violation.cells[:LISTED]
    ]


def _first_step(edition: Edition, document: EditionDocument, actor: Actor) -> dict[str, str] | None:
    """What an empty draft waits for, and where it is done by those who may; None once begun."""
    if not edition.is_draft:
        return None
    network = edition.scheme.network
    if not document.processes:
        may = actor.administers(network.pk)
        links = HOUSE.offered("network.network", network.code, actor)
        url = links[0].url if links else ""
        step = NO_PROCESS if may else NO_PROCESS | {"text": "Les administrateurs les ajoutent."}
    elif not document.milestones:
        may = bool(rules.can_administer(edition, actor=actor))
        url, step = reverse("schemes:frame", args=[edition.pk]), NO_MILESTONE
    elif all(p.mode == UNKNOWN for p in document.placements):
        may = bool(rules.can_write(edition, actor=actor))
        url, step = reverse("schemes:grid", args=[edition.pk]), NO_CELL
    else:
        return None
    return step | {"url": url if may else ""}


def edition_route(address: str, view: Any, name: str) -> Any:
    return path(f"editions/<int:pk>/{address}", view, name=name)


routes = [
    path("reseaux/<slug:network>/schema/", current, name="current"),
    edition_route("fiche/", sheet, "edition"),
]
