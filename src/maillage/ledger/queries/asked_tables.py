"""The statements and the financing that a question asks for, as tables: for a page, a file, a
document.

Knows which amounts, proofs and words each one holds; refuses to know requests and layout.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from maillage.kernel.money import exact_euros
from maillage.kernel.period import SHORT_MONTHS
from maillage.ledger.amount_columns import AmountColumn
from maillage.ledger.consolidated_tables import (
    STATEMENTS,
    Line,
    lines_of,
    proofs_of,
    statement_table,
)
from maillage.ledger.engine.accounts import Span, sides, statements
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.flows import computed, of_role, shipped_flows
from maillage.ledger.engine.scope import Partly
from maillage.ledger.financing_tables import (
    BALANCE,
    CAF,
    CAF_EBE,
    FINANCING,
    UNOPENED,
    Financing,
    Standing,
    between_positions,
    chamber_standings,
    closings,
    equality,
    financing_of,
    handed_over,
    move_standings,
    no_former,
    not_alike,
    residues,
    written,
)
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.consolidated import Year
from maillage.ledger.queries.financing import Positions, first_day, positions
from maillage.ledger.queries.notices import limits_of
from maillage.ledger.queries.reach import NO_BOOK
from maillage.ledger.queries.side_by_side import amount_columns
from maillage.network.models import Entity
from maillage.sheets.writing import Table

FINANCING_TITLE = "Financement"

# -- statements -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement: its lines, its columns and what does not hold in it."""

    lines: list[Line]
    columns: list[AmountColumn]
    proofs: list[str]


def statement_view(question: Question, kind: str) -> StatementView | None:
    question = question.in_common()
    if question.year is None:
        return None
    found = statements([question.year, *question.past], question.span, question.chart)
    lines = lines_of(found, kind, question.chart)
    if not lines:
        return None
    return StatementView(
        lines, amount_columns(question), _statement_proofs(found.findings, question)
    )


def _statement_proofs(findings: tuple[AccountsFinding, ...], question: Question) -> list[str]:
    """What does not hold of what is shown, in words.

    One axis alone has no reason to balance.
    """
    if question.year is None or question.span.axis:
        return []
    names = {entity.code: entity.short_name for entity in question.year.entities}
    if question.entity:
        names = {question.entity.code: question.entity.short_name}
        findings = tuple(f for f in findings if f.where.rpartition(", ")[0] in ("", *names))
    return proofs_of(findings, str(question.year.year), names)


def statement_asked(question: Question, kind: str) -> Table:
    """A statement, each line followed by its accounts, with what its figures lack in words."""
    question = question.in_common()
    view = statement_view(question, kind)
    limits = [*question.words, *limits_of(question), *(view.proofs if view else ())]
    lines, columns = view.lines if view else [], amount_columns(question)
    return statement_table(question.titled(STATEMENTS[kind]), lines, columns, limits)


# -- financing ------------------------------------------------------------------------------------


def financing_asked(question: Question) -> list[Financing]:
    question = question.in_common()
    if question.year is None:
        return []
    found = positions([question.year, *question.past], question.span)
    flows, day = shipped_flows(), first_day(question.year)
    partly = question.partly()
    moves = _moves(question, found, partly[question.year.year])
    both = _standings(question, found, partly)
    return [
        *(financing_of(flows, code, both, day) for code in (CAF, CAF_EBE, BALANCE)),
        financing_of(flows, FINANCING, moves, day),
    ]


def _chambers(question: Question, found: Positions, *, moves: bool = False) -> list[Standing]:
    """Each chamber as it books. `moves`: variations are asked, which opening entries make known."""
    assert question.year is not None
    number, silent = question.year.year, question.untold

    def of(entity: Entity) -> Standing:
        cell = entity.code, str(number)
        if cell not in found.own or entity.code in silent:
            return Standing(entity.short_name, (), None, silent.get(entity.code, NO_BOOK))
        missing = UNOPENED if moves and cell in found.unopened else ""
        return Standing(entity.short_name, ((1, found.own[cell]),), entity.code, missing)

    return [of(entity) for entity in question.entities]


def _standings(
    question: Question, found: Positions, partly: Mapping[int, Partly]
) -> list[Standing]:
    """Chambers as they book, eliminations, the whole; the year before where it is there."""
    assert question.year is not None
    whole = ("", str(question.year.year))
    if question.entity is None:
        chambers = [(entity.code, entity.short_name) for entity in question.entities]
        own = {code: at for (code, period), at in found.own.items() if period == whole[1]}
        columns = chamber_standings(
            chambers, own, found.adjusted[whole], found.net[whole], question.untold,
            partly[question.year.year],
        )  # fmt: skip
    else:
        columns = _chambers(question, found)
    is_alike = not (question.uneven or question.unlike)
    for past in question.past[:1] if is_alike else ():
        cell = question.entity.code if question.entity else "", str(past.year)
        held = found.own if question.entity else found.net
        until = question.span.until
        stop = f" à fin {SHORT_MONTHS[until.month - 1]}" if until else ""
        span = question.span.later(past.year - question.year.year)
        why = question.absent_in(past.year, span)
        terms = () if why else ((1, held[cell]),)
        head, told = f"{past.year}{stop}", why.reason if why else ""
        columns.append(Standing(head, terms, None, told, partly[past.year]))
    return columns


