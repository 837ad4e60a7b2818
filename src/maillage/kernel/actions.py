"""`@action`: the one kind of door through which anything is written.

A call opens the transaction, locks the row, asks the guard, runs the body, writes one event and
brings the index of what can be found in step, all or nothing. Knows nothing of what is being done,
nor of who does it.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import inspect
import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from django.db import DataError, IntegrityError, connection, models, transaction
from django.http import Http404

from maillage.kernel import index
from maillage.kernel.models import Event, Subject, Written, append_all, last_events
from maillage.kernel.money import NBSP
from maillage.kernel.rooms import HOUSE
from maillage.kernel.unprintable import fault_within, tidied
from maillage.kernel.verdicts import Denied, Refusal, Verdict, refuse, require

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound=models.Model)

ATTEMPTS = 12
"""How often a write starts again when another took its number in the chain."""


class Identified(Protocol):
    """Whoever acts: an opaque identity, "" for the installation itself."""

    @property
    def identity(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a body returns: its value, what changed (before and after), and on what.

    `unchanged` says that nothing was written: no event then. `each`: what an act on many rows
    did to each of them, one event a row in the same chain, before that of the act itself.
    """

    value: T
    diff: dict[str, Any] = field(default_factory=dict)
    subject: Subject | None = None
    unchanged: bool = False
    each: Sequence[Written] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A verb as it is declared: what it writes in the journal, what guards it, what it says."""

    event: str
    """"app.noun.participle"."""
    title: str
    """The event in French, as the journal words it: "Budget voté"."""
    run: Callable[..., Any]
    guard: Callable[..., Verdict] | None
    doc: str
    module: str

    @property
    def room(self) -> str:
        return self.event.partition(".")[0]


REGISTRY: dict[str, Action] = {}
"""Every action by the event it writes; a test asserts each is documented."""


def title_of(event: str) -> str:
    """An event's name in French; itself where no action of this version writes it."""
    return REGISTRY[event].title if event in REGISTRY else event


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Every field of `after` that differs, as the journal keeps it: before, after."""
    pairs = {name: [plain(before.get(name)), plain(value)] for name, value in after.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def plain(value: Any) -> Any:
    """A value as JSON: a row by its code, never by a number of this database; days as ISO."""
    if isinstance(value, models.Model):
        return value.code  # type: ignore[attr-defined]
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def itself(row: Any, /, **_: Any) -> Any:
    """For `seen`: what must not have moved is the row acted upon."""
    return row


@dataclass(frozen=True, slots=True)
class Held:
    """For `seen`, what a thing holds, where its events do not tell it from others: a chamber in
    its network, the frame of an edition. `stamp`: what its page gives back, `stamp_of` some values
    or a row version; `moved`: why an act is refused (409) where it is no longer that one."""

    stamp: str | int
    moved: str


def stamp_of(values: Iterable[Any]) -> str:
    """A short text that changes with the values, and with nothing else."""
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()[:24]


class MovedError(Refusal):
    """Something has moved since it was read (409): `since` are its events from then on."""

    def __init__(self, reason: str, since: Sequence[Event], /, **details: Any) -> None:
        super().__init__(Denied(reason, status=409), details)
        self.since = since


def moved(chain: str, seen: Mapping[str, int]) -> Iterator[tuple[str, list[Event]]]:
    """Of subjects, each with the last event one has read about it, those that have since moved,
    and their events from then on; none for a number that was not yet written."""
    last = last_events(chain, seen) if seen else {}
    for subject, known in seen.items():
        if last.get(subject, 0) != known:
            about = Event.objects.filter(chain=chain, subject=subject, sequence__gt=known)
            yield subject, list(about.order_by("sequence"))


def _refuse_moved(thing: Subject | Held | None, seen: Any, actor: Any) -> None:
    """Refuse (409) what has moved since it was `seen`, saying what was done and by whom."""
    if isinstance(thing, Held) and thing.stamp != seen:
        raise MovedError(thing.moved, (), moved=True)
    if thing is None or isinstance(thing, Held):
        return
    since = next((events for _, events in moved(thing.chain, {thing.subject: seen})), [])
    if not since:
        return
    names = HOUSE.resolve({event.actor for event in since if event.actor}, actor)

    def who(event: Event) -> str:
        known = names.get(event.actor)
        if event.actor and event.actor == actor.identity:
            return "vous, dans un autre onglet"
        named = known.title if known and known.visible else "une autre personne"
        return named if event.actor else "Maillage"

    told = [f"{title_of(event.verb)} par {who(event)}" for event in since[-3:]]
    last = ", ".join(dict.fromkeys(told))
    raise MovedError(
        f"Les choses ont changé depuis votre lecture{NBSP}: {last}. Relire, puis recommencer.",
        since,
        seen=since[-1].sequence,
        since=[{"act": e.verb, "by": who(e), "diff": e.diff} for e in since],
    )


Check = Callable[[], None]


def _nothing() -> None:
    """Asks nothing."""


_agreed: ContextVar[Check] = ContextVar("agreed", default=_nothing)


def _taken() -> Check:
    """What the first act has to ask; those that follow ask nothing."""
    check = _agreed.get()
    _agreed.set(_nothing)
    return check


@contextmanager
def agreed(check: Check) -> Iterator[None]:
    """Within it, the first act asks `check` once it holds its lock and its guard allows it: a page
    that showed figures raises there a Refusal where they have moved since."""
    token = _agreed.set(check)
    try:
        yield
    finally:
        _agreed.reset(token)


def _refuse_unseen(given: Mapping[str, Any], as_written: Collection[str]) -> None:
    if said := fault_within(given, as_written):
        refuse(f"{said[0].upper()}{said[1:]}.")


def _lock(target: models.Model | models.QuerySet[Any] | None) -> Any:
    """Read the row again under lock; a queryset narrows it to what the caller may see."""
    if target is None:
        return None
    if isinstance(target, models.QuerySet):
        found = target.select_for_update(of=("self",)).first()
    else:
        manager = type(target)._base_manager
        found = manager.select_for_update(of=("self",)).filter(pk=target.pk).first()
    if found is None:
        raise Http404
    return found


def _collided(error: IntegrityError) -> bool:
    return "event_chain_sequence" in str(error) or "kernel_event.chain" in str(error)


def _retried(write: Callable[[], T]) -> T:
    """Write; start again where another took the event's number in the chain meanwhile."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return write()
        except IntegrityError as error:
            if connection.in_atomic_block or not _collided(error):
                raise
            time.sleep(random.uniform(0, 0.02 * (attempt + 1)))
    return write()


