"""Words compared as a person compares them: folded, and the nearest of those that are known."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from difflib import get_close_matches

from maillage.kernel import words

LONGEST = 80
"""Characters compared."""
MOST = 100
"""Names compared letter by letter."""


def folded(text: str) -> str:
    """A text without case, accents, or doubled and non-breaking spaces, to compare words."""
    return " ".join(words.folded(text).split())


class Names:
    """Known names. Mistakes repeat: the nearest of each is sought once."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_fold = {folded(name[: 2 * LONGEST])[:LONGEST]: name for name in names}
        self._from_start = sorted(self.by_fold)
        self._from_end = sorted(name[::-1] for name in self.by_fold)
        self._met: dict[str, str] = {}

    def nearest(self, value: str) -> str:
        """What looks most like a mistyped value, as a hint; "" where nothing does."""
        word = folded(value[:LONGEST])
        if word not in self._met:
            found = get_close_matches(word, self._likely(word), n=1)
            self._met[word] = self.by_fold[found[0]] if found else ""
        return self._met[word]

    def _likely(self, word: str) -> list[str]:
        """All the names, or of many those that begin or end most like the word."""
        if len(self.by_fold) <= MOST:
            return self._from_start
        ends = _around(self._from_end, word[::-1])
        return [*_around(self._from_start, word), *(name[::-1] for name in ends)]


def _around(names: list[str], word: str) -> list[str]:
    at = bisect(names, word)
    return names[max(0, at - MOST // 4) : at + MOST // 4]


def nearest(value: str, names: Iterable[str]) -> str:
    return Names(names).nearest(value)
