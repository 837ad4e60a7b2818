"""Where a year will land, line by line: what is done, what is engaged, what is still to come.

Each line has a method, and each method says its own sum in words, or why it cannot be done. What is
engaged is a floor: a line lands no lower than what is booked plus what is ordered and not yet
booked. Amounts are integer cents in the natural sense of their account. Formulas of management
control (general practice). Refuses to know books, budgets and Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from maillage.costing.engine.budgets import class_of, mark_of, number_of
from maillage.kernel.absence import sum_told
from maillage.kernel.money import divided, rounded, scaled, spread
from maillage.kernel.period import MONTHS

NBSP = "\u00a0"


class Method(StrEnum):
    REMAINDER = "reste"
    PRORATA = "prorata"
    PROFILE = "profil"
    SHIFT = "ecart"
    COMMITTED = "engagements"
    ENTERED = "saisi"


METHOD_LABELS = {
    Method.REMAINDER: "Reste du budget",
    Method.PRORATA: "Prorata du temps",
    Method.PROFILE: "Profil de l’an passé",
    Method.SHIFT: "Fin d’année de l’an passé",
    Method.COMMITTED: "Engagements",
    Method.ENTERED: "Montant saisi",
}
METHOD_HELP = {
    Method.REMAINDER: "réalisé + budget des mois qui restent",
    Method.PRORATA: "réalisé × 12 ÷ mois écoulés",
    Method.PROFILE: "réalisé × total de l’an passé ÷ réalisé de l’an passé à la même date",
    Method.SHIFT: "réalisé + ce qui s’est fait l’an passé après la même date",
    Method.COMMITTED: "réalisé + engagements restants, hors factures à recevoir déjà au 408",
    Method.ENTERED: "le montant saisi, et lui seul",
}
DEFAULT = Method.REMAINDER


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a line at a cut-off, in cents. None: nobody said, which is no zero.

    `realised`: booked up to the cut-off; `former`: the same the year before, `former_year` its
    whole; `to_date`: the budget of the months done; `committed`: ordered, not booked yet, net of
    what account 408 already holds.
    """

    months: int
    realised: int | None = None
    former: int | None = None
    former_year: int | None = None
    budget: int | None = None
    to_date: int | None = None
    committed: int | None = None
    entered: int | None = None
    no_book: str = "aucun livre de l’exercice"
    no_former: str = "aucun livre de l’exercice précédent"

    @property
    def floor(self) -> int | None:
        """What the line cannot land under, where something is engaged."""
        if self.realised is None or self.committed is None:
            return None
        return self.realised + self.committed


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a line lands; `how`: the sum in words; `reason`: why there is none."""

    cents: int | None
    how: str = ""
    reason: str = ""
    floored: bool = False


def _missing(reason: str) -> Forecast:
    return Forecast(None, reason=reason)


def _euros(cents: int) -> str:
    return rounded(cents)


def _prorata(known: Known, done: int) -> Forecast:
    return Forecast(divided(done * 12, known.months), f"{_euros(done)} × 12 ÷ {known.months}")


def _profile(known: Known, done: int) -> Forecast:
    if known.former is None or known.former_year is None:
        return _missing(known.no_former)
    if known.former == 0:
        return _missing("rien n’était réalisé à cette date l’an passé\u00a0: pas de profil")
    if (known.former < 0) != (known.former_year < 0) and known.former_year:
        return _missing("le réalisé de l’an passé a changé de signe en fin d’année")
    cents = divided(done * known.former_year, known.former)
    return Forecast(cents, f"{_euros(done)} × {_euros(known.former_year)} ÷ {_euros(known.former)}")


def _shift(known: Known, done: int) -> Forecast:
    if known.former is None or known.former_year is None:
        return _missing(known.no_former)
    how = f"{_euros(done)} + {_euros(known.former_year)} − {_euros(known.former)}"
    return Forecast(done + known.former_year - known.former, how)


def _remainder(known: Known, done: int) -> Forecast:
    if known.budget is None or known.to_date is None:
        return _missing("aucun budget voté")
    how = f"{_euros(done)} + {_euros(known.budget)} − {_euros(known.to_date)}"
    return Forecast(done + known.budget - known.to_date, how)


def _committed(known: Known, done: int) -> Forecast:
    if known.committed is None:
        return _missing("aucun engagement sur cette ligne")
    return Forecast(done + known.committed, f"{_euros(done)} + {_euros(known.committed)}")


_METHODS: dict[Method, Callable[[Known, int], Forecast]] = {
    Method.PRORATA: _prorata,
    Method.PROFILE: _profile,
    Method.SHIFT: _shift,
    Method.REMAINDER: _remainder,
    Method.COMMITTED: _committed,
}


def forecast(method: Method, known: Known) -> Forecast:
    """Where the line lands by this method, never under what is booked and engaged."""
    if method is Method.ENTERED:
        if known.entered is None:
            return _missing("aucun montant saisi")
        return _floored(Forecast(known.entered, "montant saisi"), known)
    if known.realised is None:
        return _missing(known.no_book)
    return _floored(_METHODS[method](known, known.realised), known)


def _floored(found: Forecast, known: Known) -> Forecast:
    floor = known.floor
    if found.cents is None or floor is None or found.cents >= floor:
        return found
    assert known.realised is not None and known.committed is not None
    least = f"{_euros(known.realised)} + {_euros(known.committed)}"
    how = f"{found.how} = {_euros(found.cents)}, porté au réalisé et engagé\u00a0: {least}"
    return Forecast(floor, how, floored=True)


# -- which line an amount belongs to --------------------------------------------------------------

LineKey = tuple[str, str]
"""Account and axis ("" for none)."""


def place(lines: Iterable[LineKey], account: str, axis: str) -> LineKey:
    """The line an amount is read with: the longest account that begins the same, of its axis, else
    of none; itself where the budget foresees nothing of the kind."""
    mark, number = mark_of(account), number_of(account)
    best: LineKey | None = None
    for held in lines:
        root, tag = held
        if mark_of(root) != mark or tag not in (axis, ""):
            continue
        if not number.startswith(number_of(root)):
            continue
        if best is None or (tag == axis, len(root)) > (best[1] == axis, len(best[0])):
            best = held
    return best or (account, axis)


# -- the months of a landing ----------------------------------------------------------------------


def by_month(
    total: int, done: Sequence[int] | None, planned: Sequence[int], months: int
) -> list[int]:
    """Twelve months that add up to where a line lands: those done as booked, the rest as planned.

    `done`: twelve cents booked, None where no book says. What is left is shared as the budget of
    the months to come is, evenly where it has none of one sign.
    """
    if done is None:
        return list(_shared(total, planned))
    booked = [*done[:months], *[0] * (12 - months)]
    left = total - sum(booked)
    if months == 12:
        booked[11] += left
        return booked
    rest = _shared(left, planned[months:])
    return [*booked[:months], *rest]


def _shared(total: int, planned: Sequence[int]) -> tuple[int, ...]:
    whole = sum(planned)
    if whole > 0 and min(planned) >= 0:
        return scaled(planned, total, whole)
    return spread(total, len(planned))


def by_axis(months: Sequence[int], parts: Mapping[str, int]) -> dict[str, list[int]]:
    """Each month of a line shared between the axes its budget gives it, in its proportions."""
    axes = sorted(parts)
    weights = [max(parts[axis], 0) for axis in axes]
    if len(axes) == 1 or sum(weights) == 0:
        return {(axes[0] if axes else ""): list(months)}
    shares = [scaled(weights, cents, sum(weights)) for cents in months]
    return {axis: [share[rank] for share in shares] for rank, axis in enumerate(axes)}


# -- sums and gaps --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a landing: what is known, by which method, where it lands."""

    account: str
    axis: str
    known: Known
    method: Method
    forecast: Forecast
    months: Mapping[str, Sequence[int]] | None = None
    """Twelve cents by axis, of where it lands; None where it lands nowhere."""
    chosen: bool = False

    @property
    def key(self) -> LineKey:
        return self.account, self.axis

    @property
    def gap(self) -> int | None:
        if self.forecast.cents is None or self.known.budget is None:
            return None
        return self.forecast.cents - self.known.budget


