"""The cartography at region scale and at national scale, against its floors and the ORM way.

The page is the whole answer of the server through Django's client, for a signed-in reader,
with nothing cached. References, measured in turns with it:

- floor: the raw query that fetches the cells the page shows, then the same table joined as
  bare strings (same rows, columns, classes and addresses, nothing escaped, no filter);
- ORM way: one object per cell with select_related, then a Django template for the same table.
"""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.template import Context, Engine
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.bench.measuring import Fact, Line, medians
from tests.builders import load, person

from maillage.network.models import Entity, MacroProcess
from maillage.people.actors import Role
from maillage.schemes.engine import generate
from maillage.schemes.models import Edition, Placement

SIZES = {"region": (6, 60), "national": (125, 60)}

ORM_TEMPLATE = Engine(autoescape=True).from_string(
    '<table class="carto carto-many"><thead><tr><th scope="col">Macro-processus</th>'
    '{% for e in chambers %}<th scope="col" class="v" title="{{ e.name }}">'
    "<span>{{ e.short_name }}</span></th>{% endfor %}</tr></thead><tbody>"
    '{% for row in rows %}<tr><th scope="row">{{ row.process.name }}</th>'
    '{% for cell in row.cells %}<td class="m-{{ cell.mode }}'
    '{% if cell.different %} is-different{% endif %}">'
    '<a href="cellule/{{ row.process.code }}/{{ cell.placement.milestone.code }}/'
    '{{ cell.entity.code }}/">{{ cell.placement.mode }}'
    "{% if cell.placement.complementary %}<sup>{{ cell.placement.complementary }}</sup>"
    "{% endif %}{% if cell.different %}<span class='vh'>, {{ cell.placement.get_mode_display }},"
    "valeur propre</span>{% endif %}</a></td>{% endfor %}</tr>{% endfor %}</tbody></table>"
)


def measure() -> list[Line | Fact]:
    lines: list[Line | Fact] = []
    for size, (entities, processes) in SIZES.items():
        edition = _edition(size, entities, processes)
        reader = person(
            f"{size}@essai.test", {"role": Role.READER, "network": edition.scheme.network}
        )
        lines += _measure(size, edition, reader.client)
    return lines


def _edition(size: str, entities: int, processes: int) -> Edition:
    """A draft where every chamber has a value of its own in every cell."""
    (document,) = generate.generate(7, entities=entities, processes=processes, overrides="all")
    named = dataclasses.replace(document, network_code=f"banc-{size}")
    return load(named)


def _measure(size: str, edition: Edition, client: Client) -> list[Line | Fact]:
    milestone = list(edition.milestones.order_by("date"))[1]
    url = f"/editions/{edition.pk}/?lecture=chambres&jalon={milestone.code}"

    def page() -> bytes:
        caches["pages"].clear()
        return client.get(url).content

    def kept() -> bytes:
        return client.get(url).content

    floor, orm = _floor(edition, milestone.pk), _orm_way(edition, milestone.pk)
    page_s, floor_s, orm_s = medians([page, floor, orm], 9)
    page_again, kept_s = _cached(page, kept)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        html = page()
    return [
        Line(f"{size}: page / (raw SQL + bare strings)", page_s, floor_s, 2.0),
        Line(
            f"{size}: page / ORM and template",
            page_s,
            orm_s,
            1 / 25 if size == "national" else 1 / 8,
        ),
        Line(f"{size}: unchanged, from the cache / page", kept_s, page_again, 1 / 5),
        Fact(f"{size}: queries of the page", len(queries), 12, ""),
        Fact(f"{size}: page, gzipped", round(len(gzip.compress(html, 6)) / 1000, 1), 100, "kB"),
    ]


def _cached(page: Callable[[], object], kept: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the page, and of the same one kept: filled once, then asked again."""
    (fresh,) = medians([page], 9)
    page()
    (kept_s,) = medians([kept], 15)
    return fresh, kept_s


def _floor(edition: Edition, milestone: int) -> Callable[[], object]:
    processes = list(MacroProcess.objects.filter(network=edition.scheme.network))
    chambers = _chambers(edition)
    query = (
        "SELECT process_id, entity_id, mode, complementary FROM schemes_placement"
        " WHERE milestone_id = %s"
    )
    code = edition.milestones.get(pk=milestone).code

    def run() -> str:
        with connection.cursor() as cursor:
            cursor.execute(query, [milestone])
            cells = {(p, e): (m, c) for p, e, m, c in cursor.fetchall()}
        out = ['<table class="carto carto-many"><thead><tr><th scope="col">Macro-processus</th>']
        for e in chambers:
            out.append(
                f'<th scope="col" class="v" title="{e.name}"><span>{e.short_name}</span></th>'
            )
        out.append("</tr></thead><tbody>")
        for p in processes:
            out.append(f'<tr><th scope="row">{p.name}</th>')
            regional = cells.get((p.pk, None))
            for e in chambers:
                own = cells.get((p.pk, e.pk), regional)
                mode, more = own or ("?", "")
                mark = " is-different" if own != regional else ""
                extra = f"<sup>{more}</sup>" if more else ""
                out.append(
                    f'<td class="m-{mode}{mark}"><a href="cellule/{p.code}/{code}/{e.code}/">'
                    f"{mode}{extra}</a></td>"
                )
            out.append("</tr>")
        out.append("</tbody></table>")
        return "".join(out)

    return run


def _orm_way(edition: Edition, milestone: int) -> Callable[[], object]:
    def run() -> str:
        processes = list(MacroProcess.objects.filter(network=edition.scheme.network))
        chambers = _chambers(edition)
        placements: dict[Any, Placement] = {
            (p.process_id, p.entity_id): p
            for p in Placement.objects.filter(milestone_id=milestone).select_related(
                "process__function", "milestone", "entity", "lead"
            )
        }
        rows = []
        for process in processes:
            regional = placements.get((process.pk, None))
            cells = []
            for entity in chambers:
                found = placements.get((process.pk, entity.pk)) or regional
                different = found is not None and regional is not None
                different = different and found.mode != regional.mode
                cells.append(
                    {
                        "placement": found,
                        "entity": entity,
                        "mode": found.mode if found else "?",
                        "different": different,
                    }
                )
            rows.append({"process": process, "cells": cells})
        return ORM_TEMPLATE.render(Context({"chambers": chambers, "rows": rows}))

    return run


def _chambers(edition: Edition) -> list[Entity]:
    return list(
        Entity.objects.filter(
            network=edition.scheme.network, archived=False, kind__in=["regional", "territorial"]
        )
    )
