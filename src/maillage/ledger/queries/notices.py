"""What the figures of an exercise lack or bear, in words: on each page of the accounts, one line
that opens; in a file, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from maillage.kernel.money import NBSP, exact_euros
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.control import control_of
from maillage.ledger.engine.scope import scope_findings
from maillage.ledger.models import BookFile
from maillage.ledger.queries.accounts_question import PERIMETERS, Question
from maillage.ledger.queries.reach import uneven_closings
from maillage.ledger.queries.whole import sources_of
from maillage.ui.notices import Notice


def _counted(count: int, one: str, many: str) -> str:
    return f"{count}{NBSP}{many if count > 1 else one}"


def notices_of(question: Question, proofs: Iterable[str] = ()) -> list[Notice]:
    """Every point about the books and the eliminations shown; `proofs`: equalities that fail."""
    if question.year is None:
        return []
    told = list(proofs)
    sources = sources_of(question.books, question.files, question.year)
    beside = scope_findings(sources, question.year.year)
    found = [*_counts(beside, TWICE), *_silent(question), *_books(question)]
    found += [*_counts(beside, BESIDE), *_perimeter(question)]
    found += [*_accounts(question), *_past(question), *_between(question)]
    if told:
        short = _counted(len(told), "contrôle à revoir", "contrôles à revoir")
        found.append(Notice(short, " ".join(told)))
    return found


def limits_of(question: Question) -> list[str]:
    """The same for an export."""
    return [notice.text for notice in notices_of(question)]


def _silent(question: Question) -> Iterator[Notice]:
    """Chambers whose book does not reach the month asked for, and what is lost with them."""
    silent = question.silent
    if not silent or question.span.month is None:
        return
    told = f"{NBSP}; ".join(silent.values())
    short = _counted(len(silent), "chambre non renseignée", "chambres non renseignées")
    words = f"{question.period}, non renseigné{NBSP}: {told}."
    held = question.year.entities if question.year else ()
    if question.entity or len(silent) == len(held):
        yield Notice(short, words)
        return
    some = "elle" if len(silent) == 1 else "elles"
    yield Notice(
        short,
        f"{words} Sans {some}, ni somme ni consolidé.",
        f"?{question.query}&perimetre=arrete",
        f"Consolider sans {some}",
    )


def _books(question: Question) -> Iterator[Notice]:
    code, year = question.network.code, question.parameters["exercice"]
    if lacking := question.lacking:
        yield Notice(
            _counted(len(lacking), "livre absent", "livres absents"),
            f"{_counted(len(lacking), 'livre manque', 'livres manquent')} pour l’exercice {year}"
            f"{NBSP}: {', '.join(lacking)}.",
            reverse("ledger:books", args=[code]),
            "Déposer les livres",
        )
    for file in question.books:
        if file.missing:
            lines = _counted(file.missing, "ligne illisible", "lignes illisibles")
            words = f"{file.book.entity.short_name}{NBSP}: {lines}, absentes de ses totaux."
            yield Notice(lines, words, _book(file), "Voir ce livre")
    if blocking := question.blocking:
        names = ", ".join(file.book.entity.short_name for file in blocking)
        yield Notice(
            _counted(len(blocking), "livre bloquant", "livres bloquants"),
            f"{_counted(len(blocking), 'livre serait refusé', 'livres seraient refusés')} par le "
            f"contrôle officiel, compté pour ce qui s’en lit{NBSP}: {names}.",
            reverse("ledger:books", args=[code]),
            "Voir les livres",
        )
    for file, count in question.outside:
        lines = _counted(count, "ligne hors de l’exercice", "lignes hors de l’exercice")
        words = f"{file.book.entity.short_name}{NBSP}: {lines}, comptées avec lui."
        url = f"{_book(file)}?code=date.outside#liste"
        yield Notice(lines, words, url, "Voir ces lignes")


TWICE = {"scope.twin": ("contenu déposé deux fois", "contenus déposés deux fois")}
"""Said before all else: the figures themselves are then in doubt."""
BESIDE = {
    "scope.stops": ("livre s’arrête avant sa clôture", "livres s’arrêtent avant leur clôture"),
    "intercompany.doubt": ("tiers à confirmer", "tiers à confirmer"),
    "intercompany.account": ("compte à rattacher", "comptes à rattacher"),
    "opening": ("à-nouveau contraire à la clôture", "à-nouveaux contraires à la clôture"),
}
TOLD = 5
"""Points of one kind told whole; the others are counted."""


def _counts(
    found: Sequence[AccountsFinding], codes: Mapping[str, tuple[str, str]]
) -> Iterator[Notice]:
    """What books say beside the calendar, their former exercise and each other, by kind."""
    for code, (one, many) in codes.items():
        told = [f for f in found if f.code.startswith(code)]
        if told:
            words = " ".join(f"{f.where}{NBSP}: {f.what}." for f in told[:TOLD])
            more = f" Et {len(told) - TOLD} autres, dans le classeur." if len(told) > TOLD else ""
            yield Notice(_counted(len(told), one, many), words + more)


def _perimeter(question: Question) -> Iterator[Notice]:
    if aside := question.aside:
        kept = {name: v for name, v in question.parameters.items() if name != "perimetre"}
        perimeter = question.parameters["perimetre"]
        yield Notice(
            "périmètre constant" if perimeter == "constant" else "périmètre réduit",
            f"{PERIMETERS[perimeter]}, sans {', '.join(aside)}.",
            f"?{urlencode(kept)}",
            "Toutes les chambres",
        )
    if told := uneven_closings(question.books):
        yield Notice("clôtures différentes", told)


def _book(file: BookFile) -> str:
    book = file.book
    return reverse("ledger:book", args=[book.network.code, book.entity.code, book.year])


def _accounts(question: Question) -> Iterator[Notice]:
    count, cents = question.year.unmapped if question.year else (0, 0)
    if count:
        page = reverse("ledger:mapping", args=[question.network.code])
        words = _counted(count, "compte sans correspondance", "comptes sans correspondance")
        yield Notice(
            words,
            f"Comptes locaux sans correspondance{NBSP}: {count}, {exact_euros(cents)} mouvementés "
            "restent hors des comptes communs.",
            f"{page}?exercice={question.parameters['exercice']}",
            "Mettre en correspondance",
        )


def _past(question: Question) -> Iterator[Notice]:
    for year, lacking, more in question.uneven:
        sides = [f" Sans {', '.join(lacking)}."] * bool(lacking)
        sides += [f" Avec {', '.join(more)} en plus."] * bool(more)
        yield Notice(
            f"{year}{NBSP}: autres chambres",
            f"{year} ne compte pas les mêmes chambres que {question.parameters['exercice']}{NBSP}: "
            f"aucune variation n’est montrée.{''.join(sides)}",
            f"?{question.query}&perimetre=constant",
            "Comparer à périmètre constant",
        )
    if question.unlike and not question.columns and not question.uneven:
        years = f"{question.past[0].year} et {question.parameters['exercice']}"
        yield Notice(
            "variation non montrée",
            f"{years} ne se comparent pas sur la même période{NBSP}: aucune variation n’est "
            f"montrée. {question.unlike}.",
        )


def _between(question: Question) -> Iterator[Notice]:
    if question.year is None or question.entity:
        return
    control = control_of(question.year.result, question.year.families)
    page = reverse("ledger:intercompany", args=[question.network.code])
    page = f"{page}?exercice={question.parameters['exercice']}"
    if control.different:
        told = ", ".join(f"{words} {exact_euros(gap)}" for words, _, gap in control.lines)
        yield Notice(
            _counted(control.different, "écart entre chambres", "écarts entre chambres"),
            f"Écarts d’élimination de l’exercice, sur leurs propres lignes{NBSP}: {told}.",
            f"{page}&seulement=ecarts",
            "Voir les écarts",
        )
    if control.remarks:
        words = _counted(len(control.remarks), "montant non éliminé", "montants non éliminés")
        yield Notice(
            words,
            f"Entre chambres et laissé dans les comptes{NBSP}: {words}.",
            f"{page}#constats",
            "Voir lesquels",
        )
