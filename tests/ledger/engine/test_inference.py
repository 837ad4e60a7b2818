"""What lines do not name themselves: the same by the compiled pass, at length, from the store."""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from maillage.ledger.engine import inference, scan, soundness, survey
from maillage.ledger.engine.consolidation import Book, consolidate, consolidate_cubes
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import Mapping, Rule
from maillage.ledger.engine.partners import Attached, Known, Named, Partners
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.queries.consolidated import as_labelled
from maillage.ledger.views.lines import shares_of
from tests.depth import drawn
from tests.ledger.engine.fec_text import HEAD, written

Line = tuple[str, str, int]
"""Account, auxiliary, cents: debit above zero."""

PARTNERS = Partners(
    {("", "REG"): "reg", ("", "SUD"): "sud", ("nord", "C1"): "reg", ("est", "C2"): "sud"},
    {("nord", "451100"): "sud"},
)
KNOWN = PARTNERS.known_to("nord")
PERIMETER = Perimeter(("nord", "reg", "sud"), PARTNERS)
RULES = Mapping((Rule("4", "451"), Rule("6", "6218"), Rule("7", "7084"), Rule("5", "512")))


def rows_of(entries: Iterable[Sequence[Line]], labels: Sequence[str] = ()) -> list[list[str]]:
    """Entries in one journal, one a day from 1 January, each line under its entry's label."""
    rows = [list(HEAD)]
    for rank, lines in enumerate(entries):
        day = f"{dt.date(2025, 1, 1) + dt.timedelta(days=rank % 365):%Y%m%d}"
        label = labels[rank] if rank < len(labels) else "Libellé"
        for account, aux, cents in lines:
            amount = f"{abs(cents) // 100},{abs(cents) % 100:02}"
            sides = (amount, "0,00") if cents > 0 else ("0,00", amount)
            third = (aux, "Tiers") if aux else ("", "")
            rows.append(
                ["OD", "Divers", str(rank + 1), day, account, f"Compte {account}", *third,
                 "P1", day, label, *sides, "", "", day, "", ""]
            )  # fmt: skip
    return rows


CASES: dict[str, tuple[Sequence[Line], set[tuple[str, str, str]]]] = {
    "the line's auxiliary, then its entry": (
        [("411000", "REG", 100), ("708400", "", -100)],
        {("411000", "reg", "auxiliaire"), ("708400", "reg", "ecriture")},
    ),
    "in any case": (
        [("621800", "", 100), ("401000", "rEg", -100)],
        {("621800", "reg", "ecriture"), ("401000", "reg", "auxiliaire")},
    ),
    "a number of this book": (
        [("621800", "", 100), ("401000", "C1", -100)],
        {("621800", "reg", "ecriture"), ("401000", "reg", "auxiliaire")},
    ),
    "a number of another book is nobody's": (
        [("621800", "", 100), ("401000", "C2", -100)],
        {("621800", "", ""), ("401000", "", "")},
    ),
    "the account means a chamber": (
        [("451100", "", 100), ("708400", "", -100)],
        {("451100", "sud", "compte"), ("708400", "sud", "ecriture")},
    ),
    "the auxiliary wins over the account": (
        [("451100", "REG", 100), ("708400", "", -100)],
        {("451100", "reg", "auxiliaire"), ("708400", "reg", "ecriture")},
    ),
    "the account speaks where the auxiliary is nobody's": (
        [("451100", "X9", 100), ("708400", "", -100)],
        {("451100", "sud", "compte"), ("708400", "sud", "ecriture")},
    ),
    "two chambers give none": (
        [("411000", "REG", 100), ("411000", "SUD", 50), ("708400", "", -150)],
        {("411000", "reg", "auxiliaire"), ("411000", "sud", "auxiliaire"), ("708400", "", "")},
    ),
    "an auxiliary and an account of two chambers give none": (
        [("411000", "REG", 100), ("451100", "", 50), ("708400", "", -150)],
        {("411000", "reg", "auxiliaire"), ("451100", "sud", "compte"), ("708400", "", "")},
    ),
    "two numbers of one chamber are one": (
        [("411000", "REG", 100), ("411000", "C1", 50), ("708400", "", -150)],
        {("411000", "reg", "auxiliaire"), ("708400", "reg", "ecriture")},
    ),
    "somebody else's auxiliary gives none": (
        [("411000", "REG", 100), ("411000", "CLI1", 50), ("708400", "", -150)],
        {("411000", "reg", "auxiliaire"), ("411000", "", ""), ("708400", "", "")},
    ),
    "the chamber comes after": (
        [("708400", "", -50), ("445710", "", -10), ("411000", "REG", 60)],
        {("708400", "reg", "ecriture"), ("445710", "reg", "ecriture"),
         ("411000", "reg", "auxiliaire")},
    ),
    "what may be somebody's is for amounts to say": (
        [("708400", "", -100), ("512000", "", 40), ("411000", "REG", 60)],
        {("708400", "", ""), ("512000", "", ""), ("411000", "reg", "auxiliaire")},
    ),
    "a payment": (
        [("401000", "REG", 100), ("512000", "", -100)],
        {("401000", "reg", "auxiliaire"), ("512000", "", "")},
    ),
    "nobody": (
        [("606000", "", 100), ("512000", "", -100)], {("606000", "", ""), ("512000", "", "")},
    ),
}  # fmt: skip
LABELS = Partners(PARTNERS.numbers, PARTNERS.accounts, {("nord", "cci sud"): "sud"})


