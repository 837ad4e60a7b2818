"""The mapping: who changes it, what is refused, what is shown before, what is undone."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.ledger.actions import change_mapping, undo_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import MappingChange, MappingRule
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.local import local_accounts
from maillage.ledger.queries.mapping import coverage, mapping_of, rules_of, state_of
from maillage.schemes.models import Edition
from tests.builders import apply_import, books_of_chambers, keep_books, shown_by_review
from tests.journeys.test_from_nothing import text_of

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/correspondances/"


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    network = draft.scheme.network
    keep_books(network, "nord", "sud", "region")
    return SimpleNamespace(network=network, **vars(people(draft)))


def change(world: SimpleNamespace, *rules: RuleValue, who: str = "finances", **options: Any) -> Any:
    actor = getattr(world, who).actor
    options.setdefault("label", "essai")
    return change_mapping(world.network, rules, actor=actor, **options)


def apply_shown(world: SimpleNamespace, gesture: dict[str, Any]) -> str:
    """Ask for the effect of a gesture, then accept what is shown. The page of the effect."""
    client = world.finances.client
    shown = client.post(f"{HERE}apercu/", {"exercice": "2025", **gesture})
    assert shown.status_code == 200, text_of(shown)
    proposal = re.search(r'name="proposal" value="([^"]*)"', shown.content.decode())
    assert proposal
    before = MappingRule.objects.count()
    assert MappingRule.objects.count() == before, "showing changes nothing"
    answer = client.post(f"{HERE}appliquer/", {"proposal": html.unescape(proposal[1])})
    assert answer.status_code == 302
    return text_of(shown)


def left(world: SimpleNamespace) -> int:
    accounts = local_accounts(current_files(world.network))
    return len(coverage(mapping_of(rules_of(world.network)), accounts).unmapped)


def test_every_account_of_the_books_is_there_to_the_cent(world: SimpleNamespace) -> None:
    truth: dict[tuple[str, str], tuple[int, int]] = {}
    for (who, _month, account), (debit, credit) in books_of_chambers().balances.items():
        former = truth.get((who, account), (0, 0))
        truth[who, account] = (former[0] + debit, former[1] + credit)
    found = local_accounts(current_files(world.network))
    assert {(a.entity, a.number): (a.debit, a.credit) for a in found} == truth


def test_rules_by_the_number_map_the_books(world: SimpleNamespace) -> None:
    assert left(world) > 100
    apply_shown(world, {"geste": "numero"})
    assert left(world) == 0
    assert MappingRule.objects.filter(entity=None, exact=False).count() < 70
    page = text_of(world.reader.client.get(HERE))
    assert "Tous les comptes de l’exercice sont en correspondance" in page
    assert "Règles par le numéro" in page


def test_suggestions_above_a_score_are_accepted_together(world: SimpleNamespace) -> None:
    before = left(world)
    apply_shown(world, {"geste": "seuil-85"})
    assert 0 < left(world) < before
    assert not MappingRule.objects.filter(exact=False).exists()


def test_one_suggestion_is_accepted(world: SimpleNamespace) -> None:
    account = local_accounts(current_files(world.network))[0]
    gesture = f"compte-0:{account.entity}:{account.number}"
    apply_shown(world, {"geste": gesture, "cible-0": "102"})
    rule = MappingRule.objects.get()
    assert (rule.entity.code, rule.prefix, rule.exact) == (account.entity, account.number, True)


def test_the_effect_says_which_accounts_move_from_where_to_where(world: SimpleNamespace) -> None:
    change(world, RuleValue("", "6", False, "60"))
    page = apply_shown(
        world, {"geste": "prefixe", "prefixe": "64", "cible": "641", "pour": "nord", "note": "paie"}
    )
    assert "60 Achats" in page
    assert "641 Rémunérations du personnel" in page
    rule = MappingRule.objects.get(prefix="64")
    assert (rule.target, rule.entity.code, rule.note) == ("641", "nord", "paie")
    apply_shown(world, {"geste": f"retirer-{rule.pk}"})
    assert not MappingRule.objects.filter(prefix="64").exists()


WHO = [("anonymous", 404), ("stranger", 404), ("reader", 403), ("nord", 403), ("finances", 302)]


@pytest.mark.parametrize(("who", "status"), [*WHO, ("administrator", 302)])
def test_who_may_change_the_mapping(world: SimpleNamespace, who: str, status: int) -> None:
    rule = RuleValue("", "6", False, "60").as_json()
    asked = {"label": "x", "given": [rule], "removed": [], "state": state_of(world.network)}
    proposal = json.dumps(asked)
    answer = getattr(world, who).client.post(f"{HERE}appliquer/", {"proposal": proposal})
    assert answer.status_code == status
    assert MappingRule.objects.exists() == (status == 302)


REFUSED = [
    (RuleValue("", "", False, "60"), "vingt chiffres"),
    (RuleValue("", "6 0", False, "60"), "vingt chiffres"),
    (RuleValue("", "abc", False, "60"), "trois premiers caractères"),
    (RuleValue("", "60X", False, "60"), "trois premiers caractères"),
    (RuleValue("", "60", False, "6069999"), "un compte du plan attendu, par exemple 606"),
    (RuleValue("", "60", False, ""), "un compte du plan attendu"),
    (RuleValue("ailleurs", "60", False, "60"), "inconnue du réseau"),
    (RuleValue("", "60", False, "60", "x" * 201), "200 caractères"),
]


@pytest.mark.parametrize(("rule", "why"), REFUSED)
def test_rules_that_do_not_hold_are_refused(
    world: SimpleNamespace, rule: RuleValue, why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        change(world, RuleValue("", "7", False, "70"), rule)
    assert not MappingRule.objects.exists()
    assert not Event.objects.filter(verb="ledger.mapping.changed").exists()


def test_what_is_refused_is_told_where_it_was_typed(world: SimpleNamespace) -> None:
    typed = {"geste": "prefixe", "prefixe": "abc", "cible": "641", "note": "ma note"}
    answer = world.finances.client.post(f"{HERE}apercu/", {"exercice": "2025", **typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "trois premiers caractères" in page
    for value in ("abc", "641", "ma note"):
        assert f'value="{value}"' in page
    gone = world.finances.client.post(f"{HERE}apercu/", {"geste": "retirer-999"})
    assert gone.status_code == 409
    assert "Poser une règle" in text_of(gone)


def proposed(answer: Any) -> str:
    """The proposal a page of effect holds."""
    found = re.search(r'name="proposal" value="([^"]*)"', answer.content.decode())
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("meanwhile", ["set", "undone"])
def test_an_effect_shown_on_other_rules_is_shown_again(
    world: SimpleNamespace, meanwhile: str
) -> None:
    made = change(world, RuleValue("", "64", False, "60"))
    client = world.finances.client
    gesture = {"exercice": "2025", "geste": "prefixe", "prefixe": "64", "cible": "641"}
    stale = proposed(client.post(f"{HERE}apercu/", gesture))
    if meanwhile == "set":
        change(world, RuleValue("", "64", False, "645"), who="administrator")
    else:
        undo_mapping(world.network, made.pk, actor=world.administrator.actor)
    rules = list(MappingRule.objects.values_list("prefix", "target"))
    again = client.post(f"{HERE}appliquer/", {"proposal": stale, "exercice": "2025"})
    assert again.status_code == 409
    assert "ont changé depuis cet aperçu" in text_of(again)
    assert list(MappingRule.objects.values_list("prefix", "target")) == rules
    fresh = {"proposal": proposed(again), "exercice": "2025"}
    assert client.post(f"{HERE}appliquer/", fresh).status_code == 302
    assert MappingRule.objects.get().target == "641"


def test_the_effect_counts_the_accounts_of_every_exercise(world: SimpleNamespace) -> None:
    keep_books(world.network, "nord", year=2024)
    gesture = {"exercice": "2025", "geste": "prefixe", "prefixe": "6", "cible": "60"}
    page = text_of(world.finances.client.post(f"{HERE}apercu/", gesture))
    assert "Une règle vaut pour tous les exercices" in page
    assert re.search(r"\d+\s+comptes déplacés en 2024", page)


CHANGES = [
    ([RuleValue("", "61", False, "61")], [], "1\u00a0règle posée"),
    ([RuleValue("", "60", False, "601")], [], "1\u00a0règle remplacée"),
    ([], [("", "60", False), ("", "62", False)], "2\u00a0règles retirées"),
    ([RuleValue("", "61", False, "61")], [("", "60", False)], "posée, 1\u00a0règle retirée"),
]


@pytest.mark.parametrize(("given", "removed", "told"), CHANGES)
def test_a_change_is_told_without_what_it_did_not_do(
    world: SimpleNamespace, given: list[RuleValue], removed: list[Any], told: str
) -> None:
    change(world, RuleValue("", "60", False, "60"), RuleValue("", "62", False, "62"))
    change(world, *given, removed=removed)
    page = text_of(world.reader.client.get(HERE))
    assert told in page
    assert "0\u00a0règle" not in page


def test_the_same_rules_again_change_nothing(world: SimpleNamespace) -> None:
    rule = RuleValue("nord", "60", False, "60")
    assert change(world, rule) is not None
    assert change(world, rule) is None
    assert MappingChange.objects.count() == 1
    assert Event.objects.filter(verb="ledger.mapping.changed").count() == 1


def test_the_last_change_is_undone_and_only_it(world: SimpleNamespace) -> None:
    first = change(world, RuleValue("", "60", False, "60"), RuleValue("", "61", False, "61"))
    second = change(world, RuleValue("", "60", False, "601"), removed=[("", "61", False)])
    actor = world.finances.actor
    with pytest.raises(Refusal, match="Seul le dernier"):
        undo_mapping(world.network, first.pk, actor=actor)
    undo_mapping(world.network, second.pk, actor=actor)
    assert {(r.prefix, r.target) for r in MappingRule.objects.all()} == {("60", "60"), ("61", "61")}
    undo_mapping(world.network, first.pk, actor=actor)
    assert not MappingRule.objects.exists()
    with pytest.raises(Refusal):
        undo_mapping(world.network, first.pk, actor=actor)


def test_what_is_exported_reads_back_the_same(world: SimpleNamespace) -> None:
    change(world, RuleValue("", "60", False, "60"), RuleValue("nord", "0600", True, "606", "n"))
    client = world.finances.client
    for extension in ("xlsx", "csv"):
        data = client.get(f"{HERE}regles.{extension}").content
        upload = SimpleUploadedFile(f"regles.{extension}", data)
        page = client.post(f"{HERE}importer/", {"file": upload}, follow=True)
        assert "Le fichier ne change rien" in text_of(page)


def test_a_file_of_rules_is_reviewed_then_applied_and_named_by_its_change(
    world: SimpleNamespace,
) -> None:
    change(world, RuleValue("", "60", False, "60", "à revoir"))
    client = world.finances.client
    data = b"Compte local;Compte commun;Note\n60;606;\n61;61;nouvelle\n"
    upload = SimpleUploadedFile("regles.csv", data)
    review = client.post(f"{HERE}importer/", {"file": upload}, follow=True)
    page = text_of(review)
    assert "2\u00a0règles changeraient" in page
    for told in ("à revoir", "nouvelle règle", "Comptes déplacés"):
        assert told in page
    assert {(r.prefix, r.target) for r in MappingRule.objects.all()} == {("60", "60")}
    there = review.redirect_chain[-1][0]
    shown = shown_by_review(client, there)
    other = change(world, RuleValue("", "62", False, "62"))
    again = client.post(f"{there}appliquer/", shown, follow=True)
    assert "Le jeu de règles a changé" in text_of(again)
    assert "2\u00a0règles posées" in text_of(client.get(apply_import(client, there)["Location"]))
    assert {(r.prefix, r.target) for r in MappingRule.objects.all()} == {
        ("60", "606"), ("61", "61"), ("62", "62"),
    }  # fmt: skip
    last = world.network.mapping_changes.first()
    assert (last.label, last.pk > other.pk) == ("Import de regles.csv", True)


def test_faults_of_a_file_are_told_cell_by_cell(world: SimpleNamespace) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Chambre", "Compte local", "Exact", "Compte commun", "Note"])
    sheet.append(["", 60, "non", 60, ""])
    sheet.append(["partout", "61 0", "peut-être", "999", ""])
    data = io.BytesIO()
    book.save(data)
    upload = SimpleUploadedFile("regles.xlsx", data.getvalue())
    answer = world.finances.client.post(f"{HERE}importer/", {"file": upload})
    assert answer.status_code == 422
    page = text_of(answer)
    for column in ("Chambre", "Compte local", "Exact", "Compte commun"):
        assert f"ligne 3, colonne {column}" in page
    assert "ligne 2" not in page
    assert not MappingRule.objects.exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.4", "PDF"),
        (b"Compte;Autre\r\n1;2\r\n", "colonne absente"),
        (b"PK\x03\x04", "abîmé"),
    ],
)
def test_other_files_are_refused(world: SimpleNamespace, data: bytes, why: str) -> None:
    upload = SimpleUploadedFile("regles.xlsx", data)
    answer = world.finances.client.post(f"{HERE}importer/", {"file": upload})
    assert answer.status_code == 422
    assert why in text_of(answer)


def test_a_mangled_proposal_is_refused(world: SimpleNamespace) -> None:
    for proposal in ("", "[]", '{"given": 3}', '{"given": [{}], "removed": [], "label": ""}'):
        answer = world.finances.client.post(f"{HERE}appliquer/", {"proposal": proposal})
        assert answer.status_code == 422


def test_the_workbench_asks_as_much_whatever_the_number_of_rules(world: SimpleNamespace) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert world.reader.client.get(HERE).status_code == 200
        return len(captured)

    change(world, RuleValue("nord", "60", False, "60"))
    few = count()
    change(world, *(RuleValue("sud", str(n), True, "60") for n in range(600, 700)))
    assert count() == few
    assert few <= 14


@pytest.mark.parametrize("proposal", ["", "[" * 100_000, '{"given": 1}', "null", '"\\ud800"'])
def test_a_proposal_that_is_none_is_refused(world: SimpleNamespace, proposal: str) -> None:
    answer = world.finances.client.post(f"{HERE}appliquer/", {"proposal": proposal})
    assert answer.status_code == 422
