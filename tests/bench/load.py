"""`python -m tests.bench.load`: many readers and one writer on a real server, for 20 seconds, then
the five main pages of a member, four seconds each.

The demonstration's data, two server processes, wrk's 16 connections on public pages, and a
person who edits cells of a draft over HTTP meanwhile. Prints errors, lost writes (every write
that was acknowledged is read again at the end) and the times below which 50 and 95 % came.
Exits with 1 where something failed or was lost.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

SECONDS = 20
CONNECTIONS = 16
PAUSE = 0.05
"""Seconds between two edits: some twenty a second, more than a whole network at work."""
WRITER = "directrice@demo.maillage"

MEMBER = "finances@demo.maillage"
EACH = 4
"""Seconds on each of the main pages: twenty for the five."""
MAIN = {
    "ma page": "/reseaux/%s/ma-page/",
    "cartographie": "/editions/%s/",
    "tableaux": "/reseaux/%s/finances/tableaux/",
    "bilan": "/reseaux/%s/finances/bilan/",
    "budgets": "/reseaux/%s/finances/budgets/",
}

SCRIPT = """\
local paths = { %s }
local headers = { ["Accept-Encoding"] = "gzip", ["Cookie"] = "%s" }
local turn = 0
request = function()
  turn = turn + 1
  return wrk.format("GET", paths[turn %% #paths + 1], headers)
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FIGURES %%d %%d %%d %%d %%d %%d %%.1f %%.1f %%.1f\\n",
    summary.requests, e.connect, e.read, e.write, e.timeout, e.status,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency.max / 1000))
end
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What wrk saw of some pages: answers a second, milliseconds, errors by kind."""

    rate: float
    median: float
    p95: float
    longest: float
    errors: dict[str, int]


class Session:
    """A browser's share of HTTP: cookies kept, the form's token sent back."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=30) as response:
            return str(response.read().decode())

    def post(self, path: str, body: bytes, kind: str) -> str:
        token = next((c.value or "" for c in self.jar if c.name == "csrftoken"), "")
        request = urllib.request.Request(
            self.base + path,
            body,
            {"Content-Type": kind, "X-CSRFToken": token, "Referer": self.base + path},
        )
        with self.opener.open(request, timeout=30) as response:
            return str(response.read().decode())

    def sign_in(self, email: str, password: str) -> None:
        self.get("/connexion/")
        fields = urllib.parse.urlencode({"login": email, "password": password}).encode()
        page = self.post("/connexion/", fields, "application/x-www-form-urlencoded")
        if 'action="/deconnexion/"' not in page:
            raise RuntimeError("the writer could not sign in")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(home: str) -> Iterator[str]:
    """The demonstration, prepared and served; its address."""
    port = _free_port()
    environment = os.environ | {"MAILLAGE_HOME": home, "PORT": str(port), "WORKERS": "2"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "maillage.portal.command"]
    subprocess.run(
        [*command, "demo", "--prepare-only"], env=environment, check=True, capture_output=True
    )
    log = Path(home) / "server.log"
    with log.open("wb") as output:
        child = subprocess.Popen([*command, "serve"], env=environment, stderr=output)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(base + "/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the server did not answer")
        yield base
    finally:
        child.terminate()
        child.wait(timeout=30)


def public_paths(base: str) -> list[str]:
    """Pages anyone may read: home, networks, each adopted edition's readings and one cell."""
    anonymous = Session(base)
    home = anonymous.get("/")
    paths = ["/", *sorted(set(re.findall(r'href="(/reseaux/[^"?#]+/)"', home)))[:3]]
    for number in range(1, 40):
        try:
            page = anonymous.get(f"/editions/{number}/")
        except urllib.error.HTTPError:
            continue
        edition = f"/editions/{number}/"
        paths += [edition, edition + "?lecture=chambres", edition + "?lecture=trajectoire"]
        cells = re.findall(r'href="(cellule/[^"]+)"', page)
        paths += [edition + cell for cell in cells[:1]]
    return paths


Cell = tuple[str, str]
"""A macro-process and a milestone, by their codes."""


def draft_cells(session: Session) -> tuple[str, dict[Cell, int]]:
    """The address of a draft this person may fill in, some of its network cells and the version
    of each."""
    for number in range(1, 40):
        try:
            page = session.get(f"/editions/{number}/saisie/")
        except urllib.error.HTTPError:
            continue
        cells = re.findall(r'data-p="([^"]+)" data-m="([^"]+)" data-v="(\d+)"\s+data-e=""', page)
        if cells:
            versions = {(process, milestone): int(v) for process, milestone, v in cells[:40]}
            return f"/editions/{number}/saisie/cellules/", versions
    raise RuntimeError("no draft to write in")


