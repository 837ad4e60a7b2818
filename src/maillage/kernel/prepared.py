"""A query written once and asked many times, without being compiled again.

Compiling a queryset takes the ORM some five times longer than SQLite takes to answer it; the
queries every page asks are compiled once per database. Knows values by their type; knows no model.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row")

_MOST = 2**63 - 1
"""The greatest number a column holds: a greater one is that of no row."""
_FIRST_INTEGER = 2_000_000_011
_FIRST_DAY = dt.datetime(1871, 3, 18, tzinfo=dt.UTC)


class Prepared(Generic[Row]):
    """`build(*values)` returns a queryset; calling this with values asks it.

    Values are integers, texts, dates or aware datetimes, never None, and may only be compared
    with: what they are may not change the shape of the query. Answers with a list, of objects
    (related ones included where `build` selects them) or of tuples where it says `values_list`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self.compiled: dict[str, _Compiled] = {}

    def __call__(self, *values: Any) -> list[Row]:
        if any(isinstance(value, int) and abs(value) > _MOST for value in values):
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self.compiled.get(connection.vendor)
        if compiled is None:
            compiled = _Compiled(self.build, values, connection)
            self.compiled[connection.vendor] = compiled
        return list(compiled.ask(values, connection))


class _Compiled:
    """The text of a query for one kind of database, and where each value goes in it."""

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], values: Sequence[Any], connection: Any
    ) -> None:
        marks = [_mark(value, place) for place, value in enumerate(values)]
        queryset = build(*marks)
        self.makes_objects = queryset._iterable_class is ModelIterable
        self.compiler = queryset.query.get_compiler(using=connection.alias)
        self.sql, params = self.compiler.as_sql()
        columns = [column[0] for column in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)
        adapted = [_adapted(mark, connection) for mark in marks]
        self.params = [
            (adapted.index(param), type(param)) if param in adapted else (None, param)
            for param in params
        ]
        if {place for place, _ in self.params if place is not None} != set(range(len(marks))):
            raise ValueError("a prepared query does not use each of its values as they are")

    def ask(self, values: Sequence[Any], connection: Any) -> Iterable[Any]:
        given = [_adapted(value, connection) for value in values]
        params = tuple(
            what if place is None else _typed(given[place], what) for place, what in self.params
        )
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows: list[Any] = cursor.fetchall()
        if self.converters and rows:
            rows = self._converted(rows, connection)
        if self.makes_objects:
            return ModelIterable(_Answered(self.compiler, rows))  # type: ignore[arg-type]
        return rows

    def _converted(self, rows: list[Any], connection: Any) -> list[tuple[Any, ...]]:
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        return [tuple(row) for row in compiler.apply_converters(rows, self.converters)]


class _Answered:
    """What the ORM asks of a queryset and of its compiler to make objects out of rows."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: Any, rows: list[Any]) -> None:
        self.query = self
        self.rows = rows
        self.select = compiler.select
        self.klass_info = compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map

    def get_compiler(self, using: str) -> _Answered:
        return self

    def execute_sql(self, chunked_fetch: bool, chunk_size: int) -> list[Any]:
        return self.rows

    def results_iter(self, results: list[Any]) -> list[Any]:
        return results


def _mark(value: Any, place: int) -> Any:
    """A value of the same type that no query holds by chance."""
    if isinstance(value, dt.datetime):
        return _FIRST_DAY + dt.timedelta(days=place)
    if isinstance(value, dt.date):
        return (_FIRST_DAY + dt.timedelta(days=place)).date()
    if isinstance(value, int) and not isinstance(value, bool):
        return _FIRST_INTEGER + place
    if isinstance(value, str):
        return f"\ue000prepared:{place}"
    raise TypeError(f"a prepared query takes no {type(value).__name__}")


def _adapted(value: Any, connection: Any) -> Any:
    """The value as the database's driver takes it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    return value


def _typed(value: Any, wanted: type) -> Any:
    """Drivers mark integers by width with subclasses of int: the same subclass again."""
    return wanted(value) if issubclass(wanted, int) else value
