"""What an entry of several third parties has with each: its charges and products shared out by the
amounts that face them, to the cent, or left with a reason. Never a guess.

A third party may be named by nobody: what a supplier is owed without its number, the bank, staff.

Knows the lines of one entry and families of the common chart; refuses to know books and files.
Amounts are integer cents, debit less credit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, NamedTuple

from maillage.ledger.engine.families import Families
from maillage.ledger.engine.partners import ENTRY, LABEL, SHARE
from maillage.ledger.engine.taxed import RATES, line_by_line, without_tax

OTHER = "?"
"""Whose a line is that names somebody who is no chamber."""
VAT = "445"
MOST_STATES = 4000
"""Ways of sharing kept side by side: an entry that has more is not concluded on."""
MOST_LEGS = 60
"""Amounts of third parties that no line names, at most, for an entry to be concluded on."""
SOMEBODY = (
    *("161", "162", "163", "164", "40", "41", "42", "43", "440", "441", "442", "443", "444"),
    *("446", "447", "448", "449", "45", "46", "47", "50", "51", "52", "53", "54", "55", "56"),
    *("57", "58"),
)
"""Accounts that are somebody's, though no line says whose."""

Reason = Literal["none", "several", "many"]
REASONS: Mapping[Reason, str] = {
    "none": "aucun partage des tiers de l’écriture ne fait ce montant",
    "several": "plusieurs partages des tiers de l’écriture font ce montant",
    "many": "l’écriture a trop de lignes pour être partagée sûrement",
}
"""Why charges and products are with nobody."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line of an entry. `whose`: the chamber it names, OTHER, or "" where it names nobody;
    `named`: then, the chamber that words of its label stand for, "" for none."""

    line: int
    account: str
    month: dt.date | None
    axis: str
    whose: str
    debit: int
    credit: int
    named: str = ""

    @property
    def net(self) -> int:
        return self.debit - self.credit


GatheredEntry = tuple[EntryLine, ...]
"""Lines of an entry that names a chamber beside another third party, be this one unnamed."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What a line that names nobody has with a chamber. `means`: how one knows, of `MEANS`."""

    line: EntryLine
    partner: str
    cents: int
    means: str = SHARE

    @property
    def sides(self) -> tuple[int, int]:
        return max(self.cents, 0), max(-self.cents, 0)


@dataclass(frozen=True, slots=True)
class Left:
    """A line between chambers perhaps, that no rule shares out; `among`: the chambers named."""

    line: EntryLine
    among: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Unshared:
    """What such lines moved in a chamber's book on a common account; cents."""

    entity: str
    month: dt.date | None
    account: str
    among: tuple[str, ...]
    reason: Reason
    debit: int
    credit: int


def added_up(entity: str, left: Iterable[Left], common: Callable[[str], str]) -> list[Unshared]:
    """Those of one month, account, names and reason as one."""
    totals: dict[tuple[dt.date | None, str, tuple[str, ...], Reason], list[int]] = {}
    for x in left:
        key = (x.line.month, common(x.line.account), x.among, x.reason)
        cell = totals.setdefault(key, [0, 0])
        cell[0] += x.line.debit
        cell[1] += x.line.credit
    found = sorted(totals.items(), key=lambda item: str(item[0]))
    return [Unshared(entity, *key, *cell) for key, cell in found]


Bin = tuple[str, dt.date | None]
"""What is shared out as a whole: a common account in a month."""
_Shared = frozenset[tuple[Bin, str, int]]
"""What of each bin is with each chamber."""


def shared(
    entries: Iterable[GatheredEntry], common: Callable[[str], str], families: Families
) -> tuple[list[Portion], list[Left]]:
    """Portions of the lines that name nobody on charges and products of a family, and those left;
    and the lines of which no sharing tells anything, whole, where words of their label do.

    `common`: of a local account, its common one, "" where no rule sends it.

    The amounts that face third parties are shared among what faces them: each goes whole to one
    common account of a family, or to the rest of the entry, or with the tax of one French rate to
    an account and to its 445. A sharing holds where every amount is used and every account made, to
    the cent; it is kept where it is the only one to say what is with each chamber.
    """
    portions: list[Portion] = []
    left: list[Left] = []
    for entry in entries:
        among = tuple(sorted({x.whose for x in entry} - {"", OTHER}))
        is_alone = len(among) == 1 and all(x.whose != OTHER for x in entry)
        held = _counterparts(entry, common, families, is_alone=is_alone)
        found = _alone(entry, held) if is_alone else _among(entry, held)
        if isinstance(found, str):
            left += [Left(x, among, found) for x in held.asked if not x.named]
            found = None
        told = {x.line for x in found.told} if found else set()
        portions += found.portions if found else ()
        portions += (
            Portion(x, x.named, x.net, LABEL)
            for x in entry
            if x.named and x.net and x.line not in told
        )
    return portions, left


