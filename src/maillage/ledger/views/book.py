"""One book: the file in force, its figures, what was found in it, the former files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from maillage.kernel.money import parse_count
from maillage.kernel.verdicts import require
from maillage.ledger import book_folders, rules
from maillage.ledger.actions.books import restore_file, withdraw_book
from maillage.ledger.engine.findings import CODES, RANK, SEVERITY_LABELS, Finding, Severity
from maillage.ledger.engine.ledger_reader import LedgerFile
from maillage.ledger.models import Book, BookFile
from maillage.ledger.queries.beside import said_beside
from maillage.ledger.queries.books import (
    books_visible_to,
)
from maillage.ledger.views.network_page import page_context
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.asked import choice, misread
from maillage.ui.downloads import exported
from maillage.ui.fields import number_seen

PER_PAGE = 100


def _book(request: Request, network: str, entity: str, year: int) -> Book:
    books = books_visible_to(request.actor)
    found: Book = get_object_or_404(books, network__code=network, entity__code=entity, year=year)
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one code: how many, and the first of those kept."""

    code: str
    title: str
    severity: Severity
    label: str
    expected: str
    official: bool
    count: int
    first: Finding | None


def _groups(read: LedgerFile, severity: str) -> list[Group]:
    groups = []
    for code, count in read.findings.counts.items():
        known = CODES[code]
        if severity in ("", known.severity):
            kept = read.findings.kept.get(code, [])
            first = min(kept, key=lambda f: f.line or 0, default=None)
            groups.append(
                Group(
                    code,
                    known.title,
                    known.severity,
                    SEVERITY_LABELS[known.severity],
                    known.expected,
                    known.official,
                    count,
                    first,
                )
            )
    return sorted(groups, key=lambda g: (RANK[g.severity], -g.count))


def _located(read: LedgerFile, code: str, severity: str) -> list[Finding]:
    return [
        finding
        for finding in read.findings
        if code in ("", finding.code) and severity in ("", finding.severity)
    ]


def _chosen(request: Request) -> tuple[str, str]:
    """The severity and the code asked for."""
    severity = choice(request, "gravite", SEVERITY_LABELS, "toutes les gravités")
    return severity, choice(request, "code", CODES, "tous les constats")


