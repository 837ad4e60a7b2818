"""The verbs of a register: create, revise, carry (many rows), archive, restore, delete, erase.

`verbs_of` makes them once from the declaration. With those of saved views, the only writers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from maillage.kernel.actions import Outcome, action
from maillage.kernel.money import NBSP
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict, refuse, refuse_unread
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.registers.changes import PERSONAL, Change, Proposal, diff_of, planned
from maillage.registers.declaration import Register, capital
from maillage.registers.models import Row, SavedView
from maillage.registers.queries import Reading, owner_of
from maillage.registers.saving import folded_text, link, put, save

MOST_VIEWS = 50


class Verbs:
    """The actions of one register. All take `actor=`; the first argument is locked.

    `create(network, values=, code=)`, `revise(row, values=, seen=)`, `archive`, `restore` and
    `erase(row)` give the row, `carry(network, proposals, source=, seen=)` the count of rows
    changed.
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        noun, one = register.noun, capital(register.one)
        enter, write = self.may_enter, self.may_write

        def made(event: str, title: str, guard: Any, body: Any) -> Callable[..., Any]:
            return action(f"{noun}{event}", title, guard=guard)(body)

        def said(participle: str) -> str:
            return f"{one} {register.agreed(participle)}"

        self.create = made(".created", said("créé"), enter, self._create)
        self.revise = made(".revised", said("modifié"), write, self._revise)
        many = f"{capital(register.many)} changé{'e' * register.feminine}s en nombre"
        self.carry = made("s.imported", many, enter, self._carry)
        self.archive = made(".archived", said("archivé"), write, self._archive)
        self.restore = made(".restored", f"{said('remis')} dans la liste", write, self._restore)
        self.delete = made(".deleted", said("supprimé"), write, self._delete)
        erased = f"{one}{NBSP}: données personnelles effacées"
        self.erase = made(".erased", erased, self.may_erase, self._erase)

    def may_write(self, row: Row, *, actor: Actor, **_: Any) -> Verdict:
        return self.register.may_write(row, actor=actor)

    def may_erase(self, row: Row, *, actor: Actor, **_: Any) -> Verdict:
        """Whoever writes the row, and whoever erases the account of the person it is about."""
        return ALLOWED if actor.administers(None) else self.may_write(row, actor=actor)

    def may_enter(self, network: Network, *_: Any, actor: Actor, **__: Any) -> Verdict:
        return self.register.may_enter(network, actor=actor)

    def _create(
        self, network: Network, *, actor: Actor, values: Any, code: str = ""
    ) -> Outcome[Row]:
        """Create a row. Refuses (422) with each fault, (409) a code already taken."""
        reading = Reading(self.register, network, actor)
        change = planned(reading, [Proposal(code, values)])[0]
        if change.record:
            taken = f"Le code «{NBSP}{code}{NBSP}» est déjà pris{NBSP}; en choisir un autre."
            refuse(taken, 409)
        rows, written = save(reading, [change])
        return Outcome(rows[0], written[0][2], rows[0])

    def _revise(
        self, row: Row, *, actor: Actor, values: Any, seen: int | None = None
    ) -> Outcome[Row]:
        """Change some values. Refuses (422) with each fault, (409) a row that moved since."""
        reading = Reading(self.register, row.network, actor)
        rows, written = save(reading, planned(reading, [Proposal(row.code, values, seen)]))
        if not written:
            return Outcome(row, unchanged=True)
        return Outcome(rows[0], written[0][2], rows[0])

    def _carry(
        self,
        network: Network,
        proposals: Sequence[Proposal],
        *,
        actor: Actor,
        source: str = "",
        seen: int | None = None,
    ) -> Outcome[int]:
        """Write many rows, all or none, one event each. Refuses as create and revise do, and (409)
        a register that is no longer the version `seen`."""
        reading = Reading(self.register, network, actor)
        if seen is not None:
            # A row is made under the lock of the network, changed under its own.
            kept = self.register.model._base_manager.filter(network=network).order_by("pk")
            list(kept.select_for_update().values_list("pk"))
            refuse_unread(f"le registre des {self.register.many}", seen, reading.version)
        rows, written = save(reading, planned(reading, proposals))
        diff = {"count": len(rows), "source": source}
        return Outcome(len(rows), diff, reading, unchanged=not rows, each=written)

    def _archive(self, row: Row, *, actor: Actor) -> Outcome[Row]:
        """Take a row out of the list; `restore` puts it back."""
        return _archived(row, True)

    def _restore(self, row: Row, *, actor: Actor) -> Outcome[Row]:
        """Put an archived row back in the list."""
        return _archived(row, False)

    def _delete(self, row: Row, *, actor: Actor) -> Outcome[None]:
        """Delete a row for good. Refuses (409) where something else rests upon it."""
        register, gone = self.register, _Gone(row.chain, row.subject)
        reading = Reading(register, row.network, actor)
        record = reading.whole(reading.rows().filter(pk=row.pk))[0]
        diff = diff_of(register, Change(row.code, record, dict.fromkeys(register.by_name)))
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError:
            held = f"D’autres fiches s’appuient sur {register.the}{NBSP}; l’archiver plutôt."
            refuse(held, 409)
        return Outcome(None, diff, gone)

    def _erase(self, row: Row, *, actor: Actor) -> Outcome[Row]:
        """Empty the personal fields of a row, required or not; the row stays."""
        personal = self.register.personal
        if not personal:
            refuse("Ce registre ne tient pas de donnée personnelle.", 409)
        for asked in personal:
            put(row, asked, None, {})
        row.folded = folded_text(self.register, row)
        row.save()
        link(self.register, [(row, {f.name: None for f in personal})], {})
        return Outcome(row, {"code": row.code, **{f.name: PERSONAL for f in personal}})


