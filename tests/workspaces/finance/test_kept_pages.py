"""Pages of figures are made once and given for as long as nothing moves: never a moment longer."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from maillage.costing.models import Budget
from maillage.kernel.actions import REGISTRY
from maillage.kernel.models import append
from maillage.ledger import book_folders
from maillage.ledger.actions import (
    change_mapping,
    name_partners,
    record_adjustments,
    reverse_adjustment,
    withdraw_book,
)
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.engine.partners import Attached
from maillage.ledger.models import Adjustment
from maillage.ledger.queries import version
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.version import PASSED_OVER, figures_version
from maillage.ledger.views import kept
from maillage.network.actions import rename_network, save_entity
from maillage.network.models import Network
from maillage.people.actions import end_mandate, revise_account
from maillage.people.actors import INSTALLATION, Role
from maillage.ui import kept_answer
from tests.builders import books_of_chambers, keep_books, mapped, person
from tests.never_stale import said
from tests.workspaces.finance.budget_world import budget, entity, vote

pytestmark = pytest.mark.usefixtures("november", "common_books")
HERE = "/reseaux/essai/finances/"
ASKED = "?exercice=2025&annee=2025"
PAGES = (
    *(HERE, f"{HERE}tableaux/", f"{HERE}bilan/", f"{HERE}resultat/", f"{HERE}balance/"),
    *(f"{HERE}reciproques/", f"{HERE}budgets/", f"{HERE}budgets/comparaison/"),
    f"{HERE}balance/export.csv",
)
CLOSING = dt.date(2025, 12, 31)
MOVE = (AdjustmentLine("nord", "757", "", 10_000), AdjustmentLine("nord", "657", "", 0, 10_000))


@pytest.fixture
def made(network: Network, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Its figures: books of two chambers, their mapping, a draft. Pages are kept as they are in a
    server, without the checks of other tests."""
    monkeypatch.setattr(kept, "kept_answer", kept_answer.kept_answer)
    keep_books(network, "nord", "sud")
    mapped(network, sorted(set(books_of_chambers().accounts.values()))[:-3])
    budget(network, "nord", 2025)
    return network


def read(client: Client) -> list[bytes]:
    return [said(client.get(page + ASKED)) for page in PAGES]


def _lose(network: Network) -> None:
    shutil.rmtree(book_folders.folder(current_files(network, 2025)[0]))


def _adjust(network: Network) -> None:
    record_adjustments(network, [Entry(2025, CLOSING, "Essai", MOVE)], actor=INSTALLATION)


def _reverse(network: Network) -> None:
    reverse_adjustment(Adjustment.objects.get(), 2025, CLOSING, actor=INSTALLATION)


def _map(network: Network) -> None:
    rule = RuleValue("", "7", False, "758")
    change_mapping(network, [rule], actor=INSTALLATION, label="Essai")


def _attach(network: Network) -> None:
    accounts = books_of_chambers().accounts.items()
    held = [local for local, root in accounts if root.startswith(("40", "41"))]
    rows = [Attached("nord", "account", local, "sud") for local in held]
    name_partners(network, rows, actor=INSTALLATION)


def _withdraw(network: Network) -> None:
    withdraw_book(network, network.books.get(entity__code="sud"), actor=INSTALLATION)


def _vote(network: Network) -> None:
    vote(Budget.objects.get(entity__code="nord"), dt.date(2024, 11, 20))


def _rename_chamber(network: Network) -> None:
    held = entity(network, "nord")
    save_entity(
        network, actor=INSTALLATION, code="nord", name=held.name, short_name="Septentrion",
        kind=held.kind,
    )  # fmt: skip


def _rename(network: Network) -> None:
    rename_network(network, actor=INSTALLATION, name="Réseau d’ailleurs", fictional=True)


ACTS: dict[str, Callable[[Network], Any]] = {
    "a book comes in force": lambda network: keep_books(network, "region"),
    "a book is withdrawn": _withdraw,
    "a book is lost by the disk": _lose,
    "the mapping": _map,
    "third parties": _attach,
    "an adjustment": _adjust,
    "an adjustment taken back": _reverse,
    "a budget opened": lambda network: budget(network, "sud", 2025),
    "a budget voted": _vote,
    "a chamber renamed": _rename_chamber,
    "the network renamed": _rename,
}


@pytest.mark.slow
def test_whatever_moves_a_figure_is_read_at_once(made: Network, who: SimpleNamespace) -> None:
    """Each act in turn; the order is that in which they can be done."""
    order = [*ACTS]
    order.sort(key=lambda name: name in ("a book is withdrawn", "a book is lost by the disk"))
    client, seen = who.reader.client, read(who.reader.client)
    for name in order:
        ACTS[name](made)
        given = read(client)
        caches["pages"].clear()
        anew = read(client)
        for page, one, other in zip(PAGES, given, anew, strict=True):
            assert one == other, f"{page} is stale after {name}"
        assert given != seen, f"{name} moves nothing"
        seen = given


