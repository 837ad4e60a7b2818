"""Depositing in tests: the small network whose chambers have a SIREN, files, and who sends them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.schemes.models import Edition
from tests.builders import CHAMBERS, books_of_chambers

HERE = "/reseaux/essai/finances/livres/"


def known_chambers(edition: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """The network, its chambers known by their SIREN, the people who act."""
    network = edition.scheme.network
    for chamber in CHAMBERS:
        network.entities.filter(code=chamber.code).update(siren=chamber.siren)
    return SimpleNamespace(network=network, **vars(people(edition)))


def upload(place: int, name: str = "", data: bytes | None = None) -> SimpleUploadedFile:
    """One of the generated books, under another name or with another content."""
    path = books_of_chambers().files[place]
    return SimpleUploadedFile(name or path.name, path.read_bytes() if data is None else data)


def shortened(place: int) -> bytes:
    """A generated book without its last lines."""
    return b"\r\n".join(upload(place).read().split(b"\r\n")[:-3]) + b"\r\n"


def send(world: Any, who: str, *files: Any, callbacks: Any = None, **options: Any) -> Any:
    """Post files as someone; what waits for the commit is done at once."""
    client = getattr(world, who).client
    with callbacks(execute=True):
        return client.post(HERE, {"files": list(files)}, **options)
