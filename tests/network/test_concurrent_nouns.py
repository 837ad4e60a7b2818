"""Two people record the same chamber, function or process: neither is written over unseen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.actions import noun_version, save_entity, save_function
from maillage.network.models import Entity, Function
from maillage.network.noun_table import NounRow, faults_of
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import draft_next_edition, revise_section
from maillage.schemes.models import Edition

NORD = "/administration/reseaux/essai/chambres/nord/"


def test_a_noun_that_changed_since_it_was_read_is_kept(draft: Edition) -> None:
    network = draft.scheme.network
    nord = Entity.objects.get(code="nord")
    seen = noun_version(nord)
    save_entity(network, actor=INSTALLATION, code="nord", seen=seen, name="Nord, un", archived=True)
    with pytest.raises(Refusal, match="Une autre personne") as refused:
        save_entity(
            network, actor=INSTALLATION, code="nord", seen=seen, name="Nord, deux", archived=False
        )
    assert refused.value.denied.status == 409
    assert "nom\u00a0«\u00a0Nord, un\u00a0»" in refused.value.denied.reason
    assert "archivée\u00a0«\u00a0oui\u00a0»" in refused.value.denied.reason
    nord.refresh_from_db()
    assert nord.name == "Nord, un"


def test_a_code_is_created_once(draft: Edition) -> None:
    network = draft.scheme.network
    with pytest.raises(Refusal, match="déjà pris dans ce réseau, par «\u00a0Personnel\u00a0»"):
        save_function(network, actor=INSTALLATION, code="rh", seen="", name="Ressources")
    assert Function.objects.get(code="rh").name == "Personnel"


def test_a_noun_gone_since_it_was_read_is_not_made_again(draft: Edition) -> None:
    network = draft.scheme.network
    with pytest.raises(Refusal, match="n’existe plus"):
        save_function(network, actor=INSTALLATION, code="partie", seen="abc", name="Partie")


@pytest.mark.parametrize(
    "typed",
    [
        "CCI Ille\u2011et\u2011Vilaine",
        "CCI Ille\u2010et\u2212Vilaine",
        "CCI  Ille-et-Vilaine",
        "CCI Ille\u2013et-Vilaine",
        "CCI Ille et Vilaine",
        "cci ille-et-vilaine",
    ],
)
def test_names_that_read_the_same_are_one_whatever_their_hyphens_and_spaces(
    draft: Edition, people: Any, typed: str
) -> None:
    """By the form of a chamber as by the table that names are pasted in."""
    network = draft.scheme.network
    save_entity(network, actor=INSTALLATION, code="un", seen="", name="CCI Ille-et-Vilaine",
                short_name="Ille-et-Vilaine", kind="territorial")  # fmt: skip
    with pytest.raises(Refusal, match="c’est déjà celui de «\u00a0un\u00a0»") as refused:
        save_entity(network, actor=INSTALLATION, code="deux", seen="", name=typed,
                    short_name="Deux", kind="territorial")  # fmt: skip
    assert refused.value.denied.status == 409
    held = {"entity": {"un": {"name": "CCI Ille-et-Vilaine"}}, "function": {}, "process": {}}
    row = NounRow("entity", "deux", {"name": typed}, number=3)
    assert [fault.column for fault in faults_of([row], held)] == ["name"]


def test_a_name_is_kept_with_ordinary_hyphens_and_single_spaces(draft: Edition) -> None:
    kept = save_entity(draft.scheme.network, actor=INSTALLATION, code="un", seen="",
                       name="CCI\u0020\u0020Ille\u2011et\u2011Vilaine", short_name="I\u2010V",
                       kind="territorial")  # fmt: skip
    assert (kept.name, kept.short_name) == ("CCI Ille-et-Vilaine", "I-V")


def test_the_same_values_again_write_nothing(draft: Edition) -> None:
    events = Event.objects.count()
    save_function(draft.scheme.network, actor=INSTALLATION, code="rh", name="Personnel")
    assert Event.objects.count() == events


def test_the_page_shows_both_and_saves_on_insistence(draft: Edition, people: Any) -> None:
    someone = people(draft)
    page = someone.administrator.client.get(NORD).content.decode()
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    form = {"short_name": "Nord", "kind": "territorial", "departement": "59", "position": 1}
    first = someone.installation.client.post(NORD, {**form, "name": "Un", "seen": seen})
    assert first.status_code == 302
    told = someone.administrator.client.post(NORD, {**form, "name": "Deux", "seen": seen})
    assert told.status_code == 422
    page = told.content.decode()
    assert "Une autre personne a modifié cette fiche" in page
    fresh = re.findall(r'name="seen" value="(\w+)"', page)[0]
    assert fresh != seen
    again = someone.administrator.client.post(NORD, {**form, "name": "Deux", "seen": fresh})
    assert again.status_code == 302
    assert Entity.objects.get(code="nord").name == "Deux"


UNSEALABLE: list[tuple[dict[str, str], str]] = [
    ({"name": "a\x07b"}, "Nom\u00a0: un caractère de contrôle"),
    ({"name": "a\nb"}, "Nom"),
    ({"description": "a\x0cb"}, "Description\u00a0: un caractère de contrôle"),
    ({"description": "a\x1bb"}, "Description"),
]


@pytest.mark.parametrize(("changes", "reason"), UNSEALABLE)
def test_a_noun_that_could_not_be_sealed_is_refused(
    draft: Edition, changes: dict[str, str], reason: str
) -> None:
    given = {"name": "Personnel", "description": ""} | changes
    with pytest.raises(Refusal, match=reason) as refused:
        save_function(draft.scheme.network, actor=INSTALLATION, code="rh", **given)
    assert refused.value.denied.status == 422


def test_two_functions_do_not_read_the_same(draft: Edition) -> None:
    network = draft.scheme.network
    save_function(network, actor=INSTALLATION, code="un", name="Qualité interne")
    with pytest.raises(Refusal, match="déjà celui de «\u00a0un\u00a0»") as refused:
        save_function(network, actor=INSTALLATION, code="deux", name="QUALITE interne")
    assert refused.value.denied.status == 409
    save_function(network, actor=INSTALLATION, code="un", name="Qualité interne")
    save_function(network, actor=INSTALLATION, code="un", name="Qualite\u0301")
    assert Function.objects.get(code="un").name == "Qualité"


def test_line_ends_and_tabs_of_a_description_are_kept(draft: Edition) -> None:
    network = draft.scheme.network
    save_function(network, actor=INSTALLATION, code="rh", description="a\r\nb\tc")
    assert Function.objects.get(code="rh").description == "a\r\nb\tc"


def test_a_title_or_a_text_that_could_not_be_sealed_is_refused(draft: Edition) -> None:
    with pytest.raises(Refusal, match="Titre de l’édition"):
        draft_next_edition(draft, actor=INSTALLATION, title="a\x07")
    for title, body in (("a\x07", "b"), ("a", "b\x07"), (" ", "b")):
        with pytest.raises(Refusal):
            revise_section(draft, actor=INSTALLATION, code="preambule", title=title, body=body)
