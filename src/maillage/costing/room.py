"""What the costing room hands to the house: its pages and nouns, and what fills its demo."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from maillage.costing.models import AllocationKey, BudgetAxis, CostStudy, RechargeStatement
from maillage.costing.queries.costs import studies_visible_to
from maillage.costing.queries.keys import keys_visible_to, statements_visible_to
from maillage.kernel.rooms import Link, Page, Purpose, Room, rows
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by


def _key_url(key: AllocationKey) -> str:
    return reverse("costing:key", args=[key.network.code, key.pk])


def _axes(actor: Actor) -> QuerySet[BudgetAxis]:
    return BudgetAxis.objects.filter(network__in=networks_held_by(actor)).select_related("network")


def _axes_url(axis: BudgetAxis) -> str:
    return reverse("costing:budget_axes", args=[axis.network.code])


def _recharge_url(statement: RechargeStatement) -> str:
    place = [statement.network.code, statement.year, statement.number]
    return reverse("costing:recharge", args=place)


def _study_url(study: CostStudy) -> str:
    return reverse("costing:cost_study", args=[study.network.code, study.pk])


def _study_title(study: CostStudy) -> str:
    return f"{study.process.name} {study.year}"


def axis_names(network: str, actor: Actor) -> Iterable[Link]:
    """What the codes that books write are called; each link's `kind` is the code."""
    for axis in _axes(actor).filter(network__code=network):
        yield Link(axis.name, _axes_url(axis), axis.code)


def demo(network: Network) -> None:
    from maillage.costing.demo import fill

    fill(network)


ROOM = Room(
    code="costing",
    label="Finances",
    purpose=Purpose.MANAGE,
    pages=(
        Page("costing:budget_axes", "Plan analytique", "Budgets"),
        Page("costing:keys", "Clés", "Clés et refacturations"),
        Page("costing:recharges", "Refacturations", "Clés et refacturations", year="annee"),
        Page("costing:costs", "Coût de service", "Coûts et volumes"),
        Page("costing:volumes", "Volumes et ETP", "Coûts et volumes", year="annee"),
    ),
    urls="maillage.costing.urls",
    documentation="guide/investir-repartir-chiffrer.md",
    nouns={
        "finance.axis": rows(_axes, url=_axes_url),
        "finance.key": rows(keys_visible_to, url=_key_url),
        "finance.recharge": rows(statements_visible_to, url=_recharge_url),
        "finance.study": rows(studies_visible_to, _study_title, _study_url),
    },
    offers={"ledger.axes": axis_names},
    demo=demo,
)