@dataclass(frozen=True, slots=True)
class Added:
    """What lines add up to; None where one of them is not told: a partial sum is none.

    `lacking`: how many lines have no forecast.
    """

    budget: int | None
    realised: int | None
    committed: int | None
    forecast: int | None
    lacking: int = 0

    @property
    def gap(self) -> int | None:
        if self.forecast is None or self.budget is None:
            return None
        return self.forecast - self.budget

    def less(self, other: Added) -> Added:
        pairs = ((self.budget, other.budget), (self.realised, other.realised),
                 (self.forecast, other.forecast))  # fmt: skip
        budget, realised, landed = (
            None if one is None or two is None else one - two for one, two in pairs
        )
        return Added(budget, realised, None, landed, self.lacking + other.lacking)


def added(lines: Iterable[Line], digit: str = "") -> Added:
    """The sum of the lines of a class (all without one)."""
    held = [line for line in lines if not digit or class_of(line.account) == digit]
    engaged = [line.known.committed for line in held if line.known.committed is not None]
    return Added(
        sum_told(line.known.budget for line in held),
        sum_told(line.known.realised for line in held),
        sum(engaged) if engaged else None,
        sum_told(line.forecast.cents for line in held),
        sum(line.forecast.cents is None for line in held),
    )


def together(parts: Sequence[Added]) -> Added:
    """Several chambers' sums as one; None as soon as one of them is not told."""
    engaged = [part.committed for part in parts if part.committed is not None]
    return Added(
        sum_told(part.budget for part in parts),
        sum_told(part.realised for part in parts),
        sum(engaged) if engaged else None,
        sum_told(part.forecast for part in parts),
        sum(part.lacking for part in parts),
    )


def accuracy(landed: int | None, actual: int | None) -> Decimal | None:
    """How far a forecast was from what happened, in percent of it; None where one is not known or
    nothing happened."""
    if landed is None or not actual:
        return None
    exact = Decimal(abs(landed - actual)) * 100 / Decimal(abs(actual))
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


def months_done(month: int) -> str:
    """« à fin octobre »."""
    return f"à fin{NBSP}{MONTHS[month - 1]}"
