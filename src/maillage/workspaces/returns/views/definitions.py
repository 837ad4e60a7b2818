"""A definition: its rows and columns, its versions and what changed and the acts on them."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.models import last_event
from maillage.kernel.money import parse_count
from maillage.people.requests import Request
from maillage.sheets.writing import JSON, XLSX, Column, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import attachment
from maillage.ui.fields import number_seen
from maillage.ui.tables import shown
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.definitions import (
    abandon_version,
    open_version,
    publish_version,
)
from maillage.workspaces.returns.engine import files
from maillage.workspaces.returns.engine.definition import Definition
from maillage.workspaces.returns.engine.versions import differences
from maillage.workspaces.returns.models import DefinitionVersion
from maillage.workspaces.returns.queries.reading import (
    restitutions_visible_to,
    template_of,
    versions_of,
)
from maillage.workspaces.returns.views.home import described
from maillage.workspaces.returns.views.page import (
    HOME,
    chambers_named,
    definition_asked,
    definition_outline,
    url,
)


@require_safe
def definition(request: Request, network: str, code: str) -> HttpResponse:
    """What a return is made of, its versions, what was filled from it."""
    found = definition_asked(request, network, code)
    versions = versions_of(found)
    held = _version(versions, request.GET.get("version"))
    named = chambers_named(found.network)
    restitutions = restitutions_visible_to(request.actor).filter(definition=found)
    context = definition_outline(request, found) | {
        "versions": versions,
        "held": held,
        "draft": next((v for v in versions if v.is_draft), None),
        "published": next((v for v in versions if not v.is_draft), None),
        "tables": [(p, shown(_listed(held.held, p, named))) for p in files.PARTS if _has(held, p)],
        "restitutions": restitutions.defer("facts", "sealed", "version__content"),
        "template": template_of(found),
        "verdict": rules.can_describe(found, actor=request.actor),
    }
    return render(request, "returns/definition.html", context)


def _has(version: DefinitionVersion, part: str) -> bool:
    return bool(getattr(version.held, part))


def _listed(held: Definition, part: str, named: Mapping[str, str]) -> Table:
    """A part as it is read: every choice by its label."""
    table = files.table_of(held, part, named)
    heads = [Column(head.title, width=head.width) for head in table.columns]
    return Table(table.title, heads, files.grid_rows(held, part, named))


def _version(versions: list[DefinitionVersion], asked: str | None) -> DefinitionVersion:
    """The version asked for, the latest by default; 404 for one there is not."""
    if not asked:
        return versions[0]
    number = parse_count(asked)
    for version in versions:
        if version.number == number:
            return version
    raise Http404


# -- acts -----------------------------------------------------------------------------------------


class NoteForm(forms.Form):
    note = forms.CharField(label="Ce qui change", max_length=300, required=False,
                           help_text="Facultatif\u00a0; lu avec les versions.")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request, network: str, code: str) -> HttpResponse:
    """Seal the draft."""
    found = definition_asked(request, network, code)
    versions = versions_of(found)
    draft, here = versions[0], url("definition", found)

    def run(note: str) -> Done:
        publish_version(draft, actor=request.actor, note=note,
                        seen=number_seen(request.POST, "lu"))  # fmt: skip
        return f"Version {draft.number} publiée\u00a0: elle peut être remplie.", here

    former = next((v for v in versions if not v.is_draft), None)
    changed = differences(former.held, draft.held) if former and draft.is_draft else []
    act = Act(
        f"Publier la version {draft.number}", "Publier cette version", here,
        "Une version publiée ne change plus\u00a0: les états rendus s’y réfèrent.",
        [f"{noun} {key}, {what.lower()}" for noun, key, what, *_ in changed[:12]],
        verdict=rules.can_write(draft, actor=request.actor),
        grave=True,
        outline=definition_outline(request, found, "Publier"),
        hidden={"lu": last_event(found)},
    )  # fmt: skip
    return act_page(request, act, run, NoteForm(request.POST or None))


@require_http_methods(["GET", "HEAD", "POST"])
def abandon(request: Request, network: str, code: str) -> HttpResponse:
    """Give up the draft, and the definition where it was never published."""
    found = definition_asked(request, network, code)
    versions = versions_of(found)
    draft = versions[0]
    is_only, home = len(versions) == 1, reverse(HOME, args=[network])

    def run() -> Done:
        seen = number_seen(request.POST, "lu")
        is_gone = abandon_version(draft, actor=request.actor, seen=seen)
        return "Définition abandonnée.", home if is_gone else url("definition", found)

    act = Act(
        f"Abandonner la version {draft.number}", "Abandonner", url("definition", found),
        "Cet état n’a jamais été publié\u00a0: il disparaît, avec le modèle déposé."
        if is_only else "La version publiée reste telle qu’elle est.",
        verdict=rules.can_write(draft, actor=request.actor),
        loses=True,
        outline=definition_outline(request, found, "Abandonner"),
        hidden={"lu": last_event(found)},
    )  # fmt: skip
    return act_page(request, act, run)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request, network: str, code: str) -> HttpResponse:
    """Prepare the next version from the last one."""
    found = definition_asked(request, network, code)

    def run() -> Done:
        made = open_version(found, actor=request.actor)
        return f"Version {made.number} ouverte, copie de la précédente.", url("write", found)

    act = Act(
        "Préparer une nouvelle version", "Préparer la version suivante", url("definition", found),
        "La version publiée reste telle qu’elle est\u00a0; la nouvelle commence par sa copie.",
        verdict=rules.can_describe(found, actor=request.actor),
        outline=definition_outline(request, found, "Nouvelle version"),
    )  # fmt: skip
    return act_page(request, act, run)


# -- versions and files ---------------------------------------------------------------------------


@require_safe
def compare(request: Request, network: str, code: str) -> HttpResponse:
    """What changed between two versions."""
    found = definition_asked(request, network, code)
    versions = versions_of(found)
    after = _version(versions, request.GET.get("a"))
    before = _version(versions, request.GET.get("de") or str(versions[-1].number))
    heads = [Column("Partie"), Column("Code"), Column("Ce qui change"), Column("Avant", width=34),
             Column("Après", width=34)]  # fmt: skip
    title = f"De la version {before.number} à la version {after.number}"
    table = Table(title, heads, differences(before.held, after.held))
    context = definition_outline(request, found, "Versions") | {
        "versions": versions,
        "before": before,
        "after": after,
        "table": shown(table),
    }
    return render(request, "returns/versions.html", context)


@require_safe
def export(request: Request, network: str, code: str, extension: str) -> HttpResponse:
    """A version as another chamber takes it in: XLSX or JSON."""
    found = definition_asked(request, network, code)
    version = _version(versions_of(found), request.GET.get("version"))
    name = f"{found.code}-v{version.number}.{extension}"
    if extension == "xlsx":
        named, today = chambers_named(found.network), timezone.localdate()
        return attachment(files.to_xlsx(version.held, named, today), XLSX, name)
    if extension == "json":
        return attachment(files.to_json(version.held, described(found)), JSON, name)
    raise Http404


routes = [
    path("etats/<slug:code>/", definition, name="definition"),
    path("etats/<slug:code>/publier/", publish, name="publish"),
    path("etats/<slug:code>/abandonner/", abandon, name="abandon"),
    path("etats/<slug:code>/nouvelle-version/", begin, name="begin"),
    path("etats/<slug:code>/versions/", compare, name="compare"),
    path("etats/<slug:code>/definition.<str:extension>", export, name="definition_export"),
]
