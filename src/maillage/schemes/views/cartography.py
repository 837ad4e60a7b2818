"""The cartography in its three readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.core.cache import caches
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from maillage.kernel.rooms import HOUSE
from maillage.network.models import Entity
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.cartography import answering, matrix, rendering
from maillage.schemes.cartography.flows import steps_told
from maillage.schemes.cartography.rendering import Column
from maillage.schemes.cartography.selection import (
    OF_OBSERVED,
    ONLY,
    PROVENANCES,
    READINGS,
    UNTOLD,
    Selection,
    query_of,
)
from maillage.schemes.cartography.view import View, view_of
from maillage.schemes.engine import document as doc
from maillage.schemes.engine import trajectory
from maillage.schemes.engine.change import KINDS, MOVES
from maillage.schemes.models import Edition
from maillage.schemes.observations import observations_version
from maillage.schemes.queries import Axes, Axis, axes_of, version_of
from maillage.schemes.views import observed_links
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.schemes.views.observed_links import Option, day_for
from maillage.ui.kept_page import BODY, kept_page

NO_MILESTONE = {"empty": "Aucun jalon", "why": "Cette édition n’a pas encore de jalon."}
NO_PROCESS = "Aucun macro-processus"
WITHOUT_PROCESS = "Ce réseau n’a pas encore de macro-processus."
CODE = "chambre-nommee"
LONGEST_KEY = 230
"""What every kind of cache takes as a key."""


@require_safe
def cartography(request: Request, pk: int) -> HttpResponse:
    """The page; its body is kept for as long as nothing it shows changes."""
    edition = visible_edition(request, pk)
    day = day_for(request, edition)
    query = query_of(request.GET, day is not None)
    can_write = rules.can_write(edition, actor=request.actor)
    return kept_page(
        request,
        "schemes/cartography.html",
        lambda: {
            "edition": edition,
            "query": query,
            "can_write": can_write,
            **outline_of(request, edition, "Cartographie"),
        },
        about=(str(edition), edition.status, _titles(edition), query, bool(can_write)),
        body=_kept(request, edition, query, day),
    )


def _kept(request: Request, edition: Edition, query: str, day: dt.date | None) -> bytes:
    """The body as it was kept, else made: one for who may see observations (`day`), another for
    the public. What else depends on who reads is not kept."""
    observed = ""
    if day:
        asked = "valeur=" in query or f"seulement={OF_OBSERVED}" in query
        observed = f"{day}/{observations_version(edition.scheme.network)}" if asked else "-"
    key = f"carto:{edition.pk}:{version_of(edition)}:{edition.status}:{observed}:{query}"
    cache = caches["pages"]
    body: bytes | None = cache.get(key) if len(key) < LONGEST_KEY else None
    if body is not None:
        return body
    axes = axes_of(edition)
    if not axes.processes:
        return _nothing(request, edition).encode()
    body = _body(edition, axes, request, day).encode()
    if len(key) < LONGEST_KEY:
        cache.set(key, body)
    return body


def _nothing(request: Request, edition: Edition) -> str:
    """What a network without any macro-process shows: where they are added, or that none is."""
    if edition.is_sealed:
        return _drawn(empty=NO_PROCESS, why="Cette édition a été adoptée sans macro-processus.")
    network = edition.scheme.network
    if not request.actor.administers(network.pk):
        return _drawn(empty=NO_PROCESS, why=f"{WITHOUT_PROCESS} Ses administrateurs les ajoutent.")
    link = next(iter(HOUSE.offered("network.network", network.code, request.actor)), None)
    return _drawn(
        empty=NO_PROCESS,
        why=f"{WITHOUT_PROCESS} Ajouter ses fonctions, puis ses macro-processus.",
        **({"action_url": link.url, "action_label": link.label} if link else {}),
    )


def _titles(edition: Edition) -> tuple[object, ...]:
    """What a page's frame says of an edition besides its own name."""
    network = edition.scheme.network
    return network.code, network.name, network.fictional


def _body(edition: Edition, whole: Axes, request: Request, day: dt.date | None) -> str:
    """Everything below the title: the bar, then what the reading shows."""
    view = view_of(edition, whole, request.GET, day)
    perimeters = tuple(sorted({p.group for p in whole.processes if p.group}))
    counts = matrix.counts_of(view.axes, view.network, view.chosen)
    known = counts.known, counts.all
    lists = view.axes.functions, view.axes.entities
    links = (
        _slider(view, counts.changes),
        _by_kind(view, counts.changes),
        _by_provenance(view, counts.provenances),
        observed_links.choices(view) if day else (),
    )
    sheets = _sheets(edition)
    bar = _bar(edition.pk, view.chosen, links, *lists, perimeters, known, sheets)
    if not view.axes.milestones:
        return bar + _drawn(**NO_MILESTONE)
    if not view.rows:
        return bar + _drawn(empty="Aucune ligne", why=_why_no_row(view))
    if view.chosen.reading == "trajectoire":
        return bar + _trajectory(edition, view)
    if come_to := answering.told(view.rows, view.chosen):
        bar += f'<p class="small muted">{come_to}</p>'
    if view.beside:
        bar += observed_links.drawn(edition, view)
    caption = "Modes de gestion par jalon"
    if view.milestone:
        caption = f"Modes de gestion par chambre, {view.milestone.label}"
    if view.beside:
        caption += f". {view.beside.title}"
    before, after = _around(caption, view.beside.shows if view.beside else "")
    turned = rendering.is_narrow(len(view.columns))
    columns = _leading(view, *sheets) if view.milestone else view.columns
    table = rendering.table(columns, view.rows, caption, turned, chips=not view.milestone)
    return "".join((bar, before, table, after))


