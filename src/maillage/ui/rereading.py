"""A page asked again by its own script while one types in its form: who wrote the thing last.

A page opened by hand is told nothing of it, and asks nothing for it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from maillage.kernel.models import Event, Subject
from maillage.kernel.money import parse_count
from maillage.kernel.rooms import HOUSE
from maillage.ui.templatetags.ui import datetime_fr

ASKS = "X-Maillage-Relu"
"""The header of `ui/since.js`: for how many seconds the page has been open."""

MOST = 366 * 24 * 3600


def written(request: Any, thing: Subject | None, **about: Any) -> dict[str, str]:
    """For the context of a page that is asked again: who wrote the thing last since it was opened,
    and when. `about`: its events told apart, by the lookups of a query. Two queries then, else
    none."""
    open_for = parse_count(request.headers.get(ASKS), MOST)
    if thing is None or open_for is None:
        return {}
    opened = timezone.now() - dt.timedelta(seconds=open_for)
    events = Event.objects.filter(chain=thing.chain, subject=thing.subject, at__gte=opened, **about)
    last = events.order_by("-sequence").first()
    if last is None:
        return {}
    known = HOUSE.resolve([last.actor], request.actor).get(last.actor)
    who = known.title if known and known.visible else "une autre personne"
    if not last.actor or last.actor == request.actor.identity:
        who = "vous, dans un autre onglet" if last.actor else "Maillage"
    return {"written": f"{who}, le {datetime_fr(last.at)}"}
