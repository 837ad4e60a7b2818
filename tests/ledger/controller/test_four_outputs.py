"""Page, files, workbook, JSON and command say what a plain controller computes, to the cent.

Thirty networks of six chambers drawn from seeds (`books`), each recomputed from its files
(`by_hand`): balance, statements down to their accounts, what is eliminated by pair and family,
gaps, self-financing and the balance of the network. One at every change, all of them in depth.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

import maillage
from maillage.ledger.actions import change_mapping, name_partner, record_adjustments, record_file
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import RuleValue
from maillage.people.actors import INSTALLATION
from maillage.schemes.engine.document import EntityDoc, EntityKind
from tests.builders import actors_of, load, small_document
from tests.ledger.controller import books, by_hand, outputs
from tests.ledger.controller.by_hand import Chamber, Controlled, Row, Texts
from tests.ledger.controller.outputs import Grid, Told, differing

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/"
REFERENTIALS = Path(maillage.__file__).parent / "referentials"
NAMES = {chamber.code: chamber.name for chamber in books.CHAMBERS}

USUAL, ALL = 1, 30
SEEDS = [
    pytest.param(seed, marks=[] if seed <= USUAL else pytest.mark.deep)
    for seed in range(1, ALL + 1)
]


@dataclass(frozen=True)
class World:
    """A network drawn and put in place, and what the controller makes of it."""

    drawn: books.Network
    texts: Texts
    expected: Controlled
    client: Any
    folder: Path
    month: int

    @property
    def families(self) -> dict[str, str]:
        """Codes by label."""
        return {f["label"].replace("’", "'"): f["code"] for f in self.texts.families}

    def file(self, page: str, extension: str, query: str = "") -> bytes:
        answer = self.client.get(f"{HERE}{page}/export.{extension}?exercice={books.YEAR}{query}")
        assert answer.status_code == 200, answer
        return bytes(answer.content)

    def context(self, page: str, query: str = "") -> Any:
        answer = self.client.get(f"{HERE}{page}/?exercice={books.YEAR}{query}")
        assert answer.status_code == 200, answer
        return answer.context


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> World:
    drawn = books.draw(tmp_path / "livres", request.param)
    client = in_place(drawn, tmp_path / "store")
    texts = Texts.of(REFERENTIALS)
    return World(drawn, texts, controlled(drawn, texts), client, tmp_path, 1 + request.param % 12)


def controlled(drawn: books.Network, texts: Texts, **more: Any) -> Controlled:
    """What the controller finds."""
    rules = [by_hand.Rule(r.chamber, r.prefix, r.exact, r.target) for r in drawn.rules]
    chambers = [Chamber(c.code, c.siren) for c in drawn.chambers]
    more["adjustments"] = [
        by_hand.Adjustment(chamber, account, partner, entry.day, cents)
        for entry in drawn.adjustments
        for chamber, account, partner, cents in entry.lines
    ]
    more["words"] = drawn.words
    return by_hand.control(drawn.files, rules, drawn.numbers, chambers, texts, **more)


def in_place(drawn: books.Network, store: Path, former: Mapping[str, Path] | None = None) -> Any:
    """The books read into a network of these chambers, rules and numbers, some of the `former`
    exercise too; a reader's client."""
    kinds = {"region": EntityKind.REGIONAL}
    entities = [
        EntityDoc(c.code, c.name, c.name, kinds.get(c.code, EntityKind.TERRITORIAL),
                  siren=c.siren)
        for c in drawn.chambers
    ]  # fmt: skip
    others = [e for e in small_document().entities if e.code not in NAMES]
    edition = load(small_document(entities=(*entities, *others)))
    network = edition.scheme.network
    ids = {entity.code: entity for entity in network.entities.all()}
    for year, files in ((books.YEAR - 1, former or {}), (books.YEAR, drawn.files)):
        for code, path in files.items():
            folder = Path(settings.LEDGER_ROOT) / network.code / code / str(year)
            read = read_ledger(path, store=folder, name=path.name)
            record_file(network, ids[code], dt.date(year, 12, 31), read, actor=INSTALLATION)
    rules = [RuleValue(r.chamber, r.prefix, r.exact, r.target, "") for r in drawn.rules]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    for book, number, partner in drawn.numbers:
        name_partner(network, ids[book].pk, number, ids[partner].pk, actor=INSTALLATION)
    for book, words, partner in drawn.words:
        name_partner(
            network, ids[book].pk, words, ids[partner].pk, actor=INSTALLATION, kind="label"
        )
    entries = [
        Entry(entry.day.year, entry.day, entry.reason, lines_of(entry))
        for entry in drawn.adjustments
    ]
    record_adjustments(network, entries, actor=INSTALLATION)
    return actors_of(edition).reader.client


