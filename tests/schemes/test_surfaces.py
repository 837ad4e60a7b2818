"""One change of each kind, found in the same words wherever a change is told."""

from __future__ import annotations

import html
import io
import json
import re
from dataclasses import dataclass, replace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from maillage.people.actors import INSTALLATION, Role
from maillage.reports.engine.composition import booklet_of
from maillage.schemes.actions import CellEdit, draft_next_edition, place_cells
from maillage.schemes.engine import comparison
from maillage.schemes.engine.change import KINDS, MOVES, describe
from maillage.schemes.engine.change_words import Names, Told
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.engine.placement_files import write_csv
from maillage.schemes.models import Edition, Placement
from maillage.schemes.queries import document_of, file_of
from tests.builders import load, person, small_document

BASE: dict[str, Any] = {
    "mode": "I",
    "complementary": "C",
    "lead": "region",
    "served": ("nord", "sud"),
    "integration": "regional",
    "rationale": "Plateau commun",
    "source_document": "Schéma",
    "source_page": "p. 3",
}
CHANGES: dict[str, dict[str, Any]] = {
    "mode": {"mode": "M", "complementary": "CI"},
    "undocumented": {"mode": "?", "complementary": "", "integration": ""},
    "complementary": {"complementary": "H"},
    "lead": {"lead": "sud"},
    "beneficiaries": {"served": ("sud",)},
    "option": {"integration": "national"},
    "text": {"rationale": "Décidé en séance"},
    "source": {"source_page": "p. 14"},
    "provenance": {"provenance": "inferred"},
    "details": {"details": {"purpose": "Écrire une charte", "start": "2025", "reach": "regional"}},
}
"""Each kind on a macro-process of its own; "mode" keeps its option, an integration complements."""


@dataclass(frozen=True)
class World:
    before: Edition
    after: Edition
    client: Any
    expected: dict[str, tuple[Told, ...]]


@pytest.fixture
def world(db: None) -> World:
    """An adopted edition, and two drafts that follow it: one as it was, one changed."""
    small = small_document()
    first = small.processes[0]
    document = replace(
        small,
        processes=tuple(replace(first, code=kind, name=f"Affaire {kind}") for kind in CHANGES),
        placements=tuple(
            PlacementDoc(kind, milestone, **BASE)
            for kind in CHANGES
            for milestone in ("2024", "2027")
        ),
    )
    before = load(document, adopted=True)
    after = draft_next_edition(before, actor=INSTALLATION)
    edits = [
        CellEdit(kind, "2027", "", {k: list(v) if k == "served" else v for k, v in values.items()})
        for kind, values in CHANGES.items()
    ]
    place_cells(after, edits, actor=INSTALLATION)
    names = Names.of(document)
    held = {cell.key: cell for cell in document_of(after).placements}
    expected = {
        kind: names.tell(describe(PlacementDoc(kind, "2027", **BASE), held[kind, "2027", ""]))
        for kind in CHANGES
    }
    for kind, told in expected.items():
        assert kind in {it.kind for it in told}, "what the table says it tries"
    client = person("tout@essai.test", {"role": Role.ADMINISTRATOR}).client
    return World(before, after, client, expected)


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def spaced(text: str) -> str:
    return " ".join(text.split())


def test_the_comparison_tells_counts_and_filters_each(world: World) -> None:
    address = f"/editions/{world.after.pk}/comparer/{world.before.pk}/"
    page = text_of(world.client.get(address).content.decode())
    for told in world.expected.values():
        for it in told:
            assert spaced(f"{it.label} {it.before} {it.after}") in page, it
    for kind in CHANGES:
        one = text_of(world.client.get(f"{address}?nature={kind}").content.decode())
        assert f"Affaire {kind}" in one and f"{KINDS[kind]} (filtre en vigueur" in one
        others = set(CHANGES) - {kind, "mode", "undocumented"}
        assert not any(f"Affaire {other}" in one for other in others)


