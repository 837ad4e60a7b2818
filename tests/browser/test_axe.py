"""Every page of the installation's administrator, inspected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page

from tests.browser.inspection import inspect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_what_an_administrator_sees_is_accessible_and_quiet(
    transactional_db: None,
    people: Callable[..., Any],
    open_page: Callable[..., Page],
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    faults = inspect(people, open_page, "installation", "draft")
    assert not faults, f"\n{faults}"
