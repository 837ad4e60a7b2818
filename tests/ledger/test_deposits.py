"""What is told of deposited files before they are read: what is no FEC, whose they are, doubts."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from maillage.backups.proofs import Proof, files_proof
from maillage.kernel.models import Event
from maillage.ledger import book_folders
from maillage.ledger.actions import cancel_import, withdraw_book
from maillage.ledger.jobs import note_digests
from maillage.ledger.models import BookFile, BookImport
from maillage.ledger.queries.deposits import sirens_of
from maillage.schemes.models import Edition
from tests.builders import CHAMBERS, keep_books
from tests.journeys.test_from_nothing import text_of
from tests.ledger.deposits import HERE, known_chambers, send, shortened, upload

REGION, NORD, SUD = CHAMBERS
CLOSING = "2025-12-31"


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return known_chambers(draft, people)


def chamber(world: SimpleNamespace, code: str) -> int:
    return int(world.network.entities.get(code=code).pk)


NO_FEC = {
    "empty": (b"", "Fichier vide"),
    "blank": (b" \r\n \r\n", "Fichier vide"),
    "workbook": (b"PK\x03\x04" + bytes(60), "une archive ZIP ou un classeur"),
    "pdf": (b"%PDF-1.7\n", "un document PDF"),
    "gzip": (b"\x1f\x8b\x08\x00", "une archive GZIP"),
    "utf-16": ("JournalCode\tJournalLib".encode("utf-16"), "un texte UTF-16"),
    "binary": (b"\x01\x02\x00\x03" * 20, "un fichier binaire"),
    "prose": ("Bonjour à tous\nBien à vous\n".encode(), "En-tête absent ou méconnaissable"),
    "semicolons": (b";".join([b"JournalCode"] * 18), "Séparateur non admis"),
}


@pytest.mark.parametrize(("data", "why"), NO_FEC.values(), ids=NO_FEC)
def test_what_is_no_fec_is_refused_as_it_comes(
    world: SimpleNamespace, django_capture_on_commit_callbacks: Any, data: bytes, why: str
) -> None:
    file = upload(1, "faux.txt", data)
    answer = send(world, "nord", file, callbacks=django_capture_on_commit_callbacks)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "faux.txt" in page
    assert why in page
    assert "État des livres" in page, "the deposit page itself tells it"
    assert not BookImport.objects.exists()
    assert not Event.objects.filter(verb__startswith="ledger").exists()
    assert not list(book_folders.root().glob("essai/depots/*"))


def test_the_others_go_on(world: SimpleNamespace, deposit: Callable[..., BookImport]) -> None:
    row = deposit("finances", upload(0, "faux.txt", b"%PDF"), upload(1))
    assert [file["state"] for file in row.files] == ["refused", "done"]
    assert row.state == "done"
    page = text_of(world.finances.client.get(f"{HERE}depots/{row.pk}/"))
    assert "un document PDF" in page


def test_what_is_refused_is_told_before_the_others_are_given(
    world: SimpleNamespace, deposit: Callable[..., BookImport], assign: Callable[..., Any]
) -> None:
    row = deposit("nord", upload(0, "faux.txt", b"%PDF"), upload(1, "compta.txt"))
    folder = book_folders.deposit_folder("essai", row.pk)
    assert [path.name for path in folder.iterdir()] == ["1"]
    page = text_of(world.nord.client.get(f"{HERE}depots/{row.pk}/"))
    assert "1\u00a0fichier n’est pas un FEC" in page
    answer = assign("nord", row, **{"entity-1": chamber(world, "nord"), "closing-1": CLOSING})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert [file["state"] for file in row.files] == ["refused", "done"]


def test_xml_is_only_known_for_xml(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    row = deposit("nord", upload(1, f"{NORD.siren}FEC20251231.xml", b"<comptabilite/>"))
    assert row.state == "failed"
    assert row.files[0]["state"] == "refused"


def test_one_content_under_two_chambers_is_told_as_the_command_tells_it(
    world: SimpleNamespace,
    deposit: Callable[..., BookImport],
    assign: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Same finding, same words, same place, same consequence: taken in, and to be looked at."""
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    head, *lines = upload(1).read().decode("iso-8859-15").split("\r\n")
    turned = "\n".join([head, *reversed([line for line in lines if line]), ""]).encode()
    deposit("finances", upload(1), upload(0))
    row = deposit("finances", upload(2, data=turned))
    assert (row.state, row.files[0]["state"]) == ("done", "done")
    (told,) = row.files[0]["findings"]
    page = text_of(world.finances.client.get(f"{HERE}depots/{row.pk}/"))
    assert told.partition(" : ")[2] in page and "À vérifier" in page

    (folder := tmp_path / "livres").mkdir()
    for place, data in ((0, None), (1, None), (2, turned)):
        file = upload(place, data=data)
        (folder / str(file.name)).write_bytes(file.read())
    named = {e.code: e.short_name for e in world.network.entities.all()}
    chambers = ["siren;code;nom;auxiliaires", *(f"{c.siren};{c.code};{named[c.code]};"
                for c in CHAMBERS)]  # fmt: skip
    (tmp_path / "chambres.csv").write_text("\n".join(chambers))
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "ledger-consolidate", str(folder), "--chambers", str(tmp_path / "chambres.csv"),
            "--json", stdout=out, stderr=io.StringIO(),
        )  # fmt: skip
    assert ended.value.code == 1
    by_command = json.loads(out.getvalue())["findings"]
    client, here = world.finances.client, HERE.removesuffix("livres/")
    by_web = json.loads(client.get(f"{here}comptes.json?exercice=2025").content)["findings"]
    first = by_web[0]
    assert first == by_command[0] and first["code"] == "scope.twin"
    assert [f["code"] for f in by_web].count("scope.twin") == 1
    assert f"{first['where']}\u00a0: {first['what']}." == told

    assert re.findall(r"\w+ constat", text_of(client.get(HERE))) and "deux fois" in text_of(
        client.get(HERE)
    )
    for address in ("livres/nord/2025/", "livres/sud/2025/", "resultat/?exercice=2025",
                    "balance/?exercice=2025", "tableaux/?annee=2025"):  # fmt: skip
        assert first["what"] in unescape(client.get(here + address).content.decode()), address
    for code in ("nord", "sud"):
        assert "À vérifier" in text_of(client.get(f"{HERE}{code}/2025/"))
    withdraw_book(
        world.network, world.network.books.get(entity__code="sud"), actor=world.finances.actor
    )
    assert "deux fois" not in text_of(client.get(HERE))
    assert first["what"] not in unescape(
        client.get(f"{here}balance/?exercice=2025").content.decode()
    )


