"""The acts of a budget: who may, what is refused and why, what the journal keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from maillage.costing.actions.axes import save_axis
from maillage.costing.models import Budget, BudgetAxis, BudgetLine
from maillage.costing.queries.budgets import amounts_of, budgets_visible_to, last_voted
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import (
    LineEdit,
    Start,
    approve_budget,
    carry_personnel,
    delete_budget,
    edits_of_jobs,
    enter_amounts,
    open_budget,
    refuse_budget,
    revise_budget,
    save_personnel,
    send_budget,
    vote_budget,
)
from maillage.workspaces.finance.engine.budget_table import MOST_LINES
from maillage.workspaces.finance.engine.personnel import Jobs
from maillage.workspaces.finance.models import PersonnelLine
from maillage.workspaces.finance.queries.budgets import jobs_of
from tests.builders import EVERYONE, NORD_KEEPERS
from tests.workspaces.finance.budget_world import LINES, approved, axis, budget, entity, vote, voted

D = dt.date
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _november() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


Act = Callable[[Network, Any], Any]


def _open(network: Network, actor: Any) -> Any:
    return open_budget(
        network, actor=actor, entity=entity(network, "nord"), year=2027, kind="initial"
    )


ACTS: dict[str, Act] = {
    "finance.budget.opened": _open,
    "finance.line.entered": lambda n, a: enter_amounts(
        budget(n), [LineEdit("611", "", {1: 5})], actor=a
    ),
    "finance.personnel.saved": lambda n, a: save_personnel(
        budget(n), [Jobs("Conseil", "", 100, 1, 1)], actor=a
    ),
    "finance.personnel.carried": lambda n, a: carry_personnel(
        budget(n), [Jobs("Conseil", "", 100, 300_000, 1)], actor=a
    ),
    "finance.budget.voted": lambda n, a: vote_budget(
        budget(n), actor=a, body="AG", on=D(2025, 11, 20), act="1"
    ),
    "finance.budget.sent": lambda n, a: send_budget(voted(n), actor=a, on=D(2025, 12, 1)),
    "finance.budget.revised": lambda n, a: revise_budget(voted(n), actor=a),
    "finance.budget.deleted": lambda n, a: delete_budget(budget(n), actor=a),
}


@pytest.mark.parametrize("actor", EVERYONE)
@pytest.mark.parametrize("event", sorted(ACTS))
def test_who_keeps_the_budgets_of_a_chamber(
    network: Network, who: SimpleNamespace, event: str, actor: str
) -> None:
    acting = getattr(who, actor).actor
    if actor in NORD_KEEPERS:
        ACTS[event](network, acting)
        last = Event.objects.filter(chain=network.chain).latest("sequence")
        assert (last.verb, last.actor) == (event, acting.identity)
        return
    with pytest.raises(Refusal, match="mandat de rédacteur de cette chambre") as refused:
        ACTS[event](network, acting)
    assert refused.value.denied.status == 403


def test_the_editor_of_a_chamber_keeps_no_other(network: Network, who: SimpleNamespace) -> None:
    south = budget(network, "sud")
    with pytest.raises(Refusal, match="rédacteur de cette chambre"):
        enter_amounts(south, [LineEdit("611", "", {1: 5})], actor=who.nord.actor)


def test_nobody_outside_knows_of_a_budget(network: Network, who: SimpleNamespace) -> None:
    budget(network)
    assert not budgets_visible_to(who.anonymous.actor).exists()
    assert not budgets_visible_to(who.stranger.actor).exists()
    assert budgets_visible_to(who.reader.actor).count() == 1
    with pytest.raises(Http404):
        enter_amounts(budgets_visible_to(who.stranger.actor), [], actor=who.stranger.actor)


# Opening


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"year": 2015}, 422, "une année de 2016 à 2031"),
        ({"year": 2032}, 422, "une année de 2016 à 2031"),
        ({"year": 2027, "kind": "executed"}, 422, "L’exercice 2027 n’a pas commencé"),
        ({"kind": "revised"}, 422, "se prépare à partir du budget voté"),
        ({"start": "ailleurs"}, 422, "Point de départ inconnu"),
        ({"start": Start.PREVIOUS}, 422, "n’a pas de budget voté pour 2026"),
        ({"start": Start.FALLBACK}, 422, "n’a pas de budget voté pour 2026"),
        ({"start": Start.IN_FORCE}, 422, "n’a pas de budget voté pour 2027"),
        ({"start": Start.REALISED}, 422, "Aucun livre 2027"),
    ],
)
def test_what_opening_refuses(
    network: Network, changes: dict[str, Any], status: int, words: str
) -> None:
    given = {"year": 2027, "kind": "initial"} | changes
    with pytest.raises(Refusal, match=words) as refused:
        open_budget(network, actor=INSTALLATION, entity=entity(network, "nord"), **given)
    assert refused.value.denied.status == status
    assert not Budget.objects.exists()


def test_only_a_chamber_has_a_budget(network: Network) -> None:
    with pytest.raises(Refusal, match="pas une chambre"):
        open_budget(
            network, actor=INSTALLATION, entity=entity(network, "tiers"), year=2027, kind="initial"
        )


def test_a_chamber_has_one_initial_budget_a_year(network: Network) -> None:
    _open(network, INSTALLATION)
    with pytest.raises(Refusal, match="a déjà ce budget") as refused:
        _open(network, INSTALLATION)
    assert refused.value.denied.status == 409


def test_a_budget_opens_from_the_last_voted_or_from_the_fallback(network: Network) -> None:
    source = voted(network, year=2026)
    before = amounts_of([source])[source.pk]
    copied = open_budget(
        network, actor=INSTALLATION, entity=source.entity, year=2027, kind="initial",
        start=Start.PREVIOUS,
    )  # fmt: skip
    assert amounts_of([copied])[copied.pk] == before
    delete_budget(copied, actor=INSTALLATION)
    less = open_budget(
        network, actor=INSTALLATION, entity=source.entity, year=2027, kind="initial",
        start=Start.FALLBACK,
    )  # fmt: skip
    assert sum(amounts_of([less])[less.pk].values()) == sum(before.values()) * 95 // 100
    event = Event.objects.latest("sequence")
    assert event.diff["start"] == "repli"
    assert event.diff["source"] == source.subject


@pytest.mark.parametrize("start", [Start.PREVIOUS, Start.FALLBACK])
def test_a_budget_keeps_the_lines_told_for_zero_of_the_one_it_opens_from(
    network: Network, start: Start
) -> None:
    lines = LINES | {("611", ""): 0}
    source = vote(budget(network, lines=lines), dt.date(2025, 11, 20))
    opened = open_budget(
        network, actor=INSTALLATION, entity=source.entity, year=2027, kind="initial", start=start
    )
    assert not any(opened.lines.get(account="611").months)
    assert opened.lines.count() == source.lines.count()


def test_an_executed_budget_opens_with_the_accounts_in_force(network: Network) -> None:
    source = voted(network, year=2025)
    executed = open_budget(
        network, actor=INSTALLATION, entity=source.entity, year=2025, kind="executed",
        start=Start.IN_FORCE,
    )  # fmt: skip
    assert executed.lines.count() == source.lines.count()
    assert not any(cents for line in executed.lines.all() for cents in line.months)


# Entering


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (LineEdit("401", "", {1: 1}), "classes 6 et 7"),
        (LineEdit("6x", "", {1: 1}), "deux à douze chiffres"),
        (LineEdit("611", "inconnu", {1: 1}), "inconnu du plan analytique"),
        (LineEdit("611", "a\x00", {1: 1}), "inconnu du plan analytique"),
        (LineEdit("611", "", {13: 1}), "de 1 à 12"),
        (LineEdit("611", "", {1: 10**13}), "dix milliards"),
    ],
)
def test_what_entering_refuses(network: Network, edit: LineEdit, words: str) -> None:
    held = budget(network, lines={})
    with pytest.raises(Refusal, match=words) as refused:
        enter_amounts(held, [LineEdit("612", "", {1: 1}), edit], actor=INSTALLATION)
    assert refused.value.denied.status == 422
    assert not held.lines.exists()


def test_entering_adds_changes_and_removes_lines(network: Network) -> None:
    held = budget(network)
    edits = [
        LineEdit("6061", "", {1: 50, 2: -20}),
        LineEdit("6061", "numerique", {}),
        LineEdit("706", "", None),
    ]
    entered = enter_amounts(held, edits, actor=INSTALLATION)
    assert entered.changed == 3  # a line without amount is a change: it shows in the grid
    assert held.lines.get(account="6061", axis=None).months[:3] == [50, -20, 10_000]
    assert not held.lines.filter(account="706").exists()
    assert entered.versions["706", ""] == 0
    diff = Event.objects.latest("sequence").diff
    assert diff["amounts"]["706|"][1] is None


def test_a_budget_holds_what_its_page_can_show(network: Network) -> None:
    held = budget(network, lines={})
    edits = [LineEdit(f"6{n:04d}", "", {1: 1}) for n in range(MOST_LINES + 1)]
    with pytest.raises(Refusal, match="au plus 700 lignes"):
        enter_amounts(held, edits, actor=INSTALLATION)
    assert enter_amounts(held, edits[1:], actor=INSTALLATION).changed == MOST_LINES
    diff = Event.objects.latest("sequence").diff
    assert diff == {"amounts_count": MOST_LINES}


def test_the_same_amounts_change_nothing(network: Network) -> None:
    held = budget(network)
    events = Event.objects.count()
    entered = enter_amounts(held, [LineEdit("6061", "", {1: 10_000})], actor=INSTALLATION)
    assert entered.changed == 0
    assert Event.objects.count() == events


def test_two_people_never_write_over_each_other(network: Network, who: SimpleNamespace) -> None:
    held = budget(network)
    seen = held.lines.get(account="6061").version
    first = enter_amounts(held, [LineEdit("6061", "", {1: 1}, seen)], actor=who.nord.actor)
    assert first.versions["6061", ""] > seen
    with pytest.raises(Refusal, match="par une autre personne") as refused:
        enter_amounts(
            held,
            [LineEdit("6061", "", {1: 2}, seen), LineEdit("641", "numerique", {1: 2})],
            actor=who.finances.actor,
        )
    assert refused.value.denied.status == 409
    conflict = refused.value.details["conflicts"][0]
    assert (conflict["months"][0], conflict["by"]) == (1, who.nord.actor.identity)
    assert held.lines.get(account="641").m01 == 20_000


def test_a_voted_budget_never_changes(network: Network) -> None:
    held = voted(network)
    with pytest.raises(Refusal, match="il ne change plus") as refused:
        enter_amounts(held, [LineEdit("611", "", {1: 1})], actor=INSTALLATION)
    assert refused.value.denied.status == 409
    with pytest.raises(Refusal, match="en préparation peut être supprimé"):
        delete_budget(held, actor=INSTALLATION)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE finance_budgetline SET m01 = 5",
        "DELETE FROM finance_budgetline",
        "UPDATE finance_budget SET status = 'draft', voted_on = NULL",
        "UPDATE finance_budget SET voted_act = 'autre'",
        "DELETE FROM finance_budget",
    ],
)
def test_the_database_itself_keeps_what_was_voted(network: Network, sql: str) -> None:
    voted(network)
    with (
        pytest.raises(DatabaseError, match="ne change plus"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


# Jobs


def test_jobs_are_saved_whole_and_carried_to_the_accounts(network: Network) -> None:
    held = budget(network)
    jobs = [Jobs("Conseil", "", 250, 300_000, 4500), Jobs("Action", "numerique", 100, 1, 0, 2, 3)]
    save_personnel(held, jobs, actor=INSTALLATION)
    assert jobs_of(held) == jobs
    save_personnel(held, jobs[:1], actor=INSTALLATION)
    assert jobs_of(held) == jobs[:1]
    enter_amounts(held, edits_of_jobs(held, jobs_of(held)), actor=INSTALLATION)
    assert held.lines.get(account="645", axis=None).m01 == 337_500


def test_what_saving_jobs_refuses(network: Network) -> None:
    held = budget(network)
    save_personnel(held, [Jobs("Conseil", "", 100, 1, 1)], actor=INSTALLATION)
    with pytest.raises(Refusal, match="libellé"):
        save_personnel(held, [Jobs("", "", 100, 1, 1)], actor=INSTALLATION)
    with pytest.raises(Refusal, match="inconnu"):
        save_personnel(held, [Jobs("A", "ailleurs", 100, 1, 1)], actor=INSTALLATION)
    with pytest.raises(Refusal, match="ont changé depuis") as refused:
        save_personnel(held, [], actor=INSTALLATION, seen="autre")
    assert refused.value.denied.status == 409
    assert PersonnelLine.objects.count() == 1


# Voting, sending, answering


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("initial", {"body": " "}, "instance qui a voté"),
        ("initial", {"act": ""}, "numéro de la délibération"),
        ("initial", {"act": "a\x07"}, "caractère de contrôle"),
        ("initial", {"on": None}, "date du vote"),
        ("initial", {"on": D(2026, 11, 26)}, "à venir ne s’enregistre pas"),
        ("initial", {"on": D(2024, 1, 1)}, "trop ancienne"),
        ("executed", {"on": D(2026, 11, 20)}, "après la clôture de l’exercice 2026"),
    ],
)
def test_what_a_vote_refuses(
    network: Network, kind: str, given: dict[str, Any], words: str
) -> None:
    held = budget(network, kind=kind)
    cited = {"body": "Assemblée générale", "on": D(2025, 11, 20), "act": "2025-1"} | given
    with pytest.raises(Refusal, match=words):
        vote_budget(held, actor=INSTALLATION, **cited)
    held.refresh_from_db()
    assert held.is_draft


def test_an_empty_budget_is_not_voted(network: Network) -> None:
    with pytest.raises(Refusal, match="aucune ligne"):
        vote(budget(network, lines={}), D(2025, 11, 20))


def test_the_life_of_a_budget(network: Network) -> None:
    held = voted(network)
    with pytest.raises(Refusal, match="précéder le vote"):
        send_budget(held, actor=INSTALLATION, on=D(2025, 11, 19))
    with pytest.raises(Refusal, match="état attendu « Envoyé à l’autorité »"):
        approve_budget(held, actor=INSTALLATION, on=D(2025, 12, 19))
    send_budget(held, actor=INSTALLATION, on=D(2025, 12, 1))
    with pytest.raises(Refusal, match="précéder l’envoi"):
        approve_budget(held, actor=INSTALLATION, on=D(2025, 11, 30))
    with pytest.raises(Refusal, match="tacite qu’au terme de 2\u00a0mois"):
        approve_budget(held, actor=INSTALLATION, on=D(2026, 1, 31), tacit=True)
    done = approve_budget(held, actor=INSTALLATION, on=D(2026, 2, 1), tacit=True)
    assert (done.status, done.tacit, done.answered_on) == ("approved", True, D(2026, 2, 1))
    assert Event.objects.latest("sequence").diff["tacit"] is True


def test_a_refused_budget_counts_no_more_and_is_voted_again(network: Network) -> None:
    held = voted(network)
    send_budget(held, actor=INSTALLATION, on=D(2025, 12, 1))
    refuse_budget(held, actor=INSTALLATION, on=D(2025, 12, 20))
    assert last_voted(held.entity, 2026) is None
    again = budget(network)
    assert (again.number, again.name) == (2, "Budget primitif (2e\u00a0vote)")


# Revising


def test_a_revised_budget_copies_the_last_voted_one(network: Network) -> None:
    initial = approved(network)
    save = amounts_of([initial])[initial.pk]
    first = revise_budget(initial, actor=INSTALLATION)
    assert (first.name, first.based_on) == ("Budget rectifié n°\u00a01", initial)
    assert amounts_of([first])[first.pk] == save
    with pytest.raises(Refusal, match="déjà en préparation"):
        revise_budget(initial, actor=INSTALLATION)
    enter_amounts(first, [LineEdit("6061", "", {12: 7})], actor=INSTALLATION)
    vote(first, D(2026, 6, 15))
    second = revise_budget(initial, actor=INSTALLATION)
    assert (second.number, second.based_on) == (2, first)
    assert second.lines.get(account="6061", axis=None).m12 == 7
    assert last_voted(initial.entity, 2026) == first


def test_a_budget_that_was_not_voted_is_not_revised(network: Network) -> None:
    with pytest.raises(Refusal, match="à partir d’un budget voté"):
        revise_budget(budget(network), actor=INSTALLATION)
    executed = voted(network, "sud", 2025, kind="executed")
    with pytest.raises(Refusal, match="ne se rectifie pas"):
        revise_budget(executed, actor=INSTALLATION)


def test_a_revision_comes_before_the_next_initial_budget_and_the_closing(network: Network) -> None:
    late = revise_budget(voted(network, year=2025), actor=INSTALLATION)
    with pytest.raises(Refusal, match="2025 est clos"):
        vote(late, D(2026, 1, 5))
    vote(late, D(2025, 12, 30))
    voted(network, year=2027, on=D(2026, 11, 10))
    current = revise_budget(voted(network, year=2026), actor=INSTALLATION)
    with pytest.raises(Refusal, match="primitif 2027 est déjà voté"):
        vote(current, D(2026, 11, 20))
    vote(current, D(2026, 11, 9))


def test_deleting_a_draft_takes_its_lines(network: Network) -> None:
    held = budget(network)
    save_personnel(held, [Jobs("Conseil", "", 100, 1, 1)], actor=INSTALLATION)
    delete_budget(held, actor=INSTALLATION)
    assert not BudgetLine.objects.exists()
    assert not PersonnelLine.objects.exists()
    assert Event.objects.latest("sequence").diff["entity"] == "nord"


# The analytical plan


@pytest.mark.parametrize("actor", EVERYONE)
def test_who_keeps_the_analytical_plan(network: Network, who: SimpleNamespace, actor: str) -> None:
    acting = getattr(who, actor).actor
    given = {"code": "export", "name": "Export", "kind": "action"}
    if actor in NORD_KEEPERS - {"nord"}:
        assert save_axis(network, actor=acting, **given).name == "Export"
        return
    with pytest.raises(Refusal, match="plan analytique est commun"):
        save_axis(network, actor=acting, **given)


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"code": "Été"}, 422, "minuscules sans accent"),
        ({"name": " "}, 422, "200 caractères"),
        ({"name": "a\x00"}, 422, "caractère de contrôle"),
        ({"kind": "autre"}, 422, "Nature inconnue"),
        ({"valid_from": D(2027, 1, 1), "valid_to": D(2026, 1, 1)}, 422, "précède son début"),
        ({"code": "numerique", "new": True}, 409, "déjà celui de"),
    ],
)
def test_what_the_plan_refuses(
    network: Network, given: dict[str, Any], status: int, words: str
) -> None:
    axis(network)
    sound = {"code": "export", "name": "Export", "kind": "action"}
    with pytest.raises(Refusal, match=words) as refused:
        save_axis(network, actor=INSTALLATION, **(sound | given))
    assert refused.value.denied.status == status
    assert BudgetAxis.objects.count() == 1
