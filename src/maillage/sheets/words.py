"""Words compared as a person compares them: folded, and the nearest of those that are known."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches


def folded(text: str) -> str:
    """A text without case, accents, or doubled and non-breaking spaces, to compare words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def nearest(value: str, names: Iterable[str]) -> str:
    """What looks most like a mistyped value, as a hint to add to what was expected."""
    by_fold = {folded(name): name for name in names}
    found = get_close_matches(folded(value[:80]), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""
