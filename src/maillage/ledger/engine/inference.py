"""Partners that lines do not name themselves: by the entry's only chamber, by the label; and the
entries that name several third parties, for `sharing` to conclude on.

One SQL text says it, for DuckDB and for a cluster. Reads the store; knows no common account.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from maillage.ledger.engine.duck import asking, one_file, quoted
from maillage.ledger.engine.entry_checks import OPENING_CODES, OPENING_LABEL
from maillage.ledger.engine.fec_sql import listed
from maillage.ledger.engine.ledger_file import LedgerFile
from maillage.ledger.engine.partners import ACCOUNT, AUXILIARY, ENTRY, LABEL, Known, Named, fold
from maillage.ledger.engine.sharing import OTHER, EntryLine, GatheredEntry

OPENING = (
    f"(upper(journal) IN {OPENING_CODES} OR regexp_matches("
    f"translate(lower(journal_label), 'àâäáã', 'aaaaa'), '{OPENING_LABEL.pattern}'))"
)
"""`entry_checks.OPENING` in words that a cluster knows too."""


class Inferred(NamedTuple):
    """What an account moved in a month with a chamber its lines do not name; cents."""

    account: str
    month: dt.date | None
    axis: str
    partner: str
    means: str
    debit: int
    credit: int
    lines: int


def spelled(known: Known, written: Iterable[str]) -> Known:
    """The same with numbers as a book spells them; `written`: the auxiliaries it holds."""
    stands = dict(known.numbers)
    found = ((number, stands.get(fold(number))) for number in written)
    return known._replace(numbers=tuple(sorted((n, to) for n, to in found if to)))


def spelled_in(folder: Path, known: Known) -> Known:
    """The same of a book in the store."""
    return spelled(known, _auxiliaries(folder, tuple(n for n, _ in known.numbers)))


@lru_cache(maxsize=256)
def _auxiliaries(folder: Path, numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Auxiliaries of a book that may be one of these numbers: letters in any case.

    What a folder of the store holds never changes.
    """
    capitals = listed(sorted({number.upper() for number in numbers}))
    if not numbers:
        return ()
    with asking() as connection:
        rows = connection.execute(
            "SELECT DISTINCT aux FROM read_parquet(?) WHERE aux <> '' "
            f"AND upper(trim(aux)) IN {capitals}",
            [one_file(folder / "cube.parquet")],
        ).fetchall()
    return tuple(sorted(aux for (aux,) in rows))


@lru_cache(maxsize=256)
def accounts_in(folder: Path) -> tuple[str, ...]:
    """The local accounts of a book of the store."""
    with asking() as connection:
        rows = connection.execute(
            "SELECT DISTINCT account FROM read_parquet(?)", [one_file(folder / "cube.parquet")]
        ).fetchall()
    return tuple(sorted(account for (account,) in rows))


@lru_cache(maxsize=256)
def bare_in(folder: Path, known: Known) -> tuple[tuple[str, str, int, int], ...]:
    """The local accounts of a book of the store on which no chamber's number stands: number, label,
    debits and credits in cents."""
    numbers = listed(sorted({number.upper() for number, _ in known.numbers}))
    held = f"upper(trim(aux)) IN {numbers}" if known.numbers else "false"
    with asking() as connection:
        rows = connection.execute(
            "SELECT account, coalesce(arg_max(account_label, lines), ''), sum(debit)::BIGINT, "
            "sum(credit)::BIGINT FROM read_parquet(?) WHERE account <> '' GROUP BY account "
            f"HAVING NOT coalesce(bool_or({held}), false) ORDER BY account",
            [one_file(folder / "cube.parquet")],
        ).fetchall()
    return tuple(rows)


@lru_cache(maxsize=256)
def named_in(folder: Path, known: Known) -> tuple[Named, ...]:
    """How a book of the store labels the chambers that their code alone tells."""
    # Sought among all numbers, as other questions do: what they found is kept.
    implied = known._replace(numbers=known.implied)
    asked = spelled(implied, _auxiliaries(folder, tuple(n for n, _ in known.numbers)))
    if not asked.numbers:
        return ()
    with asking() as connection:
        rows = connection.execute(
            "SELECT aux, aux_label, (coalesce(sum(debit), 0) * 100)::BIGINT, "
            f"(coalesce(sum(credit), 0) * 100)::BIGINT FROM {_stored(folder)} "
            f"WHERE aux IN {listed(number for number, _ in asked.numbers)} GROUP BY ALL"
        ).fetchall()
    return tuple(sorted(Named(*row) for row in rows))


