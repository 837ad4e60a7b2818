"""Control of what is eliminated between chambers: each gap with its likely cause, and what stays in
the accounts though it is between chambers. Every remark bears its amount.

Tolerance is zero: a cent is a gap. A cause is a proposal, drawn from the amounts alone; pieces are
compared elsewhere (`drill`). Knows no file and no Django.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from maillage.kernel.money import NBSP
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.families import Families, Place
from maillage.ledger.engine.reciprocity import ConsolidatedLine, Reciprocity, sides_compared
from maillage.ledger.engine.sharing import RATES, REASONS, Unshared

Cause = Literal["", "stopped", "timing", "tax", "sign", "one_pair", "one_sided", "amount"]
CAUSES: Mapping[Cause, str] = {
    "": "Concordant",
    "stopped": "Livre arrêté avant",
    "timing": "Décalage de fin d’exercice",
    "tax": "Taxe comprise d’un côté",
    "sign": "Sens contraire (avoir ?)",
    "one_pair": "Même paire, deux familles",
    "one_sided": "D’un seul côté",
    "amount": "Écart de montant",
}
"""Why two chambers do not say alike, in the order in which causes are tried; "" where they do."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something between chambers that elimination leaves in the accounts; cents, debit less credit.

    `code`: intercompany.outside (no family), .adjust (answers nothing in the year), .unnamed (an
    account of chambers alone, no chamber faced), .absent (the chamber faced has no book), .several
    (an entry that names several third parties, `among` them these chambers, and cannot be shared,
    for a `reason` in words).
    """

    code: str
    entity: str
    partner: str
    account: str
    debit: int
    credit: int
    among: tuple[str, ...] = ()
    reason: str = ""

    @property
    def cents(self) -> int:
        return self.debit - self.credit

    @property
    def faced(self) -> tuple[str, ...]:
        """The chamber faced, or those named without one knowing which it is with."""
        return (self.partner,) if self.partner else self.among

    @property
    def what(self) -> str:
        return f"{REMARKS[self.code]}{self.reason and f'{NBSP}: {self.reason}'}"


REMARKS = {
    "intercompany.outside": "chambre en face connue, compte hors de toute famille : non éliminé",
    "intercompany.adjust": "ne répond à rien dans l’année chez l’autre chambre : à retraiter",
    "intercompany.unnamed": "compte entre chambres sans chambre en face : non éliminé",
    "intercompany.absent": "la chambre en face n’a pas de livre : non éliminé",
    "intercompany.several": "écriture à plusieurs tiers, dont des chambres, non éliminée",
}


Causes = tuple[tuple[Cause, int], ...]
"""What a gap is made of, cause by cause, in cents; nothing where there is none."""


@dataclass(frozen=True, slots=True)
class Control:
    """Every pair compared with the causes of its gap, and what elimination leaves."""

    compared: tuple[tuple[Reciprocity, Causes], ...]
    remarks: tuple[Remark, ...]

    @property
    def pairs(self) -> tuple[tuple[Reciprocity, Cause], ...]:
        """Each pair with the first cause of its gap."""
        return tuple((r, causes[0][0] if causes else "") for r, causes in self.compared)

    def gap(self, *, result: bool) -> int:
        """What does not match, of charges and products or of the balance sheet; cents."""
        return sum(r.difference for r, _ in self.pairs if (r.nature == "result") == result)

    def eliminated(self, *, result: bool) -> int:
        """What the first of each pair says and that is taken out, in absolute value; cents."""
        return sum(abs(r.says) for r, _ in self.pairs if (r.nature == "result") == result)

    @property
    def lines(self) -> tuple[tuple[str, int, int], ...]:
        """What is eliminated and what does not match, by nature in words; cents."""
        return tuple(
            (words, self.eliminated(result=is_result), self.gap(result=is_result))
            for is_result, words in (
                (True, "charges moins produits"),
                (False, "créances moins dettes"),
            )
        )

    @property
    def unnamed(self) -> int:
        """What is left on accounts of chambers alone, no chamber faced; cents."""
        return sum(r.cents for r in self.remarks if r.code == "intercompany.unnamed")

    @property
    def different(self) -> int:
        return sum(cause != "" for _, cause in self.pairs)


Stops = Mapping[str, dt.date]
"""The last day its book covers, by the code of each chamber whose book stops before its closing."""
NONE: Stops = {}


def control_of(result: Consolidation, families: Families, stops: Stops = NONE) -> Control:
    """The control of a consolidation: the same whoever shows it."""
    months = _monthly(result.eliminations, families)
    last = max((line.month for line in result.lines if line.month), default=None)
    pairs = tuple(
        (r, _causes(r, result.reciprocities, months, last, stops)) for r in result.reciprocities
    )
    remarks = sorted(_remarks(result, families), key=lambda r: (r.code, -abs(r.cents), r.entity))
    return Control(pairs, tuple(remarks))


# -- why a pair does not match --------------------------------------------------------------------

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


def _causes(
    r: Reciprocity,
    others: Sequence[Reciprocity],
    months: _Months,
    last: dt.date | None,
    stops: Stops,
) -> Causes:
    """What is of months that a book does not reach, apart from what they said differently while
    both went on."""
    if not r.difference:
        return ()
    until = _until_stop(r, months, stops)
    if until is None:
        return ((_cause(r, others, late=_late(r, months, last)), r.difference),)
    before = replace(r, says=until[0], answers=until[1])
    after = r.difference - before.difference
    found: Causes = (("stopped", after),) if after else ()
    if before.difference:
        found += ((_cause(before, others, late=False), before.difference),)
    return found


def _cause(r: Reciprocity, others: Sequence[Reciprocity], *, late: bool) -> Cause:
    if late:
        return "timing"
    if is_taxed(r.says, r.answers):
        return "tax"
    if r.says and r.says == r.answers:
        return "sign"
    if any(cancels(r, other) for other in others):
        return "one_pair"
    return "amount" if r.says and r.answers else "one_sided"


def stop_of(r: Reciprocity, stops: Stops) -> tuple[str, dt.date] | None:
    """The chamber of a pair whose book stops first, and when; None where neither does."""
    ends = [(stops[code], code) for code in (r.entity, r.partner) if code in stops]
    return min(ends)[::-1] if ends else None


def _until_stop(r: Reciprocity, months: _Months, stops: Stops) -> tuple[int, int] | None:
    """What each said until the first of their books stops, None where neither does."""
    found = stop_of(r, stops)
    if found is None:
        return None
    both = zip(
        ((r.entity, r.partner), (r.partner, r.entity)), sides_compared(r.nature), strict=True
    )
    one, two = (
        sum(v for month, v in cells.items() if month is None or month <= found[1])
        for cells in (_said(months, one, other, r, side) for (one, other), side in both)
    )
    return one, two


def _late(r: Reciprocity, months: _Months, last: dt.date | None) -> bool:
    """Whether they said alike until the last month of the exercise, of which one said nothing."""
    ours, theirs = (
        _said(months, one, other, r, side)
        for (one, other), side in zip(
            ((r.entity, r.partner), (r.partner, r.entity)), sides_compared(r.nature), strict=True
        )
    )
    before = [sum(v for month, v in said.items() if month != last) for said in (ours, theirs)]
    silent = not ours.get(last) or not theirs.get(last)
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


# -- what elimination leaves ----------------------------------------------------------------------


def _remarks(result: Consolidation, families: Families) -> Iterator[Remark]:
    totals: dict[tuple[str, str, str, str], list[int]] = {}
    for line in (*result.lines, *result.adjustments):
        if code := _left(line, families.place(line.account)):
            _add(totals, (code, line.entity, line.partner, line.account), line)
    for line in result.absent:
        place = families.place(line.account)
        if place is None or place.use != "kept":
            _add(totals, ("intercompany.absent", line.entity, line.partner, line.account), line)
        if place and place.own:
            _add(totals, ("intercompany.unnamed", line.entity, "", line.account), _less(line))
    for told in result.unshared:
        place = families.place(told.account)
        if place and place.own:  # told below, with the chambers its entry names
            _add(totals, ("intercompany.unnamed", told.entity, "", told.account), _less(told))
    for key, (debit, credit) in totals.items():
        is_settled = debit == credit and key[0] != "intercompany.outside"
        if (debit or credit) and not is_settled:
            yield Remark(*key, debit, credit)
    yield from _unshared(result)


def _less(line: ConsolidatedLine | Unshared) -> ConsolidatedLine:
    return ConsolidatedLine(
        line.entity, line.month, line.account, "", "", "", -line.debit, -line.credit
    )


def _unshared(result: Consolidation) -> Iterator[Remark]:
    """What entries of several third parties leave, by chamber, account, who is named and why."""
    totals: dict[tuple[str, str, tuple[str, ...], str], list[int]] = {}
    for line in result.unshared:
        cell = totals.setdefault((line.entity, line.account, line.among, line.reason), [0, 0])
        cell[0] += line.debit
        cell[1] += line.credit
    for (entity, account, among, reason), (debit, credit) in totals.items():
        told = REASONS[reason]  # type: ignore[index]
        yield Remark("intercompany.several", entity, "", account, debit, credit, among, told)


def _left(line: ConsolidatedLine, place: Place | None) -> str:
    if not line.account:
        return ""
    if not line.partner:
        return "intercompany.unnamed" if place and place.own else ""
    if place is None:
        return "intercompany.outside"
    return "intercompany.adjust" if place.use == "adjusted" else ""


def _add(
    totals: dict[tuple[str, str, str, str], list[int]],
    key: tuple[str, str, str, str],
    line: ConsolidatedLine,
) -> None:
    cell = totals.setdefault(key, [0, 0])
    cell[0] += line.debit
    cell[1] += line.credit
