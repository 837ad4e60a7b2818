"""Each rule of the model as a table: the cell, whether it is an error, and what is said."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import inspect

import pytest
from hypothesis import HealthCheck, given

from maillage.schemes.engine import checks, referential
from maillage.schemes.engine.completions import COMPLETIONS
from maillage.schemes.engine.document import (
    EditionDocument,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
)
from maillage.schemes.engine.mode_details import Details
from tests.depth import examples
from tests.schemes.engine.strategies import documents

ENTITIES = (
    EntityDoc("region", "CCI de région", "Région", EntityKind.REGIONAL),
    EntityDoc("nord", "CCI Nord", "Nord", EntityKind.TERRITORIAL),
    EntityDoc("sud", "CCI Sud", "Sud", EntityKind.TERRITORIAL),
    EntityDoc("tete", "Tête de réseau", "Tête", EntityKind.NATIONAL),
    EntityDoc("tiers", "Opérateur", "Opérateur", EntityKind.OPERATOR),
)
YEARS = (
    MilestoneDoc("2017", "Statut 2017", dt.date(2017, 12, 31), MilestoneNature.STATUS),
    MilestoneDoc("2021", "Projection 2021", dt.date(2021, 12, 31), MilestoneNature.PROJECTION),
)


def cell(process: str = "paie", milestone: str = "2017", **fields: object) -> PlacementDoc:
    given = {"source_document": "SROM", "source_page": "p. 4"} | fields
    return PlacementDoc(process, milestone, **given)  # type: ignore[arg-type]


def document_of(
    *cells: PlacementDoc, milestones: tuple[MilestoneDoc, ...] = YEARS
) -> EditionDocument:
    return EditionDocument(
        network_code="reseau",
        network_name="Réseau",
        fictional=True,
        scheme_code="schema",
        scheme_title="Schéma",
        start_year=2017,
        end_year=2021,
        number=1,
        title="Édition",
        entities=ENTITIES,
        functions=(FunctionDoc("fin", "Finances"), FunctionDoc("rh", "Ressources humaines")),
        processes=(
            ProcessDoc("paie", "fin", "Paie"),
            ProcessDoc("stocks", "fin", "Stocks"),
            ProcessDoc("personnel", "rh", "Personnel", region_only=True),
            ProcessDoc("bulletin", "fin", "Bulletin", kind=ProcessKind.ACTION, parent="paie"),
        ),
        milestones=milestones,
        placements=cells,
        format=1,
    )


def found(*cells: PlacementDoc) -> list[tuple[str, str]]:
    return [(v.code, v.severity) for v in checks.check(document_of(*cells))]


def integrated(process: str = "paie", **fields: object) -> PlacementDoc:
    return cell(process, mode="I", **fields)


DELEGATED = {"integration": "infra_regional", "lead": "nord"}
NO_OPTION = ("integration_option_missing", "warning")
NO_LEAD = ("integration_lead_missing", "warning")
AGAINST = ("lead_against_option", "error")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], []),
        ([cell(mode="A")], []),
        ([cell(mode="M", lead="nord")], []),
        ([cell(mode="M")], [("mutualisation_lead_missing", "warning")]),
        # An action is never counted among what is to complete; a fault of it stays one.
        ([cell("bulletin", mode="M"), cell("bulletin", "2021", mode="I")], []),
        ([integrated("bulletin", integration="regional", lead="nord")], [AGAINST]),
        ([integrated()], [NO_OPTION, NO_LEAD]),
        ([integrated(integration="regional")], [NO_LEAD]),
        ([integrated(integration="regional", lead="region")], []),
        ([integrated(integration="regional", lead="nord")], [AGAINST]),
        ([integrated(**DELEGATED)], []),
        ([integrated(integration="infra_regional", lead="region")], [AGAINST]),
        ([integrated(integration="national", lead="tete")], []),
        ([integrated(integration="national", lead="tiers")], [AGAINST]),
        ([integrated(integration="third_party", lead="tiers")], []),
        ([integrated(integration="third_party", lead="nord")], [AGAINST]),
        ([integrated(integration="supra_regional", lead="tiers")], []),
        ([integrated(integration="supra_regional", lead="region")], [AGAINST]),
        (
            [cell(mode="M", complementary="I", lead="nord", integration="regional")],
            [],
        ),
        (
            [cell(mode="A", integration="regional")],
            [("option_without_integration", "error")],
        ),
        ([cell(mode="H", complementary="CH")], [("complementary", "error")]),
        ([cell(mode="H", complementary="CC")], [("complementary", "error")]),
        ([cell(mode="?", complementary="C")], [("complementary", "error")]),
        ([cell(mode="H", complementary="AC")], []),
        ([cell(mode="A", source_document="", source_page="")], [("source_missing", "warning")]),
        ([cell(mode="?", source_document="", source_page="")], []),
        ([cell(mode="A", entity="nord")], []),
        ([cell(mode="A", entity="region")], []),
        ([cell(mode="A", entity="tete")], [("override_outside_network", "warning")]),
        ([cell(mode="A", entity="tiers")], [("override_outside_network", "warning")]),
        ([integrated(**DELEGATED), integrated("stocks", **DELEGATED)], []),
        (
            [integrated(**DELEGATED), integrated("stocks", **DELEGATED | {"lead": "sud"})],
            [("single_delegate", "error")],
        ),
        (
            [integrated(**DELEGATED), integrated("stocks", lead="sud")],
            [("single_delegate", "error"), NO_OPTION],
        ),
        (
            [
                integrated(**DELEGATED),
                integrated("stocks", **DELEGATED | {"lead": "sud", "milestone": "2021"}),
            ],
            [],
        ),
        ([integrated("personnel", **DELEGATED)], [("region_only", "error")]),
        ([integrated("personnel", lead="nord")], [("region_only", "error"), NO_OPTION]),
        ([integrated("personnel", integration="regional", lead="region")], []),
    ],
)
def test_rules(cells: list[PlacementDoc], expected: list[tuple[str, str]]) -> None:
    assert found(*cells) == expected


def test_the_law_is_cited_and_the_chambers_named() -> None:
    violations = checks.check(
        document_of(
            integrated(**DELEGATED),
            integrated("stocks", **DELEGATED | {"lead": "sud"}),
            integrated("personnel", **DELEGATED),
        )
    )
    by_code = {violation.code: violation for violation in violations}
    assert by_code["single_delegate"].reference == "Code de commerce R711-33 II"
    assert "CCI Nord, CCI Sud" in by_code["single_delegate"].message
    assert by_code["single_delegate"].cells == (("paie", "2017", ""), ("stocks", "2017", ""))
    assert by_code["region_only"].reference == "Code de commerce R711-33 II"


MADE_OF = [
    ({"mode": "C"}, "cooperation_purpose_missing"),
    ({"mode": "C", "details": Details(purpose="Essayer")}, ""),
    ({"mode": "H"}, "harmonisation_frame_missing"),
    ({"mode": "H", "details": Details(frame="Charte")}, ""),
    ({"mode": "M", "lead": "nord"}, "mutualisation_site_missing"),
    ({"mode": "M", "lead": "nord", "details": Details(sites="Nantes")}, ""),
    ({"mode": "A"}, ""),
    ({"mode": "A", "provenance": "stated", "source_page": ""}, "stated_unquoted"),
    ({"mode": "A", "provenance": "stated", "source_page": "", "source_quote": "chacun"}, ""),
    ({"mode": "A", "provenance": "inferred", "source_page": ""}, ""),
]


@pytest.mark.parametrize(("fields", "code"), MADE_OF)
def test_what_a_mode_is_made_of_is_advised_and_never_refused(
    fields: dict[str, object], code: str
) -> None:
    document = dataclasses.replace(document_of(cell(**fields)), format=2)  # type: ignore[arg-type]
    violations = checks.check(document)
    assert [(v.code, v.severity) for v in violations] == ([(code, "warning")] if code else [])
    first = checks.check(dataclasses.replace(document, format=1))
    assert [v.code for v in first] == [c for c in [code] if c == "stated_unquoted"]


def test_what_is_to_complete_is_one_line_per_function() -> None:
    cells = [
        cell(p, y, mode="M") for p in ("paie", "stocks", "personnel") for y in ("2017", "2021")
    ]
    violations = checks.check(document_of(*cells))
    assert [len(violation.cells) for violation in violations] == [4, 2]
    assert violations[0].message.startswith("Finances\u00a0: 4 cellules mutualisées")


@pytest.mark.parametrize(
    ("natures", "errors"),
    [
        (("inventory", "status", "projection"), 0),
        (("status", "projection", "projection"), 0),
        (("inventory", "projection", "status"), 1),
        (("projection", "inventory", "status"), 2),
    ],
)
def test_a_projection_precedes_no_observation(natures: tuple[str, ...], errors: int) -> None:
    milestones = tuple(
        MilestoneDoc(f"m{rank}", f"J{rank}", dt.date(2013 + rank, 1, 1), MilestoneNature(nature))
        for rank, nature in enumerate(natures)
    )
    violations = checks.check(document_of(milestones=milestones))
    assert [v.code for v in violations] == ["milestone_order"] * errors
    assert all(v.severity == "error" for v in violations)


def test_the_real_scheme_breaks_no_rule() -> None:
    violations = checks.check(referential.read("pays-de-la-loire-2017-2021").document)
    assert [v.message for v in violations if v.severity == "error"] == []


@examples(50, suppress_health_check=list(HealthCheck))
@given(documents())
def test_cells_named_exist_and_order_of_placements_changes_nothing(
    document: EditionDocument,
) -> None:
    keys = {placement.key for placement in document.placements}
    violations = checks.check(document)
    turned = dataclasses.replace(document, placements=document.placements[::-1])
    assert {(v.code, frozenset(v.cells)) for v in violations} == {
        (v.code, frozenset(v.cells)) for v in checks.check(turned)
    }
    for violation in violations:
        assert keys.issuperset(violation.cells)
        assert violation.message.endswith(".")
        assert violation.reference
        assert violation.advice


def test_every_rule_has_a_french_name() -> None:
    tree = ast.parse(inspect.getsource(checks))
    made = [
        n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Violation"
    ]
    said = {n.args[0].value for n in made if isinstance(n.args[0], ast.Constant)}
    assert {"undrawn", "region_only"} < said
    assert set(checks.SHORTLY) == said | set(COMPLETIONS)
    assert not [name for name in checks.SHORTLY.values() if "_" in name or not name[0].isupper()]
