"""`@action`: what a declaration says, and what a call leaves behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.http import Http404

from maillage.kernel import actions
from maillage.kernel.actions import (
    REGISTRY,
    Held,
    Outcome,
    action,
    changes,
    itself,
    stamp_of,
    title_of,
)
from maillage.kernel.models import Event, append, last_event, verify
from maillage.kernel.rooms import Purpose, Resolved, Room, Table
from maillage.kernel.verdicts import ALLOWED, Denied, Refusal, Verdict
from maillage.network.models import Network

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Somebody:
    """Who holds no mandate: names of other people are kept from them."""

    identity: str = "user:1"
    reaches_all: bool = False
    networks: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Named:
    chain: str = "network:x"
    subject: str = "thing:1"


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """What a test declares goes with it."""
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


@pytest.fixture
def network() -> Network:
    return Network.objects.create(code="x", name="Réseau X")


def events() -> list[tuple[str, str, str, str, dict[str, Any]]]:
    fields = ("chain", "actor", "verb", "subject", "diff")
    return list(Event.objects.order_by("sequence").values_list(*fields))


def test_a_declaration_is_kept_whole() -> None:
    def guard(row: Any, *, actor: Any) -> Verdict:
        return ALLOWED

    @action("test.thing.done", "Chose faite", guard=guard)
    def do(row: None, *, actor: Any) -> Outcome[None]:
        """Do it."""
        return Outcome(None, subject=Named())

    act = REGISTRY["test.thing.done"]
    assert (act.event, act.title, act.room) == ("test.thing.done", "Chose faite", "test")
    assert (act.run, act.guard, act.doc, act.module) == (do, guard, "Do it.", __name__)
    assert title_of("test.thing.done") == "Chose faite"


def test_an_event_of_another_version_is_told_by_its_name() -> None:
    assert title_of("test.thing.forgotten") == "test.thing.forgotten"


def test_two_actions_never_write_the_same_event() -> None:
    def declare() -> None:
        @action("test.thing.done", "Chose faite")
        def do(row: None, *, actor: Any) -> Outcome[None]:
            return Outcome(None)

    declare()
    with pytest.raises(ValueError, match=r"test\.thing\.done"):
        declare()


def test_a_call_writes_one_event_about_its_row(network: Network) -> None:
    @action("test.thing.done", "Chose faite")
    def rename(row: Network, *, actor: Any, name: str) -> Outcome[str]:
        before, row.name = row.name, name
        row.save()
        return Outcome(before, {"name": [before, name]})

    assert rename(network, actor=Somebody(), name="Autre") == "Réseau X"
    diff = {"name": ["Réseau X", "Autre"]}
    assert events() == [(network.chain, "user:1", "test.thing.done", network.subject, diff)]
    assert Network.objects.get().name == "Autre"


def test_the_body_names_another_subject() -> None:
    @action("test.thing.done", "Chose faite")
    def do(row: None, *, actor: Any) -> Outcome[None]:
        return Outcome(None, {"a": 1}, subject=Named())

    do(None, actor=Somebody(""))
    assert events() == [("network:x", "", "test.thing.done", "thing:1", {"a": 1})]


def test_an_act_on_many_rows_writes_an_event_for_each_then_its_own(network: Network) -> None:
    @action("test.things.imported", "Choses importées")
    def carry(row: Network, *, actor: Any) -> Outcome[None]:
        each = [("test.thing.done", f"thing:{n}", {"n": n}) for n in range(3)]
        return Outcome(None, {"count": 3}, each=each)

    carry(network, actor=Somebody())
    done = [("network:x", "user:1", "test.thing.done", f"thing:{n}", {"n": n}) for n in range(3)]
    own = ("network:x", "user:1", "test.things.imported", network.subject, {"count": 3})
    assert events() == [*done, own]
    assert verify("network:x") == (4, None)


def test_nothing_changed_writes_nothing(network: Network) -> None:
    @action("test.thing.done", "Chose faite")
    def do(row: Network, *, actor: Any) -> Outcome[int]:
        return Outcome(3, unchanged=True)

    assert do(network, actor=Somebody()) == 3
    assert events() == []


def test_the_body_sees_the_row_as_it_is_now(network: Network) -> None:
    Network.objects.update(name="Changé depuis")

    @action("test.thing.done", "Chose faite")
    def do(row: Network, *, actor: Any) -> Outcome[str]:
        return Outcome(row.name, unchanged=True)

    assert do(network, actor=Somebody()) == "Changé depuis"
    assert do(Network.objects.filter(code="x"), actor=Somebody()) == "Changé depuis"


def test_a_row_gone_or_out_of_sight_is_not_found(network: Network) -> None:
    @action("test.thing.done", "Chose faite")
    def do(row: Network, *, actor: Any) -> Outcome[None]:
        raise AssertionError("not reached")

    with pytest.raises(Http404):
        do(Network.objects.filter(code="y"), actor=Somebody())
    Network.objects.all().delete()
    with pytest.raises(Http404):
        do(network, actor=Somebody())


def test_a_guard_refuses_before_the_body(network: Network) -> None:
    def guard(row: Network, word: str, *, actor: Any) -> Verdict:
        return ALLOWED if word == "oui" else Denied(f"{row.name} : non, {actor.identity}.", 409)

    @action("test.thing.done", "Chose faite", guard=guard)
    def do(row: Network, word: str, *, actor: Any) -> Outcome[str]:
        return Outcome(word)

    assert do(network, "oui", actor=Somebody()) == "oui"
    with pytest.raises(Refusal) as refused:
        do(network, "non", actor=Somebody())
    assert refused.value.denied == Denied("Réseau X : non, user:1.", 409)
    assert len(events()) == 1


@pytest.mark.parametrize("error", [Refusal(Denied("Non.")), ZeroDivisionError()])
def test_what_a_body_wrote_before_it_failed_is_undone(network: Network, error: Exception) -> None:
    @action("test.thing.done", "Chose faite")
    def do(row: Network, *, actor: Any) -> Outcome[None]:
        Network.objects.update(name="À moitié")
        raise error

    with pytest.raises(type(error)):
        do(network, actor=Somebody())
    assert Network.objects.get().name == "Réseau X"
    assert events() == []


def taken(times: int, monkeypatch: pytest.MonkeyPatch, message: str) -> list[int]:
    """The journal's number is taken by another as many times, outside any transaction."""
    tries: list[int] = []
    real = actions.append_all

    def late(*values: Any) -> list[Event]:
        tries.append(1)
        if len(tries) <= times:
            raise IntegrityError(message)
        return real(*values)

    monkeypatch.setattr(actions, "append_all", late)
    monkeypatch.setattr(actions, "connection", type("C", (), {"in_atomic_block": False}))
    monkeypatch.setattr(actions.time, "sleep", lambda _: None)
    return tries


