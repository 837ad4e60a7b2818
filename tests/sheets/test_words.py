"""Words as people compare them, and the nearest of those that are known."""

from __future__ import annotations

import difflib

import pytest

from maillage.sheets.words import LONGEST, MOST, Names, folded, nearest


@pytest.mark.parametrize(
    "text", ["Été\u00a0: l'œuvre", "ETE :  L’OEUVRE", " e\u0301te\u0301\u202f: l'oeuvre"]
)
def test_texts_that_read_the_same_fold_to_the_same(text: str) -> None:
    assert folded(text) == "ete : l'oeuvre"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("trésorrerie", "Trésorerie"),
        ("TRESORERIE", "Trésorerie"),
        ("Paye", "Paie"),
        ("zzz", ""),
        ("", ""),
        ("T" * 500, ""),
    ],
)
def test_the_nearest_is_a_hint(value: str, expected: str) -> None:
    assert nearest(value, ["Trésorerie", "Paie", "Achats"]) == expected


def test_a_few_names_are_compared_whatever_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    real = difflib.get_close_matches

    def counted(word: str, names: list[str], **options: float) -> list[str]:
        compared.append(len(names))
        assert max(map(len, names)) <= LONGEST
        return real(word, names, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("maillage.sheets.words.get_close_matches", counted)
    names = Names([f"code-{rank:06}" for rank in range(50_000)] + ["code-" + "x" * 5_000])
    assert names.nearest("kode-000012") == "code-000012"
    assert names.nearest("kode-000012") == names.nearest("code-000012x") == "code-000012"
    assert len(compared) == 2 and max(compared) <= MOST
