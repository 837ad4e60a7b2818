"""A database copied while it is written to, and put back; both kinds.

SQLite: one snapshot through its own copying, compressed. PostgreSQL: `pg_dump` and `pg_restore`, as
its own tools do, of at least the server's version.
"""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from maillage.backups import Unusable
from maillage.kernel.full_disk import is_full

SQLITE, POSTGRESQL = "sqlite", "postgresql"
COPY = "base.sqlite3.gz"
DUMP = "base.dump"
PAGES_AT_ONCE = -1
"""The whole file under one reading: writers go on beside, in the write-ahead log."""
NETWORK_NAMES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}


def kind_of(settings: Mapping[str, Any]) -> str:
    return SQLITE if "sqlite3" in settings["ENGINE"] else POSTGRESQL


@contextmanager
def snapshot(settings: Mapping[str, Any], folder: Path) -> Iterator[Path]:
    """A consistent copy of the database as it stands now, in `folder`, gone afterwards.

    Its name is the one it has in a backup. Raises Unusable where the database refuses.
    """
    target = folder / (COPY if kind_of(settings) == SQLITE else DUMP)
    try:
        if kind_of(settings) == SQLITE:
            _copy(Path(settings["NAME"]), target)
        else:
            database = f"--dbname={settings['NAME']}"
            to = ("--format=custom", "--no-owner", f"--file={target}")
            _run_tool("pg_dump", settings, database, *to)
        yield target
    finally:
        target.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    plain = target.with_suffix("")
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)) as live,
            closing(sqlite3.connect(plain)) as copy,
        ):
            live.backup(copy, pages=PAGES_AT_ONCE)
            copy.execute("PRAGMA journal_mode=DELETE")
        with plain.open("rb") as whole, gzip.open(target, "wb", compresslevel=3) as packed:
            shutil.copyfileobj(whole, packed, 1 << 20)
    except sqlite3.Error as error:
        if is_full(error):
            raise OSError(errno.ENOSPC, "No space left on device") from None
        raise Unusable(f"la base ne se laisse pas copier\u00a0: {error}") from None
    finally:
        plain.unlink(missing_ok=True)


def refuse_other(settings: Mapping[str, Any], source: Path) -> None:
    """Raise Unusable where a copy is of the other kind of database."""
    kind = SQLITE if source.name == COPY else POSTGRESQL
    if kind != kind_of(settings):
        words = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}
        raise Unusable(
            f"la sauvegarde est celle d’une base {words[kind]}, cette installation a une base "
            f"{words[kind_of(settings)]}\u00a0: la restaurer avec le DATABASE_URL qui convient"
        )


def opened(source: Path) -> Path:
    """What `put_back` takes of a copy, beside it. Unusable where it is not a database, or is one
    that is damaged; OSError where it does not fit."""
    if source.name == DUMP:
        _run_tool("pg_restore", {}, "--list", source)
        return source
    target = source.with_suffix("")
    try:
        with (
            gzip.open(source) as packed,
            os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as whole,
        ):
            shutil.copyfileobj(packed, whole, 1 << 20)
            whole.flush()
            os.fsync(whole.fileno())
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as base:
            told = base.execute("PRAGMA quick_check(1)").fetchone()[0]
            tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except (gzip.BadGzipFile, EOFError, zlib.error, sqlite3.DatabaseError) as error:
        told, tables = str(error), 0
    if told != "ok" or not tables:
        raise Unusable(f"la base que tient la sauvegarde n’en est pas une ({told})")
    return target


def put_back(settings: Mapping[str, Any], source: Path) -> None:
    """Fill an empty database from what was `opened` of a copy. Unusable where it refuses."""
    if kind_of(settings) == SQLITE:
        source.replace(settings["NAME"])
        return
    database = f"--dbname={settings['NAME']}"
    _run_tool("pg_restore", settings, database, "--no-owner", "--single-transaction", source)


def _run_tool(tool: str, settings: Mapping[str, Any], *arguments: str | Path) -> None:
    """Run a tool of PostgreSQL; the password of its database never stands in its arguments."""
    found = shutil.which(tool)
    if found is None:
        raise Unusable(f"{tool} est introuvable\u00a0: installer postgresql-client")
    given = {name: str(settings.get(key) or "") for key, name in NETWORK_NAMES.items()}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    done = subprocess.run(
        [found, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["refus sans motif"]
        raise Unusable(f"{tool}\u00a0: {lines[0]}")


def fault_of(settings: Mapping[str, Any], run: Any) -> str:
    """What the database says is wrong with itself, "" where nothing is; `run` executes a query.

    PostgreSQL checks its own pages; a connection that answers is all that is asked of it here.
    """
    if kind_of(settings) == POSTGRESQL:
        run("SELECT 1")
        return ""
    told = [str(row[0]) for row in run("PRAGMA integrity_check(5)")]
    if told != ["ok"]:
        return told[0]
    orphans = run("PRAGMA foreign_key_check")
    return f"une ligne de {orphans[0][0]} cite une ligne absente" if orphans else ""


def is_filled(settings: Mapping[str, Any]) -> bool:
    """Whether the database holds any table."""
    if kind_of(settings) == SQLITE:
        place = Path(settings["NAME"])
        return place.exists() and place.stat().st_size > 0
    from django.db import connection

    return bool(connection.introspection.table_names())
