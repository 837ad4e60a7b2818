"""Pages hold no inline style, script or handler: the content security policy forbids them."""

from __future__ import annotations

import re
from pathlib import Path

import maillage

ROOT = Path(maillage.__file__).parent
INLINE = (
    re.compile(r"""\sstyle\s*=\s*["']""", re.IGNORECASE),
    re.compile(r"<style\b", re.IGNORECASE),
    re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    re.compile(
        r"\son(?:click|change|submit|load|input|key\w+|mouse\w+|focus|blur)\s*=",
        re.IGNORECASE,
    ),
    re.compile(r"href\s*=\s*[\"']javascript:", re.IGNORECASE),
)


def test_no_template_holds_inline_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0].strip()}"
        for path in sorted(ROOT.rglob("templates/**/*.html"))
        for pattern in INLINE
        if (match := pattern.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_static_files_call_no_outside_host() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "ui/static").rglob("*.*"))
        if path.suffix in {".css", ".js"}
        and re.search(r"(?:https?:)?//[\w-]+\.\w+", path.read_text(encoding="utf-8"))
    ]
    assert found == []
