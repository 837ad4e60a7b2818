"""Entry lines: where every figure leads, filtered by the address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.kernel.money import NBSP, exact_euros, parse_count
from maillage.ledger.book_folders import books_of
from maillage.ledger.engine.drill import EntryLine, Filter, Page, entry_lines
from maillage.ledger.engine.families import Side
from maillage.ledger.engine.flows import Accounts
from maillage.ledger.engine.reciprocity import NATURES, accounts_behind
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.ledger.views.accounts_question import CHAMBERS, question_of
from maillage.ledger.views.network_page import page_context
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.asked import flag, misread
from maillage.ui.downloads import exported

UNAPPLIED = CHAMBERS | {"niveau": "tous les comptes"}
PER_PAGE = 100
EXPORTED = 100_000


def _text(request: Request, name: str) -> str:
    return request.GET.get(name, "").strip().replace("\x00", "")[:80]


def _filter(request: Request, question: Question) -> tuple[Filter, dict[str, str]]:
    """What is asked of the lines, and the parameters that ask it."""
    partner = _text(request, "partenaire")
    partners = question.partners
    named = partner in partners.chambers()
    if not named:
        misread(request, "partenaire", "toutes les chambres en face")
    given = {name: _text(request, name) for name in ("local", "journal", "numero", "texte")} | {
        "partenaire": partner if named else "",
        "tiers": _text(request, "tiers"),
        "sans": "oui" if flag(request, "sans", "tous les comptes") else "",
        "avec": _beside(request),
        "famille": "",
        "nature": "",
        "sens": "",
        "exact": "oui"
        if flag(request, "exact", "le compte et ses subdivisions") and question.prefix
        else "",
    }
    found = Filter(
        account=question.prefix,
        exact=bool(given["exact"]),
        local=given["local"],
        month=question.span.month,
        until=question.span.cumulated,
        axis=question.span.axis,
        journal=given["journal"],
        number=given["numero"],
        third=given["tiers"],
        partner=given["partenaire"],
        partners=partners,
        families=question.year.families if question.year else None,
        text=given["texte"],
        unmapped=bool(given["sans"]),
        among=_among(request, question, given),
        beside=Accounts.named(given["avec"]) if given["avec"] else None,
    )
    return found, {name: value for name, value in given.items() if value}


def _beside(request: Request) -> str:
    """The accounts that the entries asked for touch, as `Accounts.named` reads them, "" for any."""
    told = _text(request, "avec")
    if BESIDE.fullmatch(told) or not told:
        return told
    misread(request, "avec", "toutes les écritures")
    return ""


def _among(request: Request, question: Question, given: dict[str, str]) -> frozenset[str] | None:
    """The accounts of the family asked for, None where none is; `given` is told what was asked."""
    year = question.year
    family = year.families.family(_text(request, "famille")) if year else None
    if year is None or family is None:
        misread(request, "famille", "toutes les familles")
        return None
    nature = next((n for n in NATURES if n == _text(request, "nature")), None)
    side = next((s for s in SIDES if s == _text(request, "sens")), None)
    if nature is None:
        misread(request, "nature", "toutes les natures")
    if side is None:
        misread(request, "sens", "débits et crédits")
    given |= {"famille": family.code, "nature": nature or "", "sens": side or ""}
    return accounts_behind(year.result.lines, year.families, family.code, nature, side)


SIDES: tuple[Side, ...] = ("debit", "credit")
SIDE_WORDS = {"debit": "débit", "credit": "crédit"}
WORDS = {
    "local": "Compte local",
    "journal": "Journal",
    "numero": "Écriture",
    "texte": "Texte",
    "partenaire": "Chambre en face",
    "famille": "Famille",
    "nature": "Nature",
    "sens": "Comptes en",
    "tiers": "Tiers",
    "sans": "Sans correspondance",
    "exact": "Sans les subdivisions du compte",
    "avec": "Dans les écritures qui touchent",
}
FLAGS = ("sans", "exact")
BESIDE = re.compile(r"\d+(,-?\d+)*", re.ASCII)
HIDDEN = ("avec", "partenaire", "tiers", "numero", "sans", "famille", "nature", "sens")


def _told(question: Question, name: str, value: str) -> str:
    """A value as the address gives it, in words."""
    if name == "avec":
        return str(Accounts.named(value))
    if name == "famille" and question.year:
        return question.year.families.label(value)
    named = {"nature": {str(n): words for n, words in NATURES.items()}, "sens": SIDE_WORDS}
    return named.get(name, {}).get(value, value)


@require_safe
def lines(request: Request, network: str) -> HttpResponse:
    """The lines that answer, a hundred at a time, and what all of them come to."""
    found = kept_network(request, network)
    question = question_of(request, found, UNAPPLIED)
    wanted, given = _filter(request, question)
    books, mapping = books_of(question.books), mapping_of(rules_of(found))
    number = max(1, parse_count(request.GET.get("page"), 10**8) or 1)
    page = entry_lines(books, mapping, wanted, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    if page.count and not page.lines:  # beyond the last page
        number = -(-page.count // PER_PAGE)
        page = entry_lines(books, mapping, wanted, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    parameters = question.of_lines | given
    context = page_context(request, found, "ledger:entry_lines") | {
        "question": question,
        "given": {name: given.get(name, "") for name in WORDS},
        "chips": _chips(question, parameters),
        "result": page,
        "rows": [(line, shares_of(line, _short(question))) for line in page.lines],
        "number": number,
        "pages": max(1, -(-page.count // PER_PAGE)),
        "query": urlencode(parameters),
        "base": urlencode({"exercice": question.year.year} if question.year else {}),
        "short": _short(question),
        "exported": EXPORTED,
        "balance": page.debit - page.credit,
        "taken": _taken(question, wanted, given),
        "hidden": [(n, given[n]) for n in HIDDEN if n in given],
    }
    return render(request, "ledger/lines.html", context)


def _short(question: Question) -> dict[str, str]:
    return {entity.code: entity.short_name for entity in question.offered}


def shares_of(line: EntryLine, short: dict[str, str]) -> str:
    """What each chamber has of a line shared out, and what of it is with nobody; "" else. Said of
    the whole line, be a chamber's part alone asked: each part, the total once."""
    if not line.shares:
        return ""
    told = [f"{short.get(code, code)} {exact_euros(cents)}" for code, cents in line.shares]
    if rest := line.whole - sum(cents for _, cents in line.shares):
        told.append(f"sans chambre en face {exact_euros(rest)}")
    return f"réparti{NBSP}: {f'{NBSP}; '.join(told)}, sur {exact_euros(line.whole)} au livre"


