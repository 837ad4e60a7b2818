"""What rooms above add to a page of a room below."""

from __future__ import annotations

from typing import Any

from django import template

from maillage.kernel.rooms import HOUSE, Link

register = template.Library()


@register.simple_tag(takes_context=True)
def offered(context: Any, place: str, *key: object) -> list[Link]:
    """`{% offered "schemes.edition" edition.pk as links %}`: links; parts of a key join with /."""
    request = context["request"]
    return HOUSE.offered(place, "/".join(str(part) for part in key), request.actor)
