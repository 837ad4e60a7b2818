"""Checks across lines: what balances, what is numbered, what stands twice, what opens the year.

An entry is known by its journal and number together, many real files starting numbers again in
each journal; or by its number alone, where a file's entries balance better so: its evidence
decides. An entry that does not balance is pointed out, never refused. What a line that could not
be read explains (an entry that lacks it, totals, a gap of numbers) is not told again.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.duck import Duck
from maillage.ledger.engine.findings import KEPT, Finding, Findings

OPENING_CODES = ("AN", "ANO", "RAN", "OUV", "NOUV", "ANV")
OPENING_LABEL = re.compile(r"\b(a[^a-z0-9]{0,2}nouveaux?|ouvertures?)\b")
OPENING = (
    f"(upper(journal) IN {OPENING_CODES} OR "
    f"regexp_matches(lower(strip_accents(journal_label)), '{OPENING_LABEL.pattern}'))"
)
"""Whether a journal opens the year, by its code or its label."""


def without_accents(label: str) -> str:
    """A label in small letters without accents, as OPENING compares it."""
    parts = unicodedata.normalize("NFD", label.lower())
    return "".join(part for part in parts if not unicodedata.combining(part))


KEYS = {"journal": "journal, number", "number": "number"}
"""How entries are told apart."""
ENTRIES = """
CREATE OR REPLACE TEMP TABLE entries AS
SELECT arg_min(journal, line) AS journal, number, min(line) AS line, count(*) AS lines,
    coalesce(sum(debit), 0) AS debit, coalesce(sum(credit), 0) AS credit, min(date) AS date,
    max(date) AS last_date, bool_or(debit IS NULL OR credit IS NULL) OR {lost} AS incomplete
FROM ({lines}) AS l WHERE number <> '' GROUP BY {key}
"""
NUMBERS = """
CREATE OR REPLACE TEMP TABLE numbers AS
SELECT journal, regexp_replace(number, '[0-9]+$', '') AS prefix,
    try_cast(CASE WHEN length(number) <= 36 THEN regexp_extract(number, '([0-9]+)$', 1) END
        AS HUGEINT) AS rank, number, line, date
FROM (SELECT journal, number, line, date FROM entries
    UNION ALL SELECT journal, number, line, NULL FROM lost)
