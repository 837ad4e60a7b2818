"""What the kit does with what the example declares: readers, filters, many rows, API."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.kernel.models import Event, append, verify
from maillage.kernel.verdicts import Refusal
from maillage.kernel.words import Words
from maillage.people.actions import erase_account
from maillage.people.actors import INSTALLATION
from maillage.registers.changes import Proposal
from maillage.registers.files import read, restored
from maillage.registers.house import Handed
from maillage.registers.importing import import_of
from maillage.registers.models import SavedView
from maillage.registers.queries import Reading
from tests.builders import apply_import
from tests.registers.example.contracts import CONTRACTS
from tests.registers.example.models import Contract
from tests.registers.world import VERBS, contract

HOME = "/reseaux/essai/contrats/"
API = "/api/v1/networks/essai/contrats"


@pytest.fixture
def some(world: SimpleNamespace) -> SimpleNamespace:
    """Three contracts: of the north, of the south, and a secret one."""
    north = {"amount": 100_00, "end": dt.date(2026, 12, 31), "site": "https://zones.fr"}
    contract(world.network, "N", title="Énergie du Nord", note="Évolutif", **north)
    south = {"entity": "sud", "amount": 900_00, "lots": None, "site": "https://étang.fr"}
    contract(world.network, "S", title="Ménage du Sud", note="Divers", **south)
    secret = {"amount": 500_00, "site": "https://Dune.fr", "note": None}
    contract(world.network, "SECRET", title="Secret", **secret)
    return world


def codes(client: Any, query: str) -> list[str]:
    page = client.get(HOME + query)
    assert page.status_code == 200
    return [record.code for record in page.context["records"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["N", "S", "SECRET"]),
        ("?tri=-amount", ["S", "SECRET", "N"]),
        ("?tri=title", ["N", "S", "SECRET"]),
        ("?q=ENERGIE+nord", ["N"]),
        ("?q=menage", ["S"]),
        ("?entity=nord", ["N", "SECRET"]),
        ("?entity=nord&entity=sud&amount.min=200", ["S", "SECRET"]),
        ("?entity.sauf=nord", ["S"]),
        ("?amount.max=100", ["N"]),
        ("?end.max=2027-01-01", ["N"]),
        ("?end.max=31/12/2026", ["N"]),
        ("?end.min=%2B900a", []),
        ("?lots.vide=oui", ["S"]),
        ("?lots.vide=non", ["N", "SECRET"]),
        ("?themes=it", ["N", "S", "SECRET"]),
        ("?themes.sauf=it", []),
        ("?processes=achats&renewable=oui", ["N", "S", "SECRET"]),
        ("?title=du", ["N", "S"]),
        ("?title=ÉNERGIE", ["N"]),
        ("?title=energie", ["N"]),
        ("?title=MENAGE", ["S"]),
        ("?title=.*", []),
        ("?tri=site", ["SECRET", "S", "N"]),
        ("?tri=-site", ["N", "S", "SECRET"]),
        ("?tri=note", ["S", "N", "SECRET"]),
        ("?tri=-note", ["N", "S", "SECRET"]),
        ("?tri=entity", ["N", "SECRET", "S"]),
        ("?buyer.vide=oui&year=2026", ["N", "S", "SECRET"]),
    ],
)
def test_what_an_address_asks_is_what_is_listed(
    some: SimpleNamespace, query: str, found: list[str]
) -> None:
    assert codes(some.administrator.client, query) == found


def test_each_filter_is_a_chip_that_goes_away(some: SimpleNamespace) -> None:
    page = some.administrator.client.get(HOME + "?entity=nord&amount.min=200&q=secret&tri=-end")
    words = dict(page.context["chips"])
    assert list(words) == [
        "Chambre\u00a0: Nord",
        "Montant\u00a0: à partir de 200,00\u00a0€",
        "Recherche\u00a0: «\u00a0secret\u00a0»",
    ]
    assert words["Chambre\u00a0: Nord"] == "amount.min=200&q=secret&tri=-end"


def test_a_register_moves_with_its_rows_and_not_with_a_noun_that_begins_alike(
    some: SimpleNamespace,
) -> None:
    version = import_of(CONTRACTS).version
    reading = Reading(CONTRACTS, some.network, INSTALLATION)
    was = version(reading)
    append(reading.chain, "", "tests.contractor.created", "tests.contractor:a", {})
    assert version(reading) == was
    append(reading.chain, "", "tests.contract.closed", Contract.objects.get(code="N").subject, {})
    assert version(reading) > was


def test_what_an_act_wrote_is_read_searched_and_kept_by_what_is_typed(
    some: SimpleNamespace,
) -> None:
    """An act saves its column and nothing else; the form, the files and the house go on from it."""
    client = some.administrator.client
    Contract.objects.filter(code="N").update(outcome="Tenu à l’échéance")
    assert codes(client, "?q=echeance") == codes(client, "?outcome=échéance") == ["N"]
    assert client.get(f"{API}/N").json()["outcome"] == "Tenu à l’échéance"
    found = Handed(CONTRACTS).search(INSTALLATION, Words("échéance"))
    assert [one.title for one in found] == ["N Énergie du Nord"]
    exported = client.get(HOME + "export/csv/?colonnes=title,outcome").content
    changed = exported.replace("Énergie".encode(), b"Gaz")
    kept = read(Reading(CONTRACTS, some.network, INSTALLATION), changed, "f.csv")
    proposals = restored(Reading(CONTRACTS, some.network, INSTALLATION), kept)
    assert VERBS.carry(some.network, proposals, actor=INSTALLATION) == 1
    row = Contract.objects.get(code="N")
    assert (row.title, row.outcome) == ("Gaz du Nord", "Tenu à l’échéance")


def test_a_field_one_does_not_read_is_nowhere(some: SimpleNamespace) -> None:
    """A reader of the network reads no amount: neither shown, filtered, sorted, sent nor told."""
    client = some.reader.client
    assert codes(client, "") == ["N", "S"], "nor a secret contract"
    assert codes(client, "?amount.min=200") == ["N", "S"]
    assert codes(client, "?tri=-amount") == ["N", "S"]
    pages = [HOME, HOME + "?colonnes=amount,title", HOME + "fiche/N/", HOME + "modele/"]
    pages += [HOME + f"export/{shape}/?colonnes=amount,title" for shape in ("csv", "json")]
    pages += [API, API + "/N"]
    for url in pages:
        told = client.get(url).content.decode("utf-8", "ignore").replace("\u202f", "")
        assert "Montant" not in told and "amount" not in told and "100,00" not in told, url
    assert client.get(HOME + "fiche/SECRET/").status_code == 404


def test_a_field_read_in_some_rows_is_hidden_in_the_others(some: SimpleNamespace) -> None:
    """The editor of the north reads the amounts of the north alone."""
    client = some.nord.client
    assert codes(client, "?amount.min=1") == ["N"]
    page = client.get(HOME + "?tri=-amount&colonnes=amount")
    assert "Montant (€ HT)" in page.content.decode()
    cells = [row[-1] for row in page.context["table"].rows]
    assert cells == ['<td class="num">100,00</td>', '<td class="num">–</td>']
    rows = orjson.loads(client.get(API).content)["rows"]
    assert [row.get("amount", "absent") for row in rows] == [10000, "absent"]
    told = client.get(HOME + "fiche/S/").content.decode()
    assert "900,00" not in told


def test_each_writes_only_what_is_theirs(some: SimpleNamespace) -> None:
    south = Contract.objects.get(code="S")
    with pytest.raises(Refusal, match="autre chambre"):
        VERBS.revise(south, actor=some.nord.actor, values={"title": "À moi"})
    with pytest.raises(Refusal, match="autre chambre"):
        VERBS.create(some.network, actor=some.nord.actor, values={**BARE, "entity": "sud"})
    north = Contract.objects.get(code="N")
    with pytest.raises(Refusal, match="autre chambre"):
        VERBS.revise(north, actor=some.nord.actor, values={"entity": "sud"})
    VERBS.revise(north, actor=some.nord.actor, values={"title": "À nous"})
    assert Contract.objects.get(code="N").title == "À nous"


BARE: dict[str, Any] = {"title": "Bail", "form": "simple", "entity": "nord"}


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"form": "framework"}, ("lots", "un accord-cadre dit combien il a de lots")),
        (
            {"year": 2027, "end": dt.date(2026, 1, 1)},
            ("end", "la fin précède l’année 2027"),
        ),
        ({"title": None}, ("title", "une valeur est obligatoire")),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_where_it_does(
    world: SimpleNamespace, values: dict[str, Any], where: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as refused:
        VERBS.create(world.network, actor=world.administrator.actor, values={**BARE, **values})
    assert refused.value.denied.status == 422
    assert [(f["field"], f["what"]) for f in refused.value.details["faults"]] == [where]
    assert not Contract.objects.exists()


def test_rows_are_numbered_in_turn(world: SimpleNamespace) -> None:
    made = [
        VERBS.create(world.network, actor=world.administrator.actor, values=BARE) for _ in range(2)
    ]
    assert [row.code for row in made] == ["C-001", "C-002"]


def test_many_rows_change_after_a_preview(some: SimpleNamespace) -> None:
    client, url = some.administrator.client, HOME + "lot/"
    seen = {"champ": "year", "year": "2027", "ligne": ["N", "S"]}
    preview = client.post(url, {**seen, "geste": "voir"})
    assert preview.context["moving"] == 1, "the north ends in 2026"
    assert preview.status_code == 422
    asked = {**seen, "year": "2025"}
    preview = client.post(url, {**asked, "geste": "voir"})
    assert [str(c) for _, told in preview.context["preview"] for c in told] == [
        "Année\u00a0: 2026 → 2025"
    ] * 2
    lines = [f"{code}:{number}" for code, number in preview.context["seen"]]
    VERBS.revise(Contract.objects.get(code="N"), actor=some.administrator.actor, values={"lots": 9})
    moved = client.post(url, {**asked, "ligne": lines, "geste": "appliquer"})
    assert moved.status_code == 409
    assert Contract.objects.filter(year=2025).count() == 0, "all or none"
    untold = client.post(url, {**asked, "geste": "appliquer"})
    assert untold.status_code == 409
    assert "ne dit pas ce que la page montrait" in untold.content.decode()
    assert Contract.objects.filter(year=2025).count() == 0
    read = client.post(url, {**asked, "geste": "voir"}).context["seen"]
    told = {**asked, "ligne": [f"{code}:{number}" for code, number in read]}
    assert client.post(url, {**told, "geste": "appliquer"}).status_code == 302
    assert Contract.objects.filter(year=2025).count() == 2
    verbs = Event.objects.filter(chain="network:essai").order_by("-sequence")[:3]
    assert [event.verb for event in verbs] == ["tests.contracts.imported"] + 2 * [
        "tests.contract.revised"
    ]


def test_a_grid_writes_what_was_typed_or_nothing(some: SimpleNamespace) -> None:
    client, url = some.administrator.client, HOME + "saisie/?colonnes=title,form,lots,entity"
    page = client.get(url)
    sent = {}
    for line in page.context["lines"]:
        sent[line.seen_name] = line.seen
        sent |= {bound.html_name: bound.value() or "" for bound in line.form}
    first = page.context["lines"][0].form
    other = {first["title"].html_name: "Autre"}
    wrong = client.post(url, {**sent, **other, first["lots"].html_name: "cent"})
    assert wrong.status_code == 422
    assert Contract.objects.get(code="N").title == "Énergie du Nord"
    assert 'value="cent"' in wrong.content.decode(), "what was typed stays"
    new = {"nouvelle-1-title": "Neuf", "nouvelle-1-form": "simple", "nouvelle-1-entity": "sud"}
    done = client.post(url, {**sent, **new, **other})
    assert done.status_code == 302
    assert Contract.objects.get(code="N").title == "Autre"
    assert Contract.objects.get(title="Neuf").code == "C-001"


def test_a_line_of_the_grid_is_written_as_it_is_typed(some: SimpleNamespace) -> None:
    client, url = some.administrator.client, HOME + "saisie/?colonnes=title,form,lots,entity"
    line = client.get(url).context["lines"][0]
    kept = {bound.html_name: bound.value() or "" for bound in line.form}
    title, lots = line.form["title"].html_name, line.form["lots"].html_name

    def send(name: str, cells: dict[str, Any]) -> tuple[int, Any]:
        answer = client.post(url, {"ligne": name, **cells}, headers={"Accept": "application/json"})
        return answer.status_code, orjson.loads(answer.content)

    stamp = {line.seen_name: line.seen}
    done, told = send(line.name, {**kept, **stamp, title: "Autre"})
    assert (done, told["code"]) == (200, "N") and told["seen"] > line.seen
    assert send(line.name, {**kept, line.seen_name: told["seen"], lots: "cent"})[1][
        "cells"
    ].keys() == {"lots"}
    moved, told = send(line.name, {**kept, **stamp, lots: "5"})
    assert moved == 409 and told["by"] == "vous, dans un autre onglet"
    assert told["values"] == {"title": "Autre", "lots": "3"}
    again = send(line.name, {**kept, line.seen_name: told["seen"], title: "Autre", lots: "5"})
    assert again[0] == 200
    row = Contract.objects.get(code="N")
    assert (row.title, row.lots) == ("Autre", 5)
    assert send("nouvelle-1", {"nouvelle-1-title": "Neuf"})[1]["cells"].keys() == {"form", "entity"}
    new = {"nouvelle-1-title": "Neuf", "nouvelle-1-form": "simple", "nouvelle-1-entity": "sud"}
    made, told = send("nouvelle-1", new)
    assert (made, told["code"]) == (200, "C-001")
    assert told["name"] == f"r{Contract.objects.get(code='C-001').pk}"
    assert send("r0", {})[0] == 200 and send("r999999", {})[0] == 404
    assert Contract.objects.count() == 4, "an empty line is no row"


def test_views_are_one_s_own_or_shared(some: SimpleNamespace) -> None:
    client = some.administrator.client
    client.post(HOME + "vues/?entity=nord", {"nom": "Au nord"})
    client.post(HOME + "vues/?entity=sud", {"nom": "Au sud", "partagee": "oui"})
    assert (
        some.reader.client.post(HOME + "vues/?q=x", {"nom": "Y", "partagee": "oui"}).status_code
        == 403
    )
    mine, shared = SavedView.objects.order_by("name")
    assert [v.query for v in (mine, shared)] == ["entity=nord", "entity=sud"]
    told = some.reader.client.get(HOME).content.decode()
    assert "Au sud" in told and "Au nord" not in told
    assert some.reader.client.get(HOME + f"?vue={shared.pk}").url == HOME + "?entity=sud"
    assert some.reader.client.get(HOME + f"?vue={mine.pk}").status_code == 404
    assert some.reader.client.post(HOME + f"vues/{shared.pk}/").status_code == 403
    client.post(HOME + f"vues/{mine.pk}/")
    assert SavedView.objects.get() == shared


def test_dates_are_a_diary(some: SimpleNamespace) -> None:
    diary = some.administrator.client.get(HOME + "export/ics/?entity=nord").content.decode()
    assert diary.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20261231" in diary
    assert "SUMMARY:Fin\u00a0: Énergie du Nord" in diary


def test_a_file_is_reviewed_then_applied_with_one_event_a_row(some: SimpleNamespace) -> None:
    client = some.nord.client
    text = "Code;Objet;Forme;Chambre\nN;Énergie;;\nS;Ménage;;\n;Neuf;Marché simple;Nord\n"
    text = text.replace("N;Énergie;;", "N;Énergie;simple;nord").replace(
        "S;Ménage;;", "S;Ménage;simple;sud"
    )
    sent = {"file": SimpleUploadedFile("f.csv", text.encode())}
    review = client.post(HOME + "import/", sent, follow=True)
    told = review.content.decode()
    assert review.context["total"] == 2 and review.context["refused_total"] == 1
    assert "Énergie du Nord" in told and "autre chambre" in told
    client.post(review.context["apply_url"], {"vu": review.context["version"]})
    assert sorted(Contract.objects.values_list("title", flat=True)) == [
        "Ménage du Sud", "Neuf", "Secret", "Énergie",
    ]  # fmt: skip
    chain = Event.objects.filter(chain="network:essai").order_by("-sequence")
    assert [event.verb.rpartition(".")[2] for event in chain[:3]] == [
        "imported", "created", "revised",
    ]  # fmt: skip
    assert verify("network:essai")[1] is None


def test_the_api_lists_gives_creates_and_changes(some: SimpleNamespace) -> None:
    client = some.administrator.client
    listed = orjson.loads(client.get(API + "?entity=sud").content)
    assert listed["count"] == 1 and listed["rows"][0]["processes"] == ["achats", "paie"]
    assert client.get(API + "?amount.min=beaucoup").status_code == 422
    one = client.get(API + "/N")
    body = orjson.dumps({"end": "2027-06-30", "rate": "2.50"})

    def patch(headers: dict[str, str], data: bytes = body) -> Any:
        return client.patch(API + "/N", data, content_type="application/json", headers=headers)

    assert patch({}).status_code == 428
    done = patch({"If-Match": one["ETag"]})
    assert done.status_code == 200, done.content
    assert orjson.loads(done.content)["rate"] == "2.50" and done["ETag"] != one["ETag"]
    assert patch({"If-Match": one["ETag"]}, b'{"lots": 8}').status_code == 412
    assert patch({"If-Match": done["ETag"]}, b'{"lots": 100}').status_code == 422
    assert patch({"If-Match": done["ETag"]}, b'{"rien": 1}').status_code == 422
    new = orjson.dumps({**BARE, "amount": 12, "renewable": True})
    made = client.post(API, new, content_type="application/json")
    assert made.status_code == 201 and orjson.loads(made.content)["code"] == "C-001"
    assert client.post(API, b"{}", content_type="application/json").status_code == 422
    assert Client().post(API, new, content_type="application/json").status_code == 401
    assert Client().get(API).status_code == 404
    answer = some.reader.client.post(API, new, content_type="application/json")
    assert answer.status_code == 403 and answer["Content-Type"] == "application/problem+json"


def test_the_api_is_described(world: SimpleNamespace) -> None:
    paths = orjson.loads(Client().get("/api/openapi.json").content)["paths"]
    described = paths["/api/v1/networks/{network}/contrats"]["get"]
    assert {"q", "end.min", "entity"} <= {p["name"] for p in described["parameters"]}


def test_the_house_finds_names_and_keeps_quiet(some: SimpleNamespace) -> None:
    handed = Handed(CONTRACTS)
    found = list(handed.search(some.reader.actor, Words("energie")))
    assert [(f.kind, f.title, f.url) for f in found] == [
        ("Contrats", "N Énergie du Nord", HOME + "fiche/N/")
    ]
    assert list(handed.search(some.stranger.actor, Words("energie"))) == []
    secret = Contract.objects.get(code="SECRET").public_id
    assert not handed.resolve([secret, "12"], some.reader.actor)[secret].visible
    assert handed.resolve([secret], some.administrator.actor)[secret].title == "SECRET Secret"


def test_a_person_has_what_is_kept_of_them(some: SimpleNamespace) -> None:
    user = some.nord.user
    VERBS.revise(
        Contract.objects.get(code="N"),
        actor=some.administrator.actor,
        values={"buyer": user.identity},
    )
    held = Handed(CONTRACTS).personal_data(user)
    assert held == [{"registre": "contrats", "fiche": "N", "Contact": "jeanne@exemple.fr"}]
    last = Event.objects.filter(chain="network:essai").order_by("-sequence")[0]
    assert last.diff["buyer"] == [None, user.identity], "an identity, never an address"
    mine = orjson.loads(some.nord.client.get("/compte/export.json").content)
    assert mine["fiches"] == held
    erase_account(user, actor=INSTALLATION)
    row = Contract.objects.get(code="N")
    assert (row.contact, row.buyer_id) == ("", user.pk), "the address goes, the row stays"
    assert Contract.objects.get(code="S").contact, "of somebody else"
    erased = Event.objects.filter(chain="network:essai").order_by("-sequence")[0]
    assert (erased.verb, erased.subject) == ("tests.contract.erased", row.subject)


def test_the_same_code_twice_is_refused(world: SimpleNamespace) -> None:
    with pytest.raises(Refusal, match="deux fiches"):
        VERBS.carry(world.network, [Proposal("X", BARE)] * 2, actor=world.administrator.actor)
    contract(world.network, "X")
    with pytest.raises(Refusal, match="déjà pris"):
        contract(world.network, "X")
    assert reverse("tests:contract", kwargs={"network": "essai"}) == HOME


def test_the_example_is_short() -> None:
    example = Path(__file__).parent / "example"
    lines = [len((example / f"{n}.py").read_text().splitlines()) for n in ("models", "contracts")]
    assert sum(lines) <= 120


def test_the_rows_of_another_are_told_by_row_with_why(some: SimpleNamespace) -> None:
    contract(some.network, "N-9", entity="nord")
    contract(some.network, "S-9", entity="sud")
    client = some.nord.client
    data = b"Code;Objet\nS-9;Chez le voisin\nN-9;Chez nous\n"
    sent = client.post(HOME + "import/", {"file": SimpleUploadedFile("c.csv", data)})
    told = client.get(sent["Location"]).content.decode()
    assert "igne 2" in told and "igne 3" in told and "Chez le voisin" in told
    assert "celui d’une autre chambre que la vôtre" in told
    assert apply_import(client, sent["Location"]).status_code == 302
    assert Contract.objects.get(code="S-9").title != "Chez le voisin"
    assert Contract.objects.get(code="N-9").title == "Chez nous"


def test_a_file_of_before_somebody_s_change_proposes_what_was_changed_in_it(
    some: SimpleNamespace,
) -> None:
    contract(some.network, "A-1", title="Premier", lots=1)
    contract(some.network, "A-2", title="Second", lots=2)
    contract(some.network, "A-3", title="Troisième", lots=3)
    client = some.administrator.client
    for shape in ("csv", "json"):
        data = client.get(HOME + f"export/{shape}/?colonnes=title,lots,note").content.decode()
        lots = {"A-1": 5, "A-2": 6} if shape == "csv" else {"A-1": 7, "A-2": 8}
        for code, number in lots.items():
            VERBS.revise(
                Contract.objects.get(code=code), actor=INSTALLATION, values={"lots": number}
            )
        # In the file: the title of the first, the lots of the second; nothing of the third.
        before = str(Contract.objects.get(code="A-1").title)
        mine = {"csv": ("Second;2;", "Second;9;"), "json": ('"lots": 6', '"lots": 9')}[shape]
        assert before in data and mine[0] in data
        data = data.replace(before, f"{before} bis").replace(*mine)
        sent = client.post(
            HOME + "import/", {"file": SimpleUploadedFile(f"f.{shape}", data.encode())}
        )
        page = client.get(sent["Location"])
        told = page.content.decode()
        assert page.context["total"] == 2, told
        (name,) = set(re.findall(r'name="(choix-[^"]+)"', told))
        assert name.endswith("-lots") and "changé des deux côtés" in told
        answer = "fichier" if shape == "json" else "garder"
        client.post(page.context["apply_url"], {"vu": page.context["version"], name: answer})
        kept = dict(Contract.objects.filter(code__startswith="A-").values_list("code", "lots"))
        assert kept == {**kept, "A-1": lots["A-1"], "A-3": 3}
        assert kept["A-2"] == (9 if shape == "json" else lots["A-2"])
        assert Contract.objects.get(code="A-1").title == f"{before} bis"


def test_what_is_wrong_in_the_row_of_another_does_not_refuse_the_file(
    some: SimpleNamespace,
) -> None:
    contract(some.network, "N-9", entity="nord")
    contract(some.network, "S-9", entity="sud")
    client = some.nord.client
    data = "Code;Objet;Lots\nS-9;Chez le voisin;beaucoup\nN-9;Chez nous;2\n"
    sent = client.post(HOME + "import/", {"file": SimpleUploadedFile("c.csv", data.encode())})
    told = client.get(sent["Location"]).content.decode()
    assert "non lue" in told and "Chez le voisin" not in told and "Chez nous" in told
    assert "celui d’une autre chambre que la vôtre" in told
    apply_import(client, sent["Location"])
    assert Contract.objects.get(code="N-9").lots == 2
    own = data.replace("2\n", "deux\n").encode()
    refused = client.post(HOME + "import/", {"file": SimpleUploadedFile("c.csv", own)})
    assert refused.status_code == 422
    assert "ligne 3, colonne" in refused.content.decode()
    assert "ligne 2, colonne" not in refused.content.decode()
