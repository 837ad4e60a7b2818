"""A return from its definition to its correction: who does what, what is kept, what is refused."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.returns.actions.definitions import (
    open_version,
    publish_version,
    write_version,
)
from maillage.workspaces.returns.actions.restitutions import (
    abandon_restitution,
    check_restitution,
    correct_restitution,
    open_restitution,
    refill,
    send_restitution,
    type_cells,
)
from maillage.workspaces.returns.actions.templates import deposit_template
from maillage.workspaces.returns.engine.definition import (
    Column,
    Control,
    Definition,
    Line,
    seal_of,
)
from maillage.workspaces.returns.engine.files import to_json
from maillage.workspaces.returns.models import Restitution, ReturnDefinition
from maillage.workspaces.returns.queries.reading import read
from maillage.workspaces.returns.views.home import described
from tests.builders import acted
from tests.sheets.named_workbook import with_part, workbook
from tests.workspaces.finance.budget_world import page_text
from tests.workspaces.finance.small_books import keep_book
from tests.workspaces.returns.world import DEFINITION, ROWS, books, defined, opened, published

pytestmark = [pytest.mark.usefixtures("november", "common_books"), pytest.mark.django_db]
HERE = "/reseaux/essai/etats/indicateurs/"
ONE = f"{HERE}rendus/1/"


@pytest.fixture
def who(network: Network, people: Any, draft: Any) -> SimpleNamespace:
    found: SimpleNamespace = people(draft)
    return found


def _type(held: Restitution, actor: Any = INSTALLATION, **values: str) -> int:
    found = read(held, actor)
    columns = [c for c in found.columns if c.code in values]
    done: int = type_cells(
        held, actor=actor, columns=columns, chambers=found.chambers,
        values={("ETP", code): Decimal(text) for code, text in values.items()},
    )  # fmt: skip
    return done


def _send(held: Restitution, **reasons: str) -> Restitution:
    held.refresh_from_db()
    if held.state == "prepared":
        check_restitution(held, actor=INSTALLATION)
    done: Restitution = send_restitution(
        held, actor=INSTALLATION, on=dt.date(2026, 11, 24), reasons=reasons
    )
    return done


# -- definitions ----------------------------------------------------------------------------------


def test_a_published_version_never_changes_and_the_next_begins_as_its_copy(
    network: Network,
) -> None:
    held = published(network)
    first = held.versions.get()
    assert first.seal == DEFINITION.seal
    with pytest.raises(Refusal, match="publiée"):
        write_version(first, actor=INSTALLATION, content=Definition())
    for change in ({"content": {}}, {"status": "draft", "seal": "", "published_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(first).objects.filter(pk=first.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()
    second = open_version(held, actor=INSTALLATION)
    assert (second.number, second.held) == (2, DEFINITION)
    with pytest.raises(Refusal, match="déjà en préparation"):
        open_version(held, actor=INSTALLATION)


def test_what_is_written_is_refused_whole_and_said_at_its_place(
    network: Network, who: SimpleNamespace
) -> None:
    defined(network)
    text = "Code\tLibellé\tNature\tContenu\nA\tA\tFormule\tB + 1\nB\tB\tFormule\tA"
    answer = who.finances.client.post(f"{HERE}lignes-et-colonnes/", {"rows": text})
    assert answer.status_code == 422
    said = html.unescape(answer.content.decode())
    assert "Ligne 1 (A)\u00a0: formule circulaire\u00a0: A → B → A." in said
    assert "A\tA\tFormule\tB + 1" in said
    assert ReturnDefinition.objects.get().versions.get().held == DEFINITION


def test_two_who_write_the_same_draft_do_not_overwrite_one_another(
    network: Network, who: SimpleNamespace
) -> None:
    defined(network)
    page = who.finances.client.get(f"{HERE}lignes-et-colonnes/").content.decode()
    seen = re.search(r'name="lu" value="(\d+)"', page)
    assert seen
    text = "Code\tLibellé\tNature\nA\tA\tSaisie"
    sent = {"lu": seen[1], "rows": text}
    assert who.finances.client.post(f"{HERE}lignes-et-colonnes/", sent).status_code == 302
    other = sent | {"rows": "Code\tLibellé\tNature\nB\tMien\tSaisie"}
    late = who.administrator.client.post(f"{HERE}lignes-et-colonnes/", other)
    assert late.status_code == 409
    said = html.unescape(late.content.decode())
    assert "Définition d’état écrite, " in said
    assert "Ligne A ajoutée\u00a0: «\u00a0A\u00a0»" in said
    assert "Mien" in said
    assert f'href="{HERE}lignes-et-colonnes/"' in said
    again = other | {"lu": _read_by(late)}
    assert who.administrator.client.post(f"{HERE}lignes-et-colonnes/", again).status_code == 302
    assert ReturnDefinition.objects.get().versions.get().held.rows[0].label == "Mien"


def test_a_definition_goes_from_one_network_to_another(
    network: Network, who: SimpleNamespace
) -> None:
    held = defined(network)
    data = to_json(DEFINITION, described(held))
    given = SimpleUploadedFile("etat.json", data)
    sent = {"title": "Repris", "code": "repris", "file": given}
    assert who.finances.client.post("/reseaux/essai/etats/definir/", sent).status_code == 302
    assert ReturnDefinition.objects.get(code="repris").versions.get().held == DEFINITION
    bad = SimpleUploadedFile("etat.json", data.replace(b'"each"', b'"lille"'))
    sent = {"title": "Autre", "code": "autre", "file": bad}
    answer = who.finances.client.post("/reseaux/essai/etats/definir/", sent)
    assert answer.status_code == 422
    assert "chambre «\u00a0lille\u00a0» inconnue" in html.unescape(answer.content.decode())
    held_rows = data.replace(b'"credit"', b'"envers"').replace(b'"cut-off"', b'"jamais"', 1)
    sent = {"title": "Autre", "code": "autre", "file": SimpleUploadedFile("e.json", held_rows)}
    told = html.unescape(
        who.finances.client.post("/reseaux/essai/etats/definir/", sent).content.decode()
    )
    assert "lignes, 4, «\u00a0sense\u00a0»" in told and "envers" in told
    assert "credit (" in told and "colonnes, 1, «\u00a0until\u00a0»" in told and "jamais" in told


def test_the_norm_is_named_and_empty(network: Network, who: SimpleNamespace) -> None:
    page = page_text(who.finances.client, "/reseaux/essai/etats/definir/?depart=norme-4-9")
    assert 'value="Norme 4.9"' in page
    assert "la définition est livrée vide" in page


# -- filling and typing ---------------------------------------------------------------------------


def test_a_filling_keeps_its_figures_until_it_is_read_again(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    opened(network)
    before = _figures(who.finances.client)
    keep_book(network, "nord", 2025, {("606", m): 99_00 for m in range(1, 13)})
    assert _figures(who.finances.client) == before
    preview = page_text(who.finances.client, f"{ONE}acte/remplir/")
    assert "Charges</th><td>Nord, Réalisé</td>" in preview
    assert "1 068" in preview
    stamp = re.search(r'name="lu" value="([0-9a-f]+)"', preview)
    assert stamp
    assert who.finances.client.post(f"{ONE}acte/remplir/", {"lu": "0" * 24}).status_code == 409
    assert who.finances.client.post(f"{ONE}acte/remplir/", {"lu": stamp[1]}).status_code == 302
    assert "1 188" in page_text(who.finances.client, ONE)
    last = Event.objects.order_by("-pk")[0]
    assert last.verb == "returns.restitution.filled"
    row = Restitution.objects.get()
    assert refill(row, actor=INSTALLATION) == row
    assert Event.objects.order_by("-pk")[0] == last


def _figures(client: Any) -> str:
    page = page_text(client, ONE)
    return page[page.index("<table") : page.index("</table>")]


def test_a_chamber_reads_and_types_its_own_columns_alone(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    opened(network)
    page = page_text(who.nord.client, ONE)
    assert "Nord, Réalisé" in page
    assert "Sud, Réalisé" not in page
    assert "Réseau</th>" not in page
    assert who.nord.client.get(f"{ONE}cellule/CH/N_NORD/").status_code == 200
    assert who.nord.client.get(f"{ONE}cellule/CH/N_SUD/").status_code == 404
    assert who.nord.client.get(f"{ONE}cellule/T/N_NORD/").status_code == 404
    told = json.loads(who.nord.client.get(f"{ONE}etat.json").content)
    assert [c["title"] for c in told["columns"]][3:] == ["Nord, Réalisé", "Nord, Budget"]
    assert who.nord.client.get(f"{ONE}modele-rempli.xlsx").status_code == 404
    sent = {"c|ETP|N_NORD": "2,5", "c|ETP|N_SUD": "7"}
    assert who.nord.client.post(f"{ONE}saisir/", sent).status_code == 302
    cells = Restitution.objects.get().typed.values_list("column", "value", "typed_by")
    assert list(cells) == [("N_NORD", Decimal("2.5"), who.nord.actor.identity)]
    assert who.reader.client.get(ONE).status_code == 404
    found = read(Restitution.objects.get(), INSTALLATION)
    south = [c for c in found.columns if c.code == "N_SUD"]
    with pytest.raises(Refusal) as refused:
        type_cells(found.restitution, actor=who.nord.actor, columns=south,
                   chambers=found.chambers, values={("ETP", "N_SUD"): Decimal(1)})  # fmt: skip
    assert refused.value.denied.status == 403


def test_a_column_made_of_others_is_read_by_who_reads_them_all(
    network: Network, who: SimpleNamespace
) -> None:
    """The part of a chamber in the network would tell the network to its editor."""
    books(network)
    columns = (
        Column("N", "Réalisé"), Column("S", "Réseau", "sum"), Column("M", "Moitié", "each",
        "columns", content="N / 2"), Column("Q", "Part", "each", "columns", content="N / S * 100",
        unit="percent"),
    )  # fmt: skip
    opened(network, Definition(ROWS, columns))
    page = page_text(who.nord.client, ONE)
    assert "Nord, Moitié" in page
    assert "Part" not in page
    assert who.nord.client.get(f"{ONE}cellule/CH/M_NORD/").status_code == 200
    assert who.nord.client.get(f"{ONE}cellule/CH/Q_NORD/").status_code == 404
    told = page_text(who.finances.client, f"{ONE}cellule/CH/Q_NORD/")
    assert "33" in told and "Formule entre colonnes" in told and "Nord, Réalisé" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [("deux", "n’est pas un nombre"), ("1e5", "n’est pas un nombre"), ("9" * 15, "trop grande"),
     ("1,23456", "quatre décimales")],
)  # fmt: skip
def test_what_is_no_value_is_not_typed(
    network: Network, who: SimpleNamespace, text: str, said: str
) -> None:
    opened(network)
    answer = who.nord.client.post(f"{ONE}saisir/", {"c|ETP|N_NORD": text})
    assert answer.status_code == 422
    page = html.unescape(answer.content.decode())
    assert said in page
    assert f'value="{text}"' in page
    assert not Restitution.objects.get().typed.exists()


def test_cells_typed_meanwhile_are_not_overwritten(network: Network, who: SimpleNamespace) -> None:
    held = opened(network)
    client = who.nord.client
    seen = _read_by(client.get(f"{ONE}saisir/"))
    _type(held, N_SUD="4")
    sent = {"lu": seen, "c|ETP|N_NORD": "1"}
    assert client.post(f"{ONE}saisir/", sent).status_code == 302
    late = client.post(f"{ONE}saisir/", sent | {"c|ETP|N_NORD": "3"})
    assert late.status_code == 409
    page = html.unescape(late.content.decode())
    who_when = r"enregistré entre-temps par Nord.*\n.*2026"
    assert re.search(who_when, page) or "enregistré entre-temps par" in page
    assert "garder 1" in page
    assert "mettre 3" in page
    assert "checked" not in page
    assert 'value="3"' in page
    assert held.typed.get(column="N_NORD").value == 1
    again = {"lu": _read_by(late), "a-choisir": _read_by(late, "a-choisir"), "c|ETP|N_NORD": "3"}
    assert client.post(f"{ONE}saisir/", again).status_code == 409
    keep = again | {"choix|ETP|N_NORD": "garder"}
    assert client.post(f"{ONE}saisir/", keep).status_code == 302
    assert held.typed.get(column="N_NORD").value == 1
    assert (
        client.post(f"{ONE}saisir/", again | {"choix|ETP|N_NORD": "remplacer"}).status_code == 302
    )
    assert held.typed.get(column="N_NORD").value == 3


def _read_by(answer: Any, name: str = "lu") -> str:
    """What a page gives back of what it read."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found
    return html.unescape(found[1])


