"""Deadlines as a table, the date first: one description for the calendar and the overview."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html

from maillage.kernel.period import french_date
from maillage.network.models import Entity, Network
from maillage.sheets.writing import Column, Table
from maillage.ui.tables import Drawn, Link, Shown, shown
from maillage.workspaces.finance.engine.calendar import Due

COLUMNS = (
    Column("Date", width=18),
    Column("Délai", width=24),
    Column("Chambre", width=24),
    Column("Échéance", width=50),
)


def dues_shown(title: str, dues: Sequence[tuple[Due, Entity]], network: Network) -> Shown:
    """In the order they are given; the delay alone says by its look that a day is past."""
    rows = [
        (_day(due), _delay(due), _chamber(due, entity, network), _label(due))
        for due, entity in dues
    ]
    return shown(Table(title, COLUMNS, rows))


def _day(due: Due) -> Drawn | None:
    """In words, so that it is read and not counted; none where it is not known yet."""
    if due.day is None:
        return None
    words = french_date(due.day)
    return Drawn(words, format_html('<time datetime="{}">{}</time>', due.day.isoformat(), words))


def _delay(due: Due) -> Drawn:
    drawing = format_html('<span class="due is-{}">{}</span>', due.look, due.words)
    return Drawn(due.words, drawing)


def _chamber(due: Due, entity: Entity, network: Network) -> Link:
    url = reverse("finance:calendar_chamber", args=[network.code, entity.code, due.year])
    return Link(f"{entity.short_name}, {due.year}", url)


def _label(due: Due) -> str:
    is_revised = due.deadline.budget == "revised" and due.budget
    return f"{due.deadline.label} ({due.budget})" if is_revised else due.deadline.label
