"""The SQL that reads a text FEC: typed where it is well written, cell by cell where it is not.

A line is well written where `well_written` matches it: nothing can then be said of its writing.
Both readings give the same columns, those of the store:

    line INTEGER, journal, journal_label, number, date DATE, account, account_label, aux,
    aux_label, piece, piece_date DATE, label, debit DECIMAL(18,2), credit, lettering,
    lettering_date DATE, valid_date DATE, currency_amount DECIMAL(18,2), currency,
    payment_date DATE, payment_mode, operation and customer where the file has them, and one per
    extra column.

Texts are never NULL; dates are where the cell is empty or unreadable. Debit and credit are NULL
where their cell, or the direction, is unreadable: such a line is missing from every sum, never a
zero in it. An empty cell is a zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.duck import one_file, quoted
from maillage.ledger.engine.fec import CREDIT_WORDS, DEBIT_WORDS, PAIRS, Layout

STORED = {
    "JournalCode": "journal",
    "JournalLib": "journal_label",
    "EcritureNum": "number",
    "EcritureDate": "date",
    "CompteNum": "account",
    "CompteLib": "account_label",
    "CompAuxNum": "aux",
    "CompAuxLib": "aux_label",
    "PieceRef": "piece",
    "PieceDate": "piece_date",
    "EcritureLib": "label",
    "Debit": "debit",
    "Credit": "credit",
    "EcritureLet": "lettering",
    "DateLet": "lettering_date",
    "ValidDate": "valid_date",
    "Montantdevise": "currency_amount",
    "Idevise": "currency",
}
PAID = {
    "DateRglt": "payment_date",
    "ModeRglt": "payment_mode",
    "NatOp": "operation",
    "IdClient": "customer",
}
"""Stored where the file has them."""
DATED = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
ALL_DATED = (*DATED, "DateRglt")
MONEY = "DECIMAL(18,2)"
SUMS = (
    "(coalesce(sum(debit), 0) * 100)::BIGINT AS debit, "
    "(coalesce(sum(credit), 0) * 100)::BIGINT AS credit"
)
"""Cents of what could be read; lines that could not are counted by `missing`."""
MOST_DIGITS = 11
"""Of an amount, in euros, zeros before not counted: sums of more would overflow."""
MOST_AXES = 200
"""Values of an analytical axis: a column of more is a comment or a number of line."""
NEVER = "\x1f"
"""A separator no line holds (`plain` sees to it): the whole line is then one cell."""


def stored_of(form: Form) -> dict[str, str]:
    """The official columns of a file by the name they are stored under."""
    return STORED | {name: PAID[name] for name in form.heading.payments}


def extra_columns(form: Form) -> dict[str, int]:
    """Extra columns by their stored name (`axe_…`; `autre_…` for no axis), with their place."""
    names: dict[str, int] = {}
    for place, name in form.heading.extras.items():
        if not name:
            continue
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or str(place)
        plain = f"{'autre' if place in form.many else 'axe'}_{plain}"
        stored, rank = plain, 2
        while stored in names:
            stored, rank = f"{plain}_{rank}", rank + 1
        names[stored] = place
    return names


def axes_of(form: Form) -> list[str]:
    """The stored names of the analytical axes, in the order of the file."""
    return [name for name, place in extra_columns(form).items() if place not in form.many]


def read_csv(form: Form, types: dict[str, str]) -> str:
    """The table function over the file; `types` gives the types of some official columns."""
    kinds = dict.fromkeys(range(form.heading.width), "VARCHAR")
    kinds |= {form.heading.places[n]: t for n, t in types.items() if n in form.heading.places}
    columns = ", ".join(f"'c{place}': '{kind}'" for place, kind in kinds.items())
    return _function(form, form.separator, f"{{{columns}}}")


def _function(form: Form, separator: str, columns: str) -> str:
    options = {
        "delim": quoted(separator),
        "header": "true",
        "quote": "''",
        "escape": "''",
        "auto_detect": "false",
        "compression": "'none'",
        "columns": columns,
        "dateformat": "'%Y%m%d'",
        "decimal_separator": "','",
        "encoding": quoted(form.encoding),
        "max_line_size": "100000",
    }
    given = ", ".join(f"{name}={value}" for name, value in options.items())
    return f"read_csv({quoted(one_file(form.path))}, {given})"


def typed(form: Form) -> str:
    """The lines of a file where all are well written."""
    kinds = dict.fromkeys(ALL_DATED, "DATE")
    kinds |= dict.fromkeys(("Debit", "Credit", "Montant", "Montantdevise"), MONEY)
    cells = {n: f"c{p}" if n in kinds else f"coalesce(c{p}, '')"
             for n, p in form.heading.places.items()}  # fmt: skip
    absent = {n: f"NULL::{kinds[n]}" if n in kinds else "''" for n in stored_of(form)}
    parts = _columns(form, absent | cells, _typed_amount, _as_is)
    parts += [f"coalesce(c{place}, '') AS {name}" for name, place in extra_columns(form).items()]
    numbered = f"SELECT *, (row_number() OVER () + 1)::INTEGER AS line FROM {read_csv(form, kinds)}"
    return f"SELECT {', '.join(parts)} FROM ({numbered})"


# -- what a well written line is -----------------------------------------------------------------

DAY = (
    "(?:[1-9][0-9]{3}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|"
    "(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8])))?"
)
"""29 February, which not every year has, is looked at closer."""
AMOUNT = f"(?: *[+-]?0*(?:[0-9]{{1,{MOST_DIGITS}}}(?:,[0-9]{{0,2}}0*)?|,[0-9]{{1,2}}0*) *)?"
"""By value: zeros before and after, and spaces around, are ways of writing. What DuckDB reads."""
WAYS = "(?:[DCdc]|[+-]1)"


def well_written(form: Form) -> str:
    """Whether nothing can be said of the writing of `text`, a line; as SQL, never NULL."""
    return f"coalesce(regexp_full_match(text, {quoted(_pattern(form))}), false)"


def _pattern(form: Form) -> str:
    """A well written line, as RE2 matches it."""
    mark = r"\t" if form.separator == "\t" else "|"
    inside = rf"[^{mark}\x00-\x08\x0a-\x1f]"
    edges = rf'[^ "{mark}\x00-\x08\x0a-\x1f]', rf"[^ {mark}\x00-\x08\x0a-\x1f]"
    text = f"(?:{edges[0]}(?:{inside}*{edges[1]})?)?"
    known = dict.fromkeys(ALL_DATED, DAY) | {"Sens": WAYS}
    known |= dict.fromkeys(("Debit", "Credit", "Montant", "Montantdevise"), AMOUNT)
    names = {place: name for name, place in form.heading.places.items()}
    cells = (known.get(names.get(place, ""), text) for place in range(form.heading.width))
    return ("[|]" if mark == "|" else mark).join(cells)


def listed(words: Iterable[str]) -> str:
    """Texts as SQL writes a list of them."""
    return "(" + ", ".join(map(quoted, words)) + ")"


def lines_of(form: Form) -> str:
    """The table function over the lines after the heading: `text`, NULL where blank."""
    return _function(form, NEVER, "{'text': 'VARCHAR'}")


def raw_lines(form: Form) -> str:
    """Every line after the heading as it stands: `line` from 2, `text` (NULL: blank)."""
    return f"SELECT (row_number() OVER () + 1)::INTEGER AS line, text FROM {lines_of(form)}"


def odd_lines(form: Form) -> str:
    """The lines that are not well written, with `cells` and `bare`: the cells without quotes."""
    return cut(form, f"SELECT * FROM ({raw_lines(form)}) WHERE NOT {well_written(form)}")


def cut(form: Form, lines: str) -> str:
    """Lines (SQL: `line`, `text`, ...) cut into `cells`, and `bare`: those without their quotes."""
    unquoted = (
        "list_transform(cells, lambda c: CASE WHEN length(trim(c)) > 1 AND starts_with(trim(c), "
        "'\"') AND ends_with(trim(c), '\"') THEN replace(trim(c)[2:-2], '\"\"', '\"') ELSE c END)"
    )
    cells = f"SELECT *, string_split(text, {quoted(form.separator)}) AS cells FROM ({lines})"
    bare = f"CASE WHEN contains(text, '\"') THEN {unquoted} ELSE cells END"
    return f"SELECT *, {bare} AS bare FROM ({cells})"


def lost_keys(form: Form) -> str:
    """The journal and number of the lines that are left out, as far as their cells tell."""
    journal, number = (cell(form, name) for name in ("JournalCode", "EcritureNum"))
    return (
        f"SELECT {journal} AS journal, {number} AS number, line FROM odd "
        f"WHERE {left_out(form)} AND {number} <> ''"
    )


def left_out(form: Form) -> str:
    """Whether an odd line holds something, yet is not read."""
    return f"coalesce(trim(text), '') <> '' AND NOT {whole(form)}"


def whole(form: Form) -> str:
    """Whether an odd line has its fields, and no others but empty ones.

    A separator within a label may leave the last fields empty too: the line is then taken only
    where what can be told from its neighbours (days, amounts, pairs) stands in its own place.
    """
    width = form.heading.width
    more = f"trim(array_to_string(cells[{width + 1}:], '')) = ''"
    return f"(len(cells) = {width} OR (len(cells) > {width} AND {more} AND {in_place(form)}))"


def in_place(form: Form) -> str:
    """Whether days, amounts and pairs stand in their own cells, whatever is wrong with others."""
    day, money = (
        "regexp_full_match({}, '[0-9]{{8}}|[0-9]{{1,4}}[-/.][0-9].*')",
        ("regexp_full_match({}, '[-+0-9 ,.]*')"),
    )
    held = [day.format(cell(form, name)) for name in ("EcritureDate", "ValidDate")]
    held += [f"({cell(form, n)} = '' OR {day.format(cell(form, n))})" for n in DATED]
    amounts = ("Montant",) if form.layout is Layout.SIGNED else ("Debit", "Credit")
    held += [money.format(cell(form, name)) for name in (*amounts, "Montantdevise")]
    held += [
        f"({cell(form, one)} = '') = ({cell(form, other)} = '')"
        for one, other in (PAIRS["pair.lettering"], PAIRS["pair.currency"])
    ]
    return " AND ".join(held)


def cell(form: Form, name: str) -> str:
    """A value of an odd line, '' where the column or the cell is absent."""
    if name not in form.heading.places:
        return "''"
    return f"coalesce(trim(bare[{form.heading.places[name] + 1}]), '')"


def amount(text: str, *, pointed: bool = False) -> str:
    """An amount read leniently, NULL where nothing can be made of it ('' is nothing: 0).

    `pointed`: 1.234 is one and a fraction, as its column agrees; else one thousand and more.
    """
    both = "(contains(b, ',') AND contains(b, '.'))"
    english = f"(({both} AND strpos(b, ',') < strpos(b, '.')) OR {groups('b', ',', 2)})"
    thousands = f"({both} OR {groups('b', '.', 2 if pointed else 1)})"
    plain = (
        f"CASE WHEN {english} THEN replace(b, ',', '') "
        f"WHEN {thousands} THEN replace(replace(b, '.', ''), ',', '.') "
        "ELSE replace(b, ',', '.') END"
    )
    turned = (
        "CASE WHEN right(p, 1) IN ('-', '+') THEN right(p, 1) || left(p, length(p) - 1) ELSE p END"
    )
    number = f"0*([0-9]{{1,{MOST_DIGITS}}}[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{{1,2}})?"
    digits = f"regexp_full_match(t, '[+-]?{number}')"
    value = f"CASE WHEN {digits} THEN try_cast(t AS {MONEY}) END"
    small = f"CASE WHEN abs(n) < 1e{MOST_DIGITS} THEN n END"
    whole = f"regexp_replace({text}, '[\\s\\x{{a0}}\\x{{202f}}'']', '', 'g')"
    # Between brackets, as accountants write what is below zero.
    bare = f"regexp_replace({whole}, '^[(]([0-9.,]+)[)]$', '-\\1')"
    read = let("b", bare, let("p", plain, let("t", turned, let("n", value, small))))
    return f"CASE WHEN {text} = '' THEN 0 ELSE {read} END"


def let(name: str, value: str, body: str) -> str:
    """A value named once in an expression, instead of written again wherever it stands."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def groups(text: str, mark: str, least: int) -> str:
    """Whether digits stand in at least so many groups of three after such a mark."""
    first = "[1-9][0-9]{0,2}"
    return f"regexp_full_match({text}, '[+-]?{first}([{mark}][0-9]{{3}}){{{least},}}[+-]?')"