def test_one_content_under_two_exercises_is_told_of_both(
    world: SimpleNamespace, deposit: Callable[..., BookImport], assign: Callable[..., Any]
) -> None:
    deposit("finances", upload(1))
    row = deposit("finances", upload(1, "copie.txt"))
    form = {"entity-0": chamber(world, "nord"), "closing-0": "2026-12-31"}
    assert assign("finances", row, **form).status_code == 302
    here = HERE.removesuffix("livres/")
    for year in (2025, 2026):
        told = json.loads(world.finances.client.get(f"{here}comptes.json?exercice={year}").content)
        assert told["findings"][0]["code"] == "scope.twin", year
        page = world.finances.client.get(f"{here}bilan/?exercice={year}").content.decode()
        assert "contenu déposé deux fois" in text_of(
            world.finances.client.get(f"{here}bilan/?exercice={year}")
        ), page[:200]


ODD = {
    "another chamber": (f"{NORD.siren}FEC20251231.txt", "sud", CLOSING, "celui de Nord"),
    "a copy's name": (f"copie {NORD.siren}FEC20251231 (1).txt", "sud", CLOSING, "celui de Nord"),
    "another closing": (f"{NORD.siren}FEC20241231.txt", "nord", CLOSING, "décembre\u00a02024"),
    "both": (f"{NORD.siren}FEC20241231.txt", "sud", CLOSING, "celui de Nord"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "entity", "closing", "why"), ODD.values(), ids=ODD)
