"""The table as text: headings, escaping, and every colour said in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.schemes.cartography.rendering import Column, Row, State, table

COLUMNS = [Column("Réseau", "Valeur du réseau", "2017/"), Column("Nord", "Chambre", "2017/nord/")]


def drawn(*states: State, name: str = "Paie", group: str = "", turned: bool = False) -> str:
    return table(COLUMNS, [Row("paie", name, "Personnel", group, states)], "Titre", turned)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State("A"), 'class="m-A"'),
        (State("?"), "non renseigné"),
        (State("-"), "sans objet"),
        (State("?"), 'class="m-u"'),
        (State("-"), 'class="m-n"'),
        (State("M", "CH"), "<sup>CH</sup>"),
        (State("M", "CH"), "complété par Coopération, Harmonisation"),
        (State("H", kinds=("mode",)), "changement depuis le jalon précédent (mode)"),
        (State("H", kinds=("mode",)), 'class="m-H is-changed"'),
        (State("H", kinds=("option",)), 'class="m-H is-changed"'),
        (State("H", kinds=("lead",)), 'class="m-H is-moved"'),
        (State("H", kinds=("beneficiaries",)), 'class="m-H is-moved"'),
        (State("H", kinds=("mode", "lead")), 'class="m-H is-changed is-moved"'),
        (State("H", kinds=("mode", "lead")), "(mode, assuré par)"),
        (State("I", different=True), "valeur propre, différente du réseau"),
        (State("I", different=True), "is-different"),
        (State("I", lead="Région"), "Région"),
        (State("M", provenance="inferred"), 'class="m-M is-inferred"'),
        (State("M", provenance="inferred"), "déduit"),
        (State("M", provenance="carried"), "reporté d’un jalon antérieur"),
        (State("M", provenance="stated"), 'class="m-M"'),
    ],
)
def test_a_cell_says_its_state(state: State, expected: str) -> None:
    assert expected in drawn(state, State("A"))


def test_every_cell_leads_to_its_page_by_a_short_address() -> None:
    html = drawn(State("A"), State("C"))
    assert 'href="cellule/paie/2017/"' in html
    assert 'href="cellule/paie/2017/nord/"' in html


def test_headings_have_scopes() -> None:
    html = drawn(State("A"), State("C"), group="Administration")
    assert html.count('scope="col"') == 3
    assert html.count('scope="rowgroup"') == 2
    assert '<th scope="row">Paie</th>' in html
    assert "<caption" in html


def test_headings_turn_for_many_columns() -> None:
    assert 'class="v"' in drawn(State("A"), State("A"), turned=True)
    assert 'class="v"' not in drawn(State("A"), State("A"))


@given(st.text(), st.text())
def test_no_name_becomes_markup(name: str, lead: str) -> None:
    hostile = f"<script>{name}"
    html = drawn(State("A", lead=f'"><b>{lead}'), State("A"), name=hostile, group=hostile)
    assert "<script" not in html
    assert "<b>" not in html
