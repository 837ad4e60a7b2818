"""What the second format adds, from the database to the pages: kept, shown, never guessed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import io
import re
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from maillage.kernel.verdicts import Refusal
from maillage.network.models import MacroProcess
from maillage.people.actors import INSTALLATION, Role
from maillage.schemes.actions import (
    CellEdit,
    adopt_edition,
    draft_next_edition,
    import_edition,
    milestones_of,
    place_cells,
    propose_edition,
    revise_milestones,
)
from maillage.schemes.actions.observations import record_observation
from maillage.schemes.engine import canonical, comparison, placement_files
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.coverage import coverage
from maillage.schemes.engine.document import (
    ACTION,
    PROCESS_KIND_LABELS,
    EditionDocument,
    EditionFile,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
    StatementDoc,
)
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.observed import ObservedDoc
from maillage.schemes.engine.partial_dates import Precision
from maillage.schemes.models import Edition, Placement, Statement
from maillage.schemes.queries import document_of, file_of
from tests.builders import load, person, small_document

YEAR = MilestoneDoc(
    "2017", "Statut 2017", dt.date(2017, 12, 31), MilestoneNature.STATUS, Precision.YEAR
)


def whole(**changes: Any) -> EditionDocument:
    """The small document, with one of everything the second format adds."""
    small = small_document()
    return dataclasses.replace(
        small,
        processes=(
            *small.processes,
            ProcessDoc(
                "frais", "finances", "Notes de frais", kind=ProcessKind.ACTION, parent="achats",
                named_by="source", group_named_by="ours",
            ),
        ),
        milestones=(YEAR, *small.milestones),
        placements=(
            *small.placements,
            PlacementDoc(
                "frais", "2024", mode="M", provenance="stated", source_page="p. 9",
                source_quote="les notes de frais",
                details=Details(sites="Nantes", pooled=("people", "tools")),
            ),
            PlacementDoc("tresorerie", "2017", mode="-", provenance="inferred"),
        ),
        statements=(
            StatementDoc("viser", "rh", "Viser la mutualisation.", "M", "2017", "p. 12", "viser"),
        ),
        **changes,
    )  # fmt: skip


def ordered(document: EditionDocument) -> EditionDocument:
    """As a database gives it back: actions after their macro-process, cells by key."""
    first, *rest, action = document.processes
    cells = tuple(sorted(document.placements, key=lambda cell: cell.key))
    return dataclasses.replace(document, processes=(first, action, *rest), placements=cells)


def test_everything_comes_back_from_the_database(db: None) -> None:
    assert document_of(load(whole())) == ordered(whole())


def test_what_is_drafted_next_has_it_too(db: None) -> None:
    edition = load(whole(), adopted=True)
    following = draft_next_edition(edition, actor=INSTALLATION)
    assert document_of(following) == dataclasses.replace(ordered(whole()), number=2)


def test_an_edition_of_the_first_format_stays_in_it_and_the_next_is_of_the_second(
    db: None,
) -> None:
    first = small_document(format=1)
    edition = load(first, adopted=True)
    assert edition.seal == canonical.seal(first)
    data = canonical.dumps_file(file_of(edition))
    assert b'"version":1' in data and canonical.verify(data).ok
    following = draft_next_edition(edition, actor=INSTALLATION)
    propose_edition(following, actor=INSTALLATION)
    adopted = adopt_edition(
        following, actor=INSTALLATION, body="Assemblée", on=dt.date(2026, 1, 2), act="2026-1"
    )
    data = canonical.dumps_file(file_of(adopted))
    assert b'"version":2' in data and canonical.verify(data).ok
    cells = document_of(adopted).placements
    assert {cell.provenance for cell in cells} == {""}, "never guessed"


def test_a_draft_of_the_first_format_is_imported_once(db: None) -> None:
    draft = load(small_document(format=1))
    assert load(small_document(format=1)) == draft
    assert document_of(draft).format == 2


def test_a_statement_of_what_is_adopted_never_changes(db: None) -> None:
    load(whole(), adopted=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.update(text="Autre")
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.all()._raw_delete("default")


def test_the_note_of_an_adoption_never_changes(db: None) -> None:
    edition = load(whole(), adopted=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(adopted_note="Autre")


def test_who_adopted_may_be_unsaid_of_what_is_taken_over(db: None, client: Any) -> None:
    adoption = Adoption("", taken_over=True, note="La loi confie ce vote à l’assemblée.")
    edition = import_edition(None, EditionFile(whole(), "adopted", adoption), actor=INSTALLATION)
    assert canonical.loads_file(canonical.dumps_file(file_of(edition))).adoption == adoption
    page = client.get(reverse("schemes:edition", args=[edition.pk])).content.decode()
    assert "non énoncée par la source" in page and adoption.note in html.unescape(page)


def test_who_adopted_is_said_of_all_others(db: None) -> None:
    file = EditionFile(whole(), "adopted", Adoption("", dt.date(2022, 6, 15), "2022-01"))
    with pytest.raises(Refusal, match="instance"):
        import_edition(None, file, actor=INSTALLATION)


def test_actions_are_counted_nowhere_and_without_object_is_an_answer() -> None:
    before, after = coverage(small_document()).total, coverage(whole()).total
    assert after.all == before.all + 4, "four macro-processes at one more date, no action"
    assert after.not_applicable == before.not_applicable + 1
    assert after.ratio == (before.ratio[0] + 1, after.all)


REFUSED = [
    ({"provenance": "certain"}, "Provenance"),
    ({"source_quote": "x" * 301}, "300"),
    ({"details": {"but": "x"}}, "Champ inconnu"),
    ({"details": {"start": "17"}}, "Début"),
    ({"details": {"start": "2019", "end": "2018-03"}}, "précède le début"),
    ({"details": {"pooled": ["murs"]}}, "Mis en commun"),
    ({"details": {"reach": "mondiale"}}, "Portée"),
    ({"details": {"frame": "\x07"}}, "U+0007"),
    ({"details": ["x"]}, "ensemble de champs"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_does_not_hold_is_refused(draft: Edition, changes: Any, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        place_cells(draft, [CellEdit("achats", "2024", "", changes)], actor=INSTALLATION)
    assert said in str(refused.value) and refused.value.denied.status == 422


def test_a_cell_keeps_only_what_its_modes_take(draft: Edition) -> None:
    given = {"purpose": "Écrire une charte", "sites": "Nantes", "reach": "regional"}

    def held(**changes: Any) -> Placement:
        place_cells(draft, [CellEdit("achats", "2024", "", changes)], actor=INSTALLATION)
        return Placement.objects.get(process__code="achats", milestone__code="2024", entity=None)

    assert held(details=given, provenance="stated").details == given, "M and C, H beside"
    assert held(mode="M", complementary="").details == {"sites": "Nantes", "reach": "regional"}
    assert held(mode="A").details == {}
    unknown = held(mode="?")
    assert (unknown.provenance, unknown.details) == ("", {})


def test_milestones_of_one_date_differ_by_nature(draft: Edition) -> None:
    given = {"code": "2030", "label": "2030", "date": dt.date(2030, 5, 1), "precision": "year"}
    stored = [m | {"was": m["code"]} for m in milestones_of(draft)]
    aimed, seen = given | {"nature": "projection"}, given | {"code": "vu", "nature": "status"}

    def revise(*more: dict[str, Any]) -> None:
        revise_milestones(draft, actor=INSTALLATION, title=draft.title, milestones=[*stored, *more])

    with pytest.raises(Refusal, match="de même nature"):
        revise(aimed, aimed | {"code": "bis"})
    revise(seen, aimed)
    *_, last = milestones_of(draft)
    assert (last["date"], last["precision"]) == (dt.date(2030, 12, 31), "year")
    assert last["nature"] == "projection", "what is aimed at comes after what is seen"


def test_without_scripts_the_form_takes_what_the_mode_is_made_of(draft: Edition) -> None:
    client = person("forme@essai.test", {"role": Role.ADMINISTRATOR}).client
    address = reverse("schemes:grid_cell", args=[draft.pk, "tresorerie", "2024"])
    typed = {"mode": "C", "version": 0, "seen": "{}", "provenance": "inferred"}
    typed |= {"detail_purpose": "Essayer", "detail_start": "06/2025", "detail_sites": "Nantes"}
    refused = client.post(address, typed | {"detail_start": "juin"})
    page = refused.content.decode()
    assert refused.status_code == 422 and "Date attendue, par exemple 2027" in page
    assert re.search(r'name="detail_start" value="juin"[^>]*aria-invalid', page)
    assert client.post(address, typed).status_code == 302
    row = Placement.objects.get(process__code="tresorerie", milestone__code="2024")
    assert row.details == {"purpose": "Essayer", "start": "2025-06"}, "no site of a cooperation"
    assert row.provenance == "inferred"
    sheet = client.get(reverse("schemes:cell", args=[draft.pk, "tresorerie", "2024"]))
    told = html.unescape(sheet.content.decode())
    assert "juin\u00a02025" in told and "déduit de ce que dit la source" in told


def test_each_count_of_the_source_leads_to_its_cells(db: None, client: Any) -> None:
    edition = load(whole(), adopted=True)
    address = reverse("schemes:coverage", args=[edition.pk])
    page = client.get(address).content.decode()
    counts = re.findall(r'href="\?provenance=([a-z-]+)#cellules"\s*>[^:]+:&nbsp;(\d+)<', page)
    counts = counts or re.findall(r"provenance=([a-z-]+)#cellules[^>]*>[^:]+:\D+(\d+)", page)
    assert dict(counts) == {"stated": "0", "inferred": "1", "non-precise": "4"}
    more = {
        "stated": (1, "0 cellule, et 1 d’une action, non comptée."),
        "inferred": (0, "1 cellule."),
        "non-precise": (1, "4 cellules ; et 1 valeur propre à une chambre, comptée à part."),
    }
    for code, count in counts:
        listed = client.get(f"{address}?provenance={code}").content.decode()
        assert listed.count("/cellule/") == int(count) + more[code][0], code
        assert more[code][1] in html.unescape(listed).replace("\u00a0", " ")
    assert "Viser la mutualisation." in page and "les notes de frais" in page


def test_the_cartography_marks_counts_and_filters_what_is_not_stated(db: None, client: Any) -> None:
    edition = load(whole(), adopted=True)
    address = reverse("schemes:cartography", args=[edition.pk])
    page = client.get(address).content.decode()
    assert 'class="mode m-n is-inferred"' in page and 'class="is-action"' in page
    shown = client.get(f"{address}?provenance=inferred").content.decode()
    assert "Trésorerie</th>" in shown and "Formation</th>" not in shown
    svg = client.get(reverse("schemes:cartography_svg", args=[edition.pk])).content.decode()
    assert "≈–" in svg and "déduit de ce que dit la source" in svg


NAMED = re.compile(r"(.{0,12})Notes de frais", re.DOTALL)


def unmarked(text: str) -> list[str]:
    """Where the action of `whole()` is named without being said to be one."""
    told = html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\u00a0", " ")
    found = NAMED.findall(told)
    assert found, "it is named somewhere"
    return [before for before in found if not before.endswith("Action : ")]


SURFACES = [
    "/editions/{pk}/", "/editions/{pk}/cartographie.svg", "/editions/{pk}/export.csv",
    "/editions/{pk}/export.xlsx", "/editions/{pk}/source/", "/editions/{pk}/saisie/",
    "/editions/{pk}/cellule/frais/2024/", "/reseaux/essai/fonctions/finances/",
    "/reseaux/essai/processus/frais/", "/reseaux/essai/constats/",
    "/reseaux/essai/constats/export/csv/", "/reseaux/essai/constats/modele.xlsx",
    "/reseaux/essai/chambres/nord/", "/editions/{pk}/comparer/jalons/2022/2024/",
]  # fmt: skip


@pytest.mark.parametrize("surface", SURFACES)
def test_an_action_is_said_to_be_one_wherever_it_is_listed(
    db: None, people: Any, surface: str
) -> None:
    edition = load(whole())
    seen = ObservedDoc("frais", "", dt.date(2026, 3, 2), "A", observer="Moi")
    record_observation(edition.network, actor=INSTALLATION, row=seen)
    answer = people(edition).administrator.client.get(surface.format(pk=edition.pk))
    assert answer.status_code == 200
    if "xlsx" in surface:
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        text = "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    else:
        text = answer.content.decode()
        text = text[text.index("<h1") :] if "<h1" in text else text
    assert unmarked(text) == []


def test_an_action_is_not_counted_among_macro_processes_in_a_search_nor_a_picture(
    db: None, people: Any
) -> None:
    edition = load(whole())
    client = people(edition).reader.client
    groups = client.get("/recherche/?q=finances").context["groups"]
    counts = {group[0]: group[-1] for group in groups}
    assert (counts["Macro-processus"], counts["Actions"]) == (2, 1)
    drawn = client.get(f"/editions/{edition.pk}/cartographie.svg").content.decode()
    assert "4 macro-processus, 1 action," in drawn


def test_a_file_that_says_an_action_is_one_reads_back_and_an_older_one_too(db: None) -> None:
    document = whole()
    data = placement_files.write_csv(document, document.placements)
    older = data.decode().replace("Action\u00a0: ", "").encode()
    for file in (data, older):
        rows = placement_files.read_table(file, "a.csv", document)
        assert comparison.diff_placements(document, rows) == ()


def test_the_word_of_an_action_is_the_one_of_its_kind() -> None:
    assert f"{PROCESS_KIND_LABELS['action']}\u00a0: " == ACTION
    assert MacroProcess(kind="action", name="X").title == f"{ACTION}X"
    assert MacroProcess(name="X").title == "X"


def test_the_journal_names_an_action_as_every_list_does(db: None, people: Any) -> None:
    edition = load(whole())
    place_cells(edition, [CellEdit("frais", "2024", "", {"mode": "C"})], actor=INSTALLATION)
    client = people(edition).administrator.client
    page = client.get(f"/reseaux/{edition.network.code}/journal/").content.decode()
    assert f"{ACTION}Notes de frais" in page.replace("&nbsp;", "\u00a0")