def write(session: Session, address: str, cell: Cell, versions: dict[Cell, int], text: str) -> bool:
    """Give a cell a source, upon the version one knows of it; whether it was acknowledged.

    Raises OSError where the server fails or does not answer. Where the cell moved, its version is
    known anew and nothing was acknowledged.
    """
    process, milestone = cell
    edit = {"process": process, "milestone": milestone, "expected": versions[cell],
            "changes": {"source_basis": text}}  # fmt: skip
    body = json.dumps({"edits": [edit]}).encode()
    try:
        answer = json.loads(session.post(address, body, "application/json"))
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise
        versions[cell] = json.loads(error.read())["conflicts"][0]["version"]
        return False
    versions[cell] = next(iter(answer["versions"].values()))
    return bool(answer["changed"] == 1)


def write_for(
    session: Session, address: str, versions: dict[Cell, int], until: float
) -> tuple[dict[Cell, str], list[float], list[str]]:
    """Edit cells in turn until the time comes; the last acknowledged source of each cell."""
    kept: dict[Cell, str] = {}
    times: list[float] = []
    errors: list[str] = []
    for turn, cell in enumerate(cycle(versions)):
        if time.monotonic() >= until:
            break
        text = f"essai de charge {turn}"
        started = time.monotonic()
        try:
            if write(session, address, cell, versions, text):
                kept[cell] = text
        except (OSError, ValueError) as error:
            errors.append(str(error))
        times.append(time.monotonic() - started)
        time.sleep(PAUSE)
    return kept, times, errors


def lost(session: Session, address: str, kept: dict[tuple[str, str], str]) -> int:
    """How many acknowledged writes the server no longer knows."""
    edition = address.removesuffix("saisie/cellules/")
    return sum(
        text not in session.get(f"{edition}cellule/{process}/{milestone}/")
        for (process, milestone), text in kept.items()
    )


def asked(home: str, base: str, paths: list[str], seconds: int, cookie: str = "") -> Asked:
    """wrk's connections on these pages for so long, once it ends."""
    script = Path(home) / "mixed.lua"
    script.write_text(SCRIPT % (", ".join(json.dumps(path) for path in paths), cookie))
    done = subprocess.run(
        ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s",
         "-s", str(script), base],
        stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + 60,
    )  # fmt: skip
    figures = re.search(r"FIGURES (.+)", done.stdout)
    if figures is None:
        raise RuntimeError(done.stdout)
    count, *failed, median, p95, longest = figures[1].split()
    kinds = ("connect", "read", "write", "timeout", "status")
    errors = {kind: int(number) for kind, number in zip(kinds, failed, strict=True)}
    return Asked(int(count) / seconds, float(median), float(p95), float(longest), errors)


def main_pages(home: str, base: str, password: str, edition: str) -> list[Asked]:
    """The pages a member opens most, one after the other, as that member; a line for each."""
    member = Session(base)
    member.sign_in(MEMBER, password)
    cookie = "; ".join(f"{held.name}={held.value}" for held in member.jar)
    network = re.findall(r'href="/reseaux/(fictif[^/"]+)/', member.get("/"))[0]
    found = []
    for name, address in MAIN.items():
        path = address % (edition if "editions" in address else network)
        member.get(path)  # the first reading makes what the others are served from
        one = asked(home, base, [path], EACH, cookie)
        print(f"{name:<13} {one.rate:6.0f}/s, median {one.median:.1f} ms, p95 {one.p95:.1f} ms, "
              f"longest {one.longest:.0f} ms, errors {sum(one.errors.values())}")  # fmt: skip
        found.append(one)
    return found


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)] * 1000 if times else 0.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="maillage-load-") as home, server(home) as base:
        paths = public_paths(base)
        password = (Path(home) / "mot-de-passe-demo.txt").read_text().strip()
        writer = Session(base)
        writer.sign_in(WRITER, password)
        address, versions = draft_cells(writer)
        with ThreadPoolExecutor(1) as beside:
            reading = beside.submit(asked, home, base, paths, SECONDS)
            kept, times, errors = write_for(writer, address, versions, time.monotonic() + SECONDS)
            read = reading.result()
        gone = lost(writer, address, kept)
        print(f"{len(paths)} public pages, {CONNECTIONS} connections, {SECONDS} s, 2 workers")
        print(f"reads   {read.rate:.0f}/s, median {read.median} ms, p95 {read.p95} ms, "
              f"longest {read.longest} ms")  # fmt: skip
        print("        errors: " + ", ".join(f"{kind} {n}" for kind, n in read.errors.items()))
        print(f"writes  {len(times)} on {len(kept)} cells, median {_at(times, 0.5):.1f} ms, "
              f"p95 {_at(times, 0.95):.1f} ms, errors {len(errors)}, lost {gone}")  # fmt: skip
        for error in errors[:3]:
            print("        " + error)
        print(f"five pages of a member, {CONNECTIONS} connections, {EACH} s each")
        edition = next(path for path in paths if re.fullmatch(r"/editions/\d+/", path))
        pages = main_pages(home, base, password, edition.split("/")[2])
    failed = any(sum(one.errors.values()) for one in (read, *pages))
    return int(failed or bool(errors) or gone > 0 or not kept)


if __name__ == "__main__":
    sys.exit(main())
