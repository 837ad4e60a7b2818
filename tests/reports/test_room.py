"""What the room of documents hands to the house."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.test import Client

from maillage.kernel.rooms import HOUSE
from maillage.reports.actions import publish_booklets, request_dossier
from maillage.reports.models import Dossier
from maillage.schemes.models import Edition


def test_the_documents_of_a_draft_are_told_before_it_is_deleted(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    who = people(draft)
    page = f"/editions/{draft.pk}/supprimer/"
    assert "Livret (PDF)" not in who.administrator.client.get(page).content.decode()
    dossier = Dossier.objects.create(edition=draft, kind=Dossier.Kind.BOOKLET_PDF)
    assert HOUSE.dependents(draft.subject) == (dossier.subject,)
    assert HOUSE.dependents(draft.scheme.network.subject) == ()
    assert "<li>Livret (PDF)" in who.administrator.client.get(page).content.decode()


def test_the_finances_lead_to_the_file_of_an_assembly(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    client = people(draft).reader.client
    page = client.get("/reseaux/essai/finances/").content.decode()
    assert 'href="/reseaux/essai/documents/assemblee/">Dossier d’assemblée</a>' in page
    there = client.get("/reseaux/essai/documents/assemblee/").content.decode()
    assert 'href="/reseaux/essai/finances/"' in there


def test_anybody_takes_the_booklets_of_a_sealed_edition_and_no_other(
    adopted: Edition,
    people: Callable[..., SimpleNamespace],
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = f"/editions/{adopted.pk}/livret/"
    assert "Il se compose" in client.get(page).content.decode()
    publish_booklets()
    made = Dossier.objects.filter(edition=adopted)
    assert sorted(made.values_list("kind", flat=True)) == ["booklet_docx", "booklet_pdf"]
    publish_booklets()
    assert made.count() == 2
    assert client.get(f"/documents/{made[0].pk}/").status_code == 404
    made.delete()
    with django_capture_on_commit_callbacks(execute=True):
        publish_booklets()
        asked = request_dossier(adopted, "booklet_pdf", actor=people(adopted).reader.actor)
    told = client.get(page).content.decode()
    for dossier in made.filter(requested_by=""):
        assert f"/documents/{dossier.pk}/fichier/" in told
        taken = client.get(f"/documents/{dossier.pk}/fichier/")
        assert b"".join(taken.streaming_content)[:2] in (b"%P", b"PK")
    assert told.count("/fichier/") == 2
    assert client.get(f"/documents/{asked.pk}/").status_code == 404
    assert str(asked.pk) not in told


def test_a_draft_has_no_public_booklet(draft: Edition) -> None:
    publish_booklets()
    assert not Dossier.objects.exists()
