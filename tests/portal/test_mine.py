"""One's own page: every number is that of the rows seen where it leads, and of one's own only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from maillage.kernel.deadlines import standing
from maillage.kernel.period import age
from maillage.schemes.models import Edition, Placement

HERE = "/reseaux/essai/ma-page/"


def told(client: Any) -> dict[str, tuple[int | None, str]]:
    return {one.what: (one.count, one.url) for one in client.get(HERE).context["acts"]}


def cells_to_complete(page: str) -> int:
    """The cells an edition's sheet lists under the rules that lack something, each a link."""
    notes = re.findall(r'<div class="note is-warn">(.*?)</div>', page, re.DOTALL)
    return sum(len(re.findall(r"<li><a ", note)) or 1 for note in notes)


@pytest.mark.parametrize("who", ["administrator", "finances"])
def test_each_number_is_that_of_the_rows_it_leads_to(
    draft: Edition, people: Callable[..., Any], who: str
) -> None:
    Placement.objects.filter(edition=draft).update(source_document="", source_page="")
    client = getattr(people(draft), who).client
    found = told(client)
    unknown, gaps = found["cellules à renseigner"]
    assert client.get(gaps).content.decode().count('<td class="m-u') == unknown
    points, sheet = found["points à compléter"]
    assert points
    assert cells_to_complete(client.get(sheet).content.decode()) == points


def test_one_is_told_of_the_cells_one_may_set_only(
    draft: Edition, people: Callable[..., Any]
) -> None:
    someone = people(draft)
    everything, finance = told(someone.administrator.client), told(someone.finances.client)
    gaps = "cellules à renseigner"
    assert 0 < (finance[gaps][0] or 0) < (everything[gaps][0] or 0)
    north = told(someone.nord.client)
    assert gaps not in north, "the network's cells are not its own"
    count, url = north[f"{gaps}, Nord"]
    assert someone.nord.client.get(url).content.decode().count('<td class="m-u') == count


@pytest.mark.parametrize("who", ["administrator", "finances", "nord"])
def test_every_count_of_what_is_to_complete_leads_to_exactly_these_cells(
    draft: Edition, people: Callable[..., Any], who: str
) -> None:
    Placement.objects.filter(edition=draft).update(source_document="", source_page="")
    client, sheet = getattr(people(draft), who).client, f"/editions/{draft.pk}/fiche/"
    for mine in ("", "miennes&"):
        page = client.get(f"{sheet}?{mine}".rstrip("&?")).content.decode()
        chips = re.findall(
            r'class="chip" href="\?([^"#]*regle=\w+)#regles"[^>]*>[^<]*&nbsp;(\d+)</a>', page
        )
        total = re.search(r'href="\?([^"#]*regle=points)#regles">\s*(\d+)', page)
        assert (total is None) == (not chips)
        if total is None:
            continue
        for query, count in [*chips, total.groups()]:
            listed = client.get(f"{sheet}?{query.replace('&amp;', '&')}").content.decode()
            assert cells_to_complete(listed) == int(count), query
        assert sum(int(count) for _, count in chips) == int(total[2])
    sent = client.get(f"/api/editions/{draft.pk}/checks").json()["violations"]
    told_by_api = sum(len(v["cells"]) or 1 for v in sent if v["severity"] == "warning")
    whole = client.get(f"{sheet}?regle=points").content.decode()
    assert told_by_api == cells_to_complete(whole) > 0


def test_the_grid_opens_on_what_one_may_fill(draft: Edition, people: Callable[..., Any]) -> None:
    someone, grid = people(draft), f"/editions/{draft.pk}/saisie/"
    page = someone.finances.client.get(grid).content.decode()
    assert "Trésorerie" in page and "is-locked" not in page and "Voir toutes les lignes" in page
    (every,) = re.findall(r'href="([^"]*tout=1[^"]*)"', page)
    assert "is-locked" in someone.finances.client.get(grid + every).content.decode()
    north = someone.nord.client.get(grid)
    assert north.context["entity"] == "nord" and "is-locked" not in north.content.decode()
    network = someone.nord.client.get(f"{grid}?entite=")
    assert network.context["entity"] == "" and "is-locked" in network.content.decode()
    assert someone.administrator.client.get(grid).context["folded"] == []


def test_a_draft_that_is_proposed_awaits_no_cell(
    draft: Edition, people: Callable[..., Any]
) -> None:
    Edition.objects.filter(pk=draft.pk).update(status="proposed")
    assert not {"cellules à renseigner", "points à compléter"} & set(
        told(people(draft).administrator.client)
    )


def test_the_chamber_one_holds_is_counted_as_its_cartography_shows_it(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).nord.client
    (held,) = client.get(HERE).context["chambers"]
    page = client.get(held.url).content.decode()
    for mode, count in held.modes:
        rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
        last = [re.findall(r'<td class="m-(\S)', row)[-1:] for row in rows]
        assert last.count([mode]) == count, mode
    page = client.get(held.differences_url).content.decode()
    assert page.count("is-different") == held.differences


EMPTY = [("reader", "Votre mandat est de lecture"), ("nord", "Rien ne vous attend.")]


@pytest.mark.parametrize(("who", "said"), EMPTY)
def test_nothing_to_do_is_said_as_it_is(
    adopted: Edition, people: Callable[..., Any], who: str, said: str
) -> None:
    assert said in getattr(people(adopted), who).client.get(HERE).content.decode()


TODAY = dt.date(2026, 11, 29)
WRITTEN = [
    (0, "aujourd’hui", "depuis aujourd’hui"),
    (1, "dans 1\u00a0jour", "depuis aujourd’hui"),
    (12, "dans 12\u00a0jours", "depuis aujourd’hui"),
    (-1, "en retard de 1\u00a0jour", "depuis 1\u00a0jour"),
    (-30, "en retard de 30\u00a0jours", "depuis 30\u00a0jours"),
]


@pytest.mark.parametrize(("days", "due", "since"), WRITTEN)
def test_how_far_a_day_is(days: int, due: str, since: str) -> None:
    day = TODAY + dt.timedelta(days)
    assert (standing(day, None, TODAY).words, age(day, TODAY)) == (due, since)
