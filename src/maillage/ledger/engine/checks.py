"""What is wrong in a ledger, asked of its lines where they are badly written, then of its store.

Each group first counts, then locates only what was counted: a sound file costs the counting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from maillage.kernel.period import opening_of
from maillage.ledger.engine import fec_sql
from maillage.ledger.engine.agreement import agreed
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.duck import Duck, quoted
from maillage.ledger.engine.fec import (
    CREDIT_WORDS,
    DEBIT_WORDS,
    PAIRS,
    PAYMENT,
    REFUSED_WAY,
    UNREAD,
    Layout,
)
from maillage.ledger.engine.findings import KEPT, Finding, Findings


@dataclass(frozen=True, slots=True)
class Check:
    """A condition on one line, in SQL, and the value to show where it holds."""

    code: str
    column: str
    condition: str
    value: str = "''"


# -- the text itself -----------------------------------------------------------------------------


def text_checks(form: Form) -> list[Check]:
    """What only the text can tell: widths, dates, amounts, padding, quotes."""
    found = [
        check
        for name in fec_sql.ALL_DATED
        if name in form.heading.places
        for check in _date(form, name)
    ]
    signed = form.layout is Layout.SIGNED
    amounts = ("Montant",) if signed else ("Debit", "Credit")
    for name in (*amounts, "Montantdevise"):
        if name in form.heading.places:
            found += _amount(form, name)
    if signed:
        way = fec_sql.cell(form, "Sens")
        words = ", ".join(map(quoted, (*DEBIT_WORDS, *CREDIT_WORDS)))
        found.append(Check("amount.direction", "Sens", f"upper({way}) NOT IN ({words})", way))
        found.append(Check("amount.way", "Sens", f"{way} = {quoted(REFUSED_WAY)}", way))
    for name, place in form.heading.places.items():
        raw = f"trim(cells[{place + 1}])"
        if name not in (*amounts, "Montantdevise"):
            given = f"cells[{place + 1}]"
            found.append(Check("cell.padded", name, f"{given} <> {raw}", given))
        quote = f"length({raw}) > 1 AND starts_with({raw}, '\"') AND ends_with({raw}, '\"')"
        found.append(Check("cell.quoted", name, quote, raw))
    return found


EMPTY_DATES = {
    "EcritureDate": "field.required",
    "PieceDate": "field.expected",
    "ValidDate": "field.expected",
}


def _date(form: Form, name: str) -> Iterable[Check]:
    """A date is told once: taken silently by the official control, or not, or readable by none."""
    value = fec_sql.cell(form, name)
    plain = _matches(value, "[0-9]{8}")
    read = f"({fec_sql.day(form, name, value)})"
    year_first = f"({plain} AND try_strptime({value}, '%Y%m%d') IS NOT NULL)"
    spelled = f"{value} <> '' AND {read} IS NOT NULL AND NOT {year_first}"
    hour = "([T ][0-9]{1,2}:[0-9]{2}:[0-9]{2})?"
    days = "([0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4}|[0-9]{8})"
    taken = _matches(value, days + hour)
    real = f"{value} <> '' AND {read} IS NULL AND {fec_sql.is_calendar(value)}"
    lost = f"{value} <> '' AND {read} IS NULL AND NOT {fec_sql.is_calendar(value)}"
    yield Check("date.calendar", name, real, value)
    if name in PAYMENT:
        yield Check("date.spelling", name, spelled, value)
        yield Check("date.payment", name, lost, value)
        return
    yield Check("date.spelling", name, f"{spelled} AND {taken}", value)
    yield Check("date.format", name, f"{spelled} AND NOT {taken}", value)
    yield Check("date.unreadable", name, lost, value)


def _amount(form: Form, name: str) -> Iterable[Check]:
    value = fec_sql.cell(form, name)
    parts = "[0-9]{1,3}([ \\x{a0}\\x{202f}''.][0-9]{3})+(,[0-9]*)?"
    english = "[0-9]{1,3}(,[0-9]{3})+[.][0-9]*|[0-9]{1,3}(,[0-9]{3}){2,}"
    spaced = f"regexp_full_match({value}, '[+-]?({parts}|{english})[+-]?')"
    pointed = _matches(value, _signed(r"[0-9]*\.[0-9]+|[0-9]+\."))
    plain = _matches(value, _signed("[0-9]+(,[0-9]*)?|,[0-9]+"))
    power = "[eE][+-]?[0-9]{1,2}"
    raised = _matches(value, f"[+-]?([0-9]+(,[0-9]*)?|,[0-9]+){power}")
    pointed = f"({pointed} OR {_matches(value, f'[+-]?[0-9]*[.][0-9]*{power}')})"
    many = _matches(value, _signed("[0-9]*,[0-9]{2}0*[1-9][0-9]*"))
    readable = f"({fec_sql.amount(value, pointed=form.pointed)}) IS NOT NULL"
    point = f"{pointed} AND NOT ({spaced} AND NOT {_cents(form, value)})"
    yield Check("amount.point", name, f"{readable} AND {point}", value)
    yield Check("amount.thousands", name, f"{readable} AND {spaced} AND NOT ({point})", value)
    yield Check("amount.exponent", name, f"{readable} AND {raised}", value)
    odd = f"{value} <> '' AND NOT ({plain} OR {raised} OR {spaced} OR {pointed})"
    yield Check("amount.format", name, f"{readable} AND {odd}", value)
    yield Check("amount.unreadable", name, f"NOT {readable} AND {value} <> '{UNREAD}'", value)
    yield Check("amount.decimals", name, many, value)


def _matches(value: str, pattern: str) -> str:
    return f"regexp_full_match({value}, '{pattern}')"


def _signed(number: str) -> str:
    """A number with at most one sign, first or last."""
    return f"[+-]?({number})|({number})[+-]"


def _cents(form: Form, value: str) -> str:
    """Whether the point of an amount is not of thousands: by its decimals, one or two, or by what
    its column agrees on."""
    decimals = "+" if form.pointed else "{1,2}"
    return f"regexp_full_match({value}, '[+-]?[0-9]*\\.[0-9]{decimals}[+-]?')"


ODD = "SELECT * FROM odd"
"""The lines that are not well written, once `check_text` has found them."""


def check_text(duck: Duck, form: Form, findings: Findings) -> tuple[Form, int, int]:
    """Locate every fault of writing.

    Gives the form with what its columns agree on, how many lines are not well written, and how
    many of them are left out.
    """
    duck.run(
        f"CREATE OR REPLACE TEMP TABLE odd AS {fec_sql.odd_lines(form)}", "Contrôle de l’écriture"
    )
    odd = int(duck.run("SELECT count(*) FROM odd")[0][0])
    if not odd:
        return form, 0, 0
    _rejoin(duck, form, findings)
    form = agreed(duck, form)
    width = form.heading.width
    shape = [
        Check("row.blank", "", "coalesce(trim(text), '') = ''"),
        Check(
            "row.fields",
            "",
            f"coalesce(trim(text), '') <> '' AND len(cells) <> {width}",
            f"len(cells) || ' champs au lieu de {width}'",
        ),
    ]
    _run(duck, ODD, shape, findings, "Contrôle de la forme")
    _run(duck, f"{ODD} WHERE {fec_sql.whole(form)}", text_checks(form), findings,
         "Contrôle des valeurs")  # fmt: skip
    left = duck.run(f"SELECT count(*) FROM odd WHERE {fec_sql.left_out(form)}")
    return form, odd, int(left[0][0])


MOST_PIECES = 200_000


def _rejoin(duck: Duck, form: Form, findings: Findings) -> None:
    """Put together again the lines that a break within a field cuts, where they then make sense."""
    width = form.heading.width
    short = duck.run(
        f"SELECT line, len(cells) FROM odd WHERE len(cells) < {width} AND text IS NOT NULL "
        f"ORDER BY line LIMIT {MOST_PIECES}"
    )
    pieces = [(line, first) for first, lines in _runs(short, width).items() for line in lines]
    if not pieces:
        return
    told = ", ".join(map(str, pieces))
    duck.run(f"CREATE OR REPLACE TEMP TABLE pieces AS SELECT * FROM (VALUES {told}) t(line, first)")
    whole = (
        "SELECT first AS line, string_agg(text, ' ' ORDER BY line) AS text, "
        "first(len(cells) ORDER BY line) AS place FROM odd JOIN pieces USING (line) GROUP BY first"
    )
    duck.run(
        "CREATE OR REPLACE TEMP TABLE rejoined AS SELECT * FROM "
        f"({fec_sql.cut(form, whole)}) WHERE {fec_sql.in_place(form)}"
    )
    duck.run(
        "DELETE FROM odd WHERE line IN (SELECT line FROM pieces WHERE first IN "
        "(SELECT line FROM rejoined))"
    )
    duck.run("INSERT INTO odd SELECT * EXCLUDE (place) FROM rejoined")
    rows = duck.run("SELECT line, place, left(cells[place], 120) FROM rejoined ORDER BY line")
    names = {p: name for name, p in form.heading.places.items()} | form.heading.extras
    found = [Finding("row.broken", line, names.get(place - 1, ""), v) for line, place, v in rows]
    findings.add_all(found, len(found))


def _runs(short: Sequence[tuple[int, int]], width: int) -> dict[int, list[int]]:
    """Lines that follow one another and make `width` fields together, by the first of them."""
    found: dict[int, list[int]] = {}
    run: list[int] = []
    total = 0
    for line, cells in short:
        if run and line == run[-1] + 1 and total + cells - 1 <= width:
            run, total = [*run, line], total + cells - 1
        else:
            run, total = [line], cells
        if total == width:
            found[run[0]] = run
            run = []
    return found


def check_axes(duck: Duck, form: Form, findings: Findings) -> Form:
    """The form with the extra columns that are no axes, having too many values; each is told."""
    extra = fec_sql.extra_columns(form)
    if not extra:
        return form
    cells = f"string_split(text, {quoted(form.separator)})"
    counts = ", ".join(f"approx_count_distinct({cells}[{place + 1}])" for place in extra.values())
    (counted,) = duck.run(f"SELECT {counts} FROM {fec_sql.lines_of(form)}", "Axes analytiques")
    many = [
        p for p, count in zip(extra.values(), counted, strict=True) if count > fec_sql.MOST_AXES
    ]
    for place in many:
        findings.add(Finding("axis.many", 1, form.heading.extras[place]))
    return replace(form, many=frozenset(many))


# -- the store -----------------------------------------------------------------------------------


def line_checks(form: Form, closing: dt.date | None, opening: dt.date | None = None) -> list[Check]:
    """What stored lines tell; of the text, only which days could not be read (`odd`).

    `opening`: the first day of the exercise, a year before its closing else.
    """
    present = set(form.heading.places)
    found = []
    required = {"EcritureNum": "number", "CompteNum": "account", "CompteLib": "account_label",
                "EcritureLib": "label"}  # fmt: skip
    for name, stored in required.items():
        if name in present:
            found.append(Check("field.required", name, f"{stored} = ''"))
    cash = bool(form.heading.payments)
    for name in ("PieceRef",) if cash else ("JournalCode", "JournalLib", "PieceRef"):
        if name in present:
            found.append(Check("field.expected", name, f"{fec_sql.STORED[name]} = ''"))
    for name in sorted(present & EMPTY_DATES.keys() - ({"ValidDate"} if cash else set())):
        empty = f"{fec_sql.STORED[name]} IS NULL AND {_is_empty(form, name)}"
        found.append(Check(EMPTY_DATES[name], name, empty))
    found.append(Check("date.century", "EcritureDate", "year(date) NOT BETWEEN 1900 AND 2099",
                       "strftime(date, '%d/%m/%Y')"))  # fmt: skip
    if closing is not None:
        start = opening or opening_of(closing)
        outside = f"date NOT BETWEEN DATE '{start}' AND DATE '{closing}'"
        shown = "strftime(date, '%d/%m/%Y')"
        found.append(Check("date.outside", "EcritureDate", outside, shown))
    sides = "Montant" if form.layout is Layout.SIGNED else "Debit, Credit"
    told = "replace(debit || ' et ' || credit, '.', ',')"
    found.append(Check("amount.both", sides, "debit <> 0 AND credit <> 0", told))
    found.append(Check("amount.neither", sides, "debit = 0 AND credit = 0", told))
    found += _pairs(form, present)
    digits = "account <> '' AND NOT regexp_matches(account, '^[0-9]{3}')"
    found.append(Check("account.digits", "CompteNum", digits, "account"))
    return found


LACKING = {
    "pair.auxiliary": ("(aux = '') <> (aux_label = '')", "aux || aux_label"),
    "pair.lettering": ("(lettering = '') <> (lettering_date IS NULL)", "lettering"),
    "pair.currency": ("(currency_amount IS NULL) <> (currency = '')", "currency"),
}


def _is_empty(form: Form, name: str) -> str:
    """Whether a cell whose value is NULL holds nothing: what is unreadable is told as such."""
    return f"line NOT IN (SELECT line FROM odd WHERE {fec_sql.cell(form, name)} <> '')"


def _pairs(form: Form, present: set[str]) -> list[Check]:
    """What goes by two, and stands alone; not where the other is there but cannot be read."""
    typed = {"pair.lettering": "DateLet", "pair.currency": "Montantdevise"}
    found = []
    for code, columns in PAIRS.items():
        if set(columns) <= present:
            lacking, value = LACKING[code]
            if code in typed:
                unread = f"{fec_sql.STORED[typed[code]]} IS NULL AND NOT "
                lacking = f"({lacking}) AND NOT ({unread}{_is_empty(form, typed[code])})"
            found.append(Check(code, ", ".join(columns), lacking, value))
    return found


def check_lines(
    duck: Duck, lines: str, form: Form, closing: dt.date | None, findings: Findings
) -> None:
    """Line by line, over the store (one scan where all is sound)."""
    found = Findings()
    _run(duck, lines, line_checks(form, closing), found, "Contrôle des lignes")
    if closing is not None and (opening := _longer(duck, lines, closing, found)):
        months = (closing.year - opening.year) * 12 + closing.month - opening.month + 1
        told = f"de {opening:%m/%Y} à {closing:%m/%Y}, {months} mois"
        findings.add(Finding("year.long", detail=told))
        found = Findings()
        _run(duck, lines, line_checks(form, closing, opening), found, "Contrôle des lignes")
    for code, kept in found.kept.items():
        findings.add_all(kept, found.counts[code])


FIRST_YEAR = 1900
LONGEST_YEAR = 24
"""Months of the longest exercise the law knows."""
LEAST_SHARE = 0.05
"""Lines before the usual opening, of all, for the exercise to be a long one: fewer are mistakes."""


def _longer(duck: Duck, lines: str, closing: dt.date, found: Findings) -> dt.date | None:
    """The first day of an exercise of more than twelve months, None where it is no such one.

    Dates of the month just before are those of entries booked late, whatever their number.
    """
    if "date.outside" not in found or closing.year < FIRST_YEAR:
        return None
    usual = opening_of(closing)
    month = closing.year * 12 + closing.month - LONGEST_YEAR
    first = dt.date(month // 12, month % 12 + 1, 1)
    ((early, before, all_),) = duck.run(
        f"SELECT date_trunc('month', min(date) FILTER (date >= DATE '{first}'))::DATE, "
        f"count(*) FILTER (date >= DATE '{first}' AND date < DATE '{usual}'), count(*) "
        f"FROM ({lines})"
    )
    months_before = (usual.year - early.year) * 12 + usual.month - early.month if early else 0
    return early if months_before > 1 and before >= all_ * LEAST_SHARE else None


def _run(
    duck: Duck, lines: str, checks: Sequence[Check], findings: Findings, stage: str = ""
) -> None:
    """Count every check in one scan, then locate those that found something in another."""
    counts = ", ".join(f"count(*) FILTER ({c.condition})" for c in checks)
    (counted,) = duck.run(f"SELECT {counts} FROM ({lines})", stage)
    held = [(check, count) for check, count in zip(checks, counted, strict=True) if count]
    if not held:
        return
    kept = ", ".join(
        f"min({{'line': line, 'value': left({c.value}, 120)}}, {KEPT}) FILTER ({c.condition})"
        for c, _ in held
    )
    (located,) = duck.run(f"SELECT {kept} FROM ({lines})", stage)
    for (check, count), rows in zip(held, located, strict=True):
        found = [Finding(check.code, r["line"], check.column, r["value"] or "") for r in rows]
        findings.add_all(found, count)
