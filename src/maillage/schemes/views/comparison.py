"""Two editions side by side, cell by cell."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.people.requests import Request
from maillage.schemes.engine import comparison
from maillage.schemes.engine.change import Names
from maillage.schemes.queries import document_of, editions_visible_to
from maillage.schemes.views.editions import outline_of, visible_edition


@require_safe
def choose(request: Request, pk: int) -> HttpResponse:
    """Which other edition of the network to compare with; `avec` answers at once."""
    edition = visible_edition(request, pk)
    other = request.GET.get("avec", "")
    if other.isdecimal():
        return compare(request, pk, int(other))
    others = editions_visible_to(request.actor).filter(scheme__network=edition.scheme.network_id)
    context = {
        "edition": edition,
        "others": others.exclude(pk=pk),
        **outline_of(request, edition, "Comparer"),
    }
    return render(request, "schemes/compare_choose.html", context)


@require_safe
def compare(request: Request, pk: int, other: int) -> HttpResponse:
    """From `other` (before) to `pk` (after)."""
    after, before = visible_edition(request, pk), visible_edition(request, other)
    former, latter = document_of(before), document_of(after)
    found = comparison.compare(former, latter)
    kinds = [kind for kind in request.GET.getlist("nature") if kind in comparison.KINDS]
    functions = [code for code in request.GET.getlist("fonction") if code]
    process_function = {p.code: p.function for d in (former, latter) for p in d.processes}
    changes = [
        change
        for change in found.changes
        if (not kinds or set(kinds) & set(comparison.kinds_of(change)))
        and (not functions or process_function.get(change.key[0]) in functions)
    ]
    entities = Names.of(former, latter)
    names = {p.code: p.name for d in (former, latter) for p in d.processes}
    context = {
        "before": before,
        "after": after,
        "comparison": found,
        "changes": [(change, entities.tell(change.fields)) for change in changes],
        "kinds": [
            (kind, label, found.counts.get(kind, 0), kind in kinds)
            for kind, label in comparison.KINDS.items()
        ],
        "functions": [(f.code, f.name, f.code in functions) for f in latter.functions],
        "names": names,
        "milestones": {m.code: m.label for d in (former, latter) for m in d.milestones},
        "entities": entities.entities,
        "filtered": bool(kinds or functions),
        **outline_of(request, after, f"Comparer à l’édition {before.number}"),
    }
    return render(request, "schemes/compare.html", context)


routes = [
    path("editions/<int:pk>/comparer/", choose, name="compare"),
    path("editions/<int:pk>/comparer/<int:other>/", compare, name="compare_with"),
]
