"""The API: same rules, same refusals as the pages, in problem+json."""

from __future__ import annotations

import json

import pytest

from maillage.kernel.models import Event
from maillage.portal.api import api
from maillage.schemes.engine import canonical
from maillage.schemes.models import Placement
from maillage.schemes.queries import file_of
from tests.builders import load, small_document


def post(client, edition, *edits):
    return client.post(
        f"/api/editions/{edition.pk}/placements",
        data=json.dumps({"edits": list(edits)}),
        content_type="application/json",
    )


def edit(process="achats", milestone="2022", entity="", expected=None, **changes):
    given = {"process": process, "milestone": milestone, "entity": entity, "changes": changes}
    return given | ({"expected": expected} if expected is not None else {})


def test_the_file_is_the_canonical_one_byte_for_byte(adopted, client) -> None:
    answer = client.get(f"/api/editions/{adopted.pk}/file")
    assert answer.content == canonical.dumps_file(file_of(adopted))


def test_what_is_read_without_signing_in_is_what_is_adopted(adopted, client) -> None:
    load(small_document("autre"))
    listed = client.get("/api/editions").json()
    assert [row["id"] for row in listed] == [adopted.pk]
    assert [row["code"] for row in client.get("/api/networks").json()] == ["essai"]


@pytest.mark.parametrize("tail", ["", "/file", "/placements", "/checks"])
def test_a_draft_is_not_found_by_a_stranger(draft, people, tail: str) -> None:
    someone = people(draft)
    for who in (someone.stranger, someone.anonymous):
        answer = who.client.get(f"/api/editions/{draft.pk}{tail}")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert someone.reader.client.get(f"/api/editions/{draft.pk}{tail}").status_code == 200


WRITERS = [
    ("administrator", edit(mode="H"), 200),
    ("finances", edit(mode="H"), 200),
    ("finances", edit(process="paie", mode="H"), 403),
    ("finances", edit(entity="sud", mode="H"), 200),
    ("nord", edit(entity="nord", mode="H"), 200),
    ("nord", edit(process="paie", entity="nord", mode="H"), 200),
    ("nord", edit(entity="sud", mode="H"), 403),
    ("nord", edit(mode="H"), 403),
    ("reader", edit(mode="H"), 403),
    ("stranger", edit(mode="H"), 404),
    ("anonymous", edit(mode="H"), 401),
]


@pytest.mark.parametrize(("who", "given", "status"), WRITERS)
def test_who_may_set_which_cell(draft, people, who: str, given: dict, status: int) -> None:
    before = list(Placement.objects.order_by("pk").values())
    answer = post(getattr(people(draft), who).client, draft, given)
    assert answer.status_code == status, answer.content
    if status != 200:
        assert list(Placement.objects.order_by("pk").values()) == before
    else:
        assert answer.json()["changed"] == 1
        assert Event.objects.filter(verb="schemes.placement.placed").count() == 1


FAULTS = [
    (edit(process="inconnu", mode="A"), "macro-processus"),
    (edit(milestone="1999", mode="A"), "jalon"),
    (edit(entity="nulle-part", mode="A"), "entité"),
    (edit(mode="Z"), "Mode"),
    (edit(lead="nulle-part"), "entité"),
    (edit(integration="ailleurs"), "Option"),
    (edit(rationale="x" * 5000), "trop long"),
    (edit(couleur="rouge"), "Champ inconnu"),
]


@pytest.mark.parametrize(("given", "words"), FAULTS)
def test_what_does_not_hold_is_refused_in_words(draft, people, given: dict, words: str) -> None:
    answer = post(people(draft).administrator.client, draft, given)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_a_cell_changed_since_it_was_read_is_a_conflict(draft, people) -> None:
    someone = people(draft)
    version = Placement.objects.get(process__code="achats", milestone__code="2022").version
    first = post(someone.finances.client, draft, edit(expected=version, mode="H"))
    assert first.status_code == 200
    second = post(someone.administrator.client, draft, edit(expected=version, mode="C"))
    assert second.status_code == 409
    conflict = second.json()["conflicts"][0]
    assert conflict["mode"] == "H"
    assert conflict["version"] == first.json()["versions"]["achats|2022|"]
    assert Placement.objects.get(process__code="achats", milestone__code="2022").mode == "H"


