"""The two commands over real files: what they say, what they write, and their exit codes."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from maillage.ledger.chamber_files import read_chambers
from maillage.ledger.rules import other_closing_fault
from tests.generated_books import SIX, Truth, generate_books
from tests.ledger.engine.fec_text import NAME, table, written

pytestmark = pytest.mark.sqlite("pages and commands alone: no query of its own")


def run(*arguments: object) -> tuple[str, int]:
    """What a command writes, and its exit code."""
    out = io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=io.StringIO())
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_a_sound_file_has_nothing_to_report(tmp_path: Path) -> None:
    text, code = run("ledger-check", written(tmp_path, table()))
    assert code == 0
    assert "12 lignes, UTF-8, 4 journaux" in text and "rien à signaler" in text


CHANGES = {
    "a note": ((1, 0, "journalcode"), 0, "journalcode lu comme JournalCode"),
    "a warning": ((4, 15, ""), 1, "ligne 4, champ ValidDate"),
    "an error": ((4, 9, "20251301"), 3, "Date illisible « 20251301 »"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_exit_code_follows_the_gravest(tmp_path: Path, what: str) -> None:
    (line, column, value), expected, words = CHANGES[what]
    rows = table()
    rows[line - 1][column] = value
    text, code = run("ledger-check", written(tmp_path, rows))
    assert (code, words in text) == (expected, True), text


def test_an_unreadable_file_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"PK\x03\x04 whatever")
    text, code = run("ledger-check", path)
    assert code == 4 and "archive" in text


def test_json_holds_everything(tmp_path: Path) -> None:
    rows = table()
    rows[4][15] = ""
    text, code = run("ledger-check", written(tmp_path, rows), "--json")
    (held,) = json.loads(text)
    assert code == 1 and held["lines"] == 12
    first = held["findings"]["kept"][0]
    assert (first["line"], first["severity"], first["expected"]) == (5, "warning", "une valeur")


def test_a_missing_file_is_a_wrong_call(tmp_path: Path) -> None:
    for name, path in (("ledger-check", tmp_path / "rien"), ("ledger-consolidate", tmp_path)):
        with pytest.raises(CommandError) as raised:
            run(name, path)
        assert raised.value.returncode == 2


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate_books(tmp_path_factory.mktemp("fec"), seed=2, lines=6000)


@pytest.fixture
def chambers(tmp_path: Path) -> Path:
    path = tmp_path / "chambres.csv"
    rows = [f"{e.siren};{e.code};{e.name};{e.code}\n" for e in SIX]
    path.write_text("siren;code;nom;auxiliaires\n" + "".join(rows))
    return path


def test_a_folder_becomes_a_workbook_equal_to_the_truth(
    tmp_path: Path, truth: Truth, chambers: Path, settings, monkeypatch
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    rules = tmp_path / "regles.csv"
    rows = [f"{local};{root};;oui\n" for local, root in truth.accounts.items()]
    rules.write_text("prefixe;compte;chambre;exact\n" + "".join(rows))
    output = tmp_path / "comptes.xlsx"
    folder = truth.files[0].parent
    call = ("ledger-consolidate", folder, "-o", output, "--chambers", chambers, "--rules", rules)
    text, code = run(*call)
    assert code == 1, "what chambers dispute is to be looked at"
    assert "6000 lignes" in text and "sans correspondance : 0" in text
    assert "écart" in text and "répond" in text
    book = openpyxl.load_workbook(output)
    assert book.sheetnames[:5] == [
        "Balance consolidée", "Compte de résultat", "Bilan", "Financement",
        "Contrôle des éliminations",
    ]  # fmt: skip
    sheet = book["Balance consolidée"]
    heads = [cell.value for cell in sheet[1]]
    expected: dict[tuple[str, str], int] = {}
    for (entity, _month, local), (debit, credit) in truth.balances.items():
        key = (entity, truth.accounts[local])
        expected[key] = expected.get(key, 0) + debit - credit
    for e in SIX:
        place = heads.index(e.name)
        for row in sheet.iter_rows(min_row=2, values_only=True):
            assert round((row[place] or 0) * 100) == expected.get((e.code, str(row[0])), 0)


def test_unchanged_files_are_not_read_again(
    tmp_path: Path, truth: Truth, chambers: Path, monkeypatch
) -> None:
    import os
    import time

    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    for path in truth.files:
        os.utime(path, (time.time() - 60, time.time() - 60))
    call = ("ledger-consolidate", truth.files[0].parent, "--chambers", chambers, "--json")
    first, _ = run(*call)
    monkeypatch.setattr("maillage.ledger.engine.survey.survey", None)
    again, _ = run(*call)
    assert again == first
    truth.files[0].touch()
    with pytest.raises(TypeError):
        run(*call)


def test_a_wrong_csv_says_which_column_lacks(tmp_path: Path, truth: Truth) -> None:
    path = tmp_path / "chambres.csv"
    path.write_text("siren;code\n")
    with pytest.raises(CommandError, match="auxiliaires, nom"):
        run("ledger-consolidate", truth.files[0].parent, "--chambers", path)


# -- calls that cannot be what was meant -----------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    place = tmp_path / "livres"
    place.mkdir()
    return place


def sheet_of(path: Path) -> dict[str, list[Any]]:
    """The trial balance: amounts by account."""
    sheet = openpyxl.load_workbook(path)["Balance consolidée"]
    return {str(row[0]): list(row[2:]) for row in sheet.iter_rows(min_row=2, values_only=True)}


def test_an_exercise_over_two_years_is_whole(folder: Path, tmp_path: Path) -> None:
    rows = table()
    for row in rows[1:4]:
        row[3] = row[3].replace("2025", "2024")
    written(folder, rows, name="000012013FEC20250630.txt")
    output = tmp_path / "o.xlsx"
    run("ledger-consolidate", folder, "-o", output)
    held = sheet_of(output)
    assert held["2131"][0] == 1500 and held["401"][0] == -1000.5
    assert round(sum(row[0] for row in held.values()), 2) == 0


def test_two_files_of_one_chamber_are_not_added(folder: Path) -> None:
    written(folder, table())
    written(folder, table(), name=NAME.lower().replace("txt", "TXT"))
    with pytest.raises(CommandError, match="de la même chambre") as raised:
        run("ledger-consolidate", folder)
    assert raised.value.returncode == 2


def test_two_exercises_of_one_year_are_refused_as_the_pages_refuse_them(folder: Path) -> None:
    written(folder, table())
    written(folder, table(), name="000012013FEC20250630.txt")
    with pytest.raises(CommandError) as raised:
        run("ledger-consolidate", folder)
    told = str(raised.value).replace("\u00a0", " ")
    assert "clos le 30 juin 2025 et le 31 décembre 2025" in told
    page = other_closing_fault(dt.date(2025, 12, 31), dt.date(2025, 6, 30)).replace("\u00a0", " ")
    what = "Une année ne tient qu’un exercice : réunir les deux dans un seul fichier"
    assert what in told and what in page


def test_another_exercise_is_left_aside_and_said_so(folder: Path) -> None:
    written(folder, table())
    written(folder, table(), name="000012021FEC20241231.txt")
    text, _ = run("ledger-consolidate", folder)
    assert "1 fichier, 12 lignes, exercice 2025" in text
    assert "000012021FEC20241231.txt : exercice 2024, laissé de côté" in text
    text, _ = run("ledger-consolidate", folder, "--year", 2024)
    assert "exercice 2024." in text and "exercice 2025, laissé de côté" in text


def test_a_folder_of_unreadable_files_gives_no_accounts(
    folder: Path,
    tmp_path: Path,
) -> None:
    written(folder, table()[:1])
    (folder / "000012021FEC20251231.txt").write_bytes(b"%PDF-1.7")
    output = tmp_path / "o.xlsx"
    with pytest.raises(CommandError, match="Aucun fichier lisible") as raised:
        run("ledger-consolidate", folder, "-o", output)
    assert raised.value.returncode == 4 and not output.exists()


def test_an_exercise_without_a_file_is_a_wrong_call(folder: Path) -> None:
    written(folder, table())
    (folder / "lien.txt").symlink_to(folder / "nulle-part")
    for year in (1999, 0):
        with pytest.raises(CommandError, match="Aucun fichier lisible"):
            run("ledger-consolidate", folder, "--year", year)
    text, code = run("ledger-consolidate", folder)
    assert code == 4 and "lien.txt" in text


@pytest.mark.parametrize("name", ["rien/o.xlsx", "livres", "o.csv"])
def test_where_nothing_can_be_written_nothing_is_read(
    folder: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(folder, table())
    monkeypatch.setattr("maillage.ledger.engine.survey.survey", None)
    with pytest.raises(CommandError) as raised:
        run("ledger-consolidate", folder, "-o", tmp_path / name)
    assert raised.value.returncode == 2


RULES = {
    "a target out of the chart": ("606;999999;;", "n’est pas dans le plan"),
    "no prefix": (";606;;", "préfixe vide"),
    "another word for yes": ("606;606;;peut-être", "oui ou non attendu"),
    "two targets": ("606;606;;\n606;607;;", "contredit"),
}


@pytest.mark.parametrize("what", RULES)
def test_rules_that_cannot_hold_are_refused(folder: Path, tmp_path: Path, what: str) -> None:
    lines, words = RULES[what]
    written(folder, table())
    rules = tmp_path / "regles.csv"
    rules.write_text(f"prefixe;compte;chambre;exact\n{lines}\n")
    with pytest.raises(CommandError, match=words):
        run("ledger-consolidate", folder, "--rules", rules)


def test_accounts_sent_nowhere_are_listed(folder: Path, tmp_path: Path) -> None:
    written(folder, table())
    rules = tmp_path / "regles.csv"
    rules.write_text("prefixe;compte;chambre;exact\n606400;6064;;OUI\n")
    text, code = run("ledger-consolidate", folder, "--rules", rules)
    assert "Règles : les règles données remplacent le rapprochement par le numéro" in text
    assert code == 3
    assert "000012013, compte 401000 : aucune règle ne l’envoie au plan commun" in text


@pytest.mark.parametrize("column", ["siren", "code", "auxiliaires"])
def test_a_chamber_named_twice_is_refused(folder: Path, tmp_path: Path, column: str) -> None:
    written(folder, table())
    rows = [
        {"siren": "000012013", "code": "a", "nom": "A", "auxiliaires": "A1 A2"},
        {"siren": " 000012021", "code": "b", "nom": "B", "auxiliaires": "B1"},
    ]
    rows[1][column] = rows[0][column]
    path = tmp_path / "chambres.csv"
    lines = [";".join(row.values()) for row in rows]
    path.write_text("\n".join(["siren;code;nom;auxiliaires", *lines]))
    with pytest.raises(CommandError, match=f"{column} donné deux fois"):
        run("ledger-consolidate", folder, "--chambers", path)


def test_a_file_the_machine_does_not_let_read_leaves_the_others(tmp_path: Path) -> None:
    text, code = run("ledger-check", "/proc/self/mem", written(tmp_path, table()))
    assert code == 4
    assert "mem" in text and "12 lignes, UTF-8, 4 journaux" in text


@pytest.mark.parametrize(
    "call", [("ledger-check", "x", "--siren", "abc"), ("ledger-consolidate", "x", "--memory", "-5")]
)
def test_options_out_of_bounds_are_a_wrong_call(folder: Path, call: tuple[str, ...]) -> None:
    path = written(folder, table())
    place = path if call[0] == "ledger-check" else folder
    with pytest.raises(CommandError) as raised:
        run(call[0], place, *call[2:])
    assert raised.value.returncode == 2


@pytest.mark.parametrize("siren", ["", "12", "000012014"])
def test_a_chamber_without_its_siren_is_refused(folder: Path, tmp_path: Path, siren: str) -> None:
    written(folder, table())
    path = tmp_path / "chambres.csv"
    path.write_text(f"siren;code;nom;auxiliaires\n{siren};a;A;\n")
    with pytest.raises(CommandError, match="SIREN attendu"):
        run("ledger-consolidate", folder, "--chambers", path)


def test_negative_amounts_are_told_as_they_are(tmp_path: Path) -> None:
    rows = table()
    for row in rows[1:]:
        row[11:13] = ["-1,50" if row[11] != "0,00" else "0,00", row[12]]
    text, _ = run("ledger-check", written(tmp_path, rows[:2]))
    assert "débits −1,50" in text and "1 ligne, UTF-8, 1 journal" in text


def test_what_books_say_of_each_other_is_told(folder: Path, tmp_path: Path) -> None:
    """The same content under another SIREN, an opening that is not the former closing."""
    head, *rows = table()
    later = [[*row[:3], f"2026{row[3][4:]}", *row[4:]] for row in rows]
    later[0][11] = later[1][12] = "1400,00"
    books = tmp_path / "deux années"
    books.mkdir()
    written(books, [head, *rows], name="000012013FEC20251231.txt")
    written(books, [head, *later], name="000012013FEC20261231.txt")
    written(books, [head, *later], name="000012021FEC20261231.txt", separator="|")
    text, code = run("ledger-consolidate", books, "--json")
    told = {(f["code"], f["where"]) for f in json.loads(text)["findings"]}
    assert code == 1
    assert ("opening.difference", "000012013, compte 213100") in told
    assert ("scope.twin", "000012021") in told and ("scope.stops", "000012013") in told
    assert json.loads(text)["findings"][0]["code"] == "scope.twin"
    plain, code = run("ledger-consolidate", books)
    first = plain.splitlines()[1]
    assert (code, "porte chaque mois les mêmes montants" in first) == (1, True), plain


def of_two(folder: Path, aux: str, label: str = "Chambre") -> None:
    """Two books that invoice each other, auxiliaries on 4xx alone, labelled."""
    for name, account, other, third in (
        ("000012013FEC20251231.txt", "411000", "708400", "B"),
        ("000012021FEC20251231.txt", "401000", "621800", aux),
    ):
        rows = table()[:1]
        for number, named in ((account, third), (other, "")):
            sides = ("100,00", "0,00") if number[0] in "46" and number != "401000" else ("0,00",)
            rows.append(
                ["OD", "Divers", "1", "20250310", number, f"Compte {number}", named,
                 label if named else "", "P1", "20250310", "Facture",
                 *(sides if len(sides) == 2 else ("0,00", "100,00")), "", "", "20250331", "", ""]
            )  # fmt: skip
        written(folder, rows, name=name)


@pytest.mark.parametrize("aux", ["A", "a", "000012013", "reg", "REG"])
def test_codes_siren_and_auxiliaries_are_known_in_any_case(
    folder: Path, tmp_path: Path, aux: str
) -> None:
    of_two(folder, aux)
    path = tmp_path / "chambres.csv"
    path.write_text("siren;code;nom;auxiliaires\n000012013;a;A;Reg\n000012021;b;B;\n")
    text, _ = run("ledger-consolidate", folder, "--chambers", path)
    assert "Réciprocités : 2, dont 0 en écart" in text


def test_a_former_name_designates_a_chamber_as_on_the_pages(folder: Path, tmp_path: Path) -> None:
    of_two(folder, "A", "CCI Valclair")
    path = tmp_path / "chambres.csv"
    rows = ["000012013;a;CCI Horizon;", "000012021;b;CCI Valclair-Nord;"]
    path.write_text("\n".join(["siren;code;nom;auxiliaires", *rows]))
    text, _ = run("ledger-consolidate", folder, "--chambers", path)
    assert "libellé « CCI Valclair »" in text
    former = [f"{rows[0]};CCI Val | CCI Valclair", f"{rows[1]};CCI Horizon"]
    path.write_text("\n".join(["siren;code;nom;auxiliaires;Anciens noms", *former]))
    assert [c.former for c in read_chambers(path)] == [("CCI Val", "CCI Valclair"), ()]
    text, _ = run("ledger-consolidate", folder, "--chambers", path)
    assert "libellé « CCI Valclair »" not in text


@pytest.mark.parametrize(
    "rows",
    [
        "000012013;a;A;REG\n000012021 000012039;b;B;",
        "000012013;a;A;REG\n000012021;b;B;\n000012039;b;B;B2",
    ],
)
def test_one_chamber_may_have_two_siren(folder: Path, tmp_path: Path, rows: str) -> None:
    of_two(folder, "REG")
    written(folder, table(), name="000012039FEC20251231.txt")
    path = tmp_path / "chambres.csv"
    path.write_text(f"siren;code;nom;auxiliaires\n{rows}\n")
    text, _ = run("ledger-consolidate", folder, "--chambers", path)
    assert "3 fichiers, 16 lignes" in text
    assert "Réciprocités : 2, dont 0 en écart" in text


def test_each_book_of_a_chamber_of_two_siren_says_how_far_it_goes(
    folder: Path, tmp_path: Path
) -> None:
    of_two(folder, "REG")  # both stop in March
    head, *rows = table()
    december = [[*row[:3], "20251215", *row[4:]] for row in rows]
    written(folder, [head, *december], name="000012039FEC20251231.txt")
    path = tmp_path / "chambres.csv"
    path.write_text("siren;code;nom;auxiliaires\n000012013;a;A;REG\n000012021 000012039;b;B;\n")
    text, _ = run("ledger-consolidate", folder, "--chambers", path)
    assert "Exercice entier, dont A et B (000012021FEC20251231.txt) à fin mars." in text
    assert "B (000012021FEC20251231.txt) : s’arrête en mars 2025" in text
    told = json.loads(run("ledger-consolidate", folder, "--chambers", path, "--json")[0])
    assert [(row["entity"], row["file"], row["from"]) for row in told["untold"]] == [
        ("a", "000012013FEC20251231.txt", "2025-04"),
        ("b", "000012021FEC20251231.txt", "2025-04"),
    ]


def test_a_number_of_two_chambers_is_refused(folder: Path, tmp_path: Path) -> None:
    written(folder, table())
    path = tmp_path / "chambres.csv"
    path.write_text("siren;code;nom;auxiliaires\n000012013;a;A;X1\n000012021;x1;B;\n")
    with pytest.raises(CommandError, match="auxiliaires donné deux fois : X1"):
        run("ledger-consolidate", folder, "--chambers", path)


def test_one_content_given_twice_is_told(tmp_path: Path) -> None:
    files = [written(tmp_path, table()), written(tmp_path, table(), name=NAME.replace("13", "21"))]
    text, code = run("ledger-check", *files)
    assert code == 1 and f"{files[1].name} porte chaque mois" in text
    assert run("ledger-check", files[0])[1] == 0


ADJUSTED = "Écriture;Exercice;Date;Motif;Chambre;Compte;Chambre en face;Débit;Crédit"
FAULTY = [
    ("1;2025;31/12/2025;Essai;CF-NORD;757;;100,00;\n1;2025;31/12/2025;Essai;CF-NORD;657;;;90,00",
     "n’est pas équilibrée"),
    ("1;2025;31/12/2025;Essai;AILLEURS;757;;1,00;\n1;2025;31/12/2025;Essai;CF-NORD;657;;;1,00",
     "une chambre du réseau"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "words"), FAULTY, ids=["unbalanced", "nobody"])
def test_adjustments_that_cannot_be_are_a_wrong_call(
    tmp_path: Path, truth: Truth, chambers: Path, rows: str, words: str
) -> None:
    path = tmp_path / "retraitements.csv"
    path.write_text(f"{ADJUSTED}\n{rows}\n", "utf-8")
    call = ("ledger-consolidate", truth.files[0].parent, "--chambers", chambers)
    with pytest.raises(CommandError, match=words) as raised:
        run(*call, "--adjustments", path)
    assert raised.value.returncode == 2
