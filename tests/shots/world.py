"""The demonstration as it stands one morning: what every photograph is taken of."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch

import time_machine
from django.core.management import call_command
from django.test import Client

from maillage.costing.models import Budget
from maillage.network.models import Network
from maillage.people.models import User
from maillage.schemes.models import Edition

MORNING = dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)


@contextmanager
def morning(later: dt.timedelta = dt.timedelta()) -> Iterator[None]:
    """The clock of the server, from eight thirty on the first of December."""
    with time_machine.travel(MORNING + later, tick=True):
        yield


def demonstration() -> SimpleNamespace:
    """What `maillage demo` prepares, loaded that morning: `places`, names of its addresses."""
    with morning(), TemporaryDirectory() as home, patch.dict(os.environ, MAILLAGE_HOME=home):
        call_command("demo", "--prepare-only", stdout=StringIO())
    fictional = Network.objects.filter(fictional=True).order_by("pk").first()
    assert fictional is not None
    here = Edition.objects.filter(scheme__network=fictional)
    adopted = here.get(status="adopted")
    elsewhere = Edition.objects.filter(status="adopted").exclude(scheme__network=fictional)
    cell = (
        adopted.placements.filter(entity__kind="territorial")
        .select_related("process", "milestone", "entity")
        .latest("milestone__date", "-pk")
    )
    return SimpleNamespace(
        places={
            "network": fictional.code,
            "adopted": adopted.pk,
            "draft": here.get(status="draft").pk,
            "real": elsewhere.latest("pk").pk,
            "process": cell.process.code,
            "milestone": cell.milestone.code,
            "chamber": cell.entity.code,
            "budget": Budget.objects.filter(entity__network=fictional).latest("pk").pk,
        }
    )


def signed_in(account: str) -> Client | None:
    """A client for this account of the demonstration; None for nobody."""
    if not account:
        return None
    client = Client()
    client.force_login(User.objects.get(email=account))
    return client
