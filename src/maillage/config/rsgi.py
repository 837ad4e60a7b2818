"""The door through which the server calls Maillage: no thread waits for a slow client.

A request is received whole before its turn comes, and what a client is slow to read is handed to
it without a thread. A body larger than any page takes is read as it comes, by whoever may send it
and by nobody else, with threads of its own. See ADR 0060.
"""

from __future__ import annotations

import asyncio
import functools
import io
import logging
import sys
from typing import IO, Any

from django.conf import settings
from django.urls import resolve

from maillage.config.bodies import PIECE, AsItComes, Coming, Cut
from maillage.config.turns import Turns
from maillage.config.wsgi import application as wsgi
from maillage.ui.refusals import is_large, is_too_large

logger = logging.getLogger(__name__)

LONG = 4
"""Bodies read at once while they come, in each process."""
GATEWAY: dict[str, Any] = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
SILENT = "L’envoi s’est tu en chemin : rien n’a été changé.\n"
NO_ROOM = "Le serveur n’a plus de place pour recevoir l’envoi : rien n’a été changé.\n"
Answer = tuple[int, list[tuple[str, str]], Any]
"""Status, headers, then bytes, or an answer whose pieces are read one after another."""
resolve("/")  # every page is read in before the first visitor is let in
TURNS, LONG_TURNS = Turns(settings.THREADS), Turns(LONG)


async def application(scope: Any, client: Any) -> None:
    """One request. `scope` and `client`: of RSGI."""
    if scope.proto != "http":
        client.close(404)
        return
    turns = TURNS
    body: IO[bytes] | None = None
    try:
        length = _length(scope)
        if length:
            coming = Coming(aiter(client), length)
            if is_large(scope.path) and length > settings.UPLOAD_LIMIT:
                turns = LONG_TURNS
                body = io.BufferedReader(AsItComes(coming), PIECE)
            else:
                body = await coming.whole()
        given = body or io.BytesIO()
        told = await turns.take(functools.partial(_answered, scope, client, given))
        if told is not None:
            await _hand(client, *told, turns)
    except TimeoutError:
        logger.warning("silent: %s %s", scope.method, scope.path)
        _refuse(client, 408, SILENT)
    except Cut:
        logger.warning("cut: %s %s", scope.method, scope.path)
        _refuse(client, 400, SILENT)
    except OSError:
        logger.exception("not received: %s %s", scope.method, scope.path)
        _refuse(client, 507, NO_ROOM)
    finally:
        if body is not None:
            body.close()


def _length(scope: Any) -> int:
    """Bytes of the body to be received; 0 where there is none, or where it is refused unread."""
    given = scope.headers.get("content-length")
    if given is None or is_too_large(scope.path, given):
        return 0
    return int(given)


def _answered(scope: Any, client: Any, body: IO[bytes]) -> Answer | None:
    """What the pages answer, in a thread; None once a short answer is handed over."""
    told: list[Any] = []

    def start(*given: Any) -> Any:
        told.extend(given)

    answer: Any = wsgi(_environ(scope, body), start)
    status, headers = int(told[0][:3]), told[1]
    if answer.streaming:
        return status, headers, answer
    try:
        content = answer.content
        if len(content) > PIECE:
            return status, headers, content
        client.response_bytes(status, headers, content)
        return None
    finally:
        answer.close()


def _environ(scope: Any, body: IO[bytes]) -> dict[str, Any]:
    """The request as WSGI tells it. A header whose name has `_` passes for none that has `-`."""
    host, _, port = scope.server.rpartition(":")
    told = GATEWAY | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
    }
    for name, value in scope.headers.items():
        if "_" not in name:
            known = _key(name)
            joint = ";" if name == "cookie" else ","
            told[known] = f"{told[known]}{joint}{value}" if known in told else value
    return told


@functools.lru_cache(maxsize=256)
def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


async def _hand(
    client: Any, status: int, headers: list[tuple[str, str]], content: Any, turns: Turns
) -> None:
    """Hand a long answer over as it is read, or leave it where nobody reads it any more."""
    if isinstance(content, bytes):
        pieces = iter([content[at : at + PIECE] for at in range(0, len(content), PIECE)])
    else:
        pieces = iter(content)
    try:
        out = client.response_stream(status, headers)
        while piece := await turns.take(lambda: next(pieces, b"")):
            async with asyncio.timeout(settings.CLIENT_SILENCE):
                await out.send_bytes(piece)
    except TimeoutError:
        logger.warning("read no more")
    finally:
        if not isinstance(content, bytes):
            await turns.take(content.close)


def _refuse(client: Any, status: int, words: str) -> None:
    headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
    client.response_str(status, headers, words)
