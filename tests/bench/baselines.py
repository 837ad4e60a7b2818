"""The same table of chambers written three other ways: what the page is measured against.

Each gives, byte for byte, the table the page holds; the benchmark checks it before timing.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.template import engines
from django.urls import reverse

from maillage.network.models import Entity, MacroProcess
from maillage.schemes.engine.document import MODE_LABELS
from maillage.schemes.models import Edition, Milestone, Placement

WORDS = {"?": "non renseigné", "-": "sans objet"}
KNOWN_OTHERWISE = {"inferred": "déduit", "carried": "reporté d’un jalon antérieur"}
TURNED_FROM = 9

TEMPLATE = """\
<table class="carto{% if turned %} carto-many{% endif %}" data-sheets>\
<caption class="vh">{{ caption }}</caption><colgroup><col class="carto-name">\
<col span="{{ columns|length }}"></colgroup>\
<thead><tr><th scope="col">Macro-processus</th>\
{% for column in columns %}<th scope="col"{% if turned %} class="v"{% endif %} \
title="{{ column.title }}">{% if column.sheet %}<a href="{{ column.sheet }}">{{ column.label }}</a>\
{% elif turned %}<span>{{ column.label }}</span>{% else %}{{ column.label }}{% endif %}</th>\
{% endfor %}</tr></thead><tbody>\
{% for row in rows %}\
{% ifchanged row.process.function %}<tr class="carto-group"><th scope="rowgroup" \
colspan="{{ width }}">{{ row.process.function.name }}</th></tr>{% endifchanged %}\
{% ifchanged row.process.function row.process.group %}{% if row.process.group %}\
<tr class="carto-group is-perimeter"><th scope="rowgroup" \
colspan="{{ width }}">{{ row.process.group }}</th></tr>{% endif %}{% endifchanged %}\
<tr{% if row.action %} class="is-action"{% endif %}><th scope="row">\
{% if row.action %}<span class="vh">Action\u00a0: </span>{% endif %}{{ row.process.name }}</th>\
{% for cell in row.cells %}{% with placement=cell.placement %}<td class="\
{% if placement.mode == "?" %}m-u{% elif placement.mode == "-" %}m-n\
{% else %}m-{{ placement.mode }}{% endif %}{% if cell.different %} is-different{% endif %}\
{% if cell.known %} is-{{ placement.provenance }}{% endif %}">\
<a href="cellule/{{ placement.process.code }}/{{ placement.milestone.code }}/\
{% if placement.entity %}{{ placement.entity.code }}/{% endif %}">\
{% if not cell.word %}{{ placement.mode }}{% endif %}\
{% if placement.complementary %}<sup>{{ placement.complementary }}</sup>{% endif %}\
{% if cell.spoken %}<span class="vh"> {{ cell.spoken|join:", " }}</span>{% endif %}\
</a></td>{% endwith %}{% endfor %}</tr>{% endfor %}</tbody></table>"""


def orm_and_template(edition: Edition, milestone: Milestone) -> str:
    """The usual way: one object per cell with its relations, one template with loops and tests."""
    placements = Placement.objects.filter(milestone=milestone).select_related(
        "process__function", "milestone", "entity", "lead"
    )
    cells = {(p.process_id, p.entity_id): p for p in placements}
    network = edition.scheme.network
    chambers = Entity.objects.filter(
        network=network, kind__in=("regional", "territorial"), archived=False
    )
    columns = [{"label": "Réseau", "title": f"Valeur du réseau, {milestone.label}"}]
    columns += [
        {"label": e.short_name, "title": e.name, "sheet": _sheet(edition, e)} for e in chambers
    ]
    processes = (
        MacroProcess.objects.filter(network=network)
        .select_related("function")
        .order_by("function__position", "function_id", "position", "name")
    )
    rows = [
        {
            "process": p,
            "action": p.kind == "action",
            "cells": [_cell(cells, p.pk, e) for e in (None, *(c.pk for c in chambers))],
        }
        for p in processes
    ]
    context = {
        "caption": f"Modes de gestion par chambre, {milestone.label}",
        "columns": columns,
        "rows": rows,
        "turned": len(columns) >= TURNED_FROM,
        "width": len(columns) + 1,
    }
    return _compiled().render(context)


def _cell(
    cells: dict[tuple[int, int | None], Placement], process: int, entity: int | None
) -> dict[str, Any]:
    placement, regional = cells[process, entity], cells[process, None]
    different = entity is not None and (
        (placement.mode, placement.complementary, placement.lead)
        != (regional.mode, regional.complementary, regional.lead)
    )
    word = WORDS.get(placement.mode, "")
    spoken = [word] if word else []
    if placement.complementary:
        labels = ", ".join(MODE_LABELS[m] for m in placement.complementary)
        spoken.append(f"complété par {labels}")
    known = KNOWN_OTHERWISE.get(placement.provenance, "")
    if known:
        spoken.append(known)
    if different:
        spoken.append("valeur propre, différente du réseau")
    return {
        "placement": placement,
        "different": different,
        "known": known,
        "word": word,
        "spoken": spoken,
    }


def _sheet(edition: Edition, chamber: Entity) -> str:
    address = reverse("schemes:chamber", args=[edition.scheme.network.code, chamber.code])
    return f"{address}?edition={edition.pk}"


_TEMPLATES: dict[str, Any] = {}


def _compiled() -> Any:
    """Compiled once, as a cached loader does."""
    if "chambers" not in _TEMPLATES:
        _TEMPLATES["chambers"] = engines["django"].from_string(TEMPLATE)
    return _TEMPLATES["chambers"]


SQL = (
    "SELECT process_id, entity_id, mode, complementary, lead_id "
    "FROM schemes_placement WHERE milestone_id = %s"
)


def raw_sql(milestone: int) -> list[tuple[Any, ...]]:
    """The cells of the page, fetched by the driver in one query, and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, [milestone])
        return cursor.fetchall()


class Joined:
    """The table by bare joins: every text is ready, cells only remain to be put together."""

    def __init__(self, table: str) -> None:
        """Take a table apart into what surrounds its cells and what each cell is made of."""
        self.lines: list[tuple[str, list[tuple[str, str, str, str]]]] = []
        cell = re.compile(r'(<td[^>]*><a href="cellule/)([^/]+/)([^"]*)("[^\n]*?</td>)')
        start, *lines = table.split('<tr><th scope="row">')
        self.start = start
        for line in lines:
            found = cell.findall(line)
            first = line.index("<td")
            last = line.rindex("</td>") + len("</td>")
            self.lines.append(('<tr><th scope="row">' + line[:first], found))
            self.lines.append((line[last:], []))

    def write(self) -> str:
        written = [self.start]
        for name, cells in self.lines:
            written.append(name)
            written.append("".join([f"{a}{code}{path}{b}" for a, code, path, b in cells]))
        return "".join(written)


def table_in(page: str) -> str:
    """The cartography's table, out of a page."""
    start = page.index('<table class="carto')
    return page[start : page.index("</table>", start) + len("</table>")]


__all__ = ["Joined", "orm_and_template", "raw_sql", "table_in"]
