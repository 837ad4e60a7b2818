"""Founding a network by its tables, a workbook, a model: without JavaScript, as pages send it."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import quote_plus, urlencode

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from maillage.kernel.models import Event
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.schemes.models import Edition
from maillage.sheets.writing import XLSX
from tests.builders import load, small_document

HERE = "/administration/reseaux/neuf/"


@pytest.fixture
def world(draft: Edition, people: Any) -> Any:
    Network.objects.create(code="neuf", name="Réseau neuf")
    return people(draft)


@pytest.fixture
def client(world: Any) -> Client:
    found: Client = world.installation.client
    return found


def sent(page: str) -> dict[str, Any]:
    """What the form of a table sends back as it is shown."""
    form = page.partition('id="noms"')[2]
    values: dict[str, Any] = {"ligne": re.findall(r'name="ligne" value="(\d+)"', form)}
    for name, value in re.findall(r'<input[^>]* name="([\w-]+-\d+)"[^>]* value="([^"]*)"', form):
        values[name] = value
    for name, value in re.findall(r'<input name="([\w-]+-\d+)"[^>]* value="([^"]*)"', form):
        values[name] = value
    values["ordre"] = re.findall(r'name="ordre" value="([^"]*)"', form)[0]
    return values


def test_a_founder_is_led_from_nothing_to_processes(client: Client) -> None:
    page = client.get(HERE).content.decode()
    assert "Avant la première saisie" in page and f"{HERE}tableaux/chambres/" in page
    empty = client.get(f"{HERE}tableaux/processus/").content.decode()
    assert "Il faut d’abord des fonctions" in empty
    table = f"{HERE}tableaux/fonctions/"
    form = sent(client.get(table).content.decode())
    form |= {"name-1": "Finances", "rang-1": "2", "name-2": "Personnel", "rang-2": "1"}
    answer = client.post(table, {**form, "geste": "encore"})
    assert answer.status_code == 302 and answer["Location"] == f"{table}#nouvelles"
    assert [f.code for f in Function.objects.filter(network__code="neuf")] == [
        "personnel", "finances",
    ]  # fmt: skip
    page = client.get(f"{HERE}tableaux/processus/").content.decode()
    assert '<option value="personnel">Personnel</option>' in page


def test_ranks_put_rows_in_order_and_the_order_is_taken_back(client: Client) -> None:
    table = f"{HERE}tableaux/fonctions/"
    form = sent(client.get(table).content.decode())
    client.post(table, form | {"name-1": "Un", "name-2": "Deux", "name-3": "Trois"})
    form = sent(client.get(table).content.decode())
    assert form["code-3"] == "trois"
    assert client.post(table, form | {"rang-3": "1,5"}).status_code == 302
    own = Function.objects.filter(network__code="neuf")
    assert [f.code for f in own] == ["un", "trois", "deux"]
    assert "Rétablir l’ordre d’avant" in client.get(table).content.decode()
    client.post(f"{table}ordre-precedent/")
    assert [f.code for f in own.all()] == ["un", "deux", "trois"]
    assert Event.objects.filter(verb="network.nouns.ordered").count() == 2


def test_pasted_rows_join_the_table_and_nothing_is_written(client: Client) -> None:
    table = f"{HERE}tableaux/chambres/"
    form = sent(client.get(table).content.decode())
    block = "Nature\tNom\tSIREN\r\nChambre territoriale\tCCI Ouest\t\r\noperator\tTiers\t123\r\n"
    page = client.post(table, form | {"geste": "coller", "colle": block}).content.decode()
    assert not Entity.objects.filter(network__code="neuf").exists()
    again = sent(page)
    assert (again["name-1"], again["name-2"], again["siren-2"]) == ("CCI Ouest", "Tiers", "123")
    again |= {"kind-1": "territorial", "kind-2": "operator"}
    refused = client.post(table, again)
    assert refused.status_code == 422
    assert "neuf chiffres attendus" in refused.content.decode()
    assert client.post(table, again | {"siren-2": ""}).status_code == 302
    assert [(e.code, e.kind) for e in Entity.objects.filter(network__code="neuf")] == [
        ("cci-ouest", "territorial"), ("tiers", "operator"),
    ]  # fmt: skip


def test_a_siren_with_spaces_and_a_departement_by_its_name_are_taken(client: Client) -> None:
    table = f"{HERE}tableaux/chambres/"
    form = sent(client.get(table).content.decode())
    row = {"name-1": "CCI Mayenne", "kind-1": "territorial", "departement-1": "Mayenne"}
    assert client.post(table, form | row | {"siren-1": "732 829 320"}).status_code == 302
    made = Entity.objects.get(network__code="neuf")
    assert (made.siren, made.departement) == ("732829320", "53")
    wrong = form | row | {"siren-1": "732 829 32", "departement-1": "Mayene"}
    told = client.post(table, wrong | {"name-1": "Autre"}).content.decode()
    assert "neuf chiffres attendus" in told and "son nom, deux chiffres" in told


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
@pytest.mark.parametrize("text", ["Trésorerie".encode("latin-1"), "Tr\ufffdsorerie".encode()])
def test_bytes_that_are_no_utf_8_are_refused_and_nothing_is_kept(
    client: Client, kind: str, text: bytes
) -> None:
    table = f"{HERE}tableaux/fonctions/"
    form = sent(client.get(table).content.decode()) | {"name-1": "@"}
    if kind == "urlencoded":
        body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
        body = body.replace(b"name-1=%40", b"name-1=" + quote_plus(text).encode())
    else:
        body, content_type = encode_multipart(BOUNDARY, form), MULTIPART_CONTENT
        body = body.replace(b"\r\n\r\n@\r\n", b"\r\n\r\n" + text + b"\r\n")
    answer = client.generic("POST", table, body, content_type=content_type)
    assert answer.status_code == 422
    assert "ne sont pas de l’UTF-8" in answer.content.decode()
    assert not Function.objects.filter(network__code="neuf").exists()
    if kind == "urlencoded":  # the same, whole, is taken
        whole = urlencode(form | {"name-1": "Trésorerie"}).encode()
        assert client.post(table, whole, content_type=content_type).status_code == 302


def test_what_is_no_value_of_a_choice_is_kept_and_told_with_every_other_fault(
    client: Client,
) -> None:
    table = f"{HERE}tableaux/chambres/"
    form = sent(client.get(table).content.decode())
    block = "Nom\tNature\tCode\r\nNord\tchambre inconnue\tMal écrit\r\nnord\tregional\t\r\n"
    kept = '<option\n    value="chambre inconnue" data-unknown selected>'
    page = client.post(table, form | {"geste": "coller", "colle": block}).content.decode()
    assert kept in page
    again = sent(page) | {"kind-1": "chambre inconnue", "kind-2": "regional"}
    refused = client.post(table, again)
    page = refused.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")
    assert refused.status_code == 422 and kept in page
    assert page.count("nature inconnue : « chambre inconnue », attendu : une nature") == 2
    for place in ("Ligne 1, Nature", "Ligne 1, Code", "Ligne 2, Nom"):
        assert f">{place}</a>" in page
    assert "c’est déjà le nom de la ligne 1" in page


def test_what_is_neither_yes_nor_no_is_kept_and_told(client: Client) -> None:
    network = Network.objects.get(code="neuf")
    Function.objects.create(network=network, code="rh", name="Personnel")
    table = f"{HERE}tableaux/processus/"
    form = sent(client.get(table).content.decode())
    title = "Non délégable sous la région"
    block = f"Nom\tFonction\t{title}\r\nPaie\trh\tpeut-être\r\nCongés\trh\tnon\r\n"
    page = client.post(table, form | {"geste": "coller", "colle": block}).content.decode()
    again = sent(page)
    assert again["region_only-1"] == "peut-être"
    again |= {"function-1": "rh", "function-2": "rh", "region_only-2": ""}
    refused = client.post(table, again).content.decode()
    assert "«\u00a0peut-être\u00a0», attendu\u00a0: oui ou non" in refused
    assert client.post(table, again | {"region_only-1": "oui"}).status_code == 302
    found = MacroProcess.objects.filter(network=network).values_list("code", "region_only")
    assert dict(found) == {"paie": True, "conges": False}


def test_a_row_left_as_it_was_read_keeps_what_another_wrote(client: Client) -> None:
    table = f"{HERE}tableaux/fonctions/"
    form = sent(client.get(table).content.decode())
    client.post(table, form | {"name-1": "Un", "name-2": "Deux"})
    form = sent(client.get(table).content.decode())
    Function.objects.filter(code="un").update(name="Un, revu")
    assert client.post(table, form | {"name-2": "Deux bis"}).status_code == 302
    names = Function.objects.filter(network__code="neuf").values_list("name", flat=True)
    assert list(names) == ["Un, revu", "Deux bis"]
    refused = client.post(table, form | {"name-1": "Le mien"})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "une autre personne a modifié cette ligne" in page and "Un, revu" in page
    assert sent(page)["name-1"] == "Le mien"  # typed, kept, and saved where one insists
    assert client.post(table, sent(page)).status_code == 302
    assert Function.objects.get(code="un").name == "Le mien"


def test_a_code_typed_twice_and_a_homonym_are_told_by_line(client: Client) -> None:
    table = f"{HERE}tableaux/fonctions/"
    form = sent(client.get(table).content.decode())
    form |= {"name-1": "Paie", "code-1": "p", "name-2": "PAIE", "code-2": "p"}
    page = client.post(table, form).content.decode()
    assert "ce code est déjà à la ligne 1" in page
    assert 'href="#ligne-2"' in page and not Function.objects.filter(code="p").exists()


def workbook(**sheets: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(client: Client, data: bytes, name: str = "réseau.xlsx") -> Any:
    return client.post(f"{HERE}importer/", {"file": SimpleUploadedFile(name, data)})


def test_a_workbook_is_reviewed_then_applied_whole(client: Client) -> None:
    data = workbook(**{
        "Fonctions": [["Code", "Nom"], ["", "Finances"]],
        "Macro-processus": [["Fonction", "Nom", "Périmètre"], ["finances", "Budget", "Pilotage"]],
    })  # fmt: skip
    review = upload(client, data)
    assert review.status_code == 302
    page = client.get(review["Location"]).content.decode()
    assert "Budget" in page and "2 lignes changeraient" in page.replace("\u00a0", " ")
    version = re.findall(r'name="vu" value="(\d+)"', page)[0]
    client.post(f"{review['Location']}appliquer/", {"vu": version})
    found = MacroProcess.objects.get(network__code="neuf")
    assert (found.code, found.function.code, found.group) == ("budget", "finances", "Pilotage")
    book = client.get(f"{HERE}classeur.xlsx")
    assert book["Content-Type"] == XLSX
    again = upload(client, book.content)
    assert "Aucun changement" in client.get(again["Location"]).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (workbook(Feuil1=[["Nom"], ["X"]]), "aucune feuille connue"),
        (workbook(Fonctions=[["Code", "Nom"], ["x", "Un"], ["x", "2"]]), "déjà à la ligne 2"),
        (
            workbook(**{"Macro-processus": [["Fonction", "Nom"], ["rien", "X"]]}),
            "fonction inconnue",
        ),
        (b"Nature;Nom\nautre;X\n", "nature inconnue"),
        (b"%PDF-1.4", "PDF"),
    ],
)
def test_a_workbook_that_does_not_hold_is_told_by_place(
    client: Client, data: bytes, said: str
) -> None:
    answer = upload(client, data)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Function.objects.filter(network__code="neuf").exists()


def test_a_file_tells_every_fault_at_once(client: Client) -> None:
    data = workbook(**{
        "Chambres": [
            ["Code", "Nom", "Nature", "SIREN"],
            ["Mal écrit", "CCI Nord", "chambre inconnue", "12"],
            ["", "cci nord", "regional", ""],
        ],
        "Fonctions": [["Code", "Nom"], ["rh", "Personnel"], ["rh", "Finances"], ["x", ""]],
        "Macro-processus": [["Fonction", "Nom"], ["personnel", "Paie"], ["rien", "Achats"]],
    })  # fmt: skip
    page = upload(client, data).content.decode().replace("\u00a0", " ")
    for said in (
        "nature inconnue", "chambre inconnue", "« Mal écrit »", "neuf chiffres attendus",
        "c’est déjà le nom de la ligne 2", "ce code est déjà à la ligne 2", "valeur manquante",
        "fonction inconnue",
    ):  # fmt: skip
        assert said in page, said
    assert not Entity.objects.filter(network__code="neuf").exists()


def test_a_model_is_chosen_previewed_and_copied(client: Client, world: Any) -> None:
    page = client.get(f"{HERE}modele/").content.decode()
    edition = Edition.objects.get(scheme__network__code="essai")
    assert 'value="reseau:essai"' in page and f'value="edition:{edition.pk}"' in page
    Function.objects.create(network=Network.objects.get(code="neuf"), code="rh", name="Autre")
    asked = {"source": f"edition:{edition.pk}", "voir": "oui", "quoi": ["function", "process"]}
    asked["fonction"] = ["finances", "rh"]
    page = client.get(f"{HERE}modele/", asked).content.decode()
    assert "Code déjà pris par un autre nom" in page and "«\u00a0Autre\u00a0»" in page
    version = re.findall(r'name="vu" value="(\d+)"', page)[0]
    stale = client.post(f"{HERE}modele/", asked | {"vu": "1"})
    assert "voir=oui" in stale["Location"]
    assert not MacroProcess.objects.filter(network__code="neuf").exists()
    client.post(f"{HERE}modele/", asked | {"vu": version})
    codes = MacroProcess.objects.filter(network__code="neuf").values_list("code", flat=True)
    assert set(codes) == {"achats", "tresorerie", "paie", "formation"}
    assert not Entity.objects.filter(network__code="neuf").exists()
    last = Event.objects.filter(verb="network.nouns.saved").latest("sequence")
    assert last.diff["source"].startswith("modèle")


def test_a_model_is_one_that_one_may_see(world: Any) -> None:
    load(small_document("secret"))
    page = world.administrator.client.get("/administration/reseaux/essai/modele/").content.decode()
    assert "secret" not in page
    asked = {"source": "reseau:secret", "voir": "oui", "quoi": "function"}
    page = world.administrator.client.get("/administration/reseaux/essai/modele/", asked)
    assert "Aperçu" not in page.content.decode()


def test_saving_one_leads_to_the_next_beside_it(client: Client) -> None:
    Function.objects.create(network=Network.objects.get(code="neuf"), code="rh", name="Personnel")
    rh = Function.objects.get(network__code="neuf").pk
    given = {"function": rh, "name": "Gestion de la paie", "group": "Social", "geste": "encore"}
    answer = client.post(f"{HERE}processus/nouveau/", given)
    assert answer["Location"] == f"{HERE}processus/nouveau/?fonction=rh&perimetre=Social"
    page = client.get(answer["Location"]).content.decode()
    assert f'<option value="{rh}" selected>' in page and 'value="Social"' in page
    assert MacroProcess.objects.get(network__code="neuf").code == "gestion-paie"


def test_a_chamber_whose_short_name_nobody_says_has_its_name_at_every_door(client: Client) -> None:
    given = {"name": "CCI Nord", "short_name": "", "kind": "territorial", "departement": "59"}
    assert client.post(f"{HERE}chambres/nouveau/", given).status_code == 302
    kept = Entity.objects.get(network__code="neuf", name="CCI Nord")
    assert kept.short_name == "CCI Nord"


def test_the_table_asks_as_many_queries_whatever_its_length(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    table = f"{HERE}tableaux/fonctions/"
    client.get(table)
    form = sent(client.get(table).content.decode())
    client.post(table, form | {f"name-{n}": f"Nom {n}" for n in range(1, 5)})
    with django_assert_max_num_queries(9):
        client.get(table)


def exported(client: Client) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(client.get(f"{HERE}classeur.xlsx").content))


def back(client: Client, book: openpyxl.Workbook) -> str:
    """The review of a workbook that comes back."""
    target = io.BytesIO()
    book.save(target)
    answer = client.get(upload(client, target.getvalue())["Location"])
    return answer.content.decode().replace("\u00a0", " ")


def set_cell(book: openpyxl.Workbook, sheet: str, code: str, title: str, value: Any) -> None:
    rows = list(book[sheet].iter_rows())
    place = [cell.value for cell in rows[0]].index(title)
    next(row for row in rows if row[0].value == code)[place].value = value


def fill(client: Client) -> Network:
    """A network with a noun of each kind, each field of which says something."""
    network = Network.objects.get(code="neuf")
    rh = Function.objects.create(network=network, code="rh", name="Personnel", position=1)
    Entity.objects.create(
        network=network, code="nord", name="CCI Nord", short_name="Nord", kind="territorial",
        departement="59", siren="130002884",
    )  # fmt: skip
    paie = MacroProcess.objects.create(
        network=network, code="paie", name="Paie", function=rh, group="Social", region_only=True,
        description="Deux\nlignes", named_by="source", source_page="p. 3", kind="macro_process",
    )  # fmt: skip
    MacroProcess.objects.create(
        network=network, code="bulletin", name="Bulletin", function=rh, kind="action", parent=paie
    )
    return network


def test_a_workbook_left_as_it_was_exported_proposes_nothing_whatever_others_changed(
    client: Client,
) -> None:
    network = fill(client)
    book = exported(client)
    assert all([cell.value for cell in sheet[1]][-1] == "Vu à l’export" for sheet in book)
    page = back(client, book)
    assert "Aucun changement" in page and "4 lignes laissées" in page
    Function.objects.filter(code="rh", network=network).update(name="Ressources humaines")
    MacroProcess.objects.filter(code="paie", network=network).update(
        group="Paie", region_only=False
    )
    Entity.objects.filter(code="nord", network=network).update(siren="")
    page = back(client, book)
    assert "Aucun changement" in page and "4 lignes laissées" in page


def test_a_noun_changed_on_both_sides_is_chosen_field_by_field(client: Client) -> None:
    network = fill(client)
    book = exported(client)
    set_cell(book, "Macro-processus", "paie", "Périmètre", "Le mien")
    set_cell(book, "Macro-processus", "paie", "Page source", "p. 9")
    MacroProcess.objects.filter(code="paie").update(group="Le leur", description="Autre chose")
    page = back(client, book)
    assert "1 ligne changée" in page and "Appliquer 1 changement" in page
    assert re.findall(r'name="(choix-0-[a-z_]+)"', page) == ["choix-0-group", "choix-0-group"]
    apply = re.findall(r'action="([^"]+appliquer/)"', page)[0]
    form = {"vu": re.findall(r'name="vu" value="(\d+)"', page)[0]}
    client.post(apply, form)
    paie = MacroProcess.objects.get(network=network, code="paie")
    assert (paie.group, paie.source_page, paie.description) == ("Le leur", "p. 9", "Autre chose")
    set_cell(book, "Macro-processus", "paie", "Page source", "p. 3")  # as it was exported
    page = back(client, book)
    apply = re.findall(r'action="([^"]+appliquer/)"', page)[0]
    client.post(apply, {"vu": re.findall(r'name="vu" value="(\d+)"', page)[0],
                        "choix-0-group": "fichier"})  # fmt: skip
    paie.refresh_from_db()
    assert (paie.group, paie.source_page, paie.description) == ("Le mien", "p. 9", "Autre chose")


def test_a_noun_whose_mark_is_lost_asks_and_a_new_one_does_not(client: Client) -> None:
    network = fill(client)
    book = exported(client)
    set_cell(book, "Fonctions", "rh", "Vu à l’export", None)
    book["Fonctions"].append(["", "Finances", ""])
    book["Macro-processus"].append(["", "Personnel", "Rémunération"])
    Function.objects.filter(code="rh", network=network).update(description="Depuis")
    page = back(client, book)
    assert "1 ligne n’a pas son propre" in page and "3 lignes laissées" in page
    assert set(re.findall(r'name="(choix-\d-[a-z_]+)"', page)) == {"choix-0-description"}
    apply = re.findall(r'action="([^"]+appliquer/)"', page)[0]
    client.post(apply, {"vu": re.findall(r'name="vu" value="(\d+)"', page)[0]})
    assert set(network.functions.values_list("code", "description")) == {
        ("rh", "Depuis"), ("finances", ""),
    }  # fmt: skip
    assert network.processes.filter(code="remuneration", function__code="rh").exists()


def test_a_noun_removed_since_its_export_is_proposed_whole_where_it_was_changed(
    client: Client,
) -> None:
    network = fill(client)
    book = exported(client)
    network.processes.filter(code="bulletin").delete()
    assert "Aucun changement" in back(client, book)
    set_cell(book, "Macro-processus", "bulletin", "Description", "Mensuel")
    page = back(client, book)
    client.post(re.findall(r'action="([^"]+appliquer/)"', page)[0],
                {"vu": re.findall(r'name="vu" value="(\d+)"', page)[0]})  # fmt: skip
    again = network.processes.get(code="bulletin")
    assert (again.name, again.kind, again.parent.code) == ("Bulletin", "action", "paie")


def test_a_row_held_twice_is_told_even_where_one_is_as_it_was_exported(client: Client) -> None:
    fill(client)
    book = exported(client)
    sheet = book["Fonctions"]
    sheet.append([cell.value for cell in sheet[2]])
    sheet.cell(3, 2).value = "Autrement"
    target = io.BytesIO()
    book.save(target)
    page = upload(client, target.getvalue()).content.decode().replace("\u00a0", " ")
    assert "ce code est déjà à la ligne 2" in page
