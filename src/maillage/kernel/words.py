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


SAME = {"st": "saint", "saint": "st", "ste": "sainte", "sainte": "ste"}
"""Words written in two ways: each finds the other, whole."""


def begins(asked: str, word: str) -> bool:
    """Whether a word asked begins one, or is another way to write it."""
    return word.startswith(asked) or SAME.get(asked) == word


class Words:
    """The words of a question; what fits has, for each that names something, one that begins so."""

    def __init__(self, question: str) -> None:
        self.question = " ".join(question.split())
        self.words = tuple(tokens(self.question))

    @property
    def naming(self) -> tuple[str, ...]:
        """The words that name something; all, where none does."""
        return tuple(word for word in self.words if word not in EMPTY) or self.words

    def __bool__(self) -> bool:
        """Whether there is enough to look for: two characters at least."""
        return len("".join(self.words)) >= 2

    def fit(self, *texts: str) -> bool:
        """Whether each word that names something begins one of those of the texts."""
        left = self.left_by([one for text in texts for one in tokens(text)])
        return bool(self) and not set(self.naming) & set(left)

    def left_by(self, found: list[str]) -> tuple[str, ...]:
        """The words that begin none of these."""
        return tuple(w for w in self.words if not any(begins(w, one) for one in found))

    def rank(self, title: str) -> int:
        """How near a title is, the nearest first: it is the question, begins with it, holds its
        words whole, has words that begin so, or not at all (NOT_IN_TITLE)."""
        words = tokens(title)
        plain, asked = " ".join(words), " ".join(self.words)
        if plain == asked:
            return 0
        if plain.startswith(asked):
            return 1
        if all(word in words or SAME.get(word) in words for word in self.naming):
            return 2
        return NOT_IN_TITLE if set(self.naming) & set(self.left_by(words)) else 3
