"""The finances of a network: who gets what, and where. Told apart: budgets, then costs."""

from __future__ import annotations

from tests.architecture.answers import Rows
from tests.architecture.world import Given, World
from tests.workspaces.finance import budget_places, cost_places

TABLE: dict[str, Rows] = {**budget_places.TABLE, **cost_places.TABLE}


def furnish(world: World) -> Given:
    costs = cost_places.furnish(world.network, world.people.finances.actor.identity)
    return costs | budget_places.furnish(world.network, world.people)