def test_what_a_name_says_otherwise_is_told_then_accepted(
    world: SimpleNamespace,
    deposit: Callable[..., BookImport],
    assign: Callable[..., Any],
    name: str,
    entity: str,
    closing: str,
    why: str,
) -> None:
    row = deposit("finances", upload(1, name), upload(0, "autre.txt"))
    assert row.state == "assigning"
    form = {"entity-0": chamber(world, entity), "closing-0": closing}
    form |= {"entity-1": chamber(world, "region"), "closing-1": closing}
    told = assign("finances", row, **form)
    assert told.status_code == 200
    assert why in text_of(told)
    assert not BookFile.objects.exists(), "nothing is read before the doubt is answered"
    keys = [doubt.key for doubt in told.context["doubts"]]
    other = {**form, "entity-0": chamber(world, "region"), "entity-1": chamber(world, "sud")}
    if entity == "sud":
        again = assign("finances", row, **other, doute=keys)
        assert again.status_code == 200, "a doubt answered for one chamber is not for another"
    assert assign("finances", row, **form, doute=keys).status_code == 302
    assert BookFile.objects.filter(book__entity__code=entity).exists()


def test_chambers_that_share_a_siren_are_asked_for(
    world: SimpleNamespace, deposit: Callable[..., BookImport], assign: Callable[..., Any]
) -> None:
    world.network.entities.filter(code="sud").update(siren=NORD.siren)
    row = deposit("finances", upload(1))
    assert row.state == "assigning"
    page = text_of(world.finances.client.get(f"{HERE}depots/{row.pk}/"))
    assert "SIREN de plusieurs chambres\u00a0: Nord, Sud" in page
    answer = assign("finances", row, **{"entity-0": chamber(world, "sud"), "closing-0": CLOSING})
    assert answer.status_code == 302, "the SIREN is its own too: nothing to doubt"


def test_another_closing_of_the_year_is_said_before_anything_is_asked(
    world: SimpleNamespace, deposit: Callable[..., BookImport], assign: Callable[..., Any]
) -> None:
    """No button that always refuses stands under a replacement that cannot be."""
    deposit("finances", upload(1))
    row = deposit("finances", upload(1, f"{NORD.siren}FEC20250630.txt", shortened(1)))
    answer = world.finances.client.get(f"{HERE}depots/{row.pk}/")
    page = text_of(answer).replace("\u00a0", " ")
    assert answer.status_code == 200
    assert "FEC20250630.txt : Cette chambre a déjà un livre clos le 31 décembre 2025" in page
    assert "Remplacer et lire" not in page and "seraient remplacés" not in page
    form = {"entity-0": chamber(world, "nord"), "closing-0": "2025-06-30"}
    assert assign("finances", row, **form).status_code == 422


