"""The grid of volumes and people: read by year, entered by chamber, unknown kept unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.actions.costs import Count, count_volumes, name_unit
from maillage.costing.engine.benchmarks import INVOICE, benchmark, units
from maillage.costing.engine.volume_table import seen_table, table_of
from maillage.costing.models import ProcessVolume
from maillage.costing.queries.costs import (
    Cell,
    counted_by,
    counted_in,
    finance_processes,
    pair_of,
    row_of,
    volumes_of,
    whole,
    years_counted,
)
from maillage.costing.rules.costs import can_count_of, can_study, count_fault, year_fault
from maillage.costing.views.volume_imports import rows_of, whose
from maillage.kernel.money import parse_count, parse_number, typed_number
from maillage.kernel.period import LAST_YEAR
from maillage.kernel.verdicts import ALLOWED, Denied, Refusal, Verdict, require
from maillage.network.models import Entity, MacroProcess, Network
from maillage.network.queries import chambers_of, every_chamber
from maillage.people.actors import Actor
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.asked import misread
from maillage.ui.downloads import exported
from maillage.ui.fields import sent_number
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on
from maillage.ui.templatetags.ui import pluriel


def year_said(request: Request, years: list[int]) -> int:
    """The year in the address, offered or not; the last one offered where it says no year."""
    asked = parse_count(request.GET.get("annee", ""), LAST_YEAR)
    if asked is None or year_fault(asked):
        misread(request, "annee", str(years[-1]))
        return years[-1]
    return asked


def _editable(chambers: list[Entity], actor: Actor) -> list[Entity]:
    return [e for e in chambers if can_count_of(e, actor=actor)]


def _verdict(editable: list[Entity]) -> Verdict:
    if editable:
        return ALLOWED
    return Denied(
        "Saisir des volumes demande un mandat de rédacteur d’une chambre, de la fonction "
        "finances, ou d’administrateur."
    )


@require_safe
def volumes(request: Request, network: str) -> HttpResponse:
    """One year by chamber, then every year for the network."""
    found = kept_network(request, network)
    every, processes = every_chamber(found), finance_processes(found)
    years = years_counted(found, timezone.localdate())
    year, cells = year_said(request, years), volumes_of(found)
    chambers = counted_in(every, year, cells)
    actor = request.actor
    rows = [row_of(process, chambers, year, cells) for process in processes]
    history = [
        (process, [row_of(process, counted_in(every, one, cells), one, cells) for one in years])
        for process in processes
    ]
    pairs = [pair for row in rows for pair in [*row.pairs, (row.volume, row.fte)]]
    context = outline(request, found, "costing:volumes") | {
        "chambers": chambers,
        "years": years,
        "year": year,
        "rows": rows,
        "fte": [whole(row.pairs[place][1] for row in rows) for place in range(len(chambers))],
        "fte_whole": whole(row.fte for row in rows),
        "history": history if cells else [],
        "named": any(row.unit for row in rows),
        "counted": any(value is not None for pair in pairs for value in pair),
        "has_unknown": any(None in pair for pair in pairs),
        "verdict": _verdict(_editable(chambers, actor)),
        "studies": can_study(found, actor=actor),
        "quartiles": benchmark(INVOICE, "per-fte"),
    }
    return render(request, "costing/volumes.html", context)


@require_safe
def volumes_export(request: Request, network: str, extension: str) -> HttpResponse:
    """Every process, chamber and year of the grid, a row each; empty is not known."""
    found = kept_network(request, network)
    years = years_counted(found, timezone.localdate())
    about = ["Une cellule vide n’est pas renseignée\u00a0: ce n’est pas un zéro."]
    table = table_of(rows_of(found, years), about)
    return exported(seen_table(table, whose(found)) if extension != "json" else table, extension)


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell to type in: names of its fields, what they hold, the version read, what is wrong."""

    key: str
    where: str
    volume: str
    fte: str
    seen: int
    faults: tuple[str, ...] = ()
    read: str = ""
    """What the cell held when it was read."""
    theirs: tuple[str, str] | None = None
    by: str = ""
    """What somebody else has recorded since, and who."""


