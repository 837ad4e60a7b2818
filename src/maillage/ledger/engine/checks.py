"""What is wrong in a ledger, asked of its lines where they are badly written, then of its store.

Each group first counts, then locates only what was counted: a sound file costs the counting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from maillage.kernel.period import opening_of
from maillage.ledger.engine import fec_sql
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.duck import Duck, quoted
from maillage.ledger.engine.fec import CREDIT_WORDS, DEBIT_WORDS, FILE_NAME, PAIRS, Heading, Layout
from maillage.ledger.engine.findings import KEPT, Finding, Findings
from maillage.network.rules import siren_fault


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
        for name in fec_sql.DATED
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
    value = fec_sql.cell(form, name)
    shaped = f"regexp_full_match({value}, '\\d{{8}}')"
    yield Check("date.format", name, f"{value} <> '' AND NOT {shaped}", value)
    real = f"try_strptime({value}, '%Y%m%d') IS NOT NULL"
    yield Check("date.calendar", name, f"{shaped} AND NOT {real}", value)


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
    readable = f"({fec_sql.amount(value)}) IS NOT NULL"
    point = f"{pointed} AND NOT ({spaced} AND NOT {_cents(value)})"
    yield Check("amount.point", name, f"{readable} AND {point}", value)
    yield Check("amount.thousands", name, f"{readable} AND {spaced} AND NOT ({point})", value)
    yield Check("amount.exponent", name, f"{readable} AND {raised}", value)
    odd = f"{value} <> '' AND NOT ({plain} OR {raised} OR {spaced} OR {pointed})"
    yield Check("amount.format", name, f"{readable} AND {odd}", value)
    yield Check("amount.unreadable", name, f"NOT {readable}", value)
    yield Check("amount.decimals", name, many, value)


def _matches(value: str, pattern: str) -> str:
    return f"regexp_full_match({value}, '{pattern}')"


def _signed(number: str) -> str:
    """A number with at most one sign, first or last."""
    return f"[+-]?({number})|({number})[+-]"


def _cents(value: str) -> str:
    """Whether a pointed amount has one or two decimals: then the point is not of thousands."""
    return f"regexp_full_match({value}, '[+-]?[0-9]*\\.[0-9]{{1,2}}[+-]?')"


ODD = "SELECT * FROM odd"
"""The lines that are not well written, once `check_text` has found them."""


def check_text(duck: Duck, form: Form, findings: Findings) -> tuple[int, int]:
    """Locate every fault of writing: how many lines are not well written, how many are left out."""
    duck.run(
        f"CREATE OR REPLACE TEMP TABLE odd AS {fec_sql.odd_lines(form)}", "Contrôle de l’écriture"
    )
    odd = int(duck.run("SELECT count(*) FROM odd")[0][0])
    if not odd:
        return 0, 0
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
    return odd, int(left[0][0])


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


def line_checks(form: Form, closing: dt.date | None) -> list[Check]:
    """What stored lines tell; of the text, only which days could not be read (`odd`)."""
    present = set(form.heading.places)
    found = []
    required = {"EcritureNum": "number", "CompteNum": "account", "CompteLib": "account_label",
                "EcritureLib": "label"}  # fmt: skip
    for name, stored in required.items():
        if name in present:
            found.append(Check("field.required", name, f"{stored} = ''"))
    for name in ("JournalCode", "JournalLib", "PieceRef"):
        if name in present:
            found.append(Check("field.expected", name, f"{fec_sql.STORED[name]} = ''"))
    for name in sorted(present & EMPTY_DATES.keys()):
        unreadable = f"SELECT line FROM odd WHERE {fec_sql.cell(form, name)} <> ''"
        empty = f"{fec_sql.STORED[name]} IS NULL AND line NOT IN ({unreadable})"
        found.append(Check(EMPTY_DATES[name], name, empty))
    found.append(Check("date.century", "EcritureDate", "year(date) NOT BETWEEN 1900 AND 2099",
                       "strftime(date, '%d/%m/%Y')"))  # fmt: skip
    if closing is not None:
        start = opening_of(closing)
        outside = f"date NOT BETWEEN DATE '{start}' AND DATE '{closing}'"
        shown = "strftime(date, '%d/%m/%Y')"
        found.append(Check("date.outside", "EcritureDate", outside, shown))
    sides = "Montant" if form.layout is Layout.SIGNED else "Debit, Credit"
    told = "replace(debit || ' et ' || credit, '.', ',')"
    found.append(Check("amount.both", sides, "debit <> 0 AND credit <> 0", told))
    found.append(Check("amount.neither", sides, "debit = 0 AND credit = 0", told))
    found += _pairs(present)
    digits = "account <> '' AND NOT regexp_matches(account, '^[0-9]{3}')"
    found.append(Check("account.digits", "CompteNum", digits, "account"))
    return found


LACKING = {
    "pair.auxiliary": ("(aux = '') <> (aux_label = '')", "aux || aux_label"),
    "pair.lettering": ("(lettering = '') <> (lettering_date IS NULL)", "lettering"),
    "pair.currency": ("(currency_amount IS NULL) <> (currency = '')", "currency"),
}


def _pairs(present: set[str]) -> list[Check]:
    return [
        Check(code, ", ".join(columns), *LACKING[code])
        for code, columns in PAIRS.items()
        if set(columns) <= present
    ]


def check_lines(
    duck: Duck, lines: str, form: Form, closing: dt.date | None, findings: Findings
) -> None:
    """Line by line, over the store (one scan where all is sound)."""
    _run(duck, lines, line_checks(form, closing), findings, "Contrôle des lignes")


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


# -- the file ------------------------------------------------------------------------------------


def check_name(name: str, siren: str, closing: dt.date | None, findings: Findings) -> None:
    """The name of the file, against what was expected of it ("" and None: nothing was)."""
    match = FILE_NAME.fullmatch(name)
    if match is None or not _date_of(match["closing"]):
        findings.add(Finding("file.name", value=name))
    if match is None:
        return
    if siren_fault(match["siren"]):
        findings.add(Finding("siren.key", value=match["siren"]))
    if siren and match["siren"] != siren:
        findings.add(Finding("siren.other", value=match["siren"], detail=f"attendu {siren}"))
    given = _date_of(match["closing"])
    if closing and given and given != closing:
        detail = f"attendu {closing:%d/%m/%Y}"
        findings.add(Finding("closing.other", value=f"{given:%d/%m/%Y}", detail=detail))


def _date_of(digits: str) -> dt.date | None:
    """A day of a century when books are kept, None else."""
    try:
        day = dt.datetime.strptime(digits, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2099 else None


def closing_of(name: str) -> dt.date | None:
    """The closing date a file's name gives."""
    match = FILE_NAME.fullmatch(name)
    return _date_of(match["closing"]) if match else None


def check_closing(said: str, closing: dt.date | None, findings: Findings) -> None:
    """The closing date an XML file gives, against the one expected."""
    given = _date_of(said)
    if given and closing and given != closing:
        detail = f"DateCloture ; attendu {closing:%d/%m/%Y}"
        findings.add(Finding("closing.other", value=f"{given:%d/%m/%Y}", detail=detail))


def check_heading(form: Form, findings: Findings) -> None:
    heading = form.heading
    for name in heading.missing:
        findings.add(Finding("header.missing", 1, name))
    if heading.unordered:
        findings.add(Finding("header.order", 1, _misplaced(heading)))
    for name in heading.twice:
        findings.add(Finding("header.twice", 1, name, detail="seul le premier est lu"))
    for name in heading.recased:
        findings.add(Finding("header.case", 1, value=name))


def _misplaced(heading: Heading) -> str:
    """The first official column that does not stand where the article puts it."""
    return next(
        (name for rank, name in enumerate(heading.names) if heading.places.get(name, rank) != rank),
        "",
    )
