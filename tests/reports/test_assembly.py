"""The file of an assembly: the figures of the pages, what its preparer wrote, PDF/UA and Word."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from types import SimpleNamespace
from typing import Any

import docx as python_docx
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.kernel.money import exact
from maillage.kernel.period import CutOff
from maillage.kernel.verdicts import Refusal
from maillage.ledger.actions import change_mapping
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.reports.actions import request_assembly, texts_held, write_texts
from maillage.reports.engine import assembly, assembly_word
from maillage.reports.engine.assembly import Paper
from maillage.reports.engine.gap_chart import Pair, chart_of
from maillage.reports.models import AssemblyFile, Dossier
from maillage.reports.papers import Figures, figures_of, paper_of
from maillage.reports.queries import assembly_of
from maillage.reports.rules import MOST_TEXT, text_fault
from tests.pdf_text import pages_of
from tests.workspaces.finance.budget_world import budget, entity, page_text, vote
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.usefixtures("november", "common_books")
HERE = "/reseaux/essai/documents/assemblee/"
FINANCES = "/reseaux/essai/finances"
TODAY = dt.date(2026, 11, 25)
LINES = {("606", ""): 120_00, ("641", "numerique"): 240_00, ("706", ""): 600_00,
         ("681", ""): 24_00, ("781", ""): 0, ("657", ""): 0, ("747", ""): 0, ("757", ""): 0,
         ("2183", ""): 36_00}  # fmt: skip


def fill(network: Network, code: str = "nord", last: int = 10) -> None:
    """A voted budget; books up to October this year, whole the year before."""
    vote(budget(network, code, 2026, lines=LINES), dt.date(2025, 11, 20))
    for year, months in ((2025, range(1, 13)), (2026, range(1, last + 1))):
        moves = {("6061", m): 8_00 for m in months} | {("6411", m): 21_50 for m in months}
        keep_book(network, code, year, moves | {("706", m): -47_25 for m in months})


def read(network: Network, code: str = "nord", month: int = 10) -> tuple[Figures, Paper]:
    whose = entity(network, code) if code else None
    file = assembly_of(network, whose, CutOff(2026, month))
    return figures_of(file), paper_of(file, TODAY)


def cells(paper: Paper) -> set[str]:
    found = (cell for part in paper.parts for sheet in part.sheets for row in sheet.rows
             for cell in row.cells)  # fmt: skip
    return set(found)


def exported(who: SimpleNamespace, address: str) -> list[list[Any]]:
    answer = who.reader.client.get(f"{FINANCES}/{address}")
    assert answer.status_code == 200, address
    return [row["values"] for row in json.loads(answer.content)["rows"]]


def words_of(data: bytes) -> str:
    return " ".join(pages_of(data))


@pytest.mark.parametrize("code", ["nord", ""])
def test_its_figures_are_those_of_the_pages(
    network: Network, who: SimpleNamespace, code: str
) -> None:
    fill(network)
    fill(network, "sud")
    found, paper = read(network, code)
    chamber = f"&chambre={code}" if code else ""
    books = f"export.json?exercice=2026&mois=2026-10&cumul=oui{chamber}"
    pages = {
        f"budgets/comparaison/export.json?annee=2026&arrete=10{chamber}": found.gaps.table,
        f"budgets/financement/export.json?annee=2026{chamber}": found.planned,
        f"resultat/{books}": found.statements["income"],
        f"bilan/{books}": found.statements["balance"],
        f"financement/{books}": found.financing,
    }
    printed = cells(paper)
    for address, table in pages.items():
        page = exported(who, address)
        assert page == json.loads(json.dumps([list(row) for row in table.rows], default=str)), (
            address
        )
        assert any(isinstance(cell, int) and cell and exact(cell) in printed
                   for row in page for cell in row), address  # fmt: skip


def test_every_amount_of_its_statement_is_printed(network: Network, who: SimpleNamespace) -> None:
    fill(network)
    _found, paper = read(network)
    printed = cells(paper)
    books = "export.json?exercice=2026&mois=2026-10&cumul=oui&chambre=nord"
    for page in ("resultat", "bilan"):
        for _code, account, label, *amounts in exported(who, f"{page}/{books}"):
            if not account:
                missing = [c for c in amounts if c and exact(c) not in printed]
                assert not missing, (page, label, missing)
    essential = paper.parts[0]
    told = {row.label: row.cells for sheet in essential.sheets for row in sheet.rows}
    assert told["Total des charges"][:3] == ("320,00", "295,00", "−25,00")
    assert told["Total des produits"][:3] == ("500,00", "472,50", "−27,50")
    assert told["Résultat"][:3] == ("180,00", "177,50", "−2,50")
    assert told["Capacité d’autofinancement"][0] == "177,50"
    assert told["Trésorerie nette"][0] == "177,50"


def test_an_equality_that_fails_is_said_beside_its_figures(network: Network) -> None:
    fill(network)
    keep_book(network, "nord", 2026, {("706", 10): -50_00, ("44562", 10): 40_00})
    (told,) = [part for part in read(network)[1].parts if part.title == "L’essentiel"]
    assert not [note for note in told.notes if "écart" in note]
    change_mapping(network, [], removed=[("", "44562", False)], actor=INSTALLATION, label="Retrait")
    found, paper = read(network)
    (told,) = [part for part in paper.parts if part.title == "L’essentiel"]
    (note,) = [note for note in told.notes if "écart" in note]
    assert "Fonds de roulement" in note and "Nord 44562" in note
    assert note.replace("\xa0", " ") in {w.replace("\xa0", " ") for w in found.financing.filters}


def test_a_chamber_without_a_book_is_not_told_and_never_zero(network: Network) -> None:
    vote(budget(network, "nord", 2026, lines=LINES), dt.date(2025, 11, 20))
    fill(network, "sud")
    _found, paper = read(network)
    rows = [row for sheet in paper.parts[1].sheets for row in sheet.rows if row.cells]
    assert {row.cells[2] for row in rows} == {"non renseigné"}
    assert {row.cells[3] for row in rows} == {"non renseigné"}
    accounts = paper.parts[3:]
    assert [part.title for part in accounts] == [
        "Compte de résultat", "Bilan", "CAF et financement réalisés",
    ]  # fmt: skip
    for part in accounts:
        assert part.lead == "Non renseigné." and not part.sheets
        assert part.notes == ("Nord\u00a0: aucun livre importé pour cet exercice",)


def test_the_sum_of_chambers_says_that_it_is_one_and_whom_it_lacks(network: Network) -> None:
    """Beside the consolidated result, another result of the same year says what it counts."""
    fill(network)
    fill(network, "sud", last=9)
    essential, gaps = read(network, "")[1].parts[:2]
    assert essential.sheets[0].title == "Budget et réalisé, somme des chambres"
    assert [note for note in essential.notes if ", sans " in note and "Sud" in note]
    for told in (essential.notes[-1], gaps.lead):
        assert "opérations entre elles comprises" in told
    own = read(network)[1].parts[0]
    assert own.sheets[0].title == "Budget et réalisé"
    assert not [note for note in own.notes if "entre elles" in note]


def test_a_book_that_stops_before_says_nothing_of_the_year(network: Network) -> None:
    fill(network)
    _found, paper = read(network, month=12)
    assert all(not part.sheets for part in paper.parts[3:])
    assert "livre arrêté au 31\u00a0octobre\u00a02026" in paper.parts[3].notes[0]


def test_what_was_written_is_printed_under_its_row_in_both_files(network: Network) -> None:
    fill(network)
    texts = {"": "Un exercice sobre.", "60": "Moins d’achats.\n\n- papier\n- énergie <&>"}
    write_texts(network, actor=INSTALLATION, entity=entity(network, "nord"),
                until=CutOff(2026, 10), texts=texts)  # fmt: skip
    _found, paper = read(network)
    data = assembly.pdf(paper)
    text = words_of(data)
    assert data == assembly.pdf(read(network)[1])
    row = next(r for s in paper.parts[1].sheets for r in s.rows if r.label.startswith("60 "))
    assert [block.kind for block in row.blocks] == ["paragraph", "list"]
    made = python_docx.Document(io.BytesIO(assembly_word.docx(paper)))
    tables = [cell.text for table in made.tables for line in table.rows for cell in line.cells]
    for said in ("Moins d’achats.", "énergie <&>"):
        assert said in text
        assert any(said in cell for cell in tables)
    assert "Un exercice sobre." in text
    assert "Un exercice sobre." in [paragraph.text for paragraph in made.paragraphs]
    for cell in ("80,00", "215,00", "472,50"):
        assert cell in text and cell in tables


@pytest.mark.parametrize("code", ["nord", ""])
def test_the_pdf_is_tagged_and_the_word_file_opens(network: Network, code: str) -> None:
    fill(network)
    fill(network, "sud", 9)
    _found, paper = read(network, code, 9)
    root = pypdf.PdfReader(io.BytesIO(assembly.pdf(paper))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("fr")
    assert b"pdfuaid" in root["/Metadata"].get_data()
    made = python_docx.Document(io.BytesIO(assembly_word.docx(paper)))
    headings = [p.text for p in made.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == ["Présentation", *(part.title for part in paper.parts)]
    assert any(section.orientation for section in made.sections) is any(p.wide for p in paper.parts)


def test_nothing_known_is_a_whole_file_that_says_so(network: Network) -> None:
    _found, paper = read(network)
    text = words_of(assembly.pdf(paper))
    assert "Présentation : non renseigné" in text
    assert not any(part.sheets or part.charts for part in paper.parts)
    assert all("on renseigné" in part.lead for part in paper.parts)
    assert assembly_word.docx(paper)


def test_writing_is_told_with_before_and_after_and_the_same_again_changes_nothing(
    network: Network,
) -> None:
    nord, until = entity(network, "nord"), CutOff(2026, 10)
    kept = {"actor": INSTALLATION, "entity": nord, "until": until}
    write_texts(network, texts={"60": "Un.", "64": "Deux.", "": ""}, **kept)
    write_texts(network, texts={"60": "Un autre.", "64": " "}, **kept)
    write_texts(network, texts={"60": "Un autre.\r\n"}, **kept)
    with pytest.raises(Refusal, match="invisible"):
        write_texts(network, texts={"60": "Un\x00 autre."}, **kept)
    file = AssemblyFile.objects.get()
    assert file.texts == {"60": "Un autre."}
    events = Event.objects.filter(verb="reports.assembly.written", subject=file.subject)
    assert [event.diff["texts"] for event in events.order_by("sequence")] == [
        {"60": ["", "Un."], "64": ["", "Deux."]},
        {"60": ["Un.", "Un autre."], "64": ["Deux.", ""]},
    ]
    assert assembly_of(network, None, until).pk is None


def test_texts_that_moved_since_they_were_read_are_refused(network: Network) -> None:
    nord, until = entity(network, "nord"), CutOff(2026)
    seen = str(texts_held(network, nord, until).stamp)
    kept: dict[str, Any] = {"actor": INSTALLATION, "entity": nord, "until": until, "seen": seen}
    write_texts(network, texts={"60": "Premier."}, **kept)
    with pytest.raises(Refusal, match="ont changé depuis votre lecture") as refused:
        write_texts(network, texts={"60": "Second."}, **kept)
    assert refused.value.denied.status == 409
    assert AssemblyFile.objects.get().texts == {"60": "Premier."}


@pytest.mark.parametrize(
    ("row", "text", "fault"),
    [
        ("", "x" * MOST_TEXT, ""),
        ("16D", "Remboursement.", ""),
        ("60", "x" * (MOST_TEXT + 1), f"Texte de {MOST_TEXT + 1} caractères"),
        ("5", "", "Ligne «\u00a05\u00a0» inconnue"),
        ("60;", "", "Ligne «\u00a060;\u00a0» inconnue"),
    ],
)
def test_a_row_and_a_text_hold_or_say_why(row: str, text: str, fault: str) -> None:
    assert text_fault(row, text).startswith(fault) and bool(text_fault(row, text)) is bool(fault)


def test_who_writes_the_texts_of_whom(network: Network, who: SimpleNamespace) -> None:
    nord = {"annee": 2026, "chambre": "nord", "arrete": 10}
    whole = {"annee": 2026, "arrete": 10}
    for person, chamber, network_wide in (("reader", 403, 403), ("nord", 302, 403),
                                          ("finances", 302, 302)):  # fmt: skip
        client = getattr(who, person).client
        for query, status in ((nord, chamber), (whole, network_wide)):
            address = f"{HERE}?{'&'.join(f'{k}={v}' for k, v in query.items())}"
            assert client.post(address, {"t|60": f"Par {person}."}).status_code == status, person
            page = page_text(client, address)
            assert ("<textarea" in page) is (status == 302)


def test_its_page_says_the_gap_of_each_row_in_euros(network: Network, who: SimpleNamespace) -> None:
    fill(network)
    page = re.sub(r"<[^>]+>", "", page_text(who.reader.client, f"{HERE}?chambre=nord&arrete=10"))
    page = re.sub(r"\s+", " ", page)
    assert "Budget 100,00 €, réalisé 80,00 €, écart −20,00 € (−20,0 %)" in page
    page = page_text(who.reader.client, f"{HERE}?chambre=nord&arrete=12")
    assert 'écart <strong class="nowrap">non renseigné</strong>' in page


def test_it_is_composed_apart_and_fetched(
    network: Network, who: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    fill(network)
    client = who.nord.client
    address = f"{HERE}?annee=2026&chambre=nord&arrete=10"
    for kind, begins in (("assembly_pdf", b"%PDF"), ("assembly_docx", b"PK")):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(address, {"t|60": "Texte tapé.", "kind": kind})
        dossier = Dossier.objects.get(kind=kind)
        assert answer["Location"] == f"/documents/{dossier.pk}/"
        assert dossier.state == Dossier.State.DONE, dossier.failure
        assert "Dossier 2026, arrêté au 31 octobre 2026, Nord" in page_text(
            client, answer["Location"]
        )
        file = client.get(f"/documents/{dossier.pk}/fichier/")
        assert b"".join(file.streaming_content).startswith(begins)
        assert (
            f"dossier-nord-2026-10.{'pdf' if 'pdf' in kind else 'docx'}"
            in (file["Content-Disposition"])
        )
        assert dossier.get_kind_display() in page_text(client, address)
    assert AssemblyFile.objects.get().texts == {"60": "Texte tapé."}
    with pytest.raises(Refusal, match="inconnu"):
        request_assembly(network, "booklet_pdf", actor=INSTALLATION, entity=None,
                         until=CutOff(2026))  # fmt: skip


def test_its_page_asks_the_database_as_often_whatever_it_holds(
    network: Network, who: SimpleNamespace
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_text(who.reader.client, f"{HERE}?annee=2026&arrete=10")
        return len(queries)

    fill(network)
    asked()
    one = asked()
    fill(network, "sud")
    asked()
    assert asked() == one


def test_a_chart_says_what_nobody_told_and_reaches_below_zero() -> None:
    chart = chart_of("Essai", [Pair("60 <Achats>", 100_00, None), Pair("Résultat", -50_00, 0)])
    assert "60 &lt;Achats&gt;" in chart.svg and "non renseigné" in chart.svg
    assert chart.alt == (
        "Essai. 60 <Achats> : budget 100 euros, réalisé non renseigné. "
        "Résultat : budget −50 euros, réalisé 0 euros."
    )
    bars = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', chart.svg)[2:]
    (left, width), (below, size) = ((float(x), float(w)) for x, w in bars)
    assert below + size == pytest.approx(left, abs=0.2)
    assert width == pytest.approx(2 * size, abs=0.2)
