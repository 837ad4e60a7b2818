"""What the finance room hands to the house: its pages, its words, what awaits, what it fills."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from maillage.costing.models import Budget, BudgetAxis
from maillage.costing.queries.budgets import budgets_visible_to, years_of
from maillage.kernel.deadlines import State
from maillage.kernel.money import euros
from maillage.kernel.period import french_date
from maillage.kernel.rooms import (
    ACTS,
    Awaiting,
    Findable,
    Found,
    Happened,
    Indexed,
    Link,
    Page,
    Purpose,
    Room,
    rows,
)
from maillage.ledger.rules import can_deposit
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of, in_chain
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by
from maillage.workspaces.finance.engine.calendar import Due
from maillage.workspaces.finance.figures import bridge_url, figures
from maillage.workspaces.finance.models import (
    AssemblyDate,
    CalendarEntry,
    CashPlan,
    Investment,
    Landing,
    LandingVersion,
)
from maillage.workspaces.finance.queries.calendar import dues_of
from maillage.workspaces.finance.queries.cash import plans_visible_to
from maillage.workspaces.finance.queries.investments import investments_visible_to
from maillage.workspaces.finance.queries.landing import landings_visible_to, versions_visible_to
from maillage.workspaces.finance.rules import budgets as rules

BUDGETS, STEERING = "Budgets", "Pilotage"
OF_BOARD = "pourquoi résultat indicateurs évolution passage réseau"
"""What one asks that the dashboard draws."""
VOTE_WORDS = {"voted_body": "Instance", "voted_on": "Séance", "voted_act": "Délibération"}
"""What of a vote may be corrected."""
TOLD, DATES = 12, 6
"""Lines of an event told one by one, and dates to come, at most."""
STEPS = {
    "draft": ("à saisir et à voter", rules.can_vote, "Saisir"),
    "voted": ("à envoyer à l’autorité", rules.can_send, "Envoyer"),
    "sent": ("réponse de l’autorité à enregistrer", rules.can_approve, "Enregistrer"),
}
"""The next step of a budget, its guard and its verb, by its state."""


def _budget_url(budget: Budget) -> str:
    return reverse("finance:budget", args=[budget.network.code, budget.pk])


def _investment_url(investment: Investment) -> str:
    place = [investment.network.code, investment.entity.code, investment.code]
    return reverse("finance:investment", args=place)


def _of_calendar(model: type[Any]) -> Callable[[Actor], Any]:
    def visible_to(actor: Actor) -> Any:
        rows_of = model.objects.filter(entity__network__in=networks_held_by(actor))
        return rows_of.select_related("entity__network")

    return visible_to


def _calendar_title(row: AssemblyDate | CalendarEntry) -> str:
    return f"{row}, {row.entity.short_name}"


def _calendar_url(row: AssemblyDate | CalendarEntry) -> str:
    place = [row.entity.network.code, row.entity.code, row.year]
    return reverse("finance:calendar_chamber", args=place)


def _cash_url(row: CashPlan) -> str:
    place = [row.entity.network.code, row.entity.code, row.year]
    return reverse("finance:cash_chamber", args=place)


def _landing_title(row: Landing | LandingVersion | CashPlan) -> str:
    return f"{row}, {row.entity.short_name}"


def _landing_url(row: Landing) -> str:
    place = [row.entity.network.code, row.entity.code, row.year]
    return reverse("finance:landing_chamber", args=place)


def _forecast_url(row: LandingVersion) -> str:
    place = [row.entity.network.code, row.entity.code, row.year]
    return reverse("finance:landing_versions", args=place)


def _budget_title(budget: Budget) -> str:
    return f"{budget}, {budget.entity.short_name}"


def _euros(months: list[int] | None) -> str:
    """A budget line's year, "∅" where there is no line."""
    return "∅" if months is None else euros(sum(months))


def _said(value: str) -> str:
    """A date as it is written, any other text as it is."""
    try:
        return french_date(dt.date.fromisoformat(value))
    except ValueError:
        return value


