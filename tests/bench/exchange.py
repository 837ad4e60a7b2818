"""Spreadsheets in, canonical files out, one cell edited, the booklet composed."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from maillage.people.actors import INSTALLATION
from maillage.reports.engine import booklet
from maillage.schemes.actions import import_placements
from maillage.schemes.engine import canonical, comparison, placement_files
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import FIELDS, EditionFile
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.models import Edition, Placement
from maillage.schemes.queries import document_of, file_of
from tests.bench import data
from tests.bench.measure import Line, against, medians, seconds

TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
MOST_QUERIES = 8


def spreadsheet() -> Iterator[Line]:
    """22 500 rows read, compared (the dry run) and written, against only reading them."""
    loaded = data.load(data.NATIONAL, "banc-import", empty=True)
    edition, document = loaded.edition, loaded.document
    own = tuple(p for p in document.placements if p.entity)
    workbook = placement_files.write_workbook(
        document, own, filters=(), status="Brouillon", seal="", today=dt.date(2026, 11, 23)
    )

    def take_in() -> None:
        known = document_of(edition)
        placements = placement_files.read_table(workbook, "banc.xlsx", known)
        assert len(comparison.diff_placements(known, placements)) == len(own) == 22_500
        placed = import_placements(edition, placements, actor=INSTALLATION)
        assert placed.changed == 22_500

    def read_only() -> None:
        book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
        rows = sum(1 for _ in book[placement_files.SHEET].iter_rows(values_only=True))
        assert rows == 22_501

    def empty() -> None:
        rows = Placement.objects.filter(edition=edition)
        rows._raw_delete(rows.db)

    ours, theirs = medians(take_in, read_only, before=empty)
    what = "XLSX import of 22 500 rows, with dry run"
    yield against(what, ours, "openpyxl read_only", theirs, 2)


TURNED = {"A": "M", "C": "A", "H": "C", "M": "H", "I": "M"}
REVIEWED = 10_000


def mode_changes(client: Client) -> Iterator[Line]:
    """10 000 cells that take another mode: the file sent and its review shown, where each part of
    what was said of the former mode is told, against only reading the file."""
    loaded = data.load(data.NATIONAL, "banc-modes")
    edition, document = loaded.edition, loaded.document
    own = [cell for cell in document.placements if cell.entity and cell.mode in TURNED]
    turned = tuple(
        replace(cell, mode=TURNED[cell.mode], complementary="", integration="", details=Details())
        for cell in own[:REVIEWED]
    )
    workbook = placement_files.write_workbook(
        document, turned, filters=(), status="Brouillon", seal="", today=dt.date(2026, 11, 23)
    )
    address = reverse("schemes:import_table", args=[edition.pk])

    def review() -> None:
        sent = client.post(address, {"file": SimpleUploadedFile("banc.xlsx", workbook)})
        assert sent.status_code == 302, sent.content
        shown = client.get(sent.headers["Location"])
        assert shown.status_code == 200 and "10\u202f000" in shown.content.decode()

    def read_only() -> None:
        book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
        rows = sum(1 for _ in book[placement_files.SHEET].iter_rows(values_only=True))
        assert rows == REVIEWED + 1

    ours, theirs = medians(review, read_only, runs=7)
    yield against("review of 10 000 changes of mode", ours, "openpyxl read_only", theirs, 2)


def changes() -> Iterator[Line]:
    """Two national editions described field by field, against comparing bare dicts; then the
    same with every change in words, which a page asks for those it shows."""
    document = data.load(data.NATIONAL, "banc-changements", empty=True).document
    cells = [cell for cell in document.placements if cell.entity]
    leads = [entity.code for entity in document.entities]
    turned = [
        replace(cell, lead=leads[rank % len(leads)], source_page=f"p. {rank % 90}")
        for rank, cell in enumerate(cells)
    ]
    before = replace(document, placements=tuple(cells))
    after = replace(document, placements=tuple(turned))
    names = Names.of(document)
    former = {cell.key: {name: getattr(cell, name) for name in FIELDS} for cell in cells}
    latter = {cell.key: {name: getattr(cell, name) for name in FIELDS} for cell in turned}

    def described() -> int:
        return len(comparison.compare(before, after).changes)

    def in_words() -> int:
        found = comparison.compare(before, after)
        return len([names.tell(change.fields) for change in found.changes])

    def bare() -> int:
        found = {}
        for key, one in former.items():
            other = latter[key]
            differing = {n: (one[n], other[n]) for n in one if one[n] != other[n]}
            if differing:
                found[key] = differing
        return len(found)

    assert described() == in_words() == bare()
    ours, words, theirs = medians(described, in_words, bare)
    yield against("changes of 22 500 cells, described", ours, "bare dicts", theirs, 3)
    yield Line("the same, all of them in words", seconds(words), "", "", "", True)


def canonical_file() -> Iterator[Line]:
    """The file, and the bytes with their seal, against `json.dumps` of the same content."""
    document = data.load(data.NATIONAL, "banc-canonique", empty=True).document
    content = orjson.loads(canonical.dumps_content(document))

    file = EditionFile(document, "adopted", seal=canonical.seal(document))

    def sealed() -> str:
        """What adoption does: the bytes once, kept and sealed."""
        return canonical.digest(canonical.dumps_content(document))

    export, seal, theirs = medians(
        lambda: canonical.dumps_file(file), sealed, lambda: json.dumps(content)
    )
    yield against("canonical export, 22 500 cells", export, "json.dumps", theirs, 2)
    yield against("canonical bytes and their seal", seal, "json.dumps", theirs, 2)


def one_cell(client: Client) -> Iterator[Line]:
    """One cell saved through the grid's door, at two sizes."""
    for name, size in (("regional", data.REGIONAL), ("national", data.NATIONAL)):
        loaded = data.load(size, f"banc-cellule-{name}")
        edition, turns = loaded.edition, itertools.count(1)
        cell = next(p for p in loaded.document.placements if not p.entity)

        def save(edition: Edition = edition, cell=cell, turns=turns) -> None:  # type: ignore[no-untyped-def]
            edits = [
                {
                    "process": cell.process,
                    "milestone": cell.milestone,
                    "changes": {"source_basis": f"essai {next(turns)}"},
                }
            ]
            address = f"/editions/{edition.pk}/saisie/cellules/"
            response = client.post(address, {"edits": edits}, "application/json")
            assert response.status_code == 200 and response.json()["changed"] == 1, response.content

        save()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            save()
        count = sum(not q["sql"].startswith(TRANSACTION) for q in captured.captured_queries)
        (time,) = medians(save)
        yield Line(
            f"one cell saved, {name} draft", f"{count} queries", f"in {seconds(time)}", "",
            f"<= {MOST_QUERIES} queries", count <= MOST_QUERIES,
        )  # fmt: skip


def printed() -> Iterator[Line]:
    """The booklet of the real scheme, from the database to the bytes of the PDF."""
    call_command("scheme-import", "pays-de-la-loire-2017-2021", stdout=io.StringIO())
    edition = Edition.objects.select_related("scheme__network").get(
        scheme__network__code="pays-de-la-loire", status=Edition.Status.ADOPTED
    )
    (time,) = medians(
        lambda: booklet.pdf(booklet.booklet_of(file_of(edition), timezone.localdate()))
    )
    yield Line("booklet of the real scheme, PDF", seconds(time), "", "", "< 3 s", time < 3)
