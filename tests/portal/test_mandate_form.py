"""A mandate is asked part by part; nothing is given by default, and the whole only when said."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.network.models import Entity, Network
from maillage.people.actors import Role
from maillage.people.models import Mandate
from maillage.portal.views.mandate_form import MandateForm
from maillage.schemes.models import Edition


@pytest.fixture
def places(draft: Edition) -> dict[str, Any]:
    """The keys of a network, its parts, and those of another whose chamber has the same name."""
    ours = draft.scheme.network
    other = Network.objects.create(code="autre", name="Autre réseau")
    twin = Entity.objects.create(
        network=other, code="nord", name="CCI Nord", short_name="Nord", kind="territorial"
    )
    return {
        "ours": ours.pk,
        "other": other.pk,
        "nord": ours.entities.get(code="nord").pk,
        "twin": twin.pk,
        "finances": ours.functions.get(code="finances").pk,
        "all": "*",
    }


REFUSED = [
    ({}, "role"),
    ({"role": "administrator"}, "network"),
    ({"role": "reader"}, "network"),
    ({"role": "reader", "network": "ours", "entity": "nord"}, "entity"),
    ({"role": "entity_editor", "network": "ours"}, "entity"),
    ({"role": "entity_editor", "network": "ours", "entity": "twin"}, "entity"),
    ({"role": "entity_editor", "entity": "nord", "function": "finances"}, "function"),
    ({"role": "function_editor", "network": "ours"}, "function"),
]


@pytest.mark.parametrize(("typed", "field"), REFUSED)
def test_a_fault_is_told_beside_its_field(
    places: dict[str, Any], typed: dict[str, str], field: str
) -> None:
    form = MandateForm({name: places.get(value, value) for name, value in typed.items()})
    assert not form.is_valid()
    assert list(form.errors) == [field]


GIVEN = [
    ({"role": "administrator", "network": "all"}, (None, None, None)),
    ({"role": "reader", "network": "ours"}, ("essai", None, None)),
    ({"role": "entity_editor", "entity": "nord"}, ("essai", "nord", None)),
    ({"role": "function_editor", "function": "finances"}, ("essai", None, "finances")),
]


@pytest.mark.parametrize(("typed", "codes"), GIVEN)
def test_a_part_says_its_network(
    places: dict[str, Any], typed: dict[str, str], codes: tuple[Any, ...]
) -> None:
    form = MandateForm({name: places.get(value, value) for name, value in typed.items()})
    assert form.is_valid(), form.errors
    given = form.cleaned_data
    assert given["role"] == Role(typed["role"])
    found = (given["network"], given["entity"], given["function"])
    assert tuple(one and one.code for one in found) == codes


def test_homonyms_stand_under_their_network_and_nothing_is_chosen(
    places: dict[str, Any], draft: Edition, people: Any
) -> None:
    someone = people(draft)
    address = f"/administration/comptes/{someone.stranger.user.pk}/"
    page = someone.installation.client.get(address).content.decode()
    assert '<optgroup label="Autre réseau">' in page
    assert page.count('<option value="" selected>À choisir</option>') == 4
    held = Mandate.objects.count()
    told = someone.installation.client.post(f"{address}mandats/", {"role": "administrator"})
    assert told.status_code == 422
    assert "Choisir un réseau, ou dire tous les réseaux." in told.content.decode()
    assert Mandate.objects.count() == held
