"""The printed scheme, taken over twice: the second reading takes the place of the first, which
stays sealed to the byte, on a fresh installation as on one that has the first."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import replace
from importlib.resources import files

import pytest
from django.core.management import call_command
from django.test import Client

from maillage.kernel.models import Event
from maillage.network.models import Function, MacroProcess
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import adopt_edition, draft_next_edition, import_edition
from maillage.schemes.engine import canonical, referential
from maillage.schemes.engine.checks import Key
from maillage.schemes.engine.comparison import compare_milestones
from maillage.schemes.engine.document import EditionDocument, PlacementDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from maillage.sheets.findings import Unreadable

NAME = "pays-de-la-loire-2017-2021"
FILE = "633e69a33282f3e7a06cac0929a2218e40a35ae1cb0a6ff81aa64eb35b40894e"
SEAL = "a004d476838bdd14a1206d49475292b22d8164f7da12271c08b6abd8e344173a"
"""Of the first edition, as it was shipped and sealed."""


@pytest.fixture
def first(db: None) -> Edition:
    """An installation that has the first edition alone."""
    return import_edition(None, referential.read(NAME), actor=INSTALLATION)


@pytest.fixture
def both(db: None) -> list[Edition]:
    call_command("scheme-import", NAME, verbosity=0)
    return list(Edition.objects.order_by("number"))


def cells_of(document: EditionDocument) -> dict[Key, PlacementDoc]:
    """Whatever the order in which a cell names whom it serves."""
    return {p.key: replace(p, served=tuple(sorted(p.served))) for p in document.placements}


def states() -> list[tuple[int, str]]:
    return list(Edition.objects.order_by("number").values_list("number", "status"))


def test_the_first_edition_is_the_same_to_the_byte() -> None:
    data = (files("maillage") / "referentials" / f"{NAME}.yaml").read_bytes()
    assert hashlib.sha256(data).hexdigest() == FILE
    assert canonical.seal(referential.read(NAME).document) == SEAL


def test_a_scheme_comes_with_its_editions_in_order(both: list[Edition]) -> None:
    assert states() == [(1, "superseded"), (2, "adopted")]
    old, new = both
    assert (old.seal, old.adopted_body[:9]) == (SEAL, "Assemblée")
    assert (new.adopted_body, new.adopted_on, new.adopted_act) == ("", None, "")
    assert new.based_on == old
    assert new.seal == canonical.seal(referential.series(NAME)[1].document)


def test_importing_again_changes_nothing(both: list[Edition]) -> None:
    events = Event.objects.count()
    call_command("scheme-import", NAME, verbosity=0)
    call_command("scheme-import", f"{NAME}-edition-2", verbosity=0)
    assert Event.objects.count() == events


def test_an_installation_with_the_first_gains_the_second(first: Edition) -> None:
    """The draft that had number 2 is not sealed: it takes the next number, and keeps its cells."""
    draft = draft_next_edition(first, actor=INSTALLATION)
    cells = draft.placements.count()
    call_command("scheme-import", NAME, verbosity=0)
    assert states() == [(1, "superseded"), (2, "adopted"), (3, "draft")]
    first.refresh_from_db()
    draft.refresh_from_db()
    assert first.seal == SEAL
    assert (draft.number, draft.placements.count()) == (3, cells)
    moved = Event.objects.get(subject=draft.subject, verb="schemes.edition.imported")
    assert moved.diff == {"number": [2, 3]}


def test_a_second_edition_of_ones_own_is_never_replaced(first: Edition) -> None:
    draft = draft_next_edition(first, actor=INSTALLATION, title="La nôtre")
    Edition.objects.filter(pk=draft.pk).update(status="proposed")
    draft.refresh_from_db()
    adopt_edition(draft, actor=INSTALLATION, body="Assemblée", on=None, act="", taken_over=True)
    with pytest.raises(Unreadable, match="existe déjà, avec un autre contenu"):
        import_edition(None, referential.series(NAME)[1], actor=INSTALLATION)
    assert states() == [(1, "superseded"), (2, "adopted")]


@pytest.mark.parametrize("order", itertools.permutations((0, 1)))
def test_whatever_the_order_the_last_number_is_in_force(db: None, order: tuple[int, ...]) -> None:
    series = referential.series(NAME)
    for rank in order:
        import_edition(None, series[rank], actor=INSTALLATION)
    assert states() == [(1, "superseded"), (2, "adopted")]
    seals = Edition.objects.order_by("number").values_list("seal", flat=True)
    assert list(seals) == [canonical.seal(file.document) for file in series]


def test_the_next_draft_has_the_words_of_what_is_in_force(first: Edition) -> None:
    """The rows that the first edition made take names, kinds and order from the second."""
    assert Function.objects.get(code="systemes-information").name == "Systèmes d'information"
    call_command("scheme-import", NAME, verbosity=0)
    assert Function.objects.get(code="systemes-information").name == "Systèmes d’information"
    action = MacroProcess.objects.get(code="fin-norme-4-9")
    assert (action.kind, action.parent.code) == ("action", "fin-controle-de-gestion")
    paie = MacroProcess.objects.get(code="rh-administration-paie")
    assert (paie.kind, paie.named_by) == ("mission", "source")
    second = Edition.objects.get(number=2)
    assert second.scheme.title == "Schéma régional d’organisation des missions 2017-2021"
    sealed, draft = document_of(second), document_of(draft_next_edition(second, actor=INSTALLATION))
    assert draft.processes == sealed.processes
    assert draft.functions == sealed.functions
    assert draft.statements == sealed.statements
    assert cells_of(draft) == cells_of(sealed)


def test_another_name_under_a_known_code_is_still_refused(first: Edition) -> None:
    Function.objects.filter(code="communication").update(name="Rayonnement")
    with pytest.raises(Unreadable, match="Rayonnement"):
        import_edition(None, referential.series(NAME)[1], actor=INSTALLATION)
    assert states() == [(1, "adopted")]


@pytest.mark.parametrize("page", ["", "fiche/", "source/", "textes/", "?lecture=chambres"])
def test_addresses_of_the_first_stay_and_lead_to_the_second(
    both: list[Edition], client: Client, page: str
) -> None:
    old, new = both
    shown = client.get(f"/editions/{old.pk}/{page}").content.decode()
    assert "Cette édition est remplacée" in shown
    assert f'href="/editions/{new.pk}/' in shown
    answer = client.get(f"/editions/{new.pk}/{page}")
    assert answer.status_code == 200
    assert "est remplacée" not in answer.content.decode()


def test_the_sheet_says_what_the_source_does_not(both: list[Edition], client: Client) -> None:
    sheet = client.get(f"/editions/{both[1].pk}/fiche/").content.decode()
    assert "<dt>Instance</dt><dd>non énoncée par la source</dd>" in sheet
    assert "aux deux tiers des voix" in sheet
    network = client.get("/reseaux/pays-de-la-loire/").content.decode()
    assert "Instance non énoncée par la source, date non" in network
    assert f"{both[1]}, en vigueur" in network


def test_home_network_and_address_show_the_one_in_force(
    both: list[Edition], client: Client
) -> None:
    _, new = both
    assert f'<a href="/editions/{new.pk}/">{new}</a>' in client.get("/").content.decode()
    assert client.get("/reseaux/pays-de-la-loire/schema/")["Location"] == f"/editions/{new.pk}/"


def test_what_the_projection_of_2021_does_not_say_changes_nothing(both: list[Edition]) -> None:
    """The tool of commitments is carried forward without the cooperation of 2017, which the text
    never says ends; before it, what was cooperation in 2013 neither ends nor goes on."""
    edition = both[1]
    later = compare_milestones(document_of(edition), "2017", "2021")
    assert set(later.counts) == {"documented", "silent"}
    (tool,) = [c for c in later.changes if c.key[0] == "ach-engagements"]
    told = {f.field: (f.kind, f.before) for f in tool.fields}
    assert told["complementary"] == ("silent", "C")
    earlier = compare_milestones(document_of(edition), "2013", "2017")
    assert "complementary" not in earlier.counts and earlier.counts["mode"] == 5

    client, here = Client(), "/reseaux/pays-de-la-loire/chambres/cci-mayenne/"
    cartography = client.get(f"/editions/{edition.pk}/").content.decode()
    assert re.findall(r"\+(\d+)\s+changement", cartography) == ["6"], "2017 alone moves"
    page = client.get(f"{here}?edition={edition.pk}").content.decode()
    assert "la suite de" in page and "macro-processus change" not in page
    api = client.get(f"/api/editions/{edition.pk}/chambers/cci-mayenne").json()
    assert "change" not in api["answer"] and "la suite de 24" in api["answer"]
    unsaid = [
        row["values"][2:]
        for table in api["tables"]
        for row in table["rows"]
        if row["values"][0] == "Outil de gestion des engagements" and len(row["values"]) == 6
    ]
    assert ["Modes complémentaires", "Coopération", "suite non dite", "n’est plus dit"] in unsaid
    assert {line[-1] for line in unsaid} == {"n’est plus dit"}
