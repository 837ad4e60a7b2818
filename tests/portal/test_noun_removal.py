"""What was typed by mistake while a network is founded is taken out; what something names stays."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.actions import removal_of, remove_group, remove_nouns
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition, Placement
from tests.builders import load, small_document

HERE = "/administration/reseaux/essai/"
API = "/api/networks/essai/nouns/"


@pytest.fixture
def network(draft: Edition) -> Network:
    """A draft and, typed by mistake, a function of two macro-processes, one with an action."""
    network = draft.scheme.network
    wrong = Function.objects.create(network=network, code="finnaces", name="Finnaces", position=9)
    held = MacroProcess.objects.create(network=network, function=wrong, code="un", name="Un")
    MacroProcess.objects.create(network=network, function=wrong, code="deux", name="Deux")
    MacroProcess.objects.create(
        network=network, function=wrong, code="acte", name="Acte", kind="action", parent=held
    )
    Entity.objects.create(network=network, code="erreur", name="Erreur", short_name="E",
                          kind="territorial")  # fmt: skip
    return network


def test_a_function_goes_with_what_stands_within_it(network: Network) -> None:
    found = removal_of(network, "function", ["finnaces"], INSTALLATION)
    assert found.verdict and found.losing == 3
    with pytest.raises(Refusal, match="3\u00a0autres noms partiraient avec") as refused:
        remove_nouns(network, actor=INSTALLATION, kind="function", codes=["finnaces"])
    assert refused.value.denied.status == 409 and refused.value.details["losing"] == 3
    assert MacroProcess.objects.filter(function__code="finnaces").count() == 3
    gone = remove_nouns(network, actor=INSTALLATION, kind="function", codes=["finnaces"], losing=3)
    assert gone == 4
    assert not Function.objects.filter(code="finnaces").exists()
    event = Event.objects.get(verb="network.nouns.removed")
    assert set(event.diff) == {"function", "process"}
    assert event.diff["process"]["acte"]["parent"] == "un"
    assert event.diff["function"]["finnaces"]["name"] == "Finnaces"


def test_an_action_leaves_with_its_macro_process_or_alone(network: Network) -> None:
    assert remove_nouns(network, actor=INSTALLATION, kind="process", codes=["un", "acte"]) == 2
    assert set(MacroProcess.objects.filter(function__code="finnaces").values_list("code")) == {
        ("deux",)
    }


@pytest.mark.parametrize(
    ("kind", "code", "told"),
    [
        ("entity", "nord", ["cellule", "mandat"]),
        ("function", "finances", ["cellule", "mandat"]),
        ("process", "achats", ["cellule"]),
    ],
)
def test_what_rests_on_a_noun_keeps_it(
    network: Network, people: Any, kind: str, code: str, told: list[str]
) -> None:
    people(Edition.objects.get())
    events = Event.objects.count()
    found = removal_of(network, kind, [code], INSTALLATION)
    assert not found.verdict
    said = " ".join(found.resting)
    assert all(word in said for word in told), said
    with pytest.raises(Refusal, match="Retirer d’abord") as refused:
        remove_nouns(network, actor=INSTALLATION, kind=kind, codes=[code], losing=found.losing)
    assert refused.value.details["violations"] == list(found.resting)
    assert Event.objects.count() == events


def test_cells_that_name_a_chamber_twice_are_counted_once(network: Network) -> None:
    wrong, nord = (Entity.objects.get(code=code) for code in ("erreur", "nord"))
    cell = Placement.objects.filter(entity=nord).first() or Placement.objects.first()
    assert cell is not None
    Placement.objects.filter(pk=cell.pk).update(entity=wrong, lead=wrong)
    found = removal_of(network, "entity", ["erreur"], INSTALLATION)
    assert found.resting == ("«\u00a0Erreur\u00a0»\u00a0: 1\u00a0cellule",)


def test_a_code_among_beneficiaries_keeps_its_chamber(network: Network) -> None:
    cell = Placement.objects.first()
    assert cell is not None
    Placement.objects.filter(pk=cell.pk).update(served=["erreur"])
    found = removal_of(network, "entity", ["erreur"], INSTALLATION)
    assert found.resting == (
        "«\u00a0Erreur\u00a0»\u00a0: nommé dans «\u00a0Première édition (édition 1)\u00a0»",
    )


def test_what_an_adopted_edition_names_stays_and_a_later_mistake_goes(db: None) -> None:
    edition = load(small_document(placements=(), sections=()), adopted=True)
    network = edition.scheme.network
    for kind, code in (("entity", "sud"), ("function", "rh"), ("process", "paie")):
        found = removal_of(network, kind, [code], INSTALLATION)
        assert not found.verdict and str(edition) in " ".join(found.resting), kind
        with pytest.raises(Refusal, match="adoptée nomme reste"):
            remove_nouns(network, actor=INSTALLATION, kind=kind, codes=[code], losing=found.losing)
    Function.objects.create(network=network, code="apres", name="Après")
    assert remove_nouns(network, actor=INSTALLATION, kind="function", codes=["apres"]) == 1


def test_a_code_that_names_nothing_is_refused(network: Network) -> None:
    with pytest.raises(Refusal, match="n’existe pas"):
        remove_nouns(network, actor=INSTALLATION, kind="entity", codes=["erreur", "jamais"])
    assert Entity.objects.filter(code="erreur").exists()


def test_a_perimeter_leaves_its_rows(network: Network) -> None:
    with pytest.raises(Refusal, match="1\u00a0ligne est dans ce périmètre"):
        remove_group(network, actor=INSTALLATION, function="rh", group="Administration", losing=2)
    saved = remove_group(
        network, actor=INSTALLATION, function="rh", group="Administration", losing=1
    )
    assert saved.changed == 1
    assert MacroProcess.objects.get(code="paie").group == ""
    assert Event.objects.get(verb="network.nouns.saved").diff["source"] == (
        "périmètre «\u00a0Administration\u00a0» retiré"
    )


def test_the_table_leads_to_what_would_leave_then_takes_it_out(
    network: Network, people: Any
) -> None:
    client = people(Edition.objects.get()).administrator.client
    table = client.get(f"{HERE}tableaux/fonctions/").content.decode()
    assert 'value="finnaces" form="retrait"' in table and f"{HERE}retrait/fonctions/" in table
    removal = f"{HERE}retrait/fonctions/"
    page = client.post(removal, {"code": ["finnaces"]}).content.decode()
    assert "1\u00a0fonction, 3\u00a0macro-processus" in page
    assert Function.objects.filter(code="finnaces").exists()
    kept = client.post(removal, {"code": ["finances"]}).content.decode()
    assert "Quelque chose repose dessus" in kept and "cellules" in kept
    assert 'name="confirme"' not in kept
    sheet = client.get(f"{HERE}fonctions/finnaces/").content.decode()
    assert f"{removal}?code=finnaces" in sheet
    done = client.post(removal, {"code": "finnaces", "pertes": "3", "confirme": "oui"})
    assert done.status_code == 302 and done["Location"] == f"{HERE}tableaux/fonctions/"
    assert not Function.objects.filter(code="finnaces").exists()
    journal = client.get("/reseaux/essai/journal/").content.decode()
    assert "Noms retirés du réseau" in journal and "Finnaces" in journal
    assert client.post(removal, {}).status_code == 302
    rows = client.get(f"{HERE}tableaux/processus/").content.decode()
    assert "perimetres/retrait/?fonction=rh" in rows


def test_the_api_says_before_it_does(network: Network, people: Any) -> None:
    someone = people(Edition.objects.get())
    client = someone.administrator.client
    asked = client.get(f"{API}function/finnaces/removal").json()
    assert (asked["allowed"], asked["losing"], asked["resting"]) == (True, 3, [])
    assert asked["removes"]["process"] == ["acte", "deux", "un"]
    kept = client.get(f"{API}entity/nord/removal").json()
    assert not kept["allowed"] and "Retirer d’abord" in kept["reason"] and kept["resting"]
    assert client.post(f"{API}entity/nord/removal").json()["violations"] == kept["resting"]
    assert client.post(f"{API}function/finnaces/removal").status_code == 409
    assert client.post(f"{API}function/finnaces/removal?losing=3").json() == {"removed": 4}
    assert someone.reader.client.get(f"{API}entity/nord/removal").status_code == 404
    assert someone.reader.client.post(f"{API}entity/erreur/removal").status_code == 404


def test_a_milestone_goes_through_the_api_with_its_cells_agreed(
    network: Network, people: Any
) -> None:
    edition = Edition.objects.get()
    client = people(edition).administrator.client
    code = edition.milestones.first().code  # type: ignore[union-attr]
    cells = Placement.objects.filter(milestone__code=code).count()
    address = f"/api/editions/{edition.pk}/milestones/{code}/removal"
    if cells:
        refused = client.post(address)
        assert refused.status_code == 409 and refused.json()["lost"] == {code: cells}
    left = client.post(f"{address}?losing={cells}")
    assert left.status_code == 200 and code not in left.json()["milestones"]
    assert not edition.milestones.filter(code=code).exists()
    assert client.post(address).status_code == 404
