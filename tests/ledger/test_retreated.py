"""What happens between chambers and is adjusted as the guide says, entry by entry: nothing of it is
left in the whole, on the page, in the workbook, in the JSON and by the command alike.

The entries are read in `docs/guide/retraiter.md`, the books are those it tells of.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command

from maillage.ledger.actions import change_mapping, record_adjustments, record_file
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.queries.adjustments import carried_to
from maillage.ledger.queries.mapping import RuleValue
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import CHAMBERS
from tests.ledger.engine.fec_text import written
from tests.ledger.test_columns import bare
from tests.ledger.test_two_years import Entries, book_rows

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/"
GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "retraiter.md"
CODES = {"A": "nord", "B": "sud"}
Booked = Mapping[str, Mapping[int, Entries]]


def guide(title: str) -> tuple[AdjustmentLine, ...]:
    """The entry of a table of the guide, in cents."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GUIDE.read_text("utf-8").split(f"| {title} |")[1].split("\n\n")[0].splitlines()
        if line[:4] in ("| A ", "| B ")
    ]
    cents = [[int(x.replace(" ", "") or 0) * 100 for x in row[2:4]] for row in rows]
    return tuple(
        AdjustmentLine(CODES[row[0]], row[1], "", *sides)
        for row, sides in zip(rows, cents, strict=True)
    )


def entries_of(titles: Mapping[int, tuple[str, ...]]) -> list[Entry]:
    return [
        Entry(year, dt.date(year, 12, 31), title, guide(title))
        for year, told in titles.items()
        for title in told
    ]


def sale(price: int, *, out: bool = False) -> Booked:
    """A sells for that price what it bought 10 000 and wrote down by 4 000. `out`: B then has it
    leave, for nothing, where it would write it down."""
    left: Entries = [("OD", "20260101", [("657", "", price - 2000), ("2818", "", 2000),
                                         ("2182", "", -price)])]  # fmt: skip
    kept: Entries = [("OD", "20261231", [("6811", "", 2000), ("2818", "", -2000)])]
    return {
        "nord": {
            2024: [("AC", "20240110", [("2182", "", 10000), ("512", "", -10000)]),
                   ("OD", "20241231", [("6811", "", 4000), ("2818", "", -4000)])],
            2025: [("AN", "20250101", [("2182", "", 10000), ("512", "", 40000),
                                       ("2818", "", -4000), ("103", "", -50000),
                                       ("12", "", 4000)]),
                   ("OD", "20250701", [("657", "", 6000), ("2818", "", 4000),
                                       ("2182", "", -10000)]),
                   ("OD", "20250701", [("462", "SUD", price), ("757", "", -price)]),
                   ("BQ", "20250801", [("512", "", price), ("462", "SUD", -price)])],
            2026: [("AN", "20260101", [("512", "", 40000 + price), ("103", "", -50000),
                                       ("12", "", 10000 - price)]),
                   ("BQ", "20260601", [("627", "", 1), ("512", "", -1)])],
        },
        "sud": {
            2024: [],
            2025: [("AN", "20250101", [("512", "", 50000), ("103", "", -50000)]),
                   ("AC", "20250701", [("2182", "", price), ("404", "NORD", -price)]),
                   ("BQ", "20250801", [("404", "NORD", price), ("512", "", -price)]),
                   ("AC", "20250901", [("2154", "", 70), ("512", "", -70)]),
                   ("OD", "20251231", [("6811", "", 2000), ("2818", "", -2000)])],
            2026: [("AN", "20260101", [("2182", "", price), ("2154", "", 70),
                                       ("512", "", 49930 - price), ("2818", "", -2000),
                                       ("103", "", -50000), ("12", "", 2000)]),
                   *(left if out else kept)],
        },
    }  # fmt: skip


