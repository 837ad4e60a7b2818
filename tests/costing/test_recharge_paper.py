"""A recharge statement as a PDF: what the page says, to the cent, for whoever may read it."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader

from maillage.costing.actions.keys import Recharge, issue_recharge, reverse_recharge
from maillage.costing.models import RechargeStatement
from tests.builders import load, small_document
from tests.costing.places import fill
from tests.pdf_text import pages_of


@pytest.fixture
def world(people: Callable[..., Any], db: None) -> SimpleNamespace:
    edition = load(small_document())
    who = people(edition)
    fill(edition.network)
    statement = RechargeStatement.objects.get(network=edition.network)
    return SimpleNamespace(who=who, network=edition.network, statement=statement)


def _address(world: SimpleNamespace, statement: RechargeStatement) -> str:
    return (
        f"/reseaux/{world.network.code}/finances/cles/refacturations/"
        f"{statement.year}/{statement.number}/releve.pdf"
    )


def _read(data: bytes) -> tuple[PdfReader, str]:
    return PdfReader(io.BytesIO(data)), " ".join(pages_of(data))


def test_the_sheet_holds_the_statement_to_the_cent(world: SimpleNamespace) -> None:
    answer = world.who.reader.client.get(_address(world, world.statement))
    assert answer["Content-Type"] == "application/pdf"
    stem = f"releve-{world.statement.reference.lower()}"
    assert f'filename="{stem}.pdf"' in answer["Content-Disposition"]
    sheet = world.who.reader.client.get(_address(world, world.statement).replace(".pdf", ".csv"))
    assert f'filename="{stem}.csv"' in sheet["Content-Disposition"]
    reader, text = _read(answer.content)
    assert f"Relevé de refacturation {world.statement.reference}" in text
    for expected in (world.statement.label, world.statement.provider.name, "Réseau fictif"):
        assert expected in text
    for line in world.statement.lines.all():
        euros = f"{line.amount // 100:,}".replace(",", " ") + f",{line.amount % 100:02d}"
        assert f"{line.entity.name}" in text and euros in text
    assert "100,00 %" in text and "À refacturer" in text
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and b"pdfuaid" in root["/Metadata"].get_data()


def test_a_reversal_and_what_it_reverses_name_each_other(world: SimpleNamespace) -> None:
    first, actor = world.statement, world.who.finances.actor
    back = reverse_recharge(world.network, first, reason="Erreur de clé", actor=actor)
    client = world.who.finances.client
    _, text = _read(client.get(_address(world, first)).content)
    assert f"est contre-passé par le {back.reference}" in text and "Erreur de clé" in text
    _, text = _read(client.get(_address(world, back)).content)
    assert f"contre-passe le {first.reference}" in text and "−" in text


def test_hostile_words_are_printed_as_words(world: SimpleNamespace) -> None:
    label = '#panic("x") $a_b$ *gras* \\ <x>'
    first, actor = world.statement, world.who.finances.actor
    days = (first.issued_on, first.first_day, first.last_day)
    asked = Recharge(label, first.provider, first.key, *days, 12_345)
    row = issue_recharge(world.network, asked, actor=actor)
    _, text = _read(world.who.reader.client.get(_address(world, row)).content)
    assert label in text


def test_it_does_not_exist_for_others(world: SimpleNamespace) -> None:
    for one in (world.who.stranger, world.who.anonymous):
        assert one.client.get(_address(world, world.statement)).status_code == 404
