"""Budgets of the fictitious network, entered through the acts as people would. All invented.

Four years around today: executed as the books say, in force and revised, being prepared and voted.
Budgets of closed years are drawn around their books, the others from the last one.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from maillage.costing.actions.axes import save_axis
from maillage.costing.engine.budgets import Amounts, Kind, by_month
from maillage.costing.models import Budget
from maillage.costing.queries.realised import realised_amounts
from maillage.kernel.money import divided, scaled, spread
from maillage.ledger.engine.flows import lacking, shipped_flows
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import (
    LineEdit,
    Start,
    approve_budget,
    enter_amounts,
    meet_deadline,
    open_budget,
    plan_assemblies,
    revise_budget,
    save_personnel,
    send_budget,
    vote_budget,
)
from maillage.workspaces.finance.actions.investments import save_investment
from maillage.workspaces.finance.demo_steering import steer
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.engine.personnel import Jobs

AXES = (
    ("transition-numerique", "Transition numérique des commerces", "action"),
    ("creation-entreprise", "Parcours de création d’entreprise", "action"),
    ("transition-ecologique", "Transition écologique de l’industrie", "action"),
    ("formation", "Centre de formation", "section"),
)
YEARLY = {
    "6061": 62_000, "6063": 21_000, "6064": 14_500, "6132": 118_000, "6156": 76_000,
    "616": 24_000, "6226": 58_000, "6231": 33_000, "6251": 41_000, "626": 37_500,
    "6411": 310_000, "6451": 115_000, "6811": 145_000, "706": 555_000, "7083": 48_000,
    "759": 395_000, "2183": 54_000, "205": 38_000, "164D": 22_000,
}  # fmt: skip
"""Euros of a chamber of middle size, by account, where no book says better."""
BY_AXIS = {
    ("611", "transition-numerique"): 46_000, ("6226", "transition-numerique"): 18_000,
    ("741", "transition-numerique"): 52_000, ("6231", "creation-entreprise"): 12_500,
    ("706", "creation-entreprise"): 11_000, ("611", "transition-ecologique"): 39_000,
    ("741", "transition-ecologique"): 33_000, ("6226", "formation"): 64_000,
    ("706", "formation"): 50_000,
}  # fmt: skip
SHAPE = (9, 8, 8, 9, 8, 9, 6, 5, 9, 10, 10, 9)
"""Hundredths of the year spent each month."""
TAX = "759"
LEAD = Jobs("Direction", "", 100, 480_000, 4700)
SEASON = Jobs("Renfort saisonnier", "creation-entreprise", 150, 210_000, 3900, 9, 12)
TEAMS = (("Conseillers d’entreprise", 285_000, 60), ("Fonctions de soutien", 262_000, 40))
"""Label, gross a month, share in percent of what the other jobs leave."""
Lines = dict[tuple[str, str], int]
"""Cents of a year by account and axis."""


WORKS = (
    ("toiture", "Réfection de la toiture du siège", "voted"),
    ("energie", "Rénovation énergétique", "running"),
    ("accueil", "Accueil des entreprises", "planned"),
    ("serveurs", "Renouvellement des serveurs", "done"),
    ("formation", "Plateau de formation", "idea"),
    ("parking", "Parc de stationnement", "abandoned"),
)


def fill(network: Network) -> int:
    """Enter the budgets of a fictitious network; how many there are. Once: a second call adds none.

    Refuses to touch a network that is not fictitious.
    """
    if not network.fictional:
        raise ValueError("only a fictitious network is filled")
    if not Budget.objects.filter(network=network).exists():
        for code, name, kind in AXES:
            save_axis(network, actor=INSTALLATION, code=code, name=name, kind=kind)
        today = timezone.localdate()
        books = {past: realised_amounts(network, past) for past in (today.year - 2, today.year - 1)}
        for rank, entity in enumerate(chambers_of(network)):
            _Chamber(network, entity, rank, books).live()
    if not network.investments.exists():
        invest(network)
    steer(network)
    return Budget.objects.filter(network=network).count()


def invest(network: Network) -> None:
    """Three operations in each chamber, at any stage of their life."""
    draw = random.Random(f"{network.code}:finance")
    year = timezone.localdate().year
    for rank, entity in enumerate(chambers_of(network)):
        for code, title, status in draw.sample(WORKS, 3):
            first = year + (draw.randint(-3, -2) if status == "done" else draw.randint(-1, 1))
            years = {first + step: draw.randint(4, 60) * 10_000_00 for step in range(3)}
            cost = sum(years.values())
            own = draw.randint(20, 60)
            funding = {"own": cost * own // 100}
            if rank % 2:
                funding["region"] = cost * draw.randint(5, 25) // 100
            if status == "done":
                funding["loan"] = cost - sum(funding.values())
            operation = Operation(entity.code, code, title, status, "", "", years, funding)
            save_investment(network, operation, actor=INSTALLATION)


class _Chamber:
    """One chamber's four years, drawn from its books and its rank."""

    def __init__(
        self,
        network: Network,
        entity: Entity,
        rank: int,
        books: Mapping[int, Mapping[str, Amounts]],
    ) -> None:
        self.network, self.entity, self.rank = network, entity, rank
        self.draw = random.Random(f"{network.code}-{entity.code}")
        self.today = timezone.localdate()
        self.books = {
            past: {line: sum(months) for line, months in by_month(said[entity.code]).items()}
            for past, said in books.items()
            if entity.code in said
        }

    def live(self) -> None:
        year = self.today.year
        for past in (year - 2, year - 1, year):
            initial = self._open(past)
            # One chamber votes after 30 November: the calendar says by how many days.
            late = 12 if self.rank == 2 and past == year else 0
            on = dt.date(past - 1, 11, 18 + self.rank % 9) + dt.timedelta(late)
            self._vote(initial, on, 3)
            self._announce(past, on)
        self._revise(year)
        for past in (year - 2, year - 1):
            self._execute(past)
        self._prepare(year + 1)

    def _amounts(self, year: int) -> Lines:
        """A plan for a year, in tens of euros: close to its book, or balanced by the tax."""
        book = self.books.get(year)
        source = book or self._expected()
        growth = self.draw.randint(975, 1025)
        drawn = {
            line: 1000 * divided(cents * growth * self.draw.randint(980, 1020), 1_000_000_000)
            for line, cents in sorted(source.items())
        }
        return drawn if book else _balanced(drawn, self.draw.randint(985, 1012))

    def _expected(self) -> Lines:
        """What a year not closed yet is drawn from: the last book, else invented figures."""
        if self.books:
            return self.books[max(self.books)]
        size = 220 if self.entity.kind == "regional" else self.draw.randint(55, 160)
        lines = {(account, ""): euros for account, euros in YEARLY.items()}
        lines |= {key: euros for key, euros in BY_AXIS.items() if self._shares(key[1])}
        return {line: euros * size for line, euros in lines.items()}

    def _shares(self, axis: str) -> bool:
        return self.rank == 0 or axis == "formation" or (self.rank + len(axis)) % 3 != 0

    def _open(self, year: int) -> Budget:
        budget: Budget = open_budget(
            self.network, actor=INSTALLATION, entity=self.entity, year=year, kind=Kind.INITIAL
        )
        planned = self._amounts(year)
        paid = sum(cents for (account, _), cents in planned.items() if account.startswith("64"))
        save_personnel(budget, _jobs(paid), actor=INSTALLATION)
        edits = [
            LineEdit(account, axis, dict(enumerate(_months(account, cents), 1)))
            for (account, axis), cents in planned.items()
        ]
        edits += _at_zero(year, [account for account, _ in planned])
        enter_amounts(budget, edits, actor=INSTALLATION)
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
            planned = revised.lines.exclude(account__startswith="64").select_related("axis")
            lines = list(planned)[3 + turn :: 5]
            edits = [
                LineEdit(line.account, line.axis.code if line.axis else "",
                         {m: divided(c * 108, 100) for m, c in enumerate(line.months, 1) if m > 6})
                for line in lines
            ]  # fmt: skip
            enter_amounts(revised, edits, actor=INSTALLATION)
            if turn == 0:
                self._vote(revised, on, 3)

    def _execute(self, year: int) -> None:
        """Executed budgets say what the books say; voted in May, but for one chamber, late."""
        start = Start.REALISED if year in self.books else Start.IN_FORCE
        executed = open_budget(
            self.network, actor=INSTALLATION, entity=self.entity, year=year,
            kind=Kind.EXECUTED, start=start,
        )  # fmt: skip
        if start is Start.IN_FORCE:
            self._spend(
                executed, Budget.objects.get(entity=self.entity, year=year, kind=Kind.INITIAL)
            )
        held = executed.lines.values_list("account", flat=True)
        if told := _at_zero(year, held):
            enter_amounts(executed, told, actor=INSTALLATION)
        last = year == self.today.year - 1
        if self.rank != 3 or not last:
            self._vote(executed, dt.date(year + 1, 5, 12 + self.rank % 12), 3)
        if self.rank in (0, 1) or not last:
            self._say(year, "executed-publication", dt.date(year + 1, 8, 2))
        if self.entity.kind == "regional" and not last:
            self._say(year, "com-report", dt.date(year + 1, 5, 6))
            self._say(year, "com-opinion", dt.date(year + 1, 6, 4))

    def _spend(self, executed: Budget, planned: Budget) -> None:
        """Without a book: each month of the plan, a little more or less."""
        edits = []
        for line in planned.lines.select_related("axis"):
            months = {m: divided(c * self.draw.randint(92, 105), 100)
                      for m, c in enumerate(line.months, 1)}  # fmt: skip
            edits.append(LineEdit(line.account, line.axis.code if line.axis else "", months))
        enter_amounts(executed, edits, actor=INSTALLATION)

    def _prepare(self, year: int) -> None:
        """Next year's: voted here, being prepared there, not opened yet in one chamber."""
        on = dt.date(year - 1, 11, 28 - self.rank * 2 % 12)
        sittings = {Kind.INITIAL.value: on}
        plan_assemblies(self.entity, actor=INSTALLATION, year=year, sittings=sittings)
        if self.rank == 4:
            return
        budget = self._open(year)
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