def test_two_windows_that_type_other_cells_both_save(
    network: Network, who: SimpleNamespace
) -> None:
    held = opened(network)
    _type(held, N_NORD="31", N_SUD="40")
    client = who.finances.client
    seen = _read_by(client.get(f"{ONE}saisir/"))
    first = {"lu": seen, "c|ETP|N_NORD": "32", "c|ETP|N_SUD": "40"}
    second = {"lu": seen, "c|ETP|N_NORD": "31", "c|ETP|N_SUD": "41"}
    assert client.post(f"{ONE}saisir/", first).status_code == 302
    assert client.post(f"{ONE}saisir/", second).status_code == 302
    kept = dict(held.typed.values_list("column", "value"))
    assert kept == {"N_NORD": Decimal(32), "N_SUD": Decimal(41)}


def test_a_page_that_asks_about_a_cell_asks_about_each_that_moved(
    network: Network, who: SimpleNamespace
) -> None:
    held = opened(network)
    client = who.finances.client
    seen = _read_by(client.get(f"{ONE}saisir/"))
    _type(held, N_NORD="1")
    sent = {"lu": seen, "c|ETP|N_NORD": "2", "c|ETP|N_SUD": "5", "c|ETP|N_REGION": ""}
    first = client.post(f"{ONE}saisir/", sent)
    _type(held, N_SUD="7", N_REGION="9")
    asked = {"lu": _read_by(first), "a-choisir": _read_by(first, "a-choisir")}
    second = client.post(f"{ONE}saisir/", sent | asked)
    page = html.unescape(second.content.decode())
    assert second.status_code == 409
    assert ("garder 1" in page, "garder 7" in page, "garder 9" in page) == (True, True, False)
    assert re.search(r'name="c.ETP.N_REGION" value="9"', page)


