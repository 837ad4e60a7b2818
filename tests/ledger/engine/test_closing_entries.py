"""A file that holds its closing entries reads as the same file without them, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage.kernel.money import exact_euros
from maillage.ledger.engine import ledger_reader
from maillage.ledger.engine.closing_entries import may_settle
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.survey import Survey, survey
from tests.ledger.engine.fec_text import as_xml, table, written

Row = list[str]
SETTLED = {"606400": 10_000, "622600": 100_050, "706000": -20_000}
LABELS = {"606400": "Fournitures", "622600": "Honoraires", "706000": "Prestations"}
LOSS = 90_050


def entry(number: str, lines: dict[str, int], day: str = "20251231") -> list[Row]:
    """An entry of these accounts, debit less credit in cents."""
    return [
        ["OD", "Opérations diverses", number, day, account, LABELS.get(account, "Autre"),
         "", "", "CLO", day, "Solde des comptes de gestion",
         euros(max(cents, 0)), euros(max(-cents, 0)), "", "", day, "", ""]
        for account, cents in lines.items()
    ]  # fmt: skip


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


AT_ONCE = entry("1", {account: -net for account, net in SETTLED.items()} | {"129000": LOSS})
APART = [
    *entry("1", {"606400": -10_000, "622600": -100_050, "120000": 110_050}),
    *entry("2", {"706000": 20_000, "120000": -20_000}),
]
ONE_BY_ONE = [
    row
    for n, (account, net) in enumerate(SETTLED.items(), 1)
    for row in entry(str(n), {account: -net, "129000": net})
]


def moved(found: Survey) -> dict[str, int]:
    nets: dict[str, int] = {}
    for row in found.cube:
        nets[row.account] = nets.get(row.account, 0) + row.debit - row.credit
    return nets


@pytest.mark.parametrize("closing", [AT_ONCE, APART, ONE_BY_ONE])
@pytest.mark.parametrize("worth", [0, 1 << 20])
def test_charges_and_products_are_those_of_the_exercise(
    tmp_path: Path, closing: list[Row], worth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_reader, "WORTH", worth)
    bare = survey(written(tmp_path, table()))
    path = written(tmp_path, [*table(), *closing])
    found, ledger = survey(path), read_ledger(path, store=tmp_path / "store")
    assert moved(found) == moved(bare)
    assert (ledger.debit, ledger.lines) == (298_050, 12)
    assert ledger.content == bare.content == found.content
    for findings in (found.findings, ledger.findings):
        assert set(findings.counts) == {"entry.settling"}
    (told,) = ledger.findings
    held = sum(int(row[11].replace(",", "")) for row in closing)
    assert told.detail.endswith(f"{len(closing)} lignes, débits {exact_euros(held)}")
    assert told.line == 14


def test_an_xml_document_is_read_so_too(tmp_path: Path) -> None:
    path = tmp_path / "000012013FEC20251231.xml"
    path.write_text(as_xml([*table(), *AT_ONCE]))
    assert moved(survey(path))["606400"] == 10_000


def test_what_cannot_be_told_apart_stays_and_is_said(tmp_path: Path) -> None:
    """Settled against the reserves at once: left, and told."""
    against = entry("1", {a: -net for a, net in SETTLED.items()} | {"129000": 50, "106800": 90_000})
    found = survey(written(tmp_path, [*table(), *against]))
    assert set(found.findings.counts) == {"result.nil"} and moved(found)["606400"] == 0


def test_an_account_brought_to_nil_alone_is_the_year_s(tmp_path: Path) -> None:
    """A result taken from a year before, a charge taken back: nothing is settled."""
    rows = [*table(), *entry("1", {"606400": -10_000, "120000": 10_000})]
    found = survey(written(tmp_path, rows))
    assert not found.findings.counts and moved(found)["120000"] == 10_000


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("601", 5, 5), ("701", 0, 9), ("120", 0, 4)], True),
        ([("601", 5, 0), ("701", 9, 9), ("120", 0, 4)], True),
        ([("601", 5, 5), ("602", 5, 0), ("701", 0, 9), ("120", 0, 4)], False),
        ([("601", 5, 5), ("701", 9, 9)], False),
        ([("120", 5, 5)], False),
    ],
)
def test_all_of_a_class_at_nil_beside_the_result(
    rows: list[tuple[str, int, int]], told: bool
) -> None:
    assert may_settle(rows) is told
