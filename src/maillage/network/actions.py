"""Create networks; record their chambers, functions and macro-processes.

Codes never change: seals and files cite them.
"""

from __future__ import annotations

import unicodedata
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import ALLOWED, Denied, Refusal, Verdict
from maillage.network import rules
from maillage.network.models import Entity, Function, MacroProcess, Network

M = TypeVar("M", Entity, Function, MacroProcess)


def can_create_network(_: None, *, actor: Any, **__: Any) -> Verdict:
    if actor.administers(None):
        return ALLOWED
    return Denied("Seul un administrateur de l’installation peut créer un réseau.")


@action("network.network.created", guard=can_create_network)
def create_network(
    _: None, *, actor: Any, code: str, name: str, fictional: bool = False
) -> Outcome[Network]:
    """Create a network without chamber, function nor scheme; its journal begins with this event.

    Refuses (422) a malformed code or name, (409) a code already taken.
    """
    name = unicodedata.normalize("NFC", name.strip())
    fault = rules.code_fault(code) or rules.name_fault("Nom du réseau", name)
    if not fault and len(code) > 60:
        fault = f"Code du réseau\u00a0: 60 caractères au plus, {len(code)} reçus."
    if fault:
        raise Refusal(Denied(fault, status=422))
    try:
        with transaction.atomic():
            network = Network.objects.create(code=code, name=name, fictional=fictional)
    except IntegrityError:
        taken = (
            f"Le code «\u00a0{code}\u00a0» est déjà celui d’un réseau\u00a0; en choisir un autre."
        )
        raise Refusal(Denied(taken, status=409)) from None
    return Outcome(network, {"code": code, "name": name, "fictional": fictional}, network)


def can_manage(network: Network, *, actor: Any, **_: Any) -> Verdict:
    if actor.administers(network.pk):
        return ALLOWED
    return Denied("Seul un administrateur du réseau peut modifier ses chambres et ses processus.")


def _save(network: Network, model: type[M], code: str, values: dict[str, Any]) -> Outcome[M]:
    """Create or change the noun of this code; say what changed."""
    if fault := rules.code_fault(code):
        raise Refusal(Denied(fault, status=422))
    row = model._base_manager.filter(network=network, code=code).first()
    before = {name: _plain(getattr(row, name)) for name in values} if row else {}
    row = row or model(network=network, code=code)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    after = {name: _plain(value) for name, value in values.items()}
    changed = {n: [before.get(n), v] for n, v in after.items() if before.get(n) != v}
    return Outcome(row, {"code": code, **changed}, network)


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, models.Model) else value  # type: ignore[attr-defined]


@action("network.entity.saved", guard=can_manage)
def save_entity(network: Network, *, actor: Any, code: str, **values: Any) -> Outcome[Entity]:
    """Record a chamber or operator. Refuses (422) a wrong SIREN or département."""
    fault = rules.siren_fault(values.get("siren", "")) or rules.departement_fault(
        values.get("departement", "")
    )
    if fault:
        raise Refusal(Denied(fault, status=422))
    return _save(network, Entity, code, values)


@action("network.function.saved", guard=can_manage)
def save_function(network: Network, *, actor: Any, code: str, **values: Any) -> Outcome[Function]:
    """Record a support function."""
    return _save(network, Function, code, values)


@action("network.process.saved", guard=can_manage)
def save_process(
    network: Network, *, actor: Any, code: str, **values: Any
) -> Outcome[MacroProcess]:
    """Record a macro-process of one of the network's functions."""
    if values["function"].network_id != network.pk:
        raise Refusal(Denied("Cette fonction n'appartient pas au réseau.", status=422))
    return _save(network, MacroProcess, code, values)
