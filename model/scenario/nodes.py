"""A scenario file as a tree of nodes that remember their file and line.

Scalars are read by the core schema of YAML 1.2, decimal numbers only: ``NO`` and ``1:30`` are words,
``2.0e9`` is a number. The raw text is kept, so that the channel ``0110`` stays what was written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"true", "True", "TRUE"})
_FALSE: Final = frozenset({"false", "False", "FALSE"})
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MOST_DIGITS: Final = 15  # whole numbers beyond this are not exact in float64


@dataclass(frozen=True)
class Node:
    """Anything in a scenario file; `line` counts from 1 and is 0 for a value from the command line."""

    file: str
    line: int


@dataclass(frozen=True)
class Word(Node):
    """A scalar: the text as written and whether it stood there without quotes."""

    raw: str
    plain: bool = True

    @property
    def value(self) -> bool | int | float | str | None:
        """The scalar's value; quoted text is always text. May be nan or infinite: see `Findings.number`."""
        if not self.plain:
            return self.raw
        if self.raw in _NULL:
            return None
        if self.raw in _TRUE or self.raw in _FALSE:
            return self.raw in _TRUE
        if _INTEGER.fullmatch(self.raw) and len(self.raw) <= _MOST_DIGITS:
            return int(self.raw)
        if _FLOAT.fullmatch(self.raw):
            return _float(self.raw)
        if _INFINITE.fullmatch(self.raw):
            return math.nan if "n" in self.raw.lower()[:2] else math.inf
        return self.raw

    @property
    def is_null(self) -> bool:
        """Whether this is YAML's null (also: nothing after the colon)."""
        return self.plain and self.raw in _NULL


def _float(raw: str) -> float:
    """The number, or nan where float64 would turn a number that is not zero into zero."""
    value = float(raw)
    mantissa = re.split("[eE]", raw)[0]
    lost = value == 0.0 and any(digit in mantissa for digit in "123456789")
    return math.nan if lost else value


@dataclass(frozen=True)
class Items(Node):
    """A list."""

    items: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Table(Node):
    """A mapping; the line of an entry is that of its key."""

    entries: dict[str, Node] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return iter(self.entries.items())


def is_null(node: Node) -> bool:
    """Whether the node is a null scalar."""
    return isinstance(node, Word) and node.is_null


def plain_value(node: Node) -> Any:
    """The node as plain Python values, for messages."""
    if isinstance(node, Word):
        value = node.value
        return node.raw if isinstance(value, float) and not math.isfinite(value) else value
    if isinstance(node, Items):
        return [plain_value(item) for item in node.items]
    return {key: plain_value(item) for key, item in node} if isinstance(node, Table) else None


def kind_of(node: Node) -> str:
    """What the node is, in words for messages."""
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Table):
        return "a mapping"
    value = node.value if isinstance(node, Word) else None
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    return f"'{_short(str(plain_value(node)))}'"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


Keep = Callable[[tuple[str, ...]], bool]


def merged(base: Node, over: Node, keeps_null: Keep, path: tuple[str, ...] = ()) -> Node:
    """`over` laid on `base` key by key: a list replaces, null removes.

    `keeps_null(path)` names the keys for which null is a value of its own. A null over a key that is not in
    `base` stays and is judged by the checks.
    """
    if not (isinstance(base, Table) and isinstance(over, Table)):
        return over
    entries = dict(base.entries)
    for key, node in over:
        here = (*path, key)
        if is_null(node) and key in entries and not keeps_null(here):
            del entries[key]
        elif key in entries:
            entries[key] = merged(entries[key], node, keeps_null, here)
        else:
            entries[key] = node
    return Table(over.file, over.line, entries)
