"""A text ledger's monthly cube and what there is to say of it, without storing the ledger.

A sound file is read once, in order (`soundness`). Where that pass meets anything it cannot prove,
the ledger is read again by `reading`, which names and locates every fault.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

import orjson

from maillage.ledger.engine import fec_sql, file_checks, inference
from maillage.ledger.engine.closing_entries import may_settle
from maillage.ledger.engine.continuity import Balances, balances, fingerprint
from maillage.ledger.engine.cube import Credited, CubeRow, Sound
from maillage.ledger.engine.detection import Unreadable, detect, is_xml
from maillage.ledger.engine.disposals import Handed, credited, handed
from maillage.ledger.engine.duck import MEMORY_MB, Duck, one_file, quoted
from maillage.ledger.engine.fec import said_by
from maillage.ledger.engine.fec_sql import SUMS, listed
from maillage.ledger.engine.findings import Finding, Findings
from maillage.ledger.engine.partners import (
    AUXILIARY,
    NOBODY,
    NOTHING,
    Known,
    Labelled,
    Named,
    Partners,
    doubted,
)
from maillage.ledger.engine.proving import proved
from maillage.ledger.engine.sharing import EntryLine, GatheredEntry

# What reads at length is imported where a file is: a sound one does not wait for it.

Third = tuple[str, str, int, int]
"""A local account, its third party, the net of all its lines and of those that open the year."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A ledger's cube and what was found. `refused`: nothing could be read.

    `missing`: lines the cube does not count, being unreadable as a whole or in their amount;
    `openings`: the journals that open the year; `entries`: those that name several third parties;
    `doubts`: what a chamber's code alone tells and its label denies, with nobody in the cube;
    `credited`: what entries credit to assets; `thirds`: balances, of a file held against another
    exercise; `labels`: how it calls its local accounts.
    """

    path: Path
    siren: str
    closing: dt.date | None
    cube: tuple[CubeRow, ...]
    findings: Findings
    refused: bool = False
    missing: int = 0
    openings: tuple[str, ...] = ()
    entries: tuple[GatheredEntry, ...] = ()
    doubts: tuple[Named, ...] = ()
    credited: tuple[Credited, ...] = ()
    thirds: tuple[Third, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def bare(self) -> list[tuple[str, str, int, int]]:
        """The local accounts where no chamber's number stands: number, label, debits, credits."""
        held = {row.account for row in self.cube if row.means == AUXILIARY}
        moved = {account: [0, 0] for account, _ in self.labels if account not in held}
        for row in self.cube:
            if row.account in moved:
                moved[row.account][0] += row.debit
                moved[row.account][1] += row.credit
        return [(a, label, moved[a][0], moved[a][1]) for a, label in self.labels if a in moved]

    @property
    def last(self) -> dt.date | None:
        """The last month with entries."""
        return max((row.month for row in self.cube if row.month), default=None)

    @property
    def content(self) -> str:
        """What is the same where two books hold the same lines, "" where there is none."""
        moved: dict[tuple[str, str, dt.date | None], list[int]] = {}
        for row in self.cube:
            cell = moved.setdefault((row.account, row.journal, row.month), [0, 0, 0])
            for place, amount in enumerate((row.debit, row.credit, row.lines)):
                cell[place] += amount
        return fingerprint((*key, *cell) for key, cell in moved.items()) if moved else ""

    @property
    def balances(self) -> Balances:
        """What it closes with and opens with, by account, and by third party where it was asked."""
        if self.thirds:
            return balances(self.thirds)
        moved: dict[str, list[int]] = {}
        for row in self.cube:
            cell = moved.setdefault(row.account, [0, 0])
            cell[0] += row.debit - row.credit
            cell[1] += (row.debit - row.credit) * (row.journal in self.openings)
        return balances((a, "", net, opening) for a, (net, opening) in moved.items() if a)


