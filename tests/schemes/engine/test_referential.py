"""The real scheme as referential: what it holds, that all of it has its page, and how bad
files are refused."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from maillage.schemes.engine import coverage, referential
from maillage.schemes.engine.chamber import sheet_of
from maillage.schemes.engine.document import (
    EditionDocument,
    EditionFile,
    IntegrationOption,
    PlacementDoc,
)
from maillage.sheets.findings import Unreadable

FIRST = "pays-de-la-loire-2017-2021"
SECOND = f"{FIRST}-edition-2"
THIRD = f"{FIRST}-edition-3"
NAMES = [FIRST, SECOND, THIRD]
SEED = Path(__file__).parents[4] / "shared/seed/000_5f54dfaac7528ae2.txt"
PROPER_NAMES = (
    r"\b(?:cci )?(?:pays de la loire|maine et loire|nantes st nazaire|le mans sarthe)\b"
    r"|\b(?:cci )?(?:vendée|mayenne)\b"
    r"|\bjuridique et vie institutionnelle\b|\bcode de commerce\b|\bassemblée générale\b"
    r"|\bcommission paritaire régionale\b|\bcommission spéciale d homologation\b"
)
STATES = ("done", "under_way", "decided", "orientation", "to_study", "planned")
CHAPTERS = {
    "finances": (4, 7),
    "ressources-humaines": (8, 10),
    "systemes-information": (11, 13),
    "juridique-achats": (14, 16),
    "communication": (17, 17),
}


@pytest.fixture(scope="module", params=NAMES)
def file(request: pytest.FixtureRequest) -> EditionFile:
    return referential.read(request.param)


@pytest.fixture(scope="module")
def document(file: EditionFile) -> EditionDocument:
    return file.document


@pytest.fixture(scope="module")
def first() -> EditionDocument:
    return referential.read(FIRST).document


@pytest.fixture(scope="module")
def newest() -> EditionDocument:
    """What is in force."""
    return referential.read(THIRD).document


def cell(document: EditionDocument, process: str, milestone: str) -> PlacementDoc | None:
    return next((p for p in document.placements if p.key == (process, milestone, "")), None)


def raw(name: str) -> dict[str, Any]:
    return yaml.safe_load((files("maillage") / "referentials" / name).read_text("utf-8"))


def pages(text: str) -> list[int]:
    """The pages cited; a page that the text does not tell is marked as deduced."""
    cited = re.fullmatch(r"p\.[\u00a0 ](\d+)(?:-(\d+))?(?: \(déduite\))?", text)
    assert cited, text
    return [int(number) for number in cited.groups() if number]


def test_only_editions_are_available() -> None:
    assert referential.available() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_editions_of_a_scheme_come_in_order(name: str) -> None:
    assert [file.document.number for file in referential.series(name)] == [1, 2, 3]


def test_unknown_edition_is_refused() -> None:
    with pytest.raises(Unreadable, match="édition inconnue"):
        referential.read("autre")


def test_it_is_taken_over_and_unsealed(file: EditionFile) -> None:
    assert file.status == "adopted"
    assert file.seal == ""
    assert file.adoption is not None
    assert file.adoption.taken_over
    assert (file.adoption.on, file.adoption.act) == (None, "")


def test_who_and_what(document: EditionDocument) -> None:
    assert [e.kind for e in document.entities].count("territorial") == 5
    assert {e.departement for e in document.entities} == {"", "44", "49", "53", "72", "85"}
    assert not any(e.siren for e in document.entities)
    assert [f.code for f in document.functions] == list(CHAPTERS)
    counted = [p for p in document.processes if p.function == "finances" and not p.is_action]
    assert len(counted) == 12
    assert [(m.code, m.date.year, m.nature) for m in document.milestones] == [
        ("2013", 2013, "inventory"),
        ("2017", 2017, "status"),
        ("2021", 2021, "projection"),
    ]


def test_every_placement_has_document_page_and_basis(document: EditionDocument) -> None:
    for placement in document.placements:
        assert placement.source_document == "SROM 2017-2021", placement.key
        assert pages(placement.source_page), placement.key
        assert len(placement.source_basis) > 40, placement.key
        assert placement.source_basis.endswith("."), placement.key


def test_every_process_and_text_has_a_page_of_its_chapter(document: EditionDocument) -> None:
    for process in document.processes:
        first, last = CHAPTERS[process.function]
        assert all(first <= page <= last for page in pages(process.source_page)), process.code
    told = {s.code: s.source_page for s in document.sections}
    cover = {told.pop("quatrieme-de-couverture")} if document.number > 1 else set()
    assert cover <= {"quatrième de couverture"}
    assert all(pages(page) for page in told.values())


def test_every_code_resolves_and_is_unique(document: EditionDocument) -> None:
    entities = {e.code for e in document.entities}
    processes = {p.code for p in document.processes}
    milestones = {m.code for m in document.milestones}
    assert len(processes) == len(document.processes)
    assert len({p.key for p in document.placements}) == len(document.placements)
    for placement in document.placements:
        assert placement.process in processes
        assert placement.milestone in milestones
        assert {placement.entity, placement.lead} <= entities | {""}
        assert set(placement.served) <= entities
        assert placement.mode in "ACHMI?"


def test_the_law_is_respected(document: EditionDocument) -> None:
    """R711-33 II: staff management stays at the region; one delegate per function."""
    processes = {p.code: p for p in document.processes}
    delegates: dict[str, set[str]] = {}
    for placement in document.placements:
        if placement.integration == IntegrationOption.INFRA_REGIONAL:
            process = processes[placement.process]
            assert not process.region_only
            delegates.setdefault(process.function, set()).add(placement.lead)
    assert delegates == {"systemes-information": {"cci-nantes-st-nazaire"}}
    assert processes["rh-administration-paie"].region_only


@pytest.mark.parametrize(
    ("process", "milestone", "expected"),
    [
        ("fin-comptabilite-sociale", "2017", ("I", "", "", "")),
        ("fin-comptabilite-sociale", "2013", None),
        ("fin-comptabilite-client", "2017", ("M", "", "", "")),
        ("fin-comptabilite-generale", "2017", ("?", "", "", "")),
        ("fin-controle-de-gestion", "2021", ("?", "", "", "")),
        ("fin-comptabilite-fournisseur", "2017", None),
        ("rh-administration-paie", "2017", ("I", "", "cci-pays-de-la-loire", "regional")),
        ("si-pilotage", "2013", ("I", "C", "cci-nantes-st-nazaire", "infra_regional")),
        ("si-pilotage", "2017", ("I", "", "cci-pays-de-la-loire", "regional")),
        ("si-messagerie", "2013", ("A", "C", "", "")),
        ("si-telephonie", "2013", ("A", "CM", "", "")),
        ("si-achats", "2017", ("?", "", "", "")),
        ("si-serveurs", "2017", ("?", "", "", "")),
        ("si-solutions", "2021", None),
        ("jur-elections-consulaires", "2017", ("M", "", "", "")),
        ("jur-registre-lobbying", "2021", ("I", "", "cci-france", "national")),
        ("jur-expertise", "2021", None),
        ("mp-passation", "2013", ("I", "", "cci-pays-de-la-loire", "regional")),
        ("mp-pilotage", "2017", ("M", "", "", "")),
        ("ach-procedures", "2017", None),
        ("com-coordination", "2013", ("C", "", "cci-pays-de-la-loire", "")),
        ("com-sites-web", "2017", ("H", "", "", "")),
        ("com-sites-web", "2021", None),
    ],
)
def test_what_the_first_reading_says(
    first: EditionDocument,
    process: str,
    milestone: str,
    expected: tuple[str, str, str, str] | None,
) -> None:
    found = cell(first, process, milestone)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.mode, found.complementary, found.lead, found.integration) == expected


def test_what_is_known_of_the_first(first: EditionDocument) -> None:
    counted = coverage.coverage(first)
    assert {
        line.code: [tally.known for tally in line.by_milestone] for line in counted.by_function
    } == {
        "finances": [0, 3, 3],
        "ressources-humaines": [6, 1, 0],
        "systemes-information": [13, 6, 2],
        "juridique-achats": [4, 11, 5],
        "communication": [1, 7, 0],
    }
    assert counted.total.ratio == (62, 222)


@pytest.mark.parametrize(
    ("process", "milestone", "expected"),
    [
        ("fin-comptabilite-sociale", "2017", ("I", "", "", "", "stated")),
        ("fin-comptabilite-sociale", "2013", None),
        ("fin-comptabilite-client", "2017", ("M", "", "", "", "inferred")),
        ("fin-comptabilite-client", "2021", ("M", "", "", "", "carried")),
        ("fin-comptabilite-generale", "2017", ("?", "", "", "", "")),
        ("fin-comptabilite-fournisseur", "2017", None),
        ("fin-notes-de-frais", "2017", ("M", "", "", "", "stated")),
        ("fin-calendrier-budgetaire", "2017", ("M", "", "", "", "stated")),
        ("fin-competences-formations", "2017", ("M", "", "", "", "stated")),
        ("fin-plans-investissement", "2017", ("H", "", "", "", "stated")),
        ("fin-norme-4-9", "2017", ("H", "", "", "", "stated")),
        ("fin-communaute", "2017", ("C", "", "", "", "stated")),
        ("fin-communaute", "2021", ("C", "", "", "", "carried")),
        (
            *("rh-administration-paie", "2017"),
            ("I", "", "cci-pays-de-la-loire", "regional", "inferred"),
        ),
        ("rh-controle-gestion-sociale", "2017", ("?", "", "", "", "")),
        ("rh-formation", "2017", ("?", "", "", "", "")),
        ("rh-competences", "2021", ("?", "", "", "", "")),
        ("rh-attractivite", "2021", ("?", "", "", "", "")),
        ("rh-management", "2021", ("?", "", "", "", "")),
        ("si-pilotage", "2013", ("I", "C", "cci-nantes-st-nazaire", "infra_regional", "inferred")),
        ("si-pilotage", "2021", ("I", "", "cci-pays-de-la-loire", "regional", "carried")),
        ("si-messagerie", "2013", ("A", "C", "", "", "inferred")),
        ("si-telephonie", "2017", ("M", "", "", "", "inferred")),
        ("si-acces-internet", "2017", ("M", "", "", "", "inferred")),
        ("si-achats", "2017", ("?", "", "", "", "")),
        ("si-solutions", "2017", ("M", "", "", "", "stated")),
        ("si-solutions", "2021", None),
        ("jur-registre-lobbying", "2021", ("I", "", "cci-france", "national", "stated")),
        ("jur-expertise", "2021", ("?", "", "", "", "")),
        ("mp-passation", "2013", ("I", "", "cci-pays-de-la-loire", "regional", "inferred")),
        ("mp-passation", "2017", ("I", "", "cci-pays-de-la-loire", "regional", "inferred")),
        ("mp-commission", "2017", ("I", "", "cci-pays-de-la-loire", "regional", "inferred")),
        ("mp-pilotage", "2017", ("M", "", "", "", "stated")),
        ("ach-procedures", "2017", ("?", "", "", "", "")),
        ("com-coordination", "2013", ("C", "", "cci-pays-de-la-loire", "", "inferred")),
        ("com-sites-web", "2017", ("H", "", "", "", "stated")),
        ("com-socle-commun", "2017", ("H", "", "", "", "inferred")),
        ("com-logo", "2017", ("?", "", "", "", "")),
        ("com-digital", "2017", ("?", "", "", "", "")),
        ("com-sites-web", "2021", None),
    ],
)
def test_what_the_text_says(
    newest: EditionDocument,
    process: str,
    milestone: str,
    expected: tuple[str, str, str, str, str] | None,
) -> None:
    found = cell(newest, process, milestone)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        told = (found.mode, found.complementary, found.lead, found.integration, found.provenance)
        assert told == expected


def test_the_central_purchaser_buys_for_itself_too(newest: EditionDocument) -> None:
    """« Pour elle-même et les CCI territoriales »: its sheet says both."""
    region, mayenne = (sheet_of(newest, code) for code in ("cci-pays-de-la-loire", "cci-mayenne"))
    assert region is not None and mayenne is not None
    for code in ("mp-passation", "mp-responsabilite", "mp-commission"):
        assert region.former[code].roles == ("self", "others"), code
        assert len(region.former[code].served) == 5
        assert mayenne.former[code].roles == ("receives",)


def test_what_is_said_of_territorial_chambers_alone_is_not_said_of_the_regional_one(
    newest: EditionDocument,
) -> None:
    """« Par chaque CCI territoriale »: of the regional chamber the text says nothing there."""
    of_territorial = re.compile(
        r"chaque (?:CCI territoriale assumait|chambre autonome)|par les CCI territ"
    )
    excluding = {
        p.key[:2]
        for p in newest.placements
        if not p.entity and of_territorial.search(p.source_basis)
    }
    assert len(excluding) == 13
    own = {p.key[:2]: p for p in newest.placements if p.entity}
    assert own.keys() == excluding
    assert {(p.entity, p.mode) for p in own.values()} == {("cci-pays-de-la-loire", "?")}
    region = sheet_of(newest, "cci-pays-de-la-loire", "2013", "2017")
    mayenne = sheet_of(newest, "cci-mayenne", "2013", "2017")
    assert region is not None and mayenne is not None
    runs = [code for code, part in region.former.items() if "self" in part.roles]
    assert len(runs) == 11
    assert not any(code.startswith("si-") for code in runs)
    assert region.former["si-telephonie"].roles == ("unknown",)
    for part in mayenne.former.values():
        if part.process.startswith("si-") and part.mode == "A":
            assert "cci-pays-de-la-loire" not in part.partners


def test_what_the_text_does_not_date_is_not_dated(newest: EditionDocument) -> None:
    """The direction is of 2015; its staff’s partial assignment has no date in the text."""
    (body,) = (s.body for s in newest.sections if s.code == "fonction-systemes-information")
    sentence = next(s for s in re.split(r"(?<=\.)\s", body) if "affectation partielle" in s)
    assert "2015" not in sentence
    assert "sans date dans le texte" in sentence


def test_what_is_known_of_it(newest: EditionDocument) -> None:
    """Of macro-processes and missions; what is known of an action is not counted with them."""
    counted = coverage.coverage(newest)
    assert {
        line.code: [tally.known for tally in line.by_milestone] for line in counted.by_function
    } == {
        "finances": [0, 3, 3],
        "ressources-humaines": [6, 1, 0],
        "systemes-information": [13, 7, 2],
        "juridique-achats": [4, 12, 6],
        "communication": [1, 7, 0],
    }
    assert counted.total.ratio == (65, 225)


def test_actions_stand_apart_from_the_twelve_of_finance(newest: EditionDocument) -> None:
    actions = {p.code: p.parent for p in newest.processes if p.is_action}
    assert actions == {
        "fin-notes-de-frais": "fin-comptabilite-fournisseur",
        "fin-plans-comptables": "fin-comptabilite-generale",
        "fin-processus-comptables": "fin-comptabilite-generale",
        "fin-calendrier-budgetaire": "fin-controle-de-gestion",
        "fin-plans-investissement": "fin-controle-de-gestion",
        "fin-norme-4-9": "fin-controle-de-gestion",
        "fin-budgets-personnel": "fin-controle-de-gestion",
        "fin-competences-formations": "fin-direction-financiere",
        "fin-communaute": "fin-direction-financiere",
        "fin-projets-transversaux": "fin-direction-financiere",
        "ach-guide": "ach-mutualises",
        "mp-securisation": "mp-pilotage",
    }
    twelve = [p for p in newest.processes if p.function == "finances" and not p.is_action]
    assert len(twelve) == 12
    assert {(p.kind.value, p.named_by) for p in twelve} == {("macro_process", "source")}


DEDUCED = {
    "2013": {
        *("rh-politique", "rh-changement", "rh-pilotage"),
        *("rh-recrutement", "rh-formation", "rh-competences"),
        *("si-gestion-projets", "si-methodes", "si-achats", "si-postes", "si-solutions"),
        *("si-infrastructure", "si-messagerie", "si-telephonie", "si-solutions-finances"),
        *("si-serveurs", "si-acces-internet", "si-contrats-apprentissage"),
        *("jur-activite-juridique", "mp-responsabilite", "mp-commission", "com-coordination"),
        *("si-pilotage", "mp-passation"),
    },
    "2017": {
        *("fin-comptabilite-client", "fin-immobilisations", "rh-administration-paie"),
        *("si-pilotage", "si-affectation-partielle", "si-telephonie", "si-acces-internet"),
        *("jur-activite-juridique", "mp-responsabilite", "mp-commission", "mp-documents-types"),
        *("ach-guide", "ach-nomenclature", "ach-evaluation"),
        *("com-structure-offre", "com-socle-commun", "mp-passation"),
    },
}


def test_which_cells_are_deduced(newest: EditionDocument) -> None:
    known = [p for p in newest.placements if p.mode != "?"]
    counted = Counter(p.provenance for p in known)
    assert counted == {"stated": 28, "inferred": 41, "carried": 17}
    for milestone, codes in DEDUCED.items():
        assert {
            p.process for p in known if p.milestone == milestone and p.provenance == "inferred"
        } == codes
    projected = [p for p in known if p.milestone == "2021" and p.provenance != "carried"]
    assert {(p.lead, p.provenance) for p in projected} == {("cci-france", "stated")}


def test_what_no_cell_can_hold_is_stated_of_its_function(newest: EditionDocument) -> None:
    stated = {s.code: (s.function, s.modes, s.horizon) for s in newest.statements}
    assert len(stated) == 11
    si = "systemes-information"
    assert stated["si-objectif-2017"] == (si, "M", "objectif pour 2017")
    assert stated["si-avant-2013"] == (si, "AC", "avant 2013")
    assert stated["communication-actions"] == ("communication", "HM", "2017")
    placed = {p.process for p in newest.placements if p.mode == "M"}
    assert not any(code.startswith("com-") for code in placed)


@pytest.mark.parametrize(
    ("before", "after", "received"),
    [
        (
            *("2013", "2017"),
            {
                "rh-politique": "cci-pays-de-la-loire",
                "rh-changement": "cci-pays-de-la-loire",
                "rh-pilotage": "cci-pays-de-la-loire",
                "rh-administration-paie": "cci-pays-de-la-loire",
                "si-pilotage": "cci-pays-de-la-loire",
                "mp-passation": "cci-pays-de-la-loire",
                "mp-responsabilite": "cci-pays-de-la-loire",
                "mp-commission": "cci-pays-de-la-loire",
            },
        ),
        (
            *("2021", "2021"),
            {
                "si-pilotage": "cci-pays-de-la-loire",
                "jur-donnees-personnelles": "cci-france",
                "jur-registre-lobbying": "cci-france",
                "jur-reglement-interieur": "cci-france",
                "jur-conditions-vente": "cci-france",
            },
        ),
    ],
)
def test_what_a_chamber_receives_is_on_the_sheet_of_whom_it_receives_it_from(
    newest: EditionDocument, before: str, after: str, received: dict[str, str]
) -> None:
    mayenne = sheet_of(newest, "cci-mayenne", before, after)
    assert mayenne is not None
    told = [(one.provider, other.provider) for one, other in mayenne.ever("receives")]
    codes = [part.process for _, part in mayenne.ever("receives")]
    assert {c: b or a for c, (a, b) in zip(codes, told, strict=True)} == received
    for code, provider in received.items():
        sheet = sheet_of(newest, provider, before, after)
        assert sheet is not None
        pairs = {two.process: (*one.served, *two.served) for one, two in sheet.ever("others")}
        assert "cci-mayenne" in pairs[code]


def test_years_are_years_and_no_body_is_invented(newest: EditionDocument) -> None:
    assert [m.when for m in newest.milestones] == ["2013", "2017", "2021"]
    adoption = referential.read(THIRD).adoption
    assert adoption is not None
    assert (adoption.body, adoption.on, adoption.act) == ("", None, "")
    assert "L711-8" in adoption.note


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("preambule-modes", ("régionalité", "régionalitude")),
        ("preambule-mots", ("Régionalité", "régionalitude")),
        ("gouvernance-instances", ("COPIL Informatique", "entre deux réunions du Bureau")),
        ("gouvernance-instances", ("collectivité régionale",)),
        ("gouvernance-instances", ("présente actions et projets de décision",)),
        ("gouvernance-instances", ("interface", "l’information sur les dossiers en cours")),
        ("gouvernance-instances", ("le front-office et le back-office",)),
        (
            "gouvernance-commissions",
            ("Commission paritaire régionale et commission spéciale d’homologation",),
        ),
        ("quatrieme-de-couverture", ("Alain Schlessler, directeur général", "triapdl.fr")),
        ("fonction-systemes-information", ("mutualisation (mode M)",)),
        (
            "fonction-juridique-achats",
            ("acheteurs sont en effet ceux des CCI territoriales", "mis à leur disposition"),
        ),
        (
            "fonction-communication",
            (
                *("salariés", "dirigeants d’entreprise", "repreneurs", "créateurs"),
                *("demandeurs d’emploi", "jeunes", "collectivités locales", "partenaires", "État"),
            ),
        ),
    ],
)
def test_what_the_texts_say(newest: EditionDocument, section: str, words: Sequence[str]) -> None:
    body = next(s.body for s in newest.sections if s.code == section)
    assert all(word in body for word in words)


def test_a_documented_unknown_claims_nothing(document: EditionDocument) -> None:
    unknown = [p for p in document.placements if p.mode == "?"]
    assert len(unknown) == {1: 10, 2: 27, 3: 28 + 13}[document.number]
    for p in unknown:
        assert (p.complementary, p.lead, p.served, p.integration) == ("", "", (), "")
        assert re.search("texte ne dit|n'est pas dit", p.source_basis), p.key


def test_integration_names_who_it_may(document: EditionDocument) -> None:
    """The lead is of the kind the option asks for, and only integration has an option."""
    kinds = {e.code: e.kind for e in document.entities}
    wanted = {"regional": "regional", "infra_regional": "territorial", "national": "national"}
    for p in document.placements:
        assert p.mode not in p.complementary, p.key
        if p.integration:
            assert "I" in p.mode + p.complementary, p.key
            assert kinds[p.lead] == wanted[p.integration], p.key


def test_no_sentence_of_the_scheme_is_copied() -> None:
    """No eight words in a row of the printed scheme; a proper name counts for one word."""
    if not SEED.exists():
        pytest.skip("the printed scheme is not beside this checkout: ../shared/seed")
    printed = eights(re.sub(r"</?\w+>", "", SEED.read_text("utf-8")))
    folder = files("maillage") / "referentials"
    names = [entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    assert len(names) >= 3
    copied = {
        f"{name} : {' '.join(run)}"
        for name in names
        for text in strings(raw(name))
        for sentence in re.split(r"[.;:!?]\s|\n\s*(?=- )|\n\n", text)
        for run in eights(sentence) & printed
    }
    assert not copied, "\n".join(sorted(copied))


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from strings(child)


def eights(text: str) -> set[tuple[str, ...]]:
    plain = " ".join(re.findall(r"[^\W_]+", text.lower()))
    words = re.sub(PROPER_NAMES, "nom", plain).split()
    return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}


def test_function_texts_are_short_and_unwrapped(document: EditionDocument) -> None:
    texts = [section for section in document.sections if section.function]
    assert [section.function for section in texts] == list(CHAPTERS)
    for section in texts:
        assert 120 <= len(section.body.split()) <= 250, section.code
        for paragraph in section.body.split("\n\n"):
            lines = paragraph.split("\n")
            assert len(lines) == 1 or all(line.startswith("- ") for line in lines)


def test_french_typography(document: EditionDocument) -> None:
    prose = [s.body for s in document.sections] + [p.source_basis for p in document.placements]
    for text in prose:
        assert " ;" not in text
        assert " :" not in text
        assert "« " not in text
    assert document.placements[0].source_page.startswith("p.\u00a06")


def test_projects_are_well_formed(newest: EditionDocument) -> None:
    known = {p.code for p in newest.processes}
    projects = raw("pays-de-la-loire-projets.yaml")["projects"]
    assert len({p["code"] for p in projects}) == len(projects) == 51
    for project in projects:
        assert project["status"] in STATES
        assert set(project["processes"]) <= known, project["code"]
        first, last = CHAPTERS[project["function"]]
        assert all(first <= page <= last for page in pages(project["page"])), project["code"]
        assert project["name"]
        assert project["facts"]


def test_an_orientation_is_not_a_thing_done() -> None:
    """July 2015: the Bureau spoke for a direction; the text does not say that it was reached."""
    projects = {p["code"]: p for p in raw("pays-de-la-loire-projets.yaml")["projects"]}
    assert projects["fin-optimisation-outils"]["status"] == "orientation"
    facts = projects["mp-securisation"]["facts"]
    assert facts.startswith("Mis à la disposition des CCI territoriales")
    assert "ne dit pas qui l’a créé" in projects["ach-comite-pilotage"]["facts"]


def test_governance_says_what_it_assembles() -> None:
    data = raw("pays-de-la-loire-gouvernance.yaml")
    circuits = {item["code"]: item["provenance"] for item in data["circuits"]}
    assert circuits == {"decision": "inferred", "suivi-annuel": "stated", "marches": "inferred"}
    created = {item["code"]: item["created_by"] for item in data["steering_committees"]}
    assert created == {"copil-informatique": "comex", "copil-achats": ""}
    facts = {fact["code"]: fact["body"] for fact in data["dated_facts"]}
    assert facts["comite-achats"] == ""
    names = [item["name"] for item in data["regulated_commissions"]]
    assert "Commission paritaire régionale et commission spéciale d’homologation" in names
    assert len(names) == 4
    comex = next(body for body in data["bodies"] if body["code"] == "comex")
    assert "entre deux réunions du Bureau" in comex["role"]


def test_governance_is_well_formed() -> None:
    data = raw("pays-de-la-loire-gouvernance.yaml")
    bodies = {body["code"] for body in data["bodies"]}
    commissions = {item["code"] for item in data["regulated_commissions"]}
    lists = ("bodies", "steering_committees", "regulated_commissions", "circuits", "dated_facts")
    for name in lists:
        codes = [item["code"] for item in data[name]]
        assert len(set(codes)) == len(codes)
        assert all(pages(item["page"]) for item in data[name])
    for body in data["bodies"]:
        assert body["voice"] in ("deliberative", "consultative", "executive", "informal")
        assert all(
            seat["voice"] in ("member", "consultative", "invited") for seat in body["composition"]
        )
    assert all(item["created_by"] in bodies | {""} for item in data["steering_committees"])
    assert all(set(item["steps"]) <= bodies | commissions for item in data["circuits"])
    for fact in data["dated_facts"]:
        assert fact["body"] in bodies | {""}
        assert dt.date.fromisoformat((fact["date"] + "-01")[:10])


# ------------------------------------------------------------------ the loader on its own

VALID = """\
format: maillage-edition/1
network: {code: essai, name: Réseau d'essai}
scheme: {code: schema, title: Schéma, start: 2020, end: 2022}
edition: {number: 1, title: Un, status: draft}
source: Essai
milestones:
  - {code: "2020", label: Statut, date: 2020-12-31, nature: status}
entities:
  - {code: region, name: Région, kind: regional}
  - {code: lieu, name: Lieu, kind: territorial}
functions:
  - code: fonction
    name: Fonction
    processes:
      - code: processus
        name: Processus
        placements:
          "2020":
            mode: M
            complementary: CH
            lead: region
            served: [lieu]
            page: p. 3
            basis: "Un fait : le « centre »."
            entities:
              lieu: {mode: "?", basis: Non dit.}
sections:
  - {code: texte, kind: preamble, title: Préambule, page: p. 2, body: "Bonjour !"}
"""


def test_a_small_file() -> None:
    document = referential.load(VALID, "essai.yaml").document
    network, own = document.placements
    assert network == PlacementDoc(
        "processus",
        "2020",
        mode="M",
        complementary="CH",
        lead="region",
        served=("lieu",),
        source_document="Essai",
        source_page="p.\u00a03",
        source_basis="Un fait\u00a0: le «\u00a0centre\u00a0».",
    )
    assert own.entity == "lieu"
    assert own.mode == "?"
    assert document.entities[1].short_name == "Lieu"
    assert document.sections[0].body == "Bonjour\u00a0!"


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("mode: M", "mode: Z", 19, "mode : valeur inconnue"),
        ("lead: region", "lead: inconnue", 21, "lead : entité inconnue"),
        ("served: [lieu]", "served: [ici]", 22, "served : entité inconnue"),
        ("served: [lieu]", "served: lieu", 22, "served : liste attendue"),
        ("complementary: CH", "complementary: HC", 20, "modes complémentaires mal écrits"),
        ("complementary: CH", "complementary: M", 20, "modes complémentaires mal écrits"),
        ("lead: region", "integration: regional", 21, "option d’intégration hors du mode I"),
        ("2020-12-31", "31/12/2020", 7, "date : date illisible"),
        ("2020-12-31", "2020-02-30", 7, "date : date illisible"),
        ("nature: status", "nature: autre", 7, "nature : valeur inconnue"),
        ("code: lieu", "code: region", 10, "entité en double"),
        ("code: lieu", "code: Ça", 10, "minuscules sans accent"),
        ("kind: territorial", "kind: ville", 10, "kind : valeur inconnue"),
        ("kind: territorial", "kind: territorial, siren: '123456789'", 10, "clé de contrôle"),
        ("kind: territorial", "kind: territorial, departement: '7'", 10, "Département"),
        ('          "2020":', '          "2030":', 18, "jalon inconnu"),
        ("              lieu: {", "              la: {", 26, "entité inconnue"),
        ("lead: region", "chef: region", 21, "champ inconnu"),
        ("lead: region", "mode: M", 21, "champ en double"),
        ("start: 2020", "start: 2023", 3, "la dernière année précède la première"),
        ("start: 2020", "start: vingt", 3, "nombre illisible"),
        ("status: draft", "status: adopted", 1, "une édition adoptée cite son adoption"),
        ("kind: preamble", "kind: function", 28, "la fonction va avec"),
        ("kind: preamble", "kind: function, function: x", 28, "fonction inconnue"),
        ("name: Processus", "name: ''", 16, "champ manquant ou vide"),
        ("format: maillage-edition/1", "format: maillage-edition/9", 1, "format : valeur inconnue"),
        ("scheme: {", "scheme: [", 3, "pas du YAML lisible"),
    ],
)
def test_refusals_say_where_and_what(old: str, new: str, line: int, what: str) -> None:
    assert old in VALID
    with pytest.raises(Unreadable) as caught:
        referential.load(VALID.replace(old, new, 1), "essai.yaml")
    told = [str(finding).replace("\u00a0", " ") for finding in caught.value.findings]
    assert any(f"essai.yaml, ligne {line} :" in text and what in text for text in told), told


def test_every_fault_is_found_in_one_pass() -> None:
    text = VALID.replace("mode: M", "mode: Z").replace("lead: region", "lead: inconnue")
    with pytest.raises(Unreadable) as caught:
        referential.load(text, "essai.yaml")
    assert len(caught.value.findings) >= 2


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "rien", "a: \x00"])
def test_what_is_not_an_edition_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        referential.load(text, "essai.yaml")