def own(known: Known) -> str:
    """SQL of the chamber a line names itself, NULL for none. `known`: numbers as spelled."""
    return _case([("aux", known.numbers), ("account", known.accounts)], known)


def own_means(known: Known) -> str:
    """SQL of how it names it, NULL where it does not."""
    return _case(
        [("aux", tuple((n, AUXILIARY) for n, _ in known.numbers)),
         ("account", tuple((a, ACCOUNT) for a, _ in known.accounts))], known
    )  # fmt: skip


def _case(columns: list[tuple[str, tuple[tuple[str, str], ...]]], known: Known) -> str:
    parts = []
    for column, pairs in columns:
        but = f" AND NOT {_denied(known)}" if column == "aux" and known.denied else ""
        for value in sorted({value for _, value in pairs}):
            words = listed(word for word, to in pairs if to == value)
            parts.append(f"WHEN {column} IN {words}{but} THEN {quoted(value)}")
    return f"CASE {' '.join(parts)} END" if parts else "CAST(NULL AS VARCHAR)"


def inferred(
    source: str, known: Known, axis: str = "''", key: str = "journal", held: str = ""
) -> str:
    """SQL of the lines that have a partner they do not name: line, account, journal, date, axis,
    debit, credit, partner, means.

    An entry gives its chamber where it holds nothing else than charges, products and their tax:
    neither another chamber nor somebody else's auxiliary, nor an account that may be somebody's
    though no line says whose (a supplier, the bank, staff), for one could not tell whose its other
    lines are without their amounts. A line with an auxiliary of its own is with nobody else, and
    an opening entry gathers what has nothing to do with each other: it tells nothing. What words of
    a label say of a line of `gathered` is told there: its entry may be shared out. `key`: what an
    entry is, `LedgerFile.entry_key`; `held`: where what `held_of` says was put, "" to ask it here.
    """
    each, same = _key(key)
    columns = "line, account, l.journal AS journal, date, axis, debit, credit"
    parts = [
        f"SELECT {columns}, e.chamber AS partner, {quoted(ENTRY)} AS means FROM held AS l "
        f"JOIN single AS e ON {same} WHERE own IS NULL AND NOT {_never(known)}"
    ]
    if known.patterns:
        parts.append(
            f"SELECT {columns}, named AS partner, {quoted(LABEL)} AS means FROM "
            f"(SELECT *, {axis} AS axis, {_named(known)} AS named FROM {source} AS l) AS l "
            f"ANTI JOIN (SELECT {each} FROM single UNION ALL SELECT {each} FROM several "
            f"UNION ALL {_told_whose(source, known, each)}) AS e ON {same} WHERE named <> ''"
        )
    return f"{_entries(held or held_of(source, known, axis, key), known, key)} " + (
        " UNION ALL ".join(parts)
    )


def _told_whose(source: str, known: Known, each: str) -> str:
    """SQL of the entries that say themselves whom they are with, and no chamber: a supplier by its
    number, staff, cash, where no account of third parties is left for words of a label to name."""
    mine = f"{own(known)} IS NOT NULL"
    bare = f"aux = '' AND NOT {mine}"
    other = f"(aux <> '' AND NOT {mine}) OR ({bare} AND left(account, 2) IN ('42', '53'))"
    return (
        f"SELECT {each} FROM {source} AS l WHERE number <> '' GROUP BY {each} HAVING "
        f"coalesce(bool_or({other}), false) AND NOT coalesce(bool_or({bare} AND "
        f"left(account, 2) IN {listed(OPEN)} AND left(account, 3) <> '445'), false)"
    )


OPEN = ("16", "17", "26", "27", "40", "41", "44", "45", "46", "47")
"""Accounts that words of a label may say to be a chamber's, in an entry that names somebody."""


def _key(key: str) -> tuple[str, str]:
    """The columns that tell an entry, and SQL of two lines being of one."""
    names = ("number",) if key == "number" else ("journal", "number")
    return ", ".join(names), " AND ".join(f"l.{name} = e.{name}" for name in names)


ALONE = "min(own) = max(own) AND bool_and(aux = '' OR own IS NOT NULL)"
"""SQL: whether an entry names one chamber and nobody else."""
BALANCE = "(left(account, 1) IN ('1', '2', '3', '4', '5') AND left(account, 3) <> '445')"
"""SQL: whether an account may be somebody's: of the balance sheet, value added tax apart."""
MUTE = "(left(account, 1) = '5' OR left(account, 2) IN ('40', '41', '42', '43', '44', '46', '47'))"
"""SQL: whether an account tells nothing of a chamber that another line of its entry names."""


