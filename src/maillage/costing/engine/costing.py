"""Time-driven cost of a service: what a minute costs, what each chamber uses, what is left over.

Rate = cost of the team / practical capacity; cost of a chamber = rate x sum(volume x unit time).
Knows cents and minutes, exact to the last. Refuses to assume a gain: capacity left unused stays a
cost, shown as such; nothing here supposes that time set free is money saved.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from maillage.costing.engine.allocation import largest_remainder

DEFAULT_PRACTICAL = 8_000
"""80 % of theoretical time, in hundredths of a percent: a hypothesis, stated and editable."""
MINUTES_PER_FTE = 96_420
"""1 607 hours: the legal working year in France, whole days off deducted; a starting hypothesis."""

NO_GAIN = (
    "Aucun résultat ne suppose un gain\u00a0: la capacité libérée reste un coût tant que personne "
    "n’a décidé de son emploi. À gain nul, le coût total du service est inchangé."
)

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Work(Generic[Name]):
    """So many units done for someone, each taking so many minutes."""

    name: Name
    volume: Decimal
    minutes: Decimal

    @property
    def time(self) -> Fraction:
        return Fraction(self.volume) * Fraction(self.minutes)


@dataclass(frozen=True, slots=True)
class Line(Generic[Name]):
    """What one work used: minutes, and cents."""

    work: Work[Name]
    time: Fraction
    cost: int

    @property
    def unit_cost(self) -> int | None:
        """Cents per unit, rounded; None without volume."""
        volume = Fraction(self.work.volume)
        return round(Fraction(self.cost) / volume) if volume else None


@dataclass(frozen=True, slots=True)
class Costing(Generic[Name]):
    """The whole: `used + unused` minutes make the capacity, their costs make the pool."""

    cost: int
    capacity: Fraction
    lines: tuple[Line[Name], ...]
    used: Fraction
    unused: Fraction
    used_cost: int
    unused_cost: int

    @property
    def rate(self) -> Fraction:
        """Cents per minute of practical capacity."""
        return Fraction(self.cost) / self.capacity

    @property
    def use(self) -> int:
        """Share of the capacity that is used, in hundredths of a percent, rounded."""
        return round(self.used * 10_000 / self.capacity)

    @property
    def overrun(self) -> bool:
        """More time is counted than the team has: volumes or unit times are to be looked at."""
        return self.unused < 0

    def by_name(self) -> dict[Name, tuple[Fraction, int]]:
        """Minutes and cents of each name."""
        found: dict[Name, tuple[Fraction, int]] = {}
        for line in self.lines:
            time, cost = found.get(line.work.name, (Fraction(0), 0))
            found[line.work.name] = (time + line.time, cost + line.cost)
        return found


def capacity_of(minutes: int, practical: int = DEFAULT_PRACTICAL) -> Fraction:
    """Practical capacity in minutes; `practical` in hundredths of a percent of the theoretical."""
    return Fraction(minutes) * practical / 10_000


def capacity_fault(cost: int, minutes: int, practical: int) -> str:
    """Why a team's cost and time give no rate, "" where they do."""
    if cost <= 0:
        return "Le coût de l’équipe est à indiquer\u00a0: un montant positif, en euros."
    if minutes <= 0:
        return "La capacité théorique est à indiquer\u00a0: un nombre de minutes positif."
    if not 0 < practical <= 10_000:
        return "La capacité pratique est comprise entre 0 et 100\u00a0% de la théorique."
    return ""


def cost_service(cost: int, capacity: Fraction, works: Sequence[Work[Name]]) -> Costing[Name]:
    """Cost of each work, exact: lines add up to what is used, used and unused to the whole.

    The cost used is rounded once, then shared between the lines by largest remainder.
    """
    times = [work.time for work in works]
    used = sum(times, Fraction(0))
    used_cost = round(cost * used / capacity)
    costs = largest_remainder(used_cost, times) if used else [0] * len(times)
    lines = tuple(Line(w, t, c) for w, t, c in zip(works, times, costs, strict=True))
    return Costing(cost, capacity, lines, used, capacity - used, used_cost, cost - used_cost)


@dataclass(frozen=True, slots=True)
class Quartiles:
    """A published benchmark: its quartiles as printed, in the unit and currency they are in."""

    code: str
    label: str
    unit: str
    currency: str
    year: int
    source: str
    p25: Decimal | None
    median: Decimal | None
    p75: Decimal | None

    def place(self, value: Decimal) -> str:
        """Where a value stands, in words; "" where another currency makes it not comparable."""
        if self.currency or self.p25 is None or self.p75 is None:
            return ""
        if value < self.p25:
            return "sous le premier quartile"
        if value > self.p75:
            return "au-dessus du troisième quartile"
        return "entre le premier et le troisième quartile"


def per_fte(volume: Decimal | None, fte: Decimal | None) -> Decimal | None:
    """Units per FTE, to the unit; None where one of the two is not known or nobody works."""
    if volume is None or not fte:
        return None
    return (volume / fte).quantize(Decimal(1))
