"""What the columns of a text agree on, where a cell alone may be read in two ways.

Asks the lines that are not well written (`odd`), once they are found; refuses to know findings.
"""

from __future__ import annotations

from dataclasses import replace

from maillage.ledger.engine import fec_sql
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.duck import Duck, quoted


def agreed(duck: Duck, form: Form) -> Form:
    """The form with what its columns agree on: which put the month first, which dispute, and what
    the point of their amounts means.

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
    return replace(
        form,
        month_first=frozenset(month_first),
        disputed=frozenset(disputed),
        pointed=_is_pointed(duck, form),
    )


def _is_pointed(duck: Duck, form: Form) -> bool:
    """Whether amounts have a point before their decimals: some can have it nowhere else, none has
    a comma there nor two points."""
    names = [n for n in ("Debit", "Credit", "Montant") if n in form.heading.places]
    told = ", ".join(_point_told(fec_sql.cell(form, name)) for name in names)
    signs = f"SELECT unnest([{told}]) AS sign FROM odd WHERE {fec_sql.whole(form)}"
    ((proved, refuted),) = duck.run(
        f"SELECT count(*) FILTER (sign > 0), count(*) FILTER (sign < 0) FROM ({signs})"
    )
    if not proved or refuted:
        return False
    commas = " OR ".join(f"contains(cells[{form.heading.places[n] + 1}], ',')" for n in names)
    ((plain,),) = duck.run(
        f"SELECT count(*) FROM (SELECT string_split(text, {quoted(form.separator)}) AS cells "
        f"FROM ({fec_sql.raw_lines(form)}) WHERE {fec_sql.well_written(form)}) WHERE {commas}"
    )
    return not plain


def _point_told(text: str) -> str:
    """1 where an amount can only have a point before its decimals, -1 where it can only have one
    between thousands or a comma before its decimals, 0 where it may be either."""
    bare = f"regexp_replace({text}, '[\\s\\x{{a0}}\\x{{202f}}''+-]', '', 'g')"
    comma = "regexp_full_match(b, '[0-9.]*,[0-9]*')"
    many, one = (fec_sql.groups("b", ".", least) for least in (2, 1))
    decimals = "regexp_full_match(b, '([0-9]*|[0-9]{1,3}(,[0-9]{3})+)[.][0-9]+')"
    told = f"CASE WHEN {comma} OR {many} THEN -1 WHEN NOT {one} AND {decimals} THEN 1 ELSE 0 END"
    return fec_sql.let("b", bare, told)
