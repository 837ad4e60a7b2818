"""What a book says beside its former exercise, and what stands twice in it: whoever says it says
what a plain controller finds, account by account, to the cent."""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.models import BookFile
from tests.ledger.controller import books
from tests.ledger.controller.by_hand import cents_of, rows_of
from tests.ledger.controller.test_four_outputs import HERE, NAMES, in_place, written

Account = tuple[str, str]
"""A local account and its third party."""
Gaps = dict[tuple[str, str, str], tuple[int, int]]
"""By chamber, account and third party ("" for the whole account): opened at, closed at."""
SEEDS = [
    pytest.param(seed, marks=[] if seed == 1 else pytest.mark.deep) for seed in (1, 3, 4, 6, 7, 9)
]


STYLES = [
    pytest.param(style, marks=[] if style == 4 else pytest.mark.deep)
    for style in range(len(books.STYLES))
]


def net_of(row: Mapping[str, str]) -> int:
    if "Sens" in row:
        return cents_of(row["Montant"]) * (1 if row["Sens"] == "D" else -1)
    return cents_of(row["Debit"]) - cents_of(row["Credit"])


def nets(rows: list[dict[str, str]]) -> dict[Account, int]:
    found: dict[Account, int] = defaultdict(int)
    for row in rows:
        found[row["CompteNum"], row["CompAuxNum"]] += net_of(row)
    return found


def by_account(found: Mapping[Account, int]) -> dict[str, int]:
    """Balances of classes 1 to 5, the result as one with what charges and products leave."""
    told: dict[str, int] = defaultdict(int)
    for (account, _), cents in found.items():
        told["12" if account[0] in "67" or account.startswith("12") else account] += cents
    return told


def gaps_of(chamber: str, former: Path, book: Path) -> Gaps:
    """Article 112-2: each account opens as it closed, the result before it is allocated."""
    closed = nets(rows_of(former))
    opened = nets([row for row in rows_of(book) if row["JournalCode"] == "AN"])
    was, now = by_account(closed), by_account(opened)
    accounts = was.keys() | now.keys()
    found = {
        (chamber, account, ""): (now.get(account, 0), was.get(account, 0))
        for account in accounts
        if now.get(account, 0) != was.get(account, 0)
    }
    wrong = {account for _, account, _ in found}
    detailed = {account for account, third in opened if third} - wrong
    for key in closed.keys() | opened.keys():
        pair = opened.get(key, 0), closed.get(key, 0)
        if key[0] in detailed and pair[0] != pair[1]:
            found[chamber, *key] = pair
    return found


def draw_former(folder: Path, drawn: books.Network, seed: int) -> dict[str, Path]:
    """The former books of three chambers, but for what their openings do not take up: an amount
    spent since, and a customer's debt under another's number."""
    random = Random(seed)
    found = {}
    for code in random.sample(sorted(drawn.files), 3):
        (chamber,) = (c for c in drawn.chambers if c.code == code)
        opened = nets([row for row in rows_of(drawn.files[code]) if row["JournalCode"] == "AN"])
        closed = {key: cents for key, cents in opened.items() if not key[0].startswith("12")}
        closed["641100", ""] = -sum(closed.values())
        bank = next(key for key in closed if key[0].startswith("512"))
        closed[bank] += 123_456
        closed["706000", ""] = -123_456
        thirds = sorted(key for key in closed if key[0].startswith("411") and key[1])[:2]
        if len(thirds) == 2:
            closed[thirds[0]] += 700
            closed[thirds[1]] -= 700
        path = folder / f"{chamber.siren}FEC{books.YEAR - 1}1231.txt"
        path.write_text("".join(lines_of(closed)), "utf-8")
        found[code] = path
    return found


def lines_of(closed: Mapping[Account, int]) -> Iterator[str]:
    yield "\t".join(books.COLUMNS) + "\r\n"
    day = f"{books.YEAR - 1}1231"
    for (account, third), cents in sorted(closed.items()):
        sides = (
            books._euros(max(cents, 0), books.Style()),
            books._euros(max(-cents, 0), books.Style()),
        )
        label = f"Tiers {third}" if third else ""
        head = ("OD", "Opérations diverses", "1", day, account, f"Compte {account}", third, label)
        if cents:
            yield "\t".join((*head, "P1", day, "Solde", *sides, "", "", day, "", "")) + "\r\n"


WHERE = re.compile(r"(?P<who>.+), compte (?P<account>\w+)(?:, tiers (?P<third>\w+))?$")
WHAT = re.compile(r"ouvert à (?P<opened>.+) €, clos à (?P<closed>.+) €$")
CODES = {name: code for code, name in NAMES.items()}


def told_gaps(points: Iterator[tuple[str, str]]) -> Gaps:
    """The same out of the words of findings."""
    found = {}
    for where, what in points:
        place, amounts = WHERE.match(where), WHAT.match(what)
        if place and amounts:
            key = (CODES.get(place["who"], place["who"]), place["account"], place["third"] or "")
            found[key] = cents(amounts["opened"]), cents(amounts["closed"])
    return found


def cents(text: str) -> int:
    return cents_of(re.sub(r"\s", "", text).replace("−", "-"))


