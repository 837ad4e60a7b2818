"""What a passage says of a cell, as a form; and what it asks when the cell takes another mode.

Knows the fields of a cell that a reading sets. Reads and writes nothing.
"""

from __future__ import annotations

import json
from typing import Any

from django import forms

from maillage.schemes.engine import mode_change
from maillage.schemes.engine.change import SOURCE, describe_states
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import FIELDS, INTEGRATION_LABELS, MODE_LABELS, MOST_QUOTE
from maillage.schemes.models import Placement
from maillage.schemes.views.cell_states import state_of_row, state_read
from maillage.schemes.views.mode_question import Question, answers_of, questions

CITED = (*(name for name in SOURCE if name != "source_basis"), "provenance")
"""What a passage says of a source whatever the cell held: its basis need not be touched."""

CHOICE = "choix-"


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
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """What the cell held when it was read: a field left as it was read is nobody's to set."""

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", "Non renseigné"), *entities]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """The fields of the cell this valid form sets, but for those of a conflict where what is
        recorded was chosen; a text that was not sent stays."""
        texts = {"rationale", "source_basis"} - self.data.keys()
        left = {"quote", "version", "seen"} | texts | self.theirs
        return {n: v for n, v in self.cleaned_data.items() if n not in left}

    @property
    def choices(self) -> dict[str, str]:
        """What was chosen of a conflict: for each field, mine or theirs."""
        sent = {n.removeprefix(CHOICE): v for n, v in self.data.items() if n.startswith(CHOICE)}
        return {name: sent[name] for name in sorted(sent) if name in FIELDS}

    @property
    def theirs(self) -> set[str]:
        return {name for name, side in self.choices.items() if side == "theirs"}

    @property
    def typed(self) -> set[str]:
        """The fields of this valid form that are not as they were read."""
        read, own = state_read(self.cleaned_data["seen"]), self.asked()
        changed = describe_states(read, {**read, **own}) if read is not None else ()
        return {change.field for change in changed} if read is not None else set(own)

    def over(self, row: Placement | None) -> dict[str, Any]:
        """What was sent, to be sent again on what is now recorded: fields left as they were read
        are those recorded."""
        now, typed, own = state_of_row(row) if row else {}, self.typed, self.asked()
        data = {name: self.data[name] for name in self.fields if name in self.data}
        data |= {name: now.get(name, "") for name in own if name not in typed}
        return data | {"version": row.version if row else 0, "seen": json.dumps(now)}

    def asks(self, row: Placement | None, names: Names) -> list[Question]:
        """What the change of mode of this valid form asks, once something of it is not answered;
        nothing where the cell has moved since it was read, which is refused."""
        if row is None or row.version != (self.cleaned_data["version"] or 0):
            return []
        state = state_of_row(row)
        parts = mode_change.asked(state, self.asked(), CITED)
        open_ones = mode_change.unanswered(parts, answers_of(self.data))
        return questions(parts, state, names, self.data) if open_ones else []

    def settled(self, row: Placement | None) -> dict[str, Any]:
        """The fields this valid form sets, with what its answers clear."""
        state = state_of_row(row) if row else {}
        return mode_change.settled(state, self.asked(), answers_of(self.data), CITED)[0]
