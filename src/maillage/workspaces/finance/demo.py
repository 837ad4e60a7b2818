"""Budgets of the fictitious network, entered through the acts as people would. All invented.

Three years around today: executed and approved, in force and revised, being prepared and voted.
"""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from maillage.ledger.queries.books import chambers_of
from maillage.network.models import Entity, Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import (
    LineEdit,
    Start,
    approve_budget,
    edits_of_jobs,
    enter_amounts,
    meet_deadline,
    open_budget,
    plan_assembly,
    revise_budget,
    save_axis,
    save_personnel,
    send_budget,
    vote_budget,
)
from maillage.workspaces.finance.engine.amounts import rounded, spread
from maillage.workspaces.finance.engine.budgets import Kind
from maillage.workspaces.finance.engine.personnel import Jobs
from maillage.workspaces.finance.models import Budget

AXES = (
    ("transition-numerique", "Transition numérique des commerces", "action"),
    ("creation-entreprise", "Parcours de création d’entreprise", "action"),
    ("transition-ecologique", "Transition écologique de l’industrie", "action"),
    ("formation", "Centre de formation", "section"),
)
YEARLY = {
    "6061": 62_000, "6063": 21_000, "6064": 14_500, "6132": 118_000, "6156": 76_000,
    "616": 24_000, "6226": 58_000, "6231": 33_000, "6251": 41_000, "626": 37_500,
    "6311": 52_000, "6811": 145_000, "706": 655_000, "7082": 48_000, "7588": 36_500,
    "2183": 54_000, "205": 38_000,
}  # fmt: skip
"""Euros of a chamber of middle size, by account."""
BY_AXIS = {
    ("611", "transition-numerique"): 46_000, ("6226", "transition-numerique"): 18_000,
    ("741", "transition-numerique"): 52_000, ("6231", "creation-entreprise"): 12_500,
    ("706", "creation-entreprise"): 31_000, ("611", "transition-ecologique"): 39_000,
    ("741", "transition-ecologique"): 33_000, ("6226", "formation"): 64_000,
    ("706", "formation"): 210_000,
}  # fmt: skip
SHAPE = (9, 8, 8, 9, 8, 9, 6, 5, 9, 10, 10, 9)
"""Hundredths of the year spent each month."""


def fill(network: Network) -> int:
    """Enter the budgets of a fictitious network; how many there are. Once: a second call adds none.

    Refuses to touch a network that is not fictitious.
    """
    if not network.fictional:
        raise ValueError("only a fictitious network is filled")
    if not Budget.objects.filter(network=network).exists():
        for code, name, kind in AXES:
            save_axis(network, actor=INSTALLATION, code=code, name=name, kind=kind)
        for rank, entity in enumerate(chambers_of(network)):
            _Chamber(network, entity, rank).live()
    return Budget.objects.filter(network=network).count()


