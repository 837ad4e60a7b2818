"""What chambers say of each other, as tables and as lines of text: the same words whoever shows
them. Knows which rows, columns and words; refuses to know how they are written, and where an
amount leads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from maillage.kernel.money import NBSP, exact_euros
from maillage.kernel.period import french_date
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.control import Control, Remark
from maillage.ledger.engine.gap_causes import CAUSES, NONE, Cause, Causes, Stops, stop_of
from maillage.ledger.engine.reciprocity import NATURES, Reciprocity
from maillage.ledger.engine.scope import STATES, Source
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.tables import Link


def state_of(r: Reciprocity, causes: Causes, names: Mapping[str, str], stops: Stops) -> str:
    """Why two chambers do not say alike, in words; each cause with its amount where there are
    several."""
    told = [(_cause_words(r, cause, names, stops), cents) for cause, cents in causes]
    if len(told) < 2:
        return told[0][0] if told else CAUSES[""]
    return f"{NBSP}; ".join(f"{words}{NBSP}: {exact_euros(cents)}" for words, cents in told)


def _cause_words(r: Reciprocity, cause: Cause, names: Mapping[str, str], stops: Stops) -> str:
    end = stop_of(r, stops)
    if cause == "stopped" and end:
        return f"Livre de {names.get(end[0], end[0])} arrêté au {french_date(end[1])}"
    if lacking := {"missing": r.partner, "missing_own": r.entity}.get(cause):
        return f"Manque chez {names.get(lacking, lacking)}"
    return CAUSES[cause]


CONTROL = (
    *(Column("Chambre", width=26), Column("Chambre en face", width=26)),
    *(Column("Famille", width=32), Column("Nature", width=22), Column("Dit", "amount", 18)),
    *(Column("Répond", "amount", 18), Column("Écart", "amount", 18), Column("État", width=18)),
)


def control_table(
    pairs: Sequence[tuple[Reciprocity, Causes]],
    names: Mapping[str, str],
    filters: Sequence[str] = (),
    links: Sequence[tuple[str, str, str]] = (),
    stops: Stops = NONE,
) -> Table:
    """Products against charges, receivables against payables, by pair and family.

    `links`: for each, where the lines of one chamber, those of the other, and their pieces are.
    """
    rows: list[Sequence[Any]] = []
    gaps: dict[bool, int] = {}
    for place, (r, causes) in enumerate(pairs):
        is_result = r.nature == "result"
        gaps[is_result] = gaps.get(is_result, 0) + r.difference
        one, other = names.get(r.entity, r.entity), names.get(r.partner, r.partner)
        state = state_of(r, causes, names, stops)
        if links:
            one, other, state = map(Link, (one, other, state), links[place])
        told = (one, other, r.family.label, NATURES[r.nature])
        rows.append((*told, r.says, r.answers, r.difference, state))
    for is_result, words in ((True, "charges et produits"), (False, "créances et dettes")):
        if is_result in gaps:
            label = f"Écarts d’élimination, {words}"
            rows.append(Sum((label, "", "", "", None, None, gaps[is_result], "")))
    return Table("Contrôle des éliminations", CONTROL, rows, filters)


REMARKS = (
    *(Column("Chambre", width=26), Column("Chambre en face", width=26), Column("Compte")),
    *(Column("Intitulé", width=44), Column("Débit", "amount", 18), Column("Crédit", "amount", 18)),
    *(Column("Solde", "amount", 18), Column("Constat", width=60)),
)


def remarks_table(
    remarks: Iterable[Remark],
    chart: Chart,
    names: Mapping[str, str],
    filters: Sequence[str] = (),
    link: Callable[[Remark], str] | None = None,
) -> Table:
    """What is between chambers and stays in the accounts, with its amount."""
    rows = []
    for r in remarks:
        account = Link(r.account, link(r)) if link else r.account
        one, other = names.get(r.entity, r.entity), ", ".join(names.get(c, c) for c in r.faced)
        told = (one, other, account, chart.name_of(r.account))
        rows.append((*told, r.debit, r.credit, r.cents, r.what[:1].upper() + r.what[1:]))
    return Table("Entre chambres, non éliminé", REMARKS, rows, filters)


SCOPE = (
    *(Column("Chambre", width=30), Column("Livre", width=36), Column("Clôture", "date", 12)),
    *(Column("État", width=16), Column("Lignes", "number"), Column("Débit", "amount", 18)),
    *(Column("Crédit", "amount", 18), Column("Lignes non comptées", "number", 14)),
)


def scope_table(sources: Iterable[Source], filters: Sequence[str] = ()) -> Table:
    """Every chamber expected, its book, and whether it is in the figures."""
    rows = [
        (s.name, s.origin, s.closing, STATES[s.state],
         *((None, None, None, None) if s.state == "absent" else
           (s.lines, s.debit, s.credit, s.missing)))
        for s in sources
    ]  # fmt: skip
    return Table("Périmètre", SCOPE, rows, filters)


# -- as lines of text ------------------------------------------------------------------------------


def control_lines(control: Control, names: Mapping[str, str], stops: Stops) -> list[str]:
    """Gaps, the largest first, what is left, then what agrees."""
    return [*_disputed(control, names, stops), *_remarked(control), *_agreed(control)]


def compared_words(control: Control) -> str:
    """How many pairs are compared and differ; what could not be compared is never left unsaid."""
    told = [f"Réciprocités : {len(control.pairs)}"]
    if control.different or not control.remarks:
        told.append(f"dont {control.different} en écart")
    if control.remarks:
        many = ("montant entre chambres non éliminé", "montants entre chambres non éliminés")
        told.append(f"{len(control.remarks)} {many[len(control.remarks) > 1]}")
    return ", ".join(told) + "."


def _remarked(control: Control) -> Iterator[str]:
    for r in control.remarks:
        faced = f" et {', '.join(r.faced)}" if r.faced else ""
        yield f"{r.entity}{faced}, compte {r.account} : {r.what} ({exact_euros(r.cents)})"


def _disputed(control: Control, names: Mapping[str, str], stops: Stops) -> Iterator[str]:
    """The pairs that do not say alike, the largest gap first, in the words of the pages."""
    for r, causes in sorted(control.compared, key=lambda held: -abs(held[0].difference)):
        if causes:
            both = f"dit {exact_euros(r.says)}, répond {exact_euros(r.answers)}"
            one, other = names.get(r.entity, r.entity), names.get(r.partner, r.partner)
            named = f"{one} et {other}, {r.family.label}, {NATURES[r.nature].lower()}"
            why = state_of(r, causes, names, stops)
            yield f"{named} : {both}, écart {exact_euros(r.difference)}. {why}"


def _agreed(control: Control) -> Iterator[str]:
    for r, cause in control.pairs:
        if not cause:
            both = f"{exact_euros(r.says)} et {exact_euros(r.answers)}"
            named = f"{r.family.label}, {NATURES[r.nature].lower()}"
            yield f"{r.entity} et {r.partner}, {named} : {both}, éliminés"
