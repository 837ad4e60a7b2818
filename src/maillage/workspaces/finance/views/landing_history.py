"""Forecasts kept: their list, two of them compared, what happened, a revised budget from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.engine.budgets import CLASSES, class_of, number_of, row_order, variance
from maillage.costing.queries.budgets import axes_of
from maillage.kernel.absence import sum_told, told
from maillage.kernel.money import parse_count
from maillage.kernel.period import french_date, last_of_month
from maillage.kernel.verdicts import require
from maillage.people.queries import kept_network, names_of
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.asked import misread
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported
from maillage.ui.tables import shown
from maillage.workspaces.finance.actions.landing import revise_from_forecast
from maillage.workspaces.finance.engine.landing import LineKey, accuracy, place
from maillage.workspaces.finance.models import LandingVersion
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.queries.landing import actuals_of, versions_visible_to
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.landing import CHAMBER
from maillage.workspaces.finance.views.page import chamber_or_404, chamber_outline

Cents = Mapping[LineKey, int | None]


def _versions(request: Request, network: str, entity: str, year: int) -> list[LandingVersion]:
    visible = versions_visible_to(request.actor)
    return list(
        visible.filter(entity__network__code=network, entity__code=entity, year=year).order_by(
            "number"
        )
    )


def _asked(request: Request, versions: Sequence[LandingVersion]) -> list[LandingVersion]:
    """The two forecasts to compare: as the address says, else the last two (or the only one)."""
    by_number = {version.number: version for version in versions}
    numbers = [parse_count(request.GET.get(name, ""), 10_000) for name in ("de", "a")]
    for name, number in zip(("de", "a"), numbers, strict=True):
        if number not in by_number:
            misread(request, name, "les deux dernières prévisions")
    chosen = [by_number[n] for n in numbers if n in by_number]
    return chosen if len(chosen) == 2 else list(versions[-2:])


def _cents(version: LandingVersion) -> dict[LineKey, int | None]:
    return {(line["account"], line["axis"]): line["forecast"] for line in version.lines}


def _label(version: LandingVersion) -> str:
    day = french_date(last_of_month(version.year, version.month))
    return f"N°\u00a0{version.number}, au {day}"


def compared(
    title: str,
    versions: Sequence[LandingVersion],
    actual: Mapping[LineKey, int] | None,
    no_actual: str,
    names: Mapping[str, str],
) -> Table:
    """Each line of the forecasts, what separates the last from the first, what happened of it and
    how far each was, in percent."""
    sides: list[Cents] = [_cents(version) for version in versions]
    keys = sorted({key for side in sides for key in side}, key=lambda k: (row_order(k[0]), k[1]))
    done = _placed(keys, actual)
    keys = sorted({*keys, *done}, key=lambda k: (row_order(k[0]), k[1]))
    rows: list[Sequence[Any]] = [
        [f"{number_of(a)} {account_name(a)}", names.get(axis, axis),
         *_cells([side.get((a, axis), 0) for side in sides],
                 None if actual is None else done.get((a, axis), 0), no_actual)]
        for a, axis in keys
    ]  # fmt: skip
    for digit, name in CLASSES.items():
        held = [key for key in keys if class_of(key[0]) == digit]
        if held:
            sums = [sum_told([side.get(key, 0) for key in held]) for side in sides]
            reached = None if actual is None else sum(done.get(key, 0) for key in held)
            cells = _cells(sums, reached, no_actual)
            rows.append(Sum((f"Total des {name.lower()}", "", *cells)))
    columns = [Column("Compte", width=36), Column("Axe", width=18)]
    columns += [Column(_label(v), "figure", 18) for v in versions]
    if len(versions) == 2:
        columns += [Column("Écart", "figure", 16), Column("Écart en %", "decimal", 10)]
    columns.append(Column("Réel", "figure", 16))
    columns += [Column(f"Erreur du n°\u00a0{v.number} en %", "decimal", 12) for v in versions]
    about = [f"N°\u00a0{v.number}\u00a0: {v.note}" for v in versions if v.note]
    if no_actual:
        about.append(f"Réel non renseigné\u00a0: {no_actual}")
    return Table(title, columns, rows, about, labels=2)


def _placed(keys: Sequence[LineKey], actual: Mapping[LineKey, int] | None) -> dict[LineKey, int]:
    """What happened, on the lines that foresaw it; a forecast without axis takes them all."""
    found: dict[LineKey, int] = {}
    plain = not any(axis for _account, axis in keys)
    for (account, axis), cents in (actual or {}).items():
        key = place(keys, account, "" if plain else axis)
        found[key] = found.get(key, 0) + cents
    return found


def _cells(values: Sequence[int | None], actual: int | None, no_actual: str) -> list[Any]:
    cells: list[Any] = [told(value, "sans prévision") for value in values]
    if len(values) == 2:
        gap = variance(*values)
        cells += [told(gap.cents, "sans prévision"), gap.percent]
    cells.append(told(actual, no_actual))
    return cells + [accuracy(value, actual) for value in values]


def _table(
    request: Request, network: str, entity: str, year: int
) -> tuple[list[LandingVersion], list[LandingVersion], Table | None]:
    versions = _versions(request, network, entity, year)
    chosen = _asked(request, versions)
    if not chosen:
        return versions, chosen, None
    actual, why = actuals_of(chosen[0].entity, year)
    title = f"Prévisions {year}, {chosen[0].entity.short_name}"
    names = {axis.code: axis.name for axis in axes_of(chosen[0].entity.network)}
    return versions, chosen, compared(title, chosen, actual, why, names)


@require_safe
def history(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """The forecasts kept of a chamber's year, two of them side by side with what happened."""
    found = kept_network(request, network)
    subject = chamber_or_404(found, entity)
    versions, chosen, table = _table(request, network, entity, year)
    names = names_of({version.kept_by for version in versions})
    verdict = rules.can_keep_calendar(subject, actor=request.actor)
    asked = cents_asked(request)
    context = chamber_outline(
        request, "finance:landing", found, subject, year, "Prévisions conservées"
    ) | {
        **asked,
        "versions": [(v, names.get(v.kept_by, ""), last_of_month(year, v.month)) for v in versions],
        "chosen": [version.number for version in chosen],
        "table": shown(table, cents=asked["exact"]) if table else None,
        "about": table.filters if table else [],
        "verdict": verdict,
    }
    return render(request, "finance/landing_history.html", context)


