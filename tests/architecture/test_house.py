"""The house rules the compiler does not check: layers, templates, locks, sizes, headers."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template import Engine, engines
from django.template.loader import get_template
from django.urls import get_resolver

from maillage.schemes.models import Edition

pytestmark = pytest.mark.sqlite("pages and commands alone: no query of its own")

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "maillage"
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
FLOORS = {
    package: rank
    for rank, layer in enumerate(reversed(CONTRACT["contracts"][0]["layers"]))
    for package in re.split(r" [|:] ", layer)
}
"""The layers of import-linter, from the ground up."""
TEMPLATES = {
    str(path.relative_to(folder)): path
    for folder in sorted([*SOURCE.glob("*/templates"), *SOURCE.glob("workspaces/*/templates")])
    for path in sorted(folder.rglob("*.html"))
}
SOURCES = [p for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts]


def test_the_layers_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def _floor(model: Any) -> int | None:
    """The floor of a model's room; None for a library's."""
    name = apps.get_app_config(model._meta.app_label).name
    return FLOORS[name.split(".")[1]] if name.startswith("maillage.") else None


def _points_up(model: Any, other: Any) -> bool:
    if model._meta.app_label == other._meta.app_label:
        return False
    mine, its = _floor(model), _floor(other)
    return mine is not None and (its is None or its >= mine)


def test_foreign_keys_point_downward() -> None:
    upward = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
        if _points_up(model, field.related_model)
    ]
    assert upward == []
    assert _points_up(apps.get_model("people.User"), Edition)


def test_there_is_no_generic_foreign_key_nor_signal() -> None:
    forbidden = re.compile(r"GenericForeignKey|django\.db\.models\.signals|@receiver")
    assert [p.name for p in SOURCES if forbidden.search(p.read_text("utf-8"))] == []


def test_every_template_compiles() -> None:
    for name in TEMPLATES:
        get_template(name)


def test_no_line_of_a_template_is_longer_than_a_screen() -> None:
    long = [
        f"{name}:{number}"
        for name, path in TEMPLATES.items()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 160
    ]
    assert long == []


def test_every_included_or_extended_template_exists() -> None:
    missing = []
    for name, path in TEMPLATES.items():
        for wanted in re.findall(
            r"{%\s*(?:include|extends)\s+[\"']([^\"'#]+)", path.read_text("utf-8")
        ):
            try:
                get_template(wanted)
            except Exception as error:
                missing.append(f"{name}: {wanted} ({error})")
    assert missing == []


def _names() -> set[str]:
    found: set[str] = set()

    def walk(resolver: Any, space: str) -> None:
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif pattern.name:
                found.add(space + pattern.name)

    walk(get_resolver(), "")
    return found


def test_every_named_address_exists() -> None:
    names = _names()
    wanted = {
        (name, url)
        for name, path in TEMPLATES.items()
        for url in re.findall(r"{%\s*url\s+[\"']([^\"']+)", path.read_text("utf-8"))
    }
    for path in SOURCES:
        text = path.read_text("utf-8")
        wanted |= {(path.name, url) for url in re.findall(r"\breverse\(\s*[\"']([^\"']+)", text)}
        wanted |= {(path.name, url) for url in re.findall(r"\bredirect\(\s*[\"']([\w:]+)", text)}
    assert [(where, url) for where, url in sorted(wanted) if url not in names] == []


LIBRARY_PAGES = re.compile(r"account/|429\.html|ui/errors/")
"""Found by name by allauth and by the error handlers."""


def test_no_template_is_unused() -> None:
    text = "\n".join(p.read_text("utf-8") for p in [*SOURCES, *TEMPLATES.values()])
    unused = [n for n in TEMPLATES if not LIBRARY_PAGES.match(n) and f'{n}"' not in text]
    unused = [n for n in unused if f"{n}#" not in text and f"{n}'" not in text]
    assert unused == []


def test_no_template_trusts_what_it_is_given() -> None:
    unsafe = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")
    assert [n for n, path in TEMPLATES.items() if unsafe.search(path.read_text("utf-8"))] == []


def test_the_template_engine_escapes() -> None:
    engine = engines["django"].engine
    assert isinstance(engine, Engine)
    assert engine.autoescape


LOCKED = [
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-uv.lock",
    "pyproject.toml",
    "Makefile",
    ".ci/run",
    ".pre-commit-config.yaml",
    "tests/debian.sh",
]


@pytest.mark.parametrize("name", LOCKED)
def test_lock_build_and_ci_files_hold_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"\w+://", text)
    assert not re.search(r"://|index-url|registry|[a-z]\.(org|io|com)\b", text, re.IGNORECASE)


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"]
)
def test_every_locked_package_has_a_hash(name: str) -> None:
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    pinned = [
        line for line in text.splitlines() if re.match(r"[a-z0-9][\w.-]*(\[[^]]+\])?==", line)
    ]
    assert pinned
    assert [line.split()[0] for line in pinned if "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_says_what_it_knows_and_leaves_nothing_to_do(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "TODO" not in text
    if path.name not in ("__init__.py", "apps.py"):
        assert ast.get_docstring(ast.parse(text)), "a module docstring is expected"


LONG_FILES = {
    # What Numba keeps of a loop is renewed where its file changes: all its loops are in one.
    "ledger/engine/scan.py",
}
"""Files over 400 lines: three at most, and only those."""
LONG_FUNCTIONS = {
    "kernel/actions.py action",  # a decorator: its contract, and the wrappers that close over it
    "ledger/engine/scan.py keep",  # the same
    "ledger/engine/scan.py scan",  # the compiled loop itself
    "registers/api.py router_of",  # four views that close over a register, then their addresses
}
"""Functions over 40 lines, each with its reason."""


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def _is_view(path: Path) -> bool:
    return "views" in path.parts or path.name in ("views.py", "api.py", "forms.py")


def test_files_are_short_but_for_those_named() -> None:
    long = {str(path.relative_to(SOURCE)) for path in SOURCES if _lines(path) > 400}
    assert long == LONG_FILES
    assert len(LONG_FILES) <= 3


def test_views_are_short() -> None:
    views = [path for path in SOURCES if _is_view(path)]
    assert [str(path.relative_to(SOURCE)) for path in views if _lines(path) > 300] == []


def test_functions_are_short_but_for_those_named() -> None:
    long = {
        f"{path.relative_to(SOURCE)} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or 0) - node.lineno >= 40
    }
    assert long == LONG_FUNCTIONS


def test_modules_are_named_after_the_trade() -> None:
    empty = {"utils", "helpers", "common", "services", "managers", "misc"}
    assert [str(p) for p in SOURCES if {p.stem, *p.parts} & empty] == []


def test_nothing_writes_but_the_actions() -> None:
    """Views and the API call actions, and keep nothing themselves."""
    writes = re.compile(
        r"\.(save|delete|bulk_create|bulk_update|update_or_create|get_or_create)\(|objects\.create\("
    )
    found = []
    for path in SOURCES:
        parts = path.relative_to(SOURCE).parts
        if "views" in parts or path.name in ("views.py", "api.py", "forms.py"):
            found += [f"{path.name}: {m}" for m in writes.findall(path.read_text("utf-8"))]
    assert found == []


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("address", ["/", "/aide/", "/connexion/", "/nulle-part/", "/api/editions"])
def test_every_answer_carries_strict_headers(client: Any, db: None, address: str) -> None:
    answer = client.get(address)
    policy = dict(
        part.strip().split(" ", 1)
        for part in answer["Content-Security-Policy"].split(";")
        if part.strip()
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_cookies_of_a_session_are_kept_from_scripts(adopted: Edition, people: Any) -> None:
    from django.test import Client

    from tests.builders import PASSWORD

    email = people(adopted).reader.user.email
    answer = Client().post("/connexion/", {"login": email, "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_without_its_token_is_refused(adopted: Edition, people: Any) -> None:
    from django.test import Client

    careful = Client(enforce_csrf_checks=True)
    careful.force_login(people(adopted).administrator.user)
    answer = careful.post(f"/editions/{adopted.pk}/edition-suivante/", {"title": "X"})
    assert answer.status_code == 403
    assert Edition.objects.count() == 1


def test_every_model_is_migrated(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
