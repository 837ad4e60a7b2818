"""How modes are shown, in a cell or beside a text, and what else the templates of schemes need.

Knows how modes are written; refuses to know where they come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from maillage.schemes.cartography.rendering import KNOWN_OTHERWISE

register = template.Library()

MODES: dict[str, tuple[str, str]] = {
    "A": ("m-A", "Autonomie"),
    "C": ("m-C", "Coopération"),
    "H": ("m-H", "Harmonisation"),
    "M": ("m-M", "Mutualisation"),
    "I": ("m-I", "Intégration"),
    "?": ("m-u", "non renseigné"),
    "-": ("m-n", "sans objet"),
}


@register.filter
def mode_class(mode: str | None) -> str:
    return MODES.get(mode or "?", MODES["?"])[0]


@register.filter
def mode_label(mode: str | None) -> str:
    return MODES.get(mode or "?", MODES["?"])[1]


def _mode_inside(mode: str) -> SafeString:
    if mode in "?-":
        return format_html('<span class="vh">{}</span>', MODES[mode][1])
    return mark_safe(mode)


@register.simple_tag
def mode_cell(
    mode: str | None,
    url: str = "",
    different: bool = False,
    more: str = "",
    changed: bool = False,
    moved: bool = False,
) -> SafeString:
    """A `<td>` of a cartography. With `url` the content is a link that opens the side sheet.

    `more` are the letters of the complementary modes; outline and mark are also said in words.
    """
    code = mode if mode in MODES else "?"
    classes = [MODES[code][0]]
    words = []
    if different:
        classes.append("is-different")
        words.append("diffère de la valeur du réseau")
    if changed:
        classes.append("is-changed")
        words.append("a changé depuis le jalon précédent")
    if moved:
        classes.append("is-moved")
        words.append("assuré par, ou bénéficiaires, changés depuis le jalon précédent")
    if more:
        classes.append("has-more")
        words.append("avec " + ", ".join(mode_label(m).lower() for m in more))
    inside = _mode_inside(code)
    if words:
        inside = format_html('{}<span class="vh">, {}</span>', inside, "\u00a0; ".join(words))
    if url:
        inside = format_html('<a href="{}" data-sheet>{}</a>', url, inside)
    return format_html('<td class="{}">{}</td>', " ".join(classes), inside)


class Known(Protocol):
    """A cell as any page has it."""

    mode: str
    complementary: str
    provenance: str


@register.simple_tag
def cell_mode(cell: Known | None, told: bool = True) -> SafeString:
    """The modes of a cell, the dominant one named, with the signs of the cartography; with `told`,
    its words too. None: nobody said."""
    if cell is None:
        return mode_badge("?", name=True)
    parts = [mode_badge(cell.mode, name=True, known=cell.provenance)]
    parts += [format_html("<span>+</span> {}", mode_badge(more)) for more in cell.complementary]
    known = KNOWN_OTHERWISE.get(cell.provenance) if told else None
    word = '<span class="small muted known-how"><span class="vh">, </span>{}</span>'
    parts += [format_html(word, known)] if known else []
    return format_html('<span class="cell-mode">{}</span>', mark_safe("".join(parts)))


@register.simple_tag
def mode_badge(mode: str | None, name: bool = False, known: str = "") -> SafeString:
    """The mode as a small inline mark; with `name=True` its name is written beside it. `known`:
    whose provenance has a sign, which `cell_mode` says in words."""
    code = mode if mode in MODES else "?"
    css, label = MODES[code]
    css += f" is-{known}" if known in KNOWN_OTHERWISE else ""
    letter = "" if code in "?-" else code
    if name:
        return format_html(
            '<span class="mode-name"><span class="mode {}" aria-hidden="true">{}</span>{}</span>',
            css,
            letter,
            label,
        )
    return format_html(
        '<span class="mode {}" title="{}">{}<span class="vh"> {}</span></span>',
        css,
        label,
        letter,
        label,
    )


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping at a key held by a variable; the key itself where absent."""
    return mapping.get(key, key)
