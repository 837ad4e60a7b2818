"""A cell to a value and back, by kind: what people type, and what spreadsheets make of it.

An empty cell is no value, and is for the caller to tell: nothing here takes one. Amounts are
integer cents, written in euros. Refuses to guess: what could mean two things is no value.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from maillage.kernel import money, unprintable
from maillage.kernel.money import NBSP
from maillage.sheets.words import folded

MOST = 2**53
"""Beyond, a spreadsheet's numbers are no longer exact."""
YEARS = (1900, 2200)
TEXT = f"un texte (format de cellule «{NBSP}Texte{NBSP}»)"
WHOLE, NUMBER = "un nombre entier", "un nombre (exemple\u00a0: 1\u00a0234,5)"
DATE, YEAR = "une date, comme 31/12/2026", "une année en quatre chiffres"
YES_OR_NO = "oui ou non"

_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u00ff]*")
"""What is drawn of the letters of the west, each in one way."""
_BLANKS = re.compile(r"[ \t\r\n]+")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_ERROR = re.compile(
    r"#(?:N/A|REF!|DIV/0!|VALUE!|VALEUR!|NAME\?|NOM\?|NUM!|NOMBRE!|NULL!|NUL!|SPILL!|PROPAGATION!"
    r"|CALC!|CALCUL!|FIELD!|CHAMP!|BLOCKED!|BLOQU[ÉE]!|GETTING_DATA|UNKNOWN!)|Err:\d{3}",
    re.IGNORECASE,
)
_BETWEEN_CODES = re.compile("[,;\n]")
_YES = dict.fromkeys(("oui", "o", "vrai", "true", "1", "x"), True)
_ANSWERS = _YES | dict.fromkeys(("non", "n", "faux", "false", "0"), False)


class UnfitError(Exception):
    """A cell that holds no such value: what is wrong, what was expected, in French.

    `value` is the part of the cell that is wrong, where it is not all of it; `others` are further
    faults of the same cell.
    """

    def __init__(
        self,
        what: str,
        expected: str | Callable[[], str],
        value: str = "",
        others: tuple[UnfitError, ...] = (),
    ) -> None:
        super().__init__(what)
        self.what, self.expected, self.value, self.others = what, expected, value, others


def is_error(text: str) -> bool:
    """Whether a text is what a spreadsheet shows where it could not compute."""
    return bool(_ERROR.fullmatch(text.strip()))


def words_of(cell: Any) -> str:
    """The text of a cell: a number as it is shown. Raises UnfitError for a date or a boolean."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        raise UnfitError("la cellule contient un vrai ou faux", TEXT)
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        raise UnfitError("la cellule contient une date ou une heure", TEXT)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace(".", ",")


def line(cell: Any, longest: int = 0) -> str:
    """A text on one line; `longest` 0 is any length."""
    if isinstance(cell, str) and _PLAIN.fullmatch(cell) and "  " not in cell:
        text = cell.strip()  # most are so, and nothing is to be tidied in them
        if not longest or len(text) <= longest:
            return text
    text = unprintable.with_hyphens(_BLANKS.sub(" ", words_of(cell)).strip())
    return _sound(text, longest, lines=False)


def prose(cell: Any, longest: int = 0) -> str:
    """A text of several lines, as it is written."""
    return _sound(unprintable.unix(words_of(cell)), longest, lines=True)


def _sound(text: str, longest: int, *, lines: bool) -> str:
    text = unprintable.tidied(text)
    if fault := unprintable.fault(text, lines=lines):
        raise UnfitError(fault, "un texte sans caractère invisible")
    if longest and len(text) > longest:
        raise UnfitError(f"texte trop long{NBSP}: {len(text)} caractères", f"{longest} au plus")
    return text


def decimal(cell: Any) -> Decimal:
    """A number of six decimals at most; a spreadsheet's own noise is rounded away."""
    found = None
    if isinstance(cell, str):
        found = money.parse_number(cell)
    elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        found = Decimal(f"{cell:.6f}").normalize() if math.isfinite(cell) else None
    if found is None or abs(found) > MOST:
        raise UnfitError("nombre illisible", NUMBER)
    return found


def whole(cell: Any, expected: str = WHOLE) -> int:
    if type(cell) is float and cell.is_integer() and abs(cell) <= MOST:
        return int(cell)
    try:
        found = decimal(cell)
    except UnfitError:
        found = Decimal("0.5")
    if found != int(found):
        raise UnfitError("nombre illisible", expected)
    return int(found)


def year(cell: Any) -> int:
    found = whole(cell, YEAR)
    if not YEARS[0] <= found <= YEARS[1]:
        raise UnfitError("année illisible", YEAR)
    return found


def amount(cell: Any) -> int:
    """Cents."""
    cents = None
    if isinstance(cell, str):
        cents = money.parse_amount(cell)
    elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        cents = money.cents_of(cell) if math.isfinite(cell) else None
    if cents is None:
        raise UnfitError("montant illisible", money.EXPECTED)
    return cents


def date(cell: Any) -> dt.date:
    found = cell.date() if isinstance(cell, dt.datetime) else cell
    if isinstance(cell, str) and (parts := _DAY.fullmatch(cell.strip())):
        order = (3, 2, 1) if parts[1] else (4, 5, 6)
        try:
            found = dt.date(*(int(parts[place]) for place in order))
        except ValueError:
            found = None
    if not isinstance(found, dt.date) or not YEARS[0] <= found.year <= YEARS[1]:
        raise UnfitError("date illisible", DATE)
    return found


def boolean(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    found = None
    if isinstance(cell, str | int | float):
        found = _ANSWERS.get(folded(words_of(cell)))
    if found is None:
        raise UnfitError("valeur inconnue", YES_OR_NO)
    return found


def codes(cell: Any) -> tuple[str, ...]:
    """The codes written in one cell, in order."""
    parts = _BETWEEN_CODES.split(words_of(cell))
    return tuple(code for part in parts if (code := part.strip()))


def choices(among: Mapping[str, str]) -> dict[str, str]:
    """What may be typed, folded, for each of values by label: the label or the value itself."""
    return {folded(label): value for value, label in among.items()} | {
        folded(value): value for value in among
    }
