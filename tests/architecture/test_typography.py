"""French as it is set: what users read has the apostrophe of print, not the typewriter’s."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "maillage"
TEMPLATES = [p for kind in ("html", "txt", "typ") for p in SRC.rglob(f"*.{kind}")]
ELIDED = re.compile(
    r"(?<![\w’])(?:[ldjmtscn]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu|aujourd)"
    r"(?:\\?'|&#39;|&#x27;)(?=[^\W_]|[«{<])",
    re.IGNORECASE,
)
FORMATS = {"Option d'intégration", "Édition d'un schéma régional d'organisation des missions"}
"""The title of a column and that of a schema, published: others keep files that hold them."""


def told(source: str) -> list[str]:
    """The literals of a module that hold an elision with a straight apostrophe."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    texts = (token.string for token in tokens if token.type == tokenize.STRING)
    return [t for t in texts if ELIDED.search(t) and t.strip("\"'") not in FORMATS]


def test_no_literal_has_a_straight_apostrophe() -> None:
    faults = {p.name: found for p in SRC.rglob("*.py") if (found := told(p.read_text("utf-8")))}
    assert faults == {}


def test_no_template_has_a_straight_apostrophe() -> None:
    faults = [
        f"{p.name}:{number}"
        for p in TEMPLATES
        for number, line in enumerate(p.read_text("utf-8").splitlines(), 1)
        if ELIDED.search(line)
    ]
    assert faults == []


SEALED = "pays-de-la-loire-2017-2021.yaml"
"""The first edition of a scheme, whose seal would change with its apostrophes."""


def test_no_referential_but_sealed_content_has_a_straight_apostrophe() -> None:
    faults = [
        f"{p.name}:{number}"
        for p in (SRC / "referentials").glob("*.yaml")
        if p.name != SEALED
        for number, line in enumerate(p.read_text("utf-8").splitlines(), 1)
        if re.search(r"[^\W\d_]'\w", line)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ('"L\'acte"', True),
        ("'jusqu\\'au'", True),
        ('f"plus d\'{count} lignes"', True),
        ('"L’acte"', False),
        ("\"the chamber's budget, and don't\"", False),
        ("\"l'une de : {', '.join(known)}\"", True),
        ("f\"{row['d']}\"", False),
        ("# l'acte", False),
    ],
)
def test_an_elision_is_told_from_what_looks_like_one(source: str, caught: bool) -> None:
    assert bool(told(source)) is caught


ALONE = re.compile(r"(?:\}\}|\d) (?:<small>)?(?:€|%(?!\}))")
"""A unit a line may begin with, away from its figure."""


def test_a_unit_never_wraps_alone() -> None:
    assert ALONE.search("{{ cents|en_euros }} <small>€</small>") and ALONE.search("12 %")
    assert not ALONE.search("{{ cents }}&nbsp;€{% if x == 1 %}")
    faults = [
        f"{p.name}:{number}"
        for p in TEMPLATES
        if p.suffix == ".html"
        for number, line in enumerate(p.read_text("utf-8").splitlines(), 1)
        if ALONE.search(line)
    ]
    assert faults == []
