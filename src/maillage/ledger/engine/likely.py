"""Local accounts of a book whose name says another chamber, for someone to answer: nothing is
eliminated for it. Knows how books call chambers; refuses to decide.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from maillage.ledger.engine.partners import (
    HOUSE,
    OF_ACCOUNTS,
    SILENT,
    Known,
    plain,
    says_so,
    words_of,
)


class Likely(NamedTuple):
    """A local account of a book whose name says a chamber, and that stands for nobody; cents."""

    entity: str
    account: str
    label: str
    chambers: tuple[str, ...]
    debit: int
    credit: int


OUT_OF_REACH = ("5", "8", "9", "0")
"""Classes of accounts that are with no chamber: cash is at a bank, the rest is in no statement."""
SHORT = 3
"""Letters by which a book shortens the name of a chamber."""
COMMON = frozenset(["region", "nord", "sud", "est", "ouest"])
"""Words of names that say a chamber beside CCI alone: a region gives grants, a wind has a name."""
TAX = frozenset(["tcci", "tfc", "tccfe", "tccvae"])
"""The tax of chambers, by which an account says that it is with one."""
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\b\.?")
_JOINED = re.compile(r"\b(cci[rt]?)[-_]?([a-z]{3,})")
_SUFFIX = re.compile(r"[A-Z]{2,}$")


def likely(
    entity: str,
    accounts: Iterable[tuple[str, str, int, int]],
    known: Known,
    names: Mapping[str, str],
) -> list[Likely]:
    """The accounts of a book, of those given (number, label, cents moved), whose name says that it
    is another chamber's, the largest first. `names`: the words that name each chamber.

    A label says it by a SIREN or SIRET, by the chamber's name, whole, in part or shortened, beside
    words of accounts alone. Letters that end a number say what they say on the other accounts of
    the book, or shorten one name alone, where the label says nobody.
    """
    answered = {*(account for account, _ in known.accounts), *known.never}
    others = {code: words for code, words in names.items() if code != entity}
    rows = list(accounts)
    said = {account: _said(label, others) for account, label, *_ in rows}
    marks = _marks({**{a: (to,) for a, to in known.accounts}, **said})
    found = []
    for account, label, debit, credit in rows:
        if not (debit or credit) or account in answered or account[:1] in OUT_OF_REACH:
            continue
        told = said[account] or _marked(account, label, marks, others)
        if told:
            found.append(Likely(entity, account, label, told, debit, credit))
    return sorted(found, key=lambda row: (-abs(row.debit) - abs(row.credit), row.account))


def _said(label: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The chambers a label may say."""
    written = spelled_out(label)
    return tuple(sorted(code for code, words in names.items() if _is_of(written, words)))


def spelled_out(label: str) -> str:
    """A label in small letters without accents, its initials joined, a name parted from CCI."""
    joined = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", plain(label))
    return _JOINED.sub(r"\1 \2", joined)


def _is_of(label: str, names: str) -> bool:
    digits = re.sub(r"\s", "", label)
    if any(word in digits for word in names.split() if word.isdecimal() and len(word) == 9):
        return True
    is_house = not (HOUSE | TAX).isdisjoint(re.findall(r"[a-z]+", label))
    if is_house and says_so(label, names):
        return True
    least = SHORT if is_house else SHORT + 1
    held = [w for w in words_of(names) if not w.isdecimal() and (is_house or w not in COMMON)]
    told = _naming(label)
    return bool(told) and all(any(_shortens(one, word, least) for word in held) for one in told)


def _naming(label: str) -> list[str]:
    """The words of a label that are of no account."""
    words = words_of(label) - OF_ACCOUNTS - HOUSE
    return [word for word in words if not word.isdecimal()]


def _shortens(one: str, word: str, least: int) -> bool:
    return one == word or (len(one) >= least and word.startswith(one))


def _marks(said: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """What the letters that end numbers say, on accounts where something else says a chamber."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for account, chambers in said.items():
        if chambers and (mark := _mark(account)):
            found[mark] |= {*chambers}
    return {mark: frozenset(chambers) for mark, chambers in found.items()}


def _mark(account: str) -> str:
    found = _SUFFIX.search(account.upper())
    return found[0] if found else ""


def _marked(
    account: str, label: str, marks: Mapping[str, frozenset[str]], names: Mapping[str, str]
) -> tuple[str, ...]:
    mark = _mark(account)
    if not mark or _naming(spelled_out(label).replace(account.lower(), " ")):
        return ()
    if mark in marks:
        return tuple(sorted(marks[mark] & names.keys()))
    short = {
        code
        for code, words in names.items()
        if any(_shortens(mark.lower(), word, SHORT) for word in words_of(words) - SILENT)
    }
    return tuple(short) if len(short) == 1 else ()
