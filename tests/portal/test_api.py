"""The API: same rules, same refusals as the pages, in problem+json."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from maillage.kernel.models import Event
from maillage.portal.api import api
from maillage.schemes.engine import canonical
from maillage.schemes.models import Placement
from maillage.schemes.queries import file_of
from tests.builders import load, small_document


def versions(edition):
    """What GET gives: the version of each cell that exists."""
    rows = edition.placements.values_list(
        "process__code", "milestone__code", "entity__code", "version"
    )
    return {(process, date, entity or ""): version for process, date, entity, version in rows}


def post(client, edition, *edits, read=True):
    """POST the edits, each with the version at which its cell was read, but if not `read`."""
    held = versions(edition) if read else {}
    edits = tuple(
        {"expected": held[key]} | one
        if (key := (one["process"], one["milestone"], one["entity"])) in held
        else one
        for one in edits
    )
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


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mode": "A", "integration": "regional"}, "integration"),
        ({"mode": "A", "details": {"sites": "Laval"}}, "detail_sites"),
        ({"mode": "C", "details": {"purpose": "Un but", "frame": "Un cadre"}}, "detail_frame"),
        ({"mode": "A", "complementary": "AC"}, "complementary"),
        ({"mode": "?", "complementary": "C"}, "complementary"),
        ({"mode": "?", "provenance": "stated"}, "provenance"),
        ({"mode": "-", "lead": "nord"}, "lead"),
        ({"mode": "-", "served": ["nord"]}, "served"),
        ({"integration": "regional"}, "integration"),
    ],
)
def test_a_value_that_its_modes_do_not_take_is_refused_at_its_field(
    draft, people, changes, field
) -> None:
    """Never answered as done and dropped; one they take is kept."""
    client = people(draft).administrator.client
    answer = post(client, draft, edit(process="formation", milestone="2024", **changes))
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["refused"]] == [field]
    assert not draft.placements.filter(process__code="formation", milestone__code="2024").exists()
    fits = {"mode": "A", "complementary": "I", "integration": "regional"}
    kept = post(client, draft, edit(process="formation", milestone="2024", **fits))
    assert kept.status_code == 200
    assert draft.placements.get(process__code="formation", milestone__code="2024").integration


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


UNREAD = [
    edit(mode="H"),
    {"process": "achats", "milestone": "2022", "entity": "", "changes": None},
    edit(mode="H") | {"expected": None},
]


@pytest.mark.parametrize("given", UNREAD, ids=["changed", "removed", "a null version"])
def test_a_cell_that_exists_is_not_written_without_the_version_read(draft, people, given) -> None:
    before = list(Placement.objects.order_by("pk").values())
    beside = edit(process="formation", milestone="2024", entity="nord", mode="C")
    answer = post(people(draft).administrator.client, draft, beside, given, read=False)
    assert answer.status_code == 428
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["detail"].startswith("Dire par «\u00a0expected\u00a0»")
    assert [(cell["process"], cell["milestone"]) for cell in told["refused"]] == [
        ("achats", "2022")
    ]
    assert list(Placement.objects.order_by("pk").values()) == before
    assert not Event.objects.filter(verb="schemes.placement.placed").exists()


@pytest.mark.parametrize("expected", [None, 0])
def test_a_new_cell_needs_no_version(draft, people, expected) -> None:
    given = edit("formation", "2024", "nord", expected, mode="C")
    assert post(people(draft).administrator.client, draft, given).json()["changed"] == 1


def test_what_is_read_is_what_may_be_given_back(draft, people) -> None:
    client = people(draft).administrator.client
    read = client.get(f"/api/editions/{draft.pk}/placements").json()
    given = {(c["process"], c["milestone"], c["entity"]): c["version"] for c in read}
    assert given == versions(draft) and all(given.values())
    cell = next(c for c in read if (c["process"], c["milestone"]) == ("achats", "2022"))
    change = edit(expected=cell["version"], mode="H")
    written = post(client, draft, change, read=False).json()["versions"]["achats|2022|"]
    again = client.get(f"/api/editions/{draft.pk}/placements?milestone=2022").json()
    assert written in [c["version"] for c in again]
    assert post(client, draft, change, read=False).status_code == 409


UNKNOWN = [
    ("placements?function=nope", "function", "finances"),
    ("placements?milestone=1999", "milestone", "2022"),
    ("placements?fonction=finances", "fonction", "function, milestone"),
    ("chambers/sud?since=1999", "since", "2022"),
    ("chambers/sud?until=1999", "until", "2022"),
]


@pytest.mark.parametrize(("tail", "asked", "known"), UNKNOWN)
def test_a_filter_that_is_unknown_is_refused_with_those_known(
    adopted, client, tail: str, asked: str, known: str
) -> None:
    answer = client.get(f"/api/editions/{adopted.pk}/{tail}")
    assert answer.status_code == 422
    assert asked in answer.json()["detail"] and known in answer.json()["detail"]


SHAPES = [
    ({"process": "achats"}, "milestone", "Champ obligatoire."),
    (edit(mode="H") | {"leed": "nord"}, "leed", "Champ inconnu."),
    (edit(mode="H") | {"expected": "hier"}, "expected", "Un nombre entier est attendu."),
    (edit(mode="H") | {"expected": -1}, "expected", "Trop petit\u00a0: 0 au moins."),
    (edit("x" * 81, mode="H"), "process", "Texte trop long\u00a0: 80 caractères au plus."),
    (edit(mode="H") | {"answers": {"lead": "oui"}}, "lead",
     "Valeur inconnue. Valeurs connues\u00a0: garder, effacer."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "where", "what"), SHAPES)
def test_a_fault_of_shape_is_told_in_french(draft, people, given, where: str, what: str) -> None:
    answer = people(draft).administrator.client.post(
        f"/api/editions/{draft.pk}/placements", {"edits": [given]}, content_type="application/json"
    )
    assert answer.status_code == 422
    faults = {one["where"].split(".")[-1]: one["what"] for one in answer.json()["faults"]}
    assert faults[where] == what


def test_a_write_without_the_token_of_its_session_says_so(draft, people) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people(draft).administrator.user)
    answer = post(client, draft, edit(mode="H"))
    assert answer.status_code == 403 and "jeton" in answer.json()["detail"]


OBSERVED = {"process": "achats", "on": "2024-03-01", "mode": "A", "observer": "Le siège"}
TAKEN = [
    ("networks/essai/observations", {"observations": [OBSERVED | {"leed": "nord"}]}),
    ("networks/essai/observations", {"observations": [OBSERVED], "sure": True}),
    ("observations/nulle-part/withdrawal", {"reason": "Erreur", "quand": "hier"}),
]


@pytest.mark.parametrize(("tail", "body"), TAKEN)
def test_an_observation_takes_no_unknown_field(draft, people, tail: str, body: dict) -> None:
    client = people(draft).administrator.client
    answer = client.post(f"/api/{tail}", body, content_type="application/json")
    assert answer.status_code == 422
    assert [one["what"] for one in answer.json()["faults"]] == ["Champ inconnu."]


def test_observations_take_no_unknown_filter(draft, people) -> None:
    client = people(draft).administrator.client
    for asked in ("quand=hier", "as_of=hier"):
        answer = client.get(f"/api/networks/essai/observations?{asked}")
        assert answer.status_code == 422