def lines_of(entry: books.Adjustment) -> tuple[AdjustmentLine, ...]:
    return tuple(
        AdjustmentLine(chamber, account, partner, max(cents, 0), max(-cents, 0))
        for chamber, account, partner, cents in entry.lines
    )


@pytest.mark.parametrize("world", SEEDS, indirect=True)
def test_every_cell_is_that_of_the_controller(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(world.folder / "home"))
    differences = [
        f"{output}, {part} : {words}"
        for output, part, told, expected in told_of(world)
        for words in differing(told, expected)
    ]
    assert not differences, "\n".join([f"{len(differences)} écarts", *differences[:40]])


def told_of(world: World) -> Iterator[Compared]:
    yield from by_page(world)
    yield from by_file(world)
    yield from by_month(world)
    yield from by_whole(world)


Compared = tuple[str, str, Told, Told]
"""Who says it, of what, what is said, what it should be."""
PAGES = {"balance": "balance", "resultat": "income", "bilan": "balance"}


def of_page(found: Controlled, page: str) -> Told:
    """What the controller finds of a page: a statement has no column for the sum of chambers."""
    if page == "balance":
        return dict(found.balance)
    rows = found.statements[PAGES[page]]
    return {key: without_sum(row) for key, row in rows.items() if without_sum(row)}


def without_sum(row: Row) -> Row:
    return {column: cents for column, cents in row.items() if column != by_hand.SUM}


def of_control(held: Controlled) -> Told:
    found = {
        " ".join(pair): {"says": says, "answers": answers}
        for pair, (says, answers) in held.pairs.items()
    }
    natures = {pair[-1] == by_hand.RESULT for pair in held.pairs}
    for is_result, words in ((True, "charges et produits"), (False, "créances et dettes")):
        if is_result in natures:
            found[f"Écarts d’élimination, {words}"] = {"gap": held.gap(result=is_result)}
    return found


# -- who says it ----------------------------------------------------------------------------------


def by_page(world: World) -> Iterator[Compared]:
    grid = on_page(world, "balance")
    yield "page", "balance", outputs.balance(grid, NAMES), of_page(world.expected, "balance")
    for page in ("resultat", "bilan"):
        grid = on_page(world, page)
        yield "page", page, outputs.statement(grid, NAMES), of_page(world.expected, page)
    shown = outputs.from_page(world.context("reciproques", "&seulement=toutes")["pairs"])
    yield (
        "page",
        "réciproques",
        outputs.control(shown, NAMES, world.families),
        of_control(world.expected),
    )


def drawn_statement(held: dict[str, Any]) -> Grid:
    rows = []
    for row in held["rows"]:
        rows.append((row.code, "", row.label, *cents_of(row.figures, held["heads"])))
        rows += [
            (row.code, account, name, *cents_of(figures, held["heads"]))
            for account, name, figures in row.accounts
        ]
    return Grid(["Ligne", "Compte", "Intitulé", *held["heads"]], rows)


def cents_of(figures: Any, heads: list[str]) -> list[int | str | None]:
    return drawn(figures) or [None] * len(heads)


READ: dict[str, Callable[[bytes], Grid]] = {
    "json": outputs.from_json, "csv": outputs.from_csv, "xlsx": outputs.from_xlsx,
}  # fmt: skip