CLOCK = "[T ][0-9]{1,2}:[0-9]{2}.*$"


def _date_part(text: str) -> str:
    """A date without its hour, its separators all alike."""
    return f"regexp_replace(regexp_replace({text}, '{CLOCK}', ''), '[-/.]', '/', 'g')"


def day(form: Form, name: str, text: str) -> str:
    """A date read leniently, as its column agrees to: year first, else last; NULL else."""
    first, swapped = _year_last("d", "%d/%m/%Y"), _year_last("d", "%m/%d/%Y")
    if name in form.month_first:
        first = swapped
    elif name in form.disputed:
        first = (
            f"CASE WHEN {first} IS NULL OR {swapped} IS NULL OR {first} = {swapped} "
            f"THEN coalesce({first}, {swapped}) END"
        )
    read = let("d", _date_part(text), f"coalesce({_year_first('d')}, {first})::DATE")
    return f"CASE WHEN {text} <> '' THEN {read} END"


def _year_first(text: str) -> str:
    shaped = f"regexp_full_match({text}, '[0-9]{{8}}|[0-9]{{4}}/[0-9]{{1,2}}/[0-9]{{1,2}}')"
    return f"CASE WHEN {shaped} THEN try_strptime({text}, ['%Y%m%d', '%Y/%m/%d']) END"


