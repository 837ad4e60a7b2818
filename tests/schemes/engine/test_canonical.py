"""What is exported comes back the same to the byte, and what is wrong is refused with its place."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import importlib.resources
import json
import random
import shutil
import subprocess
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from maillage.schemes.engine import canonical, file_faults, file_schema, referential
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    EditionDocument,
    EditionFile,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
    StatementDoc,
)
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.partial_dates import Precision
from maillage.sheets.findings import Unreadable
from tests.depth import examples
from tests.schemes.engine.strategies import documents, edition_files

FEW = examples(40, suppress_health_check=list(HealthCheck))
SCHEMA = jsonschema.Draft202012Validator(canonical.schema(2))
FIRST = jsonschema.Draft202012Validator(canonical.schema(1))
Raw = dict[str, Any]
STATUS, AIM = MilestoneNature.STATUS, MilestoneNature.PROJECTION


def real_file() -> EditionFile:
    file = referential.read("pays-de-la-loire-2017-2021")
    return dataclasses.replace(file, seal=canonical.seal(file.document))


REAL = canonical.dumps_file(real_file())


def draft() -> Raw:
    """The real scheme as a draft, to be spoilt."""
    raw: Raw = json.loads(REAL)
    return raw | {"status": "draft", "adoption": None, "seal": None}


def refusal_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        canonical.loads_file(data)
    return str(refused.value)


@FEW
@given(edition_files())
def test_export_import_export_is_byte_identical(file: EditionFile) -> None:
    data = canonical.dumps_file(file)
    again = canonical.loads_file(data)
    assert canonical.dumps_file(again) == data
    assert again.document == dataclasses.replace(
        file.document, placements=tuple(sorted(file.document.placements, key=lambda c: c.key))
    )
    assert (again.status, again.adoption, again.seal) == (file.status, file.adoption, file.seal)


def test_the_first_format_keeps_its_bytes_for_ever() -> None:
    """Sealed before the second: the same bytes and the same seal, whatever is added since."""
    assert real_file().seal == "a004d476838bdd14a1206d49475292b22d8164f7da12271c08b6abd8e344173a"
    assert hashlib.sha256(REAL).hexdigest() == (
        "a5816cee9f3700cfd62bcee9829feac3e562ce643a8920cc190fedf26594bd45"
    )
    assert canonical.loads_file(REAL).document.format == 1
    assert json.loads(REAL)["version"] == 1


def test_the_real_scheme_round_trips_and_verifies() -> None:
    assert canonical.dumps_file(canonical.loads_file(REAL)) == REAL
    verdict = canonical.verify(REAL)
    assert verdict.ok
    assert verdict.expected == verdict.found == real_file().seal


@FEW
@given(documents(), st.randoms(use_true_random=False))
def test_the_seal_ignores_the_order_of_placements(
    document: EditionDocument, chance: random.Random
) -> None:
    shuffled = list(document.placements)
    chance.shuffle(shuffled)
    other = dataclasses.replace(document, placements=tuple(shuffled))
    assert canonical.seal(other) == canonical.seal(document)


def other_value(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dt.date):
        return value.replace(year=value.year % 9000 + 1, day=1)
    if isinstance(value, StrEnum):
        members = list(type(value))
        return members[members.index(value) - 1]
    if isinstance(value, Details):
        return dataclasses.replace(value, partners=f"{value.partners}z")
    if isinstance(value, tuple):
        return (*value, "another")
    return f"{value}z"


@FEW
@given(documents(), st.data())
def test_any_field_changes_the_seal(document: EditionDocument, data: st.DataObject) -> None:
    before = canonical.seal(document)
    lists = [*file_schema.LISTS_OF[2], "placements"]
    for name in file_schema.SCALARS:
        changed = dataclasses.replace(document, **{name: other_value(getattr(document, name))})
        assert canonical.seal(changed) != before, name
    for name in lists:
        items = list(getattr(document, name))
        if not items:
            continue
        rank = data.draw(st.integers(0, len(items) - 1))
        for field in dataclasses.fields(items[rank]):
            value = other_value(getattr(items[rank], field.name))
            changed_items = [*items]
            changed_items[rank] = dataclasses.replace(items[rank], **{field.name: value})
            changed = dataclasses.replace(document, **{name: tuple(changed_items)})
            assert canonical.seal(changed) != before, f"{name}.{field.name}"


@FEW
@given(edition_files())
def test_five_lines_of_python_find_the_same_seal(file: EditionFile) -> None:
    content = json.loads(canonical.dumps_file(file))["content"]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == canonical.seal(file.document)


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@examples(10, suppress_health_check=list(HealthCheck))
@given(edition_files())
def test_jq_finds_the_same_seal(file: EditionFile) -> None:
    data = canonical.dumps_file(file)
    found = subprocess.run(
        ["jq", "-cjS", ".content"], input=data, capture_output=True, check=True
    ).stdout
    assert canonical.digest(found) == canonical.seal(file.document)


def test_text_is_brought_to_one_form() -> None:
    document = real_file().document
    composed = dataclasses.replace(document, title="é\nb")
    decomposed = dataclasses.replace(document, title="e\u0301\r\nb")
    assert canonical.seal(composed) == canonical.seal(decomposed)
    # A combining mark right after a line end must not touch the JSON escape before it.
    tilde = dataclasses.replace(document, title="a\n\u0303")
    assert canonical.loads_content(canonical.dumps_content(tilde)).title == "a\n\u0303"


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1f", "\x7f", "\x85"])
def test_control_characters_are_not_sealed(character: str) -> None:
    document = dataclasses.replace(real_file().document, title=f"a{character}b")
    with pytest.raises(Unreadable, match=r"content\.title"):
        canonical.dumps_content(document)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "fichier vide"),
        (b"\xff\xfe{}", "n’est pas de l’UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"bonjour", "ligne 1, colonne 1"),
        (REAL[:5000], "tronqué"),
        (b"[" * 100_000, "imbrication trop profonde"),
        (b"[]", "ce n’est pas un objet JSON"),
        (b"{}", "nom de format inconnu"),
        (b'{"format":"autre","version":1}', "maillage.edition"),
        (
            b'{"format":"maillage.edition","version":7}',
            "cette version du fichier, 7, est plus récente que celle que ce logiciel lit, 2",
        ),
        (b'{"format":"maillage.edition","version":true}', "version du format"),
        (b" " * 32_000_001, "32\u00a0Mo au plus"),
    ],
)
def test_what_is_not_a_file_of_ours(data: bytes, said: str) -> None:
    assert said in refusal_of(data)
    verdict = canonical.verify(data)
    assert not verdict.ok
    assert said in verdict.reason


def spoil(*path: str | int, to: Any) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        target: Any = raw
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = to

    return change


def drop(*path: str | int) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        target: Any = raw
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return change


CELLS = ("content", "placements")
SPOILT: list[tuple[Callable[[Raw], None], str, bool]] = [
    # what is spoilt, what the refusal says, whether the schema can see it too
    (drop("status"), "status", True),
    (spoil("status", to="fini"), "état inconnu", True),
    (spoil("note", to=1), "champ inconnu", True),
    (drop("content"), "content", True),
    (spoil("content", to=[]), "type inattendu", True),
    (spoil("status", to="adopted"), "édition adoptée sans sceau", True),
    (spoil("adoption", to={"body": "AG"}), "adoption.on", True),
    (drop("content", "title"), "content.title", True),
    (spoil("content", "number", to="1"), "content.number", True),
    (spoil("content", "number", to=True), "content.number", True),
    (spoil("content", "number", to=1.5), "content.number", True),
    (spoil("content", "start_year", to=2022), "content.end_year", False),
    (spoil("content", "placements", to={}), "content.placements", True),
    (spoil(*CELLS, 3, to="x"), "content.placements[3]", True),
    (spoil(*CELLS, 3, "mode", to="Z"), "content.placements[3].mode", True),
    (spoil(*CELLS, 3, "mode", to=["M"]), "content.placements[3].mode", True),
    (drop(*CELLS, 3, "process"), "content.placements[3].process", True),
    (spoil(*CELLS, 3, "rang", to=1), "content.placements[3].rang", True),
    (spoil(*CELLS, 3, "complementary", to="HC"), "content.placements[3].complementary", True),
    (spoil(*CELLS, 3, "served", to=["a", "a"]), "content.placements[3].served", True),
    (spoil(*CELLS, 3, "served", to=["ailleurs"]), "content.placements[3].served[0]", False),
    (spoil(*CELLS, 3, "served", to=[["a"]]), "content.placements[3].served", True),
    (spoil(*CELLS, 3, "lead", to="ailleurs"), "ce code ne désigne rien", False),
    (spoil(*CELLS, 3, "milestone", to="1999"), "content.placements[3].milestone", False),
    (spoil("content", "entities", 0, "kind", to="x"), "regional", True),
    (spoil("content", "entities", 0, "siren", to="130022719"), "clé de contrôle", False),
    (spoil("content", "entities", 0, "siren", to="13"), "content.entities[0].siren", True),
    (spoil("content", "milestones", 0, "date", to="2013-02-30"), "n’existe pas", False),
    (spoil("content", "milestones", 0, "date", to="31/12/2013"), "AAAA-MM-JJ", True),
    (spoil("content", "functions", 1, "code", to="finances"), "déjà donné", False),
    (spoil("content", "title", to="a\x07"), "U+0007", False),
    (spoil("content", "title", to="e\u0301"), "NFC", False),
]


def test_what_was_sealed_with_an_unseen_character_is_read_for_ever() -> None:
    raw, title = draft(), "Mutuali\u00adsation\u200b \uf0b7"
    spoil("content", "title", to=title)(raw)
    assert canonical.loads_file(json.dumps(raw).encode()).document.title == title


@pytest.mark.parametrize(("change", "said", "seen_by_schema"), SPOILT)
def test_what_is_spoilt_is_refused_where_it_is(
    change: Callable[[Raw], None], said: str, seen_by_schema: bool
) -> None:
    raw = draft()
    assert FIRST.is_valid(raw)
    change(raw)
    assert said in refusal_of(json.dumps(raw).encode())
    assert FIRST.is_valid(raw) is not seen_by_schema


def second() -> Raw:
    """A draft of the second format with one of everything it adds, to be spoilt."""
    document = dataclasses.replace(
        real_file().document,
        processes=(
            ProcessDoc("paie", "finances", "Paie", named_by="source", group_named_by="ours"),
            ProcessDoc("frais", "finances", "Frais", kind=ProcessKind.ACTION, parent="paie"),
            ProcessDoc("telephonie", "systemes-information", "Téléphonie"),
        ),
        milestones=(
            MilestoneDoc("2017", "2017", dt.date(2017, 12, 31), STATUS, Precision.YEAR),
            MilestoneDoc("juin", "juin", dt.date(2018, 6, 30), STATUS, Precision.MONTH),
            MilestoneDoc("vise", "visé", dt.date(2018, 6, 30), AIM, Precision.MONTH),
        ),
        placements=(
            PlacementDoc(
                "paie",
                "2017",
                mode="M",
                provenance="stated",
                source_quote="la paie est réunie",
                details=Details(sites="Nantes", pooled=("people", "tools"), reach="regional"),
            ),
        ),
        statements=(
            StatementDoc("vise-2017", "finances", "Viser M.", "M", "2017", "p. 9", "viser"),
        ),
        sections=(),
        format=2,
    )
    raw: Raw = json.loads(canonical.dumps_file(EditionFile(document)))
    return raw


SPOILT_SECOND: list[tuple[Callable[[Raw], None], str, bool]] = [
    (spoil("version", to=1), "champ inconnu", True),
    (spoil("content", "format", to=3), "content.format", True),
    (drop("content", "statements"), "content.statements", True),
    (drop("content", "processes", 0, "kind"), "content.processes[0].kind", True),
    (spoil("content", "processes", 0, "parent", to="frais"), "elle seule", False),
    (spoil("content", "processes", 1, "parent", to=""), "elle seule", False),
    (spoil("content", "processes", 1, "parent", to="frais"), "de sa fonction", False),
    (spoil("content", "processes", 1, "parent", to="telephonie"), "de sa fonction", False),
    (spoil("content", "processes", 1, "parent", to="ailleurs"), "ce code ne désigne rien", False),
    (spoil("content", "processes", 1, "named_by", to="eux"), "named_by", True),
    (spoil("content", "milestones", 0, "date", to="17"), "content.milestones[0].date", True),
    (spoil("content", "milestones", 0, "date", to="2017-13"), "milestones[0].date", True),
    (spoil("content", "milestones", 0, "date", to="2017-02-30"), "n’existe pas", False),
    (spoil("content", "milestones", 2, "nature", to="status"), "déjà donné par", False),
    (spoil(*CELLS, 0, "provenance", to="certain"), "placements[0].provenance", True),
    (spoil(*CELLS, 0, "mode", to="?"), "non renseignée n’a pas de provenance", False),
    (spoil(*CELLS, 0, "source_quote", to="x" * 301), "source_quote", True),
    (spoil(*CELLS, 0, "details", to={}), "placements[0].details", True),
    (spoil(*CELLS, 0, "details", "but", to="x"), "placements[0].details", True),
    (spoil(*CELLS, 0, "details", "pooled", to=["murs"]), "placements[0].details", True),
    (spoil(*CELLS, 0, "details", "purpose", to="essai"), "ne va pas avec les modes", False),
    (spoil("content", "statements", 0, "function", to="x"), "ce code ne désigne rien", False),
    (spoil("content", "statements", 0, "modes", to="MH"), "statements[0].modes", True),
]


@pytest.mark.parametrize(("change", "said", "seen_by_schema"), SPOILT_SECOND)
def test_what_is_spoilt_of_the_second_format_is_refused_where_it_is(
    change: Callable[[Raw], None], said: str, seen_by_schema: bool
) -> None:
    raw = second()
    assert SCHEMA.is_valid(raw)
    assert canonical.loads_file(json.dumps(raw).encode()).document.format == 2
    change(raw)
    assert said in refusal_of(json.dumps(raw).encode())
    assert (SCHEMA if raw["version"] == 2 else FIRST).is_valid(raw) is not seen_by_schema


def test_only_what_is_taken_over_may_not_say_who_adopted_it() -> None:
    document = canonical.loads_file(json.dumps(second()).encode()).document
    adoption = Adoption("", taken_over=True, note="La loi prévoit l’assemblée.")
    file = EditionFile(document, "adopted", adoption, canonical.seal(document))
    assert canonical.loads_file(canonical.dumps_file(file)) == file
    raw = json.loads(canonical.dumps_file(file))
    raw["adoption"]["taken_over"] = False
    assert "adoption.body" in refusal_of(json.dumps(raw).encode())
    assert not SCHEMA.is_valid(raw)


def test_a_year_is_sealed_as_a_year() -> None:
    content = second()["content"]
    assert [m["date"] for m in content["milestones"]] == ["2017", "2018-06", "2018-06"]
    assert "precision" not in content["milestones"][0]


def test_a_repeated_cell_is_refused() -> None:
    raw = draft()
    raw["content"]["placements"].append(raw["content"]["placements"][0])
    assert "même cellule que content.placements[0]" in refusal_of(json.dumps(raw).encode())


def test_every_finding_is_given_at_once() -> None:
    raw = draft()
    for cell in raw["content"]["placements"][:5]:
        cell["mode"] = "Z"
    with pytest.raises(Unreadable) as refused:
        canonical.loads_file(json.dumps(raw).encode())
    assert len(refused.value.findings) == 5


@pytest.mark.parametrize("depth", [300, 1000])
@pytest.mark.parametrize("place", ["adoption", "content", "seal"])
def test_deep_nesting_is_refused_without_failing(depth: int, place: str) -> None:
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    head = b'{"format":"maillage.edition","version":1,"status":"adopted","' + place.encode()
    data = head + b'":' + nested + b"}"
    assert "champ" in refusal_of(data)
    assert not canonical.verify(data).ok


def test_thousands_of_findings_stop_the_reading() -> None:
    raw = draft()
    raw["content"]["placements"] = [{}] * 5000
    with pytest.raises(Unreadable) as refused:
        canonical.loads_file(json.dumps(raw).encode())
    assert len(refused.value.findings) == file_faults.FINDINGS_LIMIT + 1


def test_a_wrong_seal_shows_both_values() -> None:
    raw = json.loads(REAL)
    raw["content"]["title"] += " bis"
    said = refusal_of(json.dumps(raw).encode())
    verdict = canonical.verify(json.dumps(raw).encode())
    assert not verdict.ok
    assert verdict.expected == real_file().seal
    assert verdict.expected in said
    assert verdict.found in said


@pytest.mark.parametrize(
    "hidden",
    [b'""', b"{}", b"1" * 300, b"[" * 900 + b"]" * 900, b'{"a":1,"a":2}'],
    ids=["text", "object", "long number", "deep", "nested"],
)
@pytest.mark.parametrize("before", [b'"status":', b'"content":', b'"scheme_title":', b'"mode":'])
def test_a_field_written_twice_is_refused(before: bytes, hidden: bytes) -> None:
    """Some readers keep the first value and some the last: the seal would not bind what is read."""
    data = REAL.replace(before, before + hidden + b"," + before, 1)
    assert ("écrit deux fois" in refusal_of(data)) or "imbrication" in refusal_of(data)
    assert not canonical.verify(data).ok


def test_sealed_content_must_be_canonical() -> None:
    raw = json.loads(REAL)
    raw["content"]["placements"].reverse()
    raw["seal"]["value"] = canonical._raw_digest(raw["content"])
    assert "forme canonique" in refusal_of(json.dumps(raw).encode())


def test_a_draft_has_nothing_to_verify() -> None:
    verdict = canonical.verify(json.dumps(draft()).encode())
    assert not verdict.ok
    assert "n’est pas scellée" in verdict.reason


def test_the_published_schema_is_the_one_in_the_code() -> None:
    folder = importlib.resources.files("maillage.referentials")
    for version in file_schema.VERSIONS:
        file = folder.joinpath(f"schema/edition-{version}.schema.json")
        assert json.loads(file.read_text("utf-8")) == canonical.schema(version)
        jsonschema.Draft202012Validator.check_schema(canonical.schema(version))


MUTANTS = st.sampled_from([None, True, 0, -1, "", "x", "Z" * 300, [], {}, ["x"], "2013-12-31"])


@FEW
@given(edition_files(), st.data())
def test_schema_and_validator_agree(file: EditionFile, data: st.DataObject) -> None:
    """What the schema refuses, the validator refuses; a good file passes both."""
    raw = json.loads(canonical.dumps_file(file))
    assert SCHEMA.is_valid(raw)
    assert file_faults.validate(raw) == []
    target: Any = raw
    for _ in range(data.draw(st.integers(0, 3))):
        inner = [v for v in (target.values() if type(target) is dict else target) if v]
        inner = [v for v in inner if type(v) in (dict, list)]
        if not inner:
            break
        target = data.draw(st.sampled_from(inner))
    keys = list(target) if type(target) is dict else list(range(len(target)))
    key = data.draw(st.sampled_from(keys))
    target[key] = data.draw(MUTANTS)
    if raw["format"] != file_schema.FORMAT_NAME or raw["version"] is not file_schema.FORMAT_VERSION:
        return
    structure: list[Any] = []
    file_faults._check_envelope(raw, structure)
    if type(raw.get("content")) is dict:
        file_faults._check_content(raw["content"], structure, 2)
    elif "content" in raw:
        structure.append("content")
    assert SCHEMA.is_valid(raw) is (not structure), structure


def test_empty_fields_of_placements_are_left_out() -> None:
    document = dataclasses.replace(real_file().document, placements=(PlacementDoc("p", "m"),))
    content = json.loads(canonical.dumps_content(document))
    assert content["placements"] == [{"process": "p", "milestone": "m", "mode": "?"}]


def test_declared_order_is_kept() -> None:
    functions = (FunctionDoc("z", "Z"), FunctionDoc("a", "A"))
    document = dataclasses.replace(real_file().document, functions=functions)
    assert canonical.loads_content(canonical.dumps_content(document)).functions == functions
