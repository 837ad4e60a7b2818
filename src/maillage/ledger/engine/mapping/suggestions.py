"""Common accounts to propose for a local account, by its number, its label and the known rules.

A number of the former chart is first carried over to the present one (`bridges`). Nothing goes to
exceptional accounts unasked. Deterministic: integers only, ties settled by the number. Refuses to
decide: a person does.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from maillage.ledger.engine.chart import Account, Chart
from maillage.ledger.engine.mapping.bridges import EXCEPTIONAL, Bridge, Bridges, shipped_bridges
from maillage.ledger.engine.mapping.rules import Mapping, Rule

LEAST_SCORE = 25
BRIDGED = {"text": 98, "choice": 84, "unsure": 70}
"""Of 100, how far a bridge is to be trusted, by its certainty; its other targets, ten less."""
_NUMBER_WEIGHT = 60  # of 100; the label has the rest
_KNOWN_WEIGHT = 20  # added where another rule already sends the beginning of the number there
_EMPTY_WORDS = frozenset(
    ("a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les")
) | {"ou", "par", "pour", "sur"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`score`: 0 to 100, of no meaning but to rank; `why`: French, for the person who decides."""

    target: str
    score: int
    why: str


def suggest(
    local_number: str,
    local_label: str,
    chart: Chart,
    known: Mapping,
    limit: int = 5,
    *,
    bridges: Bridges | None = None,
) -> tuple[Suggestion, ...]:
    """The `limit` best targets for a local account, best first; none where nothing is alike.

    A bridge of the former chart, where one holds, comes first, and the account that only bears the
    same number is left out. A number that changed its meaning is told.

    Number: longest common beginning, trailing zeros ignored, two digits at least. Label: words
    shared, accents, case and plurals ignored. `known`: rules of any chamber whose prefix begins
    the number. Classes alone ("6") are never proposed.
    """
    number, held = local_number.strip(), bridges or shipped_bridges()
    bridge, warned = held.of(number, local_label), held.meaning(number)
    nearest = chart.nearest(number)
    deepest = len(nearest.number) if nearest else 0
    words, rules = _words(local_label), _known_rules(number, known)
    ranked = _bridged(bridge, chart)
    for account in chart:
        if len(account.number) < 2 or _is_left_out(account.number, number, bridge):
            continue
        score, reasons = _likeness(number, words, account, deepest)
        if rule := rules.get(account.number):
            score = min(100, score + _KNOWN_WEIGHT * len(rule.prefix) // len(number))
            reasons.append(f"règle connue : {rule}")
        if warned and account.number.startswith(warned.source):
            reasons.append(str(warned))
        if score >= LEAST_SCORE:
            # 11 and 110 are alike once their zeros are gone: the raw number then decides.
            raw = len(_beginning(number, account.number))
            ranked.append((-score, -raw, account.number, " ; ".join(reasons)))
    ranked.sort()
    return tuple(Suggestion(target, -score, why) for score, _, target, why in ranked[:limit])


def _likeness(
    number: str, words: dict[str, str], account: Account, deepest: int
) -> tuple[int, list[str]]:
    """0 to 100 by the number and, where there is one, by the label; and the reasons to show."""
    score, reasons = _number_likeness(number, account.number, deepest)
    if not words:
        return score, reasons
    alike, shared = _label_likeness(words, _words(account.name))
    return (_NUMBER_WEIGHT * score + (100 - _NUMBER_WEIGHT) * alike) // 100, [*reasons, *shared]


def _bridged(bridge: Bridge | None, chart: Chart) -> list[tuple[int, int, str, str]]:
    """The targets of a bridge that the chart has, ranked as the others are."""
    if bridge is None:
        return []
    sure = BRIDGED[bridge.certainty]
    return [
        (-sure if rank == 0 else 10 - sure, rank, target, str(bridge))
        for rank, target in enumerate(bridge.targets)
        if chart.is_valid(target)
    ]


def _is_left_out(target: str, number: str, bridge: Bridge | None) -> bool:
    """Whether a target is not to be proposed: given by the bridge already, of the same number as a
    former account that goes elsewhere, or exceptional for what is not."""
    if target.startswith(EXCEPTIONAL) and (bridge or not number.startswith(EXCEPTIONAL)):
        return True
    return bridge is not None and (target in bridge.targets or number.startswith(target))


def _number_likeness(number: str, other: str, deepest: int) -> tuple[int, list[str]]:
    """0 to 100, and the reason to show. `deepest`: length of the chart's longest beginning."""
    short, short_other = number.rstrip("0"), other.rstrip("0")
    if short == short_other:
        return 100, ["même numéro, zéros finaux mis à part"]
    if number.startswith(other):
        # Local subdivisions below the common chart are no sign against its account.
        return 100 * len(other) // deepest, [f"le numéro commence par {other}"]
    common = _beginning(short, short_other)
    if len(common) < 2:
        return 0, []
    score = 200 * len(common) // (len(short) + len(short_other))
    return score, [f"{len(common)} premiers chiffres communs ({common})"]


def _label_likeness(words: dict[str, str], others: dict[str, str]) -> tuple[int, list[str]]:
    """0 to 100 (Dice, over the words that have a like in the other label), and the reason."""
    shared = [word for word in words if any(_alike(word, other) for other in others)]
    if not shared:
        return 0, []
    back = sum(any(_alike(word, other) for word in words) for other in others)
    shown = ", ".join(f"« {words[word]} »" for word in shared)
    return 100 * (len(shared) + back) // (len(words) + len(others)), [f"libellé proche : {shown}"]


def _alike(word: str, other: str) -> bool:
    """Equal, or one shortens the other by its end: ledgers abbreviate ("fourn", "amort")."""
    if len(word) < len(other):
        return len(word) >= 4 and other.startswith(word)
    return word == other or (len(other) >= 4 and word.startswith(other))


def _known_rules(number: str, known: Mapping) -> dict[str, Rule]:
    """By target, the rule with the longest prefix that begins the number; the first of equals."""
    found: dict[str, Rule] = {}
    for rule in known.rules:
        if rule.prefix and rule.covers(rule.entity, number):
            former = found.get(rule.target)
            if former is None or len(rule.prefix) > len(former.prefix):
                found[rule.target] = rule
    return found


def _beginning(one: str, other: str) -> str:
    """The longest common beginning."""
    length = 0
    for char, matching in zip(one, other, strict=False):
        if char != matching:
            break
        length += 1
    return one[:length]


@lru_cache(maxsize=4096)
def _words(label: str) -> dict[str, str]:
    """Words without accents, case, plural endings and empty words -> the word as written."""
    found: dict[str, str] = {}
    for written in re.findall(r"\w+", label):
        plain = unicodedata.normalize("NFKD", written.lower().replace("œ", "oe"))
        plain = "".join(char for char in plain if not unicodedata.combining(char))
        if plain not in _EMPTY_WORDS:
            singular = plain[:-1] if len(plain) > 3 and plain[-1] in "sx" else plain
            found.setdefault(singular, written)
    return found
