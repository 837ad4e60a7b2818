"""The SQL that reads a text FEC: typed where it is well written, cell by cell where it is not.

Both give the same columns, those of the store:

    line INTEGER, journal, journal_label, number, date DATE, account, account_label, aux,
    aux_label, piece, piece_date DATE, label, debit DECIMAL(18,2), credit, lettering,
    lettering_date DATE, valid_date DATE, currency_amount DECIMAL(18,2), currency,
    odd BOOLEAN (only the text itself can say what is wrong), and one per extra column.

Texts are never NULL; dates and amounts are where the cell is empty or unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from maillage.ledger.engine.detection import Form, table_of
from maillage.ledger.engine.duck import quoted
from maillage.ledger.engine.fec import CREDIT_WORDS, DEBIT_WORDS, Layout

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
DATED = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
LABELS = ("JournalLib", "CompteLib", "CompAuxLib", "EcritureLib", "PieceRef")
KEYS = ("JournalCode", "EcritureNum", "CompteNum", "CompAuxNum")
WIDE = "DECIMAL(18,4)"
MONEY = "DECIMAL(18,2)"
NEVER = "\x1f"
"""A separator no line holds: the whole line is then one cell."""


def axis_columns(form: Form) -> dict[str, int]:
    """Extra columns by their stored name (`axe_…`), with their place."""
    official = set(form.heading.places.values())
    places = [place for place in range(form.heading.width) if place not in official]
    names: dict[str, int] = {}
    for name, place in zip(form.heading.extra, places, strict=True):
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or str(place)
        stored = f"axe_{plain}"
        names[stored if stored not in names else f"{stored}_{place}"] = place
    return names


def read_csv(form: Form, types: dict[str, str]) -> str:
    """The table function over the file; `types` gives the types of some official columns."""
    kinds = dict.fromkeys(range(form.heading.width), "VARCHAR")
    kinds |= {form.heading.places[n]: t for n, t in types.items() if n in form.heading.places}
    columns = ", ".join(f"'c{place}': '{kind}'" for place, kind in kinds.items())
    return _function(form, form.separator, f"{{{columns}}}")


def _function(form: Form, separator: str, columns: str) -> str:
    return (
        f"read_csv({quoted(str(form.path))}, delim={quoted(separator)}, header=true, quote='', "
        f"escape='', auto_detect=false, columns={columns}, dateformat='%Y%m%d', "
        f"decimal_separator=',', encoding='{form.encoding}', max_line_size=1000000)"
    )


def typed(form: Form, *, special: bool) -> str:
    """The lines, by types: fails (duckdb.Error) on the first cell or line that does not hold.

    `special`: the file holds characters its 8-bit table writes otherwise than latin-1.
    """
    amounts = ("Debit", "Credit", "Montant", "Montantdevise")
    source = read_csv(form, dict.fromkeys(DATED, "DATE") | dict.fromkeys(amounts, WIDE))
    cells = {name: f"c{place}" for name, place in form.heading.places.items()}
    debit, credit, odd = _sides(form, cells)
    parts = ["(row_number() OVER () + 1)::INTEGER AS line"]
    for name, stored in STORED.items():
        cell = cells.get(name)
        if stored in ("debit", "credit"):
            side = debit if stored == "debit" else credit
            parts.append(f"({side})::{MONEY} AS {stored}")
        elif name in DATED:
            parts.append(f"{cell or 'NULL::DATE'} AS {stored}")
        elif name == "Montantdevise":
            parts.append(f"{cell}::{MONEY} AS {stored}" if cell else f"NULL::{MONEY} AS {stored}")
        else:
            parts.append(f"{_decoded(form, name, cell, special)} AS {stored}")
    odd += [f"({cells[n]} <> trim({cells[n]}))" for n in KEYS if n in cells]
    parts.append(f"coalesce({' OR '.join(odd)}, false) AS odd")
    parts += [f"coalesce(c{place}, '') AS {name}" for name, place in axis_columns(form).items()]
    return f"SELECT {', '.join(parts)} FROM {source}"


def _decoded(form: Form, name: str, cell: str | None, special: bool) -> str:
    if cell is None:
        return "''"
    text = f"coalesce(trim({cell}), '')"
    if special and form.family and name in LABELS:
        before, after = table_of(form.family)
        return f"translate({text}, {quoted(before)}, {quoted(after)})"
    return text


def _sides(form: Form, cells: dict[str, str]) -> tuple[str, str, list[str]]:
    """Debit and credit as SQL, and what says that an amount is odd."""
    if form.layout is Layout.SIGNED:
        way, amount = f"upper(trim({cells['Sens']}))", cells["Montant"]
        odd = [
            f"{amount} <> round({amount}, 2)",
            f"coalesce({way}, '') NOT IN {listed((*DEBIT_WORDS, *CREDIT_WORDS))}",
        ]
        return (
            f"CASE WHEN {way} IN {listed(DEBIT_WORDS)} THEN coalesce({amount}, 0) ELSE 0 END",
            f"CASE WHEN {way} IN {listed(CREDIT_WORDS)} THEN coalesce({amount}, 0) ELSE 0 END",
            odd,
        )
    debit, credit = cells["Debit"], cells["Credit"]
    odd = [f"{side} <> round({side}, 2)" for side in (debit, credit)]
    return f"coalesce({debit}, 0)", f"coalesce({credit}, 0)", odd


def listed(words: Iterable[str]) -> str:
    """Texts as SQL writes a list of them."""
    return "(" + ", ".join(map(quoted, words)) + ")"


def raw_lines(form: Form) -> str:
    """Every line after the heading as it stands: `line` from 2, `text` (NULL: blank), `cells`."""
    source = _function(form, NEVER, "{'text': 'VARCHAR'}")
    return (
        "SELECT (row_number() OVER () + 1)::INTEGER AS line, text, "
        f"string_split(text, {quoted(form.separator)}) AS cells FROM {source}"
    )


def cell(form: Form, name: str) -> str:
    """A cell of `raw_lines`, trimmed, '' where the column or the cell is absent."""
    if name not in form.heading.places:
        return "''"
    return f"coalesce(trim(cells[{form.heading.places[name] + 1}]), '')"


def amount(text: str) -> str:
    """An amount read leniently, NULL where nothing can be made of it ('' is nothing: 0)."""
    bare = f"regexp_replace({text}, '[\\s\\x{{a0}}\\x{{202f}}'']', '', 'g')"
    both = f"(contains({bare}, ',') AND contains({bare}, '.'))"
    plain = f"replace(CASE WHEN {both} THEN replace({bare}, '.', '') ELSE {bare} END, ',', '.')"
    turned = (
        f"CASE WHEN right({plain}, 1) IN ('-', '+') "
        f"THEN right({plain}, 1) || left({plain}, length({plain}) - 1) ELSE {plain} END"
    )
    return f"CASE WHEN {text} = '' THEN 0 ELSE try_cast({turned} AS {MONEY}) END"


def day(text: str) -> str:
    """A date read leniently: as the article writes it, else ISO or day first."""
    formats = "['%Y%m%d', '%Y-%m-%d', '%d/%m/%Y']"
    return f"CASE WHEN {text} = '' THEN NULL ELSE try_strptime({text}, {formats})::DATE END"


def lenient(form: Form, *, special: bool) -> str:
    """The lines, cell by cell: what cannot be read is NULL, a line of another width is left out."""
    parts = ["line"]
    for name, stored in STORED.items():
        text = cell(form, name)
        if stored in ("debit", "credit"):
            parts.append(f"{_lenient_side(form, stored)} AS {stored}")
        elif name in DATED:
            parts.append(f"{day(text)} AS {stored}")
        elif name == "Montantdevise":
            parts.append(f"nullif({amount(text)}, 0) AS {stored}")
        elif special and form.family and name in LABELS:
            before, after = table_of(form.family)
            parts.append(f"translate({text}, {quoted(before)}, {quoted(after)}) AS {stored}")
        else:
            parts.append(f"{text} AS {stored}")
    parts.append("true AS odd")
    parts += [
        f"coalesce(trim(cells[{place + 1}]), '') AS {name}"
        for name, place in axis_columns(form).items()
    ]
    width = form.heading.width
    return f"SELECT {', '.join(parts)} FROM ({raw_lines(form)}) WHERE len(cells) = {width}"


def _lenient_side(form: Form, side: str) -> str:
    if form.layout is not Layout.SIGNED:
        return f"coalesce({amount(cell(form, side.capitalize()))}, 0)"
    words = DEBIT_WORDS if side == "debit" else CREDIT_WORDS
    way = f"upper({cell(form, 'Sens')})"
    value = f"coalesce({amount(cell(form, 'Montant'))}, 0)"
    return f"CASE WHEN {way} IN {listed(words)} THEN {value} ELSE 0::{MONEY} END"
