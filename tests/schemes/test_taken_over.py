"""The printed scheme, taken over three times: each reading takes the place of the one before, which
stays sealed to the byte, on a fresh installation as on one that has the first ones."""

from __future__ import annotations

import datetime as dt
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
from maillage.reports.engine.booklet import booklet_of, pdf
from maillage.schemes.actions import adopt_edition, draft_next_edition, import_edition
from maillage.schemes.engine import canonical, referential
from maillage.schemes.engine.checks import Key
from maillage.schemes.engine.comparison import compare_milestones
from maillage.schemes.engine.document import EditionDocument, PlacementDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of, file_of
from maillage.sheets.findings import Unreadable
from tests.pdf_text import pages_of

NAME = "pays-de-la-loire-2017-2021"
SEALED = {
    NAME: (
        "633e69a33282f3e7a06cac0929a2218e40a35ae1cb0a6ff81aa64eb35b40894e",
        "a004d476838bdd14a1206d49475292b22d8164f7da12271c08b6abd8e344173a",
    ),
    f"{NAME}-edition-2": (
        "bbb794f14e1ba0b2db06cefcab97a36280d92ce5dc23c29f8b388970c089e0d8",
        "885ba01c9e049934acec3a57d412ae9fd2f0c32757a1a8ce737852e9fd1ec6e9",
    ),
}
"""The file and the seal of each edition that another has taken the place of, as it was shipped."""
IN_FORCE = {
    f"{NAME}-edition-3": (
        "0b3e2aff649729efb7226c701f407643ba4ed591aed14794df19ff529f6fdcd9",
        "7f7b38f3aabfcd6092dc71041d34ea4ea45d0c356a3e9129a7b469110edc4e77",
    ),
}
"""The last one: installations have taken it in too, so a next edition alone corrects it."""
SEAL = SEALED[NAME][1]
ALL = [(1, "superseded"), (2, "superseded"), (3, "adopted")]


@pytest.fixture
def first(db: None) -> Edition:
    """An installation that has the first edition alone."""
    return import_edition(None, referential.read(NAME), actor=INSTALLATION)


@pytest.fixture
def shipped(db: None) -> list[Edition]:
    call_command("scheme-import", NAME, verbosity=0)
    return list(Edition.objects.order_by("number"))


def cells_of(document: EditionDocument) -> dict[Key, PlacementDoc]:
    """Whatever the order in which a cell names whom it serves."""
    return {p.key: replace(p, served=tuple(sorted(p.served))) for p in document.placements}


def states() -> list[tuple[int, str]]:
    return list(Edition.objects.order_by("number").values_list("number", "status"))


@pytest.mark.parametrize("name", SEALED | IN_FORCE)
def test_an_edition_taken_over_is_the_same_to_the_byte(name: str) -> None:
    data = (files("maillage") / "referentials" / f"{name}.yaml").read_bytes()
    seal = canonical.seal(referential.read(name).document)
    assert (hashlib.sha256(data).hexdigest(), seal) == (SEALED | IN_FORCE)[name]


def test_the_last_one_dates_nothing_that_the_text_does_not() -> None:
    """The text dates the direction of information systems, not what became of those who work there:
    « ce principe a été généralisé à toutes les CCI »."""
    document = referential.read(*IN_FORCE).document
    (chapter,) = [s for s in document.sections if s.code == "fonction-systemes-information"]
    (told,) = [one for one in re.split(r"(?<=\.) ", chapter.body) if "étendue à toutes" in one]
    assert "sans date dans le texte" in told and not re.search(r"\d{4}", told)


def test_a_scheme_comes_with_its_editions_in_order(shipped: list[Edition]) -> None:
    assert states() == ALL
    old, middle, new = shipped
    assert (old.seal, old.adopted_body[:9]) == (SEAL, "Assemblée")
    assert (new.adopted_body, new.adopted_on, new.adopted_act) == ("", None, "")
    assert (middle.based_on, new.based_on) == (old, middle)
    assert [e.seal for e in shipped] == [
        canonical.seal(file.document) for file in referential.series(NAME)
    ]


def test_importing_again_changes_nothing(shipped: list[Edition]) -> None:
    events = Event.objects.count()
    call_command("scheme-import", NAME, verbosity=0)
    call_command("scheme-import", f"{NAME}-edition-2", verbosity=0)
    assert Event.objects.count() == events


