"""Entering a draft in a real Chromium: keys, block, undo, conflict, waiting, read-only."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Locator, Page, expect

from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells, propose_edition
from maillage.schemes.models import Edition, Placement
from tests.browsing import Stage, drafted
from tests.builders import PASSWORD

SAVED = re.compile(r"Enregistré à \d\d:\d\d")


@pytest.fixture
def site(stage: Stage) -> SimpleNamespace:
    world = stage(drafted)
    world.url = reverse("schemes:grid", args=[world.edition.pk])
    return world


def at(page: Page, process: str, milestone: str, entity: str = "") -> Locator:
    return page.locator(f'td[data-p="{process}"][data-m="{milestone}"][data-e="{entity}"]')


def held(edition: Edition, process: str, milestone: str, entity: str = "") -> Placement | None:
    cells = Placement.objects.filter(
        edition=edition, process__code=process, milestone__code=milestone
    )
    return (cells.filter(entity__code=entity) if entity else cells.filter(entity=None)).first()


def modes(edition: Edition, process: str) -> list[str]:
    found = [held(edition, process, milestone) for milestone in ("2022", "2024", "2027")]
    return [f"{p.mode}{p.complementary}" if p else "" for p in found]


def saved(page: Page) -> None:
    expect(page.locator("#grid-state")).to_have_text(SAVED)
    expect(page.locator("td.is-saving")).to_have_count(0)


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
        const data = new DataTransfer();
        data.setData("text/plain", text);
        document.activeElement.dispatchEvent(
          new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_keys_move_and_set_modes(site: SimpleNamespace, open_page: Any, accessible: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("m")
    page.keyboard.press("Shift+C")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("?")
    page.keyboard.press("Tab")
    page.keyboard.press("-")
    saved(page)
    assert modes(site.edition, "tresorerie") == ["MC", "?", "-"]
    expect(at(page, "tresorerie", "2027")).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(at(page, "achats", "2022")).to_be_focused()
    page.keyboard.press("End")
    expect(at(page, "achats", "2027")).to_be_focused()
    page.keyboard.press("PageDown")
    expect(at(page, "formation", "2027")).to_be_focused()
    accessible(page)


def test_escape_then_tab_leaves_the_grid(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "achats", "2022").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('#grid')")


def test_undo_gives_back_all_that_a_cell_held(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    before = held(site.edition, "achats", "2024")
    at(page, "achats", "2024").click()
    page.keyboard.press("Delete")
    box = page.locator("#grid-preview")
    expect(box).to_contain_text("1 cellule perdrait ce qui y est dit. Rien n’est encore changé.")
    expect(box).to_contain_text("Schéma d'essai")
    assert held(site.edition, "achats", "2024") is not None
    box.get_by_role("button", name="Vider tout").click()
    toasts = page.locator("#toasts")
    expect(toasts).to_contain_text("1 cellule vidée : Comptabilité fournisseurs, 2024")
    expect(toasts).to_contain_text("« Défaire » la rend")
    saved(page)
    assert held(site.edition, "achats", "2024") is None
    page.keyboard.press("Control+z")
    saved(page)
    after = held(site.edition, "achats", "2024")
    assert before is not None and after is not None
    for name in ("mode", "complementary", "lead_id", "served", "source_document", "source_page"):
        assert getattr(after, name) == getattr(before, name)
    page.keyboard.press("Control+y")
    saved(page)
    assert held(site.edition, "achats", "2024") is None


def test_a_complementary_mode_typed_upon_an_inherited_value_says_what_it_takes(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(f"{site.url}?entite=sud", site.people.administrator.client)
    at(page, "achats", "2022", "sud").click()
    page.keyboard.press("Shift+H")
    expect(page.locator(".toast").last).to_contain_text("s’ajoute à un autre mode, propre à la")
    assert held(site.edition, "achats", "2022", "sud") is None
    page.keyboard.press("m")
    page.keyboard.press("Shift+H")
    saved(page)
    now = held(site.edition, "achats", "2022", "sud")
    assert now is not None and (now.mode, now.complementary) == ("M", "H")


def test_a_range_is_set_copied_and_undone_as_one(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("h")
    saved(page)
    assert modes(site.edition, "tresorerie") == ["H", "H", ""]
    assert modes(site.edition, "paie")[:2] == ["H", "H"]
    copied = page.evaluate(
        """() => { const data = new DataTransfer();
        document.activeElement.dispatchEvent(
          new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
        return data.getData("text/plain"); }"""
    )
    assert copied == "H\tH\r\nH\tH"
    page.locator("#grid-undo").click()
    saved(page)
    assert modes(site.edition, "tresorerie") == ["", "", ""]


def test_dragging_selects_a_range(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "achats", "2022").hover()
    page.mouse.down()
    at(page, "tresorerie", "2027").hover()
    page.mouse.up()
    expect(page.locator("td.is-selected")).to_have_count(6)


def test_a_block_from_a_spreadsheet_is_pasted(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "tresorerie", "2022").click()
    paste(page, "A\tM+C\tsans objet\r\nI\t\t?\r\n")
    # Payroll in 2027 would lose its mode and its option: shown first.
    lost = page.locator("#grid-preview tbody tr", has_text="Option d’intégration")
    expect(lost).to_contain_text("Paie, 2027")
    assert modes(site.edition, "tresorerie") == ["", "", ""]
    page.get_by_role("button", name="Coller tout").click()
    saved(page)
    assert modes(site.edition, "tresorerie") == ["A", "MC", "-"]
    assert modes(site.edition, "paie") == ["I", "", "?"]
    paste(page, "A\nfaux")
    expect(page.locator("#toasts")).to_contain_text("faux")
    at(page, "formation", "2027").click()
    paste(page, "A\tA")
    expect(page.locator("#toasts")).to_contain_text("dépasse la grille")
    assert modes(site.edition, "formation") == ["-", "", ""]


@pytest.mark.parametrize("keep", [True, False])
def test_a_conflict_is_shown_and_settled(
    site: SimpleNamespace, open_page: Any, accessible: Any, keep: bool
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    other = CellEdit("achats", "2024", "", {"mode": "I", "rationale": "Décidé ailleurs"})
    place_cells(site.edition, [other], actor=site.people.finances.actor)
    at(page, "achats", "2024").click()
    page.keyboard.press("a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("h")
    box = page.locator("#grid-conflicts .note")
    expect(box).to_contain_text(str(site.people.finances.user))
    expect(box).to_contain_text("Autonomie")
    expect(box).to_contain_text("Intégration")
    expect(at(page, "achats", "2024")).to_have_class(re.compile("is-conflict"))
    expect(page.locator("#grid-state")).to_have_text("1 conflit à régler")
    assert modes(site.edition, "achats")[1:] == ["ICH", "H"]
    accessible(page)
    box.locator("[data-keep]" if keep else "[data-take]").click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None and now.mode == ("A" if keep else "I")
    assert now.rationale == "Décidé ailleurs", "what is not typed here is nobody's to erase"
    expect(at(page, "achats", "2024")).to_contain_text("A" if keep else "I")
    expect(box).to_have_count(0)


def _others(site: SimpleNamespace, **changes: Any) -> None:
    """Somebody else sets a cell this page has read."""
    edit = CellEdit("achats", "2024", "", changes)
    place_cells(site.edition, [edit], actor=site.people.finances.actor)


def _in_the_panel(page: Page, **texts: str) -> None:
    at(page, "achats", "2024").click()
    page.keyboard.press("Enter")
    sheet = page.locator("#sheet")
    for label, text in texts.items():
        field = sheet.get_by_label(label.replace("_", " "), exact=True)
        field.select_option(text) if label == "Qui_assure" else field.fill(text)
    sheet.get_by_role("button", name="Enregistrer").click()


def test_a_stale_page_sets_only_the_fields_typed_there(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    _others(site, lead="sud", rationale="Décidé ailleurs")
    _in_the_panel(page, Page="p. 9")
    box = page.locator("#grid-conflicts .note")
    expect(box.locator("tbody tr")).to_have_text(["Page p. 9 p. 2"], use_inner_text=True)
    expect(box).to_contain_text("Assuré par : Sud")
    expect(box).to_contain_text("Justification : Décidé ailleurs")
    box.get_by_role("button", name="Garder la mienne").click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None and now.lead is not None
    assert (now.source_page, now.lead.code, now.rationale) == ("p. 9", "sud", "Décidé ailleurs")
    page.locator("#grid-undo").click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None and now.lead is not None
    assert (now.source_page, now.lead.code, now.rationale) == ("p. 2", "sud", "Décidé ailleurs")


def test_a_conflict_is_settled_field_by_field(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    _others(site, lead="sud", rationale="La leur", source_page="p. 7")
    _in_the_panel(page, Qui_assure="region", Justification="La mienne")
    box = page.locator("#grid-conflicts .note")
    rows = box.locator("tbody tr")
    expect(rows.locator("th")).to_have_text(["Assuré par", "Justification"])
    expect(rows.first).to_contain_text("Région")
    expect(rows.first).to_contain_text("Sud")
    accessible(page)
    save = box.get_by_role("button", name="Enregistrer ces choix")
    expect(box.locator("input:checked")).to_have_count(0)
    expect(save).to_be_disabled()
    rows.first.get_by_label("Sud").check()
    expect(save).to_be_disabled()
    rows.last.get_by_label("La mienne").check()
    save.click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None and now.lead is not None
    assert (now.lead.code, now.rationale, now.source_page) == ("sud", "La mienne", "p. 7")


@pytest.mark.parametrize("way", ["keep", "choose"])
def test_a_conflict_on_what_a_mode_is_made_of_is_settled_part_by_part(
    site: SimpleNamespace, open_page: Any, way: str
) -> None:
    _others(site, details={"purpose": "Le but lu", "partners": "Les communes"})
    page = open_page(site.url, site.people.administrator.client)
    _others(site, details={"purpose": "Le leur", "partners": "La région"})
    _in_the_panel(page, But="Le mien", Début="2026")
    box = page.locator("#grid-conflicts .note")
    rows = box.locator("tbody tr")
    expect(rows.locator("th")).to_have_text(["But", "Début"])
    expect(box).to_contain_text("Partenaires extérieurs : La région")
    if way == "keep":
        box.get_by_role("button", name="Garder la mienne").click()
    else:
        expect(rows.last.locator("input:checked")).to_have_value("mine")
        expect(rows.first.locator("input:checked")).to_have_count(0)
        rows.first.get_by_label("Le leur").check()
        box.get_by_role("button", name="Enregistrer ces choix").click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None
    purpose = "Le mien" if way == "keep" else "Le leur"
    assert now.details == {"purpose": purpose, "start": "2026", "partners": "La région"}
    page.locator("#grid-undo").click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None
    assert now.details == {"purpose": "Le leur", "partners": "La région"}


@pytest.mark.parametrize("keep", [True, False])
def test_undo_never_erases_the_value_of_another_person(
    site: SimpleNamespace, open_page: Any, keep: bool
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    _others(site, mode="I")
    at(page, "achats", "2024").click()
    page.keyboard.press("c")
    box = page.locator("#grid-conflicts .note")
    name = "Garder la mienne" if keep else "Prendre la valeur enregistrée"
    box.get_by_role("button", name=name).click()
    if keep:
        saved(page)
    assert modes(site.edition, "achats")[1][0] == ("C" if keep else "I")
    page.locator("#grid-undo").click()
    if keep:
        saved(page)
    else:
        expect(page.locator("#toasts")).to_contain_text("rien à défaire")
    assert modes(site.edition, "achats")[1][0] == "I", (
        "what the colleague had set, not what was read"
    )


def test_undo_takes_back_the_question_asked_of_a_change(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    before = held(site.edition, "achats", "2024")
    at(page, "achats", "2024").click()
    page.keyboard.press("i")
    saved(page)
    box = page.locator("#grid-carried .note")
    expect(box).to_have_count(1)
    page.keyboard.press("Control+z")
    saved(page)
    expect(box).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("la cellule ne le porte plus")
    after = held(site.edition, "achats", "2024")
    assert before is not None and after is not None
    for name in ("mode", "lead_id", "details", "source_document"):
        assert getattr(after, name) == getattr(before, name)
    page.keyboard.press("a")
    expect(box).to_have_count(1)


def test_a_letter_that_changes_the_mode_asks_what_becomes_of_what_was_said(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "achats", "2024").click()
    page.keyboard.press("i")
    saved(page)
    box = page.locator("#grid-carried .note")
    expect(box.locator("[data-part]")).to_have_count(4)
    accessible(page)
    box.locator("[data-part=lead] select").first.select_option("effacer")
    source = box.locator("[data-part=source]")
    source.locator("select").first.select_option("remplacer")
    source.get_by_label("Document source").fill("Délibération 12")
    box.get_by_role("button", name="Appliquer ces choix").click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None
    assert (now.mode, now.lead, now.source_document, now.source_page) == (
        *("I", None),
        *("Délibération 12", ""),
    )
    assert now.source_mode == ""


def test_a_pasted_block_asks_once_and_keeping_is_listed_to_be_checked(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "achats", "2022").click()
    paste(page, "H\tH\r\n")
    saved(page)
    box = page.locator("#grid-carried .note")
    expect(box).to_contain_text("2 cellules changent de mode")
    box.get_by_role("button", name="Tout garder").click()
    expect(box).to_have_count(0)
    assert {p.source_mode for p in Placement.objects.filter(edition=site.edition)} == {"", "A", "M"}


def test_the_panel_asks_what_becomes_of_what_was_said(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "achats", "2024").click()
    page.keyboard.press("Enter")
    sheet = page.locator("#sheet")
    question = sheet.locator("[data-carried]")
    expect(question).to_be_hidden()
    sheet.get_by_label("Intégration").first.check()
    expect(question.locator("[data-part]:visible")).to_have_count(4)
    sheet.get_by_role("button", name="Enregistrer").click()
    expect(question).to_be_visible()
    accessible(page)
    question.locator("[name=suite-lead][value=effacer]").check()
    question.locator("[name=suite-served][value=garder]").check()
    question.locator("[name=suite-source][value=garder]").check()
    question.locator("[name=suite-complementary][value=effacer]").check()
    sheet.get_by_role("button", name="Enregistrer").click()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None
    assert (now.mode, now.lead, now.source_page, now.source_mode) == ("I", None, "p. 2", "")


def test_two_sessions_on_one_cell(site: SimpleNamespace, open_page: Any) -> None:
    first = open_page(site.url, site.people.administrator.client)
    second = open_page(site.url, site.people.finances.client)
    at(first, "tresorerie", "2024").click()
    first.keyboard.press("c")
    saved(first)
    at(second, "tresorerie", "2024").click()
    second.keyboard.press("i")
    expect(second.locator("#grid-conflicts")).to_contain_text(str(site.people.administrator.user))
    assert modes(site.edition, "tresorerie")[1] == "C"


def test_ones_own_other_tab_is_no_other_person(site: SimpleNamespace, open_page: Any) -> None:
    first = open_page(site.url, site.people.administrator.client)
    second = first.context.new_page()
    second.goto(site.url)
    at(first, "tresorerie", "2024").click()
    first.keyboard.press("c")
    saved(first)
    at(second, "tresorerie", "2024").click()
    second.keyboard.press("i")
    told = second.locator("#grid-conflicts .note")
    expect(told).to_contain_text("entre-temps par vous, dans un autre onglet")


def test_offline_edits_wait_and_are_saved_later(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    page.context.set_offline(True)
    at(page, "tresorerie", "2022").click()
    for key in ("a", "ArrowRight", "c", "ArrowRight", "m"):
        page.keyboard.press(key)
    state = page.locator("#grid-state")
    expect(state).to_have_text("Hors ligne : 3 modifications en attente")
    expect(page.locator("td.is-waiting")).not_to_have_count(0)
    assert modes(site.edition, "tresorerie") == ["", "", ""]
    page.context.set_offline(False)
    saved(page)
    assert modes(site.edition, "tresorerie") == ["A", "C", "M"]


def test_a_failing_server_is_tried_again(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    address = "**/saisie/cellules/"
    page.route(address, lambda route: route.fulfill(status=500, body="panne"))
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("a")
    state = page.locator("#grid-state")
    expect(state).to_have_text("Hors ligne : 1 modification en attente")
    page.unroute(address)
    page.locator("#grid-retry").click()
    saved(page)
    assert modes(site.edition, "tresorerie") == ["A", "", ""]


def test_a_refusal_keeps_what_was_typed_until_it_is_given_up(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    propose_edition(site.edition, actor=INSTALLATION)
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("a")
    expect(page.locator("#grid-state")).to_contain_text("Non enregistré")
    expect(page.locator("#grid-state")).to_contain_text("remettre en brouillon")
    expect(at(page, "tresorerie", "2022")).to_contain_text("A")
    page.locator("#grid-give-up").click()
    page.get_by_role("dialog").get_by_role("button", name="Abandonner").click()
    expect(at(page, "tresorerie", "2022")).to_contain_text("non renseigné")


def test_what_is_refused_waits_apart_with_its_reason_and_the_rest_is_recorded(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    refused, state = at(page, "tresorerie", "2024"), page.locator("#grid-state")

    def end(text: str) -> None:
        refused.click()
        page.keyboard.press("Enter")
        page.locator("#sheet-body [name=mode][value=C]").check(force=True)
        page.locator("#sheet-body [name=detail_end]").fill(text)
        page.get_by_role("button", name="Enregistrer", exact=True).click()

    end("32/13/2027")
    expect(state).to_contain_text("Non enregistré, ")
    expect(state).to_contain_text("Fin")
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("i")
    expect(page.locator("td.is-saving")).to_have_count(0)
    page.wait_for_timeout(300)
    assert modes(site.edition, "tresorerie")[:2] == ["I", ""], "what is sound is recorded"
    refused.click()
    page.keyboard.press("Enter")
    panel = page.locator("#sheet-body")
    expect(panel.get_by_role("alert")).to_contain_text("Fin")
    expect(panel.locator("[name=detail_end]")).to_have_value("32/13/2027")
    page.keyboard.press("Escape")
    end("2027")
    saved(page)
    assert modes(site.edition, "tresorerie")[:2] == ["I", "C"]


def test_what_was_refused_together_goes_through_together_once_one_is_mended(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    page.context.set_offline(True)
    for milestone in ("2022", "2024", "2027"):
        at(page, "tresorerie", milestone).click()
        page.keyboard.press("a")
    refused = at(page, "tresorerie", "2024")
    page.route("**/saisie/cellules/", lambda route: route.fulfill(
        status=422, json={"detail": "Une cellule ne va pas."}))  # fmt: skip
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#grid-state")).to_contain_text("3 cellules : Une cellule ne va pas.")
    page.unroute("**/saisie/cellules/")
    assert modes(site.edition, "tresorerie") == ["", "", ""]
    refused.click()
    page.keyboard.press("i")
    saved(page)
    assert modes(site.edition, "tresorerie") == ["A", "I", "A"]


def test_the_panel_saves_the_whole_cell(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "tresorerie", "2027").click()
    page.keyboard.press("Enter")
    sheet = page.locator("#sheet")
    sheet.get_by_label("Intégration").first.check()
    sheet.get_by_label("Qui assure").select_option("region")
    sheet.get_by_label("Nord").check()
    sheet.get_by_label("Option d’intégration").select_option("regional")
    sheet.get_by_label("Justification").fill("Plateau commun")
    accessible(page)
    sheet.get_by_role("button", name="Enregistrer").click()
    saved(page)
    expect(at(page, "tresorerie", "2027")).to_be_focused()
    placement = held(site.edition, "tresorerie", "2027")
    assert placement is not None and placement.lead is not None
    assert (placement.mode, placement.lead.code, placement.served) == ("I", "region", ["nord"])
    assert (placement.integration, placement.rationale) == ("regional", "Plateau commun")


def test_read_only_cells_do_not_change_and_say_why(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(f"{site.url}?jalon=2024", site.people.nord.client)
    at(page, "achats", "2024").click()
    expect(page.locator("#grid-reason")).to_contain_text("mandat de rédacteur")
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("lecture seule")
    at(page, "achats", "2024", "nord").click()
    page.keyboard.press("a")
    saved(page)
    assert modes(site.edition, "achats")[1] == "MCH"
    assert Placement.objects.filter(entity__code="nord", mode="A").count() == 1
    page.keyboard.press("Delete")
    expect(at(page, "achats", "2024", "nord")).to_have_class(re.compile("is-inherited"))
    accessible(page)


@pytest.mark.parametrize("search", ["", "?jalon=2024", "?entite=nord"])
def test_read_only_cells_are_legible_in_the_dark(
    site: SimpleNamespace, open_page: Any, accessible: Any, search: str
) -> None:
    accessible(open_page(site.url + search, site.people.nord.client, color_scheme="dark"))


def test_a_tap_opens_the_panel_on_a_phone(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(
        site.url, site.people.administrator.client, width=390, has_touch=True, is_mobile=True
    )
    at(page, "tresorerie", "2022").tap()
    choice = page.locator("#sheet .mode-choice", has_text="Harmonisation")
    box = choice.bounding_box()
    assert box is not None and box["height"] >= 44
    accessible(page)
    choice.tap()
    page.locator("#sheet").get_by_role("button", name="Enregistrer").tap()
    saved(page)
    assert modes(site.edition, "tresorerie")[0] == "H"


def test_a_conflict_is_whole_and_in_sight_on_a_phone(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    page = open_page(
        site.url, site.people.administrator.client, width=390, has_touch=True, is_mobile=True
    )
    long = "Une raison plus longue que les autres, comme il s’en écrit"
    _others(site, lead="sud", rationale=f"{long} ailleurs")
    cell = at(page, "achats", "2024")
    cell.scroll_into_view_if_needed()
    cell.tap()
    sheet = page.locator("#sheet")
    sheet.get_by_label("Qui assure", exact=True).select_option("region")
    sheet.get_by_label("Justification", exact=True).fill(f"{long} ici")
    sheet.get_by_role("button", name="Enregistrer").tap()
    table = page.locator("#grid-conflicts .versus-fields")
    expect(table).to_be_in_viewport()
    assert (
        table.evaluate("(one) => one.parentElement.scrollWidth - one.parentElement.clientWidth")
        <= 0
    )
    widths = table.locator("input").evaluate_all("(all) => all.map((one) => one.offsetWidth)")
    assert min(widths) >= 12, widths
    expect(page.locator("#toasts")).not_to_contain_text("rouvrir")
    accessible(page)


def test_edits_wait_for_a_session_that_ended_and_go_through_once_signed_in(
    site: SimpleNamespace, open_page: Any
) -> None:
    someone = site.people.administrator
    page = open_page(site.url, someone.client)
    page.context.clear_cookies(name="sessionid")
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("h")
    state = page.locator("#grid-state")
    expect(state).to_contain_text("se connecter dans un autre onglet")
    other = page.context.new_page()
    other.goto(page.url.split("/editions/")[0] + "/connexion/")
    other.locator("[name=login]").fill(someone.user.email)
    other.locator("[name=password]").fill(PASSWORD)
    other.locator("[name=password]").press("Enter")
    expect(other.get_by_text("Se connecter", exact=True)).to_have_count(0)
    page.locator("#grid-retry").click()
    saved(page)
    assert modes(site.edition, "tresorerie")[0] == "H"


def test_leaving_with_unsaved_edits_asks_first(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client)
    page.context.set_offline(True)
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("a")
    expect(page.locator("#grid-state")).to_contain_text("Hors ligne")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    page.close(run_before_unload=True)
    expect(page.locator("#grid-state")).to_contain_text("Hors ligne")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_without_scripts_each_cell_has_its_form(site: SimpleNamespace, open_page: Any) -> None:
    page = open_page(site.url, site.people.administrator.client, java_script_enabled=False)
    at(page, "tresorerie", "2022").locator("a").click()
    page.get_by_label("Coopération").first.check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("enregistré")
    assert modes(site.edition, "tresorerie")[0] == "C"