def _moves(question: Question, found: Positions, partly: Partly) -> list[Standing]:
    """Chambers as they book, their sum, then what makes them one: a loan between two of them is a
    resource and a use in the sum, neither in the whole."""
    columns = _chambers(question, found, moves=True)
    if question.entity is not None or not columns:
        return columns
    assert question.year is not None
    former, unknown = _former(question)
    held = [question.year, *([former] if former else [])]
    adjusted = any(year.result.adjustments for year in held)
    if former is None:
        return move_standings(columns, unknown, question.untold, partly, adjusted=adjusted)
    day = first_day(question.year)
    moved = between_positions(question.year.result, former.result, question.span, day, columns)
    return move_standings(columns, moved, question.untold, partly, adjusted=adjusted)


def _former(question: Question) -> tuple[Year | None, str]:
    """The exercise whose closing opens this one between chambers, else why there is none."""
    assert question.year is not None
    number = question.year.year - 1
    found = next((past for past in question.past if past.year == number), None)
    if found is None or not found.files:
        return None, no_former(number)
    for year, lacking, more in question.uneven:
        if year == number:
            return None, not_alike(number, lacking, more)
    end = Span(dt.date(number, 12, 1), cumulated=True)
    absent = question.absent_in(number, end)
    return (None, absent.reason) if absent else (found, "")


@dataclass(frozen=True, slots=True)
class Proofs:
    """Equalities that hold, and those that do not with where and why; each in words."""

    held: list[str]
    failed: list[str]


def financing_proofs(question: Question, tables: list[Financing]) -> Proofs:
    if not tables:
        return Proofs([], [])
    agree, told = equality(tables[0], tables[1])
    held = [told] if told and agree else []
    failed = [] if agree else [told]
    for one in tables[2:]:
        gaps = residues(one)
        if gaps:
            failed.append(f"{one.table.title}, écart\u00a0: {', '.join(gaps)}.{_why(question)}")
    if (said := _moves_agree(tables[3])) and not residues(tables[3]):
        held.append(said)
    for holds, said in (handed_over(tables[3]), _by_balance_sheets(question, tables)):
        if said:
            (held if holds else failed).append(said)
    return Proofs(held, failed)


def _moves_agree(moves: Financing) -> str:
    """That both ways to the variation of working capital give the same, "" where none is known."""
    known = next(row.cents for row in moves.rows if row.line.code == "inexplique")
    if all(cents is None for cents in known):
        return ""
    told = " renseignée" if None in known else ""
    return (
        "La variation du fonds de roulement par les flux est celle du bilan, et celle du besoin et "
        f"de la trésorerie, dans chaque colonne{told}."
    )


def _by_balance_sheets(question: Question, tables: list[Financing]) -> tuple[bool, str]:
    """Whether the whole varied by what sets its two balance sheets apart, and what to say of it;
    nothing where one of them is not known."""
    former = _former(question)[0] if question.year and question.entity is None else None
    moved, now = _whole(tables[3], "f-frng"), _whole(tables[2], "frng")
    if former is None or moved is None or now is None:
        return True, ""
    net = closings(sides([former]), str(former.year), first_day(former))["net", ""]
    before = of_role(computed(shipped_flows(), tables[2].table, net), "frng") or 0
    if gap := moved - (now - before):
        return False, (
            f"Variation du fonds de roulement consolidé\u00a0: {exact_euros(moved)} au tableau, "
            f"{exact_euros(now - before)} entre les bilans de {former.year} et de "
            f"{former.year + 1}, écart {exact_euros(gap)}. Des à-nouveaux ne sont pas la clôture "
            f"de {former.year}."
        )
    return True, (
        f"La variation du fonds de roulement consolidé, {exact_euros(moved)}, est l’écart entre "
        f"les bilans consolidés de {former.year} et de {former.year + 1}."
    )


def _whole(one: Financing, code: str) -> int | None:
    """The amount of a line in the consolidated column."""
    if "Consolidé" not in one.heads:
        return None
    at = one.heads.index("Consolidé")
    return next(row.cents[at] for row in one.rows if row.line.code == code)


def _why(question: Question) -> str:
    """The local accounts no rule sends anywhere, which a residue is most often made of."""
    assert question.year is not None
    names = {entity.code: entity.short_name for entity in question.entities}
    left = [f"{names[e]} {account}" for e, account in question.year.result.unmapped if e in names]
    more = f" et {len(left) - 8} autres" if len(left) > 8 else ""
    return f" Comptes sans correspondance : {', '.join(left[:8])}{more}." if left else ""


def financing_table(question: Question) -> Table:
    return financing_told(question)[0]


def financing_told(question: Question) -> tuple[Table, list[str]]:
    """The table, and what does not hold in it, which its words say too."""
    question = question.in_common()
    tables = financing_asked(question)
    proofs = financing_proofs(question, tables)
    words = [*question.words, *proofs.held, *proofs.failed, *limits_of(question)]
    found = written(tables, question.chart, question.titled(FINANCING_TITLE), words)
    return found, proofs.failed
