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
from maillage.ledger.engine.fec import (
    CREDIT_WORDS,
    DEBIT_WORDS,
    PAIRS,
    PAYMENT,
    REFUSED_WAY,
    UNREAD,
    VITAL,
    Heading,
    Layout,
    said_by,
    siren_hint,
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
    readable = f"({fec_sql.amount(value)}) IS NOT NULL"
    point = f"{pointed} AND NOT ({spaced} AND NOT {_cents(value)})"
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


def _cents(value: str) -> str:
    """Whether a pointed amount has one or two decimals: then the point is not of thousands."""
    return f"regexp_full_match({value}, '[+-]?[0-9]*\\.[0-9]{{1,2}}[+-]?')"


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


def agreed(duck: Duck, form: Form) -> Form:
    """The form with what its columns of days agree on: which put the month first, which dispute.

    01/03/2022 alone tells nothing; a day beyond the twelfth in its column tells for all of it.
    """
    month_first, disputed = set(), set()
    for name in fec_sql.ALL_DATED:
        if name not in form.heading.places:
            continue
        day_first, swapped = (
            f"count(*) FILTER ({fec_sql.last_year(fec_sql.cell(form, name), order)})"
            for order in ("%d/%m/%Y", "%m/%d/%Y")
        )
        ((days, months),) = duck.run(
            f"SELECT {day_first}, {swapped} FROM odd WHERE {fec_sql.whole(form)}"
        )
        if months and not days:
            month_first.add(name)
        elif months:
            disputed.add(name)
    return replace(form, month_first=frozenset(month_first), disputed=frozenset(disputed))


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
        start = opening_of(closing)
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
    said = said_by(name)
    if not said.official:
        findings.add(Finding("file.name", value=name))
    if said.closing is None and not said.given:
        return
    hint = siren_hint(said.given)
    if not said.siren:
        findings.add(Finding("siren.shape", value=said.given, detail=hint))
    elif hint:
        findings.add(Finding("siren.key", value=said.siren))
    if siren and said.siren and said.siren != siren:
        findings.add(Finding("siren.other", value=said.siren, detail=f"attendu {siren}"))
    if closing and said.closing and said.closing != closing:
        detail = f"attendu {closing:%d/%m/%Y}"
        findings.add(Finding("closing.other", value=f"{said.closing:%d/%m/%Y}", detail=detail))


def _date_of(digits: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def check_closing(said: str, closing: dt.date | None, findings: Findings) -> None:
    """The closing date an XML file gives, against the one of its name or expected."""
    given = _date_of(said)
    if given and closing and given != closing:
        detail = f"balise DateCloture, le nom dit {closing:%d/%m/%Y}"
        findings.add(Finding("closing.document", value=f"{given:%d/%m/%Y}", detail=detail))


SHOWN = 6
"""Names of columns told in one finding."""


def check_heading(form: Form, findings: Findings) -> None:
    """What is odd in the first line, each kind said once."""
    heading = form.heading
    for name in heading.missing:
        findings.add(Finding("header.missing" if name in VITAL else "header.absent", 1, name))
    if heading.unordered:
        findings.add(Finding("header.order", 1, _misplaced(heading)))
    for name in heading.twice:
        findings.add(Finding("header.twice", 1, name, detail="seul le premier est lu"))
    if heading.recased:
        findings.add(Finding("header.case", 1, detail=renamed(heading.recased)))
    if heading.quoted:
        findings.add(Finding("header.quoted", 1))


def renamed(names: Sequence[tuple[str, str]]) -> str:
    """`CompteAuxNum lu comme CompAuxNum`, for a few of them."""
    told = [f"{given} lu comme {official}" for given, official in names[:SHOWN]]
    more = len(names) - SHOWN
    return ", ".join(told) + (f" et {more} autres" if more > 0 else "")


def _misplaced(heading: Heading) -> str:
    """The first official column that does not stand where the article puts it."""
    return next(
        (name for rank, name in enumerate(heading.names) if heading.places.get(name, rank) != rank),
        "",
    )
