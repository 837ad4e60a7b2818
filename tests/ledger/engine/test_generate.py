"""The generator of books, against a plain re-reading of what it wrote."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from maillage.network.rules import siren_fault
from tests.depth import drawn
from tests.generated_books import (
    COLUMNS,
    FORMATS,
    LEAST,
    SIX,
    BookEntity,
    Truth,
    generate_books,
)
from tests.generated_books.chart import FAMILIES

LINES = 60_000
Row = dict[str, str]


def cents(text: str) -> int:
    if not text:
        return 0
    units, _, rest = text.partition(",")
    return int(units) * 100 + int(rest.ljust(2, "0"))


def rows(path: Path) -> Iterator[Row]:
    """The lines of one book, Montant and Sens turned into Debit and Credit."""
    form = FORMATS[[p.name for p in sorted(path.parent.iterdir())].index(path.name) % len(FORMATS)]
    text = path.read_bytes().decode(form.encoding)
    assert text.endswith(form.end)
    lines = text.removesuffix(form.end).split(form.end)
    names = lines[0].split(form.separator)
    for line in lines[1:]:
        row = dict(zip(names, line.split(form.separator), strict=True))
        if "Sens" in row:
            amount, side = row.pop("Montant"), row.pop("Sens")
            assert side in {"D", "C"}
            row |= (
                {"Debit": amount, "Credit": ""} if side == "D" else {"Debit": "", "Credit": amount}
            )
        yield row


def entries(path: Path) -> Iterator[list[Row]]:
    """The lines of one book, entry by entry, in order of the file."""
    entry: list[Row] = []
    for row in rows(path):
        if entry and entry[0]["EcritureNum"] != row["EcritureNum"]:
            yield entry
            entry = []
        entry.append(row)
    yield entry


def net(row: Row) -> int:
    return cents(row["Debit"]) - cents(row["Credit"])


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate_books(tmp_path_factory.mktemp("books"), seed=7, lines=LINES)


def by_entity(truth: Truth) -> Iterator[tuple[str, Path]]:
    return zip(truth.entities, truth.files, strict=True)


def test_the_same_seed_gives_the_same_bytes(truth: Truth, tmp_path: Path) -> None:
    again = generate_books(tmp_path / "again", seed=7, lines=LINES)
    other = generate_books(tmp_path / "other", seed=8, lines=LINES)
    for one, two, three in zip(truth.files, again.files, other.files, strict=True):
        assert one.read_bytes() == two.read_bytes() != three.read_bytes()
    assert truth.balances == again.balances != other.balances
    assert truth.differences == again.differences


def test_a_seed_keeps_its_meaning(tmp_path: Path) -> None:
    """Figures measured on a seed stay comparable: change this digest only on purpose."""
    truth = generate_books(tmp_path, seed=1, lines=5_000)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in truth.files)).hexdigest()
    assert digest[:16] == "e013d346d7aa5ec4"


@pytest.mark.parametrize("seed", drawn(3, 12))
@pytest.mark.parametrize("lines", [6 * LEAST, 6 * LEAST + 1, 1234, 20_011])
def test_the_books_hold_the_lines_asked_for(tmp_path: Path, seed: int, lines: int) -> None:
    truth = generate_books(tmp_path, seed=seed, lines=lines)
    assert truth.lines == lines
    assert sum(1 for path in truth.files for _ in rows(path)) == lines


def test_a_nineteenth_column_bears_axes_and_changes_nothing_else(tmp_path: Path) -> None:
    plain = generate_books(tmp_path / "plain", seed=2, lines=5_000)
    borne = generate_books(tmp_path / "borne", seed=2, lines=5_000, axes=("A1", "A2", "A3"))
    assert borne.balances == plain.balances
    seen: Counter[tuple[str, str]] = Counter()
    for one, two in zip(plain.files, borne.files, strict=True):
        for row, more in zip(rows(one), rows(two), strict=True):
            axis = more.pop("CodeAction")
            assert more == row
            seen["67" if row["CompteNum"][0] in "67" else "", axis] += 1
    assert {axis for kind, axis in seen if not kind} == {""}
    assert {axis for kind, axis in seen if kind} == {"", "A1", "A2", "A3"}
    assert min(seen.values()) > 100


def test_too_few_lines_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="600"):
        generate_books(tmp_path, seed=1, lines=599)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_other_chambers_may_be_given(tmp_path: Path, count: int) -> None:
    chambers = tuple(BookEntity(f"X{n}", f"Chambre {n}", f"00000000{n}") for n in range(count))
    truth = generate_books(tmp_path, seed=1, lines=3_000, entities=chambers, year=2024)
    assert truth.entities == tuple(chamber.code for chamber in chambers)
    assert sum(1 for path in truth.files for _ in rows(path)) == 3_000
    assert {month[:4] for _, month, _ in truth.balances} == {"2024"}
    assert all(name.name.endswith("FEC20241231.txt") for name in truth.files)


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    generate_books(tmp_path, seed=1, lines=900, progress=lambda *step: told.append(step))
    assert told == sorted(told) and told[-1] == (900, 900)


def test_chambers_are_fictitious_and_their_siren_valid() -> None:
    assert len({chamber.siren for chamber in SIX}) == len({chamber.code for chamber in SIX}) == 6
    for chamber in SIX:
        assert "fictive" in chamber.name
        assert len(chamber.siren) == 9 and not siren_fault(chamber.siren)
        wrong = chamber.siren[:-1] + str((int(chamber.siren[-1]) + 1) % 10)
        assert siren_fault(wrong)


def test_encodings_separators_and_line_ends_really_differ(truth: Truth) -> None:
    heads = [path.read_bytes() for path in truth.files]
    utf8 = 0
    for content, form in zip(heads, FORMATS, strict=True):
        try:
            content.decode("utf-8")
            utf8 += 1
        except UnicodeDecodeError:
            assert form.encoding == "iso8859-15"
            assert "\N{EURO SIGN}" in content.decode(form.encoding)  # where latin-1 differs
            assert "œ" in content.decode(form.encoding)
    assert utf8 == 3
    first = [content.split(b"\n", 1)[0] for content in heads]
    assert sum(line.startswith(b"\xef\xbb\xbf") for line in first) == 1
    assert {line.count(b"\t") for line in first} == {0, 17}
    assert {line.count(b"|") for line in first} == {0, 17}
    assert {line.endswith(b"\r") for line in first} == {True, False}
    assert sum(b"Sens" in line for line in first) == 1


def test_the_truth_is_what_the_files_say(truth: Truth) -> None:
    found: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    partners: Counter[tuple[str, str, str]] = Counter()
    for code, path in by_entity(truth):
        for row in rows(path):
            month = f"{row['EcritureDate'][:4]}-{row['EcritureDate'][4:6]}"
            cell = found[code, month, row["CompteNum"]]
            cell[0] += cents(row["Debit"])
            cell[1] += cents(row["Credit"])
            if row["CompAuxNum"] in truth.entities:
                root = truth.accounts[row["CompteNum"]]
                partners[code, row["CompAuxNum"], FAMILIES[root]] += net(row)
    assert {key: tuple(sums) for key, sums in found.items()} == truth.balances
    assert dict(partners) == truth.partners


def test_entries_balance_and_follow_each_other(truth: Truth) -> None:
    for path in truth.files:
        numbers: Counter[str] = Counter()
        latest, opening = "", True
        for entry in entries(path):
            first = entry[0]
            assert 2 <= len(entry) <= 6
            assert sum(net(row) for row in entry) == 0
            assert all(cents(row["Debit"]) + cents(row["Credit"]) > 0 for row in entry)
            assert {(row["JournalCode"], row["EcritureDate"]) for row in entry} == {
                (first["JournalCode"], first["EcritureDate"])
            }
            numbers[first["JournalCode"]] += 1
            assert (
                first["EcritureNum"] == f"{first['JournalCode']}{numbers[first['JournalCode']]:08d}"
            )
            assert latest <= first["EcritureDate"] <= "20251231"
            latest = first["EcritureDate"]
            opening &= first["JournalCode"] == "AN"
            assert opening == (first["JournalCode"] == "AN")
        assert set(numbers) == {"AN", "AC", "VE", "BQ", "PA", "OD", "IC"}


def test_lines_are_complete(truth: Truth) -> None:
    for path in truth.files:
        labels: dict[str, str] = {}
        for row in rows(path):
            assert set(row) == set(COLUMNS)
            for name in ("EcritureDate", "PieceDate", "ValidDate"):
                dt.datetime.strptime(row[name], "%Y%m%d")
            assert labels.setdefault(row["CompteNum"], row["CompteLib"]) == row["CompteLib"]
            assert 6 <= len(row["CompteNum"]) <= 8 and row["CompteNum"].isdigit()
            for one, two in (
                ("CompAuxNum", "CompAuxLib"),
                ("EcritureLet", "DateLet"),
                ("Montantdevise", "Idevise"),
            ):
                assert bool(row[one]) == bool(row[two])
            assert all(row[name] for name in ("JournalLib", "CompteLib", "PieceRef", "EcritureLib"))


def test_there_are_some_three_hundred_accounts(truth: Truth) -> None:
    used = {account for _, _, account in truth.balances}
    assert 280 <= len(used) <= 320
    assert used <= set(truth.accounts)


def test_lettered_lines_cancel_out(truth: Truth) -> None:
    for path in truth.files:
        sums: Counter[tuple[str, str, str]] = Counter()
        dates: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for row in rows(path):
            if row["EcritureLet"]:
                key = (row["CompteNum"], row["CompAuxNum"], row["EcritureLet"])
                sums[key] += net(row)
                dates[key].add(row["DateLet"])
                assert row["DateLet"] >= row["EcritureDate"]
        assert len(sums) > 400
        assert not any(sums.values())
        assert all(len(found) == 1 for found in dates.values())


def test_intercompany_entries_have_their_mirror_but_those_listed(truth: Truth) -> None:
    said: dict[str, dict[str, int]] = defaultdict(dict)
    for code, path in by_entity(truth):
        for entry in entries(path):
            for row in entry:
                if row["JournalCode"] == "IC" and row["CompteNum"][:2] in {"45", "18", "41", "40"}:
                    assert row["CompAuxNum"] in set(truth.entities) - {code}
                    said[row["PieceRef"]][code] = net(row)
    unlike = {piece: nets for piece, nets in said.items() if len(nets) < 2 or sum(nets.values())}
    assert len(said) > 200
    assert set(unlike) == {difference.piece for difference in truth.differences}
    for difference in truth.differences:
        nets = unlike[difference.piece]
        assert nets[difference.entity] == difference.cents
        assert nets.get(difference.partner, 0) == difference.mirrored
        assert (difference.kind == "pending") == (difference.partner not in nets)
    assert Counter(d.kind for d in truth.differences) == {"pending": 3, "amount": 3}


def test_what_chambers_owe_each_other_differs_by_the_listed_differences(truth: Truth) -> None:
    between = {"451": "451", "18": "18", "411": "401", "401": "411"}
    gaps: Counter[tuple[str, str]] = Counter()
    for one in truth.entities:
        for other in truth.entities:
            for family, mirror in between.items():
                gap = truth.partners.get((one, other, family), 0)
                gap += truth.partners.get((other, one, mirror), 0)
                gaps[tuple(sorted((one, other)))] += gap  # type: ignore[index]
    expected: Counter[tuple[str, str]] = Counter()
    for difference in truth.differences:
        pair = tuple(sorted((difference.entity, difference.partner)))
        expected[pair] += 2 * (difference.cents + difference.mirrored)  # type: ignore[index]
    assert {pair: gap for pair, gap in gaps.items() if gap} == {
        pair: gap for pair, gap in expected.items() if gap
    }


def test_amounts_are_skewed(truth: Truth) -> None:
    amounts = sorted(abs(net(row)) for row in rows(truth.files[0]))
    median, mean = amounts[len(amounts) // 2], sum(amounts) // len(amounts)
    assert mean > 2 * median
    assert amounts[-1] > 100 * median
