"""What every room lets find is in step with what its acts wrote."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.kernel.index import rebuild
from maillage.kernel.models import IndexEntry
from maillage.kernel.rooms import HOUSE
from maillage.network.actions import save_function, save_process
from maillage.people.actors import INSTALLATION
from maillage.schemes import found as schemes_found
from maillage.schemes.actions import draft_next_edition
from maillage.schemes.engine.document import SectionDoc, SectionKind, StatementDoc
from maillage.schemes.models import Edition, Placement
from tests.architecture.world import build
from tests.builders import actors_of, load, small_document

Held = set[tuple[str, str, str, str]]


def held() -> Held:
    return set(IndexEntry.objects.values_list("noun", "chain", "key", "digest"))


@pytest.mark.parametrize("state", ["draft", "adopted"])
def test_the_acts_of_every_room_keep_the_index_in_step(
    db: None, settings: LazySettings, tmp_path: Path, state: str
) -> None:
    """A world furnished by every room: what was written by acts, the index held at once."""
    settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path
    network = build(actors_of, state).edition.scheme.network
    parent = network.processes.get(code="tresorerie")
    save_process(network, actor=INSTALLATION, code="frais", name="Notes de frais",
                 function=parent.function, kind="action", parent=parent)  # fmt: skip
    before = held()
    rebuild()
    assert before == held()
    indexed = {one.noun for room in HOUSE.all() for one in room.indexes}
    assert {noun for noun, *_ in before} == indexed, "each room has something in this world"


@pytest.mark.parametrize("adopted_one", [False, True])
def test_texts_and_statements_are_found_by_their_words_where_they_may_be_read(
    db: None, people: Any, adopted_one: bool
) -> None:
    """Accents or not, in the search and the palette; a draft’s by its network alone."""
    said = StatementDoc("zorglubs", "finances", "Homogénéiser les zorglubs", source_quote="rangés")
    text = SectionDoc("preambule", SectionKind.PREAMBLE, "Préambule", "Des zorglubs épars.")
    document = small_document(statements=(said,), sections=(text,))
    edition = load(document, adopted=adopted_one)
    someone, page = people(edition), f"/editions/{edition.pk}"
    wanted = {
        "zorglub": {f"{page}/enonces/#enonce-zorglubs", f"{page}/textes/#texte-preambule"},
        "homogeneiser": {f"{page}/enonces/#enonce-zorglubs"},
        "ranges": {f"{page}/enonces/#enonce-zorglubs"},
        "epars": {f"{page}/textes/#texte-preambule"},
    }
    for who in ("administrator", "reader", "stranger", "anonymous"):
        sees = adopted_one or who in ("administrator", "reader")
        for question, urls in wanted.items():
            for place in ("", "palette&"):
                asked = f"/recherche/?{place}q={question}"
                answer = getattr(someone, who).client.get(asked, headers={"HX-Request": "true"})
                groups = answer.context["groups"]
                found_there = {one.url for _, rows, _ in groups for one in rows}
                assert found_there == (urls if sees else set()), (who, asked)
    row = edition.scheme.network.functions.get(code="finances")
    values = {"code": row.code, "name": "Comptabilité", "description": "", "position": 0}
    save_function(row.network, actor=INSTALLATION, **values)
    told = found(someone.administrator.client, "zorglubs", "Énoncés")
    assert told[0][1].startswith("Comptabilité, ")


def test_what_an_act_renames_is_found_by_its_new_name(adopted: Edition, client: Any) -> None:
    network = adopted.scheme.network
    row = network.processes.get(code="tresorerie")
    assert "Trésorerie" in client.get("/recherche/?q=tresorerie").content.decode()
    values = {"code": row.code, "name": "Gestion du cash", "function": row.function}
    save_process(network, actor=INSTALLATION, **values)
    assert client.get("/recherche/?q=tresorerie").context["groups"] == []
    assert "Gestion du cash" in client.get("/recherche/?q=cash").content.decode()


def test_a_search_asks_as_many_queries_whatever_is_found(
    adopted: Edition, client: Any, django_assert_num_queries: Any
) -> None:
    draft_next_edition(adopted, actor=INSTALLATION)
    client.get("/recherche/?q=tresorerie 2022")  # the words of what was sealed, read once
    for question, asked in (
        *(("rien", 4), ("a", 0), ("finances", 4), ("essai", 4)),
        *(("rien-de-tel", 5), ("budget tresorerie", 5), ("tresorerie nord", 6)),
    ):
        with django_assert_num_queries(asked):
            client.get("/recherche/", {"q": question}, headers={"HX-Request": "true"})


def test_a_base_changed_by_hand_is_read_again_by_a_command(
    adopted: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    adopted.scheme.network.processes.filter(code="tresorerie").update(name="Autre nom")
    before = held()
    call_command("search-rebuild")
    assert held() != before
    assert f"{IndexEntry.objects.count()} entrées" in capsys.readouterr().out


def found(client: Any, question: str, kind: str) -> list[tuple[str, str]]:
    groups = client.get("/recherche/", {"q": question}).context["groups"]
    return [(one.title, one.about) for name, rows, _ in groups if name == kind for one in rows]


NOW = "2027" if timezone.localdate() >= dt.date(2027, 1, 1) else "2024"
CELLS = [
    ("tresorerie nord 2022", ["Trésorerie, Nord, 2022"]),
    ("Qui assure la trésorerie du Nord en 2027 ?", ["Trésorerie, Nord, 2027"]),
    ("TRESORERIE 2022", ["Trésorerie, Réseau essai, 2022"]),
    ("tresorerie nord", [f"Trésorerie, Nord, {NOW}"]),
    ("tresorerie", []),
    ("nord 2022", []),
    ("tresorerie nulle-part 2022", []),
]


@pytest.mark.parametrize(("question", "titles"), CELLS)
def test_a_cell_is_found_by_words_of_its_headings(
    adopted: Edition, client: Any, question: str, titles: list[str]
) -> None:
    assert [title for title, _ in found(client, question, "Cellules")] == titles


def test_beyond_those_told_nothing_is_said_of_a_cell(
    adopted: Edition, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemes_found, "MOST", 1)
    told = found(client, "t 2027 c", "Cellules")
    assert len(told) > 1
    assert told[0][1] and not any(about for _, about in told[1:])


def test_a_cell_found_says_what_its_page_says(adopted: Edition, client: Any) -> None:
    groups = client.get("/recherche/?q=tresorerie nord 2022").context["groups"]
    (one,) = [one for kind, rows, _ in groups if kind == "Cellules" for one in rows]
    page = client.get(one.url)
    assert page.status_code == 200
    assert one.about.split(",")[0] == page.context["mode_label"]


def test_the_cells_of_a_draft_are_found_by_its_network_alone(
    draft: Edition, people: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    someone = people(draft)
    question = "tresorerie nord 2022"
    assert found(someone.reader.client, question, "Cellules")
    assert not found(someone.stranger.client, question, "Cellules")
    assert not found(someone.anonymous.client, question, "Cellules")


def _justified(draft: Edition, **texts: Any) -> str:
    """The title of a cell of the draft whose texts are these."""
    at = {"process__code": "achats", "milestone__code": "2024", "entity__code": "sud"}
    assert (
        Placement.objects.filter(edition=draft, **at).update(**texts, version=time.time_ns()) == 1
    )
    return "Comptabilité fournisseurs, Sud, 2024"


TEXTS: list[tuple[dict[str, Any], str, str]] = [
    ({"rationale": "Délégation à Saint-Nazaire,\nœuvre commune"}, "delegation", "Justification"),
    ({"rationale": "Délégation à Saint-Nazaire"}, "DÉLÉG st nazaire", "Justification"),
    ({"rationale": "Une œuvre commune"}, "oeuvre COMMUNE", "Justification"),
    ({"source_basis": "L’audit de 2017 l’énonce"}, "qui énonce l’audit", "Fondement"),
    ({"source_quote": "dédié aux achats mutualisés"}, "dedie mutualis", "Citation"),
    ({"source_document": "Convention d’Angers"}, "angers", "Document"),
    ({"details": {"sites": "Château-Gontier, Laval"}}, "chateau gontier", "Sites"),
]


@pytest.mark.parametrize(("texts", "question", "label"), TEXTS)
def test_a_cell_is_found_by_its_justification_in_ones_own_draft_alone(
    draft: Edition, people: Callable[..., Any], texts: dict[str, Any], question: str, label: str
) -> None:
    someone, title = people(draft), _justified(draft, **texts)
    for who in (someone.reader, someone.nord, someone.installation):
        ((named, about),) = found(who.client, question, "Justifications")
        assert named == title
        assert about.startswith(f"{label}\u00a0: «\u00a0") and str(draft) in about
    for who in (someone.stranger, someone.anonymous):
        assert found(who.client, question, "Justifications") == []
        assert (
            "Comptabilité fournisseurs, Sud"
            not in who.client.get("/recherche/", {"q": question}).content.decode()
        )


@pytest.mark.parametrize("question", ["delegue", "egation", "delegation rien", "dél", "de la"])
def test_words_that_a_justification_does_not_hold_find_nothing(
    draft: Edition, people: Callable[..., Any], question: str
) -> None:
    title = _justified(draft, rationale="Délégation %_\\ à Nantes")
    held = found(people(draft).reader.client, question, "Justifications")
    assert held == ([(title, held[0][1])] if question == "dél" else [])


def test_a_long_justification_is_told_around_its_word(
    draft: Edition, people: Callable[..., Any]
) -> None:
    _justified(draft, rationale=f"{'Avant ' * 60}Angers {'après ' * 60}")
    ((_, about),) = found(people(draft).reader.client, "angers", "Justifications")
    assert "«\u00a0…Avant" in about and "Angers après" in about and "après…\u00a0»" in about
    assert len(about) < 300


ACTS = {
    "anonymous": {"Imprimer le livret"},
    "reader": {"Imprimer le livret"},
    "nord": {
        *("Imprimer le livret", "Proposer un changement de mode", "Enregistrer un constat"),
        *("Déposer des livres comptables", "Ouvrir un budget", "Répondre à une échéance"),
    },
}


@pytest.mark.parametrize("who", ACTS)
def test_the_palette_offers_what_one_may_do_here(
    adopted: Edition, people: Callable[..., Any], who: str
) -> None:
    someone = people(adopted)
    draft_next_edition(adopted, actor=INSTALLATION)
    client = getattr(someone, who).client
    answer = client.get("/recherche/?palette&ici=essai", headers={"HX-Request": "true"})
    offered = {kind: rows for kind, rows, _ in answer.context["groups"]}
    titles = {re.sub(r" \d{4}$", "", one.title) for one in offered["Actes"]}
    assert titles - {"Comparer deux éditions"} == ACTS[who]
    for one in [*offered["Actes"], *offered["Pages"]]:
        assert client.get(one.url.partition("#")[0], follow=True).status_code == 200, one
    page = answer.content.decode()
    assert "<html" not in page and 'role="option"' in page
    told = {title for title, _ in found(client, "livret", "Actes")}
    assert told == {"Imprimer le livret"}


ASKED = [
    ("changer le mode", "Proposer un changement de mode"),
    ("modifier un mode essai", "Proposer un changement de mode"),
    ("passer la trésorerie du nord", "Changer le mode\u00a0: Trésorerie, Nord, 2027"),
    ("changer le mode de la trésorerie nord 2022", "Changer le mode\u00a0: Trésorerie, Nord, 2022"),
    ("changer trésorerie 2027", "Changer le mode\u00a0: Trésorerie, Réseau essai, 2027"),
    ("importer un FEC", "Déposer des livres comptables"),
    ("nouveau budget", "Ouvrir un budget"),
]


@pytest.mark.parametrize(("asked", "title"), ASKED)
def test_an_act_is_found_by_what_one_calls_it(
    draft: Edition, people: Callable[..., Any], asked: str, title: str
) -> None:
    someone = people(draft)
    rows = found(someone.administrator.client, asked, "Actes")
    assert any(name.startswith(title) for name, _ in rows), rows
    assert not found(someone.reader.client, asked, "Actes"), "nobody is offered what is refused"


def test_one_is_led_to_the_cells_one_may_set_only(
    draft: Edition, people: Callable[..., Any]
) -> None:
    someone, asked = people(draft), "changer le mode de la trésorerie 2027"
    told = {who: [title for title, _ in found(getattr(someone, who).client, asked, "Actes")]
            for who in ("administrator", "nord", "stranger")}  # fmt: skip
    here = "Changer le mode\u00a0: Trésorerie, {}, 2027".format
    assert told["administrator"] == [here("Réseau essai")]
    assert told["nord"] == [here("Nord")]
    assert told["stranger"] == []
    asked += " ouest"
    assert not found(someone.nord.client, asked, "Actes")
    groups = someone.nord.client.get("/recherche/?q=changer le mode trésorerie 2027").context
    (url,) = [one.url for kind, rows, _ in groups["groups"] if kind == "Actes" for one in rows]
    assert "Mode dominant" in someone.nord.client.get(url).content.decode()


def test_the_palette_asks_as_many_queries_whatever_it_offers(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    client = people(adopted).administrator.client
    asked = []
    for _ in range(2):
        for question in ("", "livret", "changer tresorerie nord"):
            with CaptureQueriesContext(connection) as queries:
                client.get(
                    f"/recherche/?palette&ici=essai&q={question}", headers={"HX-Request": "true"}
                )
            asked.append(len(queries))
        draft_next_edition(adopted, actor=INSTALLATION) if len(asked) == 3 else None
    assert asked[:2] == asked[3:5] and max(asked) <= 11


GOES = [
    ("bilan 2025", "Finances › Livres et comptes › Bilan, 2025",
     "/reseaux/essai/finances/bilan/?exercice=2025"),
    ("budgets comparaison 2026", "Finances › Budgets › Comparaison, 2026",
     "/reseaux/essai/finances/budgets/comparaison/?annee=2026"),
    ("quel est le résultat de 2025", "Finances › Livres et comptes › Compte de résultat, 2025",
     "/reseaux/essai/finances/resultat/?exercice=2025"),
    ("pourquoi le résultat de 2025", "Finances › Tableaux de bord, 2025",
     "/reseaux/essai/finances/tableaux/?annee=2025"),
    ("aide", "Aide", "/aide/"),
    ("nouveautes", "Nouveautés", "/nouveautes/"),
    ("énoncés", "Schéma › Énoncés", "/editions/{pk}/enonces/"),
    ("enonces essai", "Schéma › Énoncés", "/editions/{pk}/enonces/"),
    ("textes", "Schéma › Textes", "/editions/{pk}/textes/"),
    ("cartographie", "Schéma › Cartographie", "/editions/{pk}/"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "title", "url"), GOES)
def test_a_page_is_reached_by_its_words_and_its_year(
    adopted: Edition, people: Callable[..., Any], asked: str, title: str, url: str
) -> None:
    client = people(adopted).administrator.client
    groups = client.get("/recherche/", {"q": asked, "palette": "1"}).context["groups"]
    pages = {one.title: one.url for kind, found, _ in groups if kind == "Pages" for one in found}
    wanted = url.format(pk=adopted.pk)
    assert pages.get(title) == wanted
    assert client.get(wanted).status_code == 200
    assert len(pages) <= 3, "what is near, and no more"


@pytest.mark.parametrize("asked", ["plan 2025", "2025", "livres 1825", "de la"])
def test_a_page_without_a_year_is_not_found_by_one(
    adopted: Edition, people: Callable[..., Any], asked: str
) -> None:
    client = people(adopted).administrator.client
    groups = client.get("/recherche/", {"q": asked, "palette": "1"}).context["groups"]
    pages = [one.url for kind, found, _ in groups if kind == "Pages" for one in found]
    assert not [url for url in pages if "finances" in url or "editions" in url], pages