"""
UNBALANCED = "debit <> credit AND NOT incomplete"


def check_entries(duck: Duck, lines: str, findings: Findings, lost: str = "") -> str:
    """Entries, exactly: by what they are known, one of KEYS.

    `lines`: SQL of the stored lines; `lost`: SQL of the (journal, number, line) of lines that are
    not among them, as far as they tell.
    """
    none = "SELECT '' AS journal, '' AS number, 0 AS line WHERE false"
    duck.run(f"CREATE OR REPLACE TEMP TABLE lost AS {lost or none}")
    key = _known_by(duck, lines, findings)
    gap = "'écart ' || (debit - credit)::DECIMAL(38,2)"
    _located(duck, findings, "balance.entry", f"{UNBALANCED} AND lines > 1", gap)
    alone = "lines = 1 AND NOT incomplete"
    _located(
        duck, findings, "entry.one_line", alone, f"CASE WHEN {UNBALANCED} THEN {gap} ELSE '' END"
    )
    days = "strftime(date, '%d/%m/%Y') || ' et ' || strftime(last_date, '%d/%m/%Y')"
    _located(duck, findings, "entry.dates", "date <> last_date", days)
    _check_twice(duck, lines, KEYS[key], findings)
    _check_numbers(duck, findings)
    _check_opening(duck, lines, findings)
    return key


def explains(findings: Findings, missing: int) -> bool:
    """Whether what is said of entries explains what journals and months lack to balance."""
    told = ("balance.entry", "entry.one_line", "entry.dates", "entry.key")
    return bool(missing) or any(code in findings for code in told)


def _known_by(duck: Duck, lines: str, findings: Findings) -> str:
    """Gather entries by the key that leaves fewest of them unbalanced, said where it is rare."""
    worst = _gathered(duck, lines, "journal")
    if not worst:
        return "journal"
    better = _gathered(duck, lines, "number")
    if better < worst:
        detail = f"{worst} déséquilibrées par journal et numéro, {better} par numéro"
        findings.add(Finding("entry.key", column="EcritureNum", detail=detail))
        return "number"
    _gathered(duck, lines, "journal")
    return "journal"


def _gathered(duck: Duck, lines: str, key: str) -> int:
    """Make the table of entries by a key: how many are unbalanced."""
    among = f"({KEYS[key]}) IN (SELECT ({KEYS[key]}) FROM lost)"
    duck.run(ENTRIES.format(lines=lines, key=KEYS[key], lost=f"bool_or({among})"),
             "Contrôle des écritures")  # fmt: skip
    return int(duck.run(f"SELECT count(*) FROM entries WHERE {UNBALANCED}")[0][0])


def _check_twice(duck: Duck, lines: str, key: str, findings: Findings) -> None:
    """Entries all of whose lines stand at least twice: told once, with lines and amount.

    Only those that may be are looked at line by line: what stands twice leaves nothing in an
    exclusive sum of fingerprints, three times a sum that three divides.
    """
    names = [row[0] for row in duck.run(f"DESCRIBE SELECT * EXCLUDE (line) FROM ({lines})")]
    print_ = f"hash({', '.join(names)})"
    duck.run(
        f"CREATE OR REPLACE TEMP TABLE doubtful AS SELECT {key} FROM ({lines}) "
        f"WHERE number <> '' GROUP BY {key} HAVING (count(*) % 2 = 0 AND bit_xor({print_}) = 0) "
        f"OR (count(*) % 3 = 0 AND sum({print_}::HUGEINT) % 3 = 0)",
        "Contrôle des doublons",
    )
    if duck.run("SELECT count(*) FROM doubtful")[0][0]:
        repeated = (
            f"SELECT {key}, count(*) AS times, any_value(greatest(coalesce(debit, 0), 0) "
            f"+ greatest(-coalesce(credit, 0), 0)) AS debit, min(line) AS line "
            f"FROM ({lines}) SEMI JOIN doubtful USING ({key}) GROUP BY {key}, {print_}"
        )
        each = (
            f"SELECT min(line) AS line, number, sum(times - 1) AS more, "
            f"sum((times - 1) * debit) AS debit FROM ({repeated}) GROUP BY {key} "
            "HAVING min(times) > 1"
        )
        ((entries, more, debit, line, number),) = duck.run(
            "SELECT count(*), sum(more)::BIGINT, (sum(debit) * 100)::BIGINT, min(line), "
            f"arg_min(number, line) FROM ({each})"
        )
        if entries:
            among = f"{entries} écritures" if entries > 1 else "une écriture"
            told = f"{more} lignes de trop dans {among}, débits {exact_euros(debit)}"
            findings.add(Finding("entry.twice", line, "EcritureNum", number, told), more)
    duck.run("DROP TABLE doubtful")


def _located(duck: Duck, findings: Findings, code: str, condition: str, detail: str) -> None:
    (counted,) = duck.run(f"SELECT count(*) FROM entries WHERE {condition}")
    if not counted[0]:
        return
    rows = duck.run(
        f"SELECT line, journal || ' ' || number, {detail} FROM entries WHERE {condition} "
        f"ORDER BY line LIMIT {KEPT}"
    )
    found = [Finding(code, line, "EcritureNum", v, _comma(d)) for line, v, d in rows]
    findings.add_all(found, counted[0])


def _comma(detail: str) -> str:
    return detail.replace(".", ",") if detail.startswith("écart") else detail


def _check_numbers(duck: Duck, findings: Findings) -> None:
    """Gaps and inversions, by journal or over all journals, whichever numbering is kept."""
    duck.run(NUMBERS, "Contrôle de la numérotation")
    lost = "sum(last - first + 1 - known)"
    scopes = {
        scope: duck.run(
            f"SELECT coalesce({lost}, 0) FROM (SELECT min(rank) AS first, max(rank) AS last, "
            f"count(DISTINCT rank) AS known FROM numbers WHERE rank IS NOT NULL GROUP BY {scope})"
        )[0][0]
        for scope in ("journal, prefix", "prefix")
    }
    scope = min(scopes, key=lambda s: scopes[s])
    window = (
        f"SELECT *, lag(rank) OVER w AS former, lag(date) OVER w AS former_date FROM numbers "
        f"WHERE rank IS NOT NULL WINDOW w AS (PARTITION BY {scope} ORDER BY rank, line)"
    )
    if scopes[scope]:
        gaps = f"SELECT * FROM ({window}) WHERE rank - former > 1"
        _numbered(duck, findings, "number.gap", gaps, "'après le n° ' || former")
    late = f"SELECT * FROM ({window}) WHERE date < former_date"
    _numbered(
        duck, findings, "number.inversion", late,
        "strftime(date, '%d/%m/%Y') || ' après ' || strftime(former_date, '%d/%m/%Y')",
    )  # fmt: skip
    duck.run("DROP TABLE numbers")


def _numbered(duck: Duck, findings: Findings, code: str, rows: str, detail: str) -> None:
    found = duck.run(
        f"SELECT line, journal || ' ' || number, {detail}, count(*) OVER () "
        f"FROM ({rows}) ORDER BY line LIMIT {KEPT}"
    )
    if found:
        located = [Finding(code, line, "EcritureNum", v, d) for line, v, d, _ in found]
        findings.add_all(located, found[0][3])


def _check_opening(duck: Duck, lines: str, findings: Findings) -> None:
    """Opening entries come first in the file."""
    openings = (
        f"SELECT DISTINCT journal FROM (SELECT journal, any_value(journal_label) AS journal_label "
        f"FROM ({lines}) GROUP BY journal) WHERE {OPENING}"
    )
    condition = (
        f"journal IN ({openings}) AND line > "
        f"(SELECT coalesce(min(line), 2147483647) FROM entries WHERE journal NOT IN ({openings}))"
    )
    _located(duck, findings, "opening.late", condition, "''")


def check_balances(cube: list[dict[str, Any]], findings: Findings, missing: int) -> None:
    """File, journals and months, from the cube: amounts in cents.

    Nothing is said where lines are missing, and of journals and months where entries tell more.
    """
    total = 0
    journals: dict[str, int] = {}
    months: dict[Any, int] = {}
    for row in cube:
        gap = row["debit"] - row["credit"]
        total += gap
        journals[row["journal"]] = journals.get(row["journal"], 0) + gap
        months[row["month"]] = months.get(row["month"], 0) + gap
    if total and not missing:
        findings.add(Finding("balance.file", detail=f"écart {exact_euros(total)}"))
    if explains(findings, missing):
        return
    for journal, gap in sorted(journals.items()):
        if gap:
            detail = f"écart {exact_euros(gap)}"
            findings.add(Finding("balance.journal", value=journal, detail=detail))
    for month, gap in sorted(months.items(), key=lambda pair: str(pair[0])):
        if gap and None not in months:
            detail = f"écart {exact_euros(gap)}"
            findings.add(Finding("balance.month", value=f"{month:%m/%Y}", detail=detail))


def check_labels(duck: Duck, lines: str, findings: Findings) -> None:
    """Accounts that go by several labels, at the first line of each label but the first."""
    named = (
        f"SELECT account, account_label, min(line) AS line FROM ({lines}) "
        "WHERE account <> '' AND account_label <> '' GROUP BY account, account_label"
    )
    ranked = (
        f"SELECT *, row_number() OVER w AS rank, first_value(account_label) OVER w AS first_label "
        f"FROM ({named}) WINDOW w AS (PARTITION BY account ORDER BY line)"
    )
    rows = duck.run(
        f"SELECT line, account_label, account, first_label, count(*) OVER () FROM ({ranked}) "
        f"WHERE rank > 1 ORDER BY line LIMIT {KEPT}",
        "Contrôle des libellés",
    )
    found = [
        Finding("account.labels", line, "CompteLib", label[:120],
                f"{account} s’appelle d’abord « {first[:120]} »")
        for line, label, account, first, _ in rows
    ]  # fmt: skip
    findings.add_all(found, rows[0][4] if rows else 0)
