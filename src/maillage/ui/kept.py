"""What was typed in a form that could not be taken: kept on the page that says so, to send again.

A session that ended, a token older than it, a refusal: none of them loses a text. Refuses what
another site sent, which is never offered to be sent again, and passwords.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest

MOST_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """`fields`: name and text, in order. `files`: whether files were sent, to be chosen again."""

    action: str
    fields: Sequence[tuple[str, str]]
    files: bool = False

    @property
    def texts(self) -> list[str]:
        """What a person wrote, to be read again: not the words and numbers of a form."""
        typed = (text.strip() for _, text in self.fields)
        return [text for text in typed if len(text.split()) > 1 and text[0] not in "[{"]


def kept(request: HttpRequest) -> Kept | None:
    """What a page of ours sent, or None."""
    if request.method != "POST" or not _is_ours(request):
        return None
    fields = [
        (name, str(text))
        for name, texts in request.POST.lists()
        for text in texts
        if name != "csrfmiddlewaretoken"
    ]
    if len(fields) > MOST_FIELDS or any("password" in name for name, _ in fields):
        return None
    return Kept(request.get_full_path(), fields, bool(request.FILES))


def _is_ours(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
