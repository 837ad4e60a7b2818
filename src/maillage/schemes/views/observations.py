"""What is observed beside what is aimed at: the list of a network and its gaps, its files, and the
forms where an observation is recorded, corrected, withdrawn.

Knows what an address asks. Refuses to compare or word anything, and shows nothing to who holds no
mandate in the network.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.models import last_event
from maillage.kernel.period import french_date
from maillage.network.models import Entity, Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions.observations import (
    can_change,
    correct_observation,
    record_observation,
    withdraw_observation,
)
from maillage.schemes.engine import observed
from maillage.schemes.engine.chamber import chosen_milestones
from maillage.schemes.engine.document import EditionDocument, EntityDoc, MilestoneDoc
from maillage.schemes.engine.resolution import CHAMBERS
from maillage.schemes.models import Edition, Observation
from maillage.schemes.observations import doc_of, observations_as_of, observations_visible_to
from maillage.schemes.queries import document_of, editions_of
from maillage.schemes.views.observation_forms import ObservationForm, ReasonForm
from maillage.sheets.writing import Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import exported
from maillage.ui.fields import number_seen
from maillage.ui.outline import outline
from maillage.ui.rereading import written
from maillage.ui.tables import Link, shown

HERE = "schemes:observations"


@dataclass(frozen=True)
class Asked:
    """What an address asks of a network's observations."""

    network: Network
    edition: Edition
    document: EditionDocument
    milestone: MilestoneDoc
    day: dt.date
    function: str
    entity: str | None
    only: bool

    @property
    def chambers(self) -> list[EntityDoc]:
        """Those an observation may be of."""
        return [e for e in self.document.entities if e.kind in CHAMBERS]

    def seen(self) -> list[observed.Seen]:
        """Those asked for, each beside its target; of a chamber, those its sheet shows."""
        held = observations_as_of(self.network, self.day)
        function_of = {p.code: p.function for p in self.document.processes}
        found = observed.all_beside(self.document, held, self.milestone.code)
        if self.entity == "":
            found = [one for one in found if not one.observation.entity]
        for entity in self.document.entities:
            if entity.code == self.entity:
                found = observed.seen_of(found, entity)
        return [
            one
            for one in found
            if self.function in ("", function_of[one.observation.process])
            and (not self.only or one.state == "gap")
        ]

    def table(self, seen: list[observed.Seen]) -> Table:
        words = [f"Constats en date du {french_date(self.day)}"]
        if self.only:
            words.append("Écarts seulement")
        return observed.table_of(seen, self.document, self.milestone, words)


def _asked(request: Request, network: str) -> Asked | None:
    """None where no edition has a milestone to aim at. What is not known is left out."""
    found, get = kept_network(request, network), request.GET.get
    editions = editions_of(found, request.actor)
    chosen = next((e for e in editions.all if str(e.pk) == get("edition")), None)
    edition = chosen or editions.in_force or editions.draft
    document = document_of(edition) if edition else None
    if edition is None or document is None or not document.milestones:
        return None
    asked = get("jalon", "")
    _, milestone = chosen_milestones(document.milestones, asked, asked)
    try:
        day = parse_date(get("au", "")) or timezone.localdate()
    except ValueError:
        day = timezone.localdate()
    function, entity = get("fonction", ""), get("entite", "")
    chambers = (e.code for e in document.entities if e.kind in CHAMBERS)
    whose = {"reseau": "", **{code: code for code in chambers}}
    known = {f.code for f in document.functions}
    return Asked(
        found, edition, document, milestone, day,
        function if function in known else "", whose.get(entity), get("seulement") == "ecart",
    )  # fmt: skip


@require_safe
def listing(request: Request, network: str) -> HttpResponse:
    """Every observation that holds, beside its target; gaps counted by function and chamber."""
    found = kept_network(request, network)
    may = rules.can_observe_something(found, actor=request.actor)
    context: dict[str, Any] = {"may": may, **outline(request, found, HERE)}
    if asked := _asked(request, network):
        seen = asked.seen()
        counts = observed.counts_of(replace(asked, function="", entity=None, only=False).seen(),
                                    asked.document)  # fmt: skip
        of_functions, of_entities = observed.by_name(counts, asked.document)
        context |= {
            "asked": asked,
            "table": shown(_leading(asked, seen)) if seen else None,
            "told": observed.told_of(seen, asked.document),
            "counts": [
                (told, counts["state"][state], _gaps(asked) if state == "gap" else "")
                for state, told in observed.STATES.items()
            ],
            "by": [
                ("Par fonction", _links(asked, "fonction", of_functions)),
                ("Par chambre", _links(asked, "entite", of_entities)),
            ],
            "held": any(counts["state"].values()),
            "milestones": asked.document.milestones,
            "query": request.GET.urlencode(),
        }
    return render(request, "schemes/observations.html", context)


def _leading(asked: Asked, seen: list[observed.Seen]) -> Table:
    """The table, each name leading to the cell aimed at."""
    table = asked.table(seen)
    rows = []
    for one, row in zip(seen, table.rows, strict=True):
        held = one.observation
        cell = [asked.edition.pk, held.process, asked.milestone.code, held.entity]
        url = reverse("schemes:cell", args=[part for part in cell if part])
        rows.append((Link(row[0], url), *row[1:]))
    return replace(table, rows=rows)


