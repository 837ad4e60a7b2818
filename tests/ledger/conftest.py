"""A deposit as someone makes it, in the `world` of a module of tests."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.ledger.models import BookImport
from tests.journeys.test_from_nothing import text_of
from tests.ledger.deposits import send


@pytest.fixture
def deposit(world: SimpleNamespace, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    def do(who: str, *files: Any) -> BookImport:
        answer = send(world, who, *files, callbacks=django_capture_on_commit_callbacks)
        assert answer.status_code == 302, text_of(answer)
        return BookImport.objects.get(pk=answer["Location"].rstrip("/").split("/")[-1])

    return do


@pytest.fixture
def assign(world: SimpleNamespace, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Say on its page whose the files of a deposit are; what waits for the commit is done."""

    def do(who: str, row: BookImport, **form: Any) -> Any:
        here = f"/reseaux/{world.network.code}/finances/livres/depots/{row.pk}/"
        with django_capture_on_commit_callbacks(execute=True):
            return getattr(world, who).client.post(here, form)

    return do