def test_the_api_and_the_command_tell_each(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    found = world.client.get(f"/api/editions/{world.after.pk}/compare/{world.before.pk}").json()
    told = {change["process"]: change["fields"] for change in found["changes"]}
    assert told == {k: [it._asdict() for it in t] for k, t in world.expected.items()}
    assert all(kind in found["counts"] for kind in CHANGES)
    with pytest.raises(SystemExit):
        call_command("scheme-diff", str(world.before.pk), str(world.after.pk))
    said = capsys.readouterr().out
    for lines in world.expected.values():
        for it in lines:
            assert str(it) in said


def test_a_conflict_through_the_api_is_told_in_words_beside_codes(world: World) -> None:
    """`before` is what is recorded, `after` what is asked; a cell removed since takes the network's
    value again, and a refused one is called by its names too."""
    rows = Placement.objects.filter(edition=world.after, milestone__code="2027")
    row = rows.get(process__code="lead")
    cell = {"process": "lead", "milestone": "2027", "entity": ""}
    changes = {"mode": "H", "lead": "nord", "complementary": ""}
    edit = cell | {"changes": changes, "expected": row.version - 1}
    url = f"/api/editions/{world.after.pk}/placements"
    answer = world.client.post(url, {"edits": [edit]}, content_type="application/json")
    assert answer.status_code == 409
    (conflict,) = answer.json()["conflicts"]
    assert conflict["called"] == "Affaire lead, 2027" and conflict["process"] == "lead"
    codes = conflict["fields"]
    assert codes["mode"] == [row.mode, "H"]
    told = {it["field"]: (it["label"], it["before"], it["after"]) for it in conflict["told"]}
    assert told.keys() == codes.keys()
    assert told["mode"] == ("Mode", "Intégration", "Harmonisation")
    assert told["lead"] == ("Assuré par", "Sud", "Nord")
    own = cell | {"entity": "sud", "changes": {"mode": "A"}, "expected": 7}
    answer = world.client.post(url, {"edits": [own]}, content_type="application/json")
    (conflict,) = answer.json()["conflicts"]
    assert conflict["called"] == "Affaire lead, 2027, Sud"
    assert conflict["told"][0]["before"] == "valeur du réseau"
    wrong = cell | {"changes": {"mode": "A", "lead": "inconnue"}, "expected": row.version}
    answer = world.client.post(url, {"edits": [wrong]}, content_type="application/json")
    (refused,) = answer.json()["refused"]
    assert refused["called"] == "Affaire lead, 2027" and "inconnue" in refused["reason"]


def test_the_journal_and_the_history_of_a_cell_tell_each(world: World) -> None:
    journal = text_of(world.client.get("/reseaux/essai/journal/").content.decode())
    for kind, told in world.expected.items():
        line = f"Affaire {kind}, 2027. " + " ; ".join(map(str, told))
        assert spaced(line) in journal
        address = f"/editions/{world.after.pk}/cellule/{kind}/2027/"
        page = text_of(world.client.get(address).content.decode())
        for it in told:
            # By the act, since the former edition, and since the milestone before, if not silent.
            times = 3 if it.kind in MOVES and kind != "undocumented" else 2
            assert page.count(spaced(str(it))) >= times, it


def test_an_import_is_reviewed_in_the_same_words(world: World) -> None:
    document = document_of(world.after)
    # A file that does not say what it saw: each of its rows is an edit.
    rows = re.sub(rb";v[\w-]*(?=\r\n)", b";", write_csv(document, document.placements))
    base = {**BASE, "served": ["nord", "sud"], "provenance": "", "details": {}}
    edits = [CellEdit(kind, "2027", "", base) for kind in CHANGES]
    place_cells(world.after, edits, actor=INSTALLATION)  # as it was: the file then changes it
    sent = world.client.post(
        f"/editions/{world.after.pk}/importer/", {"file": SimpleUploadedFile("a.csv", rows)}
    )
    page = text_of(world.client.get(sent["Location"]).content.decode())
    for told in world.expected.values():
        for it in told:
            assert spaced(f"{it.label} {it.before} {it.after}") in page, it
    assert page.count("gardée, à vérifier") == 1, "the mode changes, the source stays"
    for kind in CHANGES:
        one = text_of(world.client.get(f"{sent['Location']}?nature={kind}").content.decode())
        assert f"Affaire {kind}" in one and f"{KINDS[kind]} " in one
        assert not any(f"Affaire {k}" in one for k in set(CHANGES) - {kind, "mode", "undocumented"})


def test_a_conflict_is_told_in_the_same_words(world: World) -> None:
    for kind in ("lead", "beneficiaries", "option", "complementary", "text", "source"):
        (it,) = world.expected[kind]
        address = f"/editions/{world.after.pk}/saisie/{kind}/2027/"
        page = world.client.get(address).content.decode()
        read = {
            name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])  # type: ignore[index]
            for name in ("version", "seen")
        }
        mine = BASE | {"complementary": ["C"]}
        place_cells(
            world.after,
            [CellEdit(kind, "2027", "", {"source_basis": "Ailleurs"})],
            actor=INSTALLATION,
        )
        answer = world.client.post(address, mine | read)
        assert answer.status_code == 409
        said = text_of(answer.content.decode())
        assert spaced(f"{it.label} {it.before} {it.after}") in said, "mine is as it was"


def test_the_grid_is_given_the_same_words(world: World) -> None:
    page = world.client.get(f"/editions/{world.after.pk}/saisie/").content.decode()
    given = json.loads(re.search(r'id="grid-words"[^>]*>(.*?)</script>', page)[1])  # type: ignore[index]
    names = Names.of(document_of(world.after))
    assert given == names.vocabulary()
    assert given["entities"]["sud"] == names.word("lead", "sud") == "Sud"


