"""The life of an edition: who may move it, what is refused and why, what the seal holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.http import Http404

from maillage.kernel.models import Event, verify
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes import actions
from maillage.schemes.engine import canonical
from maillage.schemes.engine.checks import check
from maillage.schemes.engine.document import EditionFile, PlacementDoc
from maillage.schemes.models import Edition, Milestone, Placement, SealedContent, Section
from maillage.schemes.queries import document_of, edition_visible_to, editions_visible_to, file_of
from maillage.sheets.findings import Unreadable
from tests.builders import load, small_document


def adopt(edition: Edition) -> Edition:
    actions.propose_edition(edition, actor=INSTALLATION)
    return actions.adopt_edition(
        edition, actor=INSTALLATION, body="Assemblée", on=dt.date(2026, 1, 2), act="2026-1"
    )


def test_import_then_export_gives_the_document_back(draft: Edition) -> None:
    assert canonical.dumps_content(document_of(draft)) == canonical.dumps_content(small_document())


@pytest.mark.parametrize("status", ["draft", "adopted"])
def test_export_import_export_is_byte_identical(db: None, status: str) -> None:
    edition = load(small_document(), adopted=status == "adopted")
    first = canonical.dumps_file(file_of(edition))
    again = canonical.loads_file(first)
    assert canonical.dumps_file(again) == first
    assert canonical.verify(first).ok is (status == "adopted")


def test_importing_twice_changes_nothing(draft: Edition) -> None:
    events = Event.objects.count()
    assert load(small_document()) == draft
    assert Event.objects.count() == events


def test_the_page_says_that_an_edition_taken_in_twice_is_already_there(
    adopted: Edition, people: Any
) -> None:
    client = people(adopted).administrator.client
    for number, said in ((1, "L’édition est déjà là"), (7, "L’édition est importée.")):
        document = replace(document_of(adopted), number=number)
        data = canonical.dumps_file(file_of(adopted) if number == 1 else EditionFile(document))
        file = SimpleUploadedFile("edition.json", data)
        page = client.post("/importer/", {"file": file}, follow=True).content.decode()
        assert said in page and ("importée." in page) == (number == 7)


def test_another_content_under_the_same_number_is_refused(draft: Edition) -> None:
    with pytest.raises(Unreadable, match="existe déjà"):
        load(small_document(title="Autre titre"))


def test_a_draft_is_proposed_then_adopted_then_superseded(draft: Edition) -> None:
    sealed = adopt(draft)
    assert sealed.status == "adopted"
    assert sealed.seal == canonical.seal(document_of(sealed))
    following = actions.draft_next_edition(sealed, actor=INSTALLATION)
    assert following.number == 2
    before, after = document_of(sealed), document_of(following)
    assert after.placements == before.placements
    adopt(following)
    sealed.refresh_from_db()
    assert sealed.status == "superseded"


REFUSALS = [
    ("adopt_edition", {"body": "A", "on": dt.date(2026, 1, 1), "act": "1"}, "Proposée"),
    ("withdraw_edition", {}, "Proposée"),
]


@pytest.mark.parametrize(("verb", "arguments", "reason"), REFUSALS)
def test_verbs_out_of_turn_say_why(draft: Edition, verb: str, arguments: dict, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        getattr(actions, verb)(draft, actor=INSTALLATION, **arguments)


ADOPTIONS = [
    ({"body": "", "on": dt.date(2026, 1, 1), "act": "1"}, "instance"),
    ({"body": "A", "on": None, "act": "1"}, "date"),
    ({"body": "A", "on": dt.date(2026, 1, 1), "act": " "}, "numéro"),
    ({"body": "A", "on": dt.date(2999, 1, 1), "act": "1"}, "avenir"),
]


@pytest.mark.parametrize(("arguments", "reason"), ADOPTIONS)
def test_an_adoption_cites_body_date_and_act(draft: Edition, arguments: dict, reason: str) -> None:
    actions.propose_edition(draft, actor=INSTALLATION)
    with pytest.raises(Refusal, match=reason):
        actions.adopt_edition(draft, actor=INSTALLATION, **arguments)
    draft.refresh_from_db()
    assert draft.status == "proposed"


def test_an_edition_breaking_a_rule_is_not_proposed(db: None) -> None:
    broken = PlacementDoc("paie", "2024", mode="I", lead="nord", integration="infra_regional")
    edition = load(small_document(placements=(broken,)))
    with pytest.raises(Refusal, match="personnel"):
        actions.propose_edition(edition, actor=INSTALLATION)


def test_an_edition_its_booklet_could_not_print_is_not_proposed(draft: Edition, people) -> None:
    client = people(draft).administrator.client
    draft.sections.filter(code="preambule").update(body="Bienvenue 😀")
    with pytest.raises(Refusal, match="«\u00a0😀\u00a0» ne s’imprime pas") as refused:
        actions.propose_edition(draft, actor=INSTALLATION)
    assert refused.value.denied.status == 422
    told = {
        to_propose: [v.severity for v in check(document_of(draft), to_propose=to_propose)]
        for to_propose in (True, False)
    }
    assert ("error" in told[True], "error" in told[False]) == (True, False)
    answer = client.get(f"/api/editions/{draft.pk}/checks").json()["violations"]
    assert ("undrawn", "error") in [(v["code"], v["severity"]) for v in answer]
    draft.sections.filter(code="preambule").update(body="Bienvenue")
    assert actions.propose_edition(draft, actor=INSTALLATION).status == "proposed"


@pytest.mark.parametrize("role", ["nord", "finances", "reader", "stranger", "anonymous"])
def test_only_an_administrator_moves_an_edition(draft: Edition, people, role: str) -> None:
    actor = getattr(people(draft), role).actor
    for verb in (actions.propose_edition, actions.delete_edition, actions.draft_next_edition):
        with pytest.raises(Refusal, match="administrateur"):
            verb(draft, actor=actor)
    assert not Event.objects.filter(actor=actor.identity or "none").exists()


WRITES = [
    lambda e: Placement.objects.filter(edition=e).update(mode="A"),
    lambda e: Placement.objects.filter(edition=e).delete(),
    lambda e: Milestone.objects.filter(edition=e).update(label="autre"),
    lambda e: Section.objects.filter(edition=e).delete(),
    lambda e: Edition.objects.filter(pk=e.pk).update(title="autre"),
    lambda e: Edition.objects.filter(pk=e.pk).update(status="draft", seal=""),
    lambda e: Edition.objects.filter(pk=e.pk).delete(),
    lambda e: SealedContent.objects.filter(pk=e.pk).update(content=b"{}"),
    lambda e: Milestone.objects.create(
        edition=e, code="x", label="x", date=dt.date(2030, 1, 1), nature="status"
    ),
]


@pytest.mark.parametrize("write", WRITES)
def test_the_database_itself_refuses_to_change_an_adopted_edition(adopted: Edition, write) -> None:
    before = canonical.dumps_file(file_of(adopted))
    with pytest.raises(DatabaseError), transaction.atomic():
        write(adopted)
    adopted = Edition.objects.get(pk=adopted.pk)
    assert canonical.dumps_file(file_of(adopted)) == before


def test_renaming_a_chamber_leaves_what_was_adopted_as_it_was(adopted: Edition) -> None:
    adopted.scheme.network.entities.filter(code="nord").update(name="Autre nom")
    assert canonical.seal(document_of(adopted)) == adopted.seal


def test_the_journal_is_chained_and_a_tampered_row_is_found(draft: Edition) -> None:
    chain = draft.chain
    actions.propose_edition(draft, actor=INSTALLATION)
    held, fault = verify(chain)
    assert (held, fault) == (2, None)
    from django.db import connection

    with connection.cursor() as cursor:
        name = "event_no_update"
        on = " ON kernel_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute("UPDATE kernel_event SET actor = 'user:999' WHERE sequence = 1")
    held, fault = verify(chain)
    assert held == 0
    assert fault is not None
    assert fault.sequence == 1


def test_the_journal_refuses_to_be_rewritten(draft: Edition) -> None:
    for write in (
        lambda: Event.objects.update(actor="x"),
        lambda: Event.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def _alike(people, edition: Edition) -> None:
    """One edition asked for alone is seen by those who see it among all."""
    for who in vars(people).values():
        alone = edition_visible_to(who.actor, edition.pk)
        assert (alone == edition) is (edition in editions_visible_to(who.actor))


def test_who_sees_what(draft: Edition, people) -> None:
    someone = people(draft)
    for name in ("installation", "administrator", "nord", "finances", "reader"):
        assert draft in editions_visible_to(getattr(someone, name).actor)
    for name in ("stranger", "anonymous"):
        assert draft not in editions_visible_to(getattr(someone, name).actor)
    _alike(someone, draft)
    adopt(draft)
    _alike(someone, draft)
    assert draft in editions_visible_to(someone.anonymous.actor)


def test_one_network_does_not_see_the_drafts_of_another(draft: Edition, people) -> None:
    other = load(small_document("voisin"))
    someone = people(draft)
    assert other not in editions_visible_to(someone.administrator.actor)
    with pytest.raises(Http404):
        visible = editions_visible_to(someone.administrator.actor).filter(pk=other.pk)
        actions.propose_edition(visible, actor=someone.administrator.actor)


def test_a_deleted_draft_leaves_its_trace(draft: Edition) -> None:
    network = draft.scheme.network
    actions.delete_edition(draft, actor=INSTALLATION)
    assert not Edition.objects.exists()
    last = Event.objects.filter(chain=network.chain).last()
    assert last.verb == "schemes.edition.deleted"
    assert last.diff["title"] == "Première édition"


def test_a_file_of_an_unknown_network_wants_an_administrator_of_the_installation(
    draft: Edition, people
) -> None:
    actor = people(draft).administrator.actor
    with pytest.raises(Refusal, match="installation"):
        actions.import_edition(None, EditionFile(small_document("nouveau")), actor=actor)


def test_what_keeps_from_proposing_and_what_is_not_filled_is_said_before_the_act(
    draft: Edition, people: Any
) -> None:
    client = people(draft).administrator.client
    act = client.get(f"/editions/{draft.pk}/proposer/").content.decode()
    assert "Non renseignées" in act
    assert "Cet acte n’est pas possible" not in act
    draft.sections.filter(code="preambule").update(body="Bienvenue 😀")
    sheet = client.get(f"/editions/{draft.pk}/fiche/").content.decode()
    assert "1 règle n’est pas respectée" in sheet.replace("\u00a0", " ")
    act = client.get(f"/editions/{draft.pk}/proposer/").content.decode()
    assert "Cet acte n’est pas possible" in act
    assert "ne s’imprime pas" in act


def test_an_adoption_names_the_edition_it_replaces_if_there_is_one(
    draft: Edition, people: Any
) -> None:
    actions.propose_edition(draft, actor=INSTALLATION)
    client = people(draft).administrator.client
    assert (
        "ne sera plus en vigueur"
        not in client.get(f"/editions/{draft.pk}/adopter/").content.decode()
    )
