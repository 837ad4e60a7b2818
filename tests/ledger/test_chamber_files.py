"""Chambers and rules as the command reads them: its own columns, and what the pages export."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from maillage.ledger.chamber_files import in_case_of, read_chambers, read_rule_file
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.mapping_files import rules_table
from maillage.sheets.writing import to_csv, to_xlsx


def written(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "chambres.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path


HEAD = "siren;code;nom;auxiliaires"


@pytest.mark.parametrize(
    "rows",
    [
        (HEAD, "000012013 000012021;REG;Région;r1"),
        (HEAD, "000012013;REG;Région;r1", "000012021;reg;Région;"),
        ("Auxiliaires;SIREN;Code;NOM", "r1;000012013 000012021;REG;Région"),
        ("# Chambres", HEAD, "", "000012013 000012021;REG;Région;r1"),
    ],
)
def test_a_chamber_has_several_siren(tmp_path: Path, rows: tuple[str, ...]) -> None:
    (chamber,) = read_chambers(written(tmp_path, *rows))
    assert chamber.sirens == ("000012013", "000012021")
    assert set(chamber.numbers) == {"REG", "000012013", "000012021", "R1"}, "code and SIREN too"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((HEAD, "000012013;A;A;x", "000012021;B;B;X"), "auxiliaires donné deux fois : X"),
        ((HEAD, "000012013;A;A;", "000012013;B;B;"), "siren donné deux fois"),
        ((HEAD, "000012013;A;A;", "000012021;a;B;"), "code donné deux fois"),
        ((HEAD, "000012014;A;A;"), "SIREN attendu"),
        ((HEAD, ";A;A;"), "SIREN attendu"),
        (("siren;code", "000012013;A"), "colonnes absentes : auxiliaires, nom"),
    ],
)
def test_chambers_that_cannot_be_are_refused(
    tmp_path: Path, rows: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        read_chambers(written(tmp_path, *rows))


@pytest.fixture(scope="module")
def chart() -> Chart:
    return load_chart(*shipped_texts())


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_rules_a_page_exports_are_taken_as_they_are(
    tmp_path: Path, kind: str, chart: Chart
) -> None:
    values = [
        RuleValue("reg", "411", False, "411", "Clients"),
        RuleValue("", "606400", True, "606"),
    ]
    table = rules_table(values)
    data = to_csv(table) if kind == "csv" else to_xlsx(table, dt.date(2026, 1, 1))
    path = tmp_path / f"regles.{kind}"
    path.write_bytes(data)
    rules = in_case_of(read_rule_file(path, chart), ["REG"])
    told = [(r.entity, r.prefix, r.target, r.exception) for r in rules]
    assert told == [("REG", "411", "411", False), ("", "606400", "606", True)]


def test_a_rule_of_a_page_out_of_the_chart_is_refused(tmp_path: Path, chart: Chart) -> None:
    path = tmp_path / "regles.csv"
    path.write_bytes(to_csv(rules_table([RuleValue("", "606", False, "999999")])))
    with pytest.raises(ValueError, match="pas dans le plan"):
        read_rule_file(path, chart)