def _sheets(edition: Edition) -> tuple[str, str]:
    """What stands before and after the code of a chamber in the address of its sheet."""
    here = reverse("schemes:chamber", args=[edition.scheme.network.code, CODE])
    before, after = here.split(CODE)
    return before, f"{after}?edition={edition.pk}"


def _leading(view: View, before: str, after: str) -> list[Column]:
    """The columns, those of chambers headed by a link to their sheets."""
    network, *chambers = view.columns
    codes = (column.path.split("/")[1] for column in chambers)
    led = zip(chambers, codes, strict=True)
    return [network, *(replace(column, url=f"{before}{code}{after}") for column, code in led)]


def _why_no_row(view: View) -> str:
    chosen = view.chosen
    if chosen.only == "differences" and not (view.milestone or chosen.entity):
        return "Les écarts au réseau se lisent par chambre, ou pour une chambre choisie."
    return "Aucun macro-processus ne répond à ces filtres : en retirer un."


@lru_cache(maxsize=128)
def _bar(
    pk: int,
    chosen: Selection,
    links: tuple[tuple[Option, ...], ...],
    functions: tuple[Axis, ...],
    entities: tuple[Axis, ...],
    perimeters: tuple[str, ...],
    known: tuple[int, int],
    sheets: tuple[str, str],
) -> str:
    """The readings, the milestones and the filters: drawn again only where one of them changed."""
    names = {f.code: f.name for f in functions}, {e.code: e.short_name for e in entities}
    context = {
        "pk": pk,
        "chosen": chosen,
        "slider": links[0],
        "kinds": links[1],
        "known_by": links[2],
        "provenances": PROVENANCES.items(),
        "readings": [
            Option(label, chosen.with_(reading=code), code == chosen.reading)
            for code, label in READINGS.items()
        ],
        "chips": list(chosen.filters(*names)),
        "functions": functions,
        "chambers": [e for e in entities if e.kind in Entity.CHAMBERS],
        "perimeters": perimeters,
        "modes": doc.MODE_LABELS.items(),
        "only": [(c, label) for c, label in ONLY.items() if links[3] or c != OF_OBSERVED],
        "beside": links[3],
        "moves": [(kind, KINDS[kind]) for kind in MOVES],
        "sheet": chosen.entity.join(sheets) if chosen.entity else "",
        "chamber": names[1].get(chosen.entity, ""),
        "known": known[0],
        "all": known[1],
    }
    return str(render_to_string("schemes/cartography_bar.html", context))


def _drawn(**context: Any) -> str:
    return str(render_to_string("schemes/cartography_body.html", context))


@lru_cache(maxsize=128)
def _around(caption: str, observed: str) -> tuple[str, str]:
    """What stands before a table (the legend above all) and after it."""
    before, after = _drawn(caption=caption, table=BODY, observed=observed).split(BODY, 1)
    return before, after


def _slider(view: View, changes: Mapping[str, Mapping[str, int]]) -> tuple[Option, ...]:
    return tuple(
        Option(
            m.label,
            view.chosen.with_(milestone=m.code, reading="chambres"),
            m == view.milestone,
            _note(changes.get(m.code)),
        )
        for m in view.axes.milestones
    )


def _note(counts: Mapping[str, int] | None) -> str:
    count = counts[""] if counts else 0
    return f"+{count} changement{'s' if count > 1 else ''}" if count else ""


def _by_kind(view: View, changes: Mapping[str, Mapping[str, int]]) -> tuple[Option, ...]:
    """Changes of the network's values, by kind; each leads to the rows that changed so, where the
    network's values at every milestone are read."""
    found = [(kind, sum(counts[kind] for counts in changes.values())) for kind in MOVES]
    chosen = _of_network(view)
    return tuple(
        Option(KINDS[kind], chosen.with_(kinds=(kind,)), chosen.kinds == (kind,), str(count))
        for kind, count in found
        if count
    )


def _of_network(view: View) -> Selection:
    """The question where what is counted of the network's values is read."""
    return replace(view.chosen, reading="jalons", milestone="", entity="", beside="")


def _by_provenance(view: View, counts: Mapping[str, int]) -> tuple[Option, ...]:
    """Known values of the network by how they are known; each leads to the rows that have one."""
    chosen = _of_network(view)
    found = [(code, "" if code == UNTOLD else code) for code in PROVENANCES]
    return tuple(
        Option(PROVENANCES[code], chosen.with_(provenance=code), chosen.provenance == code, str(n))
        for code, held in found
        if (n := counts.get(held, 0))
    )


def _trajectory(edition: Edition, view: View) -> str:
    axes, entity = view.counted, view.chosen.entity
    document = matrix.light_document(edition, axes, view.network, view.own, entity)
    names = {row.code: row.name for row in axes.processes}
    names |= {m.code: m.label for m in axes.milestones}
    pictures = []
    for function in view.chosen.functions or (None,):
        found = trajectory.flows(document, function, entity)
        pictures.append(
            {"svg": mark_safe(trajectory.svg(found)), "steps": steps_told(found, names)}
        )
    return _drawn(pictures=pictures)


routes = [
    path("editions/<int:pk>/", cartography, name="cartography"),
]
