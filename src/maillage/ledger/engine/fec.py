"""What a FEC is: its eighteen columns, the two ways of giving amounts, what each must hold.

Livre des procédures fiscales, article A47 A-1, VII and VIII. Knows names, of columns and of files;
reads nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from maillage.network.rules import siren_fault

SEPARATORS = {"\t": "tabulation", "|": "barre verticale"}
COLUMNS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)
SIGNED = tuple({"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in COLUMNS)
"""The columns where amounts are given with a direction instead of on two sides."""

PAYMENT = ("DateRglt", "ModeRglt", "NatOp", "IdClient")
"""What the layouts of cash accounting add: date and mode of payment, nature, customer."""

VITAL = {*("EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib")}
VITAL |= {*("Debit", "Credit", "Montant", "Sens")}
"""Columns whose absence the official control blocks; that of the others it only reports."""

PAIRS = {
    "pair.auxiliary": ("CompAuxNum", "CompAuxLib"),
    "pair.lettering": ("EcritureLet", "DateLet"),
    "pair.currency": ("Montantdevise", "Idevise"),
}
DEBIT_WORDS = ("D", "+1", "1")
CREDIT_WORDS = ("C", "-1")
REFUSED_WAY = "1"
"""A direction that is read, and that the official control stops at."""

UNREAD = "\ufffd"
"""What stands for an amount that is already known to be unreadable."""


# -- names of columns, the same in text and in XML -------------------------------------------------


def plain(name: str) -> str:
    """A name without capitals, accents, nor anything but letters and digits."""
    parts = unicodedata.normalize("NFKD", name.lower())
    return "".join(c for c in parts if c.isascii() and c.isalnum())


_OTHERS = {
    "CompteNum": ("CompNum",),
    "CompteLib": ("CompLib",),
    "CompAuxNum": ("CompteAuxNum",),
    "CompAuxLib": ("CompteAuxLib",),
    "DateRglt": ("DateReglement",),
    "ModeRglt": ("ModeReglement",),
    "NatOp": ("NatureOperation",),
}
KNOWN = {plain(name): name for name in (*COLUMNS, "Montant", "Sens", *PAYMENT)}
KNOWN |= {plain(other): name for name, others in _OTHERS.items() for other in others}


def official(name: str) -> str:
    """The official name of a column, "" where it is none."""
    return KNOWN.get(plain(name), "")


# -- names of files --------------------------------------------------------------------------------

_NAMED = re.compile(r"(?P<digits>\d*)[ _.-]*FEC[ _.-]*(?P<closing>(?:19|20)\d{6})", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\d)(\d{3})[ _](\d{3})[ _](\d{3})(?!\d)")
SIREN, SIRET = 9, 14


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file tells, wherever it stands in it. `official`: the control takes it.

    `siren` is "" where there is none, or none that may be: `given` is then what stands for it.
    """

    siren: str = ""
    closing: dt.date | None = None
    given: str = ""
    official: bool = False


def said_by(name: str) -> FileName:
    """The SIREN and the closing that a file's name tells: prefix, suffix and capitals are free."""
    found = _NAMED.search(_SPACED.sub(r"\1\2\3", name))
    if found is None:
        return FileName()
    elsewhere = re.search(r"(?<!\d)\d{9}(?!\d)", name[found.end() :])
    digits = found["digits"] or (elsewhere[0] if elsewhere else "")
    siren = digits[:SIREN] if len(digits) in (SIREN, SIRET) and digits[:SIREN].strip("0") else ""
    whole = re.search(rf"FEC{found['closing']}", name, re.IGNORECASE) is not None
    closing = _day(found["closing"])
    return FileName(
        siren, closing, digits, whole and found["closing"][:2] == "20" and bool(closing)
    )


def siren_hint(given: str) -> str:
    """Why what stands for a SIREN in a name is none, "" where it may be one."""
    if not given:
        return "aucun chiffre devant « FEC »"
    if len(given) not in (SIREN, SIRET):
        return f"{len(given)} chiffres au lieu de {SIREN}"
    if not given.strip("0"):
        return "rien que des zéros"
    return "clé de contrôle fausse" if siren_fault(given[:SIREN]) else ""


def _day(digits: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


# -- the first line --------------------------------------------------------------------------------


class Layout(StrEnum):
    TWO_SIDES = "debit_credit"
    SIGNED = "montant_sens"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line, read. `places`: official name -> place from 0; `extra` the others in order.

    `missing` and `unordered` name official columns; `recased` how those recognised under another
    name are written, with that name; `twice` those named again, whose first place alone is read.
    `quoted`: names stand between quotes.
    """

    layout: Layout
    width: int
    places: dict[str, int]
    extra: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unordered: bool = False
    recased: tuple[tuple[str, str], ...] = field(default=())
    twice: tuple[str, ...] = ()
    quoted: bool = False

    @property
    def extras(self) -> dict[int, str]:
        """The columns beyond the official ones, by place."""
        official = set(self.places.values())
        places = (place for place in range(self.width) if place not in official)
        return dict(zip(places, self.extra, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        return SIGNED if self.layout is Layout.SIGNED else COLUMNS

    @property
    def payments(self) -> tuple[str, ...]:
        """The columns of payment it has: some make it a ledger of cash accounting."""
        return tuple(name for name in PAYMENT if name in self.places)


def read_heading(cells: list[str]) -> Heading:
    """Match a first line to the official names, whatever their capitals, accents and variants."""
    bare = [cell.strip() for cell in cells]
    given = [cell.strip('"').strip() for cell in bare]
    found = [official(name) for name in given]
    signed = "Montant" in found and "Debit" not in found
    layout = Layout.SIGNED if signed else Layout.TWO_SIDES
    names = SIGNED if signed else COLUMNS
    places = {name: found.index(name) for name in (*names, *PAYMENT) if name in found}
    order = [places[name] for name in names if name in places]
    held = set(places.values())
    return Heading(
        layout,
        len(given),
        places,
        tuple(name for place, name in enumerate(given) if place not in held),
        tuple(name for name in names if name not in places),
        order != sorted(order) or (bool(order) and max(order) >= len(names)),
        tuple(
            (given[place], found[place]) for place in sorted(held) if given[place] != found[place]
        ),
        tuple(n for p, n in enumerate(found) if n in places and p not in held),
        any(cell.startswith('"') for cell in bare),
    )
