"""The one pass never says less than the reading at length: same findings, same cube."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage.ledger.engine import survey as surveys
from maillage.ledger.engine.reading import read_ledger
from maillage.ledger.engine.survey import survey, survey_all
from tests.ledger.engine.fec_text import as_xml, signed, table, written
from tests.ledger.engine.test_reading import DEFECTS


def test_a_sound_file_is_read_in_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "read_ledger", None)
    for rows in (table(), signed(table())):
        found = survey(written(tmp_path, rows), partners=["DUP"])
        assert not found.findings.counts
        assert sum(row.debit for row in found.cube) == sum(row.credit for row in found.cube)
        assert sum(row.debit for row in found.cube) == 298_050
        assert {row.partner for row in found.cube} == {"", "DUP"}


@pytest.mark.parametrize("what", DEFECTS)
def test_each_defect_is_found_as_at_length(tmp_path: Path, what: str) -> None:
    rows = table()
    DEFECTS[what][0](rows)
    path = written(tmp_path, rows)
    assert survey(path).findings == read_ledger(path).findings


def test_the_cube_is_the_same_by_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, table())
    quick = survey(path, partners=["DUP", "MAR"])
    monkeypatch.setattr(surveys, "_one_pass", lambda *_: None)
    assert survey(path, partners=["DUP", "MAR"]).cube == quick.cube


def test_xml_and_unreadable_files_are_surveyed_too(tmp_path: Path) -> None:
    xml = tmp_path / "000012013FEC20251231.xml"
    xml.write_text(as_xml(table()))
    empty = tmp_path / "000012021FEC20251231.txt"
    empty.write_bytes(b"")
    text, nothing = survey_all([xml, empty])
    assert sum(row.lines for row in text.cube) == 12 and not text.findings.counts
    assert nothing.refused and not nothing.cube


@pytest.mark.parametrize("numbers", [[1, 1, 4, 4], [1, 2, 2, 4], [1, 3, 3, 3]])
def test_numbers_that_add_up_by_chance_are_not_taken_for_a_sequence(
    tmp_path: Path, numbers: list[int]
) -> None:
    head, first = table()[0], table()[3]
    rows = [head]
    for rank, number in enumerate(numbers):
        for debit, credit in (("10,00", ""), ("", "10,00")):
            row = [*first]
            row[2], row[3], row[11], row[12] = str(number), f"2025011{rank}", debit, credit
            rows.append(row)
    path = written(tmp_path, rows)
    assert survey(path).findings == read_ledger(path).findings
