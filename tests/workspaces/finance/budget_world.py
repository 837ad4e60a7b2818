"""What tests of budgets start from: a chamber's draft, an axis, the same budget once voted."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

from django.test import Client

from maillage.costing.actions.axes import save_axis
from maillage.costing.models import Budget
from maillage.network.models import Entity, Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import (
    LineEdit,
    approve_budget,
    enter_amounts,
    open_budget,
    send_budget,
    vote_budget,
)

LINES = {("6061", ""): 1_200_00, ("641", "numerique"): 2_400_00, ("706", ""): 5_000_00}


def entity(network: Network, code: str) -> Entity:
    found: Entity = network.entities.get(code=code)
    return found


def axis(network: Network, code: str = "numerique") -> None:
    save_axis(network, actor=INSTALLATION, code=code, name="Transition numérique", kind="action")


def budget(
    network: Network, code: str = "nord", year: int = 2026, kind: str = "initial", **lines: Any
) -> Budget:
    """A draft with three lines, a twelfth of each a month (or `lines=` others, or none)."""
    axis(network)
    opened: Budget = open_budget(
        network, actor=INSTALLATION, entity=entity(network, code), year=year, kind=kind
    )
    edits = [
        LineEdit(account, tag, dict.fromkeys(range(1, 13), cents // 12))
        for (account, tag), cents in lines.get("lines", LINES).items()
    ]
    if edits:
        enter_amounts(opened, edits, actor=INSTALLATION)
    return opened


def voted(
    network: Network,
    code: str = "nord",
    year: int = 2026,
    on: dt.date | None = None,
    kind: str = "initial",
) -> Budget:
    """The same, voted on 20 November of the year before (or in May of the year after)."""
    day = dt.date(year + 1, 5, 20) if kind == "executed" else dt.date(year - 1, 11, 20)
    draft = budget(network, code, year, kind)
    return vote(draft, on or day)


def vote(draft: Budget, on: dt.date, act: str = "2025-7") -> Budget:
    done: Budget = vote_budget(draft, actor=INSTALLATION, body="Assemblée générale", on=on, act=act)
    return done


def approved(network: Network, code: str = "nord", year: int = 2026) -> Budget:
    found = voted(network, code, year)
    assert found.voted_on
    send_budget(found, actor=INSTALLATION, on=found.voted_on + dt.timedelta(5))
    done: Budget = approve_budget(found, actor=INSTALLATION, on=found.voted_on + dt.timedelta(40))
    return done


def page_text(client: Client, address: str, status: int = 200) -> str:
    """What a page says, its tags included, its spaces plain."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    page = html.unescape(answer.content.decode())
    return " ".join(page.replace("\u00a0", " ").replace("\u202f", " ").split())