def tell(events: Sequence[Happened], actor: Any) -> Iterator[tuple[str, ...]]:
    """What each event of finance changed, axes by their names: one query for all of them."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    if any("amounts" in event.diff for event in events):
        codes = {event.chain.removeprefix("network:") for event in events}
        held = BudgetAxis.objects.filter(network__code__in=codes).order_by()
        for network, code, name in held.values_list("network__code", "code", "name"):
            names[f"network:{network}"][code] = name
    for event in events:
        yield tuple(details(event.diff, names[event.chain]))


def details(diff: Mapping[str, Any], axes: Mapping[str, str]) -> Iterator[str]:
    """What an event of finance changed, in words; `axes` are called by name."""
    for name, (before, after) in diff.get("vote", {}).items():
        yield f"{VOTE_WORDS.get(name, name)}\u00a0: {_said(before)} → {_said(after)}"
    if "vote" in diff:
        yield f"Raison\u00a0: {diff['reason']}"
    amounts = diff.get("amounts", {})
    for key, (before, after) in list(amounts.items())[:TOLD]:
        account, _, axis = key.partition("|")
        place = f"{account}, {axes.get(axis, axis)}" if axis else account
        yield f"{place} : {_euros(before)} → {_euros(after)}"
    if len(amounts) > TOLD:
        yield f"et {len(amounts) - TOLD} autres lignes"
    for key, (before, after) in list(diff.get("hypotheses", {}).items())[:TOLD]:
        yield f"{key.partition('|')[0]}, hypothèse : {before or '∅'} → {after or '∅'}"
    if "amounts_count" in diff:
        yield f"{diff['amounts_count']} lignes"


def steps(actor: Actor, network: Network, year: int) -> Iterator[Awaiting]:
    """The next step of each budget, around a year, that is this actor's to take."""
    open_budgets = Budget.objects.filter(
        network=network, year__in=[year - 1, year, year + 1], status__in=STEPS
    ).select_related("network", "entity")
    for budget in open_budgets:
        step, guard, verb = STEPS[budget.status]
        if guard(budget, actor=actor):
            since = budget.sent_on or budget.voted_on or timezone.localdate(budget.created_at)
            yield Awaiting(step, _budget_url(budget), _budget_title(budget), since=since, verb=verb)


def awaits(actor: Actor, network: Network) -> Iterable[Awaiting]:
    """Budgets to take a step further, deadlines late or near in the chambers one keeps."""
    today = timezone.localdate()
    chambers = chambers_of(network)
    kept = [e for e in chambers if rules.can_keep(e, actor=actor)]
    return [*steps(actor, network, today.year), *_deadlines(network, kept or chambers, bool(kept))]


def _deadlines(network: Network, chambers: list[Entity], keeps: bool) -> Iterator[Awaiting]:
    """What is late, which is an act for whoever keeps the chamber; then the next dates, each once
    with the chambers it is the same for."""
    today = timezone.localdate()
    by_code = {entity.code: entity for entity in chambers}
    coming: dict[tuple[str, dt.date | None], list[Due]] = {}
    for due in dues_of(network, years_of(network, today), today, chambers):
        if due.state is State.LATE and keeps:
            yield _due(network, [due], by_code, act=True)
        elif due.state is State.AHEAD:
            coming.setdefault((due.deadline.label, due.day), []).append(due)
    for dues in list(coming.values())[:DATES]:
        yield _due(network, dues, by_code, act=False)


def _due(network: Network, dues: list[Due], chambers: dict[str, Entity], *, act: bool) -> Awaiting:
    """A deadline of one chamber, on its page; or the same of several, on the year's."""
    first = dues[0]
    about = ", ".join(chambers[due.entity].short_name for due in dues)
    if len(dues) > 1:
        url = f"{reverse('finance:calendar', args=[network.code])}?annee={first.year}"
        about = "toutes les chambres" if len(dues) == len(chambers) else about
    else:
        place = [network.code, first.entity, first.year]
        url = reverse("finance:calendar_chamber", args=place)
    what = f"{first.deadline.label}, {first.year}"
    return Awaiting(what, url, about, first.day, act=act, verb="Répondre")


def _budgets(chain: str) -> Iterator[Findable]:
    """For the members of the network, the last exercises first."""
    for row in in_chain(Budget.objects.select_related("network", "entity"), chain):
        yield Findable(
            str(row.pk),
            row.network.chain,
            _budget_title(row),
            _budget_url(row),
            row.network.name,
            (row.entity.name, "budget"),
            row.network.chain,
            -row.year,
        )


def _investments(chain: str) -> Iterator[Findable]:
    for row in in_chain(Investment.objects.select_related("network", "entity"), chain):
        yield Findable(
            str(row.pk),
            row.network.chain,
            row.title,
            _investment_url(row),
            row.network.name,
            (),
            row.network.chain,
        )


