"""The investment plan beside budgets and books, for one year: uses, then what pays them.

Ideas and what is planned stand apart from what was voted: only the latter is compared. Knows
operations and amounts in cents; refuses to know rows and the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maillage.costing.engine.budgets import LOANS, Amounts, class_of
from maillage.workspaces.finance.engine.investments import Operation

IDEAS, PLANNED, COMMITTED = ("idea",), ("planned",), ("voted", "running", "done")
"""States of an operation: thought of, planned, voted by the assembly and what followed."""
GRANTS = ("state", "europe", "region", "local", "network")
ACQUIRED = ("20", "21", "22", "23", "26")


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the reconciliation. `sources`: of the plan; `roots`: accounts of budgets and books
    in class `digit`; the rest of the uses where there is neither."""

    code: str
    label: str
    rule: str
    sources: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    digit: str = ""


USES = Part(
    "uses",
    "Emplois : acquisitions d’immobilisations",
    "Plan : montants de l’année des opérations. Budget et livres : comptes 20, 21, 22, 23 et 26, "
    "hors cessions.",
    roots=ACQUIRED,
    digit="2",
)
FUNDING = (
    Part(
        "loans",
        "Emprunts reçus",
        "Plan : source « Emprunt », répartie sur les années comme le coût. Budget et livres : "
        "comptes 16 et 17.",
        ("loan",),
        LOANS,
        "1",
    ),
    Part(
        "grants",
        "Subventions d’investissement",
        "Plan : État, Union européenne, région, collectivités, réseau. Budget et livres : compte "
        "13.",
        GRANTS,
        ("13",),
        "1",
    ),
    Part(
        "other",
        "Autres financements et apports",
        "Plan : source « Autre financement ». Budget et livres : comptes 10.",
        ("other",),
        ("10",),
        "1",
    ),
)
REST = Part(
    "rest",
    "Autofinancement et reste à financer",
    "Emplois moins emprunts, subventions et autres financements.",
)
PARTS = (USES, *FUNDING, REST)


@dataclass(frozen=True, slots=True)
class Compared:
    """A line: what is thought of, planned, voted; the budget in force, what was executed; cents,
    None where nothing says it."""

    part: Part
    ideas: int
    planned: int
    voted: int
    budget: int | None
    executed: int | None

    @property
    def budget_gap(self) -> int | None:
        """The budget less what the plan has voted."""
        return None if self.budget is None else self.budget - self.voted

    @property
    def executed_gap(self) -> int | None:
        """What was executed less the budget."""
        if self.budget is None or self.executed is None:
            return None
        return self.executed - self.budget


def funding_of_year(operation: Operation, source: str, year: int) -> int:
    """What a source pays of one year: its amount follows the cost, exact over the years."""
    amount, cost = operation.funding.get(source, 0), operation.cost
    if not amount or not cost:
        return 0
    before = sum(cents for held, cents in operation.years.items() if held < year)
    upto = before + operation.years.get(year, 0)
    return amount * upto // cost - amount * before // cost


def planned(operations: Iterable[Operation], part: Part, year: int) -> int:
    """What operations plan on a line for a year; of the rest, what no other line pays."""
    held = list(operations)
    uses = sum(o.years.get(year, 0) for o in held)
    if part is USES:
        return uses
    if part is REST:
        return uses - sum(planned(held, other, year) for other in FUNDING)
    return sum(funding_of_year(o, source, year) for o in held for source in part.sources)


def booked(amounts: Amounts | None, part: Part) -> int | None:
    """What a budget, or books, say on a line; None where there is none."""
    if amounts is None:
        return None
    if part is REST:
        return sum(
            (1 if other is USES else -1) * (booked(amounts, other) or 0)
            for other in (USES, *FUNDING)
        )
    return sum(
        cents
        for (_entity, account, _axis, _month), cents in amounts.items()
        if account.startswith(part.roots) and class_of(account) == part.digit
    )


def reconcile(
    operations: Sequence[Operation], budget: Amounts | None, executed: Amounts | None, year: int
) -> tuple[Compared, ...]:
    """Every line of a year. What is abandoned counts nowhere."""
    ideas, plan, voted = (
        [o for o in operations if o.status in states] for states in (IDEAS, PLANNED, COMMITTED)
    )
    return tuple(
        Compared(
            part,
            planned(ideas, part, year),
            planned(plan, part, year),
            planned(voted, part, year),
            booked(budget, part),
            booked(executed, part),
        )
        for part in PARTS
    )
