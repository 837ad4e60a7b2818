"""From an empty installation to the first cell of a scheme, without any file nor script."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from maillage.kernel.models import Event, verify
from maillage.network.models import Network
from maillage.people.actors import Role
from maillage.schemes.models import Edition, Placement
from tests.builders import load, person, small_document
from tests.schemes.places import milestones

SCHEME = {
    **{"title": "SROM 2028", "code": "srom-2028", "edition_title": "Première version"},
    **{"start_year": "2028", "end_year": "2032"},
}


def text_of(answer: Any) -> str:
    """What a page says, without its tags."""
    page = answer.content.decode().replace("&nbsp;", "\u00a0").replace("&#x27;", "'")
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def chief(db: None) -> SimpleNamespace:
    return person("chef@essai.test", {"role": Role.ADMINISTRATOR})


def test_from_nothing_to_the_first_cell(chief: SimpleNamespace) -> None:
    client: Client = chief.client
    assert "Aucun réseau" in text_of(client.get("/"))
    assert "Aucun réseau" in text_of(client.get("/administration/"))
    network = client.post(
        "/administration/nouveau-reseau/", {"name": "CCI de Bretagne", "code": "bretagne"}
    )
    here = network["Location"]
    assert here == "/administration/reseaux/bretagne/"
    told = text_of(client.get(here))
    assert "Ajouter les chambres et les opérateurs" in told
    assert "une fois une fonction ajoutée" in told
    # The nouns, one after the other; the next thing to do is told each time.
    entity = {"code": "rennes", "name": "CCI Rennes", "short_name": "Rennes", "position": 1}
    client.post(f"{here}chambres/nouveau/", {**entity, "kind": "territorial"})
    client.post(f"{here}fonctions/nouveau/", {"code": "rh", "name": "Personnel", "position": 1})
    assert "Ajouter les macro-processus de chaque fonction" in text_of(client.get(here))
    function = Network.objects.get().functions.get()
    process = {"code": "paie", "name": "Paie", "function": function.pk, "position": 1}
    client.post(f"{here}processus/nouveau/", process)
    page = text_of(client.get("/reseaux/bretagne/"))
    assert "Les chambres et les opérateurs\u00a0: c’est fait" in page
    made = client.post(
        "/reseaux/bretagne/schemas/nouveau/", {**SCHEME, **milestones("2028", "2032")}
    )
    edition = Edition.objects.get()
    assert made["Location"] == f"/editions/{edition.pk}/fiche/"
    page = text_of(client.get("/reseaux/bretagne/"))
    assert "Avant la première saisie" not in page
    assert "cellules à renseigner, tous jalons" in page
    cell = f"/editions/{edition.pk}/saisie/paie/2028/"
    assert client.post(cell, {"mode": "C", "version": 0}).status_code == 302
    assert Placement.objects.get().mode == "C"
    assert verify("network:bretagne")[1] is None
    journal = text_of(client.get("/reseaux/bretagne/journal/"))
    assert "Réseau créé" in journal
    assert "Schéma créé avec son premier brouillon" in journal


def test_rows_are_added_and_removed_and_nothing_is_written(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    url = "/reseaux/essai/schemas/nouveau/"
    form = {**SCHEME, **milestones("2028", "2030", "2032")}
    events = Event.objects.count()
    more = client.post(url, {**form, "geste": "ajouter"})
    assert more.status_code == 200
    assert 'name="jalons-3-code"' in more.content.decode()
    assert "obligatoire." not in text_of(more), "what is not finished is not an error"
    less = client.post(url, {**form, "geste": "retirer-1"}).content.decode()
    assert re.findall(r'name="jalons-\d-code" value="(\d+)"', less) == ["2028", "2032"]
    assert 'value="SROM 2028"' in less
    many = client.post(url, {**milestones(*map(str, range(2000, 2020))), "geste": "ajouter"})
    assert "vingt jalons au plus" in text_of(many)
    assert Event.objects.count() == events


BAD_FORMS: list[tuple[dict[str, Any], str]] = [
    ({"code": "SROM 28"}, "minuscules sans accent, chiffres et tirets attendus"),
    ({"code": "srom-essai"}, "déjà celui d’un schéma de ce réseau"),
    ({"end_year": "2027"}, "elle précède la première, 2028"),
    ({"title": ""}, "Ce champ est obligatoire"),
    ({"jalons-1-code": "2028"}, "c’est déjà celui du jalon 1"),
    ({"jalons-1-date": "32/13/2028"}, "Date attendue, par exemple 31/12/2027"),
    ({"jalons-1-nature": ""}, "Ce champ est obligatoire"),
    ({"jalons-TOTAL_FORMS": "0"}, "il en faut au moins un"),
    ({"jalons-TOTAL_FORMS": "x"}, "Rien n’a été enregistré"),
    ({"jalons-TOTAL_FORMS": "1000000"}, "Rien n’a été enregistré"),
]


@pytest.mark.parametrize(("changes", "reason"), BAD_FORMS)
def test_a_form_that_does_not_hold_says_where(
    draft: Edition, people: Any, changes: dict[str, Any], reason: str
) -> None:
    client = people(draft).administrator.client
    form = {**SCHEME, **milestones("2028", "2032"), **changes}
    answer = client.post("/reseaux/essai/schemas/nouveau/", form)
    assert answer.status_code == 422
    assert reason in text_of(answer)
    assert Edition.objects.count() == 1


def test_an_empty_row_is_left_aside(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    form = {**SCHEME, **milestones("2028", "2032"), "jalons-TOTAL_FORMS": "5"}
    assert client.post("/reseaux/essai/schemas/nouveau/", form).status_code == 302
    assert Edition.objects.get(scheme__code="srom-2028").milestones.count() == 2


def test_a_deleted_first_draft_is_opened_again(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    client.post(f"/editions/{draft.pk}/supprimer/")
    page = client.get("/reseaux/essai/").content.decode()
    url = "/reseaux/essai/schemas/srom-essai/premiere-edition/"
    assert url in page
    made = client.post(url, {"edition_title": "Reprise", **milestones("2028")})
    assert made.status_code == 302
    assert Edition.objects.get().title == "Reprise"
    assert "a déjà une édition" in text_of(client.get(url))


def _frame(edition: Edition, client: Client) -> tuple[str, dict[str, Any]]:
    """The form of an edition's milestones as a browser would send it back."""
    url = f"/editions/{edition.pk}/cadre/"
    page = client.get(url).content.decode()
    given = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', page.split("<main")[1]))
    given = {name: value for name, value in given.items() if name != "geste"}
    natures = re.findall(r'<option value="(\w+)" selected', page)
    return url, given | {f"jalons-{rank}-nature": n for rank, n in enumerate(natures)}


