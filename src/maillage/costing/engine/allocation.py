"""Sharing a whole between chambers, exactly: shares to 0.01 %, amounts to the cent.

Knows numbers and the names they go under. Refuses to know chambers, dates as rows, or people.
Largest remainder: each part is cut down to the unit, the units left go to the largest remainders
(the first listed where two are equal), so the parts always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from maillage.kernel.money import exact_rate, rate
from maillage.kernel.period import Period

WHOLE = 10_000
"""100 % in hundredths of a percent."""
MOST_QUANTITY = Decimal(10**12)

DRIVERS: dict[str, str] = {
    "fte": "Équivalents temps plein",
    "payslips": "Bulletins de paie",
    "invoices": "Factures",
    "seats": "Postes de travail",
    "tickets": "Demandes d’assistance",
    "area": "Surface (m²)",
    "budget": "Budget (€)",
    "members": "Ressortissants",
    "fixed_variable": "Part fixe et part variable",
    "entered": "Parts saisies",
}
"""What a key shares by. `entered`: the shares themselves are agreed, nothing is measured."""

Name = TypeVar("Name", bound=Hashable)


def largest_remainder(total: int, weights: Sequence[int | Decimal | Fraction]) -> list[int]:
    """`total` units in proportion of `weights`, adding up to `total` whatever its sign.

    Weights are not negative and at least one is positive. Raises ValueError otherwise.
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact, Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in exact):
        raise ValueError("weights must be positive")
    size, sign = abs(total), -1 if total < 0 else 1
    wanted = [size * weight / whole for weight in exact]
    parts = [int(part) for part in wanted]
    left = size - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - wanted[i], i))
    for index in by_remainder[:left]:
        parts[index] += 1
    return [sign * part for part in parts]


def shares_of(quantities: Mapping[Name, Decimal], fixed: int = 0) -> dict[Name, int]:
    """Shares in hundredths of a percent, adding up to exactly `WHOLE`.

    `fixed` hundredths of a percent are split equally between the names, the rest in proportion of
    their quantities. Raises ValueError where no quantity is positive and some share depends on it.
    """
    names = list(quantities)
    amounts = [Fraction(quantities[name]) for name in names]
    total = sum(amounts, Fraction(0))
    if not names or any(amount < 0 for amount in amounts) or (total == 0 and fixed != WHOLE):
        raise ValueError("no positive quantity")
    weights = [
        Fraction(fixed, len(names))
        + (Fraction(WHOLE - fixed) * amount / total if total else Fraction(0))
        for amount in amounts
    ]
    return dict(zip(names, largest_remainder(WHOLE, weights), strict=True))


def distribute(cents: int, shares: Mapping[Name, int]) -> dict[Name, int]:
    """An amount in cents by shares; the parts add up to it to the cent."""
    parts = largest_remainder(cents, list(shares.values()))
    return dict(zip(shares, parts, strict=True))


def basis(driver: str, fixed: int) -> str:
    """By what a key shares, in words, with its fixed part where there is one."""
    if driver != "fixed_variable":
        return DRIVERS[driver]
    return f"{DRIVERS[driver]}, dont part fixe {rate(fixed)} partagée également"


def unit_of(driver: str) -> str:
    """What the quantities of a key count, "" where they have no unit of their own."""
    return "" if driver in ("fixed_variable", "entered") else DRIVERS[driver]


def share_fault(shares: Mapping[Name, int]) -> str:
    """Why entered shares are refused, "" where they hold: none negative, exactly 100 % in all."""
    if not shares:
        return "Aucune part n’est saisie\u00a0: une clé répartit 100\u00a0% entre des chambres."
    if any(share < 0 for share in shares.values()):
        return "Une part ne peut pas être négative."
    total = sum(shares.values())
    if total == WHOLE:
        return ""
    gap = f"il manque {exact_rate(WHOLE - total)}" if total < WHOLE else (
        f"il y a {exact_rate(total - WHOLE)} de trop"
    )  # fmt: skip
    return f"Les parts font {exact_rate(total)}\u00a0: une clé fait exactement 100\u00a0%, {gap}."


def quantity_fault(quantities: Mapping[Name, Decimal], fixed: int) -> str:
    """Why the quantities of a driver give no share, "" where they do."""
    if not quantities:
        return "Aucune quantité n’est saisie\u00a0: la clé n’a personne entre qui répartir."
    if any(amount < 0 for amount in quantities.values()):
        return "Une quantité ne peut pas être négative."
    if not 0 <= fixed <= WHOLE:
        return "La part fixe est comprise entre 0 et 100\u00a0%."
    if not any(quantities.values()) and fixed != WHOLE:
        return "Toutes les quantités sont nulles\u00a0: rien ne dit comment répartir."
    return ""


def parts_fault(driver: str, parts: Mapping[Name, Decimal], fixed: int) -> str:
    """Why what is entered of a key is refused, "" where it holds: shares in percent of a key of
    shares, else the quantities of its driver."""
    if driver not in DRIVERS:
        return "Inducteur inconnu."
    if any(abs(part) > MOST_QUANTITY or part != round(part, 3) for part in parts.values()):
        return "Une quantité est d’un billion au plus, à trois décimales au plus."
    if driver != "entered":
        return quantity_fault(parts, fixed)
    hundredths = {name: part * 100 for name, part in parts.items()}
    if any(part != int(part) for part in hundredths.values()):
        return "Une part a deux décimales au plus (0,01\u00a0%)."
    return share_fault({name: int(part) for name, part in hundredths.items()})


def period_fault(period: Period, others: Sequence[Period]) -> str:
    """Why a version of a key may not hold over `period` beside the others, "" where it may."""
    if period.last is not None and period.last < period.first:
        return "La fin de validité précède son début."
    for other in others:
        if period.meets(other):
            until = f"au {other.last:%d/%m/%Y}" if other.last else "sans fin"
            return (
                "Deux versions d’une clé ne valent pas le même jour\u00a0: une autre vaut du "
                f"{other.first:%d/%m/%Y} {until}. La clore d’abord, ou décaler les dates."
            )
    return ""