@pytest.mark.parametrize("lu", ["{", "[1]", '"x"', '{"ETP|N_NORD": []}'])
def test_what_a_page_says_it_read_and_that_is_not_so_overwrites_nothing(
    network: Network, who: SimpleNamespace, lu: str
) -> None:
    held = opened(network)
    _type(held, N_NORD="1")
    late = who.finances.client.post(f"{ONE}saisir/", {"lu": lu, "c|ETP|N_NORD": "3"})
    assert late.status_code == 409
    assert held.typed.get().value == 1


def test_a_cell_that_is_no_number_is_told_and_marked(
    network: Network, who: SimpleNamespace
) -> None:
    opened(network)
    answer = who.finances.client.post(f"{ONE}saisir/", {"c|ETP|N_NORD": "deux"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Effectif, Nord, Réalisé\u00a0: «\u00a0deux\u00a0»" in page
    assert len(re.findall(r'aria-invalid="true"', page)) == 1


def test_a_cell_explains_itself(network: Network, who: SimpleNamespace) -> None:
    books(network)
    held = opened(network)
    _type(held, N_NORD="2")
    page = page_text(who.finances.client, f"{ONE}cellule/PE/S/")
    assert "72,0 <small>k€</small>" in page
    assert page.count("exercice=2025&chambre=") == 3
    assert "123456789FEC20251231.txt" in page
    formula = page_text(who.nord.client, f"{ONE}cellule/C/N_NORD/")
    assert "12 000,00 <small>€</small>" in formula
    assert f'href="{ONE}cellule/PE/N_NORD/">24,0' in formula
    absent = page_text(who.finances.client, f"{ONE}cellule/C/N_SUD/")
    assert "non renseigné : ETP : à saisir" in absent
    typed = page_text(who.nord.client, f"{ONE}cellule/ETP/N_NORD/")
    assert "Saisie</dt>" in typed
    assert who.nord.client.post(f"{ONE}cellule/CH/N_NORD/", {"texte": " "}).status_code == 422
    said = who.nord.client.post(f"{ONE}cellule/CH/N_NORD/", {"texte": "Reclassé."})
    assert said.status_code == 302
    assert "Reclassé." in page_text(who.finances.client, ONE)
    comment = held.comments.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(comment).objects.update(text="autre")


def test_what_is_left_to_type_awaits_the_chamber_and_the_rest_who_keeps(
    network: Network, who: SimpleNamespace
) -> None:
    held = opened(network)
    assert f'href="{ONE}saisir/"' in page_text(who.nord.client, "/reseaux/essai/ma-page/")
    assert f'href="{ONE}"' in page_text(who.finances.client, "/reseaux/essai/ma-page/")
    assert ONE not in page_text(who.reader.client, "/reseaux/essai/ma-page/")
    _type(held, N_NORD="1", BP_NORD="2")
    assert f'href="{ONE}saisir/"' not in page_text(who.nord.client, "/reseaux/essai/ma-page/")


def test_the_journal_tells_typed_values_to_who_reads_their_column(
    network: Network, who: SimpleNamespace
) -> None:
    """A chamber's editor reads the journal, and not the columns of the others."""
    held = opened(network)
    _type(held, N_SUD="987.5", N_NORD="654.25")
    _type(held, N_SUD="988")
    journal = "/reseaux/essai/journal/"
    south = "Effectif, Sud, Réalisé\u00a0: 987,5 → 988"
    north = "Effectif, Nord, Réalisé\u00a0: vide → 654,25"
    for someone, told, kept in (
        (who.nord, (north, "Effectif, Sud, Réalisé"), ("987", "988")),
        (who.finances, (north, south), ()),
        (who.reader, ("Effectif, Sud, Réalisé",), ("987", "988", "654", "N_SUD", "ETP,")),
    ):
        page = page_text(someone.client, journal)
        assert all(words.replace("\u00a0", " ") in page.replace("\u00a0", " ") for words in told)
        assert not any(words in page for words in kept)
    with CaptureQueriesContext(connection) as few:
        page_text(who.nord.client, journal)
    for value in range(8):
        _type(held, N_SUD=str(value + 1))
    with CaptureQueriesContext(connection) as many:
        page_text(who.nord.client, journal)
    assert len(few) == len(many)
    abandon_restitution(held, actor=INSTALLATION)
    assert "654" not in page_text(who.nord.client, journal), "of what is gone, nobody knows"
    assert "654,25" in page_text(who.finances.client, journal)
    other = Restitution.objects.create(
        definition=held.definition, version=held.version, number=9, year=2025, month=12
    )
    _type(other, N_SUD="123456")
    Restitution.objects.filter(pk=other.pk).delete()
    assert "123456" not in page_text(who.nord.client, journal), "nor where no event says so"


# -- checking, sending, correcting ----------------------------------------------------------------


def test_what_does_not_hold_is_told_and_asks_why(network: Network, who: SimpleNamespace) -> None:
    books(network)
    held = opened(network)
    page = page_text(who.finances.client, ONE)
    assert "Contrôles" in page
    assert "<td>tenu</td>" in page
    check_restitution(held, actor=INSTALLATION)
    sent = {"on": "2026-11-24"}
    assert acted(who.finances.client, f"{ONE}acte/envoyer/", sent).status_code == 422
    reasons = sent | {"motif-K": "Budget attendu."}
    answer = acted(who.finances.client, f"{ONE}acte/envoyer/", reasons)
    assert answer.status_code == 302
    assert Restitution.objects.get().reasons == {"K": "Budget attendu."}


def test_a_blocking_control_that_fails_keeps_it_from_being_sent(network: Network) -> None:
    books(network)
    controls = (Control("K", "Perte", "R < 0", True), Control("U", "Effectif", "ETP > 0", True))
    held = opened(network, Definition(ROWS, (Column("N", "N", "nord"),), controls))
    check_restitution(held, actor=INSTALLATION)
    with pytest.raises(Refusal, match="est bloquant et ne tient pas"):
        _send(held, K="raison", U="raison")


def test_a_blocking_control_not_known_asks_why(network: Network) -> None:
    controls = (Control("U", "Effectif", "ETP > 0", True),)
    held = opened(network, Definition(ROWS, (Column("N", "N", "nord"),), controls))
    with pytest.raises(Refusal, match="un motif est attendu"):
        _send(held)
    held.refresh_from_db()
    assert _send(held, U="Pas encore compté.").state == "sent"


@pytest.mark.parametrize("on", [None, dt.date(2026, 11, 26)])
def test_it_is_sent_on_a_day_that_came(network: Network, on: dt.date | None) -> None:
    held = opened(network)
    check_restitution(held, actor=INSTALLATION)
    with pytest.raises(Refusal, match="Date d’envoi"):
        send_restitution(held, actor=INSTALLATION, on=on, reasons={"K": "x"})


def test_what_is_sent_never_changes_and_is_corrected_by_another(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    held = opened(network)
    _type(held, N_NORD="2")
    before = json.loads(who.finances.client.get(f"{ONE}etat.json").content)["rows"]
    _send(held, K="x")
    row = Restitution.objects.get()
    assert row.seal == seal_of(row.sealed)
    assert row.sealed["PE|N_NORD"] == "24.0"
    assert row.sealed["ETP|N_SUD"] == {"absent": "à saisir"}
    keep_book(network, "nord", 2025, {("606", m): 99_00 for m in range(1, 13)})
    assert json.loads(who.reader.client.get(f"{ONE}etat.json").content)["rows"] == before
    assert "Sud, Réalisé" not in page_text(who.nord.client, ONE)
    for name in ("remplir", "rouvrir", "controler", "envoyer"):
        assert who.finances.client.post(f"{ONE}acte/{name}/", {"lu": ""}).status_code in (200, 409)
    assert who.nord.client.post(f"{ONE}saisir/", {"c|ETP|N_NORD": "9"}).status_code == 409
    assert "ne sont plus celles" not in page_text(who.reader.client, ONE)
    sent = read(row, INSTALLATION).filled
    later = replace(sent, typed={("ETP", "N_NORD"): Decimal(99)})
    # Whatever a later version of the program would compute, what was sent is told.
    assert later.values["ETP", "N_NORD"] == 99
    assert later.shown(DEFINITION.lines["ETP"], "N_NORD") == Decimal("2.00")
    attempts = (
        lambda: Restitution.objects.update(month=3),
        row.delete,
        lambda: row.typed.update(value=9),
        lambda: row.typed.all().delete(),
        lambda: row.typed.create(row="ETP", column="N_SUD", value=1),
        lambda: row.comments.create(row="ETP", column="N_SUD", text="x"),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    with pytest.raises(Refusal, match="le corriger"):
        open_restitution(held.definition, actor=INSTALLATION, year=2025)
    made = correct_restitution(row, actor=INSTALLATION)
    assert (made.corrects, made.typed.get().value) == (row, 2)
    assert "1 188" in page_text(who.finances.client, f"{HERE}rendus/2/")
    with pytest.raises(Refusal, match="déjà ouverte"):
        correct_restitution(row, actor=INSTALLATION)


def test_what_is_not_sent_is_given_up_and_the_journal_keeps_what_was_typed(
    network: Network, who: SimpleNamespace
) -> None:
    held = opened(network)
    _type(held, N_NORD="2.5")
    there = f"{ONE}acte/abandonner/"
    assert who.nord.client.post(there).status_code == 403
    assert who.finances.client.post(there).status_code == 409, "nothing says what was read"
    assert acted(who.finances.client, there).status_code == 302
    assert not Restitution.objects.exists()
    assert "ETP, N_NORD" in page_text(who.finances.client, "/reseaux/essai/journal/")
    held = open_restitution(held.definition, actor=INSTALLATION, year=2025)
    _send(held, K="x")
    with pytest.raises(Refusal, match="envoyé"):
        abandon_restitution(held, actor=INSTALLATION)


def test_a_draft_is_given_up_and_what_was_never_published_goes(
    network: Network, who: SimpleNamespace
) -> None:
    held = published(network)
    client = who.finances.client
    assert client.post(f"{HERE}abandonner/").status_code == 409
    open_version(held, actor=INSTALLATION)
    assert acted(client, f"{HERE}abandonner/").status_code == 302
    assert [v.number for v in held.versions.all()] == [1]
    other = defined(network, code="autre")
    deposit_template(other, actor=INSTALLATION, name="m.xlsx", data=workbook())
    answer = acted(client, "/reseaux/essai/etats/autre/abandonner/")
    assert (answer.status_code, answer["Location"]) == (302, "/reseaux/essai/etats/")
    assert not ReturnDefinition.objects.filter(code="autre").exists()
    assert "Définition en préparation abandonnée" in page_text(client, "/reseaux/essai/journal/")


def test_files_say_state_sending_and_controls_with_their_reasons(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    held = opened(network)
    client = who.finances.client
    assert "non tenu" not in page_text(client, ONE)
    _send(held, K="Budget attendu.")
    correct_restitution(Restitution.objects.get(), actor=INSTALLATION)
    assert "(correction)" in page_text(client, "/reseaux/essai/etats/")
    said = client.get(f"{ONE}etat.csv").content.decode("utf-8-sig")
    assert "Envoyé le 24" in said
    assert "Contrôle Résultat positif (R > 0)\u00a0: inconnu en " in said
    assert "motif\u00a0: Budget attendu." in said
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ONE}etat.xlsx").content))
    assert book.sheetnames[1] == "Contrôles"
    assert "Budget attendu." in [cell.value for row in book["Contrôles"] for cell in row]


def test_a_return_open_for_a_period_is_not_opened_twice(network: Network) -> None:
    held = opened(network).definition
    with pytest.raises(Refusal, match="déjà ouvert"):
        open_restitution(held, actor=INSTALLATION, year=2025)
    other = defined(network, code="autre")
    with pytest.raises(Refusal, match="Aucune version"):
        open_restitution(other, actor=INSTALLATION, year=2025)


def test_a_new_version_does_not_touch_what_was_filled_with_the_former(network: Network) -> None:
    held = opened(network)
    second = open_version(held.definition, actor=INSTALLATION)
    other = Definition((Line("A", "A", "typed"),), DEFINITION.columns)
    write_version(second, actor=INSTALLATION, content=other)
    publish_version(second, actor=INSTALLATION)
    assert Restitution.objects.get().version.number == 1
    later = open_restitution(held.definition, actor=INSTALLATION, year=2026)
    assert later.version.number == 2


# -- four outputs ---------------------------------------------------------------------------------


def test_page_workbook_csv_json_and_command_say_the_same(
    network: Network, who: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    books(network)
    books(network, year=2024)
    opened(network)
    told = json.loads(who.finances.client.get(f"{ONE}etat.json").content)
    rows = [row["values"] for row in told["rows"]]
    call_command("returns-fill", "essai", "indicateurs", "2025")
    assert [row["values"] for row in json.loads(capsys.readouterr().out)["rows"]] == rows
    data = who.finances.client.get(f"{ONE}etat.xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    for ours, theirs in zip(rows, sheet.iter_rows(min_row=2, values_only=True), strict=True):
        assert [_plain(cell) for cell in ours] == [_plain(cell) for cell in theirs]
    lines = who.finances.client.get(f"{ONE}etat.csv").content.decode("utf-8-sig").splitlines()
    kept = [line.split(";") for line in lines if not line.startswith("#")][1:]
    assert [[_plain(c) for c in line] for line in kept] == [
        [_plain(c) for c in row] for row in rows
    ]
    page = page_text(who.finances.client, ONE)
    cells = re.findall(r'<td class="num">(.*?)</td>', page.split("Contrôles")[0])
    drawn = [re.sub(r"<[^>]+>", "", cell) for cell in cells]
    assert [_plain(cell) for cell in drawn] == [
        _plain(cell) for row, line in zip(rows, ROWS, strict=True) for cell in row[3:]
    ]
    assert len([cell for cell in drawn if cell]) == 8 * (len(ROWS) - 1)


def _plain(cell: Any) -> Any:
    """A number whatever its clothes, a text as it is, "" for nothing."""
    if cell in (None, "", "–"):
        return ""
    text = str(cell).replace("\u202f", "").replace(" ", "").replace("\u2212", "-")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text.replace("\u00a0", "")


# -- the receiver's workbook ----------------------------------------------------------------------


def test_the_receivers_workbook_is_filled_by_its_names(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    rows = (Line("CHARGES", "Charges", "accounts", "6", "keuro", "debit", 1),
            Line("PRODUITS", "Produits", "typed"))  # fmt: skip
    opened(network, Definition(rows, (Column("N", "N", "nord"), Column("S", "S", "sum"))))
    client = who.finances.client
    original = workbook()
    given = SimpleUploadedFile("modele.xlsx", original)
    assert client.post(f"{HERE}modele/", {"fichier": given}).status_code == 302
    page = page_text(client, f"{HERE}modele/")
    assert "2 sur 7 noms en correspondance" in page
    assert "<code>CHARGES_S</code>" in page
    assert "n’est pas celui d’une seule cellule" in page
    sent = {"n|CHARGES_N": "CHARGES N", "n|PRODUITS_N": "PRODUITS N", "n|EFFECTIF": "charges s",
            "absent": "n.c."}  # fmt: skip
    assert acted(client, f"{HERE}modele/", sent).status_code == 302
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ONE}modele-rempli.xlsx").content))
    sheet = book["À rendre"]
    assert (sheet["B1"].value, sheet["C1"].value, sheet["B40"].value) == (24.1, "n.c.", 72.4)
    assert sheet["B9"].value == "=SUM(B1:B3)"
    for wrong in ({"n|EFFECTIF": "CHARGES"}, {"n|EFFECTIF": "CHARGES ZZ"}):
        assert acted(client, f"{HERE}modele/", wrong).status_code == 422
    assert client.get(f"{HERE}modele/original.xlsx").content == original


def test_what_is_sent_keeps_the_template_and_the_mapping_it_was_sent_in(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    rows = (Line("CHARGES", "Charges", "accounts", "6", "keuro", "debit", 1),)
    held = opened(network, Definition(rows, (Column("N", "N", "nord"),)))
    client, there = who.finances.client, f"{ONE}modele-rempli.xlsx"
    given = SimpleUploadedFile("modele.xlsx", workbook())
    assert client.post(f"{HERE}modele/", {"fichier": given}).status_code == 302
    _send(held)
    before = client.get(there).content
    assert "dans le modèle modele.xlsx" in page_text(client, ONE)
    assert acted(client, f"{HERE}modele/", {"n|EFFECTIF": "CHARGES N"}).status_code == 302
    journal = page_text(client, "/reseaux/essai/journal/")
    assert "EFFECTIF : vide → CHARGES N" in journal
    assert "CHARGES_N : CHARGES N → vide" in journal
    other = with_part("docProps/custom.xml", b"<x/>")
    unsaid = client.post(f"{HERE}modele/", {"fichier": SimpleUploadedFile("b.xlsx", other)})
    assert unsaid.status_code == 409
    assert "1 état envoyé garde le sien" in page_text(client, f"{HERE}modele/")
    sent = {"fichier": SimpleUploadedFile("b.xlsx", other), "remplacer": "oui"}
    assert client.post(f"{HERE}modele/", sent).status_code == 302
    assert client.get(there).content == before
    made = correct_restitution(Restitution.objects.get(), actor=INSTALLATION)
    again = client.get(f"{HERE}rendus/{made.number}/modele-rempli.xlsx").content
    assert b"docProps/custom.xml" in again
    assert b"docProps/custom.xml" not in before
    for change in ({"data": b"x"}, {"sha256": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            held.definition.templates.update(**change)


def test_two_who_map_a_template_are_told_and_may_insist(
    network: Network, who: SimpleNamespace
) -> None:
    opened(network)
    client = who.finances.client
    given = SimpleUploadedFile("modele.xlsx", workbook())
    assert client.post(f"{HERE}modele/", {"fichier": given}).status_code == 302
    lu = _read_by(client.get(f"{HERE}modele/"))
    first, second = ({"lu": lu, "n|EFFECTIF": f"ETP {code}"} for code in ("N_NORD", "N_SUD"))
    assert client.post(f"{HERE}modele/", first).status_code == 302
    late = client.post(f"{HERE}modele/", second)
    assert late.status_code == 409
    assert 'value="ETP N_SUD"' in late.content.decode()
    again = client.post(f"{HERE}modele/", second | {"lu": _read_by(late)})
    assert again.status_code == 302


@pytest.mark.parametrize("data", [b"", b"a;b", b"PK\x03\x04rien"])
def test_what_is_no_workbook_is_no_template(
    network: Network, who: SimpleNamespace, data: bytes
) -> None:
    opened(network)
    given = SimpleUploadedFile("modele.xlsx", data or b" ")
    assert who.finances.client.post(f"{HERE}modele/", {"fichier": given}).status_code == 422


# -- constant queries -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "most"),
    [("/reseaux/essai/etats/", 8), (HERE, 9), (ONE, 12), (f"{ONE}cellule/PE/S/", 10),
     (f"{ONE}saisir/", 7), (f"{HERE}versions/", 6)],
)  # fmt: skip
def test_a_page_asks_as_many_queries_whatever_its_size(
    network: Network, who: SimpleNamespace, address: str, most: int
) -> None:
    books(network)
    held = opened(network)
    _type(held, N_NORD="1")

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert who.finances.client.get(address).status_code == 200
        return len(found)

    who.finances.client.post(f"{ONE}cellule/CH/S/", {"texte": "Vu."})
    asked()
    before = asked()
    _type(held, N_SUD="2", N_REGION="3", N1="6")
    for code in ("a", "b", "c"):
        published(network, code=code)
    for column in read(held, INSTALLATION).columns[:3]:
        who.finances.client.post(f"{ONE}cellule/CH/{column.code}/", {"texte": "Vu."})
    assert asked() == before
    assert before <= most


def test_a_correction_is_of_the_version_sent_and_says_that_another_may_be_chosen(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    held = opened(network)
    act = f"{ONE}acte/corriger/"
    _send(held, K="x")
    assert "celle de l’état envoyé" not in page_text(who.finances.client, act)
    second = open_version(held.definition, actor=INSTALLATION)
    assert "celle de l’état envoyé" not in page_text(who.finances.client, act), "a draft is none"
    publish_version(second, actor=INSTALLATION)
    page = page_text(who.finances.client, act)
    assert "version 1, celle de l’état envoyé" in page
    assert "version 2, la dernière publiée" in page
    with pytest.raises(Refusal, match="Version 9"):
        correct_restitution(Restitution.objects.get(), actor=INSTALLATION, version=9)
    assert who.finances.client.post(act, {"version": "2"}).status_code == 302
    made = Restitution.objects.get(number=2)
    assert (made.version.number, Event.objects.latest("pk").diff["version"]) == (2, 2)


def test_a_correction_without_a_choice_keeps_the_version_that_was_sent(network: Network) -> None:
    books(network)
    held = opened(network)
    _send(held, K="x")
    publish_version(open_version(held.definition, actor=INSTALLATION), actor=INSTALLATION)
    made = correct_restitution(Restitution.objects.get(), actor=INSTALLATION)
    assert made.version == held.version


def test_a_consolidated_cell_shows_the_accounts_of_each_chamber(
    network: Network, who: SimpleNamespace
) -> None:
    books(network)
    opened(network, Definition(ROWS, (Column("T", "Tous", "consolidated"),)))
    page = page_text(who.finances.client, f"{ONE}cellule/CH/T/")
    assert "Aucun compte" not in page
    assert page.count(">606<") == 3 and "chambre=nord" in page