def _links(asked: Asked, name: str, gaps: list[tuple[str, str, int]]) -> list[tuple[str, int, str]]:
    """Names, their gaps, and the address of exactly these."""
    return [(label, n, _gaps(asked, **{name: code or "reseau"})) for code, label, n in gaps]


def _gaps(asked: Asked, **more: str) -> str:
    common = {"edition": asked.edition.pk, "jalon": asked.milestone.code, "au": asked.day,
              "seulement": "ecart"}  # fmt: skip
    return urlencode(common | more)


@require_safe
def export(request: Request, network: str, extension: str) -> HttpResponse:
    asked = _asked(request, network)
    if asked is None:
        raise Http404
    return exported(asked.table(asked.seen()), extension)


def _after(network: Network, request: Request) -> str:
    """Where one came from in the scheme, else the list."""
    back = request.GET.get("retour", "")
    here = reverse(HERE, args=[network.code])
    return back if back.startswith("/editions/") and "\\" not in back else here


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Request, network: str, process: str, entity: str = "") -> HttpResponse:
    """Record what is in place of a cell."""
    found = kept_network(request, network)
    subject = get_object_or_404(found.processes.select_related("function"), code=process)
    whose = get_object_or_404(found.entities, code=entity) if entity else None
    back = _after(found, request)

    def run(**values: Any) -> Done:
        row = observed.ObservedDoc(process, entity, **values | _served(values))
        record_observation(found, actor=request.actor, row=row)
        return "Constat enregistré.", back

    verdict = rules.can_observe(
        found, actor=request.actor, function=subject.function.code,
        entity=whose.pk if whose else None,
    )  # fmt: skip
    if whose and verdict:
        verdict = rules.observed_of(whose.name, whose.is_chamber)
    act = Act(
        f"Constater\u00a0: {subject.title}",
        "Enregistrer le constat",
        back,
        lead=whose.name if whose else "Pour tout le réseau",
        verdict=verdict,
        outline=outline(request, found, HERE, "Constater"),
    )
    form = ObservationForm(request.POST or None, network=found,
                           initial={"on": timezone.localdate()})  # fmt: skip
    return act_page(request, act, run, form)


def _served(values: dict[str, Any]) -> dict[str, Any]:
    return {"served": tuple(values["served"])}


def _found(request: Request, network: str, key: str) -> Observation:
    rows = observations_visible_to(request.actor).filter(network__code=network)
    found: Observation = get_object_or_404(rows, public_id=key)
    return found


def _act(request: Request, one: Observation, title: str, label: str, **more: Any) -> Act:
    whose: Entity | None = one.entity
    return Act(
        f"{title}\u00a0: {one.process.name}",
        label,
        _after(one.network, request),
        lead=f"{whose.name if whose else 'Tout le réseau'}, {one}",
        verdict=can_change(one, actor=request.actor),
        outline=outline(request, one.network, HERE, title),
        hidden={"vu": last_event(one)},
        **more,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Request, network: str, key: str) -> HttpResponse:
    one = _found(request, network, key)
    held = doc_of(one)
    initial = {
        n: getattr(held, n) for n in ("on", "mode", "lead", "observer", "evidence", "comment")
    }
    form = ObservationForm(request.POST or None, network=one.network, reason=True,
                           initial=initial | {"served": list(held.served)})  # fmt: skip
    act = _act(request, one, "Corriger un constat", "Enregistrer la correction")

    def run(reason: str, **values: Any) -> Done:
        row = replace(held, **values | _served(values))
        seen = number_seen(request.POST, "vu")
        correct_observation(one, actor=request.actor, row=row, reason=reason, seen=seen)
        return "Constat corrigé.", act.cancel_url

    return act_page(request, act, run, form, context=lambda: written(request, one))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, network: str, key: str) -> HttpResponse:
    one = _found(request, network, key)
    consequence = "Le constat ne compte plus\u00a0; l’histoire de la cellule le garde."
    act = _act(request, one, "Retirer un constat", "Retirer", consequence=consequence, loses=True)

    def run(reason: str) -> Done:
        seen = number_seen(request.POST, "vu")
        withdraw_observation(one, actor=request.actor, reason=reason, seen=seen)
        return "Constat retiré.", act.cancel_url

    return act_page(request, act, run, ReasonForm(request.POST or None))


def _at(last: str) -> str:
    return f"reseaux/<slug:network>/constats/{last}"


routes = [
    path(_at(""), listing, name="observations"),
    path(_at("export/<slug:extension>/"), export, name="observations_export"),
    path(_at("nouveau/<slug:process>/"), record, name="observation_new"),
    path(_at("nouveau/<slug:process>/<slug:entity>/"), record, name="observation_new"),
    path(_at("<slug:key>/corriger/"), correct, name="observation_correct"),
    path(_at("<slug:key>/retirer/"), withdraw, name="observation_withdraw"),
]
