"""Every page anyone may read, inspected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page

from tests.browser.inspection import inspect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_what_anyone_reads_is_accessible_and_quiet(
    transactional_db: None,
    people: Callable[..., Any],
    open_page: Callable[..., Page],
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    faults = inspect(people, open_page, "anonymous", "adopted")
    assert not faults, f"\n{faults}"
