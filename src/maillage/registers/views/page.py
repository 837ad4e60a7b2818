"""What every page of a register begins with: the network, the right to enter, where one is."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.kernel.verdicts import require
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.registers.declaration import Register
from maillage.registers.list_question import Question, asked
from maillage.registers.queries import Reading
from maillage.ui.outline import Crumb, outline


def opened(register: Register, request: Request, network: str) -> Reading:
    """The register as the reader of a page reads it.

    404 for a network one does not see; a refusal, with its reason, where one sees the network.
    """
    found = get_object_or_404(Network, code=network)
    verdict = register.may_enter(found, actor=request.actor)
    if not verdict and not request.actor.sees(found.pk):
        raise Http404
    require(verdict)
    return Reading(register, found, request.actor)


def question_of(reading: Reading, request: Request) -> Question:
    """What the address asks; the directories of the references it filters by are read for it."""
    names = {parameter.partition(".")[0] for parameter in request.GET}
    known = {
        f.name: reading.directory(f.name).known
        for f in reading.fields
        if f.name in names and f.refers
    }
    return asked(request.GET, reading.fields, known, timezone.localdate())


def words_of(reading: Reading, question: Question) -> list[str]:
    """The filters in French, one line each, as chips and files tell them."""
    lines = [c.words(reading.directory(c.field.name).labels) for c in question.conditions]
    if question.search:
        lines.append(f"Recherche\u00a0: «\u00a0{question.search}\u00a0»")
    if question.archived:
        lines.append("Avec les fiches archivées")
    return lines


def page_context(request: Request, reading: Reading, *last: Crumb) -> dict[str, Any]:
    """Context of a page: the register, where its list is, the outline down to `last`."""
    register, network = reading.register, reading.network
    page = f"{register.room}:{register.name}"
    home = register.address("", network.code)
    return outline(request, network, page, *last) | {"register": register, "home": home}
