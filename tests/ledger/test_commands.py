"""The two commands over real files: what they say, what they write, and their exit codes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from maillage.ledger.engine.generate import SIX, Truth, generate_books
from tests.ledger.engine.fec_text import NAME, table, written


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
    "a note": ((1, 0, "journalcode"), 0, "Noms de champs"),
    "a warning": ((4, 15, ""), 1, "ligne 4, champ ValidDate"),
    "an error": ((4, 9, "20250230"), 3, "Date qui n’existe pas « 20250230 »"),
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
    assert held["findings"]["kept"][0]["line"] == 5


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
    assert code == 0 and "6000 lignes" in text and "sans correspondance : 0" in text
    book = openpyxl.load_workbook(output)
    assert book.sheetnames[:4] == [
        "Balance consolidée", "Compte de résultat", "Bilan", "Réciprocités",
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
            assert round(row[place] * 100) == expected.get((e.code, str(row[0])), 0)


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
