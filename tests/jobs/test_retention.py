"""What is kept a while is forgotten in its time, what proves something never, by one table."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from maillage.exchange.models import Document
from maillage.imports.models import PendingImport
from maillage.jobs import retention
from maillage.jobs.models import Mail, Sweep
from maillage.kernel.models import Event
from maillage.kernel.retention import Keeps, delays
from maillage.kernel.rooms import HOUSE
from maillage.ledger.jobs import note_digests
from maillage.ledger.models import BookFile, BookImport
from maillage.people.actions import erase_account
from maillage.people.actors import INSTALLATION
from maillage.people.models import User, Visit
from maillage.portal import standing
from maillage.registers.models import SavedView
from maillage.reports.models import Dossier
from maillage.schemes.models import Edition, SealedContent
from tests.builders import keep_books

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
TABLE = {line.name: line for line in delays()}


@pytest.fixture(autouse=True)
def _shared_cache(settings: LazySettings) -> None:
    """The cache of a real installation, which the tests keep in memory."""
    kept = {"BACKEND": "maillage.people.shared_cache.SharedCache", "LOCATION": "shared_cache"}
    settings.CACHES = {**settings.CACHES, "default": kept}
    call_command("createcachetable", verbosity=0)


def swept(after: dt.timedelta) -> dict[str, int]:
    return retention.sweep(HOUSE.keeps(), timezone.now() + after)


def rows_of(name: str) -> int | None:
    return next(line.rows for line in retention.kept(HOUSE.keeps()) if line.delay.name == name)


def session(edition: Edition) -> None:
    Session.objects.create(session_key="s", session_data="", expire_date=timezone.now())


def attempt(edition: Edition) -> None:
    caches["default"].set("essai", 1, timeout=1)


def visit(edition: Edition) -> None:
    user = User.objects.create_user("a@essai.test")
    Visit.objects.create(
        user=user, network=edition.scheme.network, before=1, last=1, at=timezone.now()
    )


def view(edition: Edition) -> None:
    owner = User.objects.create_user("b@essai.test")
    for name, shared in (("à moi", False), ("à tous", True)):
        SavedView.objects.create(
            network=edition.scheme.network, register="r", name=name, owner=owner, shared=shared
        )
    erase_account(owner, actor=INSTALLATION)


def waiting(edition: Edition) -> None:
    PendingImport.objects.create(flow="f", chain="c", subject="s", actor="a", rows=b"", seen=0)


def deposit(edition: Edition) -> None:
    BookImport.objects.create(network=edition.scheme.network)


def over(edition: Edition) -> None:
    BookImport.objects.create(network=edition.scheme.network, state="done")


def document(edition: Edition) -> None:
    made = Dossier.objects.create(
        edition=edition, kind="booklet_pdf", state="done", requested_by="user:1"
    )
    made.file.save(f"{made.pk}/livret.pdf", ContentFile(b"%PDF"))


def mail(edition: Edition) -> None:
    Mail.objects.create(subject="Refusé", words={}, next_at=None)


def task(edition: Edition) -> None:
    for status, ended in (("FAILED", timezone.now()), ("READY", None)):
        DBTaskResult.objects.create(
            id=uuid.uuid4(), status=status, finished_at=ended, args_kwargs={}, worker_ids=[],
            task_path="x", backend_name="default", run_after=get_date_max(),
        )  # fmt: skip


MAKES: dict[str, Callable[[Edition], None]] = {
    "people.sessions": session,
    "people.attempts": attempt,
    "people.visits": visit,
    "people.views": view,
    "imports.files": waiting,
    "ledger.deposits": deposit,
    "ledger.imports": over,
    "reports.documents": document,
    "jobs.tasks": task,
    "jobs.mails": mail,
}


def test_the_table_names_all_that_rooms_keep_and_nothing_else() -> None:
    declared = {one.name: one for one in HOUSE.keeps()}
    assert len(declared) == len(HOUSE.keeps())
    told = {name for name, line in TABLE.items() if line.told}
    assert set(declared) == TABLE.keys() - told
    assert {n for n, one in declared.items() if one.sweep} == set(MAKES)
    assert {n for n, line in TABLE.items() if line.days is not None} == set(MAKES)


@pytest.mark.parametrize("name", MAKES)
def test_it_is_kept_until_its_time_and_forgotten_after(draft: Edition, name: str) -> None:
    MAKES[name](draft)
    days = TABLE[name].days
    assert days is not None
    before = {line.delay.name: line.rows for line in retention.kept(HOUSE.keeps())}[name]
    assert name not in swept(days * DAY - HOUR)
    assert swept(days * DAY + HOUR)[name] == 1
    line = {line.delay.name: line for line in retention.kept(HOUSE.keeps())}[name]
    assert line.swept is not None and line.swept.gone == 1
    assert before is not None and line.rows == before - 1
    assert name not in swept(days * DAY + 2 * HOUR)
    assert Sweep.objects.get(name=name).gone == 1, "when nothing leaves, the last time is told"


def test_what_proves_something_is_there_two_hundred_years_later(adopted: Edition) -> None:
    network = adopted.scheme.network
    keep_books(network, "nord")
    Document.objects.create(
        network=network, title="t", filename="t", sha256="0" * 64, kind="text", size=1, pages=1
    )
    erase_account(User.objects.create_user("c@essai.test"), actor=INSTALLATION)
    for make in MAKES.values():
        make(adopted)
    kept = {model: model._base_manager.count() for model in apps.get_models()}
    for proof in (Event, SealedContent, BookFile, Document, User):
        assert kept[proof], proof
    swept(200 * 365 * DAY)
    now = {model: model._base_manager.count() for model in apps.get_models()}
    assert {model for model, rows in now.items() if rows < kept[model]} == {
        Session, Visit, SavedView, PendingImport, BookImport, Dossier, DBTaskResult, Mail
    }  # fmt: skip
    assert rows_of("people.attempts") == 0
    assert SavedView.objects.get().shared, "a network's view stays without its author"


def test_booklets_of_a_sealed_edition_stay_and_files_leave_with_their_rows(
    adopted: Edition,
    settings: LazySettings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    stored = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    place = {**stored, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    published = Dossier.objects.create(edition=adopted, kind="booklet_pdf", state="done")
    published.file.save(f"{published.pk}/livret.pdf", ContentFile(b"%PDF"))
    running = Dossier.objects.create(edition=adopted, kind="booklet_docx", state="running")
    document(adopted)
    (tmp_path / "documents" / "orphelin").mkdir()
    with django_capture_on_commit_callbacks(execute=True):
        swept(399 * DAY)
    assert len(list((tmp_path / "documents").iterdir())) == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert swept(401 * DAY)["reports.documents"] == 1
    assert [place.name for place in (tmp_path / "documents").iterdir()] == [str(published.pk)]
    assert set(Dossier.objects.all()) == {published, running}


def test_a_setting_changes_a_delay_for_those_that_have_one(
    draft: Edition, settings: LazySettings
) -> None:
    document(draft)
    settings.RETENTION = " reports.documents=7 , jobs.tasks=90"
    assert {line.name: line.days for line in delays(settings.RETENTION)}["jobs.tasks"] == 90
    assert swept(8 * DAY) == {"reports.documents": 1}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("kernel.journal=30", "n’a pas de délai"),
        ("people.sesions=30", "people.sessions"),
        ("jobs.tasks=0", "un nombre de jours"),
        ("jobs.tasks=un mois", "un nombre de jours"),
        ("jobs.tasks", "un nombre de jours"),
        ("jobs.tasks=99999999", "un nombre de jours"),
        ("jobs.tasks=²", "un nombre de jours"),
    ],
)
def test_a_setting_that_does_not_hold_is_told_and_nothing_is_forgotten(
    draft: Edition, settings: LazySettings, asked: str, why: str
) -> None:
    session(draft)
    settings.RETENTION = asked
    assert why in standing.faults(standing.TO_START)["réglages"]
    with pytest.raises(ValueError, match="RETENTION"):
        swept(5000 * DAY)
    assert Session.objects.exists()
    assert len(retention.kept(HOUSE.keeps())) == len(TABLE)


def test_one_that_fails_leaves_the_others_to_be_done(draft: Edition) -> None:
    def fails(before: dt.datetime) -> int:
        PendingImport.objects.all().delete()
        raise OSError("disque")

    waiting(draft)
    session(draft)
    declared = [
        Keeps("imports.files", PendingImport.objects.all, fails) if one.name == "imports.files"
        else one
        for one in HOUSE.keeps()
    ]  # fmt: skip
    with pytest.raises(RuntimeError, match=r"imports\.files \(disque\)"):
        retention.sweep(declared, timezone.now() + 2 * DAY)
    assert PendingImport.objects.exists() and not Session.objects.exists()


def test_administrators_of_the_installation_read_what_is_kept(draft: Edition, people: Any) -> None:
    someone: SimpleNamespace = people(draft)
    page = someone.installation.client.get("/administration/").content.decode()
    for line in TABLE.values():
        assert line.what in page
    assert "400 jours après leur demande" in re.sub(r"\s+", " ", page)
    told = someone.administrator.client.get("/administration/").content.decode()
    assert "combien de temps" not in told


def test_the_guide_gives_the_same_table() -> None:
    guide = Path(__file__).parents[2] / "docs" / "guide" / "installer-exploiter.md"
    rows = re.findall(r"^\| (.+?) \| (.+?) \| `([a-z]+\.[a-z]+)` \|$", guide.read_text(), re.M)
    assert [(what, name) for what, _, name in rows] == [(x.what, x.name) for x in TABLE.values()]
    for _, told, name in rows:
        line = TABLE[name]
        days = "toujours" if line.days is None else f"{line.days} jour{'s'[: line.days > 1]} après "
        assert told == (line.told or days + line.since)


def test_books_read_before_hashes_were_noted_have_theirs(draft: Edition) -> None:
    keep_books(draft.scheme.network, "nord")
    noted = BookFile.objects.get().digests
    BookFile.objects.update(digests={})
    assert noted and note_digests() == 1
    assert BookFile.objects.get().digests == noted
    assert note_digests() == 0


def test_the_whole_table_is_counted_in_two_queries(
    draft: Edition, django_assert_num_queries: Any
) -> None:
    waiting(draft)
    session(draft)
    attempt(draft)
    with django_assert_num_queries(2):
        rows = {line.delay.name: line.rows for line in retention.kept(HOUSE.keeps())}
    assert rows["imports.files"] == rows["people.sessions"] == rows["people.attempts"] == 1
    assert rows["kernel.journal"] == Event.objects.count() > 0
    assert rows["people.erased"] == rows["people.views"] == 0
