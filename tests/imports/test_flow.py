"""A file sent, reviewed and applied, in any room: who may, what is said, what is written."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from maillage.imports import views
from maillage.imports.actions import drop_file, forget_old_files, keep_file
from maillage.imports.flow import ImportFlow
from maillage.imports.models import PendingImport
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import (
    CellEdit,
    delete_edition,
    draft_next_edition,
    place_cells,
)
from maillage.schemes.engine.placement_files.columns import COLUMNS
from maillage.schemes.models import Edition, Placement
from maillage.schemes.views.placement_import import PLACEMENTS
from maillage.workspaces.finance.views.budget_files import AMOUNTS
from maillage.workspaces.finance.views.investment_imports import PLAN
from tests.builders import apply_import, shown_by_review
from tests.journeys.test_life_of_a_scheme import text_of
from tests.workspaces.finance.budget_world import budget

FLOWS: dict[str, tuple[ImportFlow, Callable[[Edition], Any]]] = {
    "placements": (PLACEMENTS, lambda draft: draft),
    "amounts": (AMOUNTS, lambda draft: budget(draft.network)),
    "plan": (PLAN, lambda draft: draft.network),
}


@pytest.fixture
def who(draft: Edition, people: Callable[..., Any]) -> SimpleNamespace:
    return people(draft)


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("actor", ["anonymous", "stranger", "reader"])
def test_who_may_not_write_puts_no_file_aside(
    draft: Edition, who: SimpleNamespace, name: str, actor: str
) -> None:
    flow, thing = FLOWS[name]
    with pytest.raises(Refusal) as refused:
        keep_file(flow, thing(draft), "a.csv", [], actor=getattr(who, actor).actor, seen=0)
    assert refused.value.denied.status == 403
    assert not PendingImport.objects.exists()


@pytest.mark.parametrize("name", FLOWS)
def test_a_file_waits_a_day(draft: Edition, who: SimpleNamespace, name: str) -> None:
    flow, thing = FLOWS[name]
    target = thing(draft)
    old, kept = (keep_file(flow, target, "a.csv", [], actor=who.nord.actor, seen=7) for _ in "ab")
    events = Event.objects.count()
    day_ago = timezone.now() - dt.timedelta(days=1)
    past = day_ago - dt.timedelta(hours=1)
    PendingImport.objects.filter(pk=old.pk).update(created_at=past)
    assert forget_old_files(day_ago) == 1
    assert PendingImport.objects.get() == kept
    assert kept.seen == 7
    drop_file(kept)
    assert not PendingImport.objects.exists()
    assert Event.objects.count() == events


def _row(entity: str, mode: str, lead: str = "", rationale: str = "") -> str:
    cells = {"process": "tresorerie", "milestone": "2027", "entity": entity, "mode": mode}
    cells |= {"lead": lead, "rationale": rationale}
    return ";".join(cells.get(column.name, "") for column in COLUMNS if column.name)


HEAD = ";".join(f'"{column.title}"' for column in COLUMNS if column.name)
NORTH, SOUTH = _row("nord", "C", "sud", "Une raison"), _row("sud", "H")
TWO = "\r\n".join((HEAD, NORTH, SOUTH))


def _sent(client: Any, draft: Edition, text: str = TWO, *, expected: bool = True) -> Any:
    file = SimpleUploadedFile("cellules.csv", text.encode())
    answer = client.post(f"/editions/{draft.pk}/importer/", {"file": file})
    assert answer.status_code == 302 or not expected, text_of(answer)
    return answer


def test_every_field_is_shown_before_and_after(draft: Edition, who: SimpleNamespace) -> None:
    changes = {"mode": "C", "lead": "nord", "rationale": "Ancienne"}
    place_cells(draft, [CellEdit("tresorerie", "2027", "nord", changes)], actor=INSTALLATION)
    client = who.administrator.client
    page = text_of(client.get(_sent(client, draft)["Location"]))
    assert "2 lignes lues, 2 cellules changeraient" in page
    assert "Assuré par Nord Sud" in page
    assert "Justification Ancienne Une raison" in page
    assert "Mode valeur du réseau Harmonisation" in page
    assert "Mode Coopération" not in page, "what does not change is not shown"


def test_rows_outside_ones_mandate_are_named_and_left(draft: Edition, who: SimpleNamespace) -> None:
    client = who.nord.client
    review = _sent(client, draft)["Location"]
    page = text_of(client.get(review))
    assert "2 lignes lues, 1 cellule changerait" in page
    assert "1 cellule changerait hors de votre mandat" in page
    assert "se modifie avec un mandat" in page
    assert "igne 3 " in page and "igne 2 " in page, "each by its place in the file"
    assert "Appliquer 1 changement" in page
    assert apply_import(client, review)["Location"] == f"/editions/{draft.pk}/fiche/"
    kept = Placement.objects.filter(process__code="tresorerie", milestone__code="2027")
    assert list(kept.exclude(entity=None).values_list("entity__code", "mode")) == [("nord", "C")]
    assert Event.objects.filter(verb="schemes.placement.placed").count() == 1


def test_nothing_may_be_applied_where_all_is_outside(draft: Edition, who: SimpleNamespace) -> None:
    client = who.nord.client
    page = text_of(client.get(_sent(client, draft, f"{HEAD}\r\n{SOUTH}")["Location"]))
    assert "hors de votre mandat" in page
    assert "Appliquer" not in page
    assert "ne change rien" not in page


def test_a_file_is_read_once(
    draft: Edition, who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = who.administrator.client
    review = _sent(client, draft)["Location"]

    def never(*_: Any) -> Any:
        raise AssertionError("read again")

    monkeypatch.setattr("maillage.schemes.engine.placement_files.read_rows", never)
    apply_import(client, review)
    assert Placement.objects.filter(entity__code="sud", mode="H").exists()
    assert not PendingImport.objects.exists()


def test_a_file_given_up_is_forgotten(draft: Edition, who: SimpleNamespace) -> None:
    client = who.administrator.client
    review = _sent(client, draft)["Location"]
    answer = client.post(review + "appliquer/", {"geste": "abandonner"}, follow=True)
    assert "rien n’a été changé" in text_of(answer)
    assert not PendingImport.objects.exists()
    assert not Placement.objects.filter(entity__code="sud", mode="H").exists()


def test_a_refused_act_is_told_and_the_file_kept(draft: Edition, who: SimpleNamespace) -> None:
    client = who.administrator.client
    review = _sent(client, draft)["Location"]
    shown = shown_by_review(client, review)
    Edition.objects.filter(pk=draft.pk).update(status="proposed")
    answer = client.post(review + "appliquer/", shown, follow=True)
    assert "remettre en brouillon" in text_of(answer)
    assert PendingImport.objects.count() == 1


@pytest.mark.parametrize("actor", ["anonymous", "finances"])
def test_a_file_is_seen_by_its_sender_alone(
    draft: Edition, who: SimpleNamespace, actor: str
) -> None:
    review = _sent(who.administrator.client, draft)["Location"]
    client = getattr(who, actor).client
    assert client.get(review).status_code == 404
    assert client.post(review + "appliquer/").status_code == 404


def test_a_file_of_another_thing_is_not_there(draft: Edition, who: SimpleNamespace) -> None:
    client = who.administrator.client
    pk = _sent(client, draft)["Location"].rstrip("/").rsplit("/", 1)[1]
    there = f"/reseaux/{draft.network.code}/finances/investissements/importer/{pk}/"
    assert client.get(there).status_code == 404


def test_a_file_too_heavy_is_told(draft: Edition, who: SimpleNamespace, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 40
    answer = _sent(who.administrator.client, draft, expected=False)
    assert answer.status_code == 422
    assert "fichier trop lourd" in text_of(answer)


def test_a_long_review_says_how_much_it_shows(
    draft: Edition, who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHOWN", 1)
    client = who.administrator.client
    page = text_of(client.get(_sent(client, draft)["Location"]))
    assert "Les 1 premiers changements sont montrés" in page
    assert "Harmonisation" not in page


def test_what_is_worth_saying_of_a_file_is_said_before_anything_is_applied(
    draft: Edition, who: SimpleNamespace
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Placements"
    sheet.append([column.title for column in COLUMNS])
    sheet.append(["", "", "tresorerie", "", "2022", "", "", "H"])
    sheet.row_dimensions[2].hidden = True
    target = io.BytesIO()
    book.save(target)
    file = SimpleUploadedFile("a.xlsx", target.getvalue())
    client = who.administrator.client
    answer = client.post(f"/editions/{draft.pk}/importer/", {"file": file}, follow=True)
    said = text_of(answer)
    assert "ligne masquée (2)" in said and "1 cellule changerait" in said


def _plain(answer: Any) -> str:
    return html.unescape(text_of(answer)).replace("\u00a0", " ")


def _exported(client: Any, draft: Edition, shape: str = "csv") -> list[list[str]]:
    """The rows of an export, titles first."""
    data = client.get(f"/editions/{draft.pk}/export.{shape}").content
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def _edited(rows: list[list[str]], key: tuple[str, str], **values: str) -> None:
    at = {column.name: place for place, column in enumerate(COLUMNS) if column.name}
    row = next(
        r for r in rows if (r[at["process"]], r[at["milestone"]], r[at["entity"]]) == (*key, "")
    )
    for name, value in values.items():
        row[at[name]] = value


def _text(rows: list[list[str]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";", lineterminator="\r\n").writerows(rows)
    return target.getvalue()


def test_a_row_left_as_it_was_exported_is_nobody_s_edit(
    draft: Edition, who: SimpleNamespace
) -> None:
    client = who.administrator.client
    rows = _exported(client, draft)
    theirs = {"mode": "C", "lead": "sud"}
    place_cells(draft, [CellEdit("achats", "2024", "", theirs)], actor=INSTALLATION)
    place_cells(draft, [CellEdit("paie", "2027", "", {"lead": "nord"})], actor=INSTALLATION)
    _edited(rows, ("achats", "2022"), mode="H")
    _edited(rows, ("paie", "2027"), rationale="Une raison")
    review = _sent(client, draft, _text(rows))["Location"]
    page = _plain(client.get(review))
    assert "2 cellules changeraient" in page
    assert "Mode Autonomie Harmonisation" in page
    assert "Justification non renseigné Une raison" in page
    assert "Mutualisation" not in page and "Assuré par" not in page
    assert "13 lignes lues" in page, "those of the cells that the edition has not are read too"
    assert "11 lignes laissées comme à l’export : rien n’en est proposé" in page
    assert "changé des deux côtés" not in page
    apply_import(client, review)
    kept = {
        (p.process.code, p.milestone.code): (p.mode, p.lead and p.lead.code, p.rationale)
        for p in Placement.objects.filter(edition=draft, entity=None).select_related(
            "process", "milestone", "lead"
        )
    }
    assert kept["achats", "2022"][0] == "H"
    assert kept["achats", "2024"][:2] == ("C", "sud")
    assert kept["paie", "2027"] == ("I", "nord", "Une raison")


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, ("C", "sud", "")),
        ({"mode": "garder", "lead": "garder"}, ("C", "sud", "")),
        ({"mode": "fichier"}, ("H", "sud", "")),
        ({"lead": "fichier", "mode": "garder"}, ("C", "region", "")),
        ({"mode": "fichier", "lead": "fichier"}, ("H", "region", "")),
    ],
)
def test_what_changed_on_both_sides_is_settled_field_by_field(
    draft: Edition, who: SimpleNamespace, choices: dict[str, str], expected: tuple[str, ...]
) -> None:
    client = who.administrator.client
    rows = _exported(client, draft)
    theirs = {"mode": "C", "lead": "sud", "complementary": "", "source_page": "p. 9"}
    place_cells(draft, [CellEdit("achats", "2024", "", theirs)], actor=INSTALLATION)
    # The page is the same on both sides; the basis was changed in the file alone.
    _edited(rows, ("achats", "2024"), mode="H", lead="region", source_page="p. 9", source_basis="B")
    review = _sent(client, draft, _text(rows))["Location"]
    answer = client.get(review)
    page = _plain(answer)
    assert "1 ligne changée dans le fichier et, depuis son export, par quelqu’un d’autre" in page
    asked = dict.fromkeys(re.findall(r'name="(choix-[^"]+)"', answer.content.decode()))
    assert [name.rpartition("-")[2] for name in asked] == ["mode", "lead"]
    assert "Mode changé des deux côtés Coopération enregistré Harmonisation fichier" in page
    assert "Fondement non renseigné B" in page
    answers = {n: choices.get(n.rpartition("-")[2], "") for n in asked}
    apply_import(client, review, answers)
    cell = Placement.objects.get(
        edition=draft, process__code="achats", milestone__code="2024", entity=None
    )
    assert cell.lead is not None
    assert (cell.mode, cell.lead.code, cell.complementary) == expected
    assert (cell.source_page, cell.source_basis) == ("p. 9", "B")


@pytest.mark.parametrize(("choice", "purpose"), [("garder", "Le leur"), ("fichier", "Du fichier")])
def test_what_a_mode_is_made_of_is_settled_part_by_part(
    draft: Edition, who: SimpleNamespace, choice: str, purpose: str
) -> None:
    """Neither choice touches what only one side has set."""
    client = who.administrator.client
    said = {"purpose": "Le but lu", "partners": "Les communes"}
    place_cells(draft, [CellEdit("achats", "2024", "", {"details": said})], actor=INSTALLATION)
    rows = _exported(client, draft)
    theirs = {"details": {"purpose": "Le leur", "partners": "La région"}}
    place_cells(draft, [CellEdit("achats", "2024", "", theirs)], actor=INSTALLATION)
    file = {"details.purpose": "Du fichier", "details.start": "2026"}
    _edited(rows, ("achats", "2024"), **file)
    review = _sent(client, draft, _text(rows))["Location"]
    answer = client.get(review)
    asked = dict.fromkeys(re.findall(r'name="(choix-[^"]+)"', answer.content.decode()))
    assert [name.rpartition("-")[2] for name in asked] == ["details.purpose"]
    page = _plain(answer)
    assert "But changé des deux côtés Le leur enregistré Du fichier fichier" in page
    assert "Début non renseigné 2026" in page
    apply_import(client, review, dict.fromkeys(asked, choice))
    cell = Placement.objects.get(
        edition=draft, process__code="achats", milestone__code="2024", entity=None
    )
    assert cell.details == {"purpose": purpose, "start": "2026", "partners": "La région"}


def test_a_file_that_says_nothing_of_what_it_saw_is_told_so(
    draft: Edition, who: SimpleNamespace
) -> None:
    client = who.administrator.client
    page = _plain(client.get(_sent(client, draft)["Location"]))
    assert "Ce fichier ne dit pas ce qu’il avait vu (colonne « Vu à l’export »)" in page
    marked = _plain(client.get(_sent(client, draft, _text(_exported(client, draft)))["Location"]))
    assert "ne dit pas ce qu’il avait vu" not in marked
    assert "Le fichier ne change rien" in marked


def test_an_export_of_another_edition_says_which(draft: Edition, who: SimpleNamespace) -> None:
    client = who.administrator.client
    rows = _text(_exported(client, draft))
    following = draft_next_edition(draft, actor=INSTALLATION, title="La suivante")
    page = _plain(client.get(_sent(client, following, rows)["Location"]))
    assert f"Ce fichier est l’export de l’édition 1, « {draft.title} », non de l’édition" in page
    assert "ne dit pas ce qu’il avait vu" not in page
    rows = _text(_exported(client, following))
    delete_edition(following, actor=INSTALLATION)
    page = _plain(client.get(_sent(client, draft, rows)["Location"]))
    assert "Ce fichier est l’export d’une autre édition, non de l’édition" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "Faux"},
        {"rationale": "x" * 5000},
        {"details.pooled": "outils", "mode": "A"},
        {"details.end": "le lendemain"},
        {"lead": "personne"},
    ],
)
def test_what_is_wrong_outside_one_s_mandate_never_refuses_the_file(
    draft: Edition, who: SimpleNamespace, wrong: dict[str, str]
) -> None:
    names = [column.name for column in COLUMNS if column.name]
    cells = {"process": "tresorerie", "milestone": "2027", "entity": "sud", "mode": "M"} | wrong
    other = ";".join(cells.get(name, "") for name in names)
    text = f"{HEAD}\r\n{NORTH}\r\n{other}"
    client = who.nord.client
    kept = CellEdit("tresorerie", "2027", "sud", {"mode": "M"})
    place_cells(draft, [kept], actor=INSTALLATION)
    review = _sent(client, draft, text)["Location"]
    page = _plain(client.get(review))
    assert "1 cellule changerait hors de votre mandat" in page
    assert "Ligne 3" in page and "Cette ligne Mutualisation non lue" in page
    assert "Non lue : colonne " in page
    apply_import(client, review)
    kept = Placement.objects.filter(process__code="tresorerie", milestone__code="2027")
    assert {(p.entity.code, p.mode) for p in kept.select_related("entity") if p.entity} == {
        ("nord", "C"),
        ("sud", "M"),
    }
    # The same row of one's own is judged, in the words of the sheet.
    refused = _plain(_sent(client, draft, text.replace(";sud;", ";nord;"), expected=False))
    assert "ligne 3, colonne" in refused and "('" not in refused


def test_a_text_that_cannot_be_printed_is_told_with_the_other_faults(
    draft: Edition, who: SimpleNamespace
) -> None:
    names = [column.name for column in COLUMNS if column.name]
    own = {"process": "tresorerie", "milestone": "2027", "entity": "nord", "mode": "M"}
    rows = [
        own | {"rationale": "ok 👍"},
        own | {"milestone": "2024", "source_page": "🎉", "details.end": "le lendemain"},
        own | {"entity": "sud", "rationale": "ok 👍"},
    ]
    text = "\r\n".join([HEAD, *(";".join(row.get(name, "") for name in names) for row in rows)])
    found = _sent(who.nord.client, draft, text, expected=False).context["findings"]
    printed = "caractère que le livret ne peut imprimer"
    assert [(f.where, f.what, f.value) for f in found] == [
        ("ligne 2, colonne Justification", printed, "👍"),
        ("ligne 3, colonne Fin (C)", "date illisible", "le lendemain"),
        ("ligne 3, colonne Page", printed, "🎉"),
    ]
    # Alone, the row of another is named apart.
    review = _sent(who.nord.client, draft, "\r\n".join([HEAD, NORTH, text.split("\r\n")[3]]))
    assert "Cette ligne rien non lue" in _plain(who.nord.client.get(review["Location"]))


@pytest.mark.parametrize("lost", ["emptied", "another’s", "added by hand"])
@pytest.mark.parametrize("choice", ["", "fichier"])
def test_a_row_that_lost_what_its_file_saw_is_never_an_ordinary_change(
    draft: Edition, who: SimpleNamespace, lost: str, choice: str
) -> None:
    client = who.administrator.client
    rows = _exported(client, draft)
    at = {column.name: place for place, column in enumerate(COLUMNS) if column.name}
    row = next(r for r in rows if r[at["process"]] == "achats" and r[at["milestone"]] == "2024")
    other = next(r for r in rows[1:] if r is not row)
    if lost == "added by hand":
        rows.remove(row)
        row = [row[p] if p in (at["process"], at["milestone"]) else "" for p in range(len(row))]
        row[at["mode"]] = "M"
        rows.append(row)
    row[-1] = other[-1] if lost == "another’s" else ""
    place_cells(draft, [CellEdit("achats", "2024", "", {"mode": "C"})], actor=INSTALLATION)
    review = _sent(client, draft, _text(rows))["Location"]
    answer = client.get(review)
    page = _plain(answer)
    assert "1 ligne n’a pas son propre « Vu à l’export »" in page
    assert "Mode vu à l’export perdu Coopération enregistré Mutualisation fichier" in page
    assert "changé des deux côtés" not in page
    asked = re.findall(r'name="(choix-[^"]+-mode)"', answer.content.decode())
    apply_import(client, review, dict.fromkeys(asked, choice))
    kept = Placement.objects.get(
        edition=draft, process__code="achats", milestone__code="2024", entity=None
    )
    assert kept.mode == ("M" if choice else "C")


def test_a_row_added_by_hand_where_nothing_is_recorded_is_an_ordinary_one(
    draft: Edition, who: SimpleNamespace
) -> None:
    client = who.administrator.client
    rows = _exported(client, draft)
    at = {column.name: place for place, column in enumerate(COLUMNS) if column.name}
    new = {"process": "achats", "milestone": "2022", "entity": "nord", "mode": "H"}
    assert not Placement.objects.filter(
        edition=draft, process__code="achats", milestone__code="2022", entity__code="nord"
    )
    row = [""] * len(rows[0])
    for name, value in new.items():
        row[at[name]] = value
    page = _plain(client.get(_sent(client, draft, _text([*rows, row]))["Location"]))
    assert "1 cellule changerait" in page and "perdu" not in page
