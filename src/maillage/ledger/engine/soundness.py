"""The one pass over a text ledger, and whether what it gathered proves the ledger sound.

The pass groups by account, journal, day and partner; the proof reads only the groups.
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from maillage.ledger.engine import checks, entries, text
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.duck import Duck, quoted
from maillage.ledger.engine.fec import CREDIT_WORDS, DEBIT_WORDS, Layout


def one_pass(form: Form, partners: Sequence[str]) -> str:
    """The SQL of the pass, which fills the table `groups`.

    Running and lagged values follow the order of the file: one thread reads it.
    """
    amounts = ("Debit", "Credit", "Montant")
    dates = ("PieceDate", "DateLet", "ValidDate")
    types = dict.fromkeys(dates, "DATE") | dict.fromkeys(amounts, text.WIDE)
    source = text.read_csv(form, types | {"EcritureDate": "INTEGER"})
    c = {name: f"c{place}" for name, place in form.heading.places.items()}
    debit, credit, faults = _sides(form, c)
    aux, partner = c["CompAuxNum"], "''"
    if partners:
        partner = f"CASE WHEN {aux} IN {listed(partners)} THEN {aux} ELSE '' END"
    number, journal, label = c["EcritureNum"], c["JournalCode"], c["CompteLib"]
    lines = (
        f"SELECT *, {debit} AS d, {credit} AS c, {debit} - {credit} AS x, "
        f"lag({number}) OVER () AS former, lag({journal}) OVER () AS former_journal, "
        f"lag({c['EcritureDate']}) OVER () AS former_day, "
        f"sum({debit} - {credit}) OVER (ROWS UNBOUNDED PRECEDING) AS running FROM {source}"
    )
    starts = f"({number} IS DISTINCT FROM former OR {journal} IS DISTINCT FROM former_journal)"
    usual = f"try_cast(substr({number}, {_letters_before_digits(form) + 1}) AS BIGINT)"
    other = f"try_cast(regexp_extract({number}, '([0-9]+)$', 1) AS BIGINT)"
    rank = f"coalesce({usual}, {other})"
    openings = listed(entries.OPENING_CODES)
    late = f"{journal} IN {openings} AND former_journal NOT IN {openings}"
    first = f"{late} OR {number} <> trim({number})"
    faults.append(f"CASE WHEN starts THEN {first} ELSE {c['EcritureDate']} <> former_day END")
    return (
        f"CREATE TEMP TABLE groups AS SELECT {c['CompteNum']} AS account, {journal} AS journal, "
        f"{c['EcritureDate']} AS day, {partner} AS partner, sum(d) AS debit, sum(c) AS credit, "
        "count(*) AS lines, count_if(starts) AS starts, count_if(starts AND running <> x) AS open, "
        "count(rank) AS ranked, min(rank) AS low, max(rank) AS high, sum(rank) AS ranks, "
        f"sum(rank::HUGEINT * rank) AS squares, bool_or({' OR '.join(faults)}) AS odd, "
        f"min(hash({label})) AS label, max(hash({label})) AS other_label, "
        f"any_value({c['JournalLib']}) AS journal_label "
        f"FROM (SELECT *, CASE WHEN starts THEN {rank} END AS rank "
        f"FROM (SELECT *, {starts} AS starts FROM ({lines}))) GROUP BY ALL"
    )


def _letters_before_digits(form: Form) -> int:
    """How many characters stand before the digits of the first entry number."""
    with form.path.open("rb") as file:
        file.readline()
        cells = file.readline().decode("latin-1").split(form.separator)
    number = cells[form.heading.places["EcritureNum"]] if len(cells) > 2 else ""
    return len(number) - len(number.lstrip(string.ascii_letters + "-_/."))


def listed(words: Iterable[str]) -> str:
    return "(" + ", ".join(map(quoted, words)) + ")"


def _sides(form: Form, c: dict[str, str]) -> tuple[str, str, list[str]]:
    """Debit, credit, and what makes a line worth a closer look."""
    empty = ("EcritureNum", "CompteNum", "CompteLib", "EcritureLib", "JournalCode", "JournalLib",
             "PieceRef", "PieceDate", "ValidDate")  # fmt: skip
    faults = [f"{c[name]} IS NULL" for name in empty]
    for one, other in (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"),
                       ("Montantdevise", "Idevise")):  # fmt: skip
        faults.append(f"({c[one]} IS NULL) <> ({c[other]} IS NULL)")
    faults.append(f"starts_with({c['EcritureLib']}, '\"')")
    faults.append(f"{c['CompAuxNum']} <> trim({c['CompAuxNum']})")
    if form.layout is Layout.SIGNED:
        amount, way = c["Montant"], c["Sens"]
        on_debit, on_credit = listed(DEBIT_WORDS), listed(CREDIT_WORDS)
        faults.append(f"coalesce({amount}, 0) = 0 OR {way} IS NULL")
        faults.append(f"NOT ({way} IN {on_debit} OR {way} IN {on_credit})")
        return (
            f"CASE WHEN {way} IN {on_debit} THEN {amount} ELSE 0 END",
            f"CASE WHEN {way} IN {on_credit} THEN {amount} ELSE 0 END",
            faults,
        )
    debit, credit = f"coalesce({c['Debit']}, 0)", f"coalesce({c['Credit']}, 0)"
    faults.append(f"({debit} = 0) = ({credit} = 0)")
    return debit, credit, faults


def is_sound(duck: Duck, closing: dt.date | None) -> bool:
    """Whether `groups` prove that there is nothing to say of the file."""
    cents = "(debit * 100) % 1 <> 0 OR (credit * 100) % 1 <> 0"
    missing = "account IS NULL OR journal IS NULL OR day IS NULL"
    ((odd, gap),) = duck.run(
        f"SELECT count(*) = 0 OR bool_or(coalesce(odd, false) OR open > 0 OR {missing} OR {cents}),"
        " coalesce(sum(debit) - sum(credit), 0) FROM groups"
    )
    if odd or gap:
        return False
    return _accounts_hold(duck) and _balances_hold(duck) and _days_hold(duck, closing)


def _accounts_hold(duck: Duck) -> bool:
    """Three digits in front, nothing around, one label each."""
    rows = duck.run("SELECT account, min(label) = max(other_label) FROM groups GROUP BY account")
    return all(
        alike and len(account) > 2 and account[:3].isdigit() and account == account.strip()
        for account, alike in rows
    )


def _balances_hold(duck: Duck) -> bool:
    """Each month and journal balanced; journals written plainly, openings known by their code."""
    months = duck.run(
        "SELECT day // 100 FROM groups GROUP BY ALL HAVING sum(debit) <> sum(credit) LIMIT 1"
    )
    journals = duck.run(
        "SELECT journal, any_value(journal_label), sum(debit) = sum(credit) "
        "FROM groups GROUP BY journal"
    )
    return not months and all(
        balanced
        and journal == journal.strip()
        and (
            journal in entries.OPENING_CODES
            or not entries.OPENING_LABEL.search(entries.plain(label or ""))
        )
        for journal, label, balanced in journals
    )


@dataclass(frozen=True, slots=True)
class _Day:
    """A journal's entries of one day: how many begin, and the numbers they bear."""

    journal: str
    day: int
    starts: int
    ranked: int
    low: int | None
    high: int | None
    ranks: int
    squares: int


