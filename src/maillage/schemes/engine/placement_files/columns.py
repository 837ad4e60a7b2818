"""The columns of a spreadsheet of placements, and how each value is written and understood.

Knows the French headers and the words accepted for a mode or an option. Refuses to know files.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.document import (
    FIELDS,
    INTEGRATION_LABELS,
    MODE_LABELS,
    MOST_QUOTE,
    NOT_APPLICABLE,
    PROVENANCE_LABELS,
    UNKNOWN,
    UNSPECIFIED,
    EditionDocument,
    PlacementDoc,
)
from maillage.schemes.engine.mode_change import CLEAR, KEEP
from maillage.schemes.engine.mode_details import MEMBERS, PART, Member
from maillage.schemes.engine.partial_dates import Precision
from maillage.sheets.cells import UnfitError, choices, words_of
from maillage.sheets.columns import Column
from maillage.sheets.words import folded

SHEET = "Placements"
MODES = "ACHMI"

MODE_WORDS: dict[str, str] = {folded(label): mode for mode, label in MODE_LABELS.items()}
"""The full words, "non renseigné" and "sans objet" included."""
MODE_WORDS |= {letter.lower(): letter for letter in MODES}
MODE_WORDS |= {"": UNKNOWN, UNKNOWN: UNKNOWN, NOT_APPLICABLE: NOT_APPLICABLE}
# Word processors turn a lone hyphen into a dash.
MODE_WORDS |= {"\u2013": NOT_APPLICABLE, "\u2014": NOT_APPLICABLE, "\u2212": NOT_APPLICABLE}

MODE_EXPECTED = (
    "A, C, H, M, I, le mot entier (Autonomie…), «\u00a0non renseigné\u00a0» "
    "ou «\u00a0sans objet\u00a0»"
)
LETTERS_EXPECTED = "des lettres A, C, H, M, I, séparées par des virgules"

OPTION_WORDS = {folded(option.replace("_", " ")): option for option in INTEGRATION_LABELS}
OPTION_WORDS |= choices(INTEGRATION_LABELS)
OPTION_WORDS[""] = ""
OPTION_EXPECTED = "rien ou l’une des options\u00a0: " + ", ".join(INTEGRATION_LABELS.values())

_SEPARATORS = re.compile(r"[\s,;+/&]+")


def mode_text(mode: str) -> str:
    """What a cell shows for a mode: its letter, or words where there is none."""
    return mode if mode in MODES else MODE_LABELS[mode].lower()


def mode_of(text: str) -> str | None:
    """The mode a person meant, or None."""
    return MODE_WORDS.get(folded(text))


def letters_of(text: str) -> str | None:
    """Complementary modes as a sorted string of letters, or None; "C, H", "c+h", "CH" agree."""
    letters: set[str] = set()
    for word in _SEPARATORS.split(folded(text)):
        mode = MODE_WORDS.get(word, "")
        if mode and mode in MODES:
            letters.add(mode)
        elif word and set(word.upper()) <= set(MODES):
            letters |= set(word.upper())
        elif word:
            return None
    return "".join(sorted(letters))


def option_of(text: str) -> str | None:
    """The option of integration meant, "" for none, or None where nothing matches."""
    return OPTION_WORDS.get(folded(text))


def _meant(meaning: Callable[[str], str | None], what: str, expected: str) -> Callable[[Any], str]:
    """What a person meant by a cell. Raises UnfitError."""

    def take(cell: Any) -> str:
        text = words_of(cell)
        found = meaning(text) if len(text) <= 200 else None
        if found is None:
            raise UnfitError(what, expected)
        return found

    return take


CARRIED: dict[str, str] = {word: word for word in ("", KEEP, CLEAR)}
"""What becomes of lead, option, rationale and source that a row leaves as they were while it
changes the mode: kept as those of the new mode, cleared, or kept and listed to be checked."""

PROVENANCE_WORDS = {"": "", folded(UNSPECIFIED): ""} | choices(PROVENANCE_LABELS)
PROVENANCE_EXPECTED = "énoncé, déduit, reporté ou rien"


def provenance_text(provenance: str) -> str:
    """What a cell shows: "énoncé", "déduit", "reporté", nothing where nobody said."""
    return PROVENANCE_LABELS[provenance].lower() if provenance else ""


DETAIL = PART
"""Before the name of a member, in that of its column."""


def _detail(name: str, member: Member) -> Column:
    """The column of what a mode is made of; a file may lack it: what is recorded is then kept."""
    title = f"{member.label} ({', '.join(member.modes)})"
    about: dict[str, Any] = {"name": DETAIL + name, "needed": False}
    if member.choices:
        words = {"": ""} | choices(member.choices)
        expected = ("une ou plusieurs valeurs parmi " if member.many else "rien ou ") + ", ".join(
            label.lower() for label in member.choices.values()
        )
        take = _several if member.many else _one
        return Column(title, width=22, take=take(words, expected), **about)
    if member.dated:
        return Column(title, width=12, take=_partial_date, **about)
    return Column(title, "prose", 30, longest=member.longest, **about)


def _one(words: Mapping[str, str], expected: str) -> Callable[[Any], str]:
    return _meant(lambda text: words.get(folded(text)), "valeur inconnue", expected)


def _several(words: Mapping[str, str], expected: str) -> Callable[[Any], tuple[str, ...]]:
    def take(cell: Any) -> tuple[str, ...]:
        parts = [part.strip() for part in re.split(r"[,;\n]", words_of(cell))]
        found = {words.get(folded(part)) for part in parts if part}
        if None in found:
            raise UnfitError("valeur inconnue", expected)
        return tuple(sorted(filter(None, found)))

    return take


def _partial_date(cell: Any) -> str:
    """A date as precise as it is known, as it is written in a file. A cell that a spreadsheet made
    a date is one to the day."""
    if isinstance(cell, dt.date):
        return partial_dates.written(cell, Precision.DAY)
    text = words_of(cell).strip()
    known = partial_dates.typed(text)
    if text and known is None:
        raise UnfitError("date illisible", "2027, 06/2027, 30/06/2027 ou rien")
    return partial_dates.written(*known) if known else ""


COLUMNS = (
    Column("Fonction", width=22),
    Column("Périmètre", width=20),
    Column("Processus (code)", "code", 22, name="process", filled=True,
           unknown="processus inconnu", missing="processus manquant",
           expected="un code de processus"),
    Column("Macro-processus", width=40),
    Column("Jalon", "code", 10, name="milestone", filled=True,
           unknown="jalon inconnu", missing="jalon manquant", expected="un code de jalon"),
    Column("Entité (code\u00a0; vide = réseau)", "code", 18, name="entity",
           aliases=("Entité (code)",), unknown="entité inconnue", expected="un code d’entité"),
    Column("Entité", width=22),
    Column("Mode", width=14, name="mode", take=_meant(mode_of, "mode inconnu", MODE_EXPECTED)),
    Column("Modes complémentaires", width=14, name="complementary",
           take=_meant(letters_of, "mode inconnu", LETTERS_EXPECTED)),
    Column("Assuré par", "code", 16, name="lead", aliases=("Pilote",),
           unknown="entité inconnue", expected="un code d’entité"),
    Column("Bénéficiaires", "codes", 24, name="served",
           unknown="entité inconnue", expected="un code d’entité"),
    Column("Option d'intégration", width=26, name="integration",
           take=_meant(option_of, "option inconnue", OPTION_EXPECTED)),
    Column("Justification", "prose", 50, name="rationale", longest=4000),
    Column("Document source", "prose", 30, name="source_document", longest=200),
    Column("Page", "prose", 10, name="source_page", longest=40),
    Column("Fondement", "prose", 40, name="source_basis", longest=4000),
    Column("Provenance", width=12, name="provenance", needed=False,
           take=_one(PROVENANCE_WORDS, PROVENANCE_EXPECTED)),
    Column("Citation", "prose", 40, name="source_quote", needed=False, longest=MOST_QUOTE),
    *(_detail(name, member) for name, member in MEMBERS.items()),
    Column("Si le mode change", width=18, name="carried", needed=False,
           take=_meant(CARRIED.get, "réponse inconnue", "garder, effacer ou rien")),
    Column("Changement depuis le jalon précédent", width=50),
)  # fmt: skip
"""Those without a name help whoever reads the sheet."""
OBSERVED = Column("Constat", width=60)
"""After them, where observations are asked for: what is observed, in words, ignored when read."""
TITLES = tuple(column.title for column in COLUMNS)
KEYS = ("process", "milestone", "entity")


def about(document: EditionDocument) -> str:
    """The edition a mark is about: what one saw of its cells says nothing of another's."""
    return about_edition(document.network_code, document.scheme_code, document.number)


def about_edition(network: str, scheme: str, number: int) -> str:
    return f"{network}/{scheme}/{number}"


def told_of(cell: PlacementDoc) -> dict[str, Any]:
    """A cell by the names and values with which its row is read back: what its mark is made of."""
    values = dict(zip(_TOLD, _VALUES(cell), strict=True)) | _NO_DETAILS
    for name, value in cell.details.record().items():
        values[DETAIL + name] = value
    return values


_TOLD = (*KEYS, *(name for name in FIELDS if name != "details"))
_VALUES = attrgetter(*_TOLD)
_NO_DETAILS: dict[str, Any] = dict.fromkeys(DETAIL + name for name in MEMBERS)
