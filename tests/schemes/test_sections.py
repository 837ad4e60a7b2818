"""The texts of a draft: opened, added, moved, taken out, never written over unseen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import (
    SECTIONS,
    add_section,
    lacking_parts,
    move_section,
    open_outline,
    remove_section,
    revise_section,
)
from maillage.schemes.events import passage_details
from maillage.schemes.models import Edition
from tests.builders import acted


def titles(edition: Edition) -> list[str]:
    return [section.title for section in edition.sections.order_by("position")]


@pytest.fixture
def bare(draft: Edition) -> Edition:
    """A draft without a text."""
    draft.sections.all().delete()
    return draft


def add(edition: Edition, **given: Any) -> Any:
    return add_section(edition, actor=INSTALLATION, **given)


def test_an_outline_opens_each_part_in_the_order_of_the_booklet(bare: Edition) -> None:
    functions = [one.name for one in bare.scheme.network.functions.all()]
    assert open_outline(bare, actor=INSTALLATION) == len(functions) + 2
    assert titles(bare) == ["Préambule", *functions, "Gouvernance"]
    events = Event.objects.count()
    assert open_outline(bare, actor=INSTALLATION) == 0
    assert Event.objects.count() == events
    assert lacking_parts(bare) == []


def test_an_outline_leaves_what_is_written(bare: Edition) -> None:
    add(bare, kind="governance", title="Instances", body="Le Bureau.")
    open_outline(bare, actor=INSTALLATION)
    assert titles(bare)[-1] == "Instances"
    assert "Gouvernance" not in titles(bare)


def test_a_chapter_is_the_last_of_its_part(bare: Edition) -> None:
    add(bare, kind="governance", title="Instances")
    add(bare, kind="preamble", title="Pourquoi")
    add(bare, kind="function", function="finances", title="Finances")
    section = add(bare, kind="preamble", title="Pourquoi", body="Parce que.")
    assert titles(bare) == ["Pourquoi", "Pourquoi", "Finances", "Instances"]
    assert section.code == "pourquoi-2"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "annexe", "title": "A"}, "Partie"),
        ({"kind": "function", "function": "ailleurs", "title": "A"}, "ne désigne aucune fonction"),
        ({"kind": "preamble", "title": " "}, "Titre du chapitre"),
        ({"kind": "preamble", "title": "A", "body": "a\x07"}, "Texte"),
        ({"kind": "preamble", "title": "A", "source_page": "p.\u202e"}, "Page de la source"),
    ],
)
def test_what_does_not_hold_is_refused(bare: Edition, given: dict[str, str], reason: str) -> None:
    with pytest.raises(Refusal, match=reason) as refused:
        add(bare, **given)
    assert refused.value.denied.status == 422
    assert titles(bare) == []


def test_a_chapter_moves_within_its_part_alone(bare: Edition) -> None:
    for title in ("Un", "Deux"):
        add(bare, kind="preamble", title=title)
    add(bare, kind="governance", title="Instances")
    move_section(bare, actor=INSTALLATION, code="deux", up=True)
    assert titles(bare) == ["Deux", "Un", "Instances"]
    for code, up, place in (("deux", True, "premier"), ("un", False, "dernier")):
        with pytest.raises(Refusal, match=place):
            move_section(bare, actor=INSTALLATION, code=code, up=up)


def test_a_text_that_moved_is_not_written_over(bare: Edition) -> None:
    seen = SECTIONS.stamp(add(bare, kind="preamble", title="Un", body="a"))
    revise_section(bare, actor=INSTALLATION, code="un", title="Un", body="b", seen=seen)
    for act in (
        lambda: revise_section(
            bare, actor=INSTALLATION, code="un", title="Un", body="c", seen=seen
        ),
        lambda: remove_section(bare, actor=INSTALLATION, code="un", seen=seen),
    ):
        with pytest.raises(Refusal, match="Une autre personne") as refused:
            act()
        assert refused.value.denied.status == 409
    assert bare.sections.get().body == "b"


def test_the_journal_keeps_both_texts_and_tells_their_length(bare: Edition) -> None:
    add(bare, kind="preamble", title="Un", body="trois petits mots")
    revise_section(bare, actor=INSTALLATION, code="un", title="Deux", body="un seul")
    event = Event.objects.latest("sequence")
    assert event.diff["body"] == ["trois petits mots", "un seul"]
    told = list(passage_details(event.diff, None))
    assert told == [
        "chapitre un",
        "titre\u00a0: Un → Deux",
        "texte\u00a0: 3\u00a0mots → 2\u00a0mots",
    ]


def test_pages_lead_from_an_empty_draft_to_its_texts(bare: Edition, people: Any) -> None:
    client = people(bare).administrator.client
    page = f"/editions/{bare.pk}/textes/"
    assert "Ouvrir le plan" in client.get(page).content.decode()
    assert client.post(f"/editions/{bare.pk}/textes-plan/").status_code == 302
    assert "Rien n’est encore écrit" in client.get(page).content.decode()
    form = {"part": "preamble", "title": "Suite", "body": "Texte"}
    assert client.post(f"/editions/{bare.pk}/textes-nouveau/", form).status_code == 302
    assert client.post(f"{page}suite/deplacer/", {"sens": "haut"}).status_code == 302
    assert titles(bare)[:2] == ["Suite", "Préambule"]
    assert acted(client, f"{page}suite/retirer/").status_code == 302
    assert "Suite" not in titles(bare)


def test_the_form_shows_what_another_wrote_and_saves_on_insistence(
    bare: Edition, people: Any
) -> None:
    me, client = (made := people(bare).administrator).actor, made.client
    add(bare, kind="preamble", title="Un", body="a")
    page = f"/editions/{bare.pk}/textes/un/"
    seen = re.findall(r'name="seen" value="(\w+)"', client.get(page).content.decode())[0]
    revise_section(bare, actor=me, code="un", title="Un", body="celui d’autrui")
    form = {"title": "Un", "body": "le mien", "seen": seen}
    told = client.post(page, form)
    body = told.content.decode()
    assert told.status_code == 409
    assert "celui d’autrui" in body and "à présent par vous, dans un autre onglet" in body
    assert "le mien" in body
    fresh = re.findall(r'name="seen" value="(\w+)"', body)[0]
    assert client.post(page, form | {"seen": fresh}).status_code == 302
    assert bare.sections.get().body == "le mien"


def test_two_chapters_of_one_part_with_one_title_are_told_to_who_writes_them(
    bare: Edition, people: Any
) -> None:
    add(bare, kind="governance", title="Instances")
    add(bare, kind="preamble", title="Instances")
    who, page = people(bare), f"/editions/{bare.pk}/textes/"
    told = "Plusieurs chapitres d’une même partie"
    assert told not in who.administrator.client.get(page).content.decode()
    add(bare, kind="governance", title="INSTANCES")
    assert told in who.administrator.client.get(page).content.decode()
    assert told not in who.reader.client.get(page).content.decode()
