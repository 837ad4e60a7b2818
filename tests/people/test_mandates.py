"""Mandates: over which period they apply, and which perimeter each role takes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Entity, Function
from maillage.people.actions import end_mandate, grant_mandate, revise_account
from maillage.people.actors import INSTALLATION, Role
from maillage.people.models import Mandate, User
from maillage.people.queries import actor_of
from maillage.schemes.models import Edition
from tests.builders import load, person, small_document

DAY = dt.timedelta(days=1)
PERIODS = [
    # start, end (days from today), in force
    (0, None, True),
    (-10, None, True),
    (-10, 0, True),
    (0, 0, True),
    (-10, -1, False),
    (1, None, False),
    (1, 5, False),
]


@pytest.mark.parametrize(("start", "end", "in_force"), PERIODS)
def test_a_mandate_applies_from_its_first_day_to_its_last(
    draft: Edition, start: int, end: int | None, in_force: bool
) -> None:
    today = timezone.localdate()
    network = draft.scheme.network
    mandate = {
        "role": Role.READER,
        "network": network,
        "starts_on": today + start * DAY,
        "ends_on": None if end is None else today + end * DAY,
    }
    someone = person("periode@essai.test", mandate)
    assert actor_of(User.objects.get(pk=someone.user.pk)).sees(network.pk) is in_force


@pytest.fixture
def parts(draft: Edition) -> dict[str, Any]:
    network = draft.scheme.network
    load(small_document("voisin"))
    return {
        "network": network,
        "entity": Entity.objects.get(network=network, code="nord"),
        "function": Function.objects.get(network=network, code="finances"),
        "foreign": Entity.objects.get(network__code="voisin", code="nord"),
    }


REFUSED = [
    (Role.ENTITY_EDITOR, {}, "une chambre"),
    (Role.ENTITY_EDITOR, {"network": "network"}, "une chambre"),
    (
        Role.ENTITY_EDITOR,
        {"network": "network", "entity": "entity", "function": "function"},
        "sans fonction",
    ),
    (Role.FUNCTION_EDITOR, {"network": "network"}, "une fonction"),
    (
        Role.FUNCTION_EDITOR,
        {"network": "network", "function": "function", "entity": "entity"},
        "sans chambre",
    ),
    (Role.ADMINISTRATOR, {"network": "network", "entity": "entity"}, "ni chambre"),
    (Role.READER, {"network": "network", "function": "function"}, "ni chambre"),
    (Role.ENTITY_EDITOR, {"network": "network", "entity": "foreign"}, "n’appartient pas"),
]


@pytest.mark.parametrize(("role", "perimeter", "reason"), REFUSED)
def test_a_role_takes_its_perimeter_and_no_other(
    parts: dict[str, Any], role: Role, perimeter: dict[str, str], reason: str
) -> None:
    someone = person("perimetre@essai.test", None)
    given = {name: parts[which] for name, which in perimeter.items()}
    events = Event.objects.count()
    with pytest.raises(Refusal, match=reason) as refused:
        grant_mandate(someone.user, actor=INSTALLATION, role=role, **given)
    assert refused.value.denied.status == 422
    assert Event.objects.count() == events
    assert not Mandate.objects.exists()


def test_a_mandate_does_not_end_before_it_starts(parts: dict[str, Any]) -> None:
    someone = person("envers@essai.test", None)
    today = timezone.localdate()
    period = {"starts_on": today, "ends_on": today - DAY}
    with pytest.raises(Refusal, match="précède"):
        grant_mandate(someone.user, actor=INSTALLATION, role=Role.READER, **period)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(user=someone.user, role="reader", **period)


def test_the_database_refuses_a_perimeter_the_role_does_not_take(parts: dict[str, Any]) -> None:
    someone = person("base@essai.test", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(user=someone.user, role="entity_editor", network=parts["network"])


def test_an_ended_mandate_stops_applying_at_once(draft: Edition) -> None:
    network = draft.scheme.network
    today = timezone.localdate()
    mandate = {"role": Role.READER, "network": network, "starts_on": today - 9 * DAY}
    someone = person("fin@essai.test", mandate)
    assert someone.client.get(f"/editions/{draft.pk}/fiche/").status_code == 200
    end_mandate(someone.user.mandates.get(), actor=INSTALLATION)
    assert someone.client.get(f"/editions/{draft.pk}/fiche/").status_code == 404
    assert someone.user.mandates.get().ends_on == today - DAY


def test_a_mandate_ended_the_day_it_began_is_gone(draft: Edition) -> None:
    someone = person("jour@essai.test", {"role": Role.READER, "network": draft.scheme.network})
    end_mandate(someone.user.mandates.get(), actor=INSTALLATION)
    assert not someone.user.mandates.exists()
    last = Event.objects.filter(chain="installation").last()
    assert last is not None
    assert (last.verb, last.subject) == ("people.mandate.ended", someone.user.subject)


def test_nobody_shuts_themselves_out(draft: Edition, people: Any) -> None:
    chief = people(draft).installation
    with pytest.raises(Refusal, match="propre mandat"):
        end_mandate(chief.user.mandates.get(), actor=chief.actor)
    with pytest.raises(Refusal, match="propre compte"):
        revise_account(chief.user, actor=chief.actor, full_name="X", position="", is_active=False)


@pytest.mark.parametrize("name", ["administrator", "nord", "finances", "reader", "stranger"])
def test_only_the_installation_gives_mandates(draft: Edition, people: Any, name: str) -> None:
    someone = getattr(people(draft), name)
    with pytest.raises(Refusal, match="administrateur de l’installation"):
        grant_mandate(someone.user, actor=someone.actor, role=Role.ADMINISTRATOR)
