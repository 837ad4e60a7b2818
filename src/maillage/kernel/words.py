"""Texts compared as people write them: accents, case and width of characters left aside. Pure."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = re.compile(r"\w+")
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'"})


def folded(text: str) -> str:
    """`TRÉSORERIE`, `trésorerie` (its accents apart or not) and `tresorerie` are the same."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return bare.casefold().translate(LETTERS)


class Words:
    """The words of a question; what fits holds each of them, in any order."""

    def __init__(self, question: str) -> None:
        self.question = " ".join(question.split())
        self.words = tuple(folded(self.question).split())

    def __bool__(self) -> bool:
        """Whether there is enough to look for: two characters at least."""
        return len("".join(self.words)) >= 2

    def fit(self, *texts: str) -> bool:
        """Whether each word is found in one of the texts."""
        if not self:
            return False
        whole = "\n".join(folded(text) for text in texts)
        return all(word in whole for word in self.words)

    def rank(self, title: str) -> int:
        """How near a title is, the nearest first: it is the question, begins with it, holds its
        words whole, begins words with them, holds them somewhere, or not at all."""
        plain = folded(title)
        asked, words = " ".join(self.words), _LETTERS.findall(plain)
        if plain == asked:
            return 0
        if plain.startswith(asked):
            return 1
        if all(word in words for word in self.words):
            return 2
        if all(any(one.startswith(word) for one in words) for word in self.words):
            return 3
        return 4 if all(word in plain for word in self.words) else 5
