"""The statements of a draft: added, corrected, moved, taken out, never written over unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import (
    STATEMENTS,
    add_statement,
    move_statement,
    remove_statement,
    revise_statement,
)
from maillage.schemes.events import passage_details
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from tests.builders import acted


def said(edition: Edition) -> list[tuple[str, str]]:
    return [(one.function, one.text) for one in document_of(edition).statements]


def add(edition: Edition, function: str, text: str, **given: Any) -> Any:
    return add_statement(edition, actor=INSTALLATION, function=function, text=text, **given)


def test_a_statement_is_the_last_of_its_function_and_keeps_all_it_says(draft: Edition) -> None:
    add(draft, "rh", "Former chaque agent.")
    add(draft, "finances", "Viser une paie commune.", modes="MH", horizon=" à terme ")
    add(draft, "finances", "Viser une paie commune.")
    assert said(draft) == [
        ("finances", "Viser une paie commune."),
        ("finances", "Viser une paie commune."),
        ("rh", "Former chaque agent."),
    ]
    first, second, _ = document_of(draft).statements
    assert (first.code, first.modes, first.horizon) == ("viser-une-paie-commune", "HM", "à terme")
    assert second.code == "viser-une-paie-commune-2"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"function": "ailleurs", "text": "A"}, "ne désigne aucune fonction"),
        ({"function": "rh", "text": " "}, "Énoncé\u00a0: un texte est attendu"),
        ({"function": "rh", "text": "a" * 4001}, "4000 caractères au plus"),
        ({"function": "rh", "text": "A", "modes": "Z"}, "Mode «\u00a0Z\u00a0» inconnu"),
        ({"function": "rh", "text": "A", "horizon": "h" * 81}, "Horizon\u00a0: 80"),
        ({"function": "rh", "text": "A", "source_page": "p" * 41}, "Page de la source\u00a0: 40"),
        ({"function": "rh", "text": "A", "source_quote": "q" * 301}, "Citation\u00a0: 300"),
        ({"function": "rh", "text": "A\u202eB"}, "Énoncé"),
    ],
)
def test_what_does_not_hold_is_refused(draft: Edition, given: Any, reason: str) -> None:
    with pytest.raises(Refusal, match=re.escape(reason)) as refused:
        add_statement(draft, actor=INSTALLATION, **given)
    assert refused.value.denied.status == 422
    assert said(draft) == []


def test_a_statement_moves_within_its_function_alone(draft: Edition) -> None:
    for function, text in (("finances", "Un"), ("finances", "Deux"), ("rh", "Trois")):
        add(draft, function, text)
    move_statement(draft, actor=INSTALLATION, code="deux", up=True)
    assert [text for _, text in said(draft)] == ["Deux", "Un", "Trois"]
    for code, up, place in (("deux", True, "premier"), ("un", False, "dernier")):
        with pytest.raises(Refusal, match=place) as refused:
            move_statement(draft, actor=INSTALLATION, code=code, up=up)
        assert refused.value.denied.status == 409


def _revise(edition: Edition, seen: str) -> None:
    revise_statement(edition, actor=INSTALLATION, code="un", text="C", seen=seen)


def _remove(edition: Edition, seen: str) -> None:
    remove_statement(edition, actor=INSTALLATION, code="un", seen=seen)


@pytest.mark.parametrize("act", [_revise, _remove])
def test_a_statement_that_moved_is_not_written_over(
    draft: Edition, act: Callable[[Edition, str], None]
) -> None:
    seen = STATEMENTS.stamp(add(draft, "rh", "Un"))
    revise_statement(draft, actor=INSTALLATION, code="un", text="B", seen=seen)
    with pytest.raises(Refusal, match="Une autre personne a changé cet énoncé") as refused:
        act(draft, seen)
    assert refused.value.denied.status == 409
    assert said(draft) == [("rh", "B")]


def test_the_same_statement_writes_nothing_and_the_journal_tells_both(draft: Edition) -> None:
    add(draft, "rh", "Un", horizon="2027")
    events = Event.objects.count()
    revise_statement(draft, actor=INSTALLATION, code="un", text=" Un ", horizon="2027")
    assert Event.objects.count() == events
    revise_statement(draft, actor=INSTALLATION, code="un", text="Deux", modes="M")
    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject) == ("schemes.statement.revised", draft.subject)
    assert list(passage_details(event.diff, None)) == [
        "énoncé un",
        "énoncé\u00a0: Un → Deux",
        "modes\u00a0: ∅ → M",
        "horizon\u00a0: 2027 → ∅",
    ]
    remove_statement(draft, actor=INSTALLATION, code="un")
    assert Event.objects.latest("sequence").diff["text"] == ["Deux", None]


def test_what_is_adopted_states_what_it_did(adopted: Edition) -> None:
    with pytest.raises(Refusal, match="ne change plus") as refused:
        add(adopted, "rh", "Un")
    assert refused.value.denied.status == 409


def test_pages_lead_from_an_empty_draft_to_its_statements(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    page = f"/editions/{draft.pk}/enonces/"
    assert "Aucun énoncé" in client.get(page).content.decode()
    for text in ("Un", "Deux"):
        form = {"function": "rh", "text": text, "modes": ["M", "C"]}
        sent = client.post(f"/editions/{draft.pk}/enonces-nouveau/", form | {"geste": "encore"})
        assert sent.url.endswith("?fonction=rh")
    assert document_of(draft).statements[0].modes == "CM"
    assert client.post(f"{page}deux/deplacer/", {"sens": "haut"}).status_code == 302
    told = client.get(page).content.decode()
    assert told.index("Deux") < told.index("Un</p>")
    assert "Coopération, Mutualisation" in re.sub(r"\s+", " ", told)
    assert acted(client, f"{page}deux/retirer/").status_code == 302
    assert said(draft) == [("rh", "Un")]
    assert "Un" in client.get(f"/editions/{draft.pk}/source/").content.decode()


def test_the_form_shows_what_another_wrote_and_saves_on_insistence(
    draft: Edition, people: Any
) -> None:
    client = people(draft).administrator.client
    seen = STATEMENTS.stamp(add(draft, "rh", "Un", modes="M"))
    revise_statement(draft, actor=INSTALLATION, code="un", text="celui d’autrui")
    page = f"/editions/{draft.pk}/enonces/un/"
    form = {"text": "le mien", "seen": seen}
    told = client.post(page, form)
    body = told.content.decode()
    assert told.status_code == 409
    assert "celui d’autrui" in body
    assert "le mien" in body
    fresh = re.findall(r'name="seen" value="(\w+)"', body)[0]
    assert client.post(page, form | {"seen": fresh}).status_code == 302
    assert said(draft) == [("rh", "le mien")]


def test_reading_many_statements_costs_as_many_queries_as_one(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    counts = []
    for many in (1, 12):
        for rank in range(many):
            add(draft, "rh", f"Énoncé {many}-{rank}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/editions/{draft.pk}/enonces/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
