"""How a page of a document is drawn in a template."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from maillage.exchange.engine.page_sheet import sheet
from maillage.exchange.engine.pages import Mark, lines_of
from maillage.exchange.models import DocumentPage

register = template.Library()


@register.simple_tag
def page_sheet(page: DocumentPage, picture: str, marks: Sequence[Mark]) -> SafeString:
    """The picture of a page with its text over it, its passages marked."""
    size = (page.width or 595, page.height or 842)
    return mark_safe(sheet(page.number, size, lines_of(page.lines), picture, marks))
