"""What the pages of texts and of statements share: one of them is corrected, moved, taken out.

Refuses to know what each asks in its form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from maillage.kernel.verdicts import Refusal, require
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions.passages import Passages
from maillage.schemes.events import last_by
from maillage.schemes.models import Edition
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import seen_sent
from maillage.ui.rereading import written
from maillage.ui.templatetags.ui import pluriel


@dataclass(frozen=True, slots=True)
class Pages:
    """One kind of passage on its pages: `list` the address of all, `title` what they are called,
    `anchor` what precedes a code there; `named` what one is called, `words` what it says."""

    kind: Passages[Any]
    list: str
    title: str
    anchor: str
    named: Callable[[Any], str]
    words: Callable[[Any], str]
    revise: Callable[..., Any]
    move: Callable[..., Any]
    remove: Callable[..., Any]

    def url(self, edition: Edition) -> str:
        return reverse(self.list, args=[edition.pk])

    def revised(
        self,
        request: Request,
        pk: int,
        code: str,
        form_of: Callable[[Any, dict[str, Any]], forms.Form],
        template: str,
    ) -> HttpResponse:
        """The form of one passage; where somebody wrote it meanwhile, theirs beside one's own."""
        edition = visible_edition(request, pk)
        row = get_object_or_404(self.kind.rows(edition), code=code)
        form = form_of(request.POST or None, self.kind.values(row))
        stamp = self.kind.stamp(row)
        seen = request.POST.get("seen", stamp)[:64]

        def run(**given: Any) -> Done:
            read = seen_sent(request.POST, "seen")[:64]
            self.revise(edition, actor=request.actor, code=code, seen=read, **given)
            return f"{self.kind.noun.capitalize()} enregistré.", self.url(edition)

        act = Act(
            self.named(row),
            "Enregistrer",
            self.url(edition),
            verdict=rules.can_administer(edition, actor=request.actor),
            outline=outline_of(request, edition, self.title, self.named(row)),
            hidden={"seen": stamp},
        )
        one = self.kind.many.removesuffix("s")
        verb = f"schemes.{one}.revised"
        last = written(request, edition, verb=verb, **{f"diff__{one}": code})
        context = {"passage": row, "moved": row if seen != stamp else None, **last}
        if seen != stamp:
            context["by"] = last_by(edition, verb, request.actor, **{one: code})
        return act_page(request, act, run, form, template=template, context=lambda: context)

    def removed(self, request: Request, pk: int, code: str) -> HttpResponse:
        """Ask, then take one out of the draft."""
        edition = visible_edition(request, pk)
        row = get_object_or_404(self.kind.rows(edition), code=code)
        stamp, name = self.kind.stamp(row), self.named(row)

        def run() -> Done:
            seen = seen_sent(request.POST, "seen")[:64]
            self.remove(edition, actor=request.actor, code=code, seen=seen)
            return f"«\u00a0{name}\u00a0» est retiré.", self.url(edition)

        count = len(self.words(row).split())
        act = Act(
            f"Retirer «\u00a0{name}\u00a0»",
            "Retirer",
            self.url(edition),
            "Le brouillon ne le dira plus\u00a0; le journal garde ce qu’il dit.",
            [pluriel(count, "mot,mots")] if count else (),
            verdict=rules.can_administer(edition, actor=request.actor),
            loses=True,
            outline=outline_of(request, edition, self.title, name),
            hidden={"seen": stamp},
        )
        return act_page(request, act, run)

    def moved(self, request: Request, pk: int, code: str) -> HttpResponse:
        """Up or down within its part, then back to all of them."""
        edition = visible_edition(request, pk)
        row = get_object_or_404(self.kind.rows(edition), code=code)
        require(rules.can_administer(edition, actor=request.actor))
        try:
            up = request.POST.get("sens") == "haut"
            self.move(edition, actor=request.actor, code=row.code, up=up)
        except Refusal as refusal:
            messages.warning(request, refusal.denied.reason)
        return redirect(f"{self.url(edition)}#{self.anchor}-{row.code}")

    def neighbours(self, rows: Sequence[Any]) -> dict[str, tuple[bool, bool]]:
        """Of each by code, whether one of its part stands before it, and after."""
        parts = [self.kind.part(row) for row in rows]
        return {
            row.code: (part in parts[:rank], part in parts[rank + 1 :])
            for rank, (row, part) in enumerate(zip(rows, parts, strict=True))
        }