def by_file(world: World) -> Iterator[Compared]:
    for extension, read in READ.items():
        grid = read(world.file("balance", extension))
        yield extension, "balance", outputs.balance(grid, NAMES), of_page(world.expected, "balance")
        for page in ("resultat", "bilan"):
            grid = read(world.file(page, extension))
            yield extension, page, outputs.statement(grid, NAMES), of_page(world.expected, page)
        grid = read(world.file("reciproques", extension, "&seulement=toutes"))
        told = outputs.control(grid, NAMES, world.families)
        yield extension, "réciproques", told, of_control(world.expected)
        told_of = outputs.financing(read(world.file("financement", extension)), NAMES)
        for table in world.texts.flows["tables"]:
            told = told_of[table["title"]]
            yield extension, table["code"], told, world.expected.flows[table["code"]]


def by_month(world: World) -> Iterator[Compared]:
    """One month alone, or up to it for a balance sheet and financing, on the page and its files:
    amounts where books reach it, « non renseigné » where one does not."""
    month = world.month
    alone = controlled(world.drawn, world.texts, months=(month,))
    since = controlled(world.drawn, world.texts, months=range(1, month + 1))
    silent = world.expected.untold(month)
    query = f"&mois={books.YEAR}-{month:02d}"
    for page, expected in (("balance", alone), ("resultat", alone), ("bilan", since)):
        read = outputs.balance if page == "balance" else outputs.statement
        of_page_then = of_page(expected, page).items()
        amounts = {key: told_of_books(row, silent) for key, row in of_page_then}
        grids = {e: told(world.file(page, e, query)) for e, told in READ.items()}
        for output, grid in (grids | {"page": on_page(world, page, query)}).items():
            yield from untold_of(f"{output}, mois", page, grid, silent)
            told = outputs.without_untold(read(grid, NAMES))
            yield f"{output}, mois", page, told, outputs.without_untold(amounts)
    yield from by_month_of_financing(world, since, silent, query)


def by_month_of_financing(
    world: World, since: Controlled, silent: frozenset[str], query: str
) -> Iterator[Compared]:
    for extension, read in READ.items():
        told_of = outputs.financing(read(world.file("financement", extension, query)), NAMES)
        for table in world.texts.flows["tables"]:
            expected = since.flows[table["code"]]
            amounts = {key: told_of_books(row, silent) for key, row in expected.items()}
            told = outputs.without_untold(told_of[table["title"]])
            yield f"{extension}, mois", table["code"], told, outputs.without_untold(amounts)


def told_of_books(row: dict[str, Any], silent: frozenset[str]) -> dict[str, Any]:
    return {column: cents for column, cents in row.items() if column not in silent}


def untold_of(output: str, page: str, grid: Grid, silent: frozenset[str]) -> Iterator[Compared]:
    """Every row says the same of what is not told, and what the books say of it."""
    shown = {outputs.COLUMNS.get(t) or {n: c for c, n in NAMES.items()}.get(t) for t in grid.titles}
    expected = dict.fromkeys(silent & shown, 1)
    for found in outputs.untold(grid, NAMES):
        yield output, f"{page}, non renseigné", {"": dict.fromkeys(found, 1)}, {"": expected}


def on_page(world: World, page: str, query: str = "") -> Grid:
    """What a page of the accounts draws, and for a balance its totals."""
    if page != "balance":
        return drawn_statement(world.context(page, f"{query}&detail=oui"))
    held = world.context("balance", query)
    rows = [(row.account, row.name, *drawn(cells)) for row, cells in held["rows"]]
    totals = ("Total", "", *drawn(held["totals"]))
    return Grid(["Compte", "Intitulé", *held["heads"]], [*rows, totals])


def drawn(cells: Any) -> list[int | str | None]:
    return [str(cell.absent) if cell.absent else cell.cents for cell in cells]