def survey_all(
    paths: Sequence[Path],
    *,
    partners: Partners = NOBODY,
    codes: Mapping[str, str] | None = None,
    workers: int = 2,
    memory_mb: int = MEMORY_MB,
    cache: Path | None = None,
    beside: Collection[Path] = (),
    done: Callable[[Path], None] | None = None,
) -> list[Survey]:
    """Survey several ledgers side by side, the largest first; in the order given.

    `partners`: what books call chambers; `codes`: of each SIREN, its chamber (`chamber_of`).
    `cache`: a folder where surveys are remembered: a file neither written nor moved since is not
    read again. `beside`: those to be held against another exercise, whose third parties are added
    up. `done` is told each file as it ends. A file the machine does not let read is
    refused; the others go on.
    """
    share = max(200, memory_mb // max(1, workers))

    def one(path: Path) -> Survey:
        known = partners.known_to(chamber_of(path.name, codes or {}))
        found = recall(path, known, cache) if cache else None
        is_beside = path in beside
        if found is None or (is_beside and not found.thirds):
            try:
                found = survey(path, known, memory_mb=share, beside=is_beside)
            except OSError as error:
                found = Survey(path, "", None, (), Findings.unreadable(error), refused=True)
            if cache and "file.unreadable" not in found.findings:
                remember(found, known, cache)
        if done:
            done(path)
        return found

    with ThreadPoolExecutor(workers) as pool:
        largest = sorted(paths, key=_size, reverse=True)
        started = {path: pool.submit(one, path) for path in largest}
        return [started[path].result() for path in paths]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # gone since, or nothing behind a link: reading it says so


def chamber_of(name: str, codes: Mapping[str, str]) -> str:
    """The chamber of a file, by the SIREN of its name: its code, else its SIREN, else the name."""
    siren = said_by(name).siren
    return codes.get(siren, siren) or Path(name).stem


def survey(
    path: Path, known: Known = NOTHING, *, memory_mb: int = MEMORY_MB, beside: bool = False
) -> Survey:
    """The cube of one ledger, and everything there is to say of it.

    `known`: what its book can name; each row of the cube is with one chamber or nobody. `beside`:
    whether its third parties are added up too.
    """
    read = _one_pass(path, known)
    said = doubted(known, read.named) if read else Labelled()
    if said.nobody or said.denied:
        read = _one_pass(path, known.labelled(said))
    if read is None:
        with TemporaryDirectory(prefix="maillage-") as spill:
            return _at_length(path, known, Path(spill), memory_mb, beside=beside)
    findings = Findings()
    file_checks.check_name(path.name, "", None, findings)
    bears = said_by(path.name)
    return Survey(
        path, bears.siren, bears.closing, read.cube, findings, openings=read.openings,
        entries=read.entries, doubts=said.asked, credited=_credited(path, read, memory_mb),
        thirds=_thirds(path, read.openings, memory_mb) if beside else (), labels=read.labels,
    )  # fmt: skip


def _credited(path: Path, read: Sound, memory_mb: int) -> tuple[Credited, ...]:
    """What the entries of a sound file credit to assets: read again where too many do."""
    if read.credited is not None:
        return read.credited
    with (
        TemporaryDirectory(prefix="maillage-") as spill,
        Duck(Path(spill), memory_mb=memory_mb) as duck,
    ):
        return _rows_credited(duck, fec_sql.typed(detect(path)))


def _thirds(path: Path, openings: Sequence[str], memory_mb: int) -> tuple[Third, ...]:
    """What a sound file closes and opens with by account and third party, which no pass adds up."""
    with (
        TemporaryDirectory(prefix="maillage-") as spill,
        Duck(Path(spill), memory_mb=memory_mb) as duck,
    ):
        return _rows_by_third(duck, fec_sql.typed(detect(path)), openings)


def _rows_by_third(duck: Duck, lines: str, openings: Sequence[str]) -> tuple[Third, ...]:
    net = "coalesce(debit, 0) - coalesce(credit, 0)"
    opening = f"journal IN {listed(openings)}" if openings else "false"
    rows = duck.run(
        f"SELECT account, aux, (sum({net}) * 100)::BIGINT, "
        f"(coalesce(sum({net}) FILTER ({opening}), 0) * 100)::BIGINT "
        f"FROM ({lines}) WHERE account <> '' GROUP BY ALL ORDER BY ALL"
    )
    return tuple((account, aux, moved, opened) for account, aux, moved, opened in rows)


def handed_again(found: Survey, written_down: Sequence[str]) -> Handed:
    """What a surveyed file hands over or takes over (`disposals.handed`), read once more."""
    from maillage.ledger.engine.ledger_reader import read_ledger

    with TemporaryDirectory(prefix="maillage-") as spill, Duck(Path(spill)) as duck:
        if not found.findings.counts and not is_xml(found.path):
            return handed(fec_sql.typed(detect(found.path)), written_down, duck.run)
        ledger = read_ledger(found.path, store=Path(spill) / "store", prove=False)
        if ledger.folder is None:
            return ()
        stored = quoted(one_file(ledger.folder / "lines.parquet"))
        return handed(f"SELECT * FROM read_parquet({stored})", written_down, duck.run)


def _rows_credited(duck: Duck, lines: str) -> tuple[Credited, ...]:
    rows = duck.run(credited(lines))
    return tuple(Credited(a, month, tuple(beside), cents) for a, month, beside, cents in rows)


def _one_pass(path: Path, known: Known) -> Sound | None:
    """What a sound file comes to, None where there is something to say of it."""
    if not path.stat().st_size or is_xml(path) or known.patterns:
        return None  # words of labels are looked for in the stored lines
    try:
        form = detect(path)
    except Unreadable:
        return None
    found = proved(form, known, said_by(path.name).closing)
    settled = found and may_settle((row.account, row.debit, row.credit) for row in found.cube)
    return None if settled else found


def _at_length(
    path: Path, known: Known, spill: Path, memory_mb: int, *, beside: bool = False
) -> Survey:
    """The same through the store, in a folder that does not outlive the question."""
    from maillage.ledger.engine.ledger_reader import read_ledger

    ledger = read_ledger(path, store=spill / "store", memory_mb=memory_mb, prove=False)
    told = Survey(
        path, ledger.siren, ledger.closing, (), ledger.findings, ledger.refused, ledger.missing
    )
    if ledger.folder is None:
        return told
    said = doubted(known, inference.named_in(ledger.folder, known))
    known = known.labelled(said)
    lines = f"read_parquet({quoted(one_file(ledger.folder / 'lines.parquet'))})"
    with Duck(spill, memory_mb=memory_mb, threads=1) as duck:
        here, openings = inference.spelled_in(ledger.folder, known), _openings(duck, ledger.folder)
        gathered = duck.run(inference.of_lines(ledger.folder, lines, here)[1])
        stored = f"SELECT * FROM {lines}"
        return replace(
            told,
            cube=_cube(duck, lines, here, ledger.entry_key),
            openings=openings,
            entries=inference.by_entry(gathered),
            doubts=said.asked,
            credited=_rows_credited(duck, stored),
            thirds=_rows_by_third(duck, stored, openings) if beside else (),
            labels=tuple((a, label) for a, label, *_ in inference.bare_in(ledger.folder, NOTHING)),
        )


def _openings(duck: Duck, folder: Path) -> tuple[str, ...]:
    """The journals that open the year, in a book of the store."""
    cube = quoted(one_file(folder / "cube.parquet"))
    rows = duck.run(f"SELECT DISTINCT journal FROM read_parquet({cube}) WHERE opening")
    return tuple(sorted(journal for (journal,) in rows))


def _cube(duck: Duck, lines: str, known: Known, key: str) -> tuple[CubeRow, ...]:
    """Amounts in euros, summed by month in cents. `known`: numbers as the book spells them."""
    own, means = inference.own(known), inference.own_means(known)
    rows = duck.run(
        "SELECT account, journal, date_trunc('month', date)::DATE AS month, "
        f"coalesce({own}, partner, '') AS with_, {SUMS}, count(*), "
        f"coalesce({means}, means, '') AS known_by FROM "
        f"(SELECT l.*, i.partner, i.means FROM {lines} AS l LEFT JOIN "
        f"({inference.inferred(lines, known, key=key)}) AS i ON l.line = i.line) "
        "GROUP BY ALL ORDER BY account, journal, month, with_, known_by"
    )
    return tuple(CubeRow(*row) for row in rows)


# -- what was surveyed before ---------------------------------------------------------------------

FORMAT = 13
"""To be raised where what is gathered or checked changes: what was remembered is then forgotten."""
SETTLED = 2.0
"""Seconds after its last writing before a file is remembered: a clock may not tell two writings."""


def _place(path: Path, known: Known, cache: Path) -> Path:
    """Where a file in its present state is remembered."""
    state = path.stat()
    told = (FORMAT, str(path.resolve()), state.st_size, state.st_mtime_ns, state.st_ino, known)
    return cache / f"{hashlib.sha256(repr(told).encode()).hexdigest()}.json"


def recall(path: Path, known: Known, cache: Path) -> Survey | None:
    """The survey of a file that has not changed since, if it is remembered and readable."""
    try:
        held = orjson.loads(_place(path, known, cache).read_bytes())
        cube = tuple(
            CubeRow(row[0], row[1], row[2] and dt.date.fromisoformat(row[2]), *row[3:])
            for row in held["cube"]
        )
        findings = Findings(held["counts"])
        for row in held["kept"]:
            findings.kept.setdefault(row["code"], []).append(Finding(**row))
        closing = held["closing"] and dt.date.fromisoformat(held["closing"])
        return Survey(
            path,
            held["siren"],
            closing,
            cube,
            findings,
            held["refused"],
            held["missing"],
            tuple(held["openings"]),
            tuple(tuple(map(_entry_line, entry)) for entry in held["entries"]),
            tuple(Named(*row) for row in held["doubts"]),
            tuple(
                Credited(a, m and dt.date.fromisoformat(m), tuple(beside), cents)
                for a, m, beside, cents in held["credited"]
            ),
            tuple(tuple(row) for row in held["thirds"]),
            tuple((account, label) for account, label in held["labels"]),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _entry_line(row: Sequence[Any]) -> EntryLine:
    line, account, month, *rest = row
    return EntryLine(line, account, month and dt.date.fromisoformat(month), *rest)


def remember(found: Survey, known: Known, cache: Path) -> None:
    """Keep a survey, in one step; a file written a moment ago is left for another time."""
    if time.time() - found.path.stat().st_mtime < SETTLED:
        return
    cache.mkdir(parents=True, exist_ok=True)
    held = {
        "siren": found.siren,
        "closing": found.closing,
        "refused": found.refused,
        "missing": found.missing,
        "openings": found.openings,
        "entries": [[astuple(line) for line in entry] for entry in found.entries],
        "doubts": [[*row] for row in found.doubts],
        "credited": [astuple(row) for row in found.credited],
        "thirds": found.thirds,
        "labels": found.labels,
        "cube": [astuple(row) for row in found.cube],
        "counts": found.findings.counts,
        "kept": [asdict(finding) for finding in found.findings],
    }
    target = _place(found.path, known, cache)
    with NamedTemporaryFile(dir=cache, delete=False) as aside:
        aside.write(orjson.dumps(held))
    Path(aside.name).replace(target)
