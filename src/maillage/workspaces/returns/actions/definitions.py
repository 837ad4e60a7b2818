"""Define a return, write its rows and columns, publish a version, begin the next one."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone

from maillage.kernel.actions import Outcome, action, changes, itself
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.engine.definition import (
    Definition,
    publishing_fault,
)
from maillage.workspaces.returns.engine.versions import differences, in_words
from maillage.workspaces.returns.models import DefinitionVersion, ReturnDefinition
from maillage.workspaces.returns.queries.reading import faults_in

TOLD = 40
"""Differences told one by one in the journal; the others are counted."""
SHOWN = 20
Status = DefinitionVersion.Status


@action("returns.definition.created", "État à rendre défini", guard=rules.can_define)
def define_return(
    network: Network,
    *,
    actor: Actor,
    code: str,
    title: str,
    receiver: str = "",
    about: str = "",
    content: Definition | None = None,
) -> Outcome[ReturnDefinition]:
    """Name a return and open its first version, empty or with a given content.

    Refuses (422) what does not hold, (409) a code already taken.
    """
    refuse_fault(rules.code_fault(code) or rules.title_fault(title, receiver))
    if network.return_definitions.filter(code=code).exists():
        refuse(f"Le code «\u00a0{code}\u00a0» est déjà celui d’un autre état.", 409)
    held = content or Definition()
    _refuse_faults(network, held)
    made = ReturnDefinition.objects.create(
        network=network, code=code, title=title.strip(), receiver=receiver.strip(), about=about
    )
    DefinitionVersion.objects.create(definition=made, number=1, content=held.as_json())
    return Outcome(made, {"code": code, "title": title, "rows": len(held.rows)}, made)


@action(
    "returns.definition.described", "État à rendre décrit", guard=rules.can_describe, seen=itself
)
def describe_return(
    definition: ReturnDefinition,
    *,
    actor: Actor,
    title: str,
    receiver: str,
    about: str,
    seen: int | None = None,
) -> Outcome[ReturnDefinition]:
    """Say what a return is called, who receives it, what is to be known. Refuses (422)."""
    refuse_fault(rules.title_fault(title, receiver))
    after = {"title": title.strip(), "receiver": receiver.strip(), "about": about}
    diff = changes(vars(definition), after)
    for name, value in after.items():
        setattr(definition, name, value)
    definition.save(update_fields=list(after))
    return Outcome(definition, diff, unchanged=not diff)


@action("returns.version.written", "Définition d’état écrite", guard=rules.can_write, seen=itself)
def write_version(
    version: DefinitionVersion, *, actor: Actor, content: Definition, seen: int | None = None
) -> Outcome[DefinitionVersion]:
    """Replace rows, columns and controls of a draft, all or nothing.

    Refuses (422) what does not hold, each fault at its place; (409) a version published, or written
    since it was read. The same content changes nothing.
    """
    _refuse_faults(version.definition.network, content)
    found = differences(version.held, content)
    version.content = content.as_json()
    version.save(update_fields=["content"])
    told = [in_words(row) for row in found[:TOLD]]
    diff: dict[str, Any] = {"number": version.number, "changes": told, "count": len(found)}
    return Outcome(version, diff, unchanged=not found)


@action("returns.version.published", "Version d’état publiée", guard=rules.can_write, seen=itself)
def publish_version(
    version: DefinitionVersion, *, actor: Actor, note: str = "", seen: int | None = None
) -> Outcome[DefinitionVersion]:
    """Seal a draft: it never changes again, and may be filled. Refuses (422) what does not hold."""
    held = version.held
    refuse_fault(publishing_fault(held))
    _refuse_faults(version.definition.network, held)
    if len(note) > 300:
        refuse("Ce qui change\u00a0: trois cents caractères au plus.")
    version.status, version.seal, version.note = Status.PUBLISHED, held.seal, note.strip()
    version.published_at, version.published_by = timezone.now(), actor.identity
    version.save()
    return Outcome(version, {"number": version.number, "seal": version.seal, "note": version.note})


@action("returns.version.opened", "Nouvelle version d’état préparée", guard=rules.can_describe)
def open_version(definition: ReturnDefinition, *, actor: Actor) -> Outcome[DefinitionVersion]:
    """Copy the last published version into a draft. Refuses (409) where one is being prepared."""
    if definition.versions.filter(status=Status.DRAFT).exists():
        refuse("Une version est déjà en préparation.", 409)
    last = definition.versions.order_by("-number")[0]
    number = definition.versions.aggregate(last=Max("number"))["last"] + 1
    made = DefinitionVersion.objects.create(
        definition=definition, number=number, content=last.content
    )
    return Outcome(made, {"number": number}, definition)


@action(
    "returns.version.abandoned", "Définition en préparation abandonnée",
    guard=rules.can_write, seen=itself,
)  # fmt: skip
def abandon_version(
    version: DefinitionVersion, *, actor: Actor, seen: int | None = None
) -> Outcome[bool]:
    """Give up a draft; the whole of a definition that was never published, whether so is told."""
    definition = version.definition
    diff: dict[str, Any] = {
        "number": version.number, "code": definition.code,
        "changes": [in_words(row) for row in differences(version.held, Definition())[:TOLD]],
    }  # fmt: skip
    version.delete()
    if definition.versions.exists():
        return Outcome(False, diff, definition)
    definition.templates.all().delete()
    network = definition.network
    definition.delete()
    return Outcome(True, diff, network)


def _refuse_faults(network: Network, held: Definition) -> None:
    """Refuse (422) a definition that may not be filled, its faults in `violations`."""
    faults = [str(fault) for fault in faults_in(network, held)]
    if faults:
        more = f" Et {len(faults) - 1} autres." if len(faults) > 1 else ""
        refuse(f"{faults[0]}{more}", violations=faults[:SHOWN])
