"""What a room says of an import, as one value; the pages, the waiting and the words are here.

Knows no register, no edition, no budget. Refuses to write: what is applied is the room's action.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from maillage.kernel.models import Subject
from maillage.kernel.verdicts import Denied, Verdict
from maillage.people.actors import Actor
from maillage.sheets.marks import Seen


class Change(NamedTuple):
    """A row that would change: what is to be applied, what it replaces (None: it is new).

    `refused`: why it is not this person's to write, "" where it is. `fault`: why a row that is this
    person's does not hold: nothing of the file is then written. `lost`: the file
    no longer says what it had seen of the row. `place`: where the file says
    it, sheet and row, "" where it is not known. `clashes`: names of the fields changed in the file
    and, since it was exported, where they are kept; `row` has the file's.
    """

    row: Any
    before: Any = None
    refused: str = ""
    place: str = ""
    clashes: tuple[str, ...] = ()
    fault: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A change in words: what names its row, and each field that differs, before and after; apart,
    those of its clashes: the name of each, its label, what is kept, what the file says."""

    names: tuple[str, ...]
    fields: tuple[tuple[str, str, str], ...]
    asks: tuple[tuple[str, str, str, str], ...] = ()

    @classmethod
    def of(
        cls, names: tuple[str, ...], lines: Iterable[tuple[str, str, str, str]], change: Change
    ) -> Shown:
        """Out of each field that differs: its name, its label, before, after."""
        lines = list(lines)
        fields = tuple(line[1:] for line in lines if line[0] not in change.clashes)
        return cls(names, fields, tuple(line for line in lines if line[0] in change.clashes))

    @classmethod
    def unread(cls, names: tuple[str, ...], kept: str = "", noun: str = "ligne") -> Shown:
        """Of a row in which something is wrong, and that is not one's to write: what is `kept`."""
        return cls(names, ((f"Cette {noun}", kept, "non lue"),))

    @property
    def lines(self) -> list[tuple[str, str, str, str]]:
        return [*(("", *field) for field in self.fields), *self.asks]


class Guard(Protocol):
    def __call__(self, target: Any, /, *, actor: Actor) -> Verdict: ...


class Apply(Protocol):
    def __call__(self, target: Any, rows: Sequence[Any], /, *, actor: Actor, seen: int) -> int: ...


def why_not(denied: Denied | None) -> dict[str, Any]:
    """What a Change says of a row denied: 403 it is not this person's, else it does not hold."""
    if denied is None:
        return {}
    return {"refused" if denied.status == 403 else "fault": denied.reason}


def with_places(rows: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Of rows kept as JSON with where each stands, the row and its place; "" for one that waited
    since before places were read."""
    for row in rows:
        if isinstance(row, Mapping):
            yield row.get("cell", row), row.get("place", "")
        else:
            yield row[0], row[1]


def as_read(rows: Any) -> Any:
    return rows


def no_clash(change: Change, _names: Collection[str]) -> Any:
    return change.row


def of_this(_target: Any, _rows: Sequence[Any], _actor: Actor) -> str:
    return ""


def of_no_kind(_change: Change) -> Sequence[tuple[str, str]]:
    return ()


def nothing_more(_target: Any, _changes: Sequence[Change]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class ImportFlow:
    """One kind of file, from its upload to what it changes.

    `name`: of its waiting files. `addresses`: of its three pages (upload, review, apply).
    `find(request, *where)` gives the thing an address is about, or a 404; `guard` who may at all.
    `read(thing, data, filename, actor)` gives rows that JSON keeps (plain values, dataclasses),
    once, or raises Unreadable with the faults of all, but never for rows that are not the actor's
    to write; `restore`
    makes rows of that JSON again. `changes(thing, rows, actor)` tells those that would change;
    `shown(thing, changes)` says them under `columns`, the names of what names a row. `version`
    moves whenever the thing does. `apply(thing, rows, actor=, seen=)` writes rows, all or none, and
    counts them; a Refusal is told. It refuses (409, `refuse_unread`) where `version` is no longer
    the one `seen`, read inside its action under the lock of those who write.
    """

    name: str
    addresses: tuple[str, str, str]
    find: Callable[..., Subject]
    guard: Guard
    version: Callable[[Any], int]
    read: Callable[[Any, bytes, str, Actor], Sequence[Any]]
    changes: Callable[[Any, Sequence[Any], Actor], Sequence[Change]]
    columns: tuple[str, ...]
    shown: Callable[[Any, Sequence[Change]], Iterable[Shown]]
    apply: Apply
    home: Callable[[Any], str]
    """Address of the thing."""
    page: Callable[..., dict[str, Any]]
    """`page(request, thing, *crumbs)`: the context of the room's frame."""
    restore: Callable[[Any], Sequence[Any]] = as_read
    frame: str = "ui/base.html"
    hint: str = ""
    """Template of what is told beside the form: which columns, where the model is."""
    summary: str = ""
    """Template shown above the changes, with what `about(thing, changes)` gives."""
    about: Callable[[Any, Sequence[Change]], dict[str, Any]] = nothing_more
    kinds: Callable[[Change], Iterable[tuple[str, str]]] = of_no_kind
    """Kinds of a change, code and label: the review counts them, and shows those of one."""
    seen: Callable[[Any], Seen | None] | None = None
    """What a row's file saw of it when it was exported; None where the files have no marks."""
    of: Callable[[Any, Sequence[Any], Actor], str] = of_this
    """`of(thing, rows, actor)`: which other thing the file is an export of, in words, "" for none.
    """
    theirs: Callable[[Change, Collection[str]], Any] = no_clash
    """The row of a change with what is kept in some of its clashes; None where nothing is left."""
    limit: int = 0
    """Bytes a file may have; 0 is the installation's limit."""
    title: str = "Importer un tableur"
    thing: str = "le tableau"
    """What is changed, with its article."""
    read_words: str = "ligne lue,lignes lues"
    would: str = "ligne changerait,lignes changeraient"
    done: str = "ligne changée,lignes changées"
    new: str = "nouvelle ligne"
