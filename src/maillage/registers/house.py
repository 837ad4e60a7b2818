"""What a register hands to its room: search, names of its subjects, what a person may ask for.

Knows every network someone sees; asks one query whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from maillage.kernel.rooms import Found, Resolved
from maillage.kernel.words import Words
from maillage.people.actors import INSTALLATION, Actor
from maillage.people.models import User
from maillage.registers.actions import verbs_of
from maillage.registers.declaration import Register, capital
from maillage.registers.queries import Reading
from maillage.registers.text_matching import holds

MOST = 20


class Handed:
    """A register's answers for `kernel.rooms.Room`: its `search`, its resolver of `nouns`."""

    def __init__(self, register: Register) -> None:
        self.register = register

    def _rows(self, actor: Actor) -> QuerySet[Any]:
        rows = self.register.model._base_manager.select_related("network")
        if not actor.reaches_all:
            rows = rows.filter(network__in=actor.networks)
        return self.register.visible(rows, actor)

    def _title(self, row: Any) -> str:
        title = self.register.by_name[self.register.title]
        text = "" if title.readers or title.personal else getattr(row, title.name)
        return f"{row.code} {text}".strip()

    def _address(self, row: Any) -> str:
        return self.register.address("sheet", row.network.code, code=row.code)

    def search(self, actor: Actor, words: Words) -> Iterable[Found]:
        """The rows whose text holds each word."""
        if not words:
            return
        fits = Q()
        for word in words.words:
            fits &= reduce(
                or_,
                (holds(f.name, word) for f in self.register.unfolded),
                Q(folded__contains=word) | Q(code__icontains=word),
            )
        kind = capital(self.register.many)
        for row in self._rows(actor).filter(fits, archived=False).order_by("folded")[:MOST]:
            if self.register.may_enter(row.network, actor=actor):
                yield Found(kind, self._title(row), self._address(row), str(row.network))

    def resolve(self, keys: Sequence[str], actor: Actor) -> Mapping[str, Resolved]:
        """What the rows of these identities are; one not seen is there, and says nothing."""
        seen = {row.public_id: row for row in self._rows(actor).filter(public_id__in=keys)}
        return {
            key: Resolved(self._title(seen[key]), self._address(seen[key]))
            if key in seen
            else Resolved("", visible=False)
            for key in keys
        }

    def personal_data(self, user: User) -> list[dict[str, Any]]:
        """What the register keeps of a person, for that person (RGPD, articles 15 and 20)."""
        found = list[dict[str, Any]]()
        for row, values in self._personal(user):
            held = {f.label: f.kind.plain(values[f.name]) for f in self.register.personal}
            found.append({"registre": self.register.many, "fiche": row.code, **held})
        return found

    def forget(self, user: User, actor: Actor) -> None:
        """Empty what the register keeps of a person whose account is erased."""
        for row, values in self._personal(user):
            if any(values[f.name] is not None for f in self.register.personal):
                verbs_of(self.register).erase(row, actor=actor)

    def _personal(self, user: User) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """The rows about a person, with their values."""
        register = self.register
        if not register.person or not register.personal:
            return
        rows = register.model._base_manager.filter(**{register.person: user})
        kept = {row.pk: row for row in rows.select_related("network").order_by("network", "code")}
        for network in dict.fromkeys(row.network for row in kept.values()):
            reading = Reading(register, network, INSTALLATION)
            for record in reading.whole(rows.filter(network=network)):
                yield kept[record.pk], record.values
