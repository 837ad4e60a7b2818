"""Names that last: of new nouns, and of what an imported chain speaks of."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from django.test.utils import isolate_apps

from maillage.kernel.models import (
    Event,
    Journaled,
    Origin,
    append,
    names_here,
    new_public_id,
    verify,
)


def test_a_public_id_is_short_readable_and_never_the_same() -> None:
    made = {new_public_id() for _ in range(2000)}
    assert len(made) == 2000
    assert {len(one) for one in made} == {12}
    assert not set("".join(made)) & set("01ilo")


@isolate_apps("maillage.kernel")
def test_a_new_noun_is_named_by_its_public_id_whatever_its_number() -> None:
    class Thing(Journaled):
        noun = "test.thing"
        network = SimpleNamespace(chain="network:x")

        class Meta:
            app_label = "kernel"

    thing, other = Thing(pk=7), Thing(pk=7)
    assert thing.subject == f"test.thing:{thing.public_id}" != other.subject
    assert thing.chain == "network:x"


@pytest.mark.django_db
def test_a_name_of_an_imported_chain_is_told_by_the_table_alone() -> None:
    Origin.objects.create(installation="ailleurs", former="user:3", here="user:12")
    Origin.objects.create(installation="autre", former="user:3", here="user:99")
    asked = ["user:3", "user:12", "finance.budget:1"]
    assert names_here("ailleurs", asked) == {"user:3": "user:12"}
    assert names_here("autre", asked) == {"user:3": "user:99"}
    assert names_here("inconnue", asked) == {}
    with pytest.raises(IntegrityError):
        Origin.objects.create(installation="ailleurs", former="user:3", here="user:1")


@pytest.mark.django_db
def test_resolving_leaves_an_imported_chain_as_it_was_sealed() -> None:
    event = append("network:venu", "user:3", "finance.budget.voted", "finance.budget:1", {})
    Origin.objects.create(installation="ailleurs", former=event.subject, here="finance.budget:8")
    assert names_here("ailleurs", [event.subject]) == {"finance.budget:1": "finance.budget:8"}
    kept = Event.objects.get()
    assert (kept.subject, kept.hash) == ("finance.budget:1", event.hash)
    assert verify("network:venu") == (1, None)