def test_a_day_goes_by_and_an_answer_is_made_again(made: Network, who: SimpleNamespace) -> None:
    client = who.reader.client
    assert re.search(r"Imprimé le 25\s+novembre\s+2026", client.get(HERE).content.decode())
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC), tick=True):
        client.force_login(who.reader.user)  # one session does not last so long
        assert re.search(r"Imprimé le 26\s+novembre\s+2026", client.get(HERE).content.decode())


def test_it_is_made_once_for_all_who_may_read_the_same(
    made: Network, who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    mandate = {"role": Role.READER, "network": made}
    other = person("autre@essai.test", mandate)
    revise_account(
        other.user, actor=INSTALLATION, full_name="Zoé <Autre>", position="", is_active=True
    )
    page = f"{HERE}bilan/{ASKED}"
    count = len(caches["pages"]._cache)  # type: ignore[attr-defined]
    first = who.reader.client.get(page).content.decode()
    second = other.client.get(page).content.decode()
    third = who.finances.client.get(page).content.decode()
    assert len(caches["pages"]._cache) == count + 2  # type: ignore[attr-defined]
    assert f'data-account="{other.user.identity}"' in second
    assert "Zoé &lt;Autre&gt;" in second and "Zoé" not in first
    for held in (first, second, third):
        assert not re.search("jeton-de|nom-de-qui|compte-de-qui", held)
    tokens = [re.search('data-token="([A-Za-z0-9]{64})"', held)[1] for held in (first, second)]  # type: ignore[index]
    assert tokens[0] != tokens[1]
    # What it says is what is made for each alone.
    for person_, given in ((who.reader, first), (other, second), (who.finances, third)):
        caches["pages"].clear()
        assert said(person_.client.get(page)) == re.sub("[A-Za-z0-9]{64}", "", given).encode()


def test_the_token_of_a_kept_page_is_taken(made: Network, who: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(who.reader.user)
    for _ in range(2):
        page = client.get(HERE).content.decode()
    token = re.search('data-token="([A-Za-z0-9]{64})"', page)
    assert token
    assert client.post("/deconnexion/", {"csrfmiddlewaretoken": token[1]}).status_code == 302
    assert client.post("/deconnexion/", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


def test_what_is_kept_is_not_there_for_whoever_may_not_read_it(
    made: Network, who: SimpleNamespace
) -> None:
    assert who.reader.client.get(HERE).status_code == 200
    assert who.stranger.client.get(HERE).status_code == 404
    assert Client().get(HERE).status_code in (302, 404)
    end_mandate(who.reader.user.mandates.get(), actor=INSTALLATION)
    assert who.reader.client.get(HERE).status_code == 404


def test_a_theme_a_zone_and_centimes_are_each_read_as_asked(
    made: Network, who: SimpleNamespace
) -> None:
    client, page = who.reader.client, f"{HERE}bilan/{ASKED}"
    plain = said(client.get(page))
    assert said(client.get(f"{page}&centimes=oui")) != plain
    client.cookies["theme"] = "dark"
    assert b'data-theme="dark"' in said(client.get(page))
    del client.cookies["theme"]
    assert said(client.get(page)) == plain


def test_every_act_of_the_house_is_told_apart_from_what_was_before(
    network: Network, who: SimpleNamespace
) -> None:
    """But cells and texts of schemes, which no figure rests on."""
    before, passed = figures_version(network.code), []
    for verb in sorted(REGISTRY):
        append(network.chain, "", verb, "essai:1", {})
        after = figures_version(network.code)
        assert (after == before) is verb.startswith(PASSED_OVER), verb
        passed += [verb] if after == before else []
        before = after
    assert passed
    append("installation", "", "people.account.revised", "people.user:1", {})
    assert figures_version(network.code) != before


@pytest.mark.parametrize("read_to", [0, 5])
def test_a_chain_put_back_from_a_former_state_is_read_again(network: Network, read_to: int) -> None:
    """As after a restoration: of as many events, others; or of fewer."""
    append(network.chain, "", "ledger.mapping.changed", "essai:1", {"a": 1})
    before = figures_version(network.code)
    held = version._read[network.pk]
    version._read[network.pk] = held._replace(
        sequence=held.sequence + read_to, last="0" * 64, moving="0" * 64
    )
    assert figures_version(network.code) == before


def test_an_answer_kept_asks_few_queries(
    made: Network, who: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    page = f"{HERE}tableaux/{ASKED}"
    who.reader.client.get(page)
    with django_assert_max_num_queries(3):
        who.reader.client.get(page)
