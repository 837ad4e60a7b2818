"""What holds of every register, asked of each: subclass `RegisterSuite` and say what it is of.

Round trips, refusals by cell, access by role, as many queries whatever the rows, bad input,
history, concurrent changes, personal data, the API.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, ClassVar

import openpyxl
import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event, verify
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.registers.actions import verbs_of
from maillage.registers.changes import BY_VERB, Proposal
from maillage.registers.declaration import Register
from maillage.registers.files import read, restored, table_of
from maillage.registers.list_question import Question
from maillage.registers.queries import Reading
from maillage.sheets.findings import Unreadable
from maillage.sheets.writing import to_xlsx
from tests.sheets.ods_files import ods

MOST_QUERIES = 10


class RegisterSuite:
    """`values`: a whole row. `bad`: for fields, a cell they must refuse. `other`: two values of a
    field, the second one not in `values`. `clients`: who writes, who only reads, who sees nothing.
    `by_verb`: for each field that an act alone writes, a cell it would take.
    """

    register: ClassVar[Register]
    values: ClassVar[dict[str, Any]]
    bad: ClassVar[dict[str, str]]
    other: ClassVar[tuple[str, str, str]]
    """A field, what is typed in it, and how it is then read."""
    by_verb: ClassVar[dict[str, str]] = {}
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

    def test_an_ods_file_is_read_as_an_xlsx_is(self, rows: list[Any]) -> None:
        made = table_of(self.reading(), Question(), [], self.register.fields)
        cells = [
            [v / 100 if c.kind == "amount" and v is not None else v
             for c, v in zip(made.columns, row, strict=True)]
            for row in made.rows
        ]  # fmt: skip
        plain = [[float(v) if isinstance(v, Decimal) else v for v in row] for row in cells]
        data = ods([[c.title for c in made.columns], *plain], made.title)
        sent = to_xlsx(made, dt.date(2026, 1, 1))
        kept = read(self.reading(), data, "f.ods")
        again = read(self.reading(), sent, "f.xlsx")
        assert [row[:2] for row in kept] == [row[:2] for row in again] and len(kept) == 3

    def test_merged_cells_and_errors_are_named_and_nothing_is_proposed(
        self, rows: list[Any]
    ) -> None:
        title = self.register.by_name[self.register.title].title
        data = self.client(0).get(self.url("export", shape="xlsx") + "?" + self.all_columns())
        book = openpyxl.load_workbook(io.BytesIO(data.content))
        sheet, target = book.worksheets[0], io.BytesIO()
        at = [cell.value for cell in sheet[1]].index(title) + 1
        wrong = sheet.cell(2, at, "#REF!")
        wrong.data_type = "e"
        sheet.merge_cells(start_row=3, end_row=4, start_column=at, end_column=at)
        book.save(target)
        count = Event.objects.count()
        upload = {"file": SimpleUploadedFile("f.xlsx", target.getvalue())}
        page = self.client(0).post(self.url("import"), upload, follow=True)
        told = page.content.decode()
        assert "erreur du tableur" in told and "sont fusionnées" in told
        assert f"ligne 2, colonne {title}" in told
        assert Event.objects.count() == count

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

    def test_what_an_act_alone_writes_is_given_by_nothing_else(self, rows: list[Any]) -> None:
        assert set(self.by_verb) == {f.name for f in self.register.fields if f.by_verb}
        client, template = self.client(0), self.client(0).get(self.url("template")).content
        titles = [c.value for c in openpyxl.load_workbook(io.BytesIO(template)).worksheets[0][1]]
        seen, count = client.get(self.api("A-0"))["ETag"], Event.objects.count()
        for name, typed in self.by_verb.items():
            asked = self.register.by_name[name]
            sent, known = self.form({}), self.reading().directory(name).known
            value = asked.kind.take(typed, known)
            assert value is not None and name not in sent and asked.title not in titles
            body = {name: asked.kind.plain(value)}
            own = {**self.as_json(self.values), "code": "N-1", **body}
            grid = {f"r{rows[0].pk}-{key}": cell for key, cell in {**sent, name: typed}.items()}
            many = {"ligne": "A-0", "champ": name, name: typed, "geste": "appliquer"}
            line = {**grid, "ligne": f"r{rows[0].pk}"}
            answers = [
                client.post(self.url("new"), {**sent, "code": "N-1", name: typed}),
                client.post(self.url("edit", code="A-0"), {**sent, name: typed}),
                client.post(self.url("grid") + f"?colonnes={name}", grid),
                client.post(self.url("grid"), line, headers={"Accept": "application/json"}),
                client.post(self.url("many"), many),
                self.send(0, body=own),
                self.send(0, "A-0", body, seen),
            ]
            assert [answer.status_code for answer in answers] == [422] * len(answers)
            told = [
                str(a.json()) if "json" in a["Content-Type"] else a.content.decode()
                for a in answers
            ]
            assert [said for said in told if BY_VERB not in said] == []
            assert [fault["field"] for fault in answers[-1].json()["faults"]] == [name]
            for code in ("A-0", "N-1"):
                table = f"Code;{asked.title}\n{code};{typed}\n".encode()
                with pytest.raises(Unreadable) as unreadable:
                    read(self.reading(), table, "f.csv")
                where = {f.where for f in unreadable.value.findings if BY_VERB in f.what}
                assert where == {f"ligne 2, colonne {asked.title}"}
            with pytest.raises(Refusal):
                proposals = [Proposal("A-0", {name: value})]
                verbs_of(self.register).carry(self.world.network, proposals, actor=INSTALLATION)
        assert Event.objects.count() == count

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

    def api(self, code: str = "") -> str:
        at = f"/api/v1/networks/{self.world.network.code}/{self.register.path}"
        return f"{at}/{code}" if code else at

    def as_json(self, values: dict[str, Any]) -> dict[str, Any]:
        return {n: self.register.by_name[n].kind.plain(value) for n, value in values.items()}

    def changed(self) -> dict[str, Any]:
        """The body of `other`."""
        name, typed, _ = self.other
        known = self.reading().directory(name).known
        return self.as_json({name: self.register.by_name[name].kind.take(typed, known)})

    def send(
        self, rank: int | None, code: str = "", body: Any = None, seen: str | None = None
    ) -> Any:
        """A row created, or the one of a code changed; by nobody where `rank` is None."""
        client = Client() if rank is None else self.client(rank)
        headers = {"If-Match": seen} if seen is not None else {}
        write = client.patch if code else client.post
        return write(self.api(code), orjson.dumps(body), "application/json", headers=headers)

    def test_the_api_gives_what_is_kept(self, rows: list[Any]) -> None:
        listed = orjson.loads(self.client(0).get(self.api()).content)
        assert listed["count"] == len(listed["rows"]) == 3
        one = self.client(0).get(self.api("A-1"))
        told = orjson.loads(one.content)
        assert told == listed["rows"][1] and told["etag"] == one["ETag"]
        given = self.as_json(self.values)
        assert {name: told[name] for name in given} == given
        title = self.register.title
        found = self.client(0).get(self.api(), {title: str(self.values[title]).swapcase()})
        assert orjson.loads(found.content)["count"] == 3
        none = self.client(0).get(self.api(), {f"{title}.vide": "oui"})
        assert orjson.loads(none.content)["count"] == 0
        for url in (self.api(), self.api("A-1")):
            assert self.client(2).get(url).status_code == 404
        assert self.client(0).get(self.api("rien")).status_code == 404

    def test_the_api_creates_once_and_only_what_holds(self, rows: list[Any]) -> None:
        body = {**self.as_json(self.values), "code": "N-1"}
        made = self.send(0, body=body)
        assert made.status_code == 201 and made["ETag"] == orjson.loads(made.content)["etag"]
        wrong = [{**body, "code": f"B-{n}", n: cell} for n, cell in self.bad.items()]
        wrong += [{**body, "code": "B-0", "rien": 1}, {}, [], {"code": "B-0"}]
        answers = [self.send(0, body=body), *(self.send(0, body=one) for one in wrong)]
        answers += [self.send(rank, body={**body, "code": "N-2"}) for rank in (None, 1, 2)]
        assert [a.status_code for a in answers] == [409, *([422] * len(wrong)), 401, 403, 404]
        kinds = {answer["Content-Type"].partition(";")[0] for answer in answers}
        assert kinds == {"application/problem+json"}
        assert self.reading().rows().count() == 4

    def test_the_api_changes_what_one_has_read(self, rows: list[Any]) -> None:
        seen, body = self.client(0).get(self.api("A-0"))["ETag"], self.changed()
        refused = [
            self.send(0, "A-0", body), self.send(0, "A-0", body, '"rien"'),
            self.send(0, "A-0", body, '"999999999"'), self.send(0, "A-0", {"rien": 1}, seen),
            self.send(0, "rien", body, seen), self.send(None, "A-0", body, seen),
            self.send(1, "A-0", body, seen), self.send(2, "A-0", body, seen),
        ]  # fmt: skip
        refused += [self.send(0, "A-0", {n: cell}, seen) for n, cell in self.bad.items()]
        wanted = [428, 412, 412, 422, 404, 401, 403, 404] + [422] * len(self.bad)
        assert [answer.status_code for answer in refused] == wanted
        done = self.send(0, "A-0", body, seen)
        assert done.status_code == 200 and done["ETag"] != seen
        name = self.other[0]
        assert orjson.loads(done.content)[name] == body[name]
        assert self.send(0, "A-0", body, seen).status_code == 412
