"""What the room of returns hands to the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import timezone

from maillage.kernel.rooms import Awaiting, Findable, Indexed, Page, Purpose, Room, rows
from maillage.network.models import Network
from maillage.network.queries import in_chain
from maillage.people.actors import Actor
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.models import Restitution, ReturnDefinition
from maillage.workspaces.returns.queries.journal import tell
from maillage.workspaces.returns.queries.reading import (
    cells_left,
    definitions_visible_to,
    restitutions_visible_to,
)


def _definition_url(row: ReturnDefinition) -> str:
    return reverse("returns:definition", args=[row.network.code, row.code])


def _restitution_url(row: Restitution) -> str:
    return reverse("returns:restitution", args=[row.network.code, row.definition.code, row.number])


def awaits(actor: Actor, network: Network) -> Iterable[Awaiting]:
    """Returns that are open, for whoever checks and sends them; cells to type, for the others."""
    held = restitutions_visible_to(actor).filter(definition__network=network)
    keeps = bool(rules.can_define(network, actor=actor))
    steps = {"prepared": ("état à contrôler", "Contrôler"),
             "checked": ("état à envoyer", "Envoyer")}  # fmt: skip
    left = {} if keeps else cells_left(held.filter(state=Restitution.State.PREPARED), actor)
    for row in held.exclude(state=Restitution.State.SENT).defer("facts", "sealed"):
        since = timezone.localdate(row.filled_at) if row.filled_at else None
        if keeps:
            what, verb = steps[row.state]
            yield Awaiting(what, _restitution_url(row), str(row), since=since, verb=verb)
        elif left.get(row.pk):
            url = reverse("returns:typing", args=[network.code, row.definition.code, row.number])
            yield Awaiting("cellules à saisir", url, str(row), since=since, verb="Saisir")


def _definitions(chain: str) -> Iterator[Findable]:
    """For the members of the network."""
    for row in in_chain(ReturnDefinition.objects.select_related("network"), chain):
        yield Findable(
            str(row.pk),
            row.network.chain,
            row.title,
            _definition_url(row),
            row.network.name,
            (row.receiver, "état à rendre"),
            row.network.chain,
        )


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
    tells={"returns.": tell},
    awaits=awaits,
    indexes=(
        Indexed(
            "returns.definition",
            "États à rendre",
            _definitions,
            ("returns.definition.", "network.network."),
        ),
    ),
    demo=demo,
)
