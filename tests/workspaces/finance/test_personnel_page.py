"""The jobs of a budget on their page: typed, carried to the accounts, never lost."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from maillage.costing.models import BudgetAxis
from maillage.kernel.models import Event, append_all
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import (
    LineEdit,
    carry_personnel,
    enter_amounts,
    save_personnel,
)
from maillage.workspaces.finance.engine.personnel import Jobs
from maillage.workspaces.finance.queries.budgets import jobs_of
from tests.workspaces.finance.budget_world import budget, page_text

pytestmark = pytest.mark.usefixtures("november")

BASE = "/reseaux/essai/finances/"


JOB = {"label": "Conseil", "axis": "", "fte": "2,5", "gross": "3 000", "rate": "45",
       "first": "1", "last": "12"}  # fmt: skip


def _form(client: Client, here: str, *jobs: dict[str, str], saved: int = 0) -> dict[str, Any]:
    """What the page would send: the stamp it carries, and these jobs."""
    seen = re.search(r'name="seen" value="(\w+)"', client.get(here).content.decode())
    assert seen
    form: dict[str, Any] = {"seen": seen[1]}
    form |= {"emplois-TOTAL_FORMS": len(jobs), "emplois-INITIAL_FORMS": saved}
    for rank, job in enumerate(jobs):
        form |= {f"emplois-{rank}-{name}": value for name, value in job.items()}
    return form


def page_text_of(answer: Any) -> str:
    text = html.unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r">\s+<", "><", " ".join(text.split()))


@pytest.fixture
def page(network: Network, who: SimpleNamespace) -> SimpleNamespace:
    held = budget(network)
    here = f"{BASE}budgets/{held.pk}/personnel/"
    return SimpleNamespace(budget=held, client=who.nord.client, here=here)


def test_jobs_are_entered_with_their_yearly_cost(page: SimpleNamespace) -> None:
    form = _form(page.client, page.here, JOB)
    bad = page.client.post(page.here, form | {"emplois-0-gross": "beaucoup"})
    assert bad.status_code == 422
    assert "beaucoup" in bad.content.decode()
    assert page.client.post(page.here, form).status_code == 302
    shown = page_text(page.client, page.here)
    assert '<td class="num">130 500</td>' in shown  # 2,5 × 3 000 × 1,45 × 12
    assert shown.count("-DELETE") == 3  # field, id and label of the one saved row
    assert "<caption>En euros</caption>" in shown


def carry(page: SimpleNamespace, form: dict[str, Any]) -> Any:
    """See which lines the jobs replace, then replace them."""
    shown = page.client.post(page.here, form | {"geste": "reporter"})
    assert shown.status_code == 200
    version = re.search(r'name="vu" value="(\d+)"', shown.content.decode())
    assert version
    return page.client.post(page.here, form | {"geste": "porter", "vu": version[1]})


def test_subdivisions_and_axes_are_replaced_never_counted_beside(page: SimpleNamespace) -> None:
    """Pay detailed by accounts, one under an action: the jobs stand instead, what is else stays."""
    BudgetAxis.objects.create(
        network=page.budget.network, code="essor", name="Essor", kind="action"
    )
    page.budget.lines.all().delete()
    held = {("6411", ""): 3_000_000, ("6413", "essor"): 400_000, ("6451", ""): 1_000_000,
            ("647", ""): 60_000}  # fmt: skip
    edits = [LineEdit(*key, dict.fromkeys(range(1, 13), cents)) for key, cents in held.items()]
    enter_amounts(page.budget, edits, actor=INSTALLATION)
    form = _form(page.client, page.here, JOB) | {"geste": "reporter"}
    shown = page_text_of(page.client.post(page.here, form))
    for row in (
        "641 Rémunérations du personnel", "ligne ajoutée", "6411", "360 000", "ligne retirée",
        "6413", "48 000", "Essor", "6451", "120 000", "90 000", "40 500",
        "528 000</td><td class=\"num\">130 500",
    ):  # fmt: skip
        assert row in shown, row
    assert "647" not in shown and jobs_of(page.budget) == []
    assert carry(page, form).status_code == 302
    left = {line.account: sum(line.months) for line in page.budget.lines.all()}
    assert left == {"641": 9_000_000, "645": 4_050_000, "647": 720_000}


def test_lines_entered_since_they_were_shown_are_not_replaced(page: SimpleNamespace) -> None:
    form = _form(page.client, page.here, JOB)
    shown = page.client.post(page.here, form | {"geste": "reporter"}).content.decode()
    version = re.search(r'name="vu" value="(\d+)"', shown)
    assert version
    enter_amounts(page.budget, [LineEdit("6411", "", {1: 5})], actor=INSTALLATION)
    answer = page.client.post(page.here, form | {"geste": "porter", "vu": version[1]})
    assert answer.status_code == 409 and jobs_of(page.budget) == []
    assert page.client.post(page.here, form | {"geste": "porter"}).status_code == 409
    assert page.budget.lines.get(account="6411", axis=None).m01 == 5


def test_carrying_saves_what_is_typed_first(page: SimpleNamespace) -> None:
    page.client.post(page.here, _form(page.client, page.here, JOB))
    form = _form(page.client, page.here, JOB | {"fte": "9"}, saved=1) | {"geste": "reporter"}
    bad = page.client.post(page.here, form | {"emplois-0-fte": "neuf"})
    assert bad.status_code == 422
    assert not page.budget.lines.filter(account="645").exists()
    assert carry(page, form).status_code == 302
    assert [job.fte for job in jobs_of(page.budget)] == [900]
    assert page.budget.lines.get(account="641", axis=None).m01 == 2_700_000


def test_jobs_and_their_accounts_are_one_act(page: SimpleNamespace) -> None:
    jobs = [Jobs("Conseil", "", 100, 300_000, 4500)]
    first = Event.objects.count()
    page.budget.lines.filter(account__startswith="64").delete()
    assert carry_personnel(page.budget, jobs, actor=INSTALLATION) == 2
    event = Event.objects.filter(chain=page.budget.chain).latest("sequence")
    assert (Event.objects.count(), event.verb) == (first + 1, "finance.personnel.carried")
    assert event.diff["jobs"] == [0, 1]
    assert set(event.diff["amounts"]) == {"641|", "645|"}
    assert carry_personnel(page.budget, jobs, actor=INSTALLATION) == 0
    assert Event.objects.count() == first + 1, "the same jobs change nothing"


def test_accounts_that_cannot_be_entered_keep_the_jobs_as_they_were(
    page: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillage.workspaces.finance.actions.lines.MOST_LINES", 1)
    lines = list(page.budget.lines.values_list("pk", "version"))
    form = _form(page.client, page.here, JOB) | {"geste": "reporter"}
    assert carry(page, form).status_code == 422
    assert jobs_of(page.budget) == []
    assert list(page.budget.lines.values_list("pk", "version")) == lines


def test_carrying_starts_again_where_another_took_its_number(
    page: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    depth = len(connection.savepoint_ids)

    class Outside:
        """The connection as it is where no test holds a transaction open."""

        @property
        def in_atomic_block(self) -> bool:
            return len(connection.savepoint_ids) > depth

    def late(*given: Any) -> Any:
        tried.append(len(tried))
        if len(tried) == 1:
            raise IntegrityError("event_chain_sequence")
        return append_all(*given)

    monkeypatch.setattr("maillage.kernel.actions.append_all", late)
    monkeypatch.setattr("maillage.kernel.actions.connection", Outside())
    carry_personnel(page.budget, [Jobs("Conseil", "", 100, 1, 1)], actor=INSTALLATION)
    assert len(tried) == 2
    assert len(jobs_of(page.budget)) == 1


def test_two_people_on_the_jobs_lose_nothing(page: SimpleNamespace) -> None:
    page.client.post(page.here, _form(page.client, page.here, JOB))
    form = _form(page.client, page.here, JOB | {"fte": "4"}, JOB | {"label": "Accueil"}, saved=1)
    others = [Jobs("Conseil", "", 300, 300_000, 4600), Jobs("Direction", "", 100, 500_000, 4500)]
    save_personnel(page.budget, others, actor=INSTALLATION)
    answer = page.client.post(page.here, form)
    assert answer.status_code == 409
    told = " ".join(html.unescape(answer.content.decode()).replace("\u00a0", " ").split())
    for row in (
        "Conseil, ETP</th><td>3</td><td>4</td>",
        "Conseil, charges</th><td>46 %</td><td>45 %</td>",
        "Direction, ligne entière</th><td>1 ETP</td><td>absente</td>",
        "Accueil, ligne entière</th><td>absente</td><td>2,5 ETP</td>",
    ):
        assert row in told, row
    assert 'value="Accueil"' in told
    assert jobs_of(page.budget) == others
    seen = re.search(r'name="seen" value="(\w+)"', told)
    assert seen
    assert page.client.post(page.here, form | {"seen": seen[1]}).status_code == 302
    assert [job.label for job in jobs_of(page.budget)] == ["Conseil", "Accueil"]


def test_amounts_entered_meanwhile_are_no_conflict(page: SimpleNamespace) -> None:
    form = _form(page.client, page.here, JOB)
    enter_amounts(page.budget, [LineEdit("611", "", {1: 5})], actor=INSTALLATION)
    assert page.client.post(page.here, form).status_code == 302
    assert len(jobs_of(page.budget)) == 1
