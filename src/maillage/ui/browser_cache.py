"""What a browser may keep of an answer, where the view says nothing of it.

Nothing of what was answered to somebody signed in: neither the key Back nor the disk of a shared
computer shows it once they have signed out. What they typed is kept apart (`ui/typed.js`), so that
going back loses none of it. Of what anybody may see, the browser alone keeps a copy, for going
back, and asks again before showing it anew: one address differs once signed in.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

SIGNED_IN = "private, no-store"
PUBLIC = "private, no-cache"


class BrowserCacheMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # By the cookie, not by the account: nothing is read for it, and it counts once more where
        # the session has ended.
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", SIGNED_IN if known else PUBLIC)
        # A fragment and the page of one address are not each other's.
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response
