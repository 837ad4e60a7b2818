"""What a file is and says: by its content, page by page, whatever it does."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from maillage.exchange.engine import pdf
from maillage.exchange.engine.contents import Kind, kind_of, pages_of
from maillage.exchange.engine.page_sheet import MARGIN, sheet
from maillage.exchange.engine.pages import (
    Line,
    Mark,
    Span,
    pages_cited,
    passages_holding,
    pieces_of,
    said_page,
    tidied,
)
from maillage.sheets.findings import Unreadable
from tests.exchange import files

pytestmark = pytest.mark.sqlite("no database")


@pytest.fixture
def stored(tmp_path: Path) -> Any:
    def store(data: bytes) -> Path:
        path = tmp_path / "fichier"
        path.write_bytes(data)
        return path

    return store


def test_a_file_is_what_it_holds_whatever_its_name() -> None:
    assert kind_of(files.chapter(), "livret.docx") is Kind.PDF
    assert kind_of(files.word(["Un"]), "livret.pdf") is Kind.WORD
    assert kind_of("Schéma régional".encode(), "livret.exe") is Kind.TEXT


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b"MZ\x90\0\x03\0", "programme"),
        (b"\x7fELF\x02", "programme"),
        (b"\x89PNG\r\n", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ancien document Office ou un document protégé"),
        (files.zipped(**{"xl/workbook.xml": b"<a/>"}), "n’est pas un document Word"),
        (b"PK\x03\x04tronqu\xe9", "tronqué ou abîmé"),
        (b"\0\1\2\3", "ni un document connu ni un texte"),
        ("été".encode("latin-1"), "pas en UTF-8"),
        (b"{\\rtf1 }", "RTF"),
    ],
)
def test_what_is_no_document_is_told(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        kind_of(data, "schéma.pdf")


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    bomb = files.zipped(**{"word/document.xml": b" " * 130_000_000})
    assert len(bomb) < 200_000
    with pytest.raises(Unreadable, match=r"trop lourd une fois décompressé.*120\u00a0Mo au plus"):
        kind_of(bomb, "livret.docx")
    steep = files.zipped(**{"word/document.xml": b" " * 60_000_000})
    with pytest.raises(Unreadable, match="comprimé au-delà du vraisemblable"):
        kind_of(steep, "livret.docx")


def test_a_word_file_is_read_page_by_page() -> None:
    data = files.word(["Premier\ttexte", ""], ["Deuxième"])
    pages = pages_of(Kind.WORD, data, "livret.docx")
    assert [[line.text for line in page.lines] for page in pages] == [
        ["Premier texte"], ["Deuxième"],
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"<w:document", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"])
def test_broken_xml_is_told(body: bytes) -> None:
    data = files.zipped(**{"word/document.xml": body})
    with pytest.raises(Unreadable, match=r"abîmé|n’est pas admis"):
        pages_of(kind_of(data, "a.docx"), data, "a.docx")


def test_a_text_has_pages_of_its_own_or_by_length() -> None:
    data = b"Un\nDeux\fTrois"
    pages = pages_of(Kind.TEXT, data, "a.txt")
    assert [[line.text for line in page.lines] for page in pages] == [["Un", "Deux"], ["Trois"]]
    long = "\n\n".join("mot " * 500 for _ in range(12)).encode()
    assert len(pages_of(Kind.TEXT, long, "a.txt")) == 4


def test_a_pdf_says_where_its_lines_are(stored: Any) -> None:
    path = stored(files.chapter())
    assert pdf.page_count(path, "a.pdf") == 3
    cover, first, _ = pdf.read(path, "a.pdf", 1, 9)
    assert (cover.number, cover.width, cover.height) == (1, 420, 595)
    assert [line.text for line in cover.lines] == ["Schéma imprimé"]
    assert " ".join(line.text for line in first.lines).endswith(files.CHAPTER[-1])
    tops = [line.top for line in first.lines]
    assert tops == sorted(tops) and all(line.is_placed for line in first.lines)
    assert all(line.left > 0 and line.left + line.width < first.width for line in first.lines)


@pytest.mark.parametrize(
    ("content", "mapped", "seen"),
    [
        (
            "10 150 Td (le ) Tj (Pôle Administration Paie) Tj"
            " ET BT /F 12 Tf 22.9 150 Td (Pôle) Tj 0.3 0 Td (Pôle Administration Paie) Tj",
            "",
            ["le Pôle Administration Paie"],
        ),
        ("10 150 Td [(le) -300 (P) 60 (ôle) -300 (belle)] TJ", "", ["le Pôle belle"]),
        ("4 Tc 10 150 Td (TITRE ESPACE) Tj", "", ["TITRE ESPACE"]),
        ("10 150 Td (les adminis-) Tj 0 -14 Td (tratives) Tj", "", ["les adminis-", "tratives"]),
        ("10 150 Td (les adminis_) Tj 0 -14 Td (tra_tives) Tj", "<5F> <0002>",
         ["les adminis-", "tratives"]),
    ],
    ids=["drawn twice", "spaced by gaps", "spread out", "cut by a hyphen", "unnamed hyphen"],
)  # fmt: skip
def test_a_pdf_says_what_its_reader_sees(
    stored: Any, content: str, mapped: str, seen: list[str]
) -> None:
    data = files.glyphs(f"BT /F 12 Tf {content} ET", mapped)
    (page,) = pdf.read(stored(data), "a.pdf", 1, 1)
    assert [line.text for line in page.lines] == seen
    whole = tidied("\n".join(seen)) if len(seen) > 1 else seen[0]
    assert whole in ("les administratives", *seen)
    assert {span.rank for span in passages_holding(page.lines, whole)} == set(range(len(seen)))


def test_a_typeset_word_cut_at_a_line_s_end_is_read_and_quoted(stored: Any) -> None:
    source = (
        '#set page(width: 9cm, height: 12cm, margin: 1cm)\n#set text(lang: "fr", hyphenate: true)\n'
        "#set par(justify: true)\nLa mutualisation des compétences administratives, "
        "l’harmonisation réglementaire et la communication institutionnelle constituent "
        "des responsabilités."
    )
    (page,) = pdf.read(stored(files.typeset(source)), "a.pdf", 1, 1)
    texts = [line.text for line in page.lines]
    assert any(text.endswith("-") for text in texts)
    assert all(character.isprintable() for text in texts for character in text)
    assert passages_holding(page.lines, tidied("\n".join(texts)))


@pytest.mark.parametrize("font", ["Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern"])
def test_a_ligature_says_each_of_its_letters(stored: Any, font: str) -> None:
    said = "efficace difficile affaire effort office afflux fief illisible 1 111"
    source = f'#set page("a4")\n#set text(font: "{font}")\n{said}\n\n*{said}*'
    (page,) = pdf.read(stored(files.typeset(source)), "a.pdf", 1, 1)
    assert " ".join(line.text for line in page.lines) == f"{said} {said}"


def test_a_page_is_drawn(stored: Any) -> None:
    drawn = pdf.draw(stored(files.chapter()), "a.pdf", 2)
    assert drawn.startswith(b"\x89PNG") and drawn.endswith(b"IEND\xaeB`\x82")
    assert int.from_bytes(drawn[16:20]) in (pdf.WIDTH, pdf.WIDTH + 1)


def test_a_scanned_page_says_nothing(stored: Any) -> None:
    (page,) = pdf.read(stored(files.scanned()), "a.pdf", 1, 1)
    assert page.lines == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (files.encrypted(), "protégé par un mot de passe"),
        (files.chapter()[:600], "tronqué ou abîmé"),
        (b"%PDF-1.7\n" + b"\0" * 5000, "tronqué ou abîmé"),
    ],
    ids=["encrypted", "truncated", "empty"],
)
def test_a_pdf_that_cannot_be_read_is_told(stored: Any, data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        pdf.page_count(stored(data), "a.pdf")


def test_a_long_pdf_is_bounded(stored: Any) -> None:
    assert pdf.page_count(stored(files.blank(1000)), "a.pdf") == 1000
    with pytest.raises(Unreadable, match="2000 pages au plus"):
        pdf.page_count(stored(files.blank(2001)), "a.pdf")


@pytest.mark.parametrize(
    "does",
    [
        "import time; time.sleep(60)",
        "import os; os.abort()",
        "a = []\nwhile 1: a.append('x' * 9**9)",
    ],
    ids=["stalls", "crashes", "swells"],
)
def test_what_a_file_does_it_does_elsewhere(
    stored: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    child = tmp_path / "child.py"
    bound = "import resource; resource.setrlimit(resource.RLIMIT_AS, (10**9, 10**9))\n"
    child.write_text(bound + does)
    monkeypatch.setattr(pdf.pdf_child, "__file__", str(child))
    monkeypatch.setattr(pdf, "SECONDS", 3)
    with pytest.raises(Unreadable, match="trop de temps ou de mémoire"):
        pdf.page_count(stored(files.chapter()), "a.pdf")
    assert pdf._places._value == pdf.AT_ONCE  # its place is given back


def lines(*texts: str) -> list[Line]:
    return [Line(10, 10 * n, 100, 8, text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("la paie est intégrée", {0, 1}),
        ("LA PAIE EST INTEGREE", {0, 1}),
        ("intégrée", {1}),
        ("mutuali-\nsée en région", {1, 2}),
        ("mutualisée", {1, 2}),
        ("jamais dit", set()),
        ("de", set()),
        ("", set()),
    ],
)
def test_a_passage_is_found_in_its_lines(quote: str, found: set[int]) -> None:
    page = lines("Dès 2019, la paie", "est intégrée ; mutuali-", "sée en région.")
    assert {span.rank for span in passages_holding(page, quote)} == found


@pytest.mark.parametrize(
    ("quote", "passages"),
    [
        ("la paie est intégrée", ["la paie", "est intégrée"]),
        ("PAIE", ["paie"]),
        ("intégrée", ["intégrée"]),
        ("mutuali-\nsée en région.", ["mutuali", "sée en région"]),
        ("œuvre", ["Œuvre", "œuvre"]),
        ("jamais dit", []),
    ],
)
def test_a_passage_is_marked_and_nothing_else_of_its_lines(quote: str, passages: list[str]) -> None:
    page = lines("Dès 2019, la paie", "est intégrée ; mutuali-", "sée en région. Œuvre, œuvre.")
    found = passages_holding(page, quote)
    assert [page[span.rank].text[span.start : span.end] for span in found] == passages
    drawn = sheet(1, (200, 100), page, "/p.png", [Mark(span, "Ici") for span in found])
    widths = [float(w) for w in re.findall(r'doc-mark" x="[^"]*" y="[^"]*" width="([^"]+)"', drawn)]
    for span, width in zip(found, widths, strict=True):
        share = (span.end - span.start) / len(page[span.rank].text)
        assert width == pytest.approx(100 * share + 2 * MARGIN, abs=0.1)


def test_a_line_is_cut_where_what_rests_on_it_changes() -> None:
    marks = [Mark(Span(0, 4, 8), "Paie"), Mark(Span(0, 6, 11), "Formation")]
    assert pieces_of("Dès 2019, la", marks) == [
        ("Dès ", ""), ("20", "Paie"), ("19", "Paie\u00a0; Formation"), (", l", "Formation"),
        ("a", ""),
    ]  # fmt: skip
    assert pieces_of("rien", []) == [("rien", "")] and pieces_of("", []) == []


@pytest.mark.parametrize(
    ("said", "first", "found"),
    [
        ("p. 12", 1, [12]),
        ("p. 12", 3, [14]),
        ("p. 12 et 14", 1, [12, 14]),
        ("p. 12-14", 1, [12, 13, 14]),
        ("page 2 du fichier", 3, [2]),
        ("p. 12", -9, [2]),
        ("p. 3", -9, []),
        ("p. 99", 1, []),
        ("annexe", 1, []),
        ("", 1, []),
    ],
)
def test_a_source_names_pages(said: str, first: int, found: list[int]) -> None:
    assert pages_cited(said, 20, first) == found


@pytest.mark.parametrize("first", [1, 3, 0, -9])
def test_the_page_said_is_the_page_found(first: int) -> None:
    for number in range(1, 21):
        assert pages_cited(said_page(number, first), 20, first) == [number]


def test_a_passage_is_kept_on_one_line() -> None:
    assert tidied(" la  mutuali-\nsation\n des achats ") == "la mutualisation des achats"
    assert tidied("macro-\nProcessus") == "macro- Processus"


def test_a_sheet_holds_no_style_and_escapes() -> None:
    drawn = sheet(
        3, (420, 595), lines("<b>&\"'"), "/image/?a=1&b=2", [Mark(Span(0, 0, 3), "«<Paie>»")]
    )
    assert "<b>" not in drawn and "&lt;b&gt;&amp;" in drawn and "«&lt;Paie&gt;»" in drawn
    assert "style" not in drawn and 'href="/image/?a=1&amp;b=2"' in drawn


def test_the_child_knows_nothing_of_the_house() -> None:
    text = Path(pdf.pdf_child.__file__).read_text("utf-8")
    assert "maillage" not in text and "django" not in text.lower().replace("no django", "")
    assert sys.executable
