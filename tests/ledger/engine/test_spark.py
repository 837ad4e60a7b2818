"""The same consolidation on a real Spark cluster, master and two workers: equal to the cent."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from maillage.ledger.engine import engines
from maillage.ledger.engine.consolidation import Book, consolidate
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import Mapping, Rule
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.perimeter import Perimeter
from tests.generated_books import SIX, generate_books

pytestmark = pytest.mark.deep

CODES = tuple(entity.code for entity in SIX)
PERIMETER = Perimeter(CODES, Partners.everywhere({code: code for code in CODES}))
JVM = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    # Short lives: compiling less takes half the time.
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alive(page: str) -> int:
    """How many workers the master counts."""
    try:
        with urllib.request.urlopen(f"{page}/json/", timeout=2) as answer:
            return int(json.load(answer)["aliveworkers"])
    except (OSError, ValueError, KeyError):
        return 0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a standalone master with two workers; all stopped at the end."""
    if not (shutil.which("java") and find_spec("pyspark")):
        message = "Java 17 or pyspark (extra `cluster`) is absent"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    import pyspark

    home, place = Path(pyspark.__file__).parent, tmp_path_factory.mktemp("spark")
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "PYSPARK_PYTHON": sys.executable,
        **JVM,
    }
    os.environ.update(JVM)
    port, page = _port(), _port()
    script = str(home / "bin" / "spark-class")
    master = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1"]
    commands = [[script, *master, "--port", str(port), "--webui-port", str(page)]]
    for rank in range(2):
        commands.append(
            [script, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1",
             "--memory", "1g", "--webui-port", str(_port()), "--work-dir", str(place / str(rank)),
             f"spark://127.0.0.1:{port}"]
        )  # fmt: skip
    log = (place / "log").open("wb")
    children = [
        subprocess.Popen(c, env=environment, stdout=log, stderr=log, start_new_session=True)
        for c in commands
    ]
    try:
        for _ in range(120):
            if _alive(f"http://127.0.0.1:{page}") == 2:
                break
            time.sleep(0.5)
        else:
            pytest.fail((place / "log").read_text()[-2000:])
        yield f"spark://127.0.0.1:{port}"
    finally:
        if engines._spark.cache_info().currsize:
            from pyspark.sql import SparkSession

            active = SparkSession.getActiveSession()
            if active is not None:
                active.stop()
            engines._spark.cache_clear()
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=30)


def test_a_cluster_gives_the_same_to_the_cent(cluster: str, tmp_path: Path) -> None:
    truth = generate_books(tmp_path / "fec", seed=8, lines=6_000)
    by_siren = {entity.siren: entity.code for entity in SIX}
    books = []
    for path in truth.files:
        ledger = read_ledger(path, store=tmp_path / "store")
        assert ledger.folder is not None
        books.append(Book(by_siren[ledger.siren], 2025, ledger.folder))
    rules = Mapping(tuple(Rule(a, r, exception=True) for a, r in truth.accounts.items()))
    here = consolidate(books, rules, PERIMETER)
    there = consolidate(books, rules, PERIMETER, address=cluster)
    assert there == here and here.lines


def test_another_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="duckdb"):
        engines.connect("mysql://x")
