"""One index of what can be found by its words, whichever room it is of.

Knows entries as rooms hand them (`Indexed`, in `kernel.rooms`), and keeps them in step: after each
event of the journal, in the same transaction, those it may have changed. Both databases answer
alike, because the words are folded and parted here (`kernel.words`) and only kept there: FTS5 on
SQLite, a tsvector on PostgreSQL. Refuses to know networks, people and what an entry is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from maillage.kernel.models import IndexEntry
from maillage.kernel.rooms import HOUSE, Findable, Found, Indexed
from maillage.kernel.words import NOT_IN_TITLE, SAME, Words, tokens

LONGEST_WORD = 60
"""Characters of a word that are kept: of a longer one, its beginning."""
_AT_ONCE = 400
_BYTES = {"sqlite": "plain", "postgresql": 'plain COLLATE "C"'}
"""Titles sorted alike whatever the language of the server."""
_PLACED = {"sqlite": "%s", "postgresql": "array_to_tsvector(string_to_array(%s, ' '))"}
_ASKED = {
    "sqlite": "kernel_indexentry_words MATCH %s",
    "postgresql": "kernel_indexentry_words.words @@ CAST(%s AS tsquery)",
}


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: the nearest ones, and how many there are in all."""

    kind: str
    found: tuple[Found, ...]
    count: int
    rank: int
    """That of the nearest."""


def find(words: Words, audiences: Collection[str] | None, most: int) -> list[Group]:
    """What holds every word and whoever is of these audiences may see (None: everything), by kind,
    the nearest first, `most` of each. One query: what may not be seen is neither ranked nor
    counted."""
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*statement(words, audiences, most))
        rows = cursor.fetchall()
    groups = [_group(kind, list(held)) for kind, held in groupby(rows, key=lambda row: row[0])]
    return sorted(groups, key=lambda group: group.rank)


def _group(kind: str, rows: Sequence[tuple[Any, ...]]) -> Group:
    found = tuple(Found(kind, title, url, about) for _, title, url, about, _, _ in rows)
    return Group(kind, found, rows[0][5], rows[0][4])


def statement(
    words: Words, audiences: Collection[str] | None, most: int
) -> tuple[str, Sequence[Any]]:
    """The query `find` asks, and its values. Ranks are those of `Words.rank`."""
    asked, whole, begun = _ranked(words)
    seen, tokens_seen = "", []
    if audiences is not None:
        tokens_seen = sorted({"", *audiences})
        seen = f" AND e.audience IN ({', '.join(['%s'] * len(tokens_seen))})"
    near = (
        f"CASE WHEN e.plain = %s THEN 0 WHEN e.plain LIKE %s THEN 1 WHEN {whole[0]} THEN 2 "
        f"WHEN {begun[0]} THEN 3 ELSE {NOT_IN_TITLE} END"
    )
    matching = (
        "SELECT e.id, e.kind, e.title, e.url, e.about, e.place, e.plain, "
        f"{near} AS near FROM kernel_indexentry_words "
        "JOIN kernel_indexentry e ON e.id = kernel_indexentry_words.rowid "
        f"WHERE {_ASKED[connection.vendor]}{seen}"
    )
    ranked = (
        "SELECT kind, title, url, about, near, COUNT(*) OVER (PARTITION BY kind) AS found, "
        "ROW_NUMBER() OVER (PARTITION BY kind ORDER BY near, place, "
        f"{_BYTES[connection.vendor]}, id) AS line "
        f"FROM ({matching}) AS matching"
    )
    sql = (
        f"SELECT kind, title, url, about, near, found FROM ({ranked}) AS ranked "
        "WHERE line <= %s ORDER BY kind, line"
    )
    values = [asked, f"{asked}%", *whole[1], *begun[1], _question(words), *tokens_seen, most]
    return sql, values


def _ranked(words: Words) -> tuple[str, tuple[str, list[str]], tuple[str, list[str]]]:
    """The question as a title is kept; that a title holds its words whole; that it begins some."""
    whole = [[f"% {one} %" for one in _either(word)] for word in words.naming]
    begun = [[f"% {word}%", *(f"% {one} %" for one in _either(word)[1:])] for word in words.naming]
    return " ".join(words.words), _like(whole), _like(begun)


