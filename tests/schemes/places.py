"""Schemes, their editions, grid and files: who gets what, and where."""

from __future__ import annotations

import json
from typing import Any

from maillage.exchange.actions import take_document
from maillage.people.actors import INSTALLATION
from maillage.schemes.queries import document_of
from maillage.schemes.views.placement_import import PLACEMENTS
from tests.architecture.answers import (
    ALL,
    INSIDE,
    KEEPERS,
    KEEPERS_SEE,
    MINE,
    MINE_DO,
    NO_SUCH,
    NOT_SO,
    PLAIN,
    READ,
    UNREAD,
    Rows,
    always,
)
from tests.architecture.world import Given, World
from tests.builders import waiting_file

#            nobody stranger reader chamber function admin install. foreign
SETTLED = "     409    409    409    409     409    409    409    409"
ANY_CHIEF = "   404    404    404    404     404    200    200    200"
ANY_BAD = "     404    404    404    404     404    422    422    422"
DRAFT_ADMIN = " 404    404    403    403     403    302    302    404"
DRAFT_EARLY = " 404    404    409    409     409    409    409    404"
FIRST_DONE = "  404    404    403    403     403    409    409    404"
NEXT = "        403    403    403    403     403    302    302    403"
AUTH_JSON = "   401    404    403    403     200    200    200    404"
AUTH_DONE = "   401    409    409    409     409    409    409    409"
KNOWN_IN = "    404    404    302    302     302    302    302    404"
MOVED = "       302    302    302    302     302    302    302    302"

CHAMBER = ("chamber", "chamber_xlsx")
ADDS = "        404    404    403    422     422    422    422    404"
ADDS_TOO = "    403    403    403    422     422    422    422    403"
READS_ON = "    404    404    403    302     302    302    302    404"
CLOSED_IN = "   404    404    409    409     409    409    409    404"

DOCUMENT = ("document", "document_file", "document_remove")
PAGES = ("document_page", "document_picture")
TEXTS = ("text", "text_remove", "text_move")

TABLE: dict[str, Rows] = {
    "schemes:current": (KNOWN_IN, MOVED, NOT_SO, NOT_SO),
    "schemes:edition": READ,
    "schemes:coverage": READ,
    "schemes:documents": (INSIDE, ALL, ADDS, ADDS_TOO),
    "schemes:document": always(KNOWN_IN, NOT_SO),
    "schemes:document_page": always(INSIDE, NOT_SO),
    "schemes:document_picture": always(NO_SUCH, NOT_SO),
    "schemes:document_file": always(INSIDE, NOT_SO),
    "schemes:document_remove": always(INSIDE, DRAFT_ADMIN),
    "schemes:reading": (INSIDE, INSIDE, READS_ON, CLOSED_IN),
    "schemes:texts": READ,
    "schemes:text": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:text_new": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:text_remove": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:text_move": (NOT_SO, NOT_SO, DRAFT_ADMIN, SETTLED),
    "schemes:texts_outline": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:frame": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:scheme_new": always(INSIDE, DRAFT_ADMIN),
    "schemes:first_edition": always(INSIDE, FIRST_DONE),
    "schemes:propose": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:withdraw": (INSIDE, ALL, DRAFT_EARLY, SETTLED),
    "schemes:adopt": (INSIDE, ALL, DRAFT_EARLY, SETTLED),
    "schemes:draft_next": (INSIDE, ALL, DRAFT_ADMIN, NEXT),
    "schemes:delete_edition": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:cartography": READ,
    "schemes:cell": READ,
    "schemes:chamber": READ,
    "schemes:chamber_xlsx": READ,
    "schemes:cartography_svg": READ,
    "schemes:cartography_png": READ,
    "schemes:cartography_pdf": READ,
    "schemes:compare": READ,
    "schemes:compare_with": READ,
    "schemes:grid": READ,
    "schemes:grid_cells": (NOT_SO, NOT_SO, KEEPERS_SEE, SETTLED),
    "schemes:grid_paste": (NOT_SO, NOT_SO, INSIDE, ALL),
    "schemes:grid_cell": (INSIDE, ALL, KEEPERS, SETTLED),
    "schemes:export_xlsx": READ,
    "schemes:export_csv": READ,
    "schemes:export_json": READ,
    "schemes:export_template": READ,
    "schemes:import_table": (INSIDE, ALL, UNREAD, SETTLED),
    "schemes:import_review": MINE,
    "schemes:import_apply": MINE_DO,
    "schemes:import_file": always(ANY_CHIEF, ANY_BAD),
    "api:editions": PLAIN,
    "api:edition_sheet": READ,
    "api:edition_file": READ,
    "api:edition_checks": READ,
    "api:compare": READ,
    "api:chamber_sheet": READ,
    "api:placements": (INSIDE, ALL, AUTH_JSON, AUTH_DONE),
    "api:place": (INSIDE, ALL, AUTH_JSON, AUTH_DONE),
}


