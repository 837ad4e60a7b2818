"""Where a consolidation runs: DuckDB in this process, or a Spark cluster reached by its address.

A cluster reads the store itself: its workers must see the same folders under the same paths.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from maillage.ledger.engine.duck import asking

DUCKDB = "duckdb"


def connect(address: str = DUCKDB) -> Any:
    """An Ibis backend. "duckdb", or a Spark master ("spark://host:7077", "local[2]").

    ValueError for another address; ImportError, saying what to install, without the extra
    `cluster`; what Spark raises where nobody answers.
    """
    if address == DUCKDB:
        import ibis

        return ibis.duckdb.from_connection(asking())
    if address.startswith(("spark://", "local")):
        return _spark(address)
    raise ValueError(f"« {address} » : « duckdb » ou « spark://hôte:port » attendu")


@lru_cache(maxsize=1)
def _spark(address: str) -> Any:
    """One session per process: starting one takes seconds."""
    try:
        import ibis
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ImportError("un moteur Spark demande l’extra « cluster » de maillage") from error
    builder = SparkSession.builder.master(address).appName("Maillage")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.ansi.enabled": "true",
    }.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())