def _at_zero(year: int, held: Iterable[str]) -> list[LineEdit]:
    """What is told for zero, so that the budget has its self-financing."""
    roots = lacking(shipped_flows(), held, dt.date(year, 1, 1))
    return [LineEdit(root, "", {}) for root in roots]


def _months(account: str, cents: int) -> Sequence[int]:
    """Pay is the same each month; the rest follows the year's shape."""
    return spread(cents) if account.startswith("64") else scaled(SHAPE, cents, 100)


def _jobs(paid: int) -> list[Jobs]:
    """Jobs that cost what accounts 64 carry, to the hundredth of an equivalent."""
    known = [LEAD, SEASON] if paid > 2 * (LEAD.year + SEASON.year) else []
    left = paid - sum(job.year for job in known)
    jobs = [
        Jobs(label, "", divided(left * share, gross * 12 * 14_450 // 10_000), gross, 4450)
        for label, gross, share in TEAMS
    ]
    return [*jobs, *known]


def _balanced(lines: Lines, permille: int) -> Lines:
    """The plan with an action never bringing in more than it costs, its result made by the tax."""
    kept = {line: cents for line, cents in lines.items() if line[0] != TAX}
    costs: dict[str, int] = defaultdict(int)
    brought: dict[str, int] = defaultdict(int)
    for (account, axis), cents in kept.items():
        if account[0] in "67":
            (costs if account[0] == "6" else brought)[axis] += cents
    charges = sum(costs.values())
    most = {axis: costs[axis] * 8 // 10 if axis else charges // 2 for axis in brought}
    for (account, axis), cents in kept.items():
        if account[0] == "7" and brought[axis] > most[axis]:
            kept[account, axis] = 1000 * (cents * most[axis] // brought[axis] // 1000)
    products = sum(cents for (account, _), cents in kept.items() if account[0] == "7")
    tax = divided(charges * permille, 1_000_000) * 1000 - products
    return kept | {(TAX, ""): max(tax, 0)}


__all__ = ["fill"]
