"""What a FEC is: its eighteen columns, the two ways of giving amounts, what each must hold.

Livre des procédures fiscales, article A47 A-1, VII. Knows names; reads nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

SEPARATORS = {"\t": "tabulation", "|": "barre verticale"}
COLUMNS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)
SIGNED = tuple({"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in COLUMNS)
"""The columns where amounts are given with a direction instead of on two sides."""

EXPECTED = ("JournalCode", "JournalLib", "PieceRef", "PieceDate", "ValidDate")
"""Asked for by the article, not blocking in the official check."""

PAIRS = {
    "pair.auxiliary": ("CompAuxNum", "CompAuxLib"),
    "pair.lettering": ("EcritureLet", "DateLet"),
    "pair.currency": ("Montantdevise", "Idevise"),
}
DEBIT_WORDS = ("D", "+1", "1")
CREDIT_WORDS = ("C", "-1")

FILE_NAME = re.compile(r"(?P<siren>[0-9]{9})FEC(?P<closing>[0-9]{8})\.(?:txt|xml)", re.IGNORECASE)


class Layout(StrEnum):
    TWO_SIDES = "debit_credit"
    SIGNED = "montant_sens"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line, read. `places`: official name -> place from 0; `extra` the others in order.

    `missing` and `unordered` name official columns; `recased` those spelled with other capitals,
    `twice` those named again, whose first place alone is read.
    """

    layout: Layout
    width: int
    places: dict[str, int]
    extra: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unordered: bool = False
    recased: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()

    @property
    def extras(self) -> dict[int, str]:
        """The columns beyond the official ones, by place."""
        official = set(self.places.values())
        places = (place for place in range(self.width) if place not in official)
        return dict(zip(places, self.extra, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        return SIGNED if self.layout is Layout.SIGNED else COLUMNS


def read_heading(cells: list[str]) -> Heading:
    """Match a first line to the official names, whatever their capitals."""
    given = [cell.strip().strip('"') for cell in cells]
    known = {name.lower(): name for name in (*COLUMNS, "Montant", "Sens")}
    found = [known.get(name.lower(), "") for name in given]
    signed = "Montant" in found and "Debit" not in found
    layout = Layout.SIGNED if signed else Layout.TWO_SIDES
    names = SIGNED if signed else COLUMNS
    places = {name: found.index(name) for name in names if name in found}
    order = [places[name] for name in names if name in places]
    held = set(places.values())
    return Heading(
        layout,
        len(given),
        places,
        tuple(name for place, name in enumerate(given) if place not in held),
        tuple(name for name in names if name not in places),
        order != sorted(order) or (bool(order) and max(order) >= len(names)),
        tuple(given[place] for place in sorted(held) if given[place] != found[place]),
        tuple(n for p, n in enumerate(found) if n in places and p not in held),
    )
