"""What the room of documents hands to the house."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from maillage.kernel.rooms import HOUSE
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