@require_safe
def book(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """One book: the file in force, its figures, what was found in it, the former files."""
    found = _book(request, network, entity, year)
    files = list(found.files.all())
    if not files:
        raise Http404
    current = next((f for f in files if f.replaced_at is None), None)
    asked = _former_file(request, files) or current
    lost = asked is not None and not book_folders.is_there(asked)
    shown = None if lost else asked
    former = [f for f in files if f.replaced_at is not None]
    names = names_of({f.imported_by for f in files})
    context = page_context(request, found.network, "ledger:books", str(found)) | {
        "book": found,
        "keeps_book": rules.can_withdraw(found.network, book=found, actor=request.actor),
        "shown": shown,
        "lost": asked if lost else None,
        "current": current,
        "former": former,
        "names": names,
        "by": names.get(shown.imported_by, "Personne inconnue") if shown else "",
        "changes": _changes(current, former) if shown == current else [],
    }
    if shown is not None:
        context["state"] = shown.state
    if shown is not None and shown is current:
        context["beside"] = beside = said_beside(found, shown)
        context["state"] = shown.state_with(len(beside.twins))
    if shown is not None:
        context |= _of_file(request, shown, {} if shown is current else {"fichier": shown.pk})
    return render(request, "ledger/book.html", context)


def _of_file(request: Request, shown: BookFile, query: dict[str, int]) -> dict[str, Any]:
    """What a file holds and what was found in it. `query`: what names it in an address."""
    read = LedgerFile.load(book_folders.folder(shown))
    severity, code = _chosen(request)
    located = Paginator(_located(read, code, severity), PER_PAGE) if code else None
    return {
        "read": read,
        "columns": shown.columns or [axis.removeprefix("axe_") for axis in read.axes],
        "severity": severity,
        "severities": _severities(read),
        "groups": _groups(read, severity),
        "code": CODES.get(code),
        "page": located.get_page(request.GET.get("page")) if located else None,
        "kept": len(read.findings.kept.get(code, [])),
        "count": read.findings.counts.get(code, 0),
        "query": urlencode(query),
        "query_here": urlencode(query | {"gravite": severity, "code": code}),
    }


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure of a book before and now; `kind` is "amount" (cents) or "number"."""

    label: str
    kind: str
    before: int
    now: int

    @property
    def difference(self) -> int:
        return self.now - self.before


def _changes(current: BookFile | None, former: Sequence[BookFile]) -> list[Changed]:
    """What the file in force changes to the one that was before it; none where it is the first."""
    last = max(former, key=lambda f: f.replaced_at, default=None)  # type: ignore[arg-type,return-value]
    if current is None or last is None:
        return []
    return [
        Changed("Lignes", "number", last.lines, current.lines),
        Changed("Débits, en euros", "amount", last.debit, current.debit),
        Changed("Crédits, en euros", "amount", last.credit, current.credit),
        Changed("Constats", "number", last.findings, current.findings),
    ]


def _former_file(request: Request, files: Sequence[BookFile]) -> BookFile | None:
    """The former file asked for (`fichier=`)."""
    asked = request.GET.get("fichier", "")
    found = next((f for f in files if str(f.pk) == asked), None)
    if found is None:
        misread(request, "fichier", "le fichier en place")
    return found


def _severities(read: LedgerFile) -> list[tuple[str, str, int]]:
    totals = read.findings.by_severity()
    return [
        (severity.value, label, totals[severity])
        for severity, label in SEVERITY_LABELS.items()
        if severity in totals
    ]


FINDINGS = (
    Column("Gravité"),
    Column("Constat", width=40),
    Column("Ligne", "number"),
    Column("Champ"),
    Column("Valeur", width=30),
    Column("Précision", width=30),
    Column("Attendu", width=40),
    Column("Code"),
    Column("Total de ce code", "number"),
)


def _finding_rows(read: LedgerFile, findings: Iterable[Finding]) -> Iterator[Sequence[Any]]:
    """Findings as rows of their table."""
    for f in findings:
        label, total = SEVERITY_LABELS[f.severity], read.findings.counts[f.code]
        yield label, f.title, f.line, f.column, f.value, f.detail, f.expected, f.code, total


@require_safe
def book_findings(
    request: Request, network: str, entity: str, year: int, extension: str
) -> HttpResponse:
    """The findings kept, as filtered, with what was filtered written in the file."""
    found = _book(request, network, entity, year)
    files = list(found.files.all())
    shown = _former_file(request, files) or next((f for f in files if f.replaced_at is None), None)
    if shown is None or not book_folders.is_there(shown):
        raise Http404
    read = LedgerFile.load(book_folders.folder(shown))
    severity, code = _chosen(request)
    filters = [f"Fichier {shown.name}, SHA-256 {shown.sha256}"]
    if severity:
        filters.append(f"Gravité : {SEVERITY_LABELS[Severity(severity)]}")
    if code:
        filters.append(f"Constat : {CODES[code].title}")
    filters.append(
        "Au plus 1 000 constats par code sont situés ; les totaux par code les comptent tous."
    )
    title = f"Constats {found.entity.short_name} {found.year}"
    rows = _finding_rows(read, _located(read, code, severity))
    return exported(Table(title, FINDINGS, rows, filters), extension)


@require_POST
def restore(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """Put a former file back in force."""
    found = _book(request, network, entity, year)
    asked = parse_count(request.POST.get("fichier"))
    file = get_object_or_404(found.files, pk=asked or 0)
    require(rules.can_restore(found.network, file=file, actor=request.actor))
    seen = number_seen(request.POST, "vu")
    restore_file(found.network, file, actor=request.actor, in_force=seen)
    messages.success(request, f"{file.name} est de nouveau le fichier en vigueur.")
    return redirect("ledger:book", network=network, entity=entity, year=year)


@require_POST
def withdraw(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """Leave the book without a file in force."""
    found = _book(request, network, entity, year)
    require(rules.can_withdraw(found.network, book=found, actor=request.actor))
    seen = number_seen(request.POST, "vu")
    withdraw_book(found.network, found, actor=request.actor, in_force=seen)
    messages.success(request, f"{found}\u00a0: livre retiré\u00a0; ses fichiers restent ici.")
    return redirect("ledger:book", network=network, entity=entity, year=year)


routes = [
    path("livres/<slug:entity>/<int:year>/", book, name="book"),
    path(
        "livres/<slug:entity>/<int:year>/constats.<str:extension>",
        book_findings,
        name="book_findings",
    ),
    path("livres/<slug:entity>/<int:year>/retablir/", restore, name="book_restore"),
    path("livres/<slug:entity>/<int:year>/retirer/", withdraw, name="book_withdraw"),
]
