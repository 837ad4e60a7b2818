"""The columns of a spreadsheet of placements, and how each value is written and understood.

Knows the French headers and the words accepted for a mode or an option. Refuses to know files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_LABELS,
    NOT_APPLICABLE,
    UNKNOWN,
)
from maillage.sheets.words import folded

SHEET = "Placements"
MAX_ROWS = 100_000
MODES = "ACHMI"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field it fills ("" if it only helps the reader), its title, its width."""

    name: str
    title: str
    width: int
    read: bool = True
    longest: int = 0
    """Most characters a free text may have; 0 where the value is not a free text."""


COLUMNS = (
    Column("function", "Fonction", 22, read=False),
    Column("group", "Périmètre", 20, read=False),
    Column("process", "Processus (code)", 22),
    Column("name", "Macro-processus", 40, read=False),
    Column("milestone", "Jalon", 10),
    Column("entity", "Entité (code\u00a0; vide = réseau)", 18),
    Column("entity_name", "Entité", 22, read=False),
    Column("mode", "Mode", 14),
    Column("complementary", "Modes complémentaires", 14),
    Column("lead", "Pilote", 16),
    Column("served", "Bénéficiaires", 24),
    Column("integration", "Option d'intégration", 26),
    Column("rationale", "Justification", 50, longest=4000),
    Column("source_document", "Document source", 30, longest=200),
    Column("source_page", "Page", 10, longest=40),
    Column("source_basis", "Fondement", 40, longest=4000),
)
TITLES = tuple(column.title for column in COLUMNS)
READ = tuple(column for column in COLUMNS if column.read)


BY_TITLE = {folded(column.title): column for column in COLUMNS} | {
    "entite (code)": next(column for column in COLUMNS if column.name == "entity")
}

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

OPTION_WORDS = {folded(label): option for option, label in INTEGRATION_LABELS.items()}
OPTION_WORDS |= {option: option for option in INTEGRATION_LABELS}
OPTION_WORDS |= {folded(option.replace("_", " ")): option for option in INTEGRATION_LABELS}
OPTION_WORDS[""] = ""
OPTION_EXPECTED = "rien ou l'une des options\u00a0: " + ", ".join(INTEGRATION_LABELS.values())

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


def codes_in(text: str) -> tuple[str, ...]:
    """Codes written in one cell, in order."""
    return tuple(code for code in (part.strip() for part in re.split("[,;\n]", text)) if code)
