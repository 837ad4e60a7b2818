"""What a file saw of each of its rows when it was written: a mark, in a column of its own.

A file comes back days later. Its mark tells which values somebody changed in the file, and which
have been changed where they are kept since: neither can be told from the values alone. Knows no
file and no row; refuses to hold the values themselves, of which it keeps short digests.
"""

from __future__ import annotations

import datetime as dt
import re
from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from maillage.sheets.columns import Column

NAME = "seen"
COLUMN = Column(
    "Vu à l’export", width=14, name=NAME, needed=False, take=lambda cell: str(cell or "").strip()
)
"""Hidden in a workbook, last in a CSV. A file without it is read as before: nobody can tell."""
_ABOUT = "@"
_OPENS, _NAMED, _LONG = "v", 3, 9
_UNHASHED = (list, set)
_PIECES = re.compile(rf".{{{_LONG}}}")
_LETTERS = re.compile(r"v[\w-]*", re.ASCII)
_FOR_ADDRESSES = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a row's file saw of it, and the names of the values that were changed in the file; of a
    row whose mark is lost, "" and the names of all its values: any may have changed since."""

    mark: str
    touched: tuple[str, ...]

    @property
    def is_lost(self) -> bool:
        return not self.mark

    def moved(self, kept: Mapping[str, Any]) -> tuple[str, ...]:
        """The names of those values, as they are kept, that are not known to be what was seen."""
        return tuple(kept) if self.is_lost else tuple(moved(self.mark, kept))

    @classmethod
    def lost(cls, values: Iterable[str]) -> Seen:
        """Of a row of these values that lost its mark."""
        return cls("", tuple(values))

    @classmethod
    def kept(cls, value: Any) -> Seen | None:
        """Out of what JSON kept of it; None where it kept nothing."""
        return cls(value["mark"], tuple(value["touched"])) if value else None

    @property
    def is_left(self) -> bool:
        """Whether the file leaves the row as it saw it."""
        return not self.touched

    @classmethod
    def of(
        cls, mark: str, values: Mapping[str, Any], keys: Iterable[str], about: str
    ) -> Seen | None:
        """Of a row as it is read; None without a mark, or with one of another row, copied, or of
        another thing: what that saw says nothing of this."""
        if not _is_mark(mark):
            return None
        touched = tuple(moved(mark, {_ABOUT: about, **values}))
        return None if {_ABOUT, *keys} & set(touched) else cls(mark, touched)


def is_lost(seen: Seen | None) -> bool:
    return seen is not None and seen.is_lost


def is_left(seen: Seen | None) -> bool:
    """Whether a file is known to leave a row as it saw it."""
    return seen is not None and seen.is_left


def seen_of(
    rows: Sequence[tuple[str, Mapping[str, Any]]], keys: Iterable[str], about: str
) -> list[Seen | None]:
    """What a file saw of each of its rows, of mark and values. A row without its own mark, in a
    file of that thing, has lost it; a file that says nothing of the thing says nothing of its
    rows."""
    keys = tuple(keys)
    found = [Seen.of(mark, values, keys, about) for mark, values in rows]
    if None not in found or not any(is_about(mark, about) for mark, _ in rows):
        return found
    return [one or Seen.lost(row[1]) for one, row in zip(found, rows, strict=True)]


def of_another(rows: Iterable[tuple[str, Any]], about: str) -> str:
    """A mark of a file that saw rows of another thing alone, "" where it has none or is of this."""
    known = [mark for mark, _ in rows if _is_mark(mark)]
    return "" if any(is_about(mark, about) for mark in known) else next(iter(known), "")


def is_about(mark: str, about: str) -> bool:
    """Whether the row that a mark saw was one of that thing."""
    return _is_mark(mark) and not moved(mark, {_ABOUT: about})


def _is_mark(text: str) -> bool:
    return len(text) % _LONG == 1 and _LETTERS.fullmatch(text) is not None


def mark_of(values: Mapping[str, Any], about: str) -> str:
    """The mark of a row, by the names and values with which it is read back; `about`: the thing
    whose row it is, always told in the same words."""
    values = {_ABOUT: about, **values}
    return _OPENS + "".join(
        _digest(name, tuple(value) if value.__class__ in _UNHASHED else value)
        for name, value in values.items()
    )


def moved(mark: str, values: Mapping[str, Any]) -> list[str]:
    """The names of those values that are not what the mark saw."""
    seen = set(_PIECES.findall(mark, 1))
    told = {
        name: piece
        for name, value in values.items()
        if value is not None  # most cells are empty
        and value != ""
        and (piece := _digest(name, tuple(value) if value.__class__ in _UNHASHED else value))
    }
    empty = len(values) - len(told)
    if seen.issuperset(told.values()) and (not empty or len(told) == len(seen)):
        return []
    left = {piece[:_NAMED] for piece in seen.difference(told.values())} if empty else ()
    return [
        name
        for name in values
        if (told[name] not in seen if name in told else _short(name) in left)
    ]


@dataclass(frozen=True, slots=True)
class Merge:
    """A row once both sides are put together: what it becomes with the file's word, and the names
    of the values changed on both sides."""

    values: dict[str, Any]
    clashes: tuple[str, ...] = ()


def merged(seen: Seen | None, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """What a row of a file changes of what is kept: what the file left alone is as it is kept.
    Without a mark the file has its word on everything."""
    if seen is None:
        return Merge({**theirs, **mine})
    given = {name: mine[name] for name in seen.touched if name in mine}
    since = seen.moved({name: theirs.get(name) for name in given})
    clashes = tuple(name for name in since if _told(given[name]) != _told(theirs.get(name)))
    return Merge({**theirs, **given}, clashes)


def _told(value: Any) -> str:
    """A value as a text, the same when it is written and when it is read back; "" for none."""
    if isinstance(value, str):
        return (value.replace("\r\n", "\n") if "\r" in value else value).strip()
    if value is None:
        return ""
    if isinstance(value, Decimal | float):
        # Minus zero is zero.
        return f"{Decimal(str(value)).normalize() + 0:f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return "\x1f".join(sorted(map(_told, value)))
    return str(value)


@lru_cache(maxsize=20_000, typed=True)
def _digest(name: str, value: Any) -> str:
    """What a mark says of a value; "" of none."""
    told = _told(value)
    return _short(name) + _hashed(f"{name}\x1e{told}")[: _LONG - _NAMED] if told else ""


@lru_cache(maxsize=2_000)
def _short(name: str) -> str:
    return _hashed(name)[:_NAMED]


def _hashed(text: str) -> str:
    digest = blake2b(text.encode(), digest_size=6).digest()
    return b2a_base64(digest, newline=False).translate(_FOR_ADDRESSES).decode()
