"""The page of the booklet, that of an assembly's file; the progress of a document, the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.costing.queries.costs import years_offered
from maillage.jobs.progress import followed, progress
from maillage.kernel.absence import NOT_TOLD
from maillage.kernel.money import exact_euros, parse_count, percent
from maillage.kernel.period import FIRST_YEAR, LAST_YEAR, CutOff
from maillage.kernel.verdicts import Refusal
from maillage.ledger.queries.books import chambers_in, current_files, years_kept
from maillage.ledger.queries.reach import reach_of
from maillage.network.models import Entity, Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.reports.actions import (
    cancel_dossier,
    request_assembly,
    request_dossier,
    texts_held,
    write_texts,
)
from maillage.reports.models import AssemblyFile, Dossier
from maillage.reports.queries import Gaps, assembly_of, dossiers_visible_to, gaps_of, published_of
from maillage.reports.room import ASSEMBLY, file_url
from maillage.reports.rules import MOST_TEXT, can_request, can_write_texts
from maillage.schemes.models import Edition
from maillage.schemes.queries import editions_visible_to
from maillage.schemes.views.editions import outline_of
from maillage.ui.asked import choice, misread
from maillage.ui.outline import outline
from maillage.workspaces.finance.views.cut_off import cut_off_of

FINANCES = "finance:home"
"""The page an assembly's file stands below."""


@require_http_methods(["GET", "HEAD", "POST"])
def booklet(request: Request, pk: int) -> HttpResponse:
    """Choose a format and have the booklet made; the last ones made are at hand."""
    editions = editions_visible_to(request.actor)
    edition = get_object_or_404(editions, pk=pk)
    if request.method == "POST":
        dossier = request_dossier(edition, request.POST.get("kind", ""), actor=request.actor)
        return redirect("reports:dossier", pk=dossier.pk)
    context = {
        "edition": edition,
        "kinds": [(kind.value, kind.label) for kind in Dossier.BOOKLETS],
        "allowed": can_request(edition, actor=request.actor),
        "published": published_of(edition),
        "dossiers": _asked_for(request, edition),
        **outline_of(request, edition, "Livret"),
    }
    return render(request, "reports/booklet.html", context)


def _asked_for(request: Request, edition: Edition) -> list[Dossier]:
    """The last documents people asked for; nobody else's reach who is not signed in."""
    asked = dossiers_visible_to(request.actor).filter(edition=edition).exclude(requested_by="")
    return list(asked[:10])


@require_safe
def dossier(request: Request, pk: str) -> HttpResponse:
    """How far a document has come; the same address answers the fragment."""
    found = get_object_or_404(dossiers_visible_to(request.actor), pk=pk)
    context = {
        "dossier": found,
        "job": progress(
            found,
            url=reverse("reports:dossier", args=[found.pk]),
            cancel_url=reverse("reports:dossier_cancel", args=[found.pk]),
            result_url=reverse("reports:dossier_file", args=[found.pk]),
        ),
        **_way_to(request, found),
    }
    return followed(request, "reports/dossier.html", context)


def _way_to(request: Request, dossier: Dossier) -> dict[str, Any]:
    """Where a document stands, and the page it was asked on."""
    kind = dossier.get_kind_display()
    if dossier.assembly is not None:
        back = file_url(dossier.assembly)
        crumb = (str(dossier.assembly), back)
        way = outline(request, dossier.assembly.network, FINANCES, crumb, kind)
        return way | {"back": back, "all": "Revenir au dossier"}
    assert dossier.edition is not None
    back = reverse("reports:booklet", args=[dossier.edition.pk])
    way = outline_of(request, dossier.edition, ("Livret", back), kind)
    return way | {"back": back, "all": "Tous les documents de cette édition"}


