"""Entries of consolidation: what is refused, what they change, how they come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.kernel.models import Event
from maillage.kernel.money import typed_amount
from maillage.kernel.verdicts import Refusal
from maillage.ledger.actions import change_mapping, record_adjustments, reverse_adjustment
from maillage.ledger.engine.accounts import Span, statements
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import Adjustment
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.consolidated import year_of
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import books_of_chambers, keep_books
from tests.journeys.test_from_nothing import text_of

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/retraitements/"
CLOSING = dt.date(2025, 12, 31)
LINES = (
    AdjustmentLine("nord", "757", "", 10_000),
    AdjustmentLine("nord", "657", "", 0, 6_000),
    AdjustmentLine("sud", "2183", "", 0, 4_000),
)
GAIN = Entry(2025, CLOSING, "Plus-value interne sur un véhicule", LINES)


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    network = draft.scheme.network
    keep_books(network, "nord", "sud", "region")
    roots = sorted(set(books_of_chambers().accounts.values()))
    rules = [RuleValue("", root, False, root) for root in roots]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    return SimpleNamespace(network=network, **vars(people(draft)))


def result_of(network: Any, side: str = "net") -> int:
    shown = statements([year_of(network, 2025)], Span(), common_chart(network))
    assert shown.findings == ()
    income = getattr(shown, side).income
    return int(income.role("result", ("", "2025")))


def lines_with(**changed: Any) -> tuple[AdjustmentLine, ...]:
    return (replace(LINES[0], **changed), *LINES[1:])


REFUSED = [
    (replace(GAIN, lines=LINES[:2]), "n’est pas équilibrée"),
    (replace(GAIN, lines=LINES[:1]), "Deux lignes"),
    (replace(GAIN, reason=" "), "Motif"),
    (replace(GAIN, day=dt.date(2026, 1, 1)), "un jour de l’exercice 2025"),
    (replace(GAIN, lines=lines_with(entity="ailleurs")), "une chambre du réseau"),
    (replace(GAIN, lines=lines_with(account="757999")), "un compte du plan commun"),
    (replace(GAIN, lines=lines_with(account="80")), "un compte du plan commun"),
    (replace(GAIN, lines=lines_with(partner="nord")), "en face d’elle-même"),
    (replace(GAIN, lines=lines_with(partner="ailleurs")), "une autre chambre"),
    (replace(GAIN, lines=lines_with(debit=0)), "Un débit ou un crédit"),
    (replace(GAIN, lines=lines_with(credit=1)), "Un débit ou un crédit"),
    (replace(GAIN, lines=lines_with(debit=-10_000)), "positif"),
]


@pytest.mark.parametrize(("entry", "words"), REFUSED)
def test_an_entry_that_does_not_hold_is_refused(
    world: SimpleNamespace, entry: Entry, words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        record_adjustments(world.network, [entry], actor=world.finances.actor)
    assert not Adjustment.objects.exists()


def test_only_who_keeps_finances_records(world: SimpleNamespace) -> None:
    with pytest.raises(Refusal, match="fonction finances"):
        record_adjustments(world.network, [GAIN], actor=world.nord.actor)


def test_two_people_pass_the_same_entry_once(world: SimpleNamespace) -> None:
    """By the form, by an action, by a file, in another order of lines: it is there already."""
    actor = world.finances.actor
    form = {"exercice": "2025", "date": "2025-12-31", "motif": GAIN.reason}
    form["lignes"] = str(len(LINES))
    for rank, line in enumerate(LINES):
        sides = {name: typed_amount(getattr(line, name)) for name in ("debit", "credit")}
        told = {"entity": line.entity, "account": line.account, "partner": line.partner} | sides
        form |= {f"{name}-{rank}": value for name, value in told.items()}
    assert world.finances.client.post(HERE, form).status_code == 302
    answer = world.administrator.client.post(HERE, form | {"motif": f"  {GAIN.reason.upper()} "})
    assert answer.status_code == 409
    assert "le n° 1 de 2025 dit déjà la même chose" in text_of(answer)
    other = replace(GAIN, lines=LINES[::-1])
    with pytest.raises(Refusal, match="Écriture 2\u00a0: le n° 1 de 2025"):
        record_adjustments(world.network, [replace(GAIN, reason="Seconde"), other], actor=actor)
    with pytest.raises(Refusal, match="donnée deux fois"):
        twice = replace(GAIN, reason="Seconde")
        record_adjustments(world.network, [twice, replace(twice, lines=LINES[::-1])], actor=actor)
    (row,) = Adjustment.objects.all()
    reverse_adjustment(row, 2025, CLOSING, actor=actor)
    (again,) = record_adjustments(world.network, [GAIN], actor=actor)
    assert again.number == 3
    back = replace(GAIN, reason="Reprise", lines=tuple(line.reversed() for line in LINES))
    whole = [replace(e, reason=f"{e.reason} bis") for e in (GAIN, back, GAIN)]
    assert len(record_adjustments(world.network, whole, actor=actor)) == 3


def test_it_moves_the_whole_and_no_book(world: SimpleNamespace) -> None:
    before = result_of(world.network), result_of(world.network, "own")
    (row,) = record_adjustments(world.network, [GAIN], actor=world.finances.actor)
    assert result_of(world.network) == before[0] - 4_000
    assert result_of(world.network, "own") == before[1]
    page = text_of(world.reader.client.get("/reseaux/essai/finances/resultat/?exercice=2025"))
    assert "Retraitements" in page
    assert Event.objects.filter(subject=row.subject).count() == 1


def test_it_is_taken_back_once_by_its_opposite(world: SimpleNamespace) -> None:
    before = result_of(world.network)
    (row,) = record_adjustments(world.network, [GAIN], actor=world.finances.actor)
    for year, day, words in ((2027, CLOSING, "2025 ou 2026"), (2025, dt.date(2026, 2, 1), "jour")):
        with pytest.raises(Refusal, match=words):
            reverse_adjustment(row, year, day, actor=world.finances.actor)
    back = reverse_adjustment(row, 2025, CLOSING, actor=world.finances.actor)
    assert (back.number, back.reverses) == (2, row)
    assert result_of(world.network) == before
    for again, words in ((row, "déjà reprise"), (back, "déjà une autre")):
        with pytest.raises(Refusal, match=words):
            reverse_adjustment(again, 2025, CLOSING, actor=world.finances.actor)


def test_one_that_faces_a_chamber_is_eliminated_with_the_rest(world: SimpleNamespace) -> None:
    before = year_of(world.network, 2025).result
    facing = (
        AdjustmentLine("nord", "7593", "region", 0, 700),
        AdjustmentLine("nord", "4513", "region", 700),
    )
    entry = Entry(2025, CLOSING, "Part de taxe non inscrite", facing)
    record_adjustments(world.network, [entry], actor=world.finances.actor)
    after = year_of(world.network, 2025).result
    assert len(after.eliminations) == len(before.eliminations) + 2
    told = {(r.family.code, r.nature): r.difference for r in after.differences}
    assert told["taxe", "result"] == -700 and told["taxe", "current"] == 700


def test_the_form_keeps_what_was_typed_and_says_why(world: SimpleNamespace) -> None:
    form = {"exercice": "2025", "date": "2025-12-31", "motif": "Essai", "lignes": "2"}
    form |= {"entity-0": "nord", "account-0": "757", "debit-0": "cent"}
    answer = world.finances.client.post(HERE, form)
    assert answer.status_code == 422
    assert "un montant en euros est attendu" in text_of(answer)
    assert 'value="cent"' in answer.content.decode()
    more = world.finances.client.post(HERE, form | {"geste": "lignes"})
    assert more.status_code == 200 and len(more.context["typed"]) == 6
    form |= {"debit-0": "100,00", "entity-1": "sud", "account-1": "657", "credit-1": "100"}
    assert world.finances.client.post(HERE, form).status_code == 302
    assert Adjustment.objects.get().lines[0]["debit"] == 10_000


def test_an_export_reads_back_and_changes_nothing(world: SimpleNamespace) -> None:
    record_adjustments(world.network, [GAIN], actor=world.finances.actor)
    data = world.reader.client.get(f"{HERE}export.csv?exercice=2025").content
    page = f"{HERE}importer/"

    def sent(content: bytes) -> str:
        file = SimpleUploadedFile("retraitements.csv", content)
        answer = world.finances.client.post(page, {"file": file}, follow=True)
        return text_of(answer)

    assert "écriture lue" in sent(data)
    other = data.replace(b"Plus-value", b"Moins-value")
    assert "serait passée" in sent(other) and "Moins-value" in sent(other)
    wrong = data.replace(b"2183", b"218399")
    assert "un compte du plan commun attendu" in sent(wrong)
