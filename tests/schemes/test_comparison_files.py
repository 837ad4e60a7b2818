"""The comparison of two editions or two milestones: its files say what its page says."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pypdf
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.people.actors import INSTALLATION, Role
from maillage.schemes.actions import CellEdit, draft_next_edition, place_cells
from maillage.schemes.engine.comparison import compare_milestones
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.models import Edition
from maillage.schemes.views import comparison
from tests.builders import load, person, small_document
from tests.pdf_text import pages_of
from tests.schemes.test_second_format import whole

HEADS = ["Macro-processus", "Fonction", "Jalon", "Chambre", "Ce qui change", "Avant", "Après",
         ]  # fmt: skip
Rows = list[list[str]]


@pytest.fixture
def pair(db: None) -> tuple[Edition, Edition, Client]:
    """An edition, the next one with a mode and a lead changed, and someone who sees both."""
    before = load(small_document(), adopted=True)
    after = draft_next_edition(before, actor=INSTALLATION)
    edits = [
        CellEdit("achats", "2024", "", {"mode": "H", "lead": "sud"}, None),
        CellEdit("tresorerie", "2022", "", {"mode": "C"}, None),
        CellEdit("tresorerie", "2022", "sud", {"mode": "A"}, None),
    ]
    place_cells(after, edits, actor=INSTALLATION)
    client = person("tout@essai.test", {"role": Role.ADMINISTRATOR}).client
    return before, after, client


def of_page(text: str) -> Rows:
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    found = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("</tr>"))
    return [
        [plain(re.sub(r"<[^>]+>", "", html.unescape(cell))).replace("–", "") for cell in cells]
        for cells in found
        if cells
    ]


def plain(text: Any) -> str:
    return " ".join(str(text or "").replace("\u00a0", " ").split())


def of_csv(data: bytes) -> tuple[list[str], Rows]:
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    told = [line[0] for line in lines if line[0].startswith("# ")]
    head = lines.index(HEADS)
    return told, [list(map(plain, line)) for line in lines[head + 1 :]]


def of_xlsx(data: bytes) -> Rows:
    book = openpyxl.load_workbook(io.BytesIO(data))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert list(head) == HEADS
    return [list(map(plain, row)) for row in rows]


def test_what_changes_of_the_frame_is_told_alike_everywhere(db: None, capsys: Any) -> None:
    before = load(small_document(), adopted=True)
    after = load(whole(number=2))
    client = person("cadre@essai.test", {"role": Role.ADMINISTRATOR}).client
    told = client.get(f"/api/editions/{after.pk}/compare/{before.pk}").json()["structure"]
    assert any(line.startswith("Énoncé ajouté (Personnel)") for line in told)
    assert any(line.startswith("Action ajoutée") for line in told)
    page = f"/editions/{after.pk}/comparer/{before.pk}/"
    listed = re.findall(r"<li>([^<]*)</li>", client.get(page).content.decode())
    assert set(told) <= {html.unescape(line) for line in listed}
    data = client.get(f"{page}comparaison.csv").content.decode("utf-8-sig")
    words = {line[0] for line in csv.reader(io.StringIO(data), delimiter=";")}
    assert {f"# {line}" for line in told} <= words
    with pytest.raises(SystemExit):
        call_command("scheme-diff", str(before.pk), str(after.pk))
    assert set(told) <= set(capsys.readouterr().out.splitlines())


FILTERS = [
    ("", 5),
    ("?nature=mode", 3),
    ("?nature=lead", 3),
    ("?fonction=finances", 5),
    ("?fonction=rh", 0),
    ("?nature=own", 1),
]


@pytest.mark.parametrize(("filters", "count"), FILTERS)
@pytest.mark.parametrize("what", ["editions", "milestones"])
def test_page_and_files_hold_the_same_rows(
    pair: tuple[Edition, Edition, Client], filters: str, count: int, what: str
) -> None:
    before, after, client = pair
    place = f"{before.pk}" if what == "editions" else "jalons/2022/2024"
    address = f"/editions/{after.pk}/comparer/{place}/"
    page = of_page(client.get(address + filters).content.decode())
    told, rows = of_csv(client.get(f"{address}comparaison.csv{filters}").content)
    assert rows == page
    assert of_xlsx(client.get(f"{address}comparaison.xlsx{filters}").content) == page
    if what == "editions":
        assert len(page) == count
        assert any("avant tout filtre" in line and ": 3 (" in plain(line) for line in told)
    if "nature=lead" in filters:
        assert any("Assuré par" in line for line in told), "the filter is written on the file"


def test_the_pages_of_paper_hold_every_row(pair: tuple[Edition, Edition, Client]) -> None:
    before, after, client = pair
    address = f"/editions/{after.pk}/comparer/{before.pk}/"
    rows = of_page(client.get(address).content.decode())
    answer = client.get(f"{address}comparaison.pdf?papier=a3")
    assert answer["Content-Type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    text = " ".join(pages_of(answer.content))
    assert all(word in text for row in rows for cell in row for word in cell.split())
    assert all(head in text for head in HEADS)
    assert "Page 1 sur 1" in text and "Comparaison de deux éditions" in text
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and str(root["/Lang"]).startswith("fr")
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert round(float(reader.pages[0].mediabox.width)) == 1191


def test_sizes_of_paper_have_names_of_their_own(pair: tuple[Edition, Edition, Client]) -> None:
    before, after, client = pair
    address = f"/editions/{after.pk}/comparer/{before.pk}/comparaison.pdf"
    names = [
        client.get(f"{address}{size}")["Content-Disposition"]
        for size in ("", "?papier=a4", "?papier=a3", "?papier=a9")
    ]
    assert ["-a3.pdf" in name.lower() for name in names] == [False, False, True, False]
    assert ["-a4.pdf" in name.lower() for name in names] == [True, True, False, True]


def test_a_large_comparison_is_cut_in_pages_and_its_files_are_whole(
    pair: tuple[Edition, Edition, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "CELLS", 2)
    before, after, client = pair
    address = f"/editions/{after.pk}/comparer/{before.pk}/"
    first = client.get(address).content.decode()
    second = client.get(f"{address}?page=2").content.decode()
    assert "Page 1 sur 2" in first and "3 cellules" in plain(first)
    told = of_csv(client.get(f"{address}comparaison.csv?page=2").content)[1]
    assert of_page(first) + of_page(second) == told
    monkeypatch.setattr(comparison, "MOST_ROWS", 2)
    assert "Trop de lignes pour un PDF" in client.get(address).content.decode()
    refused = client.get(f"{address}comparaison.pdf")
    assert refused.status_code == 422


def test_unknown_milestones_and_kinds_of_files_are_not_there(
    pair: tuple[Edition, Edition, Client],
) -> None:
    before, after, client = pair
    for place in (f"{before.pk}/comparaison.odt", "jalons/2022/1999/", "jalons/2022/2022/",
                  "jalons/2022/1999/comparaison.csv"):  # fmt: skip
        assert client.get(f"/editions/{after.pk}/comparer/{place}").status_code == 404
    assert Client().get(f"/editions/{after.pk}/comparer/jalons/2022/2024/").status_code == 404
    public = Client().get(f"/editions/{before.pk}/comparer/jalons/2022/2024/")
    assert public.status_code == 200


def test_between_milestones_reasons_and_sources_say_nothing() -> None:
    cells = (
        PlacementDoc("achats", "2022", mode="A", rationale="un", source_page="3"),
        PlacementDoc("achats", "2024", mode="A", rationale="deux", source_page="4"),
        PlacementDoc("tresorerie", "2022", mode="A"),
        PlacementDoc("tresorerie", "2024", mode="M", lead="nord", served=("sud",)),
        PlacementDoc("tresorerie", "2024", "sud", mode="A"),
    )
    document = replace(small_document(), placements=cells)
    found = compare_milestones(document, "2022", "2024")
    assert [c.key for c in found.changes] == [("tresorerie", "2024", "")], (
        "a chamber whose own value is what its network's was has not changed"
    )
    assert set(found.counts) == {"mode", "lead", "beneficiaries"}
    back = compare_milestones(document, "2024", "2022")
    assert back.counts == {"mode": 1, "silent": 1}, "2022 says neither who nor for whom"


def test_a_comparison_asks_as_many_queries_whatever_it_finds(
    pair: tuple[Edition, Edition, Client],
) -> None:
    before, after, client = pair
    counts = []
    for query in ("", "?nature=mode", "?nature=text"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/editions/{after.pk}/comparer/{before.pk}/{query}")
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_silence_stands_apart_from_what_changes_and_nothing_from_filters(
    db: None, client: Client
) -> None:
    cells = (
        PlacementDoc("achats", "2022", mode="I", lead="region", integration="regional"),
        PlacementDoc("tresorerie", "2022", mode="A"),
        PlacementDoc("tresorerie", "2024", mode="M"),
        PlacementDoc("paie", "2024", mode="A"),
        PlacementDoc("paie", "2027", mode="A"),
    )
    edition = load(replace(small_document(), placements=cells), adopted=True)
    here = f"/editions/{edition.pk}/comparer/jalons/2022/2024/"
    page = client.get(here).content.decode()
    told = _spaced(re.sub(r"<[^>]+>", " ", page))
    assert re.search(r"Suite non dite , hors du total 1", told)
    assert re.search(r"En tout 2\b", told) and "2 cellules." in told
    assert "Comptabilité fournisseurs" not in _rows(page), "listed where it is asked for"
    silent = client.get(f"{here}?nature=silent").content.decode()
    assert "Comptabilité fournisseurs" in _rows(silent) and "suite non dite" in _rows(silent)
    cell = client.get(f"/editions/{edition.pk}/cellule/achats/2024/").content.decode()
    assert "Intégration → non renseigné" not in _spaced(re.sub(r"<[^>]+>", " ", cell))
    alike = client.get(f"/editions/{edition.pk}/comparer/{edition.pk}/").content.decode()
    assert "Rien ne change" in alike
    assert "<form" not in alike.split("<main")[1] and "En tout" not in alike


def _rows(page: str) -> str:
    return _spaced(" ".join(re.findall(r"(?s)<tbody>(.*?)</tbody>", page)))


def _spaced(text: str) -> str:
    return " ".join(html.unescape(text).split())
