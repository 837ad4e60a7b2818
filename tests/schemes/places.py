"""Schemes, their editions, grid and files: who gets what, and where."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from maillage.exchange.actions import take_document
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions.observations import record_observation
from maillage.schemes.engine.observed import ObservedDoc
from maillage.schemes.observations import ObservationsOf
from maillage.schemes.queries import document_of
from maillage.schemes.views.observation_import import OBSERVATIONS
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
    OURS,
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
LOSING = "      401    404    403    403     403    409    409    404"
AUTH_DONE = "   401    409    409    409     409    409    409    409"
KNOWN_IN = "    404    404    302    302     302    302    302    404"
MOVED = "       302    302    302    302     302    302    302    302"

NUMBERS = "     404    404    403    302     302    302    302    404"
CHAMBER = ("chamber", "chamber_xlsx", "chamber_pdf")
ADDS = "        404    404    403    422     422    422    422    404"
ADDS_TOO = "    403    403    403    422     422    422    422    403"
READS_ON = "    404    404    403    302     302    302    302    404"
CLOSED_IN = "   404    404    409    409     409    409    409    404"

DOCUMENT = ("document", "document_file", "document_numbers", "document_remove")
PAGES = ("document_page", "document_picture")
#            nobody stranger reader chamber function admin install. foreign
TOLD = "        401    404    403    403     201    201    201    404"
TAKEN_BACK = "  401    404    403    403     200    200    200    404"
ACTS = ("correct", "withdraw")
OBSERVED = ("observation_correct", "observation_withdraw")
TEXTS = ("text", "text_remove", "text_move")
SAID_OF = ("statement", "statement_remove", "statement_move")

TABLE: dict[str, Rows] = {
    "schemes:current": (KNOWN_IN, MOVED, NOT_SO, NOT_SO),
    "schemes:edition": READ,
    "schemes:coverage": READ,
    "schemes:documents": (INSIDE, ALL, ADDS, ADDS_TOO),
    "schemes:document": always(KNOWN_IN, NOT_SO),
    "schemes:document_page": always(INSIDE, NOT_SO),
    "schemes:document_picture": always(NO_SUCH, NOT_SO),
    "schemes:document_file": always(INSIDE, NOT_SO),
    "schemes:document_numbers": always(INSIDE, NUMBERS),
    "schemes:document_remove": always(INSIDE, DRAFT_ADMIN),
    "schemes:reading": (INSIDE, INSIDE, READS_ON, CLOSED_IN),
    "schemes:texts": READ,
    "schemes:text": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:text_new": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:text_remove": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:text_move": (NOT_SO, NOT_SO, DRAFT_ADMIN, SETTLED),
    "schemes:texts_outline": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:texts_copy": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:statements": READ,
    "schemes:statement": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:statement_new": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:statement_remove": (INSIDE, ALL, DRAFT_ADMIN, SETTLED),
    "schemes:statement_move": (NOT_SO, NOT_SO, DRAFT_ADMIN, SETTLED),
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
    "schemes:chamber_pdf": READ,
    "schemes:cartography_svg": READ,
    "schemes:cartography_png": READ,
    "schemes:cartography_pdf": READ,
    "schemes:compare": READ,
    "schemes:compare_with": READ,
    "schemes:compare_export": READ,
    "schemes:compare_milestones": READ,
    "schemes:milestones_export": READ,
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
    "schemes:observations": OURS,
    "schemes:observations_export": OURS,
    "schemes:observation_template": OURS,
    "schemes:observation_new": always(INSIDE, KEEPERS),
    "schemes:observation_correct": always(INSIDE, KEEPERS),
    "schemes:observation_withdraw": always(INSIDE, KEEPERS),
    "schemes:observation_import": always(INSIDE, UNREAD),
    "schemes:observation_review": MINE,
    "schemes:observation_apply": MINE_DO,
    "api:observations": always(INSIDE, TOLD),
    "api:record_observed": always(INSIDE, TOLD),
    "api:correct_observed": always(NOT_SO, NOT_SO),
    "api:withdraw_observed": always(NOT_SO, TAKEN_BACK),
    "api:editions": PLAIN,
    "api:edition_sheet": READ,
    "api:edition_file": READ,
    "api:edition_checks": READ,
    "api:remove_milestone": (NOT_SO, NOT_SO, LOSING, AUTH_DONE),
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
    seen = ObservedDoc("achats", "", dt.date(2026, 3, 2), "A", observer="Moi")
    one = record_observation(edition.network, actor=INSTALLATION, row=seen)
    rows = [replace(seen, process="tresorerie")]
    observed = waiting_file(OBSERVATIONS, ObservationsOf(edition.network), finances, rows)
    keys = {
        **{f"schemes:{name}": {"key": one.public_id} for name in OBSERVED},
        **{f"schemes:observation_{act}": {"pending": observed.pk} for act in ("review", "apply")},
        "schemes:observations_export": {"extension": "csv"},
        "schemes:observation_new": {"process": "tresorerie"},
        **{f"api:{act}_observed": {"observation": one.public_id} for act in ACTS},
    }
    return Given(
        _kwargs(world, pending.pk, note.pk) | keys,
        also={
            **{name: {"entity": "nord"} for name in ("schemes:cell", "schemes:grid_cell")},
            "schemes:observation_new": {"entity": "sud"},
        },
        forms=FORMS | {"schemes:texts_copy": {"de": world.other.pk, "prendre": "texte:preambule"}},
        requests=_requests(),
    )


def _kwargs(world: World, pending: int, note: object) -> dict[str, dict[str, Any]]:
    edition = {"pk": world.edition.pk}
    cell = {**edition, "milestone": "2022"}
    waiting = {**edition, "pending": pending}
    no_edition = {"current", "scheme_new", "first_edition", "import_file"}
    elsewhere = {f"schemes:{name}" for name in (*no_edition, *CHAMBER)}
    elsewhere |= {name for name in TABLE if "observation" in name}
    ours = (name for name in TABLE if name.startswith("schemes:") and name not in elsewhere)
    return {
        **dict.fromkeys(ours, edition),
        **{f"schemes:{name}": {**edition, "code": "preambule"} for name in TEXTS},
        **{f"schemes:{name}": {**edition, "code": "but"} for name in SAID_OF},
        **{f"schemes:{name}": {"code": "nord"} for name in CHAMBER},
        **{f"schemes:{name}": {"pk": note, "number": 1} for name in PAGES},
        **{f"schemes:{name}": {"pk": note} for name in DOCUMENT},
        "schemes:reading": {**edition, "document": note, "number": 1},
        "schemes:cell": {**cell, "process": "achats"},
        "schemes:grid_cell": {**cell, "process": "tresorerie"},
        "schemes:compare_with": {**edition, "other": world.other.pk},
        "schemes:compare_export": {**edition, "other": world.other.pk},
        "schemes:compare_milestones": {**edition, "before": "2022", "after": "2027"},
        "schemes:milestones_export": {**edition, "before": "2022", "after": "2027"},
        "schemes:import_review": waiting,
        "schemes:import_apply": waiting,
        "schemes:first_edition": {"code": "srom-essai"},
        "api:remove_milestone": {"milestone": "2022"},
        "api:compare": {"other": world.other.pk},
        "api:chamber_sheet": {"chamber": "nord"},
    }


SAID = {"on": "2026-03-02", "mode": "C", "observer": "Moi"}
FORMS: dict[str, dict[str, Any]] = {
    "schemes:text": {"title": "Titre", "body": "Texte"},
    "schemes:text_new": {"part": "governance", "title": "Titre", "body": "Texte"},
    "schemes:text_move": {"sens": "haut"},
    "schemes:statement": {"text": "Un but"},
    "schemes:statement_new": {"function": "finances", "text": "Un but"},
    "schemes:statement_move": {"sens": "haut"},
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
    "schemes:observation_new": SAID,
    "schemes:observation_correct": {**SAID, "reason": "Mal lu"},
    "schemes:observation_withdraw": {"reason": "Mal lu"},
}


def _requests() -> dict[str, dict[str, Any]]:
    cell = {"process": "tresorerie", "milestone": "2022", "entity": ""}
    edits = {"edits": [{**cell, "changes": {"mode": "C"}, "expected": 0}]}
    written = {"data": json.dumps(edits), "content_type": "application/json"}
    one = {"process": "tresorerie", **SAID}
    told = {"data": json.dumps({"observations": [one]}), "content_type": "application/json"}
    why = {"data": json.dumps({"reason": "Mal lu"}), "content_type": "application/json"}
    return {
        **dict.fromkeys(("api:observations", "api:record_observed"), told),
        "api:withdraw_observed": why,
        **dict.fromkeys(("schemes:grid_cells", "api:placements", "api:place"), written),
        "schemes:grid_paste": {"data": "A\tC\nH\tM", "content_type": "text/plain"},
    }