def _year_last(text: str, order: str) -> str:
    shaped = f"regexp_full_match({text}, '[0-9]{{8}}|[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{4}}')"
    orders = f"['{order}', '{order.replace('/', '')}']"
    return f"CASE WHEN {shaped} THEN try_strptime({text}, {orders}) END"


def last_year(text: str, order: str) -> str:
    """Whether a date that ends with its year can be read in that order only."""
    other = "%m/%d/%Y" if order.startswith("%d") else "%d/%m/%Y"
    part = _date_part(text)
    alone = f"{_year_last('d', order)} IS NOT NULL AND {_year_last('d', other)} IS NULL"
    return "(" + let("d", part, f"{_year_first('d')} IS NULL AND {alone}") + ")"


def is_calendar(text: str) -> str:
    """Whether a date has a month and a day that a month may have: only the calendar lacks it."""
    month, day_ = "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
    two = ("(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])")
    shapes = f"[0-9]{{4}}/{month}/{day_}|{day_}/{month}/[0-9]{{4}}|[0-9]{{4}}{two[0]}{two[1]}"
    return f"regexp_full_match({_date_part(text)}, '{shapes}')"


def lenient(form: Form, odd: str) -> str:
    """The lines, cell by cell; `odd`: SQL of the `odd_lines`.

    What cannot be read of them is NULL; a line of another width is left out.
    """
    cells = {n: f"cells[{place + 1}]" for n, place in form.heading.places.items()}
    plain = dict.fromkeys(stored_of(form), "''") | cells
    closer = {name: cell(form, name) for name in plain}
    axes = extra_columns(form)
    split = (
        f"SELECT line, string_split(text, {quoted(form.separator)}) AS cells "
        f"FROM ({raw_lines(form)}) WHERE {well_written(form)}"
    )
    sound = _columns(form, plain, _plain_amount, _plain_day)
    sound += [f"cells[{place + 1}] AS {name}" for name, place in axes.items()]
    money = partial(amount, pointed=form.pointed)
    read = _columns(form, closer, money, partial(day, form))
    read += [f"coalesce(trim(bare[{place + 1}]), '') AS {name}" for name, place in axes.items()]
    return (
        f"SELECT {', '.join(sound)} FROM ({split}) UNION ALL "
        f"SELECT {', '.join(read)} FROM ({odd}) WHERE {whole(form)}"
    )


