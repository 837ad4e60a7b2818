"""Forgetting what is kept no longer, by the table of delays; telling what is kept."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.jobs.models import Sweep
from maillage.kernel.retention import Delay, Keeps, delays

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the table as it stands here. `rows`: how many now, None where they are not counted;
    `swept`: the last time that something left, None where nothing ever did."""

    delay: Delay
    rows: int | None
    swept: Sweep | None


def fault() -> str:
    """Why the setting RETENTION does not hold, or ""."""
    try:
        delays(settings.RETENTION)
    except ValueError as error:
        return str(error)
    return ""


def kept(declared: Iterable[Keeps]) -> list[Kept]:
    """Every line of the table, in its order, counted in one query. Where the setting does not
    hold, the table is told without it."""
    counts = _counted(declared)
    swept = Sweep.objects.in_bulk()
    return [
        Kept(line, counts.get(line.name), swept.get(line.name))
        for line in delays("" if fault() else settings.RETENTION)
    ]


def _counted(declared: Iterable[Keeps]) -> dict[str, int]:
    """How many rows of each."""
    names: list[str] = []
    counts: list[str] = []
    given: list[Any] = []
    for one in declared:
        rows = one.rows()
        sql, params = (rows, ()) if isinstance(rows, str) else _selected(rows)
        names.append(one.name)
        counts.append(f"(SELECT count(*) FROM ({sql}) counted)")
        given += params
    if not counts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", given)
        return dict(zip(names, cursor.fetchone(), strict=True))


def _selected(rows: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    sql, params = rows.order_by().values("pk").query.sql_with_params()
    return sql, params


def sweep(declared: Iterable[Keeps], now: dt.datetime | None = None) -> dict[str, int]:
    """Forget what is kept no longer: how many of each kind, those of which none left unsaid.

    One that fails leaves the others to be done; RuntimeError then names it. ValueError where the
    setting does not hold: nothing is forgotten.
    """
    now = now or timezone.now()
    days = {line.name: line.days for line in delays(settings.RETENTION)}
    gone, failed = {}, []
    for one in declared:
        kept_for = days[one.name]
        if one.sweep is None or kept_for is None:
            continue
        try:
            with transaction.atomic():
                count = one.sweep(now - dt.timedelta(days=kept_for))
                if count:
                    gone[one.name] = count
                    told = {"gone": count, "at": now}
                    Sweep.objects.update_or_create(name=one.name, defaults=told)
        except Exception as error:
            logger.exception("retention of %s", one.name)
            failed.append(f"{one.name} ({error})")
    if failed:
        raise RuntimeError(", ".join(failed))
    return gone
