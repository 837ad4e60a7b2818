"""One's own page: every number is that of the rows seen where it leads, and of one's own only."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.kernel.deadlines import standing
from maillage.kernel.models import Event, append
from maillage.kernel.period import age
from maillage.people.actions import erase_account
from maillage.people.actors import INSTALLATION
from maillage.people.models import Visit
from maillage.people.queries import personal_data
from maillage.people.visits import moved_on
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.models import Edition, Observation, Placement
from maillage.workspaces.finance.models import AssemblyDate
from tests.builders import keep_books, load, small_document

HERE = "/reseaux/essai/ma-page/"


def told(client: Any) -> dict[str, tuple[int | None, str]]:
    return {one.what: (one.count, one.url) for one in client.get(HERE).context["acts"]}


def cells_to_complete(page: str) -> int:
    """The cells an edition's sheet lists under the rules that lack something, each a link."""
    table = page.split('aria-label="Ce qui est à compléter"><table', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>", 1)[1], re.DOTALL)
    return sum(len(re.findall(r"<li><a ", row)) or 1 for row in rows)


@pytest.mark.parametrize("who", ["administrator", "finances"])
def test_each_number_is_that_of_the_rows_it_leads_to(
    draft: Edition, people: Callable[..., Any], who: str
) -> None:
    Placement.objects.filter(edition=draft).update(source_document="", source_page="")
    client = getattr(people(draft), who).client
    found = told(client)
    unknown, gaps = found["cellules à renseigner, tous jalons"]
    assert client.get(gaps).content.decode().count('/"><span class="mode m-u') == unknown
    points, sheet = found["points à compléter"]
    assert points
    assert cells_to_complete(client.get(sheet).content.decode()) == points


def test_one_is_told_of_the_cells_one_may_set_only(
    draft: Edition, people: Callable[..., Any]
) -> None:
    someone = people(draft)
    everything, finance = told(someone.administrator.client), told(someone.finances.client)
    gaps = "cellules à renseigner, tous jalons"
    assert 0 < (finance[gaps][0] or 0) < (everything[gaps][0] or 0)
    north = told(someone.nord.client)
    assert gaps not in north, "the network's cells are not its own"
    count, url = north[f"{gaps}, Nord"]
    assert someone.nord.client.get(url).content.decode().count('/"><span class="mode m-u') == count


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
    assert not {"cellules à renseigner, tous jalons", "points à compléter"} & set(
        told(people(draft).administrator.client)
    )


def chamber_column(page: str) -> list[str]:
    """The mode of the chamber in each row of its cartography: the last cell."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    cells = [re.findall(r'<td class="m-(\S)', row) for row in rows]
    return [modes[-1].strip('"') for modes in cells if modes]


def test_the_chamber_one_holds_is_counted_as_its_cartography_shows_it(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).nord.client
    (chamber,) = client.get(HERE).context["held"].chambers
    held = chamber.counted
    page = client.get(held.url).content.decode()
    for mode, count, url in held.modes:
        assert chamber_column(page).count(mode) == count, mode
        assert chamber_column(client.get(url).content.decode()) == [mode] * count, mode
    page = client.get(held.differences_url).content.decode()
    assert page.count("is-different") == held.differences


@pytest.mark.parametrize("who", ["reader", "nord"])
def test_without_a_book_one_is_told_so_and_where_they_are_given(
    adopted: Edition, people: Callable[..., Any], who: str
) -> None:
    client = getattr(people(adopted), who).client
    told = [one for rows in client.get(HERE).context["held"].whole.values() for one in rows]
    (book,) = [one for one in told if one.label == "livre comptable"]
    assert book.value == "0" and "une fois déposés" in book.about
    assert client.get(book.url).status_code == 200


@pytest.mark.parametrize("who", ["reader", "nord"])
def test_the_last_result_and_why_are_one_act_away(
    adopted: Edition, people: Callable[..., Any], tmp_path: Any, settings: Any, who: str
) -> None:
    settings.LEDGER_ROOT = tmp_path
    keep_books(adopted.scheme.network, "nord")
    client = getattr(people(adopted), who).client
    told = {one.label: one for rows in client.get(HERE).context["held"].whole.values()
            for one in rows}  # fmt: skip
    assert "Compte de résultat" in client.get(told["compte de résultat"].url).content.decode()
    page, _, anchor = told["pourquoi ce résultat"].url.partition("#")
    assert f'id="{anchor}"' in client.get(page).content.decode()


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


HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2026, 11, 29, 9, tzinfo=dt.UTC)
VISITS = [
    (None, 7, (7, 7)),
    ((3, 5, NOW - 3 * HOUR), 7, (5, 7)),
    ((3, 5, NOW - 3 * HOUR), 5, (5, 5)),
    ((3, 5, NOW - HOUR), 7, (3, 7)),
    ((3, 5, NOW - HOUR), 5, None),
]


@pytest.mark.parametrize(("held", "last", "after"), VISITS)
def test_what_is_new_is_new_for_a_whole_visit(held: Any, last: int, after: Any) -> None:
    visit = Visit(before=held[0], last=held[1], at=held[2]) if held else None
    assert moved_on(visit, last, NOW) == after


def aged(reader: Any) -> None:
    Visit.objects.filter(user=reader.user).update(at=timezone.now() - 3 * HOUR)


def test_what_moved_is_counted_as_the_journal_lists_it(
    draft: Edition, people: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    someone = people(draft)
    client, chain = someone.reader.client, draft.scheme.network.chain
    first = client.get(HERE).content.decode()
    assert "C’est la première" in first and "Derniers actes du réseau" in first
    mine, other = someone.reader.actor.identity, someone.administrator.actor.identity
    for author, verb in ((other, "adopted"), (other, "proposed"), (mine, "proposed")) * 2:
        append(chain, author, f"schemes.edition.{verb}", draft.subject, {})
    aged(someone.reader)
    for _ in range(2):
        answer = client.get(HERE)
        moved = answer.context["moved"]
        assert [group.count for group in moved.groups] == [2, 2] and moved.total == 4
    for url, count in [(moved.url, 4), *((group.url, group.count) for group in moved.groups)]:
        listed = client.get(url).context
        assert listed["page"].paginator.count == len(listed["lines"]) == count
        assert all(line.author != str(someone.reader.user) for line in listed["lines"])
    aged(someone.reader)
    again = client.get(HERE)
    assert again.context["moved"].total == 0
    assert "Personne d’autre n’a rien changé depuis" in again.content.decode()


def test_my_page_asks_as_many_queries_however_much_moved(
    draft: Edition, people: Callable[..., Any]
) -> None:
    someone = people(draft)
    client, chain = someone.nord.client, draft.scheme.network.chain
    client.get(HERE)
    asked = []
    for many in (1, 30):
        for _ in range(many):
            append(chain, "", "schemes.edition.proposed", draft.subject, {})
        aged(someone.nord)
        client.get(HERE)
        aged(someone.nord)
        Visit.objects.update(last=1)
        with CaptureQueriesContext(connection) as context:
            client.get(HERE)
        asked.append(len(context))
    assert asked[0] == asked[1]


def test_a_visit_is_its_owner_s_alone(draft: Edition, people: Callable[..., Any]) -> None:
    someone = people(draft)
    someone.reader.client.get(HERE)
    told = json.dumps(personal_data(someone.reader.user))
    assert "derni\\u00e8re visite" in told
    assert not Event.objects.filter(actor=someone.reader.actor.identity).exists()
    erase_account(someone.reader.user, actor=INSTALLATION)
    assert not Visit.objects.filter(user=someone.reader.user).exists()


@pytest.mark.parametrize("who", ["administrator", "reader", "nord", "finances"])
def test_every_number_of_my_page_leads_somewhere(
    adopted: Edition, people: Callable[..., Any], who: str
) -> None:
    network = adopted.scheme.network
    Observation.objects.create(
        network=network, process=network.processes.get(code="tresorerie"),
        entity=network.entities.get(code="nord"), observed_on=dt.date(2020, 1, 1), mode="I",
        observer="Essai", served=[],
    )  # fmt: skip
    append(network.chain, "", "schemes.observation.recorded", "schemes.observations:essai", {})
    client = getattr(people(adopted), who).client
    held = client.get(HERE).context["held"]
    told = [held.whole, *(chamber.figures for chamber in held.chambers)]
    found = [one for figures in told if figures for held in figures.values() for one in held]
    assert found or who == "finances"
    for one in found:
        answer = client.get(one.url.partition("#")[0])
        assert answer.status_code == 200, one
        if "constat" in one.label:
            rows = re.findall(r"<tr>", answer.content.decode().split("<tbody>")[-1])
            assert len(rows) == int(one.value), one


def test_nobody_is_led_to_their_page_at_once_but_those_of_one_network(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    someone = people(adopted)
    assert someone.reader.client.get("/")["Location"] == HERE
    page = someone.installation.client.get("/").content.decode()
    assert "<h1>Ma page</h1>" in page and f'href="{HERE}"' in page
    assert "<h1>Qui fait quoi" in someone.anonymous.client.get("/").content.decode()


@pytest.mark.parametrize("who", ["anonymous", "reader"])
def test_the_matrix_of_a_network_counts_what_its_links_show(
    adopted: Edition, people: Callable[..., Any], who: str
) -> None:
    client = getattr(people(adopted), who).client
    answer = client.get("/reseaux/essai/")
    matrix = answer.context["matrix"]
    walked = 0
    for _function, cells in matrix.rows:
        for held in cells:
            counted = [*held.modes, *([("u", held.unknown, held.unknown_url)] * bool(held.unknown))]
            void = ("n", held.without_object, held.without_object_url)
            counted += [void] * bool(held.without_object)
            for mode, count, url in counted:
                assert chamber_column(client.get(url).content.decode()) == [mode] * count, url
                walked += 1
    assert walked > 4
    assert (b">G\xc3\xa9rer</h2>" in answer.content) == (who == "reader")


def test_what_has_no_object_stands_in_the_matrix(db: None, client: Client) -> None:
    cells = tuple(PlacementDoc("achats", milestone, mode="-") for milestone in ("2022", "2024"))
    load(replace(small_document(), placements=cells), adopted=True)
    answer = client.get("/reseaux/essai/")
    found = [h for _, held in answer.context["matrix"].rows for h in held if h.without_object]
    assert found, "each number is a link to exactly its rows"
    for held in found:
        column = chamber_column(client.get(held.without_object_url).content.decode())
        assert column == ["n"] * held.without_object
    assert b"sans objet</span></a>" in answer.content


def test_a_complementary_mode_is_not_counted_as_the_main_one(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).reader.client
    here = f"/editions/{adopted.pk}/?lecture=chambres&entite=nord"
    found = {mode: chamber_column(client.get(f"{here}&mode={mode}&principal=1").content.decode())
             for mode in "ACHMI"}  # fmt: skip
    assert all(set(column) <= {mode} for mode, column in found.items()) and any(found.values())
    assert "Mode principal seul" in client.get(f"{here}&mode=A&principal=1").content.decode()


@pytest.mark.parametrize("who", ["nord", "administrator"])
def test_late_deadlines_are_counted_as_the_calendar_lists_them(
    adopted: Edition, people: Callable[..., Any], who: str
) -> None:
    network = adopted.scheme.network
    year = timezone.localdate().year - 1
    for entity in network.entities.filter(code__in=["nord", "ouest"]):
        AssemblyDate.objects.create(
            entity=entity, year=year, kind="initial", on=dt.date(year - 1, 11, 30)
        )
    append(network.chain, "", "finance.assemblies.planned", "finance.assembly:1", {})
    client = getattr(people(adopted), who).client
    answer = client.get(HERE)
    held = answer.context["held"]
    told = [held.whole, *(chamber.figures for chamber in held.chambers)]
    late = [one for f in told if f for rows in f.values() for one in rows if one.is_late]
    assert late
    for one in late:
        page = client.get(one.url.partition("#")[0])
        assert one.url.endswith("#retards")
        assert len(page.context["late"].rows) == int(one.value)
        assert f"En retard, tous exercices ({one.value})" in page.content.decode()
    for act in answer.context["acts"]:
        assert not act.due or re.search(r", \d{4}$", act.what), "of which exercise"
    assert "pour le " in answer.content.decode(), "the day it was due"
    awaited = [act for act in answer.context["acts"] if act.due and act.due < timezone.localdate()]
    assert len(awaited) == sum(int(one.value) for one in late)
