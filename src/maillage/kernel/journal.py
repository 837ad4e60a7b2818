"""The journal's arithmetic: how an event is hashed and how a chain is walked.

Pure: knows neither the database nor the people. A chain is sound when its sequences run
1, 2, 3… and each event carries the hash of the one before and its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One event as the chain sees it."""

    chain: str
    sequence: int
    at: dt.datetime
    actor: str
    verb: str
    subject: str
    diff: dict[str, Any]
    previous_hash: str
    hash: str = ""

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of all but the hash itself."""
        body = {
            "actor": self.actor,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "chain": self.chain,
            "diff": self.diff,
            "previous": self.previous_hash,
            "sequence": self.sequence,
            "subject": self.subject,
            "verb": self.verb,
        }
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """The first link that does not hold, and why (French)."""

    chain: str
    sequence: int
    reason: str


def first_break(links: Iterable[Link]) -> tuple[int, Break | None]:
    """Walk one chain in order; return how many links hold and the first that does not."""
    previous, expected = GENESIS, 1
    for link in links:
        reason = ""
        if link.sequence != expected:
            reason = f"événement {expected} absent (le suivant porte le numéro {link.sequence})"
        elif link.previous_hash != previous:
            reason = "l’empreinte précédente n’est pas celle de l’événement d’avant"
        elif link.digest() != link.hash:
            reason = "le contenu ne correspond plus à son empreinte"
        if reason:
            return expected - 1, Break(link.chain, link.sequence, reason)
        previous, expected = link.hash, expected + 1
    return expected - 1, None
