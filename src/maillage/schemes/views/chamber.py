"""The sheet of a chamber: what it runs, for whom, receives, decides with whom, and what changes
between two milestones of any edition its reader may see.

Knows what an address asks and where cells lead. Refuses to compute or word anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from maillage.kernel.period import french_date
from maillage.network.models import Entity, Network
from maillage.people.requests import Request
from maillage.schemes.engine import observed
from maillage.schemes.engine.chamber import ELSEWHERE, KINDS, ChamberSheet, sheet_of
from maillage.schemes.engine.chamber_page import gaps_of, page_of
from maillage.schemes.engine.chamber_paper import chamber_pdf
from maillage.schemes.engine.chamber_tables import WHOLE, ChamberTables, tables_of
from maillage.schemes.engine.change import FIELD_LABELS
from maillage.schemes.engine.change_words import NOT_STATED
from maillage.schemes.engine.counting import Coded, counted
from maillage.schemes.engine.document import MODE_LABELS, PROVENANCE_LABELS, by_date
from maillage.schemes.models import Edition
from maillage.schemes.observations import observations_as_of
from maillage.schemes.queries import (
    NetworkEditions,
    document_of,
    editions_of,
    networks_visible_to,
    nouns_visible_to,
)
from maillage.schemes.templatetags.schemes import mode_class
from maillage.schemes.views.editions import CURRENT
from maillage.schemes.views.pictures import subject_of
from maillage.sheets import writing
from maillage.sheets.writing import Table
from maillage.ui.downloads import attachment
from maillage.ui.outline import outline
from maillage.ui.tables import Drawn, Link, Shown, shown

CHANGE = 5
"""Columns of a change besides its macro-process."""
_KNOWN = {PROVENANCE_LABELS[known].lower(): f" is-{known}" for known in NOT_STATED}
_LETTERS = {label: letter for letter, label in MODE_LABELS.items() if letter in "ACHMI"}


@dataclass(frozen=True)
class Asked:
    """What an address names: an entity of a network, an edition, two milestones, a kind."""

    network: Network
    entity: Entity
    editions: NetworkEditions
    edition: Edition | None
    sheet: ChamberSheet | None
    kind: str
    observed: Table | None
    """What is observed of it beside the later milestone, for those of the network; None where
    nothing is."""

    @property
    def all(self) -> tuple[Table, ...]:
        """Every table, for a file."""
        tables, more = self.tables, (self.observed,) if self.observed else ()
        return (*tables.all, *more) if tables else ()

    @property
    def tables(self) -> ChamberTables | None:
        return tables_of(self.sheet, self.kind) if self.sheet else None

    @property
    def span(self) -> str:
        """The query of exactly this edition and these milestones, whatever is later in force."""
        if self.edition is None or self.sheet is None:
            return ""
        held = self.sheet
        return urlencode({"edition": self.edition.pk, "de": held.before.code, "a": held.after.code})

    @property
    def query(self) -> str:
        return f"{self.span}&nature={self.kind}" if self.kind else self.span


def asked(request: Request, network: str, code: str) -> Asked:
    """What is asked for, or 404. The edition of `edition=`, else the one in force, else the
    draft; what it names that this actor may not see is left out, as if it were not there."""
    found: Network = get_object_or_404(networks_visible_to(request.actor), code=network)
    editions = editions_of(found, request.actor)
    nouns = nouns_visible_to(request.actor, found.entities.all(), editions.all)
    entity: Entity = get_object_or_404(nouns, code=code)
    pk = request.GET.get("edition", "")
    chosen = next((e for e in editions.all if str(e.pk) == pk), None)
    edition = chosen or editions.in_force or editions.draft
    sheet = None
    if edition is not None:
        span = request.GET.get("de", ""), request.GET.get("a", "")
        sheet = sheet_of(document_of(edition, texts=False), code, *span)
    kinds = sheet.by_kind() if sheet else {}
    kind = request.GET.get("nature", "")
    gaps = _observed(request, found, sheet) if sheet else None
    return Asked(found, entity, editions, edition, sheet, kind if kind in kinds else "", gaps)


def _observed(request: Request, network: Network, sheet: ChamberSheet) -> Table | None:
    if not request.actor.sees(network.pk):
        return None
    day, document = timezone.localdate(), sheet.document
    held = observations_as_of(network, day)
    seen = observed.seen_of(observed.all_beside(document, held, sheet.after.code), sheet.entity)
    words = [f"Constats en date du {french_date(day)}"]
    return observed.table_of(seen, document, sheet.after, words) if seen else None


@require_safe
def chamber(request: Request, network: str, code: str) -> HttpResponse:
    """The sheet on one page, with what it is taken away as."""
    asking = asked(request, network, code)
    sheet, tables = asking.sheet, asking.tables
    context: dict[str, Any] = {
        "entity": asking.entity,
        "editions": asking.editions.all,
        "edition": asking.edition,
        "sheet": sheet,
        **outline(request, asking.network, CURRENT, asking.entity.short_name),
    }
    if sheet and tables and asking.edition:
        context |= {
            "answer": tables.answer,
            "summary": shown(tables.summary),
            "changes": _headed(tables.changes, _dressed(asking, tables.changes)),
            "roles": [_headed(t, _dressed(asking, t)) for t in tables.roles.values()],
            "dropped": _gathered(asking, tables.dropped, what=2),
            "silent": _gathered(asking, tables.silent, what=-1),
            "observed": shown(asking.observed, as_cards=True) if asking.observed else None,
            "observed_count": counted(row[0] for row in asking.observed.rows)
            if asking.observed
            else "",
            "kinds": [(code, KINDS[code], len(held)) for code, held in sheet.by_kind().items()],
            "kind": asking.kind,
            "query": asking.query,
            "span": asking.span,
            "milestones": by_date(sheet.document.milestones),
        }
    return render(request, "schemes/chamber.html", context)


def _cell_url(asking: Asked, process: str) -> str:
    """The cell of the later milestone: the chamber's, which says whose value holds."""
    assert asking.edition is not None and asking.sheet is not None
    place = [asking.edition.pk, process, asking.sheet.after.code, asking.sheet.entity.code]
    return reverse("schemes:cell", args=place)


