"""From the bytes of a scenario file to a tree of nodes, trusting nothing.

Only plain mappings, lists and scalars pass; anchors, aliases, tags, merge keys, directives and further
documents are refused with their line. Size, depth and number of nodes are bounded while reading, so that no
file can cost more than a moment, and nothing in a file is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from model.kernel.refusals import Problem, Refused
from model.scenario.nodes import Items, Node, Table, Word

MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 12
MOST_NODES: Final = 5000

_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Control characters, lone surrogates, marks of direction and of no width."""
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
_LONE_FEED: Final = re.compile(r"(?<!\r)\n")


def read_file(path: Path, shown: str) -> Table:
    """The tree of a file; `shown` is its name in messages. Raises Refused."""
    try:
        if not path.is_file():
            raise Refused([Problem("no_such_file", f"There is no file '{shown}'.", shown, given=shown)])
        with path.open("rb") as handle:
            data = handle.read(MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = f"'{shown}' cannot be read ({type(fault).__name__})."
        raise Refused([Problem("no_such_file", reason, shown, given=shown)]) from fault
    return read_text(data, shown)


def read_text(data: bytes, shown: str) -> Table:
    """The tree of a file's bytes; the document must be a mapping. Raises Refused."""
    root = read_node(_decoded(data, shown), shown)
    if not isinstance(root, Table):
        message = "A scenario file is a mapping of keys to values, beginning with 'schema: 1'."
        raise Refused([Problem("not_a_mapping", message, shown, max(root.line, 1))])
    return root


def read_node(text: str, shown: str) -> Node:
    """The tree of one YAML document, of whatever kind. Raises Refused."""
    try:
        return _Builder(shown).build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = mark.line + 1 if mark is not None else 0
        reason = " ".join((fault.problem or fault.context or "it is malformed").split())
        raise Refused([Problem("yaml_syntax", f"The file is not YAML: {reason}.", shown, line)]) from fault
    except (YAMLError, ValueError, RecursionError) as fault:
        reason = " ".join(str(fault).split())[:120]
        raise Refused([Problem("yaml_syntax", f"The file is not YAML: {reason}.", shown)]) from fault


def _decoded(data: bytes, shown: str) -> str:
    """The text of the bytes, or Refused."""
    if len(data) > MOST_BYTES:
        message = "The file is larger than a scenario may be."
        raise Refused([Problem("file_too_large", message, shown, allowed=f"{MOST_BYTES // 1024} kB")])
    if data[:3] == b"\xef\xbb\xbf" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message = "The file begins with a byte-order mark."
        raise Refused([Problem("byte_order_mark", message, shown, 1, allowed="UTF-8 without a mark")])
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise Refused([Problem("nul_byte", "The file holds a NUL byte.", shown, line, allowed="UTF-8 text")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        message = "The file is not UTF-8 text (save it as UTF-8, not as GBK or Big5)."
        raise Refused([Problem("not_utf8", message, shown, line, allowed="UTF-8")]) from fault
    return _one_line_end(text, shown)


def _one_line_end(text: str, shown: str) -> str:
    """The text with `\\n` only; refuses mixed line ends and characters that hide what is written."""
    hidden = _HIDDEN.search(text)
    if hidden:
        line = text.count("\n", 0, hidden.start()) + 1
        given = f"U+{ord(hidden[0]):04X}"
        message = f"The file holds the character {given}, which cannot be seen and may hide what is written."
        raise Refused([Problem("hidden_character", message, shown, line, given=given)])
    lone = _LONE_RETURN.search(text) or ("\r" in text and _LONE_FEED.search(text))
    if lone:
        line = text.count("\n", 0, lone.start()) + 1
        message = "The file mixes line ends of several kinds."
        raise Refused([Problem("mixed_line_ends", message, shown, line, allowed="one kind of line end")])
    return text.replace("\r\n", "\n")


class _Frame:
    """A mapping or list under construction."""

    def __init__(self, line: int, mapping: bool) -> None:
        self.line = line
        self.mapping = mapping
        self.items: list[Node] = []
        self.entries: dict[str, Node] = {}
        self.key: str | None = None
        self.key_line = 0


class _Builder:
    """Builds the tree from parser events without recursion, counting as it goes."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.stack: list[_Frame] = []
        self.nodes = 0
        self.documents = 0
        self.root: Node | None = None
        self.problems: list[Problem] = []

    def build(self, events: Iterator[Event]) -> Node:
        for event in events:
            self._judge(event)
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                self._open(event)
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                self._close()
            elif isinstance(event, ScalarEvent):
                self._scalar(event)
        if self.problems:
            raise Refused(self.problems)
        return self.root if self.root is not None else Word(self.shown, 1, "")

    def _fault(self, code: str, message: str, line: int, **more: Any) -> None:
        self.problems.append(Problem(code, message, self.shown, line, path=self._path(), **more))

    def _stop(self, code: str, message: str, line: int, allowed: str, given: str | None = None) -> None:
        self._fault(code, message, line, allowed=allowed, given=given)
        raise Refused(self.problems)

    def _path(self) -> str:
        """Dotted path of what is being read."""
        parts: list[str] = []
        for frame in self.stack:
            if frame.mapping and frame.key is not None:
                parts.append(frame.key)
            elif not frame.mapping:
                parts.append(str(len(frame.items)))
        return ".".join(parts)[:200]

    def _judge(self, event: Event) -> None:
        """Refuse what a scenario has no use for."""
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop("several_documents", "The file holds several YAML documents.", line, "one document")
            if event.version or event.tags:
                self._fault("yaml_directive", "YAML directives (lines with %) have no place here.", line)
        anchor = getattr(event, "anchor", None)
        if isinstance(event, AliasEvent):
            message = f"The alias '*{anchor}' is not allowed; write the value out."
            self._stop("yaml_alias", message, line, "values written out", f"*{anchor}")
        elif anchor:
            self._fault("yaml_anchor", f"The anchor '&{anchor}' is not allowed.", line, given=f"&{anchor}")
        tag = getattr(event, "tag", None)
        if tag:
            self._fault("yaml_tag", f"The tag '{tag}' is not allowed; plain values only.", line, given=str(tag))

    def _open(self, event: Event) -> None:
        line = event.start_mark.line + 1
        self._count(line)
        if self.stack and self.stack[-1].mapping and self.stack[-1].key is None:
            self._stop("complex_key", "A key must be one word.", line, "one word before the colon")
        if len(self.stack) >= MOST_DEPTH:
            message = f"The file is nested deeper than {MOST_DEPTH} levels."
            self._stop("too_deep", message, line, f"{MOST_DEPTH} levels")
        self.stack.append(_Frame(line, isinstance(event, MappingStartEvent)))

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.mapping:
            self._put(Table(self.shown, frame.line, frame.entries))
        else:
            self._put(Items(self.shown, frame.line, tuple(frame.items)))

    def _scalar(self, event: ScalarEvent) -> None:
        line = event.start_mark.line + 1
        self._count(line)
        frame = self.stack[-1] if self.stack else None
        plain = event.style is None
        hidden = _HIDDEN.search(event.value)
        if hidden:
            given = f"U+{ord(hidden[0]):04X}"
            self._fault("hidden_character", f"The text holds the character {given}.", line, given=given)
        if frame is None or not frame.mapping or frame.key is not None:
            self._put(Word(self.shown, line, event.value, plain))
            return
        frame.key, frame.key_line = event.value, line
        if plain and event.value == "<<":
            self._fault("yaml_merge_key", "The merge key '<<' is not allowed; use 'extends'.", line, given="<<")

    def _put(self, node: Node) -> None:
        """Hang a finished node into what holds it."""
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        if not frame.mapping:
            frame.items.append(node)
            return
        key = frame.key or ""
        if key in frame.entries:
            first = frame.entries[key].line
            message = f"The key '{key}' stands here a second time (first on line {first})."
            self._fault("duplicate_key", message, frame.key_line, given=key, allowed="each key once")
        else:
            frame.entries[key] = replace(node, line=frame.key_line)
        frame.key = None

    def _count(self, line: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            message = "The file has more entries than a scenario may have."
            self._stop("too_many_nodes", message, line, f"{MOST_NODES} keys and values")
