"""The table of rooms: filled once, asked by the prefix of a subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.kernel.rooms import Link, Page, Purpose, Resolved, Room, Table
from maillage.kernel.words import NOT_IN_TITLE, Words, folded


def _books(keys: Sequence[str], actor: Any) -> Mapping[str, Resolved]:
    return {key: Resolved(f"Livre {key}", f"/livres/{key}/", actor == "ami") for key in keys}


def _room(code: str, **values: Any) -> Room:
    return Room(code=code, label=code.title(), purpose=Purpose.MANAGE, **values)


def test_a_table_is_filled_once() -> None:
    table = Table()
    table.fill([_room("livres")])
    with pytest.raises(RuntimeError, match="already known"):
        table.fill([_room("autres")])
    assert [room.code for room in table.all()] == ["livres"]


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ("noun", {"nouns": {"a.livre": _books}}),
        ("event prefix", {"details": {"a.livre.": lambda diff: ()}}),
        ("page", {"pages": (Page("a:livres", "Livres"),)}),
    ],
)
def test_two_rooms_never_claim_the_same_thing(claim: str, values: dict[str, Any]) -> None:
    table = Table()
    with pytest.raises(RuntimeError, match=claim):
        table.fill([_room("un", **values), _room("deux", **values)])
    assert table.all() == ()
    with pytest.raises(RuntimeError, match="code: un"):
        table.fill([_room("un"), _room("un")])


def test_a_subject_is_named_by_the_room_of_its_prefix_in_one_call_each() -> None:
    calls: list[Sequence[str]] = []

    def counted(keys: Sequence[str], actor: Any) -> Mapping[str, Resolved]:
        calls.append(keys)
        return _books(keys, actor)

    table = Table()
    table.fill([_room("livres", nouns={"a.livre": counted}), _room("vide")])
    asked = ["a.livre:1", "a.livre:2", "a.livre:1", "b.inconnu:3"]
    found = table.resolve(asked, "ami")
    assert calls == [["1", "2"]]
    assert set(found) == {"a.livre:1", "a.livre:2"}
    assert found["a.livre:2"] == Resolved("Livre 2", "/livres/2/", True)
    assert not table.resolve(["a.livre:1"], "passant")["a.livre:1"].visible
    assert table.of("a.livre:9") == table.all()[0]
    assert table.of("a.livret:9") is None


def test_what_rests_upon_a_subject_is_told_by_every_room() -> None:
    table = Table()
    table.fill(
        [
            _room("un", depends_on=lambda subject: ["un.x:1"] if subject == "bas.y:1" else []),
            _room("deux", depends_on=lambda subject: ["deux.x:2"] if subject == "bas.y:1" else []),
        ]
    )
    assert table.dependents("bas.y:1") == ("un.x:1", "deux.x:2")
    assert table.dependents("bas.y:2") == ()


def test_the_longest_prefix_tells_an_event() -> None:
    table = Table()
    calls: list[Any] = []

    def together(events: Any, actor: Any) -> Any:
        calls.append(events)
        return [[event.chain, event.diff["n"], actor] for event in events]

    table.fill(
        [
            _room(
                "un", details={"a.": lambda d, _: ["large"], "a.livre.": lambda d, a: [d["n"], a]}
            ),
            _room("deux", tells={"c.": together}),
        ]
    )
    happened = [
        SimpleNamespace(chain=f"chaîne:{rank}", verb=verb, diff=diff)
        for rank, (verb, diff) in enumerate(
            [
                ("c.livre.lu", {"n": "un"}),
                ("a.livre.lu", {"n": "précis"}),
                ("a.autre.lu", {}),
                ("b.livre.lu", {}),
                ("c.autre.lu", {"n": "deux"}),
            ]
        )
    ]
    assert table.details(happened, "qui") == [
        ("chaîne:0", "un", "qui"),
        ("précis", "qui"),
        ("large",),
        (),
        ("chaîne:4", "deux", "qui"),
    ]
    assert len(calls) == 1, "what is told together is asked once"


def test_rooms_above_add_links_to_a_place_below() -> None:
    table = Table()
    table.fill(
        [
            _room("un", offers={"bas.page": lambda key, actor: [Link("Un", f"/un/{key}/")]}),
            _room("deux", offers={"autre": lambda key, actor: [Link("Deux", "/")]}),
        ]
    )
    assert table.offered("bas.page", "7", None) == [Link("Un", "/un/7/")]


@pytest.mark.parametrize(
    "written", ["Trésorerie", "TRÉSORERIE", "tresorerie", "Tre\u0301sorerie", "ＴＲÉSORERIE"]
)
def test_a_text_is_the_same_however_it_is_accented(written: str) -> None:
    assert folded(written) == "tresorerie"
    assert Words("tre\u0301so").fit(written)


def test_each_word_is_to_be_found_somewhere() -> None:
    assert Words("  paie  cœur ").fit("Gestion de la PAIE", "Le coeur de métier")
    assert not Words("paie impôt").fit("Gestion de la paie")
    assert not Words("p") and not Words("p").fit("paie")
    assert Words("l'aide 2017").fit("De l’aide (2017-2021)")
    assert not Words("tabilite").fit("Comptabilité"), "a word is found by its beginning"


def test_a_question_is_asked_in_words_that_name_something() -> None:
    assert Words("qui fait la paie").fit("Gestion de la paie")
    assert not Words("qui fait la paie").fit("Qui fait la comptabilité")
    assert Words("la").fit("La Roche") and not Words("la").fit("Roche")
    assert Words("nantes saint nazaire").fit("CCI Nantes St-Nazaire")
    assert Words("st nazaire").fit("Saint-Nazaire") and not Words("st").fit("Sainte-Anne")


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("Paie", 0),
        ("PAIE et personnel", 1),
        ("Paiement des factures", 1),
        ("Administration et paie", 2),
        ("Moyens de paiement", 3),
        ("La sous-paie", 2),
        ("Comptabilité impaie", NOT_IN_TITLE),
        ("Comptabilité bancaire", NOT_IN_TITLE),
    ],
)
def test_the_nearest_title_comes_first(title: str, rank: int) -> None:
    assert Words("paie").rank(title) == rank
