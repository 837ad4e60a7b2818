"""A mode is a letter and a hue, and each of its states is also a word."""

from __future__ import annotations

import pytest

from maillage.schemes.templatetags import schemes


@pytest.mark.parametrize("mode", list("ACHMI"))
def test_mode_cell_always_holds_its_letter(mode: str) -> None:
    assert schemes.mode_cell(mode) == f'<td class="m-{mode}">{mode}</td>'


@pytest.mark.parametrize(
    ("mode", "css", "words"),
    [
        ("?", "m-u", "non renseigné"),
        (None, "m-u", "non renseigné"),
        ("Z", "m-u", "non renseigné"),
        ("-", "m-n", "sans objet"),
    ],
)
def test_mode_cell_without_a_mode_says_why(mode: str | None, css: str, words: str) -> None:
    cell = schemes.mode_cell(mode)
    assert f'class="{css}"' in cell and words in cell


def test_mode_cell_states_are_also_words() -> None:
    cell = schemes.mode_cell("M", "?cellule=1&x=<", different=True, more="CH", changed=True)
    assert 'class="m-M is-different is-changed has-more"' in cell
    assert "diffère" in cell and "a changé" in cell and "coopération, harmonisation" in cell
    assert 'href="?cellule=1&amp;x=&lt;"' in cell