def held_of(source: str, known: Known, axis: str = "''", key: str = "journal") -> str:
    """SQL of the lines of the entries that name a chamber, with the one each names itself (`own`),
    and the one words of its label do (`named`)."""
    each, same = _key(key)
    return (
        f"SELECT line, account, l.journal AS journal, l.number AS number, date, {axis} AS axis, "
        f"aux, debit, credit, {own(known)} AS own, {_named(known)} AS named FROM {source} AS l "
        f"SEMI JOIN (SELECT {each} FROM {source} AS l WHERE {_names_one(known)} "
        f"AND number <> '' AND NOT coalesce({OPENING}, false)) AS e ON {same}"
    )


def _entries(held: str, known: Known, key: str) -> str:
    """SQL of the entries that name a chamber: their lines (`held`), those with one alone
    (`single`), those with others where a charge or a product names nobody, and those with one
    alone beside accounts that may be somebody's (`several`)."""
    each, _ = _key(key)
    bare, never = "aux = '' AND own IS NULL", _never(known)
    beside = f"coalesce(bool_or({bare} AND ({never} OR {BALANCE})), false)"
    return (
        f"WITH held AS ({held}), entry AS (SELECT {each}, min(own) AS chamber, {ALONE} AS alone, "
        f"{beside} AS beside, coalesce(bool_or({bare} AND NOT {never} AND NOT {MUTE}), false) "
        f"AS tells, coalesce(bool_or({bare} AND NOT {never} AND left(account, 1) IN ('6', '7')), "
        f"false) AS results FROM held GROUP BY {each}), "
        f"single AS (SELECT {each}, chamber FROM entry WHERE alone AND NOT beside), "
        f"several AS (SELECT {each} FROM entry "
        "WHERE (alone AND beside AND tells) OR (NOT alone AND results))"
    )


def gathered(
    source: str, known: Known, axis: str = "''", key: str = "journal", held: str = ""
) -> str:
    """SQL of the lines of entries that name a chamber beside another third party, or beside
    accounts that may be one's, where a line that names nobody may be with it: entry, line, account,
    month, axis, whose, debit, credit, named; in cents. `held`: as `inferred` has it."""
    each, same = _key(key)
    return (
        f"{_entries(held or held_of(source, known, axis, key), known, key)} "
        f"SELECT l.{each.replace(', ', ' || chr(0) || l.')} AS entry, line, "
        f"CASE WHEN own IS NULL AND aux = '' AND {_never(known)} THEN '' ELSE account END "
        f"AS account, "
        f"CAST(date_trunc('month', date) AS DATE) AS month, axis, "
        f"CASE WHEN own IS NOT NULL THEN own WHEN aux <> '' THEN {quoted(OTHER)} ELSE '' END "
        "AS whose, CAST(coalesce(debit, 0) * 100 AS BIGINT) AS debit, "
        "CAST(coalesce(credit, 0) * 100 AS BIGINT) AS credit, named "
        f"FROM held AS l SEMI JOIN several AS e ON {same} ORDER BY entry, line"
    )


def by_entry(rows: Iterable[Sequence[Any]]) -> tuple[GatheredEntry, ...]:
    """What `gathered` gives, entry by entry."""
    return tuple(
        tuple(EntryLine(*row[1:]) for row in lines)
        for _, lines in groupby(rows, key=lambda row: str(row[0]))
    )


def _never(known: Known) -> str:
    """SQL: whether the account of a line takes no partner but the line's own."""
    return f"(account IN {listed(known.never)})" if known.never else "false"


def _denied(known: Known) -> str:
    """SQL: whether a label beside it makes a number nobody's."""
    tests = (
        f"(aux = {quoted(number)} AND coalesce(aux_label, '') = {quoted(label)})"
        for number, label in known.denied
    )
    return f"({' OR '.join(tests)})"


def relabelled(source: str, known: Known, axis: str = "''") -> str:
    """SQL of what lines that their label makes nobody's are to be added to what their number alone
    says: as `summed`, taken from its chamber, and given to that of their account, or to nobody."""
    taken = known._replace(denied=())
    lines = f"(SELECT *, {axis} AS axis FROM {source} AS l WHERE {_denied(known)}) AS l"
    sides = "{sign}coalesce(debit, 0) AS debit, {sign}coalesce(credit, 0) AS credit"
    parts = (
        f"SELECT account, date, axis, coalesce({own(told)}, '') AS partner, "
        f"coalesce({own_means(told)}, '') AS means, {sides.format(sign=sign)} FROM {lines}"
        for told, sign in ((taken, "-"), (known, ""))
    )
    return summed(" UNION ALL ".join(parts))


