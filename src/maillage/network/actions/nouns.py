"""Create networks; record their chambers, functions and macro-processes.

Codes never change: seals and files cite them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from maillage.kernel.actions import Held, Outcome, action, changes, stamp_of
from maillage.kernel.unprintable import with_hyphens
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.kernel.words import same_name
from maillage.network import rules
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.network.rules import Administrating

M = TypeVar("M", Entity, Function, MacroProcess)


@action("network.network.created", "Réseau créé", guard=rules.can_create_network)
def create_network(
    _: None, *, actor: Administrating, code: str, name: str, fictional: bool = False
) -> Outcome[Network]:
    """Create a network without chamber, function nor scheme; its journal begins with this event.

    Refuses (422) a malformed code or name, (409) a code already taken.
    """
    name = name.strip()
    fault = rules.code_fault(code) or rules.name_fault("Nom du réseau", name)
    if not fault and len(code) > 60:
        fault = f"Code du réseau\u00a0: 60 caractères au plus, {len(code)} reçus."
    refuse_fault(fault)
    try:
        with transaction.atomic():
            network = Network.objects.create(code=code, name=name, fictional=fictional)
    except IntegrityError:
        taken = (
            f"Le code «\u00a0{code}\u00a0» est déjà celui d’un réseau\u00a0; en choisir un autre."
        )
        refuse(taken, 409)
    return Outcome(network, {"code": code, "name": name, "fictional": fictional}, network)


def noun_version(row: Entity | Function | MacroProcess) -> str:
    """What to give back as `seen` to say which state of a noun was read; "" for a new one."""
    if row.pk is None:
        return ""
    return stamp_of(getattr(row, field.attname) for field in row._meta.concrete_fields)


def _held(model: type[M]) -> Callable[..., Held]:
    """What the noun of a code holds: its events are those of its network."""

    def held(network: Network, *, code: str, seen: str, actor: Any, **values: Any) -> Held:
        row = model._base_manager.filter(network=network, code=code).first()
        return Held(noun_version(row) if row else "", _moved(row, code, seen, values))

    return held


def _save(network: Network, model: type[M], code: str, values: dict[str, Any]) -> Outcome[M]:
    """Create or change the noun of this code; say what changed."""
    values = {name: _plain(model, name, value) for name, value in values.items()}
    _refuse_texts(model, code, values)
    row = model._base_manager.filter(network=network, code=code).first()
    before = {name: getattr(row, name) for name in values} if row else {}
    created = row is None
    if row is None:
        last = model._base_manager.filter(network=network).aggregate(last=models.Max("position"))
        row = model(network=network, code=code, position=(last["last"] or 0) + 1)
    for name, value in values.items():
        setattr(row, name, value)
    changed = changes(before, values)
    if not changed and not created:
        return Outcome(row, unchanged=True)
    if created or "name" in changed:
        _refuse_homonym(row)
    row.save()
    return Outcome(row, {"code": code, **changed}, network)


def _plain(model: type[M], name: str, value: Any) -> Any:
    """What is kept of a value: of a text on one line, single spaces and ordinary hyphens."""
    if not isinstance(value, str) or isinstance(model._meta.get_field(name), models.TextField):
        return value
    return with_hyphens(re.sub(" +", " ", value).strip())


def _refuse_homonym(row: Entity | Function | MacroProcess) -> None:
    """Raise Refusal (409) where another thing of the same place reads the same."""
    place: dict[str, Any] = {"network": row.network}
    if isinstance(row, MacroProcess):
        place |= {"function": row.function, "group": row.group}
    others: models.QuerySet[Any] = type(row)._base_manager.filter(**place)
    for other in others.exclude(code=row.code):
        if same_name(other.name) == same_name(row.name):
            refuse(
                f"Nom «\u00a0{row.name}\u00a0»\u00a0: c’est déjà celui de "
                f"«\u00a0{other.code}\u00a0», au même endroit\u00a0; les distinguer.",
                409,
            )


def _refuse_texts(model: type[M], code: str, values: dict[str, Any]) -> None:
    """Raise Refusal (422) where a text could not be sealed once the edition is adopted."""
    fault = rules.code_fault(code)
    for name, value in values.items():
        if isinstance(value, str) and not fault:
            field = model._meta.get_field(name)
            label = str(field.verbose_name).capitalize()  # type: ignore[union-attr]
            lines = isinstance(field, models.TextField)
            fault = rules.unseen_fault(label, value, lines=lines)
    refuse_fault(fault)


def _moved(row: Any, code: str, seen: str, values: dict[str, Any]) -> str:
    """Why a noun is not written over, and what it holds now."""
    if row is None:
        return f"«\u00a0{code}\u00a0» n’existe plus."
    if not seen:
        return (
            f"Code «\u00a0{code}\u00a0»\u00a0: déjà pris dans ce réseau, par «\u00a0{row}\u00a0»."
        )
    told = [_told(row, name) for name, value in values.items() if getattr(row, name) != value]
    stored = f" À présent\u00a0: {', '.join(told)}." if told else ""
    again = " Enregistrer de nouveau le remplace par votre saisie."
    return f"Une autre personne a modifié cette fiche depuis que vous l’avez lue.{stored}{again}"


def _told(row: Any, name: str) -> str:
    field, value = row._meta.get_field(name), getattr(row, name)
    shown = ("non", "oui")[value] if isinstance(value, bool) else value
    shown = dict(field.flatchoices).get(value, shown)
    return f"{field.verbose_name}\u00a0«\u00a0{shown}\u00a0»"


@action(
    "network.entity.saved",
    "Chambre ou opérateur enregistré",
    guard=rules.can_manage,
    seen=_held(Entity),
)
def save_entity(
    network: Network,
    /,
    *,
    actor: Administrating,
    code: str,
    seen: str | None = None,
    **values: Any,
) -> Outcome[Entity]:
    """Record a chamber or operator. Refuses (422) a wrong SIREN or département."""
    fault = rules.siren_fault(values.get("siren", "")) or rules.departement_fault(
        values.get("departement", "")
    )
    refuse_fault(fault)
    return _save(network, Entity, code, values)


@action(
    "network.function.saved", "Fonction enregistrée", guard=rules.can_manage, seen=_held(Function)
)
def save_function(
    network: Network,
    /,
    *,
    actor: Administrating,
    code: str,
    seen: str | None = None,
    **values: Any,
) -> Outcome[Function]:
    """Record a support function."""
    return _save(network, Function, code, values)


@action(
    "network.process.saved",
    "Macro-processus enregistré",
    guard=rules.can_manage,
    seen=_held(MacroProcess),
)
def save_process(
    network: Network,
    /,
    *,
    actor: Administrating,
    code: str,
    seen: str | None = None,
    **values: Any,
) -> Outcome[MacroProcess]:
    """Record a macro-process of one of the network's functions."""
    if values["function"].network_id != network.pk:
        refuse("Cette fonction n’appartient pas au réseau.")
    return _save(network, MacroProcess, code, values)
