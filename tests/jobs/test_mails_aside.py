"""What no longer leaves by itself: sent again or dropped by an act; what waited in a backup that is
put back is among it."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from maillage.jobs import outbox
from maillage.jobs.actions import drop_mails, resend_mails
from maillage.jobs.models import Mail
from maillage.jobs.outbox import deliver, mark_restored
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import INSTALLATION

pytestmark = pytest.mark.django_db
TO, HERE = "oubli@essai.test", "/administration/courriels/"


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND, settings.HOME = "maillage.jobs.outbox.Outbox", tmp_path
    return tmp_path


def written(subject: str, *, aside: bool = True) -> Mail:
    mail.EmailMessage(subject, "Un lien", to=[TO]).send()
    row = Mail.objects.get(subject=subject)
    if aside:
        row.failure, row.next_at, row.attempts = "Refusé", None, 8
        row.save()
    return row


def shown(client: Client, address: str) -> dict[str, str]:
    page = client.get(address).content.decode()
    stamp = re.search(r'name="montre" value="([0-9a-f]+)"', page)
    assert stamp
    return {"montre": stamp[1], "confirme": "oui"}


def test_one_is_sent_again_and_told(who: SimpleNamespace) -> None:
    client = who.installation.client
    one, other = written("Un"), written("Deux")
    page = client.get("/administration/").content.decode()
    assert f"{HERE}{one.pk}/renvoyer/" in page and "Renvoyer les 2 mis de côté" in page
    address = f"{HERE}{one.pk}/renvoyer/"
    answer = client.post(address, shown(client, address), follow=True)
    assert "1\xa0courriel renvoyé" in answer.content.decode()
    assert (deliver(), [sent.subject for sent in mail.outbox]) == (1, ["Un"])
    assert list(Mail.objects.all()) == [other]
    event = Event.objects.get(verb="jobs.mails.resent")
    assert (event.chain, event.actor) == ("installation", who.installation.user.identity)
    assert TO not in str(event.diff) and event.diff == {"mails": 1}
    assert client.get(address).status_code == 404


def test_all_are_dropped_by_one_act(who: SimpleNamespace) -> None:
    client, address = who.installation.client, f"{HERE}abandonner/"
    written("Un"), written("Deux"), written("Trois", aside=False)
    assert "Trois" not in client.get(address).content.decode()
    assert client.post(address, shown(client, address)).status_code == 302
    assert [row.subject for row in Mail.objects.all()] == ["Trois"]
    assert Event.objects.get(verb="jobs.mails.dropped").diff == {"mails": 2}


def test_what_was_set_aside_meanwhile_is_shown_first(who: SimpleNamespace) -> None:
    client, address = who.installation.client, f"{HERE}renvoyer/"
    written("Un")
    sent = shown(client, address)
    written("Deux")
    answer = client.post(address, sent)
    assert answer.status_code == 409 and "Deux" in answer.content.decode()
    assert outbox.set_aside().count() == 2 and deliver() == 0
    assert client.post(address, {"confirme": "oui"}).status_code == 409, "what was shown is said"


def test_one_that_left_is_neither_sent_twice_nor_dropped() -> None:
    key = written("Un").pk
    assert resend_mails(None, [key], actor=INSTALLATION) == 1
    for settle in (resend_mails, drop_mails):
        for keys in ([key], [key, uuid.uuid4()], []):
            with pytest.raises(Refusal) as refused:
                settle(None, keys, actor=INSTALLATION)
            assert refused.value.denied.status == 409
    assert (deliver(), len(mail.outbox)) == (1, 1)


def test_whoever_administers_a_network_alone_settles_none(who: SimpleNamespace) -> None:
    key = written("Un").pk
    for settle in (resend_mails, drop_mails):
        with pytest.raises(Refusal) as refused:
            settle(None, [key], actor=who.administrator.actor)
        assert refused.value.denied.status == 403
    for page in ("renvoyer/", "abandonner/", f"{key}/renvoyer/"):
        assert who.administrator.client.get(HERE + page).status_code == 404
        assert who.administrator.client.post(HERE + page, {"confirme": "oui"}).status_code == 404


def test_what_waited_in_a_home_put_back_leaves_by_an_act_alone(
    home: Path, who: SimpleNamespace
) -> None:
    waited = written("D’avant", aside=False)
    mark_restored()
    assert (deliver(), mail.outbox) == (0, [])
    written("D’après", aside=False)
    assert (deliver(), [sent.subject for sent in mail.outbox]) == (1, ["D’après"])
    waited.refresh_from_db()
    assert waited.next_at is None and "a été restaurée" in waited.failure
    assert list(home.iterdir()) == [], "held once, not what waits later"
    assert "peut-être déjà parti" in who.installation.client.get("/administration/").text
    resend_mails(None, [waited.pk], actor=INSTALLATION)
    assert (deliver(), outbox.hold_restored()) == (1, 0)
