"""Where a year lands: the network class by class, a chamber line by line with its methods.

Knows how methods are typed. Refuses to know how they are computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.engine.budgets import CLASSES
from maillage.costing.queries.costs import years_offered
from maillage.kernel.money import EXPECTED, parse_amount, typed_amount
from maillage.kernel.verdicts import Refusal, require
from maillage.ledger.queries.reach import reach_of
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity, Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported
from maillage.ui.fields import number_seen
from maillage.ui.outline import outline
from maillage.ui.tables import shown
from maillage.workspaces.finance.actions.landing import MOST_NOTE, Foreseen, foresee, keep_forecast
from maillage.workspaces.finance.engine.landing import (
    METHOD_HELP,
    METHOD_LABELS,
    Added,
    Line,
    LineKey,
    Method,
    months_done,
)
from maillage.workspaces.finance.models import LandingVersion
from maillage.workspaces.finance.queries.landing import ChamberLanding, landings_of
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.cut_off import Choice, cut_off_of
from maillage.workspaces.finance.views.landing_tables import (
    landing_table,
    line_name,
    network_table,
    nothing_told,
    remarks,
)
from maillage.workspaces.finance.views.page import chamber_or_404, chamber_outline, year_asked

METHOD_COLUMN = 8
Typed = Mapping[LineKey, tuple[str, str]]
"""What was sent and not recorded: method and amount, by line."""


def cut_off(request: Request, network: Network, year: int, entity: Entity | None = None) -> Choice:
    """What the address asks, else as far as the book of the chamber goes, or all of them."""
    reach = reach_of(network, year)
    if entity is not None:
        reach = replace(reach, last={c: d for c, d in reach.last.items() if c == entity.code})
    return cut_off_of(request, reach)


def _choices(network: Network, choice: Choice) -> dict[str, Any]:
    return {
        "year": choice.until.year,
        "years": years_offered(network, timezone.localdate()),
        "until": choice.until,
        "cut_off": choice,
    }


@require_safe
@kept
def of_network(request: Request, network: str) -> HttpResponse:
    """Every chamber and what they add up to, class by class."""
    found = kept_network(request, network)
    choice = cut_off(request, found, year_asked(request))
    landings = landings_of(found, choice.until)
    context = outline(request, found, "finance:landing") | cents_asked(request)
    context |= _choices(found, choice) | {
        "table": landings and shown(network_table(found, landings), cents=context["exact"]),
        "is_empty": not any(landing.lines for landing in landings),
        "remarks": [(x.entity, said) for x in landings for said in remarks(x)],
        "landings": landings,
    }
    return render(request, "finance/landing.html", context)


@require_safe
@kept
def network_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    landings = landings_of(found, cut_off(request, found, year_asked(request)).until)
    if not landings:
        raise Http404
    return exported(network_table(found, landings), extension)


# -- one chamber ----------------------------------------------------------------------------------


def landing_asked(
    request: Request, network: str, entity: str, year: int
) -> tuple[Network, ChamberLanding]:
    """The landing of a chamber's year that an address is about, or a 404."""
    found = kept_network(request, network)
    subject = chamber_or_404(found, entity)
    if rules.year_fault(year):
        raise Http404
    until = cut_off(request, found, year, subject).until
    return found, landings_of(found, until, [subject])[0]


