"""The documents that editions rest on: read page by page by whoever may see them, taken away,
removed. What is not visible is a 404."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from maillage.exchange import rules as document_rules
from maillage.exchange import store
from maillage.exchange.actions import remove_document
from maillage.exchange.engine.contents import Kind
from maillage.exchange.engine.pages import Mark, lines_of, pieces_of, said_page
from maillage.exchange.engine.pdf import BusyError
from maillage.exchange.models import Document
from maillage.exchange.queries import picture_of
from maillage.jobs.progress import followed, progress
from maillage.kernel.money import size
from maillage.kernel.rooms import HOUSE
from maillage.people.requests import Request
from maillage.schemes.citations import Resting, documents_visible_to, passages_used, resting_on
from maillage.schemes.engine.document import EditionDocument
from maillage.schemes.models import Edition, Placement
from maillage.schemes.queries import document_of, editions_visible_to
from maillage.schemes.views.editions import CURRENT
from maillage.sheets.findings import Unreadable
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.outline import outline

TYPES = {
    Kind.PDF: "application/pdf",
    Kind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.TEXT: "text/plain; charset=utf-8",
}


def visible_document(request: Request, pk: object) -> Document:
    found: Document = get_object_or_404(documents_visible_to(request.actor), pk=pk)
    return found


@require_safe
def document(request: Request, pk: object) -> HttpResponse:
    """Its first page; while it is being read, how far that has come."""
    found = visible_document(request, pk)
    if found.is_over:
        return redirect("schemes:document_page", pk=found.pk, number=1)
    here = reverse("schemes:document", args=[found.pk])
    context = {
        "document": found,
        "job": progress(found, url=here, cancel_url="", result_url=here),
        **outline(request, found.network, CURRENT, found.title),
    }
    return followed(request, "schemes/document_progress.html", context)


@require_safe
def page(request: Request, pk: object, number: int) -> HttpResponse:
    """A page as it is, and the cells that rest on it in the edition asked for, else in force."""
    found = visible_document(request, pk)
    if not 1 <= number <= found.pages:
        raise Http404
    edition = _edition(request, found)
    content = document_of(edition) if edition else None
    first = found.first_for(edition.subject) if edition else found.first_page
    resting = resting_on(content, found, first).get(number, []) if content else []
    context = {
        "cited_as": said_page(number, first) if first != found.first_page else "",
        **page_context(found, number, content, resting),
        "edition": edition,
        "can_remove": document_rules.can_remove(found, actor=request.actor),
        "size": size(found.size),
        **outline(request, found.network, CURRENT, found.title, f"Page {number}"),
    }
    return render(request, "schemes/document.html", context)


def _edition(request: Request, document: Document) -> Edition | None:
    """The edition asked for; else one that rests on the document, that in force, the last."""
    own = editions_visible_to(request.actor).filter(scheme__network=document.network_id)
    asked = request.GET.get("edition", "")
    editions = {str(edition.pk): edition for edition in own.order_by("number")}
    if asked in editions:
        return editions[asked]
    resting = set(
        Placement.objects.filter(edition__in=own, source_document=document.title)
        .values_list("edition", flat=True)
        .distinct()
    )
    return max(
        editions.values(),
        key=lambda e: (e.pk in resting, e.status == "adopted", e.number),
        default=None,
    )


def page_context(
    document: Document, number: int, content: EditionDocument | None, cells: list[Any]
) -> dict[str, Any]:
    """What `exchange/page.html` shows: the page, its picture, its lines and what rests on each."""
    held = document.texts.filter(number=number).first()
    lines = lines_of(held.lines) if held else ()
    used: list[Resting] = passages_used(cells, lines, content) if content else []
    marks: dict[int, list[Mark]] = defaultdict(list)
    for one in used:
        for span in one.spans:
            marks[span.rank].append(Mark(span, one.name))
    drawn = document.is_pdf and held is not None
    return {
        "document": document,
        "number": number,
        "said": said_page(number, document.first_page),
        "page": held,
        "picture": reverse("schemes:document_picture", args=[document.pk, number]) if drawn else "",
        "marks": [mark for _, on_line in sorted(marks.items()) for mark in on_line],
        "lines": [pieces_of(line.text, marks[rank]) for rank, line in enumerate(lines)],
        "used": used,
        "before": number - 1 if number > 1 else 0,
        "after": number + 1 if number < document.pages else 0,
    }


@require_safe
def picture(request: Request, pk: object, number: int) -> HttpResponse:
    """The picture of a page: drawn once, then kept; its bytes never change."""
    found = visible_document(request, pk)
    if not found.is_pdf or not 1 <= number <= found.pages:
        raise Http404
    try:
        data = picture_of(found, number)
    except Unreadable:
        return HttpResponse(status=422)
    except BusyError:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return HttpResponse(data, content_type="image/png", headers=headers)


@require_safe
def file(request: Request, pk: object) -> HttpResponse | FileResponse:
    """The file as it was sent, always as a download: never opened within the site."""
    found = visible_document(request, pk)
    stream = store.path_of(found.sha256).open("rb")
    kind = TYPES[Kind(found.kind)]
    answer = FileResponse(stream, as_attachment=True, filename=found.filename, content_type=kind)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, pk: object) -> HttpResponse:
    """Take a document out; why not, where cells rest on it."""
    found = visible_document(request, pk)
    resting = len(HOUSE.dependents(found.subject))
    back = reverse("schemes:document_page", args=[found.pk, 1])
    home = reverse(CURRENT, args=[found.network.code])

    def run() -> Done:
        remove_document(found, actor=request.actor)
        return f"«\u00a0{found.title}\u00a0» est retiré.", home

    verdict = document_rules.can_remove(found, actor=request.actor)
    fault = document_rules.removal_fault(resting)
    act = Act(
        f"Retirer «\u00a0{found.title}\u00a0»",
        "Retirer",
        back,
        "Le fichier et ses pages ne seront plus là\u00a0; le journal garde son empreinte.",
        [fault] if fault else (),
        verdict=verdict,
        loses=True,
        outline=outline(request, found.network, CURRENT, (found.title, back), "Retirer"),
    )
    return act_page(request, act, run)


routes = [
    path("sources/<uuid:pk>/", document, name="document"),
    path("sources/<uuid:pk>/pages/<int:number>/", page, name="document_page"),
    path("sources/<uuid:pk>/pages/<int:number>/image/", picture, name="document_picture"),
    path("sources/<uuid:pk>/fichier/", file, name="document_file"),
    path("sources/<uuid:pk>/retirer/", remove, name="document_remove"),
]
