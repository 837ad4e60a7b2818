"""What a page that fails looks like: same face as the others, in French, and a way out."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from tests.browsing import Accessible, OpenPage, Stage, drafted
from tests.inspection import CUT, SIDEWAYS
from tests.portal.browser.failing_urls import FAILURES

pytestmark = pytest.mark.slow
NEXT = re.compile(
    "Revenez|Rechargez|Recommence|Réessayer|Vérifiez|Prévenez|Patientez|Reprendre|renvoyer|"
    "recommencez|Réduisez|connectez-vous|recharger",
    re.IGNORECASE,
)


@pytest.fixture
def failing(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.portal.browser.failing_urls"


def told(page: Page) -> None:
    """Title, what to do, a way out; nothing cut; at both widths."""
    expect(page.locator("main h1")).to_have_count(1)
    expect(page.locator("main")).to_contain_text(NEXT)
    assert page.locator("main .button").count() >= 1
    assert page.locator("html").get_attribute("lang") == "fr"
    family = page.locator("h1").evaluate("one => getComputedStyle(one).fontFamily")
    assert "Source Sans Pro" in family
    assert page.evaluate(SIDEWAYS) <= 0 and page.evaluate(CUT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_failure_has_the_face_of_the_house_and_a_way_out(
    stage: Stage,
    open_page: OpenPage,
    accessible: Accessible,
    failing: None,
    width: int,
    scheme: str,
) -> None:
    client = stage(drafted).people.administrator.client
    for signed in (None, client):
        page = open_page("/aide/", signed, width, color_scheme=scheme)
        for status in (404, *FAILURES):
            answer = page.goto("/nulle-part/" if status == 404 else f"/echec/{status}/")
            assert answer and answer.status == status
            told(page)
            accessible(page)


def test_what_was_typed_is_kept_when_the_session_has_ended_or_the_page_is_too_old(
    stage: Stage, open_page: OpenPage, accessible: Accessible
) -> None:
    client = stage(drafted).people.administrator.client
    for gone in ("sessionid", "csrftoken"):
        page = open_page("/editions/1/enonces-nouveau/", client)
        page.locator("main form textarea").first.fill("Viser un cadre commun")
        page.context.clear_cookies(name=gone)
        page.locator("main form .button.is-primary").click()
        expect(page.locator("main")).to_contain_text("Viser un cadre commun")
        told(page)
        accessible(page)


def test_too_many_failed_sign_ins_are_told(
    stage: Stage, open_page: OpenPage, accessible: Accessible, settings: LazySettings
) -> None:
    stage(drafted)
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    page = open_page("/connexion/", width=390)
    for _ in range(2):
        page.goto("/connexion/")
        page.locator("input[name=login]").fill("personne@exemple.fr")
        page.locator("input[name=password]").fill("pas-le-bon-mot")
        page.locator("main form .button.is-primary").click()
        page.wait_for_load_state("networkidle")
    expect(page.locator("main h1")).to_have_text("Trop de demandes en peu de temps")
    told(page)
    accessible(page)
