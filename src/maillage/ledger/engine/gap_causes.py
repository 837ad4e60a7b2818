"""Why two chambers do not say alike: the likely causes of a gap, drawn from amounts by month alone.

A cause is a proposal; pieces are compared elsewhere (`pieces`). Knows no file and no Django.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.reciprocity import ConsolidatedLine, Reciprocity, sides_compared
from maillage.ledger.engine.taxed import RATES

Cause = Literal[
    "", "stopped", "before", "timing", "tax", "sign", "one_pair", "missing", "missing_own", "amount"
]
CAUSES: Mapping[Cause, str] = {
    "": "Concordant",
    "stopped": "Livre arrêté avant",
    "before": "Décalage de l’exercice précédent",
    "timing": "Décalage probable de fin d’exercice",
    "tax": "Taxe comprise d’un côté",
    "sign": "Sens contraire (avoir ?)",
    "one_pair": "Même paire, deux familles",
    "missing": "Manque en face",
    "missing_own": "Manque",
    "amount": "Montants différents ou pièces manquantes",
}
"""Why two chambers do not say alike, in the order in which causes are tried; "" where they do.

`missing`: the second of a reciprocity has not what the first says; `missing_own`: the other way.
"""


Causes = tuple[tuple[Cause, int], ...]
"""What a gap is made of, cause by cause, in cents; nothing where there is none."""
_NOTHING: Causes = ()


Stops = Mapping[str, dt.date]
"""The last day its book covers, by the code of each chamber whose book stops before its closing."""
NONE: Stops = {}


def compared(
    result: Consolidation, families: Families, stops: Stops, former: Consolidation | None
) -> tuple[tuple[Reciprocity, Causes], ...]:
    """Every pair with the causes of its gap. `former`: of the exercise before, whose last month may
    be answered in this one."""
    months, last = _monthly(result.eliminations, families), _last(result)
    late = _late_before(former, families) if former and result.differences else {}
    return tuple(
        (r, _causes(_Told(r, months), result.reciprocities, last, stops, late.get(_key(r))))
        for r in result.reciprocities
    )


_Months = dict[tuple[str, str, str, bool, str], dict[dt.date | None, int]]


def _monthly(facing: Iterable[ConsolidatedLine], families: Families) -> _Months:
    """Nets by month of what each chamber says of another: family, whether result, side."""
    found: _Months = {}
    for line in facing:
        place = families.place(line.account)
        if place is not None:
            key = (line.entity, line.partner, place.family, place.is_result, place.side)
            cell = found.setdefault(key, {})
            cell[line.month] = cell.get(line.month, 0) + line.net
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """A reciprocity, and what each of its chambers says by month."""

    r: Reciprocity
    months: _Months

    @property
    def sides(self) -> tuple[dict[dt.date | None, int], dict[dt.date | None, int]]:
        r = self.r
        first, second = sides_compared(r.nature)
        return (_said(self.months, r.entity, r.partner, r, first),
                _said(self.months, r.partner, r.entity, r, second))  # fmt: skip


_Pair = tuple[str, str, str, str]


def _key(r: Reciprocity) -> _Pair:
    return r.entity, r.partner, r.family.code, r.nature


def _last(result: Consolidation) -> dt.date | None:
    return max((line.month for line in result.lines if line.month), default=None)


def _late_before(former: Consolidation, families: Families) -> dict[_Pair, tuple[int, bool]]:
    """What one chamber alone said of charges and products in the last month of the exercise before:
    the gap, and whether the second of the pair is who had not."""
    months, last = _monthly(former.eliminations, families), _last(former)
    found = {}
    for r in former.differences:
        sides = _Told(r, months).sides
        if r.nature == "result" and _late(sides, last):
            found[_key(r)] = r.difference, not sides[1].get(last)
    return found


def _causes(
    told: _Told,
    others: Sequence[Reciprocity],
    last: dt.date | None,
    stops: Stops,
    late: tuple[int, bool] | None,
) -> Causes:
    """What is of months that a book does not reach, apart from what they said differently while
    both went on; what answers the exercise before, apart from the rest."""
    r, found = told.r, _NOTHING
    if not r.difference:
        return found
    sides = told.sides
    if stop := stop_of(r, stops):
        sides = _until(sides[0], stop[1]), _until(sides[1], stop[1])
        before = replace(r, says=sum(sides[0].values()), answers=sum(sides[1].values()))
        after = r.difference - before.difference
        found = (("stopped", after),) if after else ()
        return found + (_explained(before, others, sides, None) if before.difference else ())
    if late and (rest := _answered(r, sides, *late)):
        r, sides = rest
        found = (("before", -late[0]),)
    return found + (_explained(r, others, sides, last) if r.difference else ())


_Sides = tuple[dict[dt.date | None, int], dict[dt.date | None, int]]
NEAR = 2
"""Months within which the same amount is one operation, or the exercise before is answered."""


def _until(said: Mapping[dt.date | None, int], day: dt.date) -> dict[dt.date | None, int]:
    return {month: cents for month, cents in said.items() if month is None or month <= day}


def _answered(
    r: Reciprocity, sides: _Sides, cents: int, second: bool
) -> tuple[Reciprocity, _Sides] | None:
    """What is left once what answers a gap of the exercise before is apart, where something does:
    an amount as large, of who had not said it, in the first months."""
    known = sorted(month for said in sides for month in said if month)
    for month, said in sorted((m, c) for m, c in sides[second].items() if m):
        if said + sides[not second].get(month, 0) == 0:
            continue
        if (month - known[0]).days < 31 * NEAR and said * cents < 0 and abs(said) >= abs(cents):
            left = dict(sides[second]) | {month: said + cents}
            if second:
                return replace(r, answers=r.answers + cents), (sides[0], left)
            return replace(r, says=r.says + cents), (left, sides[1])
    return None


def _explained(
    r: Reciprocity, others: Sequence[Reciprocity], sides: _Sides, last: dt.date | None
) -> Causes:
    lacks, is_proved = _by_month(r, sides)
    is_paired = any(cancels(r, other) for other in others)
    cause: Cause = ""
    if last and _late(sides, last):
        cause = "timing"
    elif is_proved and not is_paired:
        return lacks
    elif is_taxed(r.says, r.answers):
        cause = "tax"
    elif r.says and r.says == r.answers:
        cause = "sign"
    elif is_paired:
        cause = "one_pair"
    return ((cause, r.difference),) if cause else lacks


def _by_month(r: Reciprocity, sides: _Sides) -> tuple[Causes, bool]:
    """Who lacks what, where no month holds an amount of each that differ; and whether all the rest
    agrees, some of it at least."""
    ours, theirs = (dict(said) for said in sides)
    for month in ours.keys() & theirs.keys():
        if ours[month] + theirs[month] == 0:
            del ours[month], theirs[month]
    apart = not any(ours[month] and theirs[month] for month in ours.keys() & theirs.keys())
    for month, cents in list(ours.items()):
        answer = next((m for m, c in theirs.items() if c == -cents and _near(month, m)), ...)
        if answer is not ...:
            del ours[month], theirs[answer]
    gaps = sum(ours.values()), sum(theirs.values())
    if not apart or sum(gaps) != r.difference:
        return (("amount", r.difference),), False
    lacks: Causes = (("missing", gaps[0]), ("missing_own", gaps[1]))
    is_proved = len(ours) + len(theirs) < len(sides[0]) + len(sides[1])
    return tuple((cause, cents) for cause, cents in lacks if cents), is_proved


def _near(one: dt.date | None, other: dt.date | None) -> bool:
    return bool(one and other) and abs((one - other).days) <= 31 * NEAR  # type: ignore[operator]


def stop_of(r: Reciprocity, stops: Stops) -> tuple[str, dt.date] | None:
    """The chamber of a pair whose book stops first, and when; None where neither does."""
    ends = [(stops[code], code) for code in (r.entity, r.partner) if code in stops]
    return min(ends)[::-1] if ends else None


def _late(sides: _Sides, last: dt.date | None) -> bool:
    """Whether they said alike until the last month of the exercise, of which one said nothing."""
    before = [sum(v for month, v in said.items() if month != last) for said in sides]
    silent = not sides[0].get(last) or not sides[1].get(last)
    return silent and all(before) and sum(before) == 0


def _said(
    months: _Months, one: str, other: str, r: Reciprocity, side: str | None
) -> dict[dt.date | None, int]:
    found: dict[dt.date | None, int] = {}
    for (entity, partner, family, result, held), said in months.items():
        if (entity, partner, family) != (one, other, r.family.code):
            continue
        if result == (r.nature == "result") and side in (None, held):
            for month, cents in said.items():
                found[month] = found.get(month, 0) + cents
    return found


def is_taxed(says: int, answers: int) -> bool:
    """Whether one amount is the other with tax, to the cent."""
    low, high = sorted((abs(says), abs(answers)))
    opposite = says * answers < 0
    return opposite and any(abs(low * rate - high) <= Fraction(1, 2) for rate in RATES)


def cancels(r: Reciprocity, other: Reciprocity) -> bool:
    """Whether another family of the same pair has the opposite gap, of the same nature."""
    return (
        {r.entity, r.partner} == {other.entity, other.partner}
        and r.family != other.family
        and (r.nature == "result") == (other.nature == "result")
        and r.difference == -other.difference
    )