class _Chamber:
    """One chamber's three years, drawn from its rank alone."""

    def __init__(self, network: Network, entity: Entity, rank: int) -> None:
        self.network, self.entity, self.rank = network, entity, rank
        self.draw = random.Random(f"{network.code}-{entity.code}")
        self.size = 220 if entity.kind == "regional" else self.draw.randint(55, 160)
        self.today = timezone.localdate()

    def live(self) -> None:
        year = self.today.year
        for past in (year - 1, year):
            initial = self._open(past, Kind.INITIAL, 100)
            # One chamber votes after 30 November: the calendar says by how many days.
            late = 12 if self.rank == 2 and past == year else 0
            on = dt.date(past - 1, 11, 18 + self.rank % 9) + dt.timedelta(late)
            self._vote(initial, on, 3)
            self._announce(past, on)
        self._revise(year)
        self._execute(year - 1)
        self._prepare(year + 1)

    def _amounts(self, percent: int) -> dict[tuple[str, str], list[int]]:
        """Twelve cents by (account, axis), in whole euros."""
        lines = {(account, ""): euros for account, euros in YEARLY.items()}
        lines |= {key: euros for key, euros in BY_AXIS.items() if self._shares(key[1])}
        drawn = {}
        for key, euros in lines.items():
            noise = self.draw.randint(90, 112)
            total = rounded(euros * self.size * percent * noise, 1_000_000)
            drawn[key] = [100 * rounded(total * share, 100) for share in SHAPE]
        costs = sum(sum(months) for (account, _), months in drawn.items() if account[0] == "6")
        costs += sum(job.year for job in self._jobs())
        products = sum(sum(months) for (account, _), months in drawn.items() if account[0] == "7")
        # The tax share brings the result near nothing, a little above or below.
        share = rounded(costs * self.draw.randint(985, 1012), 1000) - products
        drawn["7588", ""] = list(spread(100 * rounded(max(share, 0), 100)))
        return drawn

    def _shares(self, axis: str) -> bool:
        return self.rank == 0 or axis == "formation" or (self.rank + len(axis)) % 3 != 0

    def _jobs(self) -> list[Jobs]:
        fte = self.size * 4
        return [
            Jobs("Conseillers d’entreprise", "", 5 * fte // 2, 285_000, 4450),
            Jobs("Fonctions de soutien", "", fte, 262_000, 4450),
            Jobs("Direction", "", 300, 590_000, 4700),
            Jobs("Renfort saisonnier", "creation-entreprise", 150, 210_000, 3900, 9, 12),
        ]

    def _open(self, year: int, kind: Kind, percent: int) -> Budget:
        budget = open_budget(
            self.network, actor=INSTALLATION, entity=self.entity, year=year, kind=kind
        )
        jobs = self._jobs()
        save_personnel(budget, jobs, actor=INSTALLATION)
        edits = [
            LineEdit(account, axis, dict(enumerate(months, 1)))
            for (account, axis), months in self._amounts(percent).items()
        ]
        enter_amounts(budget, [*edits, *edits_of_jobs(jobs)], actor=INSTALLATION)
        return budget

    def _vote(self, budget: Budget, on: dt.date, steps: int) -> None:
        """Vote, then send and have it approved where `steps` and the calendar allow it."""
        if on > self.today:
            return
        act = f"{on.year}-{10 + self.rank}"
        vote_budget(budget, actor=INSTALLATION, body="Assemblée générale", on=on, act=act)
        sent, answered = on + dt.timedelta(9), on + dt.timedelta(50)
        if steps > 1 and sent <= self.today:
            send_budget(budget, actor=INSTALLATION, on=sent)
            if steps > 2 and answered <= self.today:
                approve_budget(budget, actor=INSTALLATION, on=answered)

    def _revise(self, year: int) -> None:
        """Half of the chambers revised their budget in June; one prepares a second one."""
        initial = Budget.objects.get(entity=self.entity, year=year, kind=Kind.INITIAL)
        on = dt.date(year, 6, 12 + self.rank % 9)
        if self.rank % 2 or initial.is_draft or on > self.today:
            return
        for turn in range(2 if self.rank == 0 else 1):
            revised = revise_budget(initial, actor=INSTALLATION)
            lines = list(revised.lines.select_related("axis"))[3 + turn :: 5]
            edits = [
                LineEdit(line.account, line.axis.code if line.axis else "",
                         {m: rounded(c * 108, 100) for m, c in enumerate(line.months, 1) if m > 6})
                for line in lines
            ]  # fmt: skip
            enter_amounts(revised, edits, actor=INSTALLATION)
            if turn == 0:
                self._vote(revised, on, 3)

    def _execute(self, year: int) -> None:
        """Executed budgets are voted in May, but for one chamber, which is late."""
        executed = open_budget(
            self.network, actor=INSTALLATION, entity=self.entity, year=year,
            kind=Kind.EXECUTED, start=Start.IN_FORCE,
        )  # fmt: skip
        edits = []
        source = Budget.objects.get(entity=self.entity, year=year, kind=Kind.INITIAL)
        for line in source.lines.select_related("axis"):
            months = {m: rounded(c * self.draw.randint(92, 105), 100)
                      for m, c in enumerate(line.months, 1)}  # fmt: skip
            edits.append(LineEdit(line.account, line.axis.code if line.axis else "", months))
        enter_amounts(executed, edits, actor=INSTALLATION)
        if self.rank != 3:
            self._vote(executed, dt.date(year + 1, 5, 12 + self.rank % 12), 3)
        if self.rank in (0, 1):
            self._say(year, "executed-publication", dt.date(year + 1, 8, 2))

    def _prepare(self, year: int) -> None:
        """Next year's: voted here, being prepared there, not opened yet in one chamber."""
        on = dt.date(year - 1, 11, 28 - self.rank * 2 % 12)
        plan_assembly(self.entity, actor=INSTALLATION, year=year, kind=Kind.INITIAL, on=on)
        if self.rank == 4:
            return
        budget = self._open(year, Kind.INITIAL, 103)
        if self.rank in (1, 2, 3):
            self._vote(budget, on, 1 + self.rank % 2)
        self._announce(year, on)

    def _announce(self, year: int, on: dt.date) -> None:
        """What goes to the region, or from it, before a sitting; one chamber forgot to say so."""
        key = "initial-tax" if self.entity.kind == "regional" else "initial-draft"
        if self.rank != 5:
            self._say(year, key, on - dt.timedelta(20 - self.rank))

    def _say(self, year: int, key: str, on: dt.date) -> None:
        if on <= self.today:
            meet_deadline(self.entity, actor=INSTALLATION, year=year, key=key, on=on)


__all__ = ["fill"]
