"""Documents for property tests: small, valid, with everything a real edition may hold.

A document draws a few texts and says them again from field to field: a text of its own for each of
its hundred fields made drawing ten times longer than what was tested.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from hypothesis import strategies as st

from maillage.kernel.unprintable import UNDRAWN
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    EditionDocument,
    EditionFile,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    IntegrationOption,
    MilestoneDoc,
    MilestoneNature,
    NamedBy,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
    Provenance,
    SectionDoc,
    SectionKind,
    StatementDoc,
)
from maillage.schemes.engine.mode_details import MEMBERS, Details
from maillage.schemes.engine.partial_dates import Precision, placed

SIRENS = ("", "130022718", "732829320")
TYPED = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Cf", "Co", "Zl", "Zp"))
"""What may be typed: nothing that nobody sees."""
CHARACTERS = TYPED.filter(lambda c: not UNDRAWN.search(c)) | st.sampled_from('\n\té«» \\"<&')


def texts(minimum: int = 0, maximum: int = 12) -> st.SearchStrategy[str]:
    """Text in NFC without control characters."""
    return (
        st.text(CHARACTERS, min_size=minimum, max_size=maximum)
        .map(lambda text: unicodedata.normalize("NFC", text))
        .filter(lambda text: len(text) >= minimum)
    )


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
CODE = st.builds(
    "-".join,
    st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=2),
)


def codes(maximum: int) -> st.SearchStrategy[list[str]]:
    return st.lists(CODE, min_size=1, max_size=maximum, unique=True)


def said(
    words: list[str],
) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str]]:
    """One of these words; one or none."""
    return st.sampled_from(words), st.sampled_from(["", *words])


PROVENANCES = st.sampled_from(["", *(str(p) for p in Provenance)])
NAMED_BY = st.sampled_from(["", *(str(n) for n in NamedBy)])


@st.composite
def details(draw: st.DrawFn, words: list[str]) -> Details:
    """What every mode may be made of; the dates in order."""
    found: dict[str, Any] = {}
    for name, member in MEMBERS.items():
        if not draw(st.booleans()):
            continue
        if member.many:
            found[name] = tuple(draw(st.sets(st.sampled_from(sorted(member.choices or ())))))
        elif member.choices:
            found[name] = draw(st.sampled_from(sorted(member.choices)))
        elif member.dated:
            found[name] = {"start": "2017", "end": "2019-06"}[name]
        else:
            found[name] = draw(st.sampled_from(words))[: member.longest]
    return Details.of(found)


def rows(draw: st.DrawFn, codes: list[str], functions: list[str], words: list[str]) -> Any:
    """Macro-processes and missions, then actions under some of them."""
    word, perhaps = said(words)
    parents: list[ProcessDoc] = []
    for code in codes:
        kind = draw(st.sampled_from(ProcessKind)) if parents else ProcessKind.MISSION
        parent = draw(st.sampled_from(parents)) if kind == ProcessKind.ACTION else None
        row = ProcessDoc(
            code,
            parent.function if parent else draw(st.sampled_from(functions)),
            draw(word),
            draw(perhaps),
            draw(perhaps),
            draw(st.booleans()),
            draw(perhaps),
            kind,
            parent.code if parent else "",
            draw(NAMED_BY),
            draw(NAMED_BY),
        )
        yield row
        if parent is None:
            parents.append(row)


@st.composite
def placements(
    draw: st.DrawFn,
    processes: list[str],
    milestones: list[str],
    entities: list[str],
    words: list[str],
) -> tuple[PlacementDoc, ...]:
    """Cells with distinct keys, in any order; their fields hold together."""
    keys = st.tuples(
        st.sampled_from(processes), st.sampled_from(milestones), st.sampled_from(["", *entities])
    )
    cells = []
    _word, perhaps = said(words)
    for process, milestone, entity in draw(st.lists(keys, max_size=8, unique=True)):
        mode = draw(st.sampled_from("ACHMI?-"))
        others = "" if mode in "?-" else "ACHIM".replace(mode, "")
        extra = "".join(sorted(draw(st.sets(st.sampled_from(others)))) if others else [])
        option = ""
        if "I" in mode + extra:
            option = draw(st.sampled_from(["", *(str(o) for o in IntegrationOption)]))
        cells.append(
            PlacementDoc(
                process,
                milestone,
                entity,
                mode,
                extra,
                draw(st.sampled_from(["", *entities])),
                tuple(sorted(draw(st.sets(st.sampled_from(entities))))),
                option,
                *(draw(perhaps) for _ in range(4)),
                provenance="" if mode == "?" else draw(PROVENANCES),
                source_quote=draw(perhaps),
                details=draw(details(words)).under(mode, extra),
            )
        )
    return tuple(cells)


@st.composite
def documents(draw: st.DrawFn) -> EditionDocument:
    """A whole valid document, placements in any order."""
    words = draw(st.lists(texts(1), min_size=1, max_size=6))
    word, perhaps = said(words)
    entities, functions = draw(codes(4)), draw(codes(3))
    processes, milestones = draw(codes(5)), draw(codes(3))
    start = draw(st.integers(1990, 2090))
    days = draw(
        st.lists(st.dates(), min_size=len(milestones), max_size=len(milestones), unique=True)
    )
    return EditionDocument(
        network_code=draw(codes(1))[0],
        network_name=draw(word),
        fictional=draw(st.booleans()),
        scheme_code=draw(codes(1))[0],
        scheme_title=draw(word),
        start_year=start,
        end_year=start + draw(st.integers(0, 9)),
        number=draw(st.integers(1, 50)),
        title=draw(word),
        entities=tuple(
            EntityDoc(
                code,
                draw(word),
                draw(perhaps),
                draw(st.sampled_from(EntityKind)),
                draw(st.sampled_from(["", "44", "2A", "974"])),
                draw(st.sampled_from(SIRENS)),
            )
            for code in entities
        ),
        functions=tuple(FunctionDoc(code, draw(word), draw(perhaps)) for code in functions),
        processes=tuple(rows(draw, processes, functions, words)),
        milestones=tuple(
            MilestoneDoc(
                code,
                draw(word),
                placed(day, precision),
                draw(st.sampled_from(MilestoneNature)),
                precision,
            )
            for code, day, precision in zip(
                milestones, days, draw(st.permutations([*Precision])), strict=False
            )
        ),
        placements=draw(placements(processes, milestones, entities, words)),
        sections=tuple(
            SectionDoc(
                code,
                draw(st.sampled_from(SectionKind)),
                draw(word),
                draw(perhaps),
                draw(st.sampled_from(["", *functions])),
                draw(perhaps),
            )
            for code in draw(codes(2))
        ),
        statements=tuple(
            StatementDoc(
                code,
                draw(st.sampled_from(functions)),
                draw(word),
                draw(st.sampled_from(["", "M", "HM"])),
                draw(perhaps),
                draw(perhaps),
                draw(perhaps),
            )
            for code in draw(st.one_of(st.just([]), codes(2)))
        ),
    )


@st.composite
def edition_files(draw: st.DrawFn) -> EditionFile:
    """A file in any status, sealed where it is adopted."""
    from maillage.schemes.engine import canonical

    document = draw(documents())
    status = draw(st.sampled_from(["draft", "proposed", "adopted", "superseded"]))
    if status in ("draft", "proposed"):
        return EditionFile(document, status)
    taken_over = draw(st.booleans())
    on = draw(st.dates(max_value=dt.date(2090, 1, 1)))
    adoption = Adoption(
        draw(texts(0 if taken_over else 1)),
        None if taken_over else on,
        draw(texts()),
        taken_over,
        draw(texts()),
    )
    return EditionFile(document, status, adoption, canonical.seal(document))
