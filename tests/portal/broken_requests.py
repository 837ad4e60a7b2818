"""Requests nobody's browser sends: identifiers of nothing, texts that are none, bytes turned over.

`found_by(client)` walks the pages somebody reaches; `broken(place)` spoils what was found. Knows no
room: whatever a page links to, asks for or posts is spoilt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import lxml.html
from django.test import Client
from django.urls import Resolver404, resolve

PAGES_OF_A_ROUTE = 1
HOSTILE = (
    *("", "0", "-1", "1", "2147483648", "9223372036854775808", "9" * 40, "9" * 5000, "1e999999"),
    *("NaN", "-Infinity", "0x10", "1_000", "\u0661\u0662", "\u00b2", "9999-99-99", "0000-00-00"),
    *("99999-12-31", "2026-02-30", "0001-01-01", "a\0b", "\0", "\ud800", "\ufffd", "\u202e"),
    *("a\u0301" * 50, "é" * 5000, "' OR 1=1 --", "%", "_", "\\", "[", "(", "*", "{}", "[]", "null"),
    *("../../etc/passwd", "true", '{"a":', "[" * 20_000, "a,b,,", "|", "-", ";", "\r\nX: y"),
    *("<script>", "=1+1", "{{ 7 }}", "%s%n"),
)
IN_PATHS = (
    "0", "-1", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 40, "9" * 5000,
    "%00", "a%00b", "%ED%A0%80", "%FF", "%zz", "%", "%2e%2e%2f", "%C3%A9", "a" * 5000, "%E2%80%AE",
    "%D9%A1", "'", "00000000-0000-0000-0000-000000000000", "rien", "%0A", "csv", "xlsx", "pdf",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {"HTTP_HOST": "ailleurs.test"}, {"HTTP_HOST": "a\0b"}, {"HTTP_HOST": ":99999"},
    {"HTTP_HOST": "é"}, {"HTTP_HOST": ""}, {"HTTP_HOST": "a" * 5000}, {"HTTP_HOST": "[::1"},
    {"HTTP_ACCEPT_LANGUAGE": "fr;q=1e999,\0"}, {"HTTP_ACCEPT_LANGUAGE": "x" * 5000},
    {"HTTP_ACCEPT_LANGUAGE": "-,;q=,fr;q=NaN"}, {"HTTP_ACCEPT": "\xff;q=é"},
    {"HTTP_ACCEPT": "application/json;q=nan"}, {"HTTP_ACCEPT_ENCODING": "gzip;q=\0"},
    {"HTTP_IF_NONE_MATCH": '"' + "a" * 5000}, {"HTTP_IF_NONE_MATCH": '*, W/"\xff"'},
    {"HTTP_IF_MATCH": '"é"'}, {"HTTP_IF_MODIFIED_SINCE": "Mon, 99 Foo 99999 99:99:99 GMT"},
    {"HTTP_IF_MODIFIED_SINCE": "9" * 400}, {"HTTP_RANGE": "bytes=9-1,--,9999999999999999999999-"},
    {"HTTP_RANGE": "\0"}, {"HTTP_X_ACCOUNT": "\0"}, {"HTTP_X_FORWARDED_FOR": "\0, é"},
    {"HTTP_X_REQUESTED_WITH": "\xff"}, {"HTTP_HX_REQUEST": "\0"}, {"HTTP_REFERER": "http://[::1"},
    {"HTTP_REFERER": "\0"}, {"HTTP_ORIGIN": "http://[", "HTTP_REFERER": "//"},
    {"HTTP_USER_AGENT": "\xff" * 300}, {"HTTP_AUTHORIZATION": "Bearer \0"},
    {"HTTP_AUTHORIZATION": "Basic ===="}, {"CONTENT_LENGTH": "9" * 30}, {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "\u00b2"}, {"CONTENT_TYPE": "multipart/form-data"},
    {"CONTENT_TYPE": "multipart/form-data; boundary=" + "é" * 300},
    {"CONTENT_TYPE": "text/html; charset=rien"},
    {"CONTENT_TYPE": "application/json; charset=utf-7"},
)  # fmt: skip
"""What a server hands over of a request, spoilt."""
COOKIES = ("sessionid=\0", "sessionid=" + "a" * 5000, "=;;=", "csrftoken=é", "messages=[[1", "é=é")


@dataclass
class Found:
    """What a walk met: addresses by route, names asked beside them, forms with what they hold."""

    addresses: dict[str, list[str]] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)
    forms: dict[str, tuple[str, list[tuple[str, str]], bool]] = field(default_factory=dict)


def route_of(address: str) -> str | None:
    """The pattern that answers an address, None where none does."""
    try:
        return str(resolve(urlsplit(address).path).route)
    except (Resolver404, ValueError):
        return None


def found_by(client: Client, starts: tuple[str, ...]) -> Found:
    """Walk what is linked from some addresses, a few pages of each route."""
    found, left, seen = Found(), list(starts), set()
    while left:
        address = left.pop(0)
        split = urlsplit(address)
        route = route_of(address)
        if route is None or split.netloc or address in seen or "deconnexion" in address:
            continue
        seen.add(address)
        known = found.addresses.setdefault(route, [])
        found.asked.setdefault(route, set()).update(n for n, _ in parse_qsl(split.query))
        if len(known) >= PAGES_OF_A_ROUTE:
            continue
        known.append(split.path)
        answer = client.get(address)
        if not answer.streaming and answer["Content-Type"].startswith("text/html"):
            left += _links(address, route, answer.content, found)
    return found


def _links(address: str, route: str, page: bytes, found: Found) -> list[str]:
    if not page.strip():
        return []
    tree = lxml.html.fromstring(page)
    links = [urljoin(address, str(link)) for link in tree.xpath("//a/@href")]
    for form in tree.xpath("//form"):
        to = urljoin(address, form.get("action") or "")
        if (form.get("method") or "").lower() != "post":
            found.asked.setdefault(route_of(to) or "", set()).update(form.fields.keys())
            links.append(urlsplit(to).path)
        elif not form.xpath(".//input[@type='password']"):
            files = bool(form.xpath(".//input[@type='file']"))
            sent = [(str(n), str(v)) for n, v in form.form_values()]
            sent += [(str(n), "") for n in form.xpath(".//input[@type='file']/@name")]
            sent += [(str(b.get("name")), str(b.get("value", "")))
                     for b in form.xpath(".//button[@name]")[:1]]  # fmt: skip
            found.forms.setdefault(f"{route_of(to)} {sorted(n for n, _ in sent)[:6]}",
                                   (to, sent, files))  # fmt: skip
    return links


Sent = tuple[str, str, dict[str, Any]]
"""A method, an address, what `Client.generic` takes besides."""


def broken(found: Found, chance: Random) -> Iterator[Sent]:
    """Every kind of spoilt request on what was found, in an order drawn by chance."""
    made = [*_addresses(found), *_asked(found, chance), *_headers(found, chance),
            *_forms(found, chance)]  # fmt: skip
    chance.shuffle(made)
    return iter(made)


def _addresses(found: Found) -> Iterator[Sent]:
    for route, addresses in found.addresses.items():
        for address in addresses[:1]:
            parts = address.split("/")
            for at, part in enumerate(parts):
                if not part or f"/{part}/" in f"/{route}" or part in route.split("/"):
                    continue
                for other in IN_PATHS:
                    yield "GET", "/".join([*parts[:at], other, *parts[at + 1 :]]), {}


def _asked(found: Found, chance: Random) -> Iterator[Sent]:
    every = sorted(set().union(*found.asked.values()))
    for route, names in found.asked.items():
        for address in found.addresses.get(route, [])[:1]:
            for name in names:
                for value in HOSTILE:
                    yield "GET", f"{address}?{_query([(name, value)])}", {}
            others = [(n, chance.choice(HOSTILE)) for n in chance.sample(every, min(8, len(every)))]
            yield "GET", f"{address}?{_query(others)}", {}
            yield "GET", f"{address}?%00=%ff&&=&{'a' * 3000}", {}


def _query(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, quote_via=quote, errors="surrogatepass")


def _headers(found: Found, chance: Random) -> Iterator[Sent]:
    places = [addresses[0] for addresses in found.addresses.values() if addresses]
    for header in HEADERS:
        for address in chance.sample(places, min(4, len(places))):
            yield chance.choice(("GET", "POST")), address, dict(header)
    for cookie in COOKIES:
        yield "GET", chance.choice(places), {"HTTP_COOKIE": cookie}
    for address in places:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "\xe9"):
            yield method, address, {}


def _forms(found: Found, chance: Random) -> Iterator[Sent]:
    for address, sent, files in found.forms.values():
        for at, (name, _) in enumerate(sent):
            for value in HOSTILE if len(sent) < 12 else chance.sample(HOSTILE, 6):
                spoilt = [*sent[:at], (name, value), *sent[at + 1 :]]
                yield "POST", address, _urlencoded(spoilt)
            yield "POST", address, _urlencoded([*sent[:at], *sent[at + 1 :]])
            yield "POST", address, _urlencoded([*sent, (name, "deux fois")])
        for _ in range(12):
            yield "POST", address, _multipart(sent, chance, files)
        for value in (*HOSTILE[-8:], *_JSON):
            yield "POST", address, {
                "data": value.encode("utf-8", "surrogatepass"), "content_type": "application/json"
            }  # fmt: skip


_JSON = (
    json.dumps({"edits": [{"process": "\ud800", "milestone": 1, "changes": {"served": [[]]}}]}),
    json.dumps({"edits": {"a": 1}}), json.dumps({"edits": [None, 1, "a", {"changes": 10**400}]}),
    '{"edits": ' + "[" * 50_000, json.dumps({"edits": [{"account": 6, "months": {"1": 1e308}}]}),
)  # fmt: skip


def _urlencoded(sent: list[tuple[str, str]]) -> dict[str, Any]:
    return {"data": _query(sent).encode(), "content_type": "application/x-www-form-urlencoded"}


_FILES = (
    ("a.xlsx", b"PK\x03\x04" + bytes(range(256)) * 20),
    ("a.csv", b"a;b\n\xff\xfe\n"),
    ("\0.pdf", b"%PDF-1.7"),
    ("a.json", b'{"format":' * 2000),
    ("a.txt", b"\0" * 3000),
    ("../a", b"JournalCode|\n" * 50),
    ("é" * 300, b""),
)


def _multipart(sent: list[tuple[str, str]], chance: Random, files: bool) -> dict[str, Any]:
    """A form in parts, some of its bytes turned over; with a file where it takes one."""
    parts = b""
    for name, value in sent:
        parts += f'--lim\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if files and not value and chance.random() < 0.9:
            called, data = chance.choice(_FILES)
            parts += f'; filename="{called}"\r\n'.encode() + b"\r\n" + data + b"\r\n"
        else:
            parts += b"\r\n\r\n" + value.encode() + b"\r\n"
    body = bytearray(parts + b"--lim--\r\n")
    for _ in range(chance.choice((0, 1, 5))):
        body[chance.randrange(len(body))] = chance.randrange(256)
    if chance.random() < 0.2:
        del body[chance.randrange(len(body)) :]
    return {"data": bytes(body), "content_type": "multipart/form-data; boundary=lim"}