@require_http_methods(["GET", "HEAD", "POST"])
def assembly(request: Request, network: str) -> HttpResponse:
    """Choose a chamber, an exercise and a month; say what explains each gap; have it composed."""
    found = kept_network(request, network)
    year, entity = _asked(request, found)
    choice = cut_off_of(request, reach_of(found, year, current_files(found)))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _written(request, found, entity, choice.until)
        except Refusal as refused:
            if refused.denied.status != 422:
                raise
            refusal = refused
    file = assembly_of(found, entity, choice.until)
    if refusal:
        file.texts = {**file.texts, **_texts(request)}
    verdict = can_write_texts(found, actor=request.actor, entity=entity)
    held = dossiers_visible_to(request.actor).filter(assembly=file.pk) if file.pk else ()
    gaps = gaps_of(file)
    context = outline(request, found, FINANCES, ASSEMBLY) | {
        "file": file,
        "year": year,
        "years": years_offered(found, timezone.localdate()),
        "chambers": chambers_in(found, year, Q(budgets__year=year)),
        "cut_off": choice,
        "groups": list(_rows(gaps, file)),
        "presentation": file.texts.get("", ""),
        "verdict": verdict,
        "most": MOST_TEXT,
        "stamp": texts_held(found, entity, choice.until).stamp,
        "kinds": list(zip(Dossier.ASSEMBLIES, ("PDF", "Word"), strict=True)),
        "dossiers": list(held)[:10],
        "refusal": refusal,
    }
    status = refusal.denied.status if refusal else 200
    return render(request, "reports/assembly.html", context, status=status)


def _asked(request: Request, network: Network) -> tuple[int, Entity | None]:
    """The exercise of the address, else the last that has a book, else this year; the chamber."""
    year = parse_count(request.GET.get("annee", ""), LAST_YEAR) or 0
    if year < FIRST_YEAR:
        held = years_kept(network)
        year = held[0] if held else timezone.localdate().year
        misread(request, "annee", str(year))
    told = chambers_in(network, year, Q(budgets__year=year))
    chambers = {chamber.code: chamber for chamber in told}
    return year, chambers.get(choice(request, "chambre", chambers, "le réseau entier"))


def _texts(request: Request) -> dict[str, str]:
    """What was typed, by the row of its gap."""
    given = request.POST.items()
    return {name[2:]: str(text) for name, text in given if name.startswith("t|")}


def _written(
    request: Request, network: Network, entity: Entity | None, until: CutOff
) -> HttpResponse:
    """Keep the texts sent, then compose where a format is asked too."""
    given, actor = request.POST, request.actor
    if texts := _texts(request):
        seen = given.get("version") or None
        write_texts(network, actor=actor, entity=entity, until=until, texts=texts, seen=seen)
    if kind := given.get("kind", ""):
        made = request_assembly(network, kind, actor=actor, entity=entity, until=until)
        return redirect("reports:dossier", pk=made.pk)
    messages.success(request, "Textes enregistrés.")
    return redirect(file_url(AssemblyFile(network=network, entity=entity, year=until.year,
                                          month=until.month)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class GapRow:
    """A row of the comparison, in words, and what is written of its gap. `row`: its name in the
    form."""

    row: str
    label: str
    planned: str
    done: str
    gap: str
    percent: str
    text: str


def _told(cents: int | None) -> str:
    return NOT_TOLD if cents is None else exact_euros(cents)


def _rows(gaps: Gaps, file: AssemblyFile) -> Iterator[tuple[str, list[GapRow]]]:
    for group in gaps.groups:
        yield (
            group.title,
            [
                GapRow(
                    row.row,
                    label,
                    _told(row.reference),
                    _told(row.executed),
                    _told(row.gap.cents),
                    "" if row.gap.percent is None else percent(row.gap.percent, 1, signed=True),
                    file.texts.get(row.row, ""),
                )
                for label, row in group.rows
            ],
        )


@require_POST
def cancel(request: Request, pk: str) -> HttpResponse:
    found = get_object_or_404(dossiers_visible_to(request.actor), pk=pk)
    cancel_dossier(found, actor=request.actor)
    return redirect("reports:dossier", pk=pk)


@require_safe
def download(request: Request, pk: str) -> HttpResponse | FileResponse:
    found = get_object_or_404(dossiers_visible_to(request.actor), pk=pk)
    if found.state != Dossier.State.DONE:
        raise Http404
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
