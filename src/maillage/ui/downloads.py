"""A file to take away: its name, its kind, its bytes. A table in the kinds the house writes."""

from __future__ import annotations

from pathlib import PurePath

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import slugify

from maillage.sheets import writing


def attachment(data: bytes | str, kind: str, name: str) -> HttpResponse:
    """The file under `name`, whose stem is made fit for every disk: letters, digits, dashes."""
    path = PurePath(name)
    named = f"{slugify(path.stem)}{path.suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    return HttpResponse(data, content_type=kind, headers=headers)


def exported(table: writing.Table, extension: str) -> HttpResponse:
    """The table as a file named by its title; 404 for a kind of file nobody writes."""
    name = f"{slugify(table.title)}.{extension}"
    if extension == "xlsx":
        return attachment(writing.to_xlsx(table, timezone.localdate()), writing.XLSX, name)
    if extension == "csv":
        return attachment(writing.to_csv(table), writing.CSV, name)
    if extension == "json":
        return attachment(writing.to_json(table), writing.JSON, name)
    raise Http404
