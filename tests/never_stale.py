"""Whatever a test reads of a page that was kept is made again beside it: both say the same.

So every test of an act that opens a page before and after it is one of what the act moves.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse

from maillage.ledger.queries import version
from maillage.ledger.views import kept
from maillage.ui.kept_answer import kept_answer

_TOKEN = re.compile(rb"[A-Za-z0-9]{64}")
ARCHIVES = "openxmlformats"
"""Files that bear the second they were written in."""


def checked(
    request: HttpRequest, make: Callable[[], HttpResponse], about: tuple[object, ...]
) -> HttpResponse:
    """As `kept_answer`; AssertionError where what was kept is no longer what would be made."""
    made: list[None] = []

    def noted() -> HttpResponse:
        made.append(None)
        return make()

    answer = kept_answer(request, noted, about)
    if not made and ARCHIVES not in answer["Content-Type"]:
        fresh = kept_answer(request, make, (*about, object()))
        assert said(answer) == said(fresh), f"{request.get_full_path()} is stale"
    return answer


def said(answer: HttpResponse) -> bytes:
    """What an answer says, tokens apart, however it is compressed."""
    is_gzipped = answer.get("Content-Encoding") == "gzip"
    return _TOKEN.sub(b"", gzip.decompress(answer.content) if is_gzipped else answer.content)


@pytest.fixture(autouse=True)
def _never_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    version._read.clear()
    monkeypatch.setattr(kept, "kept_answer", checked)
