"""What the templates of schemes need beyond the design system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping at a key held by a variable; the key itself where absent."""
    return mapping.get(key, key)
