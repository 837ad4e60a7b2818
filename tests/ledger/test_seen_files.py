"""Files of rules and of partners say what they saw: what they leave alone is nobody's word, what
both sides have set since is chosen."""

from __future__ import annotations

import csv
import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.ledger.actions.mapping import change_mapping
from maillage.ledger.actions.partners import name_partners
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.engine.partners import Attached
from maillage.ledger.queries.mapping import rules_of, value_of
from maillage.ledger.queries.partners import attached_of
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import apply_import

RULES = "/reseaux/essai/finances/correspondances/"
PARTNERS = "/reseaux/essai/finances/reciproques/partenaires/"


@pytest.fixture
def network(draft: Edition) -> Network:
    return draft.scheme.network


@pytest.fixture
def client(draft: Edition, people: Any) -> Any:
    who: SimpleNamespace = people(draft)
    return who.finances.client


def exported(client: Any, home: str) -> list[list[str]]:
    name = "regles" if home == RULES else "export"
    data = client.get(f"{home}{name}.csv").content.decode("utf-8-sig")
    lines = [line for line in data.splitlines(keepends=True) if not line.startswith("#")]
    return list(csv.reader(lines, delimiter=";"))


def sent(client: Any, home: str, rows: list[list[str]]) -> Any:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    file = SimpleUploadedFile("f.csv", target.getvalue().encode())
    answer = client.post(f"{home}importer/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def rules(network: Network, *given: RuleValue) -> dict[str, tuple[str, str]]:
    if given:
        change_mapping(network, given, actor=INSTALLATION, label="Essai")
    return {v.prefix: (v.target, v.note) for v in map(value_of, rules_of(network))}


@pytest.mark.parametrize(("answer", "target"), [("fichier", "62"), ("garder", "61"), ("", "61")])
def test_rules_changed_since_their_export_are_not_written_over(
    network: Network, client: Any, answer: str, target: str
) -> None:
    rules(network, *(RuleValue("", code, False, "60", "") for code in ("606", "607", "608")))
    rows = exported(client, RULES)
    rules(network, RuleValue("", "606", False, "61"), RuleValue("", "607", False, "61", "Eux"))
    at = {title: place for place, title in enumerate(rows[0])}
    mine = {row[at["Compte local"]]: row for row in rows[1:]}
    assert rows[0][-1] == "Vu à l’export"
    mine["607"][at["Compte commun"]] = "62"
    mine["607"][at["Note"]] = mine["608"][at["Note"]] = "Nous"
    review = sent(client, RULES, rows)
    page = client.get(review)
    assert page.context["total"] == 2, "606 was left as exported"
    asked = set(re.findall(r'name="(choix-[^"]+)"', page.content.decode()))
    assert {name.rpartition("-")[2] for name in asked} == {"target", "note"}
    apply_import(client, review, dict.fromkeys(asked, answer))
    note = "Nous" if answer == "fichier" else "Eux"
    assert rules(network) == {"606": ("61", ""), "607": (target, note), "608": ("60", "Nous")}


@pytest.mark.parametrize(("answer", "chamber"), [("fichier", ""), ("garder", "nord")])
def test_partners_attached_otherwise_since_their_export_are_not_written_over(
    network: Network, client: Any, answer: str, chamber: str
) -> None:
    def told(*rows: tuple[str, str]) -> dict[str, str]:
        given = [Attached("", "number", written, code) for written, code in rows]
        if given:
            name_partners(network, given, actor=INSTALLATION)
        return {row.written: row.chamber for row in attached_of(network)}

    told(("C 1", "nord"), ("C 2", "sud"), ("C 3", ""))
    rows = exported(client, PARTNERS)
    told(("C 1", "sud"), ("C 2", "nord"))
    mine = {row[2]: row for row in rows[1:]}
    mine["C 2"][3], mine["C 3"][3] = "aucune", "sud"
    review = sent(client, PARTNERS, rows)
    page = client.get(review)
    assert page.context["total"] == 2, "C 1 was left as exported"
    asked = re.findall(r'name="(choix-[^"]+)"', page.content.decode())
    apply_import(client, review, dict.fromkeys(asked, answer))
    assert told() == {"C 1": "sud", "C 2": chamber, "C 3": "sud"}
