"""Rows of macro-processes, and how many they are in words.

Knows that an action is never counted among them, so that a count beside rows that hold some says
how many these are. Refuses to know which rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from maillage.kernel.money import NBSP, number


class Coded(str):
    """The name of a macro-process, with its code: a page leads from it to its cell. An action is
    told apart, since it never counts."""

    code: str
    is_action: bool

    def __new__(cls, name: str, code: str, is_action: bool = False) -> Self:
        made = super().__new__(cls, name)
        made.code, made.is_action = code, is_action
        return made


def counted(names: Iterable[Any]) -> str:
    """How many macro-processes a list or a table names, each once; its actions beside them."""
    met = {name.code: name for name in names}.values()
    return together(sum(not name.is_action for name in met), sum(name.is_action for name in met))


def together(count: int, actions: int) -> str:
    """A count and, beside it, of how many actions: "13 et 8 actions", "8 actions", "13"."""
    told = [number(count)] if count or not actions else []
    told += [f"{number(actions)}{NBSP}action{'s' if actions > 1 else ''}"] if actions else []
    return " et ".join(told)


def of_cells(count: int, actions: int, noun: str = "cellule", several: str = "") -> str:
    """Cells, or another noun, and beside them those of actions, which are listed and not counted:
    "160 cellules, et 12 d’actions, non comptées"."""
    told = f"{number(count)}{NBSP}{(several or f'{noun}s') if count > 1 else noun}"
    if not actions:
        return told
    whose = "d’une action" if actions == 1 else "d’actions"
    uncounted = "non comptée" if noun.endswith("e") else "non compté"
    return f"{told}, et {number(actions)} {whose}, {uncounted}{'s' if actions > 1 else ''}"


def of_rows(count: int, actions: int) -> str:
    """Macro-processes, and beside them the actions listed: "2 macro-processus, et 3 actions, non
    comptées"."""
    told = f"{number(count)}{NBSP}macro-processus"
    if not actions:
        return told
    many = "s" if actions > 1 else ""
    return f"{told}, et {number(actions)} action{many}, non comptée{many}"
