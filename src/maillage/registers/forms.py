"""The form of a row and of a filter: Django fields made from the declaration.

Knows widgets. What is typed is read by the field's kind; rules are asked by whoever writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from maillage.registers import kinds
from maillage.registers.changes import BY_VERB
from maillage.registers.declaration import Field, capital
from maillage.registers.kinds import UnfitError, Value, needed
from maillage.registers.queries import Reading

UNKNOWN = ("", "non renseigné")


class KindField(forms.Field):
    """A form field that reads as its kind does. `initial` and `cleaned_data` are values."""

    def __init__(self, asked: Field, reading: Reading) -> None:
        self.asked = asked
        self.known = reading.directory(asked.name).known
        unit = f" ({asked.unit})" if asked.unit else ""
        super().__init__(
            label=f"{asked.label}{unit}",
            help_text=asked.help,
            required=False,
            widget=widget_of(asked, reading),
        )
        self.required = bool(asked.required)
        self.widget.is_required = False

    def prepare_value(self, value: Any) -> Any:
        """A value as the widget shows it; what was typed is given back as it was."""
        if isinstance(value, str) or value is None:
            return value
        if isinstance(value, list | tuple):
            return list(value)
        return self.asked.kind.typed(value)

    def clean(self, value: Any) -> Value:
        try:
            return self.asked.kind.take(value, self.known)
        except UnfitError as error:
            raise forms.ValidationError(f"{capital(needed(error))}.") from None


def widget_of(asked: Field, reading: Reading) -> forms.Widget:
    kind = asked.kind
    if isinstance(kind, kinds.LongText):
        return forms.Textarea(attrs={"rows": 4})
    if isinstance(kind, kinds.Boolean):
        return forms.Select(choices=[UNKNOWN, ("oui", "oui"), ("non", "non")])
    if isinstance(kind, kinds.Choice):
        return forms.Select(choices=[UNKNOWN, *kind.options])
    if isinstance(kind, kinds.Choices):
        return forms.CheckboxSelectMultiple(choices=kind.options)
    if isinstance(kind, kinds.Reference):
        return forms.Select(choices=[UNKNOWN, *options(asked, reading)])
    if isinstance(kind, kinds.References):
        return forms.SelectMultiple(choices=options(asked, reading), attrs={"size": 6})
    if isinstance(kind, kinds.Date):
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    attrs: dict[str, Any] = {}
    if kind.is_number:
        attrs = {"inputmode": "decimal" if kind.column in ("amount", "decimal") else "numeric"}
    elif isinstance(kind, kinds.Text):
        attrs = {"maxlength": kind.longest}
    if isinstance(kind, kinds.Email):
        attrs["autocomplete"] = "off"
    return forms.TextInput(attrs=attrs)


def options(asked: Field, reading: Reading) -> list[tuple[str, str]]:
    return list(reading.directory(asked.name).labels.items())


class RowForm(forms.Form):
    """Every field one may write of a row, of those given. `code` is asked of a new one.

    `refused`: the status of what refused it beyond its values, 0 for nothing.
    """

    def __init__(
        self,
        reading: Reading,
        fields: Sequence[Field],
        data: Any = None,
        initial: Mapping[str, Any] | None = None,
        *,
        code: bool = False,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), prefix=prefix)
        self.reading, self.refused = reading, 0
        if code:
            numbered = reading.register.numbering
            given = f"Laissé vide, le suivant est donné ({numbered}…). " if numbered else ""
            self.fields["code"] = forms.CharField(
                label="Code",
                max_length=60,
                required=not numbered,
                help_text=f"{given}Il ne changera plus\u00a0: fichiers et liens le citent.",
            )
        for asked in fields:
            if not asked.by_verb:
                self.fields[asked.name] = KindField(asked, reading)

    def clean(self) -> None:
        """Refuse what was sent for a field that no form asks."""
        for asked in self.reading.fields:
            if asked.by_verb and self.add_prefix(asked.name) in self.data:
                self.add_error(None, f"{asked.label}\u00a0: {BY_VERB}.")

    @property
    def values(self) -> dict[str, Value]:
        """What was read, by field name."""
        return {n: v for n, v in self.cleaned_data.items() if n in self.reading.register.by_name}

    def add_faults(self, faults: Sequence[Any]) -> None:
        """Put each fault under its field, or above the form."""
        for fault in faults:
            text = f"{capital(fault.message)}."
            self.add_error(fault.field if fault.field in self.fields else None, text)
