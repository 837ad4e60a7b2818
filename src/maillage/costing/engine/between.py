"""What chambers budget with each other, taken out of their sum by the families of their books.

An account where nothing but chambers is booked goes out whole; of another account of a family, the
share a budget says it has with a chamber. Products answer charges, resources answer uses. What does
not answer stays apart as a gap, so that the result of the network is the sum of the results.
Amounts are integer cents in the natural sense of their account. Refuses to guess a share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maillage.costing.engine.budgets import class_of, number_of, root_of
from maillage.kernel.money import LARGEST, divided
from maillage.ledger.engine.families import Families


@dataclass(frozen=True, slots=True)
class Share:
    """What a budget has on an account with a chamber, over its year."""

    account: str
    partner: str
    cents: int


@dataclass(frozen=True, slots=True)
class Part:
    """The budget of a chamber: cents by account to date and over the year, shares with others."""

    chamber: str
    amounts: Mapping[str, int]
    year: Mapping[str, int]
    shares: Sequence[Share] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken out of an account. `partner`: "" where the budget does not say which."""

    family: str
    chamber: str
    partner: str
    account: str
    cents: int


def share_fault(share: Share, chamber: str, year: Mapping[str, int], families: Families) -> str:
    """Say why a share does not hold, "" where it does."""
    account = share.account
    if account not in year:
        return f"Compte {account[:12]}\u00a0: ce budget n’a pas de ligne à ce compte."
    if families.of(number_of(account)) is None:
        return f"Compte {account}\u00a0: aucune famille entre chambres ne l’élimine."
    if share.partner == chamber:
        return f"Compte {account}\u00a0: une autre chambre est attendue."
    if not 0 < share.cents <= LARGEST:
        return f"Compte {account}\u00a0: un montant positif, de dix milliards d’euros au plus."
    return ""


def excess_fault(shares: Iterable[Share], year: Mapping[str, int]) -> str:
    """Say which account has more between chambers than it has, "" where none."""
    said: dict[str, int] = defaultdict(int)
    for share in shares:
        said[share.account] += share.cents
    for account, cents in sorted(said.items()):
        if cents > year.get(account, 0):
            return f"Compte {account}\u00a0: plus entre chambres que le budget n’y porte."
    return ""


def taken_out(parts: Iterable[Part], families: Families) -> list[Taken]:
    """Everything that goes out, chamber by chamber."""
    found: list[Taken] = []
    for part in parts:
        for account, cents in sorted(part.amounts.items()):
            found += _of_account(part, account, cents, families)
    return found


def _of_account(part: Part, account: str, cents: int, families: Families) -> list[Taken]:
    number = number_of(account)
    family, place = families.of(number), families.place(number)
    if family is None or place is None:
        return []
    whole = part.year.get(account, 0)
    held = [share for share in part.shares if share.account == account]
    # A share is of the year: to date, it is in the proportion of the account.
    said = [(s.partner, divided(s.cents * cents, whole) if whole else 0) for s in held]
    if place.own and (left := cents - sum(one for _, one in said)):
        said.append(("", left))
    return [Taken(family.code, part.chamber, who, account, one) for who, one in said if one]


@dataclass(frozen=True, slots=True)
class Net:
    """Budgets as one: cents by account, then what is taken out and answers nothing. Added to the
    result, `gap` makes it the sum of the results; `capital_gap`, of uses and resources."""

    amounts: Mapping[str, int]
    gap: int = 0
    capital_gap: int = 0


def net_of(parts: Sequence[Part], families: Families) -> Net:
    taken = taken_out(parts, families)
    amounts: dict[str, int] = defaultdict(int)
    for part in parts:
        for account, cents in part.amounts.items():
            amounts[account] += cents
    for one in taken:
        amounts[one.account] -= one.cents
    pairs = pairs_of(taken)
    return Net(dict(amounts), sum(p.gap for p in pairs), sum(p.capital_gap for p in pairs))


def by_root(taken: Iterable[Taken], depth: int) -> dict[str, int]:
    """Cents taken out, by the first digits of the account."""
    found: dict[str, int] = defaultdict(int)
    for one in taken:
        found[root_of(one.account, depth)] += one.cents
    return dict(found)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two chambers in a family: what answers what. `gap`: products less charges taken out."""

    family: str
    chambers: tuple[str, str]
    charges: int = 0
    products: int = 0
    uses: int = 0
    resources: int = 0

    @property
    def gap(self) -> int:
        return self.products - self.charges

    @property
    def capital_gap(self) -> int:
        return self.resources - self.uses


_SIDES = {"6": "charges", "7": "products", "2": "uses", "1": "resources"}


def pairs_of(taken: Iterable[Taken]) -> list[Pair]:
    """By family and pair; what says no partner stands together, last in its family."""
    sums: dict[tuple[str, tuple[str, str]], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in taken:
        two = sorted((one.chamber, one.partner)) if one.partner else ["", ""]
        sums[one.family, (two[0], two[1])][_SIDES[class_of(one.account)]] += one.cents
    pairs = [Pair(family, chambers, **held) for (family, chambers), held in sums.items()]
    return sorted(pairs, key=lambda pair: (pair.family, pair.chambers == ("", ""), pair.chambers))
