"""Texts compared as people write them: accents, case and width of characters left aside. Pure."""

from __future__ import annotations

import re
import unicodedata

_TOKENS = re.compile(r"[^\W_]+")
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'"})
NOT_IN_TITLE = 4
"""The rank of what is found by its text, not by its title."""

EMPTY = frozenset(
    (
        *("a", "assure", "au", "aux", "chez", "comment", "d", "dans", "de", "des", "du", "en"),
        *("est", "et", "fait", "font", "il", "l", "la", "le", "les", "mode", "ou", "par", "pour"),
        *("que", "quel", "quelle", "qui", "se", "un", "une"),
    )
)
"""Words of a question that name nothing, but where a title has them."""


def folded(text: str) -> str:
    """`TRÉSORERIE`, `trésorerie` (its accents apart or not) and `tresorerie` are the same."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return bare.casefold().translate(LETTERS)


_BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212-]+")


def same_name(text: str) -> str:
    """What names that read the same have in common: folded, whatever hyphens, dashes and spaces
    stand between their words, and however many."""
    return _BETWEEN.sub(" ", folded(text)).strip()


def tokens(text: str) -> list[str]:
    """The words of a text, folded: letters and digits, without what stands between them."""
    return _TOKENS.findall(folded(text))


class Words:
    """The words of a question; what fits has, for each of them, a word that begins so."""

    def __init__(self, question: str) -> None:
        self.question = " ".join(question.split())
        self.words = tuple(tokens(self.question))

    def __bool__(self) -> bool:
        """Whether there is enough to look for: two characters at least."""
        return len("".join(self.words)) >= 2

    def fit(self, *texts: str) -> bool:
        """Whether each word begins one of those of the texts."""
        return bool(self) and not self.left_by([one for text in texts for one in tokens(text)])

    def left_by(self, found: list[str]) -> tuple[str, ...]:
        """The words that begin none of these."""
        return tuple(w for w in self.words if not any(one.startswith(w) for one in found))

    def rank(self, title: str) -> int:
        """How near a title is, the nearest first: it is the question, begins with it, holds its
        words whole, has words that begin so, or not at all (NOT_IN_TITLE)."""
        words = tokens(title)
        plain, asked = " ".join(words), " ".join(self.words)
        if plain == asked:
            return 0
        if plain.startswith(asked):
            return 1
        if all(word in words for word in self.words):
            return 2
        return NOT_IN_TITLE if self.left_by(words) else 3
