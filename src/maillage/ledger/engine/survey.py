"""One pass over a text ledger: its monthly cube, and the proof that there is nothing to say of it.

Where the pass meets anything at all, the ledger is read again by `reading`, which names and
locates it: a sound file is read once, in order, without being stored. The lines of an entry
following one another, a running total that comes back to zero where the entry changes proves
each entry exactly; entries whose lines are scattered make the pass give up, not err.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from maillage.ledger.engine import checks, soundness
from maillage.ledger.engine.detection import Refused, detect, is_xml
from maillage.ledger.engine.duck import MEMORY_MB, Duck, quoted
from maillage.ledger.engine.fec import FILE_NAME
from maillage.ledger.engine.findings import Findings
from maillage.ledger.engine.reading import read_ledger


@dataclass(frozen=True, slots=True)
class CubeRow:
    """What an account of one chamber moved in a month, with one partner or ""; cents."""

    account: str
    journal: str
    month: dt.date
    partner: str
    debit: int
    credit: int
    lines: int


@dataclass(frozen=True, slots=True)
class Survey:
    """A ledger's cube and what was found. `refused`: nothing could be read."""

    path: Path
    siren: str
    closing: dt.date | None
    cube: tuple[CubeRow, ...]
    findings: Findings
    refused: bool = False


def survey_all(
    paths: Sequence[Path], *, partners: Iterable[str] = (), workers: int = 2,
    memory_mb: int = MEMORY_MB,
) -> list[Survey]:  # fmt: skip
    """Survey several ledgers side by side, the largest first; in the order given."""
    names = tuple(sorted(set(partners)))
    share = max(200, memory_mb // max(1, workers))
    with ThreadPoolExecutor(workers) as pool:
        largest = sorted(paths, key=lambda path: -path.stat().st_size)
        started = {p: pool.submit(survey, p, partners=names, memory_mb=share) for p in largest}
        return [started[path].result() for path in paths]


def survey(path: Path, *, partners: Sequence[str] = (), memory_mb: int = MEMORY_MB) -> Survey:
    """The cube of one ledger, and everything there is to say of it.

    `partners`: auxiliary numbers by which chambers know each other, kept apart in the cube.
    """
    with TemporaryDirectory(prefix="maillage-") as spill:
        cube = _one_pass(path, partners, Path(spill), memory_mb)
        if cube is None:
            return _at_length(path, partners, Path(spill), memory_mb)
    findings = Findings()
    checks.check_name(path.name, "", None, findings)
    match = FILE_NAME.fullmatch(path.name)
    return Survey(
        path,
        match["siren"] if match else "",
        checks.closing_of(path.name),
        cube,
        findings,
    )


def _one_pass(
    path: Path, partners: Sequence[str], spill: Path, memory_mb: int
) -> tuple[CubeRow, ...] | None:
    """The cube of a sound file, None where there is something to say of it."""
    if not path.stat().st_size or is_xml(path):
        return None
    try:
        form = detect(path)
    except Refused:
        return None
    heading = form.heading
    if heading.missing or heading.unordered or heading.recased or heading.extra:
        return None
    if form.newline not in ("\n", "\r\n") or form.family == "cp1252":
        return None
    with Duck(spill, memory_mb=memory_mb, threads=1) as duck:
        try:
            duck.run(soundness.one_pass(form, partners))
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return None
        if not soundness.is_sound(duck, checks.closing_of(path.name)):
            return None
        return _cube(
            duck,
            "SELECT account, journal, make_date(day // 10000, day // 100 % 100, 1) AS month, "
            "partner, debit, credit, lines FROM groups",
        )


def _at_length(path: Path, partners: Sequence[str], spill: Path, memory_mb: int) -> Survey:
    """The same through the store, in a folder that does not outlive the question."""
    ledger = read_ledger(path, store=spill / "store", memory_mb=memory_mb)
    cube: tuple[CubeRow, ...] = ()
    if ledger.folder is not None:
        known = f"CASE WHEN aux IN {soundness.listed(partners)} THEN aux ELSE '' END"
        lines = quoted(str(ledger.folder / "lines.parquet"))
        with Duck(spill, memory_mb=memory_mb, threads=1) as duck:
            cube = _cube(
                duck,
                "SELECT account, journal, date_trunc('month', date)::DATE AS month, "
                f"{known if partners else repr('')} AS partner, debit, credit, 1 AS lines "
                f"FROM read_parquet({lines})",
            )
    return Survey(path, ledger.siren, ledger.closing, cube, ledger.findings, ledger.refused)


def _cube(duck: Duck, lines: str) -> tuple[CubeRow, ...]:
    """Amounts in euros, summed by month in cents."""
    rows = duck.run(
        "SELECT account, journal, month, partner, (sum(debit) * 100)::BIGINT, "
        f"(sum(credit) * 100)::BIGINT, sum(lines)::BIGINT FROM ({lines}) GROUP BY ALL ORDER BY ALL"
    )
    return tuple(CubeRow(*row) for row in rows)
