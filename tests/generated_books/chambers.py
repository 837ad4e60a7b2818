"""Whose books are generated: chambers that exist nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.network.rules import siren_fault


@dataclass(frozen=True)
class BookEntity:
    """Who keeps a book. `code` is how its partners name it (CompAuxNum); `siren`: 9 digits."""

    code: str
    name: str
    siren: str


def _fictitious(code: str, place: str, rank: int) -> BookEntity:
    # No SIREN was ever given below 005 000 000: these can be nobody's.
    body = f"0000{rank:04d}"
    siren = next(body + key for key in "0123456789" if not siren_fault(body + key))
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