def told(cube: Iterable[survey.CubeRow]) -> set[tuple[str, str, str]]:
    return {(row.account, row.partner, row.means) for row in cube}


def one_pass(path: Path, known: Known) -> tuple[survey.CubeRow, ...] | None:
    read = survey._one_pass(path, known)
    return read.cube if read else None


def at_length(path: Path, known: Known) -> tuple[survey.CubeRow, ...]:
    with TemporaryDirectory() as spill:
        return survey._at_length(path, known, Path(spill), 500).cube


@pytest.mark.parametrize("what", CASES)
def test_whom_each_line_is_with(tmp_path: Path, what: str) -> None:
    lines, expected = CASES[what]
    path = written(tmp_path, rows_of([lines]))
    quick = one_pass(path, KNOWN)
    assert quick is not None and told(quick) == expected
    assert at_length(path, KNOWN) == quick


def test_a_label_speaks_last_and_where_confirmed(tmp_path: Path) -> None:
    entries = [
        [("708400", "", -100), ("512000", "", 100)],
        [("621800", "", 100), ("401000", "REG", -100)],
        [("606000", "", 100), ("401000", "CLI1", -100)],
        [("607000", "", 100), ("512000", "", -100)],
    ]
    labels = ["Reversement CCI Sud 03", "Cci sud", "CCI SUD", "CCI Sûd"]
    path = written(tmp_path, rows_of(entries, labels))
    found = survey.survey(path, LABELS.known_to("nord"))
    assert told(found.cube) == {
        ("708400", "sud", "libelle"),
        ("512000", "sud", "libelle"),
        ("621800", "reg", "ecriture"),
        ("401000", "reg", "auxiliaire"),
        ("606000", "", ""),  # the entry names its supplier, who is no chamber
        ("401000", "", ""),
        ("607000", "", ""),
        ("512000", "", ""),
    }
    assert told(survey.survey(path, LABELS.known_to("est")).cube) >= {("708400", "", "")}


NAMING = {
    "a supplier": ([("625100", "", 100), ("445660", "", 20), ("401000", "TAXI", -120)], False),
    "staff": ([("625100", "", 45), ("421000", "", -45)], False),
    "staff, by number": ([("625100", "", 45), ("421000", "MARTIN", -45)], False),
    "cash": ([("625700", "", 45), ("530000", "", -45)], False),
    "the bank alone": ([("625700", "", 45), ("512000", "", -45)], True),
    "a supplier nobody names": ([("625700", "", 45), ("401000", "", -45)], True),
    "an account of chambers beside": (
        [("621800", "", 145), ("401000", "TAXI", -45), ("451000", "", -100)], True
    ),
}  # fmt: skip


@pytest.mark.parametrize("label", ["Réunion CCIR Hautes-Plaines", "FACT ccir  hautes plaines"])
@pytest.mark.parametrize("whom", NAMING)
def test_words_of_a_label_never_beat_whom_an_entry_names(
    tmp_path: Path, whom: str, label: str
) -> None:
    lines, is_told = NAMING[whom]
    words = Partners(patterns={("nord", "CCIR Hautes-Plaines"): "sud"})
    path = written(tmp_path, rows_of([lines], [label]))
    found = told(survey.survey(path, words.known_to("nord")).cube)
    by_label = {account for account, partner, means in found if means == "libelle"}
    assert by_label == ({account for account, aux, _ in lines if not aux} if is_told else set())
    assert {partner for _, partner, means in found if means} == ({"sud"} if is_told else set())


