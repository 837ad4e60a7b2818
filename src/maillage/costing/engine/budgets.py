"""Budgets as figures: {(entity, account, axis, month): cents}, added up, compared, consolidated.

Knows the three kinds of budget of a chamber (Code de commerce, R712-14, A712-20, R712-15) and the
classes of the chart. Amounts are in the natural sense of their account: charges (class 6) and
products (7), uses (2) and resources (1) are all positive. A loan paid back is a use: its account
bears the mark of its debits (`164D`) beside the loans received (`164`); what was lent and comes
back is a resource, with the mark of its credits (`274C`). Refuses to know Django and people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from functools import lru_cache

Key = tuple[str, str, str, int]
"""Entity code, account, axis code ("" for none), month 1 to 12."""
Amounts = Mapping[Key, int]
UNTOLD = "?"
"""The axis of what was executed where nothing tells axes: no code of one is so written."""


class Kind(StrEnum):
    INITIAL = "initial"
    REVISED = "revised"
    EXECUTED = "executed"


KIND_LABELS = {
    Kind.INITIAL: "Budget primitif",
    Kind.REVISED: "Budget rectifié",
    Kind.EXECUTED: "Budget exécuté",
}


class BudgetState(StrEnum):
    DRAFT = "draft"
    VOTED = "voted"
    SENT = "sent"
    APPROVED = "approved"
    REFUSED = "refused"


STATE_LABELS = {
    BudgetState.DRAFT: "En préparation",
    BudgetState.VOTED: "Voté",
    BudgetState.SENT: "Envoyé à l’autorité",
    BudgetState.APPROVED: "Approuvé",
    BudgetState.REFUSED: "Refusé par l’autorité",
}


VOTED = ("voted", "sent", "approved")
"""States of a budget that was voted and that the authority did not refuse."""


def budget_name(kind: str, number: int) -> str:
    """« Budget rectifié n° 2 »; an initial budget voted again after a refusal says so."""
    label = KIND_LABELS[Kind(kind)]
    if kind == Kind.REVISED:
        return f"{label} n°\u00a0{number}"
    return label if number == 1 else f"{label} ({number}e\u00a0vote)"


class Measure(StrEnum):
    """What is added up. A result is products less charges; what is left to bear, the reverse."""

    CHARGES = "charges"
    PRODUCTS = "produits"
    RESULT = "resultat"
    LEFT = "reste"
    USES = "emplois"
    RESOURCES = "ressources"


MEASURE_LABELS = {
    Measure.CHARGES: "Charges (classe 6)",
    Measure.PRODUCTS: "Produits (classe 7)",
    Measure.RESULT: "Résultat (7 moins 6)",
    Measure.LEFT: "Reste à charge (6 moins 7)",
    Measure.USES: "Emplois (classe 2, emprunts remboursés)",
    Measure.RESOURCES: "Ressources (classe 1)",
}
_WEIGHTS: dict[Measure, dict[str, int]] = {
    Measure.CHARGES: {"6": 1},
    Measure.PRODUCTS: {"7": 1},
    Measure.RESULT: {"7": 1, "6": -1},
    Measure.LEFT: {"6": 1, "7": -1},
    Measure.USES: {"2": 1},
    Measure.RESOURCES: {"1": 1},
}
CLASSES = {"6": "Charges", "7": "Produits", "2": "Emplois", "1": "Ressources"}
"""The classes a budget speaks of, in the order in which it is read."""
LOANS = ("16", "17")
REPAID = "D"
"""What ends the account of a loan's repayments: its debits, which are uses."""
LENT = ("27",)
RECOVERED = "C"
"""What ends the account of what was lent and comes back: its credits, which are resources."""


@lru_cache(maxsize=4096)
def class_of(account: str) -> str:
    """The class an account is read under: a repayment stands with the uses, what is recovered with
    the resources."""
    return {REPAID: "2", RECOVERED: "1"}.get(mark_of(account), account[:1])


def mark_of(account: str) -> str:
    """What ends the account and is no digit of it, "" for none."""
    return account[-1:] if account[-1:] in (REPAID, RECOVERED) else ""


def number_of(account: str) -> str:
    """The account without its mark, as a chart numbers it."""
    return account.removesuffix(mark_of(account))


