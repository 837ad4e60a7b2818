"""Spreadsheets out and in: the same cells come back, and every fault is named with its place."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given

from maillage.schemes.engine.document import (
    EditionDocument,
    EntityDoc,
    EntityKind,
    PlacementDoc,
)
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.placement_files import (
    TITLES,
    read_rows,
    read_table,
    template,
    write_csv,
    write_workbook,
)
from maillage.schemes.engine.placement_files.columns import letters_of, mode_of
from maillage.sheets.findings import Finding, Unreadable
from tests.builders import small_document
from tests.depth import examples
from tests.schemes.engine.strategies import documents

TODAY = dt.date(2026, 11, 25)
DOCUMENT = small_document()
FIRST = dict(
    zip(
        TITLES,
        ("Finances", "", "achats", "Comptabilité fournisseurs", "2024", "", "Réseau", "M",
         "C, H", "nord", "nord, sud", "", "", "Schéma", "p. 2", *[""] * (len(TITLES) - 15)),
        strict=True,
    )
)  # fmt: skip
ENTITY = TITLES[5]


def exported(document: EditionDocument = DOCUMENT, **changes: Any) -> bytes:
    about: dict[str, Any] = {"filters": (), "status": "Brouillon", "seal": "", "today": TODAY}
    return write_workbook(document, document.placements, **(about | changes))


def workbook(rows: list[list[Any]], name: str = "Placements") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value)
    return target.getvalue()


def text(rows: list[list[Any]], delimiter: str = ";") -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue().encode()


def table(*rows: dict[str, Any]) -> list[list[Any]]:
    return [list(TITLES), *(list((FIRST | row).values()) for row in rows)]


def findings(data: bytes, name: str = "essai.xlsx") -> tuple[Finding, ...]:
    with pytest.raises(Unreadable) as caught:
        read_table(data, name, DOCUMENT)
    return caught.value.findings


# Out, and back


def test_a_workbook_gives_back_its_placements() -> None:
    assert read_table(exported(), "a.xlsx", DOCUMENT) == DOCUMENT.placements


def test_a_large_export_gives_back_its_placements() -> None:
    """Thousands of cells name the same few texts: the shared strings are small, their uses many."""
    codes = [f"e{rank}" for rank in range(40)]
    entities = tuple(EntityDoc(code, "Chambre", "", EntityKind.TERRITORIAL) for code in codes)
    processes = tuple(
        replace(DOCUMENT.processes[0], code=f"p{rank}", name="Paie") for rank in range(60)
    )
    milestone = DOCUMENT.milestones[0].code
    placements = tuple(
        PlacementDoc(process.code, milestone, code, "M", "C", lead="e0", source_page="p. 2")
        for process in processes
        for code in codes
    )
    document = replace(DOCUMENT, entities=entities, processes=processes, placements=placements)
    assert read_table(exported(document), "a.xlsx", document) == placements


def test_a_csv_gives_back_its_placements() -> None:
    data = write_csv(DOCUMENT, DOCUMENT.placements)
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    assert read_table(data, "a.csv", DOCUMENT) == DOCUMENT.placements


def _visible(document: EditionDocument) -> tuple[PlacementDoc, ...]:
    """A text of blanks alone is read as no text."""
    names = ("rationale", "source_document", "source_page", "source_basis", "source_quote")
    return tuple(
        replace(
            cell,
            **{name: "" for name in names if not getattr(cell, name).strip()},
            details=Details.of(
                {
                    name: value
                    for name, value in cell.details.record().items()
                    if not isinstance(value, str) or value.strip()
                }
            ),
        )
        for cell in document.placements
    )


@examples(60)
@given(documents())
def test_what_is_exported_is_read_back(document: EditionDocument) -> None:
    expected = _visible(document)
    for name, data in (
        ("a.xlsx", exported(document)),
        ("a.csv", write_csv(document, document.placements)),
    ):
        rows = read_rows(data, name, document)
        assert tuple(row.cell for row in rows) == expected
        assert all(row.seen is not None and not row.seen.touched for row in rows)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_csv_is_read_with_any_separator(delimiter: str, mark: bytes) -> None:
    (cell,) = read_table(mark + text(table({}), delimiter), "a.csv", DOCUMENT)
    assert (cell.mode, cell.complementary, cell.served) == ("M", "CH", ("nord", "sud"))


def test_the_order_of_columns_is_free_and_help_columns_may_go() -> None:
    rows = [list(reversed(row)) for row in table({})]
    (cell,) = read_table(workbook(rows), "a.xlsx", DOCUMENT)
    dropped = [i for i, title in enumerate(TITLES) if title in ("Fonction", "Macro-processus")]
    rows = [[value for i, value in enumerate(row) if i not in dropped] for row in table({})]
    assert read_table(workbook(rows), "a.xlsx", DOCUMENT) == (cell,)


def test_numbers_are_read_as_they_are_shown() -> None:
    (cell,) = read_table(workbook(table({"Jalon": 2024, "Page": 12})), "a.xlsx", DOCUMENT)
    assert (cell.milestone, cell.source_page) == ("2024", "12")


def test_the_template_has_every_network_cell_and_changes_nothing() -> None:
    data = template(DOCUMENT, TODAY)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Placements"]
    assert sheet.max_row == 1 + len(DOCUMENT.processes) * len(DOCUMENT.milestones)
    network = {cell for cell in DOCUMENT.placements if not cell.entity}
    assert set(read_table(data, "a.xlsx", DOCUMENT)) == network


def test_an_emptied_row_empties_the_cell_it_names() -> None:
    emptied = dict.fromkeys(["Mode", "Modes complémentaires", "Assuré par", "Bénéficiaires"], "")
    emptied |= {"Document source": "", "Page": ""}
    known, unknown = table(emptied)[1], table(emptied | {"Jalon": "2027"})[1]
    cells = read_table(workbook([list(TITLES), known, unknown]), "a.xlsx", DOCUMENT)
    assert cells == (PlacementDoc("achats", "2024"),)


# The workbook


def test_the_workbook_says_what_it_is() -> None:
    data = exported(filters=("Fonction\u00a0: Finances",), seal="ab" * 32, status="Adoptée")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Placements", "Lisez-moi", "Listes"]
    said = "\n".join(str(v) for row in book["Lisez-moi"].values for v in row if v)
    for expected in (
        "Réseau essai",
        "Adoptée",
        "ab" * 32,
        "Fonction\u00a0: Finances",
        "25\u00a0novembre\u00a02026",
        "non hiérarchique",
        "Première édition",
    ):
        assert expected in said
    sheet = book["Placements"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:AG{len(DOCUMENT.placements) + 1}"
    listed = {str(v.sqref).split(":")[0] for v in sheet.data_validations.dataValidation}
    assert listed == {"C2", "E2", "F2", "H2", "J2", "L2"}
    fills = {
        rule.formula[0]: rule.dxf.fill.bgColor.rgb
        for rules in sheet.conditional_formatting
        for rule in rules.rules
    }
    assert fills['"A"'] == "FFD3ECFF" and fills['"I"'] == "FFBCA1E2" and len(fills) == 5


def test_no_text_becomes_a_formula() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")', "http://x/"]
    cells = tuple(
        PlacementDoc(p.code, m.code, mode="A", rationale=value)
        for (p, m), value in zip(
            ((p, m) for p in DOCUMENT.processes for m in DOCUMENT.milestones), texts, strict=False
        )
    )
    document = replace(DOCUMENT, placements=cells)
    sheet = openpyxl.load_workbook(io.BytesIO(exported(document)))["Placements"]
    assert {c.data_type for row in sheet["A2:P8"] for c in row} <= {"s", "n"}
    assert not any(c.hyperlink for row in sheet["A2:P8"] for c in row)
    written = write_csv(document, cells).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(written, newline=""), delimiter=";"):
        assert not any(value[:1] in tuple("=+-@\t") for value in row)
    assert read_table(exported(document), "a.xlsx", document) == cells
    assert read_table(write_csv(document, cells), "a.csv", document) == cells


# Words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "A"),
        ("Autonomie", "A"),
        ("HARMONISATION", "H"),
        ("cooperation", "C"),
        ("", "?"),
        ("?", "?"),
        ("Non renseigné", "?"),
        ("-", "-"),
        ("sans\u00a0objet", "-"),
        ("B", None),
    ],
)
def test_modes_are_understood(value: str, expected: str | None) -> None:
    assert mode_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("C, H", "CH"),
        ("h+c", "CH"),
        ("HC", "CH"),
        ("Coopération ; Harmonisation", "CH"),
        ("C, C", "C"),
        ("C, X", None),
        ("?", None),
    ],
)
def test_complementary_modes_are_understood(value: str, expected: str | None) -> None:
    assert letters_of(value) == expected


# Faults


@pytest.mark.parametrize(
    ("changes", "column", "what", "expected"),
    [
        ({"Processus (code)": "achat"}, "Processus (code)", "processus inconnu", "achats"),
        ({"Processus (code)": "Trésorerie"}, "Processus (code)", "processus inconnu", "tresorerie"),
        ({"Processus (code)": ""}, "Processus (code)", "processus manquant", "achats, tresorerie"),
        ({"Jalon": "2024b"}, "Jalon", "jalon inconnu", "«\u00a02024\u00a0»"),
        ({ENTITY: "nordd"}, ENTITY, "entité inconnue", "«\u00a0nord\u00a0»"),
        ({"Mode": "Z"}, "Mode", "mode inconnu", "sans objet"),
        ({"Modes complémentaires": "Q"}, "Modes complémentaires", "mode inconnu", "A, C, H, M, I"),
        ({"Assuré par": "Chambre du Sud"}, "Assuré par", "entité inconnue", "«\u00a0sud\u00a0»"),
        ({"Bénéficiaires": "nord, est"}, "Bénéficiaires", "entité inconnue", "un code d’entité"),
        ({"Bénéficiaires": "nord, nord"}, "Bénéficiaires", "entité répétée", "une seule fois"),
        ({"Option d'intégration": "mondiale"}, "Option d'intégration", "option", "Nationale"),
        ({"Justification": "x" * 4001}, "Justification", "4001 caractères", "4000 au plus"),
        ({"Document source": "é" * 201}, "Document source", "trop long", "200 au plus"),
        ({"Page": "9" * 41}, "Page", "trop long", "40 au plus"),
        ({"Fondement": "a\x07b"}, "Fondement", "caractère de contrôle", "invisible"),
    ],
)
@pytest.mark.parametrize("make", [workbook, text])
def test_a_fault_is_named_with_its_cell(
    make: Callable[[list[list[Any]]], bytes],
    changes: dict[str, str],
    column: str,
    what: str,
    expected: str,
) -> None:
    (found,) = findings(make(table({"Jalon": "2022"}, changes)))
    sheet = "feuille Placements, " if make is workbook else ""
    assert found.where == f"{sheet}ligne 3, colonne {column}"
    assert what in found.what and expected in found.expected


@pytest.mark.parametrize("value", [True, dt.date(2026, 1, 2), dt.datetime(2026, 1, 2)])
def test_a_date_or_a_boolean_is_not_a_text(value: Any) -> None:
    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "Placements"
    for row in table({"Page": value}):
        book.active.append(row)
    book.save(target)
    (found,) = findings(target.getvalue())
    assert found.where == "feuille Placements, ligne 2, colonne Page"


def test_a_boolean_does_not_pass_for_the_number_of_the_row_above() -> None:
    rows = table({"Page": "1"}, {"Jalon": "2022", "Page": 1}, {"Processus (code)": "paie"})
    rows[3][TITLES.index("Page")] = True
    (found,) = findings(workbook(rows))
    assert found.where == "feuille Placements, ligne 4, colonne Page"


def test_a_repeated_cell_names_both_rows() -> None:
    (found,) = findings(workbook(table({}, {"Jalon": "2022"}, {"Mode": "A"})))
    assert found.where == "feuille Placements, ligne 4"
    assert found.what == "la cellule figure déjà à la ligne 2"


def test_every_fault_is_listed_up_to_a_limit() -> None:
    found = findings(workbook(table({"Mode": "X", "Assuré par": "Y"}, *[{"Jalon": "?"}] * 300)))
    assert len(found) == 201
    assert found[0].value == "X" and found[1].value == "Y"
    assert found[-1].what == "et 102 autres"


def test_headers_are_checked_before_rows() -> None:
    rows = table({"Mode": "X"})
    rows[0][7], rows[0][8] = "Modes", "Assuré par"
    said = [(f.what, f.where, f.expected) for f in findings(workbook(rows))]
    assert (
        "colonne absente",
        "feuille Placements, ligne 1, colonne Mode",
        "«\u00a0Mode\u00a0»",
    ) in said
    assert any(w == "colonne inconnue" and "«\u00a0Mode\u00a0»" in e for w, _, e in said)
    assert any(w == "colonne en double" and at.endswith("Assuré par") for w, at, _ in said)
    assert not any("mode inconnu" in what for what, _, _ in said)


def test_a_row_of_the_wrong_width_is_refused() -> None:
    rows = table({}, {"Jalon": "2022"})
    rows[2] = rows[2][:9]
    (found,) = (f for f in findings(text(rows), "a.csv") if "valeurs" in f.what)
    assert found.where == "ligne 3" and found.expected.startswith("32")


@pytest.mark.slow
def test_too_many_rows_are_refused() -> None:
    head, row = (
        ";".join(f'"{t}"' for t in TITLES) + "\n",
        ";" * 14 + "A" + ";" * (len(TITLES) - 15) + "\n",
    )
    (found,) = findings((head + row * 100_001).encode(), "a.csv")
    assert "100000 lignes au plus" in found.expected.replace("\u00a0", "")
