"""Surveyed files as the books of chambers: whose each is, what is told of it, the columns of the
financing table as the pages draw them from the store.

Knows surveys, rules and what chambers are called; refuses to know where files come from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from maillage.kernel.period import month_name, opening_of
from maillage.ledger.amount_columns import absent_whole, unsent_among
from maillage.ledger.engine.accounts import Exercise, Span, mapped, sides
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.continuity import opening_findings
from maillage.ledger.engine.disposals import Beside, by_account
from maillage.ledger.engine.flows import EXIT, WRITTEN_DOWN, Position, computed, shipped_flows
from maillage.ledger.engine.likely import likely
from maillage.ledger.engine.mapping import Mapping as Rules
from maillage.ledger.engine.partners import NOBODY, Partners, fold
from maillage.ledger.engine.scope import (
    Partly,
    Source,
    State,
    doubt_finding,
    likely_finding,
    stops_before,
)
from maillage.ledger.engine.survey import Survey, handed_again
from maillage.ledger.financing_tables import (
    UNOPENED,
    Standing,
    between_positions,
    move_standings,
    no_former,
    not_alike,
)

Common = Callable[[str, str], str]
"""From a chamber and its local account to the common one, "" for none."""
Books = Mapping[str, Sequence[Survey]]
"""The surveys of each chamber, by its code: several where it has several SIREN."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The books of an exercise and what they come to as one."""

    year: int
    books: Books
    result: Consolidation


def moves_of(
    now: Surveyed,
    former: Surveyed | None,
    rules: Rules,
    names: Mapping[str, str],
    partly: Partly,
) -> list[Standing]:
    """Chambers in the order of `names`, their sum, what makes them one."""

    def common(code: str, local: str) -> str:
        target = rules.resolve(code, local)
        return target.account if target else ""

    order = [*(code for code in names if code in now.books), *sorted(now.books.keys() - names)]
    chambers = [(code, names.get(code, code)) for code in order]
    closings = [s.closing for held in now.books.values() for s in held if s.closing]
    day = min(map(opening_of, closings), default=dt.date(now.year, 1, 1))
    booked: dict[str, dict[str, tuple[int, int]]] = {code: {} for code in order}
    balances = sides([Exercise(now.year, now.result)])
    for (code, _period, account), amounts in mapped(balances.own).items():
        booked[code][account] = amounts
    untold = unsent_among(chambers, now.result.unsent)
    places = {c: _position(c, now.books[c], booked[c], common, day) for c in order}
    if is_handed(now.books, places.values()):
        places = {c: replace(at, handed=_handed(c, now.books[c], common)) if at.debits else at
                  for c, at in places.items()}  # fmt: skip
    columns = [
        Standing(name, (), None, untold[code])
        if code in untold
        else Standing(name, ((1, at := places[code]),), code, UNOPENED if at.debits is None else "")
        for code, name in chambers
    ]
    why = _not_former(now, former, names)
    held = [now, *([former] if former and not why else [])]
    adjusted = any(one.result.adjustments for one in held)
    if why or former is None:
        return move_standings(columns, why, untold, partly, adjusted=adjusted)
    moved = between_positions(now.result, former.result, Span(), day, columns)
    return move_standings(columns, moved, untold, partly, adjusted=adjusted)


def _not_former(now: Surveyed, former: Surveyed | None, names: Mapping[str, str]) -> str:
    """Why the former exercise does not open the eliminations of this one, "" where it does."""
    number = now.year - 1
    if former is None or not former.books:
        return no_former(number)

    def called(codes: set[str]) -> list[str]:
        return [names.get(c, c) for c in (*names, *sorted(codes - names.keys())) if c in codes]

    lacking, more = now.books.keys() - former.books.keys(), former.books.keys() - now.books.keys()
    if lacking or more:
        return not_alike(number, called(set(lacking)), called(set(more)))
    told = [(code, names.get(code, code)) for code in (*names, *former.books)]
    silent = unsent_among([c for c in dict(told).items() if c[0] in former.books],
                          former.result.unsent)  # fmt: skip
    for code, held in former.books.items():
        for survey in held:
            if stops_before(survey.last, survey.closing) and survey.last and survey.closing:
                is_open = survey.last < opening_of(survey.closing)
                end = (
                    "n’a aucune écriture après son à-nouveau" if is_open
                    else f"s’arrête à fin {month_name(survey.last)}"
                )  # fmt: skip
                whose = names.get(code, code) + f" ({survey.path.name})" * (len(held) > 1)
                silent[f"{code} {survey.path.name}"] = f"le livre de {whose} {end}"
    absent = absent_whole(silent)
    return absent.reason if absent else ""


