"""What changed between two editions, named once, counted, and nothing where nothing changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given

from maillage.schemes.engine import canonical, comparison, referential
from maillage.schemes.engine.comparison_table import Asked, Compared
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
    SectionDoc,
    SectionKind,
    StatementDoc,
)
from maillage.schemes.engine.frame_changes import FEW
from maillage.schemes.engine.partial_dates import Precision
from tests.depth import examples
from tests.schemes.engine.strategies import documents

MANY = examples(60, suppress_health_check=list(HealthCheck))
REAL = referential.read("pays-de-la-loire-2017-2021").document


def document_of(*cells: PlacementDoc) -> EditionDocument:
    return dataclasses.replace(
        REAL,
        entities=(
            EntityDoc("nord", "CCI Nord", "Nord", EntityKind.TERRITORIAL),
            EntityDoc("sud", "CCI Sud", "Sud", EntityKind.TERRITORIAL),
        ),
        functions=(FunctionDoc("fin", "Finances"), FunctionDoc("rh", "RH")),
        processes=(ProcessDoc("paie", "fin", "Paie"), ProcessDoc("stocks", "fin", "Stocks")),
        milestones=(
            MilestoneDoc("2021", "Projection", dt.date(2021, 12, 31), MilestoneNature.PROJECTION),
        ),
        placements=cells,
    )


def cell(**fields: object) -> PlacementDoc:
    return PlacementDoc("paie", "2021", **fields)  # type: ignore[arg-type]


def own(**fields: object) -> PlacementDoc:
    return PlacementDoc("paie", "2021", "nord", **fields)  # type: ignore[arg-type]


BASE = cell(mode="M", complementary="C", lead="nord", served=("nord", "sud"), rationale="x")


def but(**fields: object) -> PlacementDoc:
    return dataclasses.replace(BASE, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "kinds", "fields"),
    [
        (None, cell(mode="A"), ("documented",), ("mode",)),
        (cell(), cell(mode="-"), ("documented",), ("mode",)),
        (cell(mode="A"), None, ("undocumented",), ("mode",)),
        (cell(mode="A"), cell(mode="?"), ("undocumented",), ("mode",)),
        (cell(mode="A"), cell(mode="-"), ("not_applicable",), ("mode",)),
        (cell(mode="-"), cell(mode="A"), ("not_applicable",), ("mode",)),
        (BASE, but(mode="H"), ("mode",), ("mode",)),
        (BASE, but(mode="H", lead=""), ("mode", "lead"), ("mode", "lead")),
        (BASE, but(complementary="CH"), ("complementary",), ("complementary",)),
        (BASE, but(lead="sud"), ("lead",), ("lead",)),
        (BASE, but(served=("sud",)), ("beneficiaries",), ("served",)),
        (BASE, but(integration="regional"), ("option",), ("integration",)),
        (BASE, but(rationale="y"), ("text",), ("rationale",)),
        (BASE, but(source_document="s"), ("source",), ("source_document",)),
        (
            BASE,
            but(source_page="4", source_basis="z"),
            ("source",),
            ("source_page", "source_basis"),
        ),
        (None, cell(rationale="à voir"), ("text",), ("rationale",)),
        (None, own(mode="A"), ("own",), ("mode",)),
        (None, own(), ("own",), ("mode",)),
        (own(mode="A"), None, ("own",), ("mode",)),
        (own(mode="A"), own(mode="?"), ("undocumented",), ("mode",)),
    ],
)
def test_kinds(
    before: PlacementDoc | None,
    after: PlacementDoc | None,
    kinds: tuple[str, ...],
    fields: tuple[str, ...],
) -> None:
    former = document_of(*[before] if before else [])
    latter = document_of(*[after] if after else [])
    found = comparison.compare(former, latter)
    (change,) = found.changes
    assert (change.kinds, change.before, change.after) == (kinds, before, after)
    assert tuple(c.field for c in change.fields) == fields
    assert found.counts == dict.fromkeys(kinds, 1)
    assert found.by_function == {"fin": dict.fromkeys(kinds, 1)}
    assert comparison.diff_placements(former, [after] if after else []) == (
        (change,) if after else ()
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, cell()),
        (BASE, but(served=("sud", "nord"))),
        (but(complementary="CH"), but(complementary="HC")),
    ],
)
def test_what_means_the_same_is_no_change(before: PlacementDoc | None, after: PlacementDoc) -> None:
    former = document_of(*[before] if before else [])
    assert not comparison.compare(former, document_of(after))


def test_both_ends_say_how_they_are_known() -> None:
    """From an edition to another and from a milestone to the next, beside who does what alone."""
    one = cell(mode="A", rationale="x", provenance="inferred")
    other = cell(mode="M", lead="nord", rationale="y", provenance="carried")
    before, after = document_of(one), document_of(other)
    later = MilestoneDoc("2024", "Suite", dt.date(2024, 12, 31), MilestoneNature.PROJECTION)
    both = dataclasses.replace(
        before,
        milestones=(*before.milestones, later),
        placements=(one, dataclasses.replace(other, milestone="2024")),
    )
    spans = [
        (before, after, comparison.compare(before, after)),
        (both, both, comparison.compare_milestones(both, "2021", "2024")),
    ]
    for former, latter, found in spans:
        compared = Compared("T", "a", "b", former, latter, found)
        rows = compared.table(found.changes, Asked()).rows
        told = {row[4]: tuple(row[5:7]) for row in rows}
        assert told["Mode"] == ("Autonomie, déduit", "Mutualisation, reporté")
        assert told["Assuré par"] == ("non renseigné", "Nord, reporté")
        assert told.get("Justification", ("x", "y")) == ("x", "y")


def test_the_frame_is_told_in_sentences() -> None:
    before = document_of(cell(mode="A"), PlacementDoc("stocks", "2021", mode="A"))
    after = dataclasses.replace(
        before,
        entities=(EntityDoc("nord", "CCI du Nord", "Nord", EntityKind.TERRITORIAL),),
        processes=(ProcessDoc("paie", "rh", "Paie"), ProcessDoc("achats", "fin", "Achats")),
        milestones=(
            MilestoneDoc("2021", "Projection", dt.date(2022, 1, 1), MilestoneNature.STATUS),
        ),
        placements=(cell(mode="A"), PlacementDoc("achats", "2021", mode="H")),
    )
    found = comparison.compare(before, after)
    assert [sentence.replace("\u00a0", " ") for sentence in found.structure] == [
        "Entité renommée : « CCI Nord » devient « CCI du Nord ».",
        "Entité retirée : « CCI Sud ».",
        "Macro-processus ajouté : « Achats ».",
        "Macro-processus retiré : « Stocks ».",
        "Macro-processus « Paie » : passe de la fonction « Finances » à la fonction « RH ».",
        "Jalon « Projection » : la date, 31 décembre 2021, devient 1er janvier 2022.",
        "Jalon « Projection » : la nature a changé.",
    ]
    assert [(c.key[0], c.frame) for c in found.changes] == [
        ("achats", "added"),
        ("stocks", "removed"),
    ]


AIM = StatementDoc("viser", "fin", "Mettre en commun la paie.", "M", "2017", "p. 3", "en commun")
HEAD = EntityDoc("tete", "CCI France", "CCI France", EntityKind.NATIONAL)
GOVERNANCE = SectionKind.GOVERNANCE
TEXT = SectionDoc("paie", SectionKind.FUNCTION, "La paie", "Un seul bulletin", "fin", "p. 3")
MORE = SectionDoc("suite", SectionKind.FUNCTION, "La suite", "", "fin")
PAY = ProcessDoc("paie", "fin", "Paie", kind=ProcessKind.ACTION, parent="stocks", named_by="ours")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"statements": (AIM,)}, "Énoncé ajouté (Finances) : « Mettre en commun la paie »."),
        ({"statements": (AIM,)}, {}, "Énoncé retiré (Finances) : « Mettre en commun la paie »."),
        (
            {"statements": (AIM,)},
            {"statements": (dataclasses.replace(AIM, modes="CM", horizon=""),)},
            "Énoncé modifié (Finances) : « Mettre en commun la paie » : "
            "les modes, « mutualisation », devient « coopération, mutualisation », "
            "l’horizon, « 2017 », devient non précisé.",
        ),
        (
            {"processes": (ProcessDoc("paie", "fin", "Paie", named_by="ours"),)},
            {"processes": (PAY,)},
            "« Paie » : macro-processus devient action.",
        ),
        (
            {"processes": (ProcessDoc("paie", "fin", "Paie", named_by="ours"),)},
            {"processes": (PAY,)},
            "Action « Paie » : sous « stocks ».",
        ),
        (
            {"processes": (PAY,)},
            {"processes": (dataclasses.replace(PAY, parent="achats"),)},
            "Action « Paie » : passe de « stocks » à « achats ».",
        ),
        (
            {"processes": (PAY,)},
            {"processes": (dataclasses.replace(PAY, named_by="source"),)},
            "Origine du nom : « nommé par nous » devient « nommé par la source », pour « Paie ».",
        ),
        (
            {"processes": (PAY,)},
            {"processes": (dataclasses.replace(PAY, group_named_by="source"),)},
            "Origine du nom du périmètre : « non précisé » devient « nommé par la source », "
            "pour « Paie ».",
        ),
        (
            {"processes": (PAY,)},
            {"processes": (dataclasses.replace(PAY, region_only=True),)},
            "« Paie » : est désormais réservé à la chambre régionale.",
        ),
        (
            {"processes": (dataclasses.replace(PAY, region_only=True),)},
            {"processes": (PAY,)},
            "« Paie » : n’est plus réservé à la chambre régionale.",
        ),
        (
            {"processes": (PAY,)},
            {"processes": (dataclasses.replace(PAY, group="Agents"),)},
            "« Paie » : le périmètre, non précisé, devient « Agents ».",
        ),
        (
            {"entities": (HEAD,)},
            {"entities": (dataclasses.replace(HEAD, kind=EntityKind.OPERATOR, siren="1"),)},
            "Entité « CCI France » : la nature, « Tête de réseau nationale », devient "
            "« Opérateur extérieur », le SIREN, non précisé, devient « 1 ».",
        ),
        ({}, {"sections": (TEXT,)}, "Chapitre ajouté (Finances) : « La paie », 3 mots."),
        ({"sections": (TEXT,)}, {}, "Chapitre retiré (Finances) : « La paie », 3 mots."),
        (
            {"sections": (TEXT,)},
            {"sections": (dataclasses.replace(TEXT, title="Paie", body="Un seul bulletin neuf"),)},
            "Chapitre modifié (Finances) : « Paie » : le titre, « La paie », devient « Paie », "
            "le texte, 1 mot de plus.",
        ),
        (
            {"sections": (TEXT,)},
            {"sections": (dataclasses.replace(TEXT, body="Bulletin unique"),)},
            "Chapitre modifié (Finances) : « La paie » : le texte, 2 mots de plus et "
            "3 mots de moins.",
        ),
        (
            {"sections": (TEXT,)},
            {"sections": (dataclasses.replace(TEXT, body="seul Un bulletin"),)},
            "Chapitre modifié (Finances) : « La paie » : le texte, les mêmes mots autrement "
            "disposés.",
        ),
        (
            {"sections": (TEXT,)},
            {"sections": (dataclasses.replace(TEXT, kind=GOVERNANCE, function=""),)},
            "Chapitre modifié (gouvernance) : « La paie » : la partie, « Finances », devient "
            "« gouvernance ».",
        ),
        (
            {"sections": (TEXT, MORE)},
            {"sections": (MORE, TEXT)},
            "Des chapitres ont changé d’ordre.",
        ),
        (
            {"statements": (AIM, dataclasses.replace(AIM, code="autre"))},
            {"statements": (dataclasses.replace(AIM, code="autre"), AIM)},
            "Des énoncés ont changé d’ordre.",
        ),
    ],
)
def test_a_change_of_structure_is_told(
    before: dict[str, Any], after: dict[str, Any], told: str
) -> None:
    former, latter = (dataclasses.replace(document_of(), **given) for given in (before, after))
    sentences = comparison.compare(former, latter).structure
    assert told in [sentence.replace("\u00a0", " ") for sentence in sentences]
    assert not comparison.compare(latter, latter).structure


def test_a_date_known_less_precisely_is_a_change() -> None:
    former = document_of()
    (day,) = former.milestones
    latter = dataclasses.replace(
        former, milestones=(dataclasses.replace(day, precision=Precision.MONTH),)
    )
    assert [
        told.replace("\u00a0", " ") for told in comparison.compare(former, latter).structure
    ] == ["Jalon « Projection » : la date, 31 décembre 2021, devient décembre 2021."]


def test_rows_named_alike_are_told_together() -> None:
    rows = tuple(ProcessDoc(f"p{n}", "fin", f"P{n}") for n in range(FEW + 1))
    former = dataclasses.replace(document_of(), processes=rows)
    named = tuple(dataclasses.replace(row, named_by="source") for row in rows)
    found = comparison.compare(former, dataclasses.replace(former, processes=named))
    assert [told.replace("\u00a0", " ") for told in found.structure] == [
        "Origine du nom : « non précisé » devient « nommé par la source », pour 7 lignes."
    ]


def test_the_second_reading_of_the_scheme_is_told_without_its_apostrophes() -> None:
    """A name typed otherwise is no renaming; an action is not told as a macro-process; a milestone
    whose day the source does not say changes its date."""
    first, second = (f.document for f in referential.series("pays-de-la-loire-2017-2021")[:2])
    told = comparison.compare(first, second).structure
    assert not any("renommé" in sentence for sentence in told)
    plain = [sentence.replace("\u00a0", " ") for sentence in told]
    assert sum(sentence.startswith("Action ajoutée : ") for sentence in plain) == 11
    assert (
        "Macro-processus ajouté : « Outils de gestion des achats et des marchés publics »." in plain
    )
    assert "« Administration et paie » : macro-processus devient mission." in plain
    assert "Jalon « Statut 2017 » : la date, 31 décembre 2017, devient 2017." in plain


@MANY
@given(documents())
def test_a_document_does_not_differ_from_itself(document: EditionDocument) -> None:
    assert not comparison.compare(document, document)
    assert not comparison.compare(
        document, canonical.loads_content(canonical.dumps_content(document))
    )
    assert comparison.diff_placements(document, document.placements) == ()


@MANY
@given(documents(), documents())
def test_a_comparison_read_backwards(one: EditionDocument, other: EditionDocument) -> None:
    there, back = comparison.compare(one, other), comparison.compare(other, one)
    assert {(c.key, f.field, f.before, f.after) for c in there.changes for f in c.fields} == {
        (c.key, f.field, f.after, f.before) for c in back.changes for f in c.fields
    }
    for found in (there, back):
        for kind, count in found.counts.items():
            counted = [c for c in found.changes if c.key[0] not in found.actions]
            assert count == sum(kind in comparison.kinds_of(c) for c in counted)
            assert count == sum(counts.get(kind, 0) for counts in found.by_function.values())


@MANY
@given(documents())
def test_the_dry_run_foresees_what_is_applied(document: EditionDocument) -> None:
    empty = dataclasses.replace(document, placements=())
    changes = comparison.diff_placements(empty, document.placements)
    # A network's cell that says nothing is as if it were not there; a chamber's own hides another.
    assert {change.key for change in changes} == {
        cell.key for cell in document.placements if cell.entity or cell != PlacementDoc(*cell.key)
    }
    filled = comparison.apply(empty, document.placements)
    assert canonical.seal(filled) == canonical.seal(document)
    assert comparison.diff_placements(filled, document.placements) == ()
    assert comparison.apply(filled, ()) == filled