@pytest.mark.parametrize("had", [1, 2])
def test_an_installation_gains_what_it_lacks(db: None, had: int) -> None:
    """The draft that has the next number is not sealed: it takes the one after, and keeps its
    cells."""
    for file in referential.series(NAME)[:had]:
        latest = import_edition(None, file, actor=INSTALLATION)
    draft = draft_next_edition(latest, actor=INSTALLATION)
    cells = draft.placements.count()
    call_command("scheme-import", NAME, verbosity=0)
    assert states() == [*ALL, (4, "draft")]
    seals = Edition.objects.order_by("number").values_list("seal", flat=True)
    assert list(seals[:2]) == [seal for _, seal in SEALED.values()]
    draft.refresh_from_db()
    assert (draft.number, draft.placements.count()) == (4, cells)
    moved = Event.objects.filter(subject=draft.subject, verb="schemes.edition.imported")
    numbers = [event.diff["number"] for event in moved.order_by("pk")]
    assert numbers == [[n, n + 1] for n in range(had + 1, 4)]


def test_a_second_edition_of_ones_own_is_never_replaced(first: Edition) -> None:
    draft = draft_next_edition(first, actor=INSTALLATION, title="La nôtre")
    Edition.objects.filter(pk=draft.pk).update(status="proposed")
    draft.refresh_from_db()
    adopt_edition(draft, actor=INSTALLATION, body="Assemblée", on=None, act="", taken_over=True)
    with pytest.raises(Unreadable, match="existe déjà, avec un autre contenu"):
        import_edition(None, referential.series(NAME)[1], actor=INSTALLATION)
    assert states() == [(1, "superseded"), (2, "adopted")]


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
def test_whatever_the_order_the_last_number_is_in_force(db: None, order: tuple[int, ...]) -> None:
    series = referential.series(NAME)
    for rank in order:
        import_edition(None, series[rank], actor=INSTALLATION)
    assert states() == ALL
    seals = Edition.objects.order_by("number").values_list("seal", flat=True)
    assert list(seals) == [canonical.seal(file.document) for file in series]


def test_the_next_draft_has_the_words_of_what_is_in_force(first: Edition) -> None:
    """The rows that the first edition made take names, kinds and order from the newest."""
    assert Function.objects.get(code="systemes-information").name == "Systèmes d'information"
    call_command("scheme-import", NAME, verbosity=0)
    assert Function.objects.get(code="systemes-information").name == "Systèmes d’information"
    action = MacroProcess.objects.get(code="fin-norme-4-9")
    assert (action.kind, action.parent.code) == ("action", "fin-controle-de-gestion")
    paie = MacroProcess.objects.get(code="rh-administration-paie")
    assert (paie.kind, paie.named_by) == ("mission", "source")
    newest = Edition.objects.get(number=3)
    assert newest.scheme.title == "Schéma régional d’organisation des missions 2017-2021"
    sealed = document_of(newest)
    draft = document_of(draft_next_edition(newest, actor=INSTALLATION))
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
def test_addresses_of_those_replaced_stay_and_lead_to_the_newest(
    shipped: list[Edition], client: Client, page: str
) -> None:
    *replaced, new = shipped
    for old in replaced:
        shown = client.get(f"/editions/{old.pk}/{page}").content.decode()
        assert "Cette édition est remplacée" in shown
        assert f'href="/editions/{new.pk}/' in shown
    answer = client.get(f"/editions/{new.pk}/{page}")
    assert answer.status_code == 200
    assert "est remplacée" not in answer.content.decode()


def test_the_sheet_says_what_the_source_does_not(shipped: list[Edition], client: Client) -> None:
    sheet = client.get(f"/editions/{shipped[-1].pk}/fiche/").content.decode()
    assert "<dt>Instance</dt><dd>non énoncée par la source</dd>" in sheet
    assert "aux deux tiers des voix" in sheet
    network = client.get("/reseaux/pays-de-la-loire/").content.decode()
    first = client.get(f"/editions/{shipped[0].pk}/fiche/").content.decode()
    booklet = pages_of(pdf(booklet_of(file_of(shipped[0]), dt.date(2026, 11, 30))))
    for page in (first, network, " ".join(booklet)):
        assert "(mention de la reprise, non énoncée par la source)" in page
    assert "mention de la reprise" not in sheet
    assert "Instance non énoncée par la source, date non" in network
    assert f"{shipped[-1]}, en vigueur" in network


def test_home_network_and_address_show_the_one_in_force(
    shipped: list[Edition], client: Client
) -> None:
    new = shipped[-1]
    assert f'<a href="/editions/{new.pk}/">{new}</a>' in client.get("/").content.decode()
    assert client.get("/reseaux/pays-de-la-loire/schema/")["Location"] == f"/editions/{new.pk}/"


def test_what_the_projection_of_2021_does_not_say_changes_nothing(shipped: list[Edition]) -> None:
    """The tool of commitments is carried forward without the cooperation of 2017, which the text
    never says ends; before it, what was cooperation in 2013 neither ends nor goes on."""
    edition = shipped[-1]
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