def root_of(account: str, depth: int) -> str:
    """The first digits of an account; one with a mark keeps it, and two digits at least."""
    if mark := mark_of(account):
        return number_of(account)[: max(2, depth)] + mark
    return account[:depth]


def account_fault(account: str) -> str:
    """Say why a budget cannot carry this account, "" where it can."""
    roots = {REPAID: LOANS, RECOVERED: LENT}.get(mark_of(account))
    if roots and account.startswith(roots):
        account = number_of(account)
    if not (account.isascii() and account.isdecimal() and 2 <= len(account) <= 12):
        return f"Compte «\u00a0{account[:20]}\u00a0»\u00a0: de deux à douze chiffres attendus."
    if account[0] not in CLASSES:
        return (
            f"Compte {account}\u00a0: un budget porte les classes 6 et 7 (fonctionnement), "
            "1 et 2 (investissement)."
        )
    return ""


def repaid_by_minus(amounts: Amounts) -> list[str]:
    """Accounts of loans that bear a negative amount: what is paid back, not entered as a use."""
    below = {account for (_, account, _, _), cents in amounts.items() if cents < 0}
    return sorted(a for a in below if a.startswith(LOANS) and not a.endswith(REPAID))


@dataclass(frozen=True, slots=True)
class Totals:
    """What a set of amounts adds up to, in cents."""

    charges: int = 0
    products: int = 0
    uses: int = 0
    resources: int = 0

    @property
    def result(self) -> int:
        return self.products - self.charges


def totals(amounts: Amounts) -> Totals:
    by_class: dict[str, int] = defaultdict(int)
    for (_entity, account, _axis, _month), cents in amounts.items():
        by_class[class_of(account)] += cents
    return Totals(by_class["6"], by_class["7"], by_class["2"], by_class["1"])


def total(amounts: Amounts, measure: Measure) -> int:
    weights = _WEIGHTS[measure]
    return sum(weights.get(class_of(key[1]), 0) * cents for key, cents in amounts.items())


def consolidate(parts: Iterable[Amounts]) -> dict[Key, int]:
    """The sum of several budgets, key by key. Nothing is eliminated: budgets are added up."""
    added: dict[Key, int] = defaultdict(int)
    for part in parts:
        for key, cents in part.items():
            added[key] += cents
    return dict(added)


def until(amounts: Amounts, month: int) -> Amounts:
    """What belongs to the months up to this one."""
    return amounts if month == 12 else {k: cents for k, cents in amounts.items() if k[3] <= month}


def of_axis(amounts: Amounts, axis: str) -> dict[Key, int]:
    """What belongs to one action or section."""
    return {key: cents for key, cents in amounts.items() if key[2] == axis}


class By(StrEnum):
    """What makes the rows of a table."""

    ACCOUNT = "compte"
    ENTITY = "chambre"
    AXIS = "axe"
    MONTH = "mois"


BY_LABELS = {
    By.ACCOUNT: "Par compte",
    By.ENTITY: "Par chambre",
    By.AXIS: "Par action ou section",
    By.MONTH: "Par mois",
}


def row_of(key: Key, by: By, depth: int = 2) -> str:
    """The row a figure belongs to: account root, entity, axis or month ("01" to "12")."""
    entity, account, axis, month = key
    if by is By.ACCOUNT:
        return root_of(account, depth)
    return {By.ENTITY: entity, By.AXIS: axis, By.MONTH: f"{month:02d}"}[by]


def grouped(
    amounts: Amounts, by: By, depth: int = 2, measure: Measure | None = None
) -> dict[str, int]:
    """Cents by row. Without a measure each account counts in its natural sense."""
    rows: dict[str, int] = defaultdict(int)
    for key, cents in amounts.items():
        weight = 1 if measure is None else _WEIGHTS[measure].get(class_of(key[1]), 0)
        if weight:
            rows[row_of(key, by, depth)] += weight * cents
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Variance:
    """A difference in cents and in percent of its base; `reason` says why there is no percent."""

    cents: int | None
    percent: Decimal | None
    reason: str = ""


