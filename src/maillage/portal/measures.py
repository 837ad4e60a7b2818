"""What is told to whoever supervises the service: what its processes counted, how it stands now.

In the text format of Prometheus. Knows nobody: numbers and names of the program alone.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Max
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from maillage.backups.keeping import last_backup
from maillage.jobs.models import Worker
from maillage.ui.metering import COUNTED

STATES = ("READY", "RUNNING", "FAILED", "SUCCESSFUL")


def told() -> bytes:
    """All of it, at this moment. Where the database does not answer, what it alone knows is left
    out and `maillage_database_up` says so."""
    registry = CollectorRegistry()
    registry.register(Standing())
    folder = Path(settings.METRICS_FOLDER)
    if not folder.is_dir():  # one process alone, not started by `serve`
        return generate_latest(COUNTED) + generate_latest(registry)
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


class Standing(Collector):
    """How the service stands: asked each time, kept nowhere."""

    def collect(self) -> Iterator[Metric]:
        free = shutil.disk_usage(settings.HOME).free
        yield _gauge("disk_free_bytes", "Octets libres sur le disque des données.", free)
        if made := last_backup().when:
            told = "Heure de la dernière sauvegarde réussie (époque Unix)."
            yield _gauge("last_backup_timestamp_seconds", told, made.timestamp())
        try:
            asked = [measure() for measure in OF_DATABASE]
        except DatabaseError:
            asked = []
        yield _gauge("database_up", "1 si la base répond.", int(bool(asked)))
        yield from (found for found in asked if found is not None)


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"maillage_{name}", told, value=value)


def _size() -> Metric:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            )
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return _gauge("database_bytes", "Octets de la base.", cursor.fetchone()[0])


def _jobs() -> Metric:
    rows = DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk"))
    found = dict(rows)
    told = GaugeMetricFamily("maillage_jobs", "Tâches, par état.", labels=["state"])
    for state in STATES:
        told.add_metric([state.lower()], found.get(state, 0))
    return told


def _heartbeat() -> Metric | None:
    seen = Worker.objects.aggregate(last=Max("seen_at"))["last"]
    told = "Secondes depuis le dernier signe de vie d’un exécutant de tâches."
    return (
        _gauge("worker_heartbeat_age_seconds", told, time.time() - seen.timestamp())
        if seen
        else None
    )


OF_DATABASE: tuple[Callable[[], Metric | None], ...] = (_size, _jobs, _heartbeat)