@require_http_methods(["GET", "HEAD", "POST"])
def of_chamber(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """A chamber's lines, each with its method and its sum in words; the methods, to choose."""
    found, landing = landing_asked(request, network, entity, year)
    if request.method != "POST":
        return _page(request, found, landing)
    require(rules.can_keep_calendar(landing.entity, actor=request.actor))
    typed, wanted, faults = _read(request.POST)
    faults += _unused(landing, typed)
    if faults:
        return _page(request, found, landing, typed, faults, 422)
    try:
        seen = number_seen(request.POST, "version")
        foresee(landing.entity, actor=request.actor, year=year, wanted=wanted, seen=seen)
    except Refusal as refusal:
        status = refusal.denied.status
        return _page(request, found, landing, typed, [refusal.denied.reason], status)
    messages.success(request, "Méthodes enregistrées.")
    return redirect(request.get_full_path())


def _unused(landing: ChamberLanding, typed: Typed) -> list[str]:
    """The amounts typed beside a method that has no use for them: dropped, they would be lost."""
    given = ((line, *typed.get(line.key, ("", ""))) for line in landing.lines)
    return [
        f"Compte {line.account}\u00a0: un montant est saisi, choisir "
        f"«\u00a0{METHOD_LABELS[Method.ENTERED]}\u00a0» pour qu’il compte, ou l’effacer."
        for line, name, text in given
        if text
        and name != Method.ENTERED
        and (parse_amount(text) is None or parse_amount(text) != line.known.entered)
    ]


def _read(form: QueryDict) -> tuple[Typed, Foreseen, list[str]]:
    """The methods sent, everything typed, and what cannot be read."""
    typed: dict[LineKey, tuple[str, str]] = {}
    own: dict[LineKey, tuple[Method, int | None]] = {}
    faults: list[str] = []
    for field in form:
        if not field.startswith("m|") or field.count("|") != 2:
            continue
        _m, account, axis = field.split("|")
        name, text = str(form[field]), form.get(f"a|{account}|{axis}", "").strip()[:60]
        typed[account, axis] = (name, text)
        if name not in set(Method):
            continue
        cents = parse_amount(text) if name == Method.ENTERED and text else None
        if name == Method.ENTERED and cents is None:
            faults.append(
                f"Compte {account}\u00a0: attendu avec «\u00a0Montant saisi\u00a0», {EXPECTED}."
            )
        own[account, axis] = (Method(name), cents)
    default = form.get("defaut", "")
    method = Method(default) if default in set(Method) else Method.REMAINDER
    return typed, Foreseen(method, own), faults


def _page(
    request: Request,
    network: Network,
    landing: ChamberLanding,
    typed: Typed | None = None,
    faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    entity, until = landing.entity, landing.until
    verdict = rules.can_keep_calendar(entity, actor=request.actor)
    table = landing_table(landing)
    if verdict:
        rows = list(table.rows)
        for place, line in enumerate(landing.lines):
            row = list(rows[place])
            row[METHOD_COLUMN] = _control(line, (typed or {}).get(line.key))
            rows[place] = row
        table = replace(table, rows=rows)
    context = chamber_outline(request, "finance:landing", network, entity, until.year) | _choices(
        network, cut_off(request, network, until.year, entity)
    )
    context |= {
        "landing": landing,
        "table": shown(table),
        "verdict": verdict,
        "faults": faults or [],
        "sums": _sums(landing),
        "remarks": remarks(landing),
        "nothing": nothing_told(landing),
        "methods": [(m.value, METHOD_LABELS[m], METHOD_HELP[m]) for m in Method],
        "defaults": [(m.value, METHOD_LABELS[m]) for m in Method if m is not Method.ENTERED],
        "kept": LandingVersion.objects.filter(entity=entity, year=until.year).count(),
        "done": months_done(until.month),
    }
    return render(request, "finance/landing_chamber.html", context, status=status)


def _sums(landing: ChamberLanding) -> list[tuple[str, Added]]:
    """Each class, the result right after charges and products."""
    found = [(CLASSES[digit], landing.added(digit)) for digit in landing.classes]
    place = sum(digit in landing.classes for digit in ("6", "7"))
    return [*found[:place], ("Résultat", landing.result), *found[place:]]


def _control(line: Line, typed: tuple[str, str] | None) -> SafeString:
    """The choice of a line's method, and its amount where it is entered."""
    chosen, amount = typed or (
        line.method.value if line.chosen else "",
        "" if line.known.entered is None else typed_amount(line.known.entered, "\u00a0") or "0",
    )
    options = [("", "Par défaut"), *((m.value, METHOD_LABELS[m]) for m in Method)]
    name, key = line_name(line), f"{line.account}|{line.axis}"
    inside = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if value == chosen else "", label)
         for value, label in options),
    )  # fmt: skip
    return format_html(
        '<select name="m|{0}" aria-label="Méthode, {1}">{2}</select> '
        '<input name="a|{0}" value="{3}" inputmode="decimal" autocomplete="off" '
        'aria-label="Montant saisi, {1}" placeholder="montant">',
        key, name, inside, amount,
    )  # fmt: skip


@require_safe
def export(request: Request, network: str, entity: str, year: int, extension: str) -> HttpResponse:
    _found, landing = landing_asked(request, network, entity, year)
    return exported(landing_table(landing), extension)


class KeepForm(forms.Form):
    note = forms.CharField(
        label="Hypothèse", max_length=MOST_NOTE, required=False,
        help_text="Ce que cette prévision suppose, en une ligne, lue dans l’historique.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """Keep the forecast as it is read now."""
    found, landing = landing_asked(request, network, entity, year)
    verdict = rules.can_keep_calendar(landing.entity, actor=request.actor)
    place = [network, entity, year]
    if request.method == "POST":
        require(verdict)

    def run(note: str = "") -> Done:
        kept = keep_forecast(landing.entity, actor=request.actor, landing=landing, note=note)
        return f"{kept} conservée.", reverse("finance:landing_versions", args=place)

    act = Act(
        "Conserver cette prévision",
        "Conserver",
        reverse("finance:landing_chamber", args=place) + f"?arrete={landing.until.month}",
        "Une prévision conservée ne change plus. Elle se compare aux suivantes, puis au réel.",
        remarks(landing),
        lead=f"{landing.entity.name}, exercice {year}, {landing.until.words}.",
        verdict=verdict,
        grave=True,
        figures=True,
        holds=lambda: landing_table(landing).rows,
        outline=chamber_outline(
            request, "finance:landing", found, landing.entity, year, "Conserver"
        ),
    )
    return act_page(request, act, run, KeepForm(request.POST if request.method == "POST" else None))


HERE = "atterrissage/"
CHAMBER = "atterrissage/<slug:entity>/<int:year>/"
routes = [
    path(HERE, of_network, name="landing"),
    path(f"{HERE}export.<slug:extension>", network_export, name="landing_network_export"),
    path(CHAMBER, of_chamber, name="landing_chamber"),
    path(f"{CHAMBER}export.<slug:extension>", export, name="landing_export"),
    path(f"{CHAMBER}conserver/", keep, name="landing_keep"),
]
