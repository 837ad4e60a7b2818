"""The mapping workbench: what is mapped, what is not, and every change shown before it is made."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from maillage.kernel.money import parse_count
from maillage.kernel.plain_json import plain
from maillage.kernel.verdicts import Denied, Refusal, refuse, require
from maillage.ledger.actions.mapping import change_mapping, rule_faults, undo_mapping
from maillage.ledger.engine.mapping import RuleValue, by_number
from maillage.ledger.mapping_files import rules_table
from maillage.ledger.models import MappingChange
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.mapping import (
    about_rules,
    coverage,
    mapping_of,
    rules_of,
    state_of,
    suggestions,
    value_of,
)
from maillage.ledger.queries.mapping_effect import Bench, bench_of, effect_of
from maillage.ledger.views import mapping_import
from maillage.ledger.views.network_page import page_context, year_asked
from maillage.network.queries import every_chamber
from maillage.people.queries import kept_network, names_of
from maillage.people.requests import Request
from maillage.ui.asked import choice, misread
from maillage.ui.downloads import exported
from maillage.ui.templatetags.ui import pluriel

PER_PAGE = 25
TYPED = ("prefixe", "cible", "pour", "note", "exact")
"""What is typed of a rule."""
SCORES = (95, 85, 75, 60)


@require_safe
def mapping(request: Request, network: str) -> HttpResponse:
    """Unmapped accounts with suggestions, rules in force, who changed what."""
    asked = year_asked(request)
    bench = bench_of(kept_network(request, network), asked)
    if bench.year != asked:
        misread(request, "exercice", f"exercice {bench.year}")
    return _page(request, bench)


def _page(request: Request, bench: Bench, denied: Denied | None = None) -> HttpResponse:
    """The workbench; `denied`: why what was just asked is refused, what was typed being kept."""
    rules, chart = rules_of(bench.network), common_chart(bench.network)
    known = mapping_of(rules)
    covered = coverage(known, bench.accounts)
    codes = {account.entity for account in bench.accounts}
    entity = choice(request, "chambre", codes, "toutes les chambres")
    left = [a for a in covered.unmapped if entity in ("", a.entity)]
    page = Paginator(left, PER_PAGE).get_page(request.GET.get("page"))
    changes = list(bench.network.mapping_changes.all()[:10])
    names = names_of({c.made_by for c in changes} | {r.set_by for r in rules})
    chambers = every_chamber(bench.network)
    last = next((c for c in changes if c.undone_at is None), None)
    context = page_context(request, bench.network, "ledger:mapping") | {
        "bench": bench,
        "coverage": covered,
        "mapped": len(bench.accounts) - len(covered.unmapped),
        "page": page,
        "suggested": suggestions(page.object_list, chart, known),
        "chart": chart,
        "rules": [(r, chart.name_of(r.target), names.get(r.set_by, "")) for r in rules],
        "changes": [
            (c, _change_words(c), names.get(c.made_by, "Personne inconnue"), c is last)
            for c in changes
        ],
        "chambers": chambers,
        "short": {c.code: c.short_name for c in chambers},
        "entity": entity,
        "query": urlencode({"exercice": bench.year or "", "chambre": entity}),
        "scores": SCORES,
        "typed": {name: request.POST.get(name, "") for name in TYPED},
        "fault": "" if denied is None else denied.reason,
    }
    status = 200 if denied is None else denied.status
    return render(request, "ledger/mapping.html", context, status=status)


def _change_words(change: MappingChange) -> str:
    """How many rules a change set, replaced and withdrew, in words; none is not told."""
    before, after = (
        {(row["entity"], row["prefix"], row["exact"]) for row in rows}
        for rows in (change.before, change.after)
    )
    counts = (
        (len(after - before), "règle posée,règles posées"),
        (len(after & before), "règle remplacée,règles remplacées"),
        (len(before - after), "règle retirée,règles retirées"),
    )
    return ", ".join(pluriel(count, forms) for count, forms in counts if count)


def _proposal(request: Request, bench: Bench) -> tuple[str, list[RuleValue], list[Any]]:
    """What a gesture of the workbench comes to: its name, rules to set, keys to withdraw."""
    given, gesture = request.POST, request.POST.get("geste", "")
    if gesture == "numero":
        known = mapping_of(rules_of(bench.network))
        left = coverage(known, bench.accounts).unmapped
        return "Règles par le numéro", by_number(left, common_chart(bench.network)), []
    if gesture.startswith("seuil-") and (score := parse_count(gesture[6:], 100)) is not None:
        return _above(bench, score)
    if gesture.startswith("retirer-"):
        row = next((r for r in rules_of(bench.network) if str(r.pk) == gesture[8:]), None)
        if row is None:
            refuse("Cette règle n’existe plus.", 409)
        return f"Règle retirée : {row}", [], [value_of(row).key]
    if gesture.startswith("compte-"):
        rank, entity, number = (*gesture[7:].split(":", 2), "", "")[:3]
        value = RuleValue(
            entity, number, True, given.get(f"cible-{rank}", ""), "Proposition acceptée"
        )
        return f"Compte {number}", [value], []
    value = RuleValue(
        given.get("pour", ""),
        given.get("prefixe", "").strip(),
        given.get("exact") == "oui",
        given.get("cible", "").strip(),
        given.get("note", "").strip(),
    )
    return f"Règle {value.rule}", [value], []


def _above(bench: Bench, score: int) -> tuple[str, list[RuleValue], list[Any]]:
    """The best suggestion of every unmapped account that has one at or above the score."""
    known = mapping_of(rules_of(bench.network))
    left = coverage(known, bench.accounts).unmapped
    values = [
        RuleValue(account.entity, account.number, True, found[0].target, found[0].why[:200])
        for account, found in suggestions(left, common_chart(bench.network), known)
        if found and found[0].score >= score
    ]
    return f"Propositions de note {score} et plus", values, []


@require_POST
def preview(request: Request, network: str) -> HttpResponse:
    """What a gesture would move, before anything is."""
    bench = bench_of(kept_network(request, network), year_asked(request))
    context = page_context(request, bench.network, "ledger:mapping", "Effet prévu")
    require(context["keeps"])
    try:
        label, given, removed = _proposal(request, bench)
    except Refusal as refusal:
        return _page(request, bench, refusal.denied)
    if faults := rule_faults(bench.network, given):
        return _page(request, bench, Denied(faults[0][2], status=422))
    return _preview(request, bench, context, (label, given, removed))


def _preview(
    request: Request,
    bench: Bench,
    context: dict[str, Any],
    proposal: tuple[str, Any, Any],
    stale: str = "",
) -> HttpResponse:
    """What a proposal would move on the rules as they stand. `stale`: why it is shown again."""
    label, given, removed = proposal
    held = {value.key: value for value in map(value_of, rules_of(bench.network))}
    context |= {
        "label": label,
        "stale": stale,
        "given": given,
        "removed": removed,
        "effect": effect_of(bench, given, removed),
        "proposal": _as_json(bench, label, given, removed),
        "nothing": not removed and {v.key: v for v in given}.items() <= held.items(),
    }
    status = 409 if stale else 200
    return render(request, "ledger/mapping_preview.html", context, status=status)


def _as_json(bench: Bench, label: str, given: list[RuleValue], removed: list[Any]) -> str:
    """A proposal, with the state its effect is shown on."""
    values = [value.as_json() for value in given]
    state = state_of(bench.network)
    return json.dumps({"label": label, "given": values, "removed": removed, "state": state})


Proposal = tuple[str, list[RuleValue], list[tuple[str, str, bool]], str]
"""Its name, rules to set, keys to withdraw, the state its effect was shown on."""


def _sent(request: Request) -> Proposal:
    """The proposal that was shown. Refuses (422) what is none."""
    try:
        asked = plain(request.POST.get("proposal", ""))
        given = [
            RuleValue(
                str(row["entity"]),
                str(row["prefix"]),
                row["exact"] is True,
                str(row["target"]),
                str(row["note"]),
            )
            for row in asked["given"]
        ]
        removed = [(str(e), str(p), x is True) for e, p, x in asked["removed"]]
        return str(asked["label"]), given, removed, str(asked["state"])
    except (ValueError, KeyError, TypeError):
        refuse("La proposition est illisible : recommencer.")


@require_POST
def apply(request: Request, network: str) -> HttpResponse:
    """Make the change that was shown; show its effect again where the rules have changed since."""
    found = kept_network(request, network)
    label, given, removed, state = _sent(request)
    try:
        change = change_mapping(
            found, given, actor=request.actor, label=label, removed=removed, seen=state
        )
    except Refusal as refusal:
        if refusal.denied.status == 403:
            raise
        bench = bench_of(kept_network(request, network), year_asked(request))
        if refusal.denied.status != 409 or rule_faults(found, given):
            return _page(request, bench, refusal.denied)
        context = page_context(request, found, "ledger:mapping", "Effet prévu")
        proposal = (label, given, removed)
        return _preview(request, bench, context, proposal, refusal.denied.reason)
    if change is None:
        messages.info(request, "Ces règles étaient déjà en vigueur ; rien n’a changé.")
    else:
        messages.success(request, f"{change.label} : correspondances changées.")
    return _back(request, network)


@require_POST
def undo(request: Request, network: str) -> HttpResponse:
    found = kept_network(request, network)
    asked = request.POST.get("changement", "")
    change = undo_mapping(found, parse_count(asked) or 0, actor=request.actor)
    messages.success(request, f"{change.label} : défait.")
    return _back(request, network)


@require_safe
def export(request: Request, network: str, extension: str) -> HttpResponse:
    """The rules in force, in the form that reads back."""
    found = kept_network(request, network)
    return exported(rules_table(map(value_of, rules_of(found)), about_rules(found)), extension)


def _back(request: Request, network: str) -> HttpResponse:
    """The workbench, on the exercise one came from."""
    year = year_asked(request)
    here = reverse("ledger:mapping", args=[network])
    return redirect(f"{here}?exercice={year}" if year else here)


routes = [
    path("correspondances/", mapping, name="mapping"),
    path("correspondances/apercu/", preview, name="mapping_preview"),
    path("correspondances/appliquer/", apply, name="mapping_apply"),
    path("correspondances/defaire/", undo, name="mapping_undo"),
    *mapping_import.routes,
    path("correspondances/regles.<str:extension>", export, name="mapping_export"),
]