def _faults(where: str, volume: str, fte: str) -> tuple[str, ...]:
    """Everything that is wrong with a cell, in words."""
    texts = [text for text in (volume, fte) if text.strip() and parse_number(text) is None]
    told = [f"«\u00a0{text[:30]}\u00a0» n’est pas un nombre." for text in texts]
    numbers = [parse_number(text) if text.strip() else None for text in (volume, fte)]
    held = (count_fault(numbers[0], None), count_fault(None, numbers[1]))
    return tuple(f"{where}\u00a0: {fault}" for fault in (*told, *held) if fault)


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of one year for the chambers one may write, typed or stored."""

    year: int
    processes: list[MacroProcess]
    chambers: list[Entity]
    cells: dict[Cell, ProcessVolume]

    def rows(self, typed: QueryDict | None) -> list[tuple[MacroProcess, list[Entry]]]:
        return [
            (process, [self._entry(process, entity, typed) for entity in self.chambers])
            for process in self.processes
        ]

    def _entry(self, process: MacroProcess, entity: Entity, typed: QueryDict | None) -> Entry:
        key, row = f"{process.pk}-{entity.pk}", self.cells.get((process.pk, entity.pk, self.year))
        where = f"{process.name}, {entity.short_name}"
        volume, fte = (typed_number(value) for value in pair_of(row))
        now = Entry(key, where, volume, fte, row.version if row else 0, read=f"{volume}|{fte}")
        if typed is None or typed.get(f"c-{key}") == "theirs":
            return now
        volume, fte = typed.get(f"v-{key}", volume), typed.get(f"f-{key}", fte)
        read = typed.get(f"o-{key}", "")
        if read == f"{volume}|{fte}":
            return now
        seen = sent_number(typed.get(f"s-{key}", "")) or 0
        return Entry(key, where, volume, fte, seen, _faults(where, volume, fte), read)

    def facing(self, entry: Entry, cell: Cell, by: Mapping[Cell, str]) -> Entry:
        """A cell typed upon another value than the one recorded, with both, to be chosen."""
        row = self.cells.get(cell)
        volume, fte = (typed_number(value) for value in pair_of(row))
        version = row.version if row else 0
        if entry.seen == version or (entry.volume, entry.fte) == (volume, fte):
            return entry
        told, who = f"{volume}|{fte}", by.get(cell, "une autre personne")
        return replace(entry, seen=version, read=told, theirs=(volume, fte), by=who)

    def conflicts(
        self, rows: list[tuple[MacroProcess, list[Entry]]], by: Mapping[Cell, str]
    ) -> list[tuple[MacroProcess, list[Entry]]]:
        """The rows, each cell that somebody else has changed facing what is recorded."""
        return [
            (process, [self.facing(entry, (process.pk, entity.pk, self.year), by)
                       for entity, entry in zip(self.chambers, entries, strict=True)])
            for process, entries in rows
        ]  # fmt: skip

    def counts(self, rows: list[tuple[MacroProcess, list[Entry]]]) -> list[Count]:
        return [
            Count(
                process,
                entity,
                self.year,
                parse_number(entry.volume) if entry.volume.strip() else None,
                parse_number(entry.fte) if entry.fte.strip() else None,
                entry.seen,
            )
            for process, entries in rows
            for entity, entry in zip(self.chambers, entries, strict=True)
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def volumes_entry(request: Request, network: str) -> HttpResponse:
    """Type the year's volumes and people of the chambers one may write; empty is not known."""
    found = kept_network(request, network)
    years = years_counted(found, timezone.localdate())
    year, actor = year_said(request, years), request.actor
    editable = _editable(chambers_of(found), actor)
    verdict = _verdict(editable)
    grid = Grid(year, finance_processes(found), editable, volumes_of(found, [year]))
    rows, faults = grid.rows(request.POST if request.method == "POST" else None), []
    if request.method == "POST":
        require(verdict)
        faults = [fault for _p, entries in rows for entry in entries for fault in entry.faults]
        if not faults and (refused := _write(request, found, grid.counts(rows))) is None:
            return redirect(f"{reverse('costing:volumes', args=[network])}?annee={year}")
        if not faults:
            rows = grid.conflicts(rows, counted_by(found, year, actor))
        faults = faults or [str(refused)]
    moved = [entry for _process, entries in rows for entry in entries if entry.theirs]
    context = outline(request, found, "costing:volumes", f"Saisir {year}") | {
        "years": years,
        "year": year,
        "chambers": editable,
        "rows": rows,
        "verdict": verdict,
        "faults": [] if moved else faults,
        "moved": moved,
        "source": request.POST.get("source", ""),
    }
    status = 409 if moved else 422 if faults else 200
    return render(request, "costing/volumes_entry.html", context, status=status)


def _write(request: Request, network: Network, counts: list[Count]) -> str | None:
    """Write the grid; the reason where it is refused."""
    source = request.POST.get("source", "")[:200].strip()
    try:
        changed = count_volumes(network, counts, actor=request.actor, source=source)
    except Refusal as refusal:
        if refusal.denied.status == 403:
            raise
        return refusal.denied.reason
    cells = pluriel(changed, "cellule enregistrée,cellules enregistrées")
    text = f"{cells}." if changed else "Rien n’a changé."
    messages.success(request, text)
    return None


class UnitForm(forms.Form):
    label = forms.CharField(
        label="Unité d’œuvre",
        max_length=80,
        help_text="Ce qui se compte\u00a0: facture fournisseur, bulletin, écriture, mandat…",
    )
    benchmark = forms.ChoiceField(
        label="Repère publié qui compte la même chose",
        required=False,
        choices=[("", "Aucun"), *units().items()],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cost_unit(request: Request, network: str, process: str) -> HttpResponse:
    """Say what is counted for a macro-process."""
    found = kept_network(request, network)
    subject = get_object_or_404(found.processes.select_related("service_unit"), code=process)
    verdict = can_study(found, actor=request.actor)
    if request.method == "POST":
        require(verdict)
    unit = getattr(subject, "service_unit", None)
    initial: dict[str, Any] = {"label": unit.label, "benchmark": unit.benchmark} if unit else {}
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            name_unit(found, subject, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Unité d’œuvre enregistrée.")
            return redirect("costing:volumes", network=network)
    context = outline(request, found, "costing:volumes", subject.name, "Unité d’œuvre") | {
        "process": subject, "form": form, "verdict": verdict,
    }  # fmt: skip
    return render(request, "costing/unit.html", context, status=422 if form.errors else 200)


routes = [
    path("couts/volumes/", volumes, name="volumes"),
    path("couts/volumes/volumes.<str:extension>", volumes_export, name="volumes_export"),
    path("couts/volumes/saisir/", volumes_entry, name="volumes_entry"),
    path("couts/unites/<slug:process>/", cost_unit, name="cost_unit"),
]
