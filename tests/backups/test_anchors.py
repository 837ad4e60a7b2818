"""The ends of the journal, mailed to people outside, who can prove later that nothing was cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import LazySettings
from django.core import mail

from maillage.backups.anchors import send_anchor
from maillage.backups.proofs import anchor_proof
from maillage.jobs.recurring import run_due, timetable
from maillage.kernel.models import heads
from maillage.kernel.rooms import HOUSE
from maillage.schemes.models import Edition


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


def test_a_mail_refused_is_told_and_tried_again(draft: Edition, settings: LazySettings) -> None:
    settings.ANCHOR_TO = ["notaire@essai.test"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    run_due(anchor())
    (line,) = timetable(anchor())
    assert line.row is not None and "ConnectionRefusedError" in line.row.failure


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