class _Concluded(NamedTuple):
    """What is with whom, and the lines one knows it of, be it with nobody."""

    portions: Sequence[Portion]
    told: Sequence[EntryLine]


class _Counterparts(NamedTuple):
    """What names nobody: charges and products of families by bin, the rest (None where there is
    none), value added tax; then, of an entry of one chamber, what is somebody's, and whether
    something else of the balance sheet stands there."""

    bins: dict[Bin, list[EntryLine]]
    rest: int | None
    tax: int
    somebody: Sequence[EntryLine] = ()
    is_mixed: bool = False

    @property
    def asked(self) -> list[EntryLine]:
        return [line for held in self.bins.values() for line in held]

    @property
    def wanted(self) -> dict[Bin, int]:
        return {place: sum(x.net for x in held) for place, held in self.bins.items()}


def _among(entry: GatheredEntry, held: _Counterparts) -> _Concluded | Reason | None:
    """What an entry of several third parties says; None where nothing is asked of it."""
    if not held.bins:
        return None
    legs = _legs(entry)
    found = _sharings(legs, held.wanted, held.rest, held.tax)
    if isinstance(found, str):
        return _exactly(held, legs, SHARE) if found == "none" and not held.rest else found
    return _Concluded([*_laid(held.bins, found)], held.asked)


def _exactly(
    held: _Counterparts, legs: Sequence[tuple[str, int]], means: str
) -> _Concluded | Reason:
    """What chambers have of lines that are to the cent what each of their amounts is, with its tax,
    where the others' then make all the rest."""
    told = [(place, x) for place, of in held.bins.items() for x in of if x.net]
    lines, mine = [x for _, x in told], [leg for leg in legs if leg[0] != OTHER]
    found = line_by_line(mine, [(place, x.net) for place, x in told], held.tax)
    if isinstance(found, str):
        return found
    pairs = zip(found, mine, strict=True)
    return _Concluded([Portion(lines[n], who, lines[n].net, means) for n, (who, _) in pairs], lines)


def _alone(entry: GatheredEntry, held: _Counterparts) -> _Concluded | Reason | None:
    """What an entry has with the one chamber it names.

    Where nobody else can be there, all of it is the chamber's. Else its amounts make charges and
    products as they are, the rest being paid or owed at once; or what is somebody's makes its own
    beside them, amount by amount.
    """
    if not held.somebody and not (held.bins and held.is_mixed):
        (chamber,) = {x.whose for x in entry if x.whose}
        mine = [x for x in entry if not x.whose]
        return _Concluded([Portion(x, chamber, x.net, ENTRY) for x in mine if x.net], mine)
    if not held.bins:
        return None
    found = _sharings(_legs(entry), held.wanted, held.rest, held.tax)
    others = [(OTHER, x.net) for x in held.somebody if x.net]
    if found == "none" and len(others) > MOST_LEGS:
        return "many"
    if found == "none" and others:
        legs, rest = _legs(entry) + others, (held.rest or 0) - sum(cents for _, cents in others)
        found = _sharings(legs, held.wanted, rest, held.tax, is_strict=True)
        if found == "none" and not rest:
            return _exactly(held, legs, ENTRY)
    if isinstance(found, str):
        return found
    portions = [replace(x, means=ENTRY) for x in _laid(held.bins, found)]
    return _Concluded(portions, held.asked)


def _legs(entry: GatheredEntry) -> list[tuple[str, int]]:
    """What third parties that are named owe."""
    return [(x.whose, x.net) for x in entry if x.whose and x.net]


def _laid(bins: Mapping[Bin, Sequence[EntryLine]], found: _Shared) -> Iterator[Portion]:
    """The portions of a sharing, bin by bin."""
    for place, held in bins.items():
        mine = [(who, cents) for b, who, cents in sorted(found, key=str) if b == place]
        yield from _by_line(held, mine)


def _counterparts(
    entry: GatheredEntry, common: Callable[[str], str], families: Families, *, is_alone: bool
) -> _Counterparts:
    """`is_alone`: whether one chamber is named, and nobody else: accounts of families that are not
    of the result are then asked of too."""
    bins: dict[Bin, list[EntryLine]] = {}
    somebody: list[EntryLine] = []
    rest, tax, is_mixed = None, 0, False
    for line in entry:
        if line.whose:
            continue
        account = common(line.account)
        number, place = account or line.account, families.place(account)
        is_result = number.startswith(("6", "7"))
        is_asked = bool(place and families.of(account))
        if is_alone and not (place and place.own):
            is_somebodys = not line.account or number.startswith(SOMEBODY)
            is_asked = not is_somebodys and bool(place and place.use != "kept")
            somebody += [line] if is_somebodys else ()
            is_mixed |= not is_asked and not is_result and not number.startswith(VAT)
        if is_asked and (is_alone or is_result):
            bins.setdefault((account, line.month), []).append(line)
        elif number.startswith(VAT):
            tax += line.net
        else:
            rest = (rest or 0) + line.net
    return _Counterparts(bins, rest, tax, somebody, is_mixed)


