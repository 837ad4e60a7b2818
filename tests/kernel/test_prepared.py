"""A prepared query answers as the queryset it was made of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Q
from django.utils import timezone

from maillage.kernel.prepared import Prepared
from maillage.network.models import Entity, Network

pytestmark = pytest.mark.django_db


@pytest.fixture
def chambers() -> list[Entity]:
    networks = [Network.objects.create(code=c, name=c.upper()) for c in ("un", "deux")]
    return [
        Entity.objects.create(
            network=network, code=f"c{rank}", name=f"Chambre {rank}", kind="territorial"
        )
        for network in networks
        for rank in range(3)
    ]


def test_objects_come_with_what_they_are_joined_to(chambers, django_assert_num_queries):
    asked: Prepared[Entity] = Prepared(
        lambda network: Entity.objects.filter(network=network).select_related("network")
    )
    for chamber in (chambers[0], chambers[4], chambers[1]):
        with django_assert_num_queries(1):
            found = asked(chamber.network_id)
            assert [(e.pk, e.network.name) for e in found] == [
                (e.pk, chamber.network.name) for e in chambers if e.network_id == chamber.network_id
            ]


def test_tuples_come_in_the_order_asked(chambers):
    asked: Prepared[tuple[int, str]] = Prepared(
        lambda code, pk: Entity.objects.filter(Q(code=code) | Q(pk=pk)).values_list("name", "pk")
    )
    for code, pk in (("c1", chambers[0].pk), ("c2", chambers[5].pk), ("%", 0)):
        usual = Entity.objects.filter(Q(code=code) | Q(pk=pk)).values_list("name", "pk")
        assert asked(code, pk) == list(usual)


def test_dates_and_moments_are_compared_as_usual(django_user_model):
    user = django_user_model.objects.create(email="a@b.test", created_at=timezone.now())
    later = Prepared(lambda at: django_user_model.objects.filter(created_at__gt=at))
    hour = dt.timedelta(hours=1)
    assert later(user.created_at - hour) == [user]
    assert later(user.created_at + hour) == []


def test_a_value_the_query_would_not_hold_as_it_is_refused():
    lost = Prepared(lambda code: Entity.objects.filter(code__icontains=code))
    with pytest.raises(ValueError, match="as they are"):
        lost("x")
    unused = Prepared(lambda pk, other: Entity.objects.filter(pk=pk))
    with pytest.raises(ValueError, match="as they are"):
        unused(1, 2)
    with pytest.raises(TypeError):
        Prepared(lambda pk: Entity.objects.filter(pk=pk))(None)