def declare_naming() -> Any:
    @action("test.thing.done", "Chose faite")
    def do(row: Network, *, actor: Any) -> Outcome[str]:
        return Outcome("fait")

    return do


@pytest.mark.parametrize(
    "message",
    [
        "UNIQUE constraint failed: kernel_event.chain, kernel_event.sequence",
        'duplicate key value violates unique constraint "event_chain_sequence"',
    ],
)
def test_a_write_starts_again_when_its_number_was_taken(
    network: Network, monkeypatch: pytest.MonkeyPatch, message: str
) -> None:
    tries = taken(actions.ATTEMPTS - 1, monkeypatch, message)
    assert declare_naming()(network, actor=Somebody()) == "fait"
    assert len(tries) == actions.ATTEMPTS
    assert len(events()) == 1


@pytest.mark.parametrize(
    ("times", "message", "tried"),
    [
        (99, "kernel_event.chain", actions.ATTEMPTS),
        (99, "UNIQUE constraint failed: network_network.code", 1),
    ],
    ids=["always taken", "another constraint"],
)
def test_a_write_gives_up(
    network: Network, monkeypatch: pytest.MonkeyPatch, times: int, message: str, tried: int
) -> None:
    tries = taken(times, monkeypatch, message)
    with pytest.raises(IntegrityError):
        declare_naming()(network, actor=Somebody())
    assert len(tries) == tried


