"""One reader for every table: what its columns declare, and each fault with its cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from maillage.sheets.column_reader import Column, Layout, UnfitError, read
from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.writing import Table, to_csv, to_xlsx
from tests.sheets.ods_files import ods

TODAY = dt.date(2026, 11, 29)
SITES = {"nord": "Chambre du Nord", "sud": "Chambre du Sud", "est": "Chambre de l'Est"}
STATES = {"open": "Ouvert", "closed": "Fermé"}


def _even(cell: Any) -> int:
    if not str(cell).isdecimal() or int(cell) % 2:
        raise UnfitError("ce n'est pas un pair", "un nombre pair")
    return int(cell)


COLUMNS = (
    Column("Code", name="code", filled=True, longest=10, missing="code manquant"),
    Column("Aide"),
    Column("Note", "prose", name="note", longest=30),
    Column("Nombre", "number", name="number", least=1, most=500),
    Column("Taux", "decimal", name="rate"),
    Column("Montant", "amount", name="amount", least=0),
    Column("Jour", "date", name="day"),
    Column("Année", "year", name="year"),
    Column("Actif", "boolean", name="active"),
    Column("État", "choice", name="state", among=STATES, expected="un état"),
    Column("Site (code)", "code", name="site", among=SITES, aliases=("Site",),
           hints={"Septentrion": "nord"}, unknown="site inconnu", expected="un site"),
    Column("Voisins", "codes", name="near", among=SITES, unknown="site inconnu",
           expected="un site"),
    Column("Pair", name="even", needed=False, take=_even),
)  # fmt: skip
LAYOUT = Layout("Essai", COLUMNS, rows=50)
TITLES = [column.title for column in COLUMNS[:-1]]
FULL: dict[str, Any] = {
    "code": "a1", "note": "Une note\nde deux lignes", "number": 12, "rate": Decimal("3.25"),
    "amount": 1234_50, "day": dt.date(2026, 2, 28), "year": 2026, "active": True,
    "state": "closed", "site": "sud", "near": ("nord", "est"),
}  # fmt: skip
BARE: dict[str, Any] = dict.fromkeys(FULL) | {"code": "b", "note": "", "state": "", "site": "",
                                              "near": ()}  # fmt: skip


def workbook(rows: Sequence[Sequence[Any]], name: str = "Essai") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def text(rows: Sequence[Sequence[Any]], delimiter: str = ";") -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue().encode()


MAKERS = [workbook, text, ods]


def table(*rows: dict[str, Any]) -> list[list[Any]]:
    return [TITLES, *([row.get(title, "x" if title == "Code" else "") for title in TITLES]
                      for row in rows)]  # fmt: skip


def findings(data: bytes, layout: Layout = LAYOUT) -> tuple[Finding, ...]:
    with pytest.raises(Unreadable) as caught:
        read(data, "essai", layout).raise_any()
    return caught.value.findings


def sound(data: bytes, layout: Layout = LAYOUT) -> list[dict[str, Any]]:
    reading = read(data, "essai", layout)
    reading.raise_any()
    return [row.values for row in reading]


@pytest.mark.parametrize("write", [to_csv, lambda t: to_xlsx(t, TODAY)], ids=["csv", "xlsx"])
@pytest.mark.parametrize("bare", [True, False])
def test_every_kind_is_read_as_it_is_written(write: Callable[[Table], bytes], bare: bool) -> None:
    columns = COLUMNS[:-1]
    rows = [[row.get(c.name, "=aide") for c in columns] for row in (FULL, BARE)]
    data = write(Table("Essai", columns, rows, ("Filtre ; « tout »",), bare=bare))
    assert sound(data) == [FULL, BARE]


WRITTEN: dict[str, tuple[str, Any, Any]] = {
    "a text's blanks": ("Code", "  a \t b ", "a b"),
    "a number for a text": ("Code", 12, "12"),
    "a date is ISO": ("Jour", "2026-02-28", dt.date(2026, 2, 28)),
    "a date is French": ("Jour", "28/2/2026", dt.date(2026, 2, 28)),
    "a date is a cell": ("Jour", dt.date(2026, 2, 28), dt.date(2026, 2, 28)),
    "thousands": ("Nombre", "+ 0\u202f012", 12),
    "a minus sign": ("Taux", "\u22123,5", Decimal("-3.5")),
    "noise of a spreadsheet": ("Taux", 0.1 + 0.2, Decimal("0.3")),
    "an amount in brackets of French": ("Montant", "1\u00a0234,50\u00a0€", 123450),
    "an amount's noise": ("Montant", 0.1 + 0.2, 30),
    "no amount": ("Montant", "-", 0),
    "vrai": ("Actif", "VRAI", True),
    "n": ("Actif", "n", False),
    "one": ("Actif", 1, True),
    "a label": ("État", "  ferme ", "closed"),
    "a value": ("État", "OPEN", "open"),
    "codes": ("Voisins", "est;nord", ("est", "nord")),
    "an apostrophe that guards": ("Note", "'=1+1", None),
}


@pytest.mark.parametrize("what", WRITTEN)
@pytest.mark.parametrize("make", MAKERS)
def test_what_people_write_is_understood(make: Callable[..., bytes], what: str) -> None:
    title, cell, expected = WRITTEN[what]
    if isinstance(cell, dt.date) and make is workbook:
        cell = cell.isoformat()
    if expected is None:
        # Only a CSV is guarded; a workbook's text begins as it is written.
        expected = "=1+1" if make is text else cell
    if isinstance(cell, float) and make is text:
        cell = str(round(cell, 6)).replace(".", ",")
    [found] = sound(make(table({title: cell})))
    name = next(column.name for column in COLUMNS if column.title == title)
    assert found[name] == expected and type(found[name]) is type(expected)


FAULTS: dict[str, tuple[str, Any, str, str]] = {
    "nothing where something is due": ("Code", "", "code manquant", "une valeur"),
    "too long": ("Code", "x" * 11, "11 caractères", "10 au plus"),
    "a hidden character": ("Note", "a\x0bb", "caractère de contrôle", "invisible"),
    "a letter": ("Nombre", "douze", "nombre illisible", "un nombre entier"),
    "a fraction": ("Nombre", "1,5", "nombre illisible", "un nombre entier"),
    "too little": ("Nombre", 0, "valeur trop petite", "1 au moins"),
    "too much": ("Nombre", 501, "valeur trop grande", "500 au plus"),
    "an exponent": ("Taux", "1e3", "nombre illisible", "1\u00a0234,5"),
    "a third decimal": ("Montant", "1,234", "montant illisible", "deux décimales"),
    "less than nothing": ("Montant", -1, "montant négatif", "un montant positif"),
    "no such day": ("Jour", "30/02/2026", "date illisible", "31/12/2026"),
    "a far day": ("Jour", "01/01/0001", "date illisible", "31/12/2026"),
    "a year of two digits": ("Année", "26", "année illisible", "quatre chiffres"),
    "neither yes nor no": ("Actif", "peut-être", "valeur inconnue", "oui ou non"),
    "no such choice": ("État", "fermée", "valeur inconnue", "«\u00a0Fermé\u00a0»"),
    "no such code": ("Site (code)", "norrd", "site inconnu", "«\u00a0nord\u00a0»"),
    "a name is no code": ("Site (code)", "Chambre du sud", "site inconnu", "«\u00a0sud\u00a0»"),
    "another word for it": ("Site (code)", "septentrion", "site inconnu", "«\u00a0nord\u00a0»"),
    "nothing like it": ("Site (code)", "zzz", "site inconnu", "parmi nord, sud, est"),
    "one of several": ("Voisins", "nord, ouest", "site inconnu", "«\u00a0est\u00a0»"),
    "twice": ("Voisins", "nord, nord", "site répété", "une seule fois"),
}


@pytest.mark.parametrize("what", FAULTS)
@pytest.mark.parametrize("make", MAKERS)
def test_a_fault_is_told_with_its_cell(make: Callable[..., bytes], what: str) -> None:
    title, cell, said, expected = FAULTS[what]
    if cell == "a\x0bb" and make is not text:
        pytest.skip("no XML holds such a character")
    [found] = findings(make(table({}, {title: cell} | ({"Note": "x"} if title == "Code" else {}))))
    sheet = "" if make is text else "feuille Essai, "
    assert found.where == f"{sheet}ligne 3, colonne {title}"
    assert (found.row, found.column) == (3, title)
    assert said in found.what and expected in found.expected
    assert found.value == {"one of several": "ouest", "twice": "nord"}.get(what, str(found.value))


def test_every_wrong_code_of_a_cell_is_told() -> None:
    found = findings(text(table({"Voisins": "x1, nord, x2, nord"})))
    assert [finding.value for finding in found] == ["x1", "x2", "nord"]


@pytest.mark.parametrize(("cell", "said"), [(True, "vrai ou faux"), (TODAY, "une date")])
def test_a_date_or_a_boolean_is_no_text(cell: Any, said: str) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Essai"
    for row in table({"Code": cell}):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    for data in (target.getvalue(), ods(table({"Code": cell}))):
        [found] = findings(data)
        assert said in found.what and found.where.endswith("ligne 2, colonne Code")


def test_faults_are_told_row_by_row_and_counted_beyond_a_limit() -> None:
    rows = [{"Nombre": "x", "État": "y"}] * 150
    found = findings(text(table(*rows)), Layout("Essai", COLUMNS))
    assert [finding.where for finding in found[:3]] == [
        "ligne 2, colonne Nombre", "ligne 2, colonne État", "ligne 3, colonne Nombre",
    ]  # fmt: skip
    assert len(found) == 201 and found[-1].what == "et 100 autres"


def test_rows_with_a_fault_are_kept_apart() -> None:
    reading = read(text(table({"Nombre": 7}, {"Nombre": "x"})), "a.csv", LAYOUT)
    assert [row["number"] for row in reading] == [7]
    assert [(row.number, row.sound, row["number"]) for row in reading.rows] == [
        (2, True, 7), (3, False, None),
    ]  # fmt: skip
    reading.fault(reading.rows[0], "ce n'est pas le bon", "huit", "number", "7")
    assert list(reading) == []
    [own, _] = sorted(f.where for f in reading.findings.listed)
    assert own == "ligne 2, colonne Nombre"


# Titles


def test_titles_are_compared_as_people_compare_them() -> None:
    rows = table({"Nombre": 7})
    rows[0] = [title.upper() for title in TITLES]
    rows[0][TITLES.index("Site (code)")] = "  SITE "
    assert sound(text(rows)) == sound(text(table({"Nombre": 7})))


def test_a_title_missing_unknown_or_twice_is_told() -> None:
    rows = table({})
    rows[0] = [*TITLES[:3], "Nombrre", "zzz", *TITLES[5:], ""]
    rows[0][-1] = "Jour"
    found = {(f.column, f.what): f.expected for f in findings(workbook(rows))}
    assert found["Nombrre", "colonne inconnue"] == "«\u00a0Nombre\u00a0» (le titre le plus proche)"
    assert found["zzz", "colonne inconnue"] == "l’un des titres du modèle, ou pas de colonne"
    assert found["Taux", "colonne absente"] == "«\u00a0Taux\u00a0»"
    assert ("Jour", "colonne en double") in found
    assert ("Pair", "colonne absente") not in found


def test_a_value_under_no_title_is_told() -> None:
    rows = [[*row, ""] for row in table({}, {})]
    rows[2][-1] = "perdu"
    [found] = findings(workbook(rows))
    assert found.what == "valeur dans une colonne sans titre" and found.row == 3


def test_other_columns_may_be_told_by_their_titles() -> None:
    def year(title: str) -> Column | None:
        return Column(title, "amount", name=title) if title.isdecimal() else None

    layout = Layout("Essai", [Column("Code", name="code")], others=year)
    reading = read(workbook([["Code", 2027, "2026"], ["a", 1, 2]]), "a.xlsx", layout)
    assert [row.values for row in reading] == [{"code": "a", "2027": 100, "2026": 200}]
    assert findings(text([["Code", "Anée"]]), layout)[0].what == "colonne inconnue"


def test_too_many_rows_are_refused_blank_ones_do_not_count() -> None:
    assert len(sound(text([*table(*[{}] * 50), *[[""] * len(TITLES)] * 20]))) == 50
    [found] = findings(text(table(*[{}] * 51)))
    assert found.what == "plus de 50 lignes" and found.expected == "50 lignes au plus"


def test_a_wide_sheet_is_told_its_own_number_of_columns() -> None:
    rows = [["x"] * 16_000] + [[""] * 300 + ["x"]] * 300
    [found] = findings(workbook(rows))
    assert found.expected == "13 colonnes\u00a0; supprimer les autres"


# Text files


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_any_separator_is_understood_by_the_titles(delimiter: str, mark: bytes) -> None:
    assert sound(mark + text(table({"Note": "a;b,c"}), delimiter))[0]["note"] == "a;b,c"


@pytest.mark.parametrize("told", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;", "sep=|"])
def test_a_file_may_tell_its_separator(told: str) -> None:
    delimiter = told.strip('"')[4]
    data = b"\xef\xbb\xbf" + told.encode() + b"\r\n"
    [found] = findings(data + text(table({"Note": "a,b"}, {"Nombre": "x"}), delimiter))
    assert found.where == "ligne 4, colonne Nombre"


def test_the_lines_that_say_what_an_export_is_are_passed_over_and_counted() -> None:
    notice = '# Essai\r\n"# Filtre ; « tout »"\r\n'.encode()
    [found] = findings(notice + text(table({"Nombre": "x"})))
    assert found.where == "ligne 4, colonne Nombre"
    assert findings(notice + b"zzz\r\n")[0].row == 3


def _seconds(data: bytes, layout: Layout = LAYOUT) -> float:
    start = time.process_time()
    with pytest.raises(Unreadable):
        read(data, "a.csv", layout).raise_any()
    return time.process_time() - start


def test_a_line_of_a_million_titles_costs_no_more_than_reading_it() -> None:
    """It cost minutes: each unknown title was compared with each known one."""
    assert _seconds(b"a;" * 9_500_000) < 3
    [found] = findings(b"a;" * 40_000)
    assert found.where == "essai, ligne 1" and found.what == "40001 colonnes"


def test_as_many_unknown_titles_as_may_be_cost_little() -> None:
    titles = [f"titre inconnu {rank}" for rank in range(1_000)]
    assert _seconds(text([titles])) < 0.5


def test_wrong_codes_among_many_cost_little() -> None:
    known = {f"produit-{rank:05}": f"Produit numéro {rank}" for rank in range(20_000)}
    layout = Layout("Essai", [Column("Code", "code", name="code", among=known)])
    rows = [["Code"], *([f"prodiut-{rank:05}"] for rank in range(5_000))]
    assert _seconds(text(rows), layout) < 5


def test_a_cell_in_error_is_no_empty_cell() -> None:
    target = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Valeur", "Autre"])
    sheet.append(["#REF!", "#N/A"])
    sheet["A2"].data_type, sheet["B2"].data_type = "e", "s"
    book.save(target)
    columns = [Column("Valeur", name="value", needed=False), Column("Autre", name="other")]
    found = findings(target.getvalue(), Layout(sheet.title, columns))
    assert [(f.where, f.what) for f in found] == [
        ("feuille Sheet, ligne 2, colonne Valeur", "la cellule contient une erreur du tableur"),
        ("feuille Sheet, ligne 2, colonne Autre", "erreur du tableur"),
    ]


@pytest.mark.parametrize(
    ("said", "is_error"),
    [
        *((text, True) for text in ("#N/A", "#ref!", "#DIV/0!", "#VALEUR!", "#NOM?", "Err:502")),
        *((text, False) for text in ("#12", "N/A", "voir #REF! du tableau", "Erreur", "#")),
    ],
)
def test_an_error_pasted_as_a_text_is_no_text(said: str, is_error: bool) -> None:
    layout = Layout("Essai", [Column("Note", "prose", name="note"), Column("Aide")])
    reading = read(text([["Note", "Aide"], [said, "#N/A"]]), "a.csv", layout)
    expected = ("ligne 2, colonne Note", "erreur du tableur", said)
    told = [(found.where, found.what, found.value) for found in reading.findings.listed]
    assert told == [expected] * is_error


class _Rarer(UnfitError):
    """A fault of a kind of its own."""


def _refused(cell: Any) -> int:
    raise _Rarer("valeur rare", "une autre", str(cell))


def test_a_fault_of_a_kind_of_its_own_is_a_fault() -> None:
    layout = Layout("Essai", [Column("Valeur", name="value", take=_refused)])
    reading = read(text([["Valeur"], ["1"]]), "a.csv", layout)
    assert [row.values for row in reading.rows] == [{"value": None}]
    with pytest.raises(Unreadable) as unreadable:
        reading.raise_any()
    assert [found.what for found in unreadable.value.findings] == ["valeur rare"]
