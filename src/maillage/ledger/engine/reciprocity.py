"""What two chambers say of each other, family by family: products against charges, receivables
against payables. Amounts are integer cents. Knows consolidated lines; refuses to know books.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from maillage.ledger.engine.families import Families, Family, Side


@dataclass(frozen=True, slots=True)
class ConsolidatedLine:
    """What a chamber moved on a common account in a month, with a partner or ""; cents.

    `axis`: the value of its book's first analytical column, "" where it has none. `means`: how the
    partner is known (`partners.MEANS`), "" where there is none.
    """

    entity: str
    month: dt.date | None
    account: str
    partner: str
    axis: str
    means: str
    debit: int
    credit: int

    @property
    def net(self) -> int:
        return self.debit - self.credit


Nature = Literal["result", "claims", "current"]
"""Products against charges; receivables against payables; balances that serve both ways."""
NATURES: Mapping[Nature, str] = {
    "result": "Produits et charges",
    "claims": "Créances et dettes",
    "current": "Soldes réciproques",
}


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """What two chambers say of each other in one family and nature; cents, debit less credit.

    `entity` is the one that sells or is owed, `partner` the one that buys or owes; on accounts that
    serve both ways, in the order of their codes. `difference` is zero where both say alike.
    """

    entity: str
    partner: str
    family: Family
    nature: Nature
    says: int
    answers: int

    @property
    def difference(self) -> int:
        return self.says + self.answers


def sides_compared(nature: Nature) -> tuple[Side | None, Side | None]:
    """Of which balances each chamber of a reciprocity speaks; None for all of them."""
    compared: dict[Nature, tuple[Side, Side]]
    compared = {"result": ("credit", "debit"), "claims": ("debit", "credit")}
    return compared.get(nature, (None, None))


def accounts_behind(
    lines: Iterable[ConsolidatedLine],
    families: Families,
    code: str,
    nature: Nature | None = None,
    side: Side | None = None,
) -> frozenset[str]:
    """The common accounts, among those of the lines, that a family compares."""
    found = set()
    for account in {line.account for line in lines}:
        place, family = families.place(account), families.of(account)
        if place is None or family is None or family.code != code:
            continue
        alike = nature is None or place.is_result == (nature == "result")
        if alike and side in (None, place.side):
            found.add(account)
    return frozenset(found)


def facing_lines(
    lines: Iterable[ConsolidatedLine], families: Families
) -> tuple[ConsolidatedLine, ...]:
    """Those that face another chamber on an account a family eliminates."""
    return tuple(line for line in lines if line.partner and families.of(line.account))


def reciprocities(
    facing: Iterable[ConsolidatedLine], families: Families
) -> tuple[Reciprocity, ...]:
    """What each pair of chambers says of each other, by family and nature, differences first.

    Products meet charges, receivables payables, never the ones the others. Where an account of the
    pair and family serves both ways, its balances are compared whole. The differences add up to
    what eliminating these lines takes out of the books.
    """
    nets: dict[tuple[str, str, str, bool], dict[Side, int]] = {}
    for line in facing:
        place = families.place(line.account)
        if place is not None:
            key = (line.entity, line.partner, place.family, place.is_result)
            cell = nets.setdefault(key, {})
            cell[place.side] = cell.get(place.side, 0) + line.net
    pairs = {(min(key[:2]), max(key[:2]), key[2], key[3]) for key in nets}
    found = [
        row
        for one, other, code, result in pairs
        for row in _compared(
            (one, other),
            families.family(code) or Family(code, code),
            nets.get((one, other, code, result), {}),
            nets.get((other, one, code, result), {}),
            result=result,
        )
    ]
    order = {family.code: rank for rank, family in enumerate(families)}

    def rank(r: Reciprocity) -> tuple[Any, ...]:
        return (not r.difference, r.entity, r.partner, order.get(r.family.code, 0), r.nature)

    return tuple(sorted(found, key=rank))


def _compared(
    pair: tuple[str, str],
    family: Family,
    ours: Mapping[Side, int],
    theirs: Mapping[Side, int],
    *,
    result: bool,
) -> Iterator[Reciprocity]:
    one, other = pair
    if "either" in ours or "either" in theirs:
        nature: Nature = "current"
        yield Reciprocity(one, other, family, nature, sum(ours.values()), sum(theirs.values()))
        return
    # A sale is a credit of the seller, a receivable a debit of the one who is owed.
    nature = "result" if result else "claims"
    given, taken = sides_compared(nature)
    for first, second, says, answers in ((one, other, ours, theirs), (other, one, theirs, ours)):
        if given in says or taken in answers:
            held = sum(cents for side, cents in says.items() if side == given)
            faced = sum(cents for side, cents in answers.items() if side == taken)
            yield Reciprocity(first, second, family, nature, held, faced)