def in_text(text: str) -> Iterator[tuple[str, str]]:
    """Findings told one after another: « où : quoi. »"""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    for point in re.split(r"(?<=€)\.\s*", plain):
        where, _, what = point.rpartition(" : ")
        yield where.split(". ")[-1].strip(), what


def workbook_text(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    cells = (
        str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c
    )
    return ". ".join(cells)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_opening_that_is_no_closing_is_told_alike(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    drawn = books.draw(tmp_path / "livres", seed, exchanges=6, ordinary=4)
    former = draw_former(tmp_path / "livres", drawn, seed)
    expected: Gaps = {}
    for code, path in former.items():
        expected |= gaps_of(code, path, drawn.files[code])
    assert len(expected) >= 6, "each has its bank and its result at least"
    client = in_place(drawn, tmp_path / "store", former)
    told = json.loads(client.get(f"{HERE}comptes.json?exercice={books.YEAR}").content)
    points = ((f["where"], f["what"]) for f in told["findings"])
    assert told_gaps(as_plain(points)) == expected
    sheet = client.get(f"{HERE}comptes.xlsx?exercice={books.YEAR}").content
    assert told_gaps(in_text(workbook_text(sheet))) == expected
    page = client.get(f"{HERE}balance/?exercice={books.YEAR}").context["notices"]
    (notice,) = (n for n in page if "à-nouveau" in n.short)
    assert notice.short.startswith(str(len(expected)))
    some = told_gaps(in_text(notice.text))
    assert some and some.items() <= expected.items()
    data, workbook = of_command(drawn, tmp_path)
    points = ((f["where"], f["what"]) for f in data["findings"])
    assert told_gaps(as_plain(points)) == expected
    assert told_gaps(in_text(workbook_text(workbook))) == expected


def as_plain(points: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for where, what in points:
        yield tuple(t.replace("\u00a0", " ").replace("\u202f", " ") for t in (where, what))  # type: ignore[misc]


def of_command(drawn: books.Network, folder: Path) -> tuple[dict[str, Any], bytes]:
    chambers, target = folder / "chambres.csv", folder / "comptes.xlsx"
    rows = [["siren", "code", "nom", "auxiliaires"]]
    rows += [[c.siren, c.code, c.name, ""] for c in drawn.chambers]
    chambers.write_text(written(rows), "utf-8")
    out = io.StringIO()
    call = ["ledger-consolidate", str(folder / "livres"), "-o", str(target), "--json"]
    with pytest.raises(SystemExit):
        call_command(*call, f"--chambers={chambers}", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue()), target.read_bytes()


# -- lines that stand twice ------------------------------------------------------------------------


def twice(rows: list[dict[str, str]]) -> tuple[int, int, int]:
    """Entries whose every line stands again, how many lines are too many, the cents of debit."""
    by_entry: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    debits = {}
    for row in rows:
        line = tuple(row.values())
        by_entry[row["JournalCode"], row["EcritureNum"]].append(line)
        # A product written as a debit below zero is a credit.
        if "Sens" in row:
            debits[line] = max(net_of(row), 0)
        else:
            debits[line] = max(cents_of(row["Debit"]), 0) + max(-cents_of(row["Credit"]), 0)
    found = [lines for lines in by_entry.values() if all(lines.count(x) > 1 for x in lines)]
    more = [line for lines in found for line in set(lines) for _ in range(lines.count(line) - 1)]
    return len(found), len(more), sum(debits[line] for line in more)


@pytest.mark.parametrize("style", STYLES)
def test_lines_that_stand_twice_are_counted_alike(db: None, tmp_path: Path, style: int) -> None:
    drawn = books.draw(tmp_path / "livres", style, exchanges=4, ordinary=3)
    code = sorted(drawn.files)[style % len(drawn.files)]
    path = drawn.files[code]
    heading, *lines = path.read_bytes().splitlines(keepends=True)
    # Entries of the middle of the book come again, whole, as an export run twice writes them.
    held = [
        line for line in lines if line.split(b"\t" if b"\t" in line else b"|")[2] in (b"2", b"3")
    ]
    path.write_bytes(b"".join([heading, *lines, *held]))
    entries, more, debit = twice(rows_of(path))
    assert entries >= 2 and more == len(held)
    client = in_place(drawn, tmp_path / "store")
    file = BookFile.objects.get(book__entity__code=code)
    words = f"{more} lignes de trop dans {entries} écritures, débits "
    page = client.get(f"{HERE}livres/{file.book.entity.code}/{books.YEAR}/?code=entry.twice")
    for told in (page.content.decode(), checked(path)):
        plain = re.sub(r"[\u00a0\u202f]", " ", told)
        assert words in plain
        assert cents(re.search(re.escape(words) + r"([-−]?[\d ]+,\d\d) €", plain)[1]) == debit  # type: ignore[index]
    read = read_ledger(path)
    assert (read.lines, read.missing) == (len(lines) + len(held), 0)


def checked(path: Path) -> str:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("ledger-check", str(path), "--json", stdout=out, stderr=io.StringIO())
    found = json.loads(out.getvalue())
    return json.dumps(found, ensure_ascii=False)