def test_between_milestones_each_is_marked_counted_and_filtered(world: World) -> None:
    base = f"/editions/{world.after.pk}/"
    page = world.client.get(base).content.decode()
    cells = dict(re.findall(r'<a href="cellule/([a-z_]+)/2027/"><span class="mode ([^"]+)"', page))
    assert {k for k, c in cells.items() if "is-moved" in c} == {"lead", "beneficiaries"}
    assert {k for k, c in cells.items() if "is-changed" in c} == {"mode", "complementary", "option"}
    for kind in {*MOVES} - {"not_applicable"}:
        rows = re.findall(
            r'<th scope="row">Affaire ([a-z_]+)</th>',
            world.client.get(f"{base}?nature={kind}").content.decode(),
        )
        assert kind in rows and set(rows) <= {kind, "mode"}
        assert f"{KINDS[kind]} " in text_of(page)
    assert "+5 changements" in text_of(page)
    svg = world.client.get(f"{base}cartographie.svg").content.decode()
    assert svg.count("sign sign-moved") == 3 and svg.count("sign sign-changed") == 4, "and legend"


def test_the_page_of_a_chamber_the_booklet_and_the_workbook_tell_each(world: World) -> None:
    page = text_of(world.client.get(
        f"/reseaux/essai/chambres/nord/?edition={world.after.pk}"
    ).content.decode())  # fmt: skip
    booklet = booklet_of(file_of(world.after), timezone.localdate())
    lines = [line for c in booklet.chapters for step in c.trajectory.steps for line in step.others]
    answer = world.client.get(f"/editions/{world.after.pk}/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["Placements"]
    written = {(row[2], row[4]): row[-2] for row in sheet.iter_rows(values_only=True)}
    for kind in ("lead", "beneficiaries", "option", "complementary"):
        (it,) = world.expected[kind]
        assert spaced(f"{it.label} {it.before} {it.after}") in page
        assert any(spaced(f"Affaire {kind}. {it}") == spaced(line) for line in lines), lines
        assert written[kind, "2027"] == str(it)
    assert written["text", "2027"] is None, "each milestone has a text and a source of its own"


def test_what_the_source_says_names_whose_value_each_row_is(adopted: Edition, client: Any) -> None:
    page = client.get(f"/editions/{adopted.pk}/source/").content.decode()
    rows = re.findall(r'cellule/([^"]*)/\s*">[^<]*</a>\s*</th><td>([^<]*)</td>', page)
    assert sorted(rows) == [
        ("achats/2022", "Réseau"), ("achats/2024", "Réseau"), ("achats/2024/sud", "Sud"),
        ("paie/2027", "Réseau"),
    ]  # fmt: skip


def test_every_surface_counts_the_same_changes_between_milestones(db: None) -> None:
    """A field said for the first time counts where both say a mode; a cell newly said, once; what
    is no longer said counts as said no more, and nowhere as a change."""
    bare = {"mode": "M", "complementary": "", "lead": "", "served": (), "integration": ""}
    steps: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "letters": (bare, bare | {"complementary": "C"}),
        "unled": (bare | {"lead": "nord"}, bare),
        "served": (bare, bare | {"served": ("sud",), "lead": "nord"}),
        "newly": (bare | {"mode": "?"}, bare | {"lead": "nord", "complementary": "C"}),
        "gone": (bare | {"lead": "nord"}, bare | {"mode": "?"}),
        "void": (bare | {"lead": "nord"}, bare | {"mode": "-"}),
        "mode": (bare, bare | {"mode": "I", "integration": "regional"}),
    }
    expected = dict.fromkeys(MOVES, 1)
    small = small_document()
    first = small.processes[0]
    document = replace(
        small,
        milestones=tuple(m for m in small.milestones if m.code in ("2024", "2027")),
        processes=tuple(replace(first, code=code, name=f"Affaire {code}") for code in steps),
        placements=tuple(
            PlacementDoc(code, milestone, **values)
            for code, pair in steps.items()
            for milestone, values in zip(("2024", "2027"), pair, strict=True)
        ),
    )
    edition = load(document, adopted=True)
    client = person("compte@essai.test", {"role": Role.ADMINISTRATOR}).client
    compared = comparison.compare_milestones(document_of(edition), "2024", "2027").counts
    whole = {"documented": 1, "silent": 2}
    assert compared == whole | expected
    booklet = booklet_of(file_of(edition), timezone.localdate())
    lines = [spaced(line) for line in booklet.trajectory.steps[0].others]
    assert sorted(lines) == sorted(
        f"{KINDS[kind]} : {count} macro-processus"
        for kind, count in (whole | expected).items()
        if kind != "mode"
    )
    page = text_of(client.get(f"/editions/{edition.pk}/").content.decode())
    assert "+4 changements" in page
    assert all(f"{KINDS[kind]} {count}" in page for kind, count in expected.items()), page
    answer = client.get(f"/editions/{edition.pk}/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["Placements"]
    told = {row[2] for row in sheet.iter_rows(min_row=2, values_only=True) if row[-2]}
    assert told == {"letters", "served", "mode", "void"}, "silence is no change"
