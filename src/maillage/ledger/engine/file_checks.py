"""What a file says of itself before its lines: its name, its closing date, its heading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.fec import VITAL, Heading, said_by, siren_hint
from maillage.ledger.engine.findings import Finding, Findings


def check_name(name: str, siren: str, closing: dt.date | None, findings: Findings) -> None:
    """The name of the file, against what was expected of it ("" and None: nothing was)."""
    said = said_by(name)
    if not said.official:
        findings.add(Finding("file.name", value=name))
    if said.closing is None and not said.given:
        return
    hint = siren_hint(said.given)
    if not said.siren:
        findings.add(Finding("siren.shape", value=said.given, detail=hint))
    elif hint:
        findings.add(Finding("siren.key", value=said.siren))
    if siren and said.siren and said.siren != siren:
        findings.add(Finding("siren.other", value=said.siren, detail=f"attendu {siren}"))
    if closing and said.closing and said.closing != closing:
        detail = f"attendu {closing:%d/%m/%Y}"
        findings.add(Finding("closing.other", value=f"{said.closing:%d/%m/%Y}", detail=detail))


def _date_of(digits: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def check_closing(said: str, closing: dt.date | None, findings: Findings) -> None:
    """The closing date an XML file gives, against the one of its name or expected."""
    given = _date_of(said)
    if given and closing and given != closing:
        detail = f"balise DateCloture, le nom dit {closing:%d/%m/%Y}"
        findings.add(Finding("closing.document", value=f"{given:%d/%m/%Y}", detail=detail))


SHOWN = 6
"""Names of columns told in one finding."""


def check_heading(form: Form, findings: Findings) -> None:
    """What is odd in the first line, each kind said once."""
    heading = form.heading
    for name in heading.missing:
        findings.add(Finding("header.missing" if name in VITAL else "header.absent", 1, name))
    if heading.unordered:
        findings.add(Finding("header.order", 1, _misplaced(heading)))
    for name in heading.twice:
        findings.add(Finding("header.twice", 1, name, detail="seul le premier est lu"))
    if heading.recased:
        findings.add(Finding("header.case", 1, detail=renamed(heading.recased)))
    if heading.quoted:
        findings.add(Finding("header.quoted", 1))


def renamed(names: Sequence[tuple[str, str]]) -> str:
    """`CompteAuxNum lu comme CompAuxNum`, for a few of them."""
    told = [f"{given} lu comme {official}" for given, official in names[:SHOWN]]
    more = len(names) - SHOWN
    return ", ".join(told) + (f" et {more} autres" if more > 0 else "")


def _misplaced(heading: Heading) -> str:
    """The first official column that does not stand where the article puts it."""
    return next(
        (name for rank, name in enumerate(heading.names) if heading.places.get(name, rank) != rank),
        "",
    )
