"""The event journal as rows. Append-only: the database itself refuses an update or a delete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils import timezone

from maillage.kernel.journal import GENESIS, Break, Link, first_break

Written = tuple[str, str, dict[str, Any]]
"""What an event says: its verb, its subject, the change."""


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


def verify(chain: str) -> tuple[int, Break | None]:
    """Walk `chain` from its first event; see `journal.first_break`."""

    def links() -> Iterator[Link]:
        for event in Event.objects.filter(chain=chain).order_by("sequence").iterator(2000):
            yield event.link

    return first_break(links())