def _names_one(known: Known) -> str:
    """SQL: whether a line names a chamber itself."""
    named = (("aux", known.numbers), ("account", known.accounts))
    tests = [f"{column} IN {listed(w for w, _ in pairs)}" for column, pairs in named if pairs]
    if known.numbers and known.denied:
        tests[0] += f" AND NOT {_denied(known)}"
    return f"({' OR '.join(tests)})" if tests else "false"


def _named(known: Known) -> str:
    """SQL of the chamber that words of a label say of a line that names nobody, the longest words
    first; '' for none."""
    if not known.patterns:
        return "''"
    ranked = sorted(known.patterns, key=lambda pair: (-len(pair[0]), pair))
    label = _as_words("upper(label)")
    whens = " ".join(
        f"WHEN contains({label}, {_as_words(quoted(words.upper()))}) THEN {quoted(chamber)}"
        for words, chamber in ranked
    )
    nobody = f"aux = '' AND {own(known)} IS NULL AND NOT {_never(known)}"
    return f"CASE WHEN NOT ({nobody}) THEN '' {whens} ELSE '' END"


def _as_words(text: str) -> str:
    """SQL of a text without what parts its words: hyphens, points, spaces beyond one."""
    plain = f"translate({text}, {quoted(PARTS)}, {quoted(' ' * len(PARTS))})"
    return f"replace(replace({plain}, '  ', ' '), '  ', ' ')"


PARTS = "-‐‑–_./’'\u00a0\u202f"


def summed(lines: str) -> str:
    """SQL of the same by account, month, axis, partner and means, in cents."""
    month = "CAST(date_trunc('month', date) AS DATE)"
    return (
        f"SELECT account, {month} AS month, axis, partner, means, "
        "CAST(coalesce(sum(debit), 0) * 100 AS BIGINT) AS debit, "
        "CAST(coalesce(sum(credit), 0) * 100 AS BIGINT) AS credit, "
        f"count(*) AS lines FROM ({lines}) AS found GROUP BY account, {month}, axis, partner, means"
    )


class Found(NamedTuple):
    """What lines of a book have with chambers they do not name, entries left to be shared, and what
    is to be added to what numbers alone say."""

    inferred: tuple[Inferred, ...] = ()
    entries: tuple[GatheredEntry, ...] = ()
    relabelled: tuple[Inferred, ...] = ()


def of_lines(folder: Path, source: str, known: Known, held: str = "") -> tuple[str, str]:
    """SQL of `summed` over `inferred`, and of `gathered`, over a book of the store read as
    `source`."""
    axis, key = _told(folder)
    return (
        summed(inferred(source, known, axis, key, held)),
        gathered(source, known, axis, key, held),
    )


def more_of(folder: Path, source: str, known: Known) -> str:
    """SQL of `relabelled` over a book of the store, "" where no label denies anything."""
    return relabelled(source, known, _told(folder)[0]) if known.denied else ""


def _told(folder: Path) -> tuple[str, str]:
    """SQL of the first axis of a book, and what its entries are."""
    told = LedgerFile.load(folder)
    return (f"coalesce({told.axes[0]}, '')" if told.axes else "''"), told.entry_key


@lru_cache(maxsize=128)
def of_book(folder: Path, known: Known) -> Found:
    """The same of a book of the store.

    `known`: what it can name, numbers in any spelling. Kept in memory: what the store holds never
    changes.
    """
    here = spelled_in(folder, known)
    if not any(here[:3]):
        return Found()
    with asking() as connection:
        # Both questions go over the same lines: these are sought once among all.
        connection.execute(
            f"CREATE TEMP TABLE sought AS {held_of(_stored(folder), here, *_told(folder))}"
        )
        sought = "SELECT * FROM sought"
        summed_up, entries = of_lines(folder, _stored(folder), here, sought)
        rows = connection.execute(summed_up).fetchall()
        lines = connection.execute(entries).fetchall()
        again = more_of(folder, _stored(folder), here)
        more = connection.execute(again).fetchall() if again else []
    told, moved = (tuple(sorted((Inferred(*r) for r in found), key=str)) for found in (rows, more))
    return Found(told, by_entry(lines), moved)


def facing(folder: Path, known: Known, chambers: Iterable[str]) -> str:
    """SQL: whether a stored line of a book is with one of these chambers, by any means."""
    here = spelled_in(folder, known)
    lines, held = inferred(_stored(folder), here, *_told(folder)), listed(sorted(chambers))
    return (
        f"(coalesce({own(here)} IN {held}, false) OR line IN "
        f"(SELECT line FROM ({lines}) WHERE partner IN {held}))"
    )


def _stored(folder: Path) -> str:
    return f"read_parquet({quoted(one_file(folder / 'lines.parquet'))})"
