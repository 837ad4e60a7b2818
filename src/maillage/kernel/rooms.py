"""What each room hands to the house, and the one table where rooms below find those above.

Knows a room as a plain value and asks by the prefix of a journal subject; knows no room by name.
`portal/rooms.py` fills the table once, when it is first asked. Actors and networks are whatever the
rooms say.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Purpose(StrEnum):
    """What one comes to a network for, in the order of its bar; the first is its own page."""

    NETWORK = "Réseau"
    MINE = "Ma page"
    SCHEME = "Schéma"
    DECIDE = "Décider"
    MANAGE = "Gérer"
    SIMULATE = "Simuler"
    JOURNAL = "Journal"


Entry = Callable[[Any, Any], bool]
"""May this actor enter, in this network? Asks the database nothing: each page asks it."""


def anyone(actor: Any, network: Any) -> bool:
    """An entry open to whoever sees the network at all."""
    return True


def members(actor: Any, network: Any) -> bool:
    """An entry for those who hold a mandate in the network."""
    return bool(actor.sees(network.pk))


@dataclass(frozen=True, slots=True)
class Page:
    """A page one navigates to. Its address takes the network's code, `network`, alone.

    Pages of one `tab` stand under it, the first being where it leads; "" is a tab of its own.
    `year`: the name under which its address takes one, "" where it is of none. `words`: what else
    it answers to, for whoever asks it by what is read there.
    """

    address: str
    label: str
    tab: str = ""
    may_enter: Entry | None = None
    year: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Something that awaits someone: their act, or (`act` False) a date to know.

    `count` is how many of it there are, where it is counted: those `url` shows, exactly.
    `since` is when it began to wait, `due` when it should be over; `verb` is what one goes there
    to do, as its button says.
    """

    what: str
    url: str
    about: str = ""
    due: dt.date | None = None
    act: bool = True
    count: int | None = None
    since: dt.date | None = None
    verb: str = "Ouvrir"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a room counts of a network or of one of its chambers, in words and figures as they are
    read: `url` shows exactly these rows. What is not known has no figure."""

    value: str
    label: str
    url: str
    about: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A result of a search; `kind` heads its group ("Macro-processus"). `words`: what else an act
    answers to, for whoever calls it otherwise."""

    kind: str
    title: str
    url: str
    about: str = ""
    words: str = ""


PAGES = "Pages"
"""The kind of what one goes to read, among what is found."""
ACTS = "Actes"
"""The kind of what is begun rather than read, among what is found."""


@dataclass(frozen=True, slots=True)
class Findable:
    """Something found by the words of its `title`, then of its `texts`.

    `key` tells it from others of its noun in its `chain`. `audience`: who may see it, "" for
    anyone, else the name of a circle of people; the members of a network have its chain's.
    `place`: its rank among those as near, the smallest first.
    """

    key: str
    chain: str
    title: str
    url: str
    about: str = ""
    texts: tuple[str, ...] = ()
    audience: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a room lets find of one noun; `kind` heads its group ("Macro-processus").

    `entries(chain)` are those of a chain, "" for all. `after`: how the names of the events begin
    that may change some of them; those of the event's chain are read again then, and what differs
    is written.
    """

    noun: str
    kind: str
    entries: Callable[[str], Iterable[Findable]]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where something leads, in words; `kind` lets a page place what it is offered."""

    label: str
    url: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the home that rows rest upon; `digest` is its SHA-256, "" where none was kept."""

    what: str
    path: Path
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a subject is for someone. Where it is not `visible` nothing of it is to be shown."""

    title: str
    url: str = ""
    visible: bool = True


