"""The form of an operation of the investment plan: who, what, an amount per year and per source."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.network.models import Network
from maillage.network.rules import CODE
from maillage.ui.fields import AmountField
from maillage.workspaces.finance.engine import plan_table
from maillage.workspaces.finance.engine.investments import (
    MOST_YEARS,
    SOURCES,
    STATUSES,
    Operation,
)

WINDOW = 8
"""Years offered to a new operation."""


PAST = 2
"""How many of them have passed."""


class OperationForm(forms.Form):
    """One operation: who, what, and an amount per year and per source."""

    entity = forms.ChoiceField(label="Chambre")
    code = forms.RegexField(
        rf"^(?:{CODE.pattern})\Z",
        label="Code",
        max_length=40,
        help_text="Minuscules, chiffres et tirets, pour toujours.",
        error_messages={"invalid": "Minuscules sans accent, chiffres et tirets attendus."},
    )
    title = forms.CharField(label="Opération", max_length=200)
    status = forms.ChoiceField(label="État", choices=list(STATUSES.items()))
    function = forms.ChoiceField(label="Fonction", required=False)
    process = forms.ChoiceField(label="Macro-processus", required=False)

    def __init__(
        self, network: Network, entities: list[tuple[str, str]], years: list[int], *given: Any,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **options)
        none = [("", "Aucune en particulier")]
        self.fields["entity"].choices = entities  # type: ignore[attr-defined]
        functions = list(network.functions.values_list("code", "name"))
        self.fields["function"].choices = none + functions  # type: ignore[attr-defined]
        processes = network.processes.select_related("function")
        grouped: dict[str, list[tuple[str, str]]] = {}
        for process in processes:
            grouped.setdefault(process.function.name, []).append((process.code, process.name))
        self.fields["process"].choices = [  # type: ignore[attr-defined]
            ("", "Aucun en particulier"), *grouped.items()
        ]  # fmt: skip
        for year in years:
            self.fields[f"year-{year}"] = AmountField(label=str(year), required=False)
        for source, label in SOURCES.items():
            self.fields[f"source-{source}"] = AmountField(label=label, required=False)

    def named(self, prefix: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(prefix)]

    @property
    def about(self) -> list[forms.BoundField]:
        return [field for field in self if "-" not in field.name]

    @property
    def by_year(self) -> list[forms.BoundField]:
        return self.named("year-")

    @property
    def by_source(self) -> list[forms.BoundField]:
        return self.named("source-")

    def _amounts(self, prefix: str) -> dict[str, int]:
        return {
            name.removeprefix(prefix): cents
            for name, cents in self.cleaned_data.items()
            if name.startswith(prefix) and cents
        }

    @property
    def sums(self) -> Operation | None:
        """The amounts typed, as an operation; None where one of them cannot be read."""
        if not self.is_bound or any("-" in name for name in self.errors):
            return None
        years = {int(year): cents for year, cents in self._amounts("year-").items()}
        return Operation("", "", "", years=years, funding=self._amounts("source-"))

    def operation(self) -> Operation:
        data = self.cleaned_data
        return Operation(
            data["entity"],
            data["code"],
            data["title"].strip(),
            data["status"],
            data["function"],
            data["process"],
            {int(year): cents for year, cents in self._amounts("year-").items()},
            self._amounts("source-"),
        )


def years_to_type(operation: Operation | None, this_year: int) -> list[int]:
    """Years to type in: the last past ones, those of the operation and some after, within what one
    may spread over."""
    held = list(operation.years) if operation else []
    start = min([this_year - PAST, *held])
    end = max([start + WINDOW - 1, *(year + 2 for year in held)])
    return list(range(start, min(end, start + MOST_YEARS - 1) + 1))


def initial_of(operation: Operation | None) -> dict[str, Any]:
    if operation is None:
        return {"status": "idea"}
    fixed = {name: getattr(operation, name) for name in plan_table.FIXED}
    years = {f"year-{year}": cents for year, cents in operation.years.items()}
    return fixed | years | {f"source-{s}": cents for s, cents in operation.funding.items()}