def _position(
    code: str,
    surveys: Sequence[Survey],
    booked: Mapping[str, tuple[int, int]],
    common: Common,
    day: dt.date,
) -> Position:
    """One chamber's. Without an opening entry nothing says what its balances were before."""
    closing = {account: debit - credit for account, (debit, credit) in booked.items()}
    day = shipped_flows().read_on(day, closing)
    moved = {account: list(amounts) for account, amounts in booked.items()}
    opens = False
    for survey in surveys:
        for row in survey.cube:
            if row.journal not in survey.openings or not (row.debit or row.credit):
                continue
            opens = True
            if account := common(code, row.account):
                amounts = moved.setdefault(account, [0, 0])
                amounts[0] -= row.debit
                amounts[1] -= row.credit
    if not opens:
        return Position(day, closing)
    return Position(
        day,
        closing,
        {account: debit for account, (debit, _) in moved.items()},
        {account: credit for account, (_, credit) in moved.items()},
        _disposed(code, surveys, common, day),
    )


def is_handed(books: Books, places: Iterable[Position]) -> bool:
    """Whether a chamber may hand over what it has, or take what another had: it takes out assets
    with their depreciation alone, or that explains what its table does not."""
    flows = shipped_flows()
    alone = any(
        any(account.startswith(WRITTEN_DOWN) for account in row.beside)
        and not any(account.startswith(("6", "7")) for account in row.beside)
        for held in books.values() for survey in held for row in survey.credited
    )  # fmt: skip
    return alone or any(
        row.cents and row.line.role == "residue"
        for at in places for row in computed(flows, flows.table("financement"), at)
    )  # fmt: skip


def _handed(code: str, surveys: Sequence[Survey], common: Common) -> dict[str, tuple[int, int]]:
    """What entries hand over or take over, which surveys do not keep: files are read again."""
    rows: list[Beside] = []
    for survey in surveys:
        held = {row.account for row in survey.cube}
        down = sorted(a for a in held if common(code, a).startswith(WRITTEN_DOWN))
        if down:
            rows += handed_again(survey, down)
    return by_account(rows, lambda local: common(code, local))


def _disposed(code: str, surveys: Sequence[Survey], common: Common, day: dt.date) -> dict[str, int]:
    """The gross value of what entries took out, by common account."""
    telling = shipped_flows().named(EXIT, day)
    found: dict[str, int] = {}
    for row in (row for survey in surveys for row in survey.credited):
        account = common(code, row.account)
        beside = {common(code, local) for local in row.beside} - {""}
        if (
            account.startswith("2")
            and account not in telling
            and any(one in telling for one in beside)
        ):
            found[account] = found.get(account, 0) + row.cents
    return found


# -- a file as a book ----------------------------------------------------------------------------


def code_of(survey: Survey, codes: dict[str, str]) -> str:
    return codes.get(survey.siren) or survey.siren or survey.path.stem


def source_of(
    survey: Survey,
    codes: dict[str, str],
    names: dict[str, str],
    state: State,
    surveys: Sequence[Survey],
    partners: Partners = NOBODY,
) -> Source:
    """What is told of a book; `surveys`: all that were read, its former exercise perhaps among;
    `partners`: what books call chambers."""
    code = code_of(survey, codes)
    name = names.get(code, code)
    former = [
        s for s in surveys if code_of(s, codes) == code and closes_in(s) == closes_in(survey) - 1
    ]
    said = [
        finding
        for other in former
        for finding in opening_findings(name, other.balances, survey.balances)
    ]
    said += _asked(survey, code, codes, names, partners)
    return Source(
        code,
        name,
        survey.path.name,
        survey.closing,
        state,
        sum(row.lines for row in survey.cube),
        sum(row.debit for row in survey.cube),
        sum(row.credit for row in survey.cube),
        survey.missing,
        survey.last,
        survey.content,
        tuple(said),
    )


def _asked(
    survey: Survey, code: str, codes: dict[str, str], names: dict[str, str], partners: Partners
) -> Iterator[AccountsFinding]:
    """What is asked of the third parties of a book, and of its accounts that may be a chamber's."""
    name = names.get(code, code)
    for row in survey.doubts:
        chamber = next((to for to in names if fold(to) == fold(row.number)), row.number)
        yield doubt_finding(name, names.get(chamber, chamber), row)
    words = {to: f"{held} {to} {partners.implied.get(fold(to), '')}" for to, held in names.items()}
    for siren, to in codes.items():
        words[to] = f"{words.get(to, to)} {siren}"
    for account in likely(code, survey.bare, partners.known_to(code), words):
        yield likely_finding(name, [names.get(to, to) for to in account.chambers], account)


def closes_in(survey: Survey) -> int:
    """The year of the exercise: of its closing, else of its last month."""
    if survey.closing:
        return survey.closing.year
    return max((row.month.year for row in survey.cube if row.month), default=0)
