"""What is of the whole house: who gets what, and where."""

from __future__ import annotations

from typing import Any

from django_tasks_db.models import DBTaskResult, get_date_max

from maillage.jobs.models import Mail
from maillage.jobs.rules import ASIDE
from maillage.network.actions import name_stamp
from maillage.portal.views.noun_import import NOUNS
from maillage.reports.models import Dossier
from tests.architecture.answers import ALL, NO_SUCH, NOT_SO, OURS, PLAIN, READ, SIGNED, Rows, always
from tests.architecture.world import Given, World
from tests.builders import waiting_file

#            nobody stranger reader chamber function admin install. foreign
CHIEFS = "      404    404    404    404     404    200    200    404"
CHIEFS_DO = "   404    404    404    404     404    302    302    404"
CHIEFS_BAD = "  404    404    404    404     404    422    422    404"
CHIEFS_MOVED = "404    404    404    404     404    409    409    404"
OWNER_MOVED = " 404    404    404    404     404    404    409    404"
SENDER = "      404    404    404    404     404    200    404    404"
SENDER_DOES = " 404    404    404    404     404    302    404    404"
ANY_CHIEF = "   404    404    404    404     404    200    200    200"
HELD = "        401    404    404    404     404    409    409    404"
OWNER = "       404    404    404    404     404    404    200    404"
OWNER_DOES = "  404    404    404    404     404    404    302    404"
KNOWN = "       404    200    200    200     200    200    200    200"
UNREADY = "     503    503    503    503     503    503    503    503"
HOME = "        200    200    302    302     302    302    200    302"

TABLE: dict[str, Rows] = {
    "portal:home": always(HOME, NOT_SO),
    "portal:live": PLAIN,
    "portal:ready": always(UNREADY, NOT_SO),
    "portal:measures": always(NO_SUCH, NOT_SO),
    "portal:anchors": always(NO_SUCH, NO_SUCH),
    "portal:search": PLAIN,
    "portal:news": PLAIN,
    "portal:help": PLAIN,
    "portal:accessibility": PLAIN,
    "portal:gallery": always(SIGNED, NOT_SO),
    "portal:journal": always(KNOWN, NOT_SO),
    "portal:administration": always(ANY_CHIEF, NOT_SO),
    "portal:work_restart": always(NOT_SO, OWNER_DOES),
    "portal:mails_resend": always(OWNER, OWNER_DOES),
    "portal:mails_drop": always(OWNER, OWNER_DOES),
    "portal:mail_resend": always(OWNER, OWNER_DOES),
    "portal:mail_drop": always(OWNER, OWNER_DOES),
    "portal:account_new": always(OWNER, OWNER_DOES),
    "portal:account": always(OWNER, OWNER_DOES),
    "portal:mandate_grant": always(NOT_SO, OWNER_DOES),
    "portal:mandate_end": always(NOT_SO, OWNER_DOES),
    "portal:erase": always(OWNER, OWNER_DOES),
    "portal:network_new": always(OWNER, OWNER_DOES),
    "portal:admin_network": always(CHIEFS, NOT_SO),
    "portal:noun_table": always(CHIEFS, CHIEFS_DO),
    "portal:noun_order_back": always(NOT_SO, CHIEFS_DO),
    "portal:noun_workbook": always(CHIEFS, NOT_SO),
    "portal:noun_import": always(CHIEFS, CHIEFS_BAD),
    "portal:noun_import_review": always(SENDER, NOT_SO),
    "portal:noun_import_apply": always(NOT_SO, SENDER_DOES),
    "portal:noun_removal": always(CHIEFS_DO, CHIEFS_DO),
    "portal:group_removal": always(CHIEFS_DO, CHIEFS_DO),
    "portal:network_name": (CHIEFS, CHIEFS, CHIEFS_DO, CHIEFS_MOVED),
    "portal:network_remove": always(OWNER, OWNER_MOVED),
    "portal:network_model": always(CHIEFS, CHIEFS),
    "portal:noun_new": always(CHIEFS, CHIEFS_DO),
    "portal:noun": always(CHIEFS, CHIEFS_DO),
    "portal:network": READ,
    "portal:mine": OURS,
    "portal:network_journal": OURS,
    "portal:function": READ,
    "portal:process": READ,
    "api:openapi-json": always(ALL, ALL),
    "api:api-root": always(NO_SUCH, NO_SUCH),
    "api:networks": PLAIN,
    "api:noun_removal": always(CHIEFS, HELD),
    "api:remove_noun": always(CHIEFS, HELD),
}


def set_aside(world: World) -> DBTaskResult[..., Any]:
    """The task of a document that killed its worker three times."""
    dossier = Dossier.objects.create(edition=world.edition, kind="booklet_docx", state="failed")
    return DBTaskResult.objects.create(
        status="FAILED",
        exception_class_path=ASIDE,
        args_kwargs={"args": [str(dossier.pk)], "kwargs": {}},
        task_path="maillage.reports.jobs.produce",
        worker_ids=["a", "b", "c"],
        backend_name="default",
        run_after=get_date_max(),
    )


def mail_aside() -> Mail:
    words = {"to": ["oubli@essai.test"], "subject": "Mot de passe", "body": "Lien"}
    refused = "ConnectionRefusedError\u00a0: [Errno 111] Connection refused"
    return Mail.objects.create(subject="Mot de passe", words=words, failure=refused, next_at=None)


def furnish(world: World) -> Given:
    target = {"pk": world.people.stranger.user.pk}
    chambers = {"kind": "chambres"}
    chief = world.people.administrator.actor
    mail = {"pk": mail_aside().pk}
    waiting = {"pending": waiting_file(NOUNS, world.edition.network, chief, []).pk}
    return Given(
        kwargs={
            "portal:work_restart": {"pk": set_aside(world).pk},
            "portal:mail_resend": mail,
            "portal:mail_drop": mail,
            "portal:account": target,
            "portal:mandate_grant": target,
            "portal:erase": target,
            "portal:mandate_end": {"pk": world.people.reader.user.mandates.first().pk},
            "portal:noun_new": chambers,
            "portal:noun_table": chambers,
            "portal:noun_order_back": chambers,
            "portal:noun_import_review": waiting,
            "portal:noun_import_apply": waiting,
            "portal:noun": {**chambers, "code": "nord"},
            "portal:noun_removal": chambers,
            "api:noun_removal": {"kind": "entity", "code": "nord"},
            "api:remove_noun": {"kind": "entity", "code": "nord"},
            "portal:function": {"code": "finances"},
            "portal:process": {"code": "achats"},
        },
        forms={
            "portal:network_new": {"code": "neuf", "name": "Réseau neuf"},
            "portal:network_name": {
                **{"name": "Réseau renommé", "seen": name_stamp(world.edition.network)},
            },
            "portal:network_remove": {"confirme": "oui", "pertes": "0"},
            "portal:account_new": {"email": "neuf@essai.test", "full_name": "Neuf"},
            "portal:account": {"full_name": "Autre nom", "is_active": "on"},
            "portal:mandate_grant": {"role": "administrator", "network": "*"},
            "portal:erase": {"confirme": "oui"},
            "portal:noun_new": {
                **{"code": "est", "name": "Est", "short_name": "Est", "kind": "territorial"},
            },
            "portal:noun": {
                **{"name": "Nord", "short_name": "N", "kind": "territorial", "position": 1},
            },
        },
    )
