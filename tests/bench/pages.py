"""The cartography by chamber, at two scales, against its floors and the usual way."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from django.core.cache import caches
from django.test import Client

from tests.bench import baselines, data
from tests.bench.measure import Line, against, medians, seconds

GZIPPED = 100_000


def _clear() -> None:
    caches["pages"].clear()


def _page(client: Client, address: str, **headers: str) -> bytes:
    response = client.get(address, **headers)  # type: ignore[arg-type]
    assert response.status_code == 200, response.status_code
    return response.content


def _check(page: bytes, loaded: data.Loaded) -> baselines.Joined:
    """Every way gives the same table; without that no ratio would mean anything."""
    table = baselines.table_in(page.decode())
    usual = baselines.orm_and_template(loaded.edition, loaded.milestone)
    assert usual == table, "the ORM and template table differs from the page's"
    joined = baselines.Joined(table)
    assert joined.write() == table, "the joined table differs from the page's"
    return joined


def national(client: Client) -> Iterator[Line]:
    """125 chambers x 60 processes, one of three milestones shown."""
    loaded = data.load(data.NATIONAL, "banc-national")
    edition, milestone = loaded.edition, loaded.milestone
    address = f"/editions/{edition.pk}/?lecture=chambres"
    page = _page(client, address)
    joined = _check(page, loaded)
    sql, join, fresh, usual = medians(
        lambda: baselines.raw_sql(milestone.pk),
        joined.write,
        lambda: _page(client, address),
        lambda: baselines.orm_and_template(edition, milestone),
        before=_clear,
    )
    _page(client, address)
    (cached,) = medians(lambda: _page(client, address))
    what = "national page, 125 x 60 of 22 500 cells"
    yield against(what, fresh, "SQL + joins", sql + join, 2)
    yield Line("  of the floor: SQL, joins", f"{seconds(sql)}, {seconds(join)}")
    bare = fresh - cached
    ratio = f"{bare / (sql + join):.2f}"
    yield Line("  less its frame (session, rights, menus)", seconds(bare), "SQL + joins", ratio)
    yield against(what, fresh, "ORM + template", usual, 1 / 25)
    yield against("national page from its version cache", cached, "uncached page", fresh, 1 / 5)
    yield against("national page from its version cache", cached, "ORM + template", usual, 1 / 25)
    size = len(gzip.compress(page, 6))
    yield Line(
        "national page, gzipped", f"{size / 1000:.1f} kB", f"plain {len(page) / 1000:.0f} kB", "",
        f"< {GZIPPED // 1000} kB", size < GZIPPED,
    )  # fmt: skip
    yield from _adopted(client, usual)


def _adopted(client: Client, usual: float) -> Iterator[Line]:
    """The same page of an adopted edition, whose names come from what was sealed."""
    loaded = data.load(data.NATIONAL, "banc-adopte", adopted=True)
    address = f"/editions/{loaded.edition.pk}/?lecture=chambres"
    (fresh,) = medians(lambda: _page(client, address), before=_clear)
    yield against("national page, adopted edition", fresh, "ORM + template", usual, 1 / 25)


def regional(client: Client) -> Iterator[Line]:
    """6 chambers x 60 processes x 3 milestones."""
    loaded = data.load(data.REGIONAL, "banc-regional")
    edition, milestone = loaded.edition, loaded.milestone
    address = f"/editions/{edition.pk}/?lecture=chambres"
    joined = _check(_page(client, address), loaded)
    sql, join, fresh, usual = medians(
        lambda: baselines.raw_sql(milestone.pk),
        joined.write,
        lambda: _page(client, address),
        lambda: baselines.orm_and_template(edition, milestone),
        before=_clear,
        runs=31,
    )
    what = "regional page, 6 x 60 x 3"
    yield against(what, fresh, "ORM + template", usual, 1 / 8)
    yield Line("  of its floor: SQL, joins", f"{seconds(sql)}, {seconds(join)}")