SHEETS = {"balance": "Balance consolidée", "resultat": "Compte de résultat", "bilan": "Bilan"}
CONTROL = "Contrôle des éliminations"
FINANCING = "Financement"


def by_whole(world: World) -> Iterator[Compared]:
    """Everything in one file, from the pages and by the command."""
    query, expected = f"{HERE}comptes.{{}}?exercice={books.YEAR}", world.expected
    workbook, data = (bytes(world.client.get(query.format(e)).content) for e in ("xlsx", "json"))
    yield from whole("classeur du réseau", outputs_of_workbook(workbook), expected, world)
    yield from whole("JSON du réseau", outputs_of_json(json.loads(data)), expected, world)
    yield from gaps("JSON du réseau", json.loads(data), expected)
    workbook, told = command(world)
    yield from whole("classeur de la commande", outputs_of_workbook(workbook), expected, world)
    yield from whole("commande --json", outputs_of_json(told), expected, world)
    yield from gaps("commande --json", told, expected)


Found = Callable[[str], Grid]
"""The table of a title."""


def outputs_of_workbook(data: bytes) -> Found:
    return lambda title: outputs.from_xlsx(data, title)


def outputs_of_json(data: dict[str, Any]) -> Found:
    tables = {table["title"]: outputs.from_values(table) for table in data["tables"]}
    return tables.__getitem__


def whole(output: str, found: Found, expected: Controlled, world: World) -> Iterator[Compared]:
    for page, title in SHEETS.items():
        read = outputs.balance if page == "balance" else outputs.statement
        yield output, page, read(found(title), NAMES), of_page(expected, page)
    told = outputs.control(found(CONTROL), NAMES, world.families)
    yield output, "réciproques", told, of_control(expected)
    told_of = outputs.financing(found(FINANCING), NAMES)
    for table in world.texts.flows["tables"]:
        told = told_of[table["title"]]
        yield output, table["code"], told, expected.flows[table["code"]]


def gaps(output: str, data: dict[str, Any], expected: Controlled) -> Iterator[Compared]:
    for name in ("result", "balance"):
        told = {name: {"gap": data["gaps"][name]}}
        yield output, "écarts", told, {name: {"gap": expected.gap(result=name == "result")}}
    told = {"": {row["entity"]: int(row["from"][5:]) for row in data["untold"]}}
    reached = {code: last + 1 for code, last in expected.reached.items() if last < 12}
    yield output, "mois non renseignés", told, {"": reached}


def command(world: World) -> tuple[bytes, dict[str, Any]]:
    """The workbook and the JSON of the folder: all but the chambers as the pages export it."""
    chambers = world.folder / "chambres.csv"
    rows = [["siren", "code", "nom", "auxiliaires"]]
    rows += [[c.siren, c.code, c.name, ""] for c in world.drawn.chambers]
    chambers.write_text(written(rows), "utf-8")
    rules, adjustments = world.folder / "regles.csv", world.folder / "retraitements.csv"
    rules.write_bytes(world.client.get(f"{HERE}correspondances/regles.csv").content)
    adjustments.write_bytes(world.file("retraitements", "csv"))
    partners = world.folder / "partenaires.csv"
    partners.write_bytes(world.file("reciproques/partenaires", "csv"))
    workbook, out = world.folder / "comptes.xlsx", io.StringIO()
    call = ["ledger-consolidate", str(world.folder / "livres"), "-o", str(workbook), "--json"]
    call += [f"--chambers={chambers}", f"--rules={rules}", f"--adjustments={adjustments}"]
    call += [f"--partners={partners}"]
    with pytest.raises(SystemExit) as ended:
        call_command(*call, stdout=out, stderr=io.StringIO())
    told = json.loads(out.getvalue())
    # What the rules given send nowhere, and its number would have placed, is never let by.
    lost = [f for f in told["findings"] if f["code"] == "mapping.replaced"]
    assert (ended.value.code, len(lost)) == ((3, 1) if told["unmapped"] else (1, 0))
    return workbook.read_bytes(), told


def written(rows: list[list[str]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    return target.getvalue()
