"""Clients that are slow, silent or gone: they keep nobody waiting, and are left in the end."""

from __future__ import annotations

import asyncio
import http.client
import random
import socket
import statistics
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import LazySettings

from maillage.config.bodies import LEAST, AsItComes, Coming, Cut
from maillage.config.turns import Turns
from tests.installation import Installation, installation

T = TypeVar("T")
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
READ = "/editions/1/"


def run(told: Coroutine[Any, Any, T]) -> T:
    """Apart: a browser driven by the same process keeps a loop running in its thread."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, told).result()


async def sent(*pieces: bytes, every: float = 0.0) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(every)
        yield piece


def test_a_body_is_received_whole_and_no_further(settings: LazySettings) -> None:
    async def receive() -> tuple[bytes, bytes]:
        body = await Coming(sent(b"abc", b"def", b"next"), 5).whole()
        with body:
            return body.read(2), body.read()

    assert run(receive()) == (b"ab", b"cde")


def test_a_body_longer_than_memory_takes_comes_back_as_it_was(tmp_path: Path) -> None:
    pieces = [random.Random(1).randbytes(70_000) for _ in range(20)]

    async def receive() -> bytes:
        with await Coming(sent(*pieces), 1_400_000).whole() as body:
            return body.read()

    assert run(receive()) == b"".join(pieces)


def test_a_sender_that_goes_is_told_apart_from_one_that_is_silent(settings: LazySettings) -> None:
    settings.CLIENT_SILENCE = 0.2
    with pytest.raises(Cut):
        run(Coming(sent(b"abc"), 5).whole())
    with pytest.raises(TimeoutError):
        run(Coming(sent(b"a", b"b", every=5), 2).whole())


def test_a_byte_now_and_then_is_silence_and_a_slow_line_is_not(settings: LazySettings) -> None:
    settings.CLIENT_SILENCE = 0.3
    with pytest.raises(TimeoutError):
        run(Coming(sent(*[b"a"] * 50, every=0.05), 50).whole())
    pieces = [b"a" * LEAST] * 8
    began = time.monotonic()
    with run(Coming(sent(*pieces, every=0.1), 8 * LEAST).whole()) as body:
        assert len(body.read()) == 8 * LEAST
    assert time.monotonic() - began > 0.6, "twice what a silent one is left"


def test_a_body_is_read_in_a_thread_as_it_comes() -> None:
    async def read() -> bytes:
        coming = Coming(sent(b"a" * 200_000, b"b" * 100_000), 300_000)
        return await asyncio.to_thread(AsItComes(coming).read)

    assert run(read()) == b"a" * 200_000 + b"b" * 100_000


def test_turns_are_one_at_a_time_until_one_is_held_up() -> None:
    together, most, lock = 0, [0], threading.Lock()

    def short() -> None:
        nonlocal together
        with lock:
            together += 1
            most.append(together)
        time.sleep(0.001)
        with lock:
            together -= 1

    async def ask() -> tuple[float, float]:
        turns = Turns(4)
        await asyncio.gather(*[turns.take(short) for _ in range(50)])
        held = asyncio.ensure_future(turns.take(lambda: time.sleep(1.0)))
        began = time.monotonic()
        await asyncio.gather(*[turns.take(short) for _ in range(20)])
        beside = time.monotonic() - began
        await held
        return beside, max(most)

    beside, width = run(ask())
    assert beside < 0.9, "who waits is answered beside it"
    assert width <= 2


def test_no_more_turns_at_once_than_threads_and_an_error_comes_back() -> None:
    def broken() -> None:
        raise ValueError("essai")

    async def ask() -> float:
        turns = Turns(2)
        began = time.monotonic()
        await asyncio.gather(*[turns.take(lambda: time.sleep(0.2)) for _ in range(4)])
        taken = time.monotonic() - began
        with pytest.raises(ValueError, match="essai"):
            await turns.take(broken)
        assert await turns.take(lambda: "ensuite") == "ensuite"
        return taken

    assert run(ask()) >= 0.4


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, int]]:
    """A server that leaves in two seconds whoever says nothing, and its port."""
    with installation(tmp_path_factory.mktemp("slow")) as made:
        made.ask("""
