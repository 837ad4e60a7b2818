"""The index of what can be found: the same answers on both databases, and only what one may see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from maillage.kernel import index
from maillage.kernel.models import IndexEntry, append
from maillage.kernel.rooms import HOUSE, Findable, Indexed, Purpose, Room
from maillage.kernel.words import NOT_IN_TITLE, Words
from tests.depth import examples

CHAIN = "network:essai"
HELD: list[Findable] = []
NOTES = Indexed(
    "essais.note",
    "Notes",
    lambda chain: [one for one in HELD if chain in ("", one.chain)],
    ("essais.note.",),
)
ROOM = Room(code="essais", label="Essais", purpose=Purpose.MANAGE, indexes=(NOTES,))


@pytest.fixture
def notes(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Findable]]:
    """A house of one room, whose rows are a list."""
    monkeypatch.setattr(HOUSE, "_rooms", (ROOM,))
    HELD.clear()
    yield HELD
    HELD.clear()


def note(key: str, title: str, *texts: str, audience: str = "", place: int = 0) -> Findable:
    return Findable(key, CHAIN, title, f"/notes/{key}/", "Essai", texts, audience, place)


def found(question: str, audiences: list[str] | None = None, most: int = 30) -> list[str]:
    groups = index.find(Words(question), audiences, most)
    return [one.url[7:-1] for group in groups for one in group.found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("tresorerie", ["accents", "text"]),
        ("TRÉSORERIE", ["accents", "text"]),
        ("Tre\u0301sor", ["accents", "text"]),
        ("ＴＲÉＳＯＲ", ["accents", "text"]),
        ("coeur", ["ligature"]),
        ("cœur de me\u0301tier", ["ligature"]),
        ("l'aide", ["apostrophe"]),
        ("l’aide", ["apostrophe"]),
        ("2021", ["years"]),
        ("2017-2021", ["years"]),
        ("20", ["years"]),
        ("sorerie", []),
        ("tresorerie absent", []),
        ("t", []),
        ('"tres" OR *', []),
        ("tres & ! | :* '", ["accents", "text"]),
        ("%", []),
        ("__", []),
    ],
)
def test_accents_case_and_composition_are_folded_alike(
    notes: list[Findable], question: str, expected: list[str]
) -> None:
    notes += [
        note("accents", "Gestion de la trésorerie"),
        note("text", "Autre chose", "Où la Tre\u0301sorerie est tenue."),
        note("ligature", "Cœur de métier"),
        note("apostrophe", "De l’aide"),
        note("years", "Schéma 2017-2021"),
    ]
    index.rebuild()
    assert found(question) == expected


def test_the_exact_title_then_titles_then_texts(notes: list[Findable]) -> None:
    notes += [
        note("text", "Zèbre", "La paie."),
        note("begun", "Moyens de paiement"),
        note("whole", "Suivi de la paie"),
        note("first", "Paiement des factures"),
        note("exact", "PAIE"),
        note("last", "Suivi de la paie", place=1),
    ]
    index.rebuild()
    assert found("paie") == ["exact", "first", "whole", "last", "begun", "text"]
    group = index.find(Words("paie"), None, 2)[0]
    assert (len(group.found), group.count, group.rank) == (2, 6, 0)


def test_what_may_not_be_seen_is_neither_shown_nor_counted(notes: list[Findable]) -> None:
    notes += [
        note("public", "Paie publique"),
        note("inner", "Paie interne", audience=CHAIN),
        note("other", "Paie d’ailleurs", audience="network:ailleurs"),
    ]
    index.rebuild()
    for audiences, expected in (
        (None, {"public", "inner", "other"}),
        ([CHAIN], {"public", "inner"}),
        ([], {"public"}),
    ):
        group = index.find(Words("paie"), audiences, 30)[0]
        assert {one.url[7:-1] for one in group.found} == expected
        assert group.count == len(expected)
    assert index.find(Words("interne"), [], 30) == []


def test_an_event_brings_its_chain_in_step_and_no_other_event(notes: list[Findable]) -> None:
    notes.append(note("a", "Un titre"))
    index.follow(CHAIN, ["essais.autre.made"])
    index.follow("network:ailleurs", ["essais.note.made"])
    assert found("titre") == []
    index.follow(CHAIN, ["essais.autre.made", "essais.note.made"])
    assert found("titre") == ["a"]
    notes[0] = note("a", "Un nom", "Le titre est parti")
    notes.append(note("b", "Deux"))
    index.follow(CHAIN, ["essais.note.made"])
    assert (found("nom"), found("titre"), found("deux")) == (["a"], ["a"], ["b"])
    del notes[0]
    index.follow(CHAIN, ["essais.note.made"])
    assert (found("nom"), found("deux")) == ([], ["b"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM kernel_indexentry_words")
        assert cursor.fetchone() == (1,), "no word is left of what is gone"


def test_nothing_is_written_where_nothing_differs(
    notes: list[Findable], django_assert_num_queries: object
) -> None:
    notes.append(note("a", "Un titre"))
    index.follow(CHAIN, ["essais.note.made"])
    before = list(IndexEntry.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):  # type: ignore[operator]
        index.follow(CHAIN, ["essais.note.made"])
    with django_assert_num_queries(0):  # type: ignore[operator]
        index.follow(CHAIN, ["schemes.placement.placed"])
    assert list(IndexEntry.objects.values_list("pk", flat=True)) == before


def test_what_no_room_indexes_any_more_is_forgotten(
    notes: list[Findable], monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.append(note("a", "Un titre"))
    assert index.rebuild() == 1
    monkeypatch.setattr(HOUSE, "_rooms", ())
    assert index.rebuild() == 0
    assert found("titre") == []


def test_an_event_written_beside_an_action_is_not_one_of_its_door(notes: list[Findable]) -> None:
    """`append` alone is a line of the journal; the index follows acts."""
    notes.append(note("a", "Un titre"))
    append(CHAIN, "", "essais.note.made", "essais.note:a", {})
    assert found("titre") == []


texts = st.text(st.sampled_from("aéÉe œ-'’2_%ＡЖß"), max_size=9) | st.lists(
    st.sampled_from(["st", "saint", "St-Naz", "la", "qui", "naz", "sainte", "ste"]), max_size=4
).map(" ".join)


class TestRanks(TestCase):
    """What the database finds and ranks is what `Words` says, whatever is written."""

    @examples(60)
    @given(st.lists(st.tuples(texts, texts), max_size=6), texts)
    def test_the_database_says_what_words_say(
        self, rows: list[tuple[str, str]], question: str
    ) -> None:
        held = [note(str(n), title, text) for n, (title, text) in enumerate(rows)]
        words = Words(question)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(HOUSE, "_rooms", (ROOM,))
            HELD[:] = held
            index.rebuild()
            HELD.clear()
        expected = {
            (one.key, words.rank(one.title)) for one in held if words.fit(one.title, *one.texts)
        }
        sql = index.statement(words, None, 30) if words else ("SELECT 1 WHERE 1 = 0", ())
        with connection.cursor() as cursor:
            cursor.execute(*sql)
            said = {(row[2][7:-1], row[4]) for row in cursor.fetchall()}
        assert said == expected
        assert all(0 <= rank <= NOT_IN_TITLE for _, rank in said)
