"""Correct a draft's title and milestones: added, corrected, removed; nothing lost unasked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import (
    held_frame,
    milestones_of,
    propose_edition,
    revise_milestones,
)
from maillage.schemes.engine.frame_merge import NAMES
from maillage.schemes.models import Edition, Placement


def revise(edition: Edition, milestones: list[dict[str, Any]], **more: Any) -> Edition:
    given = {"title": edition.title, "milestones": milestones, "actor": INSTALLATION} | more
    return revise_milestones(edition, **given)


def cells(edition: Edition) -> dict[str, int]:
    rows = Placement.objects.filter(edition=edition).values_list("milestone__code", flat=True)
    return {code: list(rows).count(code) for code in set(rows)}


NEW = {"code": "2030", "label": "2030", "date": dt.date(2030, 1, 1), "nature": "projection"}


def test_a_milestone_is_added_and_the_others_keep_their_cells(draft: Edition) -> None:
    before = cells(draft)
    revise(draft, [*milestones_of(draft), NEW], title="Titre revu")
    draft.refresh_from_db()
    assert draft.title == "Titre revu"
    assert draft.milestones.count() == 4
    assert cells(draft) == before
    event = Event.objects.filter(chain=draft.chain).last()
    assert event is not None
    assert event.verb == "schemes.edition.revised"
    assert event.diff["title"] == ["Première édition", "Titre revu"]
    was, now = event.diff["milestones"]
    assert set(now) - set(was) == {"2030"}


def test_every_field_is_corrected_and_the_cells_stay(draft: Edition) -> None:
    first, *rest = milestones_of(draft)
    changed = {
        **{"was": "2022", "code": "2021", "label": "Fin 2021"},
        **{"date": dt.date(2021, 12, 31), "nature": "status"},
    }
    revise(draft, [changed, *rest])
    kept = {k: v for k, v in changed.items() if k != "was"}
    assert milestones_of(draft)[0] == kept | {"precision": "day"}
    assert cells(draft)["2021"] == 2
    assert first["code"] == "2022"


def test_two_milestones_take_each_other_s_code_and_date(draft: Edition) -> None:
    first, second, third = milestones_of(draft)
    before = cells(draft)
    swapped = [
        {**first, "was": "2022", "code": "2024", "date": second["date"]},
        {**second, "was": "2024", "code": "2022", "date": first["date"]},
        third,
    ]
    revise(draft, swapped)
    after = cells(draft)
    assert (after["2022"], after["2024"]) == (before["2024"], before["2022"])


def test_the_same_frame_again_writes_nothing(draft: Edition) -> None:
    events = Event.objects.count()
    revise(draft, milestones_of(draft), seen=held_frame(draft).stamp)
    assert Event.objects.count() == events


def test_cells_are_lost_only_once_their_number_is_agreed_to(draft: Edition) -> None:
    kept = milestones_of(draft)[:1]
    before = cells(draft)
    for losing in (0, 2, 99):
        with pytest.raises(Refusal, match="supprimerait 3 cellules") as refused:
            revise(draft, kept, losing=losing)
        assert refused.value.denied.status == 409
        assert refused.value.details["lost"] == {"2024": 2, "2027": 1}
        assert cells(draft) == before
    revise(draft, kept, losing=3)
    assert cells(draft) == {"2022": 2}
    event = Event.objects.filter(chain=draft.chain).last()
    assert event is not None
    assert event.diff["lost"] == {"2024": 2, "2027": 1}


def test_a_milestone_without_cell_goes_unasked(draft: Edition) -> None:
    revise(draft, [*milestones_of(draft), NEW])
    revise(draft, milestones_of(draft)[:3])
    assert draft.milestones.count() == 3


def test_a_frame_changed_since_it_was_read_is_not_overwritten(draft: Edition) -> None:
    read = held_frame(draft).stamp
    stored = milestones_of(draft)
    revise(draft, [*stored, NEW], seen=read)
    with pytest.raises(Refusal, match="Une autre personne a modifié") as refused:
        revise(draft, stored, title="Perdu", seen=read)
    assert refused.value.denied.status == 409
    assert draft.milestones.count() == 4


def _typed(form: Any, **more: Any) -> dict[str, Any]:
    """What the page of the frame would send, as it stands."""
    sent = {"seen": form["seen"], "lu": form["was_read"]}
    for rank, row in enumerate(form["rows"].forms):
        sent |= {f"jalons-{rank}-{n}": str(row[n].value() or "") for n in ("was", *NAMES)}
    sent |= {"jalons-TOTAL_FORMS": len(form["rows"].forms), "jalons-INITIAL_FORMS": 0}
    return sent | {"edition_title": form["form"]["edition_title"].value()} | more


@pytest.mark.parametrize(
    ("answer", "title"), [("mien", "Le mien"), ("leur", "Le leur"), ("", "Le leur")]
)
def test_what_two_people_wrote_is_put_together_field_by_field(
    draft: Edition, people: Any, answer: str, title: str
) -> None:
    made = people(draft)
    client, here = made.administrator.client, f"/editions/{draft.pk}/cadre/"
    page = client.get(here)
    assert "Ma saisie" not in page.content.decode()
    first, *rest = milestones_of(draft)
    theirs = [{**first, "was": first["code"], "label": "Libellé revu"}, *rest]
    revise(draft, theirs, title="Le leur", actor=made.administrator.actor)
    mine = _typed(page.context, edition_title="Le mien", **{"jalons-1-label": "Le mien aussi"})
    late = client.post(here, mine)
    told = late.content.decode()
    assert late.status_code == 409 and "modifiés par vous, dans un autre onglet" in told
    assert "Enregistré\u00a0: Le leur" in told.replace("&nbsp;", "\u00a0")
    assert told.count('name="a-choisir"') == 1
    again = _typed(late.context, **{"a-choisir": ":title", "choix-:title": answer})
    assert client.post(here, again).status_code == 302
    draft.refresh_from_db()
    labels = [m["label"] for m in milestones_of(draft)]
    assert (draft.title, labels[:2]) == (title, ["Libellé revu", "Le mien aussi"])


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"code": "Été"}, "code", "minuscules sans accent"),
    ({"label": " "}, "label", "Jalon 4. Libellé\u00a0: un texte est attendu"),
    ({"date": dt.date(2027, 1, 1)}, "date", "c’est déjà celle du jalon 3"),
    ({"code": "2027"}, "code", "c’est déjà celui du jalon 3"),
    ({"nature": "autre"}, "nature", "Nature «\u00a0autre\u00a0»"),
]


@pytest.mark.parametrize(("changes", "field", "reason"), FAULTS)
def test_what_does_not_hold_is_refused_in_its_place(
    draft: Edition, changes: dict[str, Any], field: str, reason: str
) -> None:
    events = Event.objects.count()
    with pytest.raises(Refusal, match=reason) as refused:
        revise(draft, [*milestones_of(draft), {**NEW, **changes}])
    assert refused.value.denied.status == 422
    fault = refused.value.details["faults"][0]
    assert (fault["row"], fault["field"]) == (3, field)
    assert draft.milestones.count() == 3
    assert Event.objects.count() == events


def test_a_code_that_came_from_a_file_is_kept_as_it_was(draft: Edition) -> None:
    draft.milestones.filter(code="2022").update(code="Etat_2022")
    revise(draft, [*milestones_of(draft), NEW])
    assert draft.milestones.filter(code="Etat_2022").exists()


def test_an_edition_keeps_one_milestone_at_least(draft: Edition) -> None:
    with pytest.raises(Refusal, match="au moins un"):
        revise(draft, [], losing=sum(cells(draft).values()))


def test_a_proposed_edition_is_not_revised(draft: Edition) -> None:
    propose_edition(draft, actor=INSTALLATION)
    with pytest.raises(Refusal, match="remettre en brouillon") as refused:
        revise(draft, milestones_of(draft))
    assert refused.value.denied.status == 409


@pytest.mark.parametrize("name", ["nord", "finances", "reader", "stranger"])
def test_only_an_administrator_revises(draft: Edition, people: Any, name: str) -> None:
    actor = getattr(people(draft), name).actor
    with pytest.raises(Refusal):
        revise(draft, milestones_of(draft), actor=actor)