def _dressed(asking: Asked, table: Table) -> Table:
    """The table as the page draws it: names lead to their cells, modes have their letters."""
    rows = []
    for name, *rest in table.rows:
        of_mode = len(rest) < CHANGE or rest[1] in (FIELD_LABELS["mode"], WHOLE, KINDS[ELSEWHERE])
        drawn = map(_drawn, rest) if of_mode else rest
        rows.append((Link(str(name), _cell_url(asking, name.code)), *drawn))
    return replace(table, rows=rows)


def _drawn(text: str) -> str:
    """A text that begins with modes, with their letters before them."""
    first = text.partition(" ; ")[0]
    said = first.partition(", ")[0]
    letters = [_LETTERS.get(word, "") for word in said.split(" + ")]
    if not all(letters):
        return text
    known = _KNOWN.get(first.rpartition(", ")[2], "")
    looks = (f"{mode_class(letters[0])}{known}", *map(mode_class, letters[1:]))
    drawn = zip(looks, letters, strict=True)
    chips = format_html_join("", '<span class="mode {}">{}</span>', drawn)
    drawing = '<span class="mode-told"><span aria-hidden="true">{}</span><span>{}</span></span>'
    return Drawn(text, format_html(drawing, chips, text))


def _headed(table: Table, drawn: Table) -> tuple[str, Shown] | None:
    """How many macro-processes a table names, and the table as it is drawn; None without a row."""
    return (
        (counted(row[0] for row in table.rows), shown(drawn, as_cards=True)) if table.rows else None
    )


Gathered = list[tuple[str, str, list[Link]]]


def _gathered(asking: Asked, table: Table, what: int) -> tuple[str, str, Gathered]:
    """Rows that only name what they are of. The title, how many they are, then by what is said of
    them, in the column `what`, and by function: how many, and their cells."""
    found: dict[tuple[str, str], list[Coded]] = {}
    for row in table.rows:
        found.setdefault((row[what], row[1]), []).append(row[0])
    gathered = [
        (f"{said} {counted(names)}", function, [Link(n, _cell_url(asking, n.code)) for n in names])
        for (said, function), names in found.items()
    ]
    return table.title, counted(row[0] for row in table.rows), gathered


@require_safe
def workbook(request: Request, network: str, code: str) -> HttpResponse:
    """The tables of the sheet, each on its own."""
    asking = asked(request, network, code)
    tables = asking.tables
    if tables is None:
        raise Http404
    data = writing.to_workbook(asking.all, timezone.localdate())
    return attachment(data, writing.XLSX, f"{tables.title}.xlsx")


@require_safe
def printed(request: Request, network: str, code: str) -> HttpResponse:
    """The sheet on one A4, whatever the milestones: a browser's own print would take several."""
    asking = asked(request, network, code)
    sheet, tables, edition = asking.sheet, asking.tables, asking.edition
    if sheet is None or tables is None or edition is None:
        raise Http404
    subject = subject_of(edition)
    page = page_of(sheet, tables, [gaps_of(asking.observed)] if asking.observed else ())
    data = chamber_pdf(page, subject, timezone.localdate())
    return attachment(data, "application/pdf", f"{tables.title}.pdf")


def _at(last: str) -> str:
    return f"reseaux/<slug:network>/chambres/<slug:code>/{last}"


routes = [
    path(_at(""), chamber, name="chamber"),
    path(_at("fiche.xlsx"), workbook, name="chamber_xlsx"),
    path(_at("fiche.pdf"), printed, name="chamber_pdf"),
]
