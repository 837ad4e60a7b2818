"""What stands for a chamber: proposed on every account, shown before it is attached, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.verdicts import Refusal
from maillage.ledger.actions import name_partner, record_adjustments, record_file
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.likely import likely
from maillage.ledger.engine.partners import NOBODY, Attached
from maillage.ledger.engine.survey import survey
from maillage.ledger.models import PartnerNumber
from maillage.ledger.partner_files import read_partners
from maillage.ledger.queries.consolidated import effect_of, inferences, year_of
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import mapped, recorded, shown_by
from tests.journeys.test_from_nothing import text_of
from tests.ledger.engine.fec_text import written
from tests.ledger.engine.test_inference import rows_of

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/reciproques/partenaires/"
CLOSING = dt.date(2025, 12, 31)
BOOKS = {
    # Sud is C0001 in the region's book, an ordinary customer of Nord's; a house code on a 411.
    "region": [[("411000", "C0001", 10_000), ("708400", "", -10_000)]],
    "sud": [
        [("621800", "", 10_000), ("401000", "Region", -10_000)],
        [("411000", "cci05", 4_000), ("708400", "", -4_000)],
    ],
    "nord": [
        [("411000", "C0001", 95_000), ("708400", "", -95_000)],
        [("451100", "", 700), ("512000", "", -700)],
    ],
}


@pytest.fixture
def world(
    draft: Edition, people: Callable[..., SimpleNamespace], tmp_path: Path
) -> SimpleNamespace:
    network = draft.scheme.network
    entities = {code: network.entities.get(code=code) for code in BOOKS}
    for code, entries in BOOKS.items():
        place = tmp_path / code
        place.mkdir()
        store = Path(settings.LEDGER_ROOT) / network.code / code / "2025"
        read = read_ledger(written(place, rows_of(entries)), store=store)
        recorded(network, entities[code], CLOSING, read)
    mapped(network, ("411", "401", "7084", "6218", "451"))
    return SimpleNamespace(network=network, by=entities, **vars(people(draft)))


def shown(world: SimpleNamespace, query: str) -> str:
    page = text_of(world.finances.client.get(HERE + query))
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def eliminated(network: Any) -> dict[str, int]:
    """Net cents taken out, by common account."""
    found: dict[str, int] = {}
    for line in year_of(network, 2025).result.eliminations:
        found[line.account] = found.get(line.account, 0) + line.net
    return found


def test_a_number_of_one_book_leaves_the_customers_of_others(world: SimpleNamespace) -> None:
    region, sud = world.by["region"], world.by["sud"]
    before = eliminated(world.network)
    name_partner(world.network, region.pk, "c0001", sud.pk, actor=world.finances.actor)
    after = eliminated(world.network)
    assert after["411"] - before.get("411", 0) == 10_000
    assert after["7084"] - before.get("7084", 0) == -10_000
    count, cents = inferences(year_of(world.network, 2025))["ecriture"]
    assert (count, cents) == (2, 20_000)
    name_partner(world.network, region.pk, "C0001", 0, actor=world.finances.actor)
    assert eliminated(world.network) == before


def test_the_effect_is_shown_and_nothing_is_written(world: SimpleNamespace) -> None:
    region, sud = world.by["region"], world.by["sud"]
    query = f"?nature=number&valeur=C0001&livre={region.pk}&designe={sud.pk}"
    page = shown(world, query)
    assert "Rattacher « C0001 » à" in page
    assert "100,00" in page and "950,00" not in page.split("Numéros qui")[0]
    everywhere = f"?nature=number&valeur=C0001&livre=tous&designe={sud.pk}"
    page = shown(world, everywhere)
    assert "Dans tous les livres" in page and "1 050,00" in page
    assert "Choisir le livre" in shown(world, everywhere.replace("tous", ""))
    assert "Choisir la chambre" in shown(world, "?valeur=C0001&livre=tous")
    assert not PartnerNumber.objects.exists()


def test_an_adjustment_that_names_a_chamber_is_on_both_sides_of_an_effect(
    world: SimpleNamespace,
) -> None:
    facing = (
        AdjustmentLine("nord", "4513", "region", 5_333_33),
        AdjustmentLine("nord", "7593", "region", 0, 5_333_33),
    )
    entry = Entry(2025, CLOSING, "Part de taxe non inscrite", facing)
    record_adjustments(world.network, [entry], actor=world.finances.actor)
    year = year_of(world.network, 2025)
    assert effect_of(year, NOBODY.also([Attached("", "number", "F0042", "")])) == []
    attached = NOBODY.also([Attached("region", "number", "C0001", "sud")])
    found = {e.account: (e.before, e.after) for e in effect_of(year, attached)}
    assert found and not {"4513", "7593"} & found.keys()
    page = shown(world, "?nature=number&valeur=F0042&livre=tous&designe=aucune")
    assert "5 333,33" not in page.split("Numéros qui")[0]


def test_numbers_that_look_like_a_chamber_are_listed_on_every_account(
    world: SimpleNamespace,
) -> None:
    answer = world.finances.client.get(HERE)
    told = [(row.number, row.holder.code, row.debit) for row in answer.context["candidates"]]
    assert told == [("cci05", "sud", 4_000)]
    assert "À choisir" in text_of(answer)
    assert b"selected" not in answer.content.split(b"ressemblent")[1]


def test_a_number_labelled_as_a_chamber_is_listed(world: SimpleNamespace, tmp_path: Path) -> None:
    """Whatever it is written as: a book may number its customers and say nothing of chambers."""
    rows = rows_of([[("411000", "CL0002", 9_000), ("708400", "", -9_000)],
                    [("411000", "CL0003", 400), ("708400", "", -400)]])  # fmt: skip
    rows[1][7], rows[3][7] = "CCI VAL D ORNE", "Succi et fils"
    store = Path(settings.LEDGER_ROOT) / world.network.code / "sud" / "2025"
    (tmp_path / "ailleurs").mkdir()
    read = read_ledger(written(tmp_path / "ailleurs", rows), store=store)
    record_file(world.network, world.by["sud"], CLOSING, read, actor=INSTALLATION)
    found = world.finances.client.get(HERE).context["candidates"]
    assert [(c.number, c.label, c.debit) for c in found] == [("CL0002", "CCI VAL D ORNE", 9_000)]
    assert "CL0002 , livre de" in (page := shown(world, "")) or "CL0002, livre de" in page
    assert "« CCI VAL D ORNE », 1" in page


@pytest.mark.parametrize("other", ["Région Sécurité Privée", "Brinks France"])
@pytest.mark.parametrize("first", [True, False])
def test_customers_and_suppliers_of_one_number_are_two(
    world: SimpleNamespace, tmp_path: Path, other: str, *, first: bool
) -> None:
    """Separate lists of codes: the chamber is a customer, a firm of its code a supplier."""
    entries = [[("411000", "Region", 4_000), ("708400", "", -4_000)],
               [("621800", "", 1_500), ("401000", "Region", -1_500)]]  # fmt: skip
    rows = rows_of(entries if first else entries[::-1])
    for row in rows[1:]:
        row[7] = {"411": "CCI Région", "401": other}.get(row[4][:3], "")
    store = Path(settings.LEDGER_ROOT) / world.network.code / "sud" / "2025"
    (tmp_path / "deux").mkdir()
    read = read_ledger(written(tmp_path / "deux", rows), store=store)
    record_file(world.network, world.by["sud"], CLOSING, read, actor=INSTALLATION)
    mine = [x for x in year_of(world.network, 2025).result.eliminations if x.entity == "sud"]
    assert {(line.account, line.net) for line in mine} <= {("411", 4_000), ("7084", -4_000)}
    assert "411" in {line.account for line in mine}
    (doubt,) = year_of(world.network, 2025).doubts
    assert (doubt.label, doubt.credit) == (other, 1_500)
    page = shown(world, "?exercice=2025")
    assert "À confirmer" in page and other in page


def test_local_accounts_named_after_a_chamber_are_proposed_and_told(
    world: SimpleNamespace, tmp_path: Path
) -> None:
    """Without any auxiliary: a debt, a loan; not what bears a word of its name alone, nor cash."""
    nord, sud = world.by["nord"], world.by["sud"]
    rows = rows_of([
        [("401SUD", "", -3_000), ("621800", "", 3_000)],
        [("2748SUD", "", 20_000), ("512SUD", "", -20_000)],
        [("606100", "", 500), ("401VAL", "", -500)],
    ])  # fmt: skip
    names = {"401SUD": "Fournisseur CCI Sud", "2748SUD": "Prêt CCI Sud", "512SUD": "Banque CCI Sud",
             "401VAL": "SARL Transports du Sud"}  # fmt: skip
    for row in rows[1:]:
        row[5] = names.get(row[4], row[5])
    store = Path(settings.LEDGER_ROOT) / world.network.code / "nord" / "2025"
    (tmp_path / "seul").mkdir()
    path = written(tmp_path / "seul", rows)
    read = read_ledger(path, store=store)
    record_file(world.network, nord, CLOSING, read, actor=INSTALLATION)
    found = [
        c for c in world.finances.client.get(HERE).context["candidates"] if c.kind == "account"
    ]
    assert [(c.number, c.kind, c.debit, c.credit, c.eliminable) for c in found] == [
        ("2748SUD", "account", 20_000, 0, 0), ("401SUD", "account", 0, 3_000, -3_000),
    ]  # fmt: skip
    assert "compte « Fournisseur CCI Sud » : débit – €, crédit 30,00 €" in shown(world, "")
    address = "/reseaux/essai/finances/comptes.json?exercice=2025"
    told = [
        f["what"]
        for f in world.finances.client.get(address).json()["findings"]
        if f["code"] == "intercompany.account"
    ]
    assert [what.split(" du livre")[0] for what in told] == [
        "compte «\u00a02748SUD\u00a0»", "compte «\u00a0401SUD\u00a0»",
    ]  # fmt: skip
    assert "2\u00a0comptes à rattacher" in text_of(
        world.finances.client.get("/reseaux/essai/finances/balance/?exercice=2025")
    )
    partners = year_of(world.network, 2025).partners
    surveyed = survey(path, partners.known_to("nord"))
    words = {"sud": "CCI Sud sud"}
    assert [
        (row.account, row.debit, row.credit)
        for row in likely("nord", surveyed.bare, partners.known_to("nord"), words)
    ] == [("2748SUD", 20_000, 0), ("401SUD", 0, 3_000)]
    name_partner(
        world.network, nord.pk, "401SUD", sud.pk, actor=world.finances.actor, kind="account"
    )
    name_partner(
        world.network, nord.pk, "2748SUD", None, actor=world.finances.actor, kind="account"
    )
    assert year_of(world.network, 2025).likely == ()
    assert eliminated(world.network)["6218"] == 13_000


def test_an_account_and_words_stand_for_a_chamber(world: SimpleNamespace) -> None:
    nord, sud, actor = world.by["nord"], world.by["sud"], world.finances.actor
    name_partner(world.network, nord.pk, "451100", sud.pk, actor=actor, kind="account")
    assert eliminated(world.network)["451"] == 700
    assert "compte" in inferences(year_of(world.network, 2025))
    name_partner(world.network, nord.pk, "libellé", sud.pk, actor=actor, kind="label")
    assert PartnerNumber.objects.count() == 2
    name_partner(world.network, nord.pk, "451100", 0, actor=actor, kind="account")
    assert inferences(year_of(world.network, 2025))["libelle"][1] > 0
    for kind, text, why in (
        ("label", "cci", "4 caractères au moins"), ("autre", "x", "La nature est à choisir"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=why):
            name_partner(world.network, nord.pk, text, sud.pk, actor=actor, kind=kind)


def test_what_is_attached_is_exported_and_pages_ask_as_much(world: SimpleNamespace) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert world.finances.client.get(HERE).status_code == 200
        return len(captured)

    few = count()
    for n in range(5):
        name_partner(world.network, None, f"T{n}", world.by["sud"].pk, actor=world.finances.actor)
    assert count() == few
    csv = world.finances.client.get(f"{HERE}export.csv").content.decode("utf-8-sig")
    told = [line.rpartition(";")[0] for line in csv.splitlines()[:2]]
    assert told == ["Livre;Nature;Écrit;Désigne", ";Compte auxiliaire;T0;sud"]


def relabelled(world: SimpleNamespace, place: Path, label: str, year: int = 2025) -> None:
    """The book of Sud of a year names « Region » under another label."""
    rows = rows_of(BOOKS["sud"])
    rows[2][7] = label
    for row in rows[1:]:
        row[3] = row[9] = row[15] = row[3].replace("2025", str(year))
    store = Path(settings.LEDGER_ROOT) / world.network.code / "sud" / str(year)
    place.mkdir()
    read = read_ledger(written(place, rows), store=store)
    closing = CLOSING.replace(year=year)
    record_file(world.network, world.by["sud"], closing, read, actor=INSTALLATION)


def test_a_code_under_another_label_is_a_question(world: SimpleNamespace, tmp_path: Path) -> None:
    """Nothing is eliminated until someone says; both answers are shown first, and undone."""
    sud, region, actor = world.by["sud"], world.by["region"], world.finances.actor
    whole = eliminated(world.network)
    assert whole["401"] == -10_000 and "À confirmer" not in shown(world, "")
    relabelled(world, tmp_path / "autre", "Scierie du port")
    assert "401" not in eliminated(world.network)
    page = shown(world, "")
    assert "À confirmer" in page and "Region" in page and "« Scierie du port »" in page
    year = year_of(world.network, 2025)
    (doubt,) = year.doubts
    assert (doubt.entity, doubt.chamber, doubt.number, doubt.credit) == (
        "sud", "region", "Region", 10_000,
    )  # fmt: skip
    accounts = world.finances.client.get("/reseaux/essai/finances/comptes.json?exercice=2025")
    told = [f["what"] for f in accounts.json()["findings"] if f["code"] == "intercompany.doubt"]
    assert len(told) == 1 and told[0].startswith(
        "tiers « Region » reconnu par son numéro seul, libellé « Scierie du port »"
    )
    asked = f"?valeur=Region&livre={sud.pk}&designe="
    assert "100,00" in shown(world, f"{asked}{region.pk}").split("À confirmer")[0]
    assert "n’est aucune chambre" in shown(world, f"{asked}aucune")
    name = "/reseaux/essai/finances/reciproques/numeros/"
    for answer, taken in (("aucune", None), (str(region.pk), -10_000)):
        given = {"nature": "number", "livre": sud.pk, "valeur": "Region", "designe": answer}
        assert world.finances.client.post(name, given).status_code == 409
        page = world.finances.client.get(HERE, given).text
        assert world.finances.client.post(name, given | shown_by(page, given)).status_code == 302
        assert year_of(world.network, 2025).doubts == ()
        assert eliminated(world.network).get("401") == taken
    name_partner(world.network, sud.pk, "region", 0, actor=actor)
    assert len(year_of(world.network, 2025).doubts) == 1


def test_two_people_attach_one_number(world: SimpleNamespace) -> None:
    """The second agreed to an effect that is no longer the one they would have."""
    sud, (one, other) = world.by["sud"], (world.by["region"], world.by["nord"])
    asked = {"nature": "number", "livre": sud.pk, "valeur": "C-77"}
    first, second = world.finances.client, world.administrator.client
    name = "/reseaux/essai/finances/reciproques/numeros/"
    sent = []
    for client, chamber in ((first, one), (second, other)):
        given = asked | {"designe": chamber.pk}
        sent.append(given | shown_by(client.get(HERE, given).text, given))
    assert first.post(name, sent[0]).status_code == 302
    answer = second.post(name, sent[1])
    assert answer.status_code == 409 and "ont changé depuis cet aperçu" in answer.text
    (held,) = world.network.partner_numbers.filter(number="C-77")
    assert held.entity == one
    gone = {"nature": "number", "livre": sud.pk, "valeur": "C-77", "designe": 0}
    stale = gone | {"vu": sent[1]["vu"]}
    assert second.post(name, stale).status_code == 409
    assert second.post(name, gone | shown_by(second.get(HERE).text, gone)).status_code == 302
    assert not world.network.partner_numbers.exists()


def test_an_effect_that_moved_by_a_book_is_shown_again(
    world: SimpleNamespace, tmp_path: Path
) -> None:
    sud, region = world.by["sud"], world.by["region"]
    relabelled(world, tmp_path / "ici", "Scierie du port")
    given = {"nature": "number", "livre": sud.pk, "valeur": "Region", "designe": region.pk}
    page = f"{HERE}?exercice=2025"
    sent = given | shown_by(world.finances.client.get(page, given).text, given)
    relabelled(world, tmp_path / "la", "CCI Région")
    name = "/reseaux/essai/finances/reciproques/numeros/?exercice=2025"
    assert world.finances.client.post(name, sent).status_code == 409
    assert not world.network.partner_numbers.exists()


def test_another_exercise_moves_no_figure(world: SimpleNamespace, tmp_path: Path) -> None:
    """The number of a chamber was an ordinary supplier's three years before: the doubt is of that
    book, and so is its answer."""
    sud, actor = world.by["sud"], world.finances.actor
    relabelled(world, tmp_path / "ici", "CCI Région")
    whole, page = eliminated(world.network), shown(world, "?exercice=2025")
    assert whole["401"] == -10_000
    relabelled(world, tmp_path / "avant", "SARL Dupont Transports", 2022)
    assert eliminated(world.network) == whole and year_of(world.network, 2025).doubts == ()
    assert "À confirmer" not in page and "À confirmer" in shown(world, "?exercice=2022")
    (doubt,) = year_of(world.network, 2022).doubts
    assert (doubt.label, doubt.credit) == ("SARL Dupont Transports", 10_000)
    name_partner(world.network, sud.pk, "region", None, actor=actor)
    assert year_of(world.network, 2022).doubts == () and eliminated(world.network) == whole
    year = year_of(world.network, 2022)
    assert {line.partner for line in year.result.lines if line.entity == "sud"} == {""}


def test_what_stands_for_nobody_takes_no_partner(world: SimpleNamespace) -> None:
    """A number that is a chamber's everywhere else; an account that nothing is inferred of."""
    sud, actor = world.by["sud"], world.finances.actor
    assert set(eliminated(world.network)) == {"401", "6218"}
    name_partner(world.network, sud.pk, "621800", None, actor=actor, kind="account")
    assert set(eliminated(world.network)) == {"401"}
    name_partner(world.network, sud.pk, "621800", 0, actor=actor, kind="account")
    assert set(eliminated(world.network)) == {"401", "6218"}
    name_partner(world.network, sud.pk, "REGION", None, actor=actor)
    assert eliminated(world.network) == {}
    with pytest.raises(Refusal, match="Les mots d’un libellé se détachent"):
        name_partner(world.network, sud.pk, "des mots", None, actor=actor, kind="label")
    csv = world.finances.client.get(f"{HERE}export.csv").content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("sud;Compte auxiliaire;REGION;aucune;")
    assert read_partners(csv.encode(), "p.csv", {"sud": "Sud"}) == [
        Attached("sud", "number", "REGION", "")
    ]
