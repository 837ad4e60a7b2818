"""Costs and volumes as they are shown: what differs is told, what is missing is said so."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from maillage.costing.actions.costs import (
    Count,
    StudyDraft,
    Worked,
    count_volumes,
    name_unit,
    save_study,
)
from maillage.costing.demo import fill
from maillage.costing.models import CostStudy, ProcessVolume
from maillage.costing.queries.costs import (
    costing_of,
    entered_beside,
    finance_processes,
    volumes_of,
    volumes_version,
)
from maillage.costing.rules.costs import NOT_COUNTED
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION
from tests.builders import apply_import, load, small_document

Q = Decimal
YEAR = 2025
VOLUMES = {"region": 5_000, "nord": 10_000, "sud": 5_000}


def here(network: Network, rest: str) -> str:
    return f"/reseaux/{network.code}/finances/couts/{rest}"


def furnish(network: Network, **studied: int) -> CostStudy:
    """Invoices counted in every chamber, and a study of them, on other volumes where given."""
    process = network.processes.get(code="achats")
    entities = {e.code: e for e in chambers_of(network)}
    name_unit(network, process, label="Facture", benchmark="ap-invoice", actor=INSTALLATION)
    counts = [Count(process, e, YEAR, Q(VOLUMES[c]), Q(1)) for c, e in entities.items()]
    count_volumes(network, counts, actor=INSTALLATION)
    lines = [
        Worked(e, "", Q(studied.get(code, VOLUMES[code])), Q(5)) for code, e in entities.items()
    ]
    draft = StudyDraft(process, entities["region"], YEAR, 150_000_00, Q(3), lines)
    return save_study(network, draft, actor=INSTALLATION)


@pytest.mark.parametrize(
    ("studied", "gaps"),
    [({}, {}), ({"nord": 2_200}, {"Nord": Q(10_000)}), ({"nord": 0}, {"Nord": Q(10_000)})],
)
def test_a_study_on_other_volumes_than_those_entered_says_so(
    network: Network, who: SimpleNamespace, studied: dict[str, int], gaps: dict[str, Decimal]
) -> None:
    row = furnish(network, **studied)
    names = {e.pk: e.short_name for e in chambers_of(network)}
    beside = entered_beside(row, volumes_of(network, [YEAR]))
    assert {names[pk]: volume for pk, volume in beside.items()} == gaps
    page = who.reader.client.get(here(network, f"etudes/{row.pk}/")).content.decode()
    costs = who.reader.client.get(here(network, f"?annee={YEAR}")).content.decode()
    told = ("saisi&nbsp;: 10\u202f000" in page, "étudié sur" in costs, "de celui saisi" in costs)
    assert told == (bool(gaps),) * 3


def test_the_network_has_its_row_where_every_chamber_has_its_figures(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    answer = who.reader.client.get(here(network, f"?annee={YEAR}"))
    whole, page = answer.context["whole"], answer.content.decode()
    costing = costing_of(CostStudy.objects.get())
    assert (whole.volume, whole.fte, whole.each) == (Q(20_000), Q(3), Q(6_667))
    assert whole.cost == round(Q(costing.used_cost) / 20_000)
    assert "Réseau</th>" in page
    assert "non renseigné" not in page and "ne suppose un gain" not in page
    assert page.index("Coût d’une facture") < page.index("Parmi les quartiles")
    process, south = network.processes.get(code="achats"), network.entities.get(code="sud")
    seen = volumes_of(network)[process.pk, south.pk, YEAR].version
    empty = Count(process, south, YEAR, None, None, seen)
    count_volumes(network, [empty], actor=INSTALLATION)
    answer = who.reader.client.get(here(network, f"?annee={YEAR}"))
    assert answer.context["whole"].volume is None
    assert "non renseigné" in answer.content.decode()


def test_the_volumes_entered_are_proposed_to_a_new_study(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    new, client = here(network, "etudes/nouvelle/"), who.finances.client
    bare = client.get(new)
    assert [row["volume"].value() for row in bare.context["rows"]][:3] == [None] * 3
    answer = client.get(f"{new}?processus=achats&annee={YEAR}")
    rows = {row["entity"].value(): row["volume"].value() for row in answer.context["rows"]}
    assert {code: rows[code] for code in VOLUMES} == {c: str(v) for c, v in VOLUMES.items()}
    form = answer.context["form"]
    assert (form["process"].value(), form["year"].value()) == ("achats", str(YEAR))
    sent = {"process": "achats", "year": str(YEAR), "lignes-TOTAL_FORMS": "1"}
    sent |= {"lignes-INITIAL_FORMS": "0", "lignes-0-entity": "nord", "lignes-0-volume": "1"}
    refused = client.post(new, sent)
    assert refused.status_code == 422
    assert "Saisi dans Volumes et ETP&nbsp;: 10\u202f000" in refused.content.decode()
    aside = client.get(f"{new}?processus=achats&annee=2019").content.decode()
    assert "Aucun volume saisi pour ce macro-processus en 2019" in aside


@pytest.mark.parametrize("page", ["couts/volumes/", "couts/volumes/saisir/", "couts/", "tableaux/"])
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        *(("2023", 2023), ("2031", 2031), ("1800", None), ("lune", None), ("", None)),
        *(("٢٠٢٣", None), ("0000020240", None), ("9" * 5000, None)),
    ],
)
def test_the_year_asked_is_the_year_shown(
    network: Network, who: SimpleNamespace, page: str, asked: str, shown: int | None
) -> None:
    answer = who.finances.client.get(f"/reseaux/{network.code}/finances/{page}?annee={asked}")
    assert answer.context["year"] == (shown or timezone.localdate().year - 1)


@pytest.mark.parametrize("number", ["9" * 5000, "٣", "-1", "0x1"])
@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("volumes/saisir/", "s-{process}-{entity}"),
        ("etudes/nouvelle/", "seen"),
        ("etudes/nouvelle/", "year"),
    ],
)
def test_a_number_nobody_could_have_read_is_none(
    network: Network, who: SimpleNamespace, page: str, form: str, number: str
) -> None:
    process, entity = network.processes.get(code="achats"), network.entities.get(code="nord")
    field = form.format(process=process.pk, entity=entity.pk)
    lines = {"lignes-TOTAL_FORMS": "0", "lignes-INITIAL_FORMS": "0", "process": "achats"}
    answer = who.finances.client.post(here(network, page), lines | {field: number})
    assert answer.status_code in (302, 422)


def test_a_year_without_volumes_says_so_and_leads_to_their_entry(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    empty = who.finances.client.get(here(network, "volumes/?annee=2023")).content.decode()
    assert "Aucun volume saisi pour 2023" in empty and "saisir/?annee=2023" in empty
    assert 'aria-label="Volumes et ETP par chambre"' not in empty
    assert "D’une année à l’autre" in empty, "the other years stay at hand"
    full = who.finances.client.get(here(network, f"volumes/?annee={YEAR}")).content.decode()
    assert "Aucun volume saisi" not in full
    reader = who.reader.client.get(here(network, "volumes/?annee=2023")).content.decode()
    assert "saisir/?annee=2023" not in reader


def test_the_demonstration_studies_what_it_counts(db: None) -> None:
    network = load(small_document("invente")).network
    fill(network)
    cells, studies = volumes_of(network), CostStudy.objects.filter(network=network)
    assert len(studies) == 2
    for study in studies:
        costing = costing_of(study)
        fte = [
            cells[study.process_id, line.entity_id, study.year].fte for line in study.lines.all()
        ]
        assert entered_beside(study, cells) == {}
        assert study.fte == sum(value for value in fte if value is not None)
        assert costing.used + costing.unused == costing.capacity and not costing.overrun
        assert costing.used_cost + costing.unused_cost == study.cost
        assert len({line.unit_cost for line in costing.lines}) == len(costing.lines) > 1


TITLES = (
    ("cles/", "Clés de répartition", "Définir une clé", "cles/nouvelle/"),
    ("cles/refacturations/", "Refacturations", "Établir un relevé", "cles/refacturations/nouveau/"),
    (
        "investissements/",
        "Plan d’investissement",
        "Ajouter une opération",
        "investissements/nouvelle/",
    ),
    ("investissements/", "Plan d’investissement", "Importer un plan", "investissements/importer/"),
    ("couts/", "Coût de service", "Étudier un coût", "couts/etudes/nouvelle/"),
    (
        f"couts/volumes/?annee={YEAR}",
        "Volumes et ETP",
        f"Saisir les volumes de {YEAR}",
        f"couts/volumes/saisir/?annee={YEAR}",
    ),
)


@pytest.mark.parametrize(("page", "title", "words", "opened"), TITLES)
def test_a_button_opens_the_page_it_names_which_may_be_cancelled(
    network: Network, who: SimpleNamespace, page: str, title: str, words: str, opened: str
) -> None:
    fill(network)
    room, client = f"/reseaux/{network.code}/finances/", who.finances.client
    first, then = (client.get(room + rest).content.decode() for rest in (page, opened))
    assert f"<title>{title} · {network.name} · " in first
    assert f">{words}</a>" in first
    assert f"<title>{words} · {network.name} · " in then
    assert f"<h1>{words}</h1>" in then and ">Annuler</a>" in then


@pytest.mark.parametrize(
    "page",
    [
        "cles/{key}/",
        "cles/{key}/modifier/",
        "cles/refacturations/{year}/1/",
        "cles/refacturations/{year}/1/contre-passer/",
        "couts/etudes/{study}/",
        "couts/etudes/{study}/modifier/",
        "couts/unites/achats/",
    ],
)
def test_the_title_of_a_page_names_its_network(
    network: Network, who: SimpleNamespace, page: str
) -> None:
    fill(network)
    study, key = CostStudy.objects.all()[0], network.allocation_keys.all()[0]
    rest = page.format(key=key.pk, study=study.pk, year=timezone.localdate().year)
    shown = who.finances.client.get(f"/reseaux/{network.code}/finances/{rest}").content.decode()
    assert f" · {network.name} · Maillage</title>" in shown


def test_every_error_of_the_grid_is_told_at_once(network: Network, who: SimpleNamespace) -> None:
    process, nord = network.processes.get(code="achats"), network.entities.get(code="nord")
    sud = network.entities.get(code="sud")
    cells = {
        f"v-{process.pk}-{nord.pk}": "douze",
        f"f-{process.pk}-{nord.pk}": "-1",
        f"v-{process.pk}-{sud.pk}": "99999999999999",
        f"f-{process.pk}-{sud.pk}": "1,234",
    }
    answer = who.finances.client.post(here(network, f"volumes/saisir/?annee={YEAR}"), cells)
    assert answer.status_code == 422
    faults = answer.context["faults"]
    assert len(faults) == 4
    assert "« douze » n’est pas un nombre" in faults[0].replace("\u00a0", " ")
    assert ", Nord" in faults[1] and "ETP" in faults[1]
    assert ", Sud" in faults[2] and "volume" in faults[2]
    assert not ProcessVolume.objects.filter(process=process, year=YEAR).exists()


def test_people_are_added_up_where_all_are_known(network: Network, who: SimpleNamespace) -> None:
    processes = finance_processes(network)
    chambers = list(chambers_of(network))
    counts = [
        Count(process, chamber, YEAR, None, Q("1.5"), 0)
        for process in processes
        for chamber in chambers
    ]
    count_volumes(network, counts[:-1], actor=INSTALLATION)
    address = here(network, f"volumes/?annee={YEAR}")
    page = who.reader.client.get(address)
    assert page.context["fte"] == [*[Q("1.5") * len(processes)] * (len(chambers) - 1), None]
    assert page.context["fte_whole"] is None
    count_volumes(network, counts[-1:], actor=INSTALLATION)
    page = who.reader.client.get(address)
    assert page.context["fte_whole"] == Q("1.5") * len(processes) * len(chambers)
    assert "Total des ETP" in page.content.decode()


def test_a_file_of_volumes_is_reviewed_then_written_and_says_every_fault(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    client, address = who.finances.client, here(network, "volumes/importer/")
    heads = "Macro-processus (code);Chambre (code);Année;Volume;ETP\n"

    def sent(*lines: str) -> Any:
        data = (heads + "\n".join(lines)).encode()
        return client.post(address, {"file": SimpleUploadedFile("v.csv", data)})

    wrong = sent("achats;nord;2025;douze;1", "rien;nord;2025;1;1", "achats;sud;2025;-4;1",
                 "achats;region;2025;1;1,234")  # fmt: skip
    assert wrong.status_code == 422
    text = wrong.content.decode()
    for fault in ("douze", "macro-processus inconnu", "négatif", "trop de décimales"):
        assert fault in text, fault
    review = sent("achats;nord;2025;12000;", "achats;sud;2025;;1").headers["Location"]
    shown = client.get(review).content.decode()
    assert "12\u202f000" in shown and ">sud<" not in shown, "an empty cell changes nothing"
    assert apply_import(client, review).status_code == 302
    nord = ProcessVolume.objects.get(process__code="achats", entity__code="nord", year=YEAR)
    assert (nord.volume, nord.fte) == (Q(12_000), Q(1))
    again = client.get(here(network, f"volumes/volumes.xlsx?annee={YEAR}")).content
    back = client.post(address, {"file": SimpleUploadedFile("v.xlsx", again)})
    unchanged = client.get(back.headers["Location"]).content.decode()
    assert "12\u202f000" not in unchanged, "what leaves comes back unchanged"


def test_a_file_of_volumes_read_before_another_writes_is_not_applied(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    client, address = who.finances.client, here(network, "volumes/importer/")
    data = b"Macro-processus (code);Chambre (code);Ann\xc3\xa9e;Volume;ETP\nachats;nord;2025;7;2"
    review = client.post(address, {"file": SimpleUploadedFile("v.csv", data)}).headers["Location"]
    client.get(review)
    seen = volumes_version(network)
    process, sud = network.processes.get(code="achats"), network.entities.get(code="sud")
    held = ProcessVolume.objects.get(process=process, entity=sud, year=YEAR)
    count_volumes(
        network, [Count(process, sud, YEAR, Q(1), Q(1), held.version)], actor=INSTALLATION
    )
    answer = client.post(f"{review}appliquer/", {"vu": seen})
    assert (answer.status_code, answer.headers["Location"]) == (302, review), "to be read again"
    with pytest.raises(Refusal) as refused:
        count_volumes(network, [], actor=INSTALLATION, seen=seen)
    assert refused.value.denied.status == 409
    assert ProcessVolume.objects.get(process=process, entity__code="nord", year=YEAR).volume == Q(
        VOLUMES["nord"]
    )


def test_the_rows_of_another_chamber_are_told_by_row_with_why(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    client, address = who.nord.client, here(network, "volumes/importer/")
    heads = "Macro-processus (code);Chambre (code);Année;Volume;ETP\n"
    data = (heads + "achats;sud;2025;77;\nachats;nord;2025;78;\n").encode()
    review = client.post(address, {"file": SimpleUploadedFile("v.csv", data)}).headers["Location"]
    told = client.get(review).content.decode()
    assert "igne 2" in told and "igne 3" in told and NOT_COUNTED.reason in told
    assert apply_import(client, review).status_code == 302
    held = ProcessVolume.objects.filter(process__code="achats", year=YEAR, volume__in=(77, 78))
    assert [row.entity.code for row in held] == ["nord"]


def test_a_file_of_volumes_of_before_somebody_s_change_says_what_was_changed_in_it(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    client, address = who.finances.client, here(network, "volumes/importer/")
    data = client.get(here(network, "volumes/volumes.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=";"))
    head = next(at for at, row in enumerate(rows) if row[0].startswith("Macro"))
    places = {title: rows[head].index(title) for title in ("Volume", "ETP", "Année")}

    def row(entity: str) -> list[str]:
        return next(r for r in rows if r[0] == "achats" and r[2] == entity
                    and r[places["Année"]] == str(YEAR))  # fmt: skip

    process = network.processes.get(code="achats")
    chambers = {e.code: e for e in network.entities.all()}
    was = {v.entity.code: v for v in ProcessVolume.objects.filter(process=process, year=YEAR)}
    count_volumes(
        network,
        [Count(process, chambers[c], YEAR, Q(11), was[c].fte, was[c].version)
         for c in ("nord", "sud")],
        actor=INSTALLATION,
    )  # fmt: skip
    row("nord")[places["Volume"]], row("nord")[places["ETP"]] = "12", "3"
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    for answer, volume in (("garder", 11), ("fichier", 12)):
        sent = {"file": SimpleUploadedFile("v.csv", target.getvalue().encode())}
        review = client.post(address, sent).headers["Location"]
        page = client.get(review)
        assert page.context["total"] == 1, page.content.decode()
        assert 'name="choix-0-volume"' in page.content.decode()
        form = {"vu": page.context["version"], "choix-0-volume": answer}
        client.post(f"{review}appliquer/", form)
        kept = {v.entity.code: v for v in ProcessVolume.objects.filter(process=process, year=YEAR)}
        assert (kept["nord"].volume, kept["nord"].fte) == (Q(volume), Q(3))
        assert kept["sud"].volume == Q(11)


def test_what_is_wrong_in_the_row_of_another_chamber_does_not_refuse_a_file_of_volumes(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    client, address = who.nord.client, here(network, "volumes/importer/")
    data = "Macro-processus (code);Chambre (code);Année;Volume;ETP\nachats;sud;2025;-4;1,234\n"
    data += "achats;nord;2025;78;\n"
    sent = {"file": SimpleUploadedFile("v.csv", data.encode())}
    review = client.post(address, sent).headers["Location"]
    told = client.get(review).content.decode()
    assert "non lue" in told and "igne 2" in told and NOT_COUNTED.reason in told
    apply_import(client, review)
    held = ProcessVolume.objects.get(process__code="achats", year=YEAR, entity__code="nord")
    assert held.volume == Q(78)


def test_chambers_stand_on_one_line_beside_the_published_quartiles(
    network: Network, who: SimpleNamespace
) -> None:
    furnish(network)
    page = who.reader.client.get(here(network, f"?annee={YEAR}")).content.decode()
    each, cost = re.findall(r'<svg class="strip".*?</svg>', page, re.DOTALL)
    assert "Région 5\u202f000, Nord 10\u202f000, Sud 5\u202f000" in each
    assert each.count("<circle") == 3 and each.count('class="band"') == 1
    assert cost.count("<circle") == 3 and 'class="band"' not in cost, "dollars compare with none"
    ProcessVolume.objects.filter(entity__code="sud").delete()
    caches["pages"].clear()
    page = who.reader.client.get(here(network, f"?annee={YEAR}")).content.decode()
    assert re.findall(r'<svg class="strip".*?</svg>', page, re.DOTALL)[0].count("<circle") == 2
    assert "non renseigné&nbsp;: Sud" in page


@pytest.mark.parametrize(("side", "kept"), [("mine", 17000), ("theirs", 16900)])
def test_a_count_somebody_else_changed_faces_theirs_and_is_settled(
    network: Network, who: SimpleNamespace, side: str, kept: int
) -> None:
    process = finance_processes(network)[0]
    nord, south = (network.entities.get(code=code) for code in ("nord", "sud"))
    there = here(network, f"volumes/saisir/?annee={YEAR}")

    def sent(answer: Any) -> dict[str, str]:
        entries = [entry for _, row in answer.context["rows"] for entry in row]
        return {f"{letter}-{e.key}": str(value) for e in entries for letter, value in
                (("v", e.volume), ("f", e.fte), ("s", e.seen), ("o", e.read))}  # fmt: skip

    given = sent(who.finances.client.get(there))
    mine, untouched = f"{process.pk}-{nord.pk}", f"{process.pk}-{south.pk}"
    theirs = [
        Count(process, nord, YEAR, Decimal(16900), None),
        Count(process, south, YEAR, Decimal(5), None),
    ]
    count_volumes(network, theirs, actor=who.administrator.actor)
    answer = who.finances.client.post(there, given | {f"v-{mine}": "17000"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"par {who.administrator.user}" in page and "16900" in page and "17000" in page
    assert f'name="c-{mine}"' in page and f'name="c-{untouched}"' not in page
    assert volumes_of(network)[process.pk, nord.pk, YEAR].volume == 16900
    answer = who.finances.client.post(there, sent(answer) | {f"c-{mine}": side})
    assert answer.status_code == 302
    held = volumes_of(network)
    assert held[process.pk, nord.pk, YEAR].volume == kept
    assert held[process.pk, south.pk, YEAR].volume == 5, "what was not typed is left alone"
