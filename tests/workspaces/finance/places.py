"""The finances of a network: who gets what, and where. Told apart: budgets, then investments."""

from __future__ import annotations

from tests.architecture.answers import Rows
from tests.architecture.world import Given, World
from tests.workspaces.finance import budget_places, investment_places, steering_places

TABLE: dict[str, Rows] = {
    **budget_places.TABLE,
    **investment_places.TABLE,
    **steering_places.TABLE,
}


def furnish(world: World) -> Given:
    plan = investment_places.furnish(world.network, world.people.finances.actor.identity)
    steering = steering_places.furnish(world.network, world.people)
    return plan | steering | budget_places.furnish(world.network, world.people)
