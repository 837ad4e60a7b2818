"""The editing grid's pages and its door: who may set which cell, conflicts, cost, bad requests."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.kernel.models import Event
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells, propose_edition
from maillage.schemes.engine.document import (
    EditionDocument,
    EntityDoc,
    EntityKind,
    MilestoneDoc,
    MilestoneNature,
    ProcessDoc,
)
from maillage.schemes.models import Edition, Placement
from maillage.schemes.queries import outdated_sources
from tests.builders import load, small_document

NETWORK_REASON = "La valeur du réseau se modifie"
ENTITY_REASON = "La valeur d’une chambre se modifie"
NO_MANDATE = "Aucun de vos mandats"
HIDDEN = 404
PLUMBING = re.compile(r"^(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)")

People = Callable[[Edition], SimpleNamespace]


def edit(process: str = "achats", milestone: str = "2027", entity: str = "", **more: Any) -> dict:
    given = {"process": process, "milestone": milestone, "entity": entity, "expected": 0}
    return given | {"changes": {"mode": "H"}} | more


def send(client: Client, edition: Edition, *edits: Any, body: Any = None) -> Any:
    return client.post(
        reverse("schemes:grid_cells", args=[edition.pk]),
        {"edits": list(edits)} if body is None else body,
        content_type="application/json",
        headers={"Accept": "application/json"},
    )


def cell(edition: Edition, process: str, milestone: str, entity: str = "") -> Placement | None:
    return Placement.objects.filter(
        edition=edition,
        process__code=process,
        milestone__code=milestone,
        entity__code=entity or None,
    ).first()


# Who may set which cell: actor, process, entity, answer (200, or the reason, or hidden).
GUARDS = [
    ("installation", "achats", "", 200),
    ("administrator", "achats", "", 200),
    ("administrator", "paie", "sud", 200),
    ("finances", "achats", "", 200),
    ("finances", "achats", "sud", 200),
    ("finances", "formation", "", NETWORK_REASON),
    ("finances", "formation", "sud", ENTITY_REASON),
    ("nord", "achats", "nord", 200),
    ("nord", "formation", "nord", 200),
    ("nord", "achats", "", NETWORK_REASON),
    ("nord", "achats", "sud", ENTITY_REASON),
    ("nord", "achats", "region", ENTITY_REASON),
    ("reader", "achats", "", NO_MANDATE),
    ("reader", "achats", "nord", NO_MANDATE),
    ("stranger", "achats", "", HIDDEN),
    ("anonymous", "achats", "", HIDDEN),
]


@pytest.mark.parametrize(("who", "process", "entity", "expected"), GUARDS)
def test_who_may_set_which_cell(
    draft: Edition, people: People, who: str, process: str, entity: str, expected: int | str
) -> None:
    events = Event.objects.count()
    made = people(draft)
    events = Event.objects.count()
    held = cell(draft, process, "2024", entity)
    given = edit(process, "2024", entity, expected=held.version if held else None)
    answer = send(getattr(made, who).client, draft, given)
    if expected == 200:
        assert answer.status_code == 200
        placement = cell(draft, process, "2024", entity)
        assert placement is not None and placement.mode == "H"
        assert answer.json()["versions"] == {f"{process}|2024|{entity}": placement.version}
        assert Event.objects.count() == events + 1
    else:
        assert answer.status_code == (HIDDEN if expected == HIDDEN else 403)
        if isinstance(expected, str):
            assert expected in answer.json()["detail"]
            assert answer["Content-Type"].startswith("application/problem+json")
        assert Event.objects.count() == events


def test_the_grid_writes_over_no_cell_whose_version_it_does_not_say(
    draft: Edition, people: People
) -> None:
    client = people(draft).administrator.client
    for changes in ({"mode": "H"}, None):
        given = edit("achats", "2024", expected=None, changes=changes)
        answer = send(client, draft, edit(), given)
        assert answer.status_code == 428 and "version" in answer.json()["detail"]
    held = cell(draft, "achats", "2024")
    assert held is not None and held.mode != "H" and cell(draft, "achats", "2027") is None


def test_a_perimeter_stands_under_its_function_named_once(draft: Edition, people: People) -> None:
    client = people(draft).finances.client
    html = client.get(reverse("schemes:grid", args=[draft.pk]) + "?tout=1").content.decode()
    headings = re.findall(r'<tr class="carto-group([^"]*)".*?<th[^>]*>(.*?)</th>', html)
    assert headings == [
        ("", "Finances"),
        ("", "Personnel <small>lecture seule</small>"),
        (" is-perimeter", "Administration"),
        (" is-perimeter", "Développement"),
    ]


def test_nobody_reaches_the_draft_of_another_network(people: People, draft: Edition) -> None:
    other = load(small_document("autre"))
    made = people(draft)
    for who in ("administrator", "nord", "finances", "reader"):
        client = getattr(made, who).client
        assert client.get(reverse("schemes:grid", args=[other.pk])).status_code == 404
        assert send(client, other, edit()).status_code == 404
        address = reverse("schemes:grid_cell", args=[other.pk, "achats", "2024"])
        assert client.get(address).status_code == 404
        paste = reverse("schemes:grid_paste", args=[other.pk])
        assert client.post(paste, "A", content_type="text/plain").status_code == 404
    assert send(made.installation.client, other, edit()).status_code == 200


def test_one_cell_outside_the_perimeter_refuses_them_all(draft: Edition, people: People) -> None:
    answer = send(people(draft).nord.client, draft, edit(entity="nord"), edit(entity="sud"))
    assert answer.status_code == 403
    assert cell(draft, "achats", "2027", "nord") is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "illisible"),
        ("[" * 100_000, "illisible"),
        ("[]", "illisible"),
        ('{"edits": 3}', "illisible"),
        ('{"edits": []}', "De 1 à"),
        ('{"edits": [3]}', "illisible"),
        ('{"edits": [{"process": "achats"}]}', "illisible"),
        ({"edits": [edit(changes=3)]}, "illisible"),
        ({"edits": [edit(changes={"mode": None})]}, "illisible"),
        ({"edits": [edit(changes={"served": "nord"})]}, "illisible"),
        ({"edits": [edit(changes={"rationale": "a\0b"})]}, "illisible"),
        ({"edits": [edit(expected="0")]}, "illisible"),
        ({"edits": [edit(expected=True)]}, "illisible"),
        ('{"edits": [{"process": "\\ud800", "milestone": "m", "changes": null}]}', "illisible"),
        ({"edits": [edit(), edit()]}, "deux fois"),
        ({"edits": [edit(process="absent")]}, "aucun macro-processus"),
        ({"edits": [edit(milestone="1999")]}, "aucun jalon"),
        ({"edits": [edit(entity="absente")]}, "aucun"),
        ({"edits": [edit(changes={"mode": "Z"})]}, "Mode « Z »"),
        ({"edits": [edit(changes={"mode": "A", "complementary": "X"})]}, "complémentaires"),
        ({"edits": [edit(changes={"couleur": "bleu"})]}, "Champ inconnu"),
        ({"edits": [edit(changes={"mode": "I", "integration": "x"})]}, "Option d’intégration"),
        ({"edits": [edit(changes={"lead": "absente"})]}, "aucune entité"),
        ({"edits": [edit(changes={"source_page": "9" * 41})]}, "Texte trop long"),
    ],
)
def test_a_bad_request_says_what_was_expected(
    draft: Edition, people: People, body: Any, said: str
) -> None:
    client = people(draft).administrator.client
    events = Event.objects.count()
    answer = send(client, draft, body=body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert Event.objects.count() == events


def test_a_conflict_names_the_person_and_shows_what_the_cell_holds(
    draft: Edition, people: People
) -> None:
    made = people(draft)
    held = cell(draft, "achats", "2024")
    assert held is not None
    first = send(
        made.finances.client,
        draft,
        edit(milestone="2024", expected=held.version, changes={"mode": "C", "rationale": "Essai"}),
    )
    assert first.status_code == 200
    late = send(made.administrator.client, draft, edit(milestone="2024", expected=held.version))
    assert late.status_code == 409
    (conflict,) = late.json()["conflicts"]
    assert conflict["by"] == str(made.finances.user)
    assert conflict["state"]["rationale"] == "Essai"
    assert conflict["state"]["lead"] == "nord"
    assert conflict["version"] == first.json()["versions"]["achats|2024|"]
    now = cell(draft, "achats", "2024")
    assert now is not None and now.mode == "C"


def test_who_removed_a_cell_meanwhile_is_named_at_every_door(
    draft: Edition, people: People
) -> None:
    made = people(draft)
    client, name = made.administrator.client, str(made.finances.user)
    held = cell(draft, "achats", "2022")
    assert held is not None
    page = client.get(f"/editions/{draft.pk}/saisie/achats/2022/")
    form = {"mode": "C", "version": held.version, "seen": page.context["form"].initial["seen"]}
    gone = edit(milestone="2022", expected=held.version, changes=None)
    assert send(made.finances.client, draft, gone).json()["versions"] == {"achats|2022|": 0}
    (conflict,) = send(client, draft, gone).json()["conflicts"]
    assert conflict["by"] == name and conflict["state"] is None
    (own,) = send(made.finances.client, draft, gone).json()["conflicts"]
    assert own["by"] == "vous, dans un autre onglet"
    told = client.post(f"/editions/{draft.pk}/saisie/achats/2022/", form)
    assert told.status_code == 409 and f"Enregistré par {name}" in told.content.decode()
    sent = {"edits": [{"process": "achats", "milestone": "2022", "entity": "",
                       "changes": {"mode": "C"}, "expected": held.version}]}  # fmt: skip
    api = client.post(f"/api/editions/{draft.pk}/placements", sent, content_type="application/json")
    (conflict,) = api.json()["conflicts"]
    assert api.status_code == 409 and conflict["by"] == name
    # A cell that nobody has touched is nobody's.
    never = edit(milestone="2027", expected=7)
    (conflict,) = send(client, draft, never).json()["conflicts"]
    assert conflict["by"] == "une autre personne"


def large_document(factor: int) -> EditionDocument:
    small = small_document("grand")
    return dataclasses.replace(
        small,
        entities=small.entities
        + tuple(
            EntityDoc(f"ch{i}", f"Chambre {i}", f"Ch {i}", EntityKind.TERRITORIAL)
            for i in range(factor)
        ),
        processes=small.processes
        + tuple(ProcessDoc(f"p{i}", "finances", f"Processus {i}") for i in range(factor)),
        milestones=(
            *small.milestones,
            MilestoneDoc("2030", "2030", dt.date(2030, 1, 1), MilestoneNature.PROJECTION),
        ),
        placements=small.placements
        + tuple(
            dataclasses.replace(small.placements[0], process=f"p{i}", entity=f"ch{j}")
            for i in range(factor)
            for j in range(factor)
        ),
    )


def queries_of(call: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = call()
    assert answer.status_code == 200, answer.content
    return [q["sql"] for q in captured if not PLUMBING.match(q["sql"])]


def test_saving_a_cell_costs_at_most_eight_queries_at_any_size(people: People, db: None) -> None:
    counts = {}
    for name, document in (("small", small_document()), ("large", large_document(25))):
        edition = load(document)
        client = people(edition).finances.client
        lines = queries_of(lambda c=client, e=edition: send(c, e, edit()))
        version = send(client, edition, edit("tresorerie")).json()["versions"]["tresorerie|2027|"]
        again = edit("tresorerie", expected=version, changes={"mode": "A"})
        updated = queries_of(lambda c=client, e=edition, a=again: send(c, e, a))
        counts[name] = (len(lines), len(updated))
        assert max(counts[name]) <= 8, "\n".join(lines + updated)
    assert counts["small"] == counts["large"]


@pytest.mark.parametrize("search", ["", "?jalon=2024", "?entite=nord", "?fonction=finances"])
def test_the_page_costs_the_same_queries_at_any_size(people: People, db: None, search: str) -> None:
    counts = []
    for document in (small_document(), large_document(25)):
        edition = load(document)
        client = people(edition).finances.client
        address = reverse("schemes:grid", args=[edition.pk]) + search
        lines = queries_of(lambda c=client, a=address: c.get(a))
        counts.append(len(lines))
        assert len(lines) <= 12, "\n".join(lines)
    assert counts[0] == counts[1]


def test_only_one_s_own_cells_are_open_and_the_others_say_why(
    draft: Edition, people: People
) -> None:
    made = people(draft)
    network = reverse("schemes:grid", args=[draft.pk]) + "?entite="
    page = made.nord.client.get(network).content.decode()
    assert page.count('aria-readonly="true"') == 12 and NETWORK_REASON in page
    address = reverse("schemes:grid", args=[draft.pk]) + "?jalon=2024"
    page = made.nord.client.get(address).content.decode()
    cells = re.findall(r"<td [^>]*>", page)
    open_cells = [c for c in cells if "aria-readonly" not in c]
    assert len(cells) == 16 and len(open_cells) == 4
    assert all('data-e="nord"' in c for c in open_cells)
    page = made.administrator.client.get(address).content.decode()
    assert "aria-readonly" not in page


def test_a_chamber_s_grid_shows_what_it_takes_from_the_network(
    draft: Edition, people: People
) -> None:
    address = reverse("schemes:grid", args=[draft.pk]) + "?entite=sud"
    page = people(draft).administrator.client.get(address).content.decode()
    inherited = re.search(r'<td [^>]*data-p="achats" data-m="2022"[^>]*>', page)
    own = re.search(r'<td [^>]*data-p="achats" data-m="2024"[^>]*>', page)
    assert inherited and "is-inherited" in inherited[0] and "m-A" in inherited[0]
    told = re.search('data-inherited="([^"]*)"', inherited[0])
    assert told and json.loads(html.unescape(told[1]))["mode"] == "A"
    assert own and "is-inherited" not in own[0] and "m-A" in own[0]


def test_a_filter_that_keeps_nothing_says_what_to_do(draft: Edition, people: People) -> None:
    address = reverse("schemes:grid", args=[draft.pk]) + "?fonction=absente"
    page = people(draft).administrator.client.get(address).content.decode()
    assert "Aucun macro-processus à saisir" in page and "grid.js" not in page


def test_what_is_no_draft_explains_itself(
    draft: Edition, adopted_other: Edition, people: People
) -> None:
    client = people(adopted_other).administrator.client
    page = client.get(reverse("schemes:grid", args=[adopted_other.pk])).content.decode()
    assert "Préparer l’édition suivante" in page and 'role="grid"' not in page
    made = people(draft)
    propose_edition(draft, actor=INSTALLATION)
    page = made.administrator.client.get(reverse("schemes:grid", args=[draft.pk])).content.decode()
    assert "remettre en brouillon" in page
    refused = send(made.administrator.client, draft, edit())
    assert refused.status_code == 409 and "conflicts" not in refused.json()


@pytest.fixture
def adopted_other(db: None) -> Edition:
    return load(small_document("adopte"), adopted=True)


def form_of(placement: Placement | None, **values: Any) -> dict[str, Any]:
    return {"mode": "M", "version": placement.version if placement else 0} | values


def test_without_scripts_a_cell_is_saved_by_its_own_page(draft: Edition, people: People) -> None:
    client = people(draft).nord.client
    address = reverse("schemes:grid_cell", args=[draft.pk, "paie", "2024", "nord"])
    assert "Enregistrer" in client.get(address).content.decode()
    values = form_of(None, complementary=["H", "C"], lead="sud", served=["nord"], source_page="4")
    answer = client.post(address, values)
    assert answer.status_code == 302
    placement = cell(draft, "paie", "2024", "nord")
    assert placement is not None and placement.lead is not None
    assert (placement.mode, placement.complementary) == ("M", "CH")
    assert (placement.lead.code, placement.served, placement.source_page) == ("sud", ["nord"], "4")
    assert client.post(address, form_of(placement, vider="oui")).status_code == 302
    assert cell(draft, "paie", "2024", "nord") is None


def test_a_chamber_that_takes_the_network_s_value_chooses_a_mode_before_it_has_its_own(
    draft: Edition, people: People
) -> None:
    client = people(draft).administrator.client
    address = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2022", "sud"])
    page = client.get(address).content.decode()
    assert "reprend la valeur du réseau" in page and "Autonomie" in page
    assert "checked" not in page.partition("Mode dominant")[2].partition("</fieldset>")[0]
    typed = {"version": 0, "seen": "{}", "rationale": "Parce que."}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "Choisir un mode" in refused.content.decode()
    assert "Parce que." in refused.content.decode()
    assert cell(draft, "achats", "2022", "sud") is None
    assert client.post(address, typed | {"mode": "C"}).status_code == 302
    own = cell(draft, "achats", "2022", "sud")
    assert own is not None and (own.mode, own.rationale) == ("C", "Parce que.")
    # Where the network says nothing, nothing is taken, and "non renseigné" is where one begins.
    empty = reverse("schemes:grid_cell", args=[draft.pk, "paie", "2024", "nord"])
    assert "reprend la valeur" not in client.get(empty).content.decode()


def test_the_mode_changes_and_what_was_said_of_it_is_kept_cleared_or_replaced(
    draft: Edition, people: People
) -> None:
    """Case: type M where CCI France led an integration, and its page and reason stay below it."""
    client = people(draft).administrator.client
    address = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2024"])
    given = HELD | as_read(client, address) | {"mode": "I", "source_page": "p. 9"}
    assert client.post(address, given).status_code == 422, "of the lead nothing is said"
    half = client.post(address, given | {"suite-lead": "effacer"})
    assert half.status_code == 422, "of the complementary modes neither"
    answers = {"suite-lead": "effacer", "suite-complementary": "effacer"}
    assert client.post(address, given | answers).status_code == 422, "nor of whom it is for"
    answers |= {"suite-served": "effacer"}
    assert client.post(address, given | answers).status_code == 302
    now = cell(draft, "achats", "2024")
    assert now is not None
    assert (now.mode, now.lead, now.source_page, now.source_mode) == ("I", None, "p. 9", "")
    assert now.complementary == "" and now.served == []


@pytest.mark.parametrize(
    ("edits", "outdated"),
    [
        ([{"mode": "I"}], True),
        ([{"mode": "-"}], True),
        ([{"mode": "I"}, {"lead": "region"}], True),
        ([{"mode": "I"}, {"mode": "M"}], False),
        ([{"mode": "I", "source_page": "p. 9"}], False),
        ([{"mode": "I"}, {"source_page": "p. 9"}], False),
        ([{"mode": "I"}, {"source_document": "", "source_page": ""}], False),
        ([{"mode": "I"}, {}], False),
        ([{"lead": "region"}], False),
        ([None, {"mode": "I", "source_page": "p. 2"}], False),
    ],
)
def test_a_source_older_than_its_mode_is_listed_until_it_is_seen_to(
    draft: Edition, people: People, edits: list[Any], outdated: bool
) -> None:
    made = people(draft)
    client = made.administrator.client
    for changes in edits:
        asked = CellEdit("achats", "2024", "", changes, cited=changes == {})
        place_cells(draft, [asked], actor=made.administrator.actor)
    assert outdated_sources(draft) == ({("achats", "2024", "")} if outdated else set())
    sheet = reverse("schemes:edition", args=[draft.pk])
    said = "dont la source est antérieure au mode"
    assert (said in client.get(sheet).content.decode()) is outdated
    listed = client.get(sheet + "?regle=source_outdated").content.decode()
    link = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2024"])
    assert (f'href="{link}"' in listed) is outdated
    found = client.get(f"/api/editions/{draft.pk}/checks").json()["violations"]
    assert ("source_outdated" in {v["code"] for v in found}) is outdated


def as_read(client: Client, address: str) -> dict[str, str]:
    """What the form of a cell keeps of when it was read."""
    page = client.get(address).content.decode()
    return {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])  # type: ignore[index]
        for name in ("version", "seen")
    }


HELD = {"mode": "M", "complementary": ["C", "H"], "lead": "nord",
        "served": ["nord", "region", "sud"],
        "source_document": "Schéma d'essai", "source_page": "p. 2"}  # fmt: skip


ASKED = ("complementary", "lead", "served", "source")


SAYS = {"source_document": "Schéma", "source_quote": "réunies à Lille", "provenance": "stated"}


@pytest.mark.parametrize(
    "more",
    [
        {"lead": "sud"},
        {"served": ["nord", "sud"]},
        {"complementary": "C"},
        {"details": {"pooled": ["tools"]}},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_a_source_does_not_state_is_not_told_as_stated_by_it(
    draft: Edition, people: People, more: dict[str, Any]
) -> None:
    """Its source is asked as of a change of mode; until it is answered, how the cell is known is
    not said."""
    client = people(draft).administrator.client
    quoted, told = SAYS["source_quote"], {"achats|2024|": ["source"]}
    for answer, left, asked in (
        ({}, ("", quoted), told),
        ({"cited": True}, ("stated", quoted), {}),
        ({"answers": {"source": "garder"}}, ("stated", quoted), {}),
        ({"answers": {"source": "effacer"}}, ("", ""), {}),
        ({"changes": more | {"source_quote": "à Laval"}}, ("stated", "à Laval"), {}),
    ):
        for changes in (None, {"mode": "M", **SAYS}):
            place_cells(draft, [CellEdit("achats", "2024", "", changes)], actor=INSTALLATION)
        row = cell(draft, "achats", "2024")
        assert row is not None
        sent = edit("achats", "2024", expected=row.version) | {"changes": more} | answer
        response = client.post(
            f"/api/editions/{draft.pk}/placements",
            {"edits": [sent]},
            content_type="application/json",
        )
        assert (response.status_code, response.json()["asked"]) == (200, asked)
        row = cell(draft, "achats", "2024")
        assert row is not None and (row.provenance, row.source_quote) == left


def test_without_scripts_a_conflict_shows_both_values(draft: Edition, people: People) -> None:
    made = people(draft)
    address = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2024"])
    given = HELD | as_read(made.finances.client, address)
    change = CellEdit("achats", "2024", "", {"mode": "I"})
    place_cells(draft, [change], actor=made.administrator.actor)
    asked = made.finances.client.post(address, given | {"mode": "A"})
    assert asked.status_code == 422 and "que devient ce qui était dit" in asked.content.decode()
    kept = {"mode": "A"} | {f"suite-{n}": "garder" for n in ASKED}
    answer = made.finances.client.post(address, given | kept)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert str(made.administrator.user) in page and "Garder la mienne" in page
    now = cell(draft, "achats", "2024")
    assert now is not None and now.mode == "I"
    assert f'name="version" value="{now.version}"' in page
    assert re.search(r'name="mode" value="A"[^>]*checked', page)


def test_without_scripts_a_conflict_is_settled_field_by_field(
    draft: Edition, people: People
) -> None:
    made = people(draft)
    address = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2024"])
    client = made.finances.client
    given = HELD | as_read(client, address) | {"lead": "region", "source_page": "p. 9"}
    theirs = {"lead": "sud", "rationale": "Décidé ailleurs"}
    place_cells(draft, [CellEdit("achats", "2024", "", theirs)], actor=made.administrator.actor)
    page = client.post(address, given).content.decode()
    choices = re.findall(r'name="choix-([a-z_]+)" value="mine" required>\s+([^<]*)</label>', page)
    assert choices == [("lead", "Région"), ("source_page", "p. 9")]
    assert ">Décidé ailleurs</textarea>" in page.replace("\n", ""), "untouched: theirs"
    again = given | as_read(client, address) | {"rationale": "Décidé ailleurs"}
    assert client.post(address, again | {"choix-lead": "theirs"}).status_code == 302
    now = cell(draft, "achats", "2024")
    assert now is not None and now.lead is not None
    assert (now.lead.code, now.source_page, now.rationale) == ("sud", "p. 9", "Décidé ailleurs")


OF_MODE = {"purpose": "Le but lu", "partners": "Les communes"}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("mine", ("Le mien", "La région", "2026", "Décidé ailleurs")),
        ("theirs", ("Le leur", "La région", "2026", "Décidé ailleurs")),
    ],
)
def test_without_scripts_what_a_mode_is_made_of_is_settled_part_by_part(
    draft: Edition, people: People, chosen: str, expected: tuple[str, ...]
) -> None:
    """Both set the purpose, which is asked; only they set the partners and the reason, which stay
    theirs; only I set the beginning, which is asked too and is mine unless given up."""
    made = people(draft)
    place_cells(draft, [CellEdit("achats", "2024", "", {"details": OF_MODE})], actor=INSTALLATION)
    address = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2024"])
    client = made.finances.client
    read = {f"detail_{name}": value for name, value in OF_MODE.items()}
    mine = HELD | read | {"detail_purpose": "Le mien", "detail_start": "2026"}
    given = mine | as_read(client, address)
    theirs = {
        "details": {"purpose": "Le leur", "partners": "La région"},
        "rationale": "Décidé ailleurs",
    }
    place_cells(draft, [CellEdit("achats", "2024", "", theirs)], actor=made.administrator.actor)
    page = client.post(address, given).content.decode()
    choices = re.findall(r'name="choix-([a-z_.]+)" value="mine" required>\s+([^<]*)</label>', page)
    assert choices == [("details.purpose", "Le mien"), ("details.start", "2026")]
    assert "Ce que le mode recouvre</th>" not in page
    assert ">La région</textarea>" in page.replace("\n", ""), "untouched: theirs"
    again = mine | as_read(client, address) | {"rationale": "Décidé ailleurs"}
    again |= {"detail_partners": "La région", "choix-details.start": "mine"}
    assert client.post(address, again | {"choix-details.purpose": chosen}).status_code == 302
    now = cell(draft, "achats", "2024")
    assert now is not None
    said = (*(now.details.get(name) for name in ("purpose", "partners", "start")), now.rationale)
    assert said == expected


def test_a_form_sets_only_what_is_typed_in_it(draft: Edition, people: People) -> None:
    """Both versions agree, yet a field left as it was read is not written over."""
    client = people(draft).administrator.client
    address = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2024"])
    given = HELD | as_read(client, address) | {"source_page": "p. 9"}
    assert client.post(address, given).status_code == 302
    event = Event.objects.filter(verb="schemes.placement.placed").latest("sequence")
    before, after = event.diff["cells"]["achats|2024|"]
    assert {name for name in after if before.get(name) != after[name]} == {"source_page"}


def test_a_conflict_tells_each_field_that_would_change_at_few_queries(
    draft: Edition, people: People
) -> None:
    made = people(draft)
    held = cell(draft, "achats", "2024")
    assert held is not None
    theirs = {"lead": "sud", "rationale": "Décidé ailleurs"}
    place_cells(draft, [CellEdit("achats", "2024", "", theirs)], actor=made.finances.actor)
    mine = edit(milestone="2024", expected=held.version, changes={"lead": "region", "mode": "M"})
    with CaptureQueriesContext(connection) as captured:
        answer = send(made.administrator.client, draft, mine)
    assert answer.status_code == 409
    (conflict,) = answer.json()["conflicts"]
    assert conflict["fields"] == {"lead": ["sud", "region"]}, "alike or untouched is no loss"
    assert conflict["state"]["rationale"] == "Décidé ailleurs"
    assert sum(not PLUMBING.match(q["sql"]) for q in captured) <= 8


def test_a_read_only_cell_says_why_and_a_wrong_form_is_kept(draft: Edition, people: People) -> None:
    made = people(draft)
    address = reverse("schemes:grid_cell", args=[draft.pk, "achats", "2024"])
    page = made.nord.client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert NETWORK_REASON in page and "<form" not in page and "<html" not in page
    wrong = made.administrator.client.post(address, form_of(None, mode="Z"))
    assert wrong.status_code == 422 and "pas été enregistrée" in wrong.content.decode()
    missing = reverse("schemes:grid_cell", args=[draft.pk, "achats", "1999"])
    assert made.administrator.client.get(missing).status_code == 404


QUOTED = {
    "mode": "M",
    "source_document": "Schéma d'essai",
    "source_page": "p. 2",
    "source_quote": "Les achats sont mis en commun",
    "provenance": "stated",
}


@pytest.mark.parametrize("door", ["grid", "api"])
@pytest.mark.parametrize(
    ("copies", "named"),
    [
        ([edit("tresorerie", changes=QUOTED)], "« tresorerie, 2027 » est celle de « achats, 2024"),
        ([edit("achats", changes=QUOTED)], "« achats, 2027 » est celle de « achats, 2024 »"),
        ([edit("achats", "2024", "nord", changes=QUOTED)], "« achats, 2024, nord » est celle de"),
        (
            [edit(p, changes=QUOTED | {"source_quote": "Autre"}) for p in ("achats", "tresorerie")],
            "« tresorerie, 2027 » est celle de « achats, 2027 »",
        ),
    ],
)
def test_the_quote_of_a_cell_is_given_to_another_only_where_it_is_said(
    draft: Edition, people: People, door: str, copies: list[dict[str, Any]], named: str
) -> None:
    client = people(draft).administrator.client
    place_cells(draft, [CellEdit("achats", "2024", "", QUOTED)], actor=INSTALLATION)
    before = Placement.objects.count()
    url = {"grid": reverse("schemes:grid_cells", args=[draft.pk])}.get(
        door, f"/api/editions/{draft.pk}/placements"
    )

    def post(edits: list[dict[str, Any]]) -> Any:
        told = {"Accept": "application/json"}
        return client.post(url, {"edits": edits}, content_type="application/json", headers=told)

    refused = post(copies)
    assert refused.status_code == 422
    assert named in refused.json()["detail"].replace("\u00a0", " ")
    assert Placement.objects.count() == before
    # The rest of the value goes; and all of it, once the quote is said to speak of both.
    answer = post([one | {"changes": {"mode": "M", "lead": "nord"}} for one in copies])
    assert answer.status_code == 200
    read = answer.json()["versions"]
    keys = ["|".join((one["process"], one["milestone"], one["entity"])) for one in copies]
    again = [one | {"expected": read[key]} for one, key in zip(copies, keys, strict=True)]
    assert post(again).status_code == 422
    assert post([one | {"quoted": True} for one in again]).status_code == 200


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("Faux", "« Faux »"), ("Faux\tA\tPire", "(et 1 autre faute)"),
        ("Faux\tPire\tRien", "(et 2 autres fautes)"), (b"A\t\xe9", "ne sont pas de l’UTF-8"),
    ],
)  # fmt: skip
def test_what_a_pasted_block_lacks_is_counted_in_words(
    draft: Edition, people: People, block: Any, told: str
) -> None:
    client = people(draft).administrator.client
    answer = client.post(
        reverse("schemes:grid_paste", args=[draft.pk]), block, content_type="text/plain",
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 422
    reason = answer.json()["detail"].replace("\u00a0", " ")
    assert told in reason and (told.startswith("(") or "(et" not in reason)


def test_a_pasted_block_is_read_and_nothing_is_written(draft: Edition, people: People) -> None:
    client = people(draft).administrator.client
    before = Placement.objects.count()
    address = reverse("schemes:grid_paste", args=[draft.pk])
    json_answer = {"Accept": "application/json"}
    good = client.post(address, "A\tM+C\r\n\t?", content_type="text/plain", headers=json_answer)
    assert good.json() == {"rows": [[["A", ""], ["M", "C"]], [None, ["?", ""]]]}
    bad = client.post(address, "A\nfaux", content_type="text/plain", headers=json_answer)
    assert bad.status_code == 422 and "faux" in bad.json()["detail"]
    assert Placement.objects.count() == before


def test_the_form_and_the_api_tell_every_fault_of_a_cell_at_once(
    draft: Edition, people: People
) -> None:
    client = people(draft).administrator.client
    page = client.get(f"/editions/{draft.pk}/saisie/achats/2024/").context["form"]
    typed = {
        "mode": "C", "version": page.initial["version"], "seen": page.initial["seen"],
        "rationale": "ok 👍", "source_basis": "caché\u200b", "source_page": "p" * 41,
        "detail_purpose": "But 👍", "detail_end": "un jour",
    }  # fmt: skip
    answer = client.post(f"/editions/{draft.pk}/saisie/achats/2024/", typed)
    assert answer.status_code == 422
    wrong = {"rationale", "source_basis", "source_page", "detail_purpose", "detail_end"}
    assert set(answer.context["form"].errors) == wrong
    changes = {"mode": "A", "lead": "personne", "rationale": "ok 👍", "source_page": "p" * 41,
               "details": {"sites": "👍"}}  # fmt: skip
    unfit = {"mode": "A", "integration": "regional", "details": {"sites": "Laval"}}
    found = []
    for asked in (changes, unfit):
        one = {"process": "tresorerie", "milestone": "2027", "entity": "", "changes": asked}
        sent = {"edits": [one]}
        url = f"/api/editions/{draft.pk}/placements"
        refused = client.post(url, sent, content_type="application/json")
        assert refused.status_code == 422
        found.append([one["field"] for one in refused.json()["refused"]])
    assert sorted(found[0]) == ["detail_sites", "lead", "rationale", "source_page"]
    assert found[1] == ["integration", "detail_sites"]
