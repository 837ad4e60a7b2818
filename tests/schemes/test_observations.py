"""What is in place, observed: who may say it, what is refused, what parts from the target."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event, verify
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.actions.observations import (
    correct_observation,
    record_observation,
    record_observations,
    withdraw_observation,
)
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.engine.observed import (
    FILE_COLUMNS,
    ObservedDoc,
    all_beside,
    beside,
    latest,
    seen_of,
)
from maillage.schemes.models import Edition, Observation
from maillage.schemes.observations import doc_of, observations_as_of
from tests.builders import acted, apply_import, small_document
from tests.schemes.test_chamber_sheet import shown, spaced

HERE = "/reseaux/essai/constats/"
DAY = dt.date(2026, 3, 2)
SEEN = ObservedDoc("achats", "sud", DAY, "M", "nord", (), "Directrice du Sud", "Convention")


def saw(**more: Any) -> ObservedDoc:
    return replace(SEEN, **more)


TARGET = PlacementDoc("p", "2027", "", "M", "", "nord", ("nord", "sud"))
BESIDE = [
    (TARGET, saw(lead=""), "kept", []),
    (TARGET, saw(lead="nord"), "kept", []),
    (TARGET, saw(lead="region"), "gap", ["lead"]),
    (TARGET, saw(mode="A", lead=""), "gap", ["mode"]),
    (TARGET, saw(mode="A", lead="sud"), "gap", ["mode", "lead"]),
    (TARGET, saw(served=("sud",)), "gap", ["served"]),
    (TARGET, saw(served=("sud", "nord")), "kept", []),
    (TARGET, saw(mode="-", lead=""), "gap", ["mode"]),
    # What the target does not say is not compared.
    (replace(TARGET, lead=""), saw(lead="sud"), "kept", []),
    (replace(TARGET, complementary="C", rationale="Parce que"), saw(lead=""), "kept", []),
    (replace(TARGET, mode="?"), saw(), "untold", []),
    (None, saw(), "untold", []),
]


@pytest.mark.parametrize(("target", "observed", "state", "fields"), BESIDE)
def test_where_it_parts_from_its_target(
    target: PlacementDoc | None, observed: ObservedDoc, state: str, fields: list[str]
) -> None:
    found = beside(target, observed)
    assert (found.state, [c.field for c in found.fields]) == (state, fields)


def test_the_last_one_holds_and_its_own_before_the_networks() -> None:
    days = [dt.date(2025, 1, 1), DAY, dt.date(2027, 1, 1)]
    rows = [saw(on=day, mode=mode) for day, mode in zip(days, "ACH", strict=True)]
    whole = saw(process="paie", entity="")
    held = latest([*reversed(rows), whole], dt.date(2026, 12, 31))
    assert held["achats", "sud"].mode == "C"
    assert ("achats", "sud") not in latest(rows, dt.date(2024, 1, 1))
    seen = all_beside(small_document(), held, "2027")
    mine = {e.code: seen_of(seen, e) for e in small_document().entities}
    found = {code: [s.observation.cell for s in rows] for code, rows in mine.items()}
    assert found == {"region": [("paie", "")], "nord": [("paie", "")], "tete": [], "tiers": [],
                     "sud": [("achats", "sud"), ("paie", "")]}  # fmt: skip


WHO = [
    ("administrator", {}, 0), ("finances", {}, 0), ("finances", {"entity": ""}, 0),
    ("finances", {"process": "paie"}, 403), ("nord", {"entity": "nord"}, 0), ("nord", {}, 403),
    ("nord", {"entity": ""}, 403), ("reader", {}, 403), ("stranger", {}, 403),
]  # fmt: skip


@pytest.mark.parametrize(("who", "more", "status"), WHO)
def test_who_may_say_it_of_a_sealed_edition_too(
    adopted: Edition, people: Callable[..., Any], who: str, more: dict[str, str], status: int
) -> None:
    actor, network = getattr(people(adopted), who).actor, adopted.network
    content = bytes(adopted.sealed.content)
    if status:
        with pytest.raises(Refusal) as refused:
            record_observations(network, actor=actor, rows=[saw(**more)])
        assert refused.value.denied.status == status
        assert not Observation.objects.exists()
        return
    record_observations(network, actor=actor, rows=[saw(**more)])
    assert [doc_of(row) for row in Observation.objects.all()] == [saw(**more)]
    adopted.refresh_from_db()
    assert bytes(Edition.objects.get(pk=adopted.pk).sealed.content) == content
    assert verify(network.chain)[1] is None


REFUSED = [
    ({"on": dt.date(2199, 1, 1)}, 422, "avenir"),
    ({"mode": "?"}, 422, "mode constaté"),
    ({"observer": " "}, 422, "Qui le constate"),
    ({"lead": "personne"}, 422, "Code inconnu"),
    ({"served": ("nord", "personne")}, 422, "Code inconnu"),
    ({"process": "rien"}, 422, "Code inconnu"),
    ({"entity": "tete"}, 422, "Tête de réseau n’est pas une chambre du réseau"),
    ({"entity": "tiers"}, 422, "Opérateur tiers n’est pas une chambre du réseau"),
    ({"evidence": "x" * 2001}, 422, "caractères"),
    ({"mode": "C"}, 409, "déjà un constat"),
]


@pytest.mark.parametrize(("more", "status", "why"), REFUSED)
def test_what_does_not_hold_is_refused_and_nothing_is_written(
    adopted: Edition, more: dict[str, Any], status: int, why: str
) -> None:
    record_observation(adopted.network, actor=INSTALLATION, row=SEEN)
    events = Event.objects.count()
    rows = [saw(process="tresorerie"), saw(**more)]
    with pytest.raises(Refusal) as refused:
        record_observations(adopted.network, actor=INSTALLATION, rows=rows)
    assert (refused.value.denied.status, why in refused.value.denied.reason) == (status, True)
    assert Observation.objects.count() == 1 and Event.objects.count() == events


def test_it_is_corrected_and_withdrawn_for_a_reason_and_its_history_kept(adopted: Edition) -> None:
    network = adopted.network
    one = record_observation(network, actor=INSTALLATION, row=SEEN)
    for reason in ("", " "):
        with pytest.raises(Refusal):
            correct_observation(one, actor=INSTALLATION, row=saw(mode="C"), reason=reason)
        with pytest.raises(Refusal):
            withdraw_observation(one, actor=INSTALLATION, reason=reason)
    correct_observation(one, actor=INSTALLATION, row=saw(mode="C"), reason="Mal lu")
    assert observations_as_of(network, DAY)["achats", "sud"].mode == "C"
    withdraw_observation(one, actor=INSTALLATION, reason="Une autre chambre")
    assert observations_as_of(network, DAY) == {}
    for act in (
        lambda: withdraw_observation(one, actor=INSTALLATION, reason="Encore"),
        lambda: correct_observation(one, actor=INSTALLATION, row=SEEN, reason="Encore"),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.denied.status == 409
    record_observation(network, actor=INSTALLATION, row=SEEN)
    events = Event.objects.filter(subject=one.subject).order_by("sequence")
    assert [e.verb.rpartition(".")[2] for e in events] == ["recorded", "corrected", "withdrawn"]
    assert events[1].diff["mode"] == ["M", "C"] and events[1].diff["reason"] == "Mal lu"


@pytest.fixture
def stage(adopted: Edition, people: Callable[..., Any]) -> SimpleNamespace:
    rows = [SEEN, saw(process="paie", entity="", mode="A", lead=""), saw(process="formation")]
    record_observations(adopted.network, actor=INSTALLATION, rows=rows)
    return people(adopted)


def test_a_public_visitor_sees_none_anywhere(stage: SimpleNamespace, adopted: Edition) -> None:
    pages = [
        f"/editions/{adopted.pk}/cellule/achats/2027/sud/",
        "/reseaux/essai/chambres/sud/",
    ]
    for url in pages:
        assert "Directrice du Sud" in stage.reader.client.get(url).content.decode(), url
        for client in (Client(), stage.stranger.client):
            page = client.get(url).content.decode()
            assert "Directrice du Sud" not in page and "Constat" not in page
    for url in (HERE, f"{HERE}export/csv/", f"{HERE}modele.xlsx"):
        assert Client().get(url).status_code == stage.stranger.client.get(url).status_code == 404
    assert Client().get("/api/networks/essai/observations").status_code == 404


def test_the_list_its_files_and_its_counts_agree(stage: SimpleNamespace) -> None:
    client = stage.reader.client
    answer = client.get(HERE)
    page, table = shown(answer.content.decode()), answer.context["table"]
    sent = client.get(f"{HERE}export/json/").json()
    data = client.get(f"{HERE}export/xlsx/").content
    book = list(
        openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(2, values_only=True)
    )
    assert len(table.rows) == len(sent["rows"]) == len(book)
    for row, cells in zip(sent["rows"], book, strict=True):
        assert row["values"][:6] == list(cells[:6])
        assert all(spaced(text) in page for text in row["values"][:6])
    links = re.findall(r'href="(/editions/[^"]*/cellule/[^"]*)"', answer.content.decode())
    assert len(links) == len(book)
    assert all(client.get(link).status_code == 200 for link in links)
    states = {label: count for label, count, _ in answer.context["counts"]}
    (only,) = (query for _, _, query in answer.context["counts"] if query)
    assert len(client.get(f"{HERE}?{only}").context["table"].rows) == states["écart"]
    assert sum(states.values()) == len(book) and states["écart"] > 0
    for title, links in answer.context["by"]:
        # A chamber without its own has the network's: that one counts for each of them.
        total = sum(count for _, count, _ in links)
        assert total == states["écart"] or (title == "Par chambre" and total > states["écart"])
        for _label, count, query in links:
            assert len(client.get(f"{HERE}?{query}").context["table"].rows) == count


def test_it_is_asked_for_of_chambers_alone(stage: SimpleNamespace) -> None:
    """The head of the network and the operators have no cell, and so no observation."""
    page = stage.reader.client.get(HERE).content.decode()
    offered = re.findall(
        r'value="(\w*)"', page.partition('name="entite"')[2].partition("</select>")[0]
    )
    assert offered == ["", "reseau", "region", "nord", "sud"]


def test_as_of_a_day(stage: SimpleNamespace) -> None:
    client = stage.reader.client
    assert client.get(f"{HERE}?au=2026-03-01").context["table"] is None
    assert len(client.get(f"{HERE}?au=2026-03-02").context["table"].rows) == 3
    for day, count in (("2026-03-01", 0), ("2026-03-02", 3)):
        assert len(client.get(f"/api/networks/essai/observations?as_of={day}").json()) == count


def test_forms_record_correct_and_withdraw(adopted: Edition, people: Callable[..., Any]) -> None:
    client = people(adopted).nord.client
    cell = f"/editions/{adopted.pk}/cellule/achats/2027/nord/"
    typed = {"on": "2026-03-02", "mode": "A", "observer": "Moi", "evidence": "Vu"}
    here = f"{HERE}nouveau/achats/nord/?retour={cell}"
    assert client.post(here, typed)["Location"] == cell
    assert client.post(here, typed).status_code == 409
    assert client.post(f"{HERE}nouveau/achats/sud/", typed).status_code == 403
    one = Observation.objects.get()
    correct, withdraw = (f"{HERE}{one.public_id}/{act}/" for act in ("corriger", "retirer"))
    assert client.post(correct, typed | {"mode": "C"}).status_code == 422
    assert acted(client, correct, typed | {"mode": "C", "reason": "Mal lu"}).status_code == 302
    assert Observation.objects.get().mode == "C"
    assert client.post(withdraw, {"reason": "Erreur", "vu": "1"}).status_code == 409
    assert acted(client, withdraw, {"reason": "Erreur"}).status_code == 302
    page = shown(client.get(cell).content.decode())
    assert "retiré : Erreur" in page


def test_a_template_is_filled_reviewed_and_applied(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).finances.client
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{HERE}modele.xlsx").content))
    sheet, target = book.worksheets[0], io.BytesIO()
    assert {row[0] for row in sheet.iter_rows(2, values_only=True)} == {"achats", "tresorerie"}
    sheet["D2"], sheet["E2"], sheet["H2"] = dt.date(2026, 3, 2), "Coopération", "Moi"
    sheet["E3"] = "Coopération"
    book.save(target)
    refused = client.post(
        f"{HERE}import/", {"file": SimpleUploadedFile("c.xlsx", target.getvalue())}
    )
    assert refused.status_code == 422 and "un jour" in refused.content.decode()
    sheet["E3"], again = None, io.BytesIO()
    book.save(again)
    sent = {"file": SimpleUploadedFile("c.xlsx", again.getvalue())}
    review = client.post(f"{HERE}import/", sent, follow=True)
    assert "1 constat serait enregistré" in spaced(review.content.decode())
    apply_import(client, review.request["PATH_INFO"])
    one = Observation.objects.get()
    assert (one.mode, one.observer, one.process.code) == ("C", "Moi", "achats")


def test_the_api_records_corrects_and_withdraws(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).nord.client
    one = {
        "process": "achats",
        "entity": "nord",
        "on": "2026-03-02",
        "mode": "A",
        "observer": "Moi",
    }
    there = "/api/networks/essai/observations"

    def send(url: str, body: Any, verb: str = "post") -> Any:
        return getattr(client, verb)(url, body, content_type="application/json")

    made = send(there, {"observations": [one]})
    assert made.status_code == 201
    assert send(there, {"observations": [one | {"entity": "sud"}]}).status_code == 403
    key = made.json()[0]["id"]
    assert send(f"/api/observations/{key}", {"mode": "C", "reason": ""}, "patch").status_code == 422
    changed = send(f"/api/observations/{key}", {"mode": "C", "reason": "Mal lu"}, "patch")
    assert (changed.json()["mode"], changed.json()["observer"]) == ("C", "Moi")
    gone = send(f"/api/observations/{key}/withdrawal", {"reason": "Erreur"})
    assert gone.json()["withdrawn"] == "Erreur" and client.get(there).json() == []


def test_as_many_questions_whatever_the_observations(
    stage: SimpleNamespace, adopted: Edition
) -> None:
    client, counts = stage.reader.client, []
    cell = f"/editions/{adopted.pk}/cellule/achats/2027/sud/"
    for more in (0, 20):
        days = [DAY - dt.timedelta(1 + n) for n in range(more)]
        cells = [(p, e) for p in ("achats", "paie") for e in ("sud", "nord")]
        rows = [saw(on=day, process=p, entity=e) for day in days for p, e in cells]
        if rows:
            record_observations(adopted.network, actor=INSTALLATION, rows=rows)
        found = []
        for url in (HERE, "/reseaux/essai/chambres/sud/", cell):
            client.get(url)
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
            found.append(len(seen))
        counts.append(found)
    assert counts[0] == counts[1] and max(counts[0]) <= 12


def _bare(cell: str) -> str:
    """A cell of a table, whether it says its column or not."""
    return re.sub(r' data-th="[^"]*"', "", cell)


def test_one_of_the_whole_network_has_one_verdict_everywhere(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    """At 2024 the network mutualises « achats » and the South keeps its autonomy."""
    client = people(adopted).reader.client
    record_observation(adopted.network, actor=INSTALLATION, row=saw(entity="", lead="nord"))
    (listed,) = client.get(f"{HERE}?jalon=2024").context["table"].rows
    assert "Réseau" in listed[2] and "conforme" in listed[5]
    for code in ("sud", "nord"):
        sheet = client.get(f"/reseaux/essai/chambres/{code}/?a=2024")
        (row,) = sheet.context["observed"].rows
        assert [_bare(cell) for cell in row[1:]] == [_bare(cell) for cell in listed[1:]], code
        cell = client.get(f"/editions/{adopted.pk}/cellule/achats/2024/{code}/")
        assert [state for _, _, state, _ in cell.context["observed"]] == ["conforme au constat"]
    for code in ("tete", "tiers"):
        assert client.get(f"/reseaux/essai/chambres/{code}/?a=2024").context["observed"] is None
        cell = client.get(f"/editions/{adopted.pk}/cellule/achats/2024/{code}/")
        assert cell.context["observed"] == [] and not cell.context["observes"]


def test_of_who_has_no_cell_it_is_refused_in_page_file_and_api(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client, why = people(adopted).administrator.client, "n’est pas une chambre du réseau"
    typed = {"on": "2026-03-02", "mode": "A", "observer": "Moi"}
    there = f"{HERE}nouveau/achats/tiers/"
    assert why in client.get(there).content.decode()
    page = client.post(there, typed)
    assert page.status_code == 422 and why in page.content.decode()
    one = typed | {"process": "achats", "entity": "tete"}
    sent = client.post("/api/networks/essai/observations", {"observations": [one]},
                       content_type="application/json")  # fmt: skip
    assert sent.status_code == 422 and why in sent.json()["detail"]
    told = {
        "process": "achats",
        "entity": "tiers",
        "on": "02/03/2026",
        "mode": "A",
        "observer": "Moi",
    }
    lines = (
        [f'"{c.title}"' for c in FILE_COLUMNS], [told.get(c.name or "", "") for c in FILE_COLUMNS],
    )  # fmt: skip
    file = "\n".join(map(";".join, lines)).encode()
    review = client.post(f"{HERE}import/", {"file": SimpleUploadedFile("c.csv", file)}, follow=True)
    assert why in review.content.decode()
    assert not Observation.objects.exists()


def test_the_journal_calls_what_is_observed_by_its_names(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    row = saw(entity="sud", lead="nord", served=("region",))
    record_observation(adopted.network, actor=INSTALLATION, row=row)
    record_observation(adopted.network, actor=INSTALLATION, row=saw(entity=""))
    page = people(adopted).reader.client.get("/reseaux/essai/journal/").content.decode()
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "Comptabilité fournisseurs, Sud" in said and "Comptabilité fournisseurs, Réseau" in said
    assert "assuré par : Nord" in said and "pour : Région" in said
    assert not re.search(r"\b(achats|sud|nord|region)\b|\d{4}-\d\d-\d\d", said)


def test_the_journal_calls_milestones_as_their_edition_does(
    draft: Edition, people: Callable[..., Any]
) -> None:
    draft.milestones.filter(code="2024").update(label="Statut 2024")
    place_cells(draft, [CellEdit("achats", "2024", "sud", {"mode": "H"}, None)], actor=INSTALLATION)
    page = people(draft).administrator.client.get("/reseaux/essai/journal/").content.decode()
    assert "Comptabilité fournisseurs, Statut 2024, Sud. Mode" in html.unescape(page)


def _sent(client: Client, *rows: dict[str, str]) -> Any:
    lines = [";".join(f'"{c.title}"' for c in FILE_COLUMNS)]
    lines += [";".join(row.get(c.name, "") for c in FILE_COLUMNS) for row in rows]
    file = SimpleUploadedFile("c.csv", "\n".join(lines).encode())
    return client.post(f"{HERE}import/", {"file": file}, follow=True)


OWN = {"process": "achats", "entity": "nord", "on": "02/03/2026", "mode": "A", "observer": "Moi"}


def test_what_is_wrong_in_ones_own_rows_is_told_with_the_rest_at_its_place(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).nord.client
    record_observation(adopted.scheme.network, actor=INSTALLATION, row=saw(entity="nord"))
    answer = _sent(
        client,
        OWN | {"process": "tresorerie"},
        OWN | {"process": "tresorerie", "on": "01/11/2030"},
        OWN | {"on": "01/11/2031", "observer": ""},
        OWN,
        OWN | {"process": "tresorerie", "on": "le premier"},
    )
    assert answer.status_code == 422
    assert [(f.where, f.what) for f in answer.context["findings"]] == [
        ("ligne 3", "Un constat ne se date pas de l’avenir"),
        ("ligne 4, colonne Constaté par", "valeur manquante"),
        ("ligne 4", "Un constat ne se date pas de l’avenir"),
        (
            "ligne 5",
            "Cette cellule a déjà un constat de ce jour\u00a0: le corriger, en disant pourquoi",
        ),
        ("ligne 6, colonne Constaté le", "date illisible"),
    ]
    assert Observation.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"observer": ""},
        {"on": "#N/A"},
        {"mode": "Faux"},
        {"lead": "personne"},
        {"on": "01/11/2030"},
        {"evidence": "x" * 3000},
    ],
)
def test_what_is_wrong_in_the_rows_of_others_never_refuses_the_file(
    adopted: Edition, people: Callable[..., Any], wrong: dict[str, str]
) -> None:
    client = people(adopted).nord.client
    review = _sent(client, OWN, OWN | {"entity": "sud"} | wrong)
    page = spaced(html.unescape(review.content.decode()))
    assert review.status_code == 200 and "Ligne 3" in page and "non lue" in page
    assert "1 constat serait enregistré hors de votre mandat" in page
    apply_import(client, review.request["PATH_INFO"])
    assert [o.entity and o.entity.code for o in Observation.objects.all()] == ["nord"]


def test_what_no_longer_holds_since_the_file_was_read_stops_the_whole_of_it(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).nord.client
    there = _sent(client, OWN, OWN | {"process": "tresorerie"}).request["PATH_INFO"]
    record_observation(adopted.scheme.network, actor=INSTALLATION, row=saw(entity="nord"))
    page = spaced(html.unescape(client.get(there).content.decode()))
    assert "1 ligne à corriger : rien du fichier ne sera écrit" in page
    assert "hors de votre mandat" not in page.lower() and "Appliquer" not in page
    answer = client.post(f"{there}appliquer/", follow=True)
    assert "des lignes du fichier sont à corriger" in answer.content.decode()
    assert Observation.objects.count() == 1
