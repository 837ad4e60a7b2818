"""Which books a consolidation adds up, and which it does not: said wherever its figures appear.

Knows what is told of each book; refuses to know where books come from. Amounts are integer cents.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from maillage.kernel.money import NBSP, exact_euros
from maillage.kernel.period import MONTHS, french_date, last_of_month, month_name, opening_of
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.likely import Likely
from maillage.ledger.engine.partners import Named

State = Literal["held", "absent", "aside"]
STATES: dict[State, str] = {
    "held": "Consolidé",
    "absent": "Absent",
    "aside": "Laissé de côté",
}


@dataclass(frozen=True, slots=True)
class Source:
    """The book of a chamber, or that it has none. `missing`: lines its totals do not count.

    `last`: its last month with entries; `content`: what is the same where two books hold the same
    lines, "" where nobody looked; `said`: what was found of it beside its former exercise.
    """

    chamber: str
    name: str
    origin: str = ""
    closing: dt.date | None = None
    state: State = "held"
    lines: int = 0
    debit: int = 0
    credit: int = 0
    missing: int = 0
    last: dt.date | None = None
    content: str = ""
    said: tuple[AccountsFinding, ...] = ()


def scope_findings(sources: Sequence[Source], year: int) -> list[AccountsFinding]:
    """What keeps the whole from being the whole network of one exercise. All warnings but one.

    scope.twin (one content twice: first, for the whole is then in doubt), scope.absent (a chamber
    expected has no book), scope.closings (books close on several days), scope.aside (a book of
    another exercise), scope.missing (an error: lines not counted), scope.stops (a book without
    entries up to its closing), and what is said of each book held.
    """
    found = [*twins(sources), *_absent(sources, year), *_closings(sources), *_aside(sources)]
    found += [*_missing(sources), *_stops(sources)]
    return found + [f for source in sources if source.state == "held" for f in source.said]


def doubt_finding(name: str, chamber: str, row: Named) -> AccountsFinding:
    """A third party that its number alone says to be a chamber, as something to be answered."""
    what = (
        f"tiers « {row.number} » reconnu par son numéro seul, libellé « {row.label} »{NBSP}: débit "
        f"{exact_euros(row.debit)}, crédit {exact_euros(row.credit)}, non éliminé tant que "
        f"personne n’a dit si c’est {chamber}"
    )
    if row.also:
        what += f". Le même numéro est éliminé sous {row.also}"
    expected = "une réponse, sur la page «\u00a0Partenaires\u00a0»"
    return AccountsFinding("intercompany.doubt", "warning", name, what, expected, row.number)


def likely_finding(name: str, chambers: Sequence[str], row: Likely) -> AccountsFinding:
    """A local account that its label says to be a chamber's, as something to be answered."""
    what = (
        f"compte « {row.account} » du livre, libellé « {row.label} »{NBSP}: débit "
        f"{exact_euros(row.debit)}, crédit {exact_euros(row.credit)}, non éliminé tant que "
        f"personne n’a dit s’il désigne {' ou '.join(chambers)}"
    )
    expected = "une réponse, sur la page « Partenaires »"
    return AccountsFinding("intercompany.account", "warning", name, what, expected, row.account)


def stops_before(last: dt.date | None, closing: dt.date | None) -> str:
    """In words, that the last month with entries comes before that of the closing; "" else."""
    if last is None or closing is None or (last.year, last.month) >= (closing.year, closing.month):
        return ""
    lacking = (closing.year - last.year) * 12 + closing.month - last.month
    months = f"{lacking} mois manquent" if lacking > 1 else "un mois manque"
    return f"s’arrête en {month_name(last)}{NBSP}: {months} avant sa clôture"


def named_books(sources: Iterable[Source], state: State = "held") -> list[tuple[str, Source]]:
    """Each book of a state and what it is called: its chamber, with its file where it has several
    books (several SIREN)."""
    held = [source for source in sources if source.state == state]
    books = Counter(source.chamber for source in held)
    return [(f"{s.name} ({s.origin})" if books[s.chamber] > 1 else s.name, s) for s in held]


MANY = 3
"""Names told one by one; more are counted."""


@dataclass(frozen=True, slots=True)
class Partly:
    """What of a whole nobody tells: said wherever its figure stands.

    `shown`: the books it adds up, as they are called, by the code of their chamber (by their file
    too where those of one chamber do not go as far); `stops`: how far each that stops before its
    closing goes (`goes_to`); `missing`: the chambers that it has nothing of.
    """

    shown: Mapping[str, str] = field(default_factory=dict)
    stops: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[str] = ()

    @property
    def words(self) -> str:
        """`dont Sarthe à fin août, sans Nantes`; "" where all of it is told."""
        by_end: dict[str, list[str]] = {}
        for code, end in self.stops.items():
            by_end.setdefault(end, []).append(self.shown.get(code, code))
        told = [f"{_listed(names)} {end}" for end, names in by_end.items()]
        if len(by_end) == 1 and len(self.stops) == len(self.shown):
            told = list(by_end)
        elif told:
            told[0] = f"dont {told[0]}"
        if self.missing:
            told.append(f"sans {_listed(self.missing)}")
        return ", ".join(told)

    def told(self, head: str) -> str:
        """The head of a column, with what its amounts are not."""
        return f"{head} ({self.words})" if self.words else head


