"""Whose books are generated: chambers that exist nowhere. Knows SIREN's check digit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BookEntity:
    """Who keeps a book. `code` is how its partners name it (CompAuxNum); `siren`: 9 digits."""

    code: str
    name: str
    siren: str


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the Luhn key of those before it."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _fictitious(code: str, place: str, rank: int) -> BookEntity:
    # No SIREN was ever given below 005 000 000: these can be nobody's.
    body = f"0000{rank:04d}"
    siren = next(body + key for key in "0123456789" if luhn_holds(body + key))
    return BookEntity(code, f"Chambre fictive {place}", siren)


SIX: tuple[BookEntity, ...] = tuple(
    _fictitious(code, place, rank)
    for rank, (code, place) in enumerate(
        (
            ("CF-NORD", "du Nord"),
            ("CF-SUD", "du Sud"),
            ("CF-EST", "de l'Est"),
            ("CF-OUEST", "de l'Ouest"),
            ("CF-LITT", "du Littoral"),
            ("CF-MONT", "de la Montagne"),
        ),
        start=1201,
    )
)
