"""What the grid is refused, in a real Chromium: told at its field, as typed, the rest recorded."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.models import Placement
from tests.browsing import Stage, drafted
from tests.schemes.browser.test_blocks import select
from tests.schemes.browser.test_grid import at, held, modes, saved


@pytest.fixture
def site(stage: Stage) -> SimpleNamespace:
    world = stage(drafted)
    world.url = reverse("schemes:grid", args=[world.edition.pk])
    return world


def typed(page: Page, milestone: str, **texts: str) -> None:
    """Open the panel of a cell of `tresorerie` in cooperation, type, and save."""
    at(page, "tresorerie", milestone).click()
    page.keyboard.press("Enter")
    page.locator("#sheet-body [name=mode][value=C]").check(force=True)
    for name, text in texts.items():
        page.locator(f"#sheet-body [name={name}]").fill(text)
    page.get_by_role("button", name="Enregistrer", exact=True).click()


@pytest.mark.parametrize(
    ("name", "wrong", "said", "right"),
    [
        ("detail_end", "32/13/2027", "Fin\u00a0: une date", "06/2027"),
        ("detail_end", "30/02/2027", "Fin\u00a0: une date", "28/02/2027"),
        ("detail_purpose", "Acheter 👍", "(But)", "Acheter"),
        ("rationale", "Très bien 👍", "(Justification)", "Très bien"),
    ],
)
def test_a_panel_refused_stays_open_with_its_reason_at_its_field(
    site: SimpleNamespace,
    open_page: Any,
    accessible: Any,
    name: str,
    wrong: str,
    said: str,
    right: str,
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    panel, cell = page.locator("#sheet-body"), at(page, "tresorerie", "2024")
    field = panel.locator(f"[name={name}]")
    typed(page, "2024", **{name: wrong})
    expect(panel.get_by_role("alert")).to_contain_text("Trésorerie, 2024")
    expect(field).to_be_focused()
    expect(field).to_have_value(wrong)
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby") or ""
    reasons = [page.locator(f"#{one}").inner_text() for one in described.split()]
    assert any(said in reason for reason in reasons), reasons
    bar, seen = panel.locator(".form-actions").bounding_box(), field.bounding_box()
    assert bar and seen and seen["y"] + seen["height"] < bar["y"], "not under the bar of the panel"
    accessible(page)
    expect(cell).to_have_attribute("aria-invalid", "true")

    # Closed and opened again, elsewhere meanwhile: what was typed and its reason are still there.
    page.keyboard.press("Escape")
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("i")
    expect(page.locator("td.is-saving")).to_have_count(0)
    assert modes(site.edition, "tresorerie")[:2] == ["I", ""], "what is sound is recorded"
    cell.click()
    expect(cell).to_have_class(re.compile("is-selected"))
    expect(page.locator("#grid-reason")).to_contain_text(said)
    page.get_by_role("button", name="Corriger", exact=True).click()
    expect(field).to_have_value(wrong)
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(right)
    panel.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#sheet")).to_be_hidden()
    saved(page)
    expect(cell).to_be_focused()
    expect(cell).not_to_have_attribute("aria-invalid", "true")
    assert modes(site.edition, "tresorerie")[:2] == ["I", "C"]
    page.keyboard.press("Enter")
    expect(field).to_have_value(right)


def test_of_cells_sent_together_those_refused_alone_are_set_aside(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    page.context.set_offline(True)
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("a")
    page.context.set_offline(False)
    page.route("**/saisie/cellules/", lambda route: route.abort())
    typed(page, "2024", rationale="👍")
    page.keyboard.press("Escape")
    at(page, "tresorerie", "2027").click()
    page.keyboard.press("h")
    page.unroute("**/saisie/cellules/")
    page.evaluate("dispatchEvent(new Event('online'))")
    state = page.locator("#grid-state")
    expect(state).to_contain_text("Non enregistré, Trésorerie, 2024")
    expect(page.locator("td.is-waiting")).to_have_count(1)
    assert modes(site.edition, "tresorerie") == ["A", "", "H"]

    # Given up once it is said what is lost.
    page.get_by_role("button", name="Abandonner ces modifications").click()
    dialog = page.get_by_role("dialog", name="Ce qui est saisi ici est perdu")
    expect(dialog).to_contain_text("Trésorerie, 2024")
    dialog.get_by_role("button", name="Ne rien changer").click()
    expect(state).to_contain_text("Non enregistré")
    page.get_by_role("button", name="Abandonner ces modifications").click()
    dialog.get_by_role("button", name="Abandonner ces modifications").click()
    saved(page)
    expect(at(page, "tresorerie", "2024")).to_contain_text("non renseigné")
    page.keyboard.press("ArrowRight")
    expect(page.locator("td:focus")).to_have_count(1)


def test_one_stands_in_the_grid_again_after_each_question(
    site: SimpleNamespace, open_page: Any
) -> None:
    """Undo is at hand: after a bulk change, done or not, and after what becomes of a mode."""
    page = open_page(site.url, site.people.administrator.client)
    sheet, box = page.locator("#sheet"), page.locator("#grid-preview .note")

    def bulk(answer: str) -> None:
        select(page, at(page, "achats", "2022"), "Right")
        page.get_by_role("button", name="Modifier 2 cellules…").click()
        expect(sheet).to_contain_text("Choisir un mode.")
        expect(sheet).not_to_contain_text("changerai")
        sheet.get_by_label("Harmonisation").first.check(force=True)
        expect(sheet).to_contain_text("2 cellules sur 2 changeraient.")
        sheet.get_by_role("button", name="Voir les changements").click()
        box.get_by_role("button", name=answer).click()
        expect(at(page, "achats", "2024")).to_be_focused()

    bulk("Ne rien changer")
    bulk("Changer 2 cellules")
    saved(page)
    assert modes(site.edition, "achats") == ["H", "HC", ""]
    page.keyboard.press("Control+z")
    saved(page)
    assert modes(site.edition, "achats") == ["A", "MCH", ""]
    page.keyboard.press("Control+y")
    saved(page)

    # Wherever one is, but in a field of text.
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+z")
    saved(page)
    assert modes(site.edition, "achats") == ["A", "MCH", ""]
    page.locator("#grid-redo").focus()
    page.keyboard.press("Control+Shift+z")
    saved(page)
    assert modes(site.edition, "achats") == ["H", "HC", ""]
    page.keyboard.press("Control+f")
    page.get_by_label("Chercher dans la grille").fill("paie")
    page.keyboard.press("Control+z")
    expect(page.locator("td.is-saving")).to_have_count(0)
    assert modes(site.edition, "achats") == ["H", "HC", ""]
    page.keyboard.press("Escape")

    at(page, "achats", "2024").click()
    page.keyboard.press("m")
    page.locator("#grid-carried [data-later]").click()
    expect(at(page, "achats", "2024")).to_be_focused()


def test_a_change_of_mode_is_asked_about_once_its_conflict_is_settled(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    others = CellEdit("achats", "2024", "", {"mode": "I", "rationale": "Décidé ailleurs"})
    place_cells(site.edition, [others], actor=site.people.finances.actor)
    at(page, "achats", "2024").click()
    page.keyboard.press("h")
    conflict, question = page.locator("#grid-conflicts .note"), page.locator("#grid-carried .note")
    expect(conflict).to_be_visible()
    expect(question).to_have_count(0)
    conflict.get_by_role("button", name="Garder la mienne").click()
    expect(question).to_contain_text("le mode change")
    expect(at(page, "achats", "2024")).to_be_focused()
    saved(page)
    now = held(site.edition, "achats", "2024")
    assert now is not None and (now.mode, now.rationale) == ("H", "Décidé ailleurs")


@pytest.mark.parametrize("kind", ["value", "mandate"])
def test_an_answer_names_each_cell_it_refuses(site: SimpleNamespace, kind: str) -> None:
    """Nothing is written; the cell, the field and the reason of each are told."""
    edits = [
        {"process": "tresorerie", "milestone": "2022", "changes": {"mode": "A"}, "expected": 0},
        {
            "process": "paie" if kind == "mandate" else "tresorerie",
            "milestone": "2024",
            "changes": {"mode": "C", "details": {"end": "2027-13"}},
            "expected": 0,
        },
    ]
    client = site.people.finances.client
    url = reverse("schemes:grid_cells", args=[site.edition.pk])
    json = {"HTTP_ACCEPT": "application/json", "content_type": "application/json"}
    answer = client.post(url, {"edits": edits}, **json)
    assert answer.status_code == (403 if kind == "mandate" else 422)
    [told] = answer.json()["refused"]
    process = edits[1]["process"]
    assert (told["process"], told["milestone"], told["entity"]) == (process, "2024", "")
    assert told["field"] == ("" if kind == "mandate" else "detail_end")
    assert told["reason"] == answer.json()["detail"]
    assert not Placement.objects.filter(process__code="tresorerie").exists()


def test_a_value_taken_from_the_network_is_never_recorded_as_unknown(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(f"{site.url}?entite=sud", site.people.administrator.client)
    taking = page.locator("td.is-inherited.m-A").first
    expect(taking).to_be_visible()
    process, milestone = (taking.get_attribute(f"data-{name}") or "" for name in ("p", "m"))
    taking.click()
    page.keyboard.press("Enter")
    panel = page.locator("#sheet-body")
    expect(panel).to_contain_text("reprend la valeur du réseau")
    expect(panel.locator("[name=mode]:checked")).to_have_count(0)
    panel.locator("[name=rationale]").fill("Parce que.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(panel.locator("[name=mode]").first).to_be_focused()
    own = Placement.objects.filter(
        edition=site.edition, process__code=process, milestone__code=milestone, entity__code="sud"
    )
    assert not own.exists()
    panel.locator("[name=mode][value=C]").check(force=True)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    saved(page)
    row = own.get()
    assert (row.mode, row.rationale) == ("C", "Parce que.")


def test_a_text_longer_than_its_field_is_kept_whole_and_refused_where_it_stands(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    at(page, "tresorerie", "2024").click()
    page.keyboard.press("Enter")
    panel = page.locator("#sheet-body")
    panel.locator("[name=mode][value=C]").check(force=True)
    field = panel.locator("[name=rationale]")
    field.focus()
    page.keyboard.insert_text("a" * 5010)
    expect(field).to_have_value("a" * 5010)
    told = field.evaluate("field => field.validationMessage")
    assert told == "4000 caractères au plus, 5010 saisis : raccourcir ce texte."
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(field).to_be_focused()
    assert held(site.edition, "tresorerie", "2024") is None
    field.fill("a" * 4000)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    saved(page)
    row = held(site.edition, "tresorerie", "2024")
    assert row is not None and row.rationale == "a" * 4000
