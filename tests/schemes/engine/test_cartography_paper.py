"""The cartography on pages: tagged, titled, in French, numbered, and nothing of it cut."""

from __future__ import annotations

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET

import pypdf
import pytest

from maillage.papers.wording import Fact, french
from maillage.schemes.engine import trajectory
from maillage.schemes.engine.cartography_grid import Grid, Marks, grid_of
from maillage.schemes.engine.cartography_paper import (
    Flows,
    Subject,
    cartography_pdf,
    trajectory_pdf,
)
from maillage.schemes.engine.cartography_picture import matrix_svg
from maillage.schemes.engine.document import EditionDocument
from maillage.schemes.engine.generate import generate
from tests.pdf_text import pages_of

TODAY = dt.date(2026, 11, 30)
SUBJECT = Subject(
    "Réseau d’essai",
    "Schéma d’essai, édition 3",
    (Fact("Statut", "Adoptée"), Fact("Jalon", "Statut 2024"), Fact("Filtres", "Finances")),
    fictional=True,
    is_draft=False,
)


@pytest.fixture(scope="module")
def document() -> EditionDocument:
    """Thirty chambers by thirty macro-processes: more than a page takes, in both directions."""
    return generate(3, 30, 30)[0]


def read(data: bytes) -> tuple[pypdf.PdfReader, list[str]]:
    """The pages as text; a word cut at the end of a line is one again."""
    return pypdf.PdfReader(io.BytesIO(data)), pages_of(data)


def close(text: str) -> str:
    """Without what a break of line leaves in a name: spaces and hyphens."""
    return re.sub(r"[\s\u00a0\u00ad‐-]", "", text)


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("milestone", [None, "2024"])
def test_every_process_column_and_lead_is_on_the_pages(
    document: EditionDocument, milestone: str | None, paper: str
) -> None:
    grid = grid_of(document, milestone)
    _, pages = read(cartography_pdf(grid, SUBJECT, paper, TODAY))
    whole = close("".join(pages))
    for line in grid.lines:
        assert close(line.name) in whole
        assert close(line.function) in whole
    for named in (*grid.columns, *grid.leads):
        assert close(named.short) in whole
        assert close(named.name) in whole
    assert grid.leads
    told = sum(bool(cell.lead) for line in grid.lines for cell in line.cells)
    names = {close(lead.short) for lead in grid.leads}
    assert sum(whole.count(name) for name in names) >= told
    assert len(pages) > (1 if milestone is None else 4)
    for number, page in enumerate(pages, 1):
        assert f"Page {number} sur {len(pages)}" in page
        assert "Schéma d’essai, édition 3" in page
    headed = pages if milestone is None else pages[:-1]
    assert all("Macro-processus" in page for page in headed), "heads come back on each page"


@pytest.mark.parametrize(("paper", "size"), [("a4", (842, 595)), ("a3", (1191, 842))])
def test_pages_are_tagged_titled_in_french_and_of_the_size_chosen(
    document: EditionDocument, paper: str, size: tuple[int, int]
) -> None:
    reader, pages = read(cartography_pdf(grid_of(document, "2024"), SUBJECT, paper, TODAY))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("fr")
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert "Cartographie par chambre" in str(reader.metadata.title)
    assert "édition 3" in str(reader.metadata.title)
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == size
    for told in ("Statut Adoptée", "Jalon Statut 2024", "Filtres Finances", "Document fictif",
                 "30 novembre 2026", "Autonomie Coopération", "non hiérarchique"):  # fmt: skip
        text = pages[0].replace(" A ", " ").replace(" C ", " ")
        assert told in text, told


def small_grid() -> Grid:
    document = generate(1, 5, 8)[0]
    first = document.processes[0].code
    marks = {(first, 1): Marks(("mode",), True), (first, 2): Marks(("lead",))}
    return grid_of(document, "2024", marks=marks)


def test_signs_are_told_where_they_stand_and_only_there() -> None:
    _, pages = read(cartography_pdf(small_grid(), SUBJECT, "a4", TODAY))
    _, bare = read(cartography_pdf(grid_of(generate(1, 5, 8)[0]), SUBJECT, "a4", TODAY))
    for told in ("mode ou option changés", "assuré par, ou bénéficiaires", "diffère de la valeur"):
        assert told in pages[0]
        assert told not in bare[0]


def test_the_same_cartography_has_the_same_bytes_and_no_line_at_all_still_a_page() -> None:
    grid = small_grid()
    assert cartography_pdf(grid, SUBJECT, "a4", TODAY) == cartography_pdf(
        grid, SUBJECT, "a4", TODAY
    )
    nothing = grid_of(generate(1, 5, 8)[0], processes=())
    assert "Aucun macro-processus" in read(cartography_pdf(nothing, SUBJECT, "a4", TODAY))[1][0]


def test_a_trajectory_has_its_picture_described_and_its_table() -> None:
    document = generate(1, 5, 8)[0]
    found = trajectory.flows(document)
    names = {p.code: p.name for p in document.processes}
    steps = tuple(
        (step.after, tuple((f.before, f.after, tuple(names[c] for c in f.processes))
                           for f in step.flows))
        for step in found.steps
    )  # fmt: skip
    flows = Flows(trajectory.svg(found), trajectory.describe(found), steps)
    reader, pages = read(trajectory_pdf(found.title, [flows], SUBJECT, "a4", TODAY))
    whole = close("".join(pages))
    assert all(close(name) in whole for name in names.values())
    assert french(flows.alt) in described(reader.root_object["/StructTreeRoot"])


def described(element: pypdf.generic.PdfObject) -> set[str]:
    """What the tags under an element say in place of a picture."""
    if isinstance(element, list):
        return set().union(*(described(one.get_object()) for one in element))
    if not isinstance(element, dict):
        return set()
    below = described(element["/K"]) if "/K" in element else set()
    return below | {str(element[key]) for key in ("/Alt",) if key in element}


@pytest.mark.parametrize("entities", [6, 30])
def test_a_picture_says_every_name_in_full(entities: int) -> None:
    """By name in wide cells, by number where columns are many."""
    grid = grid_of(generate(3, entities, 12)[0], "2024")
    root = ET.fromstring(matrix_svg(grid, "Réseau d’essai, édition 3"))
    texts = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    whole = close("".join(texts))
    assert "…" not in whole
    for named in (*grid.columns, *grid.leads):
        assert close(named.name) in whole
    assert all(close(line.name) in whole for line in grid.lines)
    if entities > 12:
        assert [text for text in texts if re.match(r"\d+\. ", text)]
        numbers = [text for text in texts if text.isdecimal()]
        assert len(numbers) == sum(bool(c.lead) for line in grid.lines for c in line.cells)