from tests.builders import load, small_document
load(small_document(), adopted=True)
""")
        assert made.run("collectstatic", "--noinput").returncode == 0
        with made.served(CLIENT_SILENCE="2") as (_, port):
            yield made, port


def connected(port: int, said: bytes = b"", *, slow: bool = False) -> socket.socket:
    client = socket.socket()
    if slow:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.settimeout(20)
    client.connect(("127.0.0.1", port))
    client.sendall(said)
    return client


def asked(method: str, path: str, *headers: bytes) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n".encode()
    return head + b"".join(headers) + b"\r\n"


def read_pages(port: int, count: int) -> tuple[float, int]:
    """Seconds under which 95 % of pages came to somebody who reads, and how many did not."""
    times, failed = [], 0
    for _ in range(count):
        began = time.perf_counter()
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            client.request("GET", READ)
            answer = client.getresponse()
            failed += answer.status != 200 or not answer.read()
        except OSError:
            failed += 1
        finally:
            client.close()
        times.append(time.perf_counter() - began)
    return statistics.quantiles(times, n=20)[-1], failed


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.sqlite
def test_slow_and_silent_clients_keep_no_reader_waiting(
    served: tuple[Installation, int],
) -> None:
    _, port = served
    read_pages(port, 40)
    ratios, failed = [], 0
    for _ in range(3):
        alone, lost = read_pages(port, 100)
        held = asked("POST", "/connexion/", FORM, b"Content-Length: 1000\r\n") + b"login="
        large = asked("POST", "/connexion/", FORM, b"Content-Length: 9000000\r\n") + b"login="
        clients = [connected(port) for _ in range(64)]
        clients += [connected(port, said) for said in [held, large] * 8]
        clients += [connected(port, asked("GET", READ)[:-2]) for _ in range(4)]
        clients += [connected(port, asked("GET", READ) * 9, slow=True) for _ in range(4)]
        time.sleep(0.5)
        beside, more = read_pages(port, 100)
        failed += lost + more
        ratios.append(beside / alone)
        for client in clients:
            client.close()
    print(f"p95 beside slow clients / alone: {ratios}, failed {failed}")
    assert failed == 0
    assert min(ratios) < 2, ratios


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.sqlite
def test_who_says_nothing_is_left_and_who_speaks_slowly_is_heard(
    served: tuple[Installation, int],
) -> None:
    house, port = served
    silent = connected(port, asked("POST", "/connexion/", FORM, b"Content-Length: 9\r\n") + b"a")
    idle, beginning = connected(port), connected(port, b"GET / HT")
    gone = connected(port, asked("POST", "/connexion/", FORM, b"Content-Length: 9\r\n"))
    gone.close()
    assert silent.recv(500).startswith(b"HTTP/1.1 408 ")
    assert [silent.recv(500), idle.recv(500)] == [b"", b""], "and the line is closed"
    assert b" 200 " not in beginning.recv(500)
    cookie, token = house.ask("""
from django.conf import settings
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from maillage.network.models import Network
from tests.builders import _actors_of
client = _actors_of(Network.objects.get()).finances.client
request = RequestFactory().get("/")
token = get_token(request)
session, secret = client.cookies["sessionid"].value, request.META["CSRF_COOKIE"]
print(f"sessionid={session}; csrftoken={secret} {token}")
""").rsplit(" ", 1)
    heading = "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|"
    heading += "CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|"
    heading += "ValidDate|Montantdevise|Idevise\n"
    book = heading.encode() + b"x" * 21_000_000
    cut = b"--trait"
    named = b'Content-Disposition: form-data; name="%s"'
    before = b"\r\n".join(
        [cut, named % b"csrfmiddlewaretoken", b"", token.encode(), cut,
         named % b"files" + b'; filename="essai.txt"', b"", b""]
    )  # fmt: skip
    body = before + book + b"\r\n--trait--\r\n"
    head = asked(
        "POST", "/reseaux/essai/finances/livres/", b"Cookie: " + cookie.encode() + b"\r\n",
        b"Content-Type: multipart/form-data; boundary=trait\r\n",
        b"Content-Length: %d\r\n" % len(body),
    )  # fmt: skip
    began = time.monotonic()
    client = connected(port, head)
    for at in range(0, len(body), 1_000_000):
        client.sendall(body[at : at + 1_000_000])
        time.sleep(0.2)
    answer = client.recv(2000)
    assert time.monotonic() - began > 4, "twice what a silent one is left"
    assert answer.startswith(b"HTTP/1.1 302 "), answer
    kept = [path.read_bytes() for path in house.home.glob("livres/essai/depots/*/0")]
    assert [one == book for one in kept] == [True]
    cut_short = connected(port, head + body[:3_000_000])
    assert cut_short.recv(500).startswith((b"HTTP/1.1 403", b"HTTP/1.1 408")), "silent"
    assert len([*house.home.glob("livres/essai/depots/*")]) == 1
