"""The statutory calendar: what is due in every chamber, what is late, dates of assemblies, ICS."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.signing import Signer
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.engine.budgets import KIND_LABELS, Kind
from maillage.costing.queries.budgets import years_of
from maillage.costing.queries.costs import years_offered
from maillage.kernel.deadlines import STATE_WORDS, State
from maillage.kernel.period import french_date
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.papers import icalendar
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.downloads import attachment, exported
from maillage.ui.fields import DayField
from maillage.ui.outline import outline
from maillage.workspaces.finance.actions import meet_deadline, plan_assemblies, reopen_deadline
from maillage.workspaces.finance.engine.calendar import Due, coming, overrun
from maillage.workspaces.finance.engine.calendar_file import shipped_calendar
from maillage.workspaces.finance.models import AssemblyDate
from maillage.workspaces.finance.queries.calendar import budget_label, dues_of, late
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.rules.budgets import year_fault
from maillage.workspaces.finance.views.due_tables import dues_shown
from maillage.workspaces.finance.views.page import chamber_or_404, year_asked


def told(found: list[Due], entities: list[Entity]) -> list[tuple[Due, Entity]]:
    by_code = {entity.code: entity for entity in entities}
    return [(due, by_code[due.entity]) for due in found]


@require_safe
def calendar(request: Request, network: str) -> HttpResponse:
    """What is late and what is due next in any exercise, then a year, chamber by chamber."""
    found, today = kept_network(request, network), timezone.localdate()
    chambers, actor = chambers_of(found), request.actor
    asked_for = [e for e in chambers if e.code == request.GET.get("chambre")]
    chambers = asked_for or chambers
    years = years_of(found, today)
    asked = year_asked(request)
    every = dues_of(found, sorted({*years, asked}), today, chambers)
    ahead = coming(every)
    year = asked if "annee" in request.GET or not ahead else ahead[0].year
    soon = told(ahead, chambers)
    context = outline(request, found, "finance:calendar") | {
        "year": year,
        "years": years_offered(found, today),
        "chambers": chambers,
        "only": asked_for[0] if asked_for else None,
        "every": f"?annee={year}",
        "kept": [e for e in chambers if rules.can_keep(e, actor=actor)],
        "late": dues_shown("En retard", told(late(every), chambers), found),
        "coming": dues_shown("À venir", soon[:SHOWN], found),
        "then": dues_shown("Plus tard", soon[SHOWN:], found),
        "table": _table([due for due in every if due.year == year], chambers),
        "feed": feed_url(request, found),
        "today": today,
    }
    return render(request, "finance/calendar.html", context)


SHOWN = 12
"""Deadlines to come in sight; the others open below them."""


def _table(dues: list[Due], chambers: list[Entity]) -> list[tuple[Any, list[list[Due]]]]:
    """Deadlines in the order of the calendar, the dues of each chamber beside each other."""
    held: dict[tuple[str, str], list[Due]] = {}
    for due in dues:
        held.setdefault((due.deadline.code, due.entity), []).append(due)
    rows = []
    for deadline in shipped_calendar().deadlines:
        cells = [held.get((deadline.code, entity.code), []) for entity in chambers]
        if any(cells):
            rows.append((deadline, cells))
    return rows


class AssembliesForm(forms.Form):
    """When the assembly sits for each kind of budget; an empty date is none."""

    initial_on = DayField(label="Vote du budget primitif", required=False)
    revised_on = DayField(label="Vote du prochain budget rectifié", required=False)
    executed_on = DayField(label="Vote du budget exécuté", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def chamber(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """One chamber's year: its assemblies, each deadline, and what one may say of it."""
    found = kept_network(request, network)
    subject = chamber_or_404(found, entity)
    if year_fault(year):
        raise Http404
    form = AssembliesForm(
        request.POST if "seances" in request.POST else None, initial=_dates(subject, year)
    )
    refusal = ""
    if request.method == "POST":
        try:
            if _done(request, subject, year, form):
                return redirect(request.path)
        except Refusal as refused:
            if refused.denied.status == 403:
                raise
            refusal = refused.denied.reason
    return _chamber_page(request, found, subject, year, form, refusal)


def _chamber_page(
    request: Request,
    network: Network,
    entity: Entity,
    year: int,
    form: forms.Form,
    refusal: str,
) -> HttpResponse:
    verdict = rules.can_keep(entity, actor=request.actor)
    today = timezone.localdate()
    here = f"{entity.short_name}, {year}"
    context = outline(request, network, "finance:calendar", here) | {
        "entity": entity,
        "year": year,
        "years": years_offered(network, today),
        "dues": dues_of(network, [year], today, [entity]),
        "form": form,
        "verdict": verdict,
        "refusal": refusal,
        "overruns": _overruns(entity, year),
        "feed": feed_url(request, network, entity.code),
        "today": today,
    }
    status = 422 if refusal or form.errors else 200
    return render(request, "finance/calendar_chamber.html", context, status=status)