def test_one_refused_cell_refuses_them_all(draft, people) -> None:
    answer = post(
        people(draft).nord.client,
        draft,
        edit(entity="nord", mode="H"),
        edit(entity="sud", mode="H"),
    )
    assert answer.status_code == 403
    assert not Placement.objects.filter(entity__code="nord").exists()


def test_an_adopted_edition_is_not_written(adopted, people) -> None:
    answer = post(people(adopted).administrator.client, adopted, edit(mode="H"))
    assert answer.status_code == 409
    assert "adoptée" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["", "{", "[]", '{"edits": []}', '{"edits": [{"process": 1}]}'])
def test_a_malformed_body_is_said_malformed(draft, people, body: str) -> None:
    answer = people(draft).administrator.client.post(
        f"/api/editions/{draft.pk}/placements", data=body, content_type="application/json"
    )
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_the_schema_is_openapi_3_1_and_declares_its_refusals() -> None:
    schema = api.get_openapi_schema()
    assert schema["openapi"].startswith("3.1")
    write = schema["paths"]["/api/editions/{edition}/placements"]["post"]["responses"]
    assert {200, 401, 403, 404, 409, 422} <= set(write)


def test_coverage_counts_the_cells_only_a_chamber_states(draft, people) -> None:
    administrator = people(draft).administrator.client
    address = f"/api/editions/{draft.pk}/checks"
    counted = {"known": 3, "not_applicable": 1, "unknown": 8, "partial": 0}
    counted |= {"answered": 4, "all": 12}
    assert administrator.get(address).json()["coverage"] == counted
    given = edit(process="formation", milestone="2024", entity="nord", mode="C")
    assert post(administrator, draft, given).status_code == 200
    assert administrator.get(address).json()["coverage"] == counted | {"partial": 1}


def test_comparing_two_editions(adopted, people, client) -> None:
    from maillage.people.actors import INSTALLATION
    from maillage.schemes import actions

    following = actions.draft_next_edition(adopted, actor=INSTALLATION)
    someone = people(adopted).administrator
    assert post(someone.client, following, edit(mode="H")).status_code == 200
    found = someone.client.get(f"/api/editions/{following.pk}/compare/{adopted.pk}").json()
    (change,) = found["changes"]
    assert (change["kind"], change["kinds"]) == ("mode", ["mode"])
    assert [(f["label"], f["before"], f["after"]) for f in change["fields"]] == [
        ("Mode", "Autonomie", "Harmonisation")
    ]
    assert found["changes"][0]["before"] == "A"


def test_a_change_of_mode_says_what_it_leaves_and_takes_the_answers(draft, people) -> None:
    client = people(draft).administrator.client
    asked = post(client, draft, edit(milestone="2024", mode="I")).json()["asked"]
    assert asked == {"achats|2024|": ["complementary", "lead", "served", "source"]}
    answers = dict.fromkeys(("lead", "complementary", "served"), "effacer") | {"source": "garder"}
    back = edit(milestone="2024", mode="M") | {"answers": answers}
    answer = post(client, draft, back).json()
    assert answer["changed"] == 1 and answer["asked"] == {}
    cell = Placement.objects.get(process__code="achats", milestone__code="2024", entity=None)
    assert (cell.mode, cell.lead, cell.complementary, cell.served) == ("M", None, "", [])
    assert (cell.source_page, cell.source_mode) == ("p. 2", "")
    wrong = edit(milestone="2024", mode="I") | {"answers": {"lead": "oui"}}
    assert post(client, draft, wrong).status_code == 422


@pytest.mark.parametrize(
    "edit",
    [{}, {"mode": "C", "lead": "nord"}, {"changes": {"mode": "C"}, "leed": "nord"}],
    ids=["nothing", "fields beside", "an unknown field"],
)
def test_an_edit_that_does_not_say_what_it_changes_removes_nothing(draft, people, edit) -> None:
    held = draft.placements.select_related("process", "milestone").filter(entity=None).first()
    assert held is not None
    place = {"process": held.process.code, "milestone": held.milestone.code}
    answer = people(draft).administrator.client.post(
        f"/api/editions/{draft.pk}/placements",
        data={"edits": [place | edit]},
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert draft.placements.filter(pk=held.pk, version=held.version).exists()
