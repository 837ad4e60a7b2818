"""The ends of the journal sent outside each day, to people and to installations that no one here
can make forget."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from maillage.backups import Unusable
from maillage.backups.proofs import anchored, heads_proof, heads_told, read_anchor
from maillage.backups.rules import Heads

logger = logging.getLogger(__name__)

FILE = "ancre.json"
TEXT = """\
La fin de chaque chaîne du journal de « {name} », le {day}, est dans le fichier joint.

La garder suffit. Elle montrera, si on le demande un jour, que ce journal n’a été ni coupé ni récrit
depuis :

    maillage journal-verify --anchor {file}
"""
MOST = 1_000_000
"""Bytes of the longest anchor, read or received."""
PATIENCE = 30
"""Seconds another installation is waited for."""
HERE = ("localhost", "127.0.0.1", "::1")
"""Hosts to which a token may go in clear."""


class _Straight(urllib.request.HTTPRedirectHandler):
    """A token is given to nobody but whom it is for."""

    def redirect_request(self, *_: Any) -> None:
        return None


def is_address(text: str) -> bool:
    """Whether it leads to another installation; a mailbox or a file otherwise."""
    return text.startswith(("https://", "http://"))


def send_anchor() -> int:
    """Give the ends of the journal to all those that the settings name. How many.

    Each is tried; then what the first of them refused is raised: the work is tried again, and its
    failure told. Unusable where another installation keeps an end that is no longer in the journal.
    """
    told = anchored()
    others = [one for one in settings.ANCHOR_TO if is_address(one)]
    people = [one for one in settings.ANCHOR_TO if not is_address(one)]
    works: list[Callable[[], object]] = [lambda: _mail(told, people)] if people else []
    works += [lambda one=one: hand_over(one, told) for one in others]  # type: ignore[misc]
    failed: list[Exception] = []
    for work in works:
        try:
            work()
        except Exception as error:
            logger.exception("anchor")
            failed.append(error)
    if failed:
        raise failed[0]
    return len(settings.ANCHOR_TO)


def _mail(told: Mapping[str, Any], people: list[str]) -> None:
    day = told["at"][:10]
    name = settings.INSTALLATION_NAME
    message = EmailMessage(
        f"{name}\u00a0: ancre du journal, {day}",
        TEXT.format(name=name, day=day, file=FILE),
        to=people,
    )
    data = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    message.attach(FILE, data, "application/json")
    message.send()


def hand_over(address: str, told: Mapping[str, Any]) -> None:
    """Have another installation keep the ends of this journal, once those it keeps are found in it.

    Unusable where one is not, where it does not answer, or where it refuses.
    """
    if faults := heads_proof(heads_kept(address)).faults:
        raise Unusable(f"{address} garde la fin d’un journal qui n’est plus celui-ci\u00a0: "
                       f"{faults[0]}")  # fmt: skip
    _ask(address, json.dumps(told).encode())


def heads_kept(given: str) -> Heads:
    """The ends that another installation keeps of this journal, or that a file keeps of it."""
    if not is_address(given):
        return read_anchor(Path(given))
    return heads_told(_ask(given), given)


def _ask(address: str, body: bytes | None = None) -> bytes:
    """What an installation answers whoever bears its token; `body`: what it is to keep."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in HERE:
        raise Unusable(f"{address}\u00a0: attendu une adresse https, le jeton y passerait en clair")
    headers = {
        "Authorization": f"Bearer {settings.ANCHOR_TOKEN}",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(address, body, headers)  # noqa: S310 (is_address)
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=PATIENCE) as answer:
            return bytes(answer.read(MOST + 1))
    except urllib.error.HTTPError as refused:
        with refused:
            raise Unusable(f"{address}\u00a0: {_reason(refused)}") from None
    except OSError as error:
        raise Unusable(f"{address} ne répond pas\u00a0: {error}") from None


def _reason(refused: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(refused.read(MOST))["detail"])
    except (ValueError, KeyError, TypeError):
        return f"refus {refused.code}"
