"""Documents asked for, followed and fetched: who gets what, and where."""

from __future__ import annotations

from django.core.files.base import ContentFile

from maillage.reports.models import Dossier
from tests.architecture.answers import ALL, INSIDE, KEEPERS, NOT_SO, Rows, always
from tests.architecture.world import Given, World

#            nobody stranger reader chamber function admin install. foreign
KNOWN_IN = "    404    404    302    302     302    302    302    404"
KNOWN_DO = "    403    302    302    302     302    302    302    302"
JOB_DRAFT = "   404    404    200    200     200    200    200    404"
JOB_PUBLIC = "  404    200    200    200     200    200    200    200"
DROP_DRAFT = "  404    404    302    403     403    403    403    404"
DROP_PUBLIC = " 404    403    302    403     403    403    403    403"

TABLE: dict[str, Rows] = {
    "reports:assembly": always(INSIDE, KEEPERS),
    "reports:booklet": (INSIDE, ALL, KNOWN_IN, KNOWN_DO),
    "reports:dossier": (JOB_DRAFT, JOB_PUBLIC, NOT_SO, NOT_SO),
    "reports:dossier_cancel": (NOT_SO, NOT_SO, DROP_DRAFT, DROP_PUBLIC),
    "reports:dossier_file": (JOB_DRAFT, JOB_PUBLIC, NOT_SO, NOT_SO),
}


def furnish(world: World) -> Given:
    """A document of the reader's, done."""
    dossier = Dossier(
        edition=world.edition,
        kind="booklet_docx",
        state="done",
        requested_by=world.people.reader.actor.identity,
    )
    dossier.file.save("essai/livret.docx", ContentFile(b"document"), save=True)
    here = {"pk": dossier.pk}
    return Given(
        kwargs={
            "reports:booklet": {"pk": world.edition.pk},
            **dict.fromkeys(
                ("reports:dossier", "reports:dossier_cancel", "reports:dossier_file"), here
            ),
        },
        forms={
            "reports:booklet": {"kind": "booklet_docx"},
            "reports:assembly": {"t|60": "Moins d’achats."},
        },
    )
