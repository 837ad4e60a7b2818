"""Create a scheme with its first draft, or the first draft of a scheme that has none left."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import create_scheme, delete_edition, open_first_edition
from maillage.schemes.engine import canonical
from maillage.schemes.models import Edition, Milestone, Scheme
from maillage.schemes.queries import document_of, file_of
from tests.builders import load, small_document


def milestone(code: str, year: int = 0, /, **changes: Any) -> dict[str, Any]:
    day = dt.date(year or int(code), 12, 31)
    return {"code": code, "label": code, "date": day, "nature": "status"} | changes


SCHEME = {"code": "srom-2028", "title": "Schéma 2028", "start_year": 2028, "end_year": 2032}
SOUND = SCHEME | {
    "edition_title": "Première version",
    "milestones": [milestone("2027", nature="inventory"), milestone("2032", nature="projection")],
}


@pytest.fixture
def network(draft: Edition) -> Network:
    return draft.scheme.network


def test_a_scheme_comes_with_its_draft_and_milestones(network: Network) -> None:
    draft = create_scheme(network, actor=INSTALLATION, **SOUND)
    assert (draft.number, draft.status, draft.title) == (1, "draft", "Première version")
    assert (draft.scheme.code, draft.scheme.network) == ("srom-2028", network)
    assert [(m.code, m.nature) for m in draft.milestones.all()] == [
        ("2027", "inventory"),
        ("2032", "projection"),
    ]
    event = Event.objects.filter(chain=network.chain).last()
    assert event is not None
    assert (event.verb, event.subject) == ("schemes.scheme.created", draft.subject)
    assert event.diff["years"] == [2028, 2032]
    assert event.diff["milestones"]["2027"] == ["2027", "2027-12-31", "inventory"]


def test_what_is_created_can_be_carried_by_a_file(network: Network) -> None:
    title = "Re\u0301vision"  # an accent in two characters: a seal wants one
    milestones = [milestone("2027", label="E\u0301tat 2027")]
    made = {**SOUND, "title": title, "edition_title": title, "milestones": milestones}
    draft = create_scheme(network, actor=INSTALLATION, **made)
    file = canonical.loads_file(canonical.dumps_file(file_of(draft)))
    assert file.document == document_of(draft)
    assert file.document.title == "Révision"


REFUSED = [
    ({"code": "SROM"}, "code", "minuscules sans accent"),
    ({"code": "a" * 81}, "code", "80 caractères au plus"),
    ({"title": " "}, "title", "Titre du schéma\u00a0: un texte est attendu"),
    ({"start_year": 28}, "start_year", "Première année 28\u00a0: une année de 1900 à 2199"),
    ({"end_year": 20320}, "end_year", "Dernière année 20320"),
    ({"end_year": 2027}, "end_year", "elle précède la première, 2028"),
    ({"edition_title": ""}, "edition_title", "Titre de l’édition"),
    ({"edition_title": "a\x07"}, "edition_title", "caractère de contrôle"),
    ({"milestones": []}, "", "il en faut au moins un"),
    ({"milestones": [milestone(str(2000 + n)) for n in range(21)]}, "", "21 jalons\u00a0: 20"),
    ({"milestones": [milestone("2027", code="É")]}, "code", "Jalon 1. Code «"),
    ({"milestones": [milestone("2027", label="")]}, "label", "Jalon 1. Libellé"),
    ({"milestones": [milestone("2027", label="x" * 81)]}, "label", "80 caractères"),
    ({"milestones": [milestone("a", 202)]}, "date", "Date de l’année 202\u00a0"),
    ({"milestones": [milestone("2027", nature="x")]}, "nature", "État des lieux, Statut"),
    ({"milestones": [milestone("2027"), milestone("2027", 2028)]}, "code", "celui du jalon 1"),
    (
        {"milestones": [milestone("2027"), milestone("b", 2027)]},
        "date",
        r"Jalon 2. Date \(31\u00a0décembre\u00a02027\)\u00a0: c’est déjà celle du jalon 1, de même",
    ),
]


@pytest.mark.parametrize(("changes", "field", "reason"), REFUSED)
def test_what_does_not_hold_is_refused_in_its_place(
    network: Network, changes: dict[str, Any], field: str, reason: str
) -> None:
    before = (Scheme.objects.count(), Milestone.objects.count(), Event.objects.count())
    with pytest.raises(Refusal, match=reason) as refused:
        create_scheme(network, actor=INSTALLATION, **{**SOUND, **changes})
    assert refused.value.denied.status == 422
    assert refused.value.details["faults"][0]["field"] == field
    assert (Scheme.objects.count(), Milestone.objects.count(), Event.objects.count()) == before


def test_a_code_is_taken_once_in_a_network_and_free_in_another(network: Network) -> None:
    create_scheme(network, actor=INSTALLATION, **SOUND)
    with pytest.raises(Refusal, match="déjà celui d’un schéma") as refused:
        create_scheme(network, actor=INSTALLATION, **SOUND)
    assert refused.value.denied.status == 409
    neighbour = load(small_document("voisin")).scheme.network
    assert create_scheme(neighbour, actor=INSTALLATION, **SOUND).number == 1


@pytest.mark.parametrize("name", ["nord", "finances", "reader", "stranger"])
def test_only_an_administrator_creates_and_opens(draft: Edition, people: Any, name: str) -> None:
    actor = getattr(people(draft), name).actor
    with pytest.raises(Refusal, match="Seul un administrateur du réseau"):
        create_scheme(draft.scheme.network, actor=actor, **SOUND)
    with pytest.raises(Refusal, match="Seul un administrateur du réseau"):
        open_first_edition(draft.scheme, actor=actor, edition_title="A", milestones=[])


def test_the_administrator_of_a_network_creates_in_it_and_not_beside(
    draft: Edition, people: Any
) -> None:
    actor = people(draft).administrator.actor
    assert create_scheme(draft.scheme.network, actor=actor, **SOUND).number == 1
    neighbour = load(small_document("voisin")).scheme.network
    with pytest.raises(Refusal, match="Seul un administrateur"):
        create_scheme(neighbour, actor=actor, **SOUND)


def test_a_scheme_left_without_edition_gets_a_first_one_again(draft: Edition) -> None:
    scheme, given = draft.scheme, {"edition_title": "Reprise", "milestones": SOUND["milestones"]}
    with pytest.raises(Refusal, match="a déjà une édition") as refused:
        open_first_edition(scheme, actor=INSTALLATION, **given)
    assert refused.value.denied.status == 409
    delete_edition(draft, actor=INSTALLATION)
    made = open_first_edition(scheme, actor=INSTALLATION, **given)
    assert (made.number, made.scheme, made.milestones.count()) == (1, scheme, 2)
    event = Event.objects.filter(chain=made.chain).last()
    assert event is not None
    assert (event.verb, event.subject) == ("schemes.edition.opened", made.subject)


def test_a_first_edition_is_refused_without_milestone(draft: Edition) -> None:
    scheme = draft.scheme
    delete_edition(draft, actor=INSTALLATION)
    with pytest.raises(Refusal, match="au moins un"):
        open_first_edition(scheme, actor=INSTALLATION, edition_title="A", milestones=[])
    assert not scheme.editions.exists()


def test_all_that_does_not_hold_is_told_at_once(network: Network, people: Any) -> None:
    client = people(Edition.objects.get()).administrator.client
    typed = {
        "title": "Schéma", "code": "É", "start_year": 2032, "end_year": 2028,
        "edition_title": "", "jalons-TOTAL_FORMS": 3, "jalons-INITIAL_FORMS": 0,
        "jalons-0-code": "2027", "jalons-0-label": "2027", "jalons-0-date": "31/02/2027",
        "jalons-0-nature": "status",
        "jalons-1-code": "Été", "jalons-1-label": "Un", "jalons-1-date": "2030",
        "jalons-1-nature": "status",
        "jalons-2-code": "deux", "jalons-2-label": "Deux", "jalons-2-date": "2030",
        "jalons-2-nature": "status",
    }  # fmt: skip
    answer = client.post(f"/reseaux/{network.code}/schemas/nouveau/", typed)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"code", "edition_title", "end_year"}
    rows = [set(row.errors) for row in answer.context["rows"].forms]
    assert rows == [{"date"}, {"code"}, {"date"}]
