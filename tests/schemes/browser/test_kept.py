"""Nothing typed is lost, in Chromium: panel closed, page left, session ended, network cut."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.models import Edition, Placement
from tests.browsing import TYPED, Stage, drafted, nothing_kept
from tests.builders import PASSWORD
from tests.schemes.browser.test_grid import at, modes, saved


@pytest.fixture
def site(stage: Stage) -> SimpleNamespace:
    world = stage(drafted)
    world.url = reverse("schemes:grid", args=[world.edition.pk])
    world.text = reverse("schemes:text", args=[world.edition.pk, "preambule"])
    return world


def kept(page: Page) -> dict[str, Any]:
    """What this browser keeps of what was typed, by name."""
    held = page.evaluate(f"Object.entries(localStorage).filter(([name]) => {TYPED}.test(name))")
    return {name: json.loads(value) for name, value in held}


def become(page: Page, client: Any) -> None:
    """Somebody else signs in, in this browser."""
    session = client.cookies["sessionid"].value
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])


def sign_in(page: Page, someone: Any) -> None:
    page.locator("[name=login]").fill(someone.user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_text("Se connecter", exact=True)).to_have_count(0)


def rationale(edition: Edition) -> str:
    return Placement.objects.get(
        edition=edition, process__code="achats", milestone__code="2024", entity=None
    ).rationale


def test_what_is_typed_in_the_panel_is_offered_again(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    someone = site.people.administrator
    page = open_page(site.url, someone.client)
    sheet = page.locator("#sheet")
    at(page, "achats", "2024").dblclick()
    sheet.get_by_label("Justification").fill("Trois phrases écrites avant la réunion")
    sheet.get_by_label("Sud").uncheck()
    expect(sheet).to_contain_text("gardé sur ce poste")
    page.keyboard.press("Escape")
    expect(page.locator("#toasts")).to_contain_text("la saisie est gardée")
    expect(at(page, "achats", "2024")).to_have_class(re.compile("is-kept"))
    # Another cell is another text.
    at(page, "tresorerie", "2022").dblclick()
    expect(sheet.get_by_label("Justification")).to_have_value("")
    page.keyboard.press("Escape")
    assert modes(site.edition, "achats")[1] == "MCH"

    # Somebody else writes in the same field meanwhile; nobody else is offered the text.
    edit = CellEdit("achats", "2024", "", {"rationale": "Décidé ailleurs", "source_page": "p. 9"})
    place_cells(site.edition, [edit], actor=site.people.finances.actor)
    become(page, site.people.finances.client)
    page.reload()
    expect(page.locator("#grid-kept")).to_be_hidden()
    at(page, "achats", "2024").dblclick()
    expect(sheet.get_by_label("Justification")).to_have_value("Décidé ailleurs")
    assert sheet.locator(".typed-offer").count() == 0
    page.keyboard.press("Escape")

    become(page, someone.client)
    page.reload()
    page.locator("#grid-kept").click()
    offer = sheet.locator(".typed-offer")
    rows = offer.locator("dl > div")
    expect(rows.locator("dt")).to_have_text(["Pour qui", "Justification changé depuis"])
    expect(rows.last).to_contain_text("enregistré : Décidé ailleurs")
    expect(rows.first).not_to_contain_text("changé depuis")
    accessible(page)
    offer.get_by_role("button", name="Reprendre").click()
    expect(sheet.get_by_label("Page")).to_have_value("p. 9")
    sheet.get_by_role("button", name="Enregistrer").click()
    saved(page)
    assert rationale(site.edition) == "Trois phrases écrites avant la réunion"
    expect(page.locator("#grid-kept")).to_be_hidden()
    nothing_kept(page)

    # Given up, it is offered no more; signing out forgets the rest.
    at(page, "achats", "2024").dblclick()
    sheet.get_by_label("Justification").fill("À abandonner")
    page.keyboard.press("Escape")
    at(page, "achats", "2024").dblclick()
    offer.get_by_role("button", name="abandonner").click()
    expect(sheet.get_by_label("Justification")).to_have_value(rationale(site.edition))
    sheet.get_by_label("Justification").fill("Effacée en partant")
    page.keyboard.press("Escape")
    assert len(kept(page)) == 1
    page.locator("details.menu summary", has_text="administrateur").or_(
        page.locator(".tools details.menu > summary")
    ).first.click()
    page.get_by_role("button", name="Se déconnecter").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Une saisie non enregistrée est gardée sur ce poste")
    dialog.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Se connecter", exact=True).first).to_be_visible()
    nothing_kept(page)


def test_gestures_not_recorded_survive_the_page_and_the_session(
    site: SimpleNamespace, open_page: Any
) -> None:
    someone = site.people.administrator
    page = open_page(site.url, someone.client)
    page.context.clear_cookies(name="sessionid")
    at(page, "tresorerie", "2022").click()
    for key in ("h", "ArrowRight", "c"):
        page.keyboard.press(key)
    expect(page.locator("#grid-state")).to_contain_text("se connecter dans un autre onglet")
    # In place: the page is left, and what waited goes through with the token of now.
    page.get_by_role("link", name="Se connecter de nouveau").click()
    sign_in(page, someone)
    expect(page.locator("#toasts")).to_contain_text("2 modifications en attente sont reprises")
    saved(page)
    assert modes(site.edition, "tresorerie") == ["H", "C", ""]
    nothing_kept(page)

    # The network is cut; another view of the draft tells what waits, and where.
    address = "**/saisie/cellules/"
    page.route(address, lambda route: route.abort())
    at(page, "tresorerie", "2027").click()
    page.keyboard.press("i")
    expect(page.locator("#grid-state")).to_contain_text("1 modification en attente")
    edit = CellEdit("tresorerie", "2027", "", {"mode": "A"})
    place_cells(site.edition, [edit], actor=site.people.finances.actor)
    page.goto(f"{site.url}?fonction=rh")
    expect(page.locator("#grid-elsewhere")).to_have_text(
        "1 modification en attente ailleurs : y aller"
    )
    page.unroute(address)
    page.locator("#grid-elsewhere").click()
    # Recorded by somebody else meanwhile: it is a conflict, not written over.
    box = page.locator("#grid-conflicts .note")
    expect(box).to_contain_text(str(site.people.finances.user))
    assert modes(site.edition, "tresorerie")[2] == "A"
    box.get_by_role("button", name="Garder la mienne").click()
    saved(page)
    assert modes(site.edition, "tresorerie")[2] == "I"
    page.locator("#grid-undo").click()
    saved(page)
    assert modes(site.edition, "tresorerie")[2] == "A"


def test_what_waits_is_never_recorded_under_another_name(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    become(page, site.people.finances.client)
    at(page, "tresorerie", "2022").click()
    page.keyboard.press("h")
    expect(page.locator("#grid-state")).to_contain_text("Un autre compte est connecté")
    assert modes(site.edition, "tresorerie") == ["", "", ""]
    page.reload()
    expect(page.locator("#grid-state")).to_be_empty()
    become(page, site.people.administrator.client)
    page.reload()
    saved(page)
    assert modes(site.edition, "tresorerie") == ["H", "", ""]


def test_a_long_text_is_kept_until_it_is_recorded(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    someone = site.people.administrator
    page = open_page(site.text, someone.client)
    body = page.get_by_label("Texte")
    body.fill("Un chapitre\n\nécrit pendant une heure")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    offer = page.locator(".typed-offer")
    expect(offer).to_contain_text("Un chapitre écrit pendant une heure", use_inner_text=True)
    accessible(page)
    offer.get_by_role("button", name="Reprendre").click()
    expect(body).to_have_value("Un chapitre\n\nécrit pendant une heure")

    # The session ends: the page that says so keeps it, and so does this browser.
    page.context.clear_cookies(name="sessionid")
    page.locator("main form .is-primary").click()
    expect(page.get_by_role("main")).to_contain_text("est gardé sur cette page")
    assert len(kept(page)) == 1
    page.goto(f"/connexion/?next={site.text}")
    sign_in(page, someone)
    offer.get_by_role("button", name="Reprendre").click()

    # Refused, it comes back filled, and is still kept.
    page.get_by_label("Titre").fill("Titre \u202eenvers")
    page.locator("main form .is-primary").click()
    expect(page.locator(".field-error, .note.is-bad").first).to_be_visible()
    expect(page.get_by_label("Titre")).to_have_value("Titre \u202eenvers")
    assert offer.count() == 0
    assert len(kept(page)) == 1
    page.get_by_label("Titre").fill("Préambule")
    page.locator("main form .is-primary").click()
    expect(page).to_have_url(re.compile(r"/textes/"))
    expect(page.locator("article")).to_contain_text("écrit pendant une heure")
    nothing_kept(page)


def test_one_sending_suffices_once_signed_in_again_elsewhere(
    site: SimpleNamespace, open_page: Any, accessible: Any
) -> None:
    """The page that says the session ended shows the text; its button needs no second press."""
    someone = site.people.administrator
    page = open_page(site.text, someone.client)
    page.get_by_label("Texte").fill("Un chapitre\n\nécrit pendant une heure")
    page.context.clear_cookies(name="sessionid")
    page.locator("main form .is-primary").click()
    main = page.get_by_role("main")
    expect(main.locator("blockquote")).to_contain_text("écrit pendant une heure")
    accessible(page)
    other = page.context.new_page()
    link = main.get_by_role("link", name="Se connecter dans un autre onglet")
    other.goto(link.get_attribute("href") or "")
    sign_in(other, someone)
    main.get_by_role("button", name="Renvoyer").click()
    expect(page.locator("article")).to_contain_text("écrit pendant une heure")

    # So of any form of a page opened before: signing in again elsewhere changed its token.
    page.goto(site.text)
    page.get_by_label("Texte").fill("Encore un autre texte")
    page.context.clear_cookies(name="sessionid")
    other.goto("/connexion/")
    sign_in(other, someone)
    page.locator("main form .is-primary").click()
    expect(page.locator("article")).to_contain_text("Encore un autre texte")
    page.goto(site.text)
    page.get_by_label("Texte").fill("Jamais sous le nom d’un autre")
    become(page, site.people.finances.client)
    page.locator("main form .is-primary").click()
    expect(main).to_contain_text("Un autre compte est connecté")
    expect(main.locator("blockquote")).to_contain_text("Jamais sous le nom d’un autre")
    other.close()


def test_a_refused_page_says_nothing_of_what_is_recorded(
    site: SimpleNamespace, open_page: Any
) -> None:
    """What comes back otherwise than it was typed is offered; nothing was recorded meanwhile."""
    page = open_page(site.text, site.people.administrator.client)

    def otherwise(route: Any) -> None:
        answer = route.fetch()
        text = answer.text().replace("Titre  \u202eenvers", "Titre \u202eenvers")
        route.fulfill(response=answer, body=text)

    page.route(f"**{site.text}", otherwise)
    page.get_by_label("Titre").fill("Titre  \u202eenvers")
    page.locator("main form .is-primary").click()
    offer = page.locator(".typed-offer")
    expect(offer).to_contain_text("enregistré : Préambule")
    expect(offer).not_to_contain_text("changé depuis")
    expect(offer).not_to_contain_text("La valeur enregistrée a changé")


def test_going_back_shows_nothing_once_signed_out_and_loses_nothing_typed(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.text, site.people.administrator.client)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Texte").fill("Un chapitre écrit pendant une heure")
    page.goto("/aide/")
    page.go_back()
    body, offer = page.get_by_label("Texte"), page.locator(".typed-offer")
    expect(body).to_be_visible()
    page.wait_for_load_state("networkidle")
    there = offer.inner_text() if offer.count() else body.input_value()
    assert "écrit pendant une heure" in there
    page.goto(site.url)
    expect(page.locator("#grid")).to_be_visible()
    page.goto("/aide/")
    page.locator(".tools details.menu > summary").first.click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("dialog").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Se connecter", exact=True).first).to_be_visible()
    for _ in range(4):
        page.go_back()
        expect(page.locator("#grid")).to_have_count(0)
        expect(page.get_by_label("Texte")).to_have_count(0)


def test_a_conflict_left_unsettled_is_one_again_after_a_reload(
    site: SimpleNamespace, open_page: Any
) -> None:
    page = open_page(site.url, site.people.administrator.client)
    theirs = CellEdit("achats", "2024", "", {"mode": "I", "source_page": "p. 9"})
    place_cells(site.edition, [theirs], actor=site.people.finances.actor)
    at(page, "achats", "2024").click()
    page.keyboard.press("a")
    box, state = page.locator("#grid-conflicts .note"), page.locator("#grid-state")
    expect(state).to_have_text("1 conflit à régler")
    for time in range(2):
        page.reload()
        expect(state).to_have_text("1 conflit à régler")
        expect(box).to_have_count(1)
        expect(box).to_contain_text(str(site.people.finances.user))
        expect(box.locator("tbody tr")).to_have_text(["ModeAutonomieIntégration"])
        expect(box).to_contain_text("Page : p. 9")
        expect(at(page, "achats", "2024")).to_have_class(re.compile("is-conflict"))
        # The other cells go through meanwhile.
        at(page, "achats", "2024").click()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("hm"[time])
        page.wait_for_timeout(400)
        assert modes(site.edition, "achats")[1:] == ["ICH", "HM"[time]]
    # Another tab of the same browser, and a third value set meanwhile.
    third = CellEdit("achats", "2024", "", {"mode": "M"})
    place_cells(site.edition, [third], actor=site.people.finances.actor)
    tab = page.context.new_page()
    tab.goto(page.url)
    there = tab.locator("#grid-conflicts .note")
    expect(there).to_contain_text(str(site.people.finances.user))
    expect(there.locator("tbody tr")).to_contain_text("Mutualisation")
    assert modes(site.edition, "achats")[1].startswith("M")
    there.locator("[data-keep]").click()
    saved(tab)
    now = Placement.objects.get(
        edition=site.edition, process__code="achats", milestone__code="2024", entity=None
    )
    assert (now.mode, now.source_page) == ("A", "p. 9")
    tab.reload()
    expect(there).to_have_count(0)
    assert modes(site.edition, "achats")[1].startswith("A")