@require_safe
def history_export(
    request: Request, network: str, entity: str, year: int, extension: str
) -> HttpResponse:
    found = kept_network(request, network)
    subject = chamber_or_404(found, entity)
    table = _table(request, network, entity, year)[2]
    nothing = Table(f"Prévisions {year}, {subject.short_name}", [Column("Compte")], [])
    return exported(table or nothing, extension)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: Request, network: str, entity: str, year: int, number: int) -> HttpResponse:
    """A revised budget from a forecast: what it entails, then the act."""
    found = kept_network(request, network)
    visible = versions_visible_to(request.actor).filter(entity__network=found, entity__code=entity)
    version = get_object_or_404(visible, year=year, number=number)

    verdict = rules.can_revise_from(version, actor=request.actor)
    if request.method == "POST":
        require(verdict)

    def run() -> Done:
        draft = revise_from_forecast(version, actor=request.actor)
        return f"{draft} préparé.", reverse("finance:budget", args=[network, draft.pk])

    act = Act(
        "Préparer un budget rectifié d’après cette prévision",
        "Préparer le budget rectifié",
        reverse("finance:landing_versions", args=[network, entity, year]),
        "Le prochain budget rectifié s’ouvre en préparation\u00a0: les mois faits au réalisé, les "
        "suivants à ce qui reste prévu. Rien n’est voté.",
        lead=f"{version}, {version.entity.name}.",
        verdict=verdict,
        outline=chamber_outline(
            request, "finance:landing", found, version.entity, year, "Rectifier"
        ),
    )
    return act_page(request, act, run)


KEPT = f"{CHAMBER}previsions/"
routes = [
    path(KEPT, history, name="landing_versions"),
    path(f"{KEPT}export.<slug:extension>", history_export, name="landing_versions_export"),
    path(f"{KEPT}<int:number>/rectifier/", revise, name="landing_revise"),
]
