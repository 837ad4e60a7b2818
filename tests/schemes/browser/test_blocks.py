"""The grid as a spreadsheet, in a real Chromium: cut, copied, repeated, found, changed together."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from maillage.kernel.models import Event
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.models import Placement
from tests.browsing import Stage, drafted
from tests.schemes.browser.test_grid import at, held, modes, saved


@pytest.fixture
def site(stage: Stage) -> SimpleNamespace:
    world = stage(drafted)
    world.url = reverse("schemes:grid", args=[world.edition.pk])
    return world


def clip(page: Page, kind: str, text: str = "", html: str = "") -> dict[str, str]:
    """Copy, cut or paste as a keyboard does; what is then on the clipboard."""
    found: dict[str, str] = page.evaluate(
        """([kind, text, html]) => {
        const data = new DataTransfer();
        if (text) data.setData("text/plain", text);
        if (html) data.setData("text/html", html);
        document.activeElement.dispatchEvent(
          new ClipboardEvent(kind, {clipboardData: data, bubbles: true, cancelable: true}));
        return {text: data.getData("text/plain"), html: data.getData("text/html")};
        }""",
        [kind, text, html],
    )
    return found


def select(page: Page, first: Any, *moves: str) -> None:
    first.click()
    for move in moves:
        page.keyboard.press(f"Shift+Arrow{move}")


def test_blocks_are_copied_repeated_and_moved_whole(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    toasts, box = page.locator("#toasts"), page.locator("#grid-preview .note")

    # A block goes into a larger selection a whole number of times.
    select(page, at(page, "tresorerie", "2022"), "Right", "Down")
    clip(page, "paste", "A\tM+C")
    saved(page)
    assert modes(site.edition, "tresorerie") == ["A", "MC", ""]
    assert modes(site.edition, "paie") == ["A", "MC", "I"]
    # Merged cells of a table stand in each of the cells they cover.
    at(page, "tresorerie", "2022").click()
    merged = "<table><tr><td colspan=2>H</td><td rowspan=2>C</td></tr><tr><td>I<td>?</table>"
    clip(page, "paste", "H\t\tC\nI\t?\t", merged)
    box.get_by_role("button", name="Coller les modes seulement").or_(
        box.get_by_role("button", name="Coller tout")
    ).first.click()
    saved(page)
    assert modes(site.edition, "tresorerie") == ["H", "H", "C"]
    assert modes(site.edition, "paie") == ["I", "?", "C"]
    page.keyboard.press("Control+z")
    saved(page)
    assert modes(site.edition, "paie") == ["A", "MC", "I"]
    assert held(site.edition, "paie", "2027").integration == "regional"  # type: ignore[union-attr]

    # What is not understood is said as it was written, and nothing is pasted.
    clip(page, "paste", "A\tFaux MOT")
    expect(toasts).to_contain_text("Rien n’est collé. Bloc collé, ligne 1")
    expect(toasts).to_contain_text("« Faux MOT »")
    assert modes(site.edition, "tresorerie") == ["A", "MC", ""]

    # Down and to the right: the whole cell. Several fields lost are shown first, and may be left.
    select(page, at(page, "achats", "2024"), "Down")
    page.keyboard.press("Control+d")
    saved(page)
    copy = held(site.edition, "tresorerie", "2024")
    assert copy is not None and copy.lead is not None
    assert (copy.mode, copy.lead.code, copy.source_page) == ("M", "nord", "")
    select(page, at(page, "achats", "2022"), "Right")
    page.keyboard.press("Control+r")
    expect(box).to_contain_text("1 cellule perdrait ce qui y est dit")
    expect(box.locator("tbody tr", has_text="Assuré par")).to_contain_text("Nord")
    accessible(page)
    box.get_by_role("button", name="Ne rien changer").click()
    assert modes(site.edition, "achats") == ["A", "MCH", ""]
    page.keyboard.press("Control+r")
    box.get_by_role("button", name="Recopier les modes seulement").click()
    saved(page)
    kept = held(site.edition, "achats", "2024")
    assert kept is not None and kept.lead is not None
    assert (kept.mode, kept.complementary, kept.lead.code) == ("A", "", "nord")
    page.locator("#grid-carried [data-later]").click()
    page.locator("#grid-undo").click()
    saved(page)

    # Cut stays where it is until it is pasted; then the whole cell moves, as one gesture.
    at(page, "achats", "2024").click()
    cut = clip(page, "cut")
    assert cut["text"] == "M+C+H"
    expect(page.locator("td.is-cut")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("td.is-cut")).to_have_count(0)
    cut = clip(page, "cut")
    at(page, "formation", "2027").click()
    clip(page, "paste", **cut)
    box.get_by_role("button", name="Déplacer tout").click()
    saved(page)
    assert (modes(site.edition, "achats")[1], modes(site.edition, "formation")[2]) == ("", "MCH")
    moved = held(site.edition, "formation", "2027")
    assert moved is not None and moved.served == ["nord", "region", "sud"]
    page.keyboard.press("Control+z")
    saved(page)
    assert (modes(site.edition, "achats")[1], modes(site.edition, "formation")[2]) == ("MCH", "")

    # The handle at the corner of the selection.
    at(page, "tresorerie", "2022").click()
    page.locator(".fill-handle").hover()
    page.mouse.down()
    at(page, "tresorerie", "2027").hover()
    expect(page.locator("td.is-filling")).to_have_count(3)
    page.mouse.up()
    box.get_by_role("button", name="Recopier tout").click()
    saved(page)
    assert modes(site.edition, "tresorerie") == ["A", "A", "A"]

    page.keyboard.press("Control+a")
    expect(page.locator("td.is-selected")).to_have_count(12)
    page.locator("summary", has_text="Touches").click()
    keys = page.locator(".keys")
    assert (
        keys.bounding_box()["y"] + keys.bounding_box()["height"]
        <= page.locator("#grid").bounding_box()["y"]
    )  # type: ignore[index]


def test_what_is_shown_is_copied_and_a_block_is_all_or_nothing(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(f"{site.url}?jalon=2024", site.people.nord.client)
    # The network's value, which the chamber takes; its own cell stays its own when pasted back.
    select(page, at(page, "achats", "2024"), "Right", "Right", "Right")
    copied = clip(page, "copy")
    assert copied["text"] == "M+C+H\tM+C+H\tM+C+H\tA"
    assert copied["html"].startswith("<table>")
    select(page, at(page, "achats", "2024", "nord"), "Right")
    clip(page, "paste", "I\tI")
    expect(page.locator("#toasts")).to_contain_text(
        "Rien n’a changé : 1 cellule en lecture seule dans la sélection."
    )
    assert not Placement.objects.filter(entity__code="nord").exists()


def own(site: SimpleNamespace, process: str, milestone: str) -> Placement | None:
    """The value of its own that the chamber of Nord has there."""
    return Placement.objects.filter(
        edition=site.edition,
        process__code=process,
        milestone__code=milestone,
        entity__code="nord",
    ).first()


def shown(cell: Placement | None) -> tuple[Any, ...]:
    """All that a cell says, but for whose it is and what it rests on."""
    names = ("mode", "complementary", "lead_id", "served", "integration", "rationale", "details")
    assert cell is not None
    return tuple(getattr(cell, name) for name in names)


def rests_on(cell: Placement | None) -> tuple[str, ...]:
    assert cell is not None
    source = ("source_document", "source_page", "source_basis", "source_quote", "provenance")
    return tuple(getattr(cell, name) for name in source)


STATED = ("Schéma d'essai", "p. 2", "", "Les achats sont mis en commun", "stated")


@pytest.mark.parametrize("gesture", ["paste", "Control+d", "Control+r", "handle", "move"])
def test_a_copied_value_travels_without_what_it_rests_on(
    site: SimpleNamespace, open_page: Any, accessible: Any, gesture: str
) -> None:
    quoted = dict(zip(("source_quote", "provenance"), STATED[-2:], strict=True))
    place_cells(site.edition, [CellEdit("achats", "2024", "", quoted)], actor=INSTALLATION)
    page = open_page(site.url, site.people.administrator.client)
    source = at(page, "achats", "2024")
    to = "achats" if gesture == "Control+r" else "tresorerie"
    when = "2027" if gesture == "Control+r" else "2024"
    source.click()
    if gesture == "handle":
        page.locator(".fill-handle").hover()
        page.mouse.down()
        at(page, to, when).hover()
        page.mouse.up()
    elif gesture in ("paste", "move"):
        copied = clip(page, "cut" if gesture == "move" else "copy")
        at(page, to, when).click()
        clip(page, "paste", **copied)
        if gesture == "move":
            page.get_by_role("button", name="Déplacer tout").click()
    else:
        page.keyboard.press("Shift+ArrowDown" if gesture.endswith("d") else "Shift+ArrowRight")
        page.keyboard.press(gesture)
    saved(page)
    copy = held(site.edition, to, when)
    assert copy is not None and (copy.mode, copy.complementary, copy.lead_id) != ("", "", None)
    assert (copy.mode, copy.served) == ("M", ["nord", "region", "sud"])
    assert rests_on(copy) == ("", "", "", "", "")
    # It is said, and given to whoever means it; undone, it goes first.
    note = page.locator("#grid-preview .note")
    expect(note).to_contain_text(
        "1 cellule sans la source de ce qui est recopié (Schéma d'essai, p. 2)."
    )
    accessible(page)
    note.get_by_role("button", name="La source parle aussi de ces cellules").click()
    saved(page)
    expect(note).to_have_count(0)
    assert rests_on(held(site.edition, to, when)) == STATED
    page.keyboard.press("Control+z")
    saved(page)
    assert rests_on(held(site.edition, to, when)) == ("", "", "", "", "")
    page.keyboard.press("Control+z")
    saved(page)
    assert held(site.edition, to, when) is None
    assert rests_on(held(site.edition, "achats", "2024")) == STATED


def test_a_cell_that_keeps_its_mode_keeps_what_it_rests_on(
    site: SimpleNamespace, open_page: Any
) -> None:
    own_source = {"mode": "M", "source_document": "Note", "source_page": "p. 4"}
    edit = CellEdit("tresorerie", "2024", "", own_source)
    place_cells(site.edition, [edit], actor=INSTALLATION)
    page = open_page(site.url, site.people.administrator.client)
    select(page, at(page, "achats", "2024"), "Down")
    page.keyboard.press("Control+d")
    saved(page)
    copy = held(site.edition, "tresorerie", "2024")
    assert rests_on(copy) == ("Note", "p. 4", "", "", "")
    assert copy is not None and copy.complementary == "CH"
    expect(page.locator("#grid-preview .note")).to_have_count(0)


@pytest.mark.parametrize("search", ["?entite=nord", "?jalon=2024"])
def test_a_value_of_the_network_is_pasted_as_it_is_shown(
    site: SimpleNamespace, open_page: Any, search: str
) -> None:
    """On a value of one's own, which it replaces; whole, with who leads, but for its source."""
    page = open_page(site.url + search, site.people.nord.client)
    source, target = at(page, "achats", "2024", "nord"), at(page, "tresorerie", "2024", "nord")
    expect(source.locator("sup")).to_have_text("CH")
    target.click()
    page.keyboard.press("c")
    saved(page)
    source.click()
    copied = clip(page, "copy")
    assert copied["text"] == "M+C+H" and "null" not in copied["html"]
    target.click()
    clip(page, "paste", **copied)
    saved(page)
    expect(target).not_to_have_class(re.compile("is-inherited"))
    assert shown(own(site, "tresorerie", "2024")) == shown(held(site.edition, "achats", "2024"))
    assert own(site, "achats", "2024") is None
    clip(page, "paste", **copied)
    expect(page.locator("#toasts")).to_contain_text("Rien n’a changé")