def random_entries(seed: int) -> list[list[Line]]:
    rng = Random(seed)
    entries = []
    for _ in range(40):
        lines: list[Line] = []
        for _ in range(rng.randint(1, 5)):
            account = rng.choice(["411000", "401000", "451100", "708400", "621800", "512000"])
            aux = rng.choice(["", "", "", "REG", "reg", "SUD", "C1", "C2", "CLI1"])
            lines.append((account, aux, rng.choice([-1, 1]) * rng.randint(1, 999)))
        balance = sum(cents for *_, cents in lines)
        last = rng.choice(["512000", "708400", "445660", "215000"])
        entries.append([*lines, (last, "", -balance or 5)] + ([(last, "", -5)] * (not balance)))
    return entries


def by_hand(entries: Iterable[Sequence[Line]]) -> dict[tuple[str, str, str], list[int]]:
    """(account, partner, means) -> debit, credit, in plain Python from the rules in words."""
    numbers, found = {"REG": "reg", "SUD": "sud", "C1": "reg"}, defaultdict(lambda: [0, 0])
    for lines in entries:
        named: list[tuple[str, str]] = []
        for account, aux, _ in lines:
            if aux.upper() in numbers:
                named.append((numbers[aux.upper()], "auxiliaire"))
            elif account == "451100":
                named.append(("sud", "compte"))
            else:
                named.append(("?" if aux else "", ""))
        chambers = {chamber for chamber, _ in named if chamber}
        alone = chambers.pop() if len(chambers) == 1 else ""
        if any(
            account[0] in "1245" and account[:3] != "445" and not (aux or chamber)
            for (account, aux, _), (chamber, _) in zip(lines, named, strict=True)
        ):
            alone = ""  # amounts have to say
        for (account, _, cents), (chamber, means) in zip(lines, named, strict=True):
            with_, how = (chamber, means) if means else ("", "")
            if not chamber and alone not in ("", "?"):
                with_, how = alone, "ecriture"
            found[account, with_, how][cents < 0] += abs(cents)
    return found


@pytest.mark.parametrize("seed", drawn(3, 20))
def test_every_way_infers_as_plain_python_does(tmp_path: Path, seed: int) -> None:
    entries = random_entries(seed)
    path = written(tmp_path, rows_of(entries), separator="|" if seed % 2 else "\t")
    quick = one_pass(path, KNOWN)
    assert quick is not None
    assert at_length(path, KNOWN) == quick
    ours: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in quick:
        cell = ours[row.account, row.partner, row.means]
        cell[0] += row.debit
        cell[1] += row.credit
    assert ours == by_hand(entries)
    ledger = read_ledger(path, store=tmp_path / "store")
    assert ledger.folder is not None
    book = Book("nord", 2025, ledger.folder)
    stored = consolidate([book], RULES, PERIMETER)
    with TemporaryDirectory() as spill:
        slow = survey._at_length(path, KNOWN, Path(spill), 500).entries
    read = survey._one_pass(path, KNOWN)
    assert read is not None
    for entries_of in (read.entries, slow):
        told_of = [("nord", entries_of)]
        assert stored == consolidate_cubes({"nord": quick}, RULES, PERIMETER, (), told_of)
    for chamber in ("reg", "sud"):
        page = entry_lines([book], RULES, Filter(partner=chamber, partners=PARTNERS))
        sides = [(d, c) for (_, with_, _), (d, c) in by_hand(entries).items() if with_ == chamber]
        assert (page.debit, page.credit) == tuple(map(sum, zip(*sides, strict=True)))


JOINT = [
    [("708400", "", -300), ("411000", "REG", 100), ("411000", "SUD", 200)],
    [("621800", "", 50), ("401000", "SUD", -20), ("401000", "CLI1", -30)],
    [("708400", "", -70), ("512000", "", 10), ("411000", "REG", 20), ("411000", "SUD", 40)],
    [("606000", "", 70), ("401000", "REG", -20), ("401000", "SUD", -50)],
    [("708400", "", -9), ("411000", "REG", 9)],
]  # fmt: skip