@cache
def verbs_of(register: Register) -> Verbs:
    """The actions of a register, declared to the kernel the first time they are asked."""
    return Verbs(register)


@dataclass(frozen=True, slots=True)
class _Gone:
    chain: str
    subject: str


def _archived(row: Row, archived: bool) -> Outcome[Any]:
    if row.archived == archived:
        return Outcome(row, unchanged=True)
    row.archived = archived
    row.save(update_fields=["archived"])
    return Outcome(row, {"code": row.code, "archived": [not archived, archived]})


def can_keep_view(network: Network, *, actor: Actor, shared: bool = False, **_: Any) -> Verdict:
    """Whoever holds a mandate keeps views; those who write in the network share them."""
    if not actor.identity or not actor.sees(network.pk):
        return Denied("Enregistrer une vue demande un mandat dans ce réseau.")
    if shared and not actor.edits_something(network.pk):
        return Denied("Partager une vue revient à ceux qui écrivent dans ce réseau.")
    return ALLOWED


@action("registers.view.saved", "Vue d’un registre enregistrée", guard=can_keep_view)
def save_view(
    network: Network, *, actor: Actor, register: str, name: str, query: str, shared: bool = False
) -> Outcome[SavedView]:
    """Keep what is asked of a list under a name; one's own view of that name is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > 80 or len(query) > 4000:
        refuse("Nom de la vue\u00a0: de 1 à 80 caractères.", 422)
    owner = owner_of(actor) or 0
    mine = SavedView.objects.filter(network=network, register=register, owner=owner)
    view = mine.filter(name=name).first()
    if view is None and mine.count() >= MOST_VIEWS:
        refuse(f"{MOST_VIEWS} vues au plus par registre.", 409)
    view = view or SavedView(network=network, register=register, owner_id=owner, name=name)
    view.query, view.shared = query, shared
    view.save()
    return Outcome(view, {"register": register, "shared": shared}, view)


def can_delete_view(view: SavedView, *, actor: Actor, **_: Any) -> Verdict:
    if view.owner_id == owner_of(actor) or actor.administers(view.network_id):
        return ALLOWED
    return Denied("Une vue est supprimée par qui l’a enregistrée, ou par un administrateur.")


@action("registers.view.deleted", "Vue d’un registre supprimée", guard=can_delete_view)
def delete_view(view: SavedView, *, actor: Actor) -> Outcome[None]:
    """Forget a saved view; the rows are untouched."""
    gone = _Gone(view.chain, view.subject)
    register = view.register
    view.delete()
    return Outcome(None, {"register": register}, gone)


def orphan_views() -> QuerySet[SavedView]:
    """What people who were erased kept for themselves alone."""
    return SavedView.objects.filter(shared=False).exclude(owner__erased_at=None)


def forget_views(before: dt.datetime) -> int:
    """Forget those of people erased before a moment. How many."""
    return orphan_views().filter(owner__erased_at__lt=before).delete()[0]
