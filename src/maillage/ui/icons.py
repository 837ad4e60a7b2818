"""The drawings pages use. Knows their names; refuses to know what they say."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide


@lru_cache(maxsize=256)
def drawn(name: str, size: int, label: str = "") -> SafeString:
    """An inline lucide icon; decorative unless `label` says what it means."""
    spoken = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    markup = lucide(name, size=size, **{"class": "icon", "focusable": "false"}, **spoken)
    return mark_safe(markup)
