"""The columns of a spreadsheet of placements, and how each value is written and understood.

Knows the French headers and the words accepted for a mode or an option. Refuses to know files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_LABELS,
    NOT_APPLICABLE,
    UNKNOWN,
)
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


CARRIED: dict[str, str] = {word: word for word in ("", "garder", "effacer")}
"""What becomes of lead, option, rationale and source that a row leaves as they were while it
changes the mode: kept as those of the new mode, cleared, or kept and listed to be checked."""

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
    Column("Pilote", "code", 16, name="lead",
           unknown="entité inconnue", expected="un code d’entité"),
    Column("Bénéficiaires", "codes", 24, name="served",
           unknown="entité inconnue", expected="un code d’entité"),
    Column("Option d'intégration", width=26, name="integration",
           take=_meant(option_of, "option inconnue", OPTION_EXPECTED)),
    Column("Justification", "prose", 50, name="rationale", longest=4000),
    Column("Document source", "prose", 30, name="source_document", longest=200),
    Column("Page", "prose", 10, name="source_page", longest=40),
    Column("Fondement", "prose", 40, name="source_basis", longest=4000),
    Column("Si le mode change", width=18, name="carried", needed=False,
           take=_meant(CARRIED.get, "réponse inconnue", "garder, effacer ou rien")),
    Column("Changement depuis le jalon précédent", width=50),
)  # fmt: skip
"""Those without a name help whoever reads the sheet."""
TITLES = tuple(column.title for column in COLUMNS)
