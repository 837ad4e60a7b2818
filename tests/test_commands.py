"""The `maillage` commands as an operator runs them: what they say, what they return."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from maillage.kernel.models import Event
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.portal.command import OF_FILES, READER_LEFT
from maillage.schemes.actions import CellEdit, draft_next_edition, place_cells
from maillage.schemes.engine import canonical
from maillage.schemes.models import Edition
from maillage.schemes.queries import file_of
from tests.installation import Installation, installation

REAL = "pays-de-la-loire-2017-2021"


def code_of(*arguments: str) -> int:
    """The exit code a command would return."""
    try:
        call_command(*arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    except CommandError as error:
        return error.returncode
    return 0


@pytest.fixture
def sealed(adopted: Edition, tmp_path: Path) -> Path:
    path = tmp_path / "edition.json"
    path.write_bytes(canonical.dumps_file(file_of(adopted)))
    return path


def test_a_shipped_scheme_is_imported_and_twice_changes_nothing(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of("scheme-import", REAL) == 0
    told = capsys.readouterr().out
    assert "(édition 1), 72 cellules, état « Remplacée »" in told
    assert "(édition 2), 113 cellules, état « Remplacée »" in told
    assert "(édition 3), 127 cellules, état « Adoptée »" in told
    events = Event.objects.count()
    assert code_of("scheme-import", REAL) == 0
    assert Event.objects.count() == events


def test_exporting_twice_gives_the_same_bytes(adopted: Edition, tmp_path: Path) -> None:
    one, two = tmp_path / "un.json", tmp_path / "deux.json"
    assert code_of("scheme-export", "essai/srom-essai/1", str(one)) == 0
    assert code_of("scheme-import", str(one)) == 0
    assert code_of("scheme-export", str(adopted.pk), str(two)) == 0
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(("suffix", "start"), [(".xlsx", b"PK"), (".csv", b"\xef\xbb\xbf")])
def test_tables_are_exported(adopted: Edition, tmp_path: Path, suffix: str, start: bytes) -> None:
    path = tmp_path / f"cellules{suffix}"
    assert code_of("scheme-export", str(adopted.pk), str(path)) == 0
    assert path.read_bytes().startswith(start)


WRONG_CALLS = [
    ("scheme-export", "999999"),
    ("scheme-export", "inconnu/srom/1"),
    ("scheme-export", "pas-une-edition"),
    ("scheme-import", "absent.json"),
    ("scheme-verify", "absent.json"),
    ("scheme-diff", "absent.json", "999999"),
    ("booklet", "999999", "livret.pdf"),
    ("booklet", "999999", "livret.odt"),
    ("journal-verify", "--chain", "network:inconnu"),
]


@pytest.mark.parametrize("call", WRONG_CALLS, ids=" ".join)
def test_a_wrong_call_returns_2(
    adopted: Edition, call: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert code_of(*call) == 2
    assert list(tmp_path.iterdir()) == []


def test_an_extension_that_is_not_foreseen_returns_2(adopted: Edition, tmp_path: Path) -> None:
    assert code_of("scheme-export", str(adopted.pk), str(tmp_path / "edition.ods")) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_seal_that_holds_returns_0_and_says_what_it_seals(
    sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = (
        "le sceau tient : contenu inchangé ; l’instance, la date et le numéro d’acte "
        "ne sont pas scellés"
    )
    assert code_of("scheme-verify", str(sealed)) == 0
    assert said in capsys.readouterr().out.replace("\u00a0", " ")
    data = json.loads(sealed.read_bytes())
    data["adoption"]["act"] = "2030-999"
    sealed.write_bytes(json.dumps(data).encode())
    assert code_of("scheme-verify", str(sealed)) == 0
    assert said in capsys.readouterr().out.replace("\u00a0", " ")
    guide = Path(__file__).parents[1] / "docs/formats.md"
    assert said in " ".join(guide.read_text("utf-8").split())


def test_a_demonstration_finds_its_port_taken_before_it_loads(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("HOST", "127.0.0.1")
        with pytest.raises(CommandError, match=f"le port {port} est déjà pris"):
            call_command("demo")
    assert not Network.objects.exists()


def _tamper(path: Path) -> None:
    data = json.loads(path.read_bytes())
    data["content"]["title"] = "Autre titre"
    path.write_bytes(json.dumps(data).encode())


def test_a_tampered_file_returns_1_and_is_not_imported(
    sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _tamper(sealed)
    events = Event.objects.count()
    assert code_of("scheme-verify", str(sealed)) == 1
    assert "ne tient pas" in capsys.readouterr().err
    assert code_of("scheme-import", str(sealed)) == 1
    assert Event.objects.count() == events


UNREADABLE = [b"", b"{", b"[]", b'{"format": "autre"}', b"\xff\xfe", b'{"version": 999}']


@pytest.mark.parametrize("data", UNREADABLE)
def test_a_file_that_is_not_one_changes_nothing(db: None, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "faux.json"
    path.write_bytes(data)
    for call in (("scheme-import",), ("scheme-verify",), ("scheme-diff", str(path))):
        assert code_of(*call, str(path)) == 2, "as the help of each says"
    assert not Network.objects.exists()


def test_comparing_says_whether_two_editions_differ(
    adopted: Edition, sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of("scheme-diff", str(sealed), str(adopted.pk)) == 0
    following = draft_next_edition(adopted, actor=INSTALLATION)
    edit = CellEdit("tresorerie", "2022", "", {"mode": "C"})
    place_cells(following, [edit], actor=INSTALLATION)
    capsys.readouterr()
    assert code_of("scheme-diff", str(adopted.pk), str(following.pk)) == 1
    said = capsys.readouterr().out
    assert "Trésorerie, 2022 (tresorerie · 2022)\n  Mode" in said
    assert "1 cellule diffère." in said.replace("\u00a0", " ")


@pytest.mark.parametrize("call", [("scheme-verify", "{sealed}"), ("help",)])
def test_a_reader_who_leaves_is_no_fault(sealed: Path, call: tuple[str, ...]) -> None:
    """What `| head` does: nobody reads any more, whatever is still to be written."""
    reads, writes = os.pipe()
    os.close(reads)
    asked = [word.format(sealed=sealed) for word in call]
    done = subprocess.run(
        [sys.executable, "-m", "maillage.portal.command", *asked],
        stdout=writes, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
    )  # fmt: skip
    os.close(writes)
    assert (done.returncode, done.stderr) == (READER_LEFT, "")


@pytest.mark.parametrize(("suffix", "start"), [(".pdf", b"%PDF"), (".docx", b"PK")])
def test_the_booklet_is_composed(
    adopted: Edition, tmp_path: Path, suffix: str, start: bytes
) -> None:
    path = tmp_path / f"livret{suffix}"
    assert code_of("booklet", "essai/srom-essai/1", str(path)) == 0
    assert path.read_bytes().startswith(start)


def test_the_journal_holds_then_a_tampered_row_is_named(
    adopted: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of("journal-verify") == 0
    assert "la chaîne tient" in capsys.readouterr().out
    with connection.cursor() as cursor:
        on = " ON kernel_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER event_no_update{on}")
        cursor.execute(
            "UPDATE kernel_event SET verb = 'autre' WHERE chain = 'network:essai' AND sequence = 1"
        )
    assert code_of("journal-verify") == 1
    assert "network:essai : rompue à l’événement 1" in capsys.readouterr().err


def test_generated_networks_are_the_same_for_a_seed(db: None) -> None:
    call = ("generate", "--seed", "7", "--networks", "2", "--entities", "8", "--processes", "6")
    assert code_of(*call) == 0
    assert Network.objects.filter(fictional=True).count() == 2
    events = Event.objects.count()
    assert code_of(*call) == 0
    assert Event.objects.count() == events


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("maison")) as made:
        yield made


@pytest.mark.slow
def test_from_one_installation_to_another_to_the_byte(house: Installation, tmp_path: Path) -> None:
    """Each edition in the format it was sealed in: the first that is replaced, the second."""
    key = "pays-de-la-loire/srom-2017-2021/"
    here = {number: tmp_path / f"ici-{number}.json" for number in "12"}
    there = {number: tmp_path / f"ailleurs-{number}.json" for number in "12"}
    exported = [("scheme-export", key + number, str(path)) for number, path in here.items()]
    for call in (("scheme-import", REAL), *exported):
        done = house.run(*call)
        assert done.returncode == 0, done.stderr
    with installation(tmp_path / "ailleurs") as elsewhere:
        for number, path in there.items():
            for call in (
                ("scheme-import", str(here[number])),
                ("scheme-export", key + number, str(path)),
                ("scheme-verify", str(path)),
                ("scheme-diff", str(here[number]), key + number),
                ("journal-verify",),
            ):
                done = elsewhere.run(*call)
                assert done.returncode == 0, (call, done.stdout, done.stderr)
    assert all(path.read_bytes() == there[number].read_bytes() for number, path in here.items())
    _tamper(there["2"])
    assert house.run("scheme-verify", str(there["2"])).returncode == 1


@pytest.mark.slow
def test_a_seal_is_verified_without_any_database(tmp_path: Path, sealed: Path) -> None:
    elsewhere = Installation(tmp_path / "vide", "postgres://personne@127.0.0.1:1/rien")
    done = elsewhere.run("scheme-verify", str(sealed))
    assert done.returncode == 0, done.stderr


BARE = """
import sys
from django.core.management import load_command_class
from maillage.portal.command import OF_FILES, READER_LEFT
for name in OF_FILES:
    load_command_class("maillage.portal", name)
print([name for name in sys.modules if name.startswith("maillage.") and ".models" in name])
"""


def test_commands_that_read_files_load_no_room(tmp_path: Path) -> None:
    house = Installation(tmp_path)
    house.environment["DJANGO_SETTINGS_MODULE"] = "maillage.config.settings.files"
    assert house.ask(BARE) == "[]"


@pytest.mark.parametrize("command", OF_FILES)
def test_a_command_that_reads_files_says_how_it_is_called(command: str, tmp_path: Path) -> None:
    done = Installation(tmp_path).run(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Codes de retour" in done.stdout
    assert Installation(tmp_path).run(command).returncode == 2
