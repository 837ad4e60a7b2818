"""The forms of an allocation key: a version of it, and the day it ends."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from maillage.costing.actions.keys import (
    KeyDraft,
)
from maillage.costing.engine.allocation import DRIVERS
from maillage.costing.models import AllocationKey
from maillage.network.models import Entity, Network
from maillage.network.queries import every_chamber
from maillage.network.rules import CODE
from maillage.ui.fields import DayField, NumberField


class KeyForm(forms.Form):
    """A version of a key: what it shares by, when it holds, a number per chamber."""

    name = forms.CharField(label="Nom", max_length=200)
    code = forms.RegexField(
        rf"^(?:{CODE.pattern})\Z",
        label="Code",
        max_length=40,
        help_text="Commun aux versions d’une même clé\u00a0; minuscules, chiffres et tirets.",
        error_messages={"invalid": "Minuscules sans accent, chiffres et tirets attendus."},
    )
    driver = forms.ChoiceField(label="Inducteur", choices=list(DRIVERS.items()))
    fixed = NumberField(
        label="Part fixe (%)",
        required=False,
        help_text="Pour une clé fixe et variable\u00a0: partagée également, le reste selon les "
        "quantités.",
    )
    valid_from = DayField(label="Valable du")
    valid_to = DayField(label="Valable jusqu’au", required=False)
    note = forms.CharField(
        label="D’où viennent les quantités",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, chambers: list[Entity], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for entity in chambers:
            self.fields[f"part-{entity.code}"] = NumberField(label=entity.name, required=False)

    @property
    def about(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("part-")]

    @property
    def parts(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("part-")]

    def draft(self) -> KeyDraft:
        """What is typed; a chamber left empty takes no part."""
        data = self.cleaned_data
        parts = {
            name.removeprefix("part-"): value
            for name, value in data.items()
            if name.startswith("part-") and value is not None
        }
        fixed = round((data["fixed"] or Decimal(0)) * 100)
        texts = (data["code"], data["name"].strip(), data["driver"])
        dates = (data["valid_from"], data["valid_to"])
        return KeyDraft(*texts, *dates, parts, fixed, data["note"].strip())


def chambers_shared(network: Network, key: AllocationKey | None) -> list[Entity]:
    """Those a version may share to: archived ones where this one does already."""
    held = {share.entity_id for share in key.shares.all()} if key else set()
    return [one for one in every_chamber(network) if not one.archived or one.pk in held]


def initial_of(key: AllocationKey | None, *, copied: bool = False) -> dict[str, Any]:
    """The form of a key; a copy begins the day after the former ends, or today."""
    today = timezone.localdate()
    if key is None:
        return {"valid_from": today.replace(month=1, day=1), "driver": "fte"}
    values: dict[str, Any] = {n: getattr(key, n) for n in ("name", "code", "driver", "note")}
    values["fixed"] = Decimal(key.fixed) / 100 if key.fixed else None
    values |= {"valid_from": key.valid_from, "valid_to": key.valid_to}
    if copied:
        start = key.valid_to + dt.timedelta(days=1) if key.valid_to else today
        values |= {"valid_from": start, "valid_to": None}
    for share in key.shares.all():
        part = Decimal(share.share) / 100 if share.quantity is None else share.quantity
        values[f"part-{share.entity.code}"] = part
    return values


class CloseForm(forms.Form):
    last_day = DayField(label="Dernier jour de validité")
