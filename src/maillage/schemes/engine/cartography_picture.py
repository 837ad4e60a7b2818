"""The cartography as one SVG: macro-processes by milestones, or by chambers at one milestone.

Knows the layout of the table and of its captions. Refuses to know pages and permissions:
what it is given is what it draws, and the filters that made it are written on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from maillage.schemes.engine import picture
from maillage.schemes.engine.change import KINDS
from maillage.schemes.engine.document import (
    MODE_LABELS,
    UNKNOWN,
    EditionDocument,
    EntityKind,
    PlacementDoc,
    ProcessDoc,
)

NO_MOVE: Mapping[tuple[str, int], tuple[str, ...]] = {}
_NAMES = 330.0
_ROW = 26.0
_MARGIN = 16.0


def matrix_svg(
    document: EditionDocument,
    milestone: str | None = None,
    *,
    function: str | None = None,
    filters_text: str = "",
    processes: tuple[str, ...] | None = None,
    entities: tuple[str, ...] | None = None,
    moved: Mapping[tuple[str, int], tuple[str, ...]] = NO_MOVE,
) -> str:
    """The table as a picture.

    Without `milestone`, columns are the milestones and cells hold the network's value; with
    one, columns are the chambers and cells hold their effective value. `processes` and
    `entities` restrict to codes already filtered by the caller; `filters_text` is printed.
    `moved`: the kinds of what changed, by process and column; each cell then bears its signs.
    """
    title, columns = _columns(document, milestone, entities)
    rows = [
        process
        for process in document.processes
        if function in (None, process.function) and (processes is None or process.code in processes)
    ]
    cell = 136.0 if milestone is None else 30.0
    head = 40.0 if milestone is None else 24 + max([len(c[2]) for c in columns] + [4]) * 6.2
    width = max(_MARGIN * 2 + _NAMES + cell * len(columns), 640)
    seed = repr((document, milestone, function, processes, entities, filters_text, moved))
    prefix = "m" + hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:8]
    parts = list(_captions(document, title, filters_text, width))
    top = (84.0 if filters_text else 62.0) + head
    for index, (_, _, name) in enumerate(columns):
        parts.append(_heading(index, name, cell, top, turned=milestone is not None))
    body, y = _rows(document, rows, columns, (prefix, cell, top, width), moved)
    legend, bottom = picture.legend(prefix, picture.VALUES, _MARGIN, y + 14, width - 2 * _MARGIN)
    if any(moved.values()):
        signs, bottom = picture.legend_of_signs(_MARGIN, bottom + 6, width - 2 * _MARGIN)
        legend += signs
    desc = f"{len(rows)} macro-processus, {len(columns)} colonnes. {picture.NOT_RANKED}."
    content = "".join(parts) + body + legend
    return picture.document(prefix, (width, bottom + _MARGIN), title, desc, content)


def _columns(
    document: EditionDocument, milestone: str | None, entities: tuple[str, ...] | None
) -> tuple[str, list[tuple[str, str, str]]]:
    """Title, and (milestone, entity, name) of each column."""
    if milestone is None:
        ordered = sorted(document.milestones, key=lambda each: (each.date, each.code))
        return "Cartographie du réseau par jalon", [(m.code, "", m.label) for m in ordered]
    chambers = [
        entity
        for entity in document.entities
        if entity.kind in (EntityKind.REGIONAL, EntityKind.TERRITORIAL)
        and (entities is None or entity.code in entities)
    ]
    named = next((m.label for m in document.milestones if m.code == milestone), milestone)
    return (
        f"Cartographie par chambre : {named}",
        [(milestone, entity.code, entity.short_name or entity.name) for entity in chambers],
    )


def _captions(
    document: EditionDocument, title: str, filters_text: str, width: float
) -> Iterator[str]:
    room = width - 2 * _MARGIN
    yield picture.label(
        _MARGIN, 28, picture.fit(title, room, 19), size=19, weight=600, kind="title"
    )
    subject = f"{document.network_name}, {document.title}"
    if document.fictional:
        subject = f"Document fictif. {subject}"
    yield picture.label(_MARGIN, 48, picture.fit(subject, room, 13))
    if filters_text:
        text = f"Filtres : {filters_text}"
        yield picture.label(_MARGIN, 68, picture.fit(text, room, 13), kind="filters")


def _heading(index: int, name: str, cell: float, top: float, *, turned: bool) -> str:
    x = _MARGIN + _NAMES + index * cell + cell / 2
    if turned:
        return picture.label(x + 4, top - 8, name, size=12, weight=600, turn=True)
    text = picture.fit(name, cell - 6, 13)
    return picture.label(x, top - 10, text, anchor="middle", weight=600)


def _rows(
    document: EditionDocument,
    rows: list[ProcessDoc],
    columns: list[tuple[str, str, str]],
    frame: tuple[str, float, float, float],
    moved: Mapping[tuple[str, int], tuple[str, ...]],
) -> tuple[str, float]:
    prefix, cell, y, width = frame
    index = {placement.key: placement for placement in document.placements}
    functions = {function.code: function.name for function in document.functions}
    parts: list[str] = []
    section = ("", "")
    for process in rows:
        if (process.function, process.group) != section:
            section = (process.function, process.group)
            name = " · ".join(filter(None, (functions.get(section[0], section[0]), section[1])))
            text = picture.fit(name, width - 2 * _MARGIN, 13.5)
            parts.append(picture.label(_MARGIN, y + 18, text, size=13.5, weight=600, kind="group"))
            y += _ROW
        name = picture.fit(process.name, _NAMES - 10, 13)
        parts.append(picture.label(_MARGIN, y + 17, name))
        for number, (milestone, entity, _) in enumerate(columns):
            placement = index.get((process.code, milestone, entity)) or index.get(
                (process.code, milestone, "")
            )
            x = _MARGIN + _NAMES + number * cell
            kinds = moved.get((process.code, number), ())
            parts.append(_cell(prefix, placement, x, y, cell, kinds))
        y += _ROW
    return "".join(parts), y


def _tip(mode: str, kinds: tuple[str, ...]) -> str:
    told = ", ".join(KINDS[kind].lower() for kind in kinds)
    return MODE_LABELS[mode] + (f", changement\u00a0: {told}" if told else "")


def _cell(
    prefix: str,
    placement: PlacementDoc | None,
    x: float,
    y: float,
    cell: float,
    kinds: tuple[str, ...] = (),
) -> str:
    mode = placement.mode if placement else UNKNOWN
    others = (
        "+ " + " ".join(placement.complementary) if placement and placement.complementary else ""
    )
    own = " own" if placement and placement.entity else ""
    middle = x + cell / 2
    parts = [
        f'<g class="cell{own}"><title>{picture.escape(_tip(mode, kinds))}</title>',
        picture.swatch(prefix, mode, (x + 1.5, y + 1.5, cell - 3, _ROW - 3)),
        (
            f'<circle cx="{picture.number(middle)}" cy="{picture.number(y + _ROW / 2)}" r="9" '
            f'fill="{picture.FILLS[mode]}" class="plate"/>'
        ),
        picture.label(
            middle,
            y + 17.5,
            picture.SIGNS[mode],
            anchor="middle",
            weight=600,
            fill=picture.INK,
        ),
    ]
    if others and cell >= 60:
        parts.append(picture.label(middle + 14, y + 17, others, size=10.5, fill=picture.INK))
    parts += picture.signs(kinds, (x + 1.5, y + 1.5, cell - 3))
    return "".join(parts) + "</g>"
