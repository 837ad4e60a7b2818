"""How far each person has read the journal of a network: what is new to them since they last came.

Knows one row by person and network. It is written by no action and no event tells of it: what
someone reads, and when, is nobody else's business, and a journal is kept for ever.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from maillage.kernel.locks import left_where_held
from maillage.network.models import Network
from maillage.people.models import User, Visit

SAME_VISIT = dt.timedelta(hours=2)
"""A page opened again within this time is read in the same visit."""


def moved_on(held: Visit | None, last: int, now: dt.datetime) -> tuple[int, int] | None:
    """What `before` and `last` become of whoever opens their page now, the journal's last event
    being `last`; None where nothing is to be written. Pure."""
    if held is None:
        return last, last
    if now - held.at >= SAME_VISIT:
        return held.last, last
    return (held.before, last) if held.last != last else None


def read_before(user: User, network: Network, last: int) -> int | None:
    """Note that someone opens their page, the journal's last event being `last`, and answer with
    the event they had read when they came before; None where they never came. Two queries, one
    where nothing moved."""
    held = Visit.objects.filter(user=user, network=network).first()
    now = timezone.now()
    moved = moved_on(held, last, now)
    if moved is not None:
        visit = Visit(user=user, network=network, before=moved[0], last=moved[1], at=now)
        left_where_held(
            lambda: Visit.objects.bulk_create(
                [visit],
                update_conflicts=True,
                unique_fields=["user", "network"],
                update_fields=["before", "last", "at"],
            )
        )
    if held is None:
        return None
    return moved[0] if moved else held.before


def forget_visits(before: dt.datetime) -> int:
    """Forget where those stood who have not come since before a moment. How many."""
    return Visit.objects.filter(at__lt=before).delete()[0]
