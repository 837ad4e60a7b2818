"""Checks across lines: what balances, what is numbered, what opens the year.

An entry is known by its journal and number together: many real files start numbers again in each
journal. An entry that does not balance is pointed out, never refused.
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


ENTRIES = """
CREATE OR REPLACE TEMP TABLE entries AS
SELECT journal, number, min(line) AS line, count(*) AS lines, sum(debit) AS debit,
    sum(credit) AS credit, min(date) AS date, max(date) AS last_date
FROM ({lines}) WHERE number <> '' GROUP BY journal, number
"""
NUMBERS = """
CREATE OR REPLACE TEMP TABLE numbers AS
SELECT journal, regexp_replace(number, '[0-9]+$', '') AS prefix,
    try_cast(CASE WHEN length(number) <= 36 THEN regexp_extract(number, '([0-9]+)$', 1) END
        AS HUGEINT) AS rank, number, line, date
FROM entries
"""


def check_entries(duck: Duck, lines: str, findings: Findings) -> None:
    """Entries by journal and number, exactly. `lines`: SQL of the stored lines."""
    duck.run(ENTRIES.format(lines=lines), "Contrôle des écritures")
    _located(
        duck,
        findings,
        "balance.entry",
        "debit <> credit",
        "journal || ' ' || number",
        "'écart ' || (debit - credit)::DECIMAL(38,2)",
    )
    _located(duck, findings, "entry.one_line", "lines = 1", "journal || ' ' || number")
    _located(
        duck,
        findings,
        "entry.dates",
        "date <> last_date",
        "journal || ' ' || number",
        "strftime(date, '%d/%m/%Y') || ' et ' || strftime(last_date, '%d/%m/%Y')",
    )
    _check_numbers(duck, findings)
    _check_opening(duck, lines, findings)
    duck.run("DROP TABLE entries")


def _located(
    duck: Duck, findings: Findings, code: str, condition: str, value: str, detail: str = "''"
) -> None:
    (counted,) = duck.run(f"SELECT count(*) FROM entries WHERE {condition}")
    if not counted[0]:
        return
    rows = duck.run(
        f"SELECT line, {value}, {detail} FROM entries WHERE {condition} ORDER BY line LIMIT {KEPT}"
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
    _located(duck, findings, "opening.late", condition, "journal || ' ' || number")


def check_balances(cube: list[dict[str, Any]], findings: Findings) -> None:
    """File, journals and months, from the cube: amounts in cents."""
    total = 0
    journals: dict[str, int] = {}
    months: dict[Any, int] = {}
    for row in cube:
        gap = row["debit"] - row["credit"]
        total += gap
        journals[row["journal"]] = journals.get(row["journal"], 0) + gap
        months[row["month"]] = months.get(row["month"], 0) + gap
    if total:
        findings.add(Finding("balance.file", detail=f"écart {exact_euros(total)}"))
    for journal, gap in sorted(journals.items()):
        if gap:
            detail = f"écart {exact_euros(gap)}"
            findings.add(Finding("balance.journal", value=journal, detail=detail))
    for month, gap in sorted(months.items(), key=lambda pair: str(pair[0])):
        if gap:
            value = f"{month:%m/%Y}" if month else "sans date"
            findings.add(Finding("balance.month", value=value, detail=f"écart {exact_euros(gap)}"))


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
