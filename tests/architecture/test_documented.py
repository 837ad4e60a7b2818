"""What exists is documented: actions, settings, commands, models; and help speaks French."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import load_command_class

from maillage.config.environment import VARIABLES
from maillage.kernel.actions import REGISTRY
from maillage.portal.management import commands
from tests.architecture import actions_pages

pytestmark = pytest.mark.sqlite("pages and commands alone: no query of its own")

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OURS = sorted(m.name for m in pkgutil.iter_modules(commands.__path__))
MODELS = [m for m in apps.get_models() if m.__module__.startswith("maillage.")]


def table_of(page: str) -> set[str]:
    """What the first column of a page's tables names."""
    text = (DOCS / page).read_text("utf-8")
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def test_every_action_is_documented_on_its_rooms_page_as_it_is_declared() -> None:
    written = {
        page.stem: {
            event: title
            for event, (title, _) in actions_pages.rows_of(page.read_text("utf-8")).items()
        }
        for page in actions_pages.PAGES.glob("*.md")
        if page.stem != "README"
    }
    assert written == actions_pages.declared()


def test_no_action_waits_for_its_words() -> None:
    for page in actions_pages.PAGES.glob("*.md"):
        assert "à écrire |" not in page.read_text("utf-8"), page


def test_bringing_a_page_up_to_date_keeps_what_was_written_by_hand() -> None:
    before = "# A\n\n| `a.b.done` | Fait | x | y | z |\n| `a.b.gone` | Parti | x | y | z |\n"
    titles = {"a.b.done": "Bien fait", "a.b.added": "Ajouté"}
    after = actions_pages.brought_up_to_date(before, titles)
    assert after == (
        "# A\n\n| `a.b.done` | Bien fait | x | y | z |\n"
        "| `a.b.added` | Ajouté | à écrire | à écrire | à écrire |\n"
    )


def test_every_event_is_named_as_app_noun_participle() -> None:
    assert [e for e in REGISTRY if not re.fullmatch(r"[a-z]+\.[a-z]+\.[a-z]+", e)] == []


def test_every_setting_is_documented_and_only_them() -> None:
    assert table_of("reglages.md") == set(VARIABLES)


def test_settings_are_read_in_one_file_only() -> None:
    source = ROOT / "src" / "maillage"
    readers = [
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"os\.(environ\[|environ\.get|getenv)", path.read_text("utf-8"))
    ]
    assert readers == []


def test_every_command_is_documented() -> None:
    named = {entry.split()[1] for entry in table_of("commandes.md")}
    assert named == {*OURS, "migrate"}


@pytest.mark.parametrize("name", OURS)
def test_every_command_helps_in_french_with_an_example_and_its_exit_codes(name: str) -> None:
    command = load_command_class("maillage.portal", name)
    text = command.create_parser("maillage", name).format_help()
    assert "Exemple : " in text
    assert f"maillage {name}" in text
    assert re.search(r"Codes? de retour : ", text)
    assert "\n\nExemple" in text, "the help keeps its lines as written"


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_index() -> None:
    pages = sorted(p.name for p in (DOCS / "decisions").glob("[0-9]*.md"))
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    named = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$", index, re.MULTILINE)
    assert [name for _, name, _ in named] == pages
    assert [number for number, name, _ in named] == [name[:4] for name in pages]
    assert len({name[:4] for name in pages}) == len(pages)
    for number, name, title in named:
        assert (DOCS / "decisions" / name).read_text("utf-8").startswith(f"# {number}. {title}")


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_model_stands_in_the_glossary_and_says_its_name(model: type) -> None:
    glossary = (DOCS / "glossary.md").read_text("utf-8")
    assert f"`{model.__name__}`" in glossary
    assert "__str__" in vars(model), f"{model.__name__} has no __str__"
