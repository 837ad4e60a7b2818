"""What people cost in a budget: full-time equivalents by average pay, with employer's charges.

Knows months and cents, and the accounts 641 (pay) and 645 (charges) the cost belongs to. Refuses to
know persons: a line is a kind of job, never somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maillage.costing.engine.budgets import Amounts
from maillage.kernel.money import divided

PAY, CHARGES = "641", "645"
PERSONNEL_ROOT = "64"
LARGEST_FTE = 1_000_000
LARGEST_RATE = 20_000


@dataclass(frozen=True, slots=True)
class Jobs:
    """`fte` in hundredths, `gross` in cents a month and FTE, `rate` in hundredths of a percent."""

    label: str
    axis: str
    fte: int
    gross: int
    rate: int
    first: int = 1
    last: int = 12

    def pay(self, month: int) -> int:
        """Gross pay of a month, in cents: nothing outside the months of the line."""
        if not self.first <= month <= self.last:
            return 0
        return divided(self.fte * self.gross, 100)

    def charges(self, month: int) -> int:
        return divided(self.pay(month) * self.rate, 10_000)

    def cost(self, month: int) -> int:
        return self.pay(month) + self.charges(month)

    @property
    def fte_text(self) -> str:
        """`1,5`: equivalents with their decimals, in French."""
        return f"{self.fte / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")

    @property
    def year(self) -> int:
        return sum(self.cost(month) for month in range(1, 13))


def fault(jobs: Jobs) -> str:
    """Say what does not hold in a line, "" where all does."""
    if not jobs.label.strip():
        return "Emplois\u00a0: un libellé est attendu."
    if not 0 <= jobs.fte <= LARGEST_FTE:
        return f"{jobs.label}\u00a0: un nombre d’ETP entre 0 et {LARGEST_FTE // 100} est attendu."
    if jobs.gross < 0:
        return f"{jobs.label}\u00a0: le brut mensuel ne peut pas être négatif."
    if not 0 <= jobs.rate <= LARGEST_RATE:
        return f"{jobs.label}\u00a0: un taux de charges entre 0 et 200\u00a0% est attendu."
    if not 1 <= jobs.first <= jobs.last <= 12:
        return f"{jobs.label}\u00a0: un premier mois avant le dernier, de 1 à 12, est attendu."
    return ""


FIELDS = {"axis": "action", "fte": "ETP", "gross": "brut mensuel", "rate": "charges",
          "first": "du mois", "last": "au mois"}  # fmt: skip


def _named(jobs: Iterable[Jobs]) -> dict[tuple[str, int], Jobs]:
    """Jobs by label and rank among those of the same label."""
    found: dict[tuple[str, int], Jobs] = {}
    for line in jobs:
        rank = sum(label == line.label for label, _rank in found)
        found[line.label, rank] = line
    return found


def differences(
    mine: Iterable[Jobs], theirs: Iterable[Jobs]
) -> list[tuple[str, str, Jobs | None, Jobs | None]]:
    """Where two lists of jobs part: label, name of the field ("" for a whole line), both lines."""
    left, right = _named(mine), _named(theirs)
    found: list[tuple[str, str, Jobs | None, Jobs | None]] = []
    for key in {**right, **left}:
        one, other = left.get(key), right.get(key)
        if one is None or other is None:
            found.append((key[0], "", one, other))
            continue
        found += [
            (key[0], name, one, other)
            for name in FIELDS
            if getattr(one, name) != getattr(other, name)
        ]
    return found


def lines_of(jobs: Iterable[Jobs]) -> dict[tuple[str, str], list[int]]:
    """What the budget should carry: twelve cents by (account, axis), accounts 641 and 645."""
    lines: dict[tuple[str, str], list[int]] = {}
    for line in jobs:
        for account, of_month in ((PAY, line.pay), (CHARGES, line.charges)):
            months = lines.setdefault((account, line.axis), [0] * 12)
            for month in range(1, 13):
                months[month - 1] += of_month(month)
    return lines


@dataclass(frozen=True, slots=True)
class Replacement:
    """A line of accounts 641 or 645 as it is and as jobs make it; twelve cents or no line."""

    account: str
    axis: str
    before: Sequence[int] | None
    after: Sequence[int] | None


def replacements(
    held: Mapping[tuple[str, str], Sequence[int]], jobs: Iterable[Jobs]
) -> list[Replacement]:
    """Every line that carrying the jobs changes, takes away or adds.

    All lines of accounts 641 and 645 are replaced, their subdivisions too (6411, 6451) and under
    whichever axis: kept beside, they would count the same pay twice. `held`: lines of the budget.
    """
    wanted = lines_of(jobs)
    mine = {key: list(months) for key, months in held.items() if key[0].startswith((PAY, CHARGES))}
    return [
        Replacement(*key, mine.get(key), wanted.get(key))
        for key in sorted({*mine, *wanted})
        if mine.get(key) != wanted.get(key)
    ]


@dataclass(frozen=True, slots=True)
class MonthCheck:
    """A month of the jobs beside the same month of accounts 64; `gap` is budget less jobs."""

    month: int
    jobs: int
    budget: int

    @property
    def gap(self) -> int:
        return self.budget - self.jobs


def check(jobs: Iterable[Jobs], amounts: Amounts) -> tuple[MonthCheck, ...]:
    """Month by month, the cost of the jobs beside what accounts 64 carry."""
    known = list(jobs)
    carried = [0] * 12
    for (_entity, account, _axis, month), cents in amounts.items():
        if account.startswith(PERSONNEL_ROOT):
            carried[month - 1] += cents
    return tuple(
        MonthCheck(month, sum(line.cost(month) for line in known), carried[month - 1])
        for month in range(1, 13)
    )