def test_a_write_within_another_does_not_start_again(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = taken(1, monkeypatch, "kernel_event.chain")
    monkeypatch.setattr(actions, "connection", type("C", (), {"in_atomic_block": True}))
    with pytest.raises(IntegrityError):
        declare_naming()(network, actor=Somebody())
    assert len(tries) == 1


def rename(network: Network, name: str, seen: int | None, who: str) -> None:
    REGISTRY["test.thing.renamed"].run(network, name=name, seen=seen, actor=Somebody(who))


@pytest.fixture
def renaming() -> None:
    @action("test.thing.renamed", "Réseau renommé", seen=itself)
    def run(row: Network, *, actor: Any, name: str, seen: int | None = None) -> Outcome[None]:
        diff = changes({"name": row.name}, {"name": name})
        row.name = name
        row.save()
        return Outcome(None, diff)


@pytest.mark.usefixtures("renaming")
def test_what_has_moved_since_it_was_seen_is_refused_with_what_was_done(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whom is left unsaid where no room knows the person."""
    nobody = Table()
    nobody.fill([])
    monkeypatch.setattr(actions, "HOUSE", nobody)
    assert last_event(network) == 0
    rename(network, "Un", 0, "user:1")
    seen = last_event(network)
    rename(network, "Deux", seen, "user:2")
    with pytest.raises(Refusal) as refused:
        rename(network, "Trois", seen, "user:3")
    assert refused.value.denied == Denied(
        "Les choses ont changé depuis votre lecture\u00a0: Réseau renommé par une autre personne. "
        "Relire, puis recommencer.",
        409,
    )
    assert refused.value.details == {
        "seen": last_event(network),
        "since": [
            {
                "act": "test.thing.renamed",
                "by": "une autre personne",
                "diff": {"name": ["Un", "Deux"]},
            }
        ],
    }
    assert Network.objects.get().name == "Deux"
    rename(network, "Trois", last_event(network), "user:3")
    rename(network, "Quatre", None, "user:3")
    assert Network.objects.get().name == "Quatre"


@pytest.mark.usefixtures("renaming")
def test_another_thing_that_moves_in_the_same_chain_refuses_nothing(network: Network) -> None:
    seen = last_event(network)
    append(network.chain, "user:2", "test.other.done", "thing:9", {})
    rename(network, "Un", seen, "user:1")
    assert Network.objects.get().name == "Un"


@pytest.mark.usefixtures("renaming")
def test_whoever_moved_it_is_named_where_the_house_knows_them(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def people(keys: Any, actor: Any) -> dict[str, Resolved]:
        return {key: Resolved(f"Personne {key}") for key in keys}

    house = Table()
    house.fill([Room(code="p", label="P", purpose=Purpose.MANAGE, nouns={"user": people})])
    monkeypatch.setattr(actions, "HOUSE", house)
    rename(network, "Un", 0, "user:2")
    rename(network, "Deux", None, "")
    with pytest.raises(Refusal, match=r"renommé par Personne 2, Réseau renommé par Maillage"):
        rename(network, "Trois", 0, "user:3")


@pytest.mark.usefixtures("renaming")
def test_a_new_person_who_saw_nothing_takes_no_one_by_surprise(network: Network) -> None:
    with pytest.raises(Http404):
        rename(Network(pk=network.pk + 1, code="y"), "Un", 0, "user:1")


def test_a_difference_tells_every_field_by_codes_and_days() -> None:
    before = {"network": Network(code="x"), "on": dt.date(2026, 1, 1), "rate": Decimal("1.50")}
    after = {**before, "network": Network(code="y"), "on": dt.date(2026, 2, 1), "new": True}
    assert changes(before, after) == {
        "network": ["x", "y"],
        "on": ["2026-01-01", "2026-02-01"],
        "new": [None, True],
    }
    assert changes(before, dict(before)) == {}
    assert changes({}, {"rate": Decimal("1.50")}) == {"rate": [None, "1.50"]}


def test_what_a_thing_holds_tells_that_it_has_moved(network: Network) -> None:
    """Where events do not tell a thing from others, its page gives back what it held."""

    @action(
        "test.thing.held",
        "Réseau renommé",
        seen=lambda row, **_: Held(stamp_of([row.name]), "Le nom a changé."),
    )
    def run(row: Network, *, actor: Any, name: str, seen: str | None = None) -> Outcome[None]:
        row.name = name
        row.save()
        return Outcome(None, {"name": name}, row)

    read = stamp_of([network.name])
    run(network, name="Deux", seen=read, actor=Somebody("user:2"))
    with pytest.raises(Refusal, match="Le nom a changé") as refused:
        run(network, name="Trois", seen=read, actor=Somebody("user:3"))
    assert refused.value.denied.status == 409
    run(network, name="Trois", seen=stamp_of(["Deux"]), actor=Somebody("user:3"))
    run(network, name="Quatre", actor=Somebody("user:3"))
    network.refresh_from_db()
    assert network.name == "Quatre"


def test_texts_are_composed_and_a_character_nobody_sees_is_refused(network: Network) -> None:
    got: list[Any] = []

    @action("kernel.text.noted", "Noté", as_written=("number",))
    def note(row: Network, *, actor: Somebody, label: str, number: str) -> Outcome[None]:
        got.append((label, number))
        Network.objects.filter(pk=row.pk).update(name=label)
        return Outcome(None, {"label": label}, row)

    note(network, actor=Somebody(), label="tre\u0301so", number="e\u0301\u200b")
    assert got == [("tréso", "e\u0301\u200b")]
    with pytest.raises(Refusal, match="invisible ou sans dessin") as refused:
        note(network, actor=Somebody(), label="a\u202eb", number="")
    assert refused.value.denied.status == 422
    assert Network.objects.get(pk=network.pk).name == "tréso"
