"""Texts of a column compared as people compare them, the same on SQLite and on PostgreSQL.

Knows letters and what a database can do with them; knows no field. What is looked for is folded
by `kernel.words`; neither database folds a column by itself.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.db.models import Func, Q, TextField

from maillage.kernel.words import folded

_ORDERED = {
    **dict.fromkeys("éèêÉÈ", "e"), **dict.fromkeys("àâÀ", "a"), **dict.fromkeys("îï", "i"),
    "ô": "o", "û": "u", "ç": "c", "œ": "oe",
}  # fmt: skip
"""The letters that count in an order: SQLite reads no more than some fifteen of them at once."""


@cache
def _letters() -> dict[str, str]:
    """By folded letter, every letter of Latin writing that folds to it."""
    found: dict[str, str] = {}
    for code in (*range(0x41, 0x5B), *range(0xA0, 0x250), 0x2019, 0x202F):
        bare = folded(chr(code))
        if len(bare) == 1 and bare != chr(code):
            found[bare] = found.get(bare, "") + chr(code)
    return found


def holds(column: str, text: str) -> Q:
    """Whether a column holds a text, accents and capitals left aside."""
    found = "".join(_either(letter) for letter in folded(text))
    for pair, ligature in (("oe", "œŒ"), ("ae", "æÆ")):
        both = "".join(map(_either, pair))
        found = found.replace(both, f"({both}|[{ligature}])")
    return Q(**{f"{column}__regex": found})


def _either(letter: str) -> str:
    others = _letters().get(letter, "")
    return f"[{letter}{others}]" if others else re.escape(letter)


class Alphabetical(Func):
    """What a text is sorted by: the accents of French and capitals left aside, none for ""."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[0])
        for letter, bare in _ORDERED.items():
            sql = f"REPLACE({sql}, '{letter}', '{bare}')"
        return f"NULLIF(LOWER({sql}), '')", params

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        sql, params = self.as_sql(compiler, connection)
        return f'{sql} COLLATE "C"', params
