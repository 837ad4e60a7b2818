"""From a written scheme to the next one in force, as people of the network live it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from maillage.kernel.models import Event, verify
from maillage.people.actors import Role
from maillage.schemes.engine import canonical
from maillage.schemes.engine.placement_files.columns import SHEET
from maillage.schemes.models import Edition, Placement
from tests.builders import PASSWORD, apply_import, load, person, shown_by_review, small_document


def text_of(answer: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def edit(client: Client, edition: int, mode: str, expected: int, entity: str = "") -> Any:
    cell = {"process": "tresorerie", "milestone": "2027", "entity": entity}
    body = {"edits": [{**cell, "changes": {"mode": mode}, "expected": expected}]}
    return client.post(
        f"/editions/{edition}/saisie/cellules/",
        json.dumps(body),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def test_from_one_edition_in_force_to_the_next(adopted: Edition, people: Any) -> None:
    someone = people(adopted)
    chief, chamber, public = (
        someone.administrator.client,
        someone.nord.client,
        someone.anonymous.client,
    )
    # The administrator drafts the next edition; only the network sees it.
    made = chief.post(f"/editions/{adopted.pk}/edition-suivante/", {"title": "Révision"})
    draft = int(made["Location"].split("/")[2])
    assert chamber.get(f"/editions/{draft}/").status_code == 200
    assert public.get(f"/editions/{draft}/").status_code == 404
    # A chamber sets its own value, and not the network's.
    assert edit(chamber, draft, "C", 0, "nord").status_code == 200
    assert edit(chamber, draft, "C", 0).status_code == 403
    # Two administrators set one cell: the second is told, with both values.
    assert edit(chief, draft, "M", 0).status_code == 200
    told = edit(someone.finances.client, draft, "H", 0)
    assert told.status_code == 409
    assert "autre personne" in told.json()["detail"]
    assert told.json()["conflicts"][0]["mode"] == "M"
    # What changed can be read before deciding.
    compared = text_of(chief.get(f"/editions/{draft}/comparer/{adopted.pk}/"))
    assert "Trésorerie" in compared
    # Proposed, then adopted: sealed, public, and the former one is replaced.
    assert chief.post(f"/editions/{draft}/proposer/").status_code == 302
    assert edit(chief, draft, "A", 0).status_code == 409
    act = {"body": "Assemblée générale", "on": "2026-01-15", "act": "2026-07"}
    assert chief.post(f"/editions/{draft}/adopter/", act).status_code == 302
    sheet = public.get(f"/editions/{draft}/fiche/")
    assert sheet.status_code == 200
    seal = Edition.objects.get(pk=draft).seal
    assert seal[:12] in text_of(sheet)
    adopted.refresh_from_db()
    assert adopted.status == "superseded"
    # The file handed out verifies without the application, and the journal tells it all.
    file = public.get(f"/editions/{draft}/export.json").content
    assert canonical.verify(file).ok
    assert json.loads(file)["seal"]["value"] == seal
    told = text_of(chief.get("/reseaux/essai/journal/?verifier=1"))
    for act_told in (
        "Édition suivante préparée",
        "Cellules modifiées",
        "Édition adoptée et scellée",
    ):
        assert act_told in told
    assert verify(adopted.chain)[1] is None


def test_a_spreadsheet_goes_out_is_filled_and_comes_back(draft: Edition, people: Any) -> None:
    client = people(draft).finances.client
    template = client.get(f"/editions/{draft.pk}/export.xlsx").content
    book = load_workbook(io.BytesIO(template))
    sheet = book[SHEET]
    rows = list(sheet.iter_rows())
    header = next(i for i, row in enumerate(rows) if any(c.value == "Mode" for c in row))
    names = {str(c.value): c.column - 1 for c in rows[header] if c.value}
    for row in rows[header + 1 :]:
        if str(row[names["Mode"]].value)[:1] in ("A", "M"):
            row[names["Mode"]].value = "C"
    data = io.BytesIO()
    book.save(data)
    sent = client.post(
        f"/editions/{draft.pk}/importer/",
        {"file": SimpleUploadedFile("cellules.xlsx", data.getvalue())},
    )
    assert sent.status_code == 302, text_of(sent)
    before = set(Placement.objects.filter(edition=draft).values_list("pk", "mode"))
    review = client.get(sent["Location"])
    assert review.status_code == 200
    assert set(Placement.objects.filter(edition=draft).values_list("pk", "mode")) == before
    done = apply_import(client, sent["Location"])
    assert done.status_code == 302
    modes = Placement.objects.filter(edition=draft, process__code="achats")
    assert set(modes.values_list("mode", flat=True)) == {"C"}
    assert Event.objects.filter(verb="schemes.placement.placed").count() == 1


def test_a_spreadsheet_read_before_somebody_else_wrote_is_read_again(
    draft: Edition, people: Any
) -> None:
    someone = people(draft)
    client = someone.administrator.client
    table = client.get(f"/editions/{draft.pk}/export.csv").content
    url = client.post(
        f"/editions/{draft.pk}/importer/",
        {"file": SimpleUploadedFile("cellules.csv", table.replace(b";C;", b";H;"))},
    )["Location"]
    shown = shown_by_review(client, url)
    assert edit(someone.finances.client, draft.pk, "C", 0).status_code == 200
    again = client.post(url + "appliquer/", shown)
    assert again["Location"] == url
    assert "a changé" in text_of(client.get(url))


@pytest.mark.slow
def test_the_booklet_is_asked_for_followed_and_taken(
    adopted: Edition,
    people: Any,
    settings: Any,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    client = people(adopted).reader.client
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(f"/editions/{adopted.pk}/livret/", {"kind": "booklet_pdf"})
    assert asked.status_code == 302
    assert "Terminé" in text_of(client.get(asked["Location"]))
    taken = client.get(asked["Location"] + "fichier/")
    assert b"".join(taken.streaming_content).startswith(b"%PDF")


def test_a_new_editor_receives_an_account_signs_in_and_writes(
    draft: Edition, people: Any, mailoutbox: list[Any]
) -> None:
    chief = people(draft).installation.client
    given = {"email": "nouvelle@essai.test", "full_name": "Nouvelle Rédactrice"}
    account = chief.post("/administration/comptes/nouveau/", given)["Location"]
    nord = draft.scheme.network.entities.get(code="nord")
    mandate = {"role": "entity_editor", "network": draft.scheme.network_id, "entity": nord.pk}
    assert chief.post(account + "mandats/", mandate).status_code == 302
    newcomer = Client()
    newcomer.post("/mot-de-passe-oublie/", {"email": given["email"]})
    link = re.search(r"/mot-de-passe-oublie/\S+", mailoutbox[0].body)
    assert link
    form = newcomer.get(link.group(), follow=True)
    address = form.redirect_chain[-1][0]
    newcomer.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    signed = newcomer.post("/connexion/", {"login": given["email"], "password": PASSWORD})
    assert signed.status_code == 302
    assert edit(newcomer, draft.pk, "C", 0, "nord").status_code == 200
    assert edit(newcomer, draft.pk, "C", 0, "sud").status_code == 403


def test_a_network_is_not_told_of_its_neighbour(draft: Edition, people: Any) -> None:
    load(small_document("voisin", title="Secret du voisin"))
    client = people(draft).administrator.client
    seen = text_of(client.get("/recherche/?q=Secret")) + text_of(client.get("/?tous"))
    assert "Secret du voisin" not in seen
    assert client.get("/reseaux/voisin/").status_code == 404
    assert client.get("/reseaux/voisin/journal/").status_code == 404
    assert [e["network"] for e in client.get("/api/editions").json()] == ["essai"]


def test_the_shipped_scheme_is_public_once_imported(db: None, client: Client) -> None:
    call_command("scheme-import", "pays-de-la-loire-2017-2021", verbosity=0)
    edition = Edition.objects.get(status="adopted")
    assert "Pays de la Loire" in text_of(client.get("/"))
    for page in ("", "fiche/", "source/", "textes/", "?lecture=chambres", "?lecture=trajectoire"):
        assert client.get(f"/editions/{edition.pk}/{page}").status_code == 200
    for name in ("export.json", "export.xlsx", "export.csv", "cartographie.svg"):
        assert client.get(f"/editions/{edition.pk}/{name}").status_code == 200


def test_the_same_refusal_on_the_page_in_the_grid_and_in_the_api(
    draft: Edition, people: Callable[..., Any]
) -> None:
    reader = people(draft).reader.client
    cell = {"process": "tresorerie", "milestone": "2027", "entity": ""}
    body = json.dumps({"edits": [{**cell, "changes": {"mode": "C"}, "expected": 0}]})
    by_api = reader.post(
        f"/api/editions/{draft.pk}/placements", body, content_type="application/json"
    )
    by_grid = edit(reader, draft.pk, "C", 0)
    by_page = reader.post(
        f"/editions/{draft.pk}/saisie/tresorerie/2027/", {"mode": "C", "version": 0}
    )
    assert {by_api.status_code, by_grid.status_code, by_page.status_code} == {403}
    reason = by_api.json()["detail"]
    assert by_grid.json()["detail"] == reason
    assert reason in by_page.content.decode().replace("&#x27;", "'")


def test_a_reader_of_two_networks_chooses_one(draft: Edition) -> None:
    other = load(small_document("voisin"))
    someone = person("deux@essai.test", {"role": Role.READER, "network": draft.scheme.network})
    assert someone.client.get("/")["Location"] == "/reseaux/essai/ma-page/"
    someone.user.mandates.create(role="reader", network=other.scheme.network)
    assert someone.client.get("/").status_code == 200