def _record(chain: str, identity: str, written: Sequence[Written]) -> None:
    """The events of an act in the journal; what can be found by its words, in step with them."""
    append_all(chain, identity, written)
    index.follow(chain, (verb for verb, _, _ in written))


def action(
    event: str,
    title: str,
    *,
    guard: Callable[..., Verdict] | None = None,
    seen: Callable[..., Subject | Held | None] | None = None,
    as_written: Collection[str] = (),
) -> Callable[
    [Callable[Concatenate[Any, P], Outcome[T]]],
    Callable[Concatenate[Any, P], T],
]:
    """Make a body an action that writes `event` ("app.noun.participle"), in French `title`.

    The first argument is the row acted upon, a queryset that narrows to it (404 when it is not
    there), or None; the body receives it locked. `guard(row, actor=…, **arguments)` decides: every
    argument reaches it under the name the body gives it.
    `seen(row, actor=…, **arguments)` names the thing that may not have moved (`itself`: the row):
    a call whose `seen` is the number of the last event it read about the thing is refused (409)
    where there is a later one, or another than the stamp of what it `Held`; None does not check.
    Texts given reach the guard and the body composed, and one that holds a character nobody sees
    is refused (422) where the body did not say so better; but for what is named in `as_written`:
    the words of a book, a file or a password, which are not to be changed.
    Raises `Refusal`; a refusal, an error or a kill leaves nothing behind.
    """

    def wrap(
        body: Callable[Concatenate[Any, P], Outcome[T]],
    ) -> Callable[Concatenate[Any, P], T]:
        names = tuple(inspect.signature(body).parameters)[1:]
        kept = {"actor", "seen", *as_written}

        def once(check: Check, target: Any, *args: P.args, **kwargs: P.kwargs) -> T:
            actor: Identified = kwargs["actor"]  # type: ignore[assignment]
            with transaction.atomic():
                row = _lock(target)
                given: dict[str, Any] = {**dict(zip(names, args, strict=False)), **kwargs}
                if guard is not None:
                    require(guard(row, **given))
                if seen is not None and given.get("seen") is not None:
                    _refuse_moved(seen(row, **given), given["seen"], actor)
                check()
                try:
                    outcome = body(row, *args, **kwargs)
                except DataError:  # A null character, which PostgreSQL takes nowhere.
                    _refuse_unseen(given, kept)
                    raise
                _refuse_unseen(given, kept)
                if not outcome.unchanged:
                    about: Any = outcome.subject if outcome.subject is not None else row
                    own = (event, about.subject, outcome.diff)
                    _record(about.chain, actor.identity, [*outcome.each, own])
            return outcome.value

        @functools.wraps(body)
        def run(target: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
            pairs = zip(names, args, strict=False)
            typed: Any = [v if name in kept else tidied(v, kept) for name, v in pairs]
            named: Any = tidied(kwargs, kept)
            check = _taken()
            return _retried(lambda: once(check, target, *typed, **named))

        if event in REGISTRY:
            raise ValueError(f"two actions write {event}")
        REGISTRY[event] = Action(event, title, run, guard, body.__doc__ or "", body.__module__)
        return run

    return wrap
