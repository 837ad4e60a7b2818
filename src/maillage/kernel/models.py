"""The event journal as rows. Append-only: the database itself refuses an update or a delete."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Protocol

from django.db import models
from django.utils import timezone

from maillage.kernel.journal import GENESIS, Break, Link, first_break

Written = tuple[str, str, dict[str, Any]]
"""What an event says: its verb, its subject, the change."""


class Subject(Protocol):
    """What an event is about: the chain it belongs to and the name it has there."""

    @property
    def chain(self) -> str: ...

    @property
    def subject(self) -> str: ...


def new_public_id() -> str:
    """Short and random: sixty bits, no letter taken for a digit."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(12))


class Event(models.Model):
    """Who (an opaque id) did what to what, when, with what change."""

    chain = models.CharField("chaîne", max_length=80)
    sequence = models.PositiveBigIntegerField("numéro")
    at = models.DateTimeField("date")
    actor = models.CharField("auteur", max_length=40)
    verb = models.CharField("acte", max_length=80)
    subject = models.CharField("objet", max_length=120)
    diff = models.JSONField("changement", default=dict)
    previous_hash = models.CharField("empreinte précédente", max_length=64)
    hash = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        ordering = ["chain", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="event_chain_sequence"),
        ]
        indexes = [
            models.Index(fields=["chain", "subject", "sequence"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} n° {self.sequence} : {self.verb}"

    @property
    def link(self) -> Link:
        return Link(
            self.chain,
            self.sequence,
            self.at,
            self.actor,
            self.verb,
            self.subject,
            self.diff,
            self.previous_hash,
            self.hash,
        )


class Journaled(models.Model):
    """A noun the journal speaks of by a name that never changes, whatever database holds it.

    `noun` is "room.noun". Nouns older than this keep the subjects they have.
    """

    noun: ClassVar[str]
    public_id = models.CharField(
        "identifiant public", max_length=16, unique=True, default=new_public_id, editable=False
    )

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        """Its network's chain, unless the noun says otherwise."""
        network: Any = getattr(self, "network")  # noqa: B009 (the field of each noun)
        return str(network.chain)

    @property
    def subject(self) -> str:
        return f"{self.noun}:{self.public_id}"


class Origin(models.Model):
    """What an imported chain names, and what that is here: its events keep their bytes."""

    installation = models.CharField("installation d’origine", max_length=80)
    former = models.CharField("objet ou auteur là-bas", max_length=120)
    here = models.CharField("objet ou auteur ici", max_length=120)

    class Meta:
        verbose_name = "origine"
        verbose_name_plural = "origines"
        ordering = ["installation", "former"]
        constraints = [
            models.UniqueConstraint(fields=["installation", "former"], name="origin_former")
        ]

    def __str__(self) -> str:
        return f"{self.installation}, {self.former} : {self.here}"


class IndexEntry(models.Model):
    """Something that can be found by its words, as its room says it; `kernel.index` writes it.

    Its words stand in a table beside, `kernel_indexentry_words`, which no model knows: a virtual
    one on SQLite, one of a tsvector on PostgreSQL.
    """

    noun = models.CharField("nom", max_length=60)
    key = models.CharField("clé", max_length=120)
    chain = models.CharField("chaîne", max_length=80)
    audience = models.CharField("public", max_length=120, blank=True)
    kind = models.CharField("sorte", max_length=60)
    title = models.TextField("titre")
    url = models.TextField("adresse")
    about = models.TextField("à propos", blank=True)
    place = models.IntegerField("rang", default=0)
    plain = models.TextField("titre en mots", blank=True)
    digest = models.CharField("empreinte", max_length=32)

    class Meta:
        verbose_name = "entrée de l’index"
        verbose_name_plural = "entrées de l’index"
        ordering = ["noun", "chain", "key"]
        constraints = [
            models.UniqueConstraint(fields=["noun", "chain", "key"], name="indexentry_key")
        ]

    def __str__(self) -> str:
        return self.title


def names_here(installation: str, names: Iterable[str]) -> dict[str, str]:
    """What subjects or actors of an imported chain are here; one that is nothing here is left out.

    A name is never taken for that of a row here that happens to bear the same number.
    """
    known = Origin.objects.filter(installation=installation, former__in=set(names))
    return dict(known.values_list("former", "here"))


def last_event(thing: Subject | None) -> int:
    """The number of the last event about a thing, what a page gives back as `seen`; 0 for none."""
    if thing is None:
        return 0
    about = Event.objects.filter(chain=thing.chain, subject=thing.subject)
    return about.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def last_events(chain: str, subjects: Iterable[str]) -> dict[str, int]:
    """The number of the last event about each subject of a chain that has one."""
    about = Event.objects.filter(chain=chain, subject__in=list(subjects)).order_by()
    last = about.values("subject").annotate(last=models.Max("sequence"))
    return dict(last.values_list("subject", "last"))


def append(chain: str, actor: str, verb: str, subject: str, diff: dict[str, Any]) -> Event:
    """Write the next event of `chain`.

    Raises IntegrityError where another transaction took the same number; `action` retries.
    """
    return append_all(chain, actor, [(verb, subject, diff)])[0]


def append_all(chain: str, actor: str, written: Iterable[Written]) -> list[Event]:
    """Write the next events of `chain`, in order, in one insertion; raises as `append` does."""
    last = Event.objects.filter(chain=chain).order_by("-sequence").values_list("sequence", "hash")
    count, previous = last.first() or (0, GENESIS)
    events = []
    for sequence, (verb, subject, diff) in enumerate(written, count + 1):
        link = Link(chain, sequence, timezone.now(), actor, verb, subject, diff, previous)
        digest = link.digest()
        events.append(
            Event(
                chain=chain,
                sequence=sequence,
                at=link.at,
                actor=actor,
                verb=verb,
                subject=subject,
                diff=diff,
                previous_hash=previous,
                hash=digest,
            )
        )
        previous = digest
    return Event.objects.bulk_create(events, batch_size=1000)


def chains() -> list[str]:
    return list(Event.objects.order_by().values_list("chain", flat=True).distinct())


def heads() -> dict[str, tuple[int, str]]:
    """The number and hash of the last event of each chain."""
    last = Event.objects.order_by().values("chain").annotate(last=models.Max("sequence"))
    ends = models.Q(pk__in=[])
    for row in last:
        ends |= models.Q(chain=row["chain"], sequence=row["last"])
    found = Event.objects.filter(ends).values_list("chain", "sequence", "hash")
    return {chain: (number, digest) for chain, number, digest in found}


def verify(chain: str) -> tuple[int, Break | None]:
    """Walk `chain` from its first event; see `journal.first_break`."""

    def links() -> Iterator[Link]:
        for event in Event.objects.filter(chain=chain).order_by("sequence").iterator(2000):
            yield event.link

    return first_break(links())
