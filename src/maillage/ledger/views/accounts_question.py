"""Which exercise, months, chamber and accounts a page of the accounts is asked for, in its address.

What is not understood is said, with what is shown instead.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from maillage.kernel.period import months_of_exercise
from maillage.kernel.rooms import HOUSE
from maillage.ledger.engine.accounts import Span
from maillage.ledger.models import BookFile
from maillage.ledger.queries.accounts_question import (
    COLUMNS,
    EXERCISES,
    LEVELS,
    PERIMETERS,
    Question,
    of_same_period,
)
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.consolidated import Year, chart_of, years_of
from maillage.ledger.queries.reach import unreached
from maillage.ledger.views.network_page import exercise_asked
from maillage.network.models import Entity, Network
from maillage.people.requests import Request
from maillage.ui.asked import choice, flag, misread, without

OF_ACCOUNTS = {"compte": "tous les comptes", "niveau": "tous les comptes"}
CHAMBERS = {"colonnes": "les chambres côte à côte"}
OF_EXERCISE = {
    **{"mois": "exercice entier", "cumul": "exercice entier", "axe": "tous les axes"},
    **OF_ACCOUNTS,
    **CHAMBERS,
}
"""What pages that show only whole accounts, chambers side by side, whole exercises do not apply of
an address (`ui.asked.without`)."""
OF_NETWORK = OF_EXERCISE | {"chambre": "toutes les chambres"}
NOTHING: Mapping[str, str] = {}
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


def question_of(
    request: Request, network: Network, unapplied: Mapping[str, str] = NOTHING
) -> Question:
    """Read the address and the books it names.

    `unapplied`: what the figures of the page are not narrowed to, with what is shown instead; no
    word of the question then tells it.
    """
    without(request, unapplied)
    files = tuple(current_files(network))
    number = exercise_asked(request, files)
    years = tuple(sorted({file.book.year for file in files}, reverse=True))
    if number is None:
        return Question(network, files, (), None, (), chart_of(network, 2026), Span())
    columns = choice(request, "colonnes", COLUMNS, "les chambres côte à côte")
    beside = {"": [number - 1], "mois": [], "exercices": [n for n in years if n < number]}[columns]
    beside = [n for n in beside if n in years][:EXERCISES]
    perimeter = choice(request, "perimetre", PERIMETERS, "toutes les chambres")
    alike = _alike(files, [number, *beside]) if perimeter == "constant" else None
    found = years_of(network, [number, *beside], files, only=alike)
    span = _span(request, found[number], columns == "mois")
    if perimeter == "arrete" and (alike := _reaching(found[number], span)):
        found = years_of(network, [number, *beside], files, only=alike)
    year = found[number]
    entity = _entity(request, network, year)
    past = tuple(found[n] for n in beside if entity is None or entity in found[n].entities)
    prefix = _prefix(request)
    level = choice(request, "niveau", LEVELS, "tous les comptes")
    more = {"colonnes": columns, "compte": prefix, "niveau": level}
    more["perimetre"] = perimeter if alike else ""
    kept = _parameters(number, span, entity) | {k: v for k, v in more.items() if v}
    asked = Question(
        network, files, years, year, past, year.chart, span, entity, prefix, level, columns, kept,
        alike, axis_names=_axis_names(request, network, year),
    )  # fmt: skip
    return of_same_period(asked)


def _axis_names(request: Request, network: Network, year: Year) -> dict[str, str]:
    """What the room that keeps the axes calls those of the books."""
    named = HOUSE.offered("ledger.axes", network.code, request.actor) if year.axes else []
    return {link.kind: link.label for link in named}


def _prefix(request: Request) -> str:
    """The first digits of an account."""
    prefix = request.GET.get("compte", "").strip()
    if prefix.isdecimal() and prefix.isascii() and len(prefix) <= 20:
        return prefix
    misread(request, "compte", "tous les comptes")
    return ""


def _parameters(number: int, span: Span, entity: Entity | None) -> dict[str, str]:
    found = {
        "exercice": str(number),
        "mois": f"{span.month:%Y-%m}" if span.month else "",
        "cumul": "oui" if span.cumulated else "",
        "chambre": entity.code if entity else "",
        "axe": span.axis,
    }
    return {name: value for name, value in found.items() if value}


def _alike(files: Iterable[BookFile], years: Iterable[int]) -> frozenset[str] | None:
    """The chambers that have a book in each of these years; None where there is none, or all do."""
    held = [{f.book.entity.code for f in files if f.book.year == year} for year in years]
    common = frozenset(set.intersection(*held)) if held else frozenset()
    return common if common and any(codes != common for codes in held) else None


def _reaching(year: Year, span: Span) -> frozenset[str] | None:
    """The chambers whose book reaches the month of a span; None where all do, or none does."""
    silent = unreached(year.files, span.month, since_opening=span.cumulated) if span.month else {}
    held = {file.book.entity.code for file in year.files} - silent.keys()
    return frozenset(held) if silent and held else None


def _entity(request: Request, network: Network, year: Year) -> Entity | None:
    """The chamber asked for, be its book in or not."""
    code = request.GET.get("chambre")
    held = next((e for e in year.entities if e.code == code), None)
    found = held or (network.entities.filter(code=code).first() if code else None)
    if found is None:
        misread(request, "chambre", "toutes les chambres")
    return found


def _span(request: Request, year: Year, monthly: bool) -> Span:
    """A month of another exercise is taken for the same of this one; it may be one that no book
    reaches."""
    wanted = "" if monthly else request.GET.get("mois", "")
    due = {dt.date(*at, 1) for f in year.files for at in months_of_exercise(f.book.closing)}
    held = sorted(due.union(year.months))
    alike = [m for m in held if MONTH.fullmatch(wanted) and f"{m:%m}" == wanted[-2:]]
    month = next((m for m in alike if f"{m:%Y-%m}" == wanted), alike[0] if alike else None)
    if month is None and not monthly:
        misread(request, "mois", "exercice entier")
    axis = choice(request, "axe", year.axes, "tous les axes")
    cumulated = flag(request, "cumul", "mois seul") and (monthly or month is not None)
    return Span(month, cumulated, axis, monthly)