def _listed(names: Sequence[str]) -> str:
    if len(names) > MANY:
        return f"{len(names)} chambres"
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def stopped(last: dt.date, closing: dt.date) -> str:
    """That a book stops before its closing, in words: the day before an exercise is that of a book
    which holds its opening alone."""
    if last < opening_of(closing):
        return "réduit à son à-nouveau"
    return f"arrêté au {french_date(last)}"


def goes_to(last: dt.date, closing: dt.date) -> str:
    """How far a book goes that stops before its closing: `à fin août`."""
    if last < opening_of(closing):
        return "à l’à-nouveau seul"
    named = MONTHS[last.month - 1] if last.year == closing.year else month_name(last)
    return f"à fin {named}"


def stop_days(sources: Iterable[Source]) -> dict[str, dt.date]:
    """The last day that all books of a chamber cover, where one of them stops before its
    closing."""
    found: dict[str, dt.date] = {}
    for s in sources:
        if s.state == "held" and s.last and stops_before(s.last, s.closing):
            day = last_of_month(s.last.year, s.last.month)
            found[s.chamber] = min(day, found.get(s.chamber, day))
    return found


def partly_told(sources: Sequence[Source]) -> Partly:
    """What a whole exercise made of these books does not tell."""
    names: dict[str, str] = {}
    stops: dict[str, str] = {}
    books = named_books(sources)
    for code in dict.fromkeys(s.chamber for _, s in books):
        own = [(called, s) for called, s in books if s.chamber == code]
        ends = [_end(s) for _, s in own]
        if len(set(ends)) == 1:
            own, ends = [(own[0][1].name, own[0][1])], ends[:1]
        for (called, s), end in zip(own, ends, strict=True):
            key = code if len(own) == 1 else f"{code} {s.origin}"
            names[key] = called
            if end:
                stops[key] = end
    held = {s.chamber for _, s in books}
    missing = dict.fromkeys(s.name for s in sources if s.chamber not in held)
    return Partly(names, stops, list(missing))


def _end(source: Source) -> str:
    """How far a book goes that stops before its closing, "" where it does not."""
    last, closing = source.last, source.closing
    return goes_to(last, closing) if last and closing and stops_before(last, closing) else ""


def _stops(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    for called, source in named_books(sources):
        if what := stops_before(source.last, source.closing):
            expected = "des écritures jusqu’à la clôture"
            yield AccountsFinding("scope.stops", "warning", called, what, expected)


ONE_EXERCISE = (
    f"Une année ne tient qu’un exercice{NBSP}: réunir les deux dans un seul fichier, ou n’en "
    "garder qu’un."
)
"""What to do with two exercises of a chamber that close in one year, whoever meets them."""

TWIN = "porte chaque mois les mêmes montants aux mêmes comptes que"


def twins(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    """The contents that several books hold, of whatever chamber or exercise: a warning each.

    Told of all but the first of them, by closing then by name of file: the same whoever asks.
    """
    met: dict[str, Source] = {}
    for source in sorted(sources, key=lambda s: (s.closing or dt.date.min, s.origin, s.chamber)):
        twin = met.setdefault(source.content, source) if source.content else source
        if twin is not source:
            what = f"{source.origin} {TWIN} {twin.origin} ({twin.name})"
            yield AccountsFinding(
                "scope.twin", "warning", source.name, what, "un contenu par livre"
            )


def _absent(sources: Iterable[Source], year: int) -> Iterator[AccountsFinding]:
    for source in sources:
        if source.state == "absent":
            what = f"aucun livre pour l’exercice {year}{NBSP}: rien d’elle n’est dans les comptes"
            yield AccountsFinding("scope.absent", "warning", source.name, what, "son livre")


def _closings(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    by_day: dict[dt.date, list[str]] = {}
    for called, source in named_books(sources):
        if source.closing:
            by_day.setdefault(source.closing, []).append(called)
    if len(by_day) > 1:
        told = f"{NBSP}; ".join(
            f"{day:%d/%m/%Y} ({', '.join(names)})" for day, names in sorted(by_day.items())
        )
        what = f"les livres ne closent pas le même jour{NBSP}: {told}"
        yield AccountsFinding("scope.closings", "warning", "Exercice", what, "une même clôture")


def _aside(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    for source in sources:
        if source.state == "aside":
            closed = f"clos le {source.closing:%d/%m/%Y}" if source.closing else "sans clôture"
            what = (
                f"{source.origin}, {closed}, laissé de côté{NBSP}: débit "
                f"{exact_euros(source.debit)}, crédit {exact_euros(source.credit)}"
            )
            yield AccountsFinding("scope.aside", "warning", source.name, what)


def _missing(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    for called, source in named_books(sources):
        if source.missing:
            many = (
                "ligne n’est pas comptée" if source.missing == 1 else "lignes ne sont pas comptées"
            )
            what = f"{source.missing} {many}{NBSP}: ses montants ne se lisent pas"
            yield AccountsFinding("scope.missing", "error", called, what, "des montants lisibles")
