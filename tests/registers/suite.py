"""What holds of every register, asked of each: subclass `RegisterSuite` and say what it is of.

Round trips, refusals by cell, access by role, as many queries whatever the rows, bad input,
history, concurrent changes, personal data, the API.
"""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any, ClassVar

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event, verify
from maillage.people.actors import INSTALLATION
from maillage.registers.actions import verbs_of
from maillage.registers.changes import Proposal
from maillage.registers.declaration import Register
from maillage.registers.files import read, restored
from maillage.registers.queries import Reading
from maillage.sheets.findings import Unreadable

MOST_QUERIES = 10


class RegisterSuite:
    """`values`: a whole row. `bad`: for fields, a cell they must refuse. `other`: two values of a
    field, the second one not in `values`. `clients`: who writes, who only reads, who sees nothing.
    """

    register: ClassVar[Register]
    values: ClassVar[dict[str, Any]]
    bad: ClassVar[dict[str, str]]
    other: ClassVar[tuple[str, str, str]]
    """A field, what is typed in it, and how it is then read."""
    clients: ClassVar[tuple[str, str, str]] = ("administrator", "reader", "stranger")

    @pytest.fixture
    def rows(self, world: SimpleNamespace) -> list[Any]:
        made = [
            verbs_of(self.register).create(
                world.network, actor=INSTALLATION, values=self.values, code=f"A-{n}"
            )
            for n in range(3)
        ]
        self.world = world
        return made

    def client(self, rank: int) -> Any:
        return getattr(self.world, self.clients[rank]).client

    def url(self, page: str = "", **where: str) -> str:
        return self.register.address(page, "essai", **where)

    def reading(self) -> Reading:
        return Reading(self.register, self.world.network, INSTALLATION)

    def all_columns(self) -> str:
        return "colonnes=" + ",".join(f.name for f in self.register.fields)

    def pages(self) -> list[str]:
        sheet = [self.url(p, code="A-0") for p in ("sheet", "edit")]
        own = [self.url(), self.url("new"), self.url("grid"), self.url("import")]
        return [*own, *sheet, self.url("many") + "?ligne=A-0&champ=" + self.register.title]

    @pytest.mark.parametrize("shape", ["xlsx", "csv", "json"])
    def test_what_is_exported_is_imported_as_it_was(self, rows: list[Any], shape: str) -> None:
        before = {r.code: r.values for r in self.reading().whole(self.reading().rows())}
        address = self.url("export", shape=shape) + "?" + self.all_columns()
        data = self.client(0).get(address).content
        type(rows[0])._base_manager.all().delete()
        kept = read(self.reading(), data, f"fichier.{shape}")
        proposals = restored(self.reading(), orjson.loads(orjson.dumps(kept)))
        verbs_of(self.register).carry(self.world.network, proposals, actor=INSTALLATION)
        after = {r.code: r.values for r in self.reading().whole(self.reading().rows())}
        assert after == before
        assert verify(self.world.network.chain)[1] is None

    def test_a_file_that_changes_nothing_changes_nothing(self, rows: list[Any]) -> None:
        data = self.client(0).get(self.url("export", shape="csv") + "?" + self.all_columns())
        count = Event.objects.count()
        sent = {"file": SimpleUploadedFile("f.csv", data.content)}
        page = self.client(0).post(self.url("import"), sent, follow=True)
        assert "Le fichier ne change rien" in page.content.decode()
        assert Event.objects.count() == count

    def test_every_refused_cell_is_named(self, rows: list[Any]) -> None:
        titles = {f.name: f.title for f in self.register.fields}
        target = io.StringIO()
        lines = csv.writer(target, delimiter=";")
        lines.writerow(["Code", *(titles[name] for name in self.bad)])
        for number, (name, cell) in enumerate(self.bad.items()):
            lines.writerow([f"N-{number}", *(cell if name == n else "" for n in self.bad)])
        with pytest.raises(Unreadable) as unreadable:
            read(self.reading(), target.getvalue().encode(), "f.csv")
        named = [f.where for f in unreadable.value.findings if f.value]
        assert named == [
            f"ligne {row}, colonne {titles[name]}" for row, name in enumerate(self.bad, 2)
        ]
        assert all(f.expected for f in unreadable.value.findings)

    def test_who_may_not_write_reads_and_no_more(self, rows: list[Any]) -> None:
        reads, writes = self.client(1), [self.url("new"), self.url("grid"), self.url("many")]
        assert reads.get(self.url()).status_code == 200
        assert "Ajouter</a>" not in reads.get(self.url()).content.decode()
        assert reads.get(self.url("sheet", code="A-0")).status_code == 200
        assert [reads.get(url).status_code for url in writes] == [403] * 3
        assert reads.post(self.url("edit", code="A-0"), {}).status_code == 403
        for act in ("archiver", "supprimer", "effacer"):
            address = self.url("act", code="A-0", act=act)
            assert reads.post(address, {"confirme": "oui"}).status_code == 403
        assert self.reading().one("A-0").values[self.register.title]

    def test_who_sees_nothing_finds_nothing(self, rows: list[Any]) -> None:
        files = [self.url("export", shape="csv"), self.url("template")]
        for url in [*self.pages(), *files]:
            assert self.client(2).get(url).status_code == 404, url

    def test_queries_do_not_depend_on_the_rows(self, rows: list[Any]) -> None:
        client = self.client(0)
        self.counted(client)
        few = self.counted(client)
        proposals = [Proposal(f"B-{n}", self.values) for n in range(60)]
        verbs_of(self.register).carry(self.world.network, proposals, actor=INSTALLATION)
        assert self.counted(client) == few
        assert {url: count for url, count in few.items() if count > MOST_QUERIES} == {}

    def counted(self, client: Any) -> dict[str, int]:
        found = {}
        for url in self.pages():
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found[url] = len(asked)
        return found

    @pytest.mark.parametrize(
        "query",
        [
            "page=99999999999999999999", "page=-1&lignes=zz", "tri=nulle.part", "tri=-", "q=%00",
            "vue=abc", "colonnes=rien,du,tout", "filtrer=nulle", "champ=x", "ligne=%00",
        ],
    )  # fmt: skip
    def test_an_odd_address_is_no_error(self, rows: list[Any], query: str) -> None:
        for url in self.pages():
            joined = f"{url}{'&' if '?' in url else '?'}{query}"
            assert self.client(0).get(joined).status_code in (200, 404), joined

    def test_a_filter_that_means_nothing_is_told_and_left_out(self, rows: list[Any]) -> None:
        for asked in self.register.fields:
            for operator in asked.kind.operators:
                name = f"{asked.name}.{operator}" if operator else asked.name
                page = self.client(0).get(self.url(), {name: "\u2603 \x00'"})
                assert page.status_code == 200, name

    def test_a_change_is_told_in_words_before_and_after(self, rows: list[Any]) -> None:
        name, typed, shown = self.other
        self.client(0).post(self.url("edit", code="A-0"), self.form({name: typed}))
        page = self.client(0).get(self.url("sheet", code="A-0")).content.decode()
        assert f"<ins>{shown}</ins>" in page
        last = self.last()
        assert last.verb == f"{self.register.noun}.revised"
        assert set(last.diff) == {"code", name}

    def last(self) -> Event:
        return Event.objects.filter(chain=self.world.network.chain).order_by("-sequence")[0]

    def form(self, changes: dict[str, Any]) -> dict[str, Any]:
        """What the form of a row sends: its values as they are typed, some of them changed."""
        page = self.client(0).get(self.url("edit", code="A-0"))
        sent: dict[str, Any] = {"vu": page.context["seen"]}
        for bound in page.context["form"]:
            value = bound.value()
            sent[bound.name] = "" if value is None else value
        return {**sent, **changes}

    def test_what_was_typed_stays_where_it_is_refused(self, rows: list[Any]) -> None:
        for name, cell in self.bad.items():
            page = self.client(0).post(self.url("edit", code="A-0"), self.form({name: cell}))
            assert page.status_code == 422, name
            assert list(page.context["form"].errors) == [name]

    def test_what_moved_meanwhile_is_not_written_over(self, rows: list[Any]) -> None:
        name, typed, shown = self.other
        sent = self.form({})
        self.client(0).post(self.url("edit", code="A-0"), {**sent, name: typed})
        page = self.client(0).post(self.url("edit", code="A-0"), sent)
        assert page.status_code == 409
        assert shown in page.content.decode()
        again = {**sent, "vu": page.context["seen"]}
        assert self.client(0).post(self.url("edit", code="A-0"), again).status_code == 302

    def test_personal_values_stand_in_no_event_and_are_erased(self, rows: list[Any]) -> None:
        personal = [f.name for f in self.register.fields if f.personal]
        words = [str(self.values[name]) for name in personal if self.values.get(name)]
        told = orjson.dumps(list(Event.objects.values_list("diff", flat=True))).decode()
        assert [word for word in words if word in told] == []
        address = self.url("act", code="A-0", act="effacer")
        answer = self.client(0).post(address, {"confirme": "oui"})
        assert answer.status_code == (302 if personal else 409)
        values = self.reading().whole(self.reading().rows().filter(code="A-0"))[0].values
        assert {name: values[name] for name in personal} == dict.fromkeys(personal)

    def test_a_row_is_archived_put_back_and_deleted(self, rows: list[Any]) -> None:
        client, row = self.client(0), ">A-1</a>"
        client.post(self.url("act", code="A-1", act="archiver"))
        assert row not in client.get(self.url()).content.decode()
        assert row in client.get(self.url() + "?archives=oui").content.decode()
        client.post(self.url("act", code="A-1", act="remettre"))
        assert row in client.get(self.url()).content.decode()
        client.post(self.url("act", code="A-1", act="supprimer"), {"confirme": "oui"})
        assert client.get(self.url("sheet", code="A-1")).status_code == 404
        assert self.last().verb == f"{self.register.noun}.deleted"
