"""The cartography by chamber, at two scales, against its floors and the usual way."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Callable, Iterator

from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory

from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from tests.bench import baselines, data
from tests.bench.measure import Line, against, medians, seconds

GZIPPED = 100_000


def _edits(loaded: data.Loaded) -> Callable[[], None]:
    """Each call sets one cell through its action: whatever showed the edition is out of date."""
    cell = next(p for p in loaded.document.placements if not p.entity)
    turns = itertools.count(1)

    def edit() -> None:
        text = f"essai {next(turns)}"
        place_cells(
            loaded.edition,
            [CellEdit(cell.process, cell.milestone, "", {"source_basis": text})],
            actor=INSTALLATION,
        )

    return edit


def _server(client: Client, address: str) -> Callable[[], bytes]:
    """What a server does for one request of this reader: the WSGI application, called bare."""
    application = get_wsgi_application()
    client.get("/")  # a reader has the cookie of forms from their first page on
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    environ = RequestFactory().get(address, HTTP_COOKIE=cookies).environ

    def answer() -> bytes:
        seen: list[str] = []
        response = application(dict(environ), lambda status, headers: seen.append(status))
        body = b"".join(response)
        response.close()
        assert seen == ["200 OK"], seen
        return body

    return answer


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
    answer = _server(client, address)
    page = answer()
    joined = _check(page, loaded)
    sql, join, fresh, usual = medians(
        lambda: baselines.raw_sql(milestone.pk),
        joined.write,
        answer,
        lambda: baselines.orm_and_template(edition, milestone),
        before=_edits(loaded),
    )
    answer()
    (cached,) = medians(answer)
    what = "national page, 125 x 60 of 22 500 cells"
    yield against(what, fresh, "SQL + joins", sql + join, 2)
    yield Line("  of the floor: SQL, joins", f"{seconds(sql)}, {seconds(join)}")
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
    # What is adopted cannot be edited: a former version is what its readers never saw.
    (fresh,) = medians(_server(client, address), before=caches["pages"].clear)
    yield against("national page, adopted edition", fresh, "ORM + template", usual, 1 / 25)


def regional(client: Client) -> Iterator[Line]:
    """6 chambers x 60 processes x 3 milestones."""
    loaded = data.load(data.REGIONAL, "banc-regional")
    edition, milestone = loaded.edition, loaded.milestone
    address = f"/editions/{edition.pk}/?lecture=chambres"
    answer = _server(client, address)
    joined = _check(answer(), loaded)
    sql, join, fresh, usual = medians(
        lambda: baselines.raw_sql(milestone.pk),
        joined.write,
        answer,
        lambda: baselines.orm_and_template(edition, milestone),
        before=_edits(loaded),
        runs=31,
    )
    what = "regional page, 6 x 60 x 3"
    yield against(what, fresh, "ORM + template", usual, 1 / 8)
    yield Line("  of its floor: SQL, joins", f"{seconds(sql)}, {seconds(join)}")
