"""What a row of a return says it is: accounts taken, arithmetic over rows, a rule to hold.

Formulas are parsed by Python’s own parser and only arithmetic passes; nothing is ever executed.
Knows codes and numbers. Refuses to know where a value comes from: an operand that is not told, or
a division by zero, gives « non renseigné » with its reason, never a zero.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, localcontext

from maillage.kernel.absence import Absent

Value = Decimal | Absent
Lookup = Callable[[str], Value]
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,19}")
LONGEST = 500
"""Characters of a formula, of a rule, of a list of accounts."""
FUNCTIONS = {"ABS": 1, "MIN": 0, "MAX": 0}
"""What a formula may call, and on how many values (0: one or more)."""
LOCAL = "LOCAL:"
LEAST = 2
"""Values of which there is a least or a greatest."""
DEEPEST = 40
"""Parentheses within one another."""
_DECIMAL = re.compile(r"(?<![\w.,])[0-9]+,[0-9]+(?![\w.,])")
_PRECISE = Context(prec=40)
_LARGEST = Decimal(10) ** 24
_WORDS = {"×": "*", "÷": "/", "\u2212": "-", "\u00a0": " ", "\u202f": " ", ";": ","}
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


class ExpressionError(ValueError):
    """Why what is written cannot be read, in French."""


@dataclass(frozen=True, slots=True)
class Formula:
    """Arithmetic over codes, known to hold nothing else."""

    text: str
    tree: ast.expr

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(_codes(self.tree))

    def value(self, lookup: Lookup) -> Value:
        with localcontext(_PRECISE):
            return _value(self.tree, lookup)


@dataclass(frozen=True, slots=True)
class Rule:
    """Two formulas compared."""

    left: Formula
    right: Formula
    how: ast.cmpop

    @property
    def codes(self) -> frozenset[str]:
        return self.left.codes | self.right.codes

    def holds(self, lookup: Lookup) -> bool | Absent:
        left, right = self.left.value(lookup), self.right.value(lookup)
        for side in (left, right):
            if isinstance(side, Absent):
                return side
        return _COMPARED[type(self.how)](left, right)  # type: ignore[arg-type]


def read_formula(text: str, *, strict: bool = False) -> Formula:
    """`strict`: of what is being written, where a comma must say which of its two meanings it has;
    what was sealed once is read as it always was. Raises ExpressionError."""
    if strict:
        _refuse_commas(text)
    tree = _parsed(text.strip().removeprefix("="))
    _check(tree)
    if strict:
        _refuse_alone(tree)
    return Formula(text.strip(), tree)


def read_rule(text: str, *, strict: bool = False) -> Rule:
    """`A = B`, `abs(A - B) < 1`; `strict` as of a formula. Raises ExpressionError."""
    if strict:
        _refuse_commas(text)
    plain = re.sub(r"(?<![<>=!])=(?!=)", "==", text.replace("<>", "!=").replace("≠", "!="))
    plain = plain.replace("≤", "<=").replace("≥", ">=")
    tree = _parsed(plain)
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        raise ExpressionError(
            "une comparaison de deux termes est attendue, comme «\u00a0A = B\u00a0»"
        )
    how = tree.ops[0]
    if type(how) not in _COMPARED:
        raise ExpressionError("comparaison inconnue\u00a0: =, <>, <, <=, > ou >=")
    sides = (tree.left, tree.comparators[0])
    for side in sides:
        _check(side)
    if strict:
        _refuse_alone(tree)
    left, right = (Formula(ast.unparse(side), side) for side in sides)
    return Rule(left, right, how)


def _refuse_commas(text: str) -> None:
    """A comma is that of a decimal, between two figures of one number; values stand apart by « ; ».

    Else « min(1,5) » would be one value where « min(A, B) » is two.
    """
    decimals = {found.start() + found[0].index(",") for found in _DECIMAL.finditer(text)}
    for place, character in enumerate(text):
        if character == "," and place not in decimals:
            near = text[max(0, place - 10) : place + 11].strip()
            raise ExpressionError(
                f"virgule au caractère {place + 1} («\u00a0{near}\u00a0»)\u00a0: la virgule est "
                "celle d’un nombre à décimales, comme 1,5\u00a0; les valeurs se séparent par "
                "«\u00a0;\u00a0»"
            )


def _refuse_alone(tree: ast.expr) -> None:
    """The least or the greatest is of two values or more."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if FUNCTIONS.get(name) == 0 and len(node.args) < LEAST:
                raise ExpressionError(
                    f"{name.lower()} attend au moins deux valeurs, séparées par «\u00a0;\u00a0»"
                )


