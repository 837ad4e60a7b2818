"""Lines pasted from a spreadsheet: each shape read, each fault located, all or nothing."""

from __future__ import annotations

import pytest

from maillage.workspaces.finance.engine.pasted_lines import read_pasted

TWELVE = "\t".join(["10"] * 12)
MONTHS = dict.fromkeys(range(1, 13), 10_00)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("606\t120", {("606", ""): MONTHS}),
        ("606;120", {("606", ""): MONTHS}),
        ("606 Achats\t120", {("606", ""): MONTHS}),
        ("164d\t120", {("164D", ""): MONTHS}),
        ("606\tformation\t120", {("606", "formation"): MONTHS}),
        ("606\t\t120", {("606", ""): MONTHS}),
        (f"606\t{TWELVE}", {("606", ""): MONTHS}),
        (f"606\tformation\t{TWELVE}", {("606", "formation"): MONTHS}),
        ("606\t1\t\t3" + "\t" * 9, {("606", ""): {1: 1_00, 3: 3_00}}),
        (f"606\tAchats\tformation\tCentre\t{TWELVE}\t120", {("606", "formation"): MONTHS}),
        ("Compte\tTotal\n606\t120\n\n", {("606", ""): MONTHS}),
    ],
)
def test_each_shape_of_a_row(row: str, expected: object) -> None:
    assert read_pasted(row, {"formation"}) == (expected, [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("606\t12x", "Ligne 1 : « 12x »"),
        ("606\t1\n401\t1", "Ligne 2 : Compte 401"),
        ("606\trien\t1", "axe « rien » inconnu"),
        ("606\t1\n606\t2", "Ligne 2 : le compte 606 est déjà donné"),
        ("606\t1\t2\t3\t4", "un compte, un axe"),
        ("606\t100\t200", "un compte, un axe"),
        ("606\t", "le montant est à indiquer"),
        ("\n \n", "Rien à lire"),
    ],
)
def test_a_text_with_a_fault_gives_no_line(text: str, fault: str) -> None:
    found, faults = read_pasted(text, {"formation"})
    assert found == {}
    assert fault in faults[0].replace("\u00a0", " ")
