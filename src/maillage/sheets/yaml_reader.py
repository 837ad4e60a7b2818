"""YAML read strictly: every scalar is the text that was written, every fault has its line.

Knows mappings, lists and scalars, unknown, missing and repeated keys. Refuses YAML's guesses
("no" is not false, 2017 is not a number) and refuses to know what the file is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from maillage.kernel.money import size
from maillage.sheets.findings import Finding, Unreadable

MOST = 3_000_000
"""Characters of the longest text read: some thirty editions."""
MOST_PARTS = 1_000_000
"""Fields, lists and values of a text, what it cites counted each time."""


@dataclass(frozen=True, slots=True)
class Key:
    value: str
    node: object


@dataclass(slots=True)
class Reader:
    """A parsed file and the findings gathered while it is read."""

    root: object
    where: str
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def parse(cls, text: str, where: str) -> Reader:
        """Raises Unreadable where the text is not YAML, is empty, too long or too deep, or stands
        for more than it is likely to hold."""
        if len(text) > MOST:
            raise Unreadable([Finding(where, "fichier trop long", f"{size(MOST)} au plus")])
        try:
            root = _composed(text)
        except RecursionError:
            what = "trop de champs imbriqués les uns dans les autres"
            raise Unreadable([Finding(where, what, "une édition")]) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = f"{where}, ligne {mark.line + 1}" if mark else where
            raise Unreadable(
                [Finding(line, "ce n’est pas du YAML lisible", "une indentation régulière")]
            ) from error
        except yaml.YAMLError as error:
            raise Unreadable([Finding(where, "caractère interdit en YAML", "du texte")]) from error
        if root is None:
            raise Unreadable([Finding(where, "fichier vide", "une édition")])
        if _is_endless(root):
            what = "trop de champs, ou de parties citées à un autre endroit (« * »)"
            raise Unreadable([Finding(where, what, f"{MOST_PARTS} au plus")])
        return cls(root, where)

    def fault(self, node: object, what: str, expected: str = "", value: str = "") -> None:
        self.findings.append(Finding(self.place(node), what, expected, value))

    def place(self, node: object) -> str:
        if isinstance(node, yaml.Node) and node.start_mark is not None:
            return f"{self.where}, ligne {node.start_mark.line + 1}"
        return self.where

    def mapping(self, node: object, allowed: Sequence[str]) -> Fields:
        """Read `node` as a mapping of known, unrepeated keys; an empty one where it is not."""
        found: dict[str, tuple[object, object]] = {}
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, "ce n’est pas un ensemble de champs", ", ".join(allowed))
            return Fields(self, node, found, silent=True)
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if key in found:
                self.fault(key_node, "champ en double", "un seul champ de ce nom", key)
            elif key not in allowed:
                self.fault(key_node, "champ inconnu", f"l’un de : {', '.join(allowed)}", str(key))
            else:
                found[key] = (key_node, value_node)
        return Fields(self, node, found)

    def scalar(self, node: object) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip()
        self.fault(node, "texte attendu", "une valeur simple")
        return ""


def _composed(text: str) -> object:
    """The root of a text; ten times as fast by the parser in C, which tells faults otherwise."""
    if quick := getattr(yaml, "CSafeLoader", None):
        try:
            return yaml.compose(text, Loader=quick)
        except yaml.YAMLError:
            pass  # the other parser says where and what
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _is_endless(root: object) -> bool:
    """Whether a text, what it cites (`*`) written out, has more than `MOST_PARTS`."""
    parts, ahead = 0, [root]
    while ahead and parts <= MOST_PARTS:
        node = ahead.pop()
        parts += 1
        if isinstance(node, yaml.SequenceNode):
            ahead += node.value
        elif isinstance(node, yaml.MappingNode):
            ahead += [part for pair in node.value for part in pair]
    return parts > MOST_PARTS


@dataclass(slots=True)
class Fields:
    """The keys of one mapping. Each reading of a faulty field notes the fault and goes on.

    A `silent` one stands for a mapping already found missing or misshapen: it adds no fault.
    """

    reader: Reader
    node: object
    found: dict[str, tuple[object, object]]
    silent: bool = False

    def has(self, key: str) -> bool:
        return key in self.found

    def fault(self, key: str, what: str, expected: str = "", value: str = "") -> None:
        if self.silent:
            return
        place = self.found[key][0] if key in self.found else self.node
        self.reader.fault(place, f"{key} : {what}", expected, value)

    def text(self, key: str, required: bool = False) -> str:
        value = self.reader.scalar(self.found[key][1]) if key in self.found else ""
        if required and not value:
            self.fault(key, "champ manquant ou vide", "une valeur")
        return value

    def texts(self, key: str) -> list[str]:
        return [self.reader.scalar(node) for node in self.items(key)]

    def integer(self, key: str) -> int:
        written = self.text(key, required=True)
        if written.isdecimal():
            return int(written)
        if written:
            self.fault(key, "nombre illisible", "un nombre entier", written)
        return 0

    def choice(self, key: str, among: Sequence[str], default: str | None = None) -> str:
        """The value, one of `among`; the first of them (noted as a fault) where it is not."""
        written = self.text(key, required=default is None)
        if not written:
            return default if default is not None else str(among[0])
        if written not in among:
            self.fault(key, "valeur inconnue", f"l’une de : {', '.join(among)}", written)
            return str(among[0])
        return written

    def mapping(self, key: str, allowed: Sequence[str]) -> Fields:
        if key in self.found:
            return self.reader.mapping(self.found[key][1], allowed)
        self.fault(key, "champ manquant", ", ".join(allowed))
        return Fields(self.reader, self.node, {}, silent=True)

    def items(self, key: str) -> Iterator[object]:
        """The elements of a list; none where the key is absent."""
        if key not in self.found:
            return
        node = self.found[key][1]
        if isinstance(node, yaml.SequenceNode):
            yield from node.value
        else:
            self.fault(key, "liste attendue", "des éléments précédés d’un tiret")

    def pairs(self, key: str) -> Iterator[tuple[Key, object]]:
        """The entries of a mapping whose keys are free; repeated keys are faults."""
        if key not in self.found:
            return
        node = self.found[key][1]
        if not isinstance(node, yaml.MappingNode):
            self.fault(key, "ce n’est pas un ensemble de champs", "un champ par ligne")
            return
        seen = set()
        for key_node, value_node in node.value:
            name = self.reader.scalar(key_node)
            if name in seen:
                self.reader.fault(key_node, "champ en double", "un seul champ de ce nom", name)
                continue
            seen.add(name)
            yield Key(name, key_node), value_node
