"""SVG vocabulary shared by the pictures of a scheme: fills, patterns, text, legend.

Knows how one value of a cell is drawn. Refuses to know what is drawn with it. Presentation
attributes only, never a style attribute or element: pages forbid inline styles. Ids carry a
prefix, so that several pictures can stand in one page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maillage.schemes.engine.change import OF_WHO
from maillage.schemes.engine.document import MODE_LABELS, NOT_APPLICABLE, UNKNOWN

INK = "#161b26"
FILLS: dict[str, str] = {
    "A": "#d3ecff",
    "C": "#ede79d",
    "H": "#80c3b1",
    "M": "#d59a59",
    "I": "#bca1e2",
    UNKNOWN: "#d5d8de",
    NOT_APPLICABLE: "#ffffff",
}
"""Keys in the order in which values are always shown, which is no ranking."""

VALUES: tuple[str, ...] = tuple(FILLS)
SLUGS = {value: value.lower() for value in "ACHMI"} | {
    UNKNOWN: "unknown",
    NOT_APPLICABLE: "na",
}
SIGNS = {value: value for value in "ACHMI"} | {UNKNOWN: "?", NOT_APPLICABLE: "–"}
NOT_RANKED = "Ordre A, C, H, M, I non hiérarchique"
FONT = "'Source Sans Pro', system-ui, sans-serif"

_STROKE = f'stroke="{INK}" stroke-opacity="0.25" stroke-width="1" fill="none"'
_PATTERNS: dict[str, str] = {
    "A": f'<path d="M0 4H8" {_STROKE}/>',
    "C": f'<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" {_STROKE}/>',
    "H": f'<path d="M4 0V8M0 4H8" {_STROKE}/>',
    "I": f'<path d="M4 0V8" {_STROKE}/>',
    "M": f'<path d="M-2 6L2 10M0 0L8 8M6 -2L10 2" {_STROKE}/>',
    UNKNOWN: f'<circle cx="4" cy="4" r="1.1" fill="{INK}" fill-opacity="0.55"/>',
    NOT_APPLICABLE: f'<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="{INK}" '
    'stroke-opacity="0.6" stroke-width="0.8" fill="none"/>',
}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: object) -> str:
    """Text as XML content or attribute value; characters XML cannot carry are dropped."""
    clean = _FORBIDDEN.sub("", str(text))
    for raw, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        clean = clean.replace(raw, entity)
    return clean


_THIN, _WIDE = frozenset("iljtfrI.,:;'’!|()[] -\u00a0"), frozenset("mwMWŒœÆ@%…—")


def measured(text: str, size: float) -> float:
    """About how wide a text is in a sans font of `size`: rather more than less."""
    return size * sum(
        0.34 if c in _THIN else 0.86 if c in _WIDE else 0.66 if c.isupper() else 0.54 for c in text
    )


def wrapped(text: str, width: float, size: float) -> list[str]:
    """A text on as many lines of `width` as it takes; only a word wider than that is broken."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if measured(longer, size) <= width:
            lines[-1] = longer
            continue
        lines += [] if not lines[-1] else [""]
        for letter in word:
            if lines[-1] and measured(lines[-1] + letter, size) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def fit(text: str, width: float, size: float) -> str:
    """Text shortened with an ellipsis to about `width` pixels in a sans font of `size`."""
    room = max(3, int(width / (size * 0.5)))
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def number(value: float) -> str:
    """A coordinate, with no trailing zero, so that the same picture has the same bytes."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def label(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 13,
    anchor: str = "start",
    weight: int = 400,
    fill: str = "currentColor",
    kind: str = "",
    turn: bool = False,
) -> str:
    """A line of text, escaped; `turn` writes it upwards."""
    rotation = f' transform="rotate(-90 {number(x)} {number(y)})"' if turn else ""
    kind = f' class="{kind}"' if kind else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" '
        f'text-anchor="{anchor}" font-weight="{weight}" fill="{fill}"{kind}{rotation}>'
        f"{escape(text)}</text>"
    )


def swatch(prefix: str, value: str, frame: tuple[float, float, float, float]) -> str:
    """A rectangle (x, y, width, height) filled with the hue and pattern of a value."""
    x, y, width, height = map(number, frame)
    box = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="2"'
    return (
        f'<rect {box} fill="{FILLS[value]}" class="mode mode-{SLUGS[value]}"/>'
        f'<rect {box} fill="url(#{prefix}-{SLUGS[value]})" stroke="{INK}" '
        'stroke-opacity="0.45" stroke-width="0.6" class="pattern"/>'
    )


def legend(
    prefix: str, values: Sequence[str], x: float, y: float, width: float
) -> tuple[str, float]:
    """The legend from `y` down, wrapped at `width`, and the `y` where it ends."""
    told = f"{NOT_RANKED} :" if values else NOT_RANKED
    parts = [label(x, y + 12, told, size=12, kind="legend-title")]
    left, top = x, y + 22
    for value in (each for each in VALUES if each in values):
        text = MODE_LABELS[value]
        needed = 28 + len(text) * 6.4 + 20
        if left > x and left + needed > x + width:
            left, top = x, top + 24
        parts.append(swatch(prefix, value, (left, top, 22, 17)))
        parts.append(
            label(left + 11, top + 13, SIGNS[value], anchor="middle", weight=600, fill=INK)
        )
        parts.append(label(left + 28, top + 13, text, size=12.5))
        left += needed
    return "".join(parts), top + 26


def signs_told(kinds: Sequence[str]) -> tuple[bool, bool]:
    """Which signs say these kinds of change: of how it is done; of who does it, or for whom."""
    who = [kind in OF_WHO for kind in kinds]
    return False in who, True in who


def signs(kinds: Sequence[str], frame: tuple[float, float, float]) -> list[str]:
    """What moved since the milestone before, on a cell (x, y, width): a rule across its top for how
    it is done, a folded corner for who does it or for whom."""
    x, y, width = frame
    found = []
    changed, moved = signs_told(kinds)
    if changed:
        box = f'x="{number(x)}" y="{number(y + 1.5)}" width="{number(width)}" height="2.5"'
        found.append(f'<rect {box} fill="{INK}" class="sign sign-changed"/>')
    if moved:
        right = number(x + width)
        found.append(
            f'<path d="M{number(x + width - 9)} {number(y)}H{right}V{number(y + 9)}Z" '
            f'fill="{INK}" class="sign sign-moved"/>'
        )
    return found


def parted(frame: tuple[float, float, float, float]) -> list[str]:
    """What says, at the foot of a cell, that what is observed parts from it."""
    x, y, _, height = frame
    foot = number(y + height)
    return [
        f'<path d="M{number(x)} {number(y + height - 9)}V{foot}H{number(x + 9)}Z" '
        f'fill="{INK}" class="sign sign-gap"/>'
    ]


def outline(frame: tuple[float, float, float, float]) -> list[str]:
    """What says, inside a cell, that a chamber's value differs from its network's."""
    x, y, width, height = frame
    box = f'x="{number(x + 2.5)}" y="{number(y + 2.5)}" width="{number(width - 5)}"'
    return [
        f'<rect {box} height="{number(height - 5)}" fill="none" stroke="{INK}" '
        'stroke-width="1.6" class="sign sign-different"/>'
    ]


SIGN_WORDS = (
    ("mode", "mode ou option changés depuis le jalon précédent"),
    ("lead", "assuré par, ou bénéficiaires, changés depuis le jalon précédent"),
)
DIFFERENT_WORDS = "diffère de la valeur du réseau"
PARTED_WORDS = "coin noir au pied d’une cellule : ce qui est constaté s’écarte de ce qui est visé"
SEEN_WORDS = (
    ("≠", "écart au constat : le mode constaté suit le signe s’il est autre"),
    ("=", "conforme au constat"),
)
KNOWN_SIGNS = {"inferred": "≈", "carried": "›"}
"""Before the letter of what the source does not state."""
KNOWN_WORDS = {
    "inferred": "déduit de ce que dit la source",
    "carried": "reporté d’un jalon antérieur",
}


def legend_of_signs(
    x: float, y: float, moved: bool = True, different: bool = False, gap: bool = False
) -> tuple[str, float]:
    """What the signs of a change, of a difference and of a gap mean, from `y` down, and the `y`
    where it ends."""
    told = [*(SIGN_WORDS if moved else ())]
    told += [("different", DIFFERENT_WORDS)] if different else []
    told += [("gap", PARTED_WORDS)] if gap else []
    parts = []
    for kind, text in told:
        box = f'x="{number(x)}" y="{number(y)}" width="22" height="17" rx="2"'
        parts.append(f'<rect {box} fill="#ffffff" stroke="{INK}" stroke-opacity="0.45"/>')
        frame = (x, y, 22.0, 17.0)
        of_cell = {"different": outline, "gap": parted}
        parts += of_cell[kind](frame) if kind in of_cell else signs((kind,), frame[:3])
        parts.append(label(x + 28, y + 13, text, size=12.5))
        y += 24
    return "".join(parts), y + 2


def document(prefix: str, size: tuple[float, float], title: str, desc: str, body: str) -> str:
    """The whole picture: accessible name and description, patterns, content."""
    width, height = map(number, size)
    patterns = "".join(
        f'<pattern id="{prefix}-{SLUGS[value]}" width="8" height="8" '
        f'patternUnits="userSpaceOnUse">{drawing}</pattern>'
        for value, drawing in _PATTERNS.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="scheme-picture" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" font-family="{FONT}">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(desc)}</desc>'
        f"<defs>{patterns}</defs>{body}</svg>"
    )
