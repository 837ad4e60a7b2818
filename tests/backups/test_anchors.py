"""The ends of the journal, mailed to people outside, who can prove later that nothing was cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from maillage.backups import Unusable, anchors
from maillage.backups.anchors import heads_kept, send_anchor
from maillage.backups.proofs import Proof, heads_proof, read_anchor
from maillage.jobs.recurring import run_due
from maillage.kernel.models import Event, append, heads
from maillage.kernel.rooms import HOUSE
from maillage.schemes.models import Edition
from tests.backups.test_keeping import CUT
from tests.installation import installation


def anchor_proof(path: Path) -> Proof:
    return heads_proof(read_anchor(path))


def anchor() -> list[Any]:
    return [work for work in HOUSE.recurring() if work.name == "backups.anchor"]


def test_nobody_is_written_to_where_the_settings_name_nobody(draft: Edition) -> None:
    assert send_anchor() == 0
    assert mail.outbox == []


def test_what_is_mailed_each_day_proves_the_journal(
    draft: Edition, settings: LazySettings, tmp_path: Path
) -> None:
    settings.ANCHOR_TO = ["notaire@essai.test", "voisin@essai.test"]
    assert run_due(anchor()) == ["backups.anchor"]
    assert run_due(anchor()) == [], "once a day"
    (sent,) = mail.outbox
    assert sent.to == settings.ANCHOR_TO and "ancre du journal" in sent.subject
    ((name, content, _kind),) = sent.attachments
    kept = tmp_path / name
    kept.write_text(str(content))
    assert "journal-verify --anchor ancre.json" in sent.body
    proof = anchor_proof(kept)
    assert proof.held == f"{len(heads())} chaînes" and proof.faults == []
    kept.write_text(str(content).replace('"network:essai": [\n   ', '"network:essai": [\n   9'))
    (fault,) = anchor_proof(kept).faults
    assert "n’est plus dans le journal" in fault


def test_administrators_read_whom_it_is_sent_to(
    draft: Edition, people: Any, settings: LazySettings
) -> None:
    client = people(draft).installation.client
    assert "n’est envoyée à personne" in client.get("/administration/").content.decode()
    settings.ANCHOR_TO = ["notaire@essai.test"]
    settings.BACKUP_FOLDER, settings.BACKUP_KEEP = "/sauvegardes", 14
    page = " ".join(client.get("/administration/").content.decode().split())
    assert "envoyée chaque jour à notaire@essai.test." in page
    assert "Une par jour dans /sauvegardes" in page and "les 14 dernières sont gardées" in page


THERE = "https://voisine.test/ancres/"
TOKEN = "0123456789abcdef" * 4
BEARER = {"authorization": f"Bearer {TOKEN}"}


def sent(client: Client, told: Any, token: str = TOKEN) -> Any:
    return client.post(
        "/ancres/", json.dumps(told), content_type="application/json",
        headers={"authorization": f"Bearer {token}", "accept": "application/json"},
    )  # fmt: skip


def ending(number: int, digest: str = "a") -> dict[str, Any]:
    return {"format": "maillage-anchor/1", "at": "", "heads": {"network:la": [number, digest * 64]}}


def kept_events() -> Any:
    return Event.objects.filter(verb="backups.anchor.kept")


def test_another_installation_keeps_an_end_once_a_day_and_refuses_a_shorter_one(
    db: None, client: Client, settings: LazySettings
) -> None:
    assert sent(client, ending(4)).status_code == 404, "where none is kept, nothing is there"
    settings.ANCHORS_FROM = {"laval": TOKEN, "vide": ""}
    assert client.get("/ancres/", headers=BEARER).json()["heads"] == {}
    assert sent(client, ending(4), "autre").status_code == 401
    assert sent(client, ending(4), "").status_code == 401
    assert sent(client, ending(4)).status_code == 204
    assert sent(client, ending(9)).status_code == 204
    assert [event.diff["heads"] for event in kept_events()] == [ending(4)["heads"]], "one a day"
    for told, reason in (
        (ending(3), "allait jusqu’à l’événement 4, elle s’arrête au 3"),
        (ending(4, "b"), "n’est plus celui qui fut gardé"),
        (ending(4) | {"heads": {}}, "elle s’arrête au 0"),
    ):
        refused = sent(client, told)
        assert refused.status_code == 409 and reason in refused.json()["detail"]
    assert client.get("/ancres/", headers=BEARER).json()["heads"] == ending(4)["heads"]
    assert kept_events().get().chain == "installation"


@pytest.mark.parametrize(
    "told",
    [
        *("", [], {"format": "maillage-anchor/1", "heads": 3}, ending(0), ending(-1)),
        *(ending(2**63), ending(1, "z"), ending(1) | {"heads": {"x" * 81: [1, "a" * 64]}}),
        *(ending(1) | {"heads": {"x": [True, "a" * 64]}}, ending(1) | {"heads": {"x": [1]}}),
    ],
)
def test_what_is_no_anchor_is_not_kept(
    db: None, client: Client, settings: LazySettings, told: Any
) -> None:
    settings.ANCHORS_FROM = {"laval": TOKEN}
    refused = sent(client, told)
    assert refused.status_code == 422 and "ce n’est pas une ancre" in refused.json()["detail"]
    assert not kept_events().exists()


def test_what_is_kept_there_is_looked_for_here_before_more_is_sent(
    draft: Edition, client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ANCHOR_TO, asked = [THERE], []
    known = {**ending(1), "heads": {}}

    def ask(address: str, body: bytes | None = None) -> bytes:
        asked.append(body)
        return json.dumps(known).encode()

    monkeypatch.setattr(anchors, "_ask", ask)
    assert send_anchor() == 1
    assert asked[0] is None and json.loads(asked[1] or b"")["heads"].keys() == heads().keys()
    number, digest = heads()["network:essai"]
    known["heads"] = {"network:essai": [number, digest]}
    append("network:essai", "", "network.function.saved", "essai:1", {})
    assert send_anchor() == 1 and heads_proof(heads_kept(THERE)).faults == []
    known["heads"] = {"network:essai": [number + 7, digest]}
    with pytest.raises(Unusable, match="un journal qui n’est plus celui-ci"):
        send_anchor()
    assert len(asked) == 6, "nothing is sent then"


def test_a_token_goes_nowhere_in_clear(settings: LazySettings) -> None:
    settings.ANCHOR_TOKEN = TOKEN
    with pytest.raises(Unusable, match="attendu une adresse https"):
        heads_kept("http://voisine.test/ancres/")
    with pytest.raises(Unusable, match="ne répond pas"):
        heads_kept("http://127.0.0.1:9/ancres/")


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.sqlite
def test_a_journal_cut_short_is_found_by_what_another_installation_kept(tmp_path: Path) -> None:
    send = "from maillage.backups.anchors import send_anchor\nprint(send_anchor())"
    with installation(tmp_path / "la") as there, installation(tmp_path / "ici") as here:
        here.ask("from tests.builders import load, small_document\nload(small_document())")
        with there.served(ANCHORS_FROM=f"ici={TOKEN}") as (_, port):
            address = f"http://127.0.0.1:{port}/ancres/"
            here.environment |= {"ANCHOR_TO": address, "ANCHOR_TOKEN": TOKEN}
            assert here.ask(send) == "1"
            assert here.run("journal-verify", "--anchor", address).returncode == 0
            here.ask(CUT)
            assert here.run("journal-verify").returncode == 0, "a chain without its end holds"
            for command in ("journal-verify", "verify"):
                told = here.run(command, "--anchor", address)
                assert told.returncode == 1 and "n’est plus dans le journal" in told.stderr
            refused = here.start(send)
            assert "un journal qui n’est plus celui-ci" in refused.communicate(timeout=60)[1]
            here.environment["ANCHOR_TOKEN"] = "autre"
            told = here.run("journal-verify", "--anchor", address)
            assert told.returncode == 1 and "refus 401" in told.stderr
        assert there.run("verify").returncode == 0