def test_milestones_are_corrected_and_losses_confirmed(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    url, form = _frame(draft, client)
    assert client.post(url, {**form, "jalons-0-code": "2021"}).status_code == 302
    assert draft.milestones.filter(code="2021", placements__isnull=False).exists()
    url, form = _frame(draft, client)
    shorter = {**form, "jalons-TOTAL_FORMS": "2"}
    asked = client.post(url, shorter)
    assert asked.status_code == 200
    assert "Jalon «\u00a02027\u00a0»\u00a0: 1\u00a0cellule" in text_of(asked)
    assert draft.milestones.count() == 3
    # Someone sets a cell meanwhile: the number agreed to is no longer the right one.
    client.post(f"/editions/{draft.pk}/saisie/tresorerie/2027/", {"mode": "C", "version": 0})
    again = client.post(url, {**shorter, "pertes": "1", "confirme": "oui"})
    assert "2\u00a0cellules" in text_of(again)
    assert draft.milestones.count() == 3
    assert client.post(url, {**shorter, "pertes": "2", "confirme": "oui"}).status_code == 302
    assert draft.milestones.count() == 2


def test_two_people_correct_the_milestones_at_once(draft: Edition, people: Any) -> None:
    someone = people(draft)
    first, second = someone.administrator.client, someone.installation.client
    url, mine = _frame(draft, first)
    _url, theirs = _frame(draft, second)
    assert first.post(url, {**mine, "edition_title": "Le mien"}).status_code == 302
    told = second.post(url, {**theirs, "edition_title": "Le leur"})
    assert told.status_code == 409
    page = text_of(told)
    assert "Titre ou jalons modifiés par " in page
    assert "Enregistré\u00a0: Le mien" in page
    assert 'value="Le leur"' in told.content.decode(), "what was typed is kept"
    seen = re.search(r'name="seen" value="(\w+)"', told.content.decode())
    assert seen is not None
    assert f"Maillage {seen[1]}" not in page, "the page's foot keeps the application's version"
    fresh = {**theirs, "edition_title": "Le leur", "seen": seen[1]}
    chosen = {"a-choisir": ":title", "choix-:title": "mien"}
    assert second.post(url, fresh | chosen).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Le leur"


def test_home_leads_to_a_chamber_or_a_function(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    load(small_document("voisin"))
    public = people(adopted).anonymous.client
    page = public.get("/").content.decode()
    assert '<option value="essai/nord">' in page
    assert "voisin/nord" not in page
    assert public.get("/?chambre=essai/nord")["Location"] == "/reseaux/essai/chambres/nord/"
    assert public.get("/?fonction=essai/rh")["Location"] == "/reseaux/essai/fonctions/rh/"
    for nowhere in ("voisin/nord", "essai/nulle", "nord", "/"):
        assert public.get("/", {"chambre": nowhere}).status_code == 404


def test_home_counts_what_awaits_each_one(draft: Edition, people: Any) -> None:
    someone = people(draft)
    page = someone.installation.client.get("/").content.decode()
    assert f"/editions/{draft.pk}/?seulement=lacunes" in page
    assert "Ce qui attend" not in text_of(someone.stranger.client.get("/"))
    reader = person("tout@essai.test", {"role": Role.READER}).client
    assert "Ce qui attend" not in text_of(reader.get("/"))


def test_a_draft_without_milestone_says_what_to_do(draft: Edition, people: Any) -> None:
    client = people(draft).administrator.client
    Placement.objects.all().delete()
    draft.milestones.all().delete()
    page = client.get("/reseaux/essai/").content.decode()
    assert f'href="/editions/{draft.pk}/cadre/"' in page
    assert "aucun jalon" in client.get(f"/editions/{draft.pk}/cadre/").content.decode()
    for place in ("", "fiche/", "saisie/", "source/", "export.json", "export.xlsx"):
        assert client.get(f"/editions/{draft.pk}/{place}").status_code == 200, place
