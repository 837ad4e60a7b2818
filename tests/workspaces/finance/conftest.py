"""A network whose finances are kept, who acts in it, and a day of late November."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from maillage.network.models import Network
from maillage.schemes.models import Edition


@pytest.fixture
def network(draft: Edition) -> Network:
    return draft.network


@pytest.fixture
def who(draft: Edition, people: Callable[..., Any]) -> SimpleNamespace:
    return people(draft)


@pytest.fixture
def november() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC), tick=True):
        yield
