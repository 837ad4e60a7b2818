"""What finance counts of a network or of one chamber: budgets in force, their execution, delays.

Knows which page shows exactly what is counted. What is not recorded has no figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from maillage.costing.queries.budgets import year_of, years_of
from maillage.kernel.money import number
from maillage.kernel.period import MONTHS
from maillage.kernel.rooms import Figure
from maillage.ledger.queries.books import current_files, last_told
from maillage.ledger.queries.reach import reach_of
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.actors import Actor
from maillage.workspaces.finance.queries.calendar import dues_of, late
from maillage.workspaces.finance.queries.overview import chamber_line


def bridge_url(network: str, year: int) -> str:
    """Where the dashboard draws what moved the result of a year."""
    return f"{reverse('finance:dashboard', args=[network])}?annee={year}#passage"


def figures(actor: Actor, network: Network, chamber: Entity | None) -> Iterator[Figure]:
    if not actor.sees(network.pk):
        return
    today = timezone.localdate()
    chambers = chambers_of(network)
    if chamber is not None:
        chambers = [one for one in chambers if one.pk == chamber.pk]
    if not chambers:
        return
    if chamber is None:
        yield from _why(network)
        yield from _voted(network, chambers, today.year)
    else:
        yield from _budget(network, chambers[0], today)
    yield from _late(network, chambers, today, chamber)


def _why(network: Network) -> Iterator[Figure]:
    """What moved the last result told, drawn."""
    year = last_told(current_files(network))
    if year is not None:
        url = bridge_url(network.code, year)
        about = f"ce qui l’a changé depuis {year - 1}"
        yield Figure(str(year), "pourquoi ce résultat", url, about)


def _voted(network: Network, chambers: list[Entity], year: int) -> Iterator[Figure]:
    view = year_of(network, year, chambers=chambers, books=())
    voted = sum(view.in_force(one) is not None for one in chambers)
    if view.budgets:
        url = f"{reverse('finance:home', args=[network.code])}?annee={year}"
        value = f"{number(voted)}\u00a0sur\u00a0{number(len(chambers))}"
        yield Figure(value, f"budgets {year} en vigueur", url)


def _budget(network: Network, chamber: Entity, today: dt.date) -> Iterator[Figure]:
    """How far the budget in force is executed, at the last ended month all books cover."""
    year, books = today.year, current_files(network)
    month = reach_of(network, year, books).usual(today).month
    view = year_of(network, year, chambers=[chamber], month=month, books=books)
    line = chamber_line(view, chamber)
    if line.budget is None:
        return
    if line.rate is None:
        url = reverse("finance:budget", args=[network.code, line.budget.pk])
        yield Figure(str(line.budget), "en vigueur", url)
    else:
        url = f"{reverse('finance:home', args=[network.code])}?annee={year}"
        label = f"des charges budgétées, à fin {MONTHS[month - 1]}"
        yield Figure(f"{number(line.rate, 1)}\u00a0%", label, url, str(line.budget))


def _late(
    network: Network, chambers: list[Entity], today: dt.date, chamber: Entity | None
) -> Iterator[Figure]:
    count = len(late(dues_of(network, years_of(network, today), today, chambers)))
    if count:
        label = "échéance en retard" if count == 1 else "échéances en retard"
        asked = f"?chambre={chamber.code}" if chamber else ""
        url = f"{reverse('finance:calendar', args=[network.code])}{asked}#retards"
        yield Figure(number(count), label, url, is_late=True)