def _either(word: str) -> list[str]:
    return [word, SAME[word]] if word in SAME else [word]


def _like(words: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """That a title is like one pattern at least of each word, and the patterns."""
    held = "' ' || e.plain || ' ' LIKE %s"
    sql = " AND ".join(f"({' OR '.join([held] * len(patterns))})" for patterns in words)
    return sql, [one for patterns in words for one in patterns]


def _question(words: Words) -> str:
    """Each word that names something as the beginning of one that is kept, or as another way to
    write it. Words are letters and digits: nothing of them is a sign of either language."""
    is_sqlite = connection.vendor == "sqlite"
    start, whole, either, both = (
        ('"{}"*', '"{}"', " OR ", " AND ") if is_sqlite else ("'{}':*", "'{}'", " | ", " & ")
    )
    asked = [
        [start.format(word[:LONGEST_WORD]), *map(whole.format, _either(word)[1:])]
        for word in words.naming
    ]
    return both.join(f"({either.join(one)})" for one in asked)


def follow(chain: str, verbs: Iterable[str]) -> None:
    """Bring in step what these events of a chain may have changed."""
    happened = tuple(verbs)
    for indexed in _indexed():
        if any(verb.startswith(indexed.after) for verb in happened):
            _sync(indexed, chain)


def rebuild() -> int:
    """Bring everything in step, and forget what no room indexes any more; how many entries."""
    known = [indexed.noun for indexed in _indexed()]
    with transaction.atomic():
        _forget(list(IndexEntry.objects.exclude(noun__in=known).values_list("pk", flat=True)))
        for indexed in _indexed():
            _sync(indexed, "")
    return IndexEntry.objects.count()


def _indexed() -> Iterator[Indexed]:
    return (indexed for room in HOUSE.all() for indexed in room.indexes)


def _sync(indexed: Indexed, chain: str) -> None:
    """Write what differs from what the room says of this chain, "" for all of them."""
    rows = IndexEntry.objects.filter(noun=indexed.noun)
    held = {
        (row_chain, key): (pk, digest)
        for pk, row_chain, key, digest in (rows.filter(chain=chain) if chain else rows)
        .order_by()
        .values_list("pk", "chain", "key", "digest")
    }
    fresh = []
    for entry in indexed.entries(chain):
        digest = _digest(entry)
        pk, known = held.pop((entry.chain, entry.key), (None, ""))
        if known != digest:
            fresh.append((entry, digest))
            if pk is not None:
                held[entry.chain, entry.key] = (pk, known)
    _forget([pk for pk, _ in held.values()])
    for start in range(0, len(fresh), _AT_ONCE):
        _write(indexed, fresh[start : start + _AT_ONCE])


def _digest(entry: Findable) -> str:
    return hashlib.sha256(repr(entry).encode("utf-8", "replace")).hexdigest()[:32]


def _write(indexed: Indexed, fresh: Sequence[tuple[Findable, str]]) -> None:
    rows = [
        IndexEntry(
            noun=indexed.noun,
            key=entry.key,
            chain=entry.chain,
            audience=entry.audience,
            kind=indexed.kind,
            title=entry.title,
            url=entry.url,
            about=entry.about,
            place=entry.place,
            plain=" ".join(tokens(entry.title)),
            digest=digest,
        )
        for entry, digest in fresh
    ]
    made = IndexEntry.objects.bulk_create(rows)
    words = [
        (row.pk, " ".join(sorted({t[:LONGEST_WORD] for text in (entry.title, *entry.texts)
                                  for t in tokens(text)})))
        for row, (entry, _) in zip(made, fresh, strict=True)
    ]  # fmt: skip
    _forget_words([pk for pk, _ in words])  # left by a table emptied from outside
    value = _PLACED[connection.vendor]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO kernel_indexentry_words (rowid, words) VALUES (%s, {value})",
            [one for one in words if one[1]],
        )


def _forget(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        IndexEntry.objects.filter(pk__in=part).delete()
        _forget_words(part)


def _forget_words(keys: Sequence[int]) -> None:
    if keys:
        marks = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM kernel_indexentry_words WHERE rowid IN ({marks})", keys)