def _overruns(entity: Entity, year: int) -> list[str]:
    """The sittings planned after the day the texts give, each with that day and its source."""
    told = []
    for row in AssemblyDate.objects.filter(entity=entity, year=year):
        found = overrun(shipped_calendar().deadlines, entity.kind, row.kind, year, row.on)
        if found:
            deadline, day = found
            told.append(
                f"{row.get_kind_display()} {year}\u00a0: séance du {french_date(row.on)}, après "
                f"l’échéance du {french_date(day)} ({deadline.source})."
            )
    return told


def _dates(entity: Entity, year: int) -> dict[str, Any]:
    rows = AssemblyDate.objects.filter(entity=entity, year=year)
    return {f"{row.kind}_on": row.on for row in rows}


def _done(request: Request, entity: Entity, year: int, form: AssembliesForm) -> bool:
    """Do what was asked; False where the form of assemblies does not hold."""
    actor, given = request.actor, request.POST
    if "seances" in given:
        if not form.is_valid():
            return False
        sittings = {kind.value: form.cleaned_data[f"{kind.value}_on"] for kind in Kind}
        plan_assemblies(entity, actor=actor, year=year, sittings=sittings)
        messages.success(request, "Dates de séance enregistrées.")
    elif "rouvrir" in given:
        reopen_deadline(entity, actor=actor, year=year, key=given["rouvrir"][:60])
        messages.success(request, "Échéance rouverte.")
    else:
        day = _day(given.get("fait_le", ""))
        key = given.get("echeance", "")[:60]
        meet_deadline(entity, actor=actor, year=year, key=key, on=day, note=given.get("note", ""))
        messages.success(request, "Échéance notée comme faite.")
    return True


def _day(text: str) -> Any:
    field = forms.DateField(label="Date", required=False)
    try:
        return field.clean(text)
    except forms.ValidationError:
        return None


SALT = "finance.calendar"


def feed_url(request: Request, network: Network, chamber: str = "") -> str:
    """The address of a chamber's deadlines, or of all, for whoever asks; "" for nobody."""
    identity = request.actor.identity
    if not identity:
        return ""
    signed = Signer(salt=SALT).sign_object([network.code, chamber, identity])
    return request.build_absolute_uri(reverse("finance:calendar_feed", args=[network.code, signed]))


@require_safe
def ics(request: Request, network: str, entity: str = "") -> HttpResponse:
    """The deadlines of every exercise, of a chamber or of all, for a diary."""
    code = entity or request.GET.get("chambre", "")
    return diary(request, kept_network(request, network), code)


def diary(request: Request, network: Network, code: str) -> HttpResponse:
    """What is due in every exercise, in the chamber of that code or in all ("")."""
    today = timezone.localdate()
    chambers = [chamber_or_404(network, code)] if code else chambers_of(network)
    whose = chambers[0].short_name if code else network.name
    dues = dues_of(network, sorted(years_of(network, today)), today, chambers)
    events = [
        _event(request, network, due, entity)
        for due, entity in told(dues, chambers)
        if due.day is not None and due.state is not State.DONE
    ]
    data = icalendar.write(f"Échéances budgétaires, {whose}", events, timezone.now())
    name = f"echeances-{'-'.join(filter(None, [network.code, code]))}.ics"
    return attachment(data, "text/calendar; charset=utf-8", name)


def _event(request: Request, network: Network, due: Due, entity: Entity) -> icalendar.DayEvent:
    assert due.day is not None
    url = reverse("finance:calendar_chamber", args=[network.code, entity.code, due.year])
    lines = [
        f"{due.budget or KIND_LABELS.get(due.deadline.budget, 'Exercice')} {due.year}",  # type: ignore[call-overload]
        f"Source\u00a0: {due.deadline.source}",
        f"Échéance\u00a0: {french_date(due.day)}",
        request.build_absolute_uri(url),
    ]
    uid = f"{network.code}-{entity.code}-{due.year}-{due.key}@maillage"
    summary = f"{entity.short_name}\u00a0: {due.deadline.label} ({due.year})"
    return icalendar.DayEvent(uid, due.day, summary, "\n".join(lines))


DUES = (
    *(Column("Chambre", width=28), Column("Échéance", width=50), Column("Budget", width=24)),
    *(Column("Jour", "date", 12), Column("État", width=24), Column("Fait le", "date", 12)),
    Column("Source", width=30),
)


@require_safe
def dues_export(request: Request, network: str, extension: str) -> HttpResponse:
    """Every deadline of every chamber over a year, what is late first."""
    found, year = kept_network(request, network), year_asked(request)
    chambers = chambers_of(found)
    rows = [
        (entity.name, due.deadline.label, budget_label(due), due.day,
         STATE_WORDS[due.state], due.done_on, due.deadline.source)
        for due, entity in told(dues_of(found, [year], timezone.localdate(), chambers), chambers)
    ]  # fmt: skip
    return exported(Table(f"Échéances {year}", DUES, rows, labels=2), extension)


routes = [
    path("calendrier/", calendar, name="calendar"),
    path("calendrier/export.<slug:extension>", dues_export, name="calendar_export"),
    path("calendrier/echeances.ics", ics, name="calendar_ics"),
    path("calendrier/<slug:entity>/echeances.ics", ics, name="calendar_chamber_ics"),
    path("calendrier/<slug:entity>/<int:year>/", chamber, name="calendar_chamber"),
]
