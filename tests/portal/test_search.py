"""What every room lets find is in step with what its acts wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from maillage.kernel.index import rebuild
from maillage.kernel.models import IndexEntry
from maillage.kernel.rooms import HOUSE
from maillage.network.actions import save_process
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import draft_next_edition
from maillage.schemes.models import Edition
from tests.architecture.world import build
from tests.builders import actors_of

Held = set[tuple[str, str, str, str]]


def held() -> Held:
    return set(IndexEntry.objects.values_list("noun", "chain", "key", "digest"))


@pytest.mark.parametrize("state", ["draft", "adopted"])
def test_the_acts_of_every_room_keep_the_index_in_step(
    db: None, settings: LazySettings, tmp_path: Path, state: str
) -> None:
    """A world furnished by every room: what was written by acts, the index held at once."""
    settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path
    network = build(actors_of, state).edition.scheme.network
    parent = network.processes.get(code="tresorerie")
    save_process(network, actor=INSTALLATION, code="frais", name="Notes de frais",
                 function=parent.function, kind="action", parent=parent)  # fmt: skip
    before = held()
    rebuild()
    assert before == held()
    indexed = {one.noun for room in HOUSE.all() for one in room.indexes}
    assert {noun for noun, *_ in before} == indexed, "each room has something in this world"


def test_what_an_act_renames_is_found_by_its_new_name(adopted: Edition, client: Any) -> None:
    network = adopted.scheme.network
    row = network.processes.get(code="tresorerie")
    assert "Trésorerie" in client.get("/recherche/?q=tresorerie").content.decode()
    values = {"code": row.code, "name": "Gestion du cash", "function": row.function}
    save_process(network, actor=INSTALLATION, **values)
    assert client.get("/recherche/?q=tresorerie").context["groups"] == []
    assert "Gestion du cash" in client.get("/recherche/?q=cash").content.decode()


def test_a_search_asks_as_many_queries_whatever_is_found(
    adopted: Edition, client: Any, django_assert_num_queries: Any
) -> None:
    draft_next_edition(adopted, actor=INSTALLATION)
    for question in ("rien-de-tel", "a", "finances", "essai"):
        asked = 0 if len(question) < 2 else 2
        with django_assert_num_queries(asked):
            client.get("/recherche/", {"q": question}, headers={"HX-Request": "true"})


def test_a_base_changed_by_hand_is_read_again_by_a_command(
    adopted: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    adopted.scheme.network.processes.filter(code="tresorerie").update(name="Autre nom")
    before = held()
    call_command("search-rebuild")
    assert held() != before
    assert f"{IndexEntry.objects.count()} entrées" in capsys.readouterr().out
