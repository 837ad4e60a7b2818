"""A value of a return as its own page shows it."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.kernel.absence import Absent
from maillage.sheets.writing import Measure
from maillage.ui.tables import read

register = template.Library()


@register.simple_tag
def mesure(value: Measure | Absent | Decimal, unit: str) -> SafeString:
    """The number and its unit; why there is none."""
    if isinstance(value, Absent):
        reason = f"non renseigné\u00a0: {value.reason}" if value.reason else "non renseigné"
        return format_html("<small>{}</small>", reason)
    said = "" if unit == "Nombre" else unit
    return format_html("{}\u00a0<small>{}</small>", read("decimal", value), said)
