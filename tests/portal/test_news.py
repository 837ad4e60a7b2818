"""What is new is told in sentences, one by line, as they were written."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from maillage.portal.views.pages import _news


def test_every_line_is_a_sentence_and_the_page_tells_it(db: None) -> None:
    page = unescape(Client().get("/nouveautes/").content.decode())
    told = re.findall(r"<li>([^<]*)</li>", page)
    lines = [line for release in _news() for line in release["changes"]]
    assert all(isinstance(line, str) and line.endswith(".") for line in lines)
    assert len(lines) > 20 and [line for line in lines if line not in told] == []
