"""The frame of every page has names of its own: no view may give another meaning to one of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from maillage.portal.context import shell
from maillage.ui import context
from maillage.ui.context import frame

SOURCE = Path(__file__).parents[2] / "src" / "maillage"
VIEWS = [p for p in SOURCE.rglob("*.py") if "views" in p.parts or p.name == "views.py"]


def keys_of(path: Path) -> set[str]:
    """Each text that is the key of a mapping written there."""
    held = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if type(node) is ast.Dict)
    keys = (key.value for node in held for key in node.keys if isinstance(key, ast.Constant))
    return {key for key in keys if isinstance(key, str)}


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_view_takes_a_name_of_the_frame(path: Path) -> None:
    request = RequestFactory().get("/")
    names = {*frame(request), *shell(request)}
    assert "maillage_version" in names
    assert not keys_of(path) & names


def test_the_foot_of_a_page_says_the_version_of_the_house(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "program_version", lambda: "12.3")
    assert "<p>Maillage 12.3</p>" in Client().get("/aide/").content.decode()