class Happened(Protocol):
    """An event of the journal, as a room tells it."""

    @property
    def chain(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def verb(self) -> str: ...

    @property
    def diff(self) -> Mapping[str, Any]: ...


Resolver = Callable[[Sequence[str], Any], Mapping[str, Resolved]]
"""(keys, actor) -> what each key is; a key is what follows the colon of a subject."""
Details = Callable[[Mapping[str, Any], Any], Iterable[str]]
"""(diff, actor) -> the before and after of an event, in French lines: a journal has more readers
than what it tells of. What a room does not know this actor to read, it does not tell."""
Tell = Callable[[Sequence[Happened], Any], Iterable[Iterable[str]]]
"""The same of many events: names, and what the actor reads, are looked up once for all."""
Offer = Callable[[str, Any], Iterable[Link]]
"""(key, actor) -> what a room adds to a page of a room below. Asks the database nothing."""


def _nothing(*_: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Everything the house needs of a room. Rooms of one purpose and label are one entry.

    `urls` and `api` are the paths of modules: their addresses and, in `router`, their API.
    """

    code: str
    label: str
    purpose: Purpose
    pages: tuple[Page, ...] = ()
    follows: bool = False
    """Its pages come after those of the rooms below, where they are one entry."""
    may_enter: Entry = members
    urls: str = ""
    api: str = ""
    documentation: str = ""
    nouns: Mapping[str, Resolver] = field(default_factory=dict)
    """By prefix of subject ("schemes.edition"): who says what such subjects are."""
    details: Mapping[str, Details] = field(default_factory=dict)
    """By prefix of event name; the longest that fits tells the change in words."""
    tells: Mapping[str, Tell] = field(default_factory=dict)
    """The same, for a room that names what its events hold by code."""
    offers: Mapping[str, Offer] = field(default_factory=dict)
    """By place of a room below ("schemes.edition"): the links this room adds to it."""
    awaits: Callable[[Any, Any], Iterable[Awaiting]] = _nothing
    figures: Callable[[Any, Any, Any], Iterable[Figure]] = _nothing
    """(actor, network, chamber or None): what it counts of the chamber, or of the network."""
    acts: Callable[[Any, Sequence[Any]], Iterable[Found]] = _nothing
    """(actor, networks): what this actor may do there, as a page where it is begun; as many
    queries whatever the number of networks."""
    indexes: tuple[Indexed, ...] = ()
    """What can be found of its rows, kept in one index below the rooms (`kernel.index`)."""
    search: Callable[[Any, Any], Iterable[Found]] = _nothing
    """(actor, `kernel.words.Words`) -> what one may see of what fits and no index holds."""
    depends_on: Callable[[str], Iterable[str]] = _nothing
    """Subjects of this room that rest upon the subject given, which lies below."""
    personal_data: Callable[[Any], Iterable[Mapping[str, Any]]] = _nothing
    """(account) -> what the room keeps of a person, as JSON, for that person."""
    forget: Callable[[Any, Any], object] = _nothing
    """(account, actor): empty for good what the room keeps of a person who is erased."""
    holds: Callable[[], Iterable[Held]] = _nothing
    """Every file its rows rest upon: a backup keeps them, `maillage verify` looks for them."""
    proves: Callable[[], Iterable[tuple[str, str, Iterable[str]]]] = _nothing
    """What it can prove of its rows: what, how much of it in words, and what does not hold."""
    keeps: tuple[Any, ...] = ()
    """What of its rows leaves with time, or never, as `kernel.retention` declares it."""
    demo: Callable[[Any], Any] | None = None
    """Fills a fictitious network, once; rooms below have already filled theirs."""
    recurring: tuple[Any, ...] = ()
    """Work to do regularly, as `jobs` declares it."""

    def enters(self, page: Page, actor: Any, network: Any) -> bool:
        return (page.may_enter or self.may_enter)(actor, network)


FILLING = threading.RLock()


class Table:
    """The rooms of the house, from the ground up; filled once."""

    def __init__(self) -> None:
        self._rooms: tuple[Room, ...] = ()
        self._by_noun: dict[str, Room] = {}
        self._awaited: Callable[[], Iterable[Room]] = tuple

    def await_from(self, rooms: Callable[[], Iterable[Room]]) -> None:
        """Take in every room once one is asked for: a command that asks for none loads none."""
        self._awaited = rooms

    def fill(self, rooms: Iterable[Room]) -> None:
        """Take in every room. RuntimeError if filled already, or if two claim the same thing."""
        if self._rooms:
            raise RuntimeError("the rooms are already known")
        taken = tuple(rooms)
        _once("code", [room.code for room in taken])
        _once("noun", [noun for room in taken for noun in room.nouns])
        _once("indexed noun", [one.noun for room in taken for one in room.indexes])
        _once("event prefix", [prefix for room in taken for prefix in (*room.details, *room.tells)])
        _once("page", [page.address for room in taken for page in room.pages])
        self._by_noun = {noun: room for room in taken for noun in room.nouns}
        self._rooms = taken

    def all(self) -> tuple[Room, ...]:
        with FILLING:
            if not self._rooms:
                self.fill(self._awaited())
        return self._rooms

    def of(self, subject: str) -> Room | None:
        """The room whose noun a subject names ("finance.budget:12"), if any."""
        self.all()
        return self._by_noun.get(subject.partition(":")[0])

    def recurring(self) -> list[Any]:
        """What this installation does regularly, as the rooms declare it."""
        return [work for room in self.all() for work in room.recurring]

    def keeps(self) -> list[Any]:
        """What the rooms keep for a time, or for ever, as they declare it."""
        return [one for room in self.all() for one in room.keeps]

    def resolve(self, subjects: Iterable[str], actor: Any) -> dict[str, Resolved]:
        """What each subject is for `actor`: one call by noun; unknown subjects are left out."""
        self.all()
        keys: dict[str, list[str]] = {}
        for subject in dict.fromkeys(subjects):
            noun, _, key = subject.partition(":")
            keys.setdefault(noun, []).append(key)
        return {
            f"{noun}:{key}": found
            for noun, asked in keys.items()
            if noun in self._by_noun
            for key, found in self._by_noun[noun].nouns[noun](asked, actor).items()
        }

    def dependents(self, subject: str) -> tuple[str, ...]:
        """Every subject that rests upon this one, whichever room it stands in."""
        return tuple(one for room in self.all() for one in room.depends_on(subject))

    def offered(self, place: str, key: str, actor: Any) -> list[Link]:
        """What rooms add to a place of a room below them."""
        return [
            link
            for room in self.all()
            if place in room.offers
            for link in room.offers[place](key, actor)
        ]

    def details(self, events: Sequence[Happened], actor: Any) -> list[tuple[str, ...]]:
        """What each event changed, in words, as far as `actor` may read it; nothing where no room
        tells."""
        one = {prefix: tell for room in self.all() for prefix, tell in room.details.items()}
        many = {prefix: tell for room in self.all() for prefix, tell in room.tells.items()}
        told: list[tuple[str, ...]] = [()] * len(events)
        together: dict[str, list[int]] = {}
        for rank, event in enumerate(events):
            fitting = [prefix for prefix in (*one, *many) if event.verb.startswith(prefix)]
            prefix = max(fitting, key=len, default="")
            if prefix in one:
                told[rank] = tuple(one[prefix](event.diff, actor))
            elif prefix:
                together.setdefault(prefix, []).append(rank)
        for prefix, ranks in together.items():
            lines = many[prefix]([events[rank] for rank in ranks], actor)
            for rank, line in zip(ranks, lines, strict=True):
                told[rank] = tuple(line)
        return told


def _once(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RuntimeError(f"two rooms claim the same {what}: {', '.join(twice)}")


HOUSE = Table()
"""The table of this installation."""


HIDDEN = Resolved("", "", visible=False)
"""What a subject is for whoever may not see it, or where it is no longer there."""


_KEY = re.compile(r"[0-9]{1,18}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def rows(
    visible_to: Callable[[Any], Any],
    title: Callable[[Any], str] = str,
    url: Callable[[Any], str] = lambda row: "",
) -> Resolver:
    """A resolver of rows by their key, in one query: what is not visible is `HIDDEN`.

    `visible_to(actor)` is a queryset, everything `title` and `url` read joined.
    """

    def resolve(keys: Sequence[str], actor: Any) -> Mapping[str, Resolved]:
        asked = [key for key in keys if _KEY.fullmatch(key)]
        found = {str(row.pk): row for row in visible_to(actor).filter(pk__in=asked)}
        return {
            key: Resolved(title(found[key]), url(found[key])) if key in found else HIDDEN
            for key in keys
        }

    return resolve
