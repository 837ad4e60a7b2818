"""Pages, workbook, JSON and command say the same, to the cent, and what they say is the books."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from maillage.kernel.money import divided
from maillage.ledger.actions import change_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import CHAMBERS, books_of_chambers, keep_books
from tests.ledger.test_columns import bare

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/"
TITLES = ("Balance consolidée", "Compte de résultat", "Bilan", "Contrôle des éliminations")
Cells = dict[tuple[str, ...], list[int]]
"""The words of a row, and its amounts in cents, nothing being no amount."""


@pytest.fixture
def world(
    draft: Edition,
    people: Callable[..., SimpleNamespace],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> SimpleNamespace:
    network = draft.scheme.network
    keep_books(network, "nord", "sud", "region")
    # One root stays without a rule, so that what fails is told everywhere too.
    roots = sorted(set(books_of_chambers().accounts.values()) - {"627"})
    rules = [RuleValue("", root, False, root) for root in roots]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    return SimpleNamespace(network=network, tmp=tmp_path, **vars(people(draft)))


def cells_of(columns: list[str], rows: list[list[Any]], amounts: list[bool]) -> Cells:
    found: Cells = {}
    for row in rows:
        words = tuple(str(c or "") for c, is_sum in zip(row, amounts, strict=True) if not is_sum)
        found[words] = [c or 0 for c, is_sum in zip(row, amounts, strict=True) if is_sum]
    assert columns
    return found


def of_json(told: dict[str, Any]) -> dict[str, Cells]:
    return {
        table["title"]: cells_of(
            [column["title"] for column in table["columns"]],
            [row["values"] for row in table["rows"]],
            [column["kind"] == "amount" for column in table["columns"]],
        )
        for table in told["tables"]
    }


def of_workbook(data: bytes, like: dict[str, Any]) -> dict[str, Cells]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = {}
    for table in like["tables"]:
        amounts = [column["kind"] == "amount" for column in table["columns"]]
        rows = [
            [round(v * 100) if is_sum and isinstance(v, int | float) else v
             for v, is_sum in zip(row, amounts, strict=True)]
            for row in book[table["title"][:31]].iter_rows(min_row=2, values_only=True)
        ]  # fmt: skip
        found[table["title"]] = cells_of(["x"], rows, amounts)
    return found


def command(world: SimpleNamespace, *more: str) -> str:
    """The command over the same files, with the rules the page exports, as they are."""
    folder = world.tmp / "livres"
    folder.mkdir(exist_ok=True)
    codes = {e.code: e.short_name for e in chambers_of(world.network)}
    files = {c.code: p for c, p in zip(CHAMBERS, books_of_chambers().files, strict=True)}
    chambers = ["Siren;CODE;Nom;auxiliaires"]
    for code, name in codes.items():
        if code in ("nord", "sud", "region"):
            shutil.copy(files[code], folder / files[code].name)
            chambers.append(f"{files[code].name[:9]};{code};{name};")
    (world.tmp / "chambres.csv").write_text("\n".join(chambers), "utf-8")
    rules = world.reader.client.get(f"{HERE}correspondances/regles.csv")
    assert rules.status_code == 200
    (world.tmp / "regles.csv").write_bytes(rules.content)
    out = io.StringIO()
    call = ("ledger-consolidate", str(folder), "--chambers", str(world.tmp / "chambres.csv"),
            "--rules", str(world.tmp / "regles.csv"), *more)  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        call_command(*call, stdout=out, stderr=io.StringIO())
    assert ended.value.code == 3, "an account that its number alone would have placed is not"
    return out.getvalue()


def of_page(client: Any, address: str) -> Cells:
    """The rows of a page as they are read, accounts shown."""
    page = unescape(client.get(f"{HERE}{address}").content.decode())
    body = page[page.index("<tbody>") : page.index("</table>")]
    found: Cells = {}
    for row in re.findall(r"<tr.*?</tr>", body, re.S):
        heads = re.findall(r"<th[^>]*>(.*?)</th>", row, re.S)
        amounts = re.findall(r'<td class="num[^>]*>(.*?)</td>', row, re.S)
        if heads and amounts:
            words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", heads[0])).strip()
            plain = (re.sub(r"<[^>]+>", "", amount) for amount in amounts)
            found[(words,)] = [_cents(text) for text in plain]
    return found


def _cents(text: str) -> int:
    digits = re.sub(r"[^0-9−-]", "", text).replace("−", "-")
    return int(digits) if digits.strip("-") else 0


def test_workbook_json_and_command_say_the_same(world: SimpleNamespace) -> None:
    web = json.loads(world.reader.client.get(f"{HERE}comptes.json?exercice=2025").content)
    workbook = world.reader.client.get(f"{HERE}comptes.xlsx?exercice=2025").content
    output = world.tmp / "comptes.xlsx"
    told = json.loads(command(world, "-o", str(output), "--json"))
    expected = of_json(web)
    assert set(TITLES) <= set(expected)
    assert sum(len(table) for table in expected.values()) > 100
    scope = "Périmètre"
    for name, found in (
        ("workbook", of_workbook(workbook, web)),
        ("command, JSON", of_json(told)),
        ("command, workbook", of_workbook(output.read_bytes(), told)),
    ):
        for title, cells in expected.items():
            if title != scope:
                assert found[title] == cells, (name, title)
    for key in ("gaps", "balances", "differences", "remarks", "unmapped", "untold"):
        assert told[key] == web[key], key
    assert web["gaps"] != {"result": 0, "balance": 0}, "the books dispute something"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("balance/?exercice=2025", "Balance consolidée"),
        ("resultat/?exercice=2025&detail=oui", "Compte de résultat"),
        ("bilan/?exercice=2025&detail=oui", "Bilan"),
    ],
)
def test_a_page_says_what_the_workbook_says(
    world: SimpleNamespace, address: str, title: str
) -> None:
    web = json.loads(world.reader.client.get(f"{HERE}comptes.json?exercice=2025").content)
    expected = of_json(web)[title]
    shown = of_page(world.reader.client, f"{address}&centimes=oui")
    assert len(shown) > 15
    by_words: dict[str, list[list[int]]] = {}
    for words, amounts in expected.items():
        label = f"{words[-2]} {words[-1]}".strip().replace("sans correspondance", "–")
        by_words.setdefault(label, []).append(amounts)
    for (label,), amounts in shown.items():
        named = label.replace("– Sans correspondance", "–")
        assert amounts in by_words[named], (label, amounts, by_words[named])
    # Without the cents asked for, the same rows, each amount to the euro.
    whole = of_page(world.reader.client, address)
    assert whole.keys() == shown.keys()
    assert whole == {words: [divided(c, 100) for c in cents] for words, cents in shown.items()}


def test_the_result_is_that_of_the_chambers_and_each_is_as_in_its_books(
    world: SimpleNamespace,
) -> None:
    web = json.loads(world.reader.client.get(f"{HERE}comptes.json?exercice=2025").content)
    income = next(table for table in web["tables"] if table["title"] == "Compte de résultat")
    heads = [bare(column["title"]) for column in income["columns"]]
    (result,) = (r["values"] for r in income["rows"] if r["values"][0] == "resultat")
    told = dict(zip(heads, result, strict=True))
    truth = books_of_chambers()
    by_hand: dict[str, int] = {}
    for (who, _month, local), (debit, credit) in truth.balances.items():
        root = truth.accounts[local]
        if root[0] in "67" and root != "627":
            by_hand[who] = by_hand.get(who, 0) + credit - debit
    names = {e.code: e.short_name for e in world.network.entities.all()}
    assert {code: told[names[code]] for code in by_hand} == by_hand
    assert told["Éliminations"] == 0, "what is not matched stands on its line"
    assert told["Consolidé"] == sum(by_hand.values())
    assert any("fail" in f["code"] or "books" in f["code"] for f in web["findings"]), (
        "an account without a rule leaves the accounts unbalanced: printed, never dropped"
    )
