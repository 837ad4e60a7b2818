"""The investment plan over several years: what an operation costs, who pays, year by year.

Knows operations as plain values and amounts in cents. Refuses to know rows, people and files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from maillage.kernel.money import LARGEST, euros
from maillage.kernel.period import FIRST_YEAR, LAST_YEAR
from maillage.sheets.marks import Seen

STATUSES: dict[str, str] = {
    "idea": "Idée",
    "planned": "Programmée",
    "voted": "Votée",
    "running": "En cours",
    "done": "Réalisée",
    "abandoned": "Abandonnée",
}
SOURCES: dict[str, str] = {
    "own": "Autofinancement",
    "loan": "Emprunt",
    "state": "Subvention de l’État",
    "europe": "Union européenne",
    "region": "Région",
    "local": "Collectivités locales",
    "network": "Réseau des chambres",
    "other": "Autre financement",
}
MOST_YEARS = 15
"""Years an operation may spread over, first to last."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one chamber. `years` and `funding` hold cents, no zero among them."""

    entity: str
    code: str
    title: str
    status: str = "idea"
    function: str = ""
    process: str = ""
    years: Mapping[int, int] = field(default_factory=dict)
    funding: Mapping[str, int] = field(default_factory=dict)
    place: str = field(default="", compare=False)
    """Where a file says it, "" where none does."""
    seen: Seen | None = field(default=None, compare=False)
    """What the file saw of it, None where it does not say."""
    apart: str = field(default="", compare=False)
    """Why a row that is wrong was not read: it is not for whoever reads to write."""

    @property
    def cost(self) -> int:
        return sum(self.years.values())

    @property
    def funded(self) -> int:
        return sum(self.funding.values())

    @property
    def to_fund(self) -> int:
        return self.cost - self.funded

    @property
    def counts(self) -> bool:
        """Whether it stands in the totals: what is abandoned is listed, not added."""
        return self.status != "abandoned"

    @property
    def key(self) -> tuple[str, str]:
        return self.entity, self.code


def operation_fault(operation: Operation) -> str:
    """Why an operation is refused, "" where it holds."""
    if operation.status not in STATUSES:
        return "État inconnu\u00a0: " + ", ".join(STATUSES.values()) + "."
    if not operation.years:
        return "Une opération a au moins une année avec un montant."
    first, last = min(operation.years), max(operation.years)
    if first < FIRST_YEAR or last > LAST_YEAR:
        return f"Les années vont de {FIRST_YEAR} à {LAST_YEAR}."
    if last - first >= MOST_YEARS:
        return f"Une opération s’étend sur {MOST_YEARS} ans au plus."
    if any(amount <= 0 for amount in operation.years.values()):
        return "Le montant d’une année est positif."
    if max(operation.years.values()) > LARGEST:
        return f"Le montant d’une année est de {euros(LARGEST)} au plus."
    return funding_fault(operation.cost, operation.funding)


def done_fault(operation: Operation, year: int) -> str:
    """Why an operation is not done in `year`, "" where it may be: some of its years have come."""
    if operation.status != "done" or not operation.years or min(operation.years) <= year:
        return ""
    return (
        f"Une opération réalisée a au moins une année passée ou en cours\u00a0: la première est "
        f"{min(operation.years)}. Corriger les années, ou l’état."
    )


def funding_fault(cost: int, funding: Mapping[str, int]) -> str:
    """Why funding lines are refused: never more than what the operation costs."""
    if unknown := [source for source in funding if source not in SOURCES]:
        return f"Source de financement inconnue\u00a0: {unknown[0]}."
    if any(amount < 0 for amount in funding.values()):
        return "Un financement ne peut pas être négatif."
    funded = sum(funding.values())
    if funded > cost:
        return (
            f"Les financements ({euros(funded)}) dépassent le coût de l’opération "
            f"({euros(cost)}) de {euros(funded - cost)}\u00a0: corriger l’un ou l’autre."
        )
    return ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations gathered: totals by year along one cut (chamber, status…), and their funding.

    What is abandoned is counted apart. `counted` and `dropped`: how many operations of each.
    """

    years: tuple[int, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]
    funding: Mapping[str, int]
    to_fund: int
    abandoned: int
    counted: int
    dropped: int

    @property
    def cost(self) -> int:
        return sum(self.totals)

    @property
    def funded(self) -> int:
        return sum(self.funding.values())


def gather(operations: Iterable[Operation], order: Sequence[str], cut: str = "entity") -> Plan:
    """The plan of `operations`, one row per value of their field `cut`, in the given `order`."""
    kept = list(operations)
    counted = [o for o in kept if o.counts]
    seen = {year for o in counted for year in o.years}
    years = tuple(range(min(seen), max(seen) + 1)) if seen else ()
    sums: dict[str, dict[int, int]] = {}
    funding = dict.fromkeys(SOURCES, 0)
    for operation in counted:
        row = sums.setdefault(getattr(operation, cut), {})
        for year, amount in operation.years.items():
            row[year] = row.get(year, 0) + amount
        for source, amount in operation.funding.items():
            funding[source] += amount
    rows = tuple(
        (name, tuple(sums[name].get(year, 0) for year in years)) for name in order if name in sums
    )
    totals = tuple(sum(column) for column in zip(*(r for _n, r in rows), strict=True))
    return Plan(
        years,
        rows,
        totals or tuple(0 for _ in years),
        {source: amount for source, amount in funding.items() if amount},
        sum(o.to_fund for o in counted),
        sum(o.cost for o in kept if not o.counts),
        len(counted),
        len(kept) - len(counted),
    )


def changes(
    before: Mapping[tuple[str, str], Operation], after: Sequence[Operation]
) -> list[tuple[Operation | None, Operation]]:
    """What reading `after` would change: (before or None, after), what is the same left out."""
    return [
        (before.get(o.key), o)
        for o in after
        if before.get(o.key) is None or _plain(before[o.key]) != _plain(o)
    ]


def _plain(o: Operation) -> tuple[object, ...]:
    return (o.title, o.status, o.function, o.process, dict(o.years), dict(o.funding))
