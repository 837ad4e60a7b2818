"""Tags and filters of the design system: icons, empty states, chips, French dates and numbers.

Knows how things are written; refuses to know what they mean or where they come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from maillage.kernel import money
from maillage.kernel.deadlines import standing
from maillage.kernel.money import NBSP
from maillage.kernel.period import age, french_date
from maillage.ui import clock
from maillage.ui.asked import understood
from maillage.ui.icons import drawn
from maillage.ui.statuses import status

register = template.Library()
register.filter("understood", understood)
register.simple_tag(status)


@register.simple_tag
def icon(name: str, size: int = 18, label: str = "") -> SafeString:
    """An inline lucide icon; decorative unless `label` says what it means."""
    return drawn(str(name), int(size), str(label))


NOTHING = {"": "inbox", "filtered": "list-filter", "reserved": "lock"}
"""Nothing yet, nothing under the filters asked for, nothing one may see: three things apart."""


@register.simple_block_tag
def nothing(content: str, title: str, url: str = "", label: str = "", why: str = "") -> SafeString:
    """An empty state: its title, why and what to do next as the block, the next act as a link.

    `why`: one of `NOTHING`. Where filters leave nothing, the act is to take them away.
    """
    if why == "filtered":
        url, label = url or "?", label or "Retirer les filtres"
    act = (
        format_html('<p class="cluster"><a class="button" href="{}">{}</a></p>', url, label)
        if url
        else ""
    )
    text = mark_safe(content.strip())
    said = format_html("<p>{}</p>", text) if text else ""
    sign = drawn(NOTHING[why], 20)
    return format_html('<section class="empty">{}<h2>{}</h2>{}{}</section>', sign, title, said, act)


@register.simple_block_tag
def rule(content: str, about: str) -> SafeString:
    """A help bubble: how the figure it stands beside is computed."""
    spoken = format_html('<summary aria-label="Règle de calcul\u00a0: {}">?</summary>', about)
    text = mark_safe(content.strip())
    return format_html('<details class="help no-print">{}<p>{}</p></details>', spoken, text)


@register.simple_tag
def chip(label: str, remove_url: str = "", current: bool = False) -> SafeString:
    """A filter in force. With `remove_url` it is a link that takes the filter away."""
    if remove_url:
        return format_html(
            '<a class="chip" href="{}">{}<span class="vh"> (retirer ce filtre)</span>{}</a>',
            remove_url,
            label,
            drawn("x", 14),
        )
    return format_html('<span class="chip{}">{}</span>', " is-on" if current else "", label)


def _local_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return clock.told_in(value).date()
    return value if isinstance(value, date) else None


@register.filter
def delai(value: Any) -> str:
    """`dans 3 jours`, `en retard de 3 jours`; "" for what is no date."""
    day = _local_date(value)
    return standing(day, None, timezone.localdate()).words if day else ""


@register.filter
def depuis(value: Any) -> str:
    """`depuis 3 jours`; "" for what is no date."""
    day = _local_date(value)
    return age(day, timezone.localdate()) if day else ""


@register.filter
def date_fr(value: Any) -> str:
    """`23 novembre 2026`; the first of a month is `1er`; "" for what is no date."""
    day = _local_date(value)
    if day is None:
        return ""
    return french_date(day)


@register.filter
def datetime_fr(value: Any) -> str:
    """`23 novembre 2026 à 14 h 05`, in the reader's time zone."""
    if not isinstance(value, datetime):
        return date_fr(value)
    local = clock.told_in(value)
    return f"{date_fr(local)} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


@register.filter
def datetime_zone(value: Any) -> str:
    """The same where the reader may be elsewhere: on paper, in a file, in a journal."""
    told = datetime_fr(value)
    return f"{told} ({zone()})" if told and isinstance(value, datetime) else told


@register.simple_tag
def zone() -> str:
    """« heure de Paris »: the time zone in which hours are told to this reader."""
    return clock.said(clock.zone_name())


@register.simple_tag
def zone_name() -> str:
    """The same as the tz database names it, for scripts."""
    return clock.zone_name()


@register.filter
def nombre(value: Any, decimals: int | str | None = None) -> str:
    """`1 234,56` with narrow no-break spaces, a true minus, decimals as given unless asked."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return ""
    if not number.is_finite():
        return ""
    return money.number(number, None if decimals in (None, "") else int(decimals or 0))


@register.filter
def euros(value: Any, decimals: int | str = 2) -> str:
    """An amount in euros, unit included."""
    text = nombre(value, decimals)
    return f"{text}{NBSP}€" if text else ""


@register.filter
def newest(years: Iterable[int]) -> list[int]:
    """Years to choose from, as every page offers them: the latest first."""
    return sorted(years, reverse=True)


@register.filter
def pluriel(count: int, forms: str) -> str:
    """`{{ n|pluriel:"mot,mots" }}`: count and word; in French zero and one are singular."""
    one, many = forms.split(",")
    return f"{nombre(count)}{NBSP}{many if abs(count) >= 2 else one}"


@register.filter
def described(field: BoundField) -> SafeString:
    """The field's widget, told which texts describe it and whether it is in error."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_aide")
    if field.errors:
        ids.append(f"{field.auto_id}_erreur")
    attrs: dict[str, Any] = {}
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def texte(body: str) -> SafeString:
    """Paragraphs (separated by a blank line) and lists ("- " lines) of a plain text, escaped."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        for is_list, group in groupby(lines, key=lambda line: line.startswith("- ")):
            if is_list:
                items = "".join(f"<li>{escape(line[2:])}</li>" for line in group)
                parts.append(f"<ul>{items}</ul>")
            else:
                parts.append(f"<p>{escape(' '.join(group))}</p>")
    return mark_safe("".join(parts))
