"""No address, parameter, header or body makes the server fail, whoever is signed in.

On the demonstration's own data, in what time is given: a part of all that can be spoilt, drawn by
chance, for each account another one.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from maillage.people.models import User
from tests.portal.broken_requests import Found, Sent, broken, found_by

SECONDS = 10
"""Of processor, for each account."""
STARTS = ("/", "/ma-page/", "/recherche/", "/aide/", "/administration/", "/reseaux/")
ACCOUNTS = ("admin", "finances", "directrice", "mayenne", "lecteur", "")


def client_of(account: str) -> Client:
    client = Client(raise_request_exception=False)
    if account:
        client.force_login(User.objects.get(email=f"{account}@demo.maillage"))
    return client


def fault(client: Client, sent: Sent) -> str:
    """How the server failed, "" where it answered; what was written is undone."""
    method, address, more = sent
    with transaction.atomic():
        answer = client.generic(method, address, **more)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    if answer.status_code < 500:
        return ""
    kind, error, trace = answer.exc_info
    where = [f for f in traceback.extract_tb(trace) if "maillage" in f.filename][-1]
    return f"{kind.__name__} {error} ({where.filename}:{where.lineno}): {method} {address[:200]}"


def faults(account: str, requests: Iterator[Sent]) -> list[str]:
    client, found = client_of(account), list[str]()
    signed_in = deepcopy(client.cookies)
    end, sent = time.process_time() + SECONDS, 0
    for request in requests:
        if time.process_time() > end:
            break
        client.cookies = deepcopy(signed_in)
        if told := fault(client, request):
            found.append(f"{account or 'nobody'}: {told} {str(request[2])[:200]}")
        sent += 1
    assert sent > 20
    return found


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore")
def test_nothing_that_is_sent_makes_the_server_fail(settings: LazySettings, tmp_path: Path) -> None:
    settings.EXCHANGE_ROOT = tmp_path
    call_command("demo", prepare_only=True)
    walks: dict[str, Found] = {
        account: found_by(client_of(account), STARTS) for account in ("admin", "finances")
    }
    assert len(walks["admin"].addresses) > 100 and len(walks["admin"].forms) > 30
    found = [
        one
        for rank, account in enumerate(ACCOUNTS)
        for one in faults(account, broken(walks.get(account, walks["admin"]), Random(rank)))
    ]
    assert found == []
