"""What every page of a register begins with: the network, the right to enter, where one is."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.kernel.verdicts import Denied, Refusal
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.registers.changes import refers
from maillage.registers.declaration import Register
from maillage.registers.queries import Reading
from maillage.registers.question import Question, asked


def opened(register: Register, request: Request, network: str) -> Reading:
    """The register as the reader of a page reads it.

    404 for a network one does not see; a refusal, with its reason, where one sees the network.
    """
    found = get_object_or_404(Network, code=network)
    verdict = register.may_enter(found, actor=request.actor)
    if isinstance(verdict, Denied):
        if not request.actor.sees(found.pk):
            raise Http404
        raise Refusal(verdict)
    return Reading(register, found, request.actor)


def question_of(reading: Reading, request: Request) -> Question:
    """What the address asks; the directories of the references it filters by are read for it."""
    names = {parameter.partition(".")[0] for parameter in request.GET}
    known = {
        f.name: reading.directory(f.name).known
        for f in reading.fields
        if f.name in names and refers(f)
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


def framed(reading: Reading, *last: tuple[str, str] | str) -> dict[str, Any]:
    """Context of a page: the register, its addresses, the crumbs down to `last`."""
    register, network = reading.register, reading.network
    home = register.address("", network.code)
    crumbs = [
        {"label": network.name, "url": f"/reseaux/{network.code}/"},
        {"label": register.many[:1].upper() + register.many[1:], "url": home},
        *({"label": c} if isinstance(c, str) else {"label": c[0], "url": c[1]} for c in last),
    ]
    crumbs[-1] = {"label": crumbs[-1]["label"]}
    return {"register": register, "network": network, "home": home, "crumbs": crumbs}
