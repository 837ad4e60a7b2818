"""Texts and statements of another edition taken into a draft: told, chosen, never over unseen."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import (
    candidates_of,
    copied_stamp,
    copy_texts,
    draft_next_edition,
    revise_section,
)
from maillage.schemes.engine.document import FunctionDoc, SectionDoc, SectionKind, StatementDoc
from maillage.schemes.events import copied_details
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from tests.builders import acted, load, small_document

FUNCTION = SectionKind.FUNCTION
AIM = StatementDoc("viser", "rh", "Viser la mutualisation.", "M", "2027", "p. 12", "viser")


@pytest.fixture
def source(db: None) -> Edition:
    """Of another network, which has a function more."""
    small = small_document("modele")
    return load(
        replace(
            small,
            functions=(*small.functions, FunctionDoc("achat", "Achats")),
            sections=(
                *small.sections,
                SectionDoc("rh", FUNCTION, "Les agents", "Former.", "rh", "p. 3"),
                SectionDoc("achat", FUNCTION, "Les achats", "Acheter.", "achat"),
                SectionDoc("instances", SectionKind.GOVERNANCE, "Instances", "Le Bureau."),
            ),
            statements=(AIM,),
        ),
        adopted=True,
    )


def coming(draft: Edition, source: Edition) -> dict[str, str]:
    return {one.key: one.coming.value for one in candidates_of(draft, source)}


def test_each_passage_is_new_differing_alike_or_has_no_place(
    draft: Edition, source: Edition
) -> None:
    assert coming(draft, source) == {
        "texte:preambule": "alike",
        "texte:rh": "new",
        "texte:achat": "homeless",
        "texte:instances": "new",
        "enonce:viser": "new",
    }
    revise_section(draft, actor=INSTALLATION, code="preambule", title="Préambule", body="Autre.")
    assert coming(draft, source)["texte:preambule"] == "differing"


def test_what_is_chosen_comes_whole_in_its_part_and_the_rest_stays(
    draft: Edition, source: Edition
) -> None:
    revise_section(draft, actor=INSTALLATION, code="preambule", title="Le mien", body="Autre.")
    keys = ["texte:instances", "texte:rh", "enonce:viser"]
    assert copy_texts(draft, actor=INSTALLATION, source=source, chosen=keys) == 3
    held = document_of(draft)
    assert [one.title for one in held.sections] == ["Le mien", "Les agents", "Instances"]
    assert held.sections[1] == document_of(source).sections[1]
    assert held.statements == (AIM,)
    events = Event.objects.count()
    assert copy_texts(draft, actor=INSTALLATION, source=source, chosen=keys) == 0
    assert Event.objects.count() == events


def test_one_that_is_replaced_is_kept_by_the_journal(draft: Edition, source: Edition) -> None:
    revise_section(draft, actor=INSTALLATION, code="preambule", title="Le mien", body="Autre.")
    copy_texts(draft, actor=INSTALLATION, source=source, chosen=["texte:preambule"])
    assert document_of(draft).sections == document_of(source).sections[:1]
    event = Event.objects.latest("sequence")
    assert (event.verb, event.diff["from"]) == ("schemes.texts.copied", source.subject)
    before, after = event.diff["sections"]["preambule"]
    assert (before["body"], after["title"]) == ("Autre.", "Préambule")
    assert list(copied_details(event.diff, None)) == [
        "1\u00a0chapitre\u00a0: preambule, dont 1\u00a0remplacé"
    ]


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ([], "Choisir au moins un texte"),
        (["texte:ailleurs"], "Aucun passage"),
        (["texte:rh", "texte:achat"], "n’est pas de ce réseau"),
    ],
)
def test_what_has_no_place_is_refused_whole(
    draft: Edition, source: Edition, chosen: list[str], reason: str
) -> None:
    with pytest.raises(Refusal, match=reason) as refused:
        copy_texts(draft, actor=INSTALLATION, source=source, chosen=chosen)
    assert refused.value.denied.status == 422
    assert len(document_of(draft).sections) == 1


def test_what_moved_since_it_was_shown_is_not_replaced(draft: Edition, source: Edition) -> None:
    seen = copied_stamp(candidates_of(draft, source))
    revise_section(draft, actor=INSTALLATION, code="preambule", title="Préambule", body="Neuf.")
    with pytest.raises(Refusal, match="ont changé depuis") as refused:
        copy_texts(draft, actor=INSTALLATION, source=source, chosen=["texte:rh"], seen=seen)
    assert refused.value.denied.status == 409


def test_the_page_checks_what_replaces_nothing_and_tells_what_would_be_replaced(
    people: Any, db: None
) -> None:
    first = load(small_document(statements=(AIM,)), adopted=True)
    draft = draft_next_edition(first, actor=INSTALLATION)
    revise_section(draft, actor=INSTALLATION, code="preambule", title="Préambule", body="Autre.")
    draft.statements.all().delete()
    client = people(draft).administrator.client
    page = f"/editions/{draft.pk}/textes-reprendre/"
    assert str(first) in client.get(page).content.decode()
    told = client.get(f"{page}?de={first.pk}").content.decode()
    boxes = re.findall(r'value="(\w+:\w+)"[^>]*?( checked)?>', told)
    assert boxes == [("texte:preambule", ""), ("enonce:viser", " checked")]
    assert "Remplace celui du brouillon" in told
    assert re.search("dont\\s+1\u00a0remplacé", told)
    seen = re.findall(r'name="seen" value="(\w+)"', told)[0]
    form = {"de": first.pk, "seen": seen}
    refused = client.post(page, form)
    assert refused.status_code == 422
    assert "Choisir au moins un texte" in refused.content.decode()
    assert client.post(page, form | {"prendre": ["enonce:viser"]}).status_code == 302
    assert document_of(draft).sections[0].body == "Autre."
    stale = client.post(page, form | {"geste": "tout"})
    assert stale.status_code == 409
    whole = {"de": first.pk, "geste": "tout"}
    assert acted(client, f"{page}?de={first.pk}", whole).status_code == 302
    assert document_of(draft).sections == document_of(first).sections


def test_an_edition_one_may_not_read_gives_nothing(draft: Edition, people: Any) -> None:
    hidden = load(small_document("ailleurs"))
    client = people(draft).administrator.client
    page = f"/editions/{draft.pk}/textes-reprendre/"
    assert client.get(f"{page}?de={hidden.pk}").status_code == 404
    assert "Réseau ailleurs" not in client.get(page).content.decode()


def test_all_or_nothing_is_checked_without_a_script(people: Any, db: None) -> None:
    first = load(small_document(statements=(AIM,)), adopted=True)
    draft = draft_next_edition(first, actor=INSTALLATION)
    revise_section(draft, actor=INSTALLATION, code="preambule", title="Préambule", body="Autre.")
    draft.statements.all().delete()
    client = people(draft).administrator.client
    here = f"/editions/{draft.pk}/textes-reprendre/?de={first.pk}"

    def checked(more: str) -> list[str]:
        told = client.get(f"{here}{more}").content.decode()
        return re.findall(r'name="prendre" value="\w+:\w+"[^>]*?( checked)?>', told)

    assert "Tout décocher" in client.get(here).content.decode()
    assert checked("") == ["", " checked"]
    assert checked("&cocher=aucun") == ["", ""]
    assert checked("&cocher=tout") == [" checked", " checked"]
