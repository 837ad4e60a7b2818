"""Control of what is eliminated between chambers: each gap with its likely cause, and what stays in
the accounts though it is between chambers. Every remark bears its amount.

Tolerance is zero: a cent is a gap. A cause is a proposal, drawn from the amounts alone; pieces are
compared elsewhere (`drill`). Knows no file and no Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maillage.kernel.money import NBSP
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.families import Families, Place
from maillage.ledger.engine.gap_causes import NONE, Cause, Causes, Stops, compared
from maillage.ledger.engine.reciprocity import ConsolidatedLine, Reciprocity
from maillage.ledger.engine.sharing import REASONS, Unshared


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


def control_of(
    result: Consolidation,
    families: Families,
    stops: Stops = NONE,
    former: Consolidation | None = None,
) -> Control:
    """The control of a consolidation: the same whoever shows it. `former`: of the exercise before,
    whose last month may be answered in this one."""
    pairs = compared(result, families, stops, former)
    remarks = sorted(_remarks(result, families), key=lambda r: (r.code, -abs(r.cents), r.entity))
    return Control(pairs, tuple(remarks))


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
