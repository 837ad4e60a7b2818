"""Which exercise, months, chamber and accounts are asked of the accounts, and what books answer.

Knows what its figures are of, in words, and what of them nobody tells; refuses to know addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from maillage.kernel.absence import Absent
from maillage.kernel.period import CutOff, month_name, of_month
from maillage.ledger.amount_columns import absent_whole, unsent_among
from maillage.ledger.engine.accounts import Span
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.scope import Partly
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.consolidated import Year, chart_of, years_of
from maillage.ledger.queries.reach import NO_BOOK, stops_of, unreached
from maillage.ledger.queries.same_period import likeness
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of

COLUMNS = {"": "Chambres", "mois": "Mois", "exercices": "Exercices"}
"""What stands side by side."""
PERIMETERS = {
    "constant": "À périmètre constant",
    "arrete": "Chambres dont le livre va jusqu’au mois",
}
"""Which chambers are added up, where not all of them."""
EXERCISES = 5
"""Past exercises put beside the one asked for, at most."""
LEVELS = {"1": "1 chiffre", "2": "2 chiffres", "3": "3 chiffres", "": "Tous les comptes"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the accounts. `year` None: no book at all.

    `past`: the years put beside it, the latest first: the one before, all where exercises are
    side by side, none where months are.
    """

    network: Network
    files: tuple[BookFile, ...]
    years: tuple[int, ...]
    year: Year | None
    past: tuple[Year, ...]
    chart: Chart
    span: Span
    entity: Entity | None = None
    prefix: str = ""
    level: str = ""
    columns: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    alike: frozenset[str] | None = None
    """The chambers of a perimeter asked for (`PERIMETERS`); None where every book counts."""
    common: bool = False
    """Whether common accounts alone are read: what no rule sends to one is not there."""
    axis_names: Mapping[str, str] = field(default_factory=dict)
    """What the codes of axes are called, those that someone above named."""
    unlike: str = ""
    """Which books stop too early for years to be compared, "" where they may be."""

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def partners(self) -> Partners:
        """What books call the chambers."""
        return self.year.partners if self.year else Partners()

    @property
    def of_lines(self) -> dict[str, str]:
        """The parameters that mean something of the entry lines."""
        return {k: v for k, v in self.parameters.items() if k not in ("niveau", "colonnes")}

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The chambers whose books are shown."""
        if self.year is None:
            return ()
        return (self.entity,) if self.entity else self.year.entities

    @property
    def offered(self) -> tuple[Entity, ...]:
        """Choices of chamber."""
        held = self.year.entities if self.year else ()
        if self.entity is None or self.entity in held:
            return held
        return (*held, self.entity)

    @property
    def months(self) -> list[tuple[str, str, bool]]:
        """Choices of month: value, words, whether it is the one."""
        held = set(self.year.months) if self.year else set()
        if self.span.month:
            held.add(self.span.month)
        return [(f"{m:%Y-%m}", month_name(m), m == self.span.month) for m in sorted(held)]

    @property
    def axes(self) -> list[tuple[str, str]]:
        """Choices of analytical axis, code and name; none where no book has one."""
        return [(c, self.axis_names.get(c, c)) for c in (self.year.axes if self.year else ())]

    @property
    def axis_name(self) -> str:
        """What the axis asked for is called, as its books write it where nothing names it."""
        return self.axis_names.get(self.span.axis, self.span.axis)

    @property
    def uneven(self) -> list[tuple[int, list[str], list[str]]]:
        """Past years that do not add the same chambers: those they lack, those they have more."""
        if self.year is None or self.entity:
            return []
        here, found = set(self.year.entities), []
        for past in self.past:
            there = set(past.entities)
            if there != here:
                lacking = [e.short_name for e in self.year.entities if e not in there]
                more = [e.short_name for e in past.entities if e not in here]
                found.append((past.year, lacking, more))
        return found

    @property
    def books(self) -> list[BookFile]:
        """The files of the books shown."""
        files = self.year.files if self.year else ()
        return [f for f in files if self.entity is None or f.book.entity_id == self.entity.pk]

    @property
    def blocking(self) -> list[BookFile]:
        """Books shown that the official check would refuse."""
        return [file for file in self.books if file.state == BookFile.State.BLOCKING]

    @property
    def outside(self) -> list[tuple[BookFile, int]]:
        """Books shown that count lines dated out of the exercise, and how many."""
        counts = [(file, file.counts.get("date.outside", 0)) for file in self.books]
        return [(file, count) for file, count in counts if count]

    @property
    def lacking(self) -> list[str]:
        """Chambers of the network whose book of the year is not in."""
        if self.year is None:
            return []
        if self.entity:
            return [] if self.entity in self.year.entities else [self.entity.short_name]
        held = {f.book.entity_id for f in self.files if f.book.year == self.year.year}
        return [c.short_name for c in chambers_of(self.network) if c.pk not in held]

    def silent_in(self, number: int, span: Span) -> dict[str, str]:
        """Why, by chamber shown, its book of one of these years says nothing of a span.

        Over a whole exercise a book counts for what it holds; up to a month, or of one, only
        where it reaches it. A chamber asked for that has no book says nothing at all.
        """
        year = next(y for y in (self.year, *self.past) if y is not None and y.year == number)
        if self.entity and self.entity not in year.entities:
            return {self.entity.code: NO_BOOK}
        if span.month is None:
            return {}
        files = [f for f in year.files if self.entity is None or f.book.entity_id == self.entity.pk]
        return unreached(files, span.month, since_opening=span.cumulated)

    def untold_in(self, number: int, span: Span) -> dict[str, str]:
        """The same, and where common accounts alone are read, chambers that have none there."""
        silent = self.silent_in(number, span)
        if not self.common:
            return silent
        year = next(y for y in (self.year, *self.past) if y is not None and y.year == number)
        shown = (self.entity,) if self.entity else year.entities
        names = [(entity.code, entity.short_name) for entity in shown]
        return unsent_among(names, year.result.unsent) | silent

    def absent_in(self, number: int, span: Span) -> Absent | None:
        """What stands for the amounts of what is shown, in one of these years, over a span that
        one of its books does not tell."""
        return absent_whole(self.untold_in(number, span))

    @property
    def silent(self) -> dict[str, str]:
        """The same of the exercise asked for: what the figures of its pages do not tell."""
        return self.silent_in(self.year.year, self.span) if self.year else {}

    @property
    def untold(self) -> dict[str, str]:
        return self.untold_in(self.year.year, self.span) if self.year else {}

    @property
    def unsent(self) -> bool:
        """Whether no account of what is shown is sent to a common one."""
        found = self.year.result.unsent if self.year else frozenset()
        return bool(found) and all(entity.code in found for entity in self.entities)

    def partly(self) -> dict[int, Partly]:
        """What of the whole of each of these years nobody tells: books that stop before their
        closing, where an exercise is not asked up to a month; chambers it has nothing of. One
        query."""
        years = [year for year in (self.year, *self.past) if year is not None]
        expected = [] if self.entity else chambers_of(self.network)
        is_whole = self.span.month is None and self.span.until is None
        found = {}
        for year in years:
            held = set(year.entities)
            files = [f for f in year.files if self.entity in (None, f.book.entity)]
            found[year.year] = Partly(
                {f.book.entity.code: f.book.entity.short_name for f in files},
                stops_of(self.network, year.year, files) if is_whole else {},
                [chamber.short_name for chamber in expected if chamber not in held],
            )
        return found

    @property
    def part(self) -> str:
        """The same of the exercise asked for, in words: what its headline says beside it."""
        return self.partly()[self.year.year].words if self.year else ""

    @property
    def aside(self) -> list[str]:
        """Chambers that the perimeter asked for leaves out of the exercise."""
        if self.year is None or self.alike is None:
            return []
        books = (f.book for f in self.files if f.book.year == self.year.year)
        return [b.entity.short_name for b in books if b.entity.code not in self.alike]

    @property
    def words(self) -> list[str]:
        """The filters in words, for an export."""
        if self.year is None:
            return []
        told = [f"Réseau : {self.network.name}", f"Exercice {self.year.year}", self.period]
        if self.compared:
            told.append(self.compared)
        whose = f"Chambre : {self.entity.name}" if self.entity else "Toutes les chambres"
        told.append(", ".join(filter(None, (whose, self.part))))
        if self.alike is not None:
            told.append(PERIMETERS[self.parameters["perimetre"]])
        if self.span.axis:
            told.append(f"Axe analytique {self.axis_name}")
        if self.prefix:
            told.append(f"Comptes qui commencent par {self.prefix}")
        if self.level:
            told.append(f"Comptes à {LEVELS[self.level]}")
        if self.columns:
            told.append(f"Colonnes : {COLUMNS[self.columns].lower()}")
        return told

    def titled(self, title: str) -> str:
        """`Bilan consolidé 2025`, `Bilan 2025 Nord`: what a page or a file of it is called."""
        if self.year is None:
            return title
        if self.entity:
            return f"{title} {self.year.year} {self.entity.short_name}"
        return f"{title} consolidé{'e' * (title == 'Balance')} {self.year.year}"

    def since_opening(self) -> Question:
        """The same, months counted from the first: what a balance sheet is read of."""
        if self.span.month is None and not self.span.monthly:
            return self
        span = replace(self.span, cumulated=True)
        return replace(self, span=span, parameters=self.parameters | {"cumul": "oui"})

    def in_common(self) -> Question:
        """The same, read in common accounts alone: statements, financing."""
        return self if self.common else replace(self, common=True)

    @property
    def compared(self) -> str:
        """What former years are, where they are not whole beside this one; "" else."""
        years = ", ".join(str(past.year) for past in self.past)
        return f"Comparé à la même période de {years}" if self.span.until else ""

    @property
    def period(self) -> str:
        if self.span.monthly:
            return "Mois par mois, depuis le début" if self.span.cumulated else "Mois par mois"
        if self.span.until:
            return f"Exercice entier, livres arrêtés à fin {month_name(self.span.until)}"
        if self.span.month is None:
            return "Exercice entier"
        if self.span.cumulated:
            return f"Du début de l’exercice à {month_name(self.span.month)}"
        return f"Mois {of_month(self.span.month)}"


def former_of(asked: Question) -> Consolidation | None:
    """The books of the exercise before as one, where any is there."""
    number = asked.year.year - 1 if asked.year else 0
    found = next((past for past in asked.past if past.year == number), None)
    return found.result if found and found.files else None


def of_same_period(asked: Question) -> Question:
    """Former years counted up to where the books of this one stop; none compared that cannot be."""
    if asked.year is None or not asked.past:
        return asked
    former = asked.past[0]
    found = likeness(asked.network, asked.year, former, asked.span.month, asked.entity)
    return replace(asked, span=replace(asked.span, until=found.until), unlike=found.why)


def question_for(network: Network, number: int, entity: Entity | None, until: CutOff) -> Question:
    """What a document asks: an exercise up to a month, of one chamber or of all, beside the year
    before. `year` None where no book of that exercise is in."""
    files = tuple(current_files(network))
    years = tuple(sorted({file.book.year for file in files}, reverse=True))
    if number not in years:
        chart = chart_of(network, number)
        return Question(network, files, years, None, (), chart, Span(), entity)
    beside = [number - 1] if number - 1 in years else []
    found = years_of(network, [number, *beside], files)
    month = None if until.is_whole else until.day.replace(day=1)
    span = Span(month, cumulated=month is not None)
    past = tuple(found[n] for n in beside if entity is None or entity in found[n].entities)
    year = found[number]
    return of_same_period(
        Question(network, files, years, year, past, year.chart, span, entity,
                 parameters={"exercice": str(number)})
    )  # fmt: skip
