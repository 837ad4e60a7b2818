"""What a passage says of a cell, as a form; and what it asks when the cell takes another mode.

Knows the fields of a cell that a reading sets. Reads and writes nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms

from maillage.schemes.engine.change import (
    CITED,
    FIELD_LABELS,
    Names,
    describe_states,
    left_as_it_was,
)
from maillage.schemes.engine.document import INTEGRATION_LABELS, MODE_LABELS, MOST_QUOTE, UNKNOWN
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.models import Placement
from maillage.schemes.views.grid_cell import state_of_row

MODES = "ACHMI"


class Part(NamedTuple):
    """A part of what a cell says of its mode, when it is to take another: what it says, whether it
    can stay under it, and what becomes of it ("garder", "effacer", "" where nothing is said)."""

    name: str
    label: str
    text: str
    can_stay: bool
    answer: str


class PassageForm(forms.Form):
    """What a passage says of a cell."""

    mode = forms.ChoiceField(
        label="Mode", choices=list(MODE_LABELS.items()), widget=forms.RadioSelect
    )
    lead = forms.ChoiceField(label="Assuré par", required=False)
    integration = forms.ChoiceField(
        label="Option, si intégrée",
        required=False,
        choices=[("", "Non renseignée"), *INTEGRATION_LABELS.items()],
    )
    quote = forms.CharField(
        label="Passage",
        required=False,
        max_length=MOST_QUOTE,
        widget=forms.Textarea({"rows": 3}),
        help_text="Sélectionner dans la page, cocher des lignes, ou taper.",
    )
    rationale = forms.CharField(
        label="Justification", required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    source_basis = forms.CharField(
        label="Fondement", required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", "Non renseigné"), *entities]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """The fields of the cell this valid form sets; a text that was not sent stays."""
        texts = {"rationale", "source_basis"} - self.data.keys()
        return {n: v for n, v in self.cleaned_data.items() if n not in {"quote", "version"} | texts}

    def parts(self, row: Placement | None, names: Names) -> list[Part]:
        """What is said of the former mode of a cell and is left as it was, where this valid form
        gives it another; none where the cell has moved since it was read, which is refused."""
        asked = self.asked()
        new = asked["mode"]
        seen = self.cleaned_data["version"] or 0
        if row is None or row.version != seen or row.mode in (UNKNOWN, new):
            return []
        state = state_of_row(row)
        touched = {change.field for change in describe_states(state, state | asked)}
        # The source is another one, but for the basis, which this form need not touch.
        left = [name for name in left_as_it_was(state, touched) if name not in CITED]
        if row.source_basis and "source_basis" not in touched:
            left.append("source_basis")
        others = row.complementary.replace(new, "") if new in MODES else ""
        stays = dict.fromkeys(left, True)
        if row.complementary:
            stays["complementary"] = bool(others)
        if row.details:
            stays["details"] = bool(Details.of(row.details).under(new, others))
        return [
            Part(
                name,
                FIELD_LABELS[name],
                names.word(name, state[name]),
                stays[name],
                str(self.data.get(f"suite-{name}", "")),
            )
            for name in stays
        ]