def test_a_value_that_would_be_lost_is_shown_beside_the_network_s(
    site: SimpleNamespace, open_page: Any
) -> None:
    edit = {"mode": "C", "source_document": "Note", "source_page": "p. 4"}
    place_cells(site.edition, [CellEdit("tresorerie", "2024", "nord", edit)], actor=INSTALLATION)
    page = open_page(f"{site.url}?entite=nord", site.people.nord.client)
    at(page, "achats", "2024", "nord").click()
    copied = clip(page, "copy")
    at(page, "tresorerie", "2024", "nord").click()
    clip(page, "paste", **copied)
    box = page.locator("#grid-preview .note")
    expect(box.locator("tbody tr", has_text="Mode").first).to_contain_text("Mutualisation")
    expect(box).not_to_contain_text("valeur du réseau")
    box.get_by_role("button", name="Coller tout").click()
    saved(page)
    assert shown(own(site, "tresorerie", "2024")) == shown(held(site.edition, "achats", "2024"))


def test_a_block_of_the_network_s_values_is_pasted_and_repeated(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(f"{site.url}?entite=nord", site.people.nord.client)
    select(page, at(page, "achats", "2022", "nord"), "Right")
    copied = clip(page, "copy")
    at(page, "tresorerie", "2022", "nord").click()
    clip(page, "paste", **copied)
    saved(page)
    for milestone in ("2022", "2024"):
        there = shown(held(site.edition, "achats", milestone))
        assert shown(own(site, "tresorerie", milestone)) == there
    # To the right, then down: from what the network says, on what says nothing of its own.
    select(page, at(page, "achats", "2024", "nord"), "Right")
    page.keyboard.press("Control+r")
    saved(page)
    assert shown(own(site, "achats", "2027")) == shown(held(site.edition, "achats", "2024"))
    page.keyboard.press("Control+z")
    saved(page)
    assert own(site, "achats", "2027") is None
    select(page, at(page, "achats", "2022", "nord"), "Down")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+d")
    saved(page)
    assert shown(own(site, "tresorerie", "2022")) == shown(held(site.edition, "achats", "2022"))
    # What is shown as not known is so pasted, where the network says something.
    at(page, "tresorerie", "2027", "nord").click()
    nothing = clip(page, "copy")
    at(page, "achats", "2022", "nord").click()
    clip(page, "paste", **nothing)
    saved(page)
    assert shown(own(site, "achats", "2022"))[0] == "?"


def test_a_gesture_that_does_nothing_says_so(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(f"{site.url}?entite=nord", site.people.nord.client)
    toasts = page.locator("#toasts")
    at(page, "achats", "2022", "nord").click()
    page.keyboard.press("Control+d")
    expect(toasts).to_contain_text("Rien n’est recopié")
    clip(page, "paste")
    expect(toasts).to_contain_text("il n’y a rien de copié")
    clip(page, "paste", "<x>", "")
    expect(toasts).to_contain_text("Rien n’est collé. Bloc collé")
    assert not Placement.objects.filter(entity__code="nord").exists()


def test_one_field_of_many_cells_is_previewed_then_set_as_one(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    sheet, box = page.locator("#sheet"), page.locator("#grid-preview .note")
    expect(page.locator("#grid-bulk")).to_be_disabled()
    select(page, at(page, "achats", "2022"), "Right", "Right", "Down")
    page.get_by_role("button", name="Modifier 6 cellules…").click()
    sheet.get_by_label("Champ à changer").select_option("Assuré par")
    sheet.get_by_label("Qui assure").select_option("sud")
    expect(sheet).to_contain_text("6 cellules sur 6 changeraient.")
    accessible(page)
    sheet.get_by_role("button", name="Voir les changements").click()
    row = box.locator("tbody tr", has_text="Comptabilité fournisseurs, 2024")
    expect(row).to_contain_text("Nord")
    expect(row).to_contain_text("Sud")
    before = Event.objects.count()
    box.get_by_role("button", name="Changer 6 cellules").click()
    saved(page)
    assert Event.objects.count() == before + 1
    leads = Placement.objects.filter(edition=site.edition, lead__code="sud")
    assert leads.count() == 6
    one = held(site.edition, "achats", "2024")
    assert one is not None and (one.mode, one.source_page) == ("M", "p. 2")
    page.locator("#grid-undo").click()
    saved(page)
    assert leads.count() == 0

    # Finding: what the cells hold, their rows and columns, whatever the accents.
    at(page, "achats", "2022").click()
    page.keyboard.press("Control+f")
    find = page.get_by_label("Chercher dans la grille")
    find.fill("tresorerie")
    count = page.locator("#grid-find [data-count]")
    expect(count).to_have_text("1 sur 3")
    page.keyboard.press("Enter")
    expect(count).to_have_text("2 sur 3")
    page.keyboard.press("Shift+Enter")
    find.fill("p. 2")
    expect(count).to_have_text("1 sur 1")
    page.keyboard.press("Escape")
    expect(at(page, "achats", "2024")).to_be_focused()


def test_a_phone_changes_cells_and_finds_them(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(
        site.url, site.people.administrator.client, width=390, has_touch=True, is_mobile=True
    )
    page.locator("#grid-find-open").tap()
    page.get_by_label("Chercher dans la grille").fill("paie")
    expect(page.locator("#grid-find [data-count]")).to_have_text("1 sur 3")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
