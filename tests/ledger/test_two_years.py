"""Three chambers over two years, a trap for each rule: pages, workbook, JSON and command against
figures added up by hand.

Nord sells an asset and moves another from one account to another; Région lends to Nord; tax is
shared out of one entry; Sud disputes some of it, and its book stops in August.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from maillage.ledger.actions import change_mapping, record_file
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.queries.mapping import RuleValue
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import CHAMBERS
from tests.ledger.engine.fec_text import HEAD, written
from tests.ledger.test_columns import bare

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/"
Line = tuple[str, str, int]
"""Account, third party, euros: debit less credit."""
Entries = list[tuple[str, str, list[Line]]]
"""Journal, day, lines."""

FORMER: dict[str, Entries] = {
    "region": [
        ("OD", "20240110", [("512", "", 5000), ("1068", "", -5000)]),
        ("BQ", "20240310", [("274", "NORD", 400), ("512", "", -400)]),
        ("BQ", "20241210", [("627", "", 1), ("512", "", -1)]),
    ],
    "nord": [
        ("OD", "20240110", [("512", "", 1000), ("103", "", -1000)]),
        ("AC", "20240210", [("2183", "", 300), ("404", "DELL", -300)]),
        ("BQ", "20240310", [("512", "", 400), ("164", "REGION", -400)]),
        ("VE", "20241210", [("411", "CLI", 100), ("706", "", -100)]),
    ],
    "sud": [
        ("OD", "20240110", [("512", "", 800), ("103", "", -800)]),
        ("VE", "20241210", [("411", "CLI", 10), ("706", "", -10)]),
    ],
}
NOW: dict[str, Entries] = {
    "region": [
        ("AN", "20250101", [("512", "", 4599), ("274", "NORD", 400), ("12", "", 1),
                            ("1068", "", -5000)]),
        ("OD", "20250310", [("659", "", 90), ("401", "NORD", -60), ("401", "SUD", -30)]),
        ("BQ", "20250410", [("512", "", 100), ("274", "NORD", -100)]),
        ("BQ", "20250510", [("274", "NORD", 70), ("512", "", -70)]),
        ("OD", "20251010", [("659", "", 10), ("401", "SUD", -10)]),
        ("BQ", "20251210", [("627", "", 1), ("512", "", -1)]),
    ],
    "nord": [
        ("AN", "20250101", [("512", "", 1400), ("2183", "", 300), ("411", "CLI", 100),
                            ("103", "", -1000), ("404", "DELL", -300), ("164", "REGION", -400),
                            ("12", "", -100)]),
        ("OD", "20250310", [("411", "REGION", 60), ("7593", "", -60)]),
        ("BQ", "20250410", [("164", "REGION", 100), ("512", "", -100)]),
        ("BQ", "20250510", [("512", "", 70), ("164", "REGION", -70)]),
        ("OD", "20250610", [("657", "", 300), ("2183", "", -300)]),
        ("OD", "20250611", [("462", "ACQ", 120), ("757", "", -120)]),
        ("AC", "20250710", [("2154", "", 500), ("404", "DELL", -500)]),
        ("AC", "20250801", [("231", "", 50), ("404", "DELL", -50)]),
        ("OD", "20250901", [("2131", "", 50), ("231", "", -50)]),
        ("BQ", "20251210", [("627", "", 2), ("512", "", -2)]),
    ],
    "sud": [
        ("AN", "20250101", [("512", "", 800), ("411", "CLI", 10), ("103", "", -800),
                            ("12", "", -10)]),
        ("OD", "20250310", [("411", "REGION", 24), ("7593", "", -24)]),
        ("BQ", "20250801", [("512", "", 1000), ("164", "", -1000)]),
    ],
}  # fmt: skip
BOOKS = {2024: FORMER, 2025: NOW}


def book_rows(entries: Entries) -> list[list[str]]:
    rows = [list(HEAD)]
    for number, (journal, day, lines) in enumerate(entries, 1):
        for account, third, euros in lines:
            sides = (euros, 0) if euros > 0 else (0, -euros)
            rows.append(
                [journal, "À nouveaux" if journal == "AN" else "Journal", str(number), day,
                 account.ljust(6, "0"), f"Compte {account}", third, third and f"Tiers {third}",
                 f"P{number}", day, "Écriture", *(f"{one},00" for one in sides), "", "", day, "",
                 ""]
            )  # fmt: skip
    return rows


Books = Mapping[int, Mapping[str, Entries]]


def laid_out(
    draft: Edition, people: Callable[..., SimpleNamespace], tmp_path: Path, books: Books
) -> SimpleNamespace:
    """The books of each year in a network and, with the chambers, in a folder for the command."""
    network = draft.scheme.network
    folder = tmp_path / "livres"
    folder.mkdir()
    chambers = ["siren;code;nom;auxiliaires"]
    for chamber in CHAMBERS:
        entity = network.entities.get(code=chamber.code)
        chambers.append(f"{chamber.siren};{entity.code};{entity.short_name};")
        for year, held in books.items():
            name = f"{chamber.siren}FEC{year}1231.txt"
            path = written(folder, book_rows(held[chamber.code]), name=name)
            store = Path(settings.LEDGER_ROOT) / network.code / entity.code / str(year)
            read = read_ledger(path, store=store, name=name)
            record_file(network, entity, dt.date(year, 12, 31), read, actor=INSTALLATION)
    (tmp_path / "chambres.csv").write_text("\n".join(chambers), "utf-8")
    locals_of = {line[0] for held in books.values() for entries in held.values()
                 for _, _, lines in entries for line in lines}  # fmt: skip
    rules = [RuleValue("", root, False, root) for root in sorted(locals_of)]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    return SimpleNamespace(network=network, folder=folder, tmp=tmp_path, **vars(people(draft)))


@pytest.fixture
def world(
    draft: Edition,
    people: Callable[..., SimpleNamespace],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> SimpleNamespace:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    return laid_out(draft, people, tmp_path, BOOKS)


def by_command(world: SimpleNamespace) -> dict[str, Any]:
    rules = world.reader.client.get(f"{HERE}correspondances/regles.csv").content
    (world.tmp / "regles.csv").write_bytes(rules)
    out = io.StringIO()
    call = ("--chambers", str(world.tmp / "chambres.csv"), "--rules",
            str(world.tmp / "regles.csv"), "--year", "2025", "--json")  # fmt: skip
    with pytest.raises(SystemExit):
        call_command("ledger-consolidate", str(world.folder), *call, stdout=out,
                     stderr=io.StringIO())  # fmt: skip
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def table_of(told: dict[str, Any], title: str) -> dict[str, Any]:
    return next(table for table in told["tables"] if table["title"] == title)


def cell_of(table: dict[str, Any], code: str, head: str) -> Any:
    heads = [bare(column["title"]) for column in table["columns"]]
    row = next(r for r in table["rows"] if r["values"][1] == code and not r["values"][2])
    return row["values"][heads.index(head)]


FLOWS = {
    # Bought 500 and 50; what went from one account of assets to another is none.
    ("acquisitions", "Nord"): 550,
    ("f-sorties", "Nord"): 300,
    ("f-cessions", "Nord"): 120,
    ("f-emprunts", "Nord"): 70,
    ("f-rembourses", "Nord"): 100,
    ("f-emprunts", "Sud"): 1000,
    ("f-prets", "Région"): 70,
    ("f-27", "Région"): 100,
    ("f-emprunts", "Somme"): 1070,
    # Of a loan from one to another nothing is left: neither a resource nor a use.
    ("f-emprunts", "Éliminations"): -70,
    ("f-emprunts", "Consolidé"): 1000,
    ("f-rembourses", "Consolidé"): 0,
    ("f-prets", "Consolidé"): 0,
    # Nord: 60 of tax and no charge but 2. Région: 101 of charges. Sud: 24 of tax.
    ("f-caf", "Nord"): 58,
    ("f-caf", "Région"): -101,
    ("f-caf", "Sud"): 24,
    ("f-caf", "Consolidé"): -19,
    ("inexplique", "Consolidé"): 0,
    ("f-ecart", "Consolidé"): 0,
}


def test_the_financing_table_is_the_same_everywhere_and_right(world: SimpleNamespace) -> None:
    client = world.reader.client
    web = json.loads(client.get(f"{HERE}comptes.json?exercice=2025").content)
    page = json.loads(client.get(f"{HERE}financement/export.json?exercice=2025").content)
    told = by_command(world)
    for table in (table_of(web, "Financement"), page, table_of(told, "Financement")):
        found = {key: cell_of(table, *key) for key in FLOWS}
        assert found == {key: euros * 100 for key, euros in FLOWS.items()}
    ours = {table["title"]: table["rows"] for table in told["tables"]}
    for table in web["tables"]:
        if table["title"] == "Périmètre":
            continue  # the folder tells of the former exercise too, which is left aside
        assert ours[table["title"]] == table["rows"], table["title"]


def test_a_gap_has_two_causes_where_a_book_stops_part_way(world: SimpleNamespace) -> None:
    """30 said and 24 answered while both went on, 10 said after."""
    web = json.loads(world.reader.client.get(f"{HERE}comptes.json?exercice=2025").content)
    told = by_command(world)
    assert told["differences"] == web["differences"]
    tax = next(d for d in web["differences"] if d["nature"] == "result")
    assert tax["causes"] == [
        {"cause": "stopped", "cents": 1000}, {"cause": "amount", "cents": 600},
    ]  # fmt: skip
    page = world.reader.client.get(f"{HERE}reciproques/?exercice=2025").content.decode()
    assert "arrêté au 31" in page and "Montants différents ou pièces manquantes" in page


def test_a_shared_line_says_its_shares_and_its_total_once(world: SimpleNamespace) -> None:
    address = f"{HERE}ecritures/export.json?exercice=2025&chambre=region&compte=659"
    for query, debit in (("", 10000), ("&partenaire=nord", 6000), ("&partenaire=sud", 4000)):
        rows = json.loads(world.reader.client.get(address + query).content)["rows"]
        lines = [row["values"] for row in rows]
        assert sum(line[11] or 0 for line in lines) == debit, query
        words = [str(line[-1]).replace("\xa0", " ") for line in lines if line[-1]]
        assert words == ["réparti : Nord 60,00 € ; Sud 30,00 €, sur 90,00 € au livre"], query
        page = world.reader.client.get(
            f"{HERE}ecritures/?exercice=2025&chambre=region&compte=659{query}"
        ).content.decode()
        assert "Réparti" in page and "au livre" in page
