"""The form of a recharge statement: an amount typed, or read in the accounts of a book."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict

from maillage.costing.actions.keys import (
    Recharge,
    recharge_faults,
)
from maillage.costing.queries.keys import pool_of
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.ui.fields import AmountField, DayField

AMOUNT = ("origin", "amount", "account", "axis")
REASON = "reason"
"""Fields that say what is shared: typed, or read in the book."""


class RechargeForm(forms.Form):
    """A statement to issue: an amount typed, or the accounts of the provider's book.

    Where `origin` is not said, what is filled says it.
    """

    label = forms.CharField(label="Objet", max_length=200)
    provider = forms.ChoiceField(label="Chambre prestataire")
    key = forms.ChoiceField(label="Clé de répartition")
    first_day = DayField(label="Période du")
    last_day = DayField(label="Au")
    issued_on = DayField(label="Daté du")
    origin = forms.ChoiceField(
        label="Montant",
        choices=[("entered", "Saisi"), ("ledger", "Lu dans le livre")],
        widget=forms.RadioSelect,
        required=False,
    )
    amount = AmountField(label="Montant (€)", required=False)
    account = forms.CharField(
        label="Comptes du livre",
        max_length=20,
        required=False,
        help_text="Début d’un compte, par exemple 64\u00a0; la période est faite de mois entiers.",
    )
    axis = forms.CharField(
        label="Axe du livre",
        max_length=60,
        required=False,
        help_text="Vide\u00a0: tous les axes.",
    )

    reason = forms.CharField(
        label="Motif",
        max_length=200,
        required=False,
        help_text="Pourquoi ce relevé est établi malgré ce qui est dit.",
    )

    def __init__(self, network: Network, given: QueryDict | None, **options: Any) -> None:
        super().__init__(_with_origin(given), **options)
        self.network = network
        self.chambers = {e.code: e for e in chambers_of(network)}
        self.keys = {str(k.pk): k for k in network.allocation_keys.all()}
        provider: Any = self.fields["provider"]
        provider.choices = [(code, e.name) for code, e in self.chambers.items()]
        key: Any = self.fields["key"]
        key.choices = [
            (pk, f"{k.name} (du {k.valid_from:%d/%m/%Y}"
                 f"{f' au {k.valid_to:%d/%m/%Y}' if k.valid_to else ''})")
            for pk, k in self.keys.items()
        ]  # fmt: skip

    @property
    def about(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in (*AMOUNT, REASON)]

    @property
    def asks_reason(self) -> bool:
        """Whether something wants a reason (`recharge_faults`): only then is it asked."""
        return bool(self.errors.get(REASON) or self[REASON].value())

    def clean(self) -> dict[str, Any]:
        """The checks are those of the act, so that computing refuses what issuing would."""
        data: dict[str, Any] = super().clean() or {}
        read = data.get("origin") == "ledger"
        if not data.get("origin"):
            self._ask_origin()
        elif read and not data.get("account", "").strip():
            self.add_error("account", "Indiquer le début d’un compte, par exemple 64.")
        elif not read and not self["amount"].value() and not self.errors.get("amount"):
            self.add_error("amount", "Indiquer un montant en euros, par exemple 1\u00a0234,56.")
        if self.errors:
            return data
        for name, fault in recharge_faults(self.network, self.asked()).items():
            self.add_error(name, fault)
        return data

    def _ask_origin(self) -> None:
        if self["amount"].value() and self["account"].value():
            self.add_error("origin", "Un montant ou des comptes, pas les deux\u00a0: choisir.")
        else:
            self.add_error("origin", "Saisir un montant, ou indiquer des comptes du livre.")

    def asked(self) -> Recharge:
        """What is typed; of the amount and the accounts, only what was chosen."""
        data = self.cleaned_data
        account = data["account"].strip() if data["origin"] == "ledger" else ""
        axis = data["axis"].strip() if account else ""
        days = (data["first_day"], data["last_day"])
        amount = data["amount"]
        if account:
            amount = pool_of(self.network, data["provider"], account, axis, *days)
        provider, key = self.chambers[data["provider"]], self.keys[data["key"]]
        label = data["label"].strip()
        reason = data[REASON].strip()
        return Recharge(
            label, provider, key, data["issued_on"], *days, amount, account, axis, reason
        )


def _with_origin(given: QueryDict | None) -> QueryDict | None:
    """What was sent, its origin said by the one of the two that is filled."""
    if given is None or given.get("origin"):
        return given
    filled = {
        "entered": given.get("amount", "").strip(),
        "ledger": given.get("account", "").strip(),
    }
    said = [origin for origin, text in filled.items() if text]
    kept = given.copy()
    if len(said) == 1:
        kept["origin"] = said[0]
    return kept


def initial_on(today: dt.date) -> dict[str, Any]:
    """A period of whole months: those that are over, of the year the last one is in."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return {"issued_on": today, "first_day": last.replace(month=1, day=1), "last_day": last}