def _parsed(text: str) -> ast.expr:
    if not text.strip():
        raise ExpressionError("la formule est vide")
    if len(text) > LONGEST:
        raise ExpressionError(f"{LONGEST} caractères au plus")
    plain = re.sub(r"(?<=\d),(?=\d)", ".", text)
    for written, meant in _WORDS.items():
        plain = plain.replace(written, meant)
    try:
        tree = ast.parse(" ".join(plain.upper().split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(
            "la formule ne se lit pas\u00a0: codes, nombres, + - * / et parenthèses sont attendus"
        ) from error
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        raise ExpressionError("la formule est trop longue\u00a0: la couper en plusieurs lignes")
    return tree


def _check(node: ast.expr) -> None:
    """Refuse whatever is no arithmetic over codes."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            _check(left)
            _check(right)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            if not args or (FUNCTIONS[name] and len(args) != FUNCTIONS[name]):
                raise ExpressionError(f"{name.lower()} attend d’autres valeurs")
            for one in args:
                _check(one)
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if abs(Decimal(repr(number))) > _LARGEST:
                raise ExpressionError("un nombre est trop grand")
        case ast.Name(id=code):
            if not CODE.fullmatch(code):
                raise ExpressionError(f"«\u00a0{code[:40]}\u00a0» n’est pas un code de ligne")
        case _:
            raise ExpressionError(
                f"«\u00a0{ast.unparse(node)[:40]}\u00a0» n’est pas admis\u00a0: codes de lignes, "
                "nombres, + - * / et parenthèses, abs, min, max"
            )


def _codes(tree: ast.expr) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in FUNCTIONS:
            yield node.id


def _value(node: ast.expr, lookup: Lookup) -> Value:
    match node:
        case ast.Constant(value=number):
            return Decimal(repr(number))
        case ast.Name(id=code):
            return lookup(code)
        case ast.UnaryOp(op=op, operand=operand):
            found = _value(operand, lookup)
            return found if isinstance(found, Absent) or isinstance(op, ast.UAdd) else -found
        case ast.Call(func=ast.Name(id=name), args=args):
            return _called(name, [_value(one, lookup) for one in args])
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(op, _value(left, lookup), _value(right, lookup), right)
    raise AssertionError(ast.dump(node))


def _called(name: str, values: list[Value]) -> Value:
    known: list[Decimal] = []
    for one in values:
        if isinstance(one, Absent):
            return one
        known.append(one)
    if name == "ABS":
        return abs(known[0])
    return min(known) if name == "MIN" else max(known)


def _combined(op: ast.operator, left: Value, right: Value, divisor: ast.expr) -> Value:
    if isinstance(left, Absent):
        return left
    if isinstance(right, Absent):
        return right
    if isinstance(op, ast.Div) and right == 0:
        return Absent(f"division par zéro\u00a0: {ast.unparse(divisor)[:60]} vaut 0")
    try:
        return _OPERATORS[type(op)](left, right)
    except DecimalException:
        return Absent("calcul hors de portée")


# -- accounts -------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[1-9][0-9]{0,11}[A-Z]?")
_RANGE = re.compile(r"([1-9][0-9]{0,11})-([1-9][0-9]{0,11})")


@dataclass(frozen=True, slots=True)
class AccountSet:
    """Beginnings of numbers, from first to last, taken or left out: the longest that fits decides;
    at equal length, what is left out. `local`: numbers of each chamber’s own chart."""

    ranges: tuple[tuple[str, str, bool], ...]
    local: bool = False

    def __contains__(self, account: object) -> bool:
        number, best, taken = str(account), 0, False
        for first, last, takes in self.ranges:
            length = len(first)
            if length >= best and first <= number[:length] <= last:
                taken = takes if length > best else taken and takes
                best = length
        return taken

    @property
    def classes(self) -> frozenset[str]:
        """The classes of the chart it takes from."""
        return frozenset(
            str(digit)
            for first, last, takes in self.ranges
            if takes
            for digit in range(int(first[0]), int(last[0]) + 1)
        )

    def among(self, accounts: Iterable[str]) -> list[str]:
        return [account for account in accounts if account in self]


def read_accounts(text: str) -> AccountSet:
    """`60-62, !6061`, `7`, `local: 6061`. Raises ExpressionError."""
    plain = text.strip().upper().replace("\u2212", "-").replace("\u2013", "-")
    local = plain.startswith(LOCAL)
    words = re.split(r"[\s,;\u00a0]+", re.sub(r"\s*-\s*", "-", plain.removeprefix(LOCAL)).strip())
    if len(text) > LONGEST:
        raise ExpressionError(f"{LONGEST} caractères au plus")
    ranges = [_range(word) for word in words if word]
    if not any(takes for _first, _last, takes in ranges):
        raise ExpressionError(
            "aucun compte n’est pris\u00a0: un numéro est attendu, comme «\u00a060-62, !6061\u00a0»"
        )
    return AccountSet(tuple(ranges), local)


def _range(word: str) -> tuple[str, str, bool]:
    takes, number = not word.startswith("!"), word.removeprefix("!")
    if _NUMBER.fullmatch(number):
        return number, number, takes
    if found := _RANGE.fullmatch(number):
        first, last = found.groups()
        if len(first) == len(last) and first <= last:
            return first, last, takes
        raise ExpressionError(
            f"«\u00a0{number}\u00a0»\u00a0: deux débuts de même longueur, le plus petit d’abord"
        )
    raise ExpressionError(
        f"«\u00a0{word[:40]}\u00a0» n’est pas un compte, ni un intervalle comme 60-62"
    )
