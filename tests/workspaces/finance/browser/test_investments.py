"""The plan of investments by hand in a real Chromium, refusals included."""

from __future__ import annotations

import pytest

from maillage.workspaces.finance.models import Investment
from tests.browsing import Accessible, OpenPage, Stage, drafted

pytestmark = pytest.mark.slow


def test_an_operation_refused_then_planned_and_drawn(
    stage: Stage, open_page: OpenPage, accessible: Accessible
) -> None:
    client = stage(drafted).people.finances.client
    page = open_page("/reseaux/essai/finances/investissements/nouvelle/", client)
    page.get_by_label("Code").fill("toit")
    page.get_by_label("Opération").fill("Toiture")
    page.locator("fieldset input").nth(1).fill("mille")
    page.get_by_label("Autofinancement").fill("2 000")
    page.get_by_role("button", name="Enregistrer").click()
    years = page.locator("fieldset input").all()[:4]
    tops = {box["y"] for field in years if (box := field.bounding_box())}
    assert len(tops) == 1, "a field in error stays in line with its row"
    page.locator("fieldset input").nth(1).fill("")
    page.locator("fieldset input").first.fill("1 000,50")
    page.get_by_role("button", name="Enregistrer").click()
    alert = page.get_by_role("alert")
    assert "dépassent le coût" in alert.inner_text()
    accessible(page)
    page.get_by_label("Autofinancement").fill("400,25")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Plan pluriannuel").wait_for()
    assert page.locator("svg.bars rect").count() == 1
    assert page.get_by_role("link", name="Toiture").count() == 1
    operation = Investment.objects.get()
    assert [year.amount for year in operation.years.all()] == [100_050]
    accessible(page)
