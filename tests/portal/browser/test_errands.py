"""Five errands of a newcomer, counted in acts from one's own page, on a desk and on a telephone.

An act is what a person does once: touch a link or a button, press a key that opens something, type
a question. Reading is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from maillage.ledger.models import Book
from tests.architecture.world import World, build
from tests.browsing import OpenPage, Stage, Told
from tests.builders import actors_of

pytestmark = pytest.mark.slow
MOST = 3
HERE = "/reseaux/essai/ma-page/"
WHY = "Qu’est-ce qui a changé le résultat"


def adopted() -> World:
    return build(actors_of, "adopted")


def written() -> World:
    return build(actors_of, "draft")


class Person:
    """Someone at a page, whose acts are counted."""

    def __init__(self, page: Page, on_telephone: bool) -> None:
        self.page, self.on_telephone, self.acts = page, on_telephone, 0

    def touch(self, what: Locator) -> None:
        self.acts += 1
        what.click()

    def search(self, question: str, first: str) -> None:
        """Open the palette, ask, and take the first thing offered, which is named so."""
        self.acts += 3
        if self.on_telephone:
            self.page.get_by_role("link", name="Chercher").click()
        else:
            self.page.keyboard.press("/")
        expect(self.page.get_by_role("combobox", name="Aller à")).to_be_focused()
        self.page.keyboard.type(question)
        expect(self.page.get_by_role("option").first).to_contain_text(first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def who_runs_a_process_for_a_chamber(person: Person) -> None:
    person.search("qui fait la trésorerie en nord en 2027", "Trésorerie, Nord, 2027")
    expect(person.page.locator("main")).to_contain_text("Qui assure")
    expect(person.page.locator("main")).to_contain_text("2027 · Chambre du Nord")


def what_awaits_me(person: Person) -> None:
    expect(person.page.get_by_role("heading", name="Attend votre acte")).to_be_in_viewport()
    expect(person.page.locator(".awaiting.is-acts .button").first).to_be_visible()


def the_result_of_the_network_and_why(person: Person) -> None:
    year = max(Book.objects.values_list("year", flat=True))
    person.touch(person.page.get_by_role("link", name=f"{year} compte de résultat"))
    main = person.page.locator("main")
    expect(main).to_contain_text("Compte de résultat")
    expect(main.locator("tr.is-part").first).to_be_visible()
    person.touch(person.page.get_by_role("link", name="Pourquoi ce résultat"))
    expect(person.page.get_by_role("heading", name=WHY)).to_be_in_viewport()


def why_the_result_of_the_network(person: Person) -> None:
    person.touch(person.page.get_by_role("link", name="pourquoi ce résultat"))
    expect(person.page.get_by_role("heading", name=WHY)).to_be_in_viewport()


def ask_why_the_result_of_the_network(person: Person) -> None:
    person.search("pourquoi le résultat", "Finances › Tableaux de bord")
    expect(person.page.locator("main")).to_contain_text(WHY)


def propose_a_change_of_mode(person: Person) -> None:
    person.search("changer le mode", "Proposer un changement de mode")
    expect(person.page.get_by_role("grid")).to_be_visible()


def propose_a_change_of_one_mode(person: Person) -> None:
    person.search("changer le mode de la trésorerie nord 2027", "Changer le mode : Trésorerie")
    expect(person.page.get_by_role("group", name="Mode dominant")).to_be_visible()


def print_the_booklet(person: Person) -> None:
    person.touch(person.page.get_by_role("link", name="Livret (PDF, Word)"))
    with person.page.expect_navigation():
        person.touch(person.page.get_by_role("button", name="Composer le").first)
    expect(person.page.locator("main")).to_contain_text("Livret (PDF)")


Errand = Callable[[Person], None]
ERRANDS: list[tuple[Errand, Callable[[], World]]] = [
    (who_runs_a_process_for_a_chamber, adopted),
    (what_awaits_me, written),
    (the_result_of_the_network_and_why, adopted),
    (why_the_result_of_the_network, adopted),
    (ask_why_the_result_of_the_network, adopted),
    (propose_a_change_of_mode, written),
    (propose_a_change_of_one_mode, written),
    (print_the_booklet, adopted),
]


@pytest.mark.parametrize(
    ("width", "who"),
    [
        (1440, "administrator"),
        (390, "nord"),
        pytest.param(1440, "nord", marks=pytest.mark.deep),
        pytest.param(390, "administrator", marks=pytest.mark.deep),
    ],
)
@pytest.mark.parametrize(("errand", "world"), ERRANDS, ids=lambda one: one.__name__)
def test_an_errand_takes_three_acts_at_most(
    stage: Stage,
    open_page: OpenPage,
    record_property: Told,
    errand: Errand,
    world: Any,
    width: int,
    who: str,
) -> None:
    client = getattr(stage(world).people, who).client
    person = Person(open_page(HERE, client, width), width < 600)
    errand(person)
    told = errand.__name__.replace("_", " ")
    record_property(f"acts to {told}, {width} px (at most {MOST})", person.acts)
    assert person.acts <= MOST