def variance(base: int | None, value: int | None) -> Variance:
    """From `base` to `value`. The percent is of the size of the base, so its sign is the gap's."""
    if base is None or value is None:
        return Variance(None, None, "une des deux colonnes n’est pas renseignée")
    gap = value - base
    if base == 0:
        return Variance(gap, None, "pas de pourcentage\u00a0: la base est nulle")
    exact = Decimal(gap) * 100 / Decimal(abs(base))
    return Variance(gap, exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One row of the columns. None: the column says nothing of it, which is not zero.

    `revision` is from initial to revised; `gap` from the last voted to what was executed; `growth`
    from `former`, what was executed over the same period of the year before, to what was this one.
    `uneven`: why columns that do not count the same chambers are not compared, by what is asked.
    """

    row: str
    initial: int | None
    revised: int | None
    executed: int | None
    former: int | None = None
    uneven: frozenset[str] = field(default=frozenset(), kw_only=True)

    @property
    def reference(self) -> int | None:
        """What execution is measured against: the last revised budget, else the initial one."""
        return self.initial if self.revised is None else self.revised

    @property
    def revision(self) -> Variance:
        return self._from(self.initial, self.revised, "revision")

    @property
    def gap(self) -> Variance:
        return self._from(self.reference, self.executed, "gap")

    @property
    def growth(self) -> Variance:
        return self._from(self.former, self.executed, "growth")

    def _from(self, base: int | None, value: int | None, what: str) -> Variance:
        if what in self.uneven and base is not None and value is not None:
            return Variance(None, None, UNEVEN)
        return variance(base, value)


UNEVEN = "les deux colonnes ne comptent pas les mêmes chambres"
SIDES = ("initial", "revised", "executed", "former")


@dataclass(frozen=True, slots=True)
class Columns:
    """The sets of figures compared; None for one that does not exist at all.

    `unsaid`: by column and cut, the rows it says nothing of: a chamber it lacks, a month it does
    not cover, an axis that no book tells. `uneven`: the gaps between columns that do not count the
    same chambers. `partial`: columns whose rows make no total.
    """

    initial: Amounts | None
    revised: Amounts | None
    executed: Amounts | None
    former: Amounts | None = None
    unsaid: Mapping[tuple[str, By], frozenset[str]] = field(default_factory=dict)
    uneven: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()

    @property
    def sides(self) -> list[tuple[str, Amounts | None]]:
        return [(name, getattr(self, name)) for name in SIDES]


def compare(
    columns: Columns, by: By, depth: int = 2, measure: Measure | None = None
) -> tuple[ComparisonRow, ...]:
    """The columns side by side, one row per account root, entity, axis or month."""
    sides = [
        (name, None if amounts is None else grouped(amounts, by, depth, measure))
        for name, amounts in columns.sides
    ]
    order = row_order if by is By.ACCOUNT else str
    rows = sorted({row for _name, side in sides if side for row in side}, key=order)

    def value(name: str, side: Mapping[str, int] | None, row: str) -> int | None:
        if side is None or row in columns.unsaid.get((name, by), ()):
            return None
        return side.get(row, 0)

    # The row of a chamber compares that chamber alone.
    uneven = frozenset() if by is By.ENTITY else columns.uneven
    return tuple(
        ComparisonRow(row, *(value(name, side, row) for name, side in sides), uneven=uneven)
        for row in rows
    )


def row_order(account: str) -> tuple[int, str]:
    """Accounts are read class by class, in the order of CLASSES."""
    known, digit = list(CLASSES), class_of(account)
    return (known.index(digit) if digit in known else len(known)), account


def sums_by_class(
    before: Mapping[tuple[str, str], Sequence[int]], after: Mapping[tuple[str, str], Sequence[int]]
) -> list[tuple[str, int, int]]:
    """What each class met in `after` adds up to, in cents, before and after."""
    sums: dict[str, list[int]] = {}
    for place, lines in enumerate((before, after)):
        for (account, _axis), months in lines.items():
            sums.setdefault(class_of(account), [0, 0])[place] += sum(months)
    return [(name, *sums[digit]) for digit, name in CLASSES.items() if digit in sums]  # type: ignore[misc]


def overall(columns: Columns, measure: Measure) -> ComparisonRow:
    """The total row of a comparison."""
    sides = (
        None if amounts is None or name in columns.partial else total(amounts, measure)
        for name, amounts in columns.sides
    )
    return ComparisonRow("", *sides, uneven=columns.uneven)


def by_month(amounts: Amounts) -> dict[tuple[str, str], list[int]]:
    """Twelve cents per (account, axis), all entities together."""
    lines: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 12)
    for (_entity, account, axis, month), cents in amounts.items():
        lines[account, axis][month - 1] += cents
    return dict(lines)
