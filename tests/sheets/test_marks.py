"""What a file saw of its rows: what was changed in it, what has been changed since, and neither."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from maillage.sheets import column_reader, marks
from maillage.sheets.column_reader import Layout
from maillage.sheets.columns import Column
from maillage.sheets.findings import Unreadable
from maillage.sheets.marks import Seen, mark_of, merged, moved, seen_of

ROW = {"code": "a", "mode": "M", "lead": "nord", "served": ("nord", "sud"), "page": ""}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, ""),
        ((), ""),
        ("deux\r\nlignes ", "deux\nlignes"),
        (Decimal("2.50"), Decimal("2.5")),
        (100, Decimal("100.00")),
        (dt.date(2027, 1, 2), "2027-01-02"),
        (("sud", "nord"), ["nord", "sud"]),
    ],
)
def test_a_value_is_the_same_written_and_read_back(written: Any, read: Any) -> None:
    assert moved(mark_of({"x": written}, "essai"), {"x": read}) == []


def test_what_was_changed_is_named() -> None:
    mark = mark_of(ROW, "essai")
    assert moved(mark, ROW) == []
    assert moved(mark, ROW | {"lead": "", "page": "p. 4"}) == ["lead", "page"]
    assert moved(mark, {"lead": "nord"}) == []  # a column that the file no longer has


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "vABC",
        "A+B",
        "v" + "=" * 9,
        mark_of(ROW, "autre"),
        mark_of(ROW | {"code": "b"}, "essai"),
    ],
)
def test_a_mark_that_is_none_or_another_row_s_tells_nothing(mark: str) -> None:
    assert Seen.of(mark, ROW, ["code"], "essai") is None


@pytest.mark.parametrize(
    ("mine", "theirs", "becomes", "clashes"),
    [
        ({}, {}, {}, ()),
        ({}, {"mode": "C"}, {"mode": "C"}, ()),
        ({"mode": "I"}, {}, {"mode": "I"}, ()),
        ({"mode": "I"}, {"lead": "sud"}, {"mode": "I", "lead": "sud"}, ()),
        ({"mode": "I"}, {"mode": "C"}, {"mode": "I"}, ("mode",)),
        ({"mode": "I", "page": "2"}, {"mode": "I"}, {"mode": "I", "page": "2"}, ()),
        ({"lead": ""}, {"lead": "sud"}, {"lead": ""}, ("lead",)),
    ],
)
def test_two_sides_are_put_together_value_by_value(
    mine: dict[str, Any], theirs: dict[str, Any], becomes: dict[str, Any], clashes: tuple[str, ...]
) -> None:
    seen = Seen.of(mark_of(ROW, "essai"), ROW | mine, ["code"], "essai")
    found = merged(seen, ROW | mine, ROW | theirs)
    assert found.values == ROW | becomes
    assert found.clashes == clashes


def test_without_a_mark_the_file_has_its_word_on_all_it_says() -> None:
    found = merged(None, {"mode": "I"}, ROW | {"mode": "C", "lead": "sud"})
    assert found.values == ROW | {"mode": "I", "lead": "sud"}
    assert found.clashes == ()


COLUMNS = (
    Column("Code", "code", name="code", filled=True, among={"a": "", "b": ""}),
    Column("Montant", "amount", name="amount"),
    Column("Jour", "date", name="day"),
)


def read(text: str, **more: Any) -> column_reader.Reading:
    layout = Layout("Feuille", COLUMNS, **more)
    return column_reader.read(text.encode(), "essai.csv", layout)


def test_a_file_gives_back_what_it_saw_of_each_row() -> None:
    kept = {"code": "a", "amount": 1250, "day": dt.date(2027, 1, 2)}
    head = f"Code;Montant;Jour;{marks.COLUMN.title}\n"
    mark = mark_of(kept, "essai")
    reading = read(
        f"{head}a;12,50;02/01/2027;{mark}\nb;3;;{mark}\nb;3;;\n", keys=("code",), about="essai"
    )
    reading.raise_any()
    told = [row.seen and (row.seen.is_lost, row.seen.is_left) for row in reading.rows]
    assert told == [(False, True), (True, False), (True, False)]
    assert reading.rows[0].values == kept
    assert reading.place(reading.rows[0]) == "ligne 2"
    changed = read(f"{head}a;13;02/01/2027;{mark}\n", keys=("code",), about="essai").rows[0]
    assert changed.seen is not None and changed.seen.touched == ("amount",)
    with pytest.raises(Unreadable, match="Vu à l’export"):
        read(f"{head}a;13;;{mark}\n").raise_any()


def test_what_is_wrong_in_a_row_that_is_not_one_s_own_is_not_judged() -> None:
    text = "Code;Montant;Jour\na;douze;02/01/2027\nb;treize;le lendemain\nc;1;\nb;2;\n"
    with pytest.raises(Unreadable) as refused:
        read(text).raise_any()
    assert len(refused.value.findings) == 4
    reading = read(text, outside=lambda values: "À un autre." if values["code"] == "b" else "")
    told = [finding.row for finding in reading.findings.listed]
    # A row that does not say which it is is judged: nobody can tell whose it is.
    assert told == [2, 4] == [row.number for row in reading.rows if not (row.sound or row.apart)]
    assert [(row.number, row.apart.replace("\xa0", " "), row["day"]) for row in reading.apart] == [
        (3, "À un autre. Non lue : colonne Montant : montant illisible (« treize »).", None)
    ]
    own = reading.rows[3]
    assert own.sound and not own.apart
    reading.fault(own, "déjà donnée")
    assert own.apart and not own.sound
    assert reading.findings.count == 2


def _book(*rows: tuple[Any, ...], merged: str = "") -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.title = "Feuille"
    for row in (("Code", "Montant", "Jour"), *rows):
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("rows", "merged", "told", "apart"),
    [
        # Of another: named apart, whatever the workbook hides in the row.
        ([("a", 1, None), ("b", "=1+1", None)], "", [], [3]),
        ([("a", 1, None), ("b", "#N/A", None)], "", [], [3]),
        ([("a", 1, None), ("b", 2, None)], "B3:C3", [], [3]),
        ([("b", 1, None), ("b", 2, None)], "B2:B3", [], [2, 3]),
        # One's own, or of nobody knows whom: told at its place.
        ([("a", "=1+1", None), ("b", "#N/A", None)], "", [2], [3]),
        ([("a", 1, None), ("=B3", "#N/A", None)], "", [3, 3], []),
        ([("a", 1, None), ("#N/A", 2, None)], "", [3, 3], []),
        ([("a", 1, None), ("b", 2, None)], "B2:B3", [0], [3]),
        ([("b", 1, None), (None, 2, None)], "A2:A3", [0, 3], []),
    ],
)
def test_what_a_workbook_hides_in_a_row_that_is_not_one_s_own_is_set_apart(
    rows: list[Any], merged: str, told: list[int], apart: list[int]
) -> None:
    layout = Layout("Feuille", COLUMNS, outside=lambda v: "À un autre" if v["code"] == "b" else "")
    reading = column_reader.read(_book(*rows, merged=merged), "essai.xlsx", layout)
    assert sorted(finding.row for finding in reading.findings.listed) == told
    assert [row.number for row in reading.apart] == apart


OWN, OTHER_ROW = mark_of(ROW, "essai"), mark_of(ROW | {"code": "b"}, "essai")
OF_ANOTHER = mark_of(ROW, "autre")


@pytest.mark.parametrize(
    ("given", "lost"),
    [
        ([OWN, ""], [False, True]),
        ([OWN, OTHER_ROW], [False, True]),
        ([OWN, OF_ANOTHER], [False, True]),
        ([OTHER_ROW], [True]),
        # A file that says nothing of the thing says nothing of its rows.
        (["", ""], [None, None]),
        ([OF_ANOTHER, ""], [None, None]),
    ],
)
def test_a_row_that_lost_its_mark_is_told_of_a_file_without_marks(
    given: list[str], lost: list[bool | None]
) -> None:
    found = seen_of([(mark, ROW) for mark in given], ["code"], "essai")
    assert [one and one.is_lost for one in found] == lost


def test_a_row_that_lost_its_mark_asks_of_each_value_that_differs() -> None:
    seen = Seen("", tuple(ROW))
    found = merged(seen, ROW | {"mode": "C", "page": "p. 3"}, ROW | {"lead": ""})
    assert set(found.clashes) == {"mode", "page", "lead"} and not seen.is_left
    assert merged(seen, ROW, ROW).clashes == ()