def _taken(question: Question, wanted: Filter, given: dict[str, str]) -> int:
    """What the consolidated accounts take out of these lines, where a common account is asked."""
    if question.year is None or question.entity or not question.prefix or set(given) - {"exact"}:
        return 0
    return sum(
        line.debit - line.credit
        for line in question.year.result.eliminations
        if wanted.takes(line.account) and question.span.holds(line)
    )


def _chips(question: Question, parameters: dict[str, str]) -> list[tuple[str, str]]:
    """Each filter in words, with the address without it."""
    told = {
        name: f"{word} : {_told(question, name, parameters.get(name, ''))}"
        for name, word in WORDS.items()
    }
    told |= {name: WORDS[name] for name in FLAGS}
    if parameters.get("partenaire"):
        code = parameters["partenaire"]
        told["partenaire"] = f"{WORDS['partenaire']} : {_short(question).get(code, code)}"
    if question.prefix:
        name = question.chart.name_of(question.prefix)
        told["compte"] = f"Compte commun {question.prefix} {name}"
    if question.entity:
        told["chambre"] = question.entity.short_name
    if question.span.axis:
        told["axe"] = f"Axe {question.axis_name}"
    if question.span.month:
        told["mois"] = question.period
    chips = []
    for name, words in told.items():
        if parameters.get(name):
            left = {
                k: v for k, v in parameters.items() if k not in (name, "cumul" * (name == "mois"))
            }
            chips.append((words, f"?{urlencode(left)}"))
    return chips


@require_safe
def export(request: Request, network: str, extension: str) -> HttpResponse:
    """The lines that answer, at most a hundred thousand."""
    found = kept_network(request, network)
    question = question_of(request, found, UNAPPLIED)
    wanted, given = _filter(request, question)
    page = entry_lines(
        books_of(question.books), mapping_of(rules_of(found)), wanted, limit=EXPORTED
    )
    filters = [*question.words]
    filters += [
        WORDS[n] if n in FLAGS else f"{WORDS[n]} : {_told(question, n, value)}"
        for n, value in given.items()
    ]
    if page.count > EXPORTED:
        filters.append(f"Les {EXPORTED} premières lignes sur {page.count}.")
    return exported(
        Table("Écritures", LINES, _exported_rows(page, _short(question)), filters), extension
    )


LINES = (
    Column("Chambre"),
    Column("Date", width=12),
    Column("Journal", width=9),
    Column("Écriture", width=14),
    Column("Compte commun", width=14),
    Column("Compte local", width=14),
    Column("Intitulé", width=36),
    Column("Tiers", width=14),
    Column("Nom du tiers", width=28),
    Column("Pièce", width=16),
    Column("Libellé", width=44),
    Column("Débit", "amount"),
    Column("Crédit", "amount"),
    Column("Lettrage", width=10),
    Column("Ligne du fichier", "number"),
    Column("Répartition", width=50),
)


def _exported_rows(page: Page, short: dict[str, str]) -> Any:
    return (
        (
            short.get(x.entity, x.entity),
            x.date.strftime("%d/%m/%Y") if x.date else "",
            x.journal,
            x.number,
            x.common,
            x.account,
            x.account_label,
            x.aux,
            x.aux_label,
            x.piece,
            x.label,
            x.debit,
            x.credit,
            x.lettering,
            x.line,
            shares_of(x, short),
        )
        for x in page.lines
    )


routes = [
    path("ecritures/", lines, name="entry_lines"),
    path("ecritures/export.<str:extension>", export, name="entry_lines_export"),
]
