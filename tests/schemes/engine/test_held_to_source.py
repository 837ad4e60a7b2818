"""The newest reading of the real scheme, held to the printed text: each cell and each statement by
a few words of it, at a page that its chapter may have.

What reads the printed text skips where it is not beside the checkout."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from maillage.schemes.engine import referential
from maillage.schemes.engine.document import PlacementDoc, StatementDoc

EDITION = "pays-de-la-loire-2017-2021-edition-3"
SEED = Path(__file__).parents[4] / "shared/seed/000_5f54dfaac7528ae2.txt"
ABSENT = "the printed scheme is not beside this checkout: ../shared/seed"
DOCUMENT = referential.read(EDITION).document
WORDS = 8
"""Of a phrase, at most."""

OPENINGS: dict[tuple[int, int], str] = {
    (2, 3): "Mettre en avant un modèle original",
    (4, 7): "Les services financiers assurent la sécurité",
    (8, 10): "Compte tenu des transformations externes",
    (11, 13): "Avant 2013, la fonction Systèmes d'information",
    (14, 16): "Dans le cadre du SROM, le choix",
    (17, 17): "Les CCI des Pays de la Loire animent",
    (18, 18): "Les engagements formalisés dans le SROM",
}
"""Pages of each chapter, from the table of contents, and the words that open it."""

STEMS = {
    "A": "autonom",
    "C": "coopération",
    "H": "harmonis",
    "M": "mutualis",
    "I": "intégr|délég|délègu|centrali|centrale d'achat",
}
"""What the text calls a mode; integration is defined by it as centralisation or delegation."""

DEDUCED = re.compile(
    r"dédui|n’est pas nommé|sans que le texte nomme|lue comme|répond à la définition"
)
"""How a basis says that the mode is our reading."""

Held = PlacementDoc | StatementDoc


def plain(text: str) -> str:
    """On one line, without marks of layout, under one kind of apostrophe and of space."""
    text = re.sub(r"\*\*|</?\w+>|[#•]|^\s*- ", " ", text, flags=re.MULTILINE)
    return " ".join(text.replace("’", "'").split())


@dataclass(frozen=True)
class Print:
    """The printed text. Offsets are in `text`."""

    text: str
    paragraphs: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls) -> Print:
        if not SEED.exists():
            pytest.skip(ABSENT)
        blocks = [plain(b) for b in re.split(r"\n\s*\n", SEED.read_text("utf-8"))]
        text, spans = "", []
        for block in filter(None, blocks):
            spans.append((len(text), len(text) + len(block)))
            text += block + " "
        return cls(text, tuple(spans))

    def places(self, phrase: str) -> list[int]:
        return [m.start() for m in re.finditer(re.escape(plain(phrase)), self.text)]

    def place(self, held: Held) -> int:
        (found,) = self.places(held.source_quote)
        return found

    def chapter(self, place: int) -> tuple[int, int]:
        starts = {pages: self.text.index(words) for pages, words in OPENINGS.items()}
        return max(pages for pages, start in starts.items() if start <= place)

    def opens(self, place: int) -> bool:
        """Whether it is in the first paragraph of its chapter, whose page is known."""
        start = self.text.index(OPENINGS[self.chapter(place)])
        return any(first <= start <= place <= last for first, last in self.paragraphs)


@pytest.fixture(scope="module")
def printed() -> Print:
    return Print.read()


def pages_of(held: Held) -> tuple[int, ...]:
    cited = re.fullmatch(r"p\.\u00a0(\d+)(?:-(\d+))?(?: \(déduite\))?", held.source_page)
    assert cited, held.source_page
    return tuple(int(number) for number in cited.groups() if number)


HELD: list[Held] = [*DOCUMENT.placements, *DOCUMENT.statements]


def name(held: Held) -> str:
    return held.code if isinstance(held, StatementDoc) else f"{held.process}|{held.milestone}"


@pytest.mark.parametrize("held", HELD, ids=name)
def test_a_phrase_is_in_the_text_once_and_short(held: Held, printed: Print) -> None:
    assert 1 <= len(held.source_quote.split()) <= WORDS
    assert len(printed.places(held.source_quote)) == 1


@pytest.mark.parametrize("held", HELD, ids=name)
def test_its_page_is_one_of_its_chapter_and_is_known_or_said_deduced(
    held: Held, printed: Print
) -> None:
    """The table of contents tells where a chapter begins, and so its first paragraph; it tells the
    page of all that a chapter of one page holds. The rest is deduced, and says so."""
    place, pages = printed.place(held), pages_of(held)
    first, last = printed.chapter(place)
    assert all(first <= page <= last for page in pages)
    known = first == last or (pages == (first,) and printed.opens(place))
    assert known is ("(déduite)" not in held.source_page)


def test_what_stands_later_in_the_text_is_never_at_an_earlier_page(printed: Print) -> None:
    chapters: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for held in HELD:
        place = printed.place(held)
        chapters[printed.chapter(place)].append((place, pages_of(held)[0]))
    assert len(chapters) == 5
    for found in chapters.values():
        assert all(before[1] <= after[1] for before, after in pairwise(sorted(found)))


STATED = [cell for cell in DOCUMENT.placements if cell.provenance == "stated"]


@pytest.mark.parametrize("cell", STATED, ids=name)
def test_what_is_said_to_be_stated_is_near_the_name_of_its_mode(
    cell: PlacementDoc, printed: Print
) -> None:
    place = printed.place(cell)
    opening = printed.text.index(OPENINGS[printed.chapter(place)])
    around = printed.text[max(opening, place - 700) : place + 120].lower()
    assert re.search(STEMS[cell.mode], around)


def test_each_known_cell_says_how_it_is_known() -> None:
    for cell in DOCUMENT.placements:
        assert bool(cell.provenance) is (cell.mode != "?"), cell.key
        if cell.provenance == "inferred":
            assert DEDUCED.search(cell.source_basis), cell.key


def test_what_is_carried_forward_was_known_at_an_earlier_milestone() -> None:
    rank = {milestone.code: place for place, milestone in enumerate(DOCUMENT.milestones)}
    known = {cell.key: cell for cell in DOCUMENT.placements if cell.mode != "?"}
    carried = [cell for cell in known.values() if cell.provenance == "carried"]
    assert carried
    for cell in carried:
        before = [
            known[cell.process, code, ""]
            for code in rank
            if rank[code] < rank[cell.milestone] and (cell.process, code, "") in known
        ]
        assert before[-1].mode == cell.mode, cell.key
        assert before[-1].lead == cell.lead, cell.key
