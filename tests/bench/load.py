"""`python -m tests.bench.load`: many readers and one writer on a real server, for 20 seconds.

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
from contextlib import contextmanager
from pathlib import Path

SECONDS = 20
CONNECTIONS = 16
PAUSE = 0.05
"""Seconds between two edits: some twenty a second, more than a whole network at work."""
WRITER = "directrice@demo.maillage"

SCRIPT = """\
local paths = { %s }
local turn = 0
request = function()
  turn = turn + 1
  return wrk.format("GET", paths[turn %% #paths + 1], {["Accept-Encoding"] = "gzip"})
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FIGURES %%d %%d %%d %%d %%d %%d %%.1f %%.1f %%.1f\\n",
    summary.requests, e.connect, e.read, e.write, e.timeout, e.status,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency.max / 1000))
end
"""


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
        for _ in range(200):
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


def draft_cells(session: Session) -> tuple[str, list[tuple[str, str]]]:
    """The address of a draft this person may fill in, and some of its network cells."""
    for number in range(1, 40):
        try:
            page = session.get(f"/editions/{number}/saisie/")
            reading = session.get(f"/editions/{number}/")
        except urllib.error.HTTPError:
            continue
        cells = re.findall(r'href="cellule/([^/"]+)/([^/"]+)/"', reading)
        if cells and ' data-v="' in page:
            return f"/editions/{number}/saisie/cellules/", cells[:40]
    raise RuntimeError("no draft to write in")


def write_for(
    session: Session, address: str, cells: list[tuple[str, str]], until: float
) -> tuple[dict[tuple[str, str], str], list[float], list[str]]:
    """Edit cells in turn until the time comes; the last acknowledged source of each cell."""
    kept: dict[tuple[str, str], str] = {}
    times: list[float] = []
    errors: list[str] = []
    turn = 0
    while time.monotonic() < until:
        process, milestone = cells[turn % len(cells)]
        turn += 1
        text = f"essai de charge {turn}"
        edit = {"process": process, "milestone": milestone, "changes": {"source_basis": text}}
        started = time.monotonic()
        try:
            body = json.dumps({"edits": [edit]}).encode()
            answer = json.loads(session.post(address, body, "application/json"))
            if answer["changed"] == 1:
                kept[process, milestone] = text
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


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)] * 1000 if times else 0.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="maillage-load-") as home, server(home) as base:
        paths = public_paths(base)
        writer = Session(base)
        writer.sign_in(WRITER, (Path(home) / "mot-de-passe-demo.txt").read_text().strip())
        address, cells = draft_cells(writer)
        script = Path(home) / "mixed.lua"
        script.write_text(SCRIPT % ", ".join(json.dumps(path) for path in paths))
        wrk = subprocess.Popen(
            ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "10s",
             "-s", str(script), base],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        kept, times, errors = write_for(writer, address, cells, time.monotonic() + SECONDS)
        output = wrk.communicate(timeout=60)[0]
        gone = lost(writer, address, kept)
    figures = re.search(r"FIGURES (.+)", output)
    if figures is None:
        raise RuntimeError(output)
    count, *failed, median, p95, longest = figures[1].split()
    print(f"{len(paths)} public pages, {CONNECTIONS} connections, {SECONDS} s, 2 workers")
    print(f"reads   {count} ({int(count) / SECONDS:.0f}/s), median {median} ms, p95 {p95} ms, "
          f"longest {longest} ms")  # fmt: skip
    print("        errors: " + ", ".join(
        f"{name} {number}"
        for name, number in zip(("connect", "read", "write", "timeout", "status"), failed,
                                strict=True)
    ))  # fmt: skip
    print(f"writes  {len(times)} on {len(kept)} cells, median {_at(times, 0.5):.1f} ms, "
          f"p95 {_at(times, 0.95):.1f} ms, errors {len(errors)}, lost {gone}")  # fmt: skip
    for error in errors[:3]:
        print("        " + error)
    return int(any(int(number) for number in failed) or bool(errors) or gone > 0)


if __name__ == "__main__":
    sys.exit(main())
