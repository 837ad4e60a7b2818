"""What is asked to give a mandate: a role, then where it applies, network by network.

Nothing is chosen beforehand, and the whole installation only when it is said. Knows how a choice
is shown and where a fault belongs; what a role takes is said again by the action.
"""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.network.models import Entity, Function, Network
from maillage.people.actors import Role
from maillage.people.models import Mandate
from maillage.ui.fields import DayField

EVERYWHERE = "*"
CHOOSE = ("", "À choisir")
NARROW = {Role.ENTITY_EDITOR: "entity", Role.FUNCTION_EDITOR: "function"}
"""Of a role that holds in a part of a network, which part."""


class MandateForm(forms.Form):
    role = forms.ChoiceField(label="Rôle", choices=[CHOOSE, *reversed(Mandate.Roles.choices)])
    network = forms.ChoiceField(
        label="Réseau",
        required=False,
        help_text="Pour un administrateur ou un lecteur.",
    )
    entity = forms.ChoiceField(
        label="Chambre", required=False, help_text="Pour un rédacteur de chambre."
    )
    function = forms.ChoiceField(
        label="Fonction", required=False, help_text="Pour un rédacteur de fonction."
    )
    ends_on = DayField(label="Jusqu’au", required=False, help_text="Vide\u00a0: sans terme.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        networks = list(Network.objects.order_by("name"))
        self.networks = {str(one.pk): one for one in networks}
        chambers = Entity.objects.filter(kind__in=Entity.CHAMBERS, archived=False)
        self.parts: dict[str, dict[str, Any]] = {
            "entity": {str(one.pk): one for one in chambers.select_related("network")},
            "function": {str(one.pk): one for one in Function.objects.select_related("network")},
        }
        everywhere = (EVERYWHERE, "Tous les réseaux, et l’installation")
        named = [(key, one.name) for key, one in self.networks.items()]
        self._offer("network", [CHOOSE, *named, everywhere])
        for name, parts in self.parts.items():
            groups = [
                (net.name, [(key, str(p)) for key, p in parts.items() if p.network_id == net.pk])
                for net in networks
            ]
            self._offer(name, [CHOOSE, *(group for group in groups if group[1])])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Role, network, entity, function and end as `grant_mandate` takes them."""
        given = super().clean() or {}
        if "role" not in given:
            return given
        role = Role(given["role"])
        chosen = given.get("network", "")
        given |= {"role": role, "network": self.networks.get(chosen)}
        for name, parts in self.parts.items():
            given[name] = self._part(role, name, parts.get(given.get(name, "")), given["network"])
        if role in NARROW:
            part = given[NARROW[role]]
            given["network"] = part.network if part else given["network"]
        elif not chosen:
            self.add_error("network", "Choisir un réseau, ou dire tous les réseaux.")
        return given

    def _part(self, role: Role, name: str, part: Any, network: Network | None) -> Any:
        """What is chosen of a network, where the role takes it; the fault beside its field."""
        label = str(self.fields[name].label).lower()
        if NARROW.get(role) != name:
            if part is not None:
                self.add_error(name, f"Ce rôle ne prend pas de {label}\u00a0: la retirer.")
        elif part is None:
            self.add_error(name, f"Choisir la {label}.")
        elif network is not None and part.network_id != network.pk:
            self.add_error(name, f"Elle est d’un autre réseau\u00a0: {part.network.name}.")
        return part