def test_the_siren_of_a_file_in_force_is_remembered(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    world.network.entities.update(siren="")
    keep_books(world.network, "nord")
    nord, sud = chamber(world, "nord"), chamber(world, "sud")
    assert sirens_of(world.network) == {NORD.siren: {nord}}
    row = deposit("finances", upload(1, f"{NORD.siren}FEC20241231.txt", shortened(1)))
    assert row.state == "done"
    assert row.files[0]["entity"] == nord
    unknown = deposit("finances", upload(2))
    page = text_of(world.finances.client.get(f"{HERE}depots/{unknown.pk}/"))
    assert "SIREN inconnu du réseau" in page
    world.network.entities.filter(code="sud").update(siren=NORD.siren)
    assert sirens_of(world.network) == {NORD.siren: {nord, sud}}
    assert deposit("finances", upload(1)).state == "assigning", "two chambers: it is asked"


def test_a_reading_given_up_leaves_no_file_waiting(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    row = deposit("finances", upload(0), upload(1, "compta.txt"))
    row.files[0]["state"] = "reading"
    row.state, row.stage, row.done, row.total = "running", "Lecture", 3, 9
    row.save()
    cancel_import(row, actor=world.finances.actor)
    page = text_of(world.finances.client.get(f"{HERE}depots/{row.pk}/"))
    assert "Le traitement s’est arrêté" in page
    for gone in ("En cours de lecture", "En attente", "33\u00a0%"):
        assert gone not in page


def test_a_book_read_is_told_in_the_words_of_its_state(
    world: SimpleNamespace, deposit: Callable[..., BookImport], assign: Callable[..., Any]
) -> None:
    row = deposit("finances", upload(1, "compta.txt"))
    assign("finances", row, **{"entity-0": chamber(world, "nord"), "closing-0": CLOSING})
    answer = world.finances.client.get(f"{HERE}depots/{row.pk}/")
    assert [file["standing"] for file in answer.context["results"]] == [("failed", "Bloquant")]
    assert "is-failed" in answer.content.decode()


def test_deposits_that_wait_are_told_once_by_their_files(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    long = f"{'x' * 60}.txt"
    deposit("nord", *(upload(1, name) for name in (long, "b.txt", "c.txt", "d.txt")))
    deposit("finances", upload(0, "e.txt"))
    page = text_of(world.reader.client.get(HERE))
    assert page.count("dépôts attendent d’être affectés") == 1
    assert f"{'x' * 39}…, b.txt, c.txt et 1\u00a0autre" in page
    assert "par nord-essai" in page


def test_a_reader_is_told_calmly_who_may(world: SimpleNamespace) -> None:
    for address in (HERE, *(HERE.replace("livres", n) for n in ("correspondances", "plan"))):
        page = text_of(world.reader.client.get(address))
        assert "L’action n’a pas été faite" not in page
        assert "mandat de rédacteur" in page


def test_a_year_without_book_says_so(world: SimpleNamespace) -> None:
    year = dt.date.today().year - 1
    page = text_of(world.reader.client.get(HERE))
    assert f"Exercice {year}" in page
    assert "aucun livre" in page
    assert "0\u00a0livre" not in page


def test_a_deposit_that_waits_is_proved_and_one_altered_never_comes_in_force(
    world: SimpleNamespace, deposit: Callable[..., BookImport], assign: Callable[..., Any]
) -> None:
    row = deposit("finances", upload(1, "livre.txt"))
    assert files_proof() == Proof("fichiers", "1, dont 1 d’empreinte connue")
    place = book_folders.deposited(row, 0)
    whole = place.read_bytes()
    place.write_bytes(whole + b"\r\n")
    (fault,) = files_proof().faults
    assert "dépôt «\u00a0livre.txt\u00a0»" in fault and "altéré" in fault
    assign("finances", row, **{"entity-0": chamber(world, "nord"), "closing-0": CLOSING})
    row.refresh_from_db()
    assert [file["state"] for file in row.files] == ["failed"]
    assert "n’est plus celui qui fut déposé" in row.files[0]["message"]
    assert not BookFile.objects.exists()
    BookImport.objects.update(state="assigning", files=[{**row.files[0], "state": "waiting"}])
    place.unlink(missing_ok=True)
    assert "fichier absent" in files_proof().faults[0]


def test_a_deposit_of_a_former_version_is_told_unproved_until_it_is_noted(
    world: SimpleNamespace, deposit: Callable[..., BookImport]
) -> None:
    row = deposit("finances", upload(1, "livre.txt"))
    told = {key: value for key, value in row.files[0].items() if key != "sha256"}
    BookImport.objects.update(files=[told])
    assert files_proof().unproved == 1
    assert (note_digests(), note_digests(), files_proof().unproved) == (1, 0, 0)
    place = book_folders.deposited(row, 0)
    place.write_bytes(place.read_bytes() + b" ")
    assert len(files_proof().faults) == 1
