"""The nouns of a network as tables: codes proposed, what does not hold, what moved."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.actions import order_nouns, save_function, save_nouns
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.network.noun_model import Standing, copies
from maillage.network.noun_table import (
    FUNCTION,
    PROCESS,
    NounRow,
    completed,
    faults_of,
    proposed,
    stamp,
    typed,
    version,
)
from maillage.network.queries import held_nouns
from maillage.people.actors import INSTALLATION, Actor, Perimeter, Role

NOTHING: dict[str, dict[str, Any]] = {"entity": {}, "function": {}, "process": {}}


@pytest.fixture
def network(db: None) -> Network:
    return Network.objects.create(code="neuf", name="Réseau neuf")


def functions(*names: str) -> list[NounRow]:
    return [NounRow(FUNCTION, "", {"name": name}, rank) for rank, name in enumerate(names, 1)]


def save(network: Network, rows: list[NounRow], **more: Any) -> Any:
    return save_nouns(network, actor=INSTALLATION, rows=rows, source="essai", **more)


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Gestion de la paie", (), "gestion-paie"),
        ("Œuvres & achats", (), "oeuvres-achats"),
        ("L’achat d’été", (), "achat-ete"),
        ("Les", (), "les"),
        ("…", (), "ligne"),
        ("Paie", ("paie", "paie-2"), "paie-3"),
        ("a" * 90, (), "a" * 56),
    ],
)
def test_a_code_is_proposed_out_of_a_name(name: str, taken: tuple[str, ...], code: str) -> None:
    assert proposed(name, taken, 60) == code


def test_two_new_rows_of_one_name_get_two_codes_and_a_fault() -> None:
    rows = completed(functions("Paie", "paie"), NOTHING)
    assert [row.code for row in rows] == ["paie", "paie-2"]
    found = faults_of(rows, NOTHING)
    assert [(f.number, f.column) for f in found] == [(2, "name")]
    assert "le nom de la ligne 1" in found[0].reason


def test_a_homonym_is_named_by_its_line_or_by_its_code_where_it_has_none() -> None:
    held = {**NOTHING, FUNCTION: {"rh": {"name": "Personnel"}}}
    new = NounRow(FUNCTION, "b", {"name": "personnel"}, 1)
    (alone,) = faults_of([new], held)
    assert alone.reason == "c’est déjà le nom de «\u00a0rh\u00a0», au même endroit"
    (beside,) = faults_of([new, NounRow(FUNCTION, "rh", {}, 2)], held)
    assert (beside.number, beside.reason) == (1, "c’est déjà le nom de la ligne 2, au même endroit")


def test_what_depends_on_a_cell_that_could_not_be_read_is_not_judged() -> None:
    said = {"name": "Paie", "group": "", "parent": "x", "kind": "action"}
    action = NounRow(PROCESS, "a", said, 1, unread=["function"])
    other = NounRow(PROCESS, "b", {**said, "parent": ""}, 2, unread=["name"])
    assert [(f.number, f.column) for f in faults_of([action, other], NOTHING)] == [(2, "parent")]


def test_every_fault_is_told_at_once_with_those_of_reading(network: Network) -> None:
    texts = [
        {"name": "CCI Nord", "kind": "chambre inconnue", "code": "Mal écrit", "siren": "12"},
        {"name": "cci nord", "kind": "regional", "code": "nord", "siren": "123456789"},
        {"name": "", "kind": "regional", "code": "nord", "siren": ""},
    ]
    sent = [{**one, "number": str(n), "seen": ""} for n, one in enumerate(texts, 1)]
    rows, told = typed("entity", sent, {})
    assert [(f.number, f.column) for f in told] == [(1, "kind"), (3, "name")]
    assert (
        told[0]
        .reason.replace("\u00a0", " ")
        .startswith("nature inconnue : « chambre inconnue », attendu : une nature")
    )
    with pytest.raises(Refusal, match=r"^Ligne 1.*\(et 6 autres\)\.$") as refused:
        save(network, rows, told=told)
    found = {(f.number, f.column) for f in refused.value.details["faults"]}
    assert found == {
        (1, "kind"), (1, "code"), (1, "siren"),
        (2, "name"), (2, "siren"),
        (3, "name"), (3, "code"),
    }  # fmt: skip
    assert not Entity.objects.exists()


@pytest.mark.parametrize(
    ("row", "number", "column", "said"),
    [
        (NounRow(FUNCTION, "Mal écrit", {"name": "X"}, 3), 3, "code", "minuscules"),
        (NounRow(FUNCTION, "x", {"name": "  "}, 1), 1, "name", "attendu"),
        (NounRow(FUNCTION, "x", {"name": "a\u202eb"}, 1), 1, "name", ""),
        (NounRow("entity", "x", {"name": "X", "siren": "123456789"}, 2), 2, "siren", "clé"),
        (NounRow("entity", "x", {"name": "X", "departement": "999"}, 2), 2, "departement", ""),
    ],
)
def test_each_fault_stands_at_its_place(row: NounRow, number: int, column: str, said: str) -> None:
    found = faults_of([row], NOTHING)[0]
    assert (found.number, found.column) == (number, column) and said in found.reason


def test_what_is_typed_is_told_by_column() -> None:
    sent = {"name": "", "function": "inconnue", "number": "4", "code": ""}
    _rows, faults = typed(PROCESS, [sent], {"rh": "Personnel"})
    assert {(f.number, f.column) for f in faults} == {(4, "name"), (4, "function")}
    rows, faults = typed(PROCESS, [{**sent, "name": "Paie", "function": "personnel"}],
                         {"rh": "Personnel"})  # fmt: skip
    assert not faults and rows[0].values["function"] == "rh"


def test_rows_are_saved_whole_each_with_its_event(network: Network) -> None:
    rows = [
        *functions("Finances", "Personnel"),
        NounRow(PROCESS, "", {"name": "Paie", "function": "personnel", "group": "A"}, 3),
        NounRow("entity", "", {"name": "CCI Nord", "short_name": "", "kind": "territorial"}, 4),
    ]
    saved = save(network, rows)
    assert (saved.created, saved.changed) == (4, 0)
    assert Entity.objects.get().short_name == "CCI Nord"
    verbs = Event.objects.filter(chain=network.chain).order_by("sequence")
    assert [e.verb.split(".")[1] for e in verbs] == [
        "entity", "function", "function", "process", "nouns",
    ]  # fmt: skip
    assert verbs.last().diff == {"source": "essai", "created": 4, "changed": 0}
    known = [NounRow(FUNCTION, "finances", {"name": "Finances"}, 1)]
    assert save(network, known, seen=version(held_nouns(network))).created == 0
    assert Event.objects.filter(chain=network.chain).count() == 5


def test_one_wrong_row_writes_none(network: Network) -> None:
    with pytest.raises(Refusal, match="Ligne 2") as refused:
        save(network, functions("Finances", "\u200b"))
    assert [f.number for f in refused.value.details["faults"]] == [2]
    assert not Function.objects.exists() and not Event.objects.exists()


def test_it_takes_an_administrator(network: Network) -> None:
    reader = Actor("user:1", perimeters=(Perimeter(Role.FUNCTION_EDITOR, network.pk),))
    with pytest.raises(Refusal, match="Seul un administrateur"):
        save_nouns(network, actor=reader, rows=functions("Finances"), source="essai")
    with pytest.raises(Refusal, match="Seul un administrateur"):
        order_nouns(network, actor=reader, kind=FUNCTION, codes=[])


def test_a_row_that_somebody_else_changed_is_not_written_over(network: Network) -> None:
    save(network, functions("Finances"))
    read = stamp(held_nouns(network)[FUNCTION]["finances"])
    save_function(network, actor=INSTALLATION, code="finances", name="Finances et achats")
    with pytest.raises(Refusal, match="une autre personne") as refused:
        save(network, [NounRow(FUNCTION, "finances", {"name": "Argent"}, 1, seen=read)])
    assert refused.value.denied.status == 409
    assert "Finances et achats" in refused.value.denied.reason
    with pytest.raises(Refusal, match="a changé depuis"):
        save(network, functions("Autre"), seen=1)


def test_the_order_is_that_of_the_rows_and_is_undone(network: Network) -> None:
    save(network, functions("Un", "Deux", "Trois"))
    rows = [NounRow(FUNCTION, code, {}, n) for n, code in enumerate(("trois", "un", "deux"))]
    saved = save(network, rows, order=(FUNCTION, ["un", "deux", "trois"]))
    assert saved.ordered and not saved.changed
    assert [f.code for f in network.functions.all()] == ["trois", "un", "deux"]
    event = Event.objects.get(verb="network.nouns.ordered")
    before, after = event.diff["order"]
    assert order_nouns(network, actor=INSTALLATION, kind=FUNCTION, codes=before, seen=after)
    assert [f.code for f in network.functions.all()] == ["un", "deux", "trois"]
    with pytest.raises(Refusal, match="L’ordre a changé"):
        order_nouns(network, actor=INSTALLATION, kind=FUNCTION, codes=before, seen=after)


def test_an_order_another_changed_meanwhile_is_refused(network: Network) -> None:
    save(network, functions("Un", "Deux"))
    order_nouns(network, actor=INSTALLATION, kind=FUNCTION, codes=["deux", "un"])
    rows = [NounRow(FUNCTION, code, {}, n) for n, code in enumerate(("deux", "un"))]
    with pytest.raises(Refusal, match="L’ordre a changé"):
        save(network, rows, order=(FUNCTION, ["un", "deux"]))
    # one who moved nothing is not stopped by who did
    rows = [NounRow(FUNCTION, code, {}, n) for n, code in enumerate(("un", "deux"))]
    assert not save(network, rows, order=(FUNCTION, ["un", "deux"])).ordered
    assert not save(network, [], order=(FUNCTION, [])).ordered
    assert [f.code for f in network.functions.all()] == ["deux", "un"]


def test_a_new_row_stands_where_it_was_put(network: Network) -> None:
    save(network, functions("Un", "Deux"))
    rows = [
        NounRow(FUNCTION, "un", {}, 1),
        NounRow(FUNCTION, "", {"name": "Trois"}, 2),
        NounRow(FUNCTION, "deux", {}, 3),
    ]
    saved = save(network, rows, order=(FUNCTION, ["un", "deux"]))
    assert (saved.created, saved.ordered) == (1, False)
    assert [f.code for f in network.functions.all()] == ["un", "trois", "deux"]


def test_macro_processes_are_ordered_within_their_function(network: Network) -> None:
    rows = functions("Un", "Deux")
    rows += [NounRow(PROCESS, c, {"name": c, "function": f}) for c, f in
             (("a", "un"), ("b", "deux"), ("c", "un"))]  # fmt: skip
    save(network, rows)
    assert list(held_nouns(network)[PROCESS]) == ["a", "c", "b"]
    order_nouns(network, actor=INSTALLATION, kind=PROCESS, codes=["b", "c", "a"])
    assert [p.code for p in MacroProcess.objects.all()] == ["c", "a", "b"]


def test_a_model_never_writes_over_what_is_there(network: Network) -> None:
    save(network, [*functions("Finances", "Personnel")])
    rows = [
        NounRow(FUNCTION, "finances", {"name": "FINANCES"}),
        NounRow(FUNCTION, "personnel", {"name": "Achats"}),
        NounRow(FUNCTION, "rh", {"name": "personnel"}),
        NounRow(PROCESS, "paie", {"name": "Paie", "function": "personnel", "group": ""}),
        NounRow(PROCESS, "vote", {"name": "Vote", "function": "juridique", "group": ""}),
    ]
    found = copies(rows, held_nouns(network))
    assert [copy.standing for copy in found] == [
        Standing.SAME, Standing.TAKEN, Standing.HOMONYM, Standing.NEW, Standing.ORPHAN,
    ]  # fmt: skip
    assert "Personnel" in found[1].other and "personnel" in found[2].other


def processes(*rows: tuple[str, str, str]) -> list[NounRow]:
    """Rows of the function "rh": name, kind, parent."""
    return [
        NounRow(PROCESS, "", {"name": n, "function": "rh", "kind": k, "parent": p}, rank)
        for rank, (n, k, p) in enumerate(rows, 1)
    ]


def test_an_action_is_written_under_its_macro_process_whatever_their_order(
    network: Network,
) -> None:
    function = NounRow(FUNCTION, "rh", {"name": "Personnel"}, 9)
    rows = processes(("Frais", "action", "La paie"), ("La paie", "macro_process", ""))
    save(network, [function, *rows], order=(PROCESS, []))
    frais, paie = MacroProcess.objects.all()
    assert (frais.parent, frais.kind, paie.kind) == (paie, "action", "macro_process")
    event = Event.objects.get(verb="network.process.saved", diff__code="frais")
    assert event.diff["parent"] == [None, "paie"]
    held = held_nouns(network)
    assert held[PROCESS]["frais"]["parent"] == "paie"
    # read again as it was written, it changes nothing
    again = [NounRow(PROCESS, code, said) for code, said in held[PROCESS].items()]
    assert save(network, again).changed == 0


@pytest.mark.parametrize(
    ("kind", "parent", "said"),
    [
        ("action", "", "par son code"),
        ("action", "inconnu", "par son code"),
        ("macro_process", "paie", "seule une action"),
    ],
)
def test_what_stands_under_nothing_is_told(kind: str, parent: str, said: str) -> None:
    rows = processes(("La paie", "macro_process", ""), ("Frais", kind, parent))
    found = faults_of(completed(rows, NOTHING), NOTHING)
    assert [(f.number, f.column) for f in found] == [(2, "parent")] and said in found[0].reason


def test_a_row_left_without_a_kind_is_a_macro_process() -> None:
    sent = {"name": "Paie", "function": "rh", "number": "1", "code": "", "kind": "", "parent": ""}
    rows, faults = typed(PROCESS, [sent], {"rh": "Personnel"})
    assert not faults and rows[0].values["kind"] == "macro_process"


def test_a_model_leaves_out_actions_whose_macro_process_is_in_conflict(network: Network) -> None:
    save(network, [NounRow(FUNCTION, "rh", {"name": "Personnel"})])
    save(network, [NounRow(PROCESS, "paie", {"name": "Autre", "function": "rh"})])
    rows = [
        NounRow(PROCESS, c, {"name": c, "function": "rh", "group": "", "parent": p})
        for c, p in (("frais", "paie"), ("paie", ""), ("notes", "temps"), ("temps", ""))
    ]
    found = {copy.row.code: copy.standing for copy in copies(rows, held_nouns(network))}
    assert found == {
        "frais": Standing.ORPHAN, "paie": Standing.TAKEN,
        "notes": Standing.NEW, "temps": Standing.NEW,
    }  # fmt: skip
