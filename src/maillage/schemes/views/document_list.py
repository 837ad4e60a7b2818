"""The documents an edition is read from: one is added, one is chosen; how far each was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from maillage.exchange import rules as document_rules
from maillage.exchange.actions import take_document
from maillage.exchange.models import Document, PageRead
from maillage.imports.views import received
from maillage.kernel.money import size
from maillage.kernel.verdicts import Refusal, require
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.citations import documents_visible_to, resting_on
from maillage.schemes.engine.coverage import coverage as coverage_of
from maillage.schemes.engine.document import EditionDocument
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from maillage.schemes.views.editions import edition_route, outline_of, visible_edition
from maillage.schemes.views.reading_page import address_of
from maillage.sheets.findings import Finding, Unreadable


class DocumentForm(forms.Form):
    file = forms.FileField(
        label="Fichier", max_length=200, help_text="PDF, Word (.docx) ou texte en UTF-8."
    )
    title = forms.CharField(
        label="Titre",
        required=False,
        max_length=200,
        help_text="Celui que citent les cellules, et que le livret imprime. Laissé vide, le nom du "
        "fichier.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: Request, pk: int) -> HttpResponse:
    """The documents of the network: one is added, one is chosen to be read; what was read."""
    edition = visible_edition(request, pk)
    network, actor = edition.scheme.network, request.actor
    verdict = document_rules.can_add(network, actor=actor)
    form = DocumentForm(request.POST or None, request.FILES or None)
    findings: tuple[Finding, ...] = ()
    status = 200
    if request.method == "POST":
        require(verdict)
        status = 422
        if form.is_valid():
            try:
                data, name = received(form, settings.EXCHANGE_LIMIT)
                title = form.cleaned_data["title"]
                added = take_document(network, data, name, actor=actor, title=title)
            except Unreadable as unreadable:
                findings = unreadable.findings
            except Refusal as refusal:
                if refusal.denied.status == 403:
                    raise
                form.add_error(*_refused(refusal))
                status = refusal.denied.status
            else:
                messages.success(request, f"«\u00a0{added.title}\u00a0» est ajouté.")
                return redirect(address_of(edition, added, 1) if added.is_over else _shown(added))
    content = document_of(edition)
    context = {
        "edition": edition,
        "verdict": verdict,
        "can_write": rules.can_write(edition, actor=actor),
        "form": form,
        "findings": findings,
        "most": size(settings.EXCHANGE_LIMIT),
        "documents": list(_listed(request, edition, content)),
        "coverage": coverage_of(content),
        **outline_of(request, edition, "Documents"),
    }
    return render(request, "schemes/documents.html", context, status=status)


def _refused(refusal: Refusal) -> tuple[str, str]:
    """The field a refusal is about, and its reason, with where the document already kept is."""
    reason = refusal.denied.reason
    if kept := refusal.details.get("document"):
        there = reverse("schemes:document", args=[kept])
        reason = format_html('{} <a href="{}">Le lire</a>', reason, there)
    return str(refusal.details.get("field", "title")), reason


def _shown(document: Document) -> str:
    return reverse("schemes:document", args=[document.pk])


def _listed(
    request: Request, edition: Edition, content: EditionDocument
) -> Iterator[dict[str, Any]]:
    """Each document with how far it was read for this edition."""
    own = list(documents_visible_to(request.actor).filter(network=edition.scheme.network))
    marked: dict[Any, set[int]] = {document.pk: set() for document in own}
    for key, number in PageRead.objects.filter(document__in=own, about=edition.subject).values_list(
        "document", "number"
    ):
        marked[key].add(number)
    for document in own:
        resting = resting_on(content, document, document.first_for(edition.subject))
        cells = {cell.key for found in resting.values() for cell in found}
        yield {
            "document": document,
            "size": size(document.size),
            "read": len(marked[document.pk] | set(resting)),
            "cells": len(cells),
            "next": next(
                (n for n in range(1, document.pages + 1) if n not in marked[document.pk]), 1
            ),
        }


routes = [edition_route("documents/", documents, "documents")]
