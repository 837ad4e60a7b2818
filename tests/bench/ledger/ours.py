"""Our own engine on the same books, in processes of their own, held against the truth."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pandas  # noqa: F401  # Ibis imports it at its first table

import maillage.ledger.engine.columns  # noqa: F401  # as Numba: importing is not counted
from maillage.ledger.engine.consolidation import Book, consolidate, consolidate_cubes
from maillage.ledger.engine.detection import detect
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import Mapping, Rule
from maillage.ledger.engine.partners import NOTHING, Partners
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.proving import proved
from maillage.ledger.engine.survey import survey_all
from tests.bench.ledger.baselines import Baseline, WrongTotals
from tests.bench.ledger.child import ROOT, Cost, call, run
from tests.generated_books import SIX, Truth

CODES = tuple(entity.code for entity in SIX)
BY_SIREN = {entity.siren: entity.code for entity in SIX}
PERIMETER = Perimeter(CODES, Partners.everywhere({code: code for code in CODES}))
HERE, COMMAND = "tests.bench.ledger.ours", "maillage.portal.command"
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


def passed(files: list[str]) -> int:
    """Prove every file sound in the one pass, and do nothing else: how many lines."""
    lines = 0
    for file in files:
        sound = proved(detect(Path(file)), NOTHING, dt.date(2025, 12, 31))
        if sound is None:
            raise WrongTotals("a sound book is not proved")
        lines += sum(row.lines for row in sound.cube)
    return lines


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


def one_pass(truth: Truth, folder: Path) -> Baseline:
    """The one compiled pass over each file, one after another."""
    return _counted("the pass alone", truth, lambda: call(f"{HERE}:passed", _files(truth)))


def import_(truth: Truth, folder: Path) -> Baseline:
    """The same files put in an empty store, one after another."""

    def work() -> tuple[Cost, Any]:
        store = folder / "store"
        shutil.rmtree(store, ignore_errors=True)
        return call(f"{HERE}:imported", _files(truth), str(store), 1000)

    return _counted("import into the store", truth, work)


def _files(truth: Truth) -> list[str]:
    return list(map(str, truth.files))


def _counted(name: str, truth: Truth, work: Callable[[], tuple[Cost, Any]]) -> Baseline:
    def measure() -> Cost:
        cost, lines = work()
        if lines != truth.lines:
            raise WrongTotals(name)
        return cost

    return Baseline(name, measure)


def command(truth: Truth, folder: Path) -> Baseline:
    """The whole command, as one types it, nothing remembered."""
    books = str(truth.files[0].parent)
    return _typed("the whole command", folder, [books, "--again", "--json"])


def start(truth: Truth, folder: Path) -> Baseline:
    """What the command takes before it opens a file: it says how it is called."""
    return _typed("start of the command", folder, ["--help"])


def _typed(name: str, folder: Path, arguments: list[str]) -> Baseline:
    typed = ["maillage", "ledger-consolidate", *arguments]
    called = f"import sys; from {COMMAND} import main; sys.argv = {typed!r}"
    code = f"{called}\ntry: main()\nexcept SystemExit as end: sys.exit(end.code not in (0, 1))"
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    # Bytecode is kept, as an installation keeps it.
    kept = {"PYTHONDONTWRITEBYTECODE": ""}
    settings = {"DJANGO_SETTINGS_MODULE": "maillage.config.settings.prod", "PYTHONPATH": paths}
    environment = {"MAILLAGE_HOME": str(folder), **settings, **kept}

    def measure() -> Cost:
        return run([sys.executable, "-c", code], environment)[0]

    measure()
    return Baseline(name, measure)


def _measured(name: str, truth: Truth, cache: str, memory_mb: int) -> Baseline:
    files, accounts = list(map(str, truth.files)), dict(truth.accounts)

    def measure() -> Cost:
        cost, nets = call(f"{HERE}:surveyed", files, accounts, cache, memory_mb)
        if nets != _expected(truth):
            raise WrongTotals(name)
        return cost

    return Baseline(name, measure)
