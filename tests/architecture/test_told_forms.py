"""A form that does not say what its page showed changes nothing: nobody can tell what was read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.schemes.models import Edition, Section
from maillage.ui.fields import UNTOLD, number_seen, seen_sent
from tests.architecture.test_house import SOURCES

READS = re.compile(r"""sent_number\(|seen=request\.POST\.get|agreed=request\.POST""")
ELSEWHERE = {
    "costing/views/keys.py": "what a page is asked, not what it showed",
    "costing/views/volumes.py": "silence is version 0: a conflict where there is a count",
    "registers/views/many.py": "silence is event 0, or is refused where rows are written",
}
"""Views that read a number otherwise, and why what is not told writes over nobody."""


def test_no_view_reads_what_was_seen_but_by_the_functions_that_refuse_silence() -> None:
    views = (path for path in SOURCES if "views" in str(path))
    found = {str(path) for path in views if READS.search(path.read_text("utf-8"))}
    others = {path for path in found if not path.endswith(tuple(ELSEWHERE))}
    assert others == set() and len(found) == len(ELSEWHERE)


@pytest.mark.parametrize("sent", ["", "vu=", "autre=3"])
def test_silence_is_refused(sent: str) -> None:
    for read in (seen_sent, number_seen):
        with pytest.raises(Refusal) as refused:
            read(QueryDict(sent), "vu")
        assert (refused.value.denied.status, refused.value.denied.reason) == (409, UNTOLD)


@pytest.mark.parametrize("sent", ["vu=deux", "vu=-1", "vu=1.5"])
def test_what_is_no_version_is_refused(sent: str) -> None:
    with pytest.raises(Refusal):
        number_seen(QueryDict(sent), "vu")
    assert number_seen(QueryDict("vu=7"), "vu") == 7


@pytest.mark.parametrize("seen", [{}, {"seen": ""}, {"seen": "autre"}])
@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/editions/{pk}/textes/preambule/", {"title": "Crafted", "body": "Crafted"}),
        ("/editions/{pk}/textes/preambule/retirer/", {}),
    ],
)
def test_a_crafted_form_is_refused_and_nothing_is_written(
    draft: Edition,
    people: Callable[..., Any],
    address: str,
    typed: dict[str, str],
    seen: dict[str, str],
) -> None:
    client = people(draft).administrator.client
    before = Event.objects.count()
    page = address.format(pk=draft.pk)
    assert client.get(page).status_code == 200
    answer = client.post(page, typed | seen)
    assert answer.status_code in (409, 422, 200)
    assert "Crafted" not in Section.objects.get(edition=draft, code="preambule").title
    assert Event.objects.count() == before
    told = answer.content.decode().replace("&nbsp;", "\u00a0")
    assert ("ne dit pas ce que la page montrait" in told) == (seen.get("seen") != "autre")