def of_axis(key: str, actor: Actor) -> list[Link]:
    """What its page offers on an axis of the analytical plan: that axis across the chambers."""
    network, code = key.split("/")
    return [Link("À travers les chambres", reverse("finance:budget_action", args=[network, code]))]


def of_chamber(key: str, actor: Actor) -> list[Link]:
    """`key` is "network/chamber", codes."""
    network, chamber = key.split("/")
    year = timezone.localdate().year
    url = reverse("finance:calendar_chamber", args=[network, chamber, year])
    return [Link("Calendrier financier", url)]


def of_result(key: str, actor: Actor) -> list[Link]:
    """`key` is "network/year": what moved the result of that year."""
    network, year = key.split("/")
    return [Link("Pourquoi ce résultat", bridge_url(network, int(year)))]


def of_dates(key: str, actor: Actor) -> list[Link]:
    """What one takes away of the dates of a network, or of a chamber of it: "network/chamber"."""
    network, _, chamber = key.partition("/")
    url = reverse("finance:calendar_ics", args=[network])
    if chamber:
        url = reverse("finance:calendar_chamber_ics", args=[network, chamber])
    return [
        Link("Agenda (ICS)", url),
        Link("Calendrier", reverse("finance:calendar", args=[network])),
    ]


def acts(actor: Actor, networks: Sequence[Network]) -> Iterator[Found]:
    """What is begun from a page of finance, by whoever keeps the accounts of some chamber."""
    for network in networks:
        if can_deposit(network, actor=actor):
            year = timezone.localdate().year
            new = f"{reverse('finance:budget_new', args=[network.code])}?annee={year}"
            yield Found(ACTS, f"Ouvrir un budget {year}", new, network.name, "créer saisir nouveau")
            late = f"{reverse('finance:calendar', args=[network.code])}#retards"
            yield Found(ACTS, "Répondre à une échéance", late, network.name, "retard date séance")


def demo(network: Network) -> None:
    from maillage.workspaces.finance.demo import fill

    fill(network)


ROOM = Room(
    code="finance",
    label="Finances",
    purpose=Purpose.MANAGE,
    pages=(
        Page("finance:home", "Vue d’ensemble"),
        Page("finance:dashboard", "Tableaux de bord", year="annee", words=OF_BOARD),
        Page("finance:calendar", "Calendrier", year="annee"),
        Page("finance:budgets", "Par chambre", BUDGETS, year="annee"),
        Page("finance:budget_comparison", "Comparaison", BUDGETS, year="annee"),
        Page("finance:budget_consolidation", "Consolidation", BUDGETS, year="annee"),
        Page("finance:budget_financing", "CAF et financement", BUDGETS, year="annee"),
        Page("finance:budget_actions", "Actions", BUDGETS, year="annee"),
        Page("finance:landing", "Atterrissage", STEERING, year="annee"),
        Page("finance:cash", "Trésorerie", STEERING, year="annee"),
        Page("finance:investments", "Investissement"),
    ),
    urls="maillage.workspaces.finance.urls",
    documentation="guide/budgets.md",
    nouns={
        "finance.budget": rows(budgets_visible_to, _budget_title, _budget_url),
        "finance.assembly": rows(_of_calendar(AssemblyDate), _calendar_title, _calendar_url),
        "finance.calendar": rows(_of_calendar(CalendarEntry), _calendar_title, _calendar_url),
        "finance.landing": rows(landings_visible_to, _landing_title, _landing_url),
        "finance.cash": rows(plans_visible_to, _landing_title, _cash_url),
        "finance.forecast": rows(versions_visible_to, _landing_title, _forecast_url),
        "finance.investment": rows(investments_visible_to, url=_investment_url),
    },
    tells={"finance.": tell},
    offers={
        "network.entity": of_chamber,
        "costing.axis": of_axis,
        "ledger.result": of_result,
        "portal.dates": of_dates,
    },
    awaits=awaits,
    figures=figures,
    acts=acts,
    indexes=(
        Indexed(
            "finance.budget",
            "Budgets",
            _budgets,
            ("finance.budget.", "finance.forecast.", "network.entity.", "network.network."),
        ),
        Indexed(
            "finance.investment",
            "Investissements",
            _investments,
            ("finance.investment.", "network.network."),
        ),
    ),
    demo=demo,
)