def milestones(*years: str) -> dict[str, Any]:
    """The rows of a form for a milestone on the first day of each year."""
    rows: dict[str, Any] = {"jalons-TOTAL_FORMS": len(years), "jalons-INITIAL_FORMS": 0}
    for rank, year in enumerate(years):
        row = {"code": year, "label": year, "date": f"{year}-01-01", "nature": "status"}
        rows |= {f"jalons-{rank}-{field}": value for field, value in row.items()}
    return rows


def furnish(world: World) -> Given:
    """A file of placements in waiting, the editor of the function's; a document of the network."""
    edition, finances = world.edition, world.people.finances.actor
    note = take_document(world.network, b"Un texte", "note.txt", actor=INSTALLATION)
    pending = waiting_file(PLACEMENTS, edition, finances, document_of(edition).placements)
    return Given(
        _kwargs(world, pending.pk, note.pk),
        also={name: {"entity": "nord"} for name in ("schemes:cell", "schemes:grid_cell")},
        forms=FORMS,
        requests=_requests(),
    )


def _kwargs(world: World, pending: int, note: object) -> dict[str, dict[str, Any]]:
    edition = {"pk": world.edition.pk}
    cell = {**edition, "milestone": "2022"}
    waiting = {**edition, "pending": pending}
    no_edition = {"current", "scheme_new", "first_edition", "import_file"}
    elsewhere = {f"schemes:{name}" for name in (*no_edition, *CHAMBER)}
    ours = (name for name in TABLE if name.startswith("schemes:") and name not in elsewhere)
    return {
        **dict.fromkeys(ours, edition),
        **{f"schemes:{name}": {**edition, "code": "preambule"} for name in TEXTS},
        **{f"schemes:{name}": {"code": "nord"} for name in CHAMBER},
        **{f"schemes:{name}": {"pk": note, "number": 1} for name in PAGES},
        **{f"schemes:{name}": {"pk": note} for name in DOCUMENT},
        "schemes:reading": {**edition, "document": note, "number": 1},
        "schemes:cell": {**cell, "process": "achats"},
        "schemes:grid_cell": {**cell, "process": "tresorerie"},
        "schemes:compare_with": {**edition, "other": world.other.pk},
        "schemes:import_review": waiting,
        "schemes:import_apply": waiting,
        "schemes:first_edition": {"code": "srom-essai"},
        "api:compare": {"other": world.other.pk},
        "api:chamber_sheet": {"chamber": "nord"},
    }


FORMS: dict[str, dict[str, Any]] = {
    "schemes:text": {"title": "Titre", "body": "Texte"},
    "schemes:text_new": {"part": "governance", "title": "Titre", "body": "Texte"},
    "schemes:text_move": {"sens": "haut"},
    "schemes:reading": {"geste": "lue"},
    "schemes:frame": {"edition_title": "Titre", **milestones("2022", "2024", "2027")},
    "schemes:scheme_new": {
        **{"title": "Schéma", "code": "srom-suivant", "edition_title": "Première"},
        **{"start_year": 2028, "end_year": 2032},
        **milestones("2028"),
    },
    "schemes:first_edition": {"edition_title": "Première", **milestones("2028")},
    "schemes:adopt": {"body": "Assemblée générale", "on": "2026-01-02", "act": "2026-1"},
    "schemes:draft_next": {"title": "Suivante"},
    "schemes:grid_cell": {"mode": "C", "version": 0},
}


def _requests() -> dict[str, dict[str, Any]]:
    cell = {"process": "tresorerie", "milestone": "2022", "entity": ""}
    edits = {"edits": [{**cell, "changes": {"mode": "C"}, "expected": 0}]}
    written = {"data": json.dumps(edits), "content_type": "application/json"}
    return {
        **dict.fromkeys(("schemes:grid_cells", "api:placements", "api:place"), written),
        "schemes:grid_paste": {"data": "A\tC\nH\tM", "content_type": "text/plain"},
    }