@pytest.mark.parametrize("block", [1 << 22, 300])
def test_an_entry_of_several_is_shared_however_it_is_read(
    tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever blocks of the file cut it; to its portions, from the figure."""
    monkeypatch.setattr(soundness, "BLOCK", block)
    path = written(tmp_path, rows_of(JOINT))
    read = survey._one_pass(path, KNOWN)
    assert read is not None and len(read.entries) == 4
    found = consolidate_cubes({"nord": read.cube}, RULES, PERIMETER, (), [("nord", read.entries)])
    shared = {(x.account, x.partner, x.net) for x in found.lines if x.means == "partage"}
    assert shared == {
        ("7084", "reg", -100), ("7084", "sud", -200), ("6218", "reg", 20), ("6218", "sud", 70),
    }  # fmt: skip
    assert [(x.account, x.among, x.credit) for x in found.unshared] == [
        ("7084", ("reg", "sud"), 70)
    ]
    ledger = read_ledger(path, store=tmp_path / "store")
    assert ledger.folder is not None
    book = Book("nord", 2025, ledger.folder)
    assert consolidate([book], RULES, PERIMETER) == found
    asked = Filter(account="7084", partner="reg", partners=PARTNERS, families=PERIMETER.families)
    page = entry_lines([book], RULES, asked)
    assert (page.debit, page.credit) == (0, 109)
    assert [line.credit for line in page.lines] == [100, 9]
    whole = entry_lines([book], RULES, replace(asked, partner=""))
    assert [(x.credit, x.shares, x.whole) for x in whole.lines] == [
        (300, (("reg", -100), ("sud", -200)), -300), (70, (), 0), (9, (), 0),
    ]  # fmt: skip
    assert whole.credit == 379, "the line once, whatever it is shared in"
    # Asked with a chamber or not, a line says the same of what each has of it.
    names = {"reg": "Région", "sud": "Sud"}
    said = [[shares_of(x, names) for x in found.lines if x.shares] for found in (page, whole)]
    told = "réparti : Région −1,00 € ; Sud −2,00 €, sur −3,00 € au livre"
    assert [[words.replace("\xa0", " ") for words in side] for side in said] == [[told], [told]]


PLAIN = Mapping(tuple(
    Rule(a, a) for a in ("401", "411", "421", "4511", "512", "530", "6064", "611", "627", "641",
                         "661", "706", "7084")
))  # fmt: skip
GATHERED: dict[str, tuple[Sequence[Line], set[tuple[str, int]], set[tuple[str, int]]]] = {
    "a month of purchases": (
        [("606400", "", 5_000), ("611000", "", 300), ("401000", "", -5_000),
         ("401000", "REG", -300)],
        {("611", 300), ("401", -300)}, set(),
    ),
    "a month of sales": (
        [("411000", "", 8_000), ("411000", "REG", 400), ("706100", "", -8_000),
         ("708410", "", -400)],
        {("411", 400), ("7084", -400)}, set(),
    ),
    "partly paid in cash": (
        [("530000", "", 150), ("411000", "REG", 60), ("706100", "", -210)],
        {("411", 60), ("706", -60)}, set(),
    ),
    "a statement of the bank": (
        [("512000", "", 1_050), ("627000", "", 50), ("661000", "", 100), ("411000", "REG", -1_200)],
        {("411", -1_200)}, {("627", 50), ("661", 100)},
    ),
    "a month of pay": (
        [("611000", "", 200), ("641000", "", 1_000), ("421000", "", -1_000),
         ("401000", "REG", -200)],
        {("611", 200), ("401", -200)}, set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", GATHERED)
@pytest.mark.parametrize("block", [1 << 22, 300])
def test_a_chamber_has_what_amounts_prove_however_it_is_read(
    tmp_path: Path, what: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an entry where third parties stand that no line names; what they do not prove is told."""
    monkeypatch.setattr(soundness, "BLOCK", block)
    lines, mine, left = GATHERED[what]
    path = written(tmp_path, rows_of([lines]))
    read = survey._one_pass(path, KNOWN)
    assert read is not None and len(read.entries) == 1
    found = consolidate_cubes({"nord": read.cube}, PLAIN, PERIMETER, (), [("nord", read.entries)])
    assert {(x.account, x.net) for x in found.lines if x.partner} == mine
    assert {(x.account, x.net) for x in found.eliminations} == mine
    assert {(x.account, x.debit) for x in found.unshared} == left
    assert {x.among for x in found.unshared} == ({("reg",)} if left else set())
    with TemporaryDirectory() as spill:
        slow = survey._at_length(path, KNOWN, Path(spill), 500)
    told_of = [("nord", slow.entries)]
    assert consolidate_cubes({"nord": slow.cube}, PLAIN, PERIMETER, (), told_of) == found
    ledger = read_ledger(path, store=tmp_path / "store")
    assert ledger.folder is not None
    assert consolidate([Book("nord", 2025, ledger.folder)], PLAIN, PERIMETER) == found


def test_an_account_that_takes_no_partner_keeps_out(tmp_path: Path) -> None:
    """Neither its entry nor a sharing gives it one; another account of the entry is as before."""
    entries = [
        [("708400", "", -100), ("411000", "REG", 100)],
        [("708500", "", -100), ("411000", "REG", 60), ("411000", "SUD", 40)],
        [("708600", "", -100), ("411000", "REG", 60), ("411000", "SUD", 40)],
    ]
    path = written(tmp_path, rows_of(entries))
    held = PARTNERS.attached(
        [Attached("nord", "account", "708400", ""), Attached("nord", "account", "708500", "")]
    )
    perimeter = Perimeter(("nord", "reg", "sud"), held)
    read = survey._one_pass(path, held.known_to("nord"))
    assert read is not None
    assert at_length(path, held.known_to("nord")) == read.cube
    told_of = [("nord", read.entries)]
    found = consolidate_cubes({"nord": read.cube}, RULES, perimeter, (), told_of)
    sold = {(x.partner, x.net) for x in found.lines if x.account == "7084"}
    assert sold == {("", -200), ("reg", -60), ("sud", -40)} and not found.unshared
    ledger = read_ledger(path, store=tmp_path / "store")
    assert ledger.folder is not None
    assert consolidate([Book("nord", 2025, ledger.folder)], RULES, perimeter) == found


@pytest.mark.parametrize("broken", [False, True], ids=["one pass", "at length"])
def test_a_code_under_another_label_is_left_and_told(tmp_path: Path, broken: bool) -> None:
    rows = rows_of([[("411000", "reg", 100), ("708400", "", -100)]])
    rows[1][7] = "Boulangerie Martin"
    if broken:
        rows[2][10] = ""
    path = written(tmp_path, rows)
    asked = Partners({("", "REG"): "reg"}, implied={"REG": "Région REG"})
    found = survey.survey(path, asked.known_to("nord"))
    assert found.doubts == (Named("reg", "Boulangerie Martin", 100, 0),)
    assert {(row.partner, row.means) for row in found.cube} == {("", "")}
    cache = tmp_path / "cache"
    os.utime(path, (1, 1))
    survey.remember(found, asked.known_to("nord"), cache)
    assert survey.recall(path, asked.known_to("nord"), cache) == found
    said = asked.attached([Attached("nord", "number", "REG", "reg")])
    assert survey.survey(path, said.known_to("nord")).doubts == ()


@pytest.mark.parametrize("broken", [False, True], ids=["one pass", "at length"])
def test_of_one_number_with_two_labels_one_is_the_chamber(tmp_path: Path, broken: bool) -> None:
    """Lines under the other label are somebody else's, whichever way the book is read, and so is
    what their entry holds; on an account that is a chamber's, they are with it."""
    entries: list[list[tuple[str, str, int]]] = [
        [("411000", "reg", 100), ("708400", "", -100)],
        [("411000", "REG", 40), ("708400", "", -40)],
        [("411000", "REG", 60), ("411000", "SUD", 30), ("708400", "", -90)],
        [("451200", "REG", 7), ("512000", "", -7)],
    ]
    rows = rows_of(entries)
    for row in rows[1:]:
        row[7] = {"reg": "CCI Région", "REG": "Boulangerie Martin"}.get(row[6], row[7])
    if broken:
        rows[2][10] = ""
    path = written(tmp_path, rows)
    held = Partners(
        {("", "REG"): "reg", ("", "SUD"): "sud"}, {("nord", "451200"): "sud"},
        implied={"REG": "Région REG", "SUD": "Sud SUD"},
    )  # fmt: skip
    found = survey.survey(path, held.known_to("nord"))
    (doubt,) = found.doubts
    assert doubt[:4] == ("REG", "Boulangerie Martin", 107, 0) and "CCI Région" in doubt.also
    perimeter = Perimeter(("nord", "reg", "sud"), held)
    told_of = [("nord", found.entries)]
    surveyed = consolidate_cubes({"nord": found.cube}, RULES, perimeter, (), told_of)
    with_ = {(x.account, x.partner, x.means): x.net for x in surveyed.lines if x.account != "512"}
    assert with_ == {
        ("451", "reg", "auxiliaire"): 100, ("7084", "reg", "ecriture"): -100,
        ("451", "", ""): 100, ("7084", "", ""): -100,
        ("451", "sud", "auxiliaire"): 30, ("7084", "sud", "partage"): -30,
        ("451", "sud", "compte"): 7,
    }  # fmt: skip
    ledger = read_ledger(path, store=tmp_path / "store")
    assert ledger.folder is not None
    books = [Book("nord", 2025, ledger.folder)]
    labelled, doubts = as_labelled(held, books)
    assert [d.label for d in doubts] == ["Boulangerie Martin"]
    assert consolidate(books, RULES, replace(perimeter, partners=labelled)) == surveyed


def test_a_book_of_the_store_shows_means_by_axis(tmp_path: Path) -> None:
    rows = rows_of([[("411000", "REG", 300), ("708400", "", -100), ("708400", "", -200)]])
    for row, value in zip(rows, ["CodeAction", "", "A1", "A2"], strict=True):
        row.append(value)
    ledger = read_ledger(written(tmp_path, rows), store=tmp_path / "store")
    assert ledger.folder is not None
    found = consolidate([Book("nord", 2025, ledger.folder)], RULES, PERIMETER)
    told_of = {(l.account, l.partner, l.means, l.axis, l.net) for l in found.lines}  # noqa: E741
    assert told_of == {
        ("451", "reg", "auxiliaire", "", 300),
        ("7084", "reg", "ecriture", "A1", -100),
        ("7084", "reg", "ecriture", "A2", -200),
    }  # fmt: skip


def test_a_chamber_outside_the_perimeter_is_nobody(tmp_path: Path) -> None:
    path = written(tmp_path, rows_of([[("411000", "REG", 100), ("708400", "", -100)]]))
    cube = one_pass(path, KNOWN)
    assert cube
    found = consolidate_cubes({"nord": cube}, RULES, Perimeter(("nord", "sud"), PARTNERS))
    assert {(line.partner, line.means) for line in found.lines} == {("", "")}


def test_an_entry_is_what_the_file_numbers(tmp_path: Path) -> None:
    """Numbers alone balance, each half in a journal of its own: the chamber is that of both."""
    rows = rows_of([[("411000", "REG", 100 + n), ("708400", "", -100 - n)] for n in range(3)])
    for row in rows[2::2]:
        row[0:2] = ["VE", "Ventes"]
    path = written(tmp_path, rows)
    assert read_ledger(path).entry_key == "number"
    assert one_pass(path, KNOWN) is None
    assert told(at_length(path, KNOWN)) == CASES["the line's auxiliary, then its entry"][1]


def test_a_long_entry_takes_its_chamber_at_length(tmp_path: Path) -> None:
    many = scan.MOST_PENDING + 1
    lines = [("708400", "", -1)] * many
    path = written(tmp_path, rows_of([[*lines, ("411000", "REG", many)]]))
    assert one_pass(path, KNOWN) is None
    assert told(survey.survey(path, KNOWN).cube) == CASES["the line's auxiliary, then its entry"][1]
    alone = written(tmp_path, rows_of([[*lines, ("411000", "", many)]]))
    assert one_pass(alone, KNOWN) is not None


def test_tables_that_grow_lose_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        [(f"7{rank:05}", "", -100), ("411000", "REG" if rank % 3 else "SUD", 100)]
        for rank in range(300)
    ]
    path = written(tmp_path, rows_of(entries))
    expected = at_length(path, KNOWN)
    small = scan.new_groups
    monkeypatch.setattr(scan, "new_groups", lambda room=4: small(room))
    found = one_pass(path, KNOWN)
    assert found == expected


def test_numbers_are_spelled_as_the_book_spells_them() -> None:
    known = Known((("REG", "reg"), ("SUD", "sud")))
    assert inference.spelled(known, ["reg", " Reg", "NORD"]).numbers == (
        (" Reg", "reg"),
        ("reg", "reg"),
    )


def test_an_opening_entry_tells_of_its_own_lines_alone(tmp_path: Path) -> None:
    """A loan of a bank is not with the only chamber whose account is opened beside it."""
    rows = rows_of([[("164000", "", -100), ("411000", "REG", 30), ("512000", "", 70)]])
    for journal, label in (("AN", "Divers"), ("OD", "À nouveaux")):
        for row in rows[1:]:
            row[0], row[1] = journal, label
        path = written(tmp_path, rows)
        quick = survey._one_pass(path, KNOWN)
        assert quick is not None
        with TemporaryDirectory() as spill:
            slow = survey._at_length(path, KNOWN, Path(spill), 500)
        for cube in (quick.cube, slow.cube):
            assert {(row.account, row.partner) for row in cube} == {
                ("164000", ""), ("411000", "reg"), ("512000", ""),
            }  # fmt: skip
