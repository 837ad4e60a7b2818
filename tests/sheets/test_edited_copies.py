"""A workbook that came back changed by hand: copies of its sheet, hidden rows, errors, formulas."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from maillage.sheets import scanning
from maillage.sheets.column_reader import Column, Layout, read
from maillage.sheets.findings import Unreadable
from maillage.sheets.remarks import gathered
from tests.sheets.ods_files import archive, cell, content, row

LAYOUT = Layout(
    "Placements",
    [Column("Code", name="code"), Column("Note", "prose", name="note"), Column("Aide")],
)
HEAD = ["Code", "Note", "Aide"]
ROWS = [HEAD, ["a", "un", "x"], ["b", "deux", "y"], ["c", "trois", "z"]]


def made(change: Callable[[Any, Any], None] = lambda book, sheet: None) -> bytes:
    """The workbook of ROWS, changed as somebody would."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Placements"
    for values in ROWS:
        sheet.append(values)
    change(book, sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def taken(data: bytes, layout: Layout = LAYOUT) -> tuple[list[str], list[str]]:
    """The codes read, and what is remarked."""
    with gathered() as remarks:
        reading = read(data, "a.xlsx", layout)
        reading.raise_any()
    plain = [remark.replace("\u00a0", " ") for remark in remarks]
    return [found["code"] for found in reading], plain


def refused(data: bytes, layout: Layout = LAYOUT) -> list[str]:
    with pytest.raises(Unreadable) as caught:
        read(data, "a.xlsx", layout).raise_any()
    return [str(finding).replace("\u00a0", " ") for finding in caught.value.findings]


def test_an_untouched_workbook_is_not_remarked_upon() -> None:
    def notice(book: Any, _: Any) -> None:
        book.create_sheet("Lisez-moi").append(["Comment remplir"])
        book.create_sheet("Listes").sheet_state = "hidden"
        book.create_chartsheet("Graphique")

    assert taken(made(notice)) == (["a", "b", "c"], [])


def test_a_copy_that_says_the_same_is_said_and_one_that_differs_refused() -> None:
    def same(book: Any, sheet: Any) -> None:
        book.copy_worksheet(sheet).title = "Placements (2)"

    def other(book: Any, sheet: Any) -> None:
        copy = book.copy_worksheet(sheet)
        copy.title = "Placements (2)"
        copy["B3"] = "corrigé dans la copie"

    def masked(book: Any, sheet: Any) -> None:
        other(book, sheet)
        book["Placements (2)"].sheet_state = "hidden"

    assert refused(made(masked)) == [
        "feuille Placements : la feuille « Placements (2) », masquée dans le classeur, porte les "
        "mêmes titres et d’autres valeurs. Attendu : une seule des deux."
    ]
    codes, remarks = taken(made(same))
    assert codes == ["a", "b", "c"]
    assert remarks == [
        "La feuille « Placements (2) » est la copie de « Placements » : une seule est lue."
    ]
    assert refused(made(other)) == [
        "feuille Placements : la feuille « Placements (2) » porte les mêmes titres et d’autres "
        "valeurs. Attendu : une seule des deux."
    ]


def test_a_renamed_sheet_is_known_by_its_titles_among_others() -> None:
    def renamed(book: Any, sheet: Any) -> None:
        sheet.title = "Saisie du 12 mars"
        book.create_sheet("Notes").append(["Code", "Tout autre chose"])

    def twice(book: Any, sheet: Any) -> None:
        renamed(book, sheet)
        book.copy_worksheet(sheet).title = "Autre"

    codes, remarks = taken(made(renamed))
    assert codes == ["a", "b", "c"]
    assert remarks == [
        "Feuille « Saisie du 12 mars », lue faute d’une feuille nommée « Placements »."
    ]
    assert refused(made(twice)) == [
        "a.xlsx : la feuille « Placements » manque, et plusieurs portent ses titres "
        "(valeur lue : « Saisie du 12 mars, Autre »). "
        "Attendu : une seule feuille, ou l’une nommée « Placements »."
    ]


def test_titles_may_move_not_change() -> None:
    def moved(_: Any, sheet: Any) -> None:
        sheet.move_range("A1:A4", cols=3)
        sheet.delete_cols(1)

    def retitled(_: Any, sheet: Any) -> None:
        sheet["B1"] = "Nota"

    assert taken(made(moved))[0] == ["a", "b", "c"]
    told = refused(made(retitled))
    assert any("colonne Nota : colonne inconnue. Attendu : « Note »" in one for one in told)
    assert any("colonne Note : colonne absente" in one for one in told)


def test_what_is_hidden_is_read_and_said_by_its_place() -> None:
    def hide(_: Any, sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["B"].hidden = sheet.column_dimensions["C"].hidden = True
        sheet.sheet_state = "hidden"
        sheet.parent.create_sheet("Lisez-moi")
        sheet.parent.active = 1

    codes, remarks = taken(made(hide))
    assert codes == ["a", "b", "c"]
    assert remarks == [
        "Feuille « Placements », masquée dans le classeur : lue comme si elle ne l’était pas.",
        "Feuille « Placements », 2 lignes masquées (2 à 3) : lues comme les autres.",
        "Feuille « Placements », colonne B « Note » masquée : lue comme les autres.",
    ]


def test_errors_formulas_and_merged_cells_are_told_each_with_its_place() -> None:
    def spoil(_: Any, sheet: Any) -> None:
        sheet["B2"] = "#DIV/0!"
        sheet["B2"].data_type = "e"
        sheet["B3"] = "=A3"  # openpyxl writes no value beside a formula
        sheet["A4"] = "#N/A"
        sheet["A4"].data_type = "s"
        sheet.merge_cells("B4:C4")

    told = refused(made(spoil))
    where = {one.split(" : ")[0]: one.split(" : ")[1] for one in told}
    assert "erreur du tableur" in where["feuille Placements, ligne 2, colonne Note"]
    assert "formule" in where["feuille Placements, ligne 3, colonne Note"]
    assert "erreur du tableur" in where["feuille Placements, ligne 4, colonne Code"]
    assert "B4:C4 sont fusionnées" in where["feuille Placements"]
    assert any("Code : erreur du tableur (valeur lue : « #N/A »)" in one for one in told)
    assert any("Note : la cellule contient une erreur du tableur (valeur lue : « #DIV/0! »)" in one
               for one in told)  # fmt: skip


def dressed(_: Any, sheet: Any) -> None:
    """What somebody adds who reads the sheet: labels merged down, names looked up, errors."""
    sheet["C2"] = "=VLOOKUP(A2,A:B,2)"
    sheet["C3"] = "#N/A"
    sheet["C3"].data_type = "e"
    sheet["D1"] = "Aide"
    sheet.merge_cells("D2:D4")
    sheet.merge_cells("C4:D4")


def test_a_column_that_is_not_read_never_refuses_the_file() -> None:
    assert taken(made(dressed)) == (["a", "b", "c"], [])


def test_more_formulas_than_are_remembered_keep_to_their_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanning, "KEPT", 2)

    def computed(_: Any, sheet: Any) -> None:
        for place in ("C2", "C3", "C4"):
            sheet[place] = "=1+1"

    def one_that_matters(book: Any, sheet: Any) -> None:
        computed(book, sheet)
        sheet["B4"] = "=2+2"

    assert taken(made(computed)) == (["a", "b", "c"], [])
    (told,) = refused(made(one_that_matters))
    assert told.startswith("feuille Placements, colonne Note : la cellule contient une formule")

    def merged(_: Any, sheet: Any) -> None:
        for place in ("C2:D2", "C3:D3", "B4:C4"):
            sheet.merge_cells(place)

    assert "fusionnées" in refused(made(merged))[0]


def above(_: Any, sheet: Any) -> None:
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Finances, novembre"
    sheet["B2"] = "=TODAY()"
    sheet.merge_cells("A1:C1")


ABOVE = "Titres de colonnes lus à la ligne 3 : ce qui précède n’est pas lu."


def test_titles_are_found_under_what_is_written_above_them() -> None:
    assert taken(made(above)) == (["a", "b", "c"], [ABOVE])

    def spoilt(book: Any, sheet: Any) -> None:
        above(book, sheet)
        sheet["B3"] = "Notes"
        sheet["B5"] = "#REF!"
        sheet["B5"].data_type = "e"

    told = refused(made(spoilt))
    assert [one.partition(" : ")[0] for one in told if "ligne 3" in one] == [
        "feuille Placements, ligne 3, colonne Notes",
        "feuille Placements, ligne 3, colonne Note",
    ]

    def copied(book: Any, sheet: Any) -> None:
        above(book, sheet)
        book.copy_worksheet(sheet).cell(4, 1, "z")

    (told,) = refused(made(copied))
    assert "porte les mêmes titres et d’autres valeurs" in told


@pytest.mark.parametrize("line", ["Finances, novembre", "Finances;;", '"Finances; novembre";;'])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_text_may_have_lines_above_its_titles(line: str, separator: str) -> None:
    rows = "\n".join(separator.join(row) for row in ROWS)
    assert taken(f"{line}\n\n{rows}".encode()) == (["a", "b", "c"], [ABOVE])
    assert taken(f"sep={separator}\n{line}\n{rows}".encode()) == (["a", "b", "c"], [ABOVE])
    # Further down nobody looks for them.
    assert "colonne inconnue" in "".join(refused(("x\n" * 12 + rows).encode()))


def test_an_ods_says_the_same() -> None:
    def rows(*lines: list[str], **attributes: str) -> str:
        made = [row(*(cell(text) for text in line)) for line in lines]
        return "".join(made)

    def hidden(text: str) -> str:
        return text.replace("<table:table-row", '<table:table-row table:visibility="filter"', 1)

    head, first, *more = ROWS
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    sheets = {
        "Feuille": columns + rows(head) + hidden(rows(first)) + rows(*more),
        "Notes": rows(["Code", "autre"]),
    }
    codes, remarks = taken(archive(content(sheets)))
    assert codes == ["a", "b", "c"]
    assert remarks == [
        "Feuille « Feuille », lue faute d’une feuille nommée « Placements ».",
        "Feuille « Feuille », ligne masquée (2) : lue comme les autres.",
        "Feuille « Feuille », colonne B « Note » masquée : lue comme les autres.",
    ]
    helped = [row(cell("a"), cell("un"), cell("x", formula="of:=1"))]
    told = {"Placements": rows(["Finances"], HEAD) + "".join(helped) + rows(*ROWS[2:])}
    assert taken(archive(content(told)))[0] == ["a", "b", "c"]
    two = {"Placements": rows(*ROWS), "Copie": rows(*ROWS[:3])}
    assert "la feuille « Copie » porte les mêmes titres" in refused(archive(content(two)))[0]
