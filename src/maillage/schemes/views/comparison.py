"""Two editions side by side, or two milestones of one: a page, and the files of its very rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.kernel.verdicts import refuse
from maillage.papers.table_pages import MOST_ROWS, PDF, SIZES, table_pdf
from maillage.people.requests import Request
from maillage.schemes.engine import comparison
from maillage.schemes.engine.change import SAID_NO_MORE, CellChange
from maillage.schemes.engine.comparison_table import Asked, Compared
from maillage.schemes.engine.counting import together
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of, editions_visible_to
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.sheets.writing import Table
from maillage.ui.downloads import attachment, exported
from maillage.ui.tables import Link, shown

CELLS = 100
"""Cells on a page; each takes a row for each of its fields that changed."""


@require_safe
def choose(request: Request, pk: int) -> HttpResponse:
    """Which other edition of the network to compare with, or which milestones; `avec` answers at
    once."""
    edition = visible_edition(request, pk)
    other = request.GET.get("avec", "")
    if other.isdecimal():
        return compare(request, pk, int(other))
    others = editions_visible_to(request.actor).filter(scheme__network=edition.scheme.network_id)
    context = {
        "edition": edition,
        "others": others.exclude(pk=pk),
        "pairs": list(combinations(edition.milestones.order_by("date", "code"), 2)),
        **outline_of(request, edition, "Comparer"),
    }
    return render(request, "schemes/compare_choose.html", context)


def _of_editions(after: Edition, before: Edition) -> Compared:
    former, latter = document_of(before), document_of(after)
    title = "Comparaison de deux éditions"
    found = comparison.compare(former, latter)
    told = [f"{e} ({e.get_status_display().lower()})" for e in (before, after)]
    return Compared(title, told[0], told[1], former, latter, found)


def _of_milestones(edition: Edition, before: str, after: str) -> Compared:
    document = document_of(edition)
    labels = {m.code: m.label for m in document.milestones}
    if before not in labels or after not in labels or before == after:
        raise Http404
    title = f"Comparaison de deux jalons, édition {edition.number}"
    found = comparison.compare_milestones(document, before, after)
    return Compared(title, labels[before], labels[after], document, document, found)


def _asked(query: QueryDict) -> Asked:
    kinds = tuple(kind for kind in query.getlist("nature") if kind in comparison.KINDS)
    return Asked(kinds, tuple(code for code in query.getlist("fonction") if code))


def _page(
    request: Request, edition: Edition, compared: Compared, crumb: str, **more: Any
) -> HttpResponse:
    """The cells of one page, as the table the files are written from."""
    asked = _asked(request.GET)
    changes = compared.passing(asked)
    page = Paginator(changes, CELLS).get_page(request.GET.get("page"))
    table = compared.table(page.object_list, asked, _linked(edition, compared))
    query = request.GET.copy()
    for name in ("page", "papier"):
        query.pop(name, None)
    context = {
        "compared": compared,
        "comparison": compared.found,
        "edition": edition,
        "table": shown(table, as_cards=True),
        "page": page,
        "query": query.urlencode(),
        "count": len(changes),
        "counted": compared.found.counted(changes),
        "every": together(*compared.found.split(compared.found.moving)),
        "filtered": bool(asked),
        "is_printable": len(changes) <= MOST_ROWS,
        "kinds": list(_kinds(compared.found, asked)),
        "no_more": SAID_NO_MORE,
        "functions": [
            (f.code, f.name, f.code in asked.functions) for f in compared.latter.functions
        ],
        **more,
        **outline_of(request, edition, crumb),
    }
    return render(request, "schemes/compare.html", context)


def _kinds(found: comparison.Comparison, asked: Asked) -> Iterator[tuple[str, str, str, bool]]:
    """Kinds that some cell is of, in words how many, and whether they are asked for."""
    for kind, label in sorted(comparison.KINDS.items(), key=_silence_last):
        if kind in found.counts or kind in found.of_actions:
            told = together(found.counts.get(kind, 0), found.of_actions.get(kind, 0))
            yield kind, label, told, kind in asked.kinds


def _silence_last(kind: tuple[str, str]) -> bool:
    return kind[0] == SAID_NO_MORE


def _linked(edition: Edition, compared: Compared) -> Callable[[str, CellChange], str]:
    """The name of a macro-process leads to its cell, where the later state has it."""
    known = (
        {p.code for p in compared.latter.processes},
        {m.code for m in compared.latter.milestones},
    )
    entities = {"", *(e.code for e in compared.latter.entities)}

    def naming(name: str, change: CellChange) -> str:
        process, milestone, entity = change.key
        if process not in known[0] or milestone not in known[1] or entity not in entities:
            return name
        place = [edition.pk, process, milestone, *([entity] if entity else [])]
        return Link(name, reverse("schemes:cell", args=place))

    return naming


def _file(request: Request, compared: Compared, extension: str) -> HttpResponse:
    """Every row of the page's filters, whichever page it is on."""
    asked = _asked(request.GET)
    table = compared.table(compared.passing(asked), asked)
    return exported(table, extension) if extension != "pdf" else _printed(request, compared, table)


def _printed(request: Request, compared: Compared, table: Table) -> HttpResponse:
    rows = len(list(table.rows))
    if rows > MOST_ROWS:
        refuse(f"{rows} lignes ne tiennent pas dans un PDF : filtrer, ou prendre le classeur.")
    about, asked = compared.latter.network_name, request.GET.get("papier", "")
    size = asked if asked in SIZES else SIZES[0]
    data = table_pdf(table, timezone.localdate(), about=about, size=size)
    return attachment(data, PDF, f"{compared.title}, {size.upper()}.pdf")


@require_safe
def compare(request: Request, pk: int, other: int) -> HttpResponse:
    """From `other` (before) to `pk` (after)."""
    after, before = visible_edition(request, pk), visible_edition(request, other)
    crumb = f"Comparer à l’édition {before.number}"
    compared = _of_editions(after, before)
    swapped = reverse("schemes:compare_with", args=[other, pk])
    return _page(request, after, compared, crumb, swapped=swapped)


@require_safe
def compare_export(request: Request, pk: int, other: int, extension: str) -> HttpResponse:
    after, before = visible_edition(request, pk), visible_edition(request, other)
    return _file(request, _of_editions(after, before), extension)


@require_safe
def milestones(request: Request, pk: int, before: str, after: str) -> HttpResponse:
    edition = visible_edition(request, pk)
    compared = _of_milestones(edition, before, after)
    swapped = reverse("schemes:compare_milestones", args=[pk, after, before])
    return _page(request, edition, compared, "Comparer deux jalons", swapped=swapped)


@require_safe
def milestones_export(
    request: Request, pk: int, before: str, after: str, extension: str
) -> HttpResponse:
    edition = visible_edition(request, pk)
    return _file(request, _of_milestones(edition, before, after), extension)


_EDITIONS = "editions/<int:pk>/comparer/<int:other>/"
_MILESTONES = "editions/<int:pk>/comparer/jalons/<slug:before>/<slug:after>/"
routes = [
    path("editions/<int:pk>/comparer/", choose, name="compare"),
    path(_EDITIONS, compare, name="compare_with"),
    path(f"{_EDITIONS}comparaison.<str:extension>", compare_export, name="compare_export"),
    path(_MILESTONES, milestones, name="compare_milestones"),
    path(f"{_MILESTONES}comparaison.<str:extension>", milestones_export, name="milestones_export"),
]