def _columns(
    form: Form, cells: dict[str, str], money: Callable[[str], str], date: Callable[[str, str], str]
) -> list[str]:
    """The columns of the store out of cells; `money` and `date` read those of amounts and days."""
    amounts = {name: money(text) for name, text in cells.items()
               if name in ("Debit", "Credit", "Montant")}  # fmt: skip
    if form.layout is Layout.SIGNED:
        way, value = f"upper({cells['Sens']})", amounts["Montant"]
        sides = (("Debit", DEBIT_WORDS, CREDIT_WORDS), ("Credit", CREDIT_WORDS, DEBIT_WORDS))
        for side, words, others in sides:
            amounts[side] = (
                f"CASE WHEN {way} IN {listed(words)} THEN {value} "
                f"WHEN {way} IN {listed(others)} THEN 0 END"
            )
    parts = ["line"]
    for name, stored in stored_of(form).items():
        if name in ("Debit", "Credit"):
            parts.append(f"({amounts[name]})::{MONEY} AS {stored}")
        elif name in ALL_DATED:
            parts.append(f"{date(name, cells[name])} AS {stored}")
        elif name == "Montantdevise":
            parts.append(f"nullif({money(cells[name])}, 0) AS {stored}")
        else:
            parts.append(f"{cells[name]} AS {stored}")
    return parts


def _as_is(_name: str, cell: str) -> str:
    return cell


def _typed_amount(cell: str) -> str:
    return f"coalesce({cell}, 0)"


def _plain_amount(text: str) -> str:
    return f"CASE WHEN {text} = '' THEN 0 ELSE replace({text}, ',', '.')::{MONEY} END"


def _plain_day(_name: str, text: str) -> str:
    return f"CASE WHEN {text} = '' THEN NULL ELSE strptime({text}, '%Y%m%d')::DATE END"
