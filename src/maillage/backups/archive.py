"""The file of a backup: a tar of what an installation keeps, its manifest last, encrypted if asked.

Knows bytes, hashes and names; knows no database and no Django. Format `maillage-backup/1`: each
member named from the home, then `manifeste.json`, which gives the size and SHA-256 of every
member, and its own.
What is encrypted is an age file (age-encryption.org/v1).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyrage

from maillage.backups import Unusable
from maillage.kernel.full_disk import is_full

FORMAT = "maillage-backup/1"
MANIFEST = "manifeste.json"
AGE = b"age-encryption.org/v1"
MOST_MANIFEST = 500_000_000
"""Bytes of the largest manifest read."""
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file kept: its path from the home (posix), bytes and SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `journal`: the last number and hash of each chain when it began.

    `database`: "sqlite" or "postgresql"; `made_at`: ISO, UTC; `version`: the software's.
    """

    made_at: str
    version: str
    database: str
    journal: Mapping[str, tuple[int, str]]
    members: tuple[Member, ...] = ()
    format: str = FORMAT

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members)


class Hashed(io.RawIOBase):
    """A stream read once, whose hash is known at its end."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.digest, self.size = source, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


@dataclass
class Writing:
    """An archive being written. What is added twice is kept once."""

    tar: tarfile.TarFile
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, path: Path, name: str) -> Member | None:
        """Keep a file under a name; None where it is no longer there."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return None
        with source:
            info = tarfile.TarInfo(name)
            stat = os.fstat(source.fileno())
            info.size, info.mtime, info.mode = stat.st_size, int(stat.st_mtime), 0o600
            hashed = Hashed(source)
            self.tar.addfile(info, hashed)
        self.members[name] = Member(name, hashed.size, hashed.digest.hexdigest())
        return self.members[name]

    def end(self, manifest: Manifest) -> None:
        told = asdict(manifest)
        told["digest"] = digest_of(told)
        data = json.dumps(told, ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(data), 0o600
        self.tar.addfile(info, io.BytesIO(data))


def digest_of(told: Mapping[str, Any]) -> str:
    """The SHA-256 of what a manifest tells, as it is kept in it."""
    data = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()


def recipient(text: str) -> Any:
    """An age recipient ("age1…" or an SSH public key). Unusable where it is none."""
    try:
        kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
        return kind.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise Unusable(
            "clé publique illisible\u00a0: attendu «\u00a0age1…\u00a0» ou une clé SSH publique"
        ) from None


def identities(text: str) -> list[Any]:
    """The identities of a key file: age secret keys, one by line, or one SSH private key."""
    try:
        if "PRIVATE KEY" in text:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        found = [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise Unusable("fichier de clé illisible\u00a0: attendu une ligne AGE-SECRET-KEY-1…")
    return found


@contextmanager
def writing(target: Path, to: Any = None) -> Iterator[Writing]:
    """Write an archive, whole or not at all; `to`: whom it is encrypted for, None for nobody."""
    draft = target.with_name(f"{target.name}.partiel")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with _ciphered(out, to) as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
                yield Writing(tar)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
        _settle(target.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _ciphered(out: IO[bytes], to: Any) -> Iterator[IO[bytes]]:
    if to is None:
        yield out
        return
    with _piped(lambda source: pyrage.encrypt_io(source, out, [to]), "w") as plain:
        yield plain


@contextmanager
def _piped(work: Callable[[IO[bytes]], object], mode: str) -> Iterator[IO[bytes]]:
    """One end of a pipe whose other end is worked on beside; its failure is raised here.

    `mode` "w": what is written here is what `work` reads; "r": what `work` writes is read here.
    """
    mine, other = os.pipe() if mode == "r" else os.pipe()[::-1]
    failed: list[BaseException] = []

    def beside() -> None:
        with os.fdopen(other, "wb" if mode == "r" else "rb") as end:
            try:
                work(end)
            except BrokenPipeError:
                return
            except BaseException as error:
                failed.append(error)

    thread = threading.Thread(target=beside, daemon=True)
    thread.start()
    try:
        with os.fdopen(mine, "rb" if mode == "r" else "wb") as end:
            yield end
    except (BrokenPipeError, tarfile.TarError, Unusable):
        thread.join()
        if not failed:
            raise
    thread.join()
    if failed:
        raise failed[0]


def _settle(folder: Path) -> None:
    """Make a rename last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(AGE)) == AGE


def read(path: Path, into: Path | None, keys: list[Any] | None = None) -> Manifest:
    """Check every member against the manifest; write them under `into`, where it is given.

    Raises Unusable: not a backup, encrypted for somebody else, cut short, altered, or a member
    that its manifest does not name. What was written is then for the caller to throw away.
    """
    try:
        with path.open("rb") as file:
            if not is_encrypted(path):
                return _read(file, into)
            if not keys:
                raise Unusable("sauvegarde chiffrée\u00a0: donner le fichier de clé (--key)")
            with _piped(lambda end: pyrage.decrypt_io(file, end, keys), "r") as plain:
                return _read(plain, into)
    except pyrage.DecryptError:
        raise Unusable(
            "déchiffrement refusé\u00a0: cette clé n’est pas la sienne, ou le fichier est altéré"
        ) from None
    except (tarfile.TarError, EOFError) as error:
        raise Unusable(f"fichier illisible ou coupé ({error})") from None
    except OSError as error:
        if is_full(error):
            raise Unusable("plus de place pour ce que tient la sauvegarde") from None
        raise Unusable(f"{error.filename or path}\u00a0: {error.strerror or error}") from None


def _read(file: IO[bytes], into: Path | None) -> Manifest:
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    with tarfile.open(fileobj=file, mode="r|") as tar:
        for info in tar:
            # A sparse one is of any size for a few bytes.
            source = tar.extractfile(info) if info.isreg() and not info.issparse() else None
            if source is None or manifest is not None or info.name in found:
                raise Unusable(f"élément inattendu\u00a0: {info.name}")
            if info.name == MANIFEST:
                if info.size > MOST_MANIFEST:
                    raise Unusable("manifeste démesuré")
                manifest = _manifest(source.read())
            else:
                found[info.name] = _taken(source, info.name, into)
    while file.read(CHUNK):
        pass  # to the end: an encrypted file is only proved by its last block
    if manifest is None:
        raise Unusable("manifeste absent\u00a0: la sauvegarde est coupée, ou n’en est pas une")
    _compare(manifest, found)
    return manifest


def _taken(source: IO[bytes], name: str, into: Path | None) -> Member:
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or "\\" in name:
        raise Unusable(f"nom de fichier refusé\u00a0: {name}")
    hashed = Hashed(source)
    if into is None:
        while hashed.read(CHUNK):
            pass
    else:
        target = into / place
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while data := hashed.read(CHUNK):
                out.write(data)
    return Member(name, hashed.size, hashed.digest.hexdigest())


def _manifest(data: bytes) -> Manifest:
    try:
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise Unusable(f"format inconnu\u00a0: {told['format']}\u00a0; attendu {FORMAT}")
        if told.pop("digest") != digest_of(told):
            raise Unusable("manifeste altéré")
        told["members"] = tuple(Member(**member) for member in told["members"])
        told["journal"] = {chain: (int(n), str(h)) for chain, (n, h) in told["journal"].items()}
        return Manifest(**told)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unusable("manifeste illisible") from None


def _compare(manifest: Manifest, found: Mapping[str, Member]) -> None:
    told = {member.path: member for member in manifest.members}
    if absent := sorted(told.keys() - found.keys()):
        raise Unusable(f"fichier absent de la sauvegarde\u00a0: {absent[0]}")
    if added := sorted(found.keys() - told.keys()):
        raise Unusable(f"fichier que le manifeste ne nomme pas\u00a0: {added[0]}")
    for path, member in told.items():
        if found[path] != member:
            raise Unusable(f"fichier altéré\u00a0: {path}")
