"""What holds of a network's nouns: SIREN keys, codes, départements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.verdicts import Refusal
from maillage.network.actions import save_entity, save_function, save_process
from maillage.network.departements import departement_of
from maillage.network.models import Entity, Function, MacroProcess
from maillage.network.rules import code_fault, departement_fault, siren_fault, siren_of
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import load, small_document

SIRENS = [
    ("", ""),
    ("732829320", ""),
    ("404833048", ""),
    ("732829321", "clé de contrôle"),
    ("123456789", "clé de contrôle"),
    ("73282932", "neuf chiffres"),
    ("7328293200", "neuf chiffres"),
    ("732 829 320", "neuf chiffres"),
    ("73282932O", "neuf chiffres"),
    ("٧٣٢٨٢٩٣٢٠", "neuf chiffres"),
]


@pytest.mark.parametrize(("siren", "fault"), SIRENS)
def test_a_siren_is_nine_digits_whose_last_is_a_luhn_key(siren: str, fault: str) -> None:
    found = siren_fault(siren)
    assert fault in found
    assert bool(found) is bool(fault)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("732 829 320", "732829320"),
        ("732\u00a0829\u202f320", "732829320"),
        ("732.829.320", "732829320"),
        ("7328-2932 O", "73282932O"),
        ("", ""),
    ],
)
def test_a_siren_is_kept_without_what_stands_between_its_digits(typed: str, kept: str) -> None:
    assert siren_of(typed) == kept


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("53", "53"), ("1", "01"), ("2a", "2A"), ("974", "974"), ("Mayenne", "53"),
        ("MAYENNE ", "53"), ("cote d'or", "21"), ("Côte-d’Or", "21"), ("la reunion", "974"),
        ("Territoire-de-Belfort", "90"), ("Mayene", "Mayene"), ("", ""),
    ],
)  # fmt: skip
def test_a_departement_is_told_by_its_number_or_its_name(typed: str, number: str) -> None:
    assert departement_of(typed) == number


@given(st.text("0123456789", min_size=8, max_size=8))
def test_exactly_one_key_holds_for_eight_digits(start: str) -> None:
    assert sum(not siren_fault(f"{start}{key}") for key in range(10)) == 1


CODES = [
    ("nord", True),
    ("pays-de-la-loire", True),
    ("p2", True),
    ("", False),
    ("Nord", False),
    ("a--b", False),
    ("-a", False),
    ("a-", False),
    ("été", False),
    ("a b", False),
    ("a\n", False),
]


@pytest.mark.parametrize(("code", "holds"), CODES)
def test_a_code_is_lower_case_digits_and_dashes(code: str, holds: bool) -> None:
    assert (code_fault(code) == "") is holds


DEPARTEMENTS = [
    *((d, True) for d in ("", "01", "44", "2A", "2B", "971", "978", "988")),
    *((d, False) for d in ("1", "2C", "979", "4 4", "0444", "20A")),
]


@pytest.mark.parametrize(("departement", "holds"), DEPARTEMENTS)
def test_a_departement_is_one_of_the_numbers_in_use(departement: str, holds: bool) -> None:
    assert (departement_fault(departement) == "") is holds


VALUES = {"name": "Chambre de l'Est", "short_name": "Est", "kind": "territorial"}


def test_a_chamber_is_recorded_then_changed_under_the_same_code(draft: Edition) -> None:
    network = draft.scheme.network
    save_entity(network, actor=INSTALLATION, code="est", **VALUES, siren="732829320")
    save_entity(network, actor=INSTALLATION, code="est", **{**VALUES, "name": "Est rebaptisée"})
    assert Entity.objects.get(network=network, code="est").name == "Est rebaptisée"


@pytest.mark.parametrize(
    ("code", "more", "reason"),
    [
        ("Est", {}, "minuscules"),
        ("est", {"siren": "732829321"}, "clé de contrôle"),
        ("est", {"departement": "99Z"}, "Département"),
    ],
)
def test_what_does_not_hold_is_refused(
    draft: Edition, code: str, more: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refusal, match=reason):
        save_entity(draft.scheme.network, actor=INSTALLATION, code=code, **VALUES, **more)
    assert not Entity.objects.filter(name=VALUES["name"]).exists()


def test_a_process_belongs_to_a_function_of_its_network(draft: Edition) -> None:
    load(small_document("voisin"))
    foreign = Function.objects.get(network__code="voisin", code="rh")
    network = draft.scheme.network
    with pytest.raises(Refusal, match="n’appartient pas"):
        save_process(network, actor=INSTALLATION, code="neuf", function=foreign, name="Neuf")
    assert not MacroProcess.objects.filter(code="neuf").exists()


@pytest.mark.parametrize("name", ["nord", "finances", "reader", "stranger"])
def test_only_an_administrator_records_nouns(draft: Edition, people, name: str) -> None:
    actor = getattr(people(draft), name).actor
    with pytest.raises(Refusal, match="administrateur du réseau"):
        save_function(draft.scheme.network, actor=actor, code="neuve", name="Neuve")
