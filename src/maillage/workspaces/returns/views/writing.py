"""Rows, columns and controls of a draft, written in grids or read from a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.kernel.actions import MovedError, title_of
from maillage.kernel.models import Event, last_event
from maillage.kernel.verdicts import Refusal, require
from maillage.people.actors import Actor
from maillage.people.queries import names_told
from maillage.people.requests import Request
from maillage.sheets.findings import Unreadable
from maillage.ui.fields import number_seen
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.definitions import (
    write_version,
)
from maillage.workspaces.returns.engine import files
from maillage.workspaces.returns.engine.definition import Definition, Fault
from maillage.workspaces.returns.models import DefinitionVersion
from maillage.workspaces.returns.queries.reading import (
    faults_in,
    versions_of,
)
from maillage.workspaces.returns.views.page import (
    chambers_named,
    definition_asked,
    definition_outline,
    url,
)

TOLD = 60
"""Faults of a definition told one by one."""


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Request, network: str, code: str) -> HttpResponse:
    """Rows, columns and controls of the draft, in grids; a file read fills them, unsaved."""
    found = definition_asked(request, network, code)
    version = versions_of(found)[0]
    require(rules.can_write(version, actor=request.actor))
    named = chambers_named(found.network)
    faults: Sequence[Fault | str] = []
    status, moved = 200, list[Event]()
    texts = _texts(version.held, named)
    if request.method == "POST" and "fichier" in request.FILES:
        texts, faults = _read_in(request, named, texts)
    elif request.method == "POST":
        texts = {part: files.without_blanks(request.POST.get(part, "")) for part in files.PARTS}
        faults, moved, status = _written(request, version, texts, named)
        if status == 200:
            messages.success(request, "Définition enregistrée.")
            return redirect(url("definition", found))
    context = definition_outline(request, found, "Lignes et colonnes") | {
        "version": version,
        "grids": _grids(texts, named, faults),
        "faults": faults[:TOLD],
        "more": max(0, len(faults) - TOLD),
        "moved": _moved(moved, request.actor),
        "seen": last_event(found) if moved else request.POST.get("lu") or last_event(found),
        "read_in": "fichier" in request.FILES and not faults,
    }
    return render(
        request, "returns/write.html", context, status=422 if faults and status == 200 else status
    )


def _written(
    request: Request, version: DefinitionVersion, texts: Mapping[str, str], named: Mapping[str, str]
) -> tuple[Sequence[Fault | str], list[Event], int]:
    """Write; every fault at once, what was written meanwhile, and the status (200: written)."""
    grids = files.read_texts(texts, named)
    faults = grids.told(faults_in(version.definition.network, grids.definition))
    if faults:
        return faults, [], 422
    try:
        seen = number_seen(request.POST, "lu")
        write_version(version, actor=request.actor, content=grids.definition, seen=seen)
    except MovedError as refused:
        return [], list(refused.since), 409
    except Refusal as refusal:
        return [refusal.denied.reason], [], refusal.denied.status
    return [], [], 200


def _moved(events: Sequence[Event], reader: Actor) -> list[dict[str, Any]]:
    """What was done since a page was read: the act, who, when, what it changed."""
    names = names_told({event.actor for event in events}, reader)
    return [
        {
            "title": title_of(event.verb), "by": names.get(event.actor, "une autre personne"),
            "at": event.at, "changes": event.diff.get("changes", ()),
        }
        for event in events
    ]  # fmt: skip


def _texts(held: Definition, named: Mapping[str, str]) -> dict[str, str]:
    """Each part as tab-separated rows under their titles."""
    found = {}
    for part in files.PARTS:
        heads = [head.title for head in files.heads_of(part, named)]
        rows = [heads, *files.grid_rows(held, part, named)]
        found[part] = "\n".join("\t".join(_quoted(cell) for cell in row) for row in rows)
    return found


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if cell[:1] == '"' else cell


def _read_in(
    request: Request, named: Mapping[str, str], texts: dict[str, str]
) -> tuple[dict[str, str], list[str]]:
    """What a file holds, to be looked at before it is saved; what is wrong in it."""
    given: Any = request.FILES["fichier"]
    try:
        content, _said = files.read_file(
            given.read(files.MAX_BYTES + 1), given.name or "fichier", named
        )
    except Unreadable as refused:
        return texts, [str(finding) for finding in refused.findings]
    return _texts(content, named), []


def _grids(
    texts: Mapping[str, str], named: Mapping[str, str], faults: Sequence[Fault | str]
) -> list[dict[str, Any]]:
    """What each grid is told: its text, and for each column its title and what may
    be chosen; the cells that do not hold."""
    found = []
    for part, title in files.SHEETS.items():
        heads = [
            {"title": head.title, "width": head.width,
             "among": [*head.among.values()] if head.kind == "choice"
             else ["oui", "non"] if head.kind == "boolean" else []}
            for head in files.heads_of(part, named)
        ]  # fmt: skip
        places = [head.name for head in files.PARTS[part]]
        wrong = [
            [fault.rank, places.index(fault.field), fault.what]
            for fault in faults
            if isinstance(fault, Fault) and fault.part == part and fault.field in places
        ]
        found.append(
            {
                "part": part,
                "title": title,
                "text": texts[part],
                "heads": json.dumps(heads),
                "faults": json.dumps(wrong),
                "about": ABOUT[part],
            }
        )
    return found


ABOUT = {
    "rows": "Une ligne est des comptes (60-62, !6061\u00a0; local: 6061), une formule sur d’autres "
    "lignes (A + B - C), un volume ou des ETP d’un macro-processus (son code), une saisie, ou un "
    "intertitre.",
    "columns": "Une colonne est un périmètre, une source et une année qui se compte depuis celle "
    "de l’état rendu\u00a0: la définition sert chaque année. Ou une formule entre colonnes, par "
    "leurs codes\u00a0: N - BP, (N - N1) / N1 * 100.",
    "controls": "Un contrôle compare des lignes dans chaque colonne\u00a0: A = B, ou "
    "abs(A - B) < 1.",
}


routes = [
    path("etats/<slug:code>/lignes-et-colonnes/", write, name="write"),
]
