"""A vote typed wrongly is corrected with a reason; what was voted never changes."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from maillage.costing.models import Budget
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import correct_vote, send_budget
from tests.builders import acted
from tests.workspaces.finance.budget_world import budget, page_text, voted

pytestmark = pytest.mark.usefixtures("november")

HERE = "/reseaux/essai/finances/budgets/"
RIGHT = {
    "body": "Assemblée générale", "on": dt.date(2025, 11, 21), "act": "2025-70",
    "reason": "Le numéro était celui d’une autre délibération",
}  # fmt: skip


def test_a_correction_keeps_what_was_before_and_its_reason(
    network: Network, who: SimpleNamespace
) -> None:
    done = voted(network)
    lines = list(done.lines.order_by("pk").values())
    address = f"{HERE}{done.pk}/acte/corriger-vote/"
    page = page_text(who.nord.client, address)
    assert 'value="2025-7"' in page and 'value="2025-11-20"' in page
    answer = acted(who.nord.client, address, RIGHT | {"on": "2025-11-21"})
    assert answer.status_code == 302
    done.refresh_from_db()
    assert (done.voted_on, done.voted_act, done.status) == (RIGHT["on"], "2025-70", "voted")
    assert list(done.lines.order_by("pk").values()) == lines
    event = Event.objects.order_by("-pk")[0]
    assert event.verb == "finance.vote.corrected"
    assert event.diff == {
        "vote": {"voted_on": ["2025-11-20", "2025-11-21"], "voted_act": ["2025-7", "2025-70"]},
        "reason": RIGHT["reason"],
    }
    journal = page_text(who.administrator.client, "/reseaux/essai/journal/")
    assert "Délibération : 2025-7 → 2025-70" in journal
    assert "Séance : 20 novembre 2025 → 21 novembre 2025" in journal
    assert RIGHT["reason"] in journal


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reason": " "}, "raison de la correction"),
        ({"reason": "x" * 501}, "500 caractères"),
        ({"act": ""}, "numéro de la délibération"),
        ({"on": None}, "date du vote"),
        ({"on": dt.date(2026, 12, 24)}, "à venir"),
        ({"on": dt.date(2025, 12, 2)}, "suivre l’envoi"),
        ({"on": dt.date(2025, 11, 20), "act": "2025-7"}, "Rien n’est corrigé"),
    ],
)
def test_a_correction_that_does_not_hold_is_refused(
    network: Network, who: SimpleNamespace, given: dict[str, object], why: str
) -> None:
    done = send_budget(voted(network), actor=INSTALLATION, on=dt.date(2025, 12, 1))
    with pytest.raises(Refusal, match=why) as refused:
        correct_vote(done, actor=INSTALLATION, **(RIGHT | given))
    assert refused.value.denied.status == 422


def test_who_does_not_keep_the_chamber_corrects_nothing(
    network: Network, who: SimpleNamespace
) -> None:
    done, draft = voted(network), budget(network, "sud")
    with pytest.raises(Refusal) as refused:
        correct_vote(done, actor=who.reader.actor, **RIGHT)
    assert refused.value.denied.status == 403
    with pytest.raises(Refusal) as refused:
        correct_vote(draft, actor=INSTALLATION, **RIGHT)
    assert refused.value.denied.status == 409


@pytest.mark.parametrize(
    "change",
    [
        "voted_act = 'X'",
        "voted_on = '2025-01-01'",
        "vote_corrections = 1, status = 'draft'",
        "vote_corrections = 1, year = 2030",
        "vote_corrections = 2, voted_act = 'X'",
        "vote_corrections = 2",
    ],
)
def test_the_database_lets_a_counted_correction_through_and_nothing_else(
    network: Network, who: SimpleNamespace, change: str
) -> None:
    done = voted(network)
    with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
        connection.cursor().execute(f"UPDATE finance_budget SET {change} WHERE id = {done.pk}")
    Budget.objects.filter(pk=done.pk).update(voted_act="X", vote_corrections=1)
