"""One word per idea, in French: what a reader sees bears no variant, no English, and no code where
a name exists."""

from __future__ import annotations

import ast
import html
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from maillage.costing.models.budgets import BudgetAxis
from tests.architecture.world import World, build, table
from tests.builders import actors_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "maillage"
VARIANTS = {
    "assuré par": r"\bpilotes?\b(?! (?:les?|des|la|l’)\b)|\bporteurs?\b|\bchefs? de file\b",
    "non renseigné": r"\bnon documentée?s?\b",
    "valeur du réseau": r"\bvaleurs? régionales?\b",
    "fondement": r"\bbase de la source\b|\bfondement de la source\b",
    "cellule": r"\bcases? (?:renseignée|des cartographies|vides?\b)",
    "macro-processus": r"\bmacroprocessus\b|\bmacro processus\b",
    "ordre A, C, H, M, I": r"ordre alphabétique, non hiérarchique",
}
ENGLISH = (
    "the|and|with|from|this|that|which|field|required|value|name|save|delete|cancel|submit|invalid|"
    "please|enter|none|true|false|null|undefined|draft|proposed|adopted|superseded|administrator|"
    "reader|editor|preamble|governance|milestone|rationale|settings|upload|function|process|entity|"
    "lead|served|updated|created|unknown|empty|other|yes|no"
)
TOLD = (
    *SOURCE.glob("*/**/*.html"),
    *SOURCE.glob("*/**/*.typ"),
    *SOURCE.glob("*/**/*.js"),
    *(ROOT / "docs" / "guide").glob("*.md"),
    ROOT / "docs" / "tableur.md",
)
CODED = {
    "costing:budget_axes": "the analytical plan has a column of codes",
    "costing:budget_axis": "the analytical plan has a column of codes",
    "portal:admin_network": "the tables of what a network is made of have a column of codes",
    "returns:definition": "rows, columns and controls are written with their codes",
    "returns:template": "names of a workbook of whom the return is for",
    "returns:restitution": "a control is told with the code that a motive is given for",
}
"""Pages where a code serves whoever reads it."""
QUOTED = {"schemes/engine/fiction.py"}
"""Where names of a network are invented, as networks have them."""
FORMS = {"CharField", "ChoiceField", "IntegerField", "DecimalField", "DateField", "BooleanField",
         "RegexField", "TypedChoiceField", "MultipleChoiceField", "ModelChoiceField", "FileField",
         "EmailField", "ModelMultipleChoiceField", "TypedMultipleChoiceField"}  # fmt: skip


def literals(path: Path) -> str:
    """The texts of a Python file that are no docstring, but for names that files may still bear."""
    tree = ast.parse(path.read_text("utf-8"))
    aside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(node.value)
        if isinstance(node, ast.keyword) and node.arg in ("aliases", "hints"):
            aside |= {n for n in ast.walk(node.value) if isinstance(n, ast.Constant)}
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in aside
    )


@cache
def texts() -> dict[str, str]:
    """What readers may be told, by file."""
    found = {path: path.read_text("utf-8") for path in TOLD}
    found |= {
        path: literals(path)
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and str(path.relative_to(SOURCE)) not in QUOTED
    }
    return {str(path.relative_to(ROOT)): text for path, text in found.items()}


@pytest.mark.parametrize("idea", VARIANTS)
def test_what_is_said_of_an_idea_is_said_in_its_word(idea: str) -> None:
    variant = re.compile(VARIANTS[idea], re.IGNORECASE)
    assert {p: variant.findall(t) for p, t in texts().items() if variant.search(t)} == {}


def test_every_field_of_a_form_has_a_label_in_french() -> None:
    """Without one Django shows the name of the field: « Function (obligatoire) »."""
    bare = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of_forms = isinstance(node.func.value, ast.Name) and node.func.value.id == "forms"
            if not of_forms or node.func.attr not in FORMS:
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            hidden = "HiddenInput" in ast.dump(given["widget"]) if "widget" in given else False
            if "label" not in given and None not in given and not hidden:
                bare.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert bare == []


@pytest.fixture
def world(db: None, settings: LazySettings, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path
    return build(actors_of, "adopted")


def seen(page: str) -> str:
    """What a page shows: its text, its labels and tips; not what is code or typed."""
    page = re.sub(r"(?s)<(script|style|code|pre|kbd|textarea|head)\b.*?</\1>", " ", page)
    said = re.findall(r'\b(?:title|alt|aria-label|placeholder)="([^"]*)"', page)
    return html.unescape(" ".join([re.sub(r"<[^>]*>", " ", page), *said]))


def codes(world: World) -> re.Pattern[str]:
    """The codes of chambers, of axes and of macro-processes, and words that only a machine has."""
    known = {e.code for e in world.network.entities.all()}
    known |= set(BudgetAxis.objects.values_list("code", flat=True))
    known |= {p.code for p in world.network.processes.all() if "-" in p.code}
    known -= {"tiers", *(e.short_name for e in world.network.entities.all())}
    either = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.compile(rf"(?<![\w./@-])(?:{either}|\w+_\w+)(?![\w./@=-])")


def test_no_page_shows_english_a_variant_nor_a_code(world: World) -> None:
    english = re.compile(rf"(?<![\w./@-])(?:{ENGLISH})(?![\w./@=-])", re.IGNORECASE)
    coded = codes(world)
    client: Any = world.people.installation.client
    found: dict[str, set[str]] = {}
    read = 0
    for name in table():
        if name.startswith("api:"):
            continue
        for address in world.variants(name):
            answer = client.get(address)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            read += 1
            text = seen(answer.content.decode())
            words = set(english.findall(text))
            for variant in VARIANTS.values():
                words |= set(re.findall(variant, text, re.IGNORECASE))
            words |= set() if name in CODED else set(coded.findall(text))
            if words:
                found[name] = words
    assert found == {}
    assert read > 60, "pages that are not read prove nothing"