SHARES: Booked = {
    "nord": {
        2024: [("AC", "20240110", [("271", "", 600), ("512", "", -600)])],
        2025: [("AN", "20250101", [("271", "", 600), ("512", "", 49400), ("103", "", -50000)]),
               ("OD", "20250701", [("6671", "", 600), ("271", "", -600)]),
               ("OD", "20250701", [("512", "", 1000), ("7671", "", -1000)])],
    },
    "sud": {
        2024: [],
        2025: [("AN", "20250101", [("512", "", 50000), ("103", "", -50000)]),
               ("AC", "20250701", [("271", "", 1000), ("512", "", -1000)])],
    },
}  # fmt: skip
LOAN: Booked = {
    "nord": {
        2024: [],
        2025: [("AN", "20250101", [("512", "", 50000), ("103", "", -50000)]),
               ("BQ", "20250301", [("274", "", 1000), ("512", "", -1000)]),
               ("BQ", "20250901", [("512", "", 200), ("274", "", -200)])],
        2026: [("AN", "20260101", [("512", "", 49200), ("274", "", 800), ("103", "", -50000)]),
               ("BQ", "20260901", [("512", "", 300), ("274", "", -300)])],
    },
    "sud": {
        2024: [],
        2025: [("AN", "20250101", [("512", "", 50000), ("103", "", -50000)]),
               ("BQ", "20250301", [("512", "", 1000), ("164", "", -1000)]),
               ("BQ", "20250401", [("512", "", 70), ("164", "", -70)]),
               ("BQ", "20250901", [("164", "", 200), ("512", "", -200)])],
        2026: [("AN", "20260101", [("512", "", 50870), ("164", "", -870), ("103", "", -50000)]),
               ("BQ", "20260901", [("164", "", 300), ("512", "", -300)])],
    },
}  # fmt: skip
GRANT: Booked = {
    "nord": {
        2024: [],
        2025: [("AN", "20250101", [("512", "", 50000), ("103", "", -50000)]),
               ("BQ", "20250301", [("658", "", 900), ("512", "", -900)])],
        2026: [("AN", "20260101", [("512", "", 49100), ("103", "", -50000), ("12", "", 900)]),
               ("BQ", "20260601", [("627", "", 1), ("512", "", -1)])],
    },
    "sud": {
        2024: [],
        2025: [("AN", "20250101", [("512", "", 50000), ("103", "", -50000)]),
               ("BQ", "20250301", [("512", "", 900), ("131", "", -900)]),
               ("AC", "20250401", [("2154", "", 70), ("512", "", -70)]),
               ("OD", "20251231", [("139", "", 90), ("747", "", -90)])],
        2026: [("AN", "20260101", [("512", "", 50830), ("2154", "", 70), ("139", "", 90),
                                   ("131", "", -900), ("103", "", -50000), ("12", "", -90)]),
               ("OD", "20261231", [("139", "", 90), ("747", "", -90)])],
    },
}  # fmt: skip


NONE = dict.fromkeys(
    ("f-cessions", "f-recues", "f-soldees", "f-apports", "f-emprunts", "f-27", "f-prets",
     "f-rembourses", "acquisitions", "inexplique", "f-ecart"), 0,
)  # fmt: skip
BOUGHT = {"acquisitions": 70}
"""What one of them bought outside, beside."""
CASES: dict[str, tuple[Booked, dict[int, tuple[str, ...]], dict[int, dict[str, int]]]] = {
    "at a gain": (
        sale(10000),
        {2025: ("Cession",), 2026: ("Cession, l’année suivante",)},
        {2025: {**BOUGHT, "f-caf": 0, "f-sorties": 4000}, 2026: {"f-caf": -1, "f-sorties": 0}},
    ),
    "at a gain, gross value kept": (
        sale(10000),
        {2025: ("Cession", "Brut et amortissements d’origine"),
         2026: ("Cession, l’année suivante",)},
        {2025: {**BOUGHT, "f-sorties": 0}, 2026: {"f-sorties": 0}},
    ),
    "at a gain, out the next year": (
        sale(10000, out=True),
        {2025: ("Cession",), 2026: ("Le bien sort à son tour",)},
        {2025: BOUGHT, 2026: {"f-caf": -1, "f-sorties": 6000}},
    ),
    "at a loss": (sale(4500), {2025: ("Cession à perte",)}, {2025: BOUGHT, 2026: {"f-caf": -1}}),
    "at a loss, gross value kept": (
        sale(4500),
        {2025: ("Cession à perte", "Brut et amortissements d’origine")},
        {2025: {**BOUGHT, "f-sorties": 0}, 2026: {"f-sorties": 0}},
    ),
    "financial assets": (SHARES, {2025: ("Cession de titres",)}, {2025: {"f-27-cedes": 0}}),
    "a loan": (
        LOAN,
        {2025: ("Prêt",), 2026: ("Prêt, l’année suivante",)},
        {2025: {"f-emprunts": 70}, 2026: {}},
    ),
    "a grant": (
        GRANT,
        {2025: ("Subvention",), 2026: ("Subvention, l’année suivante",)},
        {2025: {**BOUGHT, "f-caf": 0}, 2026: {"f-caf": -1}},
    ),
}  # fmt: skip