def _days_hold(duck: Duck, closing: dt.date | None) -> bool:
    """Real days of the year, and numbers that follow them, by journal or over all journals."""
    rows = duck.run(
        "SELECT journal, day, sum(starts)::BIGINT, sum(ranked)::BIGINT, min(low), max(high), "
        "coalesce(sum(ranks), 0), coalesce(sum(squares), 0)::HUGEINT "
        "FROM groups GROUP BY journal, day ORDER BY journal, day"
    )
    days = [_Day(*row) for row in rows]
    first = checks.opening_of(closing) if closing else None
    for number in {day.day for day in days}:
        date = _date(number)
        if date is None or not 1900 <= date.year <= 2099:
            return False
        if closing and first and not first <= date <= closing:
            return False
    journals: dict[str, list[_Day]] = {}
    for day in days:
        journals.setdefault(day.journal, []).append(day)
    if not all(map(_increase, journals.values())):
        return False
    return all(map(_follow, journals.values())) or _follow(days)


def _date(day: int) -> dt.date | None:
    try:
        return dt.date(day // 10000, day // 100 % 100, day % 100)
    except ValueError:
        return None


def _increase(days: Sequence[_Day]) -> bool:
    """Whether each day's numbers come after those of the days before; days in order."""
    spans = [(d.low, d.high) for d in days if d.low is not None and d.high is not None]
    return all(before[1] < after[0] for before, after in pairwise(spans))


def _follow(days: Sequence[_Day]) -> bool:
    """Whether numbers are exactly those from the first to the last, each entry begun once.

    Their count, sum and sum of squares are those of the whole range.
    """
    starts, ranked = sum(d.starts for d in days), sum(d.ranked for d in days)
    if not ranked:
        return True  # numbers without digits: there is no order to check
    low = min(d.low for d in days if d.low is not None)
    high = max(d.high for d in days if d.high is not None)
    return (
        ranked == starts == high - low + 1
        and 2 * sum(d.ranks for d in days) == (low + high) * starts
        and sum(d.squares for d in days) == _squares(high) - _squares(low - 1)
    )


def _squares(n: int) -> int:
    """The sum of the squares from 1 to n."""
    return n * (n + 1) * (2 * n + 1) // 6
