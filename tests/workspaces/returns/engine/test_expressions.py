"""Formulas, rules and lists of accounts: what passes, what is refused, what is not told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.kernel.absence import Absent
from maillage.workspaces.returns.engine.expressions import (
    ExpressionError,
    Value,
    read_accounts,
    read_formula,
    read_rule,
)

KNOWN: dict[str, Value] = {
    "A": Decimal(10),
    "B": Decimal(4),
    "NIL": Decimal(0),
    "LOST": Absent("aucun livre"),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A + B - 1", "13"),
        ("=A + B", "14"),
        ("a / b * 100", "250"),
        ("A × 1,5 ÷ 3", "5"),
        ("-(A \u2212 B)", "-6"),
        ("abs(B - A) + max(A; B; 12) - min(A, B)", "14"),
        ("0,1 + 0,2", "0.3"),
    ],
)
def test_a_formula_is_exact_arithmetic_as_french_people_write_it(text: str, value: str) -> None:
    assert read_formula(text).value(KNOWN.__getitem__) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A / NIL", "division par zéro\u00a0: NIL vaut 0"),
        ("A / (B - 4)", "division par zéro\u00a0: B - 4 vaut 0"),
        ("A + LOST * 0", "aucun livre"),
        ("max(A; LOST)", "aucun livre"),
        ("-LOST", "aucun livre"),
    ],
)
def test_what_cannot_be_told_says_why_and_is_never_zero(text: str, reason: str) -> None:
    found = read_formula(text).value(KNOWN.__getitem__)
    assert isinstance(found, Absent)
    assert found.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "", "A +", "A B", "A ** 9", "A % B", "A // B", "__import__('os')", "A.real", "A[0]",
        "lambda: A", "'A'", "A if B else A", "[A]", "print(A)", "abs(A; B)", "max()",
        "A = B", "é + 1", "9" * 30, "-" * 200 + "A", "A" * 501,
        "ABS(x=A)", "{A}", "A := 1", "1j",
    ],
)  # fmt: skip
def test_nothing_but_arithmetic_is_a_formula(text: str) -> None:
    with pytest.raises(ExpressionError):
        read_formula(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("A = 10", True), ("A == B", False), ("abs(A - B) < 7", True), ("A <> B", True),
        ("A ≥ 10", True), ("B ≤ 3", False), ("A != 10", False), ("A > B * 2,5", False),
    ],
)  # fmt: skip
def test_a_rule_compares_two_formulas(text: str, holds: bool) -> None:
    assert read_rule(text).holds(KNOWN.__getitem__) is holds


def test_a_rule_on_what_is_not_told_is_unknown() -> None:
    found = read_rule("A + LOST = B").holds(KNOWN.__getitem__)
    assert isinstance(found, Absent)


@pytest.mark.parametrize("text", ["A", "A < B < 3", "A in B", "A is B", "", "A = print(B)"])
def test_what_is_no_comparison_is_no_rule(text: str) -> None:
    with pytest.raises(ExpressionError):
        read_rule(text)


@pytest.mark.parametrize(
    ("text", "taken", "left"),
    [
        ("7", ["7", "706", "7E"], ["6", "67"]),
        ("60-62, !6061", ["60", "6062", "615", "6299"], ["6061", "60611", "63", "6"]),
        ("60 !606 6061", ["601", "6061", "60618"], ["6062", "606"]),
        ("6-7 ; !675", ["641", "7593"], ["675", "6751", "512"]),
        ("60, !60", [], ["60", "601"]),
    ],
)
def test_the_longest_beginning_decides(text: str, taken: list[str], left: list[str]) -> None:
    accounts = read_accounts(text)
    assert [one for one in taken if one not in accounts] == []
    assert [one for one in left if one in accounts] == []


def test_local_accounts_are_told_apart_and_classes_are_those_taken() -> None:
    found = read_accounts("local: 6061, 7")
    assert (found.local, found.classes) == (True, {"6", "7"})
    assert read_accounts("1-3, !45").classes == {"1", "2", "3"}


@pytest.mark.parametrize("text", ["", "!60", "60-", "62-60", "60-611", "abc", "0", "60*", "60 - A"])
def test_what_is_no_account_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        read_accounts(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("min(PROD, CHG)", "virgule au caractère 9"),
        ("min(1, 5)", "virgule au caractère 6"),
        ("max(A1,5; B)", "virgule au caractère 7"),
        ("1,5,2 + A", "virgule au caractère 2"),
        ("min(1,5)", "min attend au moins deux valeurs"),
        ("MAX(A)", "max attend au moins deux valeurs"),
    ],
)
def test_a_comma_as_it_is_written_is_that_of_a_decimal_or_is_refused_at_its_place(
    text: str, reason: str
) -> None:
    with pytest.raises(ExpressionError, match=reason):
        read_formula(text, strict=True)
    with pytest.raises(ExpressionError, match=reason):
        read_rule(f"{text} > 0", strict=True)


@pytest.mark.parametrize("text", ["min(1,5; A)", "A * 0,5 - 12,25", "max(A; B; 3)"])
def test_a_decimal_and_values_apart_are_written(text: str) -> None:
    assert read_formula(text, strict=True).text == text


def test_a_comma_once_sealed_between_values_is_read_as_it_was() -> None:
    assert read_formula("min(A, B)").value(KNOWN.__getitem__) == Decimal(4)
