"""Budgets in a real Chromium: the grid of amounts, two people at once, every page accessible."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from maillage.costing.models import Budget
from maillage.kernel.money import exact, parse_amount, rounded, spread, typed_amount
from maillage.network.models import Network
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from tests.browsing import OpenPage, Stage, drafted, nothing_kept
from tests.inspection import Inspection
from tests.workspaces.finance.budget_world import budget, voted

pytestmark = pytest.mark.slow
BASE = "/reseaux/essai/finances/"


def budgeted() -> SimpleNamespace:
    world = drafted()
    network = world.edition.network
    return SimpleNamespace(network=network, who=world.people, budget=budget(network))


@pytest.fixture
def room(stage: Stage) -> SimpleNamespace:
    return stage(budgeted)


def _cell(page: Page, account: str, month: int) -> Any:
    return page.locator(f'input[name="c|{account}||{month}"]')


def _saved(page: Page) -> None:
    expect(page.locator("#amounts-state")).to_contain_text("Enregistré à")


def _line(held: Budget, account: str) -> list[int]:
    return held.lines.get(account=account, axis=None).months


def test_amounts_are_typed_shared_pasted_undone(room: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    _cell(page, "6061", 1).fill("1 500,5")
    page.keyboard.press("Enter")
    _saved(page)
    assert _line(room.budget, "6061")[0] == 150_050
    expect(_cell(page, "6061", 1)).to_have_value("1\u00a0500,50")
    expect(page.locator('tbody[data-class="6"] [data-sum="1"]')).to_have_text("1\u202f700,50")
    expect(_cell(page, "6061", 2)).to_have_value("100,00")
    total = page.locator('tr[data-key="706|"] [data-total] input')
    total.fill("100")
    page.keyboard.press("Enter")
    expect(_cell(page, "706", 1)).to_have_value("8,33")
    _saved(page)
    assert sum(_line(room.budget, "706")) == 10_000
    _paste(page, "6061", 2, "10\t20,5\n30\t40")
    expect(_cell(page, "6061", 3)).to_have_value("20,50")
    page.locator("#amounts-undo").click()
    expect(_cell(page, "6061", 3)).to_have_value("100,00")
    page.locator("#amounts-redo").click()
    _saved(page)
    page.wait_for_timeout(600)
    assert _line(room.budget, "6061")[1:3] == [1000, 2050]
    assert room.budget.lines.get(account="641").months[1:3] == [3000, 4000]


def test_the_total_of_an_account_follows_its_actions_and_stays_in_sight(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    edit = LineEdit("6061", "numerique", {1: 200_00})
    enter_amounts(room.budget, [edit], actor=room.who.nord.actor)
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    whole = page.locator('tr[data-account="6061"] [data-sum="1"]')
    expect(whole).to_have_text("300,00")
    typed = page.locator('input[name="c|6061|numerique|1"]')
    edge = "box => getComputedStyle(box).borderTopColor"
    assert typed.evaluate(edge) == "rgba(0, 0, 0, 0)", "a field has no border until it is reached"
    typed.hover()
    assert typed.evaluate(edge) != "rgba(0, 0, 0, 0)"
    typed.fill("1 000")
    page.keyboard.press("Enter")
    expect(whole).to_have_text("1\u202f100,00")
    _saved(page)
    page.set_viewport_size({"width": 900, "height": 800})
    total = page.locator('tr[data-key="706|"] .amounts-total').bounding_box()
    grid = page.locator(".scroll-tall").bounding_box()
    assert total and grid and total["x"] + total["width"] <= grid["x"] + grid["width"] + 1


def _paste(page: Page, account: str, month: int, text: str) -> None:
    _cell(page, account, month).focus()
    _paste_here(page, text)


def _paste_here(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true,
            cancelable: true});
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_what_is_no_amount_is_told_and_nothing_is_pasted(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    _paste(page, "6061", 1, "1\tbeaucoup")
    expect(page.locator("#toasts")).to_contain_text("« beaucoup » n’est pas un montant")
    _paste(page, "706", 12, "1\t2")
    expect(page.locator("#toasts")).to_contain_text("dépasse la grille")
    _cell(page, "706", 1).fill("5")
    page.keyboard.press("Enter")
    _saved(page)
    page.locator("#toasts").evaluate("held => held.replaceChildren()")
    _cell(page, "6061", 1).fill("douze")
    page.keyboard.press("Enter")
    expect(_cell(page, "6061", 1)).to_have_attribute("aria-invalid", "true")
    state = page.locator("#amounts-state")
    expect(state).to_have_text("1 valeur n’est pas enregistrée")
    expect(page.locator("#toasts .toast")).to_have_count(1)
    assert _line(room.budget, "6061")[0] == 10_000
    warned = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert warned == ["beforeunload"]
    _cell(page, "6061", 1).fill("12")
    page.keyboard.press("Enter")
    _saved(page)
    assert _line(room.budget, "6061")[0] == 1_200


def test_what_is_refused_is_told_at_its_cell_and_the_rest_is_recorded(
    room: SimpleNamespace, open_page: OpenPage, accessible: Any
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    note, state = page.locator('input[name="h|6061|"]'), page.locator("#amounts-state")
    with page.expect_response("**/lignes/") as refused:
        note.fill("Hausse\ue000 de 2 %")  # a bullet of Word: nothing draws it
        page.keyboard.press("Tab")
    assert refused.value.status == 422
    expect(state).to_contain_text("Non enregistré : Compte 6061, hypothèse")
    expect(note).to_have_attribute("aria-invalid", "true")
    reason = page.locator(f"#{note.get_attribute('aria-describedby')}")
    expect(reason).to_contain_text("invisible ou sans dessin")
    accessible(page)
    for month, amount in ((1, "12"), (2, "13")):
        _cell(page, "6061", month).fill(amount)
        page.keyboard.press("Enter")
    _cell(page, "706", 1).fill("14")
    page.keyboard.press("Enter")
    expect(page.locator("input.is-waiting")).to_have_count(1)
    page.wait_for_timeout(600)
    assert _line(room.budget, "6061")[:2] == [1_200, 1_300]
    assert _line(room.budget, "706")[0] == 1_400
    assert room.budget.lines.get(account="6061").hypothesis == ""
    expect(note).to_have_attribute("aria-invalid", "true")
    note.fill("Hausse de 2 %")
    page.keyboard.press("Tab")
    _saved(page)
    expect(note).not_to_have_attribute("aria-invalid", "true")
    expect(reason).to_have_count(0)
    assert room.budget.lines.get(account="6061").hypothesis == "Hausse de 2 %"

    # Undone wherever one is in the page, but in a field.
    page.locator("#amounts-undo").focus()
    page.keyboard.press("Control+z")
    expect(_cell(page, "706", 1)).not_to_have_value("14")
    expect(_cell(page, "706", 1)).to_be_focused()


def test_the_keyboard_goes_from_amount_to_amount(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    _cell(page, "6061", 1).click()
    page.keyboard.press("ArrowRight")
    expect(_cell(page, "6061", 2)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator('input[name="c|641|numerique|2"]')).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("input.is-chosen")).to_have_count(4)
    page.keyboard.press("Delete")
    expect(_cell(page, "6061", 3)).to_have_value("")
    _saved(page)
    assert _line(room.budget, "6061")[:4] == [10_000, 0, 0, 10_000]


def test_amounts_are_repeated_cut_and_found(room: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    _cell(page, "6061", 1).click()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    _paste_here(page, "5\t6")
    _saved(page)
    page.keyboard.press("Control+r")
    _saved(page)
    expect(_cell(page, "6061", 4)).to_have_value("5,00")
    page.locator("#amounts-undo").click()
    expect(_cell(page, "6061", 4)).to_have_value("6,00")
    _cell(page, "6061", 1).click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    below = page.locator('input[name="c|641|numerique|2"]')
    expect(below).to_have_value("6,00")
    page.evaluate(
        """() => document.activeElement.dispatchEvent(new ClipboardEvent("cut",
          {clipboardData: new DataTransfer(), bubbles: true, cancelable: true}))"""
    )
    expect(below).to_have_value("")
    page.locator("#amounts-undo").click()
    expect(below).to_have_value("6,00")
    page.keyboard.press("Control+f")
    page.get_by_label("Chercher dans la grille").fill("706")
    expect(page.locator("#amounts-find [data-count]")).to_have_text("1 sur 13")
    page.keyboard.press("Escape")
    expect(_cell(page, "706", 1)).to_be_focused()
    page.wait_for_timeout(600)
    _saved(page)
    assert _line(room.budget, "6061")[:4] == [500, 600, 500, 600]


def test_amounts_not_recorded_survive_the_page(room: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    address = "**/lignes/"
    page.route(address, lambda route: route.abort())
    _cell(page, "6061", 1).fill("7")
    page.keyboard.press("Enter")
    _cell(page, "6061", 2).fill("8")
    page.keyboard.press("Enter")
    expect(page.locator("#amounts-state")).to_have_text("Hors ligne : 2 montants en attente")
    other = room.who.administrator.actor
    enter_amounts(room.budget, [LineEdit("6061", "", {2: 99_900})], actor=other)
    page.unroute(address)
    page.reload()
    expect(page.locator("#toasts")).to_contain_text("2 modifications en attente sont reprises")
    box = page.locator("#amounts-conflicts .note")
    expect(box).to_contain_text("999")
    box.locator("[data-keep]").click()
    _saved(page)
    nothing_kept(page)
    assert _line(room.budget, "6061")[:2] == [700, 800]


def test_a_conflict_left_unsettled_is_one_again_after_a_reload(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    edit = LineEdit("6061", "", {2: 99_900})
    enter_amounts(room.budget, [edit], actor=room.who.finances.actor)
    _cell(page, "6061", 2).fill("8")
    page.keyboard.press("Enter")
    box, state = page.locator("#amounts-conflicts .note"), page.locator("#amounts-state")
    expect(state).to_have_text("1 conflit à régler")
    for amount in (7, 9):
        page.reload()
        expect(state).to_have_text("1 conflit à régler")
        expect(box).to_have_count(1)
        expect(box).to_contain_text("modifié entre-temps par finances")
        expect(box).to_contain_text("999")
        expect(_cell(page, "6061", 2)).to_have_value("8,00")
        # The other months of its line go through meanwhile.
        _cell(page, "6061", 1).fill(str(amount))
        page.keyboard.press("Enter")
        page.wait_for_timeout(700)
        assert _line(room.budget, "6061")[:2] == [100 * amount, 99_900]
    page.reload()
    box.locator("[data-take]").click()
    expect(_cell(page, "6061", 2)).to_have_value("999,00")
    expect(box).to_have_count(0)
    nothing_kept(page)
    assert _line(room.budget, "6061")[:2] == [900, 99_900]


def test_what_is_no_amount_is_kept_through_a_reload_with_its_reason(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    total = page.locator('tr[data-key="706|"] td[data-total] input')
    typed = [
        (_cell(page, "6061", 1), "douze"),
        (_cell(page, "6061", 3), "1 234,567"),
        (total, "beaucoup"),
    ]
    for field, text in typed:
        field.fill(text)
        page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    page.reload()
    expect(page.locator("#toasts")).to_contain_text("3 modifications en attente sont reprises")
    expect(page.locator("#amounts-state")).to_have_text("3 valeurs ne sont pas enregistrées")
    for field, text in typed:
        expect(field).to_have_value(text)
        expect(field).to_have_attribute("aria-invalid", "true")
        reason = page.locator(f"#{field.get_attribute('aria-describedby')}")
        expect(reason).to_contain_text(f"« {text} » n’est pas un montant")
    assert _line(room.budget, "6061")[0] == 10_000
    typed[0][0].fill("12")
    page.keyboard.press("Enter")
    for field, _ in typed[1:]:
        field.focus()
        page.keyboard.press("Escape")
    _saved(page)
    nothing_kept(page)
    assert _line(room.budget, "6061")[:3:2] == [1_200, 10_000]


def test_two_people_on_one_line(room: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    other = room.who.finances.actor
    enter_amounts(room.budget, [LineEdit("6061", "", {5: 55_500})], actor=other)
    _cell(page, "6061", 1).fill("7")
    page.keyboard.press("Enter")
    _saved(page)
    expect(_cell(page, "6061", 5)).to_have_value("555,00")
    assert _line(room.budget, "6061")[:5:4] == [700, 55_500]
    enter_amounts(room.budget, [LineEdit("6061", "", {2: 99_900})], actor=other)
    _cell(page, "6061", 2).fill("8")
    page.keyboard.press("Enter")
    conflict = page.locator("#amounts-conflicts .note")
    expect(conflict).to_contain_text("modifié entre-temps par finances")
    assert _line(room.budget, "6061")[1] == 99_900
    conflict.get_by_role("button", name="Garder le mien").click()
    expect(conflict).to_have_count(0)
    _saved(page)
    page.wait_for_timeout(500)
    assert _line(room.budget, "6061")[1] == 800


def test_a_hypothesis_changed_on_both_sides_is_chosen_and_the_amounts_go_through(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    here = f"{BASE}budgets/{room.budget.pk}/?colonnes=hypothese"
    page, other = open_page(here, room.who.nord.client), room.who.finances.actor
    note = page.locator('input[name="h|6061|"]')
    box, state = page.locator("#amounts-conflicts .note"), page.locator("#amounts-state")
    for mine, theirs, choice in (("La mienne", "La leur", "keep"), ("Encore", "Autre", "take")):
        edit = LineEdit("6061", "", {5: 55_500}, note=theirs)
        enter_amounts(room.budget, [edit], actor=other)
        note.fill(mine)
        _cell(page, "6061", 1).fill("7")
        page.keyboard.press("Enter")
        expect(state).to_have_text("1 conflit à régler")
        for told in ("Hypothèse, 6061", "modifié entre-temps par finances", mine, theirs):
            expect(box).to_contain_text(told)
        page.wait_for_timeout(700)
        line = room.budget.lines.get(account="6061")
        assert (line.hypothesis, line.months[0], line.months[4]) == (theirs, 700, 55_500)
        page.reload()
        expect(state).to_have_text("1 conflit à régler")
        expect(box).to_have_count(1)
        expect(box).to_contain_text("modifié entre-temps par finances")
        expect(note).to_have_value(mine)
        box.locator(f"[data-{choice}]").click()
        expect(box).to_have_count(0)
        nothing_kept(page)
        kept = mine if choice == "keep" else theirs
        expect(note).to_have_value(kept)
        page.wait_for_timeout(500)
        assert room.budget.lines.get(account="6061").hypothesis == kept


def test_undoing_never_erases_what_another_has_set_since(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    _cell(page, "6061", 5).fill("3")
    page.keyboard.press("Enter")
    _saved(page)
    enter_amounts(room.budget, [LineEdit("6061", "", {5: 55_500})], actor=room.who.finances.actor)
    before = _cell(page, "6061", 1).input_value()
    _cell(page, "6061", 1).fill("9")
    page.keyboard.press("Enter")
    _saved(page)
    expect(_cell(page, "6061", 5)).to_have_value("555,00")
    undo = page.get_by_role("button", name="Défaire", exact=True)
    undo.click()
    expect(_cell(page, "6061", 1)).to_have_value(before)
    undo.click()
    expect(page.locator(".toast").last).to_contain_text("rien à défaire")
    _saved(page)
    expect(_cell(page, "6061", 5)).to_have_value("555,00")
    page.wait_for_timeout(500)
    assert _line(room.budget, "6061")[4] == 55_500


def test_removing_a_line_waits_for_what_is_being_saved(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    _cell(page, "6061", 1).fill("9")
    page.get_by_role("button", name="Retirer 706").click()
    page.locator("dialog.dialog").get_by_role("button").first.click()
    page.wait_for_load_state("networkidle")
    expect(page.locator('tr[data-key="706|"]')).to_have_count(0)
    assert _line(room.budget, "6061")[0] == 900


def test_columns_that_are_shown_are_no_filter_of_what_is_printed(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    assert page.locator("form.budget-columns input:checked").count() > 0
    head = page.evaluate(
        "[...document.adoptedStyleSheets].flatMap(one => [...one.cssRules])"
        ".map(one => one.cssText).join()"
    )
    assert "top-left" in head and "essai" in head and "Hypothèse" not in head


def test_without_javascript_the_form_saves(room: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(
        f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client, java_script_enabled=False
    )
    _cell(page, "6061", 1).fill("3")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("1 ligne enregistrée")
    assert _line(room.budget, "6061")[0] == 300


SAMPLES = [
    *("", "-", "12", "1 234,56", "1\u202f234,5", "1234.5", "\u221212,05", "(12,50)", "12 €", "+3"),
    *("abc", "1,234,5", "1.234,56", "12,345", "1 23", "1e5", "10000000001", "0,1", "--1", "- 5"),
]


def test_the_browser_reads_amounts_as_the_server_does(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(BASE, room.who.nord.client)
    code = """async ([texts, totals]) => {
      const a = await import("/statique/finance/amounts.js");
      return [texts.map(a.parse), totals.map((t) => a.spread(t)), totals.map((t) => a.write(t))];
    }"""
    totals = [0, 1, 11, 12, 10_000, -7, 123_456_789, -1_000_001]
    read, shares, texts = page.evaluate(code, [SAMPLES, totals])
    assert read == [parse_amount(text) for text in SAMPLES]
    assert shares == [list(spread(total)) for total in totals]
    assert texts == [typed_amount(total, "\u00a0") for total in totals]
    sums = """async (totals) => {
      const a = await import("/statique/finance/amounts.js");
      const told = () => totals.map((t) => a.euros(t, true));
      return [told(), a.toTheCent(true), a.toTheCent(true), told()];
    }"""
    whole, *turned, told = page.evaluate(sums, totals)
    assert whole == [rounded(total, signed=True) for total in totals]
    assert turned == [True, False]
    assert told == [("+" if total > 0 else "") + exact(total) for total in totals]


PAGES = (
    *("", "?annee=2025", "calendrier/", "calendrier/nord/2026/", "budgets/", "budgets/nouveau/"),
    *("budgets/axes/", "budgets/actions/", "budgets/actions/numerique/"),
    *("budgets/comparaison/?annee=2025", "budgets/comparaison/?par=chambre&brouillons=oui"),
    *("budgets/consolidation/?annee=2025", "budgets/{draft}/", "budgets/{voted}/"),
    *("budgets/{draft}/personnel/", "budgets/{voted}/personnel/", "budgets/{draft}/acte/voter/"),
    *("budgets/{draft}/importer/", "budgets/{draft}/acte/envoyer/"),
)


def test_every_page_is_accessible_and_fits(room: SimpleNamespace, open_page: OpenPage) -> None:
    network: Network = room.network
    done = voted(network, "nord", 2025)
    voted(network, "sud", 2025)
    inspection = Inspection(open_page(BASE, room.who.administrator.client))
    for address in PAGES:
        inspection.visit(BASE + address.format(draft=room.budget.pk, voted=done.pk))
    assert inspection.faults == []


def test_a_hypothesis_is_saved_by_the_grid_and_the_sums_above_follow(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(f"{BASE}budgets/{room.budget.pk}/", room.who.nord.client)
    note = page.locator('input[name="h|6061|"]')
    note.fill("Hausse de 2 %")
    page.keyboard.press("Tab")
    _saved(page)
    assert room.budget.lines.get(account="6061").hypothesis == "Hausse de 2 %"
    expect(page.locator('[data-strip="7"]')).to_have_text("4\u202f999,92")
    _cell(page, "706", 1).fill("0")
    page.keyboard.press("Enter")
    expect(page.locator('[data-strip="7"]')).to_have_text("4\u202f583,26")
    expect(page.locator('[data-strip="7-6"]')).to_have_text("+983,26")
    page.wait_for_timeout(600)
    assert room.budget.lines.get(account="706").months[0] == 0
    assert room.budget.lines.get(account="6061").hypothesis == "Hausse de 2 %"
