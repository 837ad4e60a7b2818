"""The overview of a network's finances: each figure leads to its rows, each page offers the same
years."""

from __future__ import annotations

import datetime as dt
import html
import re
from types import SimpleNamespace

import pytest

from maillage.network.models import Network
from tests.builders import keep_books
from tests.workspaces.finance.budget_world import budget, vote

pytestmark = pytest.mark.usefixtures("november")
HERE = "/reseaux/essai/finances/"


OFFER = (
    *("", "tableaux/", "budgets/", "budgets/consolidation/", "budgets/comparaison/", "calendrier/"),
    *("atterrissage/", "tresorerie/"),
)


def test_every_page_offers_the_same_years_the_latest_first(
    network: Network, who: SimpleNamespace
) -> None:
    keep_books(network, "nord", year=2023)
    offered = {}
    for page in OFFER:
        text = who.reader.client.get(HERE + page).content.decode()
        chips = re.findall(r'href="\?annee=(\d{4})[^"]*"[^>]*>\s*\d{4}</a>', text)
        select = text.partition('name="annee">')[2].partition("</select>")[0]
        offered[page] = chips or re.findall(r"<option[^>]*>(\d{4})</option>", select)
    (years,) = {tuple(found) for found in offered.values()}
    assert "2023" in years and list(years) == sorted(years, reverse=True), offered


def test_each_figure_of_the_overview_leads_to_exactly_its_rows(
    network: Network, who: SimpleNamespace
) -> None:
    for code, lines in (("nord", 1200_00), ("sud", 600_00)):
        held = {("641", ""): lines, ("706", ""): lines + 360_00}
        vote(budget(network, code, 2026, lines=held), dt.date(2025, 11, 20))
    page = who.reader.client.get(HERE + "?annee=2026").content.decode()
    head = page.partition('<dl class="figures">')[2].partition("</dl>")[0]
    table = page.partition('id="chambres"')[2].partition("</table>")[0]
    assert set(re.findall(r'href="(#[a-z]+)"', head)) == {"#chambres"}
    foot = html.unescape(table.partition("<tfoot>")[2])
    links = re.findall(r'href="([^"]+)">\s*([^<]+?)\s*</a>', foot)
    assert [told for _, told in links][1:] == ["1\u202f800", "+720"]
    for url, told in links[1:]:
        led = who.reader.client.get(url).content.decode()
        assert ">Nord<" in led and ">Sud<" in led
        assert told.lstrip("+") in led, (url, told)
    rows = re.findall(r'<td class="num"><a href="([^"]+)">([^<]+)</a>', table)
    assert [told for _, told in rows] == ["1\u202f200", "+360", "600", "+360"]
    for url, told in rows[::2]:
        assert told in who.reader.client.get(url).content.decode()