def _sharings(
    legs: Sequence[tuple[str, int]],
    bins: Mapping[Bin, int],
    rest: int | None,
    tax: int,
    *,
    is_strict: bool = False,
) -> _Shared | Reason:
    """The only sharing that holds, or why there is none. `is_strict`: nothing is more than what it
    faces, nor of the same side."""
    ordered = sorted(legs, key=lambda leg: leg[1])
    found: set[_Shared] = set()
    for rate in RATES if tax else (Fraction(1),):
        more = _at_rate(ordered, list(bins.items()), rest, tax, rate, is_strict)
        if more is None:
            return "many"
        found |= more
    if len(found) > 1:
        return "several"
    return found.pop() if found else "none"


def _at_rate(
    legs: Sequence[tuple[str, int]],
    bins: Sequence[tuple[Bin, int]],
    rest: int | None,
    tax: int,
    rate: Fraction,
    is_strict: bool,
) -> set[_Shared] | None:
    """Two of the sharings that hold at a rate, or as many as there are; None beyond MOST_STATES.

    What is still to be faced is a state; two different sharings that lead to one go on alike.
    """
    wanted = (*(-net for _, net in bins), -(rest or 0), -tax)
    states: dict[tuple[int, ...], set[_Shared]] = {wanted: {frozenset()}}
    above, below = sum(n for _, n in legs if n > 0), sum(n for _, n in legs if n < 0)
    for who, net in legs:
        above, below = above - max(net, 0), below - min(net, 0)
        following: dict[tuple[int, ...], set[_Shared]] = {}
        moves = list(_moves(net, len(bins), rest is not None, rate))
        for state, kept in states.items():
            for place, bare in moves:
                if is_strict and place < len(bins) and not _within(bare, state[place]):
                    continue
                after = list(state)
                after[place] -= bare
                after[-1] -= net - bare
                if not all(below <= cents <= above for cents in after):
                    continue
                cell = following.setdefault(tuple(after), set())
                for told in kept:
                    if len(cell) < 2:
                        cell.add(_with(told, bins, place, who, bare))
        if len(following) > MOST_STATES:
            return None
        states = following
    return states.get((0,) * len(wanted), set())


def _moves(net: int, bins: int, has_rest: bool, rate: Fraction) -> Iterator[tuple[int, int]]:
    """To which bin, by place (the rest after them), an amount may go, and what of it without tax.

    All that goes to a bin bears the rate; what goes to the rest bears it or none.
    """
    bare = without_tax(net, rate)
    if bare is not None:
        yield from ((place, bare) for place in range(bins))
    if has_rest:
        yield bins, net
        if bare is not None and bare != net:
            yield bins, bare


def _within(cents: int, whole: int) -> bool:
    return 0 < cents <= whole or whole <= cents < 0


def _with(
    told: _Shared, bins: Sequence[tuple[Bin, int]], place: int, who: str, net: int
) -> _Shared:
    """What is shared, once this amount faces a bin too."""
    if place == len(bins) or who == OTHER:
        return told
    at = bins[place][0]
    amounts = {(b, w): cents for b, w, cents in told}
    amounts[at, who] = amounts.get((at, who), 0) - net
    return frozenset((b, w, cents) for (b, w), cents in amounts.items() if cents)


def _by_line(lines: Sequence[EntryLine], shares: Sequence[tuple[str, int]]) -> Iterator[Portion]:
    """What a bin has with chambers, laid on its lines in their order."""
    amounts = [*(line.net for line in lines), *(cents for _, cents in shares)]
    others = sum(line.net for line in lines) - sum(cents for _, cents in shares)
    if min(*amounts, others) < 0 < max(*amounts, others):
        # Amounts of both signs: no order of lines tells more than their sum does.
        yield from (Portion(lines[0], who, cents) for who, cents in shares)
        return
    waiting = [(line, line.net) for line in lines if line.net]
    for who, cents in shares:
        left = cents
        while left:
            line, held = waiting.pop(0)
            taken = held if abs(held) <= abs(left) else left
            yield Portion(line, who, taken)
            left -= taken
            if held != taken:
                waiting.insert(0, (line, held - taken))
