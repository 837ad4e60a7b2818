"""Addresses of returns, in the small world: who gets what."""

from __future__ import annotations

from typing import Any

from maillage.people.actors import INSTALLATION
from maillage.workspaces.returns.actions.definitions import open_version
from maillage.workspaces.returns.actions.templates import deposit_template
from tests.architecture.answers import INSIDE, KEEPERS, KEEPERS_SEE, NOT_SO, OURS, Rows, always
from tests.architecture.world import Given, World
from tests.sheets.named_workbook import workbook
from tests.workspaces.returns.world import defined, opened, published

WRITERS = "404    404    404    200     200    200    200    404"
"""What is not sent: the chamber’s editor and whoever keeps the finances of the network."""
WHOLE = "  404    404    404    404     200    200    200    404"
WRITERS_DO = "404 404    404    403     302    302    302    404"
CHAMBER_DOES = "404 404   404    302     302    302    302    404"
TABLE: dict[str, Rows] = {
    "returns:home": OURS,
    "returns:define": always(INSIDE, KEEPERS),
    "returns:describe": always(INSIDE, KEEPERS),
    "returns:definition": OURS,
    "returns:write": always(KEEPERS_SEE, KEEPERS),
    "returns:publish": always(INSIDE, KEEPERS),
    "returns:begin": always(INSIDE, KEEPERS),
    "returns:abandon": always(INSIDE, KEEPERS),
    "returns:compare": OURS,
    "returns:definition_export": (INSIDE, INSIDE, NOT_SO, NOT_SO),
    "returns:template": always(INSIDE, KEEPERS),
    "returns:template_original": OURS,
    "returns:open": always(INSIDE, KEEPERS),
    "returns:restitution": (WRITERS, WRITERS, NOT_SO, NOT_SO),
    "returns:restitution_export": (WRITERS, WRITERS, NOT_SO, NOT_SO),
    "returns:template_export": (WHOLE, WHOLE, NOT_SO, NOT_SO),
    "returns:verb": always(WRITERS, WRITERS_DO),
    "returns:typing": always(WRITERS, CHAMBER_DOES),
    "returns:cell": always(WRITERS, CHAMBER_DOES),
}


def furnish(world: World) -> Given:
    """A return published, filled, being revised, with a template."""
    held = opened(world.network)
    deposit_template(held.definition, actor=INSTALLATION, name="modele.xlsx", data=workbook())
    draft = open_version(held.definition, actor=INSTALLATION)
    of_return: dict[str, Any] = {"code": held.definition.code}
    one = {**of_return, "number": held.number}
    other = {"code": "vierge"}
    text = "Code\tLibellé\tNature\nA\tA\tSaisie"
    assert draft.is_draft
    return Given(
        dict.fromkeys((name for name in TABLE if name not in NETWORK), of_return)
        | dict.fromkeys(("returns:restitution", "returns:template_export", "returns:typing"), one)
        | {
            "returns:definition_export": {**of_return, "extension": "json"},
            "returns:restitution_export": {**one, "extension": "csv"},
            "returns:verb": {**one, "name": "remplir"},
            "returns:cell": {**one, "row": "CH", "column": "N_NORD"},
            "returns:begin": _published(world, other["code"]),
            "returns:abandon": {"code": defined(world.network, code="delaissee").code},
        },
        forms={
            "returns:define": {"title": "Autre", "code": "autre"},
            "returns:describe": {"title": "Indicateurs"},
            "returns:write": {"rows": text},
            "returns:template": {"absent": "n.c."},
            "returns:publish": {"note": "Essai"},
            "returns:open": {"year": 2024, "month": 12},
            "returns:typing": {"c|ETP|N_NORD": "2,5"},
            "returns:cell": {"texte": "À revoir."},
        },
    )


def _published(world: World, code: str) -> dict[str, Any]:
    return {"code": published(world.network, code=code).code}


NETWORK = ("returns:home", "returns:define")
