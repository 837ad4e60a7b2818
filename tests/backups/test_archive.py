"""The file of a backup: what is put in comes out, and nothing altered, cut or added is taken."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.backups import Unusable, archive
from maillage.backups.archive import MANIFEST, Manifest, Member

FILES = {"livres/a/cube.parquet": b"cube" * 9000, "documents/ab/abc": b"", "base.sqlite3.gz": b"b"}


def _made(folder: Path, to: object = None) -> Path:
    target = folder / "maillage.tar"
    with archive.writing(target, to) as file:
        for name, data in FILES.items():
            place = folder / "home" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            file.add(place, name)
        members = tuple(file.members.values())
        heads = {"network:essai": (3, "ab" * 32)}
        file.end(Manifest("2030-01-01T02:00:00+00:00", "1", "sqlite", heads, members))
    return target


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(tmp_path_factory.mktemp("backup"))


@pytest.fixture(scope="module")
def identity() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


def test_what_is_kept_comes_back_whole(made: Path, tmp_path: Path) -> None:
    manifest = archive.read(made, tmp_path)
    assert manifest.journal == {"network:essai": (3, "ab" * 32)}
    assert manifest.size == sum(map(len, FILES.values()))
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == set(FILES)
    for name, data in FILES.items():
        assert (tmp_path / name).read_bytes() == data
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert made.stat().st_mode & 0o077 == 0


def test_a_file_gone_is_told_and_not_kept(tmp_path: Path) -> None:
    with archive.writing(tmp_path / "a.tar") as file:
        assert file.add(tmp_path / "absent", "absent") is None
        file.end(Manifest("", "", "sqlite", {}))
    assert archive.read(tmp_path / "a.tar", None).members == ()


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), archive.writing(tmp_path / "a.tar") as file:
        file.add(Path(__file__), "x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_encrypted_one_opens_for_its_key_alone(
    tmp_path: Path, identity: pyrage.x25519.Identity
) -> None:
    path = _made(tmp_path, archive.recipient(str(identity.to_public())))
    assert archive.is_encrypted(path) and b"cube" not in path.read_bytes()
    keys = archive.identities(f"# clé\n{identity}\n")
    assert len(archive.read(path, tmp_path / "out", keys).members) == 3
    with pytest.raises(Unusable, match="donner le fichier de clé"):
        archive.read(path, None)
    other = archive.identities(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(Unusable, match="déchiffrement refusé"):
        archive.read(path, None, other)


def test_keys_that_are_none_are_told() -> None:
    with pytest.raises(Unusable, match="clé publique illisible"):
        archive.recipient("age1rien")
    with pytest.raises(Unusable, match="fichier de clé illisible"):
        archive.identities("rien")


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_one_bit_turned_is_never_taken_for_the_same(made: Path, place: float, bit: int) -> None:
    data = bytearray(made.read_bytes())
    at = int(place * len(data))
    data[at] ^= 1 << bit
    altered = made.with_name("altered.tar")
    altered.write_bytes(data)
    try:
        manifest = archive.read(altered, None)
    except Unusable:
        return
    # What a tar does not use: padding, dates, owners. What is kept is the same to the byte.
    assert manifest == archive.read(made, None)


@given(left=st.floats(0, 1, exclude_max=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_one_cut_short_is_refused(
    made: Path, left: float, identity: pyrage.x25519.Identity
) -> None:
    cut = made.with_name("cut.tar")
    whole = made.read_bytes().rstrip(b"\0")
    cut.write_bytes(whole[: int(left * len(whole))])
    with pytest.raises(Unusable):
        archive.read(cut, None)


def _forged(path: Path, members: list[tuple[str, bytes]], told: dict[str, object]) -> Path:
    with tarfile.open(path, "w") as tar:
        whole = told | {"digest": archive.digest_of(told)}
        for name, data in [*members, (MANIFEST, json.dumps(whole).encode())]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


TOLD: dict[str, object] = {
    "made_at": "", "version": "", "database": "sqlite", "journal": {}, "members": [],
    "format": archive.FORMAT,
}  # fmt: skip


@pytest.mark.parametrize(
    ("members", "told", "reason"),
    [
        ([("../hors", b"x")], TOLD, "nom de fichier refusé"),
        ([("/hors", b"x")], TOLD, "nom de fichier refusé"),
        ([("livres/x", b"x")], TOLD, "que le manifeste ne nomme pas"),
        ([], TOLD | {"members": [{"path": "a", "size": 1, "sha256": "0"}]}, "absent"),
        ([("a", b"x")], TOLD | {"members": [{"path": "a", "size": 1, "sha256": "0"}]}, "altéré"),
        ([], TOLD | {"format": "autre/1"}, "format inconnu"),
        ([], {"format": archive.FORMAT}, "manifeste illisible"),
        ([], TOLD | {"members": 3}, "manifeste illisible"),
        ([(MANIFEST, b"{}")], TOLD, "manifeste illisible"),
    ],
)
def test_what_was_forged_is_refused(
    tmp_path: Path, members: list[tuple[str, bytes]], told: dict[str, object], reason: str
) -> None:
    with pytest.raises(Unusable, match=reason):
        archive.read(_forged(tmp_path / "a.tar", members, told), tmp_path / "out")
    assert not (tmp_path / "hors").exists()


def test_a_manifest_altered_is_refused(tmp_path: Path) -> None:
    forged = {"made_at": "2031", "digest": archive.digest_of(TOLD)}
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as tar:
        data = json.dumps(TOLD | forged).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    with pytest.raises(Unusable, match="manifeste altéré"):
        archive.read(path, None)


def test_a_link_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo("livres/lien")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(Unusable, match="inattendu"):
        archive.read(path, tmp_path / "out")


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    for data in (b"", b"x" * 5000, b"PK\x03\x04" + b"\0" * 2000):
        path.write_bytes(data)
        with pytest.raises(Unusable):
            archive.read(path, None)
    with pytest.raises(Unusable, match="No such file"):
        archive.read(tmp_path / "absent.tar", None)


def test_a_member_says_its_size_and_hash(made: Path) -> None:
    told = {member.path: member for member in archive.read(made, None).members}
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert told["documents/ab/abc"] == Member("documents/ab/abc", 0, empty)