@pytest.fixture
def world(
    draft: Edition,
    people: Callable[..., SimpleNamespace],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> SimpleNamespace:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    return SimpleNamespace(network=draft.scheme.network, tmp=tmp_path, **vars(people(draft)))


def keep(world: SimpleNamespace, booked: Booked) -> None:
    chambers, folder = ["siren;code;nom;auxiliaires"], world.tmp / "livres"
    folder.mkdir()
    roots = set()
    for chamber in CHAMBERS:
        if chamber.code not in booked:
            continue
        entity = world.network.entities.get(code=chamber.code)
        chambers.append(f"{chamber.siren};{entity.code};{entity.short_name};")
        for year, entries in booked[chamber.code].items():
            first = [("OD", "20240101", [("512", "", 50000), ("103", "", -50000)])]
            whole = [*(first if year == 2024 else []), *entries, ("OD", f"{year}1231", [
                ("512", "", 1), ("512", "", -1)])]  # fmt: skip
            name = f"{chamber.siren}FEC{year}1231.txt"
            path = written(folder, book_rows(whole), name=name)
            store = Path(settings.LEDGER_ROOT) / world.network.code / entity.code / str(year)
            read = read_ledger(path, store=store, name=name)
            record_file(world.network, entity, dt.date(year, 12, 31), read, actor=INSTALLATION)
            roots |= {account for _, _, lines in whole for account, *_ in lines}
    (world.tmp / "chambres.csv").write_text("\n".join(chambers), "utf-8")
    rules = [RuleValue("", root, False, root) for root in sorted(roots)]
    change_mapping(world.network, rules, actor=INSTALLATION, label="Essai")


def by_command(world: SimpleNamespace, year: int) -> dict[str, Any]:
    client = world.reader.client
    for name, page in (("regles", "correspondances/regles.csv"),
                       ("retraitements", f"retraitements/export.csv?exercice={year}")):  # fmt: skip
        (world.tmp / f"{name}.csv").write_bytes(client.get(f"{HERE}{page}").content)
    out = io.StringIO()
    call = ["ledger-consolidate", str(world.tmp / "livres"), "--year", str(year), "--json"]
    call += [f"--chambers={world.tmp / 'chambres.csv'}", f"--rules={world.tmp / 'regles.csv'}"]
    call += [f"--adjustments={world.tmp / 'retraitements.csv'}"]
    with pytest.raises(SystemExit):
        call_command(*call, stdout=out, stderr=io.StringIO())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def whole(table: dict[str, Any]) -> dict[str, Any]:
    """The consolidated column of the financing table, by line."""
    heads = [bare(column["title"]) for column in table["columns"]]
    place = heads.index("Consolidé")
    return {
        row["values"][1]: row["values"][place]
        for row in table["rows"]
        if not row["values"][2] and row["values"][0] == "Tableau de financement"
    }


def of_workbook(data: bytes) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["Financement"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    place = next(i for i, row in enumerate(rows) if "Consolidé" in map(bare, map(str, row)))
    column = [bare(str(cell)) for cell in rows[place]].index("Consolidé")
    return {
        str(row[1]): round(row[column] * 100)
        for row in rows[place + 1 :]
        if row[0] == "Tableau de financement"
        and not row[2]
        and isinstance(row[column], int | float)
    }


@pytest.mark.parametrize("case", CASES)
def test_nothing_between_chambers_is_left_in_the_whole(world: SimpleNamespace, case: str) -> None:
    booked, titles, expected = CASES[case]
    keep(world, booked)
    record_adjustments(world.network, entries_of(titles), actor=world.finances.actor)
    client = world.reader.client
    for year, lines in expected.items():
        wanted = {code: euros * 100 for code, euros in {**NONE, **lines}.items()}
        page = json.loads(client.get(f"{HERE}financement/export.json?exercice={year}").content)
        web = json.loads(client.get(f"{HERE}comptes.json?exercice={year}").content)
        sheet = of_workbook(client.get(f"{HERE}comptes.xlsx?exercice={year}").content)
        told = by_command(world, year)
        outputs = {
            "page": whole(page),
            "json": whole(next(t for t in web["tables"] if t["title"] == "Financement")),
            "command": whole(next(t for t in told["tables"] if t["title"] == "Financement")),
            "workbook": sheet,
        }
        for name, found in outputs.items():
            assert {code: found[code] for code in wanted} == wanted, (year, name)


LEFT: dict[str, tuple[dict[int, tuple[str, ...]], dict[tuple[str, str], int]]] = {
    "a sale": (
        {2025: ("Cession",), 2026: ("Cession, l’année suivante",)},
        {("nord", "106"): 4000, ("sud", "106"): -1600, ("sud", "2182"): -4000,
         ("sud", "2818"): 1600},
    ),
    "a sale, out": (
        {2025: ("Cession",), 2026: ("Le bien sort à son tour",)},
        {("nord", "106"): 4000, ("sud", "106"): -4000},
    ),
    "a loan": (
        {2025: ("Prêt",), 2026: ("Prêt, l’année suivante",)},
        {("nord", "274"): -500, ("sud", "164"): 500},
    ),
    "a grant": (
        {2025: ("Subvention",), 2026: ("Subvention, l’année suivante",)},
        {("nord", "106"): -900, ("sud", "106"): 180, ("sud", "131"): 900, ("sud", "139"): -180},
    ),
}  # fmt: skip
"""What the guide says is left, in euros: debit less credit, by chamber and account."""


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left_opens_the_exercise_after_with_nothing_passed_again(
    world: SimpleNamespace, case: str
) -> None:
    titles, left = LEFT[case]
    record_adjustments(world.network, entries_of(titles), actor=world.finances.actor)
    found = {
        (x.entity, x.account): (x.debit - x.credit) / 100 for x in carried_to(world.network, 2027)
    }
    assert found == left
