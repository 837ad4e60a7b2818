"""Create a network: who may, what is refused and why, what the journal then begins with."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.kernel.models import Event, verify
from maillage.kernel.verdicts import Refusal
from maillage.network.actions import create_network
from maillage.network.models import Network
from maillage.network.rules import name_fault
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition


def test_a_network_is_created_empty_and_its_journal_begins(db: None) -> None:
    made = create_network(None, actor=INSTALLATION, code="bretagne", name=" CCI de Bretagne ")
    assert (made.code, made.name, made.fictional) == ("bretagne", "CCI de Bretagne", False)
    assert not made.entities.exists()
    event = Event.objects.get(chain="network:bretagne")
    assert (event.verb, event.subject) == ("network.network.created", made.subject)
    assert event.diff == {"code": "bretagne", "name": "CCI de Bretagne", "fictional": False}
    assert verify(made.chain) == (1, None)


def test_an_accent_written_in_two_characters_is_kept_as_one(db: None) -> None:
    made = create_network(None, actor=INSTALLATION, code="x", name="Re\u0301gion")
    assert made.name == "Région"


REFUSED = [
    # code, name, status, reason
    ("Bretagne", "CCI", 422, "minuscules sans accent"),
    ("", "CCI", 422, "minuscules sans accent"),
    ("-a", "CCI", 422, "minuscules sans accent"),
    ("a" * 61, "CCI", 422, "60 caractères au plus, 61 reçus"),
    ("bretagne", "  ", 422, "Nom du réseau\u00a0: un texte est attendu"),
    ("bretagne", "x" * 201, 422, "200 caractères au plus, 201 reçus"),
    ("bretagne", "a\x07b", 422, "caractère de contrôle"),
    ("essai", "CCI", 409, "«\u00a0essai\u00a0» est déjà celui d’un réseau"),
]


@pytest.mark.parametrize(("code", "name", "status", "reason"), REFUSED)
def test_what_is_refused_says_why_and_writes_nothing(
    draft: Edition, code: str, name: str, status: int, reason: str
) -> None:
    before = (Network.objects.count(), Event.objects.count())
    with pytest.raises(Refusal, match=reason) as refused:
        create_network(None, actor=INSTALLATION, code=code, name=name)
    assert refused.value.denied.status == status
    assert (Network.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize("name", ["administrator", "nord", "finances", "reader", "stranger"])
def test_only_the_installation_creates_networks(draft: Edition, people: Any, name: str) -> None:
    actor = getattr(people(draft), name).actor
    with pytest.raises(Refusal, match="administrateur de l’installation"):
        create_network(None, actor=actor, code="autre", name="Autre")
    assert not Network.objects.filter(code="autre").exists()


FAULTS = [
    ("Titre", "", "Titre\u00a0: un texte est attendu."),
    ("Titre", "ok", ""),
    ("Titre", "x" * 201, "Titre\u00a0: 200 caractères au plus, 201 reçus."),
    (
        "Titre",
        "a\nb",
        "Titre\u00a0: un caractère de contrôle, invisible, est à retirer "
        "après «\u00a0a\u00a0» (U+000A).",
    ),
]


@pytest.mark.parametrize(("what", "text", "fault"), FAULTS)
def test_a_name_stands_on_one_line(what: str, text: str, fault: str) -> None:
    assert name_fault(what, text) == fault
