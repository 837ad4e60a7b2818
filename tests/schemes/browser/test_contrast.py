"""What is written on the hue of a mode is legible, in light and in dark, wherever modes stand."""

from __future__ import annotations

import pytest

from tests.browsing import OpenPage, Stage, drafted, faint_on_modes, published

SHOWN = {
    "milestones": "/editions/{pk}/",
    "chambers": "/editions/{pk}/?lecture=chambres",
    "function": "/reseaux/essai/fonctions/finances/",
    "process": "/reseaux/essai/processus/achats/",
    "chamber": "/reseaux/essai/chambres/nord/?de=2022&a=2024",
    "source": "/editions/{pk}/source/",
    "cell": "/editions/{pk}/cellule/achats/2024/",
}
TYPED = {"grid": "/editions/{pk}/saisie/", "form": "/editions/{pk}/saisie/achats/2024/"}
THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
def test_any_text_on_a_mode_is_legible(stage: Stage, open_page: OpenPage, theme: str) -> None:
    edition = stage(published).edition
    for name, address in SHOWN.items():
        page = open_page(address.format(pk=edition.pk), color_scheme=theme)
        assert faint_on_modes(page) == [], name


@pytest.mark.parametrize("theme", THEMES)
def test_any_text_on_a_mode_typed_is_legible(stage: Stage, open_page: OpenPage, theme: str) -> None:
    site = stage(drafted)
    for name, address in TYPED.items():
        client = site.people.administrator.client
        page = open_page(address.format(pk=site.edition.pk), client, color_scheme=theme)
        assert faint_on_modes(page) == [], name
