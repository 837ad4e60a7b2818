"""Keep the workbook a receiver wants, and say which of its named cells holds what."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePath

from django.utils import timezone

from maillage.kernel.actions import Outcome, action, itself
from maillage.kernel.money import size
from maillage.kernel.verdicts import refuse
from maillage.people.actors import Actor
from maillage.sheets.named_cells import named_cells
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.engine.mapping import as_json, matched
from maillage.workspaces.returns.models import ReceiverTemplate, ReturnDefinition
from maillage.workspaces.returns.queries.reading import cells_of_definition

MAX_BYTES = 5_000_000
Pairs = Mapping[str, tuple[str, str]]


@action("returns.template.deposited", "Modèle d’un destinataire déposé", guard=rules.can_describe)
def deposit_template(
    definition: ReturnDefinition, *, actor: Actor, name: str, data: bytes, replaces: bool = False
) -> Outcome[ReceiverTemplate]:
    """Take a workbook in as the template in force; names that fit cells are mapped of themselves,
    those of the former template keep what they were given. What was sent keeps the former.

    Raises Unreadable for what is no XLSX, or holds macros. Refuses (422) one too large, or in which
    no cell has a name; (409) one that would replace another, where `replaces` is not said.
    """
    if len(data) > MAX_BYTES:
        refuse(f"Modèle\u00a0: {size(MAX_BYTES)} au plus.")
    names = named_cells(data, name)
    if not names:
        refuse("Aucune cellule de ce classeur ne porte de nom\u00a0: les nommer dans le tableur.")
    former = definition.templates.filter(replaced_at=None).first()
    if former and not replaces:
        refuse("Un modèle est déjà en vigueur\u00a0: confirmer qu’il est remplacé.", 409)
    kept: Pairs = {n: (p[0], p[1]) for n, p in (former.mapping if former else {}).items()}
    rows, columns = cells_of_definition(definition)
    named = f"{PurePath(name).stem[-195:]}.xlsx"  # its content is that, whatever its name says
    mapping = matched(names.values(), rows, columns, kept)
    if former:
        former.replaced_at = timezone.now()
        former.save(update_fields=["replaced_at"])
    made = ReceiverTemplate.objects.create(
        definition=definition,
        name=named,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        names={one.name: asdict(one) for one in names.values()},
        mapping=as_json(mapping),
        absent=former.absent if former else "",
        deposited_by=actor.identity,
    )
    diff = {"name": made.name, "sha256": made.sha256, "names": len(names), "mapped": len(mapping)}
    return Outcome(made, diff)


@action(
    "returns.template.mapped",
    "Modèle d’un destinataire mis en correspondance",
    guard=lambda row, *, actor, **_: rules.can_describe(row.definition, actor=actor),
    seen=itself,
)
def map_template(
    template: ReceiverTemplate,
    *,
    actor: Actor,
    mapping: Pairs,
    absent: str = "",
    seen: int | None = None,
) -> Outcome[ReceiverTemplate]:
    """Say which named cell holds which row and column, and the word of what is not told.

    Refuses (422) a name the workbook does not have, or that may not be filled, a row or a column
    the definition does not have; (409) a template mapped since it was read.
    """
    rows, columns = cells_of_definition(template.definition)
    for name, (row, column) in mapping.items():
        held = template.names.get(name)
        if held is None or held["fault"]:
            refuse(f"Le nom «\u00a0{name[:60]}\u00a0» ne se remplit pas dans ce modèle.")
        if row not in rows or column not in columns:
            refuse(f"{name}\u00a0: la cellule {row[:20]}, {column[:40]} n’existe pas.")
    if len(absent) > 40:
        refuse("Le mot d’une valeur absente\u00a0: quarante caractères au plus.")
    after = as_json(mapping)
    same = after == template.mapping and absent == template.absent
    moved = {
        name: [" ".join(template.mapping.get(name, ())), " ".join(after.get(name, ()))]
        for name in template.names
        if template.mapping.get(name) != after.get(name)
    }
    word = [template.absent, absent]
    template.mapping, template.absent = after, absent
    template.save(update_fields=["mapping", "absent"])
    diff = {"mapped": len(after), "absent": absent, "names": moved}
    return Outcome(template, diff | ({"word": word} if word[0] != word[1] else {}), unchanged=same)
