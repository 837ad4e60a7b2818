"""Our own engine on the same books, in processes of their own, held against the truth."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import ibis
import numba  # noqa: F401  # imported at the first survey: importing is not counted
import pandas  # noqa: F401  # Ibis imports it at its first table

from maillage.ledger.engine.consolidation import Book, consolidate, consolidate_cubes
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import Mapping, Rule
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.survey import survey_all
from tests.bench.ledger.baselines import Baseline, WrongTotals
from tests.bench.ledger.child import Cost, call
from tests.generated_books import SIX, Truth

CODES = tuple(entity.code for entity in SIX)
BY_SIREN = {entity.siren: entity.code for entity in SIX}
PERIMETER = Perimeter(CODES, Partners.everywhere({code: code for code in CODES}))
HERE = "tests.bench.ledger.ours"
ibis.duckdb  # noqa: B018  # loads the backend, as importing does


def _mapping(accounts: dict[str, str]) -> Mapping:
    return Mapping(tuple(Rule(local, root, exception=True) for local, root in accounts.items()))


# -- what runs in a child: JSON in, JSON out ------------------------------------------------------


def surveyed(
    files: list[str], accounts: dict[str, str], cache: str, memory_mb: int
) -> dict[str, int]:
    """Consolidate from the files, all checks done: net cents by common account."""
    surveys = survey_all(
        [Path(file) for file in files],
        partners=PERIMETER.partners,
        codes=BY_SIREN,
        memory_mb=memory_mb,
        cache=Path(cache) if cache else None,
    )
    found = [finding.code for survey in surveys for finding in survey.findings]
    if found:
        raise WrongTotals(f"findings in sound books: {found[:5]}")
    cubes = {BY_SIREN[survey.siren]: survey.cube for survey in surveys}
    return _nets(consolidate_cubes(cubes, _mapping(accounts), PERIMETER))


def imported(files: list[str], store: str, memory_mb: int) -> int:
    """Read every file into the store, all checks done: how many lines."""
    lines = 0
    for file in files:
        ledger = read_ledger(Path(file), store=Path(store), memory_mb=memory_mb)
        if ledger.findings.counts:
            raise WrongTotals(f"findings in sound books: {ledger.findings.counts}")
        lines += ledger.lines
    return lines


def asked(store: str, accounts: dict[str, str]) -> dict[str, float]:
    """Seconds of each question over the store: a median of five, the first not counted."""
    books = []
    for folder in sorted(Path(store).iterdir()):
        told = json.loads((folder / "ledger.json").read_text())
        books.append(Book(BY_SIREN[told["siren"]], 2025, folder))
    mapping = _mapping(accounts)
    month = Filter(local=min(accounts), month=dt.date(2025, 6, 1))
    questions = {
        "balance of the network": lambda: consolidate(books, mapping, PERIMETER),
        "balance of one chamber": lambda: consolidate(books[:1], mapping, PERIMETER),
        "drill: an account of a month": lambda: entry_lines(books, mapping, month),
        "drill: one entry": lambda: entry_lines(
            books[:1], mapping, Filter(journal="AC", number="AC00000100")
        ),
    }
    return {name: _median(question) for name, question in questions.items()}


def _median(work: Any) -> float:
    times = []
    for _ in range(6):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return sorted(times[1:])[2]


def _nets(result: Any) -> dict[str, int]:
    nets: dict[str, int] = defaultdict(int)
    for line in result.lines:
        nets[line.account] += line.net
    return {account: net for account, net in nets.items() if net}


# -- what the parent measures ---------------------------------------------------------------------


def _expected(truth: Truth) -> dict[str, int]:
    nets: dict[str, int] = defaultdict(int)
    for (_, _, local), (debit, credit) in truth.balances.items():
        nets[truth.accounts[local]] += debit - credit
    return {account: net for account, net in nets.items() if net}


def consolidation(truth: Truth, folder: Path, memory_mb: int = 1000) -> Baseline:
    """All checks and the consolidation, straight from the files."""
    return _measured("consolidation with all checks", truth, "", memory_mb)


def again(truth: Truth, folder: Path) -> Baseline:
    """The same once more, the files unchanged."""
    cache = str(folder / "seen")
    old = time.time() - 3600
    for file in truth.files:
        os.utime(file, (old, old))
    call(f"{HERE}:surveyed", list(map(str, truth.files)), dict(truth.accounts), cache, 1000)
    return _measured("run again, files unchanged", truth, cache, 1000)


def _measured(name: str, truth: Truth, cache: str, memory_mb: int) -> Baseline:
    files, accounts = list(map(str, truth.files)), dict(truth.accounts)

    def measure() -> Cost:
        cost, nets = call(f"{HERE}:surveyed", files, accounts, cache, memory_mb)
        if nets != _expected(truth):
            raise WrongTotals(name)
        return cost

    return Baseline(name, measure)
