"""Keys as they are shown: chambers by name, totals told, a way out of what is settled."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.costing.actions.keys import (
    KeyDraft,
    Recharge,
    define_key,
    issue_recharge,
)
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION

Q = Decimal
SEATS = KeyDraft(
    "postes",
    "Postes",
    "seats",
    dt.date(2024, 1, 1),
    None,
    {"region": Q(1), "nord": Q(2), "sud": Q(97)},
)
DAYS = (dt.date(2026, 1, 15), dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def here(network: Network, rest: str) -> str:
    return f"/reseaux/{network.code}/finances/cles/{rest}"


def test_a_chamber_is_named_and_its_bars_are_on_one_scale_in_every_key(
    network: Network, who: SimpleNamespace
) -> None:
    define_key(network, SEATS, actor=INSTALLATION)
    south = replace(SEATS, code="sud", name="Sud seul", parts={"sud": Q(1)})
    define_key(network, south, actor=INSTALLATION)
    answer = who.reader.client.get(here(network, ""))
    drawn = [
        (name, [part and (part.text, part.width) for part in parts])
        for name, parts in answer.context["chambers"]
    ]
    assert drawn == [
        ("Région", [("1,00\u00a0%", 1.0), None]),
        ("Nord", [("2,00\u00a0%", 2.0), None]),
        ("Sud", [("97,00\u00a0%", 97.0), ("100,00\u00a0%", 100.0)]),
    ]
    page = answer.content.decode()
    assert re.findall(r'<rect width="([\d.]+)%"', page) == ["1.0", "2.0", "97.0", "100.0"]


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, "100"),
        ({"driver": "entered", "parts": {"nord": Q(40), "sud": Q(60)}}, ""),
    ],
)
def test_the_quantities_of_a_key_are_added_up(
    network: Network, who: SimpleNamespace, changes: dict[str, Any], total: str
) -> None:
    key = define_key(network, replace(SEATS, **changes), actor=INSTALLATION)
    page = who.reader.client.get(here(network, f"{key.pk}/")).content.decode()
    assert f'<th scope="row">Total</th><td class="num">{total}</td>' in page


def test_a_version_that_served_says_how_to_go_on(network: Network, who: SimpleNamespace) -> None:
    key = define_key(network, SEATS, actor=INSTALLATION)
    asked = Recharge("Paie", network.entities.get(code="region"), key, *DAYS, 10_00)
    issue_recharge(network, asked, actor=INSTALLATION)
    revise = here(network, f"{key.pk}/modifier/")
    page = who.finances.client.get(revise).content.decode()
    assert "note is-info" in page and "n’a pas été faite" not in page
    assert f"{key.pk}/#clore" in page and f"?copie={key.pk}" in page
    assert "#clore" not in who.reader.client.get(revise).content.decode()


def test_the_address_of_a_closing_leads_to_its_key(network: Network, who: SimpleNamespace) -> None:
    key = define_key(network, SEATS, actor=INSTALLATION)
    answer = who.reader.client.get(here(network, f"{key.pk}/clore/"))
    assert answer["Location"] == here(network, f"{key.pk}/")


@pytest.mark.parametrize("code", ["Mal", "a_b", "é", "-a"])
def test_a_code_is_refused_in_the_words_of_its_help(
    network: Network, who: SimpleNamespace, code: str
) -> None:
    form = {"name": "Clé", "driver": "seats", "valid_from": "2025-01-01", "code": code}
    answer = who.finances.client.post(here(network, "nouvelle/"), form | {"part-nord": "1"})
    [error] = answer.context["form"].errors["code"]
    assert "inuscules" in error and "tirets bas" not in error
