"""What a page says of what is under way: the network away, a sending that lasts, what is
kept meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browsing import Accessible, OpenPage, Stage, drafted

pytestmark = pytest.mark.slow
BAR = "getComputedStyle(document.querySelector('main'), '::before').content"


@pytest.fixture
def admin(stage: Stage) -> Any:
    return stage(drafted).people.administrator.client


def test_offline_says_how_much_is_kept_here(
    admin: Any, open_page: OpenPage, accessible: Accessible
) -> None:
    page = open_page("/editions/1/enonces-nouveau/", admin)
    strip = page.locator(".offline")
    expect(strip).not_to_be_visible()
    page.context.set_offline(True)
    expect(strip).to_have_text("Hors ligne")
    page.locator("main form textarea, main form input[type=text]").first.fill("Viser un cadre")
    expect(strip).to_have_text("Hors ligne, 1 saisie gardée ici")
    accessible(page)
    page.context.set_offline(False)
    expect(strip).not_to_be_visible()


def test_a_sending_that_lasts_is_said_and_its_end_too(admin: Any, open_page: OpenPage) -> None:
    page = open_page("/editions/1/enonces-nouveau/", admin)
    assert page.evaluate(BAR) == "none"
    page.evaluate(
        """() => {
          const form = document.querySelector("main form[method=post]");
          form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    delay = "getComputedStyle(document.querySelector('main'), '::before').animationDelay"
    assert page.evaluate(delay) == "0.3s"
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    assert page.evaluate(BAR) == "none"
