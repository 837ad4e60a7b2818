"""A definition: each fault at its place, its seal, what changes between two, its files."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from maillage.sheets.findings import Unreadable
from maillage.workspaces.returns.engine.definition import (
    Column,
    Control,
    Definition,
    Line,
    faults_of,
    publishing_fault,
)
from maillage.workspaces.returns.engine.files import (
    Described,
    Written,
    grid_rows,
    heads_of,
    read_file,
    read_texts,
    to_json,
    to_xlsx,
)
from maillage.workspaces.returns.engine.versions import differences, in_words

NAMES = {"nord": "Nord", "sud": "Sud"}
SOUND = Definition(
    (
        Line("T", "Charges", "heading"),
        Line("CH", "Charges", "accounts", "60-62, !6061", "keuro", "debit", 1),
        Line("PR", "Produits", "accounts", "7", "euro", "credit"),
        Line("R", "Résultat", "formula", "PR - CH"),
        Line("ETP", "Effectif", "typed", "", "fte", "debit", 2),
    ),
    (
        Column("N", "Réalisé", "each"),
        Column("BP", "Budget", "sum", "initial", 0, "year"),
        Column("N1", "An passé", "nord", "books", -1),
        Column("C", "Consolidé", "consolidated"),
        Column("BC", "Budgets, nets", "consolidated", "initial"),
        Column("X", "Écart", "sum", "columns", content="C - BC", unit="percent", decimals=1),
    ),
    (Control("K1", "Équilibre", "R = PR - CH", True), Control("K2", "Positif", "R > 0")),
)


def _faults(found: Definition) -> list[str]:
    return [str(one) for one in faults_of(found, NAMES, ["paie"])]


def _rows(*rows: Line) -> Definition:
    return replace(SOUND, rows=rows, controls=())


def _columns(**more: str) -> Definition:
    held = (Column("N", "N"), Column("N1", "N1", "sum"), Column("X", "X", "sum", "columns", **more))
    return replace(SOUND, columns=held)  # type: ignore[arg-type]


def test_what_holds_has_no_fault() -> None:
    assert _faults(_columns(content="N1 / 2")) == []
    assert _faults(SOUND) == []
    assert publishing_fault(SOUND) == ""
    assert publishing_fault(Definition()).startswith("Une définition se publie")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (_rows(Line("a", "A", "typed")), "Ligne 1 (a)\u00a0: un code commence par une lettre"),
        (_rows(Line("A", "A", "typed"), Line("A", "B", "typed")), "Ligne 2 (A)\u00a0: ce code"),
        (_rows(Line("A", " ", "typed")), "Ligne 1 (A)\u00a0: le libellé est à indiquer."),
        (_rows(Line("A", "A", "formula", "B + 1")), "Ligne 1 (A)\u00a0: ligne inconnue\u00a0: B."),
        (
            _rows(Line("H", "H", "heading"), Line("A", "A", "formula", "H")),
            "Ligne 2 (A)\u00a0: ligne inconnue\u00a0: H.",
        ),
        (_rows(Line("A", "A", "formula", "A + 1")), "formule circulaire\u00a0: A → A."),
        (
            _rows(
                Line("X", "X", "formula", "B"),
                Line("A", "A", "formula", "C + 1"),
                Line("B", "B", "formula", "A"),
                Line("C", "C", "formula", "B * 2"),
            ),
            "Ligne 1 (X)\u00a0: formule circulaire\u00a0: B → A → C → B.",
        ),
        (_rows(Line("A", "A", "accounts", "6x-")), "«\u00a06X-\u00a0» n’est pas un compte"),
        (_rows(Line("A", "A", "accounts", "6", "fte")), "des comptes se comptent en € ou en k€"),
        (_rows(Line("A", "A", "volume", "rien")), "macro-processus «\u00a0rien\u00a0» inconnu"),
        (_rows(Line("A", "A", "typed", "12")), "«\u00a0Saisie\u00a0» n’a pas de contenu"),
        (replace(SOUND, columns=(Column("N", "N", "ouest"),)), "chambre «\u00a0ouest\u00a0»"),
        (_columns(content="N1 +"), "Colonne 3 (X)\u00a0: la formule ne se lit pas"),
        (_columns(content="N1 - Z"), "Colonne 3 (X)\u00a0: colonne inconnue\u00a0: Z."),
        (_columns(content="X + 1"), "Colonne 3 (X)\u00a0: formule circulaire\u00a0: X → X."),
        (
            _columns(content="N1 - N"),
            "Colonne 3 (X)\u00a0: la colonne N est celle de chaque chambre\u00a0: choisir",
        ),
        (
            replace(SOUND, columns=(Column("N", "N", content="A"),)),
            "Colonne 1 (N)\u00a0: seule une formule entre colonnes a un contenu.",
        ),
        (
            replace(SOUND, columns=(Column("N", "N", unit="percent"),)),
            "Colonne 1 (N)\u00a0: seule une formule entre colonnes a une unité",
        ),
        (
            replace(SOUND, columns=(Column("N", "N"), Column("N_NORD", "N", "nord"))),
            "Colonne 2 (N_NORD)\u00a0: le code N_NORD est aussi celui d’une chambre, colonne 1.",
        ),
        (replace(SOUND, controls=(Control("K", "K", "R"),)), "Contrôle 1 (K)\u00a0: une"),
        (replace(SOUND, controls=(Control("K", "K", "Z = 1"),)), "ligne inconnue\u00a0: Z"),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_place(found: Definition, said: str) -> None:
    assert said in " ".join(_faults(found))


def test_a_long_way_of_formulas_is_no_circle_and_does_not_fall() -> None:
    rows = [Line("L0", "L", "typed")]
    rows += [Line(f"L{n}", "L", "formula", f"L{n - 1} + 1") for n in range(1, 500)]
    assert _faults(_rows(*reversed(rows))) == []


def test_its_seal_is_of_what_it_says() -> None:
    assert SOUND.seal == Definition.of(json.loads(json.dumps(SOUND.as_json()))).seal
    assert SOUND.seal != replace(SOUND, rows=tuple(reversed(SOUND.rows))).seal


def test_what_changes_is_told_by_code() -> None:
    rows = [replace(SOUND.rows[1], content="60", decimals=0), SOUND.rows[0], *SOUND.rows[2:4]]
    after = replace(SOUND, rows=(*rows, Line("X", "Nouveau", "typed")), controls=())
    assert differences(SOUND, after) == [
        ("Ligne", "ETP", "Retirée", "Effectif", ""),
        ("Ligne", "CH", "Contenu", "60-62, !6061", "60"),
        ("Ligne", "CH", "Décimales", "1", "0"),
        ("Ligne", "CH", "Rang", "2", "1"),
        ("Ligne", "T", "Rang", "1", "2"),
        ("Ligne", "X", "Ajoutée", "", "Nouveau"),
        ("Contrôle", "K1", "Retirée", "Équilibre", ""),
        ("Contrôle", "K2", "Retirée", "Positif", ""),
    ]
    assert differences(SOUND, SOUND) == []


def test_it_comes_back_the_same_from_its_files_and_its_grids() -> None:
    today = dt.date(2026, 11, 25)
    assert read_file(to_xlsx(SOUND, NAMES, today), "d.xlsx", NAMES)[0] == SOUND
    said = Described("indic", "Indicateurs", "Tête de réseau", "Avant mars")
    assert read_file(to_json(SOUND, said), "d.json", NAMES) == (SOUND, said)
    texts = {
        part: "\n".join(
            "\t".join(row)
            for row in [[h.title for h in heads_of(part, NAMES)], *grid_rows(SOUND, part, NAMES)]
        )
        for part in ("rows", "columns", "controls")
    }
    assert read_texts(texts, NAMES) == Written(SOUND)
    assert read_texts({}, NAMES) == Written(Definition())


@pytest.mark.parametrize(
    "data",
    [
        b"{}", b"[]", b'{"format": "maillage-return/1"}', b"\xff",
        to_json(SOUND, Described()).replace(b'"keuro"', b'"livre"'),
        to_json(SOUND, Described()).replace(b'"decimals": 2', b'"decimals": 99'),
        to_json(SOUND, Described()).replace(b'"decimals": 2', b'"decimals": true'),
        to_json(SOUND, Described()).replace(b'"year": -1', b'"year": 40'),
        to_json(SOUND, Described()).replace(b'"sense"', b'"x"'),
        to_json(SOUND, Described()).replace("Résultat".encode(), b"a\\u0000b"),
    ],
)  # fmt: skip
def test_what_is_no_definition_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_file(data, "d.json", NAMES)


def test_a_grid_says_which_cell_does_not_hold() -> None:
    text = "Code\tLibellé\tNature\nA\tA\tCompte inconnu"
    (fault,) = read_texts({"rows": text}, NAMES).faults
    assert (fault.part, fault.rank, fault.field) == ("rows", 1, "kind")
    assert str(fault).startswith("Ligne 1 (A)\u00a0: Nature «\u00a0Compte inconnu\u00a0», ")


def test_every_fault_of_the_grids_is_told_at_once_by_the_number_shown() -> None:
    rows = [
        "Code\tLibellé\tNature\tContenu\tUnité\tSens\tDécimales",
        "A\tA\tFormule\tB",
        "\t\t\t",
        "B\tB\tFormule\tA",
        "C\tC\tSaisie\t\tlivres\t\t9",
        "c\tD\tComptes\t6x-\tETP",
        "D\tD\tFormule\tC + Z",
        "E\tE\tFormule\tE",
    ]
    full = [row + "\t" * (6 - row.count("\t")) for row in rows]
    texts = {"rows": "\n".join(full), "controls": "Code\tLibellé\tRègle\nK\tK\tA +"}
    written = read_texts(texts, NAMES)
    found = written.told(faults_of(written.definition, NAMES, ()))
    assert [(one.part, one.rank, one.field) for one in found] == [
        ("rows", 1, "content"), ("rows", 3, "unit"), ("rows", 3, "decimals"),
        ("rows", 4, "code"), ("rows", 4, "content"), ("rows", 4, "unit"), ("rows", 5, "content"),
        ("rows", 6, "content"), ("controls", 1, "rule"),
    ]  # fmt: skip


def test_titles_that_are_not_known_are_told_of_the_part() -> None:
    (*_, fault) = read_texts({"rows": "Code\tLibelé\nA\tA"}, NAMES).faults
    assert (fault.rank, str(fault)[:8]) == (0, "Lignes\u00a0:")


def test_a_difference_is_told_in_words() -> None:
    assert in_words(("Ligne", "CH", "Contenu", "60", "")) == "Ligne CH, Contenu\u00a0: 60 → vide"
    assert in_words(("Ligne", "X", "Ajoutée", "", "Y")) == "Ligne X ajoutée\u00a0: «\u00a0Y\u00a0»"


def test_only_accounts_say_a_sense_and_a_heading_says_no_unit() -> None:
    titles = [head.title for head in heads_of("rows", NAMES)]
    sense, unit, decimals = (titles.index(one) for one in ("Sens", "Unité", "Décimales"))
    rows = {row[0]: row for row in grid_rows(SOUND, "rows", NAMES)}
    assert [code for code in rows if rows[code][sense]] == ["CH", "PR"]
    assert (rows["T"][unit], rows["T"][decimals], rows["R"][unit]) == ("", "", "€")
