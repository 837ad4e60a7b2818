"""What the room of returns hands to the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from maillage.kernel.rooms import Awaiting, Found, Page, Purpose, Room, rows
from maillage.kernel.words import Words
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.models import Restitution, ReturnDefinition
from maillage.workspaces.returns.queries.reading import (
    cells_left,
    definitions_visible_to,
    restitutions_visible_to,
)

TOLD = 12


def _definition_url(row: ReturnDefinition) -> str:
    return reverse("returns:definition", args=[row.network.code, row.code])


def _restitution_url(row: Restitution) -> str:
    return reverse("returns:restitution", args=[row.network.code, row.definition.code, row.number])


def details(diff: Mapping[str, Any]) -> Iterator[str]:
    """What an event of returns changed, in words. Of typed cells, which ones: a journal has more
    readers than the columns of a chamber, whose values are read on the page of the return."""
    yield from diff.get("changes", ())[:TOLD]
    for name, title in (("title", "Intitulé"), ("receiver", "Destinataire"), ("about", "À savoir")):
        if isinstance(diff.get(name), list):
            yield _moved(title, *diff[name])
    cells = diff.get("cells", {})
    yield from (key.replace("|", ", ") for key in list(cells)[:TOLD])
    if len(cells) > TOLD:
        yield f"et {len(cells) - TOLD} autres cellules"
    names = diff.get("names", {})
    if isinstance(names, dict):
        yield from (_moved(name, *pair) for name, pair in list(names.items())[:TOLD])
        if len(names) > TOLD:
            yield f"et {len(names) - TOLD} autres noms"
    if "word" in diff:
        yield _moved("Mot d’une valeur absente", *diff["word"])
    if "template" in diff:
        yield f"Modèle\u00a0: {diff['template']}"
    for code, text in diff.get("reasons", {}).items():
        yield f"Motif, {code}\u00a0: {text}"
    if "cell" in diff:
        yield diff["cell"].replace("|", ", ")


def _moved(what: str, before: str, after: str) -> str:
    return f"{what}\u00a0: {before or 'vide'} → {after or 'vide'}"


def awaits(actor: Actor, network: Network) -> Iterable[Awaiting]:
    """Returns that are open, for whoever checks and sends them; cells to type, for the others."""
    held = restitutions_visible_to(actor).filter(definition__network=network)
    keeps = bool(rules.can_define(network, actor=actor))
    steps = {"prepared": "état à contrôler", "checked": "état à envoyer"}
    left = {} if keeps else cells_left(held.filter(state=Restitution.State.PREPARED), actor)
    for row in held.exclude(state=Restitution.State.SENT).defer("facts", "sealed"):
        since = timezone.localdate(row.filled_at) if row.filled_at else None
        if keeps:
            yield Awaiting(steps[row.state], _restitution_url(row), str(row), since=since)
        elif left.get(row.pk):
            url = reverse("returns:typing", args=[network.code, row.definition.code, row.number])
            yield Awaiting("cellules à saisir", url, str(row), since=since)


def search(actor: Actor, words: Words) -> Iterator[Found]:
    for row in definitions_visible_to(actor):
        if words.fit(row.title, row.receiver, "état à rendre"):
            yield Found("États à rendre", row.title, _definition_url(row), row.network.name)


def demo(network: Network) -> None:
    from maillage.workspaces.returns.demo import fill

    fill(network)


ROOM = Room(
    code="returns",
    label="Finances",
    purpose=Purpose.MANAGE,
    pages=(Page("returns:home", "États à rendre"),),
    follows=True,
    urls="maillage.workspaces.returns.urls",
    documentation="guide/etats-a-rendre.md",
    nouns={
        "returns.definition": rows(definitions_visible_to, url=_definition_url),
        "returns.restitution": rows(restitutions_visible_to, url=_restitution_url),
    },
    details={"returns.": details},
    awaits=awaits,
    search=search,
    demo=demo,
)
