"""Who counts, who studies, what is refused and why; what is not known stays unknown."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.costing.actions.costs import (
    Count,
    StudyDraft,
    Worked,
    count_volumes,
    name_unit,
    remove_study,
    save_study,
)
from maillage.costing.models import CostLine, CostStudy, ProcessVolume, ServiceUnit
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.builders import EVERYONE, KEEPERS, OF_A_CHAMBER, load, small_document

Q = Decimal


def count(network: Network, entity: str = "nord", **changes: Any) -> Count:
    values: dict[str, Any] = {
        "process": network.processes.get(code="achats"),
        "entity": network.entities.get(code=entity),
        "year": 2021,
        "volume": Q(12_000),
        "fte": Q("1.5"),
    }
    return Count(**(values | changes))


@pytest.mark.parametrize(("actor", "entity", "allowed"), OF_A_CHAMBER)
def test_who_counts(
    network: Network, who: SimpleNamespace, actor: str, entity: str, allowed: bool
) -> None:
    acting = getattr(who, actor).actor
    if allowed:
        assert count_volumes(network, [count(network, entity)], actor=acting) == 1
        return
    with pytest.raises(Refusal, match="mandat"):
        count_volumes(network, [count(network, entity)], actor=acting)
    assert not ProcessVolume.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"volume": Q(-1)}, "positif"),
        ({"volume": Q(10**11)}, "dix milliards"),
        ({"fte": Q(-1)}, "positif"),
        ({"fte": Q("1.005")}, "deux décimales"),
        ({"volume": Q("1e999999")}, "dix milliards"),
        ({"fte": Q(20_000)}, "dix mille"),
        ({"year": 1999}, "de 2000 à 2100"),
    ],
)
def test_what_a_count_is_refused_for(
    network: Network, who: SimpleNamespace, changes: dict[str, Any], words: str
) -> None:
    good, bad = count(network, "sud"), count(network, **changes)
    with pytest.raises(Refusal, match=words) as refused:
        count_volumes(network, [good, bad], actor=who.finances.actor)
    assert refused.value.denied.status == 422
    assert "Nord" in refused.value.denied.reason
    assert not ProcessVolume.objects.exists(), "all or none"


def test_unknown_is_kept_as_unknown(network: Network, who: SimpleNamespace) -> None:
    actor = who.nord.actor
    count_volumes(network, [count(network, fte=None)], actor=actor, source="Enquête")
    row = ProcessVolume.objects.get()
    assert (row.volume, row.fte, row.source) == (Q(12_000), None, "Enquête")
    emptied = count(network, volume=None, fte=None, seen=row.version)
    count_volumes(network, [emptied], actor=actor)
    row.refresh_from_db()
    assert (row.volume, row.fte) == (None, None)
    diff = Event.objects.filter(verb="finance.volume.counted").order_by("-sequence")[0].diff
    assert diff["counts"] == {"achats|nord|2021": [["12000.00", None], [None, None]]}
    events = Event.objects.count()
    assert count_volumes(network, [emptied], actor=actor) == 0
    assert Event.objects.count() == events


def test_a_cell_written_meanwhile_is_not_written_over(
    network: Network, who: SimpleNamespace
) -> None:
    count_volumes(network, [count(network)], actor=who.nord.actor)
    with pytest.raises(Refusal, match="une autre personne") as refused:
        count_volumes(network, [count(network, volume=Q(1))], actor=who.finances.actor)
    assert refused.value.denied.status == 409


def test_another_network_s_process_is_refused(network: Network, who: SimpleNamespace) -> None:
    other = load(small_document("voisin")).network
    foreign = count(network, process=other.processes.get(code="achats"))
    with pytest.raises(Refusal, match="pas du réseau"):
        count_volumes(network, [foreign], actor=INSTALLATION)


def study(network: Network, **changes: Any) -> StudyDraft:
    entity = {e.code: e for e in network.entities.all()}
    values: dict[str, Any] = {
        "process": network.processes.get(code="achats"),
        "provider": entity["region"],
        "year": 2021,
        "cost": 100_000_00,
        "fte": Q(2),
        "lines": [
            Worked(entity["nord"], "", Q(10_000), Q(6)),
            Worked(entity["sud"], "", Q(5_000), Q(8)),
        ],
    }
    return StudyDraft(**(values | changes))


@pytest.mark.parametrize("actor", EVERYONE)
def test_who_studies(network: Network, who: SimpleNamespace, actor: str) -> None:
    acting = getattr(who, actor).actor
    process = network.processes.get(code="achats")
    if actor in KEEPERS:
        row = save_study(network, study(network), actor=acting, seen=0)
        name_unit(network, process, label="Facture", benchmark="ap-invoice", actor=acting)
        assert (row.practical, row.minutes_per_fte) == (8_000, 96_420)
        remove_study(row, actor=acting)
        assert not CostStudy.objects.exists()
        assert Event.objects.filter(verb="finance.study.removed").get().diff["cost"] == 100_000_00
        return
    with pytest.raises(Refusal, match="plusieurs chambres"):
        save_study(network, study(network), actor=acting)
    with pytest.raises(Refusal, match="plusieurs chambres"):
        name_unit(network, process, label="Facture", actor=acting)
    row = save_study(network, study(network), actor=INSTALLATION)
    with pytest.raises(Refusal, match="plusieurs chambres"):
        remove_study(row, actor=acting)
    assert not ServiceUnit.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cost": 0}, "coût de l’équipe"),
        ({"fte": Q("1.005")}, "deux décimales"),
        ({"fte": Q(20_000)}, "dix mille"),
        ({"fte": Q(0)}, "théorique"),
        ({"practical": 0}, "pratique"),
        ({"practical": 10_001}, "pratique"),
        ({"year": 1900}, "de 2000"),
        ({"source": "a\x00b"}, "contrôle"),
    ],
)
def test_what_a_study_is_refused_for(
    network: Network, who: SimpleNamespace, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        save_study(network, study(network, **changes), actor=who.finances.actor)
    assert refused.value.denied.status == 422
    assert not CostStudy.objects.exists()


def test_a_line_counted_twice_or_negative_is_refused(
    network: Network, who: SimpleNamespace
) -> None:
    good = study(network)
    twice = replace(good, lines=[*good.lines, good.lines[0]])
    with pytest.raises(Refusal, match="deux lignes"):
        save_study(network, twice, actor=who.finances.actor)
    minus = replace(good, lines=[replace(good.lines[0], volume=Q(-1))])
    with pytest.raises(Refusal, match="positif"):
        save_study(network, minus, actor=who.finances.actor)
    huge = replace(good, lines=[replace(good.lines[0], minutes=Q("1e999999"))])
    with pytest.raises(Refusal, match="minutes par unité"):
        save_study(network, huge, actor=who.finances.actor)
    assert not CostLine.objects.exists()


def test_a_study_written_meanwhile_is_not_written_over(
    network: Network, who: SimpleNamespace
) -> None:
    row = save_study(network, study(network), actor=who.finances.actor, seen=0)
    with pytest.raises(Refusal, match="existe déjà"):
        save_study(network, study(network, cost=1), actor=who.finances.actor, seen=0)
    again = save_study(
        network, study(network, cost=2, lines=[]), actor=who.finances.actor, seen=row.version
    )
    assert (again.pk, again.cost, again.lines.count()) == (row.pk, 2, 0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"label": ""}, "texte"),
        ({"label": "x" * 81}, "80 caractères"),
        ({"label": "Facture", "benchmark": "lune"}, "Repère inconnu"),
    ],
)
def test_what_a_unit_is_refused_for(
    network: Network, who: SimpleNamespace, values: dict[str, str], words: str
) -> None:
    process = network.processes.get(code="achats")
    with pytest.raises(Refusal, match=words):
        name_unit(network, process, actor=who.finances.actor, **values)
